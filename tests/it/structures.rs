//! Structures in runs: discharges beside hand calculations, rules of opening, volumes, symmetry, rest.

#![expect(clippy::float_cmp, reason = "what is compared so is exact")]
#![expect(clippy::unwrap_used, reason = "everything in this file is a test")]
#![expect(clippy::print_stdout, reason = "docs/verification.md quotes what these tests print with --nocapture")]

use crate::analytic::basin::{
    G, State, advance, assert_sound, basin, run, series, with_depth, with_manning, with_open,
};
use hetu::domain::frame::StructureReading;
use hetu::domain::scenario::{
    Barrel, BoundaryKind, Breach, Culvert, Edge, Event, EventKind, Gate, GateOpening, Gauge, Growth, Initial, Intake, Overtopped, Pump,
    PumpRate, Scenario, Section, Series, Structure, Wall,
};
use hetu::domain::swe::Solver;

/// How near a discharge in a run must come to its formula with the levels of the run.
const NEAR_FORMULA: f64 = 0.03;

#[track_caller]
fn near(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{found}, expected {expected}");
}

/// 1.705 H^1.5 for g = 9.81 m/s², times (1 − S^1.5)^0.385 for a drowned crest.
fn weir(h1: f64, h2: f64) -> f64 {
    let free = (2.0_f64 / 3.0).powf(1.5) * G.sqrt() * h1.powf(1.5);
    if h2 > 0.0 { free * (1.0 - (h2 / h1).powf(1.5)).powf(0.385) } else { free }
}

/// Two pools of 40 by `n_rows` cells of 10 m each on a flat bed, with a wall between them.
fn pools(n_rows: usize, west_m: f64, east_m: f64, crest_m: f64) -> Scenario {
    let mut scenario = with_depth(basin(80, n_rows, 10.0, |_, _| 0.0), |x, _| if x < 400.0 { west_m } else { east_m });
    let north = n_rows as f64 * 10.0;
    scenario.walls.push(Wall::new("dike", vec![[400.0, 0.0], [400.0, north]], vec![crest_m; 2]));
    scenario.sections.push(Section { name: "dike".into(), line: vec![[400.0, 0.0], [400.0, north]] });
    for (name, x) in [("west", 395.0), ("east", 405.0)] {
        scenario.gauges.push(Gauge { name: name.into(), at: [x, 5.0] });
    }
    with_manning(scenario, 0.03)
}

fn breach(width_m: f64, sill_m: f64, growth: Growth) -> Breach {
    Breach { name: "b".into(), wall: "dike".into(), at: Some([400.0, 25.0]), width_m, sill_m, growth, when: None }
}

fn sudden(width_m: f64, sill_m: f64) -> Breach {
    breach(
        width_m,
        sill_m,
        Growth::Prescribed { grows_over_secs: 0.0, initial_width_m: width_m, widens_over_secs: 0.0 },
    )
}

fn with_breach(mut scenario: Scenario, at_secs: f64, breach: Breach) -> Scenario {
    scenario.events.push(Event { at_secs, what: EventKind::Breach(breach) });
    scenario
}

fn reading(solver: &Solver, name: &str) -> StructureReading {
    solver.structures().into_iter().find(|s| s.name == name).unwrap()
}

/// Runs to a time and compares the discharge over the whole dike with the weir formula at the levels beside it.
fn check_weir(scenario: &Scenario, until_secs: f64, coefficient: f64) {
    let mut solver = Solver::new(scenario);
    // Means over some steps: the section reads the last step, the gauges its end.
    advance(&mut solver, until_secs);
    let (mut q, mut formula, mut s) = (0.0, 0.0, 0.0);
    for _ in 0..100 {
        let [west, east] = [0, 1].map(|k| solver.gauges()[k].stage_m - scenario.walls[0].crest_m[0]);
        assert!(west > 0.0, "the crest is overtopped");
        formula += coefficient * weir(west, east);
        s += (east / west).max(0.0) / 100.0;
        solver.step(1e9);
        q += solver.sections()[0].discharge_m3s / (scenario.terrain.grid.n_rows as f64 * 10.0);
    }
    println!("weir: q {:.4} m2/s, formula {:.4}, submergence {s:.2}", q / 100.0, formula / 100.0);
    near(q, formula, NEAR_FORMULA);
    assert_sound(&solver, scenario);
}

