//! A run put by and gone on with, and on any number of threads.

use super::{Series, hours, river};
use hetu::domain::scenario::Scenario;
use hetu::domain::swe::{Solver, SolverState};

fn flood() -> Scenario {
    river(500.0, hours(&[[0.0, 500.0], [4.0, 2500.0], [10.0, 400.0]]))
}

fn steps(mut solver: Solver, n: usize) -> Solver {
    for _ in 0..n {
        solver.step(f64::INFINITY);
    }
    solver
}

#[test]
fn a_run_put_by_and_gone_on_with_has_the_same_hash_and_extremes() {
    let scenario = flood();
    let whole = steps(Solver::new(&scenario), 900);
    let part = steps(Solver::new(&scenario), 400);
    let bytes = postcard::to_stdvec(&part.state()).unwrap();
    let state: SolverState = postcard::from_bytes(&bytes).unwrap();
    let restored = Solver::restore(&scenario, state).unwrap();
    assert_eq!(restored.state_hash(), part.state_hash());
    let resumed = steps(restored, 500);
    assert_eq!(resumed.state_hash(), whole.state_hash());
    assert_eq!(format!("{:?}", resumed.envelope()), format!("{:?}", whole.envelope()));
    assert_eq!(format!("{:?}", resumed.sections()), format!("{:?}", whole.sections()));
}

#[test]
fn the_hash_sees_the_water_of_the_channel_and_not_the_number_of_threads() {
    let on = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| steps(Solver::new(&flood()), 600).state_hash())
    };
    let one = on(1);
    assert_eq!((on(2), on(4)), (one, one));
    let other = [300.0, 301.0].map(|q| Solver::new(&river(q, Series::constant(q))).state_hash());
    assert_ne!(other[0], other[1]);
}

#[test]
fn a_state_of_a_scenario_without_the_line_is_refused() {
    let scenario = flood();
    let mut without = flood();
    without.channel = None;
    let error = Solver::restore(&without, Solver::new(&scenario).state()).unwrap_err();
    assert!(error.to_string().contains("channels as lines"), "{error}");
}
