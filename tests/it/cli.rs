//! The command line in fresh folders: exit codes, messages, files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The program, in a folder of its own and without a display.
pub(crate) fn hetu(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hetu"))
        .args(args)
        .current_dir(folder)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .expect("the program starts")
}

fn shipped(name: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "scenarios", name].iter().collect();
    path.to_str().expect("the path is UTF-8").to_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn assert_code(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "stdout:\n{}\nstderr:\n{}", stdout(output), stderr(output));
}

pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|e| e.expect("it can be read").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn check_says_what_a_scenario_is_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let output = hetu(folder.path(), &["check", &shipped("dam-break.ron")]);
    assert_code(&output, 0);
    let text = stdout(&output);
    for part in ["dam-break", "100 x 60 cells", "EPSG:4547", "first step", "no fault found"] {
        assert!(text.contains(part), "{part:?} is missing in:\n{text}");
    }
    assert!(names_in(folder.path()).is_empty());
}

#[test]
fn check_prints_the_bankfull_discharge_beside_the_published_one() {
    let folder = tempfile::tempdir().unwrap();
    let output = hetu(folder.path(), &["check", &shipped("huayuankou-1996-08.ron")]);
    assert_code(&output, 0);
    assert!(stdout(&output).contains("bankfull at HYK  published 3900 m3/s"), "{}", stdout(&output));
}

#[test]
fn a_missing_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["check", "run", "brief"] {
        let mut args = vec![command, "nowhere.ron"];
        if command != "check" {
            args.extend(["-o", "out"]);
        }
        let output = hetu(folder.path(), &args);
        assert_code(&output, 2);
        assert!(stderr(&output).contains("nowhere.ron"), "{command}: {}", stderr(&output));
    }
    assert!(names_in(folder.path()).is_empty(), "nothing is written");
}

#[test]
fn all_faults_come_at_once_with_line_and_column_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(shipped("dam-break.ron")).unwrap();
    for raster in ["dam-break-bed.asc", "dam-break-stage.asc"] {
        fs::copy(shipped(raster), folder.path().join(raster)).unwrap();
    }
    let wrong = text.replace("duration_secs", "duration_sec").replacen("mode: Drill", "mode: Exercise", 1);
    assert_ne!(wrong, text);
    fs::write(folder.path().join("wrong.ron"), wrong).unwrap();
    let output = hetu(folder.path(), &["run", "wrong.ron", "-o", "out"]);
    assert_code(&output, 2);
    let message = stderr(&output);
    let faults: Vec<&str> = message.lines().filter(|line| line.contains("wrong.ron:")).collect();
    assert!(faults.len() >= 2, "{message}");
    assert!(message.contains("duration_secs") && message.contains("Exercise"), "{message}");
    assert!(!folder.path().join("out").exists(), "nothing is written");
}

#[test]
fn run_writes_every_file_of_the_contract_and_a_balanced_summary() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["run", &shipped("dam-break.ron"), "-o", "out", "--until", "10m", "--threads", "1", "--json"];
    let output = hetu(folder.path(), &args);
    assert_code(&output, 0);
    let names = names_in(&folder.path().join("out"));
    for name in [
        "gauges.csv",
        "sections.csv",
        "max_depth.tif",
        "max_speed.tif",
        "max_dv.tif",
        "arrival.tif",
        "duration.tif",
        "time_of_max_depth.tif",
        "max_rise.tif",
        "max_hazard_rating.tif",
        "hazard_class.tif",
        "final_depth.tif",
        "final_u.tif",
        "final_v.tif",
        "losses.csv",
        "session.hetu",
        "summary.json",
    ] {
        assert!(names.iter().any(|n| n == name), "{name} is missing in {names:?}");
    }
    assert_eq!(names_in(folder.path()), ["out"], "nothing is left beside it");
    let summary: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("--json prints JSON");
    for key in [
        "name",
        "n_cols",
        "n_rows",
        "cell_m",
        "n_steps",
        "cell_updates",
        "threads",
        "solve_secs",
        "wall_secs",
        "peak_rss_bytes",
        "max_depth_m",
        "wet_area_m2",
        "volume_m3",
        "contained_cells",
        "state_hash",
        "version",
    ] {
        assert!(summary.get(key).is_some(), "{key} is missing in {summary}");
    }
    let volume = &summary["volume_m3"];
    let residual = volume["residual"].as_f64().unwrap().abs();
    assert!(residual < 1e-9 * volume["initial"].as_f64().unwrap(), "{volume}");
    assert_eq!(summary["contained_cells"], 0);
}

