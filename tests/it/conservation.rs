//! Volume closes, depth stays positive, mirrored input gives mirrored output.

#![expect(clippy::float_cmp, reason = "what is compared so is exact")]
#![expect(clippy::cast_possible_truncation, reason = "the envelope is in single precision")]

use crate::analytic::basin::{
    State, advance, assert_sound, basin, field, run, series, with_depth, with_manning, with_open,
};
use hetu::domain::hazard::hazard_class;
use hetu::domain::scenario::{
    BoundaryKind, Breach, Edge, Event, EventKind, Gauge, Growth, Infiltration, Initial, PointSource, Rain, Scenario,
    Section, Series, Steps, Wall,
};
use hetu::domain::swe::Solver;
use hetu::domain::swe::walls::wall_faces;
use proptest::prelude::{ProptestConfig, any, prop, proptest};

/// Rounding of a volume booked in some hundred parts, relative.
const EXACT: f64 = 1e-12;

/// Rounding of a flux or of the rain of a step, which are in single precision, relative.
const SINGLE: f64 = 2e-7;

fn near(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{found}, expected {expected}");
}

// ---------------------------------------------------------------- boundaries

/// A sloping channel of 60 by 8 cells of 20 m with a deeper middle, dry.
fn channel() -> Scenario {
    let mut scenario = with_manning(
        basin(60, 8, 20.0, |x, y| 0.001 * (1200.0 - x) + if (60.0..100.0).contains(&y) { 0.0 } else { 0.8 }),
        0.03,
    );
    scenario.numerics.dry_depth_m = 1e-3;
    scenario
}

#[test]
fn a_discharge_enters_a_dry_span_with_exactly_its_volume() {
    let hydrograph = series(&[[0.0, 0.0], [333.3, 50.0], [600.0, 50.0], [601.0, 10.0]]);
    let scenario = with_open(channel(), Edge::West, BoundaryKind::Discharge(hydrograph));
    let solver = run(&scenario, 900.0);
    let asked = 0.5 * 333.3 * 50.0 + (600.0 - 333.3) * 50.0 + 30.0 + 10.0 * (900.0 - 601.0);
    near(solver.budget().inflow, asked, SINGLE);
    // The deep middle takes it; the sides at the edge stay dry while it can.
    let state = State::of(&solver, &scenario);
    assert!(state.depth[3 * 60] > 0.3 && state.depth[0] < state.depth[3 * 60]);
}

#[test]
fn a_discharge_enters_on_every_edge() {
    for edge in [Edge::West, Edge::East, Edge::South, Edge::North] {
        let kind = BoundaryKind::Discharge(Series::constant(12.0));
        let scenario = with_open(with_manning(basin(37, 21, 10.0, |_, _| 0.0), 0.03), edge, kind);
        near(run(&scenario, 100.0).budget().inflow, 1200.0, SINGLE);
    }
}

#[test]
fn a_negative_discharge_takes_what_is_there_and_no_more() {
    let kind = BoundaryKind::Discharge(Series::constant(-5.0));
    let scenario = with_open(with_depth(basin(30, 5, 10.0, |_, _| 0.0), |_, _| 1.0), Edge::East, kind);
    let solver = run(&scenario, 100.0);
    near(solver.budget().outflow, 500.0, SINGLE);
    let later = run(&scenario, 40_000.0).budget();
    assert!(later.outflow > 0.95 * later.initial && later.outflow <= later.initial);
}

#[test]
fn a_stage_fills_the_domain_to_its_level_and_empties_it_again() {
    let tide = series(&[[0.0, 0.5], [3000.0, 2.0], [6000.0, 2.0], [9000.0, 1.0]]);
    let scenario = with_manning(basin(25, 9, 20.0, |x, _| 0.002 * x), 0.03);
    let mut scenario = with_open(scenario, Edge::West, BoundaryKind::Stage(tide));
    scenario.gauges.push(Gauge { name: "inner".into(), at: [450.0, 90.0] });
    let mut solver = Solver::new(&scenario);
    advance(&mut solver, 6000.0);
    assert!((solver.gauges()[0].stage_m - 2.0).abs() < 0.01, "{:?}", solver.gauges());
    advance(&mut solver, 20_000.0);
    assert!((solver.gauges()[0].stage_m - 1.0).abs() < 0.01, "{:?}", solver.gauges());
    assert_sound(&solver, &scenario);
}

