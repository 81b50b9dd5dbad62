//! A case to measure the solver's speed with: the circular dam break, all wet.

use time::OffsetDateTime;

use super::Solver;
use crate::domain::geo::Grid;
use crate::domain::scenario::{Friction, Initial, Mode, Numerics, Order, OutputPlan, Scenario, Terrain};
use crate::domain::text::Bilingual;

/// What a measurement gave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BenchResult {
    /// Cells advanced, summed over the steps.
    pub cell_updates: u64,
    /// Time it took by the caller's clock, s.
    pub solve_secs: f64,
}

/// Runs `steps` steps of a circular dam break on `n` by `n` cells, every cell wet, with friction.
///
/// `clock_secs` reads a clock that runs forward, in s: the model has none of its own. The first step is not timed.
pub fn bench_circular(order: Order, n: usize, steps: usize, mut clock_secs: impl FnMut() -> f64) -> BenchResult {
    let mut scenario = circular_dam_break(n);
    scenario.numerics.order = order;
    let mut solver = Solver::new(&scenario);
    solver.step(f64::INFINITY);
    let before = (solver.counters().cell_updates, clock_secs());
    for _ in 0..steps {
        solver.step(f64::INFINITY);
    }
    BenchResult { cell_updates: solver.counters().cell_updates - before.0, solve_secs: clock_secs() - before.1 }
}

/// 10 m of water in the inner eighth of the width, 1 m around it, cells of 1 m, Manning's n 0.03 s/m^(1/3).
pub(super) fn circular_dam_break(n: usize) -> Scenario {
    let size = n as f64;
    let grid = Grid { n_cols: n, n_rows: n, cell_m: 1.0, west_m: 0.0, north_m: size };
    let depth_m = (0..grid.n_cells())
        .map(|k| {
            let (row, col) = grid.row_col(k);
            let at = grid.center_map(row, col);
            let r = (at[0] - 0.5 * size).hypot(at[1] - 0.5 * size);
            if r < 0.125 * size { 10.0 } else { 1.0 }
        })
        .collect();
    Scenario {
        name: "circular-dam-break".into(),
        title: Bilingual { zh: "圆形溃坝".into(), en: "Circular dam break".into() },
        mode: Mode::Rehearsal,
        start: OffsetDateTime::UNIX_EPOCH,
        duration_secs: 10.0,
        terrain: Terrain { grid, epsg: None, bed_m: vec![0.0; grid.n_cells()], manning: vec![0.03; grid.n_cells()] },
        initial: Initial::Fields { depth_m, u_mps: vec![0.0; grid.n_cells()], v_mps: vec![0.0; grid.n_cells()] },
        walls: Vec::new(),
        boundaries: Vec::new(),
        sources: Vec::new(),
        rain: None,
        infiltration: None,
        events: Vec::new(),
        structures: Vec::new(),
        gauges: Vec::new(),
        sections: Vec::new(),
        output: OutputPlan { frame_every_secs: 10.0, gauge_every_secs: 10.0 },
        numerics: Numerics { friction: Friction::Manning, ..Numerics::default() },
        river: None,
        exposure: None,
    }
}
