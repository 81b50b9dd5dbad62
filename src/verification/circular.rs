//! Circular dam breaks against a fine radial solution.

use super::setup::{G, State, basin, field, relative_l1, run, with_water};
use super::{Case, Cost, Finding, Measure, Profile, Unit};
use crate::domain::scenario::{Order, Steps};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "circular_dam_break_dry",
        title: "Circular dam break, 10 m on a dry bed (radial solution)",
        cost: Cost::Long,
        refines: false,
        run: |order, level| circle(order, level.of(512), 0.0, [0.027, 0.019]),
    },
    Case {
        name: "circular_dam_break_wet",
        title: "Circular dam break, 10 m on 1 m (radial solution)",
        cost: Cost::Long,
        refines: false,
        run: |order, level| circle(order, level.of(512), 1.0, [0.010, 0.005]),
    },
];

const H_IN: f64 = 10.0;
const RADIUS_M: f64 = 64.0;
const SIZE_M: f64 = 512.0;
const T_SECS: f64 = 10.0;

fn circle(order: Order, n: usize, h_out: f64, reached: [f64; 2]) -> Finding {
    let middle = 0.5 * SIZE_M;
    let cell = SIZE_M / n as f64;
    let mut scenario = with_water(basin(order, n, n, cell, |_, _| 0.0), |x, y| {
        [if (x - middle).hypot(y - middle) < RADIUS_M { H_IN } else { h_out }, 0.0, 0.0]
    });
    // Blocks lie along x: where they take longer steps, the axes differ.
    scenario.numerics.steps = Steps::Uniform;
    let grid = scenario.terrain.grid;
    let solver = run(&scenario, T_SECS);
    let state = State::of(&solver, &grid);
    let radial = Radial { h_out, ..RADIAL }.solve(T_SECS);
    let exact = field(&grid, |x, y| radial.depth((x - middle).hypot(y - middle)));
    let row = n / 2 * n..(n / 2 + 1) * n;
    Finding {
        grid: format!("{n} x {n} x {cell} m"),
        measures: vec![
            Measure::error("rel. L1(h)", relative_l1(&state.depth, &exact)).reached(reached[0], reached[1]),
            Measure::new(
                "largest difference to the mirrored and the turned field, uniform steps",
                Unit::Metres,
                asymmetry(&state, n),
            )
            .bars(1e-6, 1e-6),
            Measure::new("volume residual", Unit::One, solver.budget().residual_frac().abs()).bars(1e-7, 1e-7),
        ],
        soundness: state.soundness(&solver),
        profile: Some(Profile {
            measure: 0,
            x_label: "x through the middle, m".into(),
            y_label: "depth, m".into(),
            reference: "radial solution, 3200 cells".into(),
            x: (0..n).map(|k| (k as f64 + 0.5) * cell - middle).collect(),
            computed: state.depth[row.clone()].to_vec(),
            exact: exact[row].to_vec(),
            bed: None,
        }),
    }
}

/// Largest difference of depth between the field and itself mirrored in x, or with x and y exchanged, m.
fn asymmetry(state: &State, n: usize) -> f64 {
    let mut most = 0.0_f64;
    for row in 0..n {
        for col in 0..n {
            let h = state.depth[row * n + col];
            most = most.max((h - state.depth[row * n + (n - 1 - col)]).abs());
            most = most.max((h - state.depth[col * n + row]).abs());
        }
    }
    most
}

/// The equations in the radius alone, by MUSCL (minmod), HLL and SSP-RK2: a second, independent scheme.
///
/// (r h)_t + (r h u)_r = 0 and (r h u)_t + (r (h u² + ½ g h²))_r = ½ g h². Halving its cells changes the depth by less
/// than 1e-4 of the reservoir's, in the mean.
struct Radial {
    h_out: f64,
    n: usize,
    reach_m: f64,
}

const RADIAL: Radial = Radial { h_out: 0.0, n: 3200, reach_m: 320.0 };

/// Below this depth (m) the radial scheme has no velocity.
const RADIAL_DRY: f64 = 1e-9;
const RADIAL_CFL: f64 = 0.4;

/// Depths at the cell centres of the radial scheme.
struct RadialDepth {
    h: Vec<f64>,
    dr: f64,
}

impl RadialDepth {
    /// Linear between the cell centres, m.
    fn depth(&self, r: f64) -> f64 {
        let place = (r / self.dr - 0.5).max(0.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "not negative; beyond the end is caught"
        )]
        let k = (place.floor() as usize).min(self.h.len() - 2);
        let share = (place - k as f64).min(1.0);
        self.h[k] + share * (self.h[k + 1] - self.h[k])
    }
}

fn minmod(a: f64, b: f64) -> f64 {
    if a * b <= 0.0 {
        0.0
    } else if a.abs() < b.abs() {
        a
    } else {
        b
    }
}

fn velocity(h: f64, q: f64) -> f64 {
    if h > RADIAL_DRY { q / h } else { 0.0 }
}

