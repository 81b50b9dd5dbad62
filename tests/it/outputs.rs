//! What a run leaves on disk: the session file and the output folder.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]
#![expect(clippy::float_cmp, reason = "times are whole seconds, exact in binary")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use geotiff_reader::GeoTiffFile;
use hetu::domain::geo::Grid;
use hetu::domain::geo::corridor::RoughnessSource;
use hetu::domain::impact::{Exposure, UnitExposure, Village};
use hetu::domain::order::Orders;
use hetu::domain::recording::{PackedFrame, RunResult};
use hetu::domain::river::{FloodplainUnit, LandClass, NO_UNIT, River};
use hetu::domain::scenario::{Gauge, Initial, OutputPlan, Scenario, Section, Terrain};
use hetu::domain::text::Bilingual;
use hetu::domain::worlds::BranchId;
use hetu::engine::{
    BatchPlan, Command, Engine, EngineSettings, Event, RecordPlan, run_batch, run_batch_as, run_batch_with,
};
use hetu::io::checkpoint::fingerprint;
use hetu::io::exposure::exposure_of;
use hetu::io::outputs::write_run;
use hetu::io::session::{Lost, SESSION_VERSION, Session, SessionEnd, SessionError, SessionWriter, write_session};
use rusqlite::Connection;

use crate::engine::{bathtub, scenario};

/// A bathtub run with two floodplain units: columns 0 and 1 are unit A, columns 2 to 4 unit B, column 5 neither.
fn run() -> (Scenario, RunResult) {
    let mut scenario = scenario("levee-test", 1_300.0);
    scenario.terrain.grid.cell_m = 1_000.0;
    let grid = scenario.terrain.grid;
    scenario.terrain.bed_m[5] = f64::NAN;
    let unit = |id: &str, zh: &str, en: &str| FloodplainUnit {
        id: id.into(),
        name: Bilingual::new(zh, en),
        county: "County".into(),
        at: [500_010.0, 3_849_980.0],
        area_m2: 8e6,
        is_landside: false,
    };
    let unit_of_col = [0, 0, 1, 1, 1, NO_UNIT];
    scenario.river = Some(River {
        centreline: vec![[500_000.0, 3_849_980.0], [500_060.0, 3_849_980.0]],
        chainage_km: vec![0.0, 0.06],
        stations: vec![],
        levees: vec![],
        units: vec![unit("A", "甲滩", "Plain A"), unit("B", "乙滩", "Plain B")],
        unit_of_cell: (0..grid.n_cells()).map(|index| unit_of_col[index % 6]).collect(),
        class_of_cell: vec![LandClass::Floodplain; grid.n_cells()],
        roughness: RoughnessSource::Published,
    });
    let unit = || UnitExposure { farmland_frac: 0.5 };
    let village = |id: &str, unit: usize, cell: usize, people: f64| Village {
        id: id.into(),
        name: Bilingual::new(id, id),
        unit,
        cell,
        at: [500_005.0, 3_849_995.0],
        people,
        people_by_day: people,
        households: people / 4.0,
        platform_m: 0.0,
        houses_m2: [10.0 * people, 0.0, 0.0],
        is_practised: true,
    };
    let villages = vec![village("A-1", 0, 0, 100.0), village("B-1", 1, 2, 200.0)];
    let source = Bilingual::new("演示参数", "demonstration values");
    let exposure = exposure_of(vec![unit(), unit()], villages, source);
    scenario.exposure = Some(Exposure { flooded_depth_m: 0.2, ..exposure });
    let settings = EngineSettings { threads: 1, beside_window: false };
    let result = run_batch_with(&Arc::new(scenario.clone()), &settings, &bathtub, None, &mut |_event| {}).unwrap();
    (scenario, result)
}

