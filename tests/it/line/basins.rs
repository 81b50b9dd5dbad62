//! Detention basins beside the channel: draining by head, volumes, limits, order, and a run put by.

use hetu::domain::river::basin::{Basin, BasinGate, InletRule, LevelStorage, Limit, OutletRule};
use hetu::domain::scenario::{Scenario, Section, Series};
use hetu::domain::swe::{Solver, SolverState};
use hetu::domain::text::Bilingual;
use proptest::prelude::{ProptestConfig, prop, proptest};

use super::{CELL_M, N_COLS, N_ROWS, hours, river, run_to};

/// A gate at a distance down the valley that carries its capacity at a head of 2 m.
fn gate(x_m: f64, capacity_m3s: f64, sill_m: f64) -> BasinGate {
    let name = Bilingual::new("闸", "Gate");
    let segment = (0..N_COLS).position(|i| x_m < (i + 1) as f64 * CELL_M).unwrap();
    BasinGate { name, km: x_m / 1000.0, segment, capacity_m3s, sill_m, full_at_m: sill_m + 2.0 }
}

/// A lake with upright shores on the river's datum, its bottom at 0 m.
fn lake(name: &str, area_m2: f64, level_m: f64) -> Basin {
    Basin {
        name: name.into(),
        title: Bilingual::new("湖", "Lake"),
        storage: LevelStorage::new(vec![[0.0, 0.0], [20.0, 20.0 * area_m2]]).unwrap(),
        raise_m: 0.0,
        flood_level_m: 9.0,
        level_m,
        inlets: Vec::new(),
        outlets: Vec::new(),
        inlet: InletRule::Closed,
        outlet: OutletRule::Free,
        inflow_m3s: None,
        observed_m: Vec::new(),
    }
}

fn across(x_m: f64) -> Section {
    Section { name: format!("{x_m}"), line: vec![[x_m, 0.0], [x_m, N_ROWS as f64 * CELL_M]] }
}

fn keep(section: usize, at_most_m3s: f64, after: Vec<usize>) -> InletRule {
    InletRule::Keep(Limit { station: "below".into(), at_most_m3s, section, after })
}

/// Q = K h^1.5 out of A dh/dt = −Q gives h = (h0^−½ + K t / 2A)^−2.
#[test]
fn a_lake_drains_over_its_sill_as_the_formula_says() {
    let (area_m2, sill_m, h0) = (2e6, 9.0, 1.9_f64);
    let mut scenario = river(300.0, Series::constant(300.0));
    let mut basin = lake("lake", area_m2, sill_m + h0);
    basin.outlets = vec![gate(10_200.0, 100.0, sill_m)];
    scenario.basins = vec![basin];
    let k = 100.0 / 2.0_f64.powf(1.5);
    let mut solver = Solver::new(&scenario);
    let mut largest = 0.0_f64;
    for hour in 1..=48 {
        run_to(&mut solver, f64::from(hour));
        let exact = (h0.powf(-0.5) + k * f64::from(hour) * 3600.0 / (2.0 * area_m2)).powi(-2);
        largest = largest.max((solver.basins()[0].level_m - sill_m - exact).abs());
    }
    let reading = &solver.basins()[0];
    println!(
        "lake: level off by {largest:.1e} m at most while it falls from 1.90 to {:.2} m",
        reading.level_m - sill_m
    );
    assert!(largest < 1e-3, "{largest}");
    assert!((reading.given_m3 / (area_m2 * (sill_m + h0 - reading.level_m)) - 1.0).abs() < 1e-9);
}

