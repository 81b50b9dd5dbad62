//! One recorded run in one file, with all its branches: the scenario, the tree of branches, and of each branch every
//! frame, the extremes, and states to go on from.
//!
//! A session file is an `SQLite` database (application id `HETU`) with these tables:
//!
//! | table | columns | content |
//! |---|---|---|
//! | `meta` | `key, value` | format `version` and `minor`, `created_by`, name, title and mode of the scenario; at the end of a branch `n_frames`, of branch 3 `n_frames-3` |
//! | `parts` | `branch, name, blob, checksum` | of the root `scenario` and `worlds` (the tree) with a copy each; of each branch `orders`, `summary`, `recorder`: postcard, then LZ4 with its length before; `envelope`: as a checkpoint |
//! | `frames` | `i, branch, time_secs, key, readings, head_checksum, fields, fields_checksum` | packed fields as in memory; readings as postcard; `key` is the position of the key frame in the branch |
//! | `samples` | `first, branch, n, blob, checksum` | rows of gauge and section readings, as a part |
//! | `checkpoints` | `i, branch, time_secs, format, fingerprint, blob, checksum` | states of the solver: postcard, then Zstandard |
//!
//! The root is branch 0. `i` and `first` are the position in the branch, and 2³² times the number of the branch; `branch`
//! is made from it. A branch has what its own run made, from the state before its fork on; the rest of its course is with
//! its ancestors. The tree is written whenever it changes, in a transaction; with a branch that is given up its rows go.
//!
//! Frames are written as they are made, each in a transaction of its own with the samples up to it: what is committed
//! survives the end of the process at any instant (write-ahead log beside the file until it is closed).
//!
//! Checksums are XXH3 of the bytes as stored (for a frame also of row, time and key), seeded with the row, so that a frame
//! that slipped to another row is found too. A damaged file gives what is whole: see [`Lost`].
//!
//! **Versions.** The major version rises when what is there changes its meaning or shape; a file of another major
//! version is refused. The minor version rises when tables, columns, parts or keys are added; a build reads every minor
//! version of its major one, older and newer: it names the columns it wants, leaves alone what it does not know, and
//! does without what an older file lacks.

mod body;
mod cache;
mod error;
mod frames;
mod lock;
mod reader;
mod store;
mod track;
mod writer;

pub use cache::{SavedSession, SessionCache};
pub use error::{Lost, SessionError};
pub use reader::{CheckpointMark, Session};
pub use store::SessionStore;
pub use writer::{RecorderFigures, SessionEnd, SessionWriter, write_session};

/// Major version of the format: the only one this build writes and reads.
///
/// | version | change |
/// |---|---|
/// | 1 | the first |
/// | 2 | the extremes have rise, time of the largest depth and hazard; the summary lists contained cells |
/// | 3 | stations carry their observed series |
/// | 4 | observed series say how their stages were raised, the river which roughness it has; a scenario may have its channel as a line, and says which steps it takes |
/// | 5 | orders; detention basins; production dikes on the banks of a line; a scenario may have sediment, sections read it, readings and summary have its budget |
/// | 6 | written as the run goes; frames in tiles on key frames, samples in portions, checkpoints |
/// | 7 | all branches of a run in one file |
/// | 8 | exposure has villages, roads and values; frames have losses by class and what became of villages |
pub const SESSION_VERSION: u32 = 8;

/// Minor version that this build writes; it reads any.
pub const SESSION_MINOR: u32 = 0;

/// File name of the session in an output folder.
pub const SESSION_FILE: &str = "session.hetu";

/// `HETU` in ASCII, in the header of the database.
const APPLICATION_ID: i32 = 0x4845_5455;
