//! What the engine needs of a model, so that it can be tested without the equations.

use crate::domain::frame::{
    BasinReading, Budget, ContainedCell, Envelope, GaugeReading, SectionReading, SedimentBudget,
};
use crate::domain::impact::CellHazard;
use crate::domain::scenario::Scenario;
use crate::domain::swe::{Counters, RestoreError, Solver, SolverState};

/// A state that can be stepped. The meaning of each method is that of [`Solver`]'s method of the same name.
pub trait Model: Send {
    /// Simulated time, s.
    fn time_secs(&self) -> f64;
    /// Takes one step, at most to `until_secs`, and returns its length, s. Runs inside the solver's thread pool.
    fn step(&mut self, until_secs: f64) -> f64;
    /// Writes depth (m) and velocity (m/s) of every cell, row-major, row 0 north.
    fn copy_fields(&self, depth_m: &mut [f64], u_mps: &mut [f64], v_mps: &mut [f64]);
    /// The volume budget now.
    fn budget(&self) -> Budget;
    /// The sediment budget now; `None` without sediment.
    fn sediment(&self) -> Option<SedimentBudget> {
        None
    }
    /// Thickness of what was left on each cell, m, row-major, row 0 north; `None` without sediment.
    fn silt_thickness_m(&self) -> Option<Vec<f32>> {
        None
    }
    /// Counts so far.
    fn counters(&self) -> Counters;
    /// Extremes so far.
    fn envelope(&self) -> Envelope;
    /// What the water does, and has done, to some cells.
    fn hazards(&self, cells: &[usize]) -> Vec<CellHazard>;
    /// Gauges now, in the scenario's order.
    fn gauges(&self) -> Vec<GaugeReading>;
    /// Sections now, in the scenario's order.
    fn sections(&self) -> Vec<SectionReading>;
    /// Detention basins now, in the scenario's order.
    fn basins(&self) -> Vec<BasinReading> {
        Vec::new()
    }
    /// Hash of time, state and budget.
    fn state_hash(&self) -> u64;
    /// The first contained cells.
    fn contained(&self) -> &[ContainedCell] {
        &[]
    }
    /// Goes on from this moment with a scenario that orders have changed. A model that knows no orders stays as it is.
    ///
    /// # Errors
    /// When the scenario differs in what the state is about.
    fn change(&mut self, _scenario: &Scenario) -> Result<(), RestoreError> {
        Ok(())
    }
    /// The state, to go on from later; `None` for a model that cannot be put by.
    fn state(&self) -> Option<SolverState> {
        None
    }
}

/// Lays a scenario out for computing. Runs inside the solver's thread pool.
pub type ModelFactory = dyn Fn(&Scenario) -> Box<dyn Model> + Send + Sync;

/// The factory of the real thing.
pub fn solver_model(scenario: &Scenario) -> Box<dyn Model> {
    Box::new(Solver::new(scenario))
}

impl Model for Solver {
    fn time_secs(&self) -> f64 {
        self.time_secs()
    }
    fn step(&mut self, until_secs: f64) -> f64 {
        self.step(until_secs)
    }
    fn copy_fields(&self, depth_m: &mut [f64], u_mps: &mut [f64], v_mps: &mut [f64]) {
        self.copy_fields(depth_m, u_mps, v_mps);
    }
    fn budget(&self) -> Budget {
        self.budget()
    }
    fn sediment(&self) -> Option<SedimentBudget> {
        self.sediment()
    }
    fn silt_thickness_m(&self) -> Option<Vec<f32>> {
        self.silt_thickness_m()
    }
    fn counters(&self) -> Counters {
        self.counters()
    }
    fn envelope(&self) -> Envelope {
        self.envelope()
    }
    fn hazards(&self, cells: &[usize]) -> Vec<CellHazard> {
        self.hazards(cells)
    }
    fn gauges(&self) -> Vec<GaugeReading> {
        self.gauges()
    }
    fn sections(&self) -> Vec<SectionReading> {
        self.sections()
    }
    fn basins(&self) -> Vec<BasinReading> {
        self.basins()
    }
    fn state_hash(&self) -> u64 {
        self.state_hash()
    }
    fn contained(&self) -> &[ContainedCell] {
        self.contained()
    }
    fn change(&mut self, scenario: &Scenario) -> Result<(), RestoreError> {
        self.change(scenario)
    }
    fn state(&self) -> Option<SolverState> {
        Some(self.state())
    }
}
