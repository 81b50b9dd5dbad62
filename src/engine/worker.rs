//! The thread that obeys commands and computes in between.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, TryRecvError};
use rayon::ThreadPool;

use crate::domain::frame::Frame;
use crate::domain::scenario::Scenario;
use crate::domain::worlds::BranchId;
use crate::engine::RunError;
use crate::engine::branches::{Branches, Trouble};
use crate::engine::clock;
use crate::engine::message::{Command, Event};
use crate::engine::model::ModelFactory;
use crate::engine::outbox::Outbox;
use crate::engine::run::Turn;
use crate::engine::schedule::SAME_INSTANT_SECS;
use crate::engine::throttle::Throttle;
use crate::io::session::{Session, SessionCache};

/// Between two words on progress, wall time.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// Between two attempts to hand over events to a full channel while nothing else is to be done.
const RETRY_EVERY: Duration = Duration::from_millis(10);

/// The state of the worker thread.
pub(crate) struct Worker {
    commands: Receiver<Command>,
    outbox: Outbox,
    pool: ThreadPool,
    factory: Arc<ModelFactory>,
    stopping: Arc<AtomicBool>,
    branches: Option<Branches>,
    /// Whether nothing is computed, whatever is to be.
    is_held: bool,
    throttle: Throttle,
    progress_sent: Instant,
    /// Where runs are saved; `None` keeps them in memory.
    saved: Option<SessionCache>,
}

/// What the command channel gave.
enum Inbox {
    Command(Command),
    Empty,
    Closed,
}

impl Worker {
    pub(crate) fn new(
        commands: Receiver<Command>,
        outbox: Outbox,
        pool: ThreadPool,
        factory: Arc<ModelFactory>,
        stopping: Arc<AtomicBool>,
        saved: Option<SessionCache>,
    ) -> Self {
        Self {
            commands,
            outbox,
            pool,
            factory,
            stopping,
            branches: None,
            is_held: false,
            throttle: Throttle::default(),
            progress_sent: clock::now(),
            saved,
        }
    }

    /// Works until told to stop or until the engine's handle is gone.
    pub(crate) fn work(mut self) {
        while !self.stopping.load(Ordering::Relaxed) {
            self.outbox.flush();
            match self.listen() {
                Inbox::Command(Command::Stop) | Inbox::Closed => return,
                Inbox::Command(command) => self.obey(command),
                Inbox::Empty => self.compute(),
            }
        }
    }

    /// Looks for a command, for as long as there is nothing better to do.
    fn listen(&mut self) -> Inbox {
        match self.idle_time() {
            Some(Duration::ZERO) => match self.commands.try_recv() {
                Ok(command) => Inbox::Command(command),
                Err(TryRecvError::Empty) => Inbox::Empty,
                Err(TryRecvError::Disconnected) => Inbox::Closed,
            },
            Some(wait) => match self.commands.recv_timeout(wait) {
                Ok(command) => Inbox::Command(command),
                Err(RecvTimeoutError::Timeout) => Inbox::Empty,
                Err(RecvTimeoutError::Disconnected) => Inbox::Closed,
            },
            None => self.commands.recv().map_or(Inbox::Closed, Inbox::Command),
        }
    }

    /// How long nothing has to be done; `None` for as long as no command comes.
    fn idle_time(&mut self) -> Option<Duration> {
        let run_wait = self.next_up().map(|_branch| self.wait());
        let outbox_wait = self.outbox.is_waiting().then_some(RETRY_EVERY);
        match (run_wait, outbox_wait) {
            (Some(run), Some(outbox)) => Some(run.min(outbox)),
            (run, outbox) => run.or(outbox),
        }
    }

    /// The branch to be computed now.
    fn next_up(&self) -> Option<BranchId> {
        if self.is_held { None } else { self.branches.as_ref()?.next_up() }
    }

    /// How long the speed limit holds back what is to be computed. It is for the branch that people look at.
    fn wait(&mut self) -> Duration {
        let Some(branches) = &self.branches else { return Duration::ZERO };
        match branches.active() {
            Some(lane) if branches.goal_secs().is_some() => self.throttle.wait(clock::now(), lane.time_secs()),
            _ => Duration::ZERO,
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Load(scenario) => self.load(&scenario),
            Command::Resume(session) => self.resume(&session),
            Command::RunTo(goal_secs) => self.run_to(goal_secs),
            Command::Pause => self.stand_still(),
            Command::SetSpeedLimit(limit) => self.throttle.set(limit),
            Command::Give(order) => self.change(|branches, pool| branches.give(*order, pool).map(drop)),
            Command::TakeBack(order) => self.change(|branches, pool| branches.take_back(order, pool)),
            Command::Fork { of, at_secs, name } => {
                self.change(|branches, pool| branches.fork(of, at_secs, name, pool).map(drop));
            }
            Command::Activate(branch) => self.change(|branches, _pool| branches.activate(branch)),
            Command::Rename(branch, name) => self.change(|branches, _pool| branches.rename(branch, &name)),
            Command::Prune(branch) => self.change(|branches, _pool| branches.prune(branch)),
            Command::Restore(branch) => self.change(|branches, pool| branches.restore(branch, pool)),
            Command::SaveAs(path) => self.save_as(path),
            Command::Stop => {} // ends the loop before it gets here
        }
    }

