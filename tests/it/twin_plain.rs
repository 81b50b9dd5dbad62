//! What runs of the river with its plain are measured by: extents, classes, crests and stages.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::sync::{Arc, LazyLock};

use hetu::domain::impact::{self, MAXIMUM_EXTENT};
use hetu::domain::recording::Recording;
use hetu::domain::river::LandClass;
use hetu::domain::river::twin::{class_row, extents, ratings, run_crest, stage_row};
use hetu::domain::scenario::Scenario;
use hetu::engine::{EngineSettings, run_batch};
use hetu::io::twin_plain::{Inflow, Reach, classes, scenario_text};
use hetu::io::{river, scenario, twin};

use crate::cli::{assert_code, hetu};

/// Sunkou with some river above and below: over its banks from 4,600 m³/s on.
const REACH: Reach =
    Reach { from_km: 400.0, to_km: 446.0, cell_m: 500.0, has_line: true, epoch: 2021, end_slope: 0.000_115 };

/// Thirty hours of a flood over the banks.
static RUN: LazyLock<(Arc<Scenario>, Arc<Recording>)> = LazyLock::new(|| {
    let text = scenario_text(REACH, &Inflow::Constant(7000.0, 1.25));
    let scenario = Arc::new(scenario::read_text(std::path::Path::new("reach.ron"), &text).unwrap());
    let settings = EngineSettings { threads: 1, beside_window: false };
    let result = run_batch(&scenario, &settings, None, &mut |_| {}).unwrap();
    (scenario, result.recording)
});

#[test]
fn extents_add_up_along_the_river() {
    let (scenario, recording) = &*RUN;
    let of = |from: f64, to: f64| extents(scenario, recording, [from, to]).unwrap();
    let (series, whole) = of(410.0, 430.0);
    let (above, below) = (of(410.0, 419.0).1, of(419.0, 430.0).1);
    assert!(whole.floodplain_km2 > 10.0, "{whole:?}");
    assert!((above.floodplain_km2 + below.floodplain_km2 - whole.floodplain_km2).abs() < 1e-9, "{above:?} {below:?}");
    assert!((above.channel_km2 + below.channel_km2 - whole.channel_km2).abs() < 1e-9, "{above:?} {below:?}");
    // Twenty kilometres of a channel of 500 to 900 m.
    assert!((8.0..20.0).contains(&whole.channel_km2), "{whole:?}");
    assert!(series.windows(2).all(|pair| pair[1][0] > pair[0][0]) && series[0][1] <= whole.floodplain_km2);
}

#[test]
fn the_extent_of_the_whole_reach_is_every_wet_cell_of_its_floodplain() {
    let (scenario, recording) = &*RUN;
    let (_, whole) = extents(scenario, recording, [-1e3, 1e4]).unwrap();
    let frame = recording.frame(recording.n_frames() - 1).unwrap();
    let class = &scenario.river.as_ref().unwrap().class_of_cell;
    let wet = |cell: &usize| class[*cell] == LandClass::Floodplain && frame.depth_mm[*cell] >= 50;
    let n = (0..frame.depth_mm.len()).filter(wet).count();
    let cell_km2 = scenario.terrain.grid.cell_area_m2() / 1e6;
    assert!((whole.floodplain_km2 - n as f64 * cell_km2).abs() < cell_km2, "{whole:?} {n} cells");
}

#[test]
fn the_provinces_share_what_is_under_water() {
    let (scenario, recording) = &*RUN;
    let tables = river::tables().unwrap();
    let rows: Vec<_> = classes()
        .unwrap()
        .iter()
        .take(1)
        .flat_map(|plan| ["河南", "山东"].map(|province| (plan.clone(), province)))
        .map(|(plan, province)| {
            let is_there = |id: &str| tables.units.iter().any(|unit| unit.id == id && unit.province == province);
            class_row(&plan, ("constant", 2021), scenario, recording, is_there).unwrap()
        })
        .collect();
    let moments = impact::loss_moments(scenario, recording);
    let all = moments.iter().find(|moment| moment.id == MAXIMUM_EXTENT).unwrap().total();
    let sum = |of: fn(&hetu::domain::river::twin::ClassRow) -> f64| rows.iter().map(of).sum::<f64>();
    // Henan lies on the left bank there and Shandong on the right.
    assert!(rows.iter().all(|row| row.area_wan_mu > 0.5 && row.people_wan > 0.1), "{rows:?}");
    assert!((sum(|row| row.area_wan_mu) - impact::farmland_wan_mu(all.area_m2)).abs() < 1e-9);
    assert!((sum(|row| row.people_wan) - all.people / 1e4).abs() < 1e-9);
    assert!((sum(|row| row.farmland_wan_mu) - impact::farmland_wan_mu(all.farmland_m2)).abs() < 1e-9);
}

#[test]
fn crests_and_stages_are_those_of_the_tables_of_the_run() {
    let (scenario, recording) = &*RUN;
    let crest = run_crest(scenario, recording, "SK", 3600.0).unwrap();
    let at = scenario.sections.iter().position(|section| section.name == "SK").unwrap();
    let samples = recording.samples_from(0);
    let largest = samples.iter().skip(1).map(|sample| sample.sections[at].discharge_m3s).fold(0.0, f64::max);
    assert!((crest.discharge_m3s - largest).abs() < 1e-9 && crest.time_h >= 1.0, "{crest:?}");
    assert!(run_crest(scenario, recording, "LJ", 0.0).is_none(), "Lijin is not in the reach");

    let tables = river::tables().unwrap();
    let known = ratings(&tables, &twin::floods(&tables).unwrap()).unwrap();
    let of = |station: &str| known.iter().find(|row| row.year == 2021 && row.station == station).unwrap();
    let row = stage_row(of("SK"), scenario, recording).unwrap();
    let gauge = scenario.gauges.iter().position(|gauge| gauge.name == "SK").unwrap();
    assert!((row.stage_m - samples[samples.len() - 1].gauges[gauge].stage_m).abs() < 1e-9);
    // The last day of thirty hours began six hours in.
    assert!((row.day_m - (row.stage_m - samples[6].gauges[gauge].stage_m)).abs() < 1e-9);
    assert!(stage_row(of("LJ"), scenario, recording).is_none());
}

#[test]
fn the_parts_of_the_plain_are_asked_for_with_it() {
    let folder = tempfile::tempdir().unwrap();
    for args in
        [&["twin", "--part", "stages"][..], &["twin", "--plain", "--calibrate"], &["twin", "--plain", "--part", "x"]]
    {
        assert_code(&hetu(folder.path(), args), 2);
    }
}
