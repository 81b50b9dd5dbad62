//! One recorded run in one file: the scenario, every frame, the extremes.
//!
//! A session file is an `SQLite` database (application id `HETU`) with these tables:
//!
//! | table | columns | content |
//! |---|---|---|
//! | `meta` | `key, value` | format `version`, `created_by`, name, title and mode of the scenario, `n_frames`, `n_cells` |
//! | `parts` | `name, blob, checksum` | `scenario`, `samples`, `envelope`, `summary`: postcard, then LZ4 with its length before |
//! | `frames` | `i, time_secs, fields, readings, checksum` | packed fields as in memory; readings as postcard |
//!
//! Checksums are XXH3 of the bytes as stored (for a frame also of its time), seeded with the frame's position, so a
//! frame that slipped to another row is found too.
//! A file is written beside its place and moved there when it is complete.

mod reader;
mod writer;

use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

pub use reader::Session;
pub use writer::{SessionWriter, write_session};

/// Version of the format that this build writes, and the only one it reads.
///
/// | version | change |
/// |---|---|
/// | 1 | the first |
/// | 2 | the extremes have rise, time of the largest depth and hazard; the summary lists contained cells |
/// | 3 | stations carry their observed series |
/// | 4 | observed series say how their stages were raised, the river which roughness it has; a scenario may have its channel as a line, and says which steps it takes |
/// | 5 | orders; detention basins; production dikes on the banks of a line; a scenario may have sediment, sections read it, readings and summary have its budget |
pub const SESSION_VERSION: u32 = 5;

/// File name of the session in an output folder.
pub const SESSION_FILE: &str = "session.hetu";

/// `HETU` in ASCII, in the header of the database.
const APPLICATION_ID: i32 = 0x4845_5455;

/// Why a session file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The file could not be opened, read or written.
    #[error("{source}: {path}")]
    Io {
        /// What the system said.
        source: std::io::Error,
        /// The file.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("not a hetu session: {path}")]
    NotASession {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a newer build.
    #[error("the session has version {found}, this build reads up to {known}: {path}")]
    Newer {
        /// Version of the file.
        found: u32,
        /// Newest version this build reads.
        known: u32,
        /// The file.
        path: PathBuf,
    },
    /// The file was written by an older build, in a form that this one no longer reads.
    #[error("the session has version {found}, this build reads version {known}; run its scenario again: {path}")]
    Older {
        /// Version of the file.
        found: u32,
        /// Version this build reads.
        known: u32,
        /// The file.
        path: PathBuf,
    },
    /// A frame is missing or does not match its checksum.
    #[error("frame {index} is damaged: {path}")]
    DamagedFrame {
        /// Position of the frame, from 0.
        index: usize,
        /// The file.
        path: PathBuf,
    },
    /// Something other than a frame is missing or does not match its checksum.
    #[error("the part {part} is damaged: {path}")]
    Damaged {
        /// Which part.
        part: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// The database refused.
    #[error("{source}: {path}")]
    Store {
        /// What it said.
        source: rusqlite::Error,
        /// The file.
        path: PathBuf,
    },
    /// A part could not be put into bytes.
    #[error("the part {part} cannot be stored ({source}): {path}")]
    Encode {
        /// Which part.
        part: &'static str,
        /// What the encoder said.
        source: postcard::Error,
        /// The file.
        path: PathBuf,
    },
}

/// Turns errors of the database and of the system into ones that name the file.
fn store_error(path: &Path) -> impl Fn(rusqlite::Error) -> SessionError {
    let path = path.to_owned();
    move |source| SessionError::Store { source, path: path.clone() }
}

fn io_error(path: &Path) -> impl Fn(std::io::Error) -> SessionError {
    let path = path.to_owned();
    move |source| SessionError::Io { source, path: path.clone() }
}

/// Checksum of a part; `SQLite` keeps signed integers.
fn part_checksum(blob: &[u8]) -> i64 {
    xxh3_64(blob).cast_signed()
}

/// Checksum of a frame.
fn frame_checksum(index: usize, time_secs: f64, fields: &[u8], readings: &[u8]) -> i64 {
    let mut hash = Xxh3::with_seed(index as u64);
    hash.update(&time_secs.to_le_bytes());
    hash.update(fields);
    hash.update(readings);
    hash.digest().cast_signed()
}
