//! What a run comes to.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::frame::{BasinReading, Budget, ContainedCell, SedimentBudget};
use crate::domain::order::Orders;
use crate::domain::recording::Recording;
use crate::domain::scenario::Mode;

/// The figures of a whole run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunSummary {
    /// Name of the scenario.
    pub name: String,
    /// Kind of time.
    pub mode: Mode,
    /// Columns of the grid.
    pub n_cols: usize,
    /// Rows of the grid.
    pub n_rows: usize,
    /// Edge length of a cell, m.
    pub cell_m: f64,
    /// Simulated time reached, s after the start.
    pub simulated_secs: f64,
    /// Simulated time of the checkpoint that the run went on from, s; 0 for a run from the start. Frames and tables
    /// begin there; extremes, budget, counts and wall times are those of the whole run.
    pub resumed_at_secs: f64,
    /// Steps taken.
    pub n_steps: u64,
    /// Active cells actually advanced, summed over the steps.
    pub cell_updates: u64,
    /// Cells reset because their state was not finite.
    pub contained_cells: u64,
    /// The first of them: where, when, what was wrong.
    pub contained: Vec<ContainedCell>,
    /// Threads of the solver.
    pub threads: usize,
    /// Wall time spent in steps, s.
    pub solve_secs: f64,
    /// Wall time spent on laying out, steps and recording, s; pauses do not count.
    pub wall_secs: f64,
    /// Largest depth anywhere at any time, m.
    pub max_depth_m: f64,
    /// Area deeper than 0.05 m at the end, m².
    pub wet_area_m2: f64,
    /// Area that was deeper than 0.05 m at any time, m².
    pub max_wet_area_m2: f64,
    /// The volume budget at the end.
    pub budget: Budget,
    /// Detention basins at the end, in the scenario's order.
    pub basins: Vec<BasinReading>,
    /// The sediment budget at the end; `None` without sediment.
    pub sediment: Option<SedimentBudget>,
    /// Hash of time, state and budget at the end.
    pub state_hash: u64,
}

impl RunSummary {
    /// How many times faster than the water the run was: simulated time by wall time.
    pub fn times_realtime(&self) -> f64 {
        if self.wall_secs > 0.0 { self.simulated_secs / self.wall_secs } else { 0.0 }
    }
}

/// The last state in the precision of the output rasters, row-major, row 0 north; zero outside the domain.
///
/// Frames are rounded to millimetres, which is enough to show; a comparison with an exact solution needs this.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FinalFields {
    /// Depth, m.
    pub depth_m: Vec<f32>,
    /// Velocity eastward, m/s.
    pub u_mps: Vec<f32>,
    /// Velocity northward, m/s.
    pub v_mps: Vec<f32>,
    /// Thickness of what the water left on the bed since the start, m, positive for deposit; `None` without sediment.
    pub silt_thickness_m: Option<Vec<f32>>,
}

/// What a batch run hands back.
#[derive(Debug, Clone)]
pub struct RunResult {
    /// The figures.
    pub summary: RunSummary,
    /// Every frame and sample, and the extremes up to the end.
    pub recording: Arc<Recording>,
    /// The last state.
    pub final_fields: FinalFields,
    /// The orders it had.
    pub orders: Orders,
}
