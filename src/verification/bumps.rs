//! Steady flow over a bump in a smooth flume (Goutal and Maurel 1997): subcritical, transcritical, with a jump.

use super::setup::{G, State, centres, relative_l1, root, run_until_steady, strip, with_open, with_unit_discharge};
use super::{Case, Cost, Finding, Level, Measure, Profile, Unit};
use crate::domain::scenario::{BoundaryKind, Edge, Initial, Order, Series};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "bump_subcritical",
        title: "Subcritical flow over a bump (Goutal and Maurel 1997)",
        cost: Cost::Medium,
        refines: true,
        run: subcritical,
    },
    Case {
        name: "bump_transcritical",
        title: "Flow over a bump that becomes supercritical (Goutal and Maurel 1997)",
        cost: Cost::Medium,
        refines: true,
        run: transcritical,
    },
    Case {
        name: "bump_shock",
        title: "Flow over a bump with a hydraulic jump (Goutal and Maurel 1997)",
        cost: Cost::Medium,
        refines: true,
        run: with_jump,
    },
];

const LENGTH_M: f64 = 25.0;
const N: usize = 500;
const CREST_X: f64 = 10.0;
const CREST_Z: f64 = 0.2;

/// The bed, m: 0.2 − 0.05 (x − 10)² between 8 and 12 m, else 0.
pub(super) fn bed(x: f64) -> f64 {
    (CREST_Z - 0.05 * (x - CREST_X).powi(2)).max(0.0)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Regime {
    Subcritical,
    Supercritical,
}

fn critical_depth(q: f64) -> f64 {
    (q * q / G).cbrt()
}

/// Depth (m) at which flow `q` (m²/s) over the bed `z` has this head: h + q²/(2 g h²) + z = head.
fn depth_of_head(q: f64, head: f64, z: f64, regime: Regime) -> f64 {
    let critical = critical_depth(q);
    let excess = |h: f64| h + q * q / (2.0 * G * h * h) + z - head;
    match regime {
        Regime::Subcritical => root(critical, (head - z).max(critical) + 1.0, excess),
        Regime::Supercritical => root(1e-9, critical, excess),
    }
}

/// Depth (m) of flow that is critical on the crest.
fn over_the_crest(q: f64, x: f64) -> f64 {
    let head = CREST_Z + 1.5 * critical_depth(q);
    if (x - CREST_X).abs() < 1e-9 {
        return critical_depth(q);
    }
    depth_of_head(q, head, bed(x), if x < CREST_X { Regime::Subcritical } else { Regime::Supercritical })
}

fn tail_depth(q: f64, h_out: f64, x: f64) -> f64 {
    depth_of_head(q, h_out + q * q / (2.0 * G * h_out * h_out), bed(x), Regime::Subcritical)
}

/// Where the jump stands on the lee of the bump, m: momentum flux is the same on both sides.
fn jump_place(q: f64, h_out: f64) -> f64 {
    let momentum = |h: f64| q * q / h + 0.5 * G * h * h;
    let head_out = h_out + q * q / (2.0 * G * h_out * h_out);
    // Further up the head of the tail water does not suffice for a subcritical depth.
    let highest = head_out - 1.5 * critical_depth(q);
    let first = CREST_X + ((CREST_Z - highest).max(0.0) / 0.05).sqrt() + 1e-6;
    root(first, 12.0, |x| momentum(over_the_crest(q, x)) - momentum(tail_depth(q, h_out, x)))
}

struct Flow {
    q: f64,
    h_out: f64,
    most_secs: f64,
}

/// The steady state of a flow, with the grid's cell size and the eastings of the cells.
struct Steady {
    state: State,
    x: Vec<f64>,
    cell_m: f64,
    finding: Finding,
}

fn steady(flow: &Flow, order: Order, level: Level, exact: impl Fn(f64) -> f64) -> Steady {
    let n = level.of(N);
    let mut scenario = with_unit_discharge(strip(order, n, LENGTH_M, bed), flow.q);
    scenario.initial = Initial::Stage(flow.h_out);
    let scenario = with_open(scenario, Edge::East, BoundaryKind::Stage(Series::constant(flow.h_out)));
    let grid = scenario.terrain.grid;
    let solver = run_until_steady(&scenario, flow.most_secs, 1e-8);
    let state = State::of(&solver, &grid);
    let x = centres(&grid);
    let depth: Vec<f64> = x.iter().map(|&x| exact(x)).collect();
    let zs = &scenario.terrain.bed_m;
    let surface = |depth: &[f64]| depth.iter().zip(zs).map(|(h, z)| h + z).collect();
    let profile = Profile {
        measure: 0,
        x_label: "x, m".into(),
        y_label: "level, m".into(),
        reference: "exact".into(),
        x: x.clone(),
        computed: surface(&state.depth),
        exact: surface(&depth),
        bed: Some(zs.clone()),
    };
    let finding = Finding {
        grid: format!("{n} x {} m", grid.cell_m),
        measures: vec![Measure::error("rel. L1(h)", relative_l1(&state.depth, &depth))],
        soundness: state.soundness(&solver),
        profile: Some(profile),
    };
    Steady { state, x, cell_m: grid.cell_m, finding }
}

impl Steady {
    /// Deviation of the unit discharge from `q` in each cell, as a share of it.
    fn q_errors(&self, q: f64) -> Vec<f64> {
        self.state.qx().iter().map(|found| (found / q - 1.0).abs()).collect()
    }

    /// The finding with peers' L1(h) and the measure of the largest deviation of the discharge.
    fn judged(mut self, q: f64, reached: [f64; 2], reached_q: [f64; 2]) -> Finding {
        let largest = self.q_errors(q).into_iter().fold(0.0, f64::max);
        let h = self.finding.measures.remove(0);
        self.finding.measures = vec![
            h.reached(reached[0], reached[1]),
            Measure::error("max |q - q0| / q0", largest).reached(reached_q[0], reached_q[1]),
        ];
        self.finding
    }
}

fn subcritical(order: Order, level: Level) -> Finding {
    let flow = Flow { q: 4.42, h_out: 2.0, most_secs: 200.0 };
    let found = steady(&flow, order, level, |x| tail_depth(flow.q, flow.h_out, x));
    found.judged(flow.q, [0.0003, 0.00001], [0.0025, 0.0005])
}

fn transcritical(order: Order, level: Level) -> Finding {
    let flow = Flow { q: 1.53, h_out: 0.66, most_secs: 200.0 };
    let found = steady(&flow, order, level, |x| over_the_crest(flow.q, x));
    found.judged(flow.q, [0.001_55, 0.000_08], [0.0048, 0.0010])
}

fn with_jump(order: Order, level: Level) -> Finding {
    let flow = Flow { q: 0.18, h_out: 0.33, most_secs: 400.0 };
    let jump = jump_place(flow.q, flow.h_out);
    let exact = |x: f64| if x <= jump { over_the_crest(flow.q, x) } else { tail_depth(flow.q, flow.h_out, x) };
    let mut found = steady(&flow, order, level, exact);
    let q = mean_without_jump(&found.x, &found.q_errors(flow.q), jump);
    // The surface rises through the mean of both sides of the jump where the jump is.
    let (before, after) = (over_the_crest(flow.q, jump), tail_depth(flow.q, flow.h_out, jump));
    let beyond = found.x.iter().position(|x| *x > CREST_X + 0.5).unwrap_or(0);
    let at = (beyond..found.x.len()).find(|&k| found.state.depth[k] > 0.5 * (before + after)).unwrap_or(0);
    let off = (at as f64 * found.cell_m - jump).abs() / found.cell_m;
    let h = found.finding.measures.remove(0);
    found.finding.measures = vec![
        h.reached(0.0020, 0.0006),
        Measure::error("mean |q - q0| / q0, 2 cells at the jump left out", q).reached(0.0016, 0.0005),
        Measure::new("jump beside its exact place", Unit::Cells, off).bars(2.0, 2.0),
    ];
    found.finding
}

/// Mean of the errors without the two largest within five cells of the jump: a captured jump has a false discharge
/// inside it, whatever the scheme.
fn mean_without_jump(x: &[f64], errors: &[f64], jump: f64) -> f64 {
    let cell = x[1] - x[0];
    let (mut near, far): (Vec<f64>, Vec<f64>) = {
        let pairs = x.iter().zip(errors);
        let (near, far): (Vec<_>, Vec<_>) = pairs.partition(|(x, _)| (**x - jump).abs() < 5.0 * cell);
        (near.into_iter().map(|(_, e)| *e).collect(), far.into_iter().map(|(_, e)| *e).collect())
    };
    near.sort_by(f64::total_cmp);
    near.truncate(near.len().saturating_sub(2));
    let kept = (near.len() + far.len()) as f64;
    near.iter().chain(&far).sum::<f64>() / kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_jump_stands_where_momentum_says() {
        assert!((jump_place(0.18, 0.33) - 11.665_618).abs() < 1e-5, "{}", jump_place(0.18, 0.33));
    }

    #[test]
    fn heads_are_kept() {
        for x in [1.0, 8.5, 9.99, 10.0, 10.01, 13.0] {
            let h = over_the_crest(1.53, x);
            let head = h + 1.53_f64.powi(2) / (2.0 * G * h * h) + bed(x);
            assert!((head - (CREST_Z + 1.5 * critical_depth(1.53))).abs() < 1e-9, "{x}");
        }
        assert!((over_the_crest(1.53, 1.0) - 1.014_446_8).abs() < 1e-6);
    }
}
