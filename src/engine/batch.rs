//! A run without a window, on the caller's thread.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::frame::Frame;
use crate::domain::recording::{Recording, RunResult};
use crate::domain::scenario::Scenario;
use crate::engine::clock;
use crate::engine::message::Progress;
use crate::engine::model::{ModelFactory, solver_model};
use crate::engine::run::{Run, Turn};
use crate::engine::{EngineError, EngineSettings};

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
    run_batch_with(scenario, settings, &solver_model, until_secs, on_event)
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
    let pool = settings.pool()?;
    let (mut run, first) = Run::start(scenario, &pool, factory, until_secs, Duration::MAX)?;
    on_event(BatchEvent::Started { recording: run.recording() });
    on_event(BatchEvent::Frame(first));
    let mut told = clock::now();
    loop {
        match run.advance(&pool, f64::INFINITY)? {
            Turn::Busy => {}
            Turn::Frame(frame) => on_event(BatchEvent::Frame(frame)),
            Turn::Ended => break,
        }
        if told.elapsed() >= PROGRESS_EVERY {
            on_event(BatchEvent::Progress(run.progress(true)));
            told = clock::now();
        }
    }
    on_event(BatchEvent::Progress(run.progress(false)));
    Ok(run.into_result(&pool))
}
