//! A run without a window, on the caller's thread.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::frame::{Frame, Readings};
use crate::domain::order::Orders;
use crate::domain::recording::{Checkpoint, Recording, RunResult};
use crate::domain::scenario::Scenario;
use crate::domain::swe::Solver;
use crate::engine::clock;
use crate::engine::message::Progress;
use crate::engine::model::{Model, ModelFactory, solver_model};
use crate::engine::run::{Run, RunPlan, Turn};
use crate::engine::{EngineError, EngineSettings, RecordPlan, RunError};

/// Between two words on progress, wall time.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

/// What a batch run says on its way.
#[derive(Debug)]
pub enum BatchEvent {
    /// It is laid out.
    Started {
        /// Where all frames will be.
        recording: Arc<Recording>,
    },
    /// How far it is; a few times a second, and at the end.
    Progress(Progress),
    /// A frame was recorded.
    Frame(Arc<Frame>),
    /// The run can be gone on with from here.
    Checkpoint(Arc<Checkpoint>),
}

/// Computes a scenario to its end, or to `until_secs` if that is before, and hands back everything.
///
/// Blocks the caller; `on_event` is called on the caller's thread between two slices of computing.
///
/// # Errors
/// When threads are refused or the run fails; a panic of the solver is an error too.
pub fn run_batch(
    scenario: &Arc<Scenario>,
    settings: &EngineSettings,
    until_secs: Option<f64>,
    on_event: &mut dyn FnMut(BatchEvent),
) -> Result<RunResult, EngineError> {
    run_batch_as(scenario, settings, BatchPlan { until_secs, ..BatchPlan::default() }, on_event)
}

/// What is asked of a batch run beside its scenario.
#[derive(Debug, Default)]
pub struct BatchPlan {
    /// Ends here, s, if that is before the end of the scenario.
    pub until_secs: Option<f64>,
    /// Simulated time between two checkpoints, s, positive: each is taken at the first instant of output (frame or
    /// gauges) at or after a whole multiple, so that asking for them changes no step.
    pub checkpoint_every_secs: Option<f64>,
    /// Goes on from here. Frames and tables begin at this time; everything else is that of the whole run.
    pub from: Option<Checkpoint>,
    /// The frames up to there, where they are known: what became of the villages is taken up from them. Without, villages
    /// are told from there on.
    pub past: Vec<Arc<Readings>>,
    /// What people ordered. With `from`, those up to its time are the ones that it was computed with.
    pub orders: Orders,
    /// Where it is recorded; in memory if nothing is said.
    pub record: RecordPlan,
}

/// The same with a plan.
///
/// # Errors
/// When threads are refused, the checkpoint does not fit, or the run fails; a panic of the solver is an error too.
pub fn run_batch_as(
    scenario: &Arc<Scenario>,
    settings: &EngineSettings,
    plan: BatchPlan,
    on_event: &mut dyn FnMut(BatchEvent),
) -> Result<RunResult, EngineError> {
    let BatchPlan { until_secs, checkpoint_every_secs, from, past, orders, record } = plan;
    let mut run_plan = RunPlan { checkpoint_every_secs, record, orders, past, ..plan_until(until_secs) };
    match from {
        None => turn(scenario, settings, |scenario| Ok(solver_model(scenario)), &run_plan, on_event),
        Some(Checkpoint { state, solve_secs, wall_secs }) => {
            run_plan.resumes_at_secs = Some(state.time_secs());
            run_plan.spent_secs = [solve_secs, wall_secs];
            let restored = |scenario: &Scenario| Ok(Box::new(Solver::restore(scenario, state)?) as Box<dyn Model>);
            turn(scenario, settings, restored, &run_plan, on_event)
        }
    }
}

/// The same with another model.
///
/// # Errors
/// When threads are refused or the run fails; a panic of the model is an error too.
pub fn run_batch_with(
    scenario: &Arc<Scenario>,
    settings: &EngineSettings,
    factory: &ModelFactory,
    until_secs: Option<f64>,
    on_event: &mut dyn FnMut(BatchEvent),
) -> Result<RunResult, EngineError> {
    turn(scenario, settings, |scenario| Ok(factory(scenario)), &plan_until(until_secs), on_event)
}

fn plan_until(until_secs: Option<f64>) -> RunPlan {
    RunPlan { until_secs, ..RunPlan::whole(Duration::MAX) }
}

/// Turns the crank until the run is over.
fn turn(
    scenario: &Arc<Scenario>,
    settings: &EngineSettings,
    make: impl FnOnce(&Scenario) -> Result<Box<dyn Model>, RunError> + Send,
    plan: &RunPlan,
    on_event: &mut dyn FnMut(BatchEvent),
) -> Result<RunResult, EngineError> {
    let pool = settings.pool()?;
    let (mut run, first) = Run::start(scenario, &pool, make, plan)?;
    on_event(BatchEvent::Started { recording: run.recording() });
    on_event(BatchEvent::Frame(first));
    let mut told = clock::now();
    loop {
        match run.advance(&pool, f64::INFINITY)? {
            Turn::Busy => {}
            Turn::Frame(frame) => on_event(BatchEvent::Frame(frame)),
            Turn::Ended => break,
        }
        if let Some(checkpoint) = run.take_checkpoint()? {
            on_event(BatchEvent::Checkpoint(checkpoint));
        }
        if told.elapsed() >= PROGRESS_EVERY {
            on_event(BatchEvent::Progress(run.progress(true)));
            told = clock::now();
        }
    }
    on_event(BatchEvent::Progress(run.progress(false)));
    Ok(run.into_result(&pool))
}
