//! Structures in runs: discharges beside hand calculations, rules of opening, volumes, symmetry, rest.

#![expect(clippy::float_cmp, reason = "what is compared so is exact")]
#![expect(clippy::unwrap_used, reason = "everything in this file is a test")]
#![expect(clippy::print_stdout, reason = "docs/verification.md quotes what these tests print with --nocapture")]

mod everything;
mod moved;

use crate::analytic::basin::{G, State, advance, assert_sound, basin, relative_l1, run, with_depth, with_manning};
use hetu::domain::frame::StructureReading;
use hetu::domain::scenario::{
    Breach, Event, EventKind, Gauge, Growth, Order, Overtopped, Scenario, Section, Series, Wall,
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
    Breach {
        name: "b".into(),
        wall: "dike".into(),
        at: Some([400.0, 25.0]),
        width_m,
        sill_m,
        growth,
        when: None,
        through: vec![],
    }
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
    near(straight, weir(0.5, 0.0), 1e-7);
    // Two of the 120 faces of the staircase lie on the edge of the domain; its length is 1.41 times that of the wall.
    near(diagonal, straight * 118.0 / 120.0, 1e-3);
}

#[test]
fn two_pools_over_a_wall_come_to_rest_level() {
    // Rough, since neither the second order nor an ordinary bed ends a seiche in hours.
    let scenario = with_manning(pools(3, 3.0, 2.2, 2.0), 0.5);
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
fn a_wall_far_from_water_passes_none_of_another_row() {
    // Water east of a wall in the southern rows, and west of it but two blocks away in the northern ones: there the wall
    // has nothing beside it, whatever the rows before had.
    for order in [Order::First, Order::Second] {
        let scenario = with_depth(basin(48, 40, 10.0, |_, _| 0.0), |x, y| match (x < 100.0, x > 320.0) {
            (true, _) if y > 250.0 => 1.0,
            (_, true) if y < 50.0 => 2.0,
            _ => 0.0,
        });
        let mut scenario = with_wall_along(scenario, 320.0, 0.3);
        scenario.numerics.order = order;
        scenario.numerics.dry_depth_m = 1e-3;
        let mut solver = Solver::new(&scenario);
        for _ in 0..5 {
            solver.step(1e9);
            assert_sound(&solver, &scenario);
        }
        let state = State::of(&solver, &scenario);
        // Row 10 from the north, the cells beside the wall.
        assert!(state.depth[10 * 48 + 31] <= 0.0 && state.depth[10 * 48 + 32] <= 0.0, "{order:?}");
    }
}

/// A wall from south to north across the whole basin.
fn with_wall_along(mut scenario: Scenario, x: f64, crest_m: f64) -> Scenario {
    let north = scenario.terrain.grid.north_m;
    scenario.walls.push(Wall::new("along", vec![[x, 0.0], [x, north]], vec![crest_m; 2]));
    scenario
}

#[test]
fn a_breach_down_to_the_ground_is_an_open_face() {
    // All of the wall gone: at first order the flow is that of a basin without one, but for rounding. At second order no
    // slope leads to the face, so it is nearly that.
    let both = |order| {
        let mut scenario = with_breach(pools(5, 4.0, 1.0, 5.0), 0.0, sudden(50.0, 0.0));
        scenario.numerics.order = order;
        let mut bare = pools(5, 4.0, 1.0, 5.0);
        bare.numerics.order = order;
        bare.walls.clear();
        (State::of(&run(&scenario, 40.0), &scenario), State::of(&run(&bare, 40.0), &bare))
    };
    let (breached, bare) = both(Order::First);
    assert!(relative_l1(&breached.depth, &bare.depth) < 1e-7);
    let (breached, bare) = both(Order::Second);
    let off = relative_l1(&breached.depth, &bare.depth);
    println!("breach to the ground beside no wall: L1(h) {:.3} %", 100.0 * off);
    assert!(off < 0.005, "{off}");
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
