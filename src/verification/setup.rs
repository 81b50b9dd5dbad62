//! What all cases share: scenarios without a file, runs, states and norms.

use time::OffsetDateTime;

use super::Soundness;
use crate::domain::geo::Grid;
use crate::domain::scenario::{
    Boundary, BoundaryKind, Edge, Friction, Initial, Mode, Numerics, Order, OutputPlan, Scenario, Series, Terrain,
};
use crate::domain::swe::Solver;
use crate::domain::text::Bilingual;

/// Gravity of every case, m/s².
pub(super) const G: f64 = 9.81;

/// A dry, frictionless basin walled all round: cells of `cell_m`, lower left corner at (0, 0), bed from the map point
/// of each cell centre. The dry depth is a micrometre, so that the method and not the threshold is measured.
pub(super) fn basin(
    order: Order,
    n_cols: usize,
    n_rows: usize,
    cell_m: f64,
    bed: impl Fn(f64, f64) -> f64,
) -> Scenario {
    let grid = Grid { n_cols, n_rows, cell_m, west_m: 0.0, north_m: n_rows as f64 * cell_m };
    over(order, Terrain { grid, epsg: None, bed_m: field(&grid, bed), manning: vec![0.03; grid.n_cells()] })
}

/// The same over a terrain.
pub(super) fn over(order: Order, terrain: Terrain) -> Scenario {
    Scenario {
        name: "verification".into(),
        title: Bilingual::new("验证", "Verification"),
        mode: Mode::Rehearsal,
        start: OffsetDateTime::UNIX_EPOCH,
        duration_secs: 1.0,
        terrain,
        initial: Initial::Dry,
        walls: Vec::new(),
        boundaries: Vec::new(),
        sources: Vec::new(),
        rain: None,
        infiltration: None,
        sediment: None,
        structures: Vec::new(),
        events: Vec::new(),
        gauges: Vec::new(),
        sections: Vec::new(),
        output: OutputPlan { frame_every_secs: 1.0, gauge_every_secs: 1.0 },
        numerics: Numerics { dry_depth_m: 1e-6, friction: Friction::Off, order, ..Numerics::default() },
        river: None,
        basins: Vec::new(),
        exposure: None,
        channel: None,
    }
}

/// A strip one cell wide along x.
pub(super) fn strip(order: Order, n: usize, length_m: f64, bed: impl Fn(f64) -> f64) -> Scenario {
    basin(order, n, 1, length_m / n as f64, |x, _| bed(x))
}

/// One value for each cell from the map point of its centre.
pub(super) fn field(grid: &Grid, value: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    (0..grid.n_cells())
        .map(|k| {
            let (row, col) = grid.row_col(k);
            let [x, y] = grid.center_map(row, col);
            value(x, y)
        })
        .collect()
}

/// Manning friction with the same roughness everywhere.
pub(super) fn with_manning(mut scenario: Scenario, n: f64) -> Scenario {
    scenario.numerics.friction = Friction::Manning;
    scenario.terrain.manning.fill(n);
    scenario
}

/// Water of the given depth (m) and velocity (m/s) by map point.
pub(super) fn with_water(mut scenario: Scenario, state: impl Fn(f64, f64) -> [f64; 3]) -> Scenario {
    let grid = scenario.terrain.grid;
    let part = |k: usize| field(&grid, |x, y| state(x, y)[k]);
    scenario.initial = Initial::Fields { depth_m: part(0), u_mps: part(1), v_mps: part(2) };
    scenario
}

/// Opens a whole edge.
pub(super) fn with_open(mut scenario: Scenario, edge: Edge, kind: BoundaryKind) -> Scenario {
    let grid = &scenario.terrain.grid;
    let along = if matches!(edge, Edge::West | Edge::East) { grid.n_rows } else { grid.n_cols };
    let span_m = [0.0, along as f64 * grid.cell_m];
    scenario.boundaries.push(Boundary { name: format!("{edge:?}").to_lowercase(), edge, span_m, kind });
    scenario
}

