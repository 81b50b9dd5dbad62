//! Orders: what they come to, when they take effect, that nothing but that time matters, and their files.

#![expect(clippy::unwrap_used, reason = "everything in this file is a test")]
#![expect(clippy::float_cmp, reason = "what is compared so is exact")]

use std::sync::Arc;
use std::time::Duration;

use hetu::domain::impact::{Exposure, Road, RoadNet, Village};
use hetu::domain::order::{Deed, Given, InflowChange, Order, Orders, Top, preview, take};
use hetu::domain::recording::{Checkpoint, RunResult};
use hetu::domain::scenario::{
    BoundaryKind, Edge, EventKind, Gate, GateOpening, Growth, OutputPlan, Scenario, Section, Series, Structure, Wall,
};
use hetu::domain::swe::Solver;
use hetu::domain::text::Bilingual;
use hetu::domain::worlds::BranchId;
use hetu::engine::{BatchEvent, BatchPlan, Command, Engine, EngineSettings, Event, run_batch_as};
use hetu::io::checkpoint::{CheckpointError, CheckpointFolder, read_checkpoint_with};
use hetu::io::exposure::exposure_of;
use hetu::io::orders::{load_orders, orders_text};
use proptest::prelude::{Just, ProptestConfig, Strategy, prop, prop_assert_eq, prop_oneof, proptest};

use crate::analytic::basin::{assert_sound, basin, series, with_depth, with_manning, with_open};
use crate::determinism::busy;

const TWO_THREADS: EngineSettings = EngineSettings { threads: 2, beside_window: false };

pub(crate) fn order(id: u32, at_secs: f64, deed: Deed) -> Order {
    let wall = Some(time::macros::datetime!(2026-07-01 08:30:05.25 +8));
    let given = Given { simulated_secs: Some(at_secs), wall };
    Order { id, at_secs, given, author: String::new(), reason: String::new(), deed }
}

fn sudden(width_m: f64) -> Growth {
    Growth::Prescribed { grows_over_secs: 0.0, initial_width_m: width_m, widens_over_secs: 0.0 }
}

/// The busy scenario without its breach, with a gate, for 300 s; output every 20 and 25 s.
pub(crate) fn scenario() -> Scenario {
    let mut scenario = busy();
    scenario.name = "busy".into();
    scenario.events.clear();
    scenario.duration_secs = 300.0;
    scenario.output = OutputPlan { frame_every_secs: 25.0, gauge_every_secs: 20.0 };
    scenario.structures.push(Structure::Gate(Gate {
        name: "sluice".into(),
        wall: "levee".into(),
        at: [900.0, 1166.0],
        width_m: 30.0,
        sill_m: 3.0,
        opening: GateOpening::Schedule(Series::constant(0.0)),
    }));
    scenario.exposure = Some(exposure());
    scenario
}

/// A village and a road, for orders to name.
fn exposure() -> Exposure {
    let village = Village {
        id: "V-001".into(),
        name: Bilingual::new("东坝头村", "Dongbatou"),
        unit: 0,
        cell: 0,
        at: [0.0, 0.0],
        people: 100.0,
        people_by_day: 80.0,
        households: 30.0,
        platform_m: 0.0,
        houses_m2: [0.0; 3],
        is_practised: true,
    };
    let road = Road { name: Bilingual::new("S1", "S1"), ends: [0, 0], length_m: 1.0, cells: vec![0] };
    let roads = RoadNet { nodes: vec![[0.0, 0.0]], roads: vec![road], ..RoadNet::default() };
    Exposure { roads, ..exposure_of(vec![], vec![village], Bilingual::default()) }
}

pub(crate) fn breach_deed() -> Deed {
    let growth = Growth::Prescribed { grows_over_secs: 100.0, initial_width_m: 200.0, widens_over_secs: 0.0 };
    Deed::Breach { at: [850.0, 875.0], width_m: 200.0, sill_m: Some(2.0), growth }
}