fn names(dir: &Path) -> BTreeSet<String> {
    fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn written_session(dir: &Path) -> (PathBuf, Scenario, RunResult) {
    let path = dir.join("run.hetu");
    let (scenario, result) = run();
    write_session(&path, &scenario, &result.recording, Some(&result.summary)).unwrap();
    (path, scenario, result)
}

#[test]
fn a_session_gives_back_what_was_recorded() {
    let dir = tempfile::tempdir().unwrap();
    let (path, scenario, result) = written_session(dir.path());
    assert_eq!(names(dir.path()).len(), 1, "nothing but the session is left");
    let session = Session::open(&path).unwrap();
    let before = &result.recording;
    let after = &session.recording;
    assert_eq!(after.times(), before.times());
    for index in 0..before.n_frames() {
        assert_eq!(after.frame(index), before.frame(index));
    }
    assert_eq!(after.samples_from(0), before.samples_from(0));
    assert_eq!(after.envelope(), before.envelope());
    assert_eq!(session.summary, Some(result.summary));
    assert_eq!((&session.scenario.name, session.scenario.start), (&scenario.name, scenario.start));
    assert!(session.scenario.terrain.bed_m[5].is_nan(), "the hole in the bed is still one");
    assert_eq!(session.scenario.river, scenario.river);
    assert!(session.created_by.starts_with("hetu "));
    assert!(Session::is_session(&path));
}

#[test]
fn a_session_can_be_read_while_it_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("run.hetu");
    let (scenario, result) = run();
    let recording = &result.recording;
    let mut writer = SessionWriter::create(&path, &scenario).unwrap();
    for n_frames in 1..=recording.n_frames() {
        writer.put_frame(&recording.packed(n_frames - 1).unwrap(), &[]).unwrap();
        let session = Session::open(&path).unwrap();
        assert_eq!((session.recording.n_frames(), &session.summary), (n_frames, &None));
    }
    assert!(Session::is_being_written(&path));
    let orders = Orders::none();
    let end = SessionEnd { summary: Some(&result.summary), ..nothing(&orders) };
    writer.finish(&recording.samples_from(0), &end).unwrap();
    drop(writer);
    assert!(!Session::is_being_written(&path));
    let session = Session::open_checked(&path).unwrap();
    assert_eq!((session.summary, session.lost), (Some(result.summary), vec![]));
    drop(session.recording);
    assert_eq!(names(dir.path()).len(), 1, "nothing but the session is left");
}

#[test]
fn a_session_given_up_keeps_what_was_written() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("run.hetu");
    let (scenario, result) = run();
    let mut writer = SessionWriter::create(&path, &scenario).unwrap();
    writer.put_frame(&result.recording.packed(0).unwrap(), &result.recording.samples_from(0)).unwrap();
    drop(writer);
    let session = Session::open_checked(&path).unwrap();
    assert_eq!((session.recording.n_frames(), session.recording.n_samples(), session.summary), (1, 7, None));
    assert_eq!(session.recording.frame(0), result.recording.frame(0));
}

#[test]
fn a_second_writer_is_refused_and_an_older_session_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("run.hetu");
    let (scenario, result) = run();
    let mut writer = SessionWriter::create(&path, &scenario).unwrap();
    let error = SessionWriter::create(&path, &scenario).unwrap_err();
    assert!(matches!(error, SessionError::InUse { .. }), "{error}");
    writer.put_frame(&result.recording.packed(0).unwrap(), &[]).unwrap();
    drop(writer);
    SessionWriter::create(&path, &scenario).unwrap().finish(&[], &nothing(&Orders::none())).unwrap();
    assert_eq!(Session::open(&path).unwrap().recording.n_frames(), 0);
    assert_eq!(Session::open(&dir.path().join("run-before.hetu")).unwrap().recording.n_frames(), 1);
}

fn open_error(path: &Path) -> SessionError {
    Session::open(path).expect_err("it is refused")
}

#[test]
fn what_is_no_session_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.hetu");
    assert!(matches!(open_error(&path), SessionError::Io { .. }));
    for content in ["", "short", "Scenario(version: 1, name: \"levee-test\")"] {
        fs::write(&path, content).unwrap();
        assert!(matches!(open_error(&path), SessionError::NotASession { .. }), "{content}");
        assert!(!Session::is_session(&path));
    }
    fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE meta (key, value)").unwrap();
    let error = open_error(&path);
    assert!(matches!(error, SessionError::NotASession { .. }), "{error}");
    assert!(error.to_string().ends_with("x.hetu"), "{error}");
}

