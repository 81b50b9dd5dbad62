//! A flood wave in a perched river with a gap in its levee: 100 km by 50 km, 24 hours.

use std::f64::consts::{FRAC_PI_2, TAU};

use super::ea::shared_source;
use super::setup::{State, basin, run, with_manning, with_open};
use super::{Case, Cost, Finding, Level, Measure, Unit};
use crate::domain::geo::PointMap;
use crate::domain::scenario::{BoundaryKind, Edge, Order, Steps};

pub(super) const CASES: &[Case] = &[Case {
    name: "river_gap",
    title: "Flood wave over a levee gap, 24 h",
    cost: Cost::Slow,
    refines: false,
    run: flood,
}];

const SLOPE: f64 = 2e-4;
const HOURS: u32 = 24;

/// Northing of the river's axis, m.
fn axis(x: f64) -> f64 {
    25_000.0 + 1500.0 * (TAU * x / 40_000.0).sin()
}

/// A channel 600 m wide and 4 m deep, berms to 3 km either side, levees 5 m high, lower land beyond them that falls
/// away, a gap of 500 m in the northern levee at 40 km, hills at both sides of the valley. Level, m.
fn bed(x: f64, y: f64) -> f64 {
    let off = (y - axis(x)).abs();
    let berm = 60.0 - SLOPE * x;
    let in_gap = y > axis(x) && (x - 40_000.0).abs() < 250.0;
    let ground = match off {
        off if off < 300.0 => berm - 4.0,
        off if off < 3000.0 => berm,
        off if off < 3150.0 && in_gap => berm - 2.0,
        off if off < 3150.0 => berm + 5.0,
        off => berm - 2.0 - (off - 3000.0) * SLOPE,
    };
    ground + (3000.0 - y).max(0.0) * 0.01 + (y - 47_000.0).max(0.0) * 0.01
}

/// Inflow, m³/s: rises for eight hours from 500 to 8000, then decays with a time scale of twelve.
fn inflow(hours: f64) -> f64 {
    let wave = if hours < 8.0 { (FRAC_PI_2 * hours / 8.0).sin().powi(2) } else { (-(hours - 8.0) / 12.0).exp() };
    500.0 + 7500.0 * wave
}

fn flood(order: Order, level: Level) -> Finding {
    /// Stored volume (m³) and area with over 0.1 m of water (m²) of LISFLOOD-FP 8.1 FV1 on the same grid.
    const REFERENCE: [f64; 2] = [389.8e6, 346e6];
    let (n_cols, n_rows) = (level.of(1000), level.of(500));
    let cell = 100_000.0 / n_cols as f64;
    let scenario = with_manning(basin(order, n_cols, n_rows, cell, bed), 0.03);
    let mut scenario = with_open(scenario, Edge::East, BoundaryKind::NormalDepth { slope: SLOPE });
    scenario.numerics.dry_depth_m = 1e-3;
    let x = 0.5 * cell;
    let inlet: Vec<PointMap> =
        (0..n_rows).map(|k| [x, (k as f64 + 0.5) * cell]).filter(|at| (at[1] - axis(x)).abs() < 300.0).collect();
    let table: Vec<[f64; 2]> = (0..=2 * HOURS).map(|k| [1800.0 * f64::from(k), inflow(0.5 * f64::from(k))]).collect();
    shared_source(&mut scenario, &inlet, &table);
    let until_secs = 3600.0 * f64::from(HOURS);
    let solver = run(&scenario, until_secs);
    scenario.numerics.steps = Steps::Uniform;
    let uniform = State::of(&run(&scenario, until_secs), &scenario.terrain.grid);
    let state = State::of(&solver, &scenario.terrain.grid);
    let wet = state.depth.iter().filter(|h| **h > 0.1).count() as f64 * cell * cell;
    let off = |value: f64, reference: f64| (value / reference - 1.0).abs();
    Finding {
        grid: format!("{n_cols} x {n_rows} x {cell} m"),
        measures: vec![
            Measure::new(
                "stored volume beside the peer's 389.8 million m3",
                Unit::Percent,
                off(solver.budget().stored, REFERENCE[0]),
            )
            .bars(0.01, 0.01),
            Measure::new("area over 0.1 m beside the peer's 346 km2", Unit::Percent, off(wet, REFERENCE[1]))
                .bars(0.05, 0.05),
            Measure::new(
                "1 less critical success index of over 0.1 m with local beside uniform steps",
                Unit::Percent,
                1.0 - critical_success_index(&state.depth, &uniform.depth),
            )
            .bars(0.03, 0.03),
        ],
        soundness: state.soundness(&solver),
        profile: None,
    }
}

/// Cells with over 0.1 m of water in both fields among those with it in either.
fn critical_success_index(a: &[f64], b: &[f64]) -> f64 {
    let is_wet = |h: f64| h > 0.1;
    let count =
        |holds: fn(bool, bool) -> bool| a.iter().zip(b).filter(|(a, b)| holds(is_wet(**a), is_wet(**b))).count();
    count(|a, b| a && b) as f64 / count(|a, b| a || b) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ground_has_a_gap_and_the_wave_its_volume() {
        let north_levee = |x: f64| bed(x, axis(x) + 3050.0);
        assert!((north_levee(40_000.0) - (60.0 - 8.0 - 2.0)).abs() < 1e-9);
        assert!((north_levee(41_000.0) - (60.0 - 8.2 + 5.0)).abs() < 1e-9);
        let table: Vec<f64> = (0..=48).map(|k| inflow(0.5 * f64::from(k))).collect();
        let volume: f64 = table.windows(2).map(|pair| 900.0 * (pair[0] + pair[1])).sum();
        assert!((volume / 389.8e6 - 1.0).abs() < 1e-3, "{volume}");
    }
}