#[test]
fn a_rating_lets_out_what_its_table_says() {
    let table = vec![[0.0, 0.0], [10.0, 30.0]];
    let scenario = with_depth(with_manning(basin(50, 10, 20.0, |_, _| 0.0), 0.03), |_, _| 2.0);
    let scenario = with_open(scenario, Edge::North, BoundaryKind::Rating(table));
    let mut solver = Solver::new(&scenario);
    advance(&mut solver, 2000.0);
    // The pool sinks as a whole: A dh/dt = −3 h.
    let area = 1000.0_f64 * 200.0;
    near(solver.budget().stored, 2.0 * area * (-3.0 * 2000.0 / area).exp(), 2e-3);
    assert_sound(&solver, &scenario);
}

#[test]
fn a_free_edge_lets_a_wave_out() {
    let hump = |x: f64| 1.0 + 0.05 * (-((x - 500.0) / 60.0).powi(2)).exp();
    let scenario = with_depth(basin(100, 1, 10.0, |_, _| 0.0), |x, _| hump(x));
    let scenario = with_open(scenario, Edge::East, BoundaryKind::Free);
    let scenario = with_open(scenario, Edge::West, BoundaryKind::Free);
    let state = State::of(&run(&scenario, 400.0), &scenario);
    let worst = state.depth.iter().map(|h| (h - 1.0).abs()).fold(0.0, f64::max);
    // Each half of the hump is 0.025 m high on its way; a wall would send all of it back.
    assert!(worst < 0.0025, "{worst}");
}

#[test]
fn an_inflow_imposes_depth_and_discharge() {
    let kind = BoundaryKind::Inflow { depth_m: Series::constant(0.8), unit_discharge_m2s: Series::constant(4.0) };
    let scenario = with_open(basin(40, 3, 5.0, |_, _| 0.0), Edge::West, kind);
    let scenario = with_open(scenario, Edge::East, BoundaryKind::Free);
    let solver = run(&scenario, 400.0);
    near(solver.budget().inflow, 4.0 * 15.0 * 400.0, EXACT);
    // Supercritical (Froude 1.8): the imposed state fills the flume.
    let state = State::of(&solver, &scenario);
    assert!((state.depth[60] - 0.8).abs() < 1e-6 && (state.u[60] - 5.0).abs() < 1e-6);
}

#[test]
fn an_edge_named_wall_or_not_named_is_shut() {
    let scenario = with_depth(basin(20, 20, 5.0, |_, _| 0.0), |x, _| if x < 30.0 { 3.0 } else { 1.0 });
    let scenario = with_open(scenario, Edge::East, BoundaryKind::Wall);
    let budget = run(&scenario, 200.0).budget();
    assert_eq!((budget.inflow, budget.outflow), (0.0, 0.0));
}

// ---------------------------------------------------------------- sections

#[test]
fn sections_across_a_steady_channel_read_the_discharge_with_its_sign() {
    let scenario = with_open(channel(), Edge::West, BoundaryKind::Discharge(Series::constant(40.0)));
    let mut scenario = with_open(scenario, Edge::East, BoundaryKind::NormalDepth { slope: 0.001 });
    let lines = [
        ("north", vec![[600.0, 0.0], [600.0, 160.0]]),
        ("south", vec![[600.0, 160.0], [600.0, 0.0]]),
        ("skew", vec![[320.0, 0.0], [700.0, 160.0]]),
        ("along", vec![[0.0, 80.0], [1200.0, 80.0]]),
    ];
    for (name, line) in lines {
        scenario.sections.push(Section { name: name.into(), line });
    }
    let solver = run(&scenario, 20_000.0);
    let read: Vec<f64> = solver.sections().iter().map(|s| s.discharge_m3s).collect();
    near(read[0], 40.0, 1e-3);
    near(read[1], -40.0, 1e-3);
    near(read[2], 40.0, 1e-3);
    assert!(read[3].abs() < 0.4, "{read:?}");
    let stage = solver.sections()[0].mean_stage_m.unwrap();
    assert!(stage > 0.6 && stage < 2.5, "{stage}");
}

