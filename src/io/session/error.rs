//! What can go wrong with a session file, in words, and what a damaged one has lost.

use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::domain::worlds::BranchId;

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
    /// The disk has no room.
    #[error("the disk is full; what was recorded before is kept: {path}")]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The file or its folder cannot be written to.
    #[error("the file or its folder cannot be written to: {path}")]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// Another process writes the file.
    #[error("another process is recording into this session: {path}")]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The file is not as it was when it was opened.
    #[error("the session was recorded into since it was opened; open it again: {path}")]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// Another build recorded it: the steps of this one may be others.
    #[error("the session was recorded by {found}, and only that build can go on with it; this is {this_build}: {path}")]
    OtherBuild {
        /// The program that recorded it.
        found: String,
        /// This program.
        this_build: String,
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
    /// Something that nothing can be shown without is missing or does not match its checksum.
    #[error("the part {part} is damaged, without which nothing can be shown: {path}")]
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

/// What a damaged session cannot give any more.
#[derive(Debug, Clone, PartialEq)]
pub enum Lost {
    /// A frame: its row is missing, or its bytes are not those that were written.
    Frame {
        /// The branch.
        branch: BranchId,
        /// Its position in the branch, from 0.
        index: usize,
        /// Its time, s, where that can still be read.
        time_secs: Option<f64>,
    },
    /// A frame that is whole, but packed on a key frame that is lost.
    FrameOnLostKey {
        /// The branch.
        branch: BranchId,
        /// Its position in the branch, from 0.
        index: usize,
        /// Its time, s.
        time_secs: f64,
        /// Position of the key frame.
        key: usize,
    },
    /// Rows of gauge and section readings.
    Samples {
        /// The branch.
        branch: BranchId,
        /// Position of the first, as far as it can still be read.
        first: i64,
    },
    /// A state to go on from.
    Checkpoint {
        /// The branch.
        branch: BranchId,
        /// Its position in the branch.
        index: i64,
    },
    /// Something there is only one of in a branch: `envelope`, `orders`, `summary` or `recorder`; of the root also
    /// `worlds`, the tree of branches.
    Part {
        /// The branch.
        branch: BranchId,
        /// Its name.
        part: &'static str,
    },
    /// The rows of a branch in a table cannot be read, or not to their end.
    Table {
        /// The branch.
        branch: BranchId,
        /// Its name.
        table: &'static str,
    },
}

impl Lost {
    /// The branch that lacks it.
    pub fn branch(&self) -> BranchId {
        match self {
            Self::Frame { branch, .. }
            | Self::FrameOnLostKey { branch, .. }
            | Self::Samples { branch, .. }
            | Self::Checkpoint { branch, .. }
            | Self::Part { branch, .. }
            | Self::Table { branch, .. } => *branch,
        }
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hours = |time_secs: &f64| time_secs / 3600.0;
        match self {
            Self::Frame { index, time_secs: Some(secs), .. } => write!(f, "frame {index} (T+{:.2} h)", hours(secs)),
            Self::Frame { index, time_secs: None, .. } => write!(f, "frame {index}"),
            Self::FrameOnLostKey { index, time_secs, key, .. } => {
                write!(f, "frame {index} (T+{:.2} h), which needs frame {key}", hours(time_secs))
            }
            Self::Samples { first, .. } => write!(f, "gauge and section readings from row {first} on, up to the next"),
            Self::Checkpoint { index, .. } => write!(f, "checkpoint {index}"),
            Self::Part { part, .. } => write!(f, "the {part}"),
            Self::Table { table, .. } => write!(f, "the table of {table}, or its end"),
        }?;
        match self.branch() {
            BranchId::ROOT => Ok(()),
            BranchId(number) => write!(f, " of branch {number}"),
        }
    }
}

/// Turns errors of the database into ones that name the file and the consequence.
pub(super) fn store_error(path: &Path) -> impl Fn(rusqlite::Error) -> SessionError {
    let path = path.to_owned();
    move |source| {
        let path = path.clone();
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => SessionError::Full { path },
            Some(ErrorCode::ReadOnly) => SessionError::ReadOnly { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => SessionError::InUse { path },
            _ => SessionError::Store { source, path },
        }
    }
}

/// The same for errors of the system.
pub(super) fn io_error(path: &Path) -> impl Fn(std::io::Error) -> SessionError {
    let path = path.to_owned();
    move |source| {
        let path = path.clone();
        match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => SessionError::Full { path },
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                SessionError::ReadOnly { path }
            }
            _ => SessionError::Io { source, path },
        }
    }
}
