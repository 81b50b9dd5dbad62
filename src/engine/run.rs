//! One run: the model, when its output is due, and its record. Worker and batch turn the same crank.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::ThreadPool;

use crate::domain::frame::{Envelope, Frame, Readings};
use crate::domain::order::{Order, Orders, Preview, Refusal};
use crate::domain::recording::{Checkpoint, Recording, RunResult, RunSummary};
use crate::domain::scenario::Scenario;
use crate::domain::swe::SolverState;
use crate::engine::clock;
use crate::engine::kept::Kept;
use crate::engine::message::Progress;
use crate::engine::model::Model;
use crate::engine::orders::Pending;
use crate::engine::recorder::{End, Place, Recorder, State};
use crate::engine::schedule::{Due, Schedule};
use crate::engine::snapshot::{self, Snapshot};
use crate::engine::{RecordPlan, RunError};

/// Wall time of one slice of computing; commands are looked at between slices.
const SLICE: Duration = Duration::from_millis(10);

/// What is asked of a run beside its scenario.
#[derive(Debug, Clone)]
pub(crate) struct RunPlan {
    /// Ends here, s, if that is before the end of the scenario.
    pub(crate) until_secs: Option<f64>,
    /// Least wall time between two copies of the extremes, which are eight grids large; there is always one at the end.
    pub(crate) envelope_every: Duration,
    /// Simulated time between two checkpoints that are handed out, s; `None` for none.
    pub(crate) checkpoint_every_secs: Option<f64>,
    /// How it is recorded, and where if it has no place.
    pub(crate) record: RecordPlan,
    /// The branch of an open session that it is recorded into. Frames and samples that are there already are not
    /// recorded again.
    pub(crate) place: Option<Place>,
    /// Wall time that the run has cost before, in steps and altogether, s.
    pub(crate) spent_secs: [f64; 2],
    /// Orders that are known before.
    pub(crate) orders: Orders,
    /// When the model that is made stands at another time than the start, s: it is made from the scenario as the orders
    /// up to that time have changed it.
    pub(crate) resumes_at_secs: Option<f64>,
    /// Whether states are kept in memory for branches to part from.
    pub(crate) keeps_states: bool,
    /// The frames of its course up to the time at which it goes on.
    pub(crate) past: Vec<Arc<Readings>>,
}

impl RunPlan {
    /// A run from the start to the end without orders and checkpoints.
    pub(crate) fn whole(envelope_every: Duration) -> Self {
        Self {
            until_secs: None,
            envelope_every,
            checkpoint_every_secs: None,
            record: RecordPlan::default(),
            place: None,
            spent_secs: [0.0; 2],
            orders: Orders::none(),
            resumes_at_secs: None,
            keeps_states: false,
            past: Vec::new(),
        }
    }
}

/// A scenario being computed.
pub(crate) struct Run {
    scenario: Arc<Scenario>,
    model: Box<dyn Model>,
    orders: Pending,
    kept: Option<Kept>,
    schedule: Schedule,
    snapshot: Snapshot,
    recording: Arc<Recording>,
    recorder: Option<Recorder>,
    /// Frames up to here were recorded before the run was laid out, s.
    recorded_secs: f64,
    /// Samples up to here were, s.
    sampled_secs: f64,
    envelope: Arc<Envelope>,
    envelope_taken: Instant,
    envelope_every: Duration,
    is_ended: bool,
    is_checkpoint_due: bool,
    hands_out_checkpoints: bool,
    resumed_at_secs: f64,
    step_secs: f64,
    solve_secs: f64,
    wall_secs: f64,
}

/// How a slice of computing ended.
#[derive(Debug)]
pub(crate) enum Turn {
    /// Nothing to tell yet.
    Busy,
    /// A frame was recorded.
    Frame(Arc<Frame>),
    /// There is nothing left to compute.
    Ended,
}

