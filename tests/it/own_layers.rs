//! A user's own villages, roads and units in place of the built-in ones, through a scenario file.

#![expect(clippy::unwrap_used, reason = "everything in this file is a test")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use hetu::domain::geo::projection::Projection;
use hetu::domain::impact::{Village, Ways};
use hetu::domain::scenario::Scenario;
use hetu::io::scenario::{Loaded, load_with_notes};

fn scenario_text(exposure: &str) -> String {
    format!(
        r#"Scenario(
    version: 1, name: "own-layers", title: (zh: "自带图层", en: "Own layers"), mode: Drill,
    start: "2021-08-10T08:00:00+08:00", duration_secs: 3600.0,
    domain: Corridor((from_km: 250.0, to_km: 290.0, cell_m: 200.0, epoch: 2021, landside_m: 1000.0)),
    initial: NormalDepth(discharge_m3s: 2000.0),
    boundaries: [
        (name: "in", edge: Upstream, kind: Discharge(Series([(0.0, 2000.0)]))),
        (name: "out", edge: Downstream, kind: NormalDepth(slope: 0.00015)),
    ],
    output: (frame_every_secs: 3600.0, gauge_every_secs: 3600.0),
{exposure}
)"#
    )
}

fn load(dir: &Path, exposure: &str) -> Result<Loaded, String> {
    let path = dir.join("own.ron");
    fs::write(&path, scenario_text(exposure)).unwrap();
    load_with_notes(&path).map_err(|error| error.to_string())
}

/// Points of villages of the built-in scenario, as degrees and as map coordinates.
fn places(scenario: &Scenario, n: usize) -> Vec<([f64; 2], [f64; 2])> {
    let projection = Projection::new(scenario.terrain.epsg.unwrap()).unwrap();
    let villages = &scenario.exposure.as_ref().unwrap().villages;
    let at = |k: usize| villages[k * villages.len() / n].at;
    (0..n).map(at).map(|at| (projection.lonlat_from_map(at).unwrap(), at)).collect()
}

fn built_in() -> Scenario {
    let dir = tempfile::tempdir().unwrap();
    load(dir.path(), "").unwrap().scenario
}

#[test]
fn villages_come_from_a_table_in_gbk_and_what_does_not_join_is_listed() {
    let dir = tempfile::tempdir().unwrap();
    let places = places(&built_in(), 10);
    let mut text = "名称,人口,lon,lat,村台高度\n".to_owned();
    for (k, ([lon, lat], _)) in places.iter().enumerate() {
        writeln!(text, "李庄{k},{},{lon:.7},{lat:.7},1.5", 500 + k).unwrap();
    }
    let [lon, lat] = places[0].0;
    writeln!(text, "无人村,没有,{lon:.7},{lat:.7},1.0").unwrap();
    text += "远村,100,110.0,36.0,1.0\n";
    let (gbk, _, _) = encoding_rs::GBK.encode(&text);
    fs::write(dir.path().join("villages.csv"), &gbk).unwrap();
    let loaded = load(dir.path(), "    exposure: (villages: \"villages.csv\"),").unwrap();
    let exposure = loaded.scenario.exposure.unwrap();
    assert_eq!(exposure.villages.len(), 10);
    let first = &exposure.villages[0];
    assert_eq!((first.name.zh.as_str(), first.people, first.platform_m), ("李庄0", 500.0, 1.5));
    assert!(first.houses_m2.iter().sum::<f64>() > 10_000.0, "floor areas from the built-in ratios");
    let notes = loaded.notes.join("\n");
    assert!(notes.contains("10 villages joined, 2 left out"), "{notes}");
    assert!(notes.contains("没有") && notes.contains("outside the grid"), "{notes}");
    // Roads are laid anew between them.
    let people: Vec<f64> = exposure.villages.iter().map(|village| village.people).collect();
    let ways = Ways::new(&exposure.roads).assign(&exposure.roads, &people);
    assert!(ways.iter().filter(|way| way.is_some()).count() >= 9, "{ways:?}");
}

