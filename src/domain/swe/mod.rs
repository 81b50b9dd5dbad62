//! The two-dimensional shallow-water equations.

use crate::domain::frame::{Budget, Envelope, GaugeReading, SectionReading};
use crate::domain::scenario::Scenario;

/// Counts of a run so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// Steps taken.
    pub n_steps: u64,
    /// Active cells actually advanced, summed over the steps.
    pub cell_updates: u64,
    /// Cells reset because their state was not finite.
    pub contained_cells: u64,
}

/// The state of a run and the scratch memory of its step. Owns no thread; parallel loops use the caller's rayon pool.
pub struct Solver;

impl Solver {
    /// Lays a scenario out for computing, at t = 0.
    pub fn new(_scenario: &Scenario) -> Self {
        unimplemented!()
    }
    /// Simulated time, s.
    pub fn time_secs(&self) -> f64 {
        unimplemented!()
    }
    /// Takes one step, at most to `until_secs`, and returns its length, s.
    pub fn step(&mut self, _until_secs: f64) -> f64 {
        unimplemented!()
    }
    /// Writes depth (m) and velocity (m/s) of every cell, row-major, row 0 north.
    pub fn copy_fields(&self, _depth_m: &mut [f64], _u_mps: &mut [f64], _v_mps: &mut [f64]) {
        unimplemented!()
    }
    /// The volume budget now.
    pub fn budget(&self) -> Budget {
        unimplemented!()
    }
    /// Counts so far.
    pub fn counters(&self) -> Counters {
        unimplemented!()
    }
    /// Extremes so far.
    pub fn envelope(&self) -> Envelope {
        unimplemented!()
    }
    /// Gauges now, in the scenario's order.
    pub fn gauges(&self) -> Vec<GaugeReading> {
        unimplemented!()
    }
    /// Sections now, in the scenario's order.
    pub fn sections(&self) -> Vec<SectionReading> {
        unimplemented!()
    }
    /// Hash of time, state and budget: equal for equal runs, whatever the number of threads.
    pub fn state_hash(&self) -> u64 {
        unimplemented!()
    }
    /// Estimate of the first step, s, for `hetu check`.
    pub fn estimate_step_secs(&self) -> f64 {
        unimplemented!()
    }
}
