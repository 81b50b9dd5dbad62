//! Flow through a breach in a levee beside the formula of the broad-crested weir.

use super::setup::{G, State, advance, basin, with_manning, with_open, with_water};
use super::{Case, Cost, Finding, Level, Measure, Unit};
use crate::domain::scenario::{
    BoundaryKind, Breach, Edge, Event, EventKind, Gauge, Growth, Order, Section, Series, Wall,
};
use crate::domain::swe::Solver;

pub(super) const CASES: &[Case] = &[Case {
    name: "breach",
    title: "Breach of 20 m in a levee (broad-crested weir)",
    cost: Cost::Quick,
    refines: false,
    run: breach,
}];

const STAGE_M: f64 = 3.0;
const SILL_M: f64 = 1.0;
const BEHIND_M: f64 = 0.9;
const WIDTH_M: f64 = 20.0;
const WALL_X: f64 = 80.0;
/// From then on the flow is taken as steady but for swaying.
const STEADY_FROM_SECS: f64 = 200.0;
const LOOK_SECS: f64 = 2.0;
const N_LOOKS: u32 = 100;
const SIZE_M: [f64; 2] = [160.0, 120.0];

/// Free flow over a broad crest: critical depth on it, Q = (2/3)^(3/2) √g b H^(3/2) (Bos 1989, Discharge measurement
/// structures, with a coefficient of 1), m³/s; `head` is the energy head over the crest, m.
fn free_flow(width: f64, head: f64) -> f64 {
    (2.0_f64 / 3.0).powf(1.5) * G.sqrt() * width * head.powf(1.5)
}

/// What is left of free flow where the tail water stands `tail` above the crest (Villemonte 1947).
fn drowned_share(tail: f64, head: f64) -> f64 {
    (1.0 - (tail / head).clamp(0.0, 1.0).powf(1.5)).powf(0.385)
}

/// Discharge through the breach (m³/s), energy head before it and depth of the tail water above the crest (m).
struct Flow {
    discharge: f64,
    head: f64,
    tail: f64,
}

fn flow(order: Order, n: usize, tail_stage: Option<f64>) -> (Flow, super::Soundness) {
    let cell = SIZE_M[0] / n as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number of cells")]
    let n_rows = (SIZE_M[1] / cell).round() as usize;
    // The land behind lies lower: without a tail stage the water there does not reach the crest.
    let drop = if tail_stage.is_some() { 0.0 } else { 1.0 };
    let bed = |x: f64, _: f64| if x < WALL_X { 0.0 } else { -drop };
    let scenario = with_manning(basin(order, n, n_rows, cell, bed), 0.02);
    let scenario = with_open(scenario, Edge::West, BoundaryKind::Stage(Series::constant(STAGE_M)));
    let kind = tail_stage.map_or(BoundaryKind::Free, |stage| BoundaryKind::Stage(Series::constant(stage)));
    let mut scenario = with_open(scenario, Edge::East, kind);
    let middle = 0.5 * SIZE_M[1];
    let line = vec![[WALL_X, 0.0], [WALL_X, SIZE_M[1]]];
    scenario.walls.push(Wall::new("levee", line.clone(), vec![5.0, 5.0]));
    let breach = Breach {
        name: "breach".into(),
        wall: "levee".into(),
        at: Some([WALL_X, middle]),
        width_m: WIDTH_M,
        sill_m: SILL_M,
        growth: Growth::Prescribed { grows_over_secs: 10.0, initial_width_m: WIDTH_M, widens_over_secs: 0.0 },
        when: None,
        through: Vec::new(),
    };
    scenario.events.push(Event { at_secs: 0.0, what: EventKind::Breach(breach) });
    // The reservoir is full from the start; the water behind the levee stands just below the crest.
    let mut scenario = with_water(scenario, |x, y| [if x < WALL_X { STAGE_M } else { BEHIND_M } - bed(x, y), 0.0, 0.0]);
    scenario.gauges.push(Gauge { name: "before".into(), at: [WALL_X - 2.0 * WIDTH_M, middle] });
    scenario.gauges.push(Gauge { name: "behind".into(), at: [SIZE_M[0] - 2.0 * cell, 0.1 * SIZE_M[1]] });
    scenario.sections.push(Section { name: "levee".into(), line });
    let mut solver = Solver::new(&scenario);
    advance(&mut solver, STEADY_FROM_SECS);
    // The mean over some time: water sways between the two ends for long.
    let mut flow = Flow { discharge: 0.0, head: 0.0, tail: 0.0 };
    for k in 1..=N_LOOKS {
        advance(&mut solver, STEADY_FROM_SECS + LOOK_SECS * f64::from(k));
        let (gauges, sections) = (solver.gauges(), solver.sections());
        let speed = gauges[0].u_mps.hypot(gauges[0].v_mps);
        let share = 1.0 / f64::from(N_LOOKS);
        flow.discharge += share * sections[0].discharge_m3s;
        flow.head += share * (gauges[0].stage_m + speed * speed / (2.0 * G) - SILL_M);
        flow.tail += share * (gauges[1].stage_m - SILL_M);
    }
    let state = State::of(&solver, &scenario.terrain.grid);
    (flow, state.soundness(&solver))
}

fn breach(order: Order, level: Level) -> Finding {
    let n = level.of(80);
    let (free, sound) = flow(order, n, None);
    let (drowned, other) = flow(order, n, Some(2.6));
    let formula = free_flow(WIDTH_M, free.head);
    let drowned_formula = free_flow(WIDTH_M, drowned.head) * drowned_share(drowned.tail, drowned.head);
    let off = |found: f64, formula: f64| (found / formula - 1.0).abs();
    Finding {
        grid: format!("{n} x {} x {} m", n * 3 / 4, SIZE_M[0] / n as f64),
        measures: vec![
            Measure::new(
                format!("free flow {:.1} m3/s beside the formula's {formula:.1}", free.discharge),
                Unit::Percent,
                off(free.discharge, formula),
            )
            .bars(0.15, 0.10),
            Measure::new(
                format!("drowned flow {:.1} m3/s beside {drowned_formula:.1} (Villemonte 1947)", drowned.discharge),
                Unit::Percent,
                off(drowned.discharge, drowned_formula),
            ),
        ],
        soundness: sound.worse(&other),
        profile: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas() {
        // 1.705 b H^1.5.
        assert!((free_flow(20.0, 2.0) - 1.7049 * 20.0 * 2.0_f64.powf(1.5)).abs() < 0.01);
        assert!((drowned_share(0.8, 1.0) - 0.6164).abs() < 1e-3);
        assert!((drowned_share(-0.3, 1.0) - 1.0).abs() < 1e-12);
    }
}
