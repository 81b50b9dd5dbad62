//! A detailed reach within the run of a longer one: what it takes from there, and that it agrees with it inside.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]
#![expect(clippy::print_stdout, reason = "the measured figures are read off with --nocapture")]

use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use hetu::domain::recording::RunResult;
use hetu::domain::river::line::LineStart;
use hetu::domain::scenario::{BoundaryKind, Initial, Scenario, Series};
use hetu::engine::{EngineSettings, run_batch};
use hetu::io::past_run::{self, PastRun};
use hetu::io::{outputs, scenario};

/// Twelve hours before the child begins; a flood that stays in the channel above and goes over the banks below.
const PARENT: &str = r#"Scenario(
    version: 1,
    name: "parent",
    title: (zh: "母", en: "Parent"),
    mode: Drill,
    start: "2020-01-01T00:00:00Z",
    duration_secs: 172800.0,
    domain: Corridor((from_km: 400.0, to_km: 446.0, cell_m: 500.0, epoch: 2021, landside_m: 1000.0, channel: Line)),
    initial: NormalDepth(discharge_m3s: 2000.0),
    boundaries: [
        (name: "above", edge: Upstream, kind: Discharge(Series([(0.0, 2000.0), (36000.0, 2000.0), (86400.0, 5500.0), (144000.0, 3000.0)]))),
        (name: "below", edge: Downstream, kind: NormalDepth(slope: 0.000115)),
    ],
    sections: [(name: "inlet", at_km: 412.0), (name: "outlet", at_km: 430.0)],
    output: (frame_every_secs: 43200.0, gauge_every_secs: 1800.0),
)"#;

const CHILD: &str = r#"Scenario(
    version: 1,
    name: "child",
    title: (zh: "子", en: "Child"),
    mode: Drill,
    start: "2020-01-01T20:00:00+08:00",
    duration_secs: 129600.0,
    domain: Corridor((from_km: 412.0, to_km: 430.0, cell_m: 250.0, epoch: 2021, landside_m: 1000.0, channel: Line)),
    initial: NormalDepth,
    boundaries: [
        (name: "above", edge: Upstream, kind: Discharge(FromRun(path: "parent", section: "inlet"))),
        (name: "below", edge: Downstream, kind: Stage(FromRun(path: "parent", section: "outlet"))),
    ],
    output: (frame_every_secs: 43200.0, gauge_every_secs: 1800.0),
)"#;

/// The child starts so much later, s: 20:00 in Beijing is noon in Greenwich.
const LATER_SECS: f64 = 43_200.0;

/// A folder with the parent's run, and what was read of it.
static HOME: LazyLock<(tempfile::TempDir, PastRun)> = LazyLock::new(|| {
    let home = tempfile::tempdir().unwrap();
    let (scenario, result) = run(home.path(), PARENT);
    let folder = home.path().join("parent");
    outputs::write_run(&folder, &scenario, &result).unwrap();
    let run = past_run::read(&folder).unwrap();
    (home, run)
});

fn load(home: &Path, text: &str) -> Result<Scenario, String> {
    let file = tempfile::Builder::new().suffix(".ron").tempfile_in(home).unwrap();
    fs::write(file.path(), text).unwrap();
    let name = format!("{}/", home.display());
    scenario::load(file.path()).map_err(|error| error.to_string().replace(&name, ""))
}

fn run(home: &Path, text: &str) -> (Arc<Scenario>, RunResult) {
    let scenario = Arc::new(load(home, text).unwrap_or_else(|error| panic!("{error}")));
    let settings = EngineSettings { threads: 1, beside_window: false };
    let result = run_batch(&scenario, &settings, None, &mut |_| {}).unwrap();
    (scenario, result)
}

fn parent(section: &str) -> (Series, Series) {
    let section = HOME.1.sections.iter().find(|found| found.name == section).unwrap();
    let later = |points: &[[f64; 2]]| points.iter().map(|[t, value]| [t - LATER_SECS, *value]).collect();
    (Series::new(later(&section.discharge_m3s)).unwrap(), Series::new(later(&section.stage_m)).unwrap())
}

fn fault(from: &str, to: &str) -> String {
    assert!(CHILD.contains(from), "{from}");
    load(HOME.0.path(), &CHILD.replace(from, to)).unwrap_err()
}

/// On the wall clock, not on the seconds of either run.
#[test]
fn a_child_takes_both_ends_from_its_parent() {
    let child = load(HOME.0.path(), CHILD).unwrap();
    let (discharge, _) = parent("inlet");
    let (_, stage) = parent("outlet");
    let [BoundaryKind::Discharge(above), BoundaryKind::Stage(below)] =
        [&child.boundaries[0].kind, &child.boundaries[1].kind]
    else {
        panic!("{:?}", child.boundaries)
    };
    for minute in 0..2160 {
        let t = 60.0 * f64::from(minute);
        assert!((above.at(t) - discharge.at(t)).abs() < 1e-6, "{t} s: {} {}", above.at(t), discharge.at(t));
        assert!((below.at(t) - stage.at(t)).abs() < 1e-9, "{t} s: {} {}", below.at(t), stage.at(t));
    }
    assert!(discharge.max() > 5000.0, "{}", discharge.max());
    assert_eq!(child.initial, Initial::Dry);
    let LineStart::Steady(start_m3s) = child.channel.unwrap().start else { panic!("not steady") };
    assert!((start_m3s - discharge.at(0.0)).abs() < 1e-9, "{start_m3s}");
}

