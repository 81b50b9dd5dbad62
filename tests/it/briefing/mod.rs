//! The briefing folder: pictures, tables and the page.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails; the lint knows only functions marked as tests")]

mod golden;
mod reach;

use std::collections::BTreeMap;
use std::path::Path;

use hetu::briefing::{self, Inset, Layer, MapSheet, Picture};
use hetu::domain::classes::DEPTH_M;
use hetu::domain::frame::Frame;
use hetu::domain::impact::total;
use hetu::domain::recording::{Recording, Sample};
use hetu::domain::scenario::{Mode, Scenario};
use hetu::domain::text::Language;

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
        let colours: std::collections::BTreeSet<[u8; 3]> = (0..960).map(|x| picture.get_pixel(x, 1).0).collect();
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
    let files = briefing::write(&dir, &scenario, &recording, Language::Zh, &mut |share, what| {
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

#[test]
fn the_loss_table_adds_up() {
    let scenario = reach::scenario(175, 83, 800.0);
    let csv = briefing::losses_csv(&scenario, &record(&scenario), Language::Zh).unwrap();
    let text = std::str::from_utf8(&csv).unwrap().trim_start_matches('\u{FEFF}');
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let moments: std::collections::BTreeSet<&str> = rows.iter().map(|row| &row[0]).collect();
    assert_eq!(moments.len(), 4);
    for moment in moments {
        for column in 6..=10 {
            let of = |total: bool| {
                rows.iter()
                    .filter(move |r| &r[0] == moment && (&r[3] == "TOTAL") == total)
                    .map(move |r| r[column].parse::<f64>().unwrap())
            };
            let (sum, total): (f64, f64) = (of(false).sum(), of(true).sum());
            // Six rows rounded to at most two decimals.
            assert!((sum - total).abs() <= 6.0 * 0.005, "{moment} column {column}: {sum} {total}");
            if moment == "漫滩面积最大" {
                assert!(total > 0.0, "{moment} column {column}");
            }
        }
    }
}

#[test]
fn a_record_without_frames_is_refused_and_leaves_no_folder() {
    let scenario = reach::scenario(35, 17, 4000.0);
    let recording = Recording::new(scenario.terrain.grid.n_cells());
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("brief");
    let error = briefing::write(&dir, &scenario, &recording, Language::Zh, &mut |_, _| {}).unwrap_err();
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
    let files = briefing::write(home.path(), &scenario, &recording, Language::En, &mut |_, _| {}).unwrap();
    let html = std::fs::read_to_string(&files.page).unwrap();
    assert!(html.contains("Rehearsal") && html.contains("Must not be used for"));
    assert!(!home.path().join("losses.csv").exists());
    keep_for_looking(home.path(), "brief-raster");
}
