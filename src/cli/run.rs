//! `hetu run`: a scenario without a window, and its results in a folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::progress::Progress;
use crate::cli::sediment::{budget_line, sediment_lines};
use crate::cli::skill::skill_lines;
use crate::cli::source::note_all;
use crate::cli::{Outcome, basins};
use crate::domain::frame::ContainedCell;
use crate::domain::impact::{self, UnitLoss};
use crate::domain::order::{Order, Orders};
use crate::domain::recording::{Checkpoint, RunResult, RunSummary};
use crate::domain::river::peaks::{PeakRole, PeakRow, peak_table};
use crate::domain::river::skill::sediment::sediment_skill_table;
use crate::domain::river::skill::table::skill_table;
use crate::domain::scenario::Scenario;
use crate::domain::worlds::BranchId;
use crate::engine::{BatchEvent, BatchPlan, EngineSettings, RecordPlan, run_batch_as};
use crate::io::checkpoint::{CheckpointError, CheckpointFolder, fingerprint, read_checkpoint_with};
use crate::io::orders::load_orders;
use crate::io::session::{SESSION_FILE, Session};
use crate::io::{folder, outputs, scenario};

/// Largest residual of the volume budget that passes, as a share of all the water there was.
const MAX_RESIDUAL_FRAC: f64 = 1e-6;

/// What was asked for beside the scenario and the folder.
pub(super) struct Options {
    /// Stop at this simulated time, s.
    pub(super) until_secs: Option<f64>,
    /// Threads of the solver; all if absent.
    pub(super) threads: Option<u16>,
    /// Print the summary as JSON.
    pub(super) json: bool,
    /// Simulated time between two checkpoints, s; none if absent.
    pub(super) checkpoint_every_secs: Option<f64>,
    /// A checkpoint, or a session with checkpoints, to go on from.
    pub(super) from: Option<PathBuf>,
    /// A file of orders.
    pub(super) orders: Option<PathBuf>,
    /// Packed frames to keep in memory beside the session, MiB.
    pub(super) cache_mib: usize,
}

/// Runs a scenario and writes its results to `out`.
pub(super) fn run(path: &Path, out: &Path, options: &Options) -> anyhow::Result<Outcome> {
    let loaded = scenario::load_with_notes(path)?;
    note_all(&loaded.notes);
    let scenario = Arc::new(loaded.scenario);
    let settings = EngineSettings { threads: options.threads.unwrap_or(0).into(), beside_window: false };
    let (plan, mut folder) = prepare(&scenario, out, options)?;
    let mut lost = Vec::new();
    let orders = plan.orders.clone();
    let result = compute_as(&scenario, &settings, plan, &mut |checkpoint| {
        if let Some(folder) = &mut folder
            && let Err(error) = write_checkpoint(folder, &scenario, &orders, checkpoint)
        {
            // The run is worth more than a way back to its middle.
            tracing::error!("a checkpoint is lost, the run goes on: {error}");
            lost.push(error);
        }
    })?;
    outputs::write_run(out, &scenario, &result)?;
    if options.json {
        let skill = skill_table(&scenario, &result.recording);
        println!("{}", outputs::summary_json(scenario.start, &result.summary, &skill));
    } else {
        print!("{}", report(&scenario, &result));
        println!("results in {}", out.display());
    }
    Ok(if lost.is_empty() { outcome(&result.summary) } else { Outcome::CheckFailed })
}

/// Writes a checkpoint of a run as the orders up to its time have made it.
fn write_checkpoint(
    folder: &mut CheckpointFolder,
    scenario: &Scenario,
    orders: &Orders,
    checkpoint: &Checkpoint,
) -> Result<(), CheckpointError> {
    let time_secs = checkpoint.time_secs();
    if !orders.until(time_secs).is_empty() {
        let mut changed = scenario.clone();
        orders.change(&mut changed, time_secs);
        folder.follow(&changed)?;
    }
    folder.write(checkpoint).map(drop)
}

