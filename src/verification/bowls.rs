//! Planar surfaces that swing in parabolic bowls (Thacker 1981): shores that move without end.

use std::f64::consts::TAU;

use super::setup::{G, State, advance, basin, centres, field, relative_l1, strip, with_water};
use super::{Case, Cost, Finding, Level, Measure, Profile};
use crate::domain::scenario::Order;
use crate::domain::swe::Solver;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "bowl1d_planar",
        title: "Planar surface in a parabolic trough (Thacker 1981)",
        cost: Cost::Quick,
        refines: true,
        run: trough,
    },
    Case {
        name: "bowl2d_planar",
        title: "Planar surface in a paraboloid (Thacker 1981)",
        cost: Cost::Quick,
        refines: true,
        run: |order, level| paraboloid(order, level.of(100), 0.2273, 0.015),
    },
    Case {
        name: "bowl2d_planar_fine",
        title: "Planar surface in a paraboloid, finer (Thacker 1981)",
        cost: Cost::Long,
        refines: false,
        run: |order, level| paraboloid(order, level.of(200), 0.1207, 0.006),
    },
];

/// Size of the box, m; the bowl is in its middle.
const SIZE_M: f64 = 4.0;
/// Half the width of the still water, m.
const A: f64 = 1.0;

/// Depth of the still water in the middle of the trough, m.
const TROUGH_H0: f64 = 0.5;

fn trough_bed(x: f64) -> f64 {
    TROUGH_H0 * (((x - 0.5 * SIZE_M) / A).powi(2) - 1.0)
}

/// Depth (m) in the trough: −h0 (((x − L/2)/a + B/√(2 g h0) cos ωt)² − 1) with ω = √(2 g h0)/a and B = ω/2.
fn trough_depth(x: f64, t: f64) -> f64 {
    let omega = (2.0 * G * TROUGH_H0).sqrt() / A;
    let s = (x - 0.5 * SIZE_M) / A + 0.5 / A * (omega * t).cos();
    (TROUGH_H0 * (1.0 - s * s)).max(0.0)
}

fn trough(order: Order, level: Level) -> Finding {
    let n = level.of(400);
    let period = TAU * A / (2.0 * G * TROUGH_H0).sqrt();
    let scenario = with_water(strip(order, n, SIZE_M, trough_bed), |x, _| [trough_depth(x, 0.0), 0.0, 0.0]);
    let grid = scenario.terrain.grid;
    let x = centres(&grid);
    let exact: Vec<f64> = x.iter().map(|&x| trough_depth(x, period)).collect();
    let mut solver = Solver::new(&scenario);
    advance(&mut solver, period);
    let after_one = State::of(&solver, &grid);
    let error_one = relative_l1(&after_one.depth, &exact);
    advance(&mut solver, 5.0 * period);
    let state = State::of(&solver, &grid);
    let bed = scenario.terrain.bed_m;
    let surface = |depth: &[f64]| depth.iter().zip(&bed).map(|(h, z)| h + z).collect();
    Finding {
        grid: format!("{n} x {} m", grid.cell_m),
        measures: vec![
            Measure::error("rel. L1(h) after 1 period", error_one).reached(0.026, 0.0024),
            Measure::error("rel. L1(h) after 5 periods", relative_l1(&state.depth, &exact)).reached(0.098, 0.0039),
        ],
        soundness: state.soundness(&solver),
        profile: Some(Profile {
            measure: 1,
            x_label: "x, m".into(),
            y_label: "level after 5 periods, m".into(),
            reference: "exact".into(),
            x,
            computed: surface(&state.depth),
            exact: surface(&exact),
            bed: Some(bed.clone()),
        }),
    }
}

/// Depth of the still water in the middle of the paraboloid, m.
const BOWL_H0: f64 = 0.1;
/// Distance of the middle of the plane from the middle of the bowl, m.
const ETA0: f64 = 0.5;

fn bowl_bed(x: f64, y: f64) -> f64 {
    let (x, y) = (x - 0.5 * SIZE_M, y - 0.5 * SIZE_M);
    -BOWL_H0 * (1.0 - (x * x + y * y) / (A * A))
}

