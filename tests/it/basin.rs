//! Small scenarios for the solver's tests: a grid, a bed, and nothing else until a test adds it.

use hetu::domain::geo::Grid;
use hetu::domain::scenario::{
    Boundary, BoundaryKind, Edge, Friction, Initial, Mode, Numerics, OutputPlan, Scenario, Series, Terrain,
};
use hetu::domain::swe::Solver;
use hetu::domain::text::Bilingual;
use time::OffsetDateTime;

/// Gravity of every case, m/s².
pub(crate) const G: f64 = 9.81;

/// A dry, frictionless basin walled all round: cells of `cell_m`, lower left corner at (0, 0), bed from the map point
/// of each cell centre. The dry depth is a micrometre, so that the method and not the threshold is tested.
pub(crate) fn basin(n_cols: usize, n_rows: usize, cell_m: f64, bed: impl Fn(f64, f64) -> f64) -> Scenario {
    let grid = Grid { n_cols, n_rows, cell_m, west_m: 0.0, north_m: n_rows as f64 * cell_m };
    Scenario {
        name: "basin".into(),
        title: Bilingual::new("水池", "Basin"),
        mode: Mode::Rehearsal,
        start: OffsetDateTime::UNIX_EPOCH,
        duration_secs: 1.0,
        terrain: Terrain { grid, epsg: None, bed_m: field(&grid, bed), manning: vec![0.03; grid.n_cells()] },
        initial: Initial::Dry,
        walls: Vec::new(),
        boundaries: Vec::new(),
        sources: Vec::new(),
        rain: None,
        infiltration: None,
        sediment: None,
        events: Vec::new(),
        structures: Vec::new(),
        gauges: Vec::new(),
        sections: Vec::new(),
        output: OutputPlan { frame_every_secs: 1.0, gauge_every_secs: 1.0 },
        numerics: Numerics { dry_depth_m: 1e-6, friction: Friction::Off, ..Numerics::default() },
        river: None,
        basins: Vec::new(),
        exposure: None,
        channel: None,
    }
}

/// One value for each cell from the map point of its centre.
pub(crate) fn field(grid: &Grid, value: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    (0..grid.n_cells())
        .map(|k| {
            let (row, col) = grid.row_col(k);
            let [x, y] = grid.center_map(row, col);
            value(x, y)
        })
        .collect()
}

/// Turns Manning friction on with the same roughness everywhere.
pub(crate) fn with_manning(mut scenario: Scenario, n: f64) -> Scenario {
    scenario.numerics.friction = Friction::Manning;
    scenario.terrain.manning.fill(n);
    scenario
}

/// Water of the given depth, at rest.
pub(crate) fn with_depth(mut scenario: Scenario, depth: impl Fn(f64, f64) -> f64) -> Scenario {
    let grid = scenario.terrain.grid;
    let depth_m = field(&grid, depth);
    let still = vec![0.0; grid.n_cells()];
    scenario.initial = Initial::Fields { depth_m, u_mps: still.clone(), v_mps: still };
    scenario
}

/// Opens a whole edge.
pub(crate) fn with_open(mut scenario: Scenario, edge: Edge, kind: BoundaryKind) -> Scenario {
    let grid = &scenario.terrain.grid;
    let along = if matches!(edge, Edge::West | Edge::East) { grid.n_rows } else { grid.n_cols };
    let span_m = [0.0, along as f64 * grid.cell_m];
    scenario.boundaries.push(Boundary { name: format!("{edge:?}"), edge, span_m, kind });
    scenario
}

/// A series through points.
pub(crate) fn series(points: &[[f64; 2]]) -> Series {
    Series::new(points.to_vec()).expect("times rise")
}

/// Runs to a time and asserts what holds in every run: depth never negative, nothing contained, volume closed.
pub(crate) fn run(scenario: &Scenario, until_secs: f64) -> Solver {
    let mut solver = Solver::new(scenario);
    advance(&mut solver, until_secs);
    assert_sound(&solver, scenario);
    solver
}

/// Steps to a time.
pub(crate) fn advance(solver: &mut Solver, until_secs: f64) {
    while solver.step(until_secs) > 0.0 {}
    assert!((solver.time_secs() - until_secs).abs() == 0.0, "the asked time is met exactly");
}

/// Depth never negative, nothing contained, volume closed to a part in 1e12.
pub(crate) fn assert_sound(solver: &Solver, scenario: &Scenario) {
    assert_eq!(solver.counters().contained_cells, 0);
    let budget = solver.budget();
    let turnover = budget.initial + budget.inflow + budget.rain;
    assert!(budget.residual().abs() <= 1e-12 * turnover, "{budget:?} leaves {}", budget.residual());
    let state = State::of(solver, scenario);
    let lowest = state.depth.iter().copied().fold(f64::INFINITY, f64::min);
    assert!(lowest >= 0.0, "depth {lowest}");
}

/// Depth and velocities of every cell, row-major, row 0 north.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct State {
    pub(crate) depth: Vec<f64>,
    pub(crate) u: Vec<f64>,
    pub(crate) v: Vec<f64>,
}

impl State {
    pub(crate) fn of(solver: &Solver, scenario: &Scenario) -> Self {
        let zero = vec![0.0; scenario.terrain.grid.n_cells()];
        let mut state = Self { depth: zero.clone(), u: zero.clone(), v: zero };
        solver.copy_fields(&mut state.depth, &mut state.u, &mut state.v);
        state
    }

    pub(crate) fn max_speed(&self) -> f64 {
        self.u.iter().zip(&self.v).map(|(u, v)| u.hypot(*v)).fold(0.0, f64::max)
    }
}

/// Σ|a − b| / Σ|b|.
pub(crate) fn relative_l1(a: &[f64], b: &[f64]) -> f64 {
    let off: f64 = a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum();
    off / b.iter().map(|b| b.abs()).sum::<f64>()
}
