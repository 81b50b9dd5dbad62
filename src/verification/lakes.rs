//! Lakes at rest: over a bump, round an island, on rough ground.

use super::bumps::bed;
use super::setup::{State, advance, basin, strip};
use super::{Case, Cost, Finding, Measure, Unit};
use crate::domain::scenario::{Initial, Scenario};
use crate::domain::swe::Solver;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "lake_immersed",
        title: "Lake at rest over a bump",
        cost: Cost::Quick,
        refines: false,
        run: |order, level| lake(strip(order, level.of(500), 25.0, bed), 0.5, 100.0),
    },
    Case {
        name: "lake_emerged",
        title: "Lake at rest round a bump that stands out of it",
        cost: Cost::Quick,
        refines: false,
        run: |order, level| lake(strip(order, level.of(500), 25.0, bed), 0.1, 100.0),
    },
    Case {
        name: "lake2d_rough",
        title: "Lake at rest on rough ground with pits, islands and a step",
        cost: Cost::Long,
        refines: false,
        run: |order, _| lake(basin(order, 128, 96, 10.0, rough), 5.0, 3600.0),
    },
];

/// Rough ground with pits, islands and a step 6 m high, from a fixed sequence: nothing smooth helps the scheme.
fn rough(x: f64, y: f64) -> f64 {
    let noise = ((x * 12.9898 + y * 78.233).sin() * 43_758.545_3).fract();
    let island = 9.0 * (-((x - 400.0).powi(2) + (y - 300.0).powi(2)) / 8100.0).exp();
    let step = if (640.0..660.0).contains(&x) { 6.0 } else { 0.0 };
    3.0 * (x / 170.0).sin() * (y / 130.0).cos() + 0.004 * x + 2.0 * noise + island + step
}

fn lake(mut scenario: Scenario, level_m: f64, until_secs: f64) -> Finding {
    scenario.initial = Initial::Stage(level_m);
    let grid = scenario.terrain.grid;
    let mut solver = Solver::new(&scenario);
    let before = State::of(&solver, &grid);
    advance(&mut solver, until_secs);
    let after = State::of(&solver, &grid);
    let fastest = f64::from(solver.envelope().max_speed_mps.iter().copied().fold(0.0, f32::max));
    let cells = || before.depth.iter().zip(&after.depth);
    let moved = cells().map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    let flooded = cells().filter(|(a, b)| **a <= 0.0 && **b > 0.0).count() as f64;
    Finding {
        grid: format!("{} x {} x {} m", grid.n_cols, grid.n_rows, grid.cell_m),
        measures: vec![
            Measure::new("largest speed at any time", Unit::MetresPerSecond, fastest)
                .peers(2e-15, 4e-15)
                .bars(1e-12, 1e-12),
            Measure::new("largest change of depth", Unit::Metres, moved).bars(1e-12, 1e-12),
            Measure::new("cells that became wet", Unit::Cells, flooded).bars(0.0, 0.0),
        ],
        soundness: after.soundness(&solver),
        profile: None,
    }
}
