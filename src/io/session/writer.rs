//! Writes a session file, as the run goes.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::domain::frame::Envelope;
use crate::domain::order::Orders;
use crate::domain::recording::{Checkpoint, FrameSource, PackedFrame, Recording, RunSummary, Sample};
use crate::domain::scenario::Scenario;
use crate::io::beside::new_beside;
use crate::io::checkpoint::{CHECKPOINT_VERSION, fingerprint};
use crate::io::session::body::{checksum, encode, encode_large, fields_checksum, head_checksum};
use crate::io::session::error::{SessionError, io_error, store_error};
use crate::io::session::frames::SessionFrames;
use crate::io::session::lock::{SessionLock, beside};
use crate::io::session::{APPLICATION_ID, SESSION_MINOR, SESSION_VERSION};

const TABLES: &str = "
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE parts (name TEXT PRIMARY KEY, blob BLOB NOT NULL, checksum INTEGER NOT NULL);
    CREATE TABLE frames (i INTEGER PRIMARY KEY, time_secs REAL NOT NULL, key INTEGER, readings BLOB NOT NULL,
                         head_checksum INTEGER NOT NULL, fields BLOB NOT NULL, fields_checksum INTEGER NOT NULL);
    CREATE TABLE samples (first INTEGER PRIMARY KEY, n INTEGER NOT NULL, blob BLOB NOT NULL,
                          checksum INTEGER NOT NULL);
    CREATE TABLE checkpoints (i INTEGER PRIMARY KEY, time_secs REAL NOT NULL, format INTEGER NOT NULL,
                              fingerprint INTEGER NOT NULL, blob BLOB NOT NULL, checksum INTEGER NOT NULL);
";

/// How long the writer waits for a stranger's transaction.
const PATIENCE: Duration = Duration::from_secs(10);

/// What recording has cost, for `hetu bench --session`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct RecorderFigures {
    /// Bytes of all packed fields.
    pub packed_bytes: u64,
    /// Bytes of all checkpoints.
    pub checkpoint_bytes: u64,
    /// Time the recorder spent on packing, s.
    pub pack_secs: f64,
    /// Time it spent on writing, s.
    pub write_secs: f64,
    /// Time the computation waited for it, s.
    pub waited_secs: f64,
}

/// What a run came to.
#[derive(Debug, Clone, Copy)]
pub struct SessionEnd<'a> {
    /// The extremes.
    pub envelope: Option<&'a Envelope>,
    /// The figures of the run; `None` leaves it interrupted.
    pub summary: Option<&'a RunSummary>,
    /// What recording has cost.
    pub figures: Option<&'a RecorderFigures>,
    /// The orders it had.
    pub orders: &'a Orders,
}

/// A session file being written. What was put there stays there, whatever becomes of the process.
#[derive(Debug)]
pub struct SessionWriter {
    path: PathBuf,
    database: Connection,
    n_frames: i64,
    n_samples: i64,
    n_checkpoints: i64,
    /// Shared with whoever reads frames back: while they are shown nobody else may take the file.
    lock: Arc<SessionLock>,
}

impl SessionWriter {
    /// Begins a session at `path`. A file that is there already is kept as `NAME-before` with the same ending, in place
    /// of an older one of that name.
    ///
    /// # Errors
    /// When another process is recording into it, the folder cannot be written to or the disk is full.
    pub fn create(path: &Path, scenario: &Scenario) -> Result<Self, SessionError> {
        let lock = SessionLock::take(path)?;
        let fresh = new_beside(path).map_err(io_error(path))?.into_temp_path();
        // Nobody knows the file yet, so there is nothing to roll back.
        let database = Connection::open(&fresh).map_err(store_error(path))?;
        database
            .execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")
            .map_err(store_error(path))?;
        database.pragma_update(None, "application_id", APPLICATION_ID).map_err(store_error(path))?;
        database.execute_batch(TABLES).map_err(store_error(path))?;
        put_scenario(&database, path, scenario)?;
        database.execute_batch("COMMIT").map_err(store_error(path))?;
        database.close().map_err(|(_database, source)| store_error(path)(source))?;
        File::open(&fresh).and_then(|file| file.sync_all()).map_err(io_error(path))?;
        keep_older(path).map_err(io_error(path))?;
        fresh.persist(path).map_err(|failure| io_error(path)(failure.error))?;
        let database = open_to_write(path)?;
        Ok(Self { path: path.to_owned(), database, n_frames: 0, n_samples: 0, n_checkpoints: 0, lock: Arc::new(lock) })
    }

