//! Frames of a session file, read one by one through a connection that only reads.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::domain::recording::FrameSource;
use crate::domain::worlds::BranchId;
use crate::io::session::SessionError;
use crate::io::session::body::fields_checksum;
use crate::io::session::error::store_error;
use crate::io::session::lock::beside;
use crate::io::session::track::{Track, row_of};

/// How long a reader waits for the end of somebody's transaction.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection that all branches of a file are read through; opened when the first frame is asked for.
#[derive(Debug)]
pub(super) struct Reading {
    path: PathBuf,
    database: Mutex<Option<Connection>>,
}

impl Reading {
    pub(super) fn later(path: &Path) -> Self {
        Self { path: path.to_owned(), database: Mutex::default() }
    }

    /// Through that connection. It stays with the file that it has opened, whatever is moved to its place.
    pub(super) fn through(path: &Path, database: Connection) -> Self {
        Self { path: path.to_owned(), database: Mutex::new(Some(database)) }
    }

    /// Has something read.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub(super) fn with<T>(&self, read: impl FnOnce(&Connection) -> T) -> Result<T, SessionError> {
        let mut database = self.database();
        let database = match &mut *database {
            Some(database) => database,
            closed => closed.insert(open_to_read(&self.path)?),
        };
        Ok(read(database))
    }

    /// Lets go of the file until something is read again. Only who holds the lock of the session may ask for it: nobody
    /// else can have moved another file to its place then.
    pub(super) fn let_go(&self) {
        *self.database() = None;
    }

    fn database(&self) -> MutexGuard<'_, Option<Connection>> {
        self.database.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The frames of one branch.
#[derive(Debug)]
pub(super) struct SessionFrames {
    pub(super) branch: BranchId,
    pub(super) track: Arc<Track>,
    pub(super) reading: Arc<Reading>,
}

impl FrameSource for SessionFrames {
    fn fields(&self, index: usize) -> Result<(Option<usize>, Vec<u8>), String> {
        let position = self.track.position(index).ok_or("there is no such frame")?;
        let row = row_of(self.branch, position);
        let read = self.reading.with(|database| read_fields(database, row)).map_err(|error| error.to_string())?;
        let (key, fields) = read.ok_or("its bytes are not those that were written")?;
        let key = key.map(|key| self.track.index(key).ok_or("its key frame is lost")).transpose()?;
        Ok((key, fields))
    }
}

/// Key and fields of a row, if they are those that were written.
pub(super) fn read_fields(database: &Connection, row: i64) -> Option<(Option<i64>, Vec<u8>)> {
    let mut select = database.prepare_cached("SELECT key, fields, fields_checksum FROM frames WHERE i = ?1").ok()?;
    let found: (Option<i64>, Vec<u8>, i64) =
        select.query_row([row], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).ok()?;
    let (key, fields, checksum) = found;
    (fields_checksum(row, &fields) == checksum).then_some((key, fields))
}

/// A connection that only reads, and sees every transaction that is complete.
///
/// # Errors
/// When the file cannot be opened.
pub(super) fn open_to_read(path: &Path) -> Result<Connection, SessionError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(path, flags).map_err(store_error(path))?;
    database.busy_timeout(PATIENCE).map_err(store_error(path))?;
    let is_readable = database.query_row("SELECT count(*) FROM sqlite_schema", [], |_row| Ok(())).is_ok();
    if is_readable || beside(path, "-wal").exists() {
        return Ok(database);
    }
    // A file in a folder that cannot be written to, closed in good order but still marked for a write-ahead log.
    let flags = flags | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(immutable(path), flags).map_err(store_error(path))
}

/// The address that tells `SQLite` that nobody writes the file.
fn immutable(path: &Path) -> String {
    let mut address = "file:".to_owned();
    for byte in path.to_string_lossy().bytes() {
        if byte.is_ascii() && !b"%?#".contains(&byte) {
            address.push(char::from(byte));
        } else {
            let [high, low] = [byte >> 4, byte & 15].map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]));
            address.extend(['%', high, low]);
        }
    }
    address + "?immutable=1"
}
