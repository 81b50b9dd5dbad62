//! Reads a session file.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _};
use serde::de::DeserializeOwned;

use crate::domain::frame::{Envelope, Readings};
use crate::domain::recording::{PackedFrame, Recording, RunSummary, Sample};
use crate::domain::scenario::Scenario;
use crate::io::session::{
    APPLICATION_ID, SESSION_VERSION, SessionError, frame_checksum, io_error, part_checksum, store_error,
};

/// First bytes of every `SQLite` database.
const SQLITE_MAGIC: [u8; 16] = *b"SQLite format 3\0";

/// A run as it was recorded.
#[derive(Debug)]
pub struct Session {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// Every frame and sample, and the extremes.
    pub recording: Arc<Recording>,
    /// The figures of the run, if it was computed to its end.
    pub summary: Option<RunSummary>,
    /// The program that wrote the file.
    pub created_by: String,
}

impl Session {
    /// Whether a file looks like a session, by its first bytes; for commands that take scenarios and sessions.
    pub fn is_session(path: &Path) -> bool {
        first_bytes(path).is_ok_and(|bytes| bytes == SQLITE_MAGIC)
    }

    /// Reads a whole session and checks every byte of it.
    ///
    /// # Errors
    /// When the file cannot be read, is not a session, is newer than this build or of an older form, or is damaged
    /// anywhere.
    pub fn open(path: &Path) -> Result<Self, SessionError> {
        let file = SessionFile::open(path)?;
        let scenario: Scenario = file.part("scenario")?.ok_or_else(|| file.damaged("scenario"))?;
        let recording = file.recording(&scenario)?;
        Ok(Self {
            scenario: Arc::new(scenario),
            recording: Arc::new(recording),
            summary: file.part("summary")?,
            created_by: file.meta("created_by")?,
        })
    }
}

/// An open database that is known to be a session of a version this build reads.
struct SessionFile<'a> {
    database: Connection,
    path: &'a Path,
}

/// One row of the table of frames.
struct FrameRow {
    index: i64,
    time_secs: f64,
    fields: Vec<u8>,
    readings: Vec<u8>,
    checksum: i64,
}

impl<'a> SessionFile<'a> {
    fn open(path: &'a Path) -> Result<Self, SessionError> {
        let not_a_session = || SessionError::NotASession { path: path.to_owned() };
        match first_bytes(path) {
            Ok(bytes) if bytes == SQLITE_MAGIC => {}
            Ok(_) => return Err(not_a_session()),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Err(not_a_session()),
            Err(error) => return Err(io_error(path)(error)),
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let database = Connection::open_with_flags(path, flags).map_err(store_error(path))?;
        let id: i32 =
            database.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(store_error(path))?;
        if id != APPLICATION_ID {
            return Err(not_a_session());
        }
        let file = Self { database, path };
        file.check_version()?;
        Ok(file)
    }

    fn check_version(&self) -> Result<(), SessionError> {
        let found: u32 = self.number("version")?;
        if found > SESSION_VERSION {
            return Err(SessionError::Newer { found, known: SESSION_VERSION, path: self.path.to_owned() });
        }
        if found < SESSION_VERSION {
            return Err(SessionError::Older { found, known: SESSION_VERSION, path: self.path.to_owned() });
        }
        Ok(())
    }

    fn recording(&self, scenario: &Scenario) -> Result<Recording, SessionError> {
        let n_cells: usize = self.number("n_cells")?;
        let terrain = &scenario.terrain;
        if [terrain.grid.n_cells(), terrain.bed_m.len(), terrain.manning.len()].iter().any(|n| *n != n_cells) {
            return Err(self.damaged("scenario"));
        }
        let recording = Recording::new(n_cells);
        self.read_frames(&recording)?;
        for sample in self.part::<Vec<Sample>>("samples")?.unwrap_or_default() {
            recording.push_sample(sample);
        }
        if let Some(envelope) = self.part::<Envelope>("envelope")? {
            if envelope.max_depth_m.len() != n_cells {
                return Err(self.damaged("envelope"));
            }
            recording.set_envelope(Arc::new(envelope));
        }
        Ok(recording)
    }

    fn read_frames(&self, recording: &Recording) -> Result<(), SessionError> {
        let n_frames: usize = self.number("n_frames")?;
        let mut select = self
            .database
            .prepare("SELECT i, time_secs, fields, readings, checksum FROM frames ORDER BY i")
            .map_err(store_error(self.path))?;
        let mut rows = select.query([]).map_err(store_error(self.path))?;
        for index in 0..n_frames {
            let damaged = || SessionError::DamagedFrame { index, path: self.path.to_owned() };
            // A page that the database cannot read lies in this frame's row, or in the way to it.
            let row = rows.next().ok().flatten().and_then(|row| FrameRow::read(row).ok()).ok_or_else(damaged)?;
            let is_later = recording.head_secs().is_none_or(|head| head < row.time_secs);
            let frame = row.check(index, recording.n_cells()).filter(|_| is_later).ok_or_else(damaged)?;
            recording.push_packed(frame);
        }
        Ok(())
    }

    fn part<T: DeserializeOwned>(&self, part: &'static str) -> Result<Option<T>, SessionError> {
        let row: Option<(Vec<u8>, i64)> = self
            .database
            .query_row("SELECT blob, checksum FROM parts WHERE name = ?1", [part], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
            .map_err(|_unreadable| self.damaged(part))?;
        let Some((blob, checksum)) = row else { return Ok(None) };
        if part_checksum(&blob) != checksum {
            return Err(self.damaged(part));
        }
        let bytes = lz4_flex::block::decompress_size_prepended(&blob).map_err(|_unreadable| self.damaged(part))?;
        postcard::from_bytes(&bytes).map(Some).map_err(|_unreadable| self.damaged(part))
    }

    fn meta(&self, key: &str) -> Result<String, SessionError> {
        self.database
            .query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0))
            .map_err(|_unreadable| self.damaged("meta"))
    }

    fn number<T: std::str::FromStr>(&self, key: &str) -> Result<T, SessionError> {
        self.meta(key)?.parse().map_err(|_unreadable| self.damaged("meta"))
    }

    fn damaged(&self, part: &'static str) -> SessionError {
        SessionError::Damaged { part, path: self.path.to_owned() }
    }
}

impl FrameRow {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            index: row.get(0)?,
            time_secs: row.get(1)?,
            fields: row.get(2)?,
            readings: row.get(3)?,
            checksum: row.get(4)?,
        })
    }

    /// The frame, if this is the row at `index` and nothing in it has changed.
    fn check(self, index: usize, n_cells: usize) -> Option<PackedFrame> {
        let is_whole = usize::try_from(self.index) == Ok(index)
            && frame_checksum(index, self.time_secs, &self.fields, &self.readings) == self.checksum;
        let readings: Readings = postcard::from_bytes(&self.readings).ok().filter(|_| is_whole)?;
        Some(PackedFrame::from_parts(n_cells, self.time_secs, self.fields, readings))
    }
}

fn first_bytes(path: &Path) -> std::io::Result<[u8; 16]> {
    let mut bytes = [0; 16];
    File::open(path)?.read_exact(&mut bytes)?;
    Ok(bytes)
}
