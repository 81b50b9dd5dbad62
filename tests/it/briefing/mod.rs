//! The briefing folder: pictures, tables and the page.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails; the lint knows only functions marked as tests")]

mod golden;
mod observed;
mod reach;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use hetu::briefing::{self, Inset, Layer, MapSheet, Picture};
use hetu::domain::classes::DEPTH_M;
use hetu::domain::frame::Frame;
use hetu::domain::impact::{thousands, total};
use hetu::domain::order::Orders;
use hetu::domain::recording::{Recording, Sample};
use hetu::domain::river::peaks::{PeakRole, peak_table};
use hetu::domain::scenario::{Boundary, BoundaryKind, Edge, Mode, Scenario, Series};
use hetu::domain::text::Language;
use hetu::io::outputs::losses_csv;

fn depth_m(frame: &Frame) -> Vec<f64> {
    frame.depth_mm.iter().map(|h| f64::from(*h) / 1000.0).collect()
}

/// The made-up flood, recorded every six hours for ten days.
fn record(scenario: &Scenario) -> Recording {
    let recording = Recording::new(scenario.terrain.grid.n_cells());
    for k in 0..=40_u32 {
        recording.push(&reach::frame(scenario, f64::from(k) * 6.0 * 3600.0));
    }
    for hour in 0..=240_u32 {
        let time_secs = f64::from(hour) * 3600.0;
        recording.push_sample(Sample {
            time_secs,
            gauges: (0..3).map(|i| reach::gauge(time_secs, i)).collect(),
            sections: (0..3).map(|i| reach::section(time_secs, i)).collect(),
            basins: Vec::new(),
        });
    }
    recording
}

/// A map of the small reach at its widest flood, as PNG.
fn small_map(mode: Mode, size_px: [u32; 2]) -> Vec<u8> {
    let scenario = Scenario { mode, ..reach::scenario(175, 83, 800.0) };
    let frame = reach::frame(&scenario, 110.0 * 3600.0);
    let footer = ["网格 800 m · 测试河段".to_owned(), "演示参数，不得用于发布预警。".to_owned()];
    let sheet = MapSheet::new(&scenario, Layer::Depth, size_px, Language::Zh, "演示参数", footer);
    let inset = Inset {
        title: "花园口 流量（m³/s）".into(),
        series: (0..=240).map(|h| f64::from(h) * 3600.0).map(|t| [t, reach::section(t, 0).discharge_m3s]).collect(),
    };
    let values: Vec<Option<String>> =
        frame.readings.sections.iter().map(|s| Some(format!("{:.0} m³/s", s.discharge_m3s))).collect();
    sheet.paint_png(&Picture {
        values: &depth_m(&frame),
        heading: "漫滩面积最大",
        time_secs: Some(frame.time_secs),
        loss: Some(total(&frame.readings.losses)),
        station_values: &values,
        inset: Some(&inset),
    })
}

#[test]
fn the_small_map_is_the_committed_one() {
    golden::check("map_small", &small_map(Mode::Rehearsal, [960, 540]));
}

#[test]
fn the_water_has_the_colours_of_the_legend_and_no_other_blue() {
    let picture = image::load_from_memory(&small_map(Mode::Rehearsal, [1920, 1080])).unwrap().to_rgb8();
    let mut n_of: BTreeMap<[u8; 3], usize> = BTreeMap::new();
    for pixel in picture.pixels() {
        *n_of.entry(pixel.0).or_default() += 1;
    }
    for class in &DEPTH_M.classes[..4] {
        // The swatch alone is 46 by 26 pixels; the flood reaches 3 m in the channel only.
        let n = n_of.get(&class.rgb).copied().unwrap_or(0);
        assert!(n > 46 * 26 + 2000, "class {} has {n} pixels", class.label.en);
    }
    let deepest = n_of.get(&DEPTH_M.classes[4].rgb).copied().unwrap_or(0);
    assert!(deepest >= 46 * 26, "the swatch of the deepest class has {deepest} pixels");
    // Large flat areas in strong blue are water or legend; nothing else may look like water.
    let is_blue = |c: &[u8; 3]| i32::from(c[2]) > i32::from(c[0]) + 60;
    for (rgb, n) in n_of.iter().filter(|(rgb, n)| is_blue(rgb) && **n > 4000) {
        assert!(DEPTH_M.classes.iter().any(|class| class.rgb == *rgb), "{rgb:?} covers {n} pixels");
    }
}

