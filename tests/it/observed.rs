//! Observed series: the embedded windows, a user's own table, and a run laid beside them.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use hetu::domain::river::observed::{Doubt, ObservationKind, Quantity, WindowRole};
use hetu::domain::river::skill::table::{SkillRole, skill_table};
use hetu::domain::scenario::Scenario;
use hetu::engine::{EngineSettings, run_batch};
use hetu::io::observed::{ObservedError, ObservedRow, ObservedTable, read, window, windows};
use hetu::io::outputs::{SKILL_COLUMNS, write_run};
use hetu::io::scenario::load;
use hetu::io::session::{Session, write_session};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

const MAIN_STEM: [&str; 8] = ["XLD", "HYK", "JHT", "GC", "SK", "AS", "LK", "LJ"];

#[test]
fn every_window_is_whole_and_within_its_dates() {
    let windows = windows().unwrap();
    let names: Vec<&str> = windows.iter().map(|window| window.name.as_str()).collect();
    assert_eq!(names, ["2002-07", "2003-autumn", "2018-07", "2020-06", "2021-autumn"]);
    for entry in &windows {
        let table = window(&entry.name).unwrap();
        let times = table.rows.iter().map(|row| row.time);
        assert_eq!((times.clone().min(), times.max()), (Some(entry.from), Some(entry.to)), "{}", entry.name);
        assert_eq!((table.role, table.confidence.as_str()), (entry.role, "A"));
        for row in &table.rows {
            assert!((row.time - datetime!(2000-01-01 08:00 +8)).whole_seconds() % 86_400 == 0, "{row:?}");
            assert!(row.discharge_m3s.is_none_or(|q| q < 6000.0), "{row:?}");
        }
        let expected: &[&str] = match entry.name.as_str() {
            "2020-06" => &["XLD", "HSG", "WZ"],
            "2021-autumn" => &["XLD", "HSG", "WZ", "HYK", "JHT", "GC", "SK", "AS", "LK", "LJ", "DCB", "DPH"],
            _ => &["XLD", "HSG", "WZ", "HYK", "JHT", "GC", "SK", "AS", "LK", "LJ"],
        };
        assert_eq!(table.stations(), expected, "{}", entry.name);
    }
}

#[test]
fn only_one_window_is_for_calibration_and_2020_is_held_out() {
    let roles: BTreeMap<String, WindowRole> = windows().unwrap().into_iter().map(|w| (w.name, w.role)).collect();
    let named =
        |role: WindowRole| roles.iter().filter(|(_, r)| **r == role).map(|(n, _)| n.as_str()).collect::<Vec<_>>();
    assert_eq!(named(WindowRole::Calibration), ["2021-autumn"]);
    assert_eq!(named(WindowRole::Blind), ["2002-07", "2003-autumn", "2018-07"]);
    assert_eq!(named(WindowRole::HeldOut), ["2020-06"]);
}

#[test]
fn the_sources_of_the_windows_are_known() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/river/sources.csv");
    let sources = fs::read_to_string(root).unwrap();
    for entry in windows().unwrap() {
        assert!(sources.lines().any(|line| line.starts_with(&format!("{},", entry.source))), "{}", entry.source);
    }
}

#[test]
fn the_peak_of_october_2021_is_that_of_the_bulletin() {
    let start = datetime!(2021-09-20 08:00 +8);
    let series = window("2021-autumn").unwrap().series("HYK", start).unwrap();
    assert_eq!((series.kind, series.role), (ObservationKind::DailyReading, WindowRole::Calibration));
    let discharge = series.values(Quantity::Discharge);
    let peak = discharge.iter().copied().reduce(|best, p| if p[1] > best[1] { p } else { best }).unwrap();
    assert_eq!((peak[0] / 86_400.0, peak[1]), (24.0, 4920.0), "14 October");
    assert_eq!(
        series.values(Quantity::Stage).iter().find(|p| p[0] >= 0.0),
        Some(&[0.0, 91.82]),
        "90.44 m in the bulletin"
    );
    assert_eq!(series.stage_raised_m, Some(1.38));
    assert!(series.observations[0].time_secs < 0.0, "the window begins before this start");
    let cut = series.clipped(86_400.0).unwrap();
    assert_eq!(cut.values(Quantity::Discharge), [[0.0, 3500.0], [86_400.0, 3780.0]]);
    assert!(window("2021-autumn").unwrap().series("nowhere", start).is_none());
}