/// One of each kind, some at the same time, some at instants of output.
pub(crate) fn all_orders() -> Orders {
    let inflow = |name: &str, change| Deed::Inflow { name: name.into(), change };
    let name = scenario().boundaries[0].name.clone();
    let gate = |opening| Deed::Gate { name: "sluice".into(), opening };
    let ruled =
        GateOpening::Stage { gauge_at: [600.0, 800.0], table: vec![[1.0, 0.0], [4.0, 2.0]], speed_mps: Some(0.004) };
    [
        (100.0, breach_deed()),
        (100.0, Deed::Wall { line: vec![[300.0, 400.0], [520.0, 700.0]], top: Top::Height(1.5) }),
        (113.3, gate(GateOpening::Schedule(Series::constant(0.8)))),
        (121.7, Deed::Raise { from: [760.0, 350.0], to: [800.0, 600.0], top: Top::Crest(7.5) }),
        (133.0, inflow(&name, InflowChange::Scale(1.7))),
        (140.0, Deed::Pump { from: [200.0, 200.0], to: Some([1200.0, 300.0]), discharge_m3s: 12.0 }),
        (150.0, Deed::Move { who: "东坝头村".into(), to: "堤顶".into() }),
        (151.0, inflow("pump", InflowChange::Series(series(&[[0.0, 5.0], [300.0, 30.0]])))),
        (200.0, gate(ruled)),
        (230.0, inflow(&name, InflowChange::Shift(-40.0))),
        (231.5, Deed::Breach { at: [780.0, 470.0], width_m: 60.0, sill_m: None, growth: sudden(60.0) }),
    ]
    .into_iter()
    .zip(1..)
    .map(|((at_secs, deed), id)| order(id, at_secs, deed))
    .collect()
}

fn batch(scenario: &Scenario, threads: usize, plan: BatchPlan) -> (RunResult, Vec<Checkpoint>) {
    let settings = EngineSettings { threads, beside_window: false };
    let mut checkpoints = Vec::new();
    let result = run_batch_as(&Arc::new(scenario.clone()), &settings, plan, &mut |event| {
        if let BatchEvent::Checkpoint(checkpoint) = event {
            checkpoints.push(Checkpoint::clone(&checkpoint));
        }
    });
    (result.unwrap(), checkpoints)
}

fn with_orders(scenario: &Scenario, orders: Orders) -> RunResult {
    batch(scenario, 2, BatchPlan { orders, ..BatchPlan::default() }).0
}

pub(crate) fn hash_of(scenario: &Scenario, orders: Orders) -> u64 {
    with_orders(scenario, orders).summary.state_hash
}

#[test]
fn a_breach_by_order_is_the_breach_of_the_scenario_to_the_last_bit() {
    let orders: Orders = [order(1, 61.7, breach_deed())].into_iter().collect();
    let given = with_orders(&scenario(), orders);
    let mut known = scenario();
    known.events = busy().events;
    let known = with_orders(&known, Orders::none());
    assert_eq!(given.summary.state_hash, known.summary.state_hash);
    assert_eq!(given.summary.budget, known.summary.budget);
    assert_eq!(given.final_fields, known.final_fields);
    assert_ne!(given.summary.state_hash, hash_of(&scenario(), Orders::none()), "it changes something");
}

#[test]
fn orders_give_the_same_state_for_any_number_of_threads_and_close_the_budget() {
    let run = |threads| batch(&scenario(), threads, BatchPlan { orders: all_orders(), ..BatchPlan::default() }).0;
    let one = run(1);
    for threads in [2, 4] {
        assert_eq!(run(threads).summary.state_hash, one.summary.state_hash, "{threads} threads");
    }
    let budget = one.summary.budget;
    assert!(budget.residual_frac().abs() < 1e-12, "{budget:?}");
    assert_eq!((one.summary.contained_cells, one.orders), (0, all_orders()));
    // Each of them matters, but for those that move no water.
    for left_out in all_orders().all() {
        let mut rest = all_orders();
        rest.remove(left_out.id);
        let same = hash_of(&scenario(), rest) == one.summary.state_hash;
        assert_eq!(same, !left_out.deed.moves_water(), "{left_out:?}");
    }
}