#[test]
fn every_mode_has_its_own_edge_and_a_drill_is_hatched() {
    let edge = |mode| {
        let picture = image::load_from_memory(&small_map(mode, [960, 540])).unwrap().to_rgb8();
        let colours: BTreeSet<[u8; 3]> = (0..960).map(|x| picture.get_pixel(x, 1).0).collect();
        colours
    };
    let plain = [Mode::Observed, Mode::Forecast, Mode::Rehearsal].map(edge);
    assert!(plain.iter().all(|colours| colours.len() == 1), "{plain:?}");
    assert!(plain[0] != plain[1] && plain[1] != plain[2] && plain[0] != plain[2]);
    assert_eq!(edge(Mode::Drill).len(), 2);
}

#[test]
fn the_folder_is_complete_and_its_page_needs_nothing_else() {
    let scenario = reach::scenario(175, 83, 800.0);
    let recording = record(&scenario);
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("brief");
    let mut shares = vec![];
    let files = briefing::write(&dir, &scenario, &recording, &Orders::none(), Language::Zh, &mut |share, what| {
        assert!(!what.is_empty());
        shares.push(share);
    })
    .unwrap();

    let mut names: Vec<String> =
        std::fs::read_dir(&dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let n_maps = names.iter().filter(|name| name.starts_with("map-")).count();
    assert_eq!(n_maps, 4, "{names:?}");
    assert_eq!(names.iter().filter(|name| name.starts_with("hydrograph-")).count(), 6, "{names:?}");
    for name in ["index.html", "losses.csv", "peaks.csv"] {
        assert!(names.iter().any(|n| n == name), "{name} in {names:?}");
    }
    assert_eq!(files.all.len(), names.len());
    assert!(shares.windows(2).all(|p| p[0] <= p[1]) && shares.last() == Some(&1.0), "{shares:?}");

    let html = std::fs::read_to_string(&files.page).unwrap();
    for forbidden in ["src=\"http", "href=", "url(", "<script", "<link"] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    for wanted in ["预演", "不得用于", "演示参数", "花园口", "7,860", "原阳滩", "合计", "进水时间"]
    {
        assert!(html.contains(wanted), "{wanted}");
    }
    assert!(html.contains(&format!("{:016x}", briefing::scenario_hash(&scenario))));
    assert_eq!(html.matches("data:image/png;base64,").count(), n_maps);
    for (name, text) in keep_for_looking(&dir, "brief") {
        assert!(!text.is_empty(), "{name} is empty");
    }
}

/// Copies a folder into the target folder, where it can be opened after the test.
fn keep_for_looking(dir: &Path, name: &str) -> Vec<(String, Vec<u8>)> {
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&kept).unwrap();
    std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let (name, bytes) = (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap());
            std::fs::write(kept.join(&name), &bytes).unwrap();
            (name, bytes)
        })
        .collect()
}

/// Rows of the loss table of a record, each by the names of its columns.
fn loss_rows(scenario: &Scenario, recording: &Recording) -> Vec<BTreeMap<String, String>> {
    let csv = losses_csv(scenario, recording);
    assert!(csv.starts_with(b"time_secs,unit,"), "no byte-order mark and no other heading");
    csv::Reader::from_reader(csv.as_slice()).deserialize().map(Result::unwrap).collect()
}

