//! Every recorded frame of a run, so that any computed moment can be shown again.
//!
//! Here: the record ([`Recording`]), the course of a branch through several of them ([`course()`]), how a frame is packed
//! (`pack`) and what a run comes to in the end ([`RunSummary`], [`RunResult`]). Not here: files (`io::session`) and the thread that records (`engine`).

mod checkpoint;
mod course;
mod pack;
mod shelf;
mod summary;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde::{Deserialize, Serialize};

use crate::domain::frame::{BasinReading, Envelope, Frame, GaugeReading, Readings, SectionReading};
use crate::domain::geo::Grid;
use shelf::Shelf;

pub use checkpoint::Checkpoint;
pub use course::course;
pub use pack::{PackedFrame, RAW_BYTES_PER_CELL, Shape, UnpackError};
pub use summary::{FinalFields, RunResult, RunSummary};

/// Unpacked frames kept at hand: playback needs two neighbours and their key, scrubbing a few more.
const N_RECENT: usize = 8;

/// Every so many frames one is a key frame, which the others are packed on.
pub const KEY_EVERY: usize = 8;

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

/// Where the frames lie that memory has no room for: a session file.
pub trait FrameSource: Send + Sync + fmt::Debug {
    /// Key and packed fields of the frame at a position of the recording.
    ///
    /// # Errors
    /// What is wrong, for people, when the frame cannot be read or is not what was written.
    fn fields(&self, index: usize) -> Result<(Option<usize>, Vec<u8>), String>;
}

/// Asked to bring a frame into memory; must not wait.
type Fetch = Box<dyn Fn(usize) + Send + Sync>;

/// The record of one run: it only grows, and it is shared between the worker that writes and everyone who reads.
///
/// Every method takes `&self`. Packing, unpacking and reading happen outside the locks; a lock is held only to append
/// or to copy a pointer, so a reader and the worker never wait for each other's work.
///
/// Times, readings and samples stay in memory, because graphs read all of them: some kilobytes a frame. Fields stay in
/// memory too where there is no [`FrameSource`]; where there is one, memory is a cache of the newest and the last used.
pub struct Recording {
    shape: Shape,
    store: RwLock<Store>,
    /// Unpacked frames, the most recently used last. Only readers touch it, never the worker.
    recent: Mutex<Vec<(usize, Arc<Frame>)>>,
    source: Option<Arc<dyn FrameSource>>,
    fetch: RwLock<Option<Fetch>>,
}

#[derive(Debug, Default)]
struct Store {
    times_secs: Vec<f64>,
    readings: Vec<Arc<Readings>>,
    samples: Vec<Arc<Sample>>,
    envelope: Option<Arc<Envelope>>,
    /// Frames on their way to the source, not yet packed. Few: the way is bounded.
    fresh: Vec<(usize, Arc<Frame>)>,
    shelf: Shelf,
}

impl Recording {
    /// An empty record for a grid of `n_cells` cells, all in memory.
    pub fn new(n_cells: usize) -> Self {
        Self::of_shape(Shape { n_cols: n_cells, n_rows: 1 }, None, usize::MAX)
    }

    /// An empty record for a grid, all in memory.
    pub fn on(grid: &Grid) -> Self {
        Self::of_shape(Shape { n_cols: grid.n_cols, n_rows: grid.n_rows }, None, usize::MAX)
    }

    /// An empty record for a grid whose frames lie in a source; at most so many bytes of packed frames stay in memory
    /// beside the few that are not there yet.
    pub fn over(grid: &Grid, source: Arc<dyn FrameSource>, cache_bytes: usize) -> Self {
        Self::of_shape(Shape { n_cols: grid.n_cols, n_rows: grid.n_rows }, Some(source), cache_bytes)
    }

    fn of_shape(shape: Shape, source: Option<Arc<dyn FrameSource>>, cache_bytes: usize) -> Self {
        let store = Store { shelf: Shelf::of(cache_bytes), ..Store::default() };
        Self { shape, store: RwLock::new(store), recent: Mutex::default(), source, fetch: RwLock::default() }
    }

