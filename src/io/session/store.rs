//! A session file that runs are recorded into: all branches of one, each through a writer of its own.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, Transaction, params};

use crate::domain::order::Orders;
use crate::domain::recording::Checkpoint;
use crate::domain::scenario::Scenario;
use crate::domain::worlds::{BranchId, Worlds};
use crate::io::beside::new_beside;
use crate::io::checkpoint::CHECKPOINT_VERSION;
use crate::io::session::body::{checksum, encode};
use crate::io::session::error::{SessionError, io_error, store_error};
use crate::io::session::frames::Reading;
use crate::io::session::lock::{SessionLock, beside};
use crate::io::session::reader::{Session, read_checkpoint};
use crate::io::session::track::{Track, rows_of};
use crate::io::session::writer::SessionWriter;
use crate::io::session::{APPLICATION_ID, SESSION_MINOR, SESSION_VERSION};

/// The number of a row has its branch in it, so that a row is found by its number alone and a page that cannot be read
/// costs the rows on it and no more: an index of branches could not do without.
const TABLES: &str = "
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE parts (branch INTEGER NOT NULL, name TEXT NOT NULL, blob BLOB NOT NULL, checksum INTEGER NOT NULL,
                        PRIMARY KEY (branch, name));
    CREATE TABLE frames (i INTEGER PRIMARY KEY, branch INTEGER GENERATED ALWAYS AS (i >> 32) VIRTUAL,
                         time_secs REAL NOT NULL, key INTEGER, readings BLOB NOT NULL,
                         head_checksum INTEGER NOT NULL, fields BLOB NOT NULL, fields_checksum INTEGER NOT NULL);
    CREATE TABLE samples (first INTEGER PRIMARY KEY, branch INTEGER GENERATED ALWAYS AS (first >> 32) VIRTUAL,
                          n INTEGER NOT NULL, blob BLOB NOT NULL, checksum INTEGER NOT NULL);
    CREATE TABLE checkpoints (i INTEGER PRIMARY KEY, branch INTEGER GENERATED ALWAYS AS (i >> 32) VIRTUAL,
                              time_secs REAL NOT NULL, format INTEGER NOT NULL, fingerprint INTEGER NOT NULL,
                              blob BLOB NOT NULL, checksum INTEGER NOT NULL);
";

/// How long a writer waits for a stranger's transaction.
const PATIENCE: Duration = Duration::from_secs(10);

/// A session file being written; dropped, it is closed in good order.
///
/// All branches write through one connection, one transaction after the other. `SQLite` lets in one writer at a time
/// anyhow: connections of their own would poll for their turn, and be refused when it does not come soon enough.
#[derive(Debug)]
pub struct SessionStore {
    path: PathBuf,
    database: Mutex<Connection>,
    pub(super) reading: Arc<Reading>,
    tracks: Mutex<BTreeMap<BranchId, Arc<Track>>>,
    /// Shared with whoever reads frames back: while they are shown nobody else may take the file. Let go last.
    lock: Arc<SessionLock>,
}

/// Where a state to go on from is.
struct Mark {
    row: i64,
    time_secs: f64,
    fingerprint: i64,
}

impl SessionStore {
    /// Begins a session at `path`. A file that is there already is kept as `NAME-before` with the same ending, in place
    /// of an older one of that name.
    ///
    /// # Errors
    /// When another process is recording into it, the folder cannot be written to or the disk is full.
    pub fn create(path: &Path, scenario: &Scenario) -> Result<Arc<Self>, SessionError> {
        Self::create_within(path, scenario, None)
    }

    /// The same with a file that may grow to so many bytes; what does not go in is refused as on a full disk.
    ///
    /// # Errors
    /// When another process is recording into it, the folder cannot be written to or the disk is full.
    pub fn create_within(path: &Path, scenario: &Scenario, most_bytes: Option<u64>) -> Result<Arc<Self>, SessionError> {
        let lock = SessionLock::take(path)?;
        let fresh = new_beside(path).map_err(io_error(path))?.into_temp_path();
        lay_out(&fresh, path, scenario)?;
        keep_older(path).map_err(io_error(path))?;
        fresh.persist(path).map_err(|failure| io_error(path)(failure.error))?;
        let database = open_to_write(path, most_bytes)?;
        Ok(Arc::new(Self {
            path: path.to_owned(),
            database: Mutex::new(database),
            reading: Arc::new(Reading::later(path)),
            tracks: Mutex::default(),
            lock: Arc::new(lock),
        }))
    }

