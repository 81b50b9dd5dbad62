//! Dam breaks on a flat bed: dry and smooth (Ritter), wet and smooth (Stoker), dry and rough (Dressler).

use super::setup::{G, State, centres, relative_l1, root, run, strip, with_water};
use super::{Case, Cost, Finding, Level, Measure, Profile, Unit};
use crate::domain::scenario::{Friction, Order, Scenario};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "ritter_lab",
        title: "Dam break on a dry bed, 5 mm (Ritter 1892)",
        cost: Cost::Quick,
        refines: true,
        run: |order, level| dam_break(&RITTER_LAB, order, level),
    },
    Case {
        name: "ritter_field",
        title: "Dam break on a dry bed, 10 m (Ritter 1892)",
        cost: Cost::Quick,
        refines: true,
        run: |order, level| dam_break(&RITTER_FIELD, order, level),
    },
    Case {
        name: "stoker_lab",
        title: "Dam break on a wet bed, 5 mm on 1 mm (Stoker 1957)",
        cost: Cost::Quick,
        refines: true,
        run: |order, level| dam_break(&STOKER_LAB, order, level),
    },
    Case {
        name: "stoker_field",
        title: "Dam break on a wet bed, 10 m on 1 m (Stoker 1957)",
        cost: Cost::Quick,
        refines: true,
        run: |order, level| dam_break(&STOKER_FIELD, order, level),
    },
    Case {
        name: "dressler",
        title: "Dam break on a dry rough bed, Chézy 40 (Dressler 1952)",
        cost: Cost::Quick,
        refines: true,
        run: dressler_case,
    },
];

/// A dam break on a smooth flat bed; the dam stands in the middle.
struct Setting {
    length_m: f64,
    h_left: f64,
    h_right: f64,
    t_secs: f64,
    /// Peers' relative L1(h), first and second order.
    reached: [f64; 2],
    /// Bars on the relative L1 of the unit discharge, for which there are no peers' figures.
    bars_q: [f64; 2],
}

const RITTER_LAB: Setting = Setting {
    length_m: 10.0,
    h_left: 0.005,
    h_right: 0.0,
    t_secs: 6.0,
    reached: [0.0066, 0.0020],
    bars_q: [0.06, 0.02],
};
const RITTER_FIELD: Setting =
    Setting { length_m: 2000.0, h_left: 10.0, t_secs: 40.0, reached: [0.0075, 0.0020], ..RITTER_LAB };
const STOKER_LAB: Setting = Setting { h_right: 0.001, reached: [0.0051, 0.0017], ..RITTER_LAB };
const STOKER_FIELD: Setting = Setting { h_right: 1.0, t_secs: 50.0, reached: [0.0065, 0.0019], ..RITTER_FIELD };

/// Cells along the channel.
const N: usize = 500;

/// Ritter (1892): depth (m) and velocity (m/s) at `x` from the dam and time `t` on a dry, smooth, flat bed.
pub fn ritter(x: f64, t: f64, h_left: f64) -> [f64; 2] {
    let c = (G * h_left).sqrt();
    let xi = x / t;
    if xi <= -c {
        [h_left, 0.0]
    } else if xi < 2.0 * c {
        [(2.0 * c - xi).powi(2) / (9.0 * G), 2.0 / 3.0 * (xi + c)]
    } else {
        [0.0, 0.0]
    }
}

/// Stoker (1957): middle depth (m), middle velocity (m/s) and speed of the shock (m/s) on a wet, smooth, flat bed.
///
/// The velocity behind the rarefaction, `2 (√(g h_left) − √(g h))`, equals that behind the shock,
/// `(h − h_right) √(g (h + h_right) / (2 h h_right))`.
pub fn stoker_middle(h_left: f64, h_right: f64) -> [f64; 3] {
    let behind_fan = |h: f64| 2.0 * ((G * h_left).sqrt() - (G * h).sqrt());
    let behind_shock = |h: f64| (h - h_right) * (0.5 * G * (h + h_right) / (h * h_right)).sqrt();
    let h = root(h_right, h_left, |h| behind_shock(h) - behind_fan(h));
    let u = behind_fan(h);
    [h, u, h * u / (h - h_right)]
}