impl Run {
    /// Lays out a scenario and records its first frame and sample.
    ///
    /// `make` runs inside the solver's thread pool; the model may stand at any time.
    pub(crate) fn start(
        scenario: &Arc<Scenario>,
        pool: &ThreadPool,
        make: impl FnOnce(&Scenario) -> Result<Box<dyn Model>, RunError> + Send,
        plan: &RunPlan,
    ) -> Result<(Self, Arc<Frame>), RunError> {
        contain(|| {
            pool.install(|| {
                let started = clock::now();
                let orders = Pending::new(scenario, plan.orders.clone(), plan.resumes_at_secs);
                let model = make(orders.scenario())?;
                Self::lay_out(scenario, model, orders, plan, started)
            })
        })
    }

    fn lay_out(
        scenario: &Arc<Scenario>,
        model: Box<dyn Model>,
        orders: Pending,
        plan: &RunPlan,
        started: Instant,
    ) -> Result<(Self, Arc<Frame>), RunError> {
        let (recorder, recording) = Recorder::start(scenario, &plan.record, plan.place.as_ref(), &plan.orders)?;
        let spacing_secs = if recorder.is_some() { plan.record.spacing_secs(scenario) } else { f64::INFINITY };
        let checkpoint_secs = plan.checkpoint_every_secs.unwrap_or(spacing_secs);
        let last_sample = recording.n_samples().checked_sub(1).and_then(|last| recording.samples_from(last).pop());
        let envelope = Arc::new(model.envelope());
        let end_secs = plan.until_secs.map_or(scenario.duration_secs, |until| until.min(scenario.duration_secs));
        let [spent_solving_secs, spent_secs] = plan.spent_secs;
        let begun_at_secs = recording.times().first().copied().unwrap_or(model.time_secs());
        let mut run = Self {
            scenario: Arc::clone(scenario),
            model,
            orders,
            kept: plan.keeps_states.then(Kept::new),
            schedule: Schedule::new(scenario.output, end_secs).with_checkpoints_every(checkpoint_secs),
            snapshot: Snapshot::new(scenario, &plan.past, plan.place.is_some()),
            recorded_secs: recording.head_secs().unwrap_or(f64::NEG_INFINITY),
            sampled_secs: last_sample.map_or(f64::NEG_INFINITY, |sample| sample.time_secs),
            recording,
            recorder,
            envelope,
            envelope_taken: started,
            envelope_every: plan.envelope_every,
            is_ended: false,
            is_checkpoint_due: false,
            hands_out_checkpoints: plan.checkpoint_every_secs.is_some(),
            resumed_at_secs: begun_at_secs,
            step_secs: 0.0,
            solve_secs: spent_solving_secs,
            wall_secs: 0.0,
        };
        let due = run.schedule.pass(run.model.time_secs());
        run.is_ended = due.end;
        run.orders.close_until(run.recorded_secs);
        // A branch must not have a row that its course would not have had from the start on.
        if plan.place.is_none() || run.schedule.has_sample_at(run.model.time_secs()) {
            run.record_sample();
        }
        if run.is_news() {
            run.recording.set_envelope(Arc::clone(&run.envelope));
        }
        let frame = run.record_frame()?;
        run.orders.take_effect(&mut *run.model)?;
        run.wall_secs = spent_secs + started.elapsed().as_secs_f64();
        Ok((run, frame))
    }

    /// Computes for about ten milliseconds, at least one step, not past the next frame, and not on from `allowed_secs`
    /// (simulated time).
    pub(crate) fn advance(&mut self, pool: &ThreadPool, allowed_secs: f64) -> Result<Turn, RunError> {
        if let Some(recorder) = &mut self.recorder {
            recorder.check()?;
        }
        if self.is_ended {
            self.finish_recording(pool)?;
            return Ok(Turn::Ended);
        }
        let started = clock::now();
        let turn = contain(|| pool.install(|| self.compute(started, allowed_secs)));
        self.wall_secs += started.elapsed().as_secs_f64();
        turn
    }

    fn compute(&mut self, started: Instant, allowed_secs: f64) -> Result<Turn, RunError> {
        let due = loop {
            let due = self.step()?;
            let is_over = started.elapsed() >= SLICE || self.model.time_secs() >= allowed_secs;
            if due.frame || due.sample || is_over {
                break due;
            }
        };
        self.solve_secs += started.elapsed().as_secs_f64();
        self.is_ended = due.end;
        self.is_checkpoint_due |= due.checkpoint;
        if due.sample {
            self.record_sample();
        }
        if !due.frame {
            return Ok(Turn::Busy);
        }
        let frame = self.record_frame()?;
        Ok(if self.is_news() { Turn::Frame(frame) } else { Turn::Busy })
    }