#[test]
fn roads_come_from_geojson_and_lead_from_the_villages_to_the_ramps() {
    let dir = tempfile::tempdir().unwrap();
    let scenario = built_in();
    let projection = Projection::new(scenario.terrain.epsg.unwrap()).unwrap();
    let exposure = scenario.exposure.as_ref().unwrap();
    // The schematic roads as if surveyed, and one that is only a point.
    let degrees = |node: usize| projection.lonlat_from_map(exposure.roads.nodes[node]).unwrap();
    let mut features: Vec<String> = exposure.roads.roads.iter().map(|road| {
        let [a, b] = road.ends.map(degrees);
        format!(
            r#"{{"type":"Feature","properties":{{"name":"{}"}},"geometry":{{"type":"LineString","coordinates":[[{:.8},{:.8}],[{:.8},{:.8}]]}}}}"#,
            road.name.zh, a[0], a[1], b[0], b[1]
        )
    }).collect();
    features.push(
        r#"{"type":"Feature","properties":{"name":"点"},"geometry":{"type":"Point","coordinates":[114.9,35.2]}}"#
            .into(),
    );
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    fs::write(dir.path().join("roads.geojson"), text).unwrap();
    let loaded = load(dir.path(), "    exposure: (roads: \"roads.geojson\"),").unwrap();
    let own = loaded.scenario.exposure.unwrap();
    let notes = loaded.notes.join("\n");
    assert!(notes.contains("1 left out") && notes.contains("no line"), "{notes}");
    assert_eq!(own.roads.exits.len(), exposure.roads.exits.len(), "ramps stay");
    let people: Vec<f64> = own.villages.iter().map(|village| village.people).collect();
    let length = |net: &hetu::domain::impact::RoadNet| {
        let ways = Ways::new(net).assign(net, &people);
        let found: Vec<f64> = ways.iter().flatten().map(|way| way.length_m).collect();
        (found.len(), found.iter().sum::<f64>() / found.len() as f64)
    };
    let ((n, mean), (n_before, mean_before)) = (length(&own.roads), length(&exposure.roads));
    assert!(n >= n_before && (mean / mean_before - 1.0).abs() < 0.1, "{n} {n_before} {mean} {mean_before}");
}

#[test]
fn units_come_from_polygons_and_take_their_villages_with_them() {
    let dir = tempfile::tempdir().unwrap();
    let scenario = built_in();
    let epsg = scenario.terrain.epsg.unwrap();
    let grid = scenario.terrain.grid;
    let middle = 0.5 * (grid.west_m + grid.east_m());
    let rect = |name: &str, west: f64, east: f64| {
        let (south, north) = (grid.south_m() - 10.0, grid.north_m + 10.0);
        format!(
            r#"{{"type":"Feature","properties":{{"滩区":"{name}","farmland_frac":0.6}},"geometry":{{"type":"Polygon","coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}}}"#
        )
    };
    let text = format!(
        r#"{{"type":"FeatureCollection","crs":{{"type":"name","properties":{{"name":"urn:ogc:def:crs:EPSG::{epsg}"}}}},"features":[{},{}]}}"#,
        rect("西滩", grid.west_m - 10.0, middle),
        rect("东滩", middle, grid.east_m() + 10.0)
    );
    fs::write(dir.path().join("units.geojson"), text).unwrap();
    let loaded = load(
        dir.path(),
        "    exposure: (units: \"units.geojson\", curves: \"china\", compensation: \"detention-2000\"),",
    )
    .unwrap();
    let (river, exposure) = (loaded.scenario.river.unwrap(), loaded.scenario.exposure.unwrap());
    let names: Vec<&str> = river.units.iter().map(|unit| unit.name.zh.as_str()).collect();
    assert_eq!(names, ["西滩", "东滩", "左岸堤外", "右岸堤外"], "the land behind the levees stays");
    assert!((exposure.units[0].farmland_frac - 0.6).abs() < 1e-12);
    assert_eq!((exposure.curves.id.as_str(), exposure.compensation.id.as_str()), ("china", "detention-2000"));
    let is_between = |village: &&Village| !river.units[village.unit].is_landside;
    for village in exposure.villages.iter().filter(is_between) {
        assert_eq!(village.unit, usize::from(village.at[0] >= middle), "{}", village.id);
    }
    assert!(exposure.villages.len() > 100 && !exposure.roads.exits.is_empty());
}

