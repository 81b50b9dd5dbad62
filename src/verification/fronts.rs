//! Fronts that run over a dry flat bed with Manning friction at constant velocity.

use super::setup::{State, centres, relative_l1, run, series, strip, with_manning, with_open};
use super::{Case, Cost, Finding, Level, Measure, Profile, Unit};
use crate::domain::scenario::{BoundaryKind, Edge, Order};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "front_constant_velocity",
        title: "Front of constant velocity, n = 0.01 (Hunter et al. 2005)",
        cost: Cost::Quick,
        refines: true,
        run: |order, level| front(&SMOOTH, order, level),
    },
    Case {
        name: "front_rough",
        title: "Front of constant velocity, n = 0.03 (Hunter et al. 2005)",
        cost: Cost::Quick,
        refines: true,
        run: |order, level| front(&ROUGH, order, level),
    },
];

struct Setting {
    u0: f64,
    n: f64,
    reached: [f64; 2],
    /// Cells by which peers' fronts run ahead.
    reached_front: [f64; 2],
}

const SMOOTH: Setting = Setting { u0: 0.635, n: 0.01, reached: [0.0052, 0.0002], reached_front: [3.0, 0.0] };
const ROUGH: Setting = Setting { u0: 1.0, n: 0.03, reached: [0.0048, 0.0002], reached_front: [6.0, 1.0] };

const LENGTH_M: f64 = 5000.0;
const T_SECS: f64 = 3600.0;

/// Depth (m) of the wave of constant velocity `u0` at `x` and time `t`: h = (7/3 n² u0² (u0 t − x))^(3/7), which solves
/// the full equations exactly (Hunter, Horritt, Bates, Wilson and Werner 2005).
pub fn front_depth(x: f64, t: f64, u0: f64, n: f64) -> f64 {
    (7.0 / 3.0 * n * n * u0 * u0 * (u0 * t - x).max(0.0)).powf(3.0 / 7.0)
}

fn front(setting: &Setting, order: Order, level: Level) -> Finding {
    let Setting { u0, n, reached, reached_front } = *setting;
    let n_cells = level.of(500);
    let scenario = with_manning(strip(order, n_cells, LENGTH_M, |_| 0.0), n);
    let grid = scenario.terrain.grid;
    // Close together at first: the depth starts like t^(3/7).
    let times = (0..=720).map(|k| T_SECS * (f64::from(k) / 720.0).powi(2));
    let q = series(times.map(|t| [t, grid.cell_m * u0 * front_depth(0.0, t, u0, n)]));
    let scenario = with_open(scenario, Edge::West, BoundaryKind::Discharge(q));
    let solver = run(&scenario, T_SECS);
    let state = State::of(&solver, &grid);
    let x = centres(&grid);
    let exact: Vec<f64> = x.iter().map(|&x| front_depth(x, T_SECS, u0, n)).collect();
    let wet = 1e-3 * front_depth(0.0, T_SECS, u0, n);
    let reach = |depths: &[f64]| depths.iter().position(|&h| h < wet).unwrap_or(depths.len()) as f64;
    let ahead = reach(&state.depth) - reach(&exact);
    let bar = |cells: f64| (1.5 * cells).max(1.0);
    Finding {
        grid: format!("{n_cells} x {} m", grid.cell_m),
        measures: vec![
            Measure::error("rel. L1(h)", relative_l1(&state.depth, &exact)).reached(reached[0], reached[1]),
            Measure::new("front ahead of its exact place", Unit::Cells, ahead.abs())
                .peers(reached_front[0], reached_front[1])
                .bars(bar(reached_front[0]), bar(reached_front[1])),
        ],
        soundness: state.soundness(&solver),
        profile: Some(Profile {
            measure: 0,
            x_label: "x, m".into(),
            y_label: "depth, m".into(),
            reference: "exact".into(),
            x,
            computed: state.depth,
            exact,
            bed: None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pressure_balances_friction_in_the_front() {
        // h_x = −n² u0² / h^(4/3), checked by a central difference.
        let (u0, n, t) = (1.0, 0.03, 3600.0);
        let h = |x: f64| front_depth(x, t, u0, n);
        for x in [100.0, 2000.0, 3500.0] {
            let slope = (h(x + 0.01) - h(x - 0.01)) / 0.02;
            let friction = n * n * u0 * u0 / h(x).powf(4.0 / 3.0);
            assert!((slope + friction).abs() < 1e-7 * friction.max(1.0), "{slope} {friction}");
        }
        assert!(h(3600.0) < 1e-12 && h(0.0) > 2.0);
    }
}
