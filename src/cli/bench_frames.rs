//! `hetu bench --frames SCENARIO`: what pictures of the window cost, and what computing changes of it.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use crate::app::{self, FrameTimes};
use crate::cli::Outcome;
use crate::io::scenario;
use crate::io::session::SessionCache;
use crate::ui::diagnostics::{DiagnosticsModel, Spread};

#[derive(Debug, Serialize)]
struct Report {
    scenario: String,
    cells: usize,
    size: [u32; 2],
    meshes: usize,
    rows: Vec<Row>,
}

/// A time of pictures, ms: median, 95 of 100, longest; medians of the rounds.
#[derive(Debug, Serialize)]
struct Row {
    what: &'static str,
    resting_ms: [f64; 3],
    computing_ms: [f64; 3],
    /// Median while computing by that at rest.
    ratio: f64,
}

/// Measures and prints.
pub(super) fn bench_frames(path: &Path, size: (u32, u32), until_secs: f64, json: bool) -> anyhow::Result<Outcome> {
    app::check_renderer().map_err(anyhow::Error::msg)?;
    let scenario = Arc::new(scenario::load(path)?);
    let folder = tempfile::tempdir()?;
    let saved = SessionCache::in_folder(folder.path());
    let times = app::frame_times(&scenario, size, until_secs, saved).map_err(anyhow::Error::msg)?;
    let report = Report {
        scenario: scenario.name.clone(),
        cells: scenario.terrain.grid.n_cells(),
        size: size.into(),
        meshes: times.computing.n_meshes,
        rows: rows(&times),
    };
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", text(&report));
    }
    Ok(Outcome::Done)
}

fn rows(times: &FrameTimes) -> Vec<Row> {
    let row = |what, of: fn(&DiagnosticsModel) -> Spread| {
        let (resting, computing) = (of(&times.resting), of(&times.computing));
        let ms = |spread: Spread| [spread.median_ms, spread.p95_ms, spread.max_ms];
        let ratio = computing.median_ms / resting.median_ms.max(1e-9);
        Row { what, resting_ms: ms(resting), computing_ms: ms(computing), ratio }
    };
    vec![
        row("window's thread", |times| times.main),
        row("of it panels", |times| times.panels),
        row("picture, drawn", |times| times.picture),
    ]
}

fn text(report: &Report) -> String {
    let [width, height] = report.size;
    let ms = |[median, p95, max]: [f64; 3]| format!("{median:>7.2} {p95:>7.2} {max:>7.2}");
    let line = |row: &Row| {
        let (resting, computing) = (ms(row.resting_ms), ms(row.computing_ms));
        format!("{:<16} {resting:<24} {computing:<24} {:>6.2}\n", row.what, row.ratio)
    };
    let lines: String = report.rows.iter().map(line).collect();
    format!(
        "{}  {} cells, {width}x{height}, all panels open, {} meshes; ms: median, 95 %, longest\n\
         {:<16} {:<24} {:<24} {:>6}\n{lines}",
        report.scenario, report.cells, report.meshes, "", "worker rests", "worker computes", "ratio"
    )
}