/// Runs a scenario in the worker, giving orders once it stands at a time and taking some back; their numbers are those
/// that the worker chose.
fn given_on_the_way(
    scenario: &Scenario,
    before: &[Order],
    at_secs: f64,
    then: &[Order],
    back: &[u32],
) -> (u64, Orders) {
    let engine = Engine::start(&TWO_THREADS, None).unwrap();
    engine.load(Arc::new(scenario.clone())).unwrap();
    let next = || engine.events().recv_timeout(Duration::from_mins(1)).expect("the worker answers");
    let give = |orders: &[Order]| {
        for order in orders {
            engine.send(Command::Give(Box::new(order.clone()))).unwrap();
        }
    };
    give(before);
    engine.send(Command::RunTo(at_secs)).unwrap();
    while !matches!(next(), Event::Progress(p) if p.time_secs == at_secs && !p.is_running) {}
    give(then);
    for id in back {
        engine.send(Command::TakeBack(*id)).unwrap();
    }
    engine.send(Command::RunTo(1e9)).unwrap();
    let mut orders = Orders::none();
    loop {
        match next() {
            Event::Worlds(worlds) => orders = worlds.orders(BranchId::ROOT),
            Event::Refused(refusal) => panic!("{}", refusal.text().en),
            Event::Finished { summary } => return (summary.state_hash, orders),
            Event::Failed { message } => panic!("{message}"),
            _ => {}
        }
    }
}

#[test]
fn it_does_not_matter_when_an_order_was_given() {
    let known = hash_of(&scenario(), all_orders());
    let all = all_orders().all().to_vec();
    assert_eq!(given_on_the_way(&scenario(), &[], 100.0, &all, &[]), (known, all_orders()));
    assert_eq!(given_on_the_way(&scenario(), &all[..3], 100.0, &all[3..], &[]), (known, all_orders()));
    // One that is taken back again leaves no trace.
    let more = order(0, 180.0, breach_deed());
    let with_more: Vec<Order> = all.iter().cloned().chain([more]).collect();
    assert_eq!(given_on_the_way(&scenario(), &with_more, 100.0, &[], &[12]), (known, all_orders()));
}

#[test]
fn a_run_with_orders_put_by_in_a_file_is_the_run_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let scenario = scenario();
    let plan = BatchPlan { checkpoint_every_secs: Some(50.0), orders: all_orders(), ..BatchPlan::default() };
    let (whole, checkpoints) = batch(&scenario, 2, plan);
    assert_eq!(checkpoints.len(), 6);
    let mut folder = CheckpointFolder::create(dir.path(), &scenario).unwrap();
    for (checkpoint, threads) in checkpoints.iter().zip([1, 2, 3, 1, 2, 3]) {
        let mut changed = scenario.clone();
        all_orders().change(&mut changed, checkpoint.time_secs());
        folder.follow(&changed).unwrap();
        let path = folder.write(checkpoint).unwrap();
        let from = Some(read_checkpoint_with(&path, &scenario, &all_orders()).unwrap());
        let (rest, _) = batch(&scenario, threads, BatchPlan { from, orders: all_orders(), ..BatchPlan::default() });
        assert_eq!(rest.summary.state_hash, whole.summary.state_hash, "from {} s", checkpoint.time_secs());
        if checkpoint.time_secs() >= 100.0 {
            let error = read_checkpoint_with(&path, &scenario, &Orders::none()).unwrap_err();
            assert!(matches!(error, CheckpointError::OtherScenario { .. }), "{error}");
        }
    }
}

// ---------------------------------------------------------------- what orders do

/// Two pools of 40 by 4 cells of 10 m on a flat bed, 3.0 and 0.5 m deep, a wall of 2.0 m between them.
fn pools() -> Scenario {
    let scenario = basin(80, 4, 10.0, |_, _| 0.0);
    let mut scenario = with_manning(with_depth(scenario, |x, _| if x < 400.0 { 3.0 } else { 0.5 }), 0.03);
    scenario.duration_secs = 600.0;
    scenario.walls.push(Wall::new("dike", vec![[400.0, 0.0], [400.0, 40.0]], vec![2.0; 2]));
    scenario.sections.push(Section { name: "dike".into(), line: vec![[400.0, 0.0], [400.0, 40.0]] });
    scenario
}