    fn load(&mut self, scenario: &Arc<Scenario>) {
        self.branches = None; // frees its memory before the next one takes its own
        self.is_held = false;
        let started = clock::now();
        match Branches::load(scenario, &self.factory, &self.pool, self.saved.as_ref()) {
            Ok((branches, unsaved)) => {
                self.begin(branches, started);
                if let Some(error) = unsaved {
                    self.outbox.send(Event::Unsaved { message: error.to_string() });
                }
                self.send_last_frame();
                self.send_progress();
            }
            Err(error) => self.fail(&error),
        }
    }

    /// Takes up a session; nothing is computed before somebody says so.
    fn resume(&mut self, session: &Session) {
        self.branches = None; // lets go of its file and memory
        self.is_held = true;
        let started = clock::now();
        let branches = match Branches::resume(session, &self.factory) {
            Ok(branches) => branches,
            Err(error) => return self.fail(&RunError::Record { message: error.to_string() }),
        };
        let branch = branches.worlds().active();
        let records = branches.records(branch);
        self.begin(branches, started);
        self.throttle.restart();
        self.send_worlds();
        self.outbox.send(Event::Activated { branch, records });
        self.send_last_frame();
        self.send_end();
        self.send_progress();
    }

    fn save_as(&mut self, path: PathBuf) {
        let saved = self.branches.as_ref().map(|branches| branches.save_as(&path));
        let result = saved.unwrap_or_else(|| Err(RunError::NothingLoaded.to_string()));
        self.outbox.send(Event::Saved { path, result });
    }

    /// These branches from now on.
    fn begin(&mut self, branches: Branches, started: Instant) {
        let (scenario, recording) = (Arc::clone(branches.scenario()), branches.root_recording());
        self.branches = Some(branches);
        if let Some(recording) = recording {
            let load_secs = started.elapsed().as_secs_f64();
            self.outbox.send(Event::Loaded { scenario, recording, load_secs });
        }
    }

    /// Changes the tree of branches, and tells of it.
    fn change(&mut self, by: impl FnOnce(&mut Branches, &ThreadPool) -> Result<(), Trouble>) {
        let Some(branches) = &mut self.branches else { return self.fail(&RunError::NothingLoaded) };
        let (active, n_branches) = (branches.worlds().active(), branches.worlds().branches().len());
        match by(branches, &self.pool) {
            Ok(()) => {}
            Err(Trouble::Refused(refusal)) => return self.outbox.send(Event::Refused(refusal)),
            Err(Trouble::Lost(error)) => return self.fail_or_stand_still(error),
        }
        let branch = branches.worlds().active();
        // A new branch is wanted for what it will come to.
        self.is_held &= branches.worlds().branches().len() == n_branches;
        if branch != active {
            let records = branches.records(branch);
            self.throttle.restart();
            self.outbox.send(Event::Activated { branch, records });
        }
        self.send_worlds();
        if branch != active {
            self.send_last_frame();
            self.send_end();
        }
        self.send_progress();
        self.save();
    }

    fn run_to(&mut self, goal_secs: f64) {
        self.is_held = false;
        let Some(branches) = &mut self.branches else { return self.fail(&RunError::NothingLoaded) };
        branches.try_recording_again();
        if let Err(error) = branches.save_if_unsaved() {
            return self.fail_or_stand_still(error);
        }
        let Some(lane) = branches.active() else { return };
        if lane.is_closed() {
            return self.finish();
        }
        // A run that stands at its end has still to say so.
        let is_ahead = |head: f64| goal_secs > head + SAME_INSTANT_SECS || lane.is_ended();
        let is_wanted =
            lane.recording().head_secs().is_none_or(is_ahead) || goal_secs >= branches.scenario().duration_secs;
        branches.set_goal(is_wanted.then_some(goal_secs));
        self.throttle.restart();
        self.send_progress();
    }

