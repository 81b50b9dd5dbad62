//! `hetu bench --session FILE`: what recording a run has cost, and how fast any moment of it is there again.

use std::path::Path;
use std::time::Instant;

use serde::Serialize;

use crate::cli::Outcome;
use crate::cli::source::{note_session, session_file};
use crate::domain::recording::RAW_BYTES_PER_CELL;
use crate::io::session::Session;

/// Moments that are looked up, at most.
const N_SEEKS: usize = 500;

#[derive(Debug, Serialize)]
struct Report {
    scenario: String,
    frames: usize,
    cells: usize,
    raw_bytes_per_frame: usize,
    packed_bytes_per_frame: f64,
    ratio_to_raw: f64,
    file_bytes: u64,
    checkpoints: usize,
    checkpoint_bytes: f64,
    solve_secs: f64,
    pack_secs: f64,
    write_secs: f64,
    waited_secs: f64,
    /// Time of the recorder's own thread by that of the whole run.
    recorder_share_frac: f64,
    /// Time that the run stood still for the recorder, by that of the whole run.
    waited_share_frac: f64,
    seek_median_ms: f64,
    seek_95_ms: f64,
    seek_max_ms: f64,
    open_ms: f64,
}

/// Measures and prints.
#[expect(clippy::disallowed_methods, reason = "measuring time is what this command is for")]
pub(super) fn bench_session(path: &Path, json: bool) -> anyhow::Result<Outcome> {
    let path = session_file(path);
    let started = Instant::now();
    let session = Session::open(&path)?;
    let open_ms = started.elapsed().as_secs_f64() * 1e3;
    note_session(&session);
    let (Some(figures), Some(summary)) = (&session.figures, &session.summary) else {
        anyhow::bail!("the run was interrupted, so its figures are not there: {}", path.display())
    };
    let n_frames = session.recording.n_frames();
    let seeks_ms = seek_times_ms(&session);
    let raw = session.recording.n_cells() * RAW_BYTES_PER_CELL;
    let packed = figures.packed_bytes as f64 / n_frames.max(1) as f64;
    let n_checkpoints = session.checkpoints.len();
    let report = Report {
        scenario: summary.name.clone(),
        frames: n_frames,
        cells: session.recording.n_cells(),
        raw_bytes_per_frame: raw,
        packed_bytes_per_frame: packed,
        ratio_to_raw: raw as f64 / packed.max(1.0),
        file_bytes: Session::file_bytes(&path)?,
        checkpoints: n_checkpoints,
        checkpoint_bytes: figures.checkpoint_bytes as f64 / n_checkpoints.max(1) as f64,
        solve_secs: summary.solve_secs,
        pack_secs: figures.pack_secs,
        write_secs: figures.write_secs,
        waited_secs: figures.waited_secs,
        recorder_share_frac: (figures.pack_secs + figures.write_secs) / summary.wall_secs.max(1e-9),
        waited_share_frac: figures.waited_secs / summary.wall_secs.max(1e-9),
        seek_median_ms: quantile(&seeks_ms, 0.5),
        seek_95_ms: quantile(&seeks_ms, 0.95),
        seek_max_ms: quantile(&seeks_ms, 1.0),
        open_ms,
    };
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", text(&report));
    }
    Ok(Outcome::Done)
}

/// Times to bring one frame after the other from the file, in an order that jumps about and meets none twice; sorted.
#[expect(clippy::disallowed_methods, reason = "measuring time is what this command is for")]
fn seek_times_ms(session: &Session) -> Vec<f64> {
    let n_frames = session.recording.n_frames();
    // Near the golden section: far from where the last one was, and every frame once.
    let stride = (1..=n_frames * 618 / 1000).rev().find(|stride| gcd(*stride, n_frames) == 1).unwrap_or(1);
    let mut times: Vec<f64> = (0..n_frames.min(N_SEEKS))
        .map(|k| {
            let started = Instant::now();
            let _shown = session.recording.frame(k * stride % n_frames);
            started.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a position in the list")]
    let at = (last as f64 * share).round() as usize;
    sorted.get(at).copied().unwrap_or(0.0)
}

fn text(report: &Report) -> String {
    let lines = [
        format!("{}  {} frames of {} cells", report.scenario, report.frames, report.cells),
        format!(
            "frames          {:.0} bytes each, {} raw: {:.1} to 1",
            report.packed_bytes_per_frame, report.raw_bytes_per_frame, report.ratio_to_raw
        ),
        format!("checkpoints     {} of {:.0} bytes", report.checkpoints, report.checkpoint_bytes),
        format!(
            "file            {:.1} MiB, opened in {:.0} ms",
            report.file_bytes as f64 / 1_048_576.0,
            report.open_ms
        ),
        format!(
            "recorder        {:.2} s packing, {:.2} s writing beside {:.1} s of steps: {:.2} % of the run on its own thread",
            report.pack_secs,
            report.write_secs,
            report.solve_secs,
            100.0 * report.recorder_share_frac
        ),
        format!("waiting for it  {:.3} s, {:.3} % of the run", report.waited_secs, 100.0 * report.waited_share_frac),
        format!(
            "seek            median {:.1} ms, 95 % {:.1} ms, longest {:.1} ms",
            report.seek_median_ms, report.seek_95_ms, report.seek_max_ms
        ),
    ];
    lines.join("\n") + "\n"
}