#[test]
fn a_section_reads_the_discharge_of_the_initial_state_before_any_step() {
    let mut scenario = basin(40, 6, 10.0, |_, _| 0.0);
    let n = scenario.terrain.grid.n_cells();
    scenario.initial = Initial::Fields { depth_m: vec![2.0; n], u_mps: vec![0.5; n], v_mps: vec![0.0; n] };
    scenario.sections.push(Section { name: "s".into(), line: vec![[200.0, 0.0], [200.0, 60.0]] });
    let solver = Solver::new(&scenario);
    near(solver.sections()[0].discharge_m3s, 2.0 * 0.5 * 60.0, EXACT);
    assert_eq!(solver.counters().n_steps, 0);
}

#[test]
fn a_dry_section_has_no_stage_and_a_dry_gauge_shows_the_bed() {
    let mut scenario = channel();
    scenario.sections.push(Section { name: "s".into(), line: vec![[600.0, 0.0], [600.0, 160.0]] });
    scenario.gauges.push(Gauge { name: "g".into(), at: [610.0, 70.0] });
    let solver = run(&scenario, 100.0);
    assert_eq!(solver.sections()[0].mean_stage_m, None);
    let gauge = solver.gauges()[0];
    assert!(gauge.depth_m == 0.0 && (gauge.stage_m - 0.001 * 590.0).abs() < 1e-6);
}

// ---------------------------------------------------------------- walls and breaches

/// Two pools on a flat bed, 3 m and nothing, with a wall of the given crest from corner to corner.
fn two_pools(crest: f64) -> Scenario {
    let mut scenario =
        with_depth(with_manning(basin(50, 40, 10.0, |_, _| 0.0), 0.03), |x, y| if y > x * 0.8 { 3.0 } else { 0.0 });
    scenario.walls.push(Wall::new("dike", vec![[0.0, 0.0], [500.0, 400.0]], vec![crest; 2]));
    // Whatever the staircase leaves on the dry side starts dry.
    let dry = cells_below(&scenario);
    if let Initial::Fields { depth_m, .. } = &mut scenario.initial {
        for (k, h) in depth_m.iter_mut().enumerate() {
            *h = if dry[k] { 0.0 } else { 3.0 };
        }
    }
    scenario
}

/// Cells reached from the south-eastern corner without crossing a wall.
fn cells_below(scenario: &Scenario) -> Vec<bool> {
    let grid = scenario.terrain.grid;
    let shut: Vec<_> = wall_faces(&grid, &scenario.walls).iter().map(|f| f.face.cells(&grid)).collect();
    let mut seen = vec![false; grid.n_cells()];
    let mut open = vec![(grid.n_rows - 1, grid.n_cols - 1)];
    while let Some((row, col)) = open.pop() {
        if std::mem::replace(&mut seen[grid.index(row, col)], true) {
            continue;
        }
        let mut beside = vec![(row + 1, col), (row, col + 1)];
        beside.extend(row.checked_sub(1).map(|r| (r, col)));
        beside.extend(col.checked_sub(1).map(|c| (row, c)));
        for (r, c) in beside.into_iter().filter(|&(r, c)| r < grid.n_rows && c < grid.n_cols) {
            let crossed = shut.iter().any(|s| s.contains(&Some((row, col))) && s.contains(&Some((r, c))));
            if !crossed {
                open.push((r, c));
            }
        }
    }
    seen
}

fn volume_where(state: &State, cells: &[bool]) -> f64 {
    state.depth.iter().zip(cells).filter(|(_, inside)| **inside).map(|(h, _)| h * 100.0).sum()
}

#[test]
fn a_diagonal_wall_does_not_leak() {
    let scenario = two_pools(3.5);
    let dry = cells_below(&scenario);
    let n_dry = dry.iter().filter(|d| **d).count();
    assert!((900..1100).contains(&n_dry), "the wall parts the basin in halves, {n_dry}");
    let state = State::of(&run(&scenario, 500.0), &scenario);
    assert_eq!(volume_where(&state, &dry), 0.0);
}