pub(crate) fn summary_in(folder: &Path, out: &str) -> serde_json::Value {
    let text = fs::read_to_string(folder.join(out).join("summary.json")).expect("the summary is there");
    serde_json::from_str(&text).expect("summary.json is JSON")
}

#[test]
fn a_run_goes_on_from_its_checkpoint_to_the_same_results() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = shipped("dam-break.ron");
    let whole = hetu(folder.path(), &["run", &scenario, "-o", "whole", "--threads", "1"]);
    assert_code(&whole, 0);
    let asked = ["run", &scenario, "-o", "first", "--until", "10m", "--checkpoint-every", "4m", "--threads", "2"];
    assert_code(&hetu(folder.path(), &asked), 0);
    let checkpoints: Vec<String> =
        names_in(&folder.path().join("first")).into_iter().filter(|name| name.starts_with("checkpoint-")).collect();
    assert_eq!(checkpoints, ["checkpoint-00000240.hck", "checkpoint-00000480.hck"]);
    let from = "first/checkpoint-00000480.hck";
    assert_code(&hetu(folder.path(), &["run", &scenario, "-o", "rest", "--from", from]), 0);
    let [all, rest] = ["whole", "rest"].map(|out| summary_in(folder.path(), out));
    for key in ["state_hash", "n_steps", "cell_updates", "volume_m3", "max_depth_m", "max_wet_area_m2", "wet_area_m2"] {
        assert_eq!(all[key], rest[key], "{key}");
    }
    assert_eq!((&all["resumed_at_secs"], &rest["resumed_at_secs"]), (&0.0.into(), &480.0.into()));
    let rasters: Vec<_> =
        names_in(&folder.path().join("whole")).into_iter().filter(|name| name.contains(".tif")).collect();
    assert_eq!(rasters.len(), 12);
    for raster in &rasters {
        let [all, rest] = ["whole", "rest"].map(|out| fs::read(folder.path().join(out).join(raster)).unwrap());
        assert!(all == rest, "{raster} differs");
    }
    let [all, rest] =
        ["whole", "rest"].map(|out| fs::read_to_string(folder.path().join(out).join("gauges.csv")).unwrap());
    let tail: Vec<&str> = rest.lines().skip(1).collect();
    assert!(tail[0].starts_with("480,") && all.ends_with(&(tail.join("\n") + "\n")), "{}", tail[0]);
    let early = hetu(folder.path(), &["run", &scenario, "-o", "no", "--from", from, "--until", "7m"]);
    assert_code(&early, 2);
    assert!(stderr(&early).contains("--until is 420 s, allowed is 480 s and later"), "{}", stderr(&early));
    assert!(!folder.path().join("no").exists(), "nothing is written");
}

#[test]
fn a_checkpoint_that_does_not_fit_is_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = shipped("dam-break.ron");
    let asked = ["run", &scenario, "-o", "out", "--until", "4m", "--checkpoint-every", "4m"];
    assert_code(&hetu(folder.path(), &asked), 0);
    for raster in ["dam-break-bed.asc", "dam-break-stage.asc"] {
        fs::copy(shipped(raster), folder.path().join(raster)).unwrap();
    }
    let text = fs::read_to_string(&scenario).unwrap();
    let other = text.replacen("version: 1", "version: 1, numerics: (cfl: 0.4)", 1);
    assert!(other != text && !text.contains("numerics"), "the scenario has no numerics of its own");
    fs::write(folder.path().join("other.ron"), other).unwrap();
    fs::write(folder.path().join("text.hck"), "not one").unwrap();
    for (scenario, from, words) in [
        ("other.ron", "out/checkpoint-00000240.hck", "exactly as it is now"),
        (&scenario, "text.hck", "not a checkpoint"),
        (&scenario, "nowhere.hck", "nowhere.hck"),
    ] {
        let output = hetu(folder.path(), &["run", scenario, "-o", "no", "--from", from]);
        assert_code(&output, 2);
        assert!(stderr(&output).contains(words) && stderr(&output).contains(from), "{}", stderr(&output));
        assert!(!folder.path().join("no").exists());
    }
    let output = hetu(folder.path(), &["run", &scenario, "-o", "no", "--checkpoint-every", "0"]);
    assert_code(&output, 2);
    assert!(stderr(&output).contains("longer than 0"), "{}", stderr(&output));
}

