//! Sediment of a channel that is a line, over its lips and back.

use hetu::domain::river::channel::{Capacity, SedimentRules};
use hetu::domain::scenario::{PointSource, Scenario, Series};
use hetu::domain::swe::{Solver, SolverState};

use super::{assert_closed, laden};
use crate::analytic::basin::advance;
use crate::line::{hours, river};

/// A flood over the banks and back with silted water, a laden tributary and a canal.
fn flood() -> Scenario {
    let mut scenario = river(300.0, hours(&[[0.0, 300.0], [8.0, 2500.0], [16.0, 2500.0], [30.0, 200.0]]));
    let source = |name: &str, x: f64, discharge_m3s: f64| PointSource {
        name: name.into(),
        at: [x, 2200.0],
        discharge_m3s: Series::constant(discharge_m3s),
    };
    scenario.sources.push(source("tributary", 4100.0, 80.0));
    scenario.sources.push(source("canal", 9000.0, -60.0));
    scenario
        .sections
        .push(hetu::domain::scenario::Section { name: "S".into(), line: vec![[12_000.0, 0.0], [12_000.0, 4400.0]] });
    let rules = SedimentRules::new(Capacity::ZhangHongwu { bed_grain_mm: 0.1, suspended_grain_mm: 0.02 }, 4e-4);
    let inflows = [("West", hours(&[[0.0, 10.0], [8.0, 200.0], [30.0, 20.0]])), ("tributary", Series::constant(40.0))];
    laden(scenario, rules, 5.0, &inflows)
}

#[test]
fn the_mass_closes_over_the_banks_and_back() {
    let mut solver = Solver::new(&flood());
    for hour in 1..=48 {
        advance(&mut solver, 3600.0 * f64::from(hour));
        assert_closed(&solver);
        let most = solver.concentration_kgm3().unwrap().into_iter().fold(0.0, f64::max);
        assert!(most < 400.0, "hour {hour}: {most}");
    }
    let budget = solver.sediment().unwrap();
    println!("over the banks: {budget:?}, residual {:.1e}", budget.residual_frac());
    assert!(budget.deposited_on_plain_kg > 0.01 * budget.inflow_kg, "{budget:?}");
    let left = solver.silt_thickness_m().unwrap();
    assert!(left.iter().all(|thickness| thickness.is_finite()));
    let reading = solver.sections()[0].sediment.unwrap();
    let kgm3 = reading.concentration_kgm3().unwrap();
    assert!(kgm3 > 0.0 && (reading.transport_kgs / reading.passing_m3s / kgm3 - 1.0).abs() < 1e-6, "{reading:?}");
}

#[test]
fn the_channel_does_not_feel_its_load() {
    let laden = flood();
    let mut clear = flood();
    clear.sediment = None;
    clear.numerics.steps = hetu::domain::scenario::Steps::Uniform;
    let [mut a, mut b] = [Solver::new(&clear), Solver::new(&laden)];
    advance(&mut a, 30_000.0);
    advance(&mut b, 30_000.0);
    assert_eq!(a.budget(), b.budget());
    let flow = |solver: &Solver| solver.sections()[0].discharge_m3s.to_bits();
    assert_eq!(flow(&a), flow(&b));
}

#[test]
fn a_run_put_by_and_gone_on_with_has_the_same_hash() {
    let scenario = flood();
    let steps = |mut solver: Solver, n: usize| {
        for _ in 0..n {
            solver.step(f64::INFINITY);
        }
        solver
    };
    let whole = steps(Solver::new(&scenario), 900);
    let part = steps(Solver::new(&scenario), 500);
    let bytes = postcard::to_stdvec(&part.state()).unwrap();
    let state: SolverState = postcard::from_bytes(&bytes).unwrap();
    let restored = Solver::restore(&scenario, state).unwrap();
    assert_eq!((restored.state_hash(), restored.sections()), (part.state_hash(), part.sections()));
    let resumed = steps(restored, 400);
    assert_eq!(resumed.state_hash(), whole.state_hash());
    assert_eq!(resumed.sediment(), whole.sediment());
    assert_eq!(resumed.silt_thickness_m(), whole.silt_thickness_m());
}