#[test]
fn a_free_weir_passes_what_its_formula_says() {
    check_weir(&pools(3, 3.0, 0.5, 2.0), 60.0, 1.0);
    let mut rough = pools(3, 3.0, 0.5, 2.0);
    rough.walls[0].weir_coefficient = 0.8;
    check_weir(&rough, 60.0, 0.8);
}

#[test]
fn a_drowned_weir_passes_what_villemonte_says() {
    check_weir(&pools(3, 3.0, 2.5, 2.0), 30.0, 1.0);
    check_weir(&pools(3, 3.0, 2.3, 2.0), 30.0, 1.0);
}

#[test]
fn a_weir_across_the_grid_is_as_long_as_its_line() {
    // The same pool and head behind a wall along the grid and one at 45°: per metre of crest the same discharge.
    let per_metre = |line: Vec<[f64; 2]>, wet: fn(f64, f64) -> bool| {
        let mut scenario = with_depth(basin(60, 60, 10.0, |_, _| 0.0), |x, y| if wet(x, y) { 3.0 } else { 0.0 });
        let length: f64 = (line[1][0] - line[0][0]).hypot(line[1][1] - line[0][1]);
        scenario.walls.push(Wall::new("dike", line.clone(), vec![2.5; 2]));
        scenario.sections.push(Section { name: "dike".into(), line });
        let mut solver = Solver::new(&scenario);
        solver.step(1e9);
        solver.sections()[0].discharge_m3s.abs() / length
    };
    let straight = per_metre(vec![[300.0, 0.0], [300.0, 600.0]], |x, _| x < 300.0);
    let diagonal = per_metre(vec![[0.0, 600.0], [600.0, 0.0]], |x, y| x + y < 600.0);
    near(straight, weir(0.5, 0.0), 1e-9);
    // Two of the 120 faces of the staircase lie on the edge of the domain; its length is 1.41 times that of the wall.
    near(diagonal, straight * 118.0 / 120.0, 1e-3);
}

#[test]
fn two_pools_over_a_wall_come_to_rest_level() {
    let scenario = pools(3, 3.0, 2.2, 2.0);
    let mut solver = Solver::new(&scenario);
    advance(&mut solver, 20_000.0);
    assert_sound(&solver, &scenario);
    let state = State::of(&solver, &scenario);
    assert!(state.depth.iter().all(|h| (h - 2.6).abs() < 0.002), "levels meet at 2.6 m");
    assert!(state.max_speed() < 0.01, "{}", state.max_speed());
}

// ---------------------------------------------------------------- breaches

#[test]
fn a_breach_passes_the_weir_formula_over_its_width_and_not_that_of_its_cells() {
    for width_m in [3.0, 12.0, 30.0] {
        let scenario = with_breach(pools(5, 4.0, 0.0, 5.0), 0.0, sudden(width_m, 2.0));
        let mut solver = Solver::new(&scenario);
        advance(&mut solver, 10.0);
        let shown = reading(&solver, "b");
        assert_eq!((shown.width_m, shown.crest_m), (Some(width_m), Some(2.0)));
        let before = solver.budget().stored;
        let west = |solver: &Solver| {
            let state = State::of(solver, &scenario);
            (0..400).filter(|k| k % 80 < 40).map(|k| state.depth[k] * 100.0).sum::<f64>()
        };
        let (v0, t0) = (west(&solver), solver.time_secs());
        // The stage of the cells that feed the breach: those beside its faces, weighted by what they open.
        let stage = |solver: &Solver| {
            let state = State::of(solver, &scenario);
            let open = |row: usize| {
                let (south, north) = ((4 - row) as f64 * 10.0, (5 - row) as f64 * 10.0);
                (north.min(25.0 + 0.5 * width_m) - south.max(25.0 - 0.5 * width_m)).max(0.0)
            };
            (0..5).map(|row| open(row) * weir(state.depth[row * 80 + 39] - 2.0, 0.0)).sum::<f64>()
        };
        let mut formula = 0.0;
        while solver.time_secs() < 20.0 {
            let q = stage(&solver);
            formula += q * solver.step(20.0);
        }
        let passed = v0 - west(&solver);
        println!("breach of {width_m} m: {:.3} m3/s, formula {:.3}", passed / (20.0 - t0), formula / (20.0 - t0));
        near(passed, formula, NEAR_FORMULA);
        near(solver.budget().stored, before, 1e-12);
    }
}

