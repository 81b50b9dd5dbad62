//! What is read of a channel as a line: fields, gauges, sections, extremes, volume at the start.

use super::{BANKFULL_M3S, CELL_M, N_ROWS, Series, hours, river, run_to};
use crate::analytic::basin::State;
use hetu::domain::scenario::{BoundaryKind, Gauge, Initial, Section};
use hetu::domain::swe::Solver;

const MIDDLE_M: f64 = 0.5 * N_ROWS as f64 * CELL_M;

/// Half of bankfull is steady: depth by Manning, one stage and one discharge wherever they are read.
#[test]
fn gauges_sections_and_fields_read_the_channel() {
    let discharge = 0.5 * BANKFULL_M3S;
    let mut scenario = river(discharge, Series::constant(discharge));
    let depth_m = scenario.channel.as_ref().unwrap().segments[0].section.normal_depth_m(discharge, 2e-4, 0.02);
    scenario.gauges = vec![
        Gauge { name: "in".into(), at: [10_000.0, MIDDLE_M + 30.0] },
        Gauge { name: "beside".into(), at: [10_000.0, MIDDLE_M + 1.5 * CELL_M] },
    ];
    let across = |name: &str, line| Section { name: name.into(), line };
    scenario.sections = vec![
        across("north", vec![[10_000.0, 0.0], [10_000.0, MIDDLE_M], [10_000.0, 2.0 * MIDDLE_M]]),
        across("south", vec![[10_000.0, 2.0 * MIDDLE_M], [10_000.0, 0.0]]),
        across("beside", vec![[4000.0, MIDDLE_M + CELL_M], [9000.0, MIDDLE_M + CELL_M]]),
    ];
    let mut solver = Solver::new(&scenario);
    run_to(&mut solver, 6.0);
    let gauges = solver.gauges();
    assert!((gauges[0].depth_m - depth_m).abs() < 2e-3, "{} beside {depth_m}", gauges[0].depth_m);
    // The bed lies 3 m under the lip, and the lip at 10 − 2e-4 · 10 km.
    assert!((gauges[0].stage_m - (10.0 - 2.0 - 3.0 + depth_m)).abs() < 2e-3, "{}", gauges[0].stage_m);
    assert!(gauges[0].u_mps > 0.5 && gauges[0].v_mps.abs() < 1e-12 && gauges[1].depth_m.abs() < 1e-12);
    let sections = solver.sections();
    let flows: Vec<f64> = sections.iter().map(|s| s.discharge_m3s).collect();
    assert!((flows[0] - discharge).abs() < 0.5 && (flows[0] + flows[1]).abs() < 1e-9 && flows[2].abs() < 1e-12);
    assert!((sections[0].mean_stage_m.unwrap() - gauges[0].stage_m).abs() < 1e-9);
    let State { depth, u, .. } = State::of(&solver, &scenario);
    for of in &scenario.channel.as_ref().unwrap().cells {
        assert!((depth[of.cell] - depth_m).abs() < 0.03 && u[of.cell] > 0.5, "{}", depth[of.cell]);
    }
}

#[test]
fn extremes_of_the_channel_go_with_its_water() {
    let scenario = river(200.0, hours(&[[0.0, 200.0], [5.0, 900.0], [10.0, 200.0]]));
    let cells: Vec<usize> = scenario.channel.as_ref().unwrap().cells.iter().map(|of| of.cell).collect();
    let mut solver = Solver::new(&scenario);
    let mut largest = vec![0.0_f64; scenario.terrain.bed_m.len()];
    for hour in 0..40 {
        run_to(&mut solver, 0.5 * f64::from(hour));
        for (most, depth) in largest.iter_mut().zip(State::of(&solver, &scenario).depth) {
            *most = most.max(depth);
        }
    }
    let envelope = solver.envelope();
    for cell in cells {
        let most = f64::from(envelope.max_depth_m[cell]);
        assert!(most >= largest[cell] - 1e-6 && most < largest[cell] + 0.02, "{most} {}", largest[cell]);
        // Wet at the start, and ever since.
        assert!(envelope.arrival_secs[cell].abs() < 1e-6);
        assert!((f64::from(envelope.duration_secs[cell]) - 19.5 * 3600.0).abs() < 1.0);
        let hour = envelope.max_depth_at_secs[cell] / 3600.0;
        assert!((5.0..9.0).contains(&hour), "{hour} h");
        assert!(envelope.hazard_class[cell] >= 4 && envelope.max_speed_mps[cell] > 0.8);
        assert!(envelope.max_rise_mps[cell] > 0.0);
    }
}

/// Depths given on cells fill the channel to their level; a stage beyond its end and a rating rule it.
#[test]
fn depths_on_cells_fill_the_channel_and_a_stage_holds_its_end() {
    let mut scenario = river(200.0, Series::constant(0.0));
    let line = scenario.channel.as_mut().unwrap();
    line.start = hetu::domain::river::line::LineStart::AsCells;
    let mut depth_m = vec![0.0; scenario.terrain.bed_m.len()];
    for of in &line.cells {
        depth_m[of.cell] = 1.0;
    }
    let zeros = vec![0.0; depth_m.len()];
    scenario.initial = Initial::Fields { depth_m, u_mps: zeros.clone(), v_mps: zeros };
    let end_m = scenario.terrain.bed_m[scenario.channel.as_ref().unwrap().cells[49].cell] + 2.0;
    scenario.boundaries[1].kind = BoundaryKind::Stage(Series::constant(end_m));
    let mut solver = Solver::new(&scenario);
    // 20 km of a trapezoid with 1 m of water: 180 m + 40 m/m · 1 m, halved: 200 m² of area.
    assert!((solver.budget().initial / (200.0 * 20_000.0) - 1.0).abs() < 0.02, "{}", solver.budget().initial);
    run_to(&mut solver, 48.0);
    let depth = State::of(&solver, &scenario).depth;
    let last = scenario.channel.as_ref().unwrap().cells[49].cell;
    let level = scenario.terrain.bed_m[last] + depth[last];
    assert!((level - end_m).abs() < 0.02, "{level} {end_m}");
    assert!(solver.budget().residual_frac().abs() < 1e-12);
}
