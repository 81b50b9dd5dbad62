//! The program killed at random moments of a run, without and with branches: what was recorded is there.
//!
//! `HETU_KILLS=50 cargo test --release --no-default-features --test it -- killed` kills it fifty times.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may stop here")]
#![expect(clippy::print_stdout, reason = "it says how many kills fell where")]
#![expect(clippy::disallowed_methods, reason = "a kill at a random moment needs the clock")]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hetu::domain::order::Orders;
use hetu::domain::worlds::BranchId;
use hetu::engine::{BatchPlan, Command as Ask, EngineSettings, run_batch_as};
use hetu::io::session::{SESSION_FILE, Session, SessionCache, SessionError};

use crate::branches::{Room, wall};
use crate::orders::{breach_deed, scenario as drill};

/// Kills unless `HETU_KILLS` says otherwise.
const N_KILLS: u64 = 8;

/// The dam break with a frame every two seconds and ten checkpoints.
fn scenario(folder: &Path) {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    for raster in ["dam-break-bed.asc", "dam-break-stage.asc"] {
        fs::copy(shipped.join(raster), folder.join(raster)).unwrap();
    }
    let text = fs::read_to_string(shipped.join("dam-break.ron")).unwrap();
    let often = text.replace("frame_every_secs: 30.0", "frame_every_secs: 2.0");
    assert_ne!(often, text);
    fs::write(folder.join("dam-break.ron"), often).unwrap();
}

fn start(folder: &Path, out: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_hetu"))
        .args(["run", "dam-break.ron", "-o", out, "--until", "10m", "--threads", "1"])
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_run_killed_at_any_instant_keeps_every_frame_that_was_committed() {
    let folder = tempfile::tempdir().unwrap();
    scenario(folder.path());
    let started = Instant::now();
    assert!(start(folder.path(), "whole").wait().unwrap().success());
    let whole_time = started.elapsed();
    let whole = Session::open_checked(&folder.path().join("whole").join(SESSION_FILE)).unwrap().recording;
    let n_kills = std::env::var("HETU_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(N_KILLS);
    let (mut n_midway, mut n_frames_kept) = (0, 0);
    for kill in 0..n_kills {
        let out = format!("killed-{kill}");
        let session = folder.path().join(&out).join(SESSION_FILE);
        let mut child = start(folder.path(), &out);
        // Evenly over the run, and off the beat by the golden section.
        let share = (kill as f64 + 0.5 * ((kill as f64 * 0.618_034) % 1.0)) / n_kills as f64;
        std::thread::sleep(Duration::from_secs_f64(whole_time.as_secs_f64() * share));
        let n_seen = Session::open(&session).map_or(0, |session| session.recording.n_frames());
        child.kill().unwrap();
        child.wait().unwrap();
        let kept = match Session::open_checked(&session) {
            Ok(kept) => kept,
            Err(SessionError::Io { .. }) if n_seen == 0 => continue, // before the session began
            Err(error) => panic!("{error}"),
        };
        assert_eq!(kept.lost, [], "kill {kill}");
        let n_kept = kept.recording.n_frames();
        assert!(n_kept >= n_seen, "kill {kill}: {n_seen} frames were seen before, {n_kept} are left");
        assert_eq!(kept.recording.times(), whole.times()[..n_kept], "kill {kill}");
        for index in 0..n_kept {
            assert_eq!(kept.recording.frame(index), whole.frame(index), "kill {kill}, frame {index}");
        }
        n_midway += u64::from(n_kept > 0 && kept.summary.is_none());
        n_frames_kept += n_kept;
    }
    println!("{n_kills} kills, {n_midway} of them in the middle of the run, {n_frames_kept} frames kept and equal");
    assert!(n_midway > n_kills / 4, "only {n_midway} of {n_kills} kills fell into the run");
}

/// Where the test below saves its run, if it is the one that is to be killed.
const FOLDER: &str = "HETU_KILL_FOLDER";

/// A drill with three branches, one of which is given up: for the test below, which kills it.
#[test]
#[ignore = "it is started, and killed, by the test of kills during branches"]
fn a_drill_to_be_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { panic!("{FOLDER} is not set") };
    let mut room = Room::saving(&drill(), Some(SessionCache::in_folder(Path::new(&folder))));
    room.ask(Ask::RunTo(1e9));
    room.until_finished();
    room.give(60.0, breach_deed());
    room.until_finished();
    room.give(133.3, wall());
    room.until_finished();
    room.ask(Ask::Prune(BranchId(1)));
    room.until(|room, _event| room.worlds().active() == BranchId::ROOT);
    room.give(40.0, wall());
    room.until_finished();
}

fn start_drill(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::a_drill_to_be_killed", "--ignored"])
        .env(FOLDER, folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_drill_killed_at_any_instant_keeps_its_branches() {
    let folder = tempfile::tempdir().unwrap();
    let started = Instant::now();
    assert!(start_drill(&folder.path().join("whole")).wait().unwrap().success());
    let whole_time = started.elapsed();
    let n_kills = std::env::var("HETU_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(N_KILLS);
    let (mut n_branched, mut n_checked) = (0, 0);
    for kill in 0..n_kills {
        let place = folder.path().join(format!("killed-{kill}"));
        let mut child = start_drill(&place);
        let share = (kill as f64 + 0.5 * ((kill as f64 * 0.618_034) % 1.0)) / n_kills as f64;
        std::thread::sleep(Duration::from_secs_f64(whole_time.as_secs_f64() * share));
        child.kill().unwrap();
        child.wait().unwrap();
        let Some(saved) = SessionCache::in_folder(&place).list().into_iter().next() else { continue };
        let session = Session::open_checked(&saved.path).unwrap();
        assert_eq!(session.lost, [], "kill {kill}");
        n_branched += u64::from(session.worlds.branches().len() > 1);
        for branch in session.living() {
            n_checked += check_course(&session, branch);
        }
    }
    println!("{n_kills} kills, {n_branched} of them with branches, {n_checked} frames kept and equal");
    assert!(n_branched > n_kills / 8, "only {n_branched} of {n_kills} kills fell among the branches");
}

/// The frames of a branch are those of a run that was given its orders before.
fn check_course(session: &Session, branch: BranchId) -> usize {
    let orders: Orders = session.orders_of(branch);
    let plan = BatchPlan { orders, ..BatchPlan::default() };
    let settings = EngineSettings { threads: 1, beside_window: false };
    let whole = run_batch_as(&drill().into(), &settings, plan, &mut |_event| {}).unwrap().recording;
    let course = session.course(branch).unwrap();
    let times = course.times();
    let n_frames = times.len();
    assert_eq!(times, whole.times()[..n_frames]);
    for index in 0..n_frames {
        assert_eq!(course.frame(index), whole.frame(index), "{branch:?}, frame {index}");
    }
    n_frames
}
