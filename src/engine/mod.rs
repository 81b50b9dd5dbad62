//! The worker thread: the only place that starts threads.
//!
//! Start reading at `run` (one run and its outputs), then `worker` (the thread that obeys commands) and `batch`
//! (the same run without a window). Not here: the equations (`domain::swe`), files (`io`) and everything that draws.
//!
//! How nobody waits for anybody:
//!
//! - *Commands* go through a bounded channel and are never dropped. The worker looks at it between two slices of
//!   computing, each about ten milliseconds long or one step, whichever is more.
//! - *Frames* are appended by the worker to the [`Recording`] that everyone shares. Nothing is replaced or skipped
//!   there; its locks are held only to append or copy a pointer. From there `recorder` writes them to the session file;
//!   the one thing that the worker waits for is that: a disk that is slower than the solver. On a full disk the run stands
//!   still until it is told to go on, and loses nothing.
//!   A window reads frames back from the file through `fetch`, and does not wait either.
//! - *Events* only bring news and go through a bounded channel that the worker never waits for. When it is full, what
//!   is unsent stays with the worker, where newer news of a kind takes the place of older news of the same kind.
//!
//! The steps of a run depend on its scenario, its end and its orders alone, never on commands: pausing, speed limits and
//! the time to run to only choose when the next step is taken. So a run that was paused gives the state of one that was
//! not, and a run that was given its orders on the way that of one that knew them all before (`orders`).

mod batch;
mod branches;
mod clock;
mod fetch;
mod kept;
mod lane;
mod message;
mod model;
mod orders;
mod origin;
mod outbox;
mod recorder;
mod run;
mod schedule;
mod snapshot;
mod throttle;
mod worker;
mod yielding;

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::domain::scenario::Scenario;
use crate::domain::swe::RestoreError;
use crate::io::session::{Session, SessionCache};

use yielding::yield_to_window;

pub use batch::{BatchEvent, BatchPlan, run_batch, run_batch_as, run_batch_with};
pub use fetch::fetch_beside;
pub use message::{Command, EngineRefusal, Event, Progress};
pub use model::{Model, ModelFactory, solver_model};

#[cfg(doc)]
use crate::domain::recording::Recording;

/// Commands that may wait unread before the sender has to.
const N_COMMANDS: usize = 64;

/// Events that may wait unread in the channel. Few, because each frame among them holds memory.
const N_EVENTS: usize = 8;

/// Called after each event, so that a window can repaint.
pub type Wake = Box<dyn Fn() + Send>;

/// Why the engine could not do something.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The worker has ended.
    #[error("the worker has ended")]
    WorkerGone,
    /// The system refused a thread.
    #[error("a thread could not be started")]
    Thread(#[from] std::io::Error),
    /// The solver's threads could not be started.
    #[error("the solver's threads could not be started")]
    Pool(#[from] rayon::ThreadPoolBuildError),
    /// The run failed.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// Why a run failed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RunError {
    /// The model panicked, which is a fault of the program.
    #[error("the solver stopped on a fault of the program: {0}")]
    Panicked(String),
    /// A step did not move time on.
    #[error("the solver no longer moves on from {time_secs} s (last step {step_secs} s)")]
    Stuck {
        /// Time reached, s.
        time_secs: f64,
        /// Length of the last step, s.
        step_secs: f64,
    },
    /// The checkpoint does not fit the scenario.
    #[error("the run cannot go on from this checkpoint or with this order: {0}")]
    Restore(#[from] RestoreError),
    /// There is nothing to run.
    #[error("no scenario is loaded")]
    NothingLoaded,
    /// The session cannot be written, or no longer.
    #[error("{message}")]
    Record {
        /// What happened and what became of the frames, for people.
        message: String,
    },
}

/// Packed frames that stay in memory beside the session file unless something else is asked for, bytes.
pub const CACHE_BYTES: usize = 256 << 20;

/// Checkpoints that a session gets unless something else is asked for: a branch from anywhere then computes at most a
/// fiftieth of the run again, and their size is bounded whatever the length of the run.
const N_CHECKPOINTS: f64 = 48.0;

/// Where and how a run is recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordPlan {
    /// The session file; `None` keeps everything in memory.
    pub path: Option<PathBuf>,
    /// Packed frames that stay in memory beside the file, bytes.
    pub cache_bytes: usize,
    /// Simulated time between two checkpoints in the file, s, positive; `None` for a fiftieth of the run.
    pub checkpoint_every_secs: Option<f64>,
    /// Bytes that the file may grow to; what does not go in is refused as on a full disk. `None` for as many as there
    /// is room for.
    pub most_bytes: Option<u64>,
}

impl Default for RecordPlan {
    fn default() -> Self {
        Self { path: None, cache_bytes: CACHE_BYTES, checkpoint_every_secs: None, most_bytes: None }
    }
}

impl RecordPlan {
    /// Into that file, with the usual settings.
    pub fn into_file(path: &Path) -> Self {
        Self { path: Some(path.to_owned()), ..Self::default() }
    }

    /// Simulated time between two checkpoints of a run that is recorded into a file, s.
    fn spacing_secs(&self, scenario: &Scenario) -> f64 {
        let frame_secs = scenario.output.frame_every_secs;
        let usual_secs = self.checkpoint_every_secs.unwrap_or(scenario.duration_secs / N_CHECKPOINTS);
        // At a frame, so that what became of the villages up to there is in the frames up to there.
        (usual_secs / frame_secs).ceil().max(1.0) * frame_secs
    }
}

/// How many threads the solver gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EngineSettings {
    /// Threads of the solver; 0 takes every core the system offers.
    pub threads: usize,
    /// Somebody draws beside it, who goes first: its threads yield to the window's, and with `threads: 0` one core is left.
    pub beside_window: bool,
}