    /// Writes everything that was put so far to another file, in one step; a file that is there gives way to it.
    ///
    /// # Errors
    /// When that is the file itself, its folder cannot be written to or the disk is full.
    pub fn copy_to(&self, path: &Path) -> Result<(), SessionError> {
        let _whole = SessionLock::take(path)?; // nobody may be recording into it, this store included
        let beside = new_beside(path).map_err(io_error(path))?.into_temp_path();
        // An empty file is taken for an empty database.
        let copied = self.database().execute("VACUUM INTO ?1", [beside.to_string_lossy()]);
        copied.map_err(store_error(path))?;
        beside.persist(path).map_err(|failure| io_error(path)(failure.error))
    }

    /// Opens a session to record on into it; what it has is read on through the session's own records, which grow.
    ///
    /// # Errors
    /// When another process is recording into it or has done so since it was opened, or it cannot be written to.
    pub fn reopen(session: &Session) -> Result<Arc<Self>, SessionError> {
        let path = session.path();
        let lock = Arc::new(SessionLock::take(path)?);
        let database = open_to_write(path, None)?;
        let tracks = session.tracks.clone();
        for (branch, track) in &tracks {
            let last = last_row(&database, "frames", "i", *branch).map_err(store_error(path))?;
            if last != session.last_rows.get(branch).copied().flatten() {
                return Err(SessionError::Changed { path: path.to_owned() });
            }
            track.hold(&lock);
        }
        Ok(Arc::new(Self {
            path: path.to_owned(),
            database: Mutex::new(database),
            reading: Arc::clone(&session.reading),
            tracks: Mutex::new(tracks),
            lock,
        }))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A writer that goes on where the rows of a branch end.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn writer(self: &Arc<Self>, branch: BranchId) -> Result<SessionWriter, SessionError> {
        let ends = {
            let database = self.database();
            let last = |table, key| last_row(&database, table, key, branch);
            let of_samples = || {
                let Some(first) = last("samples", "first")? else { return Ok(None) };
                database.query_row("SELECT first + n - 1 FROM samples WHERE first = ?1", [first], |row| row.get(0))
            };
            last("frames", "i").and_then(|frame| Ok([frame, of_samples()?, last("checkpoints", "i")?]))
        };
        let first = rows_of(branch).start;
        let next = ends.map_err(store_error(&self.path))?.map(|last| last.map_or(0, |last| last + 1 - first));
        Ok(SessionWriter::of(Arc::clone(self), branch, self.track(branch), next))
    }

    /// A writer of a branch that has nothing yet. What a process that was killed may have left under its number goes.
    ///
    /// # Errors
    /// When the disk is full or the file is lost.
    pub fn writer_afresh(self: &Arc<Self>, branch: BranchId) -> Result<SessionWriter, SessionError> {
        if branch != BranchId::ROOT {
            self.transact(|transaction| take_out(transaction, branch))?;
            self.forget(branch);
        }
        self.writer(branch)
    }

    /// Whoever still shows the record of a branch must not come upon the rows of its next run.
    fn forget(&self, branch: BranchId) {
        if let Some(track) = self.tracks.lock().unwrap_or_else(PoisonError::into_inner).remove(&branch) {
            track.clear();
        }
    }

    fn track(&self, branch: BranchId) -> Arc<Track> {
        let mut tracks = self.tracks.lock().unwrap_or_else(PoisonError::into_inner);
        let track = tracks.entry(branch).or_default();
        track.hold(&self.lock);
        Arc::clone(track)
    }

    /// Writes the tree of branches, in place of what was there, and takes out the rows of branches that were given up;
    /// all or nothing.
    ///
    /// # Errors
    /// When the disk is full or the file is lost; what was written before stays.
    pub fn put_worlds(&self, worlds: &Worlds, given_up: &[BranchId]) -> Result<(), SessionError> {
        let blob = encode(worlds).map_err(|source| self.encode_error("worlds", source))?;
        self.transact(|transaction| {
            put_worlds(transaction, &blob)?;
            given_up.iter().try_for_each(|branch| take_out(transaction, *branch))
        })?;
        for branch in given_up {
            self.forget(*branch);
        }
        Ok(())
    }

    /// The time, s, of the last state of a branch at or before a time from which a run can go on.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn checkpoint_secs_before(&self, branch: BranchId, time_secs: f64) -> Result<Option<f64>, SessionError> {
        Ok(self.marks_before(branch, time_secs)?.first().map(|mark| mark.time_secs))
    }