#[test]
fn a_breach_down_to_the_ground_is_an_open_face() {
    // All of the wall gone: the flow is that of a basin without one, to the last bit.
    let scenario = with_breach(pools(5, 4.0, 1.0, 5.0), 0.0, sudden(50.0, 0.0));
    let mut bare = pools(5, 4.0, 1.0, 5.0);
    bare.walls.clear();
    let (a, b) = (run(&scenario, 40.0), run(&bare, 40.0));
    assert_eq!(State::of(&a, &scenario), State::of(&b, &bare));
}

#[test]
fn a_prescribed_breach_widens_in_its_time() {
    let growth = Growth::Prescribed { grows_over_secs: 20.0, initial_width_m: 10.0, widens_over_secs: 80.0 };
    let scenario = with_breach(pools(5, 3.0, 0.0, 5.0), 10.0, breach(50.0, 1.0, growth));
    let mut solver = Solver::new(&scenario);
    let mut at = |t: f64| {
        advance(&mut solver, t);
        let shown = reading(&solver, "b");
        (shown.width_m.unwrap(), shown.crest_m)
    };
    assert_eq!(at(9.9), (0.0, None));
    assert_eq!(at(20.0), (15.0, Some(3.0)));
    assert_eq!(at(50.0), (30.0, Some(1.0)));
    assert_eq!(at(200.0), (50.0, Some(1.0)));
}

/// Growth of sand from 4 m on.
const SAND: Growth =
    Growth::VerheijKnaap { initial_width_m: 4.0, deepens_over_secs: 300.0, critical_velocity_mps: 0.2 };

#[test]
fn the_width_follows_verheij_and_knaap_under_a_constant_head() {
    // Large pools, and a crest above the lower one: the head is that of the west alone, 0.5 m and slowly less.
    let lone = Breach { at: Some([400.0, 45.0]), ..breach(80.0, 2.5, SAND) };
    let scenario = with_breach(pools(9, 3.0, 1.0, 5.0), 100.0, lone);
    let mut solver = Solver::new(&scenario);
    advance(&mut solver, 400.0);
    assert_eq!(reading(&solver, "b").width_m, Some(4.0), "the crest sinks first");
    let (mut mean, mut t) = (0.0, 0.0);
    let stage = |solver: &Solver| solver.gauges()[0].stage_m;
    while solver.time_secs() < 1300.0 {
        let dt = solver.step(1300.0);
        mean += (stage(&solver) - 2.5) * dt;
        t += dt;
    }
    let head: f64 = mean / t;
    let hours = 900.0 / 3600.0;
    let closed = 4.0 + 1.3 * G.sqrt() * head.powf(1.5) / 0.2 * (1.0 + 0.04 * G / 0.2 * hours).log10();
    let width = reading(&solver, "b").width_m.unwrap();
    println!("Verheij and Knaap: {width:.3} m, closed formula {closed:.3} m with a head of {head:.3} m");
    near(width - 4.0, closed - 4.0, 0.01);
    assert_sound(&solver, &scenario);
}

#[test]
fn a_breach_stops_widening_when_the_levels_meet() {
    let scenario = with_breach(pools(5, 3.0, 0.0, 5.0), 0.0, breach(50.0, 0.0, SAND));
    let mut solver = Solver::new(&scenario);
    advance(&mut solver, 8000.0);
    let early = reading(&solver, "b").width_m.unwrap();
    advance(&mut solver, 30_000.0);
    let late = reading(&solver, "b").width_m.unwrap();
    assert!(early > 6.0 && early < 50.0 && late - early < 0.05, "{early} {late}");
}

/// A pool that a source fills at `rise` m/s, behind a wall whose crest falls to the north.
fn filling(rise: f64) -> Scenario {
    let mut scenario = pools(5, 1.5, 0.0, 2.0);
    scenario.walls[0].crest_m = vec![2.5, 2.0];
    let (area, at) = (400.0 * 50.0, [205.0, 25.0]);
    let discharge_m3s = Series::constant(rise * area);
    scenario.sources.push(hetu::domain::scenario::PointSource { name: "s".into(), at, discharge_m3s });
    scenario
}