#[test]
fn shelters_take_people_in_and_lives_belong_to_drills() {
    let dir = tempfile::tempdir().unwrap();
    let places = places(&built_in(), 4);
    let mut text = "name,capacity,lon,lat\n".to_owned();
    for (k, ([lon, lat], _)) in places.iter().enumerate() {
        writeln!(text, "学校{k},1000000,{lon:.7},{lat:.7}").unwrap();
    }
    text += "远校,100,110.0,36.0\n";
    fs::write(dir.path().join("shelters.csv"), text).unwrap();
    let loaded = load(dir.path(), "    exposure: (shelters: \"shelters.csv\", lives: true),").unwrap();
    assert!(loaded.notes.join("\n").contains("4 shelters joined, 1 left out"), "{:?}", loaded.notes);
    let exposure = loaded.scenario.exposure.unwrap();
    assert!(exposure.counts_lives);
    let people: Vec<f64> = exposure.villages.iter().map(|village| village.people).collect();
    let ways = Ways::new(&exposure.roads).assign(&exposure.roads, &people);
    let to_schools =
        ways.iter().flatten().filter(|way| exposure.roads.exits[way.exit].name.zh.starts_with("学校")).count();
    assert!(to_schools > 10, "{to_schools}");
    let path = dir.path().join("rehearsal.ron");
    fs::write(&path, scenario_text("    exposure: (lives: true),").replace("mode: Drill", "mode: Rehearsal")).unwrap();
    let Err(error) = load_with_notes(&path) else { panic!("lives outside a drill") };
    assert!(error.to_string().contains("mode: Drill"), "{error}");
}

#[test]
fn what_cannot_be_used_is_refused_with_file_place_and_what_is_allowed() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
    write("columns.csv", "村,renkou,lon,lat\n甲,100,115.0,35.2\n");
    write("far.csv", "name,people,lon,lat\n甲,100,2.35,48.86\n");
    write("swapped.csv", "name,people,lon,lat\n甲,100,35.2,115.0\n");
    write("nowhere.csv", "name,people,lon,lat\n甲,100,113.0,36.0\n");
    let cases = [
        ("villages: \"columns.csv\"", vec!["columns.csv", "no column `name`"]),
        ("villages: \"far.csv\"", vec!["far.csv", "allowed"]),
        ("villages: \"swapped.csv\"", vec!["swapped.csv", "lon"]),
        ("villages: \"nowhere.csv\"", vec!["nowhere.csv", "nothing that could be joined", "outside the grid"]),
        ("villages: \"absent.csv\"", vec!["absent.csv"]),
        ("curves: \"jrc-europe\"", vec!["jrc-asia", "hazus", "china"]),
        ("compensation: \"none\"", vec!["floodplain-2012"]),
        ("lives: 1", vec!["`true` or `false`"]),
        ("shelters: \"columns.csv\"", vec!["columns.csv", "no column `name`"]),
        ("vilages: \"columns.csv\"", vec!["villages"]),
    ];
    for (exposure, words) in cases {
        let Err(error) = load(dir.path(), &format!("    exposure: ({exposure}),")) else {
            panic!("{exposure} is read")
        };
        for word in words {
            assert!(error.contains(word), "{exposure}: {error}");
        }
        assert!(error.contains("own.ron"), "{error}");
    }
}

#[test]
fn how_people_leave_is_a_setting() {
    let dir = tempfile::tempdir().unwrap();
    let own = load(dir.path(), "    exposure: (leaving: (warning_hours: (0.5, 2), speed_kmh: 36, reserve_hours: 0)),")
        .unwrap();
    let (given, usual) = (own.scenario.exposure.unwrap().leaving, built_in().exposure.unwrap().leaving);
    let hours = given.spread_hours;
    assert!((hours[0] - 0.5).abs() < 1e-12 && (hours[1] - 2.0).abs() < 1e-12);
    assert!((given.speed_mps - 10.0).abs() < 1e-12 && given.reserve_hours.abs() < 1e-12);
    assert!((given.ready_hours[1] - usual.ready_hours[1]).abs() < 1e-12);
    for wrong in ["warning_hours: (0, 1)", "stay_frac: (0, 1)", "speed_kmh: 0", "ready_hours: 3"] {
        let Err(error) = load(dir.path(), &format!("    exposure: (leaving: ({wrong})),")) else { panic!("{wrong}") };
        let key = wrong.split(':').next().unwrap();
        assert!(error.contains(key) && error.contains("allowed"), "{error}");
    }
}