fn nothing(orders: &Orders) -> SessionEnd<'_> {
    SessionEnd { envelope: None, summary: None, figures: None, orders }
}

/// Changes a session behind its back and says what opening it gives.
fn tampered(sql: &str) -> Result<Session, SessionError> {
    let dir = tempfile::tempdir().unwrap();
    let (path, _scenario, _result) = written_session(dir.path());
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    Session::open_checked(&path)
}

#[test]
fn a_newer_minor_version_with_things_unknown_is_read() {
    let session = tampered(
        "UPDATE meta SET value = '99' WHERE key = 'minor';
         INSERT INTO meta VALUES ('weather', 'rain');
         CREATE TABLE wind (i INTEGER PRIMARY KEY, blob BLOB);
         INSERT INTO wind VALUES (1, x'00ff');
         ALTER TABLE frames ADD COLUMN salt BLOB DEFAULT x'01';
         ALTER TABLE samples ADD COLUMN note TEXT;
         ALTER TABLE parts ADD COLUMN unit TEXT DEFAULT 'm';
         INSERT INTO parts VALUES (0, 'ice', x'00', 0, 'm');",
    )
    .unwrap();
    assert_eq!((session.recording.n_frames(), session.recording.n_samples(), session.lost), (4, 7, vec![]));
    assert!(session.recording.frame(3).is_some() && session.summary.is_some());
}

#[test]
fn an_older_minor_version_that_lacks_a_table_is_read() {
    let session =
        tampered("DROP TABLE checkpoints; DELETE FROM parts WHERE name IN ('recorder', 'worlds', 'worlds-copy')")
            .unwrap();
    assert_eq!((session.recording.n_frames(), session.checkpoints, session.figures), (4, vec![], None));
    assert_eq!(session.lost, []);
}

#[test]
fn a_session_of_a_newer_build_says_so() {
    let error = tampered("UPDATE meta SET value = '9' WHERE key = 'version'").unwrap_err();
    assert!(matches!(error, SessionError::Newer { found: 9, known: SESSION_VERSION, .. }), "{error}");
}

#[test]
fn a_session_of_an_older_form_says_what_to_do() {
    for version in [1, 7] {
        let error = tampered(&format!("UPDATE meta SET value = '{version}' WHERE key = 'version'")).unwrap_err();
        assert!(matches!(error, SessionError::Older { known: SESSION_VERSION, .. }), "{error}");
        let advice = format!("version {version}, this build reads version {SESSION_VERSION}; run its scenario again");
        assert!(error.to_string().contains(&advice), "{error}");
    }
}

#[test]
fn a_damaged_frame_is_named_and_the_others_are_given() {
    for sql in [
        "UPDATE frames SET fields = zeroblob(length(fields)) WHERE i = 2",
        "UPDATE frames SET readings = zeroblob(length(readings)) WHERE i = 2",
        "UPDATE frames SET time_secs = time_secs + 1 WHERE i = 2",
        "DELETE FROM frames WHERE i = 2",
        "UPDATE frames SET fields = 'text' WHERE i = 2",
        "UPDATE frames SET key = 1 WHERE i = 2",
    ] {
        let session = tampered(sql).unwrap();
        assert!(matches!(session.lost[..], [Lost::Frame { index: 2, .. }]), "{sql}: {:?}", session.lost);
        assert_eq!(session.recording.times(), [0.0, 600.0, 1_300.0], "{sql}");
    }
    let session = tampered("UPDATE frames SET i = i + 10 WHERE i >= 2").unwrap();
    assert_eq!(session.recording.n_frames(), 2);
    let session = tampered("DELETE FROM frames WHERE i = 3").unwrap();
    assert_eq!(
        session.lost,
        [Lost::Frame { branch: BranchId::ROOT, index: 3, time_secs: None }],
        "a missing last frame is found"
    );
}