#[test]
fn a_breach_opens_when_its_wall_was_overtopped_long_enough() {
    let when = Some(Overtopped { depth_m: 0.1, for_secs: 60.0 });
    // Crests on the faces from south to north: 2.45, 2.35, 2.25, 2.15, 2.05; the breach covers the one at 2.25.
    let scenario = with_breach(filling(1e-3), 0.0, Breach { when, ..sudden(8.0, 1.0) });
    let mut solver = Solver::new(&scenario);
    let mut overtopped_since = None;
    let opened = loop {
        solver.step(5000.0);
        if reading(&solver, "b").crest_m.is_some() {
            break solver.time_secs();
        }
        let depth = State::of(&solver, &scenario).depth[2 * 80 + 39] - 2.25;
        match overtopped_since {
            None if depth >= 0.1 => overtopped_since = Some(solver.time_secs()),
            Some(_) if depth < 0.1 => overtopped_since = None,
            _ => {}
        }
        assert!(solver.time_secs() < 4000.0, "it never opened");
    };
    // The step in which 0.1 m is reached counts: not more than a step early.
    let waited = opened - overtopped_since.unwrap();
    assert!((waited - 60.0).abs() < 2.0, "{waited}");
}

#[test]
fn a_breach_without_a_place_opens_where_the_wall_is_overtopped_worst() {
    let when = Some(Overtopped { depth_m: 0.05, for_secs: 30.0 });
    let unplaced = Breach { at: None, when, ..sudden(6.0, 1.0) };
    let scenario = with_breach(filling(1e-3), 700.0, unplaced);
    let mut solver = Solver::new(&scenario);
    advance(&mut solver, 700.0);
    assert_eq!(reading(&solver, "b").crest_m, None, "not before the time of the event");
    advance(&mut solver, 735.0);
    let shown = reading(&solver, "b");
    assert_eq!(shown.crest_m, Some(1.0));
    assert!(shown.discharge_m3s > 3.0, "{shown:?}");
    // The crest is lowest on the northernmost face, row 0.
    let state = State::of(&solver, &scenario);
    assert!((1..5).all(|row| state.depth[40] > state.depth[row * 80 + 40]));
}

// ---------------------------------------------------------------- gates

fn gate(width_m: f64, sill_m: f64, opening: GateOpening) -> Structure {
    let at = [400.0, 25.0];
    Structure::Gate(Gate { name: "g".into(), wall: "dike".into(), at, width_m, sill_m, opening })
}

fn with(mut scenario: Scenario, structure: Structure) -> Scenario {
    scenario.structures.push(structure);
    scenario
}

#[test]
fn a_gate_passes_its_orifice_formula_and_follows_its_schedule() {
    let opening = GateOpening::Schedule(series(&[[0.0, 0.0], [20.0, 0.0], [40.0, 0.5], [60.0, 0.5], [61.0, 0.0]]));
    let scenario = with(pools(5, 4.0, 0.0, 6.0), gate(8.0, 0.0, opening));
    let mut solver = Solver::new(&scenario);
    advance(&mut solver, 20.0);
    assert_eq!(solver.sections()[0].discharge_m3s, 0.0, "shut");
    assert_eq!(solver.envelope().max_speed_mps.iter().copied().fold(0.0, f32::max), 0.0);
    advance(&mut solver, 30.0);
    let opened = reading(&solver, "g").opening_m.unwrap();
    assert!((opened - 0.25).abs() < 0.02, "{opened}");
    advance(&mut solver, 50.0);
    // Free flow under 0.5 m (Henderson 1966): c a √(2 g y) / √(1 + c a / y), 8 m wide, in the face of row 2.
    let y = State::of(&solver, &scenario).depth[2 * 80 + 39];
    let free = 0.61 * 0.5 * (2.0 * G * y).sqrt() / (1.0 + 0.61 * 0.5 / y).sqrt() * 8.0;
    solver.step(1e9);
    let q = solver.sections()[0].discharge_m3s;
    println!("gate: {q:.3} m3/s, formula {free:.3} with {y:.3} m above the sill");
    near(q, free, 1e-9);
    near(reading(&solver, "g").discharge_m3s, free, NEAR_FORMULA);
    advance(&mut solver, 65.0);
    assert_eq!(solver.sections()[0].discharge_m3s, 0.0, "shut again");
    assert_sound(&solver, &scenario);
}

