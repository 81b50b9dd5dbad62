//! The thread that writes one branch of a session while its run goes on.
//!
//! The worker hands it every frame through a short queue: none is left out. When the disk is slower than the solver the
//! queue is full and the worker waits. The recorder packs, writes and tells the recording what is safe.
//!
//! What cannot be written is kept and written again when the worker says so: a full disk makes a run stand still, and
//! costs it no frame.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, SendTimeoutError, Sender, bounded};

use crate::domain::frame::{Envelope, Frame};
use crate::domain::order::Orders;
use crate::domain::recording::{Checkpoint, KEY_EVERY, PackedFrame, Recording, RunSummary, Sample};
use crate::domain::scenario::Scenario;
use crate::domain::worlds::{BranchId, Worlds};
use crate::engine::{RecordPlan, RunError, clock};
use crate::io::session::{RecorderFigures, SessionEnd, SessionError, SessionStore, SessionWriter};

/// Frames and checkpoints that may wait for the disk. Each holds memory, so they are few.
const N_QUEUE: usize = 4;

/// How often who waits for the recorder looks whether it can write at all.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// The branch of an open session file that a run is recorded into.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) file: Arc<SessionStore>,
    pub(crate) branch: BranchId,
    /// What the file has of it already: it grows.
    pub(crate) stored: Option<Arc<Recording>>,
}

/// A state of the run, with what it takes to go on from it.
pub(crate) struct State {
    pub(crate) checkpoint: Arc<Checkpoint>,
    pub(crate) envelope: Arc<Envelope>,
    /// As the orders up to now have made it.
    pub(crate) scenario: Arc<Scenario>,
    pub(crate) orders: Orders,
}

/// What a run came to.
pub(crate) struct End {
    pub(crate) envelope: Arc<Envelope>,
    pub(crate) summary: RunSummary,
    pub(crate) orders: Orders,
}

/// What goes to the recorder.
enum Item {
    Frame(usize, Arc<Frame>),
    State(Box<State>),
    End(Box<End>),
}

/// The worker's end of it. Dropped before the end, it leaves a branch that counts as interrupted.
pub(crate) struct Recorder {
    queue: Option<Sender<Item>>,
    /// What found the queue full while nothing could be written, the oldest first. Few: the run stands still then.
    unsent: VecDeque<Item>,
    again: Option<Sender<()>>,
    ended: Receiver<()>,
    is_end_sent: bool,
    thread: Option<JoinHandle<()>>,
    failure: Arc<Mutex<Option<String>>>,
    waited: Arc<Mutex<Duration>>,
}

impl Recorder {
    /// Begins to record into a place, or into a session of its own; without either, everything stays in memory.
    pub(crate) fn start(
        scenario: &Arc<Scenario>,
        plan: &RecordPlan,
        place: Option<&Place>,
        orders: &Orders,
    ) -> Result<(Option<Self>, Arc<Recording>), RunError> {
        let grid = &scenario.terrain.grid;
        let (writer, stored) = match (place, &plan.path) {
            (Some(Place { file, branch, stored: None }), _) => (file.writer_afresh(*branch), None),
            (Some(Place { file, branch, stored }), _) => (file.writer(*branch), stored.clone()),
            (None, Some(path)) => (session_of_its_own(path, scenario, plan.most_bytes, orders), None),
            (None, None) => return Ok((None, Arc::new(Recording::on(grid)))),
        };
        let writer = writer.map_err(|error| not_begun(&error))?;
        let recording = stored.unwrap_or_else(|| Arc::new(Recording::over(grid, writer.source(), plan.cache_bytes)));
        let (queue, items) = bounded(N_QUEUE);
        let (again, told_again) = bounded(1);
        let (end, ended) = bounded(1);
        let failure = Arc::new(Mutex::new(None));
        let waited = Arc::new(Mutex::new(Duration::ZERO));
        let book = Book {
            writer: Some(writer),
            key: None,
            n_samples: recording.n_samples(),
            recorded_secs: recording.head_secs(),
            recording: Arc::clone(&recording),
            figures: RecorderFigures::default(),
            waited: Arc::clone(&waited),
            failure: Arc::clone(&failure),
        };
        let thread = std::thread::Builder::new()
            .name("hetu-recorder".into())
            .spawn(move || book.keep(&items, &told_again, &end))
            .map_err(|error| RunError::Record { message: error.to_string() })?;
        let recorder = Self {
            queue: Some(queue),
            unsent: VecDeque::new(),
            again: Some(again),
            ended,
            is_end_sent: false,
            thread: Some(thread),
            failure,
            waited,
        };
        Ok((Some(recorder), recording))
    }

    pub(crate) fn frame(&mut self, index: usize, frame: &Arc<Frame>) -> Result<(), RunError> {
        self.unsent.push_back(Item::Frame(index, Arc::clone(frame)));
        self.pass_on()
    }

    pub(crate) fn state(&mut self, state: State) -> Result<(), RunError> {
        self.unsent.push_back(Item::State(Box::new(state)));
        self.pass_on()
    }

    /// Whether everything that was handed over is on its way.
    ///
    /// # Errors
    /// While the file cannot be written.
    pub(crate) fn check(&mut self) -> Result<(), RunError> {
        self.pass_on()?;
        self.trouble().map_or(Ok(()), |message| Err(failed(message)))
    }

    /// Has what could not be written written again.
    pub(crate) fn try_again(&mut self) {
        let had_failed = self.failure.lock().unwrap_or_else(PoisonError::into_inner).take().is_some();
        if let Some(again) = self.again.as_ref().filter(|_| had_failed)
            && again.try_send(()).is_err()
        {
            tracing::debug!("the recorder has ended, or was told already");
        }
    }