    /// Cells of every frame.
    pub fn n_cells(&self) -> usize {
        self.shape.n_cells()
    }

    /// Columns and rows of every frame.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Packs a frame and appends it, to stay in memory.
    ///
    /// # Panics
    /// When the frame has another number of cells, or is not later than the last one.
    pub fn push(&self, frame: &Frame) {
        let packed = Arc::new(PackedFrame::pack(frame, self.shape));
        let mut store = self.write();
        let index = store.append(packed.time_secs(), packed.readings());
        store.shelf.put(index, packed);
    }

    /// Appends a frame that goes to the source: it can be read at once and is held until [`Recording::stored`] is told
    /// of it. Returns its position.
    ///
    /// # Panics
    /// When the frame has another number of cells, or is not later than the last one.
    pub fn push_fresh(&self, frame: &Arc<Frame>) -> usize {
        assert_eq!(frame.depth_mm.len(), self.n_cells(), "a frame of another grid");
        let mut store = self.write();
        let index = store.append(frame.time_secs, Arc::new(frame.readings.clone()));
        store.fresh.push((index, Arc::clone(frame)));
        index
    }

    /// The frame at a position is safe in the source: memory may let it go.
    pub fn stored(&self, index: usize, frame: PackedFrame) {
        let mut store = self.write();
        store.fresh.retain(|(fresh, _)| *fresh != index);
        store.shelf.put(index, Arc::new(frame));
    }

    /// Appends what is known of a frame that lies in the source.
    ///
    /// # Panics
    /// When it is not later than the last one.
    pub fn push_stored(&self, readings: Readings) {
        let time_secs = readings.time_secs;
        self.write().append(time_secs, Arc::new(readings));
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
        self.read().times_secs.len()
    }

    /// Times of all frames, s, rising.
    pub fn times(&self) -> Vec<f64> {
        self.read().times_secs.clone()
    }

    /// Time of the last frame (the computed head), s; `None` before the first.
    pub fn head_secs(&self) -> Option<f64> {
        self.read().times_secs.last().copied()
    }

    /// One frame, unpacked; `None` when there is no such frame or it cannot be read.
    ///
    /// The frames used last are kept, so asking again for the same few is cheap. May wait for the disk: who draws asks
    /// with [`Recording::frame_at_hand`].
    pub fn frame(&self, index: usize) -> Option<Arc<Frame>> {
        if let Some(frame) = self.recall(index) {
            return Some(frame);
        }
        let packed = self.packed(index)?;
        let key = match packed.key() {
            Some(key) if key < index => Some(self.frame(key)?),
            Some(_) => return None,
            None => None,
        };
        self.unpack(index, &packed, key.as_deref())
    }

    /// The same without waiting for the disk: `None` too when the frame lies there, which then is asked for
    /// ([`Recording::fetch_with`]).
    pub fn frame_at_hand(&self, index: usize) -> Option<Arc<Frame>> {
        if let Some(frame) = self.recall(index) {
            return Some(frame);
        }
        let fetch = self.fetch.read().unwrap_or_else(PoisonError::into_inner);
        let Some(fetch) = &*fetch else { return self.frame(index) };
        if index < self.n_frames() {
            fetch(index);
        }
        None
    }