/// Cells of half the size give the same river: within 3 % of the peak and 0.10 m at the station inside, at every sample
/// but those of the first three hours, when the child still forgets its own start.
#[test]
fn a_child_agrees_with_its_parent_inside() {
    const SETTLED_SECS: f64 = 10_800.0;
    let (child, result) = run(HOME.0.path(), CHILD);
    let (discharge, stage) = parent("SK");
    let at = child.sections.iter().position(|section| section.name == "SK").unwrap();
    let (mut far_m3s, mut far_m) = (0.0_f64, 0.0_f64);
    for sample in result.recording.samples_from(0).iter().filter(|sample| sample.time_secs >= SETTLED_SECS) {
        let reading = &sample.sections[at];
        far_m3s = far_m3s.max((reading.discharge_m3s - discharge.at(sample.time_secs)).abs());
        far_m = far_m.max((reading.mean_stage_m.unwrap() - stage.at(sample.time_secs)).abs());
    }
    let far_frac = far_m3s / discharge.max();
    println!(
        "child beside parent at SK: {:.2} % of the peak, {far_m:.3} m; residual {:.1e}",
        100.0 * far_frac,
        result.summary.budget.residual_frac()
    );
    assert!(far_frac < 0.03 && far_m < 0.10, "{far_frac} {far_m}");
    assert!(result.summary.budget.residual_frac().abs() < 1e-12 && result.summary.contained_cells == 0);
}

#[test]
fn a_run_that_does_not_fit_is_refused_with_what_would() {
    let error = fault("path: \"parent\", section: \"inlet\"", "path: \"nowhere\", section: \"inlet\"");
    assert!(error.contains("boundaries[0].kind.path: found \"nowhere\" (no folder of a run: nowhere)"), "{error}");
    let error = fault("section: \"inlet\"", "section: \"inlat\"");
    let told = "found the section \"inlat\"; allowed \"inlet\", the nearest; one of \"SK\", \"inlet\", \"outlet\"";
    assert!(error.contains(told), "{error}");
    let error = fault("duration_secs: 129600.0", "duration_secs: 129601.0");
    assert!(
        error.contains("section inlet of parent: values from 2020-01-01T08:00:00+08:00 to 2020-01-03T08:00:00+08:00"),
        "{error}"
    );
    assert!(
        error.contains("over the time of the run, 2020-01-01T20:00:00+08:00 to 2020-01-03T08:00:01+08:00"),
        "{error}"
    );
    let error = fault("start: \"2020-01-01T20", "start: \"2019-12-31T20");
    assert_eq!(error.matches("values over the time of the run").count(), 2, "both ends: {error}");
    let error = fault("FromRun(path: \"parent\", section: \"inlet\")", "FromRun(path: \"parent\")");
    assert!(error.contains("boundaries[0].kind.section: found no such key"), "{error}");
    let error = fault("section: \"inlet\"", "section: \"inlet\", max_gap_secs: 0.0");
    assert!(error.contains("boundaries[0].kind.max_gap_secs: found `0.0`; allowed a number above 0"), "{error}");
}

/// A table of sections with a row taken out, a backward flow, or no summary.
#[test]
fn gaps_and_backward_flow_of_a_run_are_told() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("parent");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("summary.json"), "{\"start\": \"2020-01-01T12:00:00Z\"}").unwrap();
    let rows = |hours: &[(u32, f64)]| {
        let row = |name: &str, (h, q): (u32, f64)| format!("{},{name},{q},50.0\n", h * 3600);
        let rows: String = hours.iter().map(|at| row("inlet", *at) + &row("outlet", *at)).collect();
        fs::write(folder.join("sections.csv"), format!("time_secs,section,discharge_m3s,mean_stage_m\n{rows}"))
            .unwrap();
    };
    let whole: Vec<(u32, f64)> = (0..=36).map(|h| (h, 2000.0)).collect();
    rows(&whole);
    load(home.path(), CHILD).unwrap();
    let gappy: Vec<_> = whole.iter().copied().filter(|(h, _)| !(10..=12).contains(h)).collect();
    rows(&gappy);
    let error = load(home.path(), CHILD).unwrap_err();
    let told = "section inlet of parent: no value between 2020-01-02T05:00:00+08:00 and 2020-01-02T09:00:00+08:00, 4.0 h; allowed gaps of at most 3.0 h; `max_gap_secs: ..` allows more";
    assert!(error.contains(told), "{error}");
    let wide = CHILD.replace("let\")", "let\", max_gap_secs: 14400.0)");
    load(home.path(), &wide).unwrap();
    let mut backward = whole;
    backward[3].1 = -1.0;
    rows(&backward);
    let error = load(home.path(), CHILD).unwrap_err();
    assert!(
        error.contains("section inlet of parent: -1 at 2020-01-01T23:00:00+08:00; allowed a discharge of at least 0"),
        "{error}"
    );
    fs::write(folder.join("summary.json"), "{}").unwrap();
    let error = load(home.path(), CHILD).unwrap_err();
    assert!(error.contains("a summary without the start of the run"), "{error}");
}