/// Stoker (1957): depth (m) and velocity (m/s) at `x` from the dam and time `t`.
pub fn stoker(x: f64, t: f64, h_left: f64, h_right: f64) -> [f64; 2] {
    let [h, u, shock] = stoker_middle(h_left, h_right);
    let xi = x / t;
    if xi <= u - (G * h).sqrt() {
        ritter(x, t, h_left)
    } else if xi <= shock {
        [h, u]
    } else {
        [h_right, 0.0]
    }
}

fn dam(order: Order, n: usize, length_m: f64, h_left: f64, h_right: f64) -> Scenario {
    let mut scenario = strip(order, n, length_m, |_| 0.0);
    scenario.numerics.dry_depth_m = 1e-8 * h_left;
    with_water(scenario, |x, _| [if x < 0.5 * length_m { h_left } else { h_right }, 0.0, 0.0])
}

fn dam_break(setting: &Setting, order: Order, level: Level) -> Finding {
    let Setting { length_m, h_left, h_right, t_secs, reached, bars_q } = *setting;
    let n = level.of(N);
    let scenario = dam(order, n, length_m, h_left, h_right);
    let grid = scenario.terrain.grid;
    let solver = run(&scenario, t_secs);
    let state = State::of(&solver, &grid);
    let x = centres(&grid);
    let exact = |x: f64| {
        let from_dam = x - 0.5 * length_m;
        if h_right > 0.0 { stoker(from_dam, t_secs, h_left, h_right) } else { ritter(from_dam, t_secs, h_left) }
    };
    let (h, q): (Vec<f64>, Vec<f64>) = x.iter().map(|&x| exact(x)).map(|[h, u]| (h, h * u)).unzip();
    let mut measures = vec![
        Measure::error("rel. L1(h)", relative_l1(&state.depth, &h)).reached(reached[0], reached[1]),
        Measure::error("rel. L1(hu)", relative_l1(&state.qx(), &q)).bars(bars_q[0], bars_q[1]),
    ];
    if h_right > 0.0 {
        let [middle, _, speed] = stoker_middle(h_left, h_right);
        let front = last_deeper(&state.depth, 0.5 * (middle + h_right)) as f64;
        let off = (front * grid.cell_m - 0.5 * length_m - speed * t_secs) / grid.cell_m;
        measures.push(Measure::new("shock beside its exact place", Unit::Cells, off.abs()).bars(2.0, 2.0));
    }
    Finding {
        grid: format!("{n} x {:.3} m", grid.cell_m),
        measures,
        soundness: state.soundness(&solver),
        profile: Some(Profile {
            measure: 0,
            x_label: "x, m".into(),
            y_label: "depth, m".into(),
            reference: "exact".into(),
            x,
            computed: state.depth,
            exact: h,
            bed: None,
        }),
    }
}

/// Number of cells up to and including the last one deeper than `depth`.
fn last_deeper(depths: &[f64], depth: f64) -> usize {
    depths.iter().rposition(|&h| h > depth).map_or(0, |k| k + 1)
}

/// Dressler (1952): dry dam break with Chézy friction, to the first order of g²/C².
struct Dressler {
    h_left: f64,
    chezy: f64,
    t: f64,
}

impl Dressler {
    /// Depth (m) and velocity (m/s) at `x` from the dam by the outer expansion; right behind the tip only.
    ///
    /// With d = 2 − x/(t c): √(g h) = ⅔c − x/(3t) + (g²/C²) α₁ t and u = ⅔c + 2x/(3t) + (g²/C²) α₂ t, where
    /// α₁ = 6/(5d) − ⅔ + (4√3/135) d^(3/2) and α₂ = 12/d − 8/3 + (8√3/189) d^(3/2) − 108/(7d²).
    fn outer(&self, x: f64) -> [f64; 2] {
        let c = (G * self.h_left).sqrt();
        if x <= -c * self.t {
            return [self.h_left, 0.0];
        }
        let d = 2.0 - (x / (self.t * c)).min(1.999);
        let e = G * G / (self.chezy * self.chezy);
        let root3 = 3.0_f64.sqrt();
        let a1 = 6.0 / (5.0 * d) - 2.0 / 3.0 + 4.0 * root3 / 135.0 * d.powf(1.5);
        let a2 = 12.0 / d - 8.0 / 3.0 + 8.0 * root3 / 189.0 * d.powf(1.5) - 108.0 / (7.0 * d * d);
        let wave = 2.0 / 3.0 * c - x / (3.0 * self.t) + e * a1 * self.t;
        [wave.max(0.0).powi(2) / G, 2.0 / 3.0 * c + 2.0 * x / (3.0 * self.t) + e * a2 * self.t]
    }