/// Reads the checkpoint to go on from and makes the folder for new ones.
fn prepare(
    scenario: &Scenario,
    out: &Path,
    options: &Options,
) -> anyhow::Result<(BatchPlan, Option<CheckpointFolder>)> {
    let session = options.from.as_deref().filter(|path| Session::is_session(path)).map(Session::open).transpose()?;
    let orders = match (&options.orders, &session) {
        (Some(path), _) => load_orders(path, scenario)?,
        (None, Some(session)) => session.orders.clone(),
        (None, None) => Orders::none(),
    };
    let from = match (&options.from, &session) {
        (_, Some(session)) => Some(last_checkpoint(session, scenario, &orders)?),
        (Some(path), None) => Some(read_checkpoint_with(path, scenario, &orders)?),
        (None, None) => None,
    };
    if let (Some(from), Some(until_secs)) = (&from, options.until_secs)
        && until_secs < from.time_secs()
    {
        anyhow::bail!(
            "--until is {until_secs} s, allowed is {} s and later, the time of the checkpoint",
            from.time_secs()
        );
    }
    let past = from.as_ref().zip(session.as_ref()).map_or_else(Vec::new, |(from, session)| {
        let mut past = session.recording.readings_from(0);
        past.retain(|readings| readings.time_secs <= from.time_secs());
        past
    });
    folder::make(out)?;
    let folder = options.checkpoint_every_secs.map(|_| CheckpointFolder::create(out, scenario)).transpose()?;
    let Options { until_secs, checkpoint_every_secs, cache_mib, .. } = *options;
    let cache_bytes = cache_mib.saturating_mul(1 << 20);
    let record = RecordPlan { cache_bytes, ..RecordPlan::into_file(&out.join(SESSION_FILE)) };
    Ok((BatchPlan { until_secs, checkpoint_every_secs, from, past, orders, record }, folder))
}

/// The last state of a session, which must be of the scenario as the orders up to then have made it.
fn last_checkpoint(session: &Session, scenario: &Scenario, orders: &Orders) -> anyhow::Result<Checkpoint> {
    let (checkpoint, found) = session
        .checkpoint_before(BranchId::ROOT, f64::INFINITY)?
        .ok_or_else(|| anyhow::anyhow!("the session has no checkpoint to go on from: {}", session.path().display()))?;
    let mut changed = scenario.clone();
    orders.change(&mut changed, checkpoint.time_secs());
    let expected = fingerprint(&changed)?;
    anyhow::ensure!(
        found == expected,
        "the session is of the scenario '{}' with the fingerprint {found:016x}; allowed is '{}' exactly as it is now, \
         orders up to T+{:.2} h included, with {expected:016x}: {}",
        session.scenario.name,
        scenario.name,
        checkpoint.time_secs() / 3600.0,
        session.path().display()
    );
    Ok(checkpoint)
}

/// What can still be done when a run broke off.
fn way_on(session: &Path) -> String {
    format!("to go on from its last checkpoint: hetu run SCENARIO --from {} -o NEW_FOLDER", session.display())
}

/// Computes a scenario with a progress bar.
pub(super) fn compute(
    scenario: &Arc<Scenario>,
    settings: &EngineSettings,
    until_secs: Option<f64>,
) -> anyhow::Result<RunResult> {
    compute_as(scenario, settings, BatchPlan { until_secs, ..BatchPlan::default() }, &mut |_none_asked| {})
}

pub(super) fn compute_as(
    scenario: &Arc<Scenario>,
    settings: &EngineSettings,
    plan: BatchPlan,
    on_checkpoint: &mut dyn FnMut(&Checkpoint),
) -> anyhow::Result<RunResult> {
    let bar = Progress::new();
    let session = plan.record.path.clone();
    let mut has_begun = false;
    let result = run_batch_as(scenario, settings, plan, &mut |event| match event {
        BatchEvent::Progress(progress) => {
            let what = format!("T+{:.1} h, x{:.0}", progress.time_secs / 3600.0, progress.times_realtime());
            bar.set(progress.done_frac(), what);
        }
        BatchEvent::Checkpoint(checkpoint) => on_checkpoint(&checkpoint),
        BatchEvent::Started { .. } => has_begun = true,
        BatchEvent::Frame(_) => {}
    });
    bar.finish();
    match (result, session) {
        (Err(error), Some(session)) if has_begun => anyhow::bail!("{error:#}\n{}", way_on(&session)),
        (result, _) => Ok(result?),
    }
}

/// Whether the run passes: the budgets close and no cell had to be contained.
pub(super) fn outcome(summary: &RunSummary) -> Outcome {
    let sediment_frac = summary.sediment.map_or(0.0, |sediment| sediment.residual_frac());
    let residual_is_small = [summary.budget.residual_frac(), sediment_frac].iter().all(|r| r.abs() < MAX_RESIDUAL_FRAC);
    if residual_is_small && summary.contained_cells == 0 { Outcome::Done } else { Outcome::CheckFailed }
}