/// Below the river's level nothing leaves, and a lake joined by an open gate comes to the level of the river.
#[test]
fn a_lake_comes_to_the_level_of_the_river_and_stays() {
    let mut scenario = river(600.0, Series::constant(600.0));
    let mut basin = lake("lake", 4e5, 4.0);
    basin.inlets = vec![gate(10_200.0, 300.0, 4.0)];
    basin.outlets = basin.inlets.clone();
    basin.inlet = InletRule::Open;
    scenario.basins = vec![basin];
    let mut solver = Solver::new(&scenario);
    run_to(&mut solver, 72.0);
    let level_m = solver.basins()[0].level_m;
    run_to(&mut solver, 73.0);
    let moved_m = solver.basins()[0].level_m - level_m;
    let along = scenario.channel.as_ref().unwrap();
    let depth_m = level_m - along.segments[25].bed_m;
    println!(
        "levels: the lake stands {depth_m:.3} m over the bed of the river and moves by {moved_m:.1e} m in an hour"
    );
    assert!(moved_m.abs() < 1e-3 && (1.8..2.6).contains(&depth_m), "{depth_m} {moved_m}");
}

/// 300 to 900 m³/s come; what is beyond 500 goes into the lake.
fn kept() -> Scenario {
    let mut scenario = river(300.0, hours(&[[0.0, 300.0], [8.0, 900.0], [20.0, 900.0], [28.0, 250.0]]));
    scenario.sections = vec![across(9_000.0), across(17_000.0)];
    let mut basin = lake("lake", 2e7, 1.0);
    basin.inlets = vec![gate(10_200.0, 800.0, 4.8)];
    basin.outlets = vec![gate(12_200.0, 300.0, 1.0)];
    basin.inlet = keep(0, 500.0, Vec::new());
    scenario.basins = vec![basin];
    scenario
}

#[test]
fn a_limit_is_kept_and_what_was_taken_is_the_excess() {
    let mut solver = Solver::new(&kept());
    let mut highest = 0.0_f64;
    for minute in 0..(60 * 60 / 5) {
        run_to(&mut solver, f64::from(minute) * 5.0 / 60.0);
        highest = highest.max(solver.sections()[1].discharge_m3s);
    }
    // Between the crossings of 500: 5.33 h up to 900, 12 h there, 4.92 h down.
    let excess_m3 = 3600.0 * 400.0 * (0.5 * 5.333 + 12.0 + 0.5 * 4.923);
    let taken_m3 = solver.basins()[0].taken_m3;
    println!("limit: 500 m3/s kept at {highest:.1}; {:.3} of the excess taken", taken_m3 / excess_m3);
    assert!(highest < 515.0 && (0.95..1.1).contains(&(taken_m3 / excess_m3)), "{highest} {taken_m3}");
}

#[test]
fn the_basin_listed_first_is_filled_first() {
    let mut scenario = kept();
    // The second one stands above the first, and would take all if it did not leave it to the first.
    let mut second = lake("second", 2e7, 1.0);
    second.inlets = vec![gate(9_400.0, 800.0, 4.8)];
    second.inlet = keep(0, 500.0, vec![0]);
    scenario.sections.push(across(9_800.0));
    scenario.basins[0].inlet = keep(2, 500.0, Vec::new());
    scenario.basins[0].storage = LevelStorage::new(vec![[0.0, 0.0], [20.0, 2e7]]).unwrap();
    // Its flood level lies below the river, so that it can be filled to it.
    scenario.basins[0].flood_level_m = 5.0;
    scenario.basins[0].outlets.clear();
    let room_m3 = scenario.basins[0].storage.volume_m3(5.0) - scenario.basins[0].storage.volume_m3(1.0);
    scenario.basins.push(second);
    let mut solver = Solver::new(&scenario);
    let (mut highest, mut early_m3) = (0.0_f64, 0.0);
    for hour in 0..60 {
        run_to(&mut solver, f64::from(hour));
        highest = highest.max(solver.sections()[1].discharge_m3s);
        let [first, second] = [0, 1].map(|i| solver.basins()[i].taken_m3);
        if first < 0.5 * room_m3 {
            early_m3 = second;
        }
    }
    let [first, second] = [0, 1].map(|i| solver.basins()[i].taken_m3);
    println!(
        "order: {:.3} of the first's room, then {second:.2e} m3 in the second; {highest:.0} m3/s at most",
        first / room_m3
    );
    assert!(
        first / room_m3 > 0.98 && first <= room_m3 && early_m3 < 0.02 * second && second > 5e6,
        "{early_m3} {second}"
    );
    assert!(highest < 560.0, "{highest}");
}