#[test]
fn a_frame_on_a_lost_key_is_lost_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("run.hetu");
    let (scenario, result) = run();
    let recording = &result.recording;
    let frames: Vec<_> = (0..4).map(|index| recording.frame(index).unwrap()).collect();
    let mut writer = SessionWriter::create(&path, &scenario).unwrap();
    for index in [0, 1] {
        writer.put_frame(&PackedFrame::pack(&frames[index], recording.shape()), &[]).unwrap();
    }
    for index in [2, 3] {
        writer.put_frame(&PackedFrame::pack_on(&frames[index], recording.shape(), (1, &frames[1])), &[]).unwrap();
    }
    writer.finish(&[], &nothing(&Orders::none())).unwrap();
    drop(writer);
    let session = Session::open_checked(&path).unwrap();
    assert_eq!(session.recording.frame(3), recording.frame(3));
    Connection::open(&path).unwrap().execute_batch("DELETE FROM frames WHERE i = 0").unwrap();
    let session = Session::open_checked(&path).unwrap();
    assert_eq!(session.recording.frame(2), recording.frame(3), "positions move up, keys with them");
    Connection::open(&path).unwrap().execute_batch("UPDATE frames SET fields = x'00' WHERE i = 1").unwrap();
    let lost = Session::open_checked(&path).unwrap().lost;
    assert!(matches!(lost[..], [_, _, Lost::FrameOnLostKey { index: 2, key: 1, .. }, _]), "{lost:?}");
    let session = Session::open(&path).unwrap();
    assert!(session.recording.n_frames() == 3 && session.recording.frame(0).is_none(), "found when it is read");
}

#[test]
fn other_damage_is_named() {
    for part in ["envelope", "summary"] {
        let session =
            tampered(&format!("UPDATE parts SET blob = zeroblob(length(blob)) WHERE name = '{part}'")).unwrap();
        assert_eq!(session.lost, [Lost::Part { branch: BranchId::ROOT, part }]);
        assert_eq!(session.recording.n_frames(), 4);
    }
    let session = tampered("UPDATE samples SET blob = x'00'").unwrap();
    assert_eq!(session.lost, [Lost::Samples { branch: BranchId::ROOT, first: 0 }]);
    let session = tampered("UPDATE parts SET blob = zeroblob(length(blob)) WHERE name = 'scenario'").unwrap();
    assert_eq!((session.lost, session.recording.n_frames()), (vec![], 4), "there is a copy");
    let error = tampered("DELETE FROM parts WHERE name LIKE 'scenario%'").unwrap_err();
    assert!(matches!(error, SessionError::Damaged { part: "scenario", .. }), "{error}");
}

/// Pseudo-random numbers (Knuth's MMIX), the same at every run.
fn random(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap()
}

#[test]
fn bytes_changed_at_random_never_panic_and_whole_frames_are_given() {
    let dir = tempfile::tempdir().unwrap();
    let (path, _scenario, result) = written_session(dir.path());
    let bytes = fs::read(&path).unwrap();
    let (mut n_opened, mut n_named) = (0, 0);
    let mut state = 1996;
    for _ in 0..300 {
        let mut damaged = bytes.clone();
        for _ in 0..=random(&mut state) % 8 {
            let at = random(&mut state) % bytes.len();
            damaged[at] ^= 1 << (random(&mut state) % 8);
        }
        fs::write(&path, damaged).unwrap();
        let Ok(session) = Session::open_checked(&path) else { continue };
        n_opened += 1;
        n_named += usize::from(!session.lost.is_empty());
        for (index, time_secs) in session.recording.times().into_iter().enumerate() {
            let original = result.recording.times().iter().position(|t| *t == time_secs).unwrap();
            assert_eq!(session.recording.frame(index), result.recording.frame(original), "it is what was recorded");
        }
        let n_lost = session.lost.iter().filter(|lost| matches!(lost, Lost::Frame { .. })).count();
        assert!(session.recording.n_frames() + n_lost >= 4, "what is not given is named: {:?}", session.lost);
    }
    assert!(n_opened > 100 && n_named > 20, "{n_opened} opened, {n_named} with something lost");
}