/// What a person wants to know of a run.
pub(super) fn report(scenario: &Scenario, result: &RunResult) -> String {
    let summary = &result.summary;
    let budget = &summary.budget;
    let lines = [
        format!("{}  {:.1} h simulated in {:.1} s", summary.name, summary.simulated_secs / 3600.0, summary.wall_secs),
        format!(
            "speed           {:.0} times faster than the water; {} steps, {:.1} M cell updates/s on {} thread(s)",
            summary.times_realtime(),
            summary.n_steps,
            summary.cell_updates as f64 / summary.solve_secs.max(1e-9) / 1e6,
            summary.threads
        ),
        format!(
            "volume          initial {:.4}, in {:.4}, out {:.4}, stored {:.4} 1e8 m3; residual {:.2e} of the water",
            budget.initial / 1e8,
            budget.inflow / 1e8,
            budget.outflow / 1e8,
            budget.stored / 1e8,
            budget.residual_frac()
        ),
        format!("contained cells {}{}", summary.contained_cells, contained_lines(&summary.contained)),
        format!(
            "water           max depth {:.2} m; wet area {:.1} km2 at the end, {:.1} km2 at any time",
            summary.max_depth_m,
            summary.wet_area_m2 / 1e6,
            summary.max_wet_area_m2 / 1e6
        ),
        format!("state hash      {:016x}", summary.state_hash),
    ];
    let skill = skill_lines(&skill_table(scenario, &result.recording));
    let sediment = sediment_lines(&sediment_skill_table(scenario, &result.recording));
    let head = lines.join("\n") + "\n" + &budget_line(summary.sediment.as_ref());
    head + &order_lines(&result.orders)
        + &basins::came_to(scenario, result)
        + &loss_lines(scenario, result)
        + &peak_lines(scenario, result)
        + &skill
        + &sediment
}

/// The orders, one a line.
fn order_lines(orders: &Orders) -> String {
    let line = |order: &Order| {
        let (label, at_hours) = (order.deed.label(), order.at_secs / 3600.0);
        format!("order {:<9} T+{at_hours:.2} h: {} {}\n", order.id, label.en, order.reason)
    };
    orders.all().iter().map(line).collect()
}

/// Where and when the first contained cells were, one a line.
fn contained_lines(cells: &[ContainedCell]) -> String {
    let line = |cell: &ContainedCell| {
        let ContainedCell { time_secs, row, col, at: [x_m, y_m], what, value } = cell;
        let (what, unit) = (what.label(), what.unit());
        format!("\n  at {time_secs:.3} s, row {row}, column {col} ({x_m:.1}, {y_m:.1}): {what} {value} {unit}")
    };
    cells.iter().map(line).collect()
}

/// Simulated peaks beside the observed ones.
fn peak_lines(scenario: &Scenario, result: &RunResult) -> String {
    let rows = peak_table(scenario, &result.recording);
    if rows.is_empty() {
        return String::new();
    }
    let heading = "peaks, simulated beside observed (nothing was calibrated to them):\n".to_owned();
    rows.iter().map(peak_line).fold(heading, |text, line| text + &line)
}

fn peak_line(row: &PeakRow) -> String {
    let simulated = row.discharge.map_or_else(|| "none".to_owned(), |peak| format!("{:.0} m3/s", peak.value));
    let late = row.time_difference_secs().map_or_else(String::new, |secs| {
        format!(", {:+.1} h (observed time +-{:.0} h)", secs / 3600.0, row.observed.time_tolerance_secs / 3600.0)
    });
    let stage = row.stage_difference_m().map_or_else(String::new, |m| format!(", stage {m:+.2} m"));
    let role = if row.role == PeakRole::Inflow { ", the inflow itself" } else { "" };
    format!(
        "  {:<4} {simulated:>11}  observed {:.0} m3/s ({}){late}{stage}{role}\n",
        row.station_id, row.observed.discharge_m3s, row.observed.confidence
    )
}

/// The floodplain units at the moment with the largest flooded area.
fn loss_lines(scenario: &Scenario, result: &RunResult) -> String {
    let Some(river) = &scenario.river else { return String::new() };
    let readings = result.recording.readings_from(0);
    let Some(peak) = impact::widest(&readings) else { return String::new() };
    let mut text = format!(
        "flooded floodplain at its largest, T+{:.0} h ({}):\n",
        peak.time_secs / 3600.0,
        impact::ROUNDING_NOTE.en
    );
    for (unit, loss) in river.units.iter().zip(&peak.losses) {
        text += &loss_line(&unit.name.en, loss);
    }
    text + &loss_line("total", &impact::total(&peak.losses))
}

fn loss_line(name: &str, loss: &UnitLoss) -> String {
    format!(
        "  {name:<32} {:>8.1} km2  {:>7.2} 1e4 mu  {:>9} people  {:>5.0} villages\n",
        impact::area_km2(loss.area_m2),
        impact::farmland_wan_mu(loss.farmland_m2),
        impact::people_rounded(loss.people),
        impact::villages_rounded(loss.villages())
    )
}
