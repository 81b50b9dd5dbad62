//! Frames of a session file, read one by one through a connection of their own.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::domain::recording::FrameSource;
use crate::io::session::SessionError;
use crate::io::session::body::fields_checksum;
use crate::io::session::error::store_error;
use crate::io::session::lock::{SessionLock, beside};

/// How long a reader waits for the end of somebody's transaction.
const PATIENCE: Duration = Duration::from_secs(5);

/// The frames of one session file.
#[derive(Debug)]
pub(super) struct SessionFrames {
    path: PathBuf,
    /// Row of each frame of the recording; `None` while it is being written, when both are the same.
    rows: Option<Vec<i64>>,
    database: Mutex<Option<Connection>>,
    _lock: Option<Arc<SessionLock>>,
}

impl SessionFrames {
    /// The frames of a session that is being written; it is opened when the first one is asked for.
    pub(super) fn growing(path: &Path, lock: Arc<SessionLock>) -> Self {
        Self { path: path.to_owned(), rows: None, database: Mutex::default(), _lock: Some(lock) }
    }

    /// Those rows of an open session, in order.
    pub(super) fn of_rows(path: &Path, database: Connection, rows: Vec<i64>) -> Self {
        Self { path: path.to_owned(), rows: Some(rows), database: Mutex::new(Some(database)), _lock: None }
    }

    fn database(&self) -> MutexGuard<'_, Option<Connection>> {
        self.database.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FrameSource for SessionFrames {
    fn fields(&self, index: usize) -> Result<(Option<usize>, Vec<u8>), String> {
        let row_of = |index: usize| match &self.rows {
            Some(rows) => rows.get(index).copied(),
            None => i64::try_from(index).ok(),
        };
        let row = row_of(index).ok_or("there is no such frame")?;
        let mut database = self.database();
        let database = match &mut *database {
            Some(database) => database,
            closed => closed.insert(open_to_read(&self.path).map_err(|error| error.to_string())?),
        };
        let (key, fields) = read_fields(database, row).ok_or("its bytes are not those that were written")?;
        let key = match (key, &self.rows) {
            (None, _) => None,
            (Some(key), None) => usize::try_from(key).ok(),
            (Some(key), Some(rows)) => Some(rows.binary_search(&key).map_err(|_lost| "its key frame is lost")?),
        };
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