#[test]
fn a_session_cut_short_says_what_is_lost_and_does_not_panic() {
    let dir = tempfile::tempdir().unwrap();
    let (path, _scenario, _result) = written_session(dir.path());
    let bytes = fs::read(&path).unwrap();
    for n_bytes in (16..bytes.len()).step_by(1_024) {
        fs::write(&path, &bytes[..n_bytes]).unwrap();
        if let Ok(session) = Session::open_checked(&path) {
            // The last page is that of a table without rows: cut behind its head, it still says all there is.
            let recording = &session.recording;
            let is_all = (recording.n_frames(), recording.n_samples(), session.summary.is_some()) == (4, 7, true);
            assert!(!session.lost.is_empty() || is_all, "cut at {n_bytes}");
        }
    }
}

fn output_names() -> BTreeSet<String> {
    [
        "gauges.csv",
        "sections.csv",
        "losses.csv",
        "villages.csv",
        "summary.json",
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
    ]
    .map(String::from)
    .into()
}

#[test]
fn a_run_writes_its_files_and_nothing_else() {
    let base = tempfile::tempdir().unwrap();
    let dir = base.path().join("out");
    let (scenario, result) = run();
    write_run(&dir, &scenario, &result).unwrap();
    assert_eq!(names(&dir), output_names());
    assert_eq!(names(base.path()).len(), 1);
    // Once more into the same folder: files are replaced, a stranger's file stays.
    fs::write(dir.join("gauges.csv"), "old").unwrap();
    fs::write(dir.join("notes.txt"), "mine").unwrap();
    write_run(&dir, &scenario, &result).unwrap();
    assert_eq!(names(&dir).len(), output_names().len() + 1);
    assert!(fs::read_to_string(dir.join("gauges.csv")).unwrap().starts_with("time_secs,gauge,"));
}

#[test]
fn tables_have_the_columns_of_the_contract() {
    let dir = tempfile::tempdir().unwrap();
    let (scenario, result) = run();
    write_run(dir.path(), &scenario, &result).unwrap();
    let text = |name: &str| fs::read_to_string(dir.path().join(name)).unwrap();
    let gauges = text("gauges.csv");
    let lines: Vec<&str> = gauges.lines().collect();
    assert_eq!(lines[0], "time_secs,gauge,depth_m,stage_m,u_mps,v_mps");
    assert_eq!(lines[2], "250,G1,0.250000,10.250000,0.500000,-0.250000");
    assert_eq!(lines.len(), 8);
    let sections = text("sections.csv");
    let lines: Vec<&str> = sections.lines().collect();
    assert_eq!(lines[0], "time_secs,section,discharge_m3s,mean_stage_m");
    assert_eq!(lines[2], "250,S1,5.000000,");
    assert_eq!(lines.len(), 8);
}