#[test]
fn a_drowned_gate_is_driven_by_the_difference_and_comes_to_rest() {
    let scenario = with(pools(3, 4.0, 3.0, 6.0), gate(10.0, 0.0, GateOpening::Schedule(Series::constant(0.6))));
    let mut solver = Solver::new(&scenario);
    advance(&mut solver, 20.0);
    let state = State::of(&solver, &scenario);
    // The gate lies on half of two faces: rows 0 and 0 to 2 count from the north; its middle is at y = 25 m, row 0.
    let (west, east) = (state.depth[39], state.depth[40]);
    let jet = 0.61 * 0.6;
    let formula = jet * (2.0 * G * (west - east) / (1.0 - (jet / west).powi(2))).sqrt() * 10.0;
    solver.step(1e9);
    near(solver.sections()[0].discharge_m3s, formula, 1e-9);
    advance(&mut solver, 30_000.0);
    let state = State::of(&solver, &scenario);
    assert!(state.depth.iter().all(|h| (h - 3.5).abs() < 0.002) && state.max_speed() < 0.01, "{}", state.max_speed());
    assert_sound(&solver, &scenario);
}

#[test]
fn a_stage_rules_a_gate_at_the_speed_of_its_leaf() {
    let rule = |speed_mps| GateOpening::Stage {
        gauge_at: [205.0, 25.0],
        table: vec![[2.0, 0.0], [3.0, 1.0]],
        speed_mps,
    };
    let mut scenario = with(pools(5, 1.5, 0.0, 6.0), gate(8.0, 0.0, rule(None)));
    scenario.gauges.push(Gauge { name: "rule".into(), at: [205.0, 25.0] });
    scenario.sources.push(hetu::domain::scenario::PointSource {
        name: "s".into(),
        at: [105.0, 25.0],
        discharge_m3s: Series::constant(40.0),
    });
    let mut solver = Solver::new(&scenario);
    let mut opened = 0;
    while solver.step(900.0) > 0.0 {
        let (shown, stage) = (reading(&solver, "g"), solver.gauges()[2].stage_m);
        near(shown.opening_m.unwrap(), (stage - 2.0).clamp(0.0, 1.0), 1e-12);
        opened += usize::from(shown.opening_m > Some(0.2) && shown.discharge_m3s > 3.0);
    }
    assert!(opened > 100, "{opened}");
    let slow = with(pools(5, 3.5, 0.0, 6.0), gate(8.0, 0.0, rule(Some(0.001))));
    let mut slow = Solver::new(&slow);
    assert_eq!(reading(&slow, "g").opening_m, Some(1.0), "it begins where its stage wants it");
    advance(&mut slow, 3000.0);
    // 500 m³ a metre of pool: it falls below 3 m within the first minutes, and the leaf follows at a millimetre a second.
    let mut last = reading(&slow, "g").opening_m.unwrap();
    while slow.step(3100.0) > 0.0 {
        let now = reading(&slow, "g").opening_m.unwrap();
        assert!((now - last).abs() <= 0.001 * 60.0 + 1e-12);
        last = now;
    }
    assert!(last < 1.0);
}

// ---------------------------------------------------------------- culverts, pumps, intakes

fn culvert(length_m: f64, inverts_m: [f64; 2]) -> Structure {
    Structure::Culvert(Culvert {
        name: "c".into(),
        from: [395.0, 15.0],
        to: [405.0, 15.0],
        barrel: Barrel::Box { width_m: 1.5, height_m: 1.0 },
        number: 2,
        length_m,
        manning: 0.015,
        inlet_loss: 0.5,
        outlet_loss: 1.0,
        from_invert_m: inverts_m[0],
        to_invert_m: inverts_m[1],
    })
}

/// Discharge of the culvert in the step after `until_secs`, and the levels before it.
fn culvert_run(scenario: &Scenario, until_secs: f64) -> (f64, f64, f64) {
    let mut solver = Solver::new(scenario);
    advance(&mut solver, until_secs);
    let state = State::of(&solver, scenario);
    let (west, east) = (state.depth[80 + 39], state.depth[80 + 40]);
    solver.step(1e9);
    assert_sound(&solver, scenario);
    (reading(&solver, "c").discharge_m3s, west, east)
}