    /// Whether this moment lies after all that was recorded before the run was laid out.
    fn is_news(&self) -> bool {
        self.model.time_secs() > self.recorded_secs
    }

    fn record_sample(&self) {
        if self.model.time_secs() > self.sampled_secs {
            self.recording.push_sample(snapshot::sample(&*self.model));
        }
    }

    /// One step. Its bound is the next output or order, never a command, so that the steps of a run are always the same.
    fn step(&mut self) -> Result<Due, RunError> {
        let before_secs = self.model.time_secs();
        let output_secs = self.schedule.next_secs();
        let bound_secs = output_secs.min(self.orders.next_secs());
        self.step_secs = self.model.step(bound_secs);
        let time_secs = self.model.time_secs();
        if time_secs <= before_secs || !time_secs.is_finite() {
            return Err(RunError::Stuck { time_secs: before_secs, step_secs: self.step_secs });
        }
        self.orders.note_step([before_secs, time_secs], output_secs, bound_secs);
        self.orders.take_effect(&mut *self.model)?;
        Ok(self.schedule.pass(time_secs))
    }

    /// Gives an order to the run; its time must be open still.
    pub(crate) fn give(&mut self, pool: &ThreadPool, order: Order) -> Result<Result<Preview, Refusal>, RunError> {
        let Self { orders, scenario, schedule, model, .. } = self;
        contain(|| pool.install(|| orders.give(order, scenario, schedule.end_secs(), &mut **model)))
    }

    /// Takes back an order that has not yet taken effect.
    pub(crate) fn take_back(&mut self, id: u32) -> Result<Order, Refusal> {
        self.orders.take_back(id)
    }

    /// Earliest time at which a new order can take effect, s.
    pub(crate) fn open_from_secs(&self) -> f64 {
        self.orders.open_from_secs()
    }

    /// The last state that was kept at or before a time, s.
    pub(crate) fn state_before(&self, time_secs: f64) -> Option<Arc<SolverState>> {
        self.kept.as_ref().and_then(|kept| kept.latest(time_secs))
    }

    fn record_frame(&mut self) -> Result<Arc<Frame>, RunError> {
        let frame = Arc::new(self.snapshot.frame(&self.scenario, &*self.model, self.orders.all()));
        let is_news = self.is_news();
        match &mut self.recorder {
            _ if !is_news => {}
            Some(recorder) => recorder.frame(self.recording.push_fresh(&frame), &frame)?,
            None => self.recording.push(&frame),
        }
        if let Some(kept) = &mut self.kept {
            kept.offer(|| self.model.state());
        }
        if self.is_ended || self.envelope_taken.elapsed() >= self.envelope_every {
            self.take_envelope();
        }
        Ok(frame)
    }

    /// Puts by the checkpoint that the last slice of computing made due; hands it out when that was asked for.
    pub(crate) fn take_checkpoint(&mut self) -> Result<Option<Arc<Checkpoint>>, RunError> {
        if !std::mem::take(&mut self.is_checkpoint_due) {
            return Ok(None);
        }
        let Some(state) = self.model.state() else { return Ok(None) };
        let checkpoint = Arc::new(Checkpoint { state, solve_secs: self.solve_secs, wall_secs: self.wall_secs });
        if self.recorder.is_some() {
            self.take_envelope();
        }
        if let Some(recorder) = &mut self.recorder {
            recorder.state(State {
                checkpoint: Arc::clone(&checkpoint),
                envelope: Arc::clone(&self.envelope),
                scenario: Arc::clone(self.orders.scenario()),
                orders: self.orders.all().clone(),
            })?;
        }
        Ok(self.hands_out_checkpoints.then_some(checkpoint))
    }

    /// Writes the end of the run; it may be tried again.
    fn finish_recording(&mut self, pool: &ThreadPool) -> Result<(), RunError> {
        let Some(mut recorder) = self.recorder.take() else { return Ok(()) };
        let end = || End {
            envelope: Arc::clone(&self.envelope),
            summary: self.summary(pool),
            orders: self.orders.all().clone(),
        };
        let finished = recorder.finish(end);
        if finished.is_err() {
            self.recorder = Some(recorder);
        }
        finished
    }

