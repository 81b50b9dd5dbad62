//! All structures at once: volume, symmetry, threads, rest.

use super::moved::{culvert, gate, with};
use super::{SAND, breach, pools, reading, sudden};
use crate::analytic::basin::{State, advance, assert_sound, basin, run, series, with_depth, with_manning, with_open};
use hetu::domain::scenario::{
    BoundaryKind, Breach, Culvert, Edge, Event, EventKind, Gate, GateOpening, Initial, Intake, Overtopped, Pump,
    PumpRate, Scenario, Series, Steps, Structure, Wall,
};
use hetu::domain::swe::Solver;

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
    // Blocks lie along x: where they take longer steps, the axes differ.
    let everything = |map: fn([f64; 2]) -> [f64; 2]| {
        let mut scenario = everything(map);
        scenario.numerics.steps = Steps::Uniform;
        scenario
    };
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
    let still =
        |opening| with(pools(3, 0.0, 0.0, 6.0), gate(8.0, 1.0, GateOpening::Schedule(Series::constant(opening))));
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
