//! Where the run of a branch begins: the last state of its course that is there, in memory or in the session.

use std::sync::Arc;

use crate::domain::recording::Checkpoint;
use crate::domain::scenario::Scenario;
use crate::domain::swe::SolverState;
use crate::domain::worlds::{BranchId, Worlds};
use crate::io::checkpoint::fingerprint;
use crate::io::session::SessionStore;

/// A state to begin at.
pub(crate) enum Origin {
    /// Kept in memory by a run.
    Kept(Arc<SolverState>),
    /// From the session.
    Stored(Box<Checkpoint>),
}

impl Origin {
    pub(crate) fn time_secs(&self) -> f64 {
        match self {
            Self::Kept(state) => state.time_secs(),
            Self::Stored(checkpoint) => checkpoint.time_secs(),
        }
    }

    /// What the run up to there has cost, in steps and altogether, s, as far as it is known.
    pub(crate) fn spent_secs(&self) -> [f64; 2] {
        match self {
            Self::Kept(_) => [0.0; 2],
            Self::Stored(checkpoint) => [checkpoint.solve_secs, checkpoint.wall_secs],
        }
    }

    pub(crate) fn into_state(self) -> SolverState {
        match self {
            Self::Kept(state) => Arc::unwrap_or_clone(state),
            Self::Stored(checkpoint) => checkpoint.state,
        }
    }
}

/// Where a state may be: at what time (s), and of which branch.
struct Candidate {
    time_secs: f64,
    branch: BranchId,
    kept: Option<Arc<SolverState>>,
}

/// The last state of the course of a branch at or before its fork; or, for a branch that is recorded up to a time (s) and
/// is to go on, at or before that. `kept` gives the last state that the run of a branch keeps up to a time.
pub(crate) fn last_origin(
    scenario: &Scenario,
    worlds: &Worlds,
    file: Option<&SessionStore>,
    id: BranchId,
    recorded_secs: Option<f64>,
    kept: impl Fn(BranchId, f64) -> Option<Arc<SolverState>>,
) -> Option<Origin> {
    let mut candidates = Vec::new();
    for (branch, until_secs) in reaches(worlds, id, recorded_secs) {
        let state = kept(branch, until_secs);
        candidates.extend(state.map(|state| Candidate { time_secs: state.time_secs(), branch, kept: Some(state) }));
        let stored = file.and_then(|file| file.checkpoint_secs_before(branch, until_secs).ok().flatten());
        candidates.extend(stored.map(|time_secs| Candidate { time_secs, branch, kept: None }));
    }
    // The latest first; of two at the same time the one in memory.
    candidates.sort_by(|a, b| b.time_secs.total_cmp(&a.time_secs).then(b.kept.is_some().cmp(&a.kept.is_some())));
    candidates.into_iter().find_map(|Candidate { time_secs, branch, kept }| match kept {
        Some(state) => Some(Origin::Kept(state)),
        None => stored_state(scenario, worlds, file?, branch, time_secs).map(|state| Origin::Stored(Box::new(state))),
    })
}

/// The branches that computed the course, each with the time up to which its states will do, s.
fn reaches(worlds: &Worlds, id: BranchId, recorded_secs: Option<f64>) -> Vec<(BranchId, f64)> {
    let fork_secs = worlds.branch(id).map_or(0.0, |branch| branch.fork_secs);
    let course = worlds.course(id);
    let shared = course.iter().filter(|piece| piece.branch != id);
    let shared = shared.map(|piece| (piece.branch, piece.to_secs.min(fork_secs)));
    shared.chain(recorded_secs.map(|secs| (id, secs))).collect()
}

/// A state from the session, if it is of the scenario as the orders of its branch had made it.
fn stored_state(
    scenario: &Scenario,
    worlds: &Worlds,
    file: &SessionStore,
    branch: BranchId,
    time_secs: f64,
) -> Option<Checkpoint> {
    let (checkpoint, found) = file.checkpoint_before(branch, time_secs).ok().flatten()?;
    let mut changed = scenario.clone();
    worlds.orders(branch).change(&mut changed, checkpoint.time_secs());
    let is_of_it = fingerprint(&changed).is_ok_and(|expected| expected == found);
    if !is_of_it {
        tracing::warn!("the checkpoint at {} s is of another scenario and left alone", checkpoint.time_secs());
    }
    is_of_it.then_some(checkpoint)
}
