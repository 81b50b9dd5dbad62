//! The twin beside what was measured: ratings, calibration, skill, and the roughness that a scenario may ask for.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::fs;
use std::process::Command;

use hetu::domain::geo::corridor::{CorridorSpec, RoughSurface, RoughnessSource, build};
use hetu::domain::river::observed::WindowRole;
use hetu::domain::river::twin::{calibrate, ratings, scores};
use hetu::io::scenario::load;
use hetu::io::{river, twin};

/// What the program prints in an empty folder.
fn printed(args: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_hetu")).args(args).current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_command_prints_its_tables_in_an_empty_folder() {
    let text = printed(&["twin"]);
    for part in
        ["Stage at a discharge", "| 2021 | 5000 | SK |", "Calibration (率定)", "Blind (检验)", "| 1958-07 | LJ |"]
    {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
    assert!(text.contains("| 2002 | 5000 | HYK |") && text.contains("not reached, at most 2930"), "{text}");
    assert!(!text.contains("2020-06"), "what is held out is not shown");
    let json: serde_json::Value = serde_json::from_str(&printed(&["twin", "--json"])).unwrap();
    assert_eq!(json["ratings"].as_array().unwrap().len(), 2 * 2 * 8);
    // Six stations below Huayuankou in two floods, seven below Xiaolangdi in four.
    assert_eq!(json["skill"].as_array().unwrap().len(), 2 * 6 + 4 * 7);
    assert!(json.get("fits").is_none());
}

#[test]
fn the_section_agrees_with_the_dated_stage_and_the_line_with_the_section_within_the_banks() {
    let tables = river::tables().unwrap();
    let rows = ratings(&tables, &twin::floods(&tables).unwrap()).unwrap();
    for row in rows.iter().filter(|row| row.dated_m.is_some()) {
        for section in row.section_m {
            assert!((section - row.dated_m.unwrap()).abs() < 0.01, "{row:?}");
        }
        let is_within_banks = tables.bankfull_m3s(&row.station, row.year).is_some_and(|q| q > row.discharge_m3s);
        assert!(!is_within_banks || (row.profile_m[0] - row.section_m[0]).abs() < 0.1, "{row:?}");
    }
    let readings = rows.iter().filter_map(|row| row.observed);
    assert!(readings.clone().count() >= 12 && readings.clone().all(|observed| observed.n_readings >= 3));
}

/// The table of the program is what the command finds; where another machine rounds otherwise the search may part ways.
#[test]
fn the_calibration_in_the_program_is_what_the_search_finds() {
    let tables = river::tables().unwrap();
    let fits = calibrate(&tables, &twin::floods(&tables).unwrap()).unwrap();
    let found: Vec<_> = fits.iter().flat_map(|fit| &fit.found).collect();
    assert_eq!(found.len(), tables.calibration.len());
    for (found, row) in found.iter().zip(&tables.calibration) {
        assert_eq!((&found.reach, found.years, found.surface), (&row.reach, row.years, row.surface));
        assert!((found.manning / row.manning - 1.0).abs() < 0.02, "{found:?} {row:?}");
    }
    for fit in &fits {
        assert!(fit.after.total() < 0.5 * fit.before.total(), "{fit:?}");
    }
}

/// What is in docs/verification.md of the calibration floods; the blind ones have no bar.
#[test]
fn skill_is_that_of_the_handbook() {
    let tables = river::tables().unwrap();
    let rows = scores(&tables, &twin::floods(&tables).unwrap()).unwrap();
    let of = |flood: &str, station: &str| rows.iter().find(|row| row.flood == flood && row.station == station).unwrap();
    let gaocun = of("1996-08", "GC");
    assert_eq!(gaocun.role, WindowRole::Calibration);
    assert!((gaocun.published.time_error_secs / 3600.0 + 33.0).abs() < 2.0, "{gaocun:?}");
    assert!(gaocun.calibrated.time_error_secs.abs() < gaocun.published.time_error_secs.abs(), "{gaocun:?}");
    let autumn = rows.iter().filter(|row| row.flood == "2021-autumn");
    for row in autumn {
        assert!(row.published.coefficient.unwrap() > 0.89 && row.calibrated.coefficient.unwrap() > 0.88, "{row:?}");
        assert_eq!(row.n_readings, Some(55));
    }
}

#[test]
fn a_corridor_has_the_roughness_that_is_asked_for() {
    let tables = river::tables().unwrap();
    let spec = CorridorSpec { from_km: 290.0, to_km: 320.0, cell_m: 150.0, ..CorridorSpec::default() };
    let published = build(&tables, &spec).unwrap();
    let calibrated = build(&tables, &CorridorSpec { roughness: RoughnessSource::Calibrated, ..spec.clone() }).unwrap();
    assert_eq!(calibrated.river.roughness, RoughnessSource::Calibrated);
    let roughest = |corridor: &hetu::domain::geo::corridor::Corridor| {
        corridor.terrain.manning.iter().copied().filter(|n| n.is_finite()).fold(0.0, f64::max)
    };
    let floodplain = tables.calibration.iter().filter(|row| row.surface == RoughSurface::Floodplain);
    let most = floodplain.map(|row| row.manning).fold(0.0, f64::max);
    assert!(roughest(&published) < 0.045, "{}", roughest(&published));
    assert!(roughest(&calibrated) > 0.06 && roughest(&calibrated) < most + 1e-9, "{}", roughest(&calibrated));
    assert_eq!(published.profile.lip_m.len(), calibrated.profile.lip_m.len());
}

#[test]
fn a_scenario_names_the_roughness_and_an_unknown_one_is_told_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("reach.ron");
    let read = |key: &str| {
        let text = format!(
            "Scenario(version: 1, name: \"reach\", title: (zh: \"短河段\", en: \"Short reach\"), mode: Rehearsal,
 start: \"2021-10-01T08:00:00+08:00\", duration_secs: 3600.0,
 domain: Corridor((from_km: 118.0, to_km: 138.0, cell_m: 250.0, epoch: 2019, landside_m: 500.0{key})),
 initial: Dry, output: (frame_every_secs: 3600.0, gauge_every_secs: 3600.0))"
        );
        fs::write(&path, text).unwrap();
        load(&path).map_err(|error| error.to_string())
    };
    let roughness = |key: &str| read(key).unwrap().river.unwrap().roughness;
    assert_eq!(roughness(""), RoughnessSource::Published);
    assert_eq!(roughness(", roughness: Published"), RoughnessSource::Published);
    assert_eq!(roughness(", roughness: Calibrated"), RoughnessSource::Calibrated);
    let message = read(", roughness: Tuned").unwrap_err();
    assert!(message.contains("reach.ron:3:") && message.contains("domain.roughness"), "{message}");
    assert!(message.contains("Tuned") && message.contains("Published") && message.contains("Calibrated"), "{message}");
}