    /// Where it is written.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads back, through a connection of its own, what this writer has written.
    pub fn source(&self) -> Arc<dyn FrameSource> {
        Arc::new(SessionFrames::growing(&self.path, Arc::clone(&self.lock)))
    }

    /// Writes the next frame and the samples up to it, all or nothing.
    ///
    /// # Errors
    /// When the disk is full or the file is lost; what was written before stays.
    pub fn put_frame(&mut self, frame: &PackedFrame, samples: &[Arc<Sample>]) -> Result<(), SessionError> {
        let readings =
            postcard::to_stdvec(&*frame.readings()).map_err(|source| self.encode_error("readings", source))?;
        let (index, time_secs) = (self.n_frames, frame.time_secs());
        let key = frame.key().and_then(|key| i64::try_from(key).ok());
        let portion = self.portion(samples)?;
        let written = self.database.unchecked_transaction().and_then(|transaction| {
            transaction
                .prepare_cached(
                    "INSERT INTO frames (i, time_secs, key, readings, head_checksum, fields, fields_checksum)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute(params![
                    index,
                    time_secs,
                    key,
                    readings,
                    head_checksum(index, time_secs, key, &readings),
                    frame.fields(),
                    fields_checksum(index, frame.fields()),
                ])?;
            put_samples(&transaction, self.n_samples, samples.len(), &portion)?;
            transaction.commit()
        });
        written.map_err(store_error(&self.path))?;
        self.n_frames += 1;
        self.n_samples += i64::try_from(samples.len()).unwrap_or(0);
        Ok(())
    }

    /// Writes a state to go on from, the orders and the extremes up to it, in place of earlier ones of these two. The
    /// scenario is that of the session as the orders up to then have made it. Returns the bytes it takes.
    ///
    /// # Errors
    /// When the disk is full or the file is lost; what was written before stays.
    pub fn put_checkpoint(
        &mut self,
        checkpoint: &Checkpoint,
        scenario: &Scenario,
        orders: &Orders,
        envelope: &Envelope,
    ) -> Result<usize, SessionError> {
        let failed = |part| move |source| (part, source);
        let parts = (|| {
            let blob = encode_large(checkpoint).map_err(failed("checkpoint"))?;
            let mark = fingerprint(scenario).map_err(failed("scenario"))?;
            let envelope = encode_large(envelope).map_err(failed("envelope"))?;
            Ok((blob, mark, envelope, encode(orders).map_err(failed("orders"))?))
        })();
        let (blob, mark, envelope, orders) = parts.map_err(|(part, source)| self.encode_error(part, source))?;
        let written = self.database.unchecked_transaction().and_then(|transaction| {
            transaction.execute(
                "INSERT INTO checkpoints (i, time_secs, format, fingerprint, blob, checksum)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    self.n_checkpoints,
                    checkpoint.time_secs(),
                    CHECKPOINT_VERSION,
                    mark.cast_signed(),
                    blob,
                    checksum(&blob)
                ],
            )?;
            put_part(&transaction, "envelope", &envelope)?;
            put_part(&transaction, "orders", &orders)?;
            transaction.commit()
        });
        written.map_err(store_error(&self.path))?;
        self.n_checkpoints += 1;
        Ok(blob.len())
    }

    /// Writes the last samples and what the run came to, and closes the file: nothing but it is left. Without a summary
    /// the session counts as interrupted.
    ///
    /// # Errors
    /// When the disk is full or the file is lost; what was written before stays.
    pub fn finish(mut self, samples: &[Arc<Sample>], end: &SessionEnd<'_>) -> Result<(), SessionError> {
        let portion = self.portion(samples)?;
        let failed = |part| move |source| (part, source);
        let parts = (|| {
            let envelope = end.envelope.map(encode_large).transpose().map_err(failed("envelope"))?;
            let summary = end.summary.map(encode).transpose().map_err(failed("summary"))?;
            let figures = end.figures.map(encode).transpose().map_err(failed("recorder"))?;
            let orders = Some(encode(end.orders).map_err(failed("orders"))?);
            Ok([("envelope", envelope), ("summary", summary), ("recorder", figures), ("orders", orders)])
        })();
        let parts = parts.map_err(|(part, source)| self.encode_error(part, source))?;
        let written = self.database.unchecked_transaction().and_then(|transaction| {
            put_samples(&transaction, self.n_samples, samples.len(), &portion)?;
            for (part, blob) in parts {
                if let Some(blob) = blob {
                    put_part(&transaction, part, &blob)?;
                }
            }
            put_meta(&transaction, "n_frames", &self.n_frames.to_string())?;
            transaction.commit()
        });
        written.map_err(store_error(&self.path))?;
        self.close()
    }

    /// Closes the file in good order. Readers may still have it open; the last of them then takes the log away.
    fn close(&mut self) -> Result<(), SessionError> {
        self.database.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").map_err(store_error(&self.path))?;
        if let Err(error) = self.database.execute_batch("PRAGMA journal_mode = DELETE") {
            tracing::debug!("the session keeps its log while it is read: {error}");
        }
        Ok(())
    }

    fn portion(&self, samples: &[Arc<Sample>]) -> Result<Vec<u8>, SessionError> {
        let rows: Vec<&Sample> = samples.iter().map(AsRef::as_ref).collect();
        encode(&rows).map_err(|source| self.encode_error("samples", source))
    }

    fn encode_error(&self, part: &'static str, source: postcard::Error) -> SessionError {
        SessionError::Encode { part, source, path: self.path.clone() }
    }
}