#[test]
fn a_culvert_is_governed_by_its_inlet_or_by_its_barrel() {
    // A dry land side, entrance drowned: two orifices of 1.5 m², 0.6 A √(2 g (H − 0.6 D)).
    let (q, west, _) = culvert_run(&with(pools(3, 4.0, 0.0, 6.0), culvert(10.0, [1.5, 1.0])), 20.0);
    let inlet = 2.0 * 0.6 * 1.5 * (2.0 * G * (west - 1.5 - 0.6)).sqrt();
    near(q, inlet, 1e-9);
    // Water on both sides and a long barrel: A √(2 g ΔH / (1.5 + 2 g n² L / R^(4/3))), R = 1.5 / 5 = 0.3 m.
    let (q, west, east) = culvert_run(&with(pools(3, 4.0, 3.0, 6.0), culvert(200.0, [0.5, 0.0])), 20.0);
    let losses = 1.5 + 2.0 * G * 0.015 * 0.015 * 200.0 / 0.3_f64.powf(4.0 / 3.0);
    let outlet = 2.0 * 1.5 * (2.0 * G * (west - east) / losses).sqrt();
    println!("culvert: inlet {inlet:.3} m3/s, outlet {outlet:.3} m3/s");
    near(q, outlet, 1e-9);
    // And back the other way.
    let (back, west, east) = culvert_run(&with(pools(3, 3.0, 4.0, 6.0), culvert(200.0, [0.5, 0.0])), 20.0);
    near(back, -2.0 * 1.5 * (2.0 * G * (east - west) / losses).sqrt(), 1e-9);
}

#[test]
fn a_culvert_brings_two_pools_to_one_level() {
    let scenario = with(pools(3, 2.0, 1.0, 6.0), culvert(20.0, [0.0, 0.0]));
    let mut solver = Solver::new(&scenario);
    advance(&mut solver, 40_000.0);
    assert_sound(&solver, &scenario);
    let state = State::of(&solver, &scenario);
    assert!(state.depth.iter().all(|h| (h - 1.5).abs() < 0.005), "{:?}", &state.depth[..3]);
    let budget = solver.budget();
    assert_eq!((budget.inflow, budget.outflow), (0.0, 0.0), "water that stays is not booked");
}

#[test]
fn a_pump_runs_between_its_stages_and_its_water_is_booked_when_it_leaves() {
    let pump = |to| {
        Structure::Pump(Pump {
            name: "p".into(),
            from: [205.0, 15.0],
            to,
            rate: PumpRate::Constant(6.0),
            start_stage_m: 2.0,
            stop_stage_m: 1.5,
        })
    };
    let mut scenario = with(pools(3, 1.8, 0.5, 6.0), pump(None));
    scenario.gauges.push(Gauge { name: "well".into(), at: [205.0, 15.0] });
    // 12000 m² of pool: 2 m³/s lift it by 0.2 m in 1200 s; 6 − 2 m³/s lower it by 0.5 m in 1500 s.
    scenario.sources.push(hetu::domain::scenario::PointSource {
        name: "s".into(),
        at: [105.0, 15.0],
        discharge_m3s: Series::constant(2.0),
    });
    let mut solver = Solver::new(&scenario);
    let mut switches = Vec::new();
    let mut was_on = false;
    while solver.step(5000.0) > 0.0 {
        let is_on = reading(&solver, "p").discharge_m3s > 0.0;
        if is_on != was_on {
            switches.push((solver.time_secs(), is_on));
            was_on = is_on;
        }
    }
    println!("pump: {switches:?}");
    assert_eq!(switches.iter().map(|s| s.1).collect::<Vec<_>>(), [true, false, true]);
    near(switches[0].0, 1200.0, 0.05);
    near(switches[1].0, 2700.0, 0.05);
    // 0.5 m are filled again in 3000 s: the pump would start at 5700 s, were it not for the waves; not before 5000 s.
    assert_sound(&solver, &scenario);
    let inside = with(pools(3, 2.5, 0.5, 6.0), pump(Some([605.0, 15.0])));
    let solver = run(&inside, 600.0);
    assert_eq!(solver.budget().outflow, 0.0);
    let state = State::of(&solver, &inside);
    let east: f64 = (0..240).filter(|k| k % 80 >= 40).map(|k| state.depth[k] * 100.0).sum();
    near(east, 0.5 * 12_000.0 + 6.0 * 600.0, 1e-9);
}