    /// That state, and the [fingerprint](crate::io::checkpoint::fingerprint) of the scenario that it fits; one that is
    /// damaged gives way to the one before it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn checkpoint_before(
        &self,
        branch: BranchId,
        time_secs: f64,
    ) -> Result<Option<(Checkpoint, u64)>, SessionError> {
        let marks = self.marks_before(branch, time_secs)?;
        let read = |database: &Connection, Mark { row, fingerprint, .. }: &Mark| {
            Some((read_checkpoint(database, *row)?, fingerprint.cast_unsigned()))
        };
        self.reading.with(|database| marks.iter().find_map(|mark| read(database, mark)))
    }

    /// The states of a branch up to a time, the last first.
    fn marks_before(&self, branch: BranchId, time_secs: f64) -> Result<Vec<Mark>, SessionError> {
        let rows = rows_of(branch);
        let sql = "SELECT i, time_secs, fingerprint FROM checkpoints WHERE i >= ?1 AND i < ?2 AND format = ?3 AND time_secs <= ?4
                   ORDER BY time_secs DESC";
        let read = |database: &Connection| {
            let mut select = database.prepare_cached(sql)?;
            let asked = params![rows.start, rows.end, CHECKPOINT_VERSION, time_secs];
            let mark = |row: &rusqlite::Row<'_>| {
                Ok(Mark { row: row.get(0)?, time_secs: row.get(1)?, fingerprint: row.get(2)? })
            };
            select.query_map(asked, mark)?.collect()
        };
        let marks: rusqlite::Result<Vec<Mark>> = self.reading.with(read)?;
        marks.map_err(store_error(&self.path))
    }

    /// One transaction: all of it or nothing.
    pub(super) fn transact(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), SessionError> {
        let database = self.database();
        let done = database.unchecked_transaction().and_then(|transaction| {
            work(&transaction)?;
            transaction.commit()
        });
        done.map_err(store_error(&self.path))
    }

    fn database(&self) -> MutexGuard<'_, Connection> {
        self.database.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn encode_error(&self, part: &'static str, source: postcard::Error) -> SessionError {
        SessionError::Encode { part, source, path: self.path.clone() }
    }
}

impl Drop for SessionStore {
    /// Readers may still have it open; the last of them then takes the log away.
    fn drop(&mut self) {
        self.reading.let_go(); // else it would keep the log in use itself
        let database = self.database();
        if let Err(error) = database.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") {
            tracing::warn!("the session keeps its log, which belongs to it: {error}: {}", self.path.display());
        }
        if let Err(error) = database.execute_batch("PRAGMA journal_mode = DELETE") {
            tracing::debug!("the session keeps its log while it is read: {error}");
        }
    }
}

/// Makes the file of a session. Nobody knows it yet, so there is nothing to roll back.
fn lay_out(fresh: &Path, path: &Path, scenario: &Scenario) -> Result<(), SessionError> {
    let database = Connection::open(fresh).map_err(store_error(path))?;
    database.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN").map_err(store_error(path))?;
    database.pragma_update(None, "application_id", APPLICATION_ID).map_err(store_error(path))?;
    database.execute_batch(TABLES).map_err(store_error(path))?;
    put_scenario(&database, path, scenario)?;
    database.execute_batch("COMMIT").map_err(store_error(path))?;
    database.close().map_err(|(_database, source)| store_error(path)(source))?;
    File::open(fresh).and_then(|file| file.sync_all()).map_err(io_error(path))
}

