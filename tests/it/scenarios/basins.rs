//! Detention basins in a file: what is read, and what is refused.

use hetu::domain::river::basin::{InletRule, OutletRule};

use super::Folder;

const BASINS: &str = r#"Scenario(
    version: 1,
    name: "lake",
    title: (zh: "湖", en: "Lake"),
    mode: Drill,
    start: "2021-09-15T08:00:00+08:00",
    duration_secs: 172800.0,
    domain: Corridor((from_km: 440.0, to_km: 486.0, cell_m: 500.0, epoch: 2021, channel: Line, observed: "2021-autumn")),
    initial: NormalDepth(discharge_m3s: 2000.0),
    boundaries: [
        (name: "above", edge: Upstream, kind: Discharge(Series([(0.0, 2000.0)]))),
        (name: "below", edge: Downstream, kind: NormalDepth(slope: 0.0001)),
    ],
    basins: [
        (name: "dongping", level_m: 41.68, inlet: Keep(station: "AS", at_most_m3s: 10000.0), inflow: Series([(0.0, 100.0)])),
        (name: "dongping-new", inlet: Keep(station: "AS", at_most_m3s: 10000.0), outlet: Closed),
    ],
    output: (frame_every_secs: 600.0, gauge_every_secs: 600.0),
)"#;

fn folder(text: &str) -> Folder {
    let mut folder = Folder::new();
    text.clone_into(&mut folder.text);
    folder
}

fn fault(from: &str, to: &str) -> String {
    assert!(BASINS.contains(from), "{from}");
    folder(&BASINS.replacen(from, to, 1)).faults().join("\n")
}

#[test]
fn the_lakes_come_with_their_gates_and_what_was_observed() {
    let scenario = folder(BASINS).load();
    let [old, new] = scenario.basins.as_slice() else { panic!("{:?}", scenario.basins) };
    let names = |gates: &[hetu::domain::river::basin::BasinGate]| -> Vec<String> {
        gates.iter().map(|gate| gate.name.en.clone()).collect()
    };
    // Chenshankou and Qinghemen stand in series with Pangkou, which has less capacity than both together.
    assert_eq!(
        (names(&old.inlets), names(&old.outlets)),
        (vec!["Linxin".into(), "Shilipu".into()], vec!["Pangkou".into()])
    );
    assert_eq!(names(&new.inlets), ["Shiwa"]);
    assert_eq!((&old.outlet, &new.outlet), (&OutletRule::Free, &OutletRule::Closed));
    // The bulletin of that day: 41.68 m, 5.63e8 m3.
    assert_eq!(old.observed_at(0.0), Some(41.68));
    assert!((old.storage.volume_m3(41.68) / 5.63e8 - 1.0).abs() < 0.002);
    assert!(new.level_m < 38.5 && new.observed_m.is_empty());
    // Aishan lies below the gates: the river is read just above them, the new lake leaves to the old one what that takes.
    let limit = |rule: &InletRule| match rule {
        InletRule::Keep(limit) => limit.clone(),
        other => panic!("{other:?}"),
    };
    let [first, second] = [old, new].map(|basin| limit(&basin.inlet));
    assert_eq!((first.after, second.after), (vec![], vec![0]));
    let sections = [first.section, second.section].map(|i| scenario.sections[i].name.as_str());
    assert_eq!(sections, ["dongping-inlet", "dongping-new-inlet"]);
    let line = scenario.channel.unwrap();
    for (basin, gate) in [(old, &old.inlets[0]), (new, &new.inlets[0])] {
        let km = [0, 1].map(|i| line.chainage_km[gate.segment + i]);
        assert!((km[0]..km[1]).contains(&gate.km), "{}: {km:?}", basin.name);
    }
}

#[test]
fn a_station_above_the_gates_is_read_itself() {
    let text = BASINS.replace("from_km: 440.0", "from_km: 415.0").replacen("station: \"AS\"", "station: \"SK\"", 1);
    let scenario = folder(&text).load();
    let InletRule::Keep(limit) = &scenario.basins[0].inlet else { panic!("{:?}", scenario.basins[0].inlet) };
    assert_eq!(scenario.sections[limit.section].name, "SK");
}

#[test]
fn unknown_basins_stations_and_keys_are_told_with_those_there_are() {
    let error = fault("name: \"dongping\"", "name: \"taihu\"");
    let allowed =
        "basins[0].name: found \"taihu\"; allowed a basin of the river: \"dongping\", \"dongping-new\", \"beijindi\"";
    assert!(error.contains(allowed), "{error}");
    let error = fault("name: \"dongping-new\"", "name: \"dongping\"");
    assert!(
        error.contains("basins[1].name: found the basin \"dongping\" a second time; allowed each basin once"),
        "{error}"
    );
    let error = fault("station: \"AS\"", "station: \"LJ\"");
    assert!(error.contains("basins[0].inlet.station: found \"LJ\"; allowed a station of the reach: AS"), "{error}");
    let error = fault("inflow:", "inflows:");
    assert!(error.contains("found the unknown key `inflows`; allowed `inflow`, the nearest known key"), "{error}");
    let error = fault("outlet: Closed", "outlet: Shut");
    assert!(error.contains("basins[1].outlet: found") && error.contains("`Free`, `Closed`, `Discharge`"), "{error}");
}

#[test]
fn levels_discharges_and_places_are_checked() {
    let error = fault("level_m: 41.68", "level_m: 50.0");
    assert!(error.contains("basins[0].level_m: found `50.0`; allowed a level from 37 to 44.79 m"), "{error}");
    let error = fault("at_most_m3s: 10000.0", "at_most_m3s: 0.0");
    assert!(error.contains("basins[0].inlet.at_most_m3s: found `0.0`; allowed a number above 0"), "{error}");
    let error = fault("(0.0, 100.0)", "(0.0, -100.0)");
    assert!(error.contains("basins[0].inflow[0]: found the value `-100.0`; allowed a number of at least 0"), "{error}");
    let error = fault("name: \"dongping-new\"", "name: \"beijindi\"");
    assert!(
        error.contains("basins[1]: found a basin with the gate Qucun at 296 km; allowed basins whose gates"),
        "{error}"
    );
}

#[test]
fn a_basin_needs_a_channel_that_is_a_line() {
    let on_grid = BASINS.replace("cell_m: 500.0", "cell_m: 140.0").replace("channel: Line", "channel: OnGrid");
    let error = folder(&on_grid).faults().join("\n");
    let told =
        "basins[0]: found a basin with `channel: OnGrid`; allowed basins with `domain: Corridor((.., channel: Line))`";
    assert!(error.contains(told), "{error}");
}