impl EngineSettings {
    /// All cores but one, for use beside a window.
    pub const WINDOWED: Self = Self { threads: 0, beside_window: true };

    /// All cores, for runs without a window.
    pub const BATCH: Self = Self { threads: 0, beside_window: false };

    /// Threads these settings come to on this machine, at least 1.
    pub fn n_threads(&self) -> usize {
        if self.threads > 0 {
            return self.threads;
        }
        let n_cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        n_cores.saturating_sub(usize::from(self.beside_window)).max(1)
    }

    fn pool(&self) -> Result<ThreadPool, rayon::ThreadPoolBuildError> {
        let beside_window = self.beside_window;
        ThreadPoolBuilder::new()
            .start_handler(move |_| yield_to_window(beside_window))
            .num_threads(self.n_threads())
            .thread_name(|index| format!("hetu-solver-{index}"))
            .build()
    }
}

/// The handle of the worker thread. Dropping it stops the worker and waits for it (at most one step, or the laying
/// out of a scenario).
#[derive(Debug)]
pub struct Engine {
    commands: Option<Sender<Command>>,
    events: Receiver<Event>,
    stopping: Arc<AtomicBool>,
    worker: Option<JoinHandle<()>>,
}

impl Engine {
    /// Starts the worker with the shallow-water solver.
    ///
    /// # Errors
    /// When the system refuses the threads.
    pub fn start(settings: &EngineSettings, wake: Option<Wake>) -> Result<Self, EngineError> {
        Self::start_with(settings, Arc::new(solver_model), wake)
    }

    /// Starts the worker with another model.
    ///
    /// # Errors
    /// When the system refuses the threads.
    pub fn start_with(
        settings: &EngineSettings,
        factory: Arc<ModelFactory>,
        wake: Option<Wake>,
    ) -> Result<Self, EngineError> {
        Self::start_saving(settings, factory, wake, None)
    }

    /// Starts the worker with a folder of saved sessions: each run is recorded there with its branches, in one file.
    ///
    /// # Errors
    /// When the system refuses the threads.
    pub fn start_saving(
        settings: &EngineSettings,
        factory: Arc<ModelFactory>,
        wake: Option<Wake>,
        saved: Option<SessionCache>,
    ) -> Result<Self, EngineError> {
        let (command_sender, commands) = bounded(N_COMMANDS);
        let (event_sender, events) = bounded(N_EVENTS);
        let stopping = Arc::new(AtomicBool::new(false));
        let outbox = outbox::Outbox::new(event_sender, wake);
        let worker = worker::Worker::new(commands, outbox, settings.pool()?, factory, Arc::clone(&stopping), saved);
        let beside_window = settings.beside_window;
        let work = move || {
            yield_to_window(beside_window);
            worker.work();
        };
        let worker = std::thread::Builder::new().name("hetu-worker".into()).spawn(work)?;
        Ok(Self { commands: Some(command_sender), events, stopping, worker: Some(worker) })
    }

    /// Gives the worker a command. It is never dropped: with 64 commands unread, which takes a worker that lays out
    /// a large scenario, this waits until there is room.
    ///
    /// # Errors
    /// When the worker has ended, as after [`Command::Stop`].
    pub fn send(&self, command: Command) -> Result<(), EngineError> {
        let commands = self.commands.as_ref().ok_or(EngineError::WorkerGone)?;
        commands.send(command).map_err(|_gone| EngineError::WorkerGone)
    }

    /// Short for [`Command::Load`].
    ///
    /// # Errors
    /// When the worker has ended.
    pub fn load(&self, scenario: Arc<Scenario>) -> Result<(), EngineError> {
        self.send(Command::Load(scenario))
    }

    /// Short for [`Command::Resume`].
    ///
    /// # Errors
    /// When the worker has ended.
    pub fn resume(&self, session: Arc<Session>) -> Result<(), EngineError> {
        self.send(Command::Resume(session))
    }

    /// What the worker has to say; read it with `try_iter` once per picture.
    pub fn events(&self) -> &Receiver<Event> {
        &self.events
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.commands = None; // wakes a worker that waits for a command
        if let Some(worker) = self.worker.take()
            && worker.join().is_err()
        {
            tracing::error!("the worker ended on a panic of its own");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_keeps_a_core_and_never_takes_the_last() {
        let all = EngineSettings::BATCH.n_threads();
        assert_eq!(EngineSettings::WINDOWED.n_threads(), (all - 1).max(1));
        assert_eq!(EngineSettings { threads: 3, beside_window: true }.n_threads(), 3);
    }
}
