//! Reads a session file: what is whole of it, and what is not.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _};
use serde::de::DeserializeOwned;

use crate::domain::frame::{Envelope, Readings};
use crate::domain::order::Orders;
use crate::domain::recording::{Checkpoint, Recording, RunSummary, Sample};
use crate::domain::scenario::Scenario;
use crate::io::checkpoint::CHECKPOINT_VERSION;
use crate::io::session::body::{checksum, decode, decode_large, head_checksum};
use crate::io::session::error::{Lost, SessionError, io_error, store_error};
use crate::io::session::frames::{SessionFrames, open_to_read, read_fields};
use crate::io::session::lock::SessionLock;
use crate::io::session::writer::RecorderFigures;
use crate::io::session::{APPLICATION_ID, SESSION_VERSION};

/// First bytes of every `SQLite` database.
const SQLITE_MAGIC: [u8; 16] = *b"SQLite format 3\0";

/// Packed frames that a session which is only looked at keeps in memory, bytes.
const CACHE_BYTES: usize = 256 << 20;

/// A run as it was recorded, or as far as it was.
#[derive(Debug)]
pub struct Session {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// Every whole frame and sample, and the extremes; fields stay in the file until they are asked for.
    pub recording: Arc<Recording>,
    /// The figures of the run, if it was computed to its end.
    pub summary: Option<RunSummary>,
    /// What recording has cost, if the run came to its end.
    pub figures: Option<RecorderFigures>,
    /// The orders of the run, up to its end or its last checkpoint.
    pub orders: Orders,
    /// The program that wrote the file.
    pub created_by: String,
    /// States to go on from, by time.
    pub checkpoints: Vec<CheckpointMark>,
    /// What is damaged, as far as it was looked at.
    pub lost: Vec<Lost>,
    path: PathBuf,
}

/// Where a state to go on from stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckpointMark {
    /// Position in the file.
    pub index: i64,
    /// Simulated time, s.
    pub time_secs: f64,
    /// Version of its form; only [`CHECKPOINT_VERSION`] can be gone on from.
    pub format: u32,
    /// Fingerprint of the scenario as the orders up to then had made it.
    pub fingerprint: u64,
}

impl Session {
    /// Whether a file looks like a session, by its first bytes; for commands that take scenarios and sessions.
    pub fn is_session(path: &Path) -> bool {
        first_bytes(path).is_ok_and(|bytes| bytes == SQLITE_MAGIC)
    }

    /// Whether a process is recording into this session now.
    pub fn is_being_written(path: &Path) -> bool {
        SessionLock::is_held(path)
    }

    /// Size of the file, bytes.
    ///
    /// # Errors
    /// When it is not there.
    pub fn file_bytes(path: &Path) -> Result<u64, SessionError> {
        std::fs::metadata(path).map(|about| about.len()).map_err(io_error(path))
    }

    /// Reads everything but the fields of the frames, which are read and checked when they are asked for.
    ///
    /// # Errors
    /// When the file cannot be read, is not a session, is of another major version, or has lost its scenario.
    pub fn open(path: &Path) -> Result<Self, SessionError> {
        Self::read(path, false)
    }

    /// The same, and checks every byte: the recording then has whole frames only, and `lost` everything else.
    ///
    /// # Errors
    /// When the file cannot be read, is not a session, is of another major version, or has lost its scenario.
    pub fn open_checked(path: &Path) -> Result<Self, SessionError> {
        Self::read(path, true)
    }