/// The rule of `assets/river/observed/README.md`.
fn is_against_continuity(table: &ObservedTable, row: &ObservedRow) -> bool {
    let Some(place) = MAIN_STEM.iter().position(|id| *id == row.station) else { return false };
    let (Some(below), Some(discharge)) = (MAIN_STEM.get(place + 1), row.discharge_m3s) else { return false };
    let at = |id: &str, days: i64| {
        let time = row.time + Duration::days(days);
        table.rows.iter().find(|other| other.station == id && other.time == time)?.discharge_m3s
    };
    let others = match place.checked_sub(1) {
        Some(above) => [at(MAIN_STEM[above], -1), at(below, 0), at(below, 1)],
        None => [at(&row.station, -1), at(&row.station, 1), at(below, 1)],
    };
    others.iter().all(|other| other.is_some_and(|q| q >= 1000.0 && discharge < 0.5 * q))
}

#[test]
fn doubted_are_the_readings_that_the_rule_finds_and_no_others() {
    let mut doubted = Vec::new();
    for entry in windows().unwrap() {
        let table = window(&entry.name).unwrap();
        for row in &table.rows {
            assert_eq!(row.doubt == Some(Doubt::Continuity), is_against_continuity(&table, row), "{row:?}");
            if row.doubt.is_some() {
                doubted.push((row.station.clone(), row.time));
            }
        }
    }
    let on = |station: &str, time: OffsetDateTime| (station.to_owned(), time);
    assert_eq!(
        doubted,
        [
            on("XLD", datetime!(2002-07-07 08:00 +8)),
            on("HYK", datetime!(2002-07-06 08:00 +8)),
            on("HYK", datetime!(2002-07-07 08:00 +8)),
        ]
    );
}

#[test]
fn an_unknown_window_lists_the_known_ones() {
    let error = window("1958-07").unwrap_err();
    assert!(matches!(&error, ObservedError::Unknown { known, .. } if known.len() == 5), "{error}");
    assert!(error.to_string().contains("2002-07, 2003-autumn, 2018-07, 2020-06, 2021-autumn"), "{error}");
}

#[test]
fn a_table_of_ones_own_may_be_hourly() {
    let text = "time,station,stage_m\n2021-10-01T08:00:00+08:00,HYK,90.9\n2021-10-01T09:00:00+08:00,HYK,91.0\n2021-10-01T10:00:00+08:00,HYK,91.1\n";
    let table = ObservedTable::of_user("mine.csv", read(text).unwrap());
    let series = table.series("HYK", datetime!(2021-10-01 08:00 +8)).unwrap();
    assert_eq!(series.kind, ObservationKind::Reading { interval_secs: 3600.0 });
    assert_eq!((series.role, series.window.as_str()), (WindowRole::Undeclared, "mine.csv"));
}

