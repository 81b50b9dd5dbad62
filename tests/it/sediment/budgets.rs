//! Masses that close in random worlds, dry ground that keeps nothing afloat, and water that does not feel its load.

use hetu::domain::river::channel::{Capacity, SedimentRules};
use hetu::domain::scenario::{Infiltration, PointSource, Rain, Scenario, Series, Steps};
use hetu::domain::swe::{Solver, SolverState};
use proptest::prelude::{ProptestConfig, any, proptest};

use super::{assert_closed, laden};
use crate::analytic::basin::{State, advance, basin, field, with_depth, with_manning};
use crate::determinism::busy;

const RULES: SedimentRules =
    SedimentRules::new(Capacity::ZhangHongwu { bed_grain_mm: 0.1, suspended_grain_mm: 0.02 }, 8e-4);

/// The busy scenario with a little of everything, and sediment in all that comes in.
fn busy_and_laden() -> Scenario {
    let scenario = busy();
    let names: Vec<String> = scenario
        .boundaries
        .iter()
        .map(|boundary| boundary.name.clone())
        .chain(scenario.sources.iter().map(|source| source.name.clone()))
        .collect();
    let inflows: Vec<(&str, Series)> = names.iter().map(|name| (name.as_str(), Series::constant(80.0))).collect();
    laden(scenario, RULES, 12.0, &inflows)
}

#[test]
fn the_mass_closes_with_a_little_of_everything() {
    let mut solver = Solver::new(&busy_and_laden());
    for until in [50.0, 150.0, 300.0] {
        advance(&mut solver, until);
        assert_closed(&solver);
    }
    let budget = solver.sediment().unwrap();
    println!("everything: {budget:?}, residual {:.1e}", budget.residual_frac());
    assert!(budget.inflow_kg > 0.0 && budget.outflow_kg > 0.0 && budget.deposited_on_plain_kg > 0.0, "{budget:?}");
}

#[test]
fn the_water_does_not_feel_its_load() {
    let mut clear = busy();
    clear.numerics.steps = Steps::Uniform;
    let laden = busy_and_laden();
    let [mut a, mut b] = [Solver::new(&clear), Solver::new(&laden)];
    advance(&mut a, 200.0);
    advance(&mut b, 200.0);
    assert_eq!(State::of(&a, &clear), State::of(&b, &laden));
    assert_eq!((a.budget(), a.counters()), (b.budget(), b.counters()));
    assert_ne!(a.state_hash(), b.state_hash());
    assert!(a.sediment().is_none() && a.silt_thickness_m().is_none() && a.concentration_kgm3().is_none());
}

#[test]
fn a_run_on_any_number_of_threads_and_put_by_is_the_same_run() {
    let scenario = busy_and_laden();
    let on = |n_threads: usize, parts: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| {
            let mut solver = Solver::new(&scenario);
            for part in 1..=parts {
                for _ in 0..120 / parts {
                    solver.step(f64::INFINITY);
                }
                if part < parts {
                    let bytes = postcard::to_stdvec(&solver.state()).unwrap();
                    let state: SolverState = postcard::from_bytes(&bytes).unwrap();
                    let restored = Solver::restore(&scenario, state).unwrap();
                    assert_eq!(restored.state_hash(), solver.state_hash());
                    assert_eq!(restored.sections(), solver.sections());
                    solver = restored;
                }
            }
            (solver.state_hash(), format!("{:?}", solver.sediment()))
        })
    };
    let one = on(1, 1);
    assert_eq!((&on(2, 1), &on(4, 1), &on(3, 4)), (&one, &one, &one));
}

#[test]
fn a_state_without_sediment_is_refused() {
    let mut clear = busy();
    clear.numerics.steps = Steps::Uniform;
    let state = Solver::new(&clear).state();
    let error = Solver::restore(&busy_and_laden(), state).unwrap_err();
    assert!(error.to_string().contains("kinds of sediment"), "{error}");
}

/// A wave over a dry plain that drains away: what dries keeps nothing afloat.
#[test]
fn dry_ground_keeps_nothing_afloat() {
    let bed = |x: f64, _: f64| if x < 300.0 { 0.0 } else { 0.01 * (x - 300.0) };
    let scenario = with_depth(basin(40, 6, 20.0, bed), |x, _| if x < 200.0 { 3.0 } else { 0.0 });
    let mut scenario = with_manning(scenario, 0.03);
    scenario.numerics.dry_depth_m = 1e-3;
    let scenario = laden(scenario, RULES, 50.0, &[]);
    let mut solver = Solver::new(&scenario);
    let mut n_left_by_water = 0;
    for k in 1..=30 {
        advance(&mut solver, f64::from(k) * 20.0);
        let State { depth, .. } = State::of(&solver, &scenario);
        let (kgm3, left) = (solver.concentration_kgm3().unwrap(), solver.silt_thickness_m().unwrap());
        for ((h, s), left) in depth.iter().zip(&kgm3).zip(&left) {
            assert!(*h > 1e-3 || *s == 0.0, "{h} m with {s} kg/m3");
            n_left_by_water += usize::from(*h <= 1e-3 && *left > 0.0);
        }
        let carried: f64 = depth.iter().zip(&kgm3).map(|(h, s)| h * s * 400.0).sum();
        let budget = solver.sediment().unwrap();
        assert!((carried / budget.carried_kg - 1.0).abs() < 1e-10);
        assert_closed(&solver);
    }
    assert!(n_left_by_water > 10, "{n_left_by_water}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Rough ground, pools, sources and sinks, rain, thirsty ground.
    #[test]
    fn the_mass_closes_in_random_worlds(
        seed in any::<u32>(),
        discharge in -40.0..60.0_f64,
        kgm3 in 0.0..300.0_f64,
        settling in 0.0..0.01_f64,
        drinks in any::<bool>(),
    ) {
        let seed = f64::from(seed % 1000);
        let bed = |x: f64, y: f64| (x * 0.013 + seed).sin() + (y * 0.017 - seed).cos();
        let dry = basin(30, 18, 25.0, bed);
        let depth = field(&dry.terrain.grid, |x, y| (0.4 - bed(x, y)).max(0.0) * f64::from(u8::from(x < 500.0)));
        let grid = dry.terrain.grid;
        let scenario = with_depth(dry, |x, y| {
            let (row, col) = grid.cell_at([x, y]).unwrap();
            depth[grid.index(row, col)]
        });
        let mut scenario = with_manning(scenario, 0.03);
        scenario.numerics.dry_depth_m = 1e-3;
        let at = [412.0, 212.0];
        scenario.sources.push(PointSource { name: "s".into(), at, discharge_m3s: Series::constant(discharge) });
        scenario.rain = Some(Rain::Uniform(Series::constant(20.0)));
        scenario.infiltration = drinks.then_some(Infiltration::Constant { mm_per_hour: 30.0 });
        let rules = SedimentRules { settling_mps: settling, ..RULES };
        let scenario = laden(scenario, rules, 30.0, &[("s", Series::constant(kgm3))]);
        let mut solver = Solver::new(&scenario);
        for k in 1..=4 {
            advance(&mut solver, f64::from(k) * 50.0);
            assert_closed(&solver);
        }
    }
}