    fn read(path: &Path, is_checked: bool) -> Result<Self, SessionError> {
        let mut file = SessionFile::open(path)?;
        let scenario: Scenario = file.scenario()?;
        let frames = file.frame_heads(&scenario, is_checked);
        let samples = file.samples();
        let envelope = file.envelope(&scenario);
        let checkpoints = file.checkpoints(is_checked);
        let summary = file.optional_part("summary");
        let figures = file.optional_part("recorder");
        let orders = file.optional_part("orders").unwrap_or_default();
        let created_by = file.meta("created_by").unwrap_or_default();
        let SessionFile { database, lost, .. } = file;
        let (rows, readings): (Vec<i64>, Vec<Readings>) = frames.into_iter().unzip();
        let source = SessionFrames::of_rows(path, database, rows);
        let recording = Recording::over(&scenario.terrain.grid, Arc::new(source), CACHE_BYTES);
        for readings in readings {
            recording.push_stored(readings);
        }
        for sample in samples {
            recording.push_sample(sample);
        }
        if let Some(envelope) = envelope {
            recording.set_envelope(Arc::new(envelope));
        }
        let (scenario, recording) = (Arc::new(scenario), Arc::new(recording));
        Ok(Self { scenario, recording, summary, figures, orders, created_by, checkpoints, lost, path: path.to_owned() })
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The last state at or before a time from which a run can go on, and the [fingerprint](crate::io::checkpoint::fingerprint)
    /// of the scenario that it fits; `None` before the first, or when none of them can
    /// be used.
    ///
    /// # Errors
    /// When the file cannot be opened any more.
    pub fn checkpoint_before(&self, time_secs: f64) -> Result<Option<(Checkpoint, u64)>, SessionError> {
        let database = open_to_read(&self.path)?;
        let usable = |mark: &&CheckpointMark| mark.time_secs <= time_secs && mark.format == CHECKPOINT_VERSION;
        // One that is damaged gives way to the one before it.
        let read = |mark: &CheckpointMark| Some((read_checkpoint(&database, mark.index)?, mark.fingerprint));
        Ok(self.checkpoints.iter().rev().filter(usable).find_map(read))
    }
}

/// An open database that is known to be a session of a version this build reads.
struct SessionFile {
    database: Connection,
    path: PathBuf,
    lost: Vec<Lost>,
}

/// The small columns of a frame.
struct Head {
    time_secs: f64,
    key: Option<i64>,
    readings: Vec<u8>,
    checksum: i64,
}

impl SessionFile {
    fn open(path: &Path) -> Result<Self, SessionError> {
        let not_a_session = || SessionError::NotASession { path: path.to_owned() };
        match first_bytes(path) {
            Ok(bytes) if bytes == SQLITE_MAGIC => {}
            Ok(_) => return Err(not_a_session()),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Err(not_a_session()),
            Err(error) => return Err(io_error(path)(error)),
        }
        let database = open_to_read(path)?;
        let id: i32 =
            database.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(store_error(path))?;
        if id != APPLICATION_ID {
            return Err(not_a_session());
        }
        let file = Self { database, path: path.to_owned(), lost: Vec::new() };
        file.check_version()?;
        Ok(file)
    }

    /// Any minor version will do.
    fn check_version(&self) -> Result<(), SessionError> {
        let path = self.path.clone();
        let found: u32 = self.meta("version").and_then(|text| text.parse().ok()).ok_or_else(|| self.damaged("meta"))?;
        match found.cmp(&SESSION_VERSION) {
            std::cmp::Ordering::Greater => Err(SessionError::Newer { found, known: SESSION_VERSION, path }),
            std::cmp::Ordering::Less => Err(SessionError::Older { found, known: SESSION_VERSION, path }),
            std::cmp::Ordering::Equal => Ok(()),
        }
    }

    fn scenario(&self) -> Result<Scenario, SessionError> {
        let blob = ["scenario", "scenario-copy"].iter().find_map(|name| self.part_bytes(name).ok().flatten());
        let scenario: Scenario = blob.and_then(|blob| decode(&blob)).ok_or_else(|| self.damaged("scenario"))?;
        let terrain = &scenario.terrain;
        let n_cells = terrain.grid.n_cells();
        if [terrain.bed_m.len(), terrain.manning.len()].iter().any(|n| *n != n_cells) {
            return Err(self.damaged("scenario"));
        }
        Ok(scenario)
    }

