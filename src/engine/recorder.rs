//! The thread that writes a session while the run goes on.
//!
//! The worker hands it every frame through a short queue: none is left out. When the disk is slower than the solver the
//! queue is full and the worker waits. The recorder packs, writes and tells the recording what is safe.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::domain::frame::{Envelope, Frame};
use crate::domain::order::Orders;
use crate::domain::recording::{Checkpoint, KEY_EVERY, PackedFrame, Recording, RunSummary, Sample};
use crate::domain::scenario::Scenario;
use crate::engine::{RecordPlan, RunError, clock};
use crate::io::session::{RecorderFigures, SessionEnd, SessionError, SessionWriter};

/// Frames and checkpoints that may wait for the disk. Each holds memory, so they are few.
const N_QUEUE: usize = 4;

/// A state of the run, with what it takes to go on from it.
pub(crate) struct State {
    pub(crate) checkpoint: Arc<Checkpoint>,
    pub(crate) envelope: Arc<Envelope>,
    /// As the orders up to now have made it.
    pub(crate) scenario: Arc<Scenario>,
    pub(crate) orders: Orders,
}

/// What goes to the recorder.
enum Item {
    Frame(usize, Arc<Frame>),
    State(State),
    End(Arc<Envelope>, Box<RunSummary>, Orders),
}

/// The worker's end of it. Dropped before the end, it leaves a session that counts as interrupted.
pub(crate) struct Recorder {
    queue: Option<Sender<Item>>,
    thread: Option<JoinHandle<()>>,
    failure: Arc<Mutex<Option<String>>>,
    waited: Arc<Mutex<Duration>>,
}

impl Recorder {
    /// Begins a session and its recording; without a place for it, everything stays in memory.
    pub(crate) fn start(
        scenario: &Arc<Scenario>,
        plan: &RecordPlan,
    ) -> Result<(Option<Self>, Arc<Recording>), RunError> {
        let grid = &scenario.terrain.grid;
        let Some(path) = &plan.path else { return Ok((None, Arc::new(Recording::on(grid)))) };
        let writer = SessionWriter::create(path, scenario).map_err(|error| not_begun(&error))?;
        let recording = Arc::new(Recording::over(grid, writer.source(), plan.cache_bytes));
        let (sender, items) = bounded(N_QUEUE);
        let failure = Arc::new(Mutex::new(None));
        let waited = Arc::new(Mutex::new(Duration::ZERO));
        let book = Book {
            writer: Some(writer),
            recording: Arc::clone(&recording),
            key: None,
            n_samples: 0,
            figures: RecorderFigures::default(),
            waited: Arc::clone(&waited),
        };
        let failed = Arc::clone(&failure);
        let thread = std::thread::Builder::new()
            .name("hetu-recorder".into())
            .spawn(move || book.keep(&items, &failed))
            .map_err(|error| RunError::Record { message: error.to_string() })?;
        Ok((Some(Self { queue: Some(sender), thread: Some(thread), failure, waited }), recording))
    }

    pub(crate) fn frame(&self, index: usize, frame: &Arc<Frame>) -> Result<(), RunError> {
        self.send(Item::Frame(index, Arc::clone(frame)))
    }

    pub(crate) fn state(&self, state: State) -> Result<(), RunError> {
        self.send(Item::State(state))
    }

    /// Writes the end and waits until the file is closed.
    pub(crate) fn finish(
        mut self,
        envelope: Arc<Envelope>,
        summary: RunSummary,
        orders: Orders,
    ) -> Result<(), RunError> {
        let sent = self.send(Item::End(envelope, Box::new(summary), orders));
        self.close();
        sent?;
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), |m| Err(failed(m)))
    }

    /// Hands an item over; waits while the queue is full.
    fn send(&self, item: Item) -> Result<(), RunError> {
        let started = clock::now();
        let sent = self.queue.as_ref().is_some_and(|queue| queue.send(item).is_ok());
        *self.waited.lock().unwrap_or_else(PoisonError::into_inner) += started.elapsed();
        if sent {
            return Ok(());
        }
        let message = self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Err(failed(message.unwrap_or_else(|| "the recorder has ended".to_owned())))
    }

    fn close(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
            failure.get_or_insert_with(|| "the recorder stopped on a fault of the program".to_owned());
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.close();
    }
}

