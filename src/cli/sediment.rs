//! The sediment of a run, to be read on a terminal.

use crate::cli::skill::columns;
use crate::domain::frame::SedimentBudget;
use crate::domain::river::skill::sediment::SedimentSkill;

const HEADINGS: [&str; 12] = [
    "station",
    "role",
    "readings",
    "mean",
    "observed",
    "peak",
    "observed",
    "peak h",
    "rms",
    "DC",
    "load 1e4 t",
    "observed",
];
/// Width of each column.
const WIDTHS: [usize; 12] = [7, 11, 8, 8, 8, 8, 8, 7, 8, 8, 10, 8];

/// The budget in one line; nothing without sediment.
pub(super) fn budget_line(budget: Option<&SedimentBudget>) -> String {
    let Some(b) = budget else { return String::new() };
    format!(
        "sediment        initial {:.1}, in {:.1}, out {:.1}, left on the plain {:.1}, in the channel {:.1}, carried {:.1} \
         1e4 t; residual {:.2e} of it\n",
        b.initial_kg / 1e7,
        b.inflow_kg / 1e7,
        b.outflow_kg / 1e7,
        b.deposited_on_plain_kg / 1e7,
        b.deposited_in_channel_kg / 1e7,
        b.carried_kg / 1e7,
        b.residual_frac()
    )
}

/// One line for each station with an observed concentration under a heading; nothing without.
pub(super) fn sediment_lines(skill: &[SedimentSkill]) -> String {
    let Some(first) = skill.first() else { return String::new() };
    let heading = format!(
        "suspended sediment beside the observed series {}, kg/m3, simulated at its readings (nothing was calibrated to \
         it):\n",
        first.window
    );
    heading + &columns(HEADINGS, WIDTHS, skill.iter().map(cells))
}

fn cells(skill: &SedimentSkill) -> [String; 12] {
    let load = |i: usize| skill.load_t.map_or_else(|| "none".to_owned(), |load| format!("{:.1}", load[i] / 1e4));
    [
        skill.station_id.clone(),
        skill.role.label().en.to_owned(),
        skill.n_readings.to_string(),
        format!("{:.2}", skill.mean_kgm3[1]),
        format!("{:.2}", skill.mean_kgm3[0]),
        format!("{:.2}", skill.peak.at_readings[1]),
        format!("{:.2}", skill.peak.observed[1]),
        format!("{:+.0}", skill.peak.time_error_secs() / 3600.0),
        format!("{:.2}", skill.rms_kgm3),
        skill.coefficient.map_or_else(|| "none".to_owned(), |dc| format!("{dc:.3}")),
        load(1),
        load(0),
    ]
}