#[test]
fn the_loss_table_adds_up() {
    let scenario = reach::scenario(175, 83, 800.0);
    let rows = loss_rows(&scenario, &record(&scenario));
    let moments: BTreeSet<&str> = rows.iter().map(|row| row["moment"].as_str()).collect();
    assert_eq!(moments, BTreeSet::from(["onset", "peak", "half_fallen", "end"]));
    for moment in moments {
        for column in ["flooded_area_km2", "farmland_wan_mu", "people", "villages", "volume_1e8m3"] {
            let of = |total: bool| {
                let rows = rows.iter().filter(move |r| r["moment"] == moment && (r["unit"] == "total") == total);
                rows.map(move |r| r[column].parse::<f64>().unwrap())
            };
            let (sum, total): (f64, f64) = (of(false).sum(), of(true).sum());
            // Six rows rounded to whole people at the coarsest, to tenths of a village, to 1e-4 otherwise.
            let step = match column {
                "people" => 1.0,
                "villages" => 0.1,
                _ => 1e-4,
            };
            assert!((sum - total).abs() <= 7.0 * 0.5 * step + 1e-9, "{moment} {column}: {sum} {total}");
            assert!(total > 0.0 || moment != "peak", "{column}");
        }
    }
}

#[test]
fn the_briefing_and_the_run_write_the_same_losses() {
    let scenario = reach::scenario(175, 83, 800.0);
    let recording = record(&scenario);
    let home = tempfile::tempdir().unwrap();
    let files =
        briefing::write(home.path(), &scenario, &recording, &Orders::none(), Language::En, &mut |_, _| {}).unwrap();
    let in_briefing = std::fs::read(home.path().join("losses.csv")).unwrap();
    // Excel needs the mark; nothing else differs.
    assert_eq!(in_briefing.strip_prefix("\u{FEFF}".as_bytes()).unwrap(), losses_csv(&scenario, &recording));
    // The number in large type is that of the table.
    let rows = loss_rows(&scenario, &recording);
    let peak = rows.iter().find(|r| r["moment"] == "peak" && r["unit"] == "total").unwrap();
    let area = format!("<b>{}</b> km²", thousands(peak["flooded_area_km2"].parse().unwrap(), 1));
    let html = std::fs::read_to_string(files.page).unwrap();
    assert!(html.contains(&area), "{area}");
}

#[test]
fn peaks_stand_beside_what_was_observed() {
    let mut scenario = reach::scenario(35, 17, 4000.0);
    let crest = vec![[0.0, 2600.0], [54.0 * 3600.0, 7860.0], [240.0 * 3600.0, 3000.0]];
    let kind = BoundaryKind::Discharge(Series::new(crest).unwrap());
    scenario.boundaries.push(Boundary { name: "in".into(), edge: Edge::West, span_m: [0.0, 1.0], kind });
    let recording = Recording::new(scenario.terrain.grid.n_cells());
    for hour in 0..=240_u32 {
        let time_secs = f64::from(hour) * 3600.0;
        let mut sections: Vec<_> = (0..3).map(|i| reach::section(time_secs, i)).collect();
        if hour == 0 {
            // What stands in the row of the start is no discharge.
            sections[0].discharge_m3s = 99_999.0;
        }
        recording.push_sample(Sample {
            time_secs,
            gauges: (0..3).map(|i| reach::gauge(time_secs, i)).collect(),
            sections,
            basins: Vec::new(),
        });
    }
    let rows = peak_table(&scenario, &recording);
    let seen: Vec<_> = rows.iter().map(|row| (row.station_id.as_str(), row.role)).collect();
    assert_eq!(
        seen,
        [("HYK", PeakRole::Inflow), ("JHT", PeakRole::Independent), ("GC", PeakRole::Independent)],
        "only the first station's peak is that of the inflow"
    );
    let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
    // Gaocun: simulated 6200 m3/s after 150 h, observed 6810 m3/s and 63.87 m after 160 h, give or take 6 h.
    let gc = &rows[2];
    assert!(close(gc.discharge.unwrap().value, 6200.0) && !gc.discharge.unwrap().is_at_end);
    assert!(close(gc.time_difference_secs().unwrap(), -10.0 * 3600.0));
    assert_eq!(gc.is_in_time(), Some(false));
    assert!(close(gc.discharge_difference_frac().unwrap(), 6200.0 / 6810.0 - 1.0));
    assert!(close(gc.stage_difference_m().unwrap(), 62.1 + 1.9 - 63.87));
    let travel = gc.travel.as_ref().unwrap();
    assert!(close(travel.observed_secs, 106.0 * 3600.0) && close(travel.tolerance_secs, 12.0 * 3600.0));
    assert!(close(travel.difference_secs().unwrap(), -10.0 * 3600.0));
    assert_eq!((rows[0].is_in_time(), &rows[0].travel), (Some(true), &None));
}