    /// Row and readings of every whole frame.
    fn frame_heads(&mut self, scenario: &Scenario, is_checked: bool) -> Vec<(i64, Readings)> {
        let mut whole: Vec<(i64, Readings)> = Vec::new();
        for row in 0..self.n_rows(scenario) {
            let index = usize::try_from(row).unwrap_or_default();
            let Some((head, readings)) = self.frame_head(row) else {
                self.lost.push(Lost::Frame { index, time_secs: None });
                continue;
            };
            let time_secs = head.time_secs;
            let has_key = |key: i64| whole.binary_search_by_key(&key, |(row, _)| *row).is_ok();
            if let Some(key) = head.key.filter(|key| !has_key(*key)) {
                let key = usize::try_from(key).unwrap_or_default();
                self.lost.push(Lost::FrameOnLostKey { index, time_secs, key });
                continue;
            }
            let is_later = whole.last().is_none_or(|(_, before)| before.time_secs < time_secs);
            let has_fields = || !is_checked || read_fields(&self.database, row).is_some();
            if is_later && has_fields() {
                whole.push((row, readings));
            } else {
                self.lost.push(Lost::Frame { index, time_secs: Some(time_secs) });
            }
        }
        whole
    }

    /// Rows that the table of frames should have. Where it cannot say that itself, as many as the run can have made.
    fn n_rows(&self, scenario: &Scenario) -> i64 {
        let said: Option<i64> = self.meta("n_frames").and_then(|text| text.parse().ok());
        let found: Option<Option<i64>> =
            self.database.query_row("SELECT max(i) FROM frames", [], |row| row.get(0)).ok();
        #[expect(clippy::cast_possible_truncation, reason = "saturates")]
        let most = (scenario.duration_secs / scenario.output.frame_every_secs).ceil() as i64;
        // The start, the end, and a start in between.
        let most = most.saturating_add(3);
        match (said, found) {
            (Some(said), _) => said.clamp(0, most),
            (None, Some(Some(last))) => last.saturating_add(1).clamp(0, most),
            (None, Some(None)) => 0,
            (None, None) => most,
        }
    }

    fn frame_head(&self, row: i64) -> Option<(Head, Readings)> {
        let mut select = self
            .database
            .prepare_cached("SELECT time_secs, key, readings, head_checksum FROM frames WHERE i = ?1")
            .ok()?;
        let read = |row: &rusqlite::Row<'_>| {
            Ok(Head { time_secs: row.get(0)?, key: row.get(1)?, readings: row.get(2)?, checksum: row.get(3)? })
        };
        let head = select.query_row([row], read).ok()?;
        let is_whole = head_checksum(row, head.time_secs, head.key, &head.readings) == head.checksum;
        let readings: Readings = postcard::from_bytes(&head.readings).ok().filter(|_| is_whole)?;
        (readings.time_secs.to_bits() == head.time_secs.to_bits()).then_some((head, readings))
    }

    fn samples(&mut self) -> Vec<Sample> {
        let firsts = self.keys("samples", "first");
        let mut samples: Vec<Sample> = Vec::new();
        for first in firsts {
            match self.blob("SELECT blob, checksum FROM samples WHERE first = ?1", first).as_deref().map(decode) {
                Some(Some::<Vec<Sample>>(portion)) => samples.extend(portion),
                _ => self.lost.push(Lost::Samples { first }),
            }
        }
        samples
    }

    fn envelope(&mut self, scenario: &Scenario) -> Option<Envelope> {
        let n_cells = scenario.terrain.grid.n_cells();
        match self.part_bytes("envelope") {
            Ok(None) => None,
            Ok(Some(blob)) if decode_large::<Envelope>(&blob).is_some_and(|e| e.max_depth_m.len() == n_cells) => {
                decode_large(&blob)
            }
            _ => {
                self.lost.push(Lost::Part { part: "envelope" });
                None
            }
        }
    }

