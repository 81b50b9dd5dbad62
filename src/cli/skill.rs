//! The skill of a run in columns, to be read on a terminal.

use crate::domain::river::skill::standard::Grade;
use crate::domain::river::skill::table::{DischargeSkill, StationSkill};

const HEADINGS: [&str; 11] = [
    "station",
    "role",
    "readings",
    "DC",
    "qualified %",
    "peak m3/s",
    "observed",
    "peak %",
    "peak h",
    "volume %",
    "stage m",
];
/// Width of each column.
const WIDTHS: [usize; 11] = [7, 11, 8, 8, 11, 9, 9, 8, 7, 9, 25];

/// One line for each observed station under a heading; nothing where nothing was observed.
pub(super) fn skill_lines(skill: &[StationSkill]) -> String {
    let Some(first) = skill.first() else { return String::new() };
    let heading = format!(
        "skill beside the observed series {}, simulated at its readings (grades of GB/T 22482-2008, - for none; ! more than \
         permissible; stage: mean, rms, largest error):\n",
        first.window
    );
    heading + &columns(HEADINGS, WIDTHS, skill.iter().map(cells))
}

/// A table in columns of these widths; the first two are set to the left.
pub(super) fn columns<const N: usize>(
    headings: [&str; N],
    widths: [usize; N],
    rows: impl Iterator<Item = [String; N]>,
) -> String {
    std::iter::once(headings.map(str::to_owned)).chain(rows).map(|cells| line(&cells, widths)).collect()
}

fn line<const N: usize>(cells: &[String; N], widths: [usize; N]) -> String {
    let padded = cells
        .iter()
        .zip(widths)
        .enumerate()
        .map(|(i, (cell, width))| if i < 2 { format!("{cell:<width$}") } else { format!("{cell:>width$}") });
    format!("  {}", padded.collect::<Vec<_>>().join(" ")).trim_end().to_owned() + "\n"
}

fn cells(skill: &StationSkill) -> [String; 11] {
    let [readings, dc, rate, peak, observed, peak_error, time_error, volume] =
        skill.discharge.as_ref().map_or_else(|| std::array::from_fn(|_| "none".to_owned()), discharge_cells);
    let stage = skill.stage.as_ref().map_or_else(
        || "none".to_owned(),
        |s| format!("{:+.2}, {:.2}, {:+.2}", s.mean_error_m, s.rms_error_m, s.largest_error_m),
    );
    let (station, role) = (skill.station_id.clone(), skill.role.label().en.to_owned());
    [station, role, readings, dc, rate, peak, observed, peak_error, time_error, volume, stage]
}

fn discharge_cells(skill: &DischargeSkill) -> [String; 8] {
    let mark = |is_qualified: bool| if is_qualified { "" } else { "!" };
    let dc = skill.coefficient.zip(skill.coefficient_grade());
    [
        skill.n_readings.to_string(),
        dc.map_or_else(|| "none".to_owned(), |(dc, grade)| format!("{dc:.3} {}", short(grade))),
        format!("{:.1} {}", skill.qualified_rate_percent, short(skill.rate_grade())),
        format!("{:.0}", skill.peak.at_readings[1]),
        format!("{:.0}", skill.peak.observed[1]),
        format!("{:+.1}{}", 100.0 * skill.peak.error_frac(), mark(skill.is_peak_qualified())),
        format!("{:+.0}{}", skill.peak.time_error_secs() / 3600.0, mark(skill.is_peak_time_qualified())),
        skill.volume_error_frac.map_or_else(|| "none".to_owned(), |frac| format!("{:+.1}", 100.0 * frac)),
    ]
}

/// A grade in one letter; what is not qualified is a dash.
fn short(grade: Grade) -> &'static str {
    if grade == Grade::Unqualified { "-" } else { grade.label().en }
}
