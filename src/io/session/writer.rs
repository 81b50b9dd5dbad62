//! Writes a session file.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};
use serde::Serialize;
use tempfile::TempPath;

use crate::domain::recording::{PackedFrame, Recording, RunSummary};
use crate::domain::scenario::Scenario;
use crate::io::beside::new_beside;
use crate::io::session::{
    APPLICATION_ID, SESSION_VERSION, SessionError, frame_checksum, io_error, part_checksum, store_error,
};

const TABLES: &str = "
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE parts (name TEXT PRIMARY KEY, blob BLOB NOT NULL, checksum INTEGER NOT NULL);
    CREATE TABLE frames (i INTEGER PRIMARY KEY, time_secs REAL NOT NULL, fields BLOB NOT NULL,
                         readings BLOB NOT NULL, checksum INTEGER NOT NULL);
";

/// A session file being written. Dropped before [`SessionWriter::finish`], it leaves nothing behind.
#[derive(Debug)]
pub struct SessionWriter {
    path: PathBuf,
    // Before the temporary file, so that the database is closed when that is removed.
    database: Connection,
    temporary: TempPath,
    n_frames: usize,
}

impl SessionWriter {
    /// Begins a file that will be at `path`; until it is finished, its bytes are in a temporary file beside.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn create(path: &Path, scenario: &Scenario) -> Result<Self, SessionError> {
        let temporary = new_beside(path).map_err(io_error(path))?.into_temp_path();
        let database = Connection::open(&temporary).map_err(store_error(path))?;
        let writer = Self { path: path.to_owned(), database, temporary, n_frames: 0 };
        writer.lay_out().map_err(store_error(path))?;
        writer.put_meta(scenario).map_err(store_error(path))?;
        writer.put_part("scenario", scenario)?;
        Ok(writer)
    }

    /// Writes the frames of a recording that are not in the file yet.
    ///
    /// # Errors
    /// When the disk is full or the file is lost.
    pub fn append(&mut self, recording: &Recording) -> Result<(), SessionError> {
        while let Some(frame) = recording.packed(self.n_frames) {
            self.put_frame(&frame)?;
            self.n_frames += 1;
        }
        Ok(())
    }

    /// Writes what is left, makes the file durable and moves it to its place, over an older one.
    ///
    /// # Errors
    /// When the disk is full or the place cannot be written to; the older file is then still there.
    pub fn finish(mut self, recording: &Recording, summary: Option<&RunSummary>) -> Result<(), SessionError> {
        self.append(recording)?;
        self.put_part("samples", &recording.samples_from(0).iter().map(AsRef::as_ref).collect::<Vec<_>>())?;
        if let Some(envelope) = recording.envelope() {
            self.put_part("envelope", &*envelope)?;
        }
        if let Some(summary) = summary {
            self.put_part("summary", summary)?;
        }
        let Self { path, database, temporary, n_frames } = self;
        put_meta(&database, "n_frames", &n_frames.to_string())
            .and_then(|()| put_meta(&database, "n_cells", &recording.n_cells().to_string()))
            .and_then(|()| database.execute_batch("COMMIT"))
            .map_err(store_error(&path))?;
        database.close().map_err(|(_database, source)| store_error(&path)(source))?;
        File::open(&temporary).and_then(|file| file.sync_all()).map_err(io_error(&path))?;
        temporary.persist(&path).map_err(|failure| io_error(&path)(failure.error))
    }

    /// One transaction and no journal: a file that is not finished is never seen, so there is nothing to roll back.
    fn lay_out(&self) -> rusqlite::Result<()> {
        self.database.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
        self.database.pragma_update(None, "application_id", APPLICATION_ID)?;
        self.database.execute_batch("BEGIN")?;
        self.database.execute_batch(TABLES)
    }

    fn put_meta(&self, scenario: &Scenario) -> rusqlite::Result<()> {
        let rows = [
            ("version", SESSION_VERSION.to_string()),
            ("created_by", format!("hetu {}", env!("CARGO_PKG_VERSION"))),
            ("name", scenario.name.clone()),
            ("title_zh", scenario.title.zh.clone()),
            ("title_en", scenario.title.en.clone()),
            ("mode", scenario.mode.label().en.to_owned()),
        ];
        rows.iter().try_for_each(|(key, value)| put_meta(&self.database, key, value))
    }

    fn put_part(&self, part: &'static str, value: &impl Serialize) -> Result<(), SessionError> {
        let bytes = self.encode(part, value)?;
        let blob = lz4_flex::block::compress_prepend_size(&bytes);
        self.database
            .execute("INSERT INTO parts VALUES (?1, ?2, ?3)", params![part, blob, part_checksum(&blob)])
            .map_err(store_error(&self.path))?;
        Ok(())
    }

    fn put_frame(&self, frame: &PackedFrame) -> Result<(), SessionError> {
        let readings = self.encode("readings", &*frame.readings())?;
        let time_secs = frame.time_secs();
        let checksum = frame_checksum(self.n_frames, time_secs, frame.fields(), &readings);
        let mut insert = self
            .database
            .prepare_cached("INSERT INTO frames VALUES (?1, ?2, ?3, ?4, ?5)")
            .map_err(store_error(&self.path))?;
        let index = i64::try_from(self.n_frames).expect("fewer frames than 2^63");
        insert
            .execute(params![index, time_secs, frame.fields(), readings, checksum])
            .map_err(store_error(&self.path))?;
        Ok(())
    }

    fn encode(&self, part: &'static str, value: &impl Serialize) -> Result<Vec<u8>, SessionError> {
        postcard::to_stdvec(value).map_err(|source| SessionError::Encode { part, source, path: self.path.clone() })
    }
}

/// Writes a whole session at once.
///
/// # Errors
/// When the place cannot be written to or the disk is full; nothing half-written is left.
pub fn write_session(
    path: &Path,
    scenario: &Scenario,
    recording: &Recording,
    summary: Option<&RunSummary>,
) -> Result<(), SessionError> {
    SessionWriter::create(path, scenario)?.finish(recording, summary)
}

fn put_meta(database: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    database.execute("INSERT INTO meta VALUES (?1, ?2)", params![key, value])?;
    Ok(())
}
