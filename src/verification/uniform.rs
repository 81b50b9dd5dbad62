//! Steady uniform flow on a slope against Manning's normal depth.

use super::setup::{G, State, run_until_steady, strip, with_manning, with_open, with_unit_discharge, with_water};
use super::{Case, Cost, Finding, Level, Measure, Soundness, Unit};
use crate::domain::scenario::{BoundaryKind, Edge, Order, Series};

pub(super) const CASES: &[Case] = &[Case {
    name: "normal_depth",
    title: "Uniform flow at the normal depth of Manning",
    cost: Cost::Long,
    refines: false,
    run: table,
}];

/// Unit discharges, m²/s.
const Q: [f64; 4] = [0.5, 2.0, 5.0, 10.0];
/// Roughness, s/m^(1/3).
const ROUGHNESS: [f64; 3] = [0.02, 0.03, 0.05];
/// Slopes.
const SLOPE: [f64; 4] = [1e-4, 5e-4, 2e-3, 1e-2];
/// Beyond this Froude number uniform flow breaks into roll waves.
const MOST_FROUDE: f64 = 2.0;

/// Normal depth of a wide channel (Manning): (n q / √S)^(3/5), m.
fn normal_depth(q: f64, n: f64, slope: f64) -> f64 {
    (n * q / slope.sqrt()).powf(0.6)
}

struct Flow {
    q: f64,
    n: f64,
    slope: f64,
}

impl Flow {
    fn all() -> impl Iterator<Item = Self> {
        Q.into_iter()
            .flat_map(|q| ROUGHNESS.map(|n| (q, n)))
            .flat_map(|(q, n)| SLOPE.map(|slope| Self { q, n, slope }))
            .filter(|flow| flow.froude() <= MOST_FROUDE)
    }

    fn depth(&self) -> f64 {
        normal_depth(self.q, self.n, self.slope)
    }

    fn froude(&self) -> f64 {
        let h = self.depth();
        self.q / (h * (G * h).sqrt())
    }

    /// Deviation of the depth in the middle of a channel from the normal depth, as a share of it. The bed falls by
    /// [`DROP`] depths along the channel, so that the ends do not hold the middle up; flow enters with the normal depth
    /// where it is supercritical, and leaves at the slope of the bed.
    fn deviation(&self, order: Order, n_cells: usize) -> (f64, Soundness) {
        let (h, q) = (self.depth(), self.q);
        let length = DROP * h / self.slope;
        let scenario = with_manning(strip(order, n_cells, length, |x| self.slope * (length - x)), self.n);
        let scenario = with_open(scenario, Edge::East, BoundaryKind::NormalDepth { slope: self.slope });
        let scenario = if self.froude() > 1.0 {
            let [depth_m, unit_discharge_m2s] = [h, q].map(Series::constant);
            with_open(scenario, Edge::West, BoundaryKind::Inflow { depth_m, unit_discharge_m2s })
        } else {
            with_unit_discharge(scenario, q)
        };
        let scenario = with_water(scenario, |_, _| [h, q / h, 0.0]);
        let grid = scenario.terrain.grid;
        let solver = run_until_steady(&scenario, 5.0 * length * h / q, 1e-7);
        let state = State::of(&solver, &grid);
        ((state.depth[n_cells / 2] / h - 1.0).abs(), state.soundness(&solver))
    }
}

fn table(order: Order, _: Level) -> Finding {
    let (mut worst, mut sound): ([f64; 2], Option<Soundness>) = ([0.0; 2], None);
    for flow in Flow::all() {
        for (worst, n_cells) in worst.iter_mut().zip([FINE, COARSE]) {
            let (deviation, one) = flow.deviation(order, n_cells);
            *worst = worst.max(deviation);
            sound = Some(sound.map_or(one, |all| all.worse(&one)));
        }
    }
    Finding {
        grid: format!("{FINE} and {COARSE} cells"),
        // At first order a step of the bed passes too much, the more the slower the flow: no bar can be asked of it.
        measures: [FINE, COARSE]
            .into_iter()
            .zip(worst)
            .map(|(n_cells, worst)| Measure::new(what(n_cells), Unit::Percent, worst).second_bar(0.002))
            .collect(),
        soundness: sound.expect("the table is not empty"),
        profile: None,
    }
}

/// Depths by which the bed falls along a channel.
const DROP: f64 = 3.0;
const FINE: usize = 200;
const COARSE: usize = 50;

fn what(n_cells: usize) -> String {
    let (step, n_flows) = (100.0 * DROP / n_cells as f64, Flow::all().count());
    format!("largest deviation of depth over {n_flows} flows, the bed falls by {step} % of the depth a cell")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_leaves_roll_waves_out() {
        assert!((normal_depth(0.5, 0.02, 1e-4) - 1.0).abs() < 1e-12);
        let n = Flow::all().count();
        assert!(n > 40 && n <= 48, "{n}");
    }

    #[test]
    fn one_flow_keeps_its_normal_depth() {
        let flow = Flow { q: 2.0, n: 0.03, slope: 2e-3 };
        let (deviation, sound) = flow.deviation(Order::First, FINE);
        assert!(deviation < 0.01 && sound.holds(), "{deviation} {sound:?}");
    }
}