#[test]
fn an_inflow_that_crests_otherwise_is_not_taken_from_the_observed_peak() {
    let mut scenario = reach::scenario(35, 17, 4000.0);
    let recording = Recording::new(scenario.terrain.grid.n_cells());
    for crest in [[54.0 * 3600.0, 9000.0], [80.0 * 3600.0, 7860.0]] {
        let series = Series::new(vec![[0.0, 2600.0], crest, [240.0 * 3600.0, 3000.0]]).unwrap();
        let kind = BoundaryKind::Discharge(series);
        scenario.boundaries = vec![Boundary { name: "in".into(), edge: Edge::West, span_m: [0.0, 1.0], kind }];
        let rows = peak_table(&scenario, &recording);
        assert!(rows.iter().all(|row| row.role == PeakRole::Independent && row.discharge.is_none()), "{crest:?}");
    }
}

#[test]
fn the_page_says_what_is_not_modelled_and_guesses_no_error() {
    let scenario = reach::scenario(175, 83, 800.0);
    let home = tempfile::tempdir().unwrap();
    for language in [Language::Zh, Language::En] {
        let files =
            briefing::write(home.path(), &scenario, &record(&scenario), &Orders::none(), language, &mut |_, _| {})
                .unwrap();
        let html = std::fs::read_to_string(files.page).unwrap();
        let wanted = match language {
            Language::Zh => ["生产堤", "泥沙", "决溢", "二阶", "误差未知", "独立对照", "可信度 B"],
            Language::En => {
                ["production dikes", "sediment", "breaches", "second-order", "unknown", "independent", "confidence B"]
            }
        };
        for text in wanted {
            assert!(html.contains(text), "{text}");
        }
        assert!(!html.contains("30%") && !html.contains("30 %"), "a guessed range");
        // This made-up inflow is not the built-in one, so nothing is said of how that was made.
        assert!(!html.contains("重构过程线") && !html.contains("Reconstructed hydrograph"));
    }
}

#[test]
fn a_record_without_frames_is_refused_and_leaves_no_folder() {
    let scenario = reach::scenario(35, 17, 4000.0);
    let recording = Recording::new(scenario.terrain.grid.n_cells());
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("brief");
    let error =
        briefing::write(&dir, &scenario, &recording, &Orders::none(), Language::Zh, &mut |_, _| {}).unwrap_err();
    assert!(error.to_string().contains("no recorded frame"), "{error}");
    assert!(!dir.exists());
}

#[test]
fn a_bare_raster_is_briefed_in_english_without_losses() {
    let mut scenario = reach::scenario(60, 40, 10.0);
    scenario.river = None;
    scenario.exposure = None;
    scenario.terrain.epsg = None;
    let recording = Recording::new(scenario.terrain.grid.n_cells());
    for k in 0..5_u32 {
        let mut frame = reach::frame(&reach::scenario(60, 40, 10.0), f64::from(40 + 20 * k) * 3600.0);
        frame.readings.losses.clear();
        frame.time_secs = f64::from(k) * 600.0;
        frame.readings.time_secs = frame.time_secs;
        frame.readings.wet_area_m2 = f64::from(k) * 1e4;
        recording.push(&frame);
    }
    let home = tempfile::tempdir().unwrap();
    let files =
        briefing::write(home.path(), &scenario, &recording, &Orders::none(), Language::En, &mut |_, _| {}).unwrap();
    let html = std::fs::read_to_string(&files.page).unwrap();
    assert!(html.contains("Rehearsal") && html.contains("Must not be used for"));
    assert!(!home.path().join("losses.csv").exists());
    keep_for_looking(home.path(), "brief-raster");
}