    /// Has what could not be recorded recorded again.
    pub(crate) fn try_recording_again(&mut self) {
        if let Some(recorder) = &mut self.recorder {
            recorder.try_again();
        }
    }

    /// Whether it is computed to its end and nothing of it is still to be written.
    pub(crate) fn is_closed(&self) -> bool {
        self.is_ended && self.recorder.is_none()
    }

    /// Copies the extremes up to now; also asked for when the run is told to stand still.
    pub(crate) fn take_envelope(&mut self) {
        self.envelope = Arc::new(self.model.envelope());
        self.envelope_taken = clock::now();
        // What is recorded may be ahead of a run that was taken up.
        if self.is_news() || self.is_ended {
            self.recording.set_envelope(Arc::clone(&self.envelope));
        }
    }

    pub(crate) fn envelope(&self) -> Arc<Envelope> {
        Arc::clone(&self.envelope)
    }

    pub(crate) fn recording(&self) -> Arc<Recording> {
        Arc::clone(&self.recording)
    }

    pub(crate) fn time_secs(&self) -> f64 {
        self.model.time_secs()
    }

    /// Time up to which its course is there, s: computed now, or recorded before.
    pub(crate) fn head_secs(&self) -> f64 {
        self.model.time_secs().max(self.recorded_secs)
    }

    pub(crate) fn is_ended(&self) -> bool {
        self.is_ended
    }

    pub(crate) fn progress(&self, is_running: bool) -> Progress {
        let counters = self.model.counters();
        Progress {
            time_secs: self.model.time_secs(),
            end_secs: self.schedule.end_secs(),
            open_from_secs: self.orders.open_from_secs(),
            is_running,
            step_secs: self.step_secs,
            n_steps: counters.n_steps,
            cell_updates: counters.cell_updates,
            contained_cells: counters.contained_cells,
            solve_secs: self.solve_secs,
            wall_secs: self.wall_secs,
        }
    }

    /// The figures of the run; call at its end.
    pub(crate) fn summary(&self, pool: &ThreadPool) -> RunSummary {
        let grid = &self.scenario.terrain.grid;
        let counters = self.model.counters();
        let n_reached = self.envelope.arrival_secs.iter().filter(|arrival| arrival.is_finite()).count();
        let last = self.recording.n_frames().checked_sub(1).and_then(|last| self.recording.readings(last));
        RunSummary {
            name: self.scenario.name.clone(),
            mode: self.scenario.mode,
            n_cols: grid.n_cols,
            n_rows: grid.n_rows,
            cell_m: grid.cell_m,
            simulated_secs: self.model.time_secs(),
            resumed_at_secs: self.resumed_at_secs,
            n_steps: counters.n_steps,
            cell_updates: counters.cell_updates,
            contained_cells: counters.contained_cells,
            contained: self.model.contained().to_vec(),
            threads: pool.current_num_threads(),
            solve_secs: self.solve_secs,
            wall_secs: self.wall_secs,
            max_depth_m: self.envelope.max_depth_m.iter().copied().fold(0.0, f32::max).into(),
            wet_area_m2: last.map_or(0.0, |readings| readings.wet_area_m2),
            max_wet_area_m2: n_reached as f64 * grid.cell_area_m2(),
            budget: self.model.budget(),
            basins: self.model.basins(),
            sediment: self.model.sediment(),
            state_hash: self.model.state_hash(),
        }
    }

    /// Everything a batch run hands back; call at the end of the run.
    pub(crate) fn into_result(self, pool: &ThreadPool) -> RunResult {
        let summary = self.summary(pool);
        let final_fields = self.snapshot.final_fields(&*self.model);
        RunResult { summary, recording: self.recording, final_fields, orders: self.orders.all().clone() }
    }
}

/// Runs a piece of work and turns a panic inside it into an error. What panicked is given up by the caller, so no one
/// sees a state that was left half-changed.
fn contain<T>(work: impl FnOnce() -> Result<T, RunError>) -> Result<T, RunError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| Err(RunError::Panicked(panic_text(&*payload))))
}

fn panic_text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_owned()
}