/// Depth (m) and velocity (m/s) in the paraboloid: the surface η0 h0/a² (2 X cos ωt + 2 Y sin ωt − η0) turns round with
/// the velocity η0 ω (−sin ωt, cos ωt), ω = √(2 g h0)/a.
fn bowl_state(x: f64, y: f64, t: f64) -> [f64; 3] {
    let omega = (2.0 * G * BOWL_H0).sqrt() / A;
    let (sin, cos) = (omega * t).sin_cos();
    let plane = 2.0 * (x - 0.5 * SIZE_M) * cos + 2.0 * (y - 0.5 * SIZE_M) * sin - ETA0;
    let h = ETA0 * BOWL_H0 / (A * A) * plane - bowl_bed(x, y);
    if h > 0.0 { [h, -ETA0 * omega * sin, ETA0 * omega * cos] } else { [0.0; 3] }
}

/// `textbook`: relative L1(h) after one period of a plain first-order scheme (HLL, hydrostatic reconstruction, Courant
/// number 0.45) on the same grid, written down independently.
fn paraboloid(order: Order, n: usize, textbook: f64, bar_second: f64) -> Finding {
    let period = TAU * A / (2.0 * G * BOWL_H0).sqrt();
    let scenario = with_water(basin(order, n, n, SIZE_M / n as f64, bowl_bed), |x, y| bowl_state(x, y, 0.0));
    let grid = scenario.terrain.grid;
    let exact = |k: usize| field(&grid, |x, y| bowl_state(x, y, period)[k]);
    let (h, v) = (exact(0), exact(2));
    let q: Vec<f64> = h.iter().zip(&v).map(|(h, v)| h * v).collect();
    let mut solver = Solver::new(&scenario);
    advance(&mut solver, period);
    let state = State::of(&solver, &grid);
    // After whole periods the plane moves along y.
    let along: Vec<f64> = state.depth.iter().zip(&state.v).map(|(h, v)| h * v).collect();
    let errors = [relative_l1(&state.depth, &h), relative_l1(&along, &q)];
    let row = n / 2 * n..(n / 2 + 1) * n;
    let bed = scenario.terrain.bed_m[row.clone()].to_vec();
    let surface = |depth: &[f64]| depth.iter().zip(&bed).map(|(h, z)| h + z).collect();
    let profile = Profile {
        measure: 0,
        x_label: "x through the middle, m".into(),
        y_label: "level after 1 period, m".into(),
        reference: "exact".into(),
        x: centres(&grid),
        computed: surface(&state.depth[row.clone()]),
        exact: surface(&h[row]),
        bed: Some(bed.clone()),
    };
    advance(&mut solver, 3.0 * period);
    let late = State::of(&solver, &grid);
    Finding {
        grid: format!("{n} x {n} x {} m", grid.cell_m),
        measures: vec![
            Measure {
                peers: [Some(textbook), None],
                ..Measure::error("rel. L1(h) after 1 period", errors[0]).bars(1.1 * textbook, bar_second)
            },
            Measure::error("rel. L1(hv) after 1 period", errors[1]),
            Measure::error("rel. L1(h) after 3 periods", relative_l1(&late.depth, &h)),
        ],
        soundness: late.soundness(&solver),
        profile: Some(profile),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mass and momentum of the exact solution by central differences, where it is wet.
    #[test]
    fn the_turning_plane_solves_the_equations() {
        let e = 1e-5;
        let (x, y, t) = (2.3, 1.9, 0.7);
        let at = |dx: f64, dy: f64, dt: f64| bowl_state(x + dx, y + dy, t + dt);
        let [h, u, v] = at(0.0, 0.0, 0.0);
        assert!(h > 0.01);
        let by = |k: usize, axis: usize| {
            let d = [[e, 0.0, 0.0], [0.0, e, 0.0], [0.0, 0.0, e]][axis];
            (at(d[0], d[1], d[2])[k] - at(-d[0], -d[1], -d[2])[k]) / (2.0 * e)
        };
        let surface_x = by(0, 0) + (bowl_bed(x + e, y) - bowl_bed(x - e, y)) / (2.0 * e);
        assert!((by(0, 2) + u * by(0, 0) + v * by(0, 1)).abs() < 1e-8, "mass");
        assert!((by(1, 2) + G * surface_x).abs() < 1e-8, "momentum along x");
    }

    #[test]
    fn the_trough_holds_the_same_water_at_all_times() {
        let volume = |t: f64| (0..4000).map(|k| trough_depth((f64::from(k) + 0.5) / 1000.0, t)).sum::<f64>() / 1000.0;
        assert!((volume(0.0) - 2.0 / 3.0).abs() < 1e-5);
        assert!((volume(0.4) - 2.0 / 3.0).abs() < 1e-5);
    }
}
