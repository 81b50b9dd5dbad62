//! Longer steps for slower water: what passes between blocks with different steps is lost to neither.

#![expect(clippy::print_stdout, reason = "docs/verification.md quotes what this prints with --nocapture")]

use hetu::domain::scenario::{BoundaryKind, Edge, Initial, Order, PointSource, Scenario, Series, Steps};
use hetu::domain::swe::Solver;
use proptest::prelude::{ProptestConfig, any, proptest};

use crate::analytic::basin::{State, assert_sound, basin, series, with_depth, with_manning, with_open};
use crate::symmetry::{View, world};

/// A deep channel through a plain that rises and falls, 320 by 120 cells of 50 m.
fn river(order: Order, steps: Steps) -> Scenario {
    let bed = |x: f64, y: f64| {
        let off = (y - 3000.0).abs();
        let plain = 10.0 - 2e-4 * x + 0.4 * (x / 400.0).sin() * (y / 300.0).cos() + 2e-4 * off;
        if off < 200.0 { plain - 12.0 } else { plain }
    };
    let mut scenario = with_manning(basin(320, 120, 50.0, bed), 0.03);
    scenario = with_depth(scenario, |x, y| (9.8 - 2e-4 * x - bed(x, y)).max(0.0));
    scenario.numerics.order = order;
    scenario.numerics.steps = steps;
    scenario.numerics.dry_depth_m = 1e-3;
    let discharge_m3s = series(&[[0.0, 500.0], [7200.0, 30_000.0]]);
    scenario.sources.push(PointSource { name: "inflow".into(), at: [125.0, 3025.0], discharge_m3s });
    with_open(scenario, Edge::East, BoundaryKind::NormalDepth { slope: 2e-4 })
}

fn run_to(scenario: &Scenario, until_secs: f64) -> Solver {
    let mut solver = Solver::new(scenario);
    while solver.step(until_secs) > 0.0 {}
    solver
}

#[test]
fn the_same_ground_is_flooded_with_fewer_updates_and_the_volume_closes() {
    for order in [Order::First, Order::Second] {
        let [local, uniform] = [Steps::Local, Steps::Uniform].map(|steps| run_to(&river(order, steps), 7200.0));
        let scenario = river(order, Steps::Local);
        let [a, b] = [&local, &uniform].map(|solver| State::of(solver, &scenario).depth);
        let is_wet = |h: f64| h > 0.1;
        let both = a.iter().zip(&b).filter(|(a, b)| is_wet(**a) && is_wet(**b)).count();
        let either = a.iter().zip(&b).filter(|(a, b)| is_wet(**a) || is_wet(**b)).count();
        let (csi, n_wet) = (both as f64 / either as f64, b.iter().filter(|h| is_wet(**h)).count());
        let mean = a.iter().zip(&b).map(|(a, b)| (a - b).abs()).sum::<f64>() / n_wet as f64;
        let share = local.counters().cell_updates as f64 / uniform.counters().cell_updates as f64;
        println!("{order:?}: critical success index {csi:.4}, mean difference {mean:.1e} m, {share:.2} of the updates");
        assert!(n_wet > 4000, "the plain is flooded: {n_wet} cells");
        assert!(csi > 0.97 && mean < 0.02 && share < 0.85);
        for solver in [&local, &uniform] {
            assert_sound(solver, &scenario);
            assert!(solver.budget().residual_frac().abs() < 1e-12);
        }
    }
}

#[test]
fn uniform_flow_does_not_feel_the_seams() {
    // A deep channel beside shallow water, in steady flow along both: lateral differences only.
    let slope = 2e-4;
    let deep = |y: f64| (1000.0..1400.0).contains(&y);
    let bed = |x: f64, y: f64| slope * (24_000.0 - x) - if deep(y) { 8.0 } else { 0.0 };
    for order in [Order::First, Order::Second] {
        let run = |steps| {
            let mut scenario = with_manning(basin(240, 24, 100.0, bed), 0.03);
            scenario = with_depth(scenario, |_, y| if deep(y) { 9.0 } else { 1.0 });
            scenario.numerics.order = order;
            scenario.numerics.steps = steps;
            let scenario = with_open(scenario, Edge::East, BoundaryKind::NormalDepth { slope });
            let scenario = with_open(scenario, Edge::West, BoundaryKind::Discharge(Series::constant(8400.0)));
            let solver = run_to(&scenario, 40_000.0);
            (State::of(&solver, &scenario), solver.counters().cell_updates)
        };
        let ((local, n_local), (uniform, n_uniform)) = (run(Steps::Local), run(Steps::Uniform));
        assert!((n_local as f64) < 0.9 * n_uniform as f64, "{n_local} of {n_uniform} updates");
        let most = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        let (h, u) = (most(&local.depth, &uniform.depth), most(&local.u, &uniform.u));
        println!("{order:?}: steady flow with seams off by {h:.1e} m and {u:.1e} m/s");
        assert!(h < 1e-3 && u < 1e-3, "{order:?}: {h} m, {u} m/s");
    }
}

#[test]
fn a_lake_over_a_trench_rests() {
    for order in [Order::First, Order::Second] {
        let bed = |x: f64, y: f64| if (y - 400.0).abs() < 60.0 { -30.0 } else { 0.8 * (x * y * 1e-3).sin() };
        let mut scenario = basin(80, 80, 10.0, bed);
        scenario.numerics.order = order;
        scenario.initial = Initial::Stage(1.0);
        let mut solver = Solver::new(&scenario);
        for _ in 0..2000 {
            solver.step(1e9);
        }
        assert!(solver.counters().n_steps > 3900, "most steps are pairs");
        let most = solver.envelope().max_speed_mps.iter().copied().fold(0.0, f32::max);
        assert!(most < 1e-12, "{order:?}: {most} m/s");
    }
}

#[test]
fn the_hash_depends_neither_on_threads_nor_on_a_pause() {
    for order in [Order::First, Order::Second] {
        let scenario = river(order, Steps::Local);
        let on = |n_threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().expect("threads start");
            pool.install(|| run_to(&scenario, 3000.0).state_hash())
        };
        let one = on(1);
        assert_eq!([on(2), on(3)], [one; 2]);
        let mut first = Solver::new(&scenario);
        while first.time_secs() < 1500.0 {
            first.step(3000.0);
        }
        let mut second = Solver::restore(&scenario, first.state()).expect("its own state fits");
        while second.step(3000.0) > 0.0 {}
        assert_eq!(second.state_hash(), one, "{order:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn random_worlds_stay_wet_or_dry_and_keep_their_water(seed in any::<u64>()) {
        for order in [Order::First, Order::Second] {
            let mut scenario = world(seed, order, View::AsDrawn);
            scenario.rain = None;
            let mut solver = Solver::new(&scenario);
            for _ in 0..120 {
                solver.step(1e9);
            }
            assert_sound(&solver, &scenario);
            assert!(solver.budget().residual_frac().abs() < 1e-12, "seed {seed}");
        }
    }
}
