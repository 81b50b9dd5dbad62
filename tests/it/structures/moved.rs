//! Gates, culverts, pumps and intakes: discharges beside hand calculations, schedules, rules and switches.

use super::{NEAR_FORMULA, near, pools, reading};
use crate::analytic::basin::{G, State, advance, assert_sound, basin, run, series, with_depth};
use hetu::domain::scenario::{
    Barrel, Culvert, Gate, GateOpening, Gauge, Intake, Order, PointSource, Pump, PumpRate, Scenario, Series, Structure,
};
use hetu::domain::swe::Solver;

// ---------------------------------------------------------------- gates

pub(super) fn gate(width_m: f64, sill_m: f64, opening: GateOpening) -> Structure {
    let at = [400.0, 25.0];
    Structure::Gate(Gate { name: "g".into(), wall: "dike".into(), at, width_m, sill_m, opening })
}

pub(super) fn with(mut scenario: Scenario, structure: Structure) -> Scenario {
    scenario.structures.push(structure);
    scenario
}

#[test]
fn a_gate_passes_its_orifice_formula_and_follows_its_schedule() {
    // At first order the flux is that of the levels before the step, at second order of those half a step on.
    gate_follows_its_schedule(Order::First, 1e-6);
    gate_follows_its_schedule(Order::Second, 1e-3);
}

fn gate_follows_its_schedule(order: Order, tolerance: f64) {
    let opening = GateOpening::Schedule(series(&[[0.0, 0.0], [20.0, 0.0], [40.0, 0.5], [60.0, 0.5], [61.0, 0.0]]));
    let mut scenario = with(pools(5, 4.0, 0.0, 6.0), gate(8.0, 2.0, opening));
    scenario.numerics.order = order;
    let mut solver = Solver::new(&scenario);
    advance(&mut solver, 20.0);
    assert_eq!(solver.sections()[0].discharge_m3s, 0.0, "shut");
    assert_eq!(solver.envelope().max_speed_mps.iter().copied().fold(0.0, f32::max), 0.0);
    advance(&mut solver, 30.0);
    let opened = reading(&solver, "g").opening_m.unwrap();
    assert!((opened - 0.25).abs() < 0.02, "{opened}");
    advance(&mut solver, 50.0);
    // Free flow under 0.5 m (Henderson 1966): c a √(2 g y) / √(1 + c a / y), 8 m wide, in the face of row 2.
    let y = State::of(&solver, &scenario).depth[2 * 80 + 39] - 2.0;
    let free = 0.61 * 0.5 * (2.0 * G * y).sqrt() / (1.0 + 0.61 * 0.5 / y).sqrt() * 8.0;
    solver.step(1e9);
    let q = solver.sections()[0].discharge_m3s;
    println!("gate: {q:.3} m3/s, formula {free:.3} with {y:.3} m above the sill");
    near(q, free, tolerance);
    near(reading(&solver, "g").discharge_m3s, free, NEAR_FORMULA);
    advance(&mut solver, 65.0);
    assert_eq!(solver.sections()[0].discharge_m3s, 0.0, "shut again");
    assert_sound(&solver, &scenario);
}

#[test]
fn a_drowned_gate_is_driven_by_the_difference_and_comes_to_rest() {
    // First order, whose own damping ends the seiches of both pools.
    let drowned = |raised_m| {
        let opening = GateOpening::Schedule(Series::constant(raised_m));
        let mut scenario = with(pools(3, 4.0, 3.0, 6.0), gate(10.0, 0.0, opening));
        scenario.numerics.order = Order::First;
        scenario
    };
    let scenario = drowned(0.6);
    let mut solver = Solver::new(&scenario);
    advance(&mut solver, 20.0);
    let state = State::of(&solver, &scenario);
    // Rows count from the north: the gate, with its middle at y = 25 m, takes the whole face of row 0.
    let (west, east) = (state.depth[39], state.depth[40]);
    let jet = 0.61 * 0.6;
    let formula = jet * (2.0 * G * (west - east) / (1.0 - (jet / west).powi(2))).sqrt() * 10.0;
    solver.step(1e9);
    near(solver.sections()[0].discharge_m3s, formula, 1e-6);
    advance(&mut solver, 30_000.0);
    let state = State::of(&solver, &scenario);
    assert!(state.depth.iter().all(|h| (h - 3.5).abs() < 1e-4) && state.max_speed() < 1e-6, "{}", state.max_speed());
    assert_sound(&solver, &scenario);
    // At second order the seiches go on, but nothing passes the gate any more.
    let mut lively = drowned(0.6);
    lively.numerics.order = Order::Second;
    let mut solver = Solver::new(&lively);
    advance(&mut solver, 20_000.0);
    assert!(solver.sections()[0].discharge_m3s.abs() < 1e-4, "{:?}", solver.sections());
    // Clear of the water as well.
    let scenario = drowned(5.0);
    let state = State::of(&run(&scenario, 30_000.0), &scenario);
    assert!(state.depth.iter().all(|h| (h - 3.5).abs() < 1e-3) && state.max_speed() < 1e-3, "{}", state.max_speed());
}