    fn checkpoints(&mut self, is_checked: bool) -> Vec<CheckpointMark> {
        let indices = self.keys("checkpoints", "i");
        let mut marks = Vec::new();
        for index in indices {
            let read = |row: &rusqlite::Row<'_>| {
                let fingerprint = row.get::<_, i64>(2)?.cast_unsigned();
                Ok(CheckpointMark { index, time_secs: row.get(0)?, format: row.get(1)?, fingerprint })
            };
            let sql = "SELECT time_secs, format, fingerprint FROM checkpoints WHERE i = ?1";
            let mark = self.database.query_row(sql, [index], read);
            let is_whole = !is_checked || checkpoint_bytes(&self.database, index).is_some();
            match mark {
                Ok(mark) if is_whole => marks.push(mark),
                _ => self.lost.push(Lost::Checkpoint { index }),
            }
        }
        marks.sort_by(|a, b| a.time_secs.total_cmp(&b.time_secs));
        marks
    }

    fn optional_part<T: DeserializeOwned>(&mut self, part: &'static str) -> Option<T> {
        let found = self.part_bytes(part);
        if matches!(found, Ok(None)) {
            return None;
        }
        let value = found.ok().flatten().and_then(|blob| decode(&blob));
        if value.is_none() {
            self.lost.push(Lost::Part { part });
        }
        value
    }

    /// Bytes of a part that are those that were written; `None` when there is no such part.
    fn part_bytes(&self, part: &str) -> Result<Option<Vec<u8>>, ()> {
        let row: Option<(Vec<u8>, i64)> = self
            .database
            .query_row("SELECT blob, checksum FROM parts WHERE name = ?1", [part], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
            .map_err(|_unreadable| ())?;
        match row {
            Some((blob, sum)) if checksum(&blob) == sum => Ok(Some(blob)),
            Some(_) => Err(()),
            None => Ok(None),
        }
    }

    /// The keys of a table's rows, in order. What comes before a page that cannot be read is still good; a table that
    /// an older build did not make has none.
    fn keys(&mut self, table: &'static str, key: &str) -> Vec<i64> {
        let is_there = self
            .database
            .query_row("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1", [table], |_row| Ok(()))
            .optional();
        if matches!(is_there, Ok(None)) {
            return Vec::new();
        }
        let mut keys = Vec::new();
        if self.read_keys(table, key, &mut keys).is_err() {
            self.lost.push(Lost::Table { table });
        }
        keys
    }

    fn read_keys(&self, table: &str, key: &str, keys: &mut Vec<i64>) -> rusqlite::Result<()> {
        let mut select = self.database.prepare(&format!("SELECT {key} FROM {table} ORDER BY {key}"))?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            keys.push(row.get(0)?);
        }
        Ok(())
    }

    fn blob(&self, sql: &str, key: i64) -> Option<Vec<u8>> {
        whole_blob(&self.database, sql, key)
    }

    fn meta(&self, key: &str) -> Option<String> {
        self.database.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0)).ok()
    }

    fn damaged(&self, part: &'static str) -> SessionError {
        SessionError::Damaged { part, path: self.path.clone() }
    }
}

fn read_checkpoint(database: &Connection, index: i64) -> Option<Checkpoint> {
    decode_large(&checkpoint_bytes(database, index)?)
}

fn checkpoint_bytes(database: &Connection, index: i64) -> Option<Vec<u8>> {
    whole_blob(database, "SELECT blob, checksum FROM checkpoints WHERE i = ?1", index)
}

/// A blob that matches the checksum beside it.
fn whole_blob(database: &Connection, sql: &str, key: i64) -> Option<Vec<u8>> {
    let (blob, sum): (Vec<u8>, i64) = database.query_row(sql, [key], |row| Ok((row.get(0)?, row.get(1)?))).ok()?;
    (checksum(&blob) == sum).then_some(blob)
}

fn first_bytes(path: &Path) -> std::io::Result<[u8; 16]> {
    let mut bytes = [0; 16];
    File::open(path)?.read_exact(&mut bytes)?;
    Ok(bytes)
}