/// Mass and momentum flux (Harten, Lax and van Leer 1983) and the largest wave speed.
fn hll([hl, ul]: [f64; 2], [hr, ur]: [f64; 2]) -> [f64; 3] {
    let (cl, cr) = ((G * hl).sqrt(), (G * hr).sqrt());
    let (us, cs) = (0.5 * (ul + ur) + cl - cr, 0.5 * (cl + cr) + 0.25 * (ul - ur));
    let sl = if hl > RADIAL_DRY { (ul - cl).min(us - cs) } else { ur - 2.0 * cr };
    let sr = if hr > RADIAL_DRY { (ur + cr).max(us + cs) } else { ul + 2.0 * cl };
    let of = |h: f64, u: f64| [h * u, h * u * u + 0.5 * G * h * h];
    let (left, right) = (of(hl, ul), of(hr, ur));
    let fastest = sl.abs().max(sr.abs());
    if sl >= 0.0 {
        return [left[0], left[1], fastest];
    }
    if sr <= 0.0 {
        return [right[0], right[1], fastest];
    }
    let between = |fl: f64, fr: f64, jump: f64| (sr * fl - sl * fr + sl * sr * jump) / (sr - sl).max(1e-12);
    [between(left[0], right[0], hr - hl), between(left[1], right[1], hr * ur - hl * ul), fastest]
}

impl Radial {
    fn solve(&self, until_secs: f64) -> RadialDepth {
        let dr = self.reach_m / self.n as f64;
        let mut h: Vec<f64> =
            (0..self.n).map(|k| if (k as f64 + 0.5) * dr < RADIUS_M { H_IN } else { self.h_out }).collect();
        let mut q = vec![0.0; self.n];
        let mut t = 0.0;
        while t < until_secs - 1e-12 {
            let (rates, fastest) = self.rates(&h, &q, dr);
            let dt = (RADIAL_CFL * dr / fastest).min(until_secs - t);
            let stepped: Vec<[f64; 2]> =
                rates.iter().enumerate().map(|(k, [dh, dq])| settled(h[k] + dt * dh, q[k] + dt * dq)).collect();
            let (h1, q1): (Vec<f64>, Vec<f64>) = stepped.iter().map(|[h, q]| (*h, *q)).unzip();
            let (rates, _) = self.rates(&h1, &q1, dr);
            for (k, [dh, dq]) in rates.into_iter().enumerate() {
                let mean = |before: f64, after: f64, rate: f64| 0.5 * (before + after + dt * rate);
                [h[k], q[k]] = settled(mean(h[k], h1[k], dh), mean(q[k], q1[k], dq));
            }
            t += dt;
        }
        RadialDepth { h, dr }
    }

    /// Rates of depth and unit discharge, and the largest wave speed.
    fn rates(&self, h: &[f64], q: &[f64], dr: f64) -> (Vec<[f64; 2]>, f64) {
        let n = self.n;
        // One mirrored cell at the middle, one repeated at the end.
        let cell = |k: usize| match k {
            0 => [h[0], -velocity(h[0], q[0])],
            k if k <= n => [h[k - 1], velocity(h[k - 1], q[k - 1])],
            _ => [h[n - 1], velocity(h[n - 1], q[n - 1])],
        };
        let slope = |k: usize| {
            if k == 0 || k > n {
                return [0.0, 0.0];
            }
            let (before, own, after) = (cell(k - 1), cell(k), cell(k + 1));
            [0, 1].map(|i| minmod(own[i] - before[i], after[i] - own[i]))
        };
        let side = |k: usize, towards: f64| {
            let ([h, u], [dh, du]) = (cell(k), slope(k));
            let h = (h + 0.5 * towards * dh).max(0.0);
            [h, if h > RADIAL_DRY { u + 0.5 * towards * du } else { 0.0 }]
        };
        let mut fastest = 0.0_f64;
        let mut fluxes: Vec<[f64; 2]> = (0..=n)
            .map(|face| {
                let [mass, momentum, speed] = hll(side(face, 1.0), side(face + 1, -1.0));
                fastest = fastest.max(speed);
                [mass, momentum]
            })
            .collect();
        fluxes[0][0] = 0.0;
        let rates = (0..n).map(|k| {
            let (inner, outer, r) = (k as f64 * dr, (k as f64 + 1.0) * dr, (k as f64 + 0.5) * dr);
            let net = |i: usize| -(outer * fluxes[k + 1][i] - inner * fluxes[k][i]) / (r * dr);
            [net(0), net(1) + 0.5 * G * h[k] * h[k] / r]
        });
        (rates.collect(), fastest)
    }
}

fn settled(h: f64, q: f64) -> [f64; 2] {
    let h = h.max(0.0);
    [h, if h > RADIAL_DRY { q } else { 0.0 }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_radial_solution_keeps_its_volume_and_hardly_changes_with_its_cells() {
        let volume =
            |d: &RadialDepth| d.h.iter().enumerate().map(|(k, h)| h * (k as f64 + 0.5) * d.dr * d.dr).sum::<f64>();
        let coarse = Radial { n: 400, ..RADIAL }.solve(4.0);
        let fine = Radial { n: 800, ..RADIAL }.solve(4.0);
        // 10 m over a circle of 64 m, over 2π.
        assert!((volume(&fine) / 20_480.0 - 1.0).abs() < 1e-9, "{}", volume(&fine));
        let off = (0..300).map(|r| (coarse.depth(f64::from(r)) - fine.depth(f64::from(r))).abs()).sum::<f64>() / 300.0;
        assert!(off < 0.02, "{off}");
        // Beside the circle's middle nothing has happened yet.
        assert!((fine.depth(1.0) - 10.0).abs() < 1e-3);
    }
}