#[test]
fn a_stage_rules_a_gate_at_the_speed_of_its_leaf() {
    let rule =
        |speed_mps| GateOpening::Stage { gauge_at: [205.0, 25.0], table: vec![[2.0, 0.0], [3.0, 1.0]], speed_mps };
    let mut scenario = with(pools(5, 1.5, 0.0, 6.0), gate(8.0, 0.0, rule(None)));
    scenario.gauges.push(Gauge { name: "rule".into(), at: [205.0, 25.0] });
    scenario.sources.push(PointSource { name: "s".into(), at: [105.0, 25.0], discharge_m3s: Series::constant(40.0) });
    let mut solver = Solver::new(&scenario);
    let mut opened = 0;
    while solver.step(900.0) > 0.0 {
        let (shown, stage) = (reading(&solver, "g"), solver.gauges()[2].stage_m);
        near(shown.opening_m.unwrap(), (stage - 2.0).clamp(0.0, 1.0), 1e-12);
        opened += usize::from(shown.opening_m > Some(0.2) && shown.discharge_m3s > 3.0);
    }
    assert!(opened > 100, "{opened}");
    let slow = with(pools(5, 3.5, 0.0, 6.0), gate(8.0, 0.0, rule(Some(0.001))));
    let mut slow = Solver::new(&slow);
    assert_eq!(reading(&slow, "g").opening_m, Some(1.0), "it begins where its stage wants it");
    advance(&mut slow, 3000.0);
    // 500 m³ a metre of pool: it falls below 3 m within the first minutes, and the leaf follows at a millimetre a second.
    let mut last = reading(&slow, "g").opening_m.unwrap();
    while slow.step(3100.0) > 0.0 {
        let now = reading(&slow, "g").opening_m.unwrap();
        assert!((now - last).abs() <= 0.001 * 60.0 + 1e-12);
        last = now;
    }
    assert!(last < 1.0);
}

// ---------------------------------------------------------------- culverts, pumps, intakes

pub(super) fn culvert(length_m: f64, inverts_m: [f64; 2]) -> Structure {
    Structure::Culvert(Culvert {
        name: "c".into(),
        from: [395.0, 15.0],
        to: [405.0, 15.0],
        barrel: Barrel::Box { width_m: 1.5, height_m: 1.0 },
        number: 2,
        length_m,
        manning: 0.015,
        inlet_loss: 0.5,
        outlet_loss: 1.0,
        from_invert_m: inverts_m[0],
        to_invert_m: inverts_m[1],
    })
}

/// Discharge of the culvert in the step after `until_secs`, and the levels before it.
fn culvert_run(scenario: &Scenario, until_secs: f64) -> (f64, f64, f64) {
    let mut solver = Solver::new(scenario);
    advance(&mut solver, until_secs);
    let state = State::of(&solver, scenario);
    let (west, east) = (state.depth[80 + 39], state.depth[80 + 40]);
    solver.step(1e9);
    assert_sound(&solver, scenario);
    (reading(&solver, "c").discharge_m3s, west, east)
}

#[test]
fn a_culvert_is_governed_by_its_inlet_or_by_its_barrel() {
    // A dry land side, entrance drowned: two orifices of 1.5 m², 0.6 A √(2 g (H − 0.6 D)).
    let (q, west, _) = culvert_run(&with(pools(3, 4.0, 0.0, 6.0), culvert(10.0, [1.5, 1.0])), 20.0);
    let inlet = 2.0 * 0.6 * 1.5 * (2.0 * G * (west - 1.5 - 0.6)).sqrt();
    near(q, inlet, 1e-9);
    // Water on both sides and a long barrel: A √(2 g ΔH / (1.5 + 2 g n² L / R^(4/3))), R = 1.5 / 5 = 0.3 m.
    let (q, west, east) = culvert_run(&with(pools(3, 4.0, 3.0, 6.0), culvert(200.0, [0.5, 0.0])), 20.0);
    let losses = 1.5 + 2.0 * G * 0.015 * 0.015 * 200.0 / 0.3_f64.powf(4.0 / 3.0);
    let outlet = 2.0 * 1.5 * (2.0 * G * (west - east) / losses).sqrt();
    println!("culvert: inlet {inlet:.3} m3/s, outlet {outlet:.3} m3/s");
    near(q, outlet, 1e-9);
    // And back the other way.
    let (back, west, east) = culvert_run(&with(pools(3, 3.0, 4.0, 6.0), culvert(200.0, [0.5, 0.0])), 20.0);
    near(back, -2.0 * 1.5 * (2.0 * G * (east - west) / losses).sqrt(), 1e-9);
}

