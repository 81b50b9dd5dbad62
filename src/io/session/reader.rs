//! Reads a session file: what is whole of it, and what is not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, params};
use serde::de::DeserializeOwned;

use crate::domain::frame::{Envelope, Readings};
use crate::domain::order::Orders;
use crate::domain::recording::{Checkpoint, Course, Recording, RunSummary, Sample};
use crate::domain::scenario::Scenario;
use crate::domain::worlds::{BranchId, BranchState, Worlds};
use crate::io::checkpoint::CHECKPOINT_VERSION;
use crate::io::session::body::{checksum, decode, decode_large, head_checksum};
use crate::io::session::error::{Lost, SessionError, io_error, store_error};
use crate::io::session::frames::{Reading, SessionFrames, open_to_read, read_fields};
use crate::io::session::lock::SessionLock;
use crate::io::session::store::{last_row, n_frames_key};
use crate::io::session::track::{Track, branch_of, position_of, row_of, rows_of};
use crate::io::session::writer::RecorderFigures;
use crate::io::session::{APPLICATION_ID, SESSION_VERSION};

/// First bytes of every `SQLite` database.
const SQLITE_MAGIC: [u8; 16] = *b"SQLite format 3\0";

/// Packed frames that each branch of a session keeps in memory, bytes.
const CACHE_BYTES: usize = 256 << 20;

/// A run with its branches as they were recorded, or as far as they were.
#[derive(Debug)]
pub struct Session {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// The tree of branches: each as far as its frames go, and done if it came to its end.
    pub worlds: Worlds,
    /// The record of the root; those of all are in `recordings`.
    pub recording: Arc<Recording>,
    /// Of each branch every whole frame and sample, from where its own run began, and the extremes; fields stay in the
    /// file until they are asked for.
    pub recordings: BTreeMap<BranchId, Arc<Recording>>,
    /// The figures of the root, if it was computed to its end.
    pub summary: Option<RunSummary>,
    /// The figures of each branch that was computed to its end.
    pub summaries: BTreeMap<BranchId, RunSummary>,
    /// What recording the root has cost, if it came to its end.
    pub figures: Option<RecorderFigures>,
    /// The orders of the root; those of any branch are told by [`Session::orders_of`].
    pub orders: Orders,
    /// The program that wrote the file.
    pub created_by: String,
    /// States to go on from: of each branch by time.
    pub checkpoints: Vec<CheckpointMark>,
    /// What is damaged, as far as it was looked at.
    pub lost: Vec<Lost>,
    path: PathBuf,
    pub(super) reading: Arc<Reading>,
    pub(super) tracks: BTreeMap<BranchId, Arc<Track>>,
    /// The last row of frames of each branch, to know whether more have come.
    pub(super) last_rows: BTreeMap<BranchId, Option<i64>>,
}

