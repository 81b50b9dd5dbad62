//! `summary.json`: the figures of a run for scripts.

use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::domain::frame::{BasinReading, ContainedCell, SedimentBudget};
use crate::domain::recording::RunSummary;
use crate::domain::river::skill::table::StationSkill;
use crate::io::outputs::skill::SkillEntry;
use crate::io::process::peak_memory_bytes;

/// The keys of the file, in their order.
#[derive(Debug, Serialize)]
struct SummaryFile<'a> {
    name: &'a str,
    mode: String,
    start: String,
    n_cols: usize,
    n_rows: usize,
    cell_m: f64,
    simulated_secs: f64,
    resumed_at_secs: f64,
    n_steps: u64,
    cell_updates: u64,
    threads: usize,
    solve_secs: f64,
    wall_secs: f64,
    times_realtime: f64,
    peak_rss_bytes: Option<u64>,
    max_depth_m: f64,
    wet_area_m2: f64,
    max_wet_area_m2: f64,
    volume_m3: Volumes,
    #[serde(skip_serializing_if = "Option::is_none")]
    sediment_kg: Option<Masses>,
    contained_cells: u64,
    contained: Vec<Contained>,
    state_hash: String,
    version: &'static str,
    #[serde(skip_serializing_if = "<[BasinReading]>::is_empty")]
    basins: &'a [BasinReading],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    skill: Vec<SkillEntry<'a>>,
}

/// One contained cell. Its value is text, since JSON has no NaN.
#[derive(Debug, Serialize)]
struct Contained {
    time_secs: f64,
    row: usize,
    col: usize,
    x_m: f64,
    y_m: f64,
    what: &'static str,
    value: String,
}

impl From<&ContainedCell> for Contained {
    fn from(cell: &ContainedCell) -> Self {
        let ContainedCell { time_secs, row, col, at: [x_m, y_m], what, value } = *cell;
        Self { time_secs, row, col, x_m, y_m, what: what.label(), value: value.to_string() }
    }
}

#[derive(Debug, Serialize)]
struct Volumes {
    initial: f64,
    inflow: f64,
    outflow: f64,
    rain: f64,
    infiltrated: f64,
    stored: f64,
    residual: f64,
}

/// Masses of dry sediment, kg.
#[derive(Debug, Serialize)]
struct Masses {
    initial: f64,
    inflow: f64,
    outflow: f64,
    deposited_on_plain: f64,
    deposited_in_channel: f64,
    carried: f64,
    residual: f64,
}

impl From<&SedimentBudget> for Masses {
    fn from(budget: &SedimentBudget) -> Self {
        Self {
            initial: budget.initial_kg,
            inflow: budget.inflow_kg,
            outflow: budget.outflow_kg,
            deposited_on_plain: budget.deposited_on_plain_kg,
            deposited_in_channel: budget.deposited_in_channel_kg,
            carried: budget.carried_kg,
            residual: budget.residual_kg(),
        }
    }
}

/// The text of `summary.json`, as `hetu run --json` prints it too.
///
/// `start` is the wall clock at t = 0, RFC 3339. Volumes keep all their digits, so that the residual can be checked against them. `peak_rss_bytes` is the largest
/// memory of this process so far, where the system tells it. `state_hash` is hexadecimal text, since numbers of 64
/// bits are not safe in JSON. `skill` is there only where something was observed, `basins` only
/// where there are some, `sediment_kg` only where there is sediment.
#[expect(clippy::missing_panics_doc, reason = "nothing in the file can fail to become JSON")]
pub fn summary_json(start: OffsetDateTime, summary: &RunSummary, skill: &[StationSkill]) -> String {
    let budget = &summary.budget;
    let file = SummaryFile {
        name: &summary.name,
        mode: summary.mode.label().en.to_lowercase(),
        start: start.format(&Rfc3339).unwrap_or_default(), // no scenario starts outside the calendar
        n_cols: summary.n_cols,
        n_rows: summary.n_rows,
        cell_m: summary.cell_m,
        simulated_secs: summary.simulated_secs,
        resumed_at_secs: summary.resumed_at_secs,
        n_steps: summary.n_steps,
        cell_updates: summary.cell_updates,
        threads: summary.threads,
        solve_secs: rounded(summary.solve_secs),
        wall_secs: rounded(summary.wall_secs),
        times_realtime: rounded(summary.times_realtime()),
        peak_rss_bytes: peak_memory_bytes(),
        max_depth_m: rounded(summary.max_depth_m),
        wet_area_m2: summary.wet_area_m2,
        max_wet_area_m2: summary.max_wet_area_m2,
        volume_m3: Volumes {
            initial: budget.initial,
            inflow: budget.inflow,
            outflow: budget.outflow,
            rain: budget.rain,
            infiltrated: budget.infiltrated,
            stored: budget.stored,
            residual: budget.residual(),
        },
        sediment_kg: summary.sediment.as_ref().map(Masses::from),
        contained_cells: summary.contained_cells,
        contained: summary.contained.iter().map(Contained::from).collect(),
        state_hash: format!("{:016x}", summary.state_hash),
        version: env!("CARGO_PKG_VERSION"),
        basins: &summary.basins,
        skill: skill.iter().map(SkillEntry::from).collect(),
    };
    let mut text = serde_json::to_string_pretty(&file).expect("numbers and texts are always JSON");
    text.push('\n');
    text
}

/// Six decimals are enough to read, and free of the noise of single precision.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
