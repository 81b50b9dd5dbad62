//! Channels whose bed is made so that a chosen depth is the exact steady flow with friction (after `MacDonald` et al.
//! 1997).

use super::setup::{
    G, State, centres, linear, relative_l1, run_until_steady, strip, with_manning, with_open, with_unit_discharge,
};
use super::{Case, Cost, Finding, Level, Measure, Profile};
use crate::domain::scenario::{BoundaryKind, Edge, Order, Rain, Series};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "macdonald_long_subcritical",
        title: "Subcritical channel with friction (MacDonald et al. 1997)",
        cost: Cost::Quick,
        refines: true,
        run: |order, level| channel(&SUBCRITICAL, order, level),
    },
    Case {
        name: "macdonald_long_supercritical",
        title: "Supercritical channel with friction (MacDonald et al. 1997)",
        cost: Cost::Quick,
        refines: true,
        run: |order, level| channel(&SUPERCRITICAL, order, level),
    },
    Case {
        name: "macdonald_rain_subcritical",
        title: "Subcritical channel with friction and rain (Delestre et al. 2013)",
        cost: Cost::Medium,
        refines: true,
        run: |order, level| channel(&RAINY, order, level),
    },
];

const LENGTH_M: f64 = 1000.0;
const N: usize = 500;
const MOST_SECS: f64 = 1500.0;

/// h = (4/g)^(1/3) (1 + a exp(−b (x/L − ½)²)), unit discharge q0 + rain x.
struct Channel {
    a: f64,
    b: f64,
    q0: f64,
    n: f64,
    rain_mps: f64,
    is_supercritical: bool,
    reached: [f64; 2],
    /// Peers' largest deviation of the discharge; absent where it is not known.
    reached_q: Option<[f64; 2]>,
}

const SUBCRITICAL: Channel = Channel {
    a: 0.5,
    b: 16.0,
    q0: 2.0,
    n: 0.033,
    rain_mps: 0.0,
    is_supercritical: false,
    reached: [0.0018, 0.0013],
    reached_q: Some([0.0029, 0.0028]),
};
const SUPERCRITICAL: Channel = Channel {
    a: -0.2,
    b: 36.0,
    q0: 2.5,
    n: 0.04,
    is_supercritical: true,
    reached: [0.015, 0.000_05],
    reached_q: None,
    ..SUBCRITICAL
};
const RAINY: Channel =
    Channel { q0: 1.0, rain_mps: 0.001, reached: [0.0026, 0.0001], reached_q: Some([0.005, 0.0005]), ..SUBCRITICAL };

impl Channel {
    /// Depth, m, and its slope.
    fn depth(&self, x: f64) -> [f64; 2] {
        let scale = (4.0 / G).cbrt();
        let from_middle = x / LENGTH_M - 0.5;
        let swell = self.a * (-self.b * from_middle * from_middle).exp();
        [scale * (1.0 + swell), scale * swell * (-2.0 * self.b * from_middle / LENGTH_M)]
    }

    fn unit_discharge(&self, x: f64) -> f64 {
        self.q0 + self.rain_mps * x
    }

    /// Slope of the bed that makes the depth exact: (q²/(g h³) − 1) h' − 2 q R/(g h²) − n² q²/h^(10/3).
    fn bed_slope(&self, x: f64) -> f64 {
        let ([h, slope], q) = (self.depth(x), self.unit_discharge(x));
        (q * q / (G * h.powi(3)) - 1.0) * slope
            - 2.0 * q * self.rain_mps / (G * h * h)
            - self.n * self.n * q * q / h.powf(10.0 / 3.0)
    }

    /// The bed along the channel as (x, level) points 5 mm apart, 0 at its end; by the trapezoidal rule.
    fn bed(&self) -> Vec<[f64; 2]> {
        const STEPS: u32 = 200_000;
        let dx = LENGTH_M / f64::from(STEPS);
        let (mut z, mut points) = (0.0, vec![[LENGTH_M, 0.0]]);
        let mut slope = self.bed_slope(LENGTH_M);
        for k in (0..STEPS).rev() {
            let x = dx * f64::from(k);
            let next = self.bed_slope(x);
            z -= 0.5 * (slope + next) * dx;
            slope = next;
            points.push([x, z]);
        }
        points.reverse();
        points
    }
}

fn channel(channel: &Channel, order: Order, level: Level) -> Finding {
    let n = level.of(N);
    let points = channel.bed();
    let scenario = with_manning(strip(order, n, LENGTH_M, |x| linear(&points, x)), channel.n);
    let [upstream, downstream] = [channel.depth(0.0)[0], channel.depth(LENGTH_M)[0]];
    let mut scenario = if channel.is_supercritical {
        let kind = BoundaryKind::Inflow {
            depth_m: Series::constant(upstream),
            unit_discharge_m2s: Series::constant(channel.q0),
        };
        with_open(with_open(scenario, Edge::West, kind), Edge::East, BoundaryKind::Free)
    } else {
        // The depth at the outlet is what is imposed; the bed there is at 0. To the first order the bed at the edge is
        // that of the last cell.
        let bed = if order == Order::First { scenario.terrain.bed_m[n - 1] } else { 0.0 };
        let stage = Series::constant(bed + downstream);
        with_open(with_unit_discharge(scenario, channel.q0), Edge::East, BoundaryKind::Stage(stage))
    };
    if channel.rain_mps > 0.0 {
        scenario.rain = Some(Rain::Uniform(Series::constant(channel.rain_mps * 3.6e6)));
    }
    let grid = scenario.terrain.grid;
    let solver = run_until_steady(&scenario, MOST_SECS, 1e-8);
    let state = State::of(&solver, &grid);
    let x = centres(&grid);
    let exact: Vec<f64> = x.iter().map(|&x| channel.depth(x)[0]).collect();
    let q_errors = state.qx().into_iter().zip(&x).map(|(q, &x)| (q / channel.unit_discharge(x) - 1.0).abs());
    let largest = Measure::error("max |q - q exact| / q exact", q_errors.fold(0.0, f64::max));
    Finding {
        grid: format!("{n} x {} m", grid.cell_m),
        measures: vec![
            Measure::error("rel. L1(h)", relative_l1(&state.depth, &exact))
                .reached(channel.reached[0], channel.reached[1]),
            match channel.reached_q {
                Some([first, second]) => largest.reached(first, second),
                None => largest.bars(0.02, 0.001),
            },
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
    fn beds_fall_by_what_the_depth_asks() {
        // Levels of the first cell centre of 500, integrated independently on a grid of the same step.
        for (channel, level) in [(&SUBCRITICAL, 6.940_796), (&SUPERCRITICAL, 34.690_146), (&RAINY, 4.576_720)] {
            assert!((linear(&channel.bed(), 1.0) - level).abs() < 1e-4, "{}", linear(&channel.bed(), 1.0));
        }
    }

    #[test]
    fn the_slope_of_the_depth_is_its_derivative() {
        for x in [100.0, 480.0, 777.0] {
            let by_difference = (SUBCRITICAL.depth(x + 0.01)[0] - SUBCRITICAL.depth(x - 0.01)[0]) / 0.02;
            assert!((SUBCRITICAL.depth(x)[1] - by_difference).abs() < 1e-9);
        }
    }
}
