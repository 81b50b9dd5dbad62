//! The program killed at random moments of a run: what was recorded is there.
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

use hetu::io::session::{SESSION_FILE, Session, SessionError};

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