#[test]
fn losses_are_given_by_unit_and_in_total() {
    let dir = tempfile::tempdir().unwrap();
    let (scenario, result) = run();
    write_run(dir.path(), &scenario, &result).unwrap();
    let text = fs::read_to_string(dir.path().join("losses.csv")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let head = "time_secs,unit,name_zh,name_en,flooded_area_km2,farmland_wan_mu,people,villages,volume_1e8m3,moment,clock,county,";
    assert!(lines[0].starts_with(head), "{}", lines[0]);
    assert!(lines[0].ends_with(",compensation_1e4yuan,compensation_1e4yuan_low,compensation_1e4yuan_high"));
    let n_columns = lines[0].split(',').count();
    assert!(lines.iter().all(|line| line.split(',').count() == n_columns));
    assert_eq!(n_columns, hetu::io::outputs::loss_columns(false).len());
    let rows = |moment: &str| lines.iter().filter(|l| l.contains(&format!(",{moment},"))).copied().collect::<Vec<_>>();
    // Everything is under water from the frame at 600 s on: that is the first of the largest areas.
    // 2 by 4 cells of 1 km², half of it farmland, 0.6 m deep.
    let peak = rows("peak");
    assert_eq!(peak.len(), 3);
    let clock = |secs: i64| {
        let at = scenario.start + time::Duration::seconds(secs);
        format!("{}-{:02}-{:02} {:02}:{:02}", at.year(), u8::from(at.month()), at.day(), at.hour(), at.minute())
    };
    // Village A-1 with 100 people, village B-1 with 200.
    let begins = |row: &str, with: String| assert!(row.starts_with(&with), "{row} {with}");
    begins(peak[0], format!("600,A,甲滩,Plain A,8.0000,0.6000,100,1.0,0.0480,peak,{},County,", clock(600)));
    begins(peak[2], format!("600,total,合计,Total,20.0000,1.5000,300,2.0,0.1200,peak,{},,", clock(600)));
    begins(rows("end")[2], format!("1300,total,合计,Total,20.0000,1.5000,300,2.0,0.2600,end,{},,", clock(1300)));
    begins(rows("maximum_extent")[2], "1300,total,合计,Total,20.0000,1.5000,300,2.0,,maximum_extent,,,".into());
    let villages = fs::read_to_string(dir.path().join("villages.csv")).unwrap();
    let rows: Vec<Vec<&str>> = villages.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(
        (rows.len(), &rows[0][..], rows[1][0], rows[2][0]),
        (3, &hetu::io::outputs::VILLAGE_COLUMNS[..], "A-1", "B-1")
    );
    // 1.3 m in the end: 1000 m² of brick and concrete for 100 people.
    let column = |name: &str| rows[0].iter().position(|head| *head == name).unwrap();
    let number = |row: usize, name: &str| rows[row][column(name)].parse::<f64>().unwrap();
    assert!((number(1, "max_depth_m") - 1.3).abs() < 1e-9);
    let frac = 0.4941 + (0.6166 - 0.4941) * (1.3 - 1.0) / 0.5;
    assert!((number(1, "house_loss_yuan") / number(1, "house_value_yuan") - frac).abs() < 1e-6);
    assert!((number(2, "reached_secs") - number(1, "reached_secs")).abs() < 1e-9);
}

#[test]
fn the_summary_has_the_keys_of_the_contract() {
    let dir = tempfile::tempdir().unwrap();
    let (scenario, result) = run();
    write_run(dir.path(), &scenario, &result).unwrap();
    let summary: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(dir.path().join("summary.json")).unwrap()).unwrap();
    for key in ["name", "n_cols", "n_rows", "cell_m", "n_steps", "cell_updates", "threads", "solve_secs", "wall_secs"] {
        assert!(!summary[key].is_null(), "{key}");
    }
    for key in ["max_depth_m", "wet_area_m2", "contained_cells", "version", "times_realtime"] {
        assert!(!summary[key].is_null(), "{key}");
    }
    for key in ["initial", "inflow", "outflow", "rain", "infiltrated", "stored", "residual"] {
        assert!(summary["volume_m3"][key].is_f64(), "{key}");
    }
    assert!(summary.as_object().unwrap().contains_key("peak_rss_bytes"));
    assert_eq!((&summary["contained"], &summary["resumed_at_secs"]), (&serde_json::json!([]), &serde_json::json!(0.0)));
    assert_eq!(summary["mode"], "rehearsal");
    assert_eq!(summary["max_depth_m"], 1.3);
    assert_eq!(summary["state_hash"], format!("{:016x}", result.summary.state_hash));
}

#[test]
fn every_raster_is_of_the_contract() {
    let dir = tempfile::tempdir().unwrap();
    let (scenario, result) = run();
    write_run(dir.path(), &scenario, &result).unwrap();
    // The bathtub fills at 1 mm/s for 1300 s and moves at 0.559 m/s, in single precision.
    for (name, value) in [
        ("max_depth", 1.3_f32),
        ("max_speed", 0.559),
        ("max_dv", 0.559 * 1.3),
        ("arrival", 50.0),
        ("duration", 1250.0),
        ("time_of_max_depth", 1300.0),
        ("max_rise", 1e-3),
        ("max_hazard_rating", 1.059 * 1.3),
        ("hazard_class", 4.0),
        ("final_depth", 1.3),
        ("final_u", 0.5),
        ("final_v", -0.25),
    ] {
        let path = dir.path().join(format!("{name}.tif"));
        let raster = hetu::io::raster::read(&path).unwrap();
        assert_eq!((raster.grid, raster.epsg), (scenario.terrain.grid, Some(4547)), "{name}");
        assert!(raster.values[5].is_nan(), "{name}: the hole is no-data");
        assert!((raster.values[4] - f64::from(value)).abs() <= 1e-6 * f64::from(value).abs(), "{name}");
        let file = GeoTiffFile::open(&path).unwrap();
        assert_eq!(
            file.nodata().map(|text| text.trim_end_matches('\0').parse::<f64>().unwrap()),
            Some(-9999.0),
            "{name}"
        );
        let values = file.read_raster::<f32>().unwrap();
        assert_eq!(values.iter().copied().nth(5), Some(-9999.0), "{name}: float32 as stored");
        let tags = tags_of(&fs::read(&path).unwrap());
        // Compression 8 is Adobe deflate; 32 bits a sample in IEEE floating point.
        assert_eq!([tags[&259], tags[&258], tags[&339], tags[&277]], [8, 32, 3, 1], "{name}");
    }
}