/// A short reach about Huayuankou over three days, the inflow given.
fn reach(observed: &str, inflow: &str) -> String {
    format!(
        "Scenario(version: 1, name: \"reach\", title: (zh: \"短河段\", en: \"Short reach\"), mode: Rehearsal,
 start: \"2021-10-01T08:00:00+08:00\", duration_secs: 259200.0,
 domain: Corridor((from_km: 118.0, to_km: 138.0, cell_m: 250.0, epoch: 2019, landside_m: 500.0, {observed})),
 initial: NormalDepth(discharge_m3s: 4800.0),
 boundaries: [(name: \"in\", edge: Upstream, kind: Discharge({inflow})), (name: \"out\", edge: Downstream, kind: NormalDepth(slope: 0.0002))],
 output: (frame_every_secs: 43200.0, gauge_every_secs: 3600.0))"
    )
}

fn read_scenario(folder: &Path, text: &str) -> Result<Scenario, String> {
    let path = folder.join("reach.ron");
    fs::write(&path, text).unwrap();
    load(&path).map_err(|error| error.to_string())
}

/// The inflow is what was observed at Huayuankou on these days.
const AS_OBSERVED: &str = "Series([(0.0, 4820.0), (86400.0, 4700.0), (172800.0, 4850.0), (259200.0, 4870.0)])";

#[test]
fn a_run_beside_observations_writes_its_skill() {
    let folder = tempfile::tempdir().unwrap();
    let scenario =
        read_scenario(folder.path(), &reach("observed: \"2021-autumn\"", "Series([(0.0, 4500.0)])")).unwrap();
    let station = &scenario.river.as_ref().unwrap().stations[0];
    let observed = station.observed.as_ref().unwrap();
    assert_eq!((station.id.as_str(), observed.observations.len()), ("HYK", 4));
    let settings = EngineSettings { threads: 1, beside_window: false };
    let result = run_batch(&Arc::new(scenario.clone()), &settings, None, &mut |_event| {}).unwrap();
    let skill = skill_table(&scenario, &result.recording);
    assert_eq!(skill.len(), 1);
    assert_eq!(skill[0].role, SkillRole::Compared(WindowRole::Calibration));
    let discharge = skill[0].discharge.as_ref().unwrap();
    // The first reading is that of the start, where no discharge is measured yet: 4700, 4850 and 4870 are left.
    assert_eq!((discharge.n_readings, discharge.peak.observed), (3, [259_200.0, 4870.0]));
    assert!((discharge.peak.at_readings[1] - 4500.0).abs() < 150.0, "{discharge:?}");
    assert!(discharge.bias_m3s < -150.0 && discharge.volume_error_frac.unwrap() < -0.03, "{discharge:?}");
    assert_eq!(skill[0].stage.as_ref().unwrap().n_readings, 4);

    let out = folder.path().join("out");
    write_run(&out, &scenario, &result).unwrap();
    let text = fs::read_to_string(out.join("skill.csv")).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0], SKILL_COLUMNS);
    let field = |name: &str| rows[1][SKILL_COLUMNS.iter().position(|column| *column == name).unwrap()];
    assert_eq!([field("station"), field("window"), field("role")], ["HYK", "2021-autumn", "calibration"]);
    assert_eq!((field("discharge_readings"), field("observed_peak_m3s")), ("3", "4870.00"));
    assert_eq!((field("observed_stage_raised_m"), field("stage_readings")), ("1.38", "4"));
    let highest = field("observed_highest_stage_m").parse::<f64>().unwrap();
    assert!((92.0..92.6).contains(&highest), "{highest} m on the station's datum");
    assert!((field("bias_m3s").parse::<f64>().unwrap() - discharge.bias_m3s).abs() < 0.006);
    let summary: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(out.join("summary.json")).unwrap()).unwrap();
    assert_eq!((&summary["skill"][0]["station"], &summary["skill"][0]["role"]), (&"HYK".into(), &"calibration".into()));
    let path = out.join("session.hetu");
    write_session(&path, &scenario, &result.recording, Some(&result.summary)).unwrap();
    let session = Session::open(&path).unwrap();
    assert_eq!(session.scenario.river, scenario.river, "the observations travel with the session");
}

#[test]
fn an_inflow_made_from_the_observation_tests_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let text = reach("observed: \"2021-autumn\"", AS_OBSERVED);
    let mut scenario = read_scenario(folder.path(), &text).unwrap();
    scenario.duration_secs = 7200.0;
    let settings = EngineSettings { threads: 1, beside_window: false };
    let result = run_batch(&Arc::new(scenario.clone()), &settings, None, &mut |_event| {}).unwrap();
    let skill = skill_table(&scenario, &result.recording);
    assert_eq!(skill[0].role, SkillRole::Inflow);
    assert_eq!(skill[0].discharge, None, "no reading but that of the start lies within two hours");
}

