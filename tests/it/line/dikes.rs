//! Production dikes on the banks of a line: ponds behind them, budgets, rest of the run, and what they hold back.

use hetu::domain::river::channel::Section;
use hetu::domain::river::channel::lip_exchange_m2s;
use hetu::domain::river::line::Dike;
use hetu::domain::scenario::{Initial, Scenario};
use hetu::domain::swe::{Solver, SolverState};

use super::{BANKFULL_M3S, CELL_M, N_COLS, N_ROWS, SLOPE, Series, hours, lip_m, n_flooded, river, run_to, valley};
use crate::analytic::basin::State;

/// The same dikes along the whole river, by their heights over the lip.
fn diked(mut scenario: Scenario, slope: f64, dike: Dike) -> Scenario {
    let line = scenario.channel.as_mut().unwrap();
    let step_m = line.length_m() / line.segments.len() as f64;
    let at = |i: usize| {
        let lip = lip_m((i as f64 + 0.5) * step_m, slope);
        Some(Dike { crest_m: lip + dike.crest_m, fails_at_m: lip + dike.fails_at_m, ..dike })
    };
    line.dikes = (0..line.segments.len()).map(at).collect();
    scenario
}

const DIKE: Dike = Dike { crest_m: 1.5, fails_at_m: 0.8, opening_frac: 0.05, opens_over_secs: 7200.0 };

/// A level reach with one row of plain on either bank: two ponds behind dikes, at levels over the lip.
fn ponds(channel_m: f64, plain_m: f64, dike: Dike) -> Scenario {
    let mut scenario = diked(valley(0.0), 0.0, dike);
    let bed = &mut scenario.terrain.bed_m;
    let middle = N_ROWS / 2;
    for (cell, z) in bed.iter_mut().enumerate() {
        if (cell / N_COLS).abs_diff(middle) > 1 {
            *z = f64::NAN;
        }
    }
    let depth = |cell: usize| match (cell / N_COLS).abs_diff(middle) {
        0 => 3.0 + channel_m,
        1 => plain_m,
        _ => 0.0,
    };
    let depth_m: Vec<f64> = (0..bed.len()).map(depth).collect();
    let still = vec![0.0; depth_m.len()];
    scenario.initial = Initial::Fields { depth_m, u_mps: still.clone(), v_mps: still };
    scenario
}

/// Depths of channel and plain over the lip by the equation of two ponds, by small steps: per metre of river
/// dA/dt = -2 f(t) q of the channel's area A and 400 dz/dt = f(t) q of either plain.
fn two_ponds(channel_m: f64, plain_m: f64, dike: Dike, secs: f64) -> [f64; 2] {
    let section = Section::trapezoid(300.0, 3.0, 0.6, CELL_M).unwrap();
    let (mut area, mut plain) = (section.area_m2(3.0 + channel_m), plain_m);
    let dt = 1.0;
    let mut t = 0.0;
    while t < secs {
        let open = dike.opening_frac * ((t + 0.5 * dt) / dike.opens_over_secs).min(1.0);
        let q = open * lip_exchange_m2s(section.depth_m(area) - 3.0, plain, 0.0);
        area -= 2.0 * q * dt;
        plain += q * dt / CELL_M;
        t += dt;
    }
    [section.depth_m(area) - 3.0, plain]
}

/// A pond fills from a brimful river through gaps, and another drains into an empty one.
#[test]
fn a_pond_behind_a_dike_fills_and_drains_through_its_gaps_as_the_equation_says() {
    let fails_at_once = Dike { fails_at_m: -2.9, ..DIKE };
    for (channel_m, plain_m) in [(1.0, 0.0), (-2.0, 1.0)] {
        let scenario = ponds(channel_m, plain_m, fails_at_once);
        let mut solver = Solver::new(&scenario);
        let mut worst = 0.0_f64;
        for hour in [1.0, 2.0, 4.0, 8.0, 24.0] {
            run_to(&mut solver, hour);
            let depth = State::of(&solver, &scenario).depth;
            let [channel, plain] = two_ponds(channel_m, plain_m, fails_at_once, hour * 3600.0);
            let cell = |row: usize| depth[row * N_COLS + N_COLS / 2];
            worst = worst.max((cell(N_ROWS / 2) - 3.0 - channel).abs()).max((cell(N_ROWS / 2 + 1) - plain).abs());
            assert!(solver.budget().residual_frac().abs() < 1e-12);
        }
        let [channel, plain] = two_ponds(channel_m, plain_m, fails_at_once, 24.0 * 3600.0);
        println!("ponds: after a day {channel:.3} and {plain:.3} m over the lip, off by at most {worst:.1e} m");
        assert!((plain - plain_m).abs() > 0.1 && worst < 1e-2, "{worst}");
    }
}