#[test]
fn contained_cells_are_reported_and_fail_the_run() {
    let folder = tempfile::tempdir().unwrap();
    // Water that is asked to come in at 2000 km/s: beyond anything water does.
    let rows = "0 0 0 0\n".repeat(4);
    let bed = format!("ncols 4\nnrows 4\nxllcorner 0\nyllcorner 0\ncellsize 10\nNODATA_value -9999\n{rows}");
    fs::write(folder.path().join("bed.asc"), bed).unwrap();
    let text = r#"Scenario(
        version: 1, name: "torrent", title: (zh: "激流", en: "Torrent"), mode: Rehearsal,
        start: "1996-08-03T08:00:00+08:00", duration_secs: 0.0001,
        domain: Raster(bed: "bed.asc", crs: "EPSG:4547", manning: Uniform(0.03)), initial: Dry,
        boundaries: [(name: "in", edge: West, kind: Inflow(depth_m: 0.5, unit_discharge_m2s: 1e6))],
        output: (frame_every_secs: 0.0001, gauge_every_secs: 0.0001),
    )"#;
    fs::write(folder.path().join("torrent.ron"), text).unwrap();
    let output = hetu(folder.path(), &["run", "torrent.ron", "-o", "out"]);
    assert_code(&output, 1);
    let report = stdout(&output);
    let summary = summary_in(folder.path(), "out");
    let n_contained = summary["contained_cells"].as_u64().unwrap();
    assert!(n_contained > 0 && report.contains(&format!("contained cells {n_contained}")), "{report}");
    assert!(report.contains("row 0, column 0 (5.0, 35.0): velocity east"), "{report}");
    let first = &summary["contained"][0];
    assert_eq!(
        (&first["row"], &first["col"], &first["x_m"], &first["y_m"]),
        (&3.into(), &0.into(), &5.0.into(), &5.0.into())
    );
    assert_eq!(first["what"], "velocity east");
    assert!(first["value"].as_str().unwrap().parse::<f64>().unwrap() > 1e6, "{first}");
    assert!(first["time_secs"].as_f64().unwrap() > 0.0);
}

#[test]
fn the_briefing_of_a_session_is_that_of_its_scenario() {
    let folder = tempfile::tempdir().unwrap();
    let run = hetu(folder.path(), &["run", &shipped("dam-break.ron"), "-o", "out"]);
    assert_code(&run, 0);
    for (source, target) in [("out", "a"), ("out/session.hetu", "b")] {
        let output = hetu(folder.path(), &["brief", source, "-o", target]);
        assert_code(&output, 0);
    }
    let names = names_in(&folder.path().join("a"));
    assert!(names.iter().any(|n| n == "index.html"), "{names:?}");
    for map in ["map-1-", "map-2-", "map-3-", "map-4-"] {
        assert!(names.iter().any(|n| n.starts_with(map)), "{map} is missing in {names:?}");
    }
    assert_eq!(names, names_in(&folder.path().join("b")));
}

#[test]
fn commands_that_are_not_there_are_not_listed() {
    let folder = tempfile::tempdir().unwrap();
    let help = stdout(&hetu(folder.path(), &["--help"]));
    assert!(help.contains("check") && help.contains("brief") && !help.contains("plan"), "{help}");
    assert_code(&hetu(folder.path(), &["plan", "x.ron"]), 2);
}

#[test]
fn nonsense_in_times_and_sizes_is_refused_with_what_is_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let output = hetu(folder.path(), &["run", &shipped("dam-break.ron"), "-o", "out", "--until", "soon"]);
    assert_code(&output, 2);
    assert!(stderr(&output).contains("36h"), "{}", stderr(&output));
}

#[test]
fn a_damaged_session_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x.hetu"), b"SQLite format 3\0 and then nothing").unwrap();
    let output = hetu(folder.path(), &["brief", "x.hetu", "-o", "out"]);
    assert_code(&output, 2);
    assert!(stderr(&output).contains("x.hetu"), "{}", stderr(&output));
    assert!(!folder.path().join("out").exists());
}

