//! A run put by, to be gone on with later.

use serde::{Deserialize, Serialize};

use crate::domain::swe::SolverState;

/// The state of a run at an instant of output, and what it has cost so far.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The state.
    pub state: SolverState,
    /// Wall time spent in steps up to here, s.
    pub solve_secs: f64,
    /// Wall time spent on laying out, steps and recording up to here, s.
    pub wall_secs: f64,
}

impl Checkpoint {
    /// Simulated time, s.
    pub fn time_secs(&self) -> f64 {
        self.state.time_secs()
    }
}