fn rules(pick: u8, q: f64) -> (InletRule, OutletRule) {
    let inlet = match pick % 4 {
        0 => InletRule::Closed,
        1 => InletRule::Open,
        2 => InletRule::Discharge(hours(&[[0.0, 0.0], [6.0, q]])),
        _ => keep(0, q, Vec::new()),
    };
    let outlet = match pick / 4 {
        0 => OutletRule::Free,
        1 => OutletRule::Closed,
        _ => OutletRule::Discharge(hours(&[[0.0, q], [9.0, 0.0]])),
    };
    (inlet, outlet)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn volumes_close_with_any_gates(
        lakes in prop::collection::vec((0_u8..12, 50.0..900.0_f64, 0.0..8.0_f64, 2.0..9.0_f64, 1e5..1e7_f64), 1..3),
        inflow_m3s in 0.0..200.0_f64,
    ) {
        let mut scenario = river(300.0, hours(&[[0.0, 300.0], [6.0, 1500.0], [14.0, 200.0]]));
        scenario.sections = vec![across(9_000.0)];
        for (i, (pick, q, level_m, sill_m, area_m2)) in lakes.into_iter().enumerate() {
            let mut basin = lake(&format!("lake{i}"), area_m2, level_m);
            (basin.inlet, basin.outlet) = rules(pick, q);
            basin.inlets = vec![gate(10_200.0, q, sill_m), gate(11_800.0, 2.0 * q, sill_m - 1.0)];
            basin.outlets = vec![gate(14_600.0, q, sill_m - 1.5)];
            basin.inflow_m3s = Some(Series::constant(inflow_m3s));
            scenario.basins.push(basin);
        }
        let mut solver = Solver::new(&scenario);
        run_to(&mut solver, 18.0);
        let budget = solver.budget();
        assert!(budget.residual_frac().abs() < 1e-13, "{budget:?}");
        for (basin, reading) in scenario.basins.iter().zip(solver.basins()) {
            let begun_m3 = basin.storage.volume_m3(basin.level_m);
            let sum_m3 = begun_m3 + reading.taken_m3 - reading.given_m3 + reading.joined_m3;
            assert!(reading.volume_m3 >= 0.0 && (reading.volume_m3 - sum_m3).abs() <= 1e-9 * (1.0 + sum_m3), "{reading:?}");
        }
        assert_eq!(solver.counters().contained_cells, 0);
    }
}

#[test]
fn a_run_with_basins_put_by_or_on_more_threads_is_the_same() {
    let scenario = kept();
    let steps = |mut solver: Solver, n: usize| {
        for _ in 0..n {
            solver.step(f64::INFINITY);
        }
        solver
    };
    let on = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| steps(Solver::new(&scenario), 1200))
    };
    let whole = on(1);
    assert!(whole.basins()[0].inlet_m3s > 50.0, "the gates are at work: {:?}", whole.basins());
    assert_eq!((on(2).state_hash(), on(3).state_hash()), (whole.state_hash(), whole.state_hash()));
    let part = steps(Solver::new(&scenario), 700);
    let bytes = postcard::to_stdvec(&part.state()).unwrap();
    let state: SolverState = postcard::from_bytes(&bytes).unwrap();
    let restored = Solver::restore(&scenario, state).unwrap();
    assert_eq!(restored.basins(), part.basins());
    let resumed = steps(restored, 500);
    assert_eq!((resumed.state_hash(), resumed.basins()), (whole.state_hash(), whole.basins()));
    let mut without = kept();
    without.basins.clear();
    let error = Solver::restore(&without, part.state()).unwrap_err();
    assert_eq!(error.to_string(), "the state has 1 detention basins, the scenario 0");
}