    /// Sets who brings frames into memory when [`Recording::frame_at_hand`] lacks them: a function that must not wait
    /// and has [`Recording::frame`] called elsewhere.
    pub fn fetch_with(&self, fetch: impl Fn(usize) + Send + Sync + 'static) {
        *self.fetch.write().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(fetch));
    }

    fn unpack(&self, index: usize, packed: &PackedFrame, key: Option<&Frame>) -> Option<Arc<Frame>> {
        match packed.unpack(key) {
            Ok(frame) => Some(self.remember(index, Arc::new(frame))),
            Err(error) => {
                tracing::error!("frame {index} cannot be unpacked: {error}");
                None
            }
        }
    }

    /// One frame as it is kept, from memory or from the source; a frame that is not packed yet is packed as a key.
    pub fn packed(&self, index: usize) -> Option<Arc<PackedFrame>> {
        let (time_secs, readings) = {
            let store = self.read();
            if let Some(packed) = store.shelf.get(index) {
                return Some(packed);
            }
            if let Some((_, frame)) = store.fresh.iter().find(|(fresh, _)| *fresh == index) {
                let frame = Arc::clone(frame);
                drop(store);
                return Some(Arc::new(PackedFrame::pack(&frame, self.shape)));
            }
            (*store.times_secs.get(index)?, Arc::clone(store.readings.get(index)?))
        };
        match self.source.as_ref()?.fields(index) {
            Ok((key, fields)) => {
                let packed = Arc::new(PackedFrame::from_parts(self.shape, time_secs, key, fields, readings));
                self.write().shelf.put(index, Arc::clone(&packed));
                Some(packed)
            }
            Err(error) => {
                tracing::error!("frame {index} is lost: {error}");
                None
            }
        }
    }

    /// The small figures of one frame.
    pub fn readings(&self, index: usize) -> Option<Arc<Readings>> {
        self.read().readings.get(index).cloned()
    }

    /// The small figures of every frame from position `first` on; a reader that keeps what it has asks for the rest.
    pub fn readings_from(&self, first: usize) -> Vec<Arc<Readings>> {
        self.read().readings.iter().skip(first).cloned().collect()
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
        self.read().shelf.n_bytes()
    }

    /// Memory of everything kept, bytes: packed fields, unpacked neighbours, extremes and tables (these last
    /// without the bookkeeping of the allocator).
    pub fn bytes_used(&self) -> usize {
        let recent = self.recent_frames().len() * self.n_cells() * RAW_BYTES_PER_CELL;
        let store = self.read();
        let fresh = store.fresh.len() * self.n_cells() * RAW_BYTES_PER_CELL;
        let envelope = if store.envelope.is_some() { self.n_cells() * Envelope::BYTES_PER_CELL } else { 0 };
        let samples: usize = store.samples.iter().map(|sample| sample_bytes(sample)).sum();
        store.shelf.n_bytes() + fresh + recent + envelope + samples
    }

    fn recall(&self, index: usize) -> Option<Arc<Frame>> {
        let mut recent = self.recent_frames();
        if let Some(at) = recent.iter().position(|(kept, _)| *kept == index) {
            let entry = recent.remove(at);
            let frame = Arc::clone(&entry.1);
            recent.push(entry);
            return Some(frame);
        }
        drop(recent);
        self.read().fresh.iter().find(|(fresh, _)| *fresh == index).map(|(_, frame)| Arc::clone(frame))
    }

    fn remember(&self, index: usize, frame: Arc<Frame>) -> Arc<Frame> {
        let mut recent = self.recent_frames();
        recent.retain(|(kept, _)| *kept != index);
        recent.push((index, Arc::clone(&frame)));
        let n_too_many = recent.len().saturating_sub(N_RECENT);
        recent.drain(..n_too_many);
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

    fn recent_frames(&self) -> MutexGuard<'_, Vec<(usize, Arc<Frame>)>> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = &self.source;
        f.debug_struct("Recording").field("shape", &self.shape).field("source", source).finish_non_exhaustive()
    }
}

impl Store {
    fn append(&mut self, time_secs: f64, readings: Arc<Readings>) -> usize {
        let is_later = self.times_secs.last().is_none_or(|last| *last < time_secs);
        assert!(is_later, "a frame at {time_secs} s is not later than the one before it");
        self.times_secs.push(time_secs);
        self.readings.push(readings);
        self.times_secs.len() - 1
    }
}

fn sample_bytes(sample: &Sample) -> usize {
    size_of::<Sample>()
        + sample.gauges.len() * size_of::<GaugeReading>()
        + sample.sections.len() * size_of::<SectionReading>()
        + sample.basins.len() * size_of::<BasinReading>()
}
