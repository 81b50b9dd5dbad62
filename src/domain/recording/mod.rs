//! Every recorded frame of a run, packed in memory, so that any computed moment can be shown again.
//!
//! Here: the store ([`Recording`]), how a frame is packed (`pack`) and what a run comes to in the end
//! ([`RunSummary`], [`RunResult`]). Not here: files (`io::session`) and the thread that records (`engine`).

mod checkpoint;
mod pack;
mod summary;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde::{Deserialize, Serialize};

use crate::domain::frame::{BasinReading, Envelope, Frame, GaugeReading, Readings, SectionReading};

pub use checkpoint::Checkpoint;
pub use pack::{PackedFrame, UnpackError};
pub use summary::{FinalFields, RunResult, RunSummary};

/// Unpacked frames kept at hand: playback needs two neighbours, scrubbing a few more.
const N_RECENT: usize = 6;

/// One row of the gauge and section tables.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Sample {
    /// Simulated time, s after the start.
    pub time_secs: f64,
    /// One reading for each gauge, in the scenario's order.
    pub gauges: Vec<GaugeReading>,
    /// One reading for each section, in the scenario's order.
    pub sections: Vec<SectionReading>,
    /// One reading for each detention basin, in the scenario's order.
    pub basins: Vec<BasinReading>,
}

/// The record of one run: it only grows, and it is shared between the worker that writes and everyone who reads.
///
/// Every method takes `&self`. Packing and unpacking happen outside the locks; a lock is held only to append or to
/// copy a pointer, so a reader and the worker never wait for each other's work.
/// Readings and samples stay unpacked, because graphs read all of them.
#[derive(Debug)]
pub struct Recording {
    n_cells: usize,
    store: RwLock<Store>,
    /// Unpacked frames by index, the most recently used first. Only readers touch it, never the worker.
    recent: Mutex<VecDeque<(usize, Arc<Frame>)>>,
}

#[derive(Debug, Default)]
struct Store {
    frames: Vec<Arc<PackedFrame>>,
    times_secs: Vec<f64>,
    samples: Vec<Arc<Sample>>,
    envelope: Option<Arc<Envelope>>,
    packed_bytes: usize,
}

impl Recording {
    /// An empty record for a grid of `n_cells` cells.
    pub fn new(n_cells: usize) -> Self {
        Self { n_cells, store: RwLock::default(), recent: Mutex::default() }
    }

    /// Cells of every frame.
    pub fn n_cells(&self) -> usize {
        self.n_cells
    }

    /// Packs a frame and appends it.
    ///
    /// # Panics
    /// When the frame has another number of cells, or is not later than the last one.
    pub fn push(&self, frame: &Frame) {
        self.push_packed(PackedFrame::pack(frame));
    }

    /// Appends a frame that is already packed, as a session file brings it.
    ///
    /// # Panics
    /// When the frame has another number of cells, or is not later than the last one.
    pub fn push_packed(&self, frame: PackedFrame) {
        assert_eq!(frame.n_cells(), self.n_cells, "a frame of another grid");
        let mut store = self.write();
        let is_later = store.times_secs.last().is_none_or(|last| *last < frame.time_secs());
        assert!(is_later, "a frame at {} s is not later than the one before it", frame.time_secs());
        store.times_secs.push(frame.time_secs());
        store.packed_bytes += frame.packed_bytes();
        store.frames.push(Arc::new(frame));
    }

    /// Appends a row of gauge and section readings.
    pub fn push_sample(&self, sample: Sample) {
        self.write().samples.push(Arc::new(sample));
    }

    /// Replaces the extremes by newer ones.
    pub fn set_envelope(&self, envelope: Arc<Envelope>) {
        self.write().envelope = Some(envelope);
    }

    /// Number of frames.
    pub fn n_frames(&self) -> usize {
        self.read().frames.len()
    }

    /// Times of all frames, s, rising.
    pub fn times(&self) -> Vec<f64> {
        self.read().times_secs.clone()
    }

    /// Time of the last frame (the computed head), s; `None` before the first.
    pub fn head_secs(&self) -> Option<f64> {
        self.read().times_secs.last().copied()
    }

