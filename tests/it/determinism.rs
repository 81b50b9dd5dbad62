//! Same scenario, same hash, for any number of threads.

use crate::analytic::basin::{basin, series, with_depth, with_manning, with_open};
use hetu::domain::scenario::{
    BoundaryKind, Breach, Edge, Event, EventKind, Growth, Infiltration, PointSource, Rain, Scenario, Series, Wall,
};
use hetu::domain::swe::Solver;

/// Everything that moves water at once, on 20 tiles.
pub(crate) fn busy() -> Scenario {
    let scenario = basin(80, 70, 25.0, |x, y| 0.002 * (2000.0 - x) + 0.3 * (x / 90.0).sin() * (y / 70.0).cos());
    let mut scenario = with_depth(with_manning(scenario, 0.03), |x, _| if x < 400.0 { 3.0 } else { 0.0 });
    scenario.numerics.dry_depth_m = 1e-3;
    scenario.rain = Some(Rain::Uniform(series(&[[0.0, 0.0], [300.0, 80.0]])));
    scenario.infiltration = Some(Infiltration::Constant { mm_per_hour: 10.0 });
    let line = vec![[700.0, 0.0], [1000.0, 1750.0]];
    scenario.walls.push(Wall::new("levee", line, vec![6.0, 6.0]));
    let what = EventKind::Breach(Breach {
        name: "b".into(),
        wall: "levee".into(),
        at: Some([850.0, 875.0]),
        width_m: 200.0,
        sill_m: 2.0,
        growth: Growth::Prescribed { grows_over_secs: 100.0, initial_width_m: 200.0, widens_over_secs: 0.0 },
        when: None,
        through: Vec::new(),
    });
    scenario.events.push(Event { at_secs: 61.7, what });
    scenario.sources.push(PointSource {
        name: "pump".into(),
        at: [1500.0, 800.0],
        discharge_m3s: Series::constant(20.0),
    });
    let scenario = with_open(scenario, Edge::West, BoundaryKind::Discharge(series(&[[0.0, 0.0], [600.0, 900.0]])));
    with_open(scenario, Edge::East, BoundaryKind::Free)
}

fn hash_after(n_threads: usize, times_secs: &[f64]) -> u64 {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().expect("threads start");
    pool.install(|| {
        let mut solver = Solver::new(&busy());
        for &t in times_secs {
            while solver.step(t) > 0.0 {}
        }
        assert!(solver.counters().n_steps > 100);
        solver.state_hash()
    })
}

#[test]
fn the_hash_does_not_depend_on_the_number_of_threads() {
    let one = hash_after(1, &[600.0]);
    assert_eq!(one, hash_after(2, &[600.0]));
    assert_eq!(one, hash_after(4, &[600.0]));
}

#[test]
fn a_clone_taken_on_the_way_goes_on_as_the_original() {
    let mut solver = Solver::new(&busy());
    for _ in 0..70 {
        solver.step(600.0);
    }
    let mut resumed = solver.clone();
    assert_eq!(solver.state_hash(), resumed.state_hash());
    while solver.step(600.0) > 0.0 {}
    while resumed.step(600.0) > 0.0 {}
    assert_eq!(solver.state_hash(), resumed.state_hash());
}

#[test]
fn stopping_by_steps_or_by_calls_is_the_same() {
    // The output times cut steps, so runs with the same output times are equal, however the calls are grouped.
    let times = [100.0, 250.0, 251.0, 600.0];
    let split = hash_after(2, &times);
    assert_eq!(split, hash_after(1, &times));
    assert_ne!(split, hash_after(1, &[100.0, 599.0]));
}

#[test]
fn times_of_events_are_met_exactly() {
    let mut solver = Solver::new(&busy());
    let mut met = Vec::new();
    while solver.step(200.0) > 0.0 {
        met.push(solver.time_secs());
    }
    assert!(met.contains(&61.7) && met.contains(&161.7) && met.contains(&200.0));
}

#[test]
fn counts_do_not_depend_on_threads_when_a_flood_shrinks_to_two_pools() {
    // So wide at first that two threads share it, and after it has soaked away so small that one does.
    let mut scenario = with_depth(basin(200, 200, 10.0, |_, _| 0.0), |x, y| {
        if x < 100.0 && (y - 1000.0).abs() > 900.0 { 1.0 } else { 0.001 }
    });
    scenario.infiltration = Some(Infiltration::Constant { mm_per_hour: 3600.0 });
    let run = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().expect("a pool");
        pool.install(|| {
            let mut solver = Solver::new(&scenario);
            for _ in 0..20 {
                solver.step(1e9);
            }
            (solver.counters(), solver.state_hash())
        })
    };
    let one = run(1);
    assert_eq!(run(2), one);
}
