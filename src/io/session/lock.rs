//! One writer a session: a lock file beside it, held by the system as long as the process lives.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use crate::io::session::SessionError;
use crate::io::session::error::io_error;

/// Held by the process that writes a session. A killed process lets it go.
#[derive(Debug)]
pub(crate) struct SessionLock {
    path: PathBuf,
    _file: File,
}

impl SessionLock {
    /// Takes the lock of a session.
    ///
    /// # Errors
    /// When another process (or another writer of this one) has it, or the folder cannot be written to.
    pub(crate) fn take(session: &Path) -> Result<Self, SessionError> {
        let path = lock_path(session);
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(io_error(session))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { path, _file: file }),
            Err(TryLockError::WouldBlock) => Err(SessionError::InUse { path: session.to_owned() }),
            Err(TryLockError::Error(source)) => Err(io_error(session)(source)),
        }
    }

    /// Whether a process writes this session now.
    pub(crate) fn is_held(session: &Path) -> bool {
        let opened = File::options().write(true).open(lock_path(session));
        opened.is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
    }
}

impl Drop for SessionLock {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::debug!("the lock {} stays: {error}", self.path.display());
        }
    }
}

fn lock_path(session: &Path) -> PathBuf {
    beside(session, ".lock")
}

/// The path with something added to its file name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