#[test]
fn a_culvert_brings_two_pools_to_one_level() {
    let scenario = with(pools(3, 2.0, 1.0, 6.0), culvert(20.0, [0.0, 0.0]));
    let mut solver = Solver::new(&scenario);
    advance(&mut solver, 40_000.0);
    assert_sound(&solver, &scenario);
    let state = State::of(&solver, &scenario);
    assert!(state.depth.iter().all(|h| (h - 1.5).abs() < 0.005), "{:?}", &state.depth[..3]);
    let budget = solver.budget();
    assert_eq!((budget.inflow, budget.outflow), (0.0, 0.0), "water that stays is not booked");
}

#[test]
fn a_pump_in_a_pit_reads_the_level_of_the_pit() {
    // The pit is one cell; the ground all round it stands above the stage at which the pump starts.
    let mut scenario = basin(9, 9, 10.0, |x, y| if (x - 45.0).hypot(y - 45.0) < 5.0 { 1.0 } else { 5.0 });
    scenario = with_depth(scenario, |x, y| if (x - 45.0).hypot(y - 45.0) < 5.0 { 0.5 } else { 0.0 });
    let pump = |start_stage_m: f64| {
        let (from, rate) = ([45.0, 45.0], PumpRate::Constant(1.0));
        let stop_stage_m = start_stage_m - 0.4;
        Structure::Pump(Pump { name: "p".into(), from, to: None, rate, start_stage_m, stop_stage_m })
    };
    let taken = |start_stage_m: f64| run(&with(scenario.clone(), pump(start_stage_m)), 10.0).budget().outflow;
    assert!(taken(2.0) <= 0.0, "the pit stands at 1.5 m");
    assert!(taken(1.4) > 5.0);
}

#[test]
fn a_pump_runs_between_its_stages_and_its_water_is_booked_when_it_leaves() {
    let pump = |to| {
        Structure::Pump(Pump {
            name: "p".into(),
            from: [205.0, 15.0],
            to,
            rate: PumpRate::Constant(6.0),
            start_stage_m: 2.0,
            stop_stage_m: 1.5,
        })
    };
    let mut scenario = with(pools(3, 1.8, 0.5, 6.0), pump(None));
    scenario.gauges.push(Gauge { name: "well".into(), at: [205.0, 15.0] });
    // 12000 m² of pool: 2 m³/s lift it by 0.2 m in 1200 s; 6 − 2 m³/s lower it by 0.5 m in 1500 s.
    scenario.sources.push(PointSource { name: "s".into(), at: [105.0, 15.0], discharge_m3s: Series::constant(2.0) });
    let mut solver = Solver::new(&scenario);
    let mut switches = Vec::new();
    let mut was_on = false;
    while solver.step(6500.0) > 0.0 {
        let is_on = reading(&solver, "p").discharge_m3s > 0.0;
        if is_on != was_on {
            switches.push((solver.time_secs(), is_on));
            was_on = is_on;
        }
    }
    println!("pump: {switches:?}");
    assert_eq!(switches.iter().map(|s| s.1).collect::<Vec<_>>(), [true, false, true]);
    near(switches[0].0, 1200.0, 0.05);
    near(switches[1].0, 2700.0, 0.05);
    // 0.5 m are filled again in 3000 s.
    near(switches[2].0, 5700.0, 0.05);
    assert_sound(&solver, &scenario);
    let inside = with(pools(3, 2.5, 0.5, 6.0), pump(Some([605.0, 15.0])));
    let solver = run(&inside, 600.0);
    assert_eq!(solver.budget().outflow, 0.0);
    let state = State::of(&solver, &inside);
    let east: f64 = (0..240).filter(|k| k % 80 >= 40).map(|k| state.depth[k] * 100.0).sum();
    near(east, 0.5 * 12_000.0 + 6.0 * 600.0, 1e-9);
}

#[test]
fn an_intake_takes_its_demand_while_the_stage_allows_and_no_more_than_there_is() {
    let intake = |demand: f64, min_stage_m: f64, full_stage_m: f64| {
        let (at, demand_m3s) = ([205.0, 15.0], Series::constant(demand));
        Structure::Intake(Intake { name: "i".into(), at, demand_m3s, min_stage_m, full_stage_m })
    };
    let met = with(pools(3, 3.0, 0.0, 6.0), intake(5.0, 1.0, 2.0));
    near(run(&met, 600.0).budget().outflow, 3000.0, 1e-12);
    // A third of the way: a third of the demand at first, and as the pool sinks dz/dt = −(20 / 12000) (z − 1) / 2.
    let half = with(pools(3, 5.0 / 3.0, 0.0, 6.0), intake(20.0, 1.0, 3.0));
    let solver = run(&half, 3000.0);
    let drawn = 12_000.0 * (2.0 / 3.0) * (1.0 - (-20.0 / 24_000.0 * 3000.0_f64).exp());
    near(solver.budget().outflow, drawn, 0.01);
    let dry = with(pools(3, 0.5, 0.0, 6.0), intake(1e5, -1.0, 0.0));
    let solver = run(&dry, 600.0);
    assert!(solver.budget().outflow <= solver.budget().initial && solver.budget().outflow > 0.5 * 6000.0);
}