    /// One frame, unpacked; `None` when there is no such frame or it cannot be unpacked.
    ///
    /// The frames used last are kept, so asking again for the same few is cheap.
    pub fn frame(&self, index: usize) -> Option<Arc<Frame>> {
        if let Some(frame) = self.recall(index) {
            return Some(frame);
        }
        let packed = self.packed(index)?;
        match packed.unpack() {
            Ok(frame) => Some(self.remember(index, Arc::new(frame))),
            Err(error) => {
                tracing::error!("frame {index} cannot be unpacked: {error}");
                None
            }
        }
    }

    /// One frame as it is kept.
    pub fn packed(&self, index: usize) -> Option<Arc<PackedFrame>> {
        self.read().frames.get(index).cloned()
    }

    /// The small figures of one frame.
    pub fn readings(&self, index: usize) -> Option<Arc<Readings>> {
        Some(self.packed(index)?.readings())
    }

    /// The small figures of every frame from position `first` on; a reader that keeps what it has asks for the rest.
    pub fn readings_from(&self, first: usize) -> Vec<Arc<Readings>> {
        let store = self.read();
        store.frames.iter().skip(first).map(|frame| frame.readings()).collect()
    }

    /// The two frames around a time and the weight of the later one, 0 to 1; `None` without frames.
    ///
    /// Before the first and after the last frame both positions are the same and the weight is 0.
    pub fn bracket(&self, time_secs: f64) -> Option<(usize, usize, f64)> {
        let store = self.read();
        let times = &store.times_secs;
        let after = times.partition_point(|t| *t <= time_secs);
        match (after.checked_sub(1), times.get(after)) {
            (Some(i), Some(later)) => Some((i, after, (time_secs - times[i]) / (later - times[i]))),
            (Some(last), None) => Some((last, last, 0.0)),
            (None, Some(_)) => Some((0, 0, 0.0)),
            (None, None) => None,
        }
    }

    /// The newest extremes.
    pub fn envelope(&self) -> Option<Arc<Envelope>> {
        self.read().envelope.clone()
    }

    /// Number of rows of gauge and section readings.
    pub fn n_samples(&self) -> usize {
        self.read().samples.len()
    }

    /// Rows of gauge and section readings from position `first` on, in time order.
    pub fn samples_from(&self, first: usize) -> Vec<Arc<Sample>> {
        self.read().samples.iter().skip(first).cloned().collect()
    }

    /// Memory of the packed fields, bytes.
    pub fn packed_bytes(&self) -> usize {
        self.read().packed_bytes
    }

    /// Memory of everything kept, bytes: packed fields, unpacked neighbours, extremes and tables (these last
    /// without the bookkeeping of the allocator).
    pub fn bytes_used(&self) -> usize {
        let recent = self.recent_frames().len() * self.n_cells * 6;
        let store = self.read();
        let envelope = if store.envelope.is_some() { self.n_cells * Envelope::BYTES_PER_CELL } else { 0 };
        let samples: usize = store.samples.iter().map(|sample| sample_bytes(sample)).sum();
        store.packed_bytes + recent + envelope + samples
    }

    fn recall(&self, index: usize) -> Option<Arc<Frame>> {
        let mut recent = self.recent_frames();
        let at = recent.iter().position(|(kept, _)| *kept == index)?;
        let entry = recent.remove(at)?;
        let frame = Arc::clone(&entry.1);
        recent.push_front(entry);
        Some(frame)
    }

    fn remember(&self, index: usize, frame: Arc<Frame>) -> Arc<Frame> {
        let mut recent = self.recent_frames();
        recent.retain(|(kept, _)| *kept != index);
        recent.push_front((index, Arc::clone(&frame)));
        recent.truncate(N_RECENT);
        frame
    }

    // A panic while a lock is held can only come from a failed assertion before anything was changed, so the
    // content behind a poisoned lock is whole and stays readable after the worker has reported the panic.

    fn read(&self) -> RwLockReadGuard<'_, Store> {
        self.store.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Store> {
        self.store.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn recent_frames(&self) -> MutexGuard<'_, VecDeque<(usize, Arc<Frame>)>> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn sample_bytes(sample: &Sample) -> usize {
    size_of::<Sample>()
        + sample.gauges.len() * size_of::<GaugeReading>()
        + sample.sections.len() * size_of::<SectionReading>()
}