    /// Where the velocity of the outer expansion is largest: beyond lies the tip, which it does not describe. m from
    /// the dam.
    fn tip(&self) -> f64 {
        let c = (G * self.h_left).sqrt();
        let place = |k: u32| c * self.t * (2.98 * f64::from(k) / 40_000.0 - 1.0);
        let mut best = (0.0, f64::NEG_INFINITY);
        for x in (0..=40_000).map(place) {
            let u = self.outer(x)[1];
            if u > best.1 {
                best = (x, u);
            }
        }
        best.0
    }
}

fn dressler_case(order: Order, level: Level) -> Finding {
    let (length_m, n) = (2000.0, level.of(N));
    let exact = Dressler { h_left: 6.0, chezy: 40.0, t: 40.0 };
    let mut scenario = dam(order, n, length_m, exact.h_left, 0.0);
    scenario.numerics.friction = Friction::Chezy(exact.chezy);
    let grid = scenario.terrain.grid;
    let solver = run(&scenario, exact.t);
    let state = State::of(&solver, &grid);
    let tip = 0.5 * length_m + exact.tip();
    let x: Vec<f64> = centres(&grid).into_iter().filter(|x| *x <= tip).collect();
    let (h, q): (Vec<f64>, Vec<f64>) =
        x.iter().map(|x| exact.outer(x - 0.5 * length_m)).map(|[h, u]| (h, h * u)).unzip();
    Finding {
        grid: format!("{n} x {:.3} m", grid.cell_m),
        measures: vec![
            Measure::error("rel. L1(h) behind the tip", relative_l1(&state.depth[..x.len()], &h))
                .reached(0.0045, 0.0012),
            Measure::error("rel. L1(hu) behind the tip", relative_l1(&state.qx()[..x.len()], &q)).bars(0.06, 0.02),
        ],
        soundness: state.soundness(&solver),
        profile: Some(Profile {
            measure: 0,
            x_label: "x, m".into(),
            y_label: "depth, m".into(),
            reference: "Dressler's outer solution".into(),
            computed: state.depth[..x.len()].to_vec(),
            exact: h,
            x,
            bed: None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_depth_at_the_dam_is_four_ninths() {
        let [h, u] = ritter(0.0, 7.0, 10.0);
        assert!((h - 40.0 / 9.0).abs() < 1e-12);
        assert!((u - 2.0 / 3.0 * (9.81_f64 * 10.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn the_shock_obeys_its_jump_conditions() {
        let [h, u, s] = stoker_middle(10.0, 1.0);
        assert!((h - 3.961_748).abs() < 1e-6 && (s - 9.819_295).abs() < 1e-6, "{h} {s}");
        let (mass, force) = (s * (h - 1.0) - h * u, s * h * u - (h * u * u + 0.5 * G * (h * h - 1.0)));
        assert!(mass.abs() < 1e-10 && force.abs() < 1e-9, "{mass} {force}");
    }

    #[test]
    fn dressler_without_friction_is_ritter_and_with_it_has_its_tip_at_1084_m() {
        let smooth = Dressler { h_left: 6.0, chezy: 1e9, t: 40.0 };
        for x in [-300.0, -50.0, 100.0, 400.0] {
            let ([h, u], [hr, ur]) = (smooth.outer(x), ritter(x, 40.0, 6.0));
            assert!((h - hr).abs() < 1e-9 && (u - ur).abs() < 1e-9);
        }
        let tip = Dressler { h_left: 6.0, chezy: 40.0, t: 40.0 }.tip();
        assert!((tip - 84.5).abs() < 0.1, "{tip}");
    }
}