#[test]
fn without_observations_there_is_no_skill() {
    let folder = tempfile::tempdir().unwrap();
    let mut scenario = read_scenario(folder.path(), &reach("flood: \"1996-08\"", AS_OBSERVED)).unwrap();
    scenario.duration_secs = 3600.0;
    let settings = EngineSettings { threads: 1, beside_window: false };
    let result = run_batch(&Arc::new(scenario.clone()), &settings, None, &mut |_event| {}).unwrap();
    let out = folder.path().join("out");
    write_run(&out, &scenario, &result).unwrap();
    assert!(!out.join("skill.csv").exists());
    assert!(!fs::read_to_string(out.join("summary.json")).unwrap().contains("skill"));
}

#[test]
fn a_users_table_is_named_in_the_scenario_and_its_faults_are_told_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let header = "time,station,discharge_m3s,stage_m\n";
    let text = reach("observed: Csv(\"mine.csv\")", AS_OBSERVED);
    fs::write(folder.path().join("mine.csv"), format!("{header}2021-10-02T20:00:00+08:00,HYK,4800,\n")).unwrap();
    let scenario = read_scenario(folder.path(), &text).unwrap();
    let observed = scenario.river.as_ref().unwrap().stations[0].observed.clone().unwrap();
    assert_eq!((observed.window.as_str(), observed.role), ("mine.csv", WindowRole::Undeclared));
    assert_eq!(observed.values(Quantity::Discharge), [[129_600.0, 4800.0]]);
    assert_eq!(observed.stage_raised_m, None);
    fs::write(folder.path().join("mine.csv"), format!("{header}2021-10-02T20:00:00+08:00,HYK,much,\n")).unwrap();
    let message = read_scenario(folder.path(), &text).unwrap_err();
    assert!(
        message
            .ends_with("mine.csv:2:31: discharge_m3s: found `much`; allowed a number of at least 0, or an empty field"),
        "{message}"
    );
}

#[test]
fn faults_of_the_key_observed() {
    let folder = tempfile::tempdir().unwrap();
    let fault = |observed: &str| {
        let message = read_scenario(folder.path(), &reach(observed, AS_OBSERVED)).unwrap_err();
        let (place, rest) = message.split_once(": domain.observed: ").unwrap_or_else(|| panic!("{message}"));
        assert!(place.ends_with("reach.ron:3:107"), "{message}");
        rest.to_owned()
    };
    let allowed = "\"2002-07\", \"2003-autumn\", \"2018-07\", \"2020-06\", \"2021-autumn\" or `Csv(\"file.csv\")`";
    assert_eq!(fault("observed: \"2021-fall\""), format!("found \"2021-fall\"; allowed {allowed}"));
    for other in ["2021", "Cvs(\"a.csv\")", "Csv"] {
        assert!(fault(&format!("observed: {other}")).ends_with(&format!("allowed {allowed}")), "{other}");
    }
    let elsewhere = fault("observed: \"2018-07\"");
    assert!(elsewhere.contains("allowed readings at one of HYK within the time of the scenario"), "{elsewhere}");
}

#[test]
fn the_command_prints_the_skill_in_columns() {
    let folder = tempfile::tempdir().unwrap();
    let text = reach("observed: \"2021-autumn\"", "Series([(0.0, 4500.0)])");
    fs::write(folder.path().join("reach.ron"), text.replace("259200.0", "172800.0")).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_hetu"))
        .args(["run", "reach.ron", "-o", "out", "--threads", "1"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<&str> = printed.lines().skip_while(|line| !line.starts_with("skill beside")).collect();
    assert!(lines[0].contains("2021-autumn"), "{printed}");
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(lines[1])[..4], ["station", "role", "readings", "DC"]);
    let row = words(lines[2]);
    assert_eq!(row[..3], ["HYK", "calibration", "2"], "{printed}");
    assert!(row.contains(&"4850".to_owned()), "the observed peak: {printed}");
    assert!(folder.path().join("out/skill.csv").exists());
}