#[test]
fn an_intake_takes_its_demand_while_the_stage_allows_and_no_more_than_there_is() {
    let intake = |demand: f64, min_stage_m: f64, full_stage_m: f64| {
        let (at, demand_m3s) = ([205.0, 15.0], Series::constant(demand));
        Structure::Intake(Intake { name: "i".into(), at, demand_m3s, min_stage_m, full_stage_m })
    };
    let met = with(pools(3, 3.0, 0.0, 6.0), intake(5.0, 1.0, 2.0));
    near(run(&met, 600.0).budget().outflow, 3000.0, 1e-12);
    // A third of the way: a third of the demand at first, and as the pool sinks dz/dt = −(20 / 12000) (z − 1) / 2.
    let half = with(pools(3, 5.0 / 3.0, 0.0, 6.0), intake(20.0, 1.0, 3.0));
    let solver = run(&half, 3000.0);
    let drawn = 12_000.0 * (2.0 / 3.0) * (1.0 - (-20.0 / 24_000.0 * 3000.0_f64).exp());
    near(solver.budget().outflow, drawn, 0.01);
    let dry = with(pools(3, 0.5, 0.0, 6.0), intake(1e5, -1.0, 0.0));
    let solver = run(&dry, 600.0);
    assert!(solver.budget().outflow <= solver.budget().initial && solver.budget().outflow > 0.5 * 6000.0);
}

// ---------------------------------------------------------------- all of them

/// Everything at once on 48 by 48 cells of 10 m, every point sent through `place`.
fn everything(place: fn([f64; 2]) -> [f64; 2]) -> Scenario {
    let at = |x: f64, y: f64| place([x, y]);
    let level = |x: f64, y: f64| {
        // Where the cell was before `place`: each of those used is its own inverse.
        let [x, y] = place([x, y]);
        if x < 200.0 { 4.2 } else { 0.4 + f64::from(u8::from(y > 300.0)) * 0.25 }
    };
    let mut scenario = with_manning(with_depth(basin(48, 48, 10.0, |_, _| 0.0), level), 0.03);
    scenario.walls.push(Wall {
        weir_coefficient: 0.9,
        ..Wall::new("dike", vec![at(200.0, 0.0), at(200.0, 480.0)], vec![4.0, 5.0])
    });
    scenario.walls.push(Wall::new("sill", vec![at(330.0, 0.0), at(330.0, 480.0)], vec![0.5; 2]));
    let grows = Breach { at: Some(at(200.0, 333.0)), ..breach(70.0, 1.0, SAND) };
    scenario.events.push(Event { at_secs: 5.0, what: EventKind::Breach(grows) });
    let when = Some(Overtopped { depth_m: 0.05, for_secs: 20.0 });
    let waits = Breach { name: "w".into(), at: None, when, ..sudden(13.0, 0.0) };
    scenario.events.push(Event { at_secs: 0.0, what: EventKind::Breach(waits) });
    let table = vec![[3.0, 0.0], [4.0, 1.0]];
    let opening = GateOpening::Stage { gauge_at: at(105.0, 105.0), table, speed_mps: Some(0.01) };
    let wall = "dike".into();
    scenario.structures = vec![
        Structure::Gate(Gate { name: "g".into(), wall, at: at(200.0, 200.0), width_m: 17.0, sill_m: 0.5, opening }),
        match culvert(30.0, [0.5, 0.2]) {
            Structure::Culvert(c) => Structure::Culvert(Culvert { from: at(155.0, 95.0), to: at(255.0, 95.0), ..c }),
            other => other,
        },
        Structure::Pump(Pump {
            name: "p".into(),
            from: at(405.0, 255.0),
            to: Some(at(55.0, 255.0)),
            rate: PumpRate::ByHead(vec![[0.0, 12.0], [4.0, 3.0]]),
            start_stage_m: 0.5,
            stop_stage_m: 0.3,
        }),
        Structure::Pump(Pump {
            name: "q".into(),
            from: at(425.0, 255.0),
            to: None,
            rate: PumpRate::Constant(4.0),
            start_stage_m: 0.6,
            stop_stage_m: 0.3,
        }),
        Structure::Intake(Intake {
            name: "i".into(),
            at: at(55.0, 405.0),
            demand_m3s: series(&[[0.0, 0.0], [60.0, 30.0]]),
            min_stage_m: 3.0,
            full_stage_m: 4.0,
        }),
    ];
    scenario
}