#[test]
fn a_boundary_or_a_source_may_be_what_was_observed() {
    let home = tempfile::tempdir().unwrap();
    let kind = "Discharge(Observed(window: \"2021-autumn\", station: \"SK\"))";
    let text = CHILD
        .replace("2020-01-01T20:00:00", "2021-10-01T20:00:00")
        .replace("Discharge(FromRun(path: \"parent\", section: \"inlet\"))", kind)
        .replace("Stage(FromRun(path: \"parent\", section: \"outlet\"))", "NormalDepth(slope: 0.0001)")
        .replace("    output:", "    sources: [(name: \"brook\", at_km: 420.0, discharge: Observed(file: \"mine.csv\", station: \"B\"))],\n    output:");
    let mine = "time,station,discharge_m3s,doubt\n2021-10-01T20:00:00+08:00,B,10,\n2021-10-02T20:00:00+08:00,B,99,spike\n2021-10-03T08:00:00+08:00,B,13,\n";
    fs::write(home.path().join("mine.csv"), mine).unwrap();
    let child = load(home.path(), &text).unwrap();
    let BoundaryKind::Discharge(above) = &child.boundaries[0].kind else { panic!("no discharge") };
    // Readings of 08:00 on 1 and 2 October 2021: half-way between them at 20:00.
    assert!((above.at(0.0) - 0.5 * (above.points()[0][1] + above.points()[1][1])).abs() < 1e-9);
    assert!((above.points()[0][0] + 43_200.0).abs() < 1e-9 && above.points().len() == 3, "{above:?}");
    // The doubted reading is left out: linear from 10 to 13 within 36 h.
    assert!((child.sources[0].discharge_m3s.at(43_200.0) - 11.0).abs() < 1e-9);

    let error = load(home.path(), &text.replace("station: \"SK\"", "station: \"SKK\"")).unwrap_err();
    assert!(error.contains("found the station \"SKK\"; allowed \"SK\", the nearest; one of \"XLD\""), "{error}");
    let error = load(home.path(), &text.replace("window: \"2021-autumn\"", "window: \"2021-summer\"")).unwrap_err();
    assert!(error.contains("boundaries[0].kind.window: found \"2021-summer\"; allowed \"2002-07\""), "{error}");
    let error = load(home.path(), &text.replace("window:", "file: \"a.csv\", window:")).unwrap_err();
    assert!(error.contains("found `window` and `file`, or neither; allowed one of them"), "{error}");
    // What a held-out window does not have cannot be asked of it.
    let error = load(home.path(), &text.replace("window: \"2021-autumn\"", "window: \"2020-06\"")).unwrap_err();
    assert!(error.contains("found the station \"SK\"; allowed"), "{error}");
}

#[test]
fn a_steady_start_without_a_discharge_needs_one_that_comes_in() {
    let error = fault("Discharge(FromRun(path: \"parent\", section: \"inlet\"))", "Wall");
    assert!(
        error.contains("initial: found `NormalDepth` alone, and no discharge that comes in at `Upstream`"),
        "{error}"
    );
}

#[test]
fn sections_and_gauges_may_stand_at_a_chainage() {
    let parent = load(HOME.0.path(), PARENT).unwrap();
    let [inlet, outlet] = ["inlet", "outlet"].map(|name| parent.sections.iter().find(|s| s.name == name).unwrap());
    let line = parent.channel.unwrap();
    for (section, km) in [(inlet, 412.0), (outlet, 430.0)] {
        let [_, middle, _] = section.line[..] else { panic!("{:?}", section.line) };
        let at_km = line.chainage_km[line.place(line.along_near_m(middle)).segment];
        assert!((at_km - km).abs() < 0.6, "{at_km}");
    }
    let text = |insert: &str| PARENT.replace("sections: [", insert);
    let gauge = load(HOME.0.path(), &text("gauges: [(name: \"mid\", at_km: 420.0)],\n    sections: [")).unwrap();
    assert!(gauge.gauges.iter().any(|gauge| gauge.name == "mid"));
    let error = load(HOME.0.path(), &text("sections: [(name: \"a\", at_km: 460.0), ")).unwrap_err();
    assert!(error.contains("sections[0].at_km: found `460.0`; allowed a chainage of the reach"), "{error}");
    let both = "sections: [(name: \"a\", at_km: 420.0, line: [(0.0, 0.0), (1.0, 1.0)]), ";
    let error = load(HOME.0.path(), &text(both)).unwrap_err();
    assert!(error.contains("sections[0].at_km: found `at_km` beside `line`; allowed one of them"), "{error}");
}