/// Where a state to go on from stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckpointMark {
    /// The branch.
    pub branch: BranchId,
    /// Position in the branch.
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
        let mut file = Opened::open(path)?;
        let scenario: Scenario = file.scenario()?;
        let tree = file.worlds();
        let orders = file.optional_part(BranchId::ROOT, "orders").unwrap_or_default();
        let ids = file.branches(tree.as_ref());
        let found: Vec<(BranchId, Branch)> =
            ids.into_iter().map(|id| (id, file.branch(id, &scenario, is_checked))).collect();
        let created_by = file.meta("created_by").unwrap_or_default();
        let Opened { database, lost, .. } = file;
        let reading = Arc::new(Reading::through(path, database));
        // The tree is newer than the part, which is of the last checkpoint.
        let worlds = tree.unwrap_or_else(|| Worlds::new(scenario.name.clone(), orders));
        let mut session = Self {
            orders: worlds.orders(BranchId::ROOT),
            worlds,
            recording: Arc::new(Recording::on(&scenario.terrain.grid)),
            scenario: Arc::new(scenario),
            recordings: BTreeMap::new(),
            summary: None,
            summaries: BTreeMap::new(),
            figures: None,
            created_by,
            checkpoints: Vec::new(),
            lost,
            path: path.to_owned(),
            reading,
            tracks: BTreeMap::new(),
            last_rows: BTreeMap::new(),
        };
        for (id, branch) in found {
            session.take_in(id, branch);
        }
        Ok(session)
    }

    fn take_in(&mut self, id: BranchId, branch: Branch) {
        let Branch { frames, samples, envelope, checkpoints, summary, figures, last_row } = branch;
        let (positions, readings): (Vec<i64>, Vec<Readings>) = frames.into_iter().unzip();
        let track = Arc::new(Track::of(positions));
        let source = SessionFrames { branch: id, track: Arc::clone(&track), reading: Arc::clone(&self.reading) };
        let recording = Recording::over(&self.scenario.terrain.grid, Arc::new(source), CACHE_BYTES);
        for readings in readings {
            recording.push_stored(readings);
        }
        for sample in samples {
            recording.push_sample(sample);
        }
        if let Some(envelope) = envelope {
            recording.set_envelope(Arc::new(envelope));
        }
        self.note(id, recording.head_secs(), summary.is_some());
        let recording = Arc::new(recording);
        if id == BranchId::ROOT {
            (self.recording, self.summary, self.figures) = (Arc::clone(&recording), summary.clone(), figures);
        }
        self.recordings.insert(id, recording);
        self.tracks.insert(id, track);
        self.last_rows.insert(id, last_row);
        self.checkpoints.extend(checkpoints);
        self.summaries.extend(summary.map(|summary| (id, summary)));
    }

    /// Tells the tree how far a branch is: what it was told before may be older than the frames.
    fn note(&mut self, id: BranchId, head_secs: Option<f64>, is_done: bool) {
        let Ok(branch) = self.worlds.branch(id) else { return };
        let head_secs = head_secs.unwrap_or(0.0).max(branch.fork_secs);
        let state = match branch.state {
            _ if is_done => BranchState::Done,
            BranchState::Computing | BranchState::Queued => BranchState::Queued,
            _ => BranchState::Paused,
        };
        let told = self.worlds.advance(id, head_secs, head_secs).and_then(|()| self.worlds.set_state(id, state));
        debug_assert!(told.is_ok(), "the branch is there");
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All orders that hold on a branch.
    pub fn orders_of(&self, branch: BranchId) -> Orders {
        self.worlds.orders(branch)
    }

    /// The branches that were not given up, the oldest first.
    pub fn living(&self) -> Vec<BranchId> {
        self.worlds.branches().iter().filter(|branch| !branch.is_pruned()).map(|branch| branch.id).collect()
    }

    /// Whether every branch came to its end.
    pub fn is_complete(&self) -> bool {
        self.living().iter().all(|branch| self.summaries.contains_key(branch))
    }

    /// How far the branch is recorded that is recorded furthest, s; `None` without frames.
    pub fn head_secs(&self) -> Option<f64> {
        self.recordings.values().filter_map(|recording| recording.head_secs()).max_by(f64::total_cmp)
    }

    /// The records that the course of a branch is in: who computed each, from when it holds, s, and the record.
    pub fn records(&self, branch: BranchId) -> Vec<(BranchId, f64, Arc<Recording>)> {
        let course = self.worlds.course(branch);
        let of = |id: &BranchId| self.recordings.get(id).map(Arc::clone);
        course.iter().filter_map(|piece| Some((piece.branch, piece.from_secs, of(&piece.branch)?))).collect()
    }

    /// The course of a branch from the start on.
    pub fn course(&self, branch: BranchId) -> Option<Course> {
        Course::new(self.records(branch).into_iter().map(|(_, from_secs, record)| (from_secs, record)).collect())
    }

    /// The last state of a branch's own run at or before a time from which it can go on, and the
    /// [fingerprint](crate::io::checkpoint::fingerprint) of the scenario that it fits; `None` before the first, or when
    /// none of them can be used.
    ///
    /// # Errors
    /// When the file cannot be read any more.
    pub fn checkpoint_before(
        &self,
        branch: BranchId,
        time_secs: f64,
    ) -> Result<Option<(Checkpoint, u64)>, SessionError> {
        let usable = |mark: &&CheckpointMark| {
            mark.branch == branch && mark.time_secs <= time_secs && mark.format == CHECKPOINT_VERSION
        };
        self.reading.with(|database| {
            // One that is damaged gives way to the one before it.
            let read = |mark: &CheckpointMark| {
                Some((read_checkpoint(database, row_of(branch, mark.index))?, mark.fingerprint))
            };
            self.checkpoints.iter().rev().filter(usable).find_map(read)
        })
    }
}

/// What is whole of one branch.
struct Branch {
    /// Position and readings of each frame.
    frames: Vec<(i64, Readings)>,
    samples: Vec<Sample>,
    envelope: Option<Envelope>,
    checkpoints: Vec<CheckpointMark>,
    summary: Option<RunSummary>,
    figures: Option<RecorderFigures>,
    last_row: Option<i64>,
}