/// 1.2 of bankfull stand 0.35 m over the lip between dikes that fail at 0.8 m; twice bankfull stand 1.5 m over it.
#[test]
fn a_flood_below_the_failing_stage_leaves_the_plain_dry() {
    for (share, dikes, floods) in [(1.2, true, false), (1.2, false, true), (2.0, true, true)] {
        let open = river(500.0, Series::constant(share * BANKFULL_M3S));
        let scenario = if dikes { diked(open, SLOPE, DIKE) } else { open };
        let mut solver = Solver::new(&scenario);
        run_to(&mut solver, 48.0);
        let n = n_flooded(&scenario, &solver, 0.01);
        println!("dikes: {n} cells of the plain are wet at {share} of bankfull, dikes {dikes}");
        assert_eq!(n > 50, floods, "{n} cells at {share}, dikes {dikes}");
        assert!(floods || n == 0);
    }
}

/// Over the dikes, through their gaps and back, with gaps of every kind.
#[test]
fn volumes_close_behind_dikes_of_every_kind() {
    let inflow = hours(&[[0.0, 300.0], [8.0, 4000.0], [16.0, 4000.0], [24.0, 200.0]]);
    for (k, opening_frac) in [0.0, 0.004, 0.03, 0.3, 1.0].into_iter().enumerate() {
        let dike = Dike { fails_at_m: 0.3 * k as f64, opening_frac, opens_over_secs: 60.0 + 3600.0 * k as f64, ..DIKE };
        let scenario = diked(river(300.0, inflow.clone()), SLOPE, dike);
        let mut solver = Solver::new(&scenario);
        let mut most = 0;
        for hour in 0..60 {
            run_to(&mut solver, f64::from(hour));
            most = most.max(n_flooded(&scenario, &solver, 0.1));
            let budget = solver.budget();
            assert!(budget.residual_frac().abs() < 1e-12, "{dike:?}, hour {hour}: {budget:?}");
        }
        let depth = State::of(&solver, &scenario).depth;
        assert!(most > 50 && depth.iter().all(|h| *h >= 0.0), "{dike:?}: {most}");
        assert_eq!(solver.counters().contained_cells, 0);
    }
}

#[test]
fn gaps_give_the_water_back_later_than_an_open_bank() {
    let inflow = hours(&[[0.0, 300.0], [6.0, 3000.0], [18.0, 3000.0], [24.0, 300.0]]);
    let left = |scenario: Scenario| {
        let mut solver = Solver::new(&scenario);
        run_to(&mut solver, 30.0);
        n_flooded(&scenario, &solver, 0.1)
    };
    let open = left(river(300.0, inflow.clone()));
    let behind_dikes = left(diked(river(300.0, inflow), SLOPE, DIKE));
    println!("dikes: {behind_dikes} cells are still flooded behind dikes 6 h after the flood, {open} without");
    assert!(behind_dikes > open + 20, "{behind_dikes} {open}");
}

#[test]
fn no_dikes_are_no_dikes_to_the_last_bit() {
    let flood = || river(500.0, hours(&[[0.0, 500.0], [4.0, 2500.0]]));
    let hash = |scenario: Scenario| {
        let mut solver = Solver::new(&scenario);
        run_to(&mut solver, 12.0);
        solver.state_hash()
    };
    let mut nowhere = flood();
    let line = nowhere.channel.as_mut().unwrap();
    line.dikes = vec![None; line.segments.len()];
    assert_eq!(hash(nowhere), hash(flood()));
    assert_ne!(hash(diked(flood(), SLOPE, DIKE)), hash(flood()));
}

#[test]
fn dikes_that_are_opening_are_put_by_and_do_not_see_threads() {
    let scenario = diked(river(500.0, hours(&[[0.0, 500.0], [4.0, 3000.0], [10.0, 400.0]])), SLOPE, DIKE);
    let steps = |mut solver: Solver, n: usize| {
        for _ in 0..n {
            solver.step(f64::INFINITY);
        }
        solver
    };
    let whole = steps(Solver::new(&scenario), 1200);
    for n in [100, 500, 800] {
        let bytes = postcard::to_stdvec(&steps(Solver::new(&scenario), n).state()).unwrap();
        let state: SolverState = postcard::from_bytes(&bytes).unwrap();
        let resumed = steps(Solver::restore(&scenario, state).unwrap(), 1200 - n);
        assert_eq!(resumed.state_hash(), whole.state_hash(), "put by after {n} steps");
    }
    for n_threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        assert_eq!(pool.install(|| steps(Solver::new(&scenario), 1200).state_hash()), whole.state_hash());
    }
    let without = river(500.0, Series::constant(500.0));
    let error = Solver::restore(&without, whole.state()).unwrap_err();
    assert!(error.to_string().contains("stretches of dike"), "{error}");
}

#[test]
fn a_symmetric_valley_floods_symmetrically_behind_dikes() {
    let scenario = diked(river(500.0, hours(&[[0.0, 500.0], [6.0, 3000.0]])), SLOPE, DIKE);
    let mut solver = Solver::new(&scenario);
    run_to(&mut solver, 18.0);
    assert!(n_flooded(&scenario, &solver, 0.2) > 100);
    let depth = State::of(&solver, &scenario).depth;
    let there = |cell: usize| (N_ROWS - 1 - cell / N_COLS) * N_COLS + cell % N_COLS;
    let largest = (0..depth.len()).map(|cell| (depth[cell] - depth[there(cell)]).abs()).fold(0.0, f64::max);
    assert!(largest < 1e-6, "{largest}");
}