#[cfg(feature = "viewer")]
mod viewer {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn without_a_display_the_window_says_what_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let output = hetu(folder.path(), &["view", &shipped("dam-break.ron")]);
        assert_code(&output, 2);
        assert!(stderr(&output).contains("DISPLAY"), "{}", stderr(&output));
    }

    #[test]
    fn without_a_driver_a_shot_says_what_to_install() {
        let folder = tempfile::tempdir().unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_hetu"))
            .args(["shot", &shipped("dam-break.ron"), "--at", "1m", "-o", "x.png"])
            .current_dir(folder.path())
            .env("WGPU_BACKEND", "vulkan")
            .env("VK_DRIVER_FILES", "/nonexistent.json")
            .env("VK_ICD_FILENAMES", "/nonexistent.json")
            .output()
            .expect("the program starts");
        assert_code(&output, 2);
        assert!(stderr(&output).contains("mesa-vulkan-drivers"), "{}", stderr(&output));
        assert!(names_in(folder.path()).is_empty());
    }

    #[test]
    fn an_unknown_layer_or_camera_lists_what_there_is() {
        let folder = tempfile::tempdir().unwrap();
        let args = ["shot", &shipped("dam-break.ron"), "--at", "1m", "--layer", "colour", "-o", "x.png"];
        let output = hetu(folder.path(), &args);
        assert_code(&output, 2);
        assert!(stderr(&output).contains("max-depth"), "{}", stderr(&output));
    }

    #[test]
    fn a_shot_is_a_picture_of_the_asked_size() {
        if hetu::view::probe_renderer().is_err() {
            assert!(std::env::var_os("HETU_REQUIRE_RENDERER").is_none(), "no renderer was found, and one is required");
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let args = ["shot", &shipped("dam-break.ron"), "--at", "5m", "--size", "640x360", "-o", "x.png"];
        let output = hetu(folder.path(), &args);
        assert_code(&output, 0);
        let picture = image::open(folder.path().join("x.png")).unwrap();
        assert_eq!((picture.width(), picture.height()), (640, 360));
        let colours: BTreeSet<[u8; 3]> = picture.to_rgb8().pixels().map(|pixel| pixel.0).collect();
        assert!(colours.len() > 200, "something is drawn: {} colours", colours.len());

        let args =
            ["shot", &shipped("dam-break.ron"), "--at", "1m", "--to", "5m", "--every", "2m", "--size", "320x180"];
        let output = hetu(folder.path(), &[&args[..], &["-o", "x.gif"]].concat());
        assert_code(&output, 0);
        assert!(fs::read(folder.path().join("x.gif")).unwrap().starts_with(b"GIF89a"));
        let output = hetu(folder.path(), &[&args[..], &["-o", "film"]].concat());
        assert_code(&output, 0);
        assert_eq!(names_in(&folder.path().join("film")), ["T000.02h.png", "T000.05h.png", "T000.08h.png"]);
    }
}

#[test]
fn verify_writes_its_table_and_pictures_and_says_whether_the_bars_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["verify", "--only", "stoker_lab", "--order", "first", "-o", "out"];
    let output = hetu(folder.path(), &args);
    assert_code(&output, 0);
    let text = stdout(&output);
    assert!(
        text.contains("| Dam break on a wet bed, 5 mm on 1 mm (Stoker 1957) | 500 x 0.020 m | rel. L1(h) |"),
        "{text}"
    );
    assert!(text.contains("contained cells 0"), "{text}");
    assert_eq!(names_in(&folder.path().join("out")), ["stoker_lab.png", "verification.csv", "verification.md"]);
    assert_eq!(fs::read_to_string(folder.path().join("out/verification.md")).unwrap(), text);
    let output = hetu(folder.path(), &["verify", "--only", "stoker_lab", "--order", "first", "--no-refine", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    let row = &report["rows"][0];
    assert_eq!((&row["case"], &row["order"], &row["holds"]), (&"stoker_lab".into(), &1.into(), &true.into()));
    assert!(row["value"].as_f64().unwrap() < row["bar"].as_f64().unwrap());
    assert!(row["order_under_halving"].is_null());
}

#[test]
fn verify_refuses_unknown_cases_and_missing_data() {
    let folder = tempfile::tempdir().unwrap();
    let output = hetu(folder.path(), &["verify", "--only", "riter"]);
    assert_code(&output, 2);
    assert!(stderr(&output).contains("no case of that name; known: ritter_lab, "), "{}", stderr(&output));
    let output = hetu(folder.path(), &["verify", "--only", "monai", "--data", "nowhere"]);
    assert_code(&output, 2);
    assert!(stderr(&output).contains("nowhere/monai/gauges.csv"), "{}", stderr(&output));
}
