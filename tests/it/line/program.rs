//! A corridor with its channel as a line through the program, in a fresh folder.

use std::fs;

use crate::cli::{assert_code, hetu, names_in, stdout, summary_in};

const SCENARIO: &str = r#"Scenario(
    version: 1,
    name: "line",
    title: (zh: "线", en: "Line"),
    mode: Drill,
    start: "2020-01-01T00:00:00Z",
    duration_secs: 21600.0,
    domain: Corridor((from_km: 400.0, to_km: 440.0, cell_m: 400.0, epoch: 2021, channel: Line)),
    initial: NormalDepth(discharge_m3s: 2000.0),
    boundaries: [
        (name: "above", edge: Upstream, kind: Discharge(Series([(0.0, 2000.0), (7200.0, 9000.0)]))),
        (name: "below", edge: Downstream, kind: NormalDepth(slope: 0.0001)),
    ],
    sources: [(name: "brook", at_km: 425.0, discharge: Series([(0.0, 100.0)]))],
    output: (frame_every_secs: 3600.0, gauge_every_secs: 600.0),
)"#;

#[test]
fn the_program_checks_runs_and_briefs_a_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("line.ron"), SCENARIO).unwrap();
    let output = hetu(folder.path(), &["check", "line.ron"]);
    assert_code(&output, 0);
    let text = stdout(&output);
    for part in ["channel         a line of ", "bankfull at SK  published 4583 m3/s", "no fault found"] {
        assert!(text.contains(part), "{part:?} is missing in:\n{text}");
    }
    assert_eq!(names_in(folder.path()), ["line.ron"]);

    let output = hetu(folder.path(), &["run", "line.ron", "-o", "out", "--checkpoint-every", "3h"]);
    assert_code(&output, 0);
    let summary = summary_in(folder.path(), "out");
    let volume = |key: &str| summary["volume_m3"][key].as_f64().unwrap();
    assert!(volume("residual").abs() < 1e-12 * (volume("initial") + volume("inflow")), "{summary}");
    // 2000 m³/s in some 40 km of channel at the start.
    assert!(volume("initial") > 3e7, "{summary}");
    let sections = fs::read_to_string(folder.path().join("out/sections.csv")).unwrap();
    let first = sections.lines().nth(1).unwrap();
    let discharge: f64 = first.split(',').nth(2).unwrap().parse().unwrap();
    assert!((discharge - 2000.0).abs() < 5.0, "at Sunkou, above the brook: {first}");

    let args = ["run", "line.ron", "-o", "rest", "--from", "out/checkpoint-00010800.hck"];
    assert_code(&hetu(folder.path(), &args), 0);
    let rest = summary_in(folder.path(), "rest");
    assert_eq!(rest["state_hash"], summary["state_hash"]);

    assert_code(&hetu(folder.path(), &["brief", "out", "-o", "brief", "--lang", "en"]), 0);
    assert!(names_in(&folder.path().join("brief")).contains(&"map-max-depth.png".to_owned()));
}
