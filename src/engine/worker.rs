//! The thread that obeys commands and computes in between.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, TryRecvError};
use rayon::ThreadPool;

use crate::domain::frame::Frame;
use crate::domain::order::Order;
use crate::domain::scenario::Scenario;
use crate::engine::RunError;
use crate::engine::clock;
use crate::engine::message::{Command, Event};
use crate::engine::model::ModelFactory;
use crate::engine::outbox::Outbox;
use crate::engine::run::{Run, RunPlan, Turn};
use crate::engine::schedule::SAME_INSTANT_SECS;
use crate::engine::throttle::Throttle;

/// Between two words on progress, wall time.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// Between two copies of the extremes, wall time.
const ENVELOPE_EVERY: Duration = Duration::from_millis(250);

/// Between two attempts to hand over events to a full channel while nothing else is to be done.
const RETRY_EVERY: Duration = Duration::from_millis(10);

/// The state of the worker thread.
pub(crate) struct Worker {
    commands: Receiver<Command>,
    outbox: Outbox,
    pool: ThreadPool,
    factory: Arc<ModelFactory>,
    stopping: Arc<AtomicBool>,
    run: Option<Run>,
    /// Time to run to, s; `None` while it stands still.
    goal_secs: Option<f64>,
    throttle: Throttle,
    progress_sent: Instant,
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
    ) -> Self {
        Self {
            commands,
            outbox,
            pool,
            factory,
            stopping,
            run: None,
            goal_secs: None,
            throttle: Throttle::default(),
            progress_sent: clock::now(),
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
        let run_wait = match (&self.run, self.goal_secs) {
            (Some(run), Some(_)) => Some(self.throttle.wait(clock::now(), run.time_secs())),
            _ => None,
        };
        let outbox_wait = self.outbox.is_waiting().then_some(RETRY_EVERY);
        match (run_wait, outbox_wait) {
            (Some(run), Some(outbox)) => Some(run.min(outbox)),
            (run, outbox) => run.or(outbox),
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Load(scenario) => self.load(&scenario),
            Command::RunTo(goal_secs) => self.run_to(goal_secs),
            Command::Pause => self.stand_still(),
            Command::SetSpeedLimit(limit) => self.throttle.set(limit),
            Command::Give(order) => self.give(*order),
            Command::TakeBack(order) => self.take_back(order),
            Command::Stop => {} // ends the loop before it gets here
        }
    }

    fn load(&mut self, scenario: &Arc<Scenario>) {
        self.goal_secs = None;
        self.run = None; // frees its memory before the next one takes its own
        let started = clock::now();
        let plan = RunPlan::whole(ENVELOPE_EVERY);
        match Run::start(scenario, &self.pool, |scenario| Ok((self.factory)(scenario)), &plan) {
            Ok((run, frame)) => {
                self.outbox.send(Event::Loaded {
                    scenario: Arc::clone(scenario),
                    recording: run.recording(),
                    load_secs: started.elapsed().as_secs_f64(),
                });
                self.send_frame(&run, frame);
                self.run = Some(run);
                self.send_progress();
            }
            Err(error) => self.fail(&error),
        }
    }

    fn run_to(&mut self, goal_secs: f64) {
        let Some(run) = &self.run else { return self.fail(&RunError::NothingLoaded) };
        if run.is_ended() {
            return self.finish();
        }
        let is_ahead = run.recording().head_secs().is_none_or(|head| goal_secs > head + SAME_INSTANT_SECS);
        self.goal_secs = is_ahead.then_some(goal_secs);
        self.throttle.restart();
        self.send_progress();
    }

    fn give(&mut self, order: Order) {
        let Some(run) = &mut self.run else { return self.fail(&RunError::NothingLoaded) };
        let id = order.id;
        match run.give(&self.pool, order) {
            Ok(Ok(_preview)) => self.send_orders(),
            Ok(Err(refusal)) => self.outbox.send(Event::Refused { order: id, refusal }),
            Err(error) => self.fail(&error),
        }
    }

    fn take_back(&mut self, order: u32) {
        let Some(run) = &mut self.run else { return self.fail(&RunError::NothingLoaded) };
        match run.take_back(order) {
            Ok(_taken) => self.send_orders(),
            Err(refusal) => self.outbox.send(Event::Refused { order, refusal }),
        }
    }

    fn send_orders(&mut self) {
        if let Some(run) = &self.run {
            self.outbox.send(Event::Orders(Arc::new(run.orders().clone())));
            self.send_progress();
        }
    }

    /// One slice of computing, if there is a goal and the speed limit allows it.
    fn compute(&mut self) {
        let (Some(run), Some(goal_secs)) = (&mut self.run, self.goal_secs) else { return };
        let now = clock::now();
        let time_secs = run.time_secs();
        if self.throttle.wait(now, time_secs) > Duration::ZERO {
            return;
        }
        let allowed_secs = self.throttle.allowed_secs(now, time_secs);
        match run.advance(&self.pool, allowed_secs) {
            Ok(Turn::Busy) => {}
            Ok(Turn::Frame(frame)) => self.publish(frame, goal_secs),
            Ok(Turn::Ended) => return self.finish(),
            Err(error) => return self.fail(&error),
        }
        if self.progress_sent.elapsed() >= PROGRESS_EVERY {
            self.send_progress();
        }
    }

    fn publish(&mut self, frame: Arc<Frame>, goal_secs: f64) {
        let Some(run) = &mut self.run else { return };
        let is_there = !run.is_ended() && frame.time_secs + SAME_INSTANT_SECS >= goal_secs;
        if is_there {
            run.take_envelope();
        }
        let envelope = run.envelope();
        self.outbox.send(Event::Frame { frame, envelope });
        if is_there {
            self.goal_secs = None;
            self.send_progress();
        }
    }

    fn finish(&mut self) {
        self.goal_secs = None;
        self.send_progress();
        if let Some(run) = &self.run {
            let summary = Box::new(run.summary(&self.pool));
            self.outbox.send(Event::Finished { summary });
        }
    }

    fn stand_still(&mut self) {
        self.goal_secs = None;
        self.send_progress();
    }

    fn fail(&mut self, error: &RunError) {
        self.goal_secs = None;
        self.run = None;
        tracing::error!("{error}");
        self.outbox.send(Event::Failed { message: error.to_string() });
    }

    fn send_frame(&mut self, run: &Run, frame: Arc<Frame>) {
        self.outbox.send(Event::Frame { frame, envelope: run.envelope() });
    }

    fn send_progress(&mut self) {
        if let Some(run) = &self.run {
            self.outbox.send(Event::Progress(run.progress(self.goal_secs.is_some())));
            self.progress_sent = clock::now();
        }
    }
}
