//! Corridors whose channel is a line: what their files may say.

use hetu::domain::river::line::LineStart;
use hetu::domain::scenario::{Initial, Scenario};

use super::Folder;

const LINE: &str = r#"Scenario(
    version: 1,
    name: "line",
    title: (zh: "线", en: "Line"),
    mode: Drill,
    start: "2020-01-01T00:00:00Z",
    duration_secs: 7200.0,
    domain: Corridor((from_km: 420.0, to_km: 450.0, cell_m: 400.0, epoch: 2021, channel: Line)),
    initial: NormalDepth(discharge_m3s: 2000.0),
    boundaries: [
        (name: "above", edge: Upstream, kind: Discharge(Series([(0.0, 2000.0)]))),
        (name: "below", edge: Downstream, kind: NormalDepth(slope: 0.0001)),
    ],
    sources: [(name: "brook", at_km: 430.0, discharge: Series([(0.0, 100.0)]))],
    output: (frame_every_secs: 600.0, gauge_every_secs: 600.0),
)"#;

fn folder(text: &str) -> Folder {
    let mut folder = Folder::new();
    text.clone_into(&mut folder.text);
    folder
}

fn fault(from: &str, to: &str) -> String {
    assert!(LINE.contains(from), "{from}");
    folder(&LINE.replace(from, to)).faults().join("\n")
}

#[test]
fn a_line_begins_as_a_steady_river_with_a_dry_plain() {
    let Scenario { channel, initial, sources, boundaries, .. } = folder(LINE).load();
    let line = channel.unwrap();
    assert_eq!((line.start, &initial), (LineStart::Steady(2000.0), &Initial::Dry));
    for (end, boundary) in line.ends.iter().zip(&boundaries) {
        assert!(end.is_ruled_by(boundary.edge, boundary.span_m), "{end:?} {boundary:?}");
    }
    // The source lies on the channel, 10 km of river below the upper end.
    let along_m = line.along_near_m(sources[0].at);
    let km = line.chainage_km[line.place(along_m).segment];
    assert!((km - 430.0).abs() < 0.5, "{km}");
}

#[test]
fn without_a_line_a_scenario_has_none() {
    assert!(Folder::new().load().channel.is_none());
}

#[test]
fn a_chainage_is_one_of_the_reach() {
    let error = fault("at_km: 430.0", "at_km: 88.0");
    assert!(error.contains("sources[0].at_km: found `88.0`; allowed a chainage of the reach, 4"), "{error}");
    let error = fault("at_km: 430.0", "at_km: 430.0, at: (1.0, 2.0)");
    assert!(error.contains("sources[0].at_km: found `at_km` beside `at`; allowed one of them"), "{error}");
    let mut raster = Folder::new();
    raster.text = raster.text.replace("at: (25.0, 25.0), discharge", "at_km: 25.0, discharge");
    let error = raster.faults().join("\n");
    let told = "sources[0].at_km: found `at_km` with a raster domain; allowed a place on the map; `at_km` belongs to";
    assert!(error.contains(told), "{error}");
}

#[test]
fn an_unknown_key_of_a_source_names_the_nearest() {
    let error = fault("at_km: 430.0", "at_kms: 430.0");
    assert!(error.contains("found the unknown key `at_kms`; allowed `at_km`, the nearest known key"), "{error}");
}

#[test]
fn the_ends_of_a_line_have_kinds_of_their_own() {
    let error = fault("kind: Discharge(Series([(0.0, 2000.0)]))", "kind: Free");
    assert!(error.contains("allowed `Discharge` or `Wall` where the channel enters the grid"), "{error}");
    let error = fault("kind: NormalDepth(slope: 0.0001)", "kind: Free");
    assert!(error.contains("allowed `NormalDepth`, `Stage`, `Rating` or `Wall` where the channel leaves"), "{error}");
}

#[test]
fn structures_stand_beside_a_line() {
    let at = folder(LINE).load().sources[0].at;
    let intake = |x: f64| {
        format!(
            "structures: [Intake(name: \"i\", at: ({x:?}, {:?}), demand_m3s: Series([(0.0, 5.0)]), min_stage_m: 30.0, \
             full_stage_m: 31.0)],\n    output:",
            at[1]
        )
    };
    let error = fault("output:", &intake(at[0]));
    assert!(error.contains("structures[0].at: found the point") && error.contains("on the channel"), "{error}");
}

/// Dikes stand beside a line from 1959 on; above Taochengpu, at 466 km.
#[test]
fn production_dikes_stand_in_the_years_of_the_table_where_they_are_asked_for() {
    let dikes = |key: &str| {
        let text = LINE.replace("epoch: 2021, channel: Line", key);
        folder(&text).load().channel.unwrap().dikes
    };
    let published = dikes("epoch: 2021, channel: Line, production_dikes: Published");
    assert!(!published.is_empty() && published.iter().all(Option::is_some));
    assert!(dikes("epoch: 2021, channel: Line").is_empty());
    assert!(dikes("epoch: 2021, channel: Line, production_dikes: None").is_empty());
    assert!(dikes("epoch: 1958, channel: Line, production_dikes: Published").is_empty());
    assert!(!dikes("epoch: 1959, channel: Line, production_dikes: Published").is_empty());
}

#[test]
fn production_dikes_are_refused_beside_a_channel_on_the_grid() {
    let text =
        fault("cell_m: 400.0, epoch: 2021, channel: Line", "cell_m: 50.0, epoch: 2021, production_dikes: Published");
    assert!(text.contains("found `Published` with a channel on the grid"), "{text}");
    assert!(text.contains("`None`, or `Published` with `channel: Line`"), "{text}");
}