/// Writes a whole session at once, every frame for itself.
///
/// # Errors
/// When the place cannot be written to or the disk is full.
pub fn write_session(
    path: &Path,
    scenario: &Scenario,
    recording: &Recording,
    summary: Option<&RunSummary>,
) -> Result<(), SessionError> {
    let mut writer = SessionWriter::create(path, scenario)?;
    for frame in (0..recording.n_frames()).filter_map(|index| recording.frame(index)) {
        writer.put_frame(&PackedFrame::pack(&frame, recording.shape()), &[])?;
    }
    let envelope = recording.envelope();
    let end = SessionEnd { envelope: envelope.as_deref(), summary, figures: None, orders: &Orders::none() };
    writer.finish(&recording.samples_from(0), &end)
}

fn put_scenario(database: &Connection, path: &Path, scenario: &Scenario) -> Result<(), SessionError> {
    let blob =
        encode(scenario).map_err(|source| SessionError::Encode { part: "scenario", source, path: path.to_owned() })?;
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
        .and_then(|()| put_part(database, "scenario", &blob))
        .and_then(|()| put_part(database, "scenario-copy", &blob))
        .map_err(store_error(path))
}

fn put_meta(database: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    database.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", params![key, value])?;
    Ok(())
}

fn put_part(database: &Connection, part: &str, blob: &[u8]) -> rusqlite::Result<()> {
    database.execute(
        "INSERT OR REPLACE INTO parts (name, blob, checksum) VALUES (?1, ?2, ?3)",
        params![part, blob, checksum(blob)],
    )?;
    Ok(())
}

fn put_samples(database: &Connection, first: i64, n: usize, portion: &[u8]) -> rusqlite::Result<()> {
    if n > 0 {
        let mut insert =
            database.prepare_cached("INSERT INTO samples (first, n, blob, checksum) VALUES (?1, ?2, ?3, ?4)")?;
        insert.execute(params![first, i64::try_from(n).unwrap_or(0), portion, checksum(portion)])?;
    }
    Ok(())
}

/// A connection that writes. Its log is in the file system's hands after each transaction: the end of the process
/// loses nothing, a loss of power at most the last seconds.
fn open_to_write(path: &Path) -> Result<Connection, SessionError> {
    let database = Connection::open(path).map_err(store_error(path))?;
    database
        .busy_timeout(PATIENCE)
        .and_then(|()| database.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"))
        .map_err(store_error(path))?;
    Ok(database)
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