/// An open database that is known to be a session of a version this build reads.
struct Opened {
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

impl Opened {
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
        let mut blobs = ["scenario", "scenario-copy"].iter();
        let blob = blobs.find_map(|name| self.part_bytes(BranchId::ROOT, name).ok().flatten());
        let scenario: Scenario = blob.and_then(|blob| decode(&blob)).ok_or_else(|| self.damaged("scenario"))?;
        let terrain = &scenario.terrain;
        let n_cells = terrain.grid.n_cells();
        if [terrain.bed_m.len(), terrain.manning.len()].iter().any(|n| *n != n_cells) {
            return Err(self.damaged("scenario"));
        }
        Ok(scenario)
    }

    /// The tree of branches; `None` when it is lost or was never written.
    fn worlds(&mut self) -> Option<Worlds> {
        let found = ["worlds", "worlds-copy"].map(|name| self.part_bytes(BranchId::ROOT, name));
        let is_written = found.iter().any(|blob| !matches!(blob, Ok(None)));
        let whole = found.into_iter().filter_map(|blob| decode(&blob.ok()??)).find(Worlds::is_sound);
        if whole.is_none() && is_written {
            self.lost.push(Lost::Part { branch: BranchId::ROOT, part: "worlds" });
        }
        whole
    }

    /// The branches that are in the file: those that the tree names; without one, those that have frames.
    fn branches(&self, tree: Option<&Worlds>) -> BTreeSet<BranchId> {
        if let Some(worlds) = tree {
            return worlds.branches().iter().filter(|branch| !branch.is_pruned()).map(|branch| branch.id).collect();
        }
        let mut found = BTreeSet::from([BranchId::ROOT]);
        let mut from_row = rows_of(BranchId::ROOT).end;
        let next = |from_row: i64| -> Option<i64> {
            let sql = "SELECT min(i) FROM frames WHERE i >= ?1";
            self.database.query_row(sql, [from_row], |row| row.get(0)).ok().flatten()
        };
        while let Some(branch) = next(from_row).and_then(branch_of) {
            found.insert(branch);
            from_row = rows_of(branch).end;
        }
        found
    }

    fn branch(&mut self, id: BranchId, scenario: &Scenario, is_checked: bool) -> Branch {
        Branch {
            frames: self.frame_heads(id, scenario, is_checked),
            samples: self.samples(id),
            envelope: self.envelope(id, scenario),
            checkpoints: self.checkpoints(id, is_checked),
            summary: self.optional_part(id, "summary"),
            figures: self.optional_part(id, "recorder"),
            last_row: last_row(&self.database, "frames", "i", id).ok().flatten(),
        }
    }

    /// Position and readings of every whole frame of a branch.
    fn frame_heads(&mut self, branch: BranchId, scenario: &Scenario, is_checked: bool) -> Vec<(i64, Readings)> {
        let mut whole: Vec<(i64, Readings)> = Vec::new();
        for position in 0..self.n_rows(branch, scenario) {
            let row = row_of(branch, position);
            let index = usize::try_from(position).unwrap_or_default();
            let Some((head, readings)) = self.frame_head(row) else {
                self.lost.push(Lost::Frame { branch, index, time_secs: None });
                continue;
            };
            let time_secs = head.time_secs;
            let has_key = |key: i64| whole.binary_search_by_key(&key, |(position, _)| *position).is_ok();
            if let Some(key) = head.key.filter(|key| !has_key(*key)) {
                let key = usize::try_from(key).unwrap_or_default();
                self.lost.push(Lost::FrameOnLostKey { branch, index, time_secs, key });
                continue;
            }
            let is_later = whole.last().is_none_or(|(_, before)| before.time_secs < time_secs);
            let has_fields = || !is_checked || read_fields(&self.database, row).is_some();
            if is_later && has_fields() {
                whole.push((position, readings));
            } else {
                self.lost.push(Lost::Frame { branch, index, time_secs: Some(time_secs) });
            }
        }
        whole
    }