/// The solver at a time after the orders, and the scenario they made.
fn after(scenario: &Scenario, orders: &[Order], until_secs: f64) -> (Solver, Scenario) {
    let mut changed = scenario.clone();
    let mut solver = Solver::new(scenario);
    for order in orders {
        while solver.step(order.at_secs) > 0.0 {}
        take(&mut changed, order).unwrap();
        solver.change(&changed).unwrap();
    }
    while solver.step(until_secs) > 0.0 {}
    assert_sound(&solver, &changed);
    (solver, changed)
}

fn over_the_dike(solver: &Solver) -> f64 {
    solver.sections()[0].discharge_m3s
}

#[test]
fn a_raised_wall_holds_the_water() {
    let raised = Deed::Raise { from: [400.0, 1.0], to: [400.0, 39.0], top: Top::Height(2.0) };
    let found = preview(&pools(), &raised).unwrap();
    assert_eq!((found.wall.as_deref(), found.length_m, found.edges.len()), (Some("dike"), 40.0, 4));
    assert!(found.edges.iter().all(|edge| (edge.ground_m, edge.before_m, edge.after_m) == (0.0, 2.0, 4.0)));
    let (open, _) = after(&pools(), &[], 120.0);
    assert!(over_the_dike(&open) > 1.0);
    let (held, _) = after(&pools(), &[order(1, 60.0, raised)], 120.0);
    assert_eq!(over_the_dike(&held), 0.0);
}

#[test]
fn a_wall_in_the_open_parts_the_water_and_a_breach_goes_through_all_that_stands_there() {
    let mut scenario = pools();
    scenario.walls.clear();
    let sandbags = Deed::Wall { line: vec![[400.0, 0.0], [400.0, 40.0]], top: Top::Height(5.0) };
    let (parted, _) = after(&scenario, &[order(1, 0.0, sandbags.clone())], 60.0);
    assert_eq!(over_the_dike(&parted), 0.0);

    // On the dike: then a breach takes both away, and a wall that is built into it shuts it again.
    let breach = Deed::Breach { at: [415.0, 22.0], width_m: 20.0, sill_m: None, growth: sudden(20.0) };
    let orders = [order(1, 0.0, sandbags.clone()), order(2, 30.0, breach)];
    let (open, changed) = after(&pools(), &orders, 60.0);
    let EventKind::Breach(breach) = &changed.events[0].what;
    assert_eq!((breach.wall.as_str(), breach.through.as_slice()), ("dike", ["order-1".to_owned()].as_slice()));
    assert!(over_the_dike(&open) > 20.0, "{}", over_the_dike(&open));
    let closed = Deed::Wall { line: vec![[400.0, 0.0], [400.0, 40.0]], top: Top::Crest(6.0) };
    let orders = [orders[0].clone(), orders[1].clone(), order(3, 60.0, closed)];
    let (shut, _) = after(&pools(), &orders, 120.0);
    assert_eq!(over_the_dike(&shut), 0.0);
}

#[test]
fn the_preview_of_a_breach_is_its_place_on_the_edges() {
    let deed = Deed::Breach { at: [425.0, 22.0], width_m: 15.0, sill_m: Some(0.5), growth: sudden(15.0) };
    let found = preview(&pools(), &deed).unwrap();
    assert_eq!((found.wall.as_deref(), found.at), (Some("dike"), Some([400.0, 22.0])));
    // From 14.5 to 29.5 m: 5.5 m of the second edge and 9.5 m of the third.
    let shares: Vec<f64> = found.edges.iter().map(|edge| edge.share_frac).collect();
    assert!((shares[0] - 0.55).abs() < 1e-12 && (shares[1] - 0.95).abs() < 1e-12 && shares.len() == 2, "{shares:?}");
    assert!((found.length_m - 15.0).abs() < 1e-9);
    assert!(found.edges.iter().all(|edge| (edge.before_m, edge.after_m) == (2.0, 0.5)));
    assert_eq!(found.edges[0].ends, [[400.0, 10.0], [400.0, 20.0]]);
}