    /// Writes the end and waits until it is written. May be asked for again when it could not be.
    pub(crate) fn finish(&mut self, end: impl FnOnce() -> End) -> Result<(), RunError> {
        if !self.is_end_sent {
            self.unsent.push_back(Item::End(Box::new(end())));
            self.is_end_sent = true;
        }
        loop {
            self.check()?;
            match self.ended.recv_timeout(LOOK_EVERY) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.close();
        self.trouble().map_or(Ok(()), |message| Err(failed(message)))
    }

    /// Hands over what there is. Waits while the queue is full, unless nothing can be written: then it is kept.
    fn pass_on(&mut self) -> Result<(), RunError> {
        let started = clock::now();
        let passed = self.pass_on_all();
        *self.waited.lock().unwrap_or_else(PoisonError::into_inner) += started.elapsed();
        passed
    }

    fn pass_on_all(&mut self) -> Result<(), RunError> {
        while let Some(item) = self.unsent.pop_front() {
            let Some(queue) = &self.queue else { return Err(failed("the recorder has ended".to_owned())) };
            match queue.send_timeout(item, LOOK_EVERY) {
                Ok(()) => {}
                Err(SendTimeoutError::Timeout(item)) => {
                    self.unsent.push_front(item);
                    if self.trouble().is_some() {
                        return Ok(());
                    }
                }
                Err(SendTimeoutError::Disconnected(item)) => {
                    self.unsent.push_front(item);
                    return Err(failed("the recorder stopped on a fault of the program".to_owned()));
                }
            }
        }
        Ok(())
    }

    fn trouble(&self) -> Option<String> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets the recorder write what it has, with one more attempt if it could not before.
    fn close(&mut self) {
        self.again = None;
        if let Some(queue) = self.queue.take() {
            let n_lost = self.unsent.drain(..).filter_map(|item| queue.send(item).err()).count();
            if n_lost > 0 {
                tracing::error!("{n_lost} frames and states could not be recorded");
            }
        }
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

/// A session with a root only, which knows its orders from the start.
fn session_of_its_own(
    path: &Path,
    scenario: &Scenario,
    most_bytes: Option<u64>,
    orders: &Orders,
) -> Result<SessionWriter, SessionError> {
    let file = SessionStore::create_within(path, scenario, most_bytes)?;
    file.put_worlds(&Worlds::new(scenario.name.clone(), orders.clone()), &[])?;
    file.writer(BranchId::ROOT)
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
    /// Time of the last frame in the file, s.
    recorded_secs: Option<f64>,
    figures: RecorderFigures,
    waited: Arc<Mutex<Duration>>,
    failure: Arc<Mutex<Option<String>>>,
}

impl Book {
    /// Writes what comes until nothing more does. What cannot be written waits for a word to be tried again.
    fn keep(mut self, items: &Receiver<Item>, again: &Receiver<()>, end: &Sender<()>) {
        for item in items {
            while let Err(error) = self.enter(&item) {
                *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.consequence(&error));
                if again.recv().is_err() {
                    // Nobody computes any more. There may be room by now.
                    if let Err(error) = self.enter(&item) {
                        return tracing::error!("{}", self.consequence(&error));
                    }
                    break;
                }
            }
            if matches!(item, Item::End(_)) && end.try_send(()).is_err() {
                tracing::debug!("nobody waits for the end");
            }
        }
    }

    /// Writes an item, all or nothing.
    fn enter(&mut self, item: &Item) -> Result<(), SessionError> {
        match item {
            Item::Frame(index, frame) => self.put_frame(*index, frame),
            Item::State(state) => self.put_state(state),
            Item::End(end) => self.put_end(end),
        }
    }

    fn put_state(&mut self, state: &State) -> Result<(), SessionError> {
        let State { checkpoint, envelope, scenario, orders } = state;
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let started = clock::now();
        let n_bytes = writer.put_checkpoint(checkpoint, scenario, orders, envelope)?;
        self.figures.checkpoint_bytes += n_bytes as u64;
        self.figures.write_secs += started.elapsed().as_secs_f64();
        Ok(())
    }

    fn put_end(&mut self, end: &End) -> Result<(), SessionError> {
        let End { envelope, summary, orders } = end;
        self.figures.waited_secs = self.waited.lock().unwrap_or_else(PoisonError::into_inner).as_secs_f64();
        let samples = self.samples_until(f64::INFINITY);
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let figures = Some(&self.figures);
        writer.finish(&samples, &SessionEnd { envelope: Some(envelope), summary: Some(summary), figures, orders })?;
        self.writer = None; // the last one closes the file
        Ok(())
    }

    fn put_frame(&mut self, index: usize, frame: &Arc<Frame>) -> Result<(), SessionError> {
        let started = clock::now();
        let shape = self.recording.shape();
        let key = self.key.as_ref().filter(|_| !index.is_multiple_of(KEY_EVERY));
        let packed = match key {
            Some((key, key_frame)) => PackedFrame::pack_on(frame, shape, (*key, key_frame)),
            None => PackedFrame::pack(frame, shape),
        };
        let packed_at = clock::now();
        let samples = self.samples_until(frame.time_secs);
        if let Some(writer) = &mut self.writer {
            writer.put_frame(&packed, &samples)?;
        }
        if packed.key().is_none() {
            self.key = Some((index, Arc::clone(frame)));
        }
        self.n_samples += samples.len();
        self.recorded_secs = Some(frame.time_secs);
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
        let kept = match self.recorded_secs {
            Some(secs) => format!("every frame up to T+{:.2} h is in the session and can be shown", secs / 3600.0),
            None => "no frame was recorded".to_owned(),
        };
        format!("the run cannot be recorded any further; {kept}: {error}")
    }
}