/// First values of the 16-bit tags of a little-endian classic TIFF, from its own bytes.
fn tags_of(bytes: &[u8]) -> std::collections::BTreeMap<u16, u16> {
    let u16_at = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    let u32_at = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) as usize;
    assert_eq!((&bytes[..2], u16_at(2)), (b"II".as_slice(), 42));
    let directory = u32_at(4);
    let entry = |k: usize| directory + 2 + 12 * k;
    (0..u16_at(directory).into()).map(|k| (u16_at(entry(k)), u16_at(entry(k) + 8))).collect()
}

#[test]
fn rasters_are_masked_outside_the_domain() {
    let dir = tempfile::tempdir().unwrap();
    let (scenario, result) = run();
    write_run(dir.path(), &scenario, &result).unwrap();
    let raster = hetu::io::raster::read(&dir.path().join("final_depth.tif")).unwrap();
    assert_eq!((raster.grid, raster.epsg), (scenario.terrain.grid, Some(4547)));
    assert!(raster.values[5].is_nan());
    assert!((raster.values[4] - 1.3).abs() < 1e-6);
    let arrival = hetu::io::raster::read(&dir.path().join("arrival.tif")).unwrap();
    assert!((arrival.values[0] - 50.0).abs() < 1e-6);
}

/// Water held back by nothing in the western half of a basin: the solver itself, through the batch run and the worker.
fn dam_break() -> Scenario {
    let mut scenario = scenario("dam-break", 40.0);
    let grid = Grid { n_cols: 40, n_rows: 10, ..scenario.terrain.grid };
    let n_cells = grid.n_cells();
    let depth_m = (0..n_cells).map(|index| if index % grid.n_cols < 20 { 2.0 } else { 0.5 }).collect();
    scenario.terrain = Terrain { grid, epsg: None, bed_m: vec![0.0; n_cells], manning: vec![0.03; n_cells] };
    scenario.initial = Initial::Fields { depth_m, u_mps: vec![0.0; n_cells], v_mps: vec![0.0; n_cells] };
    scenario.gauges = vec![Gauge { name: "G1".into(), at: grid.center_map(5, 30) }];
    let x_m = grid.west_m + 200.0;
    scenario.sections = vec![Section { name: "S1".into(), line: vec![[x_m, grid.south_m()], [x_m, grid.north_m]] }];
    scenario.output = OutputPlan { frame_every_secs: 10.0, gauge_every_secs: 5.0 };
    scenario
}

#[test]
fn the_solver_runs_in_batch_and_in_the_worker_to_the_same_state() {
    let scenario = Arc::new(dam_break());
    let settings = |threads| EngineSettings { threads, beside_window: false };
    let result = run_batch(&scenario, &settings(1), None, &mut |_event| {}).unwrap();
    let summary = &result.summary;
    assert_eq!(result.recording.times(), [0.0, 10.0, 20.0, 30.0, 40.0]);
    assert_eq!(summary.contained_cells, 0);
    assert!(summary.budget.residual_frac().abs() < 1e-12, "{:?}", summary.budget);
    assert!(summary.n_steps > 5 && summary.cell_updates > 0);
    let readings = result.recording.readings_from(1);
    assert!(readings[0].sections[0].discharge_m3s > 10.0, "the wave runs east through the section");
    assert!(readings[3].gauges[0].depth_m > 0.9, "it reaches the gauge: {:?}", readings[3].gauges[0]);

    let engine = Engine::start(&settings(2), None).unwrap();
    engine.load(Arc::clone(&scenario)).unwrap();
    for goal_secs in [15.0, f64::INFINITY] {
        engine.send(Command::RunTo(goal_secs)).unwrap();
    }
    let in_worker = loop {
        match engine.events().recv_timeout(std::time::Duration::from_secs(20)).expect("the run ends") {
            Event::Finished { summary } => break summary,
            Event::Failed { message } => panic!("{message}"),
            _ => {}
        }
    };
    assert_eq!((in_worker.state_hash, in_worker.threads), (summary.state_hash, 2));
}