#[test]
fn the_volume_closes_with_all_structures_at_once() {
    let scenario = with_open(everything(|p| p), Edge::East, BoundaryKind::Free);
    let mut solver = Solver::new(&scenario);
    for until in [50.0, 400.0, 1500.0] {
        advance(&mut solver, until);
        assert_sound(&solver, &scenario);
    }
    let shown = solver.structures();
    let names: Vec<&str> = shown.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["b", "w", "g", "c", "p", "q", "i"]);
    assert!(shown[1].crest_m.is_some() && solver.budget().outflow > 0.0, "{shown:?}");
}

#[test]
fn mirrored_and_swapped_structures_give_the_mirrored_and_swapped_result_to_the_last_bit() {
    let plain = everything(|p| p);
    let a = run(&plain, 300.0);
    let here = State::of(&a, &plain);
    let mirrored = everything(|[x, y]| [480.0 - x, y]);
    let b = run(&mirrored, 300.0);
    let there = State::of(&b, &mirrored);
    let swapped = everything(|[x, y]| [y, x]);
    let c = run(&swapped, 300.0);
    let across = State::of(&c, &swapped);
    for row in 0..48 {
        for col in 0..48 {
            let (k, m) = (row * 48 + col, row * 48 + 47 - col);
            assert_eq!((here.depth[k], here.u[k], here.v[k]), (there.depth[m], -there.u[m], there.v[m]));
            // y of one is x of the other: rows count from the north.
            let s = (47 - col) * 48 + 47 - row;
            assert_eq!((here.depth[k], here.u[k], here.v[k]), (across.depth[s], across.v[s], across.u[s]));
        }
    }
    let widths = |solver: &Solver| solver.structures().iter().map(|s| (s.width_m, s.opening_m)).collect::<Vec<_>>();
    assert_eq!(widths(&a), widths(&b));
    assert_eq!(widths(&a), widths(&c));
    assert!(widths(&a)[1].0 == Some(13.0) && a.counters().n_steps > 500, "{:?}", a.counters());
}

#[test]
fn the_hash_hears_of_structures_and_not_of_threads() {
    let hash = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| run(&everything(|p| p), 100.0).state_hash())
    };
    assert_eq!(hash(1), hash(3));
    // Nothing flows in either, but one gate stands open at a level without water.
    let still = |opening| with(pools(3, 0.0, 0.0, 6.0), gate(8.0, 1.0, GateOpening::Schedule(Series::constant(opening))));
    assert_ne!(run(&still(0.5), 10.0).state_hash(), run(&still(0.6), 10.0).state_hash());
}

#[test]
fn a_lake_over_drowned_walls_with_open_and_shut_structures_rests() {
    let mut scenario = everything(|p| p);
    scenario.initial = Initial::Stage(6.3);
    // Only what moves water by itself is off.
    scenario.structures.truncate(2);
    let shut = GateOpening::Schedule(Series::constant(0.0));
    let (name, wall) = ("shut".into(), "dike".into());
    let gate = Gate { name, wall, at: [200.0, 55.0], width_m: 23.0, sill_m: 0.0, opening: shut };
    scenario.structures.push(Structure::Gate(gate));
    let before = State::of(&Solver::new(&scenario), &scenario);
    let solver = run(&scenario, 400.0);
    assert_eq!(State::of(&solver, &scenario), before);
    assert!(reading(&solver, "g").opening_m == Some(1.0) && reading(&solver, "w").crest_m == Some(0.0));
    // The same with walls that stand out of the water.
    scenario.initial = Initial::Stage(3.7);
    let before = State::of(&Solver::new(&scenario), &scenario);
    let solver = run(&scenario, 400.0);
    assert_eq!(State::of(&solver, &scenario), before);
    assert_eq!(solver.envelope().max_speed_mps.iter().copied().fold(0.0, f32::max), 0.0);
}