    /// Rows that a branch should have in the table of frames. Where it cannot say that itself, as many as the run can
    /// have made.
    fn n_rows(&self, branch: BranchId, scenario: &Scenario) -> i64 {
        let said: Option<i64> = self.meta(&n_frames_key(branch)).and_then(|text| text.parse().ok());
        let found = last_row(&self.database, "frames", "i", branch).ok();
        #[expect(clippy::cast_possible_truncation, reason = "saturates")]
        let most = (scenario.duration_secs / scenario.output.frame_every_secs).ceil() as i64;
        // The start, the end, and a start in between.
        let most = most.saturating_add(3);
        match (said, found) {
            (Some(said), _) => said.clamp(0, most),
            (None, Some(Some(last))) => position_of(last).saturating_add(1).clamp(0, most),
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

    fn samples(&mut self, branch: BranchId) -> Vec<Sample> {
        let rows = self.keys(branch, "samples", "first");
        let mut samples: Vec<Sample> = Vec::new();
        for row in rows {
            match self.blob("SELECT blob, checksum FROM samples WHERE first = ?1", row).as_deref().map(decode) {
                Some(Some::<Vec<Sample>>(portion)) => samples.extend(portion),
                _ => self.lost.push(Lost::Samples { branch, first: position_of(row) }),
            }
        }
        samples
    }

    fn envelope(&mut self, branch: BranchId, scenario: &Scenario) -> Option<Envelope> {
        let n_cells = scenario.terrain.grid.n_cells();
        let found = self.part_bytes(branch, "envelope");
        if matches!(found, Ok(None)) {
            return None;
        }
        let envelope = found.ok().flatten().and_then(|blob| decode_large::<Envelope>(&blob));
        let envelope = envelope.filter(|envelope| envelope.max_depth_m.len() == n_cells);
        if envelope.is_none() {
            self.lost.push(Lost::Part { branch, part: "envelope" });
        }
        envelope
    }

    fn checkpoints(&mut self, branch: BranchId, is_checked: bool) -> Vec<CheckpointMark> {
        let rows = self.keys(branch, "checkpoints", "i");
        let mut marks = Vec::new();
        for row in rows {
            let index = position_of(row);
            let read = |row: &rusqlite::Row<'_>| {
                let fingerprint = row.get::<_, i64>(2)?.cast_unsigned();
                Ok(CheckpointMark { branch, index, time_secs: row.get(0)?, format: row.get(1)?, fingerprint })
            };
            let sql = "SELECT time_secs, format, fingerprint FROM checkpoints WHERE i = ?1";
            let mark = self.database.query_row(sql, [row], read);
            let is_whole = !is_checked || checkpoint_bytes(&self.database, row).is_some();
            match mark {
                Ok(mark) if is_whole => marks.push(mark),
                _ => self.lost.push(Lost::Checkpoint { branch, index }),
            }
        }
        marks.sort_by(|a, b| a.time_secs.total_cmp(&b.time_secs));
        marks
    }

    fn optional_part<T: DeserializeOwned>(&mut self, branch: BranchId, part: &'static str) -> Option<T> {
        let found = self.part_bytes(branch, part);
        if matches!(found, Ok(None)) {
            return None;
        }
        let value = found.ok().flatten().and_then(|blob| decode(&blob));
        if value.is_none() {
            self.lost.push(Lost::Part { branch, part });
        }
        value
    }

    /// Bytes of a part that are those that were written; `None` when there is no such part.
    fn part_bytes(&self, branch: BranchId, part: &str) -> Result<Option<Vec<u8>>, ()> {
        let sql = "SELECT blob, checksum FROM parts WHERE branch = ?1 AND name = ?2";
        let row: Option<(Vec<u8>, i64)> = self
            .database
            .query_row(sql, params![branch.0, part], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
            .map_err(|_unreadable| ())?;
        match row {
            Some((blob, sum)) if checksum(&blob) == sum => Ok(Some(blob)),
            Some(_) => Err(()),
            None => Ok(None),
        }
    }

    /// The keys of the rows of a branch in a table, in order. What comes before a page that cannot be read is still
    /// good; a table that an older build did not make has none.
    fn keys(&mut self, branch: BranchId, table: &'static str, key: &str) -> Vec<i64> {
        let is_there = self
            .database
            .query_row("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1", [table], |_row| Ok(()))
            .optional();
        if matches!(is_there, Ok(None)) {
            return Vec::new();
        }
        let mut keys = Vec::new();
        if self.read_keys(branch, table, key, &mut keys).is_err() {
            self.lost.push(Lost::Table { branch, table });
        }
        keys
    }

    fn read_keys(&self, branch: BranchId, table: &str, key: &str, keys: &mut Vec<i64>) -> rusqlite::Result<()> {
        let rows = rows_of(branch);
        let sql = format!("SELECT {key} FROM {table} WHERE {key} >= ?1 AND {key} < ?2 ORDER BY {key}");
        let mut select = self.database.prepare(&sql)?;
        let mut found = select.query([rows.start, rows.end])?;
        while let Some(row) = found.next()? {
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

/// The state in a row, if its bytes are those that were written.
pub(super) fn read_checkpoint(database: &Connection, row: i64) -> Option<Checkpoint> {
    decode_large(&checkpoint_bytes(database, row)?)
}

fn checkpoint_bytes(database: &Connection, row: i64) -> Option<Vec<u8>> {
    whole_blob(database, "SELECT blob, checksum FROM checkpoints WHERE i = ?1", row)
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