fn failed(message: String) -> RunError {
    RunError::Record { message }
}

fn not_begun(error: &SessionError) -> RunError {
    RunError::Record { message: format!("nothing was computed, for it could not be recorded: {error}") }
}

/// The recorder's own side.
struct Book {
    writer: Option<SessionWriter>,
    recording: Arc<Recording>,
    key: Option<(usize, Arc<Frame>)>,
    n_samples: usize,
    figures: RecorderFigures,
    waited: Arc<Mutex<Duration>>,
}

impl Book {
    /// Writes what comes until nothing more does, or the file fails: then the worker finds the queue closed.
    fn keep(mut self, items: &Receiver<Item>, failure: &Mutex<Option<String>>) {
        for item in items {
            if let Err(error) = self.enter(item) {
                *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.consequence(&error));
                return;
            }
        }
    }

    fn enter(&mut self, item: Item) -> Result<(), SessionError> {
        match item {
            Item::Frame(index, frame) => self.put_frame(index, &frame),
            Item::State(State { checkpoint, envelope, scenario, orders }) => {
                let Some(writer) = &mut self.writer else { return Ok(()) };
                let started = clock::now();
                let n_bytes = writer.put_checkpoint(&checkpoint, &scenario, &orders, &envelope)?;
                self.figures.checkpoint_bytes += n_bytes as u64;
                self.figures.write_secs += started.elapsed().as_secs_f64();
                Ok(())
            }
            Item::End(envelope, summary, orders) => {
                self.figures.waited_secs = self.waited.lock().unwrap_or_else(PoisonError::into_inner).as_secs_f64();
                let samples = self.samples_until(f64::INFINITY);
                let Some(writer) = self.writer.take() else { return Ok(()) };
                let figures = Some(&self.figures);
                let end = SessionEnd { envelope: Some(&envelope), summary: Some(&summary), figures, orders: &orders };
                writer.finish(&samples, &end)
            }
        }
    }

    fn put_frame(&mut self, index: usize, frame: &Arc<Frame>) -> Result<(), SessionError> {
        let started = clock::now();
        let shape = self.recording.shape();
        let packed = match &self.key {
            Some((key, key_frame)) if !index.is_multiple_of(KEY_EVERY) => {
                PackedFrame::pack_on(frame, shape, (*key, key_frame))
            }
            _ => {
                self.key = Some((index, Arc::clone(frame)));
                PackedFrame::pack(frame, shape)
            }
        };
        let packed_at = clock::now();
        let samples = self.samples_until(frame.time_secs);
        if let Some(writer) = &mut self.writer {
            writer.put_frame(&packed, &samples)?;
        }
        self.n_samples += samples.len();
        self.figures.packed_bytes += packed.packed_bytes() as u64;
        self.figures.pack_secs += packed_at.duration_since(started).as_secs_f64();
        self.figures.write_secs += packed_at.elapsed().as_secs_f64();
        self.recording.stored(index, packed);
        Ok(())
    }

    /// Samples that are not in the file yet, up to a time.
    fn samples_until(&self, time_secs: f64) -> Vec<Arc<Sample>> {
        let mut samples = self.recording.samples_from(self.n_samples);
        samples.retain(|sample| sample.time_secs <= time_secs);
        samples
    }

    fn consequence(&self, error: &SessionError) -> String {
        let kept = match self.key {
            Some(_) => "every frame before is in the session and can be shown",
            None => "no frame was recorded",
        };
        format!("the run was stopped, for it can no longer be recorded; {kept}: {error}")
    }
}
