//! Writes one branch of a session file, as its run goes.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::domain::frame::Envelope;
use crate::domain::order::Orders;
use crate::domain::recording::{Checkpoint, FrameSource, PackedFrame, Recording, RunSummary, Sample};
use crate::domain::scenario::Scenario;
use crate::domain::worlds::BranchId;
use crate::io::checkpoint::{CHECKPOINT_VERSION, fingerprint};
use crate::io::session::body::{checksum, encode, encode_large, fields_checksum, head_checksum};
use crate::io::session::error::SessionError;
use crate::io::session::frames::SessionFrames;
use crate::io::session::store::{SessionStore, n_frames_key, put_meta, put_part};
use crate::io::session::track::{Track, row_of};

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

/// Writes one branch. What was put there stays there, whatever becomes of the process.
#[derive(Debug)]
pub struct SessionWriter {
    file: Arc<SessionStore>,
    branch: BranchId,
    track: Arc<Track>,
    n_frames: i64,
    n_samples: i64,
    n_checkpoints: i64,
}

impl SessionWriter {
    /// Begins a session at `path`, see [`SessionStore::create`], and writes its root.
    ///
    /// # Errors
    /// When another process is recording into it, the folder cannot be written to or the disk is full.
    pub fn create(path: &Path, scenario: &Scenario) -> Result<Self, SessionError> {
        SessionStore::create(path, scenario)?.writer(BranchId::ROOT)
    }

    /// Goes on at these positions, of frames, samples and checkpoints.
    pub(super) fn of(file: Arc<SessionStore>, branch: BranchId, track: Arc<Track>, next: [i64; 3]) -> Self {
        let [n_frames, n_samples, n_checkpoints] = next;
        Self { file, branch, track, n_frames, n_samples, n_checkpoints }
    }

    /// Where it is written.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Reads back, through a connection that only reads, what was written of this branch.
    pub fn source(&self) -> Arc<dyn FrameSource> {
        let (track, reading) = (Arc::clone(&self.track), Arc::clone(&self.file.reading));
        Arc::new(SessionFrames { branch: self.branch, track, reading })
    }

    /// Writes the next frame and the samples up to it, all or nothing.
    ///
    /// # Errors
    /// When the disk is full or the file is lost; what was written before stays, and the frame can be put again.
    pub fn put_frame(&mut self, frame: &PackedFrame, samples: &[Arc<Sample>]) -> Result<(), SessionError> {
        let readings =
            postcard::to_stdvec(&*frame.readings()).map_err(|source| self.file.encode_error("readings", source))?;
        let (row, time_secs) = (row_of(self.branch, self.n_frames), frame.time_secs());
        let key = frame.key().and_then(|key| self.track.position(key));
        let portion = self.portion(samples)?;
        let first = row_of(self.branch, self.n_samples);
        self.file.transact(|transaction| {
            transaction
                .prepare_cached(
                    "INSERT INTO frames (i, time_secs, key, readings, head_checksum, fields, fields_checksum)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute(params![
                    row,
                    time_secs,
                    key,
                    readings,
                    head_checksum(row, time_secs, key, &readings),
                    frame.fields(),
                    fields_checksum(row, frame.fields()),
                ])?;
            put_samples(transaction, first, samples.len(), &portion)
        })?;
        self.track.push(self.n_frames);
        self.n_frames += 1;
        self.n_samples += i64::try_from(samples.len()).unwrap_or(0);
        Ok(())
    }

    /// Writes a state to go on from, the orders and the extremes up to it, in place of earlier ones of these two. The
    /// scenario is that of the session as the orders up to then have made it. Returns the bytes it takes.
    ///
    /// # Errors
    /// When the disk is full or the file is lost; what was written before stays, and the state can be put again.
    pub fn put_checkpoint(
        &mut self,
        checkpoint: &Checkpoint,
        scenario: &Scenario,
        orders: &Orders,
        envelope: &Envelope,
    ) -> Result<usize, SessionError> {
        let file = &*self.file;
        let failed = |part| move |source| file.encode_error(part, source);
        let blob = encode_large(checkpoint).map_err(failed("checkpoint"))?;
        let mark = fingerprint(scenario).map_err(failed("scenario"))?;
        let envelope = encode_large(envelope).map_err(failed("envelope"))?;
        let orders = encode(orders).map_err(failed("orders"))?;
        let (branch, row) = (self.branch, row_of(self.branch, self.n_checkpoints));
        self.file.transact(|transaction| {
            transaction.execute(
                "INSERT INTO checkpoints (i, time_secs, format, fingerprint, blob, checksum)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![row, checkpoint.time_secs(), CHECKPOINT_VERSION, mark.cast_signed(), blob, checksum(&blob)],
            )?;
            put_part(transaction, branch, "envelope", &envelope)?;
            put_part(transaction, branch, "orders", &orders)
        })?;
        self.n_checkpoints += 1;
        Ok(blob.len())
    }

    /// Writes the last samples and what the run came to. Without a summary the branch counts as interrupted. The file is
    /// closed when the last of its writers is dropped: nothing but it is left then.
    ///
    /// # Errors
    /// When the disk is full or the file is lost; what was written before stays, and the end can be put again.
    pub fn finish(&mut self, samples: &[Arc<Sample>], end: &SessionEnd<'_>) -> Result<(), SessionError> {
        let portion = self.portion(samples)?;
        let file = &*self.file;
        let failed = |part| move |source| file.encode_error(part, source);
        let parts = [
            ("envelope", end.envelope.map(encode_large).transpose().map_err(failed("envelope"))?),
            ("summary", end.summary.map(encode).transpose().map_err(failed("summary"))?),
            ("recorder", end.figures.map(encode).transpose().map_err(failed("recorder"))?),
            ("orders", Some(encode(end.orders).map_err(failed("orders"))?)),
        ];
        let (branch, first) = (self.branch, row_of(self.branch, self.n_samples));
        self.file.transact(|transaction| {
            put_samples(transaction, first, samples.len(), &portion)?;
            for (part, blob) in &parts {
                if let Some(blob) = blob {
                    put_part(transaction, branch, part, blob)?;
                }
            }
            put_meta(transaction, &n_frames_key(branch), &self.n_frames.to_string())
        })?;
        self.n_samples += i64::try_from(samples.len()).unwrap_or(0);
        Ok(())
    }

    fn portion(&self, samples: &[Arc<Sample>]) -> Result<Vec<u8>, SessionError> {
        let rows: Vec<&Sample> = samples.iter().map(AsRef::as_ref).collect();
        encode(&rows).map_err(|source| self.file.encode_error("samples", source))
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

fn put_samples(database: &Connection, first: i64, n: usize, portion: &[u8]) -> rusqlite::Result<()> {
    if n > 0 {
        let mut insert =
            database.prepare_cached("INSERT INTO samples (first, n, blob, checksum) VALUES (?1, ?2, ?3, ?4)")?;
        insert.execute(params![first, i64::try_from(n).unwrap_or(0), portion, checksum(portion)])?;
    }
    Ok(())
}
