//! `structures`, breaches that grow or wait, and weir coefficients: what is read, and what is refused.

use hetu::domain::scenario::{
    Barrel, EventKind, GateOpening, Growth, Overtopped, PumpRate, Scenario, Series, Structure,
};

use super::Folder;

const ALL: &str = r#"structures: [
        Gate(name: "sluice", wall: "levee", at: (50.0, 35.0), width_m: 6.0, sill_m: 10.0, opening: Series([(0.0, 0.0), (600.0, 1.5)])),
        Gate(name: "ruled", wall: "levee", at: (50.0, 5.0), width_m: 6.0, sill_m: 10.0,
            opening: Stage(gauge_at: (45.0, 25.0), table: [(11.0, 0.0), (12.0, 2.0)], speed_mps: 0.005)),
        Culvert(name: "pipe", from: (45.0, 15.0), to: (55.0, 15.0), diameter_m: 1.2, length_m: 30.0, manning: 0.013,
            from_invert_m: 9.8, to_invert_m: 9.7),
        Culvert(name: "box", from: (45.0, 15.0), to: (55.0, 15.0), width_m: 2.0, height_m: 1.5, number: 3, length_m: 30.0,
            manning: 0.013, inlet_loss: 0.2, outlet_loss: 0.9, from_invert_m: 9.8, to_invert_m: 9.7),
        Pump(name: "drain", from: (75.0, 15.0), discharge_m3s: 2.0, start_stage_m: 10.0, stop_stage_m: 9.5),
        Pump(name: "lift", from: (75.0, 15.0), to: (15.0, 15.0), rating: [(0.0, 4.0), (5.0, 1.0)], start_stage_m: 10.0, stop_stage_m: 9.5),
        Intake(name: "canal", at: (25.0, 25.0), demand_m3s: Series([(0.0, 60.0)]), min_stage_m: 11.0, full_stage_m: 12.0),
    ],
    gauges: ["#;

fn with_all() -> Folder {
    Folder::new().with("gauges: [", ALL)
}

#[test]
fn every_structure_is_read() {
    let structures = with_all().load().structures;
    let names: Vec<&str> = structures.iter().map(Structure::name).collect();
    assert_eq!(names, ["sluice", "ruled", "pipe", "box", "drain", "lift", "canal"]);
    let [
        Structure::Gate(sluice),
        Structure::Gate(ruled),
        Structure::Culvert(pipe),
        Structure::Culvert(culvert),
        Structure::Pump(drain),
        Structure::Pump(lift),
        Structure::Intake(canal),
    ] = &structures[..]
    else {
        panic!("{structures:?}")
    };
    assert_eq!((sluice.wall.as_str(), sluice.at, sluice.width_m, sluice.sill_m), ("levee", [50.0, 35.0], 6.0, 10.0));
    let opening = Series::new(vec![[0.0, 0.0], [600.0, 1.5]]).unwrap();
    assert_eq!(sluice.opening, GateOpening::Schedule(opening));
    let table = vec![[11.0, 0.0], [12.0, 2.0]];
    assert_eq!(ruled.opening, GateOpening::Stage { gauge_at: [45.0, 25.0], table, speed_mps: Some(0.005) });
    assert_eq!((pipe.barrel, pipe.number), (Barrel::Pipe { diameter_m: 1.2 }, 1));
    assert_eq!((pipe.inlet_loss, pipe.outlet_loss), (0.5, 1.0));
    assert_eq!((culvert.barrel, culvert.number), (Barrel::Box { width_m: 2.0, height_m: 1.5 }, 3));
    assert_eq!((culvert.inlet_loss, culvert.outlet_loss, culvert.manning), (0.2, 0.9, 0.013));
    assert_eq!((culvert.from_invert_m, culvert.to_invert_m, culvert.length_m), (9.8, 9.7, 30.0));
    assert_eq!((drain.to, &drain.rate), (None, &PumpRate::Constant(2.0)));
    assert_eq!((lift.to, &lift.rate), (Some([15.0, 15.0]), &PumpRate::ByHead(vec![[0.0, 4.0], [5.0, 1.0]])));
    assert_eq!((lift.start_stage_m, lift.stop_stage_m), (10.0, 9.5));
    assert_eq!((canal.demand_m3s.at(5.0), canal.min_stage_m, canal.full_stage_m), (60.0, 11.0, 12.0));
}

#[test]
fn a_weir_coefficient_is_read_and_is_1_unless_given() {
    let coefficient = |text: &str| {
        let folder = Folder::new().with("crest_m: [14.0, 14.2]", &format!("crest_m: [14.0, 14.2]{text}"));
        folder.load().walls[0].weir_coefficient
    };
    assert_eq!([coefficient(""), coefficient(", weir_coefficient: 0.85")], [1.0, 0.85]);
}

/// The one breach of the good scenario with other keys from `grows_over_secs` on, and other keys before `what`.
fn breach(head: &str, tail: &str) -> Folder {
    Folder::new().with("grows_over_secs: 600.0", tail).with("at_secs: 7200.0, ", head)
}

fn only(scenario: &Scenario) -> (f64, &hetu::domain::scenario::Breach) {
    let EventKind::Breach(breach) = &scenario.events[0].what;
    (scenario.events[0].at_secs, breach)
}

#[test]
fn breaches_widen_in_time_or_by_the_head() {
    let scenario =
        breach("at_secs: 5.0, ", "grows_over_secs: 60.0, initial_width_m: 5.0, widens_over_secs: 900.0").load();
    let growth = Growth::Prescribed { grows_over_secs: 60.0, initial_width_m: 5.0, widens_over_secs: 900.0 };
    assert_eq!((only(&scenario).1.growth, only(&scenario).1.width_m), (growth, 20.0));
    let tail = "growth: VerheijKnaap(initial_width_m: 4.0, deepens_over_secs: 300.0, critical_velocity_mps: 0.2)";
    let scenario = breach("at_secs: 5.0, ", tail).load();
    let growth = Growth::VerheijKnaap { initial_width_m: 4.0, deepens_over_secs: 300.0, critical_velocity_mps: 0.2 };
    assert_eq!(only(&scenario).1.growth, growth);
}

#[test]
fn a_breach_may_wait_for_its_wall_to_be_overtopped() {
    let when = "when: Overtopped(depth_m: 0.2, for_secs: 1800.0), ";
    let overtopped = Some(Overtopped { depth_m: 0.2, for_secs: 1800.0 });
    let scenario = breach(when, "grows_over_secs: 60.0").load();
    assert_eq!((only(&scenario).0, only(&scenario).1.when), (0.0, overtopped));
    let scenario = breach(&format!("at_secs: 99.0, {when}"), "grows_over_secs: 60.0").load();
    assert_eq!((only(&scenario).0, only(&scenario).1.at), (99.0, Some([50.0, 25.0])));
    let scenario = breach(when, "grows_over_secs: 60.0").with("at: (50.0, 25.0), ", "").load();
    assert_eq!(only(&scenario).1.at, None);
}

/// Expects exactly one message, with this key, finding and rule.
#[track_caller]
fn refuses(folder: Folder, expected: &str) {
    let faults = folder.faults();
    let [fault] = &faults[..] else { panic!("{faults:#?}") };
    let (_, message) = fault.split_once(": ").unwrap();
    assert_eq!(message, expected, "{fault}");
}

#[test]
fn faults_of_breaches() {
    let at = "at_secs: 5.0, ";
    refuses(
        breach(at, "grows_over_secs: 60.0, initial_width_m: 25.0, widens_over_secs: 9.0"),
        "events[0].what.initial_width_m: found `25.0`; allowed a width in m above 0 and at most `width_m`",
    );
    refuses(
        breach(at, "grows_over_secs: 60.0, widens_over_secs: 9.0"),
        "events[0].what.widens_over_secs: found `widens_over_secs` alone; allowed `initial_width_m` and `widens_over_secs`, or neither",
    );
    refuses(
        breach(at, "grows_over_secs: 60.0, initial_width_m: 5.0"),
        "events[0].what.widens_over_secs: found no such key; allowed `widens_over_secs: ..`, which must be given",
    );
    let knaap = "growth: VerheijKnaap(initial_width_m: 4.0, deepens_over_secs: 300.0, critical_velocity_mps: 0.2)";
    refuses(
        breach(at, &format!("grows_over_secs: 60.0, {knaap}")),
        "events[0].what.grows_over_secs: found `grows_over_secs` beside `growth`; allowed either `growth`, or `grows_over_secs` and the widening in time",
    );
    refuses(
        breach(at, &knaap.replace("0.2)", "0.0)")),
        "events[0].what.growth.critical_velocity_mps: found `0.0`; allowed a critical velocity in m/s from 0.01 to 10",
    );
    refuses(
        breach("", "grows_over_secs: 60.0"),
        "events[0].at_secs: found no such key; allowed `at_secs: ..`, which must be given",
    );
    refuses(
        breach(at, "grows_over_secs: 60.0").with("at: (50.0, 25.0), ", ""),
        "events[0].what.at: found no such key; allowed `at: ..`, which must be given",
    );
    let when = "when: Overtopped(depth_m: 0.2, for_secs: 1800.0), ";
    refuses(
        breach(&when.replace("0.2", "0.0"), "grows_over_secs: 60.0"),
        "events[0].when.depth_m: found `0.0`; allowed a number above 0",
    );
    refuses(
        breach(when, "grows_over_secs: 60.0").with("at: (50.0, 25.0), ", "").with("sill_m: 11.0", "sill_m: 14.1"),
        "events[0].what.sill_m: found `14.1`; allowed a sill below the lowest crest of the wall, 14 m",
    );
    refuses(
        Folder::new().with("crest_m: [14.0, 14.2]", "crest_m: [14.0, 14.2], weir_coefficient: 2.0"),
        "walls[0].weir_coefficient: found `2.0`; allowed a multiple of the discharge of an ideal broad crest from 0.3 to 1.3",
    );
}

#[test]
fn faults_of_structures() {
    let refuses = |old: &str, new: &str, expected: &str| refuses(with_all().with(old, new), expected);
    refuses(
        "name: \"ruled\"",
        "name: \"sluice\"",
        "structures[1].name: found the name \"sluice\" a second time; allowed a name that line 24 has not taken",
    );
    refuses(
        "Intake(name",
        "Intaks(name",
        "structures[6]: found `Intaks(..)`; allowed `Intake`, the nearest known name; one of `Gate`, `Culvert`, `Pump`, `Intake`",
    );
    refuses(
        "wall: \"levee\", at: (50.0, 35.0)",
        "wall: \"dyke\", at: (50.0, 35.0)",
        "structures[0].wall: found the unknown wall \"dyke\"; allowed the name of a wall: \"levee\"",
    );
    refuses(
        "at: (50.0, 35.0)",
        "at: (80.0, 35.0)",
        "structures[0].at: found the point (80, 35), 30.0 m from the wall \"levee\"; allowed a point on the wall, within one cell (10 m)",
    );
    refuses(
        "at: (50.0, 35.0), width_m: 6.0, sill_m: 10.0",
        "at: (50.0, 25.0), width_m: 6.0, sill_m: 15.0",
        "structures[0].sill_m: found `15.0`; allowed a sill below the crest of the wall there, 14.1 m",
    );
    refuses(
        "(600.0, 1.5)",
        "(600.0, -1.5)",
        "structures[0].opening[1]: found the value `-1.5`; allowed a number of at least 0",
    );
    refuses(
        "(12.0, 2.0)]",
        "(10.0, 2.0)]",
        "structures[1].opening.table[1]: found stage_m `10.0` after `11.0`; allowed a stage_m above the one before it",
    );
    refuses(
        "gauge_at: (45.0, 25.0)",
        "gauge_at: (5.0, 5.0)",
        "structures[1].opening.gauge_at: found the point (5, 5) outside the domain; allowed a point in a cell that has a bed level",
    );
    refuses(
        "speed_mps: 0.005",
        "speed_mps: 0.0",
        "structures[1].opening.speed_mps: found `0.0`; allowed a number above 0",
    );
    refuses(
        "diameter_m: 1.2",
        "diameter_m: 1.2, width_m: 2.0",
        "structures[2].width_m: found `width_m` beside `diameter_m`; allowed either `diameter_m`, or `width_m` and `height_m`",
    );
    refuses(
        "diameter_m: 1.2",
        "width_m: 1.2",
        "structures[2].height_m: found no such key; allowed `height_m: ..`, which must be given",
    );
    refuses("number: 3", "number: 0", "structures[3].number: found `0`; allowed a whole number from 1 to 1000");
    refuses(
        "to: (15.0, 15.0)",
        "to: (74.0, 16.0)",
        "structures[5].to: found both ends in one cell; allowed two points in different cells",
    );
    refuses(
        "discharge_m3s: 2.0, start_stage_m: 10.0, stop_stage_m: 9.5",
        "discharge_m3s: 2.0, start_stage_m: 10.0, stop_stage_m: 10.0",
        "structures[4].stop_stage_m: found `10.0`; allowed a stage in m below `start_stage_m`",
    );
    refuses(
        "discharge_m3s: 2.0",
        "rating: [(0.0, 4.0)]",
        "structures[4].rating: found a rating without `to`; allowed `to: (x, y)`, which gives the head, or `discharge_m3s`",
    );
    refuses(
        "rating: [(0.0, 4.0), (5.0, 1.0)]",
        "rating: [(0.0, 4.0), (5.0, 1.0)], discharge_m3s: 1.0",
        "structures[5].discharge_m3s: found `discharge_m3s` beside `rating`; allowed either of them",
    );
    refuses(
        "full_stage_m: 12.0",
        "full_stage_m: 11.0",
        "structures[6].full_stage_m: found `11.0`; allowed a stage in m above `min_stage_m`",
    );
    refuses(
        "[(0.0, 60.0)]",
        "[(0.0, -60.0)]",
        "structures[6].demand_m3s[0]: found the value `-60.0`; allowed a number of at least 0",
    );
}