    /// One slice of computing, if there is a goal and the speed limit allows it.
    fn compute(&mut self) {
        let Some(id) = self.next_up() else { return };
        if self.wait() > Duration::ZERO {
            return;
        }
        let Some(branches) = &mut self.branches else { return };
        if let Err(error) = branches.take_up(id, &self.pool) {
            return self.fail_or_stand_still(error);
        }
        let is_active = id == branches.worlds().active();
        let Some((run, Some(goal_secs))) = branches.lane(id) else { return };
        let time_secs = run.time_secs();
        let allowed_secs = if is_active { self.throttle.allowed_secs(clock::now(), time_secs) } else { f64::INFINITY };
        let turn = run.advance(&self.pool, allowed_secs);
        match turn.and_then(|turn| run.take_checkpoint().map(|_put_by| turn)) {
            Ok(Turn::Busy) => {}
            Ok(Turn::Frame(frame)) => self.publish(id, frame, goal_secs),
            Ok(Turn::Ended) => {
                branches.stop(id);
                if is_active {
                    self.finish();
                } else {
                    self.send_worlds();
                }
                return self.save();
            }
            Err(error) => return self.fail_or_stand_still(error),
        }
        if self.progress_sent.elapsed() >= PROGRESS_EVERY {
            self.send_progress();
            self.send_worlds_if_branched();
        }
    }

    fn publish(&mut self, id: BranchId, frame: Arc<Frame>, goal_secs: f64) {
        let Some(branches) = &mut self.branches else { return };
        let is_active = id == branches.worlds().active();
        let Some((run, _)) = branches.lane(id) else { return };
        let is_there = !run.is_ended() && frame.time_secs + SAME_INSTANT_SECS >= goal_secs;
        if is_there {
            run.take_envelope();
        }
        let envelope = run.envelope();
        if is_there {
            branches.stop(id);
        }
        if is_active {
            self.outbox.send(Event::Frame { frame, envelope });
        }
        if is_there {
            self.send_progress();
            self.send_worlds_if_branched();
        }
    }

    fn finish(&mut self) {
        if let Some(branches) = &mut self.branches {
            branches.set_goal(None);
        }
        self.send_progress();
        self.send_worlds_if_branched();
        self.send_end();
    }

    fn stand_still(&mut self) {
        self.is_held = true;
        if let Some(branches) = &mut self.branches {
            branches.set_goal(None);
        }
        self.send_progress();
        self.send_worlds_if_branched();
    }

    /// Writes the tree of branches into the session.
    fn save(&mut self) {
        if let Some(Err(error)) = self.branches.as_mut().map(Branches::save) {
            self.fail_or_stand_still(error);
        }
    }

    /// What cannot be recorded waits for room; whatever else happens ends the run.
    fn fail_or_stand_still(&mut self, error: RunError) {
        let RunError::Record { message } = error else { return self.fail(&error) };
        tracing::error!("{message}");
        self.is_held = true;
        self.outbox.send(Event::Unrecorded { message });
        self.send_progress();
        self.send_worlds_if_branched();
    }

    fn fail(&mut self, error: &RunError) {
        self.branches = None;
        tracing::error!("{error}");
        self.outbox.send(Event::Failed { message: error.to_string() });
    }

    fn send_last_frame(&mut self) {
        let Some(lane) = self.branches.as_ref().and_then(Branches::active) else { return };
        let recording = lane.recording();
        let last = recording.n_frames().checked_sub(1).and_then(|last| recording.frame(last));
        if let (Some(frame), Some(envelope)) = (last, lane.envelope()) {
            self.outbox.send(Event::Frame { frame, envelope });
        }
    }

    /// The figures of the active branch, if it is computed to its end.
    fn send_end(&mut self) {
        let lane = self.branches.as_ref().and_then(Branches::active);
        if let Some(summary) = lane.and_then(|lane| lane.summary(&self.pool)) {
            self.outbox.send(Event::Finished { summary: Box::new(summary) });
        }
    }

    fn send_worlds(&mut self) {
        if let Some(branches) = &mut self.branches {
            branches.note(self.is_held);
            self.outbox.send(Event::Worlds(Arc::new(branches.worlds().clone())));
        }
    }

    /// While there is but the root, its progress says all.
    fn send_worlds_if_branched(&mut self) {
        if self.branches.as_ref().is_some_and(|branches| branches.worlds().branches().len() > 1) {
            self.send_worlds();
        }
    }

    fn send_progress(&mut self) {
        let Some(branches) = &self.branches else { return };
        let is_running = branches.goal_secs().is_some() && !self.is_held;
        if let Some(lane) = branches.active() {
            self.outbox.send(Event::Progress(lane.progress(is_running)));
            self.progress_sent = clock::now();
        }
    }
}