fn put_scenario(database: &Connection, path: &Path, scenario: &Scenario) -> Result<(), SessionError> {
    let encode_error = |part| move |source| SessionError::Encode { part, source, path: path.to_owned() };
    let blob = encode(scenario).map_err(encode_error("scenario"))?;
    let worlds = encode(&Worlds::new(scenario.name.clone(), Orders::none())).map_err(encode_error("worlds"))?;
    let rows = [
        ("version", SESSION_VERSION.to_string()),
        ("minor", SESSION_MINOR.to_string()),
        ("created_by", format!("hetu {}", env!("CARGO_PKG_VERSION"))),
        ("name", scenario.name.clone()),
        ("title_zh", scenario.title.zh.clone()),
        ("title_en", scenario.title.en.clone()),
        ("mode", scenario.mode.label().en.to_owned()),
    ];
    rows.iter()
        .try_for_each(|(key, value)| put_meta(database, key, value))
        // Nothing can be shown without it, so there are two.
        .and_then(|()| put_part(database, BranchId::ROOT, "scenario", &blob))
        .and_then(|()| put_part(database, BranchId::ROOT, "scenario-copy", &blob))
        .and_then(|()| put_worlds(database, &worlds))
        .map_err(store_error(path))
}

/// Which frame is of which branch cannot be guessed, so there are two of these too.
fn put_worlds(database: &Connection, blob: &[u8]) -> rusqlite::Result<()> {
    put_part(database, BranchId::ROOT, "worlds", blob)?;
    put_part(database, BranchId::ROOT, "worlds-copy", blob)
}

pub(super) fn put_meta(database: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    database.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", params![key, value])?;
    Ok(())
}

pub(super) fn put_part(database: &Connection, branch: BranchId, part: &str, blob: &[u8]) -> rusqlite::Result<()> {
    database.execute(
        "INSERT OR REPLACE INTO parts (branch, name, blob, checksum) VALUES (?1, ?2, ?3, ?4)",
        params![branch.0, part, blob, checksum(blob)],
    )?;
    Ok(())
}

fn take_out(database: &Connection, branch: BranchId) -> rusqlite::Result<()> {
    let rows = rows_of(branch);
    for (table, key) in [("frames", "i"), ("samples", "first"), ("checkpoints", "i")] {
        database.execute(&format!("DELETE FROM {table} WHERE {key} >= ?1 AND {key} < ?2"), [rows.start, rows.end])?;
    }
    database.execute("DELETE FROM parts WHERE branch = ?1", [branch.0])?;
    database.execute("DELETE FROM meta WHERE key = ?1", [n_frames_key(branch)])?;
    Ok(())
}

/// Where the number of frames of a branch is told at its end.
pub(super) fn n_frames_key(branch: BranchId) -> String {
    if branch == BranchId::ROOT { "n_frames".to_owned() } else { format!("n_frames-{}", branch.0) }
}

/// The last row of a branch in a table.
pub(super) fn last_row(
    database: &Connection,
    table: &str,
    key: &str,
    branch: BranchId,
) -> rusqlite::Result<Option<i64>> {
    let rows = rows_of(branch);
    let sql = format!("SELECT max({key}) FROM {table} WHERE {key} >= ?1 AND {key} < ?2");
    database.query_row(&sql, [rows.start, rows.end], |row| row.get(0))
}

/// A connection that writes. Its log is in the file system's hands after each transaction: the end of the process
/// loses nothing, a loss of power at most the last seconds.
fn open_to_write(path: &Path, most_bytes: Option<u64>) -> Result<Connection, SessionError> {
    let database = Connection::open(path).map_err(store_error(path))?;
    database
        .busy_timeout(PATIENCE)
        .and_then(|()| database.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"))
        .and_then(|()| most_bytes.map_or(Ok(()), |most| bound(&database, most)))
        .map_err(store_error(path))?;
    Ok(database)
}

fn bound(database: &Connection, most_bytes: u64) -> rusqlite::Result<()> {
    let page_bytes: i64 = database.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let most_pages = i64::try_from(most_bytes).unwrap_or(i64::MAX) / page_bytes.max(1);
    // It answers with what it came to: never less than the file has already.
    database.pragma_update_and_check(None, "max_page_count", most_pages, |_row| Ok(()))
}

/// Puts a session that is in the way aside, with its log if it was interrupted.
fn keep_older(path: &Path) -> std::io::Result<()> {
    if !path.exists() {
        return Ok(());
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().map_or_else(String::new, |ending| format!(".{}", ending.to_string_lossy()));
    let aside = path.with_file_name(format!("{stem}-before{ending}"));
    for log in ["-wal", "-shm"] {
        remove_if_there(&beside(&aside, log))?;
    }
    fs::rename(path, &aside)?;
    let log = beside(path, "-wal");
    if log.exists() {
        fs::rename(log, beside(&aside, "-wal"))?;
    }
    remove_if_there(&beside(path, "-shm"))
}

fn remove_if_there(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