/// A unit discharge (m²/s) over the whole west edge of a strip.
pub(super) fn with_unit_discharge(scenario: Scenario, q: f64) -> Scenario {
    let grid = &scenario.terrain.grid;
    let total = q * grid.n_rows as f64 * grid.cell_m;
    with_open(scenario, Edge::West, BoundaryKind::Discharge(Series::constant(total)))
}

/// A series through points whose times rise.
pub(super) fn series(points: impl IntoIterator<Item = [f64; 2]>) -> Series {
    Series::new(points.into_iter().collect()).expect("the points of a case rise in time and are finite")
}

/// Runs to a time.
pub(super) fn run(scenario: &Scenario, until_secs: f64) -> Solver {
    let mut solver = Solver::new(scenario);
    advance(&mut solver, until_secs);
    solver
}

/// Steps to a time.
pub(super) fn advance(solver: &mut Solver, until_secs: f64) {
    while solver.step(until_secs) > 0.0 {}
}

/// Runs until no depth changes by more than `per_sec` of the deepest water in a second, at most to `most_secs`.
pub(super) fn run_until_steady(scenario: &Scenario, most_secs: f64, per_sec: f64) -> Solver {
    let mut solver = Solver::new(scenario);
    let grid = scenario.terrain.grid;
    let look_secs = most_secs / 100.0;
    let mut before = State::of(&solver, &grid).depth;
    for k in 1..=100 {
        advance(&mut solver, look_secs * f64::from(k));
        let now = State::of(&solver, &grid).depth;
        let deepest = now.iter().copied().fold(0.0, f64::max);
        let change = now.iter().zip(&before).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        before = now;
        // The first fifth is never taken for the end: a wave may still be on its way to the first cell.
        if k > 20 && change <= per_sec * deepest * look_secs {
            break;
        }
    }
    solver
}

/// Depth (m) and velocities (m/s) of every cell, row-major, row 0 north.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct State {
    pub(super) depth: Vec<f64>,
    pub(super) u: Vec<f64>,
    pub(super) v: Vec<f64>,
}

impl State {
    pub(super) fn of(solver: &Solver, grid: &Grid) -> Self {
        let zero = vec![0.0; grid.n_cells()];
        let mut state = Self { depth: zero.clone(), u: zero.clone(), v: zero };
        solver.copy_fields(&mut state.depth, &mut state.u, &mut state.v);
        state
    }

    /// Unit discharge eastward, m²/s.
    pub(super) fn qx(&self) -> Vec<f64> {
        self.depth.iter().zip(&self.u).map(|(h, u)| h * u).collect()
    }

    pub(super) fn soundness(&self, solver: &Solver) -> Soundness {
        Soundness::of(solver, &self.depth)
    }
}

/// Eastings of the cell centres of a strip, m.
pub(super) fn centres(grid: &Grid) -> Vec<f64> {
    (0..grid.n_cols).map(|col| grid.center_map(0, col)[0]).collect()
}

/// Σ|a − b| / Σ|b|.
pub(super) fn relative_l1(a: &[f64], b: &[f64]) -> f64 {
    let off: f64 = a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum();
    off / b.iter().map(|b| b.abs()).sum::<f64>()
}

/// The root of a function between two places where its sign differs, by bisection to rounding.
pub(super) fn root(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let rises = f(high) > f(low);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if (f(middle) > 0.0) == rises {
            high = middle;
        } else {
            low = middle;
        }
    }
    0.5 * (low + high)
}

/// Linear through (x, y) points, constant outside them.
pub(super) fn linear(points: &[[f64; 2]], x: f64) -> f64 {
    let after = points.partition_point(|p| p[0] <= x);
    match (after.checked_sub(1).map(|i| points[i]), points.get(after)) {
        (Some(a), Some(b)) => a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0]),
        (Some(only), None) | (None, Some(&only)) => only[1],
        (None, None) => 0.0,
    }
}