#[test]
fn final_rasters_are_finer_than_frames() {
    let dir = tempfile::tempdir().unwrap();
    let scenario = dam_break();
    let settings = EngineSettings { threads: 1, beside_window: false };
    let result = run_batch(&Arc::new(scenario.clone()), &settings, None, &mut |_event| {}).unwrap();
    write_run(dir.path(), &scenario, &result).unwrap();
    let raster = hetu::io::raster::read(&dir.path().join("final_depth.tif")).unwrap();
    let frame = result.recording.frame(result.recording.n_frames() - 1).unwrap();
    let off_m = |(exact, mm): (&f64, &u16)| (exact - f64::from(*mm) / 1000.0).abs();
    let largest_m = raster.values.iter().zip(&frame.depth_mm).map(off_m).fold(0.0, f64::max);
    assert!((1e-5..=5.01e-4).contains(&largest_m), "a frame is off by up to half a millimetre, not {largest_m} m");
    let volume_m3 = raster.values.iter().sum::<f64>() * scenario.terrain.grid.cell_area_m2();
    assert!((volume_m3 / result.summary.budget.stored - 1.0).abs() < 1e-6, "{volume_m3}");
}

/// The dam break recorded into a file with so little memory that nearly every frame comes back from the disk.
#[test]
fn a_recorded_run_is_the_same_run_and_can_be_gone_on_with() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("run.hetu");
    let scenario = Arc::new(dam_break());
    let settings = EngineSettings { threads: 1, beside_window: false };
    let plain = run_batch(&scenario, &settings, None, &mut |_event| {}).unwrap();
    let record = RecordPlan { cache_bytes: 1, checkpoint_every_secs: Some(20.0), ..RecordPlan::into_file(&path) };
    let plan = BatchPlan { record, ..BatchPlan::default() };
    let recorded = run_batch_as(&scenario, &settings, plan, &mut |_event| {}).unwrap();
    assert_eq!(recorded.summary.state_hash, plain.summary.state_hash);
    let session = Session::open_checked(&path).unwrap();
    assert!(session.lost.is_empty() && session.figures.unwrap().packed_bytes > 0);
    for index in 0..plain.recording.n_frames() {
        let expected = plain.recording.frame(index);
        assert_eq!(recorded.recording.frame(index), expected, "while the run's record is there");
        assert_eq!(session.recording.frame(index), expected, "and from the file");
    }
    assert_eq!(session.recording.samples_from(0), plain.recording.samples_from(0));
    assert_eq!(session.recording.envelope(), plain.recording.envelope());

    let times: Vec<f64> = session.checkpoints.iter().map(|mark| mark.time_secs).collect();
    assert_eq!(times, [20.0, 40.0]);
    assert!(session.checkpoint_before(BranchId::ROOT, 19.0).unwrap().is_none());
    let (checkpoint, mark) = session.checkpoint_before(BranchId::ROOT, 35.0).unwrap().unwrap();
    assert_eq!(mark, fingerprint(&scenario).unwrap());
    assert_eq!(checkpoint.time_secs(), 20.0);
    let plan = BatchPlan { from: Some(checkpoint), ..BatchPlan::default() };
    let resumed = run_batch_as(&scenario, &settings, plan, &mut |_event| {}).unwrap();
    assert_eq!(resumed.summary.state_hash, plain.summary.state_hash, "a branch from the middle is the same water");
}