#[test]
fn a_scaled_inflow_brings_exactly_its_volume() {
    let mut scenario = with_open(
        with_manning(with_depth(basin(40, 10, 10.0, |_, _| 0.0), |_, _| 2.0), 0.03),
        Edge::West,
        BoundaryKind::Discharge(Series::constant(50.0)),
    );
    scenario.duration_secs = 300.0;
    let name = scenario.boundaries[0].name.clone();
    let inflow = |change| Deed::Inflow { name: name.clone(), change };
    let volume = |orders: &[Order]| after(&scenario, orders, 300.0).0.budget().inflow;
    let near = |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 1e-6, "{found}, {expected}");
    let scale = |id, at_secs, by| order(id, at_secs, inflow(InflowChange::Scale(by)));
    near(volume(&[]), 15_000.0);
    near(volume(&[scale(1, 101.3, 0.5)]), 50.0 * 101.3 + 25.0 * 198.7);
    near(volume(&[scale(1, 101.3, 0.5), scale(2, 203.1, 3.0)]), 50.0 * 101.3 + 25.0 * 101.8 + 75.0 * 96.9);
    // A release that falls from 100 to 0 within the last 100 s, and the same 50 s later.
    let release = order(1, 10.0, inflow(InflowChange::Series(series(&[[200.0, 100.0], [300.0, 0.0]]))));
    near(volume(std::slice::from_ref(&release)), 500.0 + 19_000.0 + 5_000.0);
    near(volume(&[release, order(2, 150.0, inflow(InflowChange::Shift(50.0)))]), 500.0 + 24_000.0 + 3_750.0);
}

#[test]
fn a_pump_and_a_gate_of_an_order_move_water() {
    let pump = Deed::Pump { from: [100.0, 20.0], to: None, discharge_m3s: 0.5 };
    let (pumped, _) = after(&pools(), &[order(1, 50.0, pump)], 150.0);
    assert!((pumped.budget().outflow - 50.0).abs() < 1e-6, "{:?}", pumped.budget());
    let mut gated = pools();
    gated.walls[0].crest_m = vec![5.0; 2];
    gated.structures.push(Structure::Gate(Gate {
        name: "sluice".into(),
        wall: "dike".into(),
        at: [400.0, 20.0],
        width_m: 10.0,
        sill_m: 0.0,
        opening: GateOpening::Schedule(Series::constant(0.0)),
    }));
    let opened = Deed::Gate { name: "sluice".into(), opening: GateOpening::Schedule(Series::constant(1.0)) };
    assert_eq!(over_the_dike(&after(&gated, &[], 100.0).0), 0.0);
    assert!(over_the_dike(&after(&gated, &[order(1, 50.0, opened)], 100.0).0) > 10.0);
}