#[test]
fn water_above_the_crest_overtops_until_it_is_level_with_it() {
    let scenario = two_pools(2.5);
    let dry = cells_below(&scenario);
    let state = State::of(&run(&scenario, 20_000.0), &scenario);
    // 0.5 m over half of the basin has gone over; the pool stands at the crest.
    let upper: Vec<bool> = dry.iter().map(|d| !d).collect();
    let n_upper = upper.iter().filter(|d| **d).count() as f64;
    let mean = volume_where(&state, &upper) / (100.0 * n_upper);
    assert!((mean - 2.5).abs() < 0.01, "{mean}");
    assert!(volume_where(&state, &dry) > 0.0);
}

#[test]
fn a_wall_that_is_hit_by_a_wave_reflects_it() {
    // A bore of 1.5 m on 1 m runs into a wall: the reflected depth follows from the jump conditions (Stoker 1957).
    let g = 9.81_f64;
    let (h0, h1) = (1.0_f64, 1.5_f64);
    let u1 = (h1 - h0) * (0.5 * g * (h0 + h1) / (h0 * h1)).sqrt();
    let scenario = with_depth(basin(200, 1, 1.0, |_, _| 0.0), |_, _| h0);
    let kind = BoundaryKind::Inflow { depth_m: Series::constant(h1), unit_discharge_m2s: Series::constant(h1 * u1) };
    let state = State::of(&run(&with_open(scenario.clone(), Edge::West, kind), 55.0), &scenario);
    let off = |h2: f64| (h2 - h1) * (0.5 * g * (h2 + h1) / (h2 * h1)).sqrt() - u1;
    let (mut low, mut high) = (h1, 3.0 * h1);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if off(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    near(state.depth[190], low, 0.005);
    assert!(state.u[190].abs() < 0.02);
}

#[test]
fn a_breach_opens_at_its_time_over_its_width_down_to_its_sill() {
    let mut scenario =
        with_depth(with_manning(basin(40, 40, 10.0, |_, _| 0.0), 0.03), |x, _| if x < 200.0 { 3.0 } else { 0.0 });
    scenario.walls.push(Wall::new("dike", vec![[200.0, 0.0], [200.0, 400.0]], vec![4.0; 2]));
    let what = EventKind::Breach(Breach {
        name: "b".into(),
        wall: "dike".into(),
        at: Some([190.0, 205.0]),
        width_m: 50.0,
        sill_m: 1.0,
        growth: Growth::Prescribed { grows_over_secs: 200.0, initial_width_m: 50.0, widens_over_secs: 0.0 },
        when: None,
        through: Vec::new(),
    });
    scenario.events.push(Event { at_secs: 100.0, what });
    scenario.sections.push(Section { name: "gap".into(), line: vec![[200.0, 180.0], [200.0, 230.0]] });
    scenario.sections.push(Section { name: "rest".into(), line: vec![[200.0, 230.0], [200.0, 400.0]] });
    let mut solver = Solver::new(&scenario);
    advance(&mut solver, 100.0);
    assert_eq!(solver.envelope().max_speed_mps.iter().copied().fold(0.0, f32::max), 0.0);
    // The crest reaches the water, 3 m, after a third of the growth.
    advance(&mut solver, 166.0);
    assert_eq!(solver.sections()[0].discharge_m3s, 0.0);
    advance(&mut solver, 300.0);
    assert!(solver.sections()[0].discharge_m3s > 50.0, "{:?}", solver.sections());
    assert_eq!(solver.sections()[1].discharge_m3s, 0.0);
    advance(&mut solver, 40_000.0);
    assert_sound(&solver, &scenario);
    // Half of 3 m everywhere is above the sill: the levels meet.
    let state = State::of(&solver, &scenario);
    let (least, most) =
        state.depth.iter().fold((f64::INFINITY, 0.0_f64), |(least, most), &h| (least.min(h), most.max(h)));
    assert!((least - 1.5).abs() < 0.02 && (most - 1.5).abs() < 0.02, "{least} {most}");
}

#[test]
fn a_breach_below_the_pool_stops_at_its_sill() {
    let mut scenario = two_pools(4.0);
    let what = EventKind::Breach(Breach {
        name: "b".into(),
        wall: "dike".into(),
        at: Some([250.0, 200.0]),
        width_m: 40.0,
        sill_m: 2.0,
        growth: Growth::Prescribed { grows_over_secs: 0.0, initial_width_m: 40.0, widens_over_secs: 0.0 },
        when: None,
        through: Vec::new(),
    });
    scenario.events.push(Event { at_secs: 10.0, what });
    let dry = cells_below(&scenario);
    let state = State::of(&run(&scenario, 30_000.0), &scenario);
    let upper: Vec<bool> = dry.iter().map(|d| !d).collect();
    let mean = volume_where(&state, &upper) / (100.0 * upper.iter().filter(|d| **d).count() as f64);
    assert!((mean - 2.0).abs() < 0.02, "{mean}");
}

// ---------------------------------------------------------------- sources, rain, infiltration

#[test]
fn sources_give_and_take_their_volumes() {
    let mut scenario = with_depth(basin(20, 20, 10.0, |_, _| 0.0), |x, _| if x < 100.0 { 1.0 } else { 0.0 });
    let mut add = |name: &str, at, discharge_m3s| {
        scenario.sources.push(PointSource { name: name.into(), at, discharge_m3s });
    };
    add("spring", [155.0, 55.0], series(&[[0.0, 0.0], [50.0, 8.0]]));
    add("pump", [55.0, 55.0], Series::constant(-3.0));
    let budget = run(&scenario, 100.0).budget();
    near(budget.inflow, 200.0 + 400.0, EXACT);
    near(budget.outflow, 300.0, EXACT);
}

#[test]
fn a_sink_takes_no_more_than_there_is() {
    let mut scenario = with_depth(basin(3, 3, 10.0, |_, _| 0.0), |_, _| 0.01);
    let discharge_m3s = Series::constant(-100.0);
    scenario.sources.push(PointSource { name: "drain".into(), at: [15.0, 15.0], discharge_m3s });
    let budget = run(&scenario, 600.0).budget();
    assert!(budget.outflow <= budget.initial && budget.outflow > 0.3, "{budget:?}");
}

#[test]
fn a_strong_source_on_dry_ground_shortens_the_step_and_stays_sound() {
    let mut scenario = basin(41, 41, 1.0, |_, _| 0.0);
    let discharge_m3s = Series::constant(50.0);
    scenario.sources.push(PointSource { name: "burst".into(), at: [20.5, 20.5], discharge_m3s });
    let mut solver = Solver::new(&scenario);
    let first = solver.step(1.0);
    assert!(first < 0.2, "{first}");
    advance(&mut solver, 5.0);
    assert_sound(&solver, &scenario);
    near(solver.budget().inflow, 250.0, EXACT);
}

#[test]
fn rain_falls_on_every_cell_of_the_domain_and_the_ground_takes_its_rate() {
    let mut scenario = basin(33, 18, 50.0, |_, _| 0.0);
    scenario.terrain.bed_m[..10].fill(f64::NAN);
    scenario.rain = Some(Rain::Uniform(series(&[[0.0, 0.0], [1800.0, 60.0], [3600.0, 0.0]])));
    scenario.infiltration = Some(Infiltration::Constant { mm_per_hour: 6.0 });
    let solver = run(&scenario, 7200.0);
    let area = (33.0 * 18.0 - 10.0) * 2500.0;
    near(solver.budget().rain, 0.030 * area, SINGLE);
    // 6 mm/h over two hours, less what fell too slowly in the first and last minutes of the rain.
    let soaked = solver.budget().infiltrated / area;
    assert!(soaked > 0.0118 && soaked <= 0.012, "{soaked}");
}

#[test]
fn the_ground_takes_only_what_is_there() {
    let mut scenario = with_depth(basin(10, 10, 10.0, |_, _| 0.0), |_, _| 0.004);
    scenario.infiltration = Some(Infiltration::Constant { mm_per_hour: 12.0 });
    let solver = run(&scenario, 3600.0);
    near(solver.budget().infiltrated, 0.004 * 10_000.0, SINGLE);
    assert_eq!(solver.budget().stored, 0.0);
}

// ---------------------------------------------------------------- steps and the envelope

#[test]
fn a_dry_domain_takes_long_steps_and_hits_the_asked_time() {
    let scenario = channel();
    let mut solver = Solver::new(&scenario);
    assert_eq!(solver.step(150.0), 60.0);
    advance(&mut solver, 150.0);
    assert_eq!(solver.step(150.0), 0.0);
    assert_eq!(solver.counters().n_steps, 3);
    assert_eq!(solver.counters().cell_updates, 0);
    assert_eq!(solver.estimate_step_secs(), 60.0);
}

#[test]
fn the_first_step_keeps_to_the_courant_number() {
    let scenario = with_depth(basin(8, 8, 10.0, |_, _| 0.0), |_, _| 2.0);
    let expected = 0.45 * 10.0 / (9.81_f64 * 2.0).sqrt();
    near(Solver::new(&scenario).estimate_step_secs(), expected, SINGLE);
    near(Solver::new(&scenario).step(1e9), expected, SINGLE);
}

#[test]
fn the_envelope_keeps_extremes_arrival_and_duration() {
    let mut scenario =
        with_depth(with_manning(basin(60, 3, 10.0, |_, _| 0.0), 0.03), |x, _| if x < 100.0 { 2.0 } else { 0.0 });
    // Every step is looked at, and there are 512 ticks in a second.
    scenario.numerics.steps = Steps::Uniform;
    scenario.duration_secs = 120.0;
    let mut solver = Solver::new(&scenario);
    let n = scenario.terrain.grid.n_cells();
    let (mut deepest, mut fastest, mut dv, mut arrival, mut duration) =
        (vec![0.0; n], vec![0.0; n], vec![0.0; n], vec![f64::NAN; n], vec![0.0; n]);
    let (mut rating, mut class, mut deepest_at) = (vec![0.0; n], vec![0; n], vec![f64::NAN; n]);
    let mut before = State::of(&solver, &scenario).depth;
    let (mut marked, mut marked_secs, mut rise) = (before.clone(), 0.0, vec![0.0; n]);
    let mut dt = 0.0;
    loop {
        let state = State::of(&solver, &scenario);
        for k in 0..n {
            let (h, speed) = (state.depth[k], state.u[k].hypot(state.v[k]));
            if h as f32 > deepest[k] as f32 {
                deepest_at[k] = solver.time_secs();
            }
            deepest[k] = f64::max(deepest[k], h);
            fastest[k] = f64::max(fastest[k], speed);
            dv[k] = f64::max(dv[k], h * speed);
            rating[k] = f64::max(rating[k], h * (speed + 0.5));
            class[k] = class[k].max(hazard_class(h, speed));
            // Linear between the ends of the step, h before and h now.
            let (from, to) = (before[k] - 0.05, h - 0.05);
            let crossed = if from * to < 0.0 { from / (from - to) } else { 0.0 };
            duration[k] += dt * if to >= 0.0 { 1.0 - crossed } else { crossed };
            if to >= 0.0 && arrival[k].is_nan() {
                arrival[k] = solver.time_secs() - dt * (1.0 - crossed);
            }
        }
        let over_secs = solver.time_secs() - marked_secs;
        if over_secs >= 60.0 {
            for k in 0..n {
                rise[k] = f64::max(rise[k], (state.depth[k] - marked[k]) / over_secs);
            }
            (marked, marked_secs) = (state.depth.clone(), solver.time_secs());
        }
        before = state.depth;
        dt = solver.step(120.0);
        if dt == 0.0 {
            break;
        }
    }
    let envelope = solver.envelope();
    let close = |found: &[f32], expected: &[f64], tolerance: f64| {
        for (f, e) in found.iter().zip(expected) {
            assert!(
                (f64::from(*f) - e).abs() <= tolerance * e.abs().max(4e-3) || (f.is_nan() && e.is_nan()),
                "{f} {e}"
            );
        }
    };
    close(&envelope.max_depth_m, &deepest, 1e-6);
    // Kept in 16 bits.
    close(&envelope.max_speed_mps, &fastest, 2.5e-4);
    close(&envelope.max_dv_m2s, &dv, 2.5e-4);
    close(&envelope.max_hazard_rating_m2s, &rating, 2.5e-4);
    assert_eq!(envelope.hazard_class, class);
    let near = |found: &[f32], expected: &[f64], tolerance: f64| {
        for (f, e) in found.iter().zip(expected) {
            assert!((f64::from(*f) - e).abs() <= tolerance || (f.is_nan() && e.is_nan()), "{f} {e}");
        }
    };
    // Rounded to ticks.
    let tick = 1.0 / 512.0;
    near(&envelope.arrival_secs, &arrival, 0.51 * tick);
    // Two roundings at each crossing.
    near(&envelope.duration_secs, &duration, 3.0 * tick);
    for k in 0..n {
        let reached = deepest[k] >= 0.05;
        near(&envelope.max_depth_at_secs[k..=k], &[if reached { deepest_at[k] } else { f64::NAN }], 0.51 * tick);
        rise[k] = f64::max(rise[k], (before[k] - marked[k]) / 60.0);
    }
    // The lower bound of the unfinished minute is in it.
    close(&envelope.max_rise_mps, &rise, 2.5e-4);
    assert!(rise[30] > 1e-3 && class.contains(&0) && class.contains(&4), "{} {class:?}", rise[30]);
    assert!(arrival[30] > 0.0 && arrival.iter().any(|a| a.is_nan()) && arrival[0] == 0.0);
}

// ---------------------------------------------------------------- anything at all

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// Random beds with holes, walls, water, forcing: volume closes, depth is not negative, nothing breaks.
    #[test]
    fn random_floods_close_their_volume(
        (n_cols, n_rows) in (3_usize..40, 3_usize..40),
        heights in prop::collection::vec(0.0_f64..6.0, 64),
        depths in prop::collection::vec(-2.0_f64..4.0, 64),
        hole in 0_usize..9,
        crest in 0.0_f64..8.0,
        inflow in -40.0_f64..80.0,
        source in -10.0_f64..10.0,
        rain in 0.0_f64..200.0,
        infiltration in 0.0_f64..50.0,
        kind in 0_u8..4,
        friction in any::<bool>(),
    ) {
        let pick = |values: &[f64], x: f64, y: f64| {
            let patch = (x / 23.0).floor() * 5.0 + (y / 17.0).floor() * 3.0;
            *values.iter().enumerate().find(|(k, _)| *k as f64 == patch % 64.0).expect("there are 64 values").1
        };
        let mut scenario = basin(n_cols, n_rows, 10.0, |x, y| pick(&heights, x, y));
        if friction {
            scenario = with_manning(scenario, 0.035);
        }
        scenario = with_depth(scenario, |x, y| pick(&depths, y, x).max(0.0));
        scenario.numerics.dry_depth_m = 1e-3;
        let middle = n_cols * (n_rows / 2) + n_cols / 2;
        scenario.terrain.bed_m[middle..(middle + hole).min(n_cols * n_rows)].fill(f64::NAN);
        if let Initial::Fields { depth_m, .. } = &mut scenario.initial {
            depth_m[middle..(middle + hole).min(n_cols * n_rows)].fill(0.0);
        }
        let (width, height) = (n_cols as f64 * 10.0, n_rows as f64 * 10.0);
        let line = vec![[0.0, 0.3 * height], [0.6 * width, 0.9 * height], [width, 0.1 * height]];
        scenario.walls.push(Wall::new("w", line, vec![crest, crest + 1.0, crest]));
        let at = [0.25 * width, 0.25 * height];
        scenario.sources.push(PointSource { name: "s".into(), at, discharge_m3s: Series::constant(source) });
        scenario.rain = Some(Rain::Uniform(Series::constant(rain)));
        scenario.infiltration = Some(Infiltration::Constant { mm_per_hour: infiltration });
        let scenario = with_open(scenario, Edge::West, BoundaryKind::Discharge(Series::constant(inflow)));
        let scenario = with_open(scenario, Edge::North, match kind {
            0 => BoundaryKind::Free,
            1 => BoundaryKind::Stage(Series::constant(4.0)),
            2 => BoundaryKind::NormalDepth { slope: 0.001 },
            _ => BoundaryKind::Rating(vec![[2.0, 0.0], [6.0, 60.0]]),
        });
        let mut solver = Solver::new(&scenario);
        advance(&mut solver, 60.0);
        assert_sound(&solver, &scenario);
        let outside = field(&scenario.terrain.grid, |_, _| 0.0);
        let state = State::of(&solver, &scenario);
        for (k, zero) in outside.iter().enumerate().filter(|(k, _)| !scenario.terrain.is_inside(*k)) {
            assert_eq!(state.depth[k], *zero);
        }
    }
}