#[test]
fn what_cannot_be_done_is_refused_in_words() {
    let scenario = with_open(pools(), Edge::East, BoundaryKind::Stage(Series::constant(0.5)));
    let edge = scenario.boundaries[0].name.clone();
    let breach = |at, width_m, sill_m| Deed::Breach { at, width_m, sill_m, growth: sudden(width_m) };
    let wall = |line: [[f64; 2]; 2], top| Deed::Wall { line: line.to_vec(), top };
    let scale = |name: &str, by| Deed::Inflow { name: name.into(), change: InflowChange::Scale(by) };
    let gate = Deed::Gate { name: "sluice".into(), opening: GateOpening::Schedule(Series::constant(0.0)) };
    let pump = |to, discharge_m3s| Deed::Pump { from: [5.0, 5.0], to, discharge_m3s };
    let cases = [
        (breach([-5.0, 5.0], 10.0, None), "(-5, 5) lies outside the grid"),
        (breach([300.0, 5.0], 10.0, None), "no wall within 30 m of (300, 5); the nearest, \"dike\", is 100 m away"),
        (breach([400.0, 5.0], 10.0, Some(2.0)), "the sill of 2.00 m is not below the crest of the wall there, 2.00 m"),
        (breach([400.0, 5.0], -1.0, None), "width_m is -1; allowed is a number above 0"),
        (wall([[100.0, 5.0], [200.0, 500.0]], Top::Height(1.0)), "(200, 500) lies outside the grid"),
        (wall([[100.0, 5.0], [101.0, 5.0]], Top::Height(1.0)), "too short"),
        (
            wall([[400.0, 0.0], [400.0, 40.0]], Top::Crest(1.9)),
            "crest of 1.90 m is nowhere above the ground or crest there",
        ),
        (wall([[400.0, 0.0], [400.0, 40.0]], Top::Height(-1.0)), "height_m is -1"),
        (Deed::Raise { from: [90.0, 5.0], to: [400.0, 5.0], top: Top::Height(1.0) }, "no wall within 30 m"),
        (gate, "no gate is called \"sluice\"; known: there is none"),
        (scale("upstream", 2.0), "no inflow or source is called \"upstream\""),
        (scale(&edge, 2.0), "imposes no discharge"),
        (pump(Some([6.0, 6.0]), 1.0), "the cell it takes it from"),
        (pump(None, f64::INFINITY), "discharge_m3s is inf; allowed is a number above 0"),
        (Deed::CloseRoad { road: " ".into() }, "road is empty"),
    ];
    for (deed, words) in cases {
        let refusal = preview(&scenario, &deed).expect_err("it cannot be done");
        assert!(refusal.to_string().contains(words), "{refusal}, expected {words}");
        assert!(!refusal.text().zh.is_empty());
        let mut changed = scenario.clone();
        assert_eq!(take(&mut changed, &order(1, 0.0, deed)), Err(refusal));
        assert_eq!((changed.walls, changed.events.len(), changed.structures.len()), (scenario.walls.clone(), 0, 0));
    }
    let mut two = pools();
    two.walls.push(Wall::new("other", vec![[600.0, 0.0], [600.0, 40.0]], vec![2.0; 2]));
    let across = Deed::Raise { from: [400.0, 5.0], to: [600.0, 5.0], top: Top::Height(1.0) };
    assert!(preview(&two, &across).unwrap_err().to_string().contains("both ends must be on one wall"));
}

// ---------------------------------------------------------------- files

fn load_text(scenario: &Scenario, text: &str) -> Result<Orders, String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("orders.ron");
    std::fs::write(&path, text).unwrap();
    load_orders(&path, scenario).map_err(|error| error.to_string())
}

#[test]
fn a_file_of_every_kind_of_order_reads_back_as_it_was_written() {
    let mut all = all_orders();
    let verheij = Growth::VerheijKnaap { initial_width_m: 20.0, deepens_over_secs: 60.0, critical_velocity_mps: 0.2 };
    all.insert(Order {
        given: Given { simulated_secs: Some(12.5), wall: Some(time::macros::datetime!(2026-07-01 08:30:05 +8)) },
        author: "防御组 \"A\"".into(),
        reason: "漫溢在即\n第二行".into(),
        ..order(90, 250.0, Deed::Breach { at: [900.0, 1170.0], width_m: 50.0, sill_m: Some(1.0), growth: verheij })
    });
    all.insert(order(91, 0.0, Deed::CloseRoad { road: "S1".into() }));
    assert_eq!(load_text(&scenario(), &orders_text(&all)), Ok(all));
}

#[test]
fn faults_of_a_file_are_told_at_once_with_their_places() {
    let text = r#"Orders(
    version: 1,
    orders: [
        (at_secs: 400.0, what: CloseRoad(road: "S1")),
        (at_secs: 10.0, what: Breach(at: (850.0, 875.0), widht_m: 20.0, grows_over_secs: 0.0)),
        (at_secs: 10.0, what: Inflow(name: "pump", scale: 2.0, shift_secs: 5.0)),
        (at_secs: 10.0, what: Wall(line: [(1.0, 2.0)], height_m: 1.0)),
        (at_secs: 10.0, what: Flood(now: true)),
        (id: 3, at_secs: 10.0, what: Raise(from: Levee(name: "left-levee", km: 200.0), to: (1.0, 2.0), crest_m: 3.0)),
    ],
)"#;
    let faults = load_text(&scenario(), text).unwrap_err();
    for words in [
        "orders.ron:4:19: orders[0].at_secs: found `400.0`; allowed a time in s from 0 to the end of the scenario, 300",
        "orders.ron:5:58: orders[1].what.widht_m: found the unknown key `widht_m`; allowed `width_m`, the nearest known key",
        "found 2 of them; allowed one of `scale`, `shift_secs`, `discharge`",
        "orders[3].what.line: found a list of 1; allowed two points or more",
        "orders.ron:8:31: orders[4].what: found `Flood(..)`; allowed one of `Breach`, `Wall`",
        "`Levee(..)` belongs to `domain: Corridor(..)`",
    ] {
        assert!(faults.contains(words), "{words}\nis missing in\n{faults}");
    }
    let text = "Orders(version: 1, orders: [(at_secs: 9.0, what: Breach(at: (10.0, 10.0), width_m: 9.0, grows_over_secs: 0.0))])";
    let fault = load_text(&scenario(), text).unwrap_err();
    assert!(fault.contains("orders.ron:1:29: orders[0]: found no wall within 75 m of (10, 10)"), "{fault}");
    assert!(load_text(&scenario(), "Orders(version: 2, orders: [])").unwrap_err().contains("version `2`"));
}

fn deeds() -> impl Strategy<Value = Deed> {
    let growth = prop_oneof![
        (0.0..1e5_f64, 1.0..30.0_f64, 0.0..1e5_f64).prop_map(|(grows_over_secs, initial_width_m, widens_over_secs)| {
            Growth::Prescribed { grows_over_secs, initial_width_m, widens_over_secs }
        }),
        (1.0..30.0_f64, 0.0..1e5_f64, 0.02..5.0_f64).prop_map(
            |(initial_width_m, deepens_over_secs, critical_velocity_mps)| Growth::VerheijKnaap {
                initial_width_m,
                deepens_over_secs,
                critical_velocity_mps
            }
        ),
    ];
    let change = prop_oneof![
        (0.0..9.0_f64).prop_map(InflowChange::Scale),
        (-1e4..1e4_f64).prop_map(InflowChange::Shift),
        prop::collection::vec((0.1..50.0_f64, -9.0..9.0_f64), 1..5).prop_map(|steps| {
            let mut at = 0.0;
            let rising = steps.into_iter().map(|(dt, value)| {
                at += dt;
                [at, value]
            });
            InflowChange::Series(Series::new(rising.collect()).unwrap())
        }),
    ];
    let point = (30.0..1970.0_f64, 30.0..1720.0_f64).prop_map(|(x, y)| [x, y]);
    prop_oneof![
        (0.0..1.0_f64, 30.0..300.0_f64, prop::option::of(-5.0..5.0_f64), growth).prop_map(
            |(t, width_m, sill_m, growth)| Deed::Breach {
                at: [700.0 + 300.0 * t, 1750.0 * t],
                width_m,
                sill_m,
                growth
            }
        ),
        prop::collection::vec(point.clone(), 2..6).prop_map(|line| Deed::Wall { line, top: Top::Crest(50.0) }),
        (point.clone(), prop::option::of(Just([1010.0, 1500.0])), 0.01..90.0_f64)
            .prop_map(|(from, to, discharge_m3s)| Deed::Pump { from, to, discharge_m3s }),
        change.prop_map(|change| Deed::Inflow { name: "pump".into(), change }),
        ("[a-zA-Z0-9 \"'\\\\\n\t东坝头村]{1,12}x", "\\PC{0,9}y").prop_map(|(who, to)| Deed::Move { who, to }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// What is written is read again to the last bit, however many walls and breaches stand on each other.
    #[test]
    fn any_orders_survive_their_file(drawn in prop::collection::vec((0.0..300.0_f64, deeds()), 0..6)) {
        let orders: Orders = drawn.into_iter().zip(1..).map(|((at, deed), id)| order(id, at, deed)).collect();
        let mut scenario = scenario();
        scenario.walls[0].crest_m = vec![40.0; 2];
        // A pump may have drawn the cell of its outlet, which is refused.
        if orders.change(&mut scenario.clone(), 300.0).is_empty() {
            prop_assert_eq!(load_text(&scenario, &orders_text(&orders)), Ok(orders));
        }
    }
}
