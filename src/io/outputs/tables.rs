//! The tables of a run: gauges, sections, basins, losses.

use std::path::Path;

use time::macros::format_description;
use time::{Duration, OffsetDateTime};

use crate::domain::impact::columns::{Column, UnitLine, Value, columns};
use crate::domain::impact::{self, LossMoment, UnitLoss};
use crate::domain::recording::Recording;
use crate::domain::scenario::Scenario;
use crate::domain::text::Bilingual;
use crate::io::folder::FolderError;
use crate::io::outputs::OutputError;

/// `gauges.csv`: one row for each sample and gauge.
pub(crate) fn write_gauges(path: &Path, scenario: &Scenario, recording: &Recording) -> Result<(), OutputError> {
    let mut table = Table::create(path, &["time_secs", "gauge", "depth_m", "stage_m", "u_mps", "v_mps"])?;
    for sample in recording.samples_from(0) {
        for (gauge, reading) in scenario.gauges.iter().zip(&sample.gauges) {
            table.row(&[
                seconds(sample.time_secs),
                gauge.name.clone(),
                number(reading.depth_m, 6),
                number(reading.stage_m, 6),
                number(reading.u_mps, 6),
                number(reading.v_mps, 6),
            ])?;
        }
    }
    table.finish()
}

/// `sections.csv`: one row for each sample and section; the stage is empty where all is dry.
pub(crate) fn write_sections(path: &Path, scenario: &Scenario, recording: &Recording) -> Result<(), OutputError> {
    let mut table = Table::create(path, &["time_secs", "section", "discharge_m3s", "mean_stage_m"])?;
    for sample in recording.samples_from(0) {
        for (section, reading) in scenario.sections.iter().zip(&sample.sections) {
            table.row(&[
                seconds(sample.time_secs),
                section.name.clone(),
                number(reading.discharge_m3s, 6),
                reading.mean_stage_m.map_or_else(String::new, |stage_m| number(stage_m, 6)),
            ])?;
        }
    }
    table.finish()
}

/// `basins.csv`: one row for each sample and basin; the observed level is empty but at the time of a reading.
pub(crate) fn write_basins(path: &Path, scenario: &Scenario, recording: &Recording) -> Result<(), OutputError> {
    const COLUMNS: [&str; 8] =
        ["time_secs", "basin", "level_m", "volume_m3", "inlet_m3s", "outlet_m3s", "inflow_m3s", "observed_level_m"];
    let mut table = Table::create(path, &COLUMNS)?;
    for sample in recording.samples_from(0) {
        for (basin, reading) in scenario.basins.iter().zip(&sample.basins) {
            table.row(&[
                seconds(sample.time_secs),
                basin.name.clone(),
                number(reading.level_m, 4),
                number(reading.volume_m3, 0),
                number(reading.inlet_m3s, 3),
                number(reading.outlet_m3s, 3),
                number(reading.inflow_m3s, 3),
                basin.observed_at(sample.time_secs).map_or_else(String::new, |level_m| number(level_m, 2)),
            ])?;
        }
    }
    table.finish()
}

/// Columns of `losses.csv`: these, and those of the ledger ([`columns`]) that they do not hold already; money with its
/// low and high end.
pub fn loss_columns(counts_lives: bool) -> Vec<String> {
    let of_ledger = ledger(counts_lives).flat_map(|column| match (column.of)(&UnitLine::default()) {
        Value::Money(_) | Value::Lives(_) => {
            vec![column.id.to_owned(), format!("{}_low", column.id), format!("{}_high", column.id)]
        }
        _ => vec![column.id.to_owned()],
    });
    FIRST_COLUMNS.iter().map(|id| (*id).to_owned()).chain(of_ledger).collect()
}

fn counts_lives(scenario: &Scenario) -> bool {
    scenario.exposure.as_ref().is_some_and(|exposure| exposure.counts_lives)
}

/// Columns of the ledger that are not among the first ones.
fn ledger(counts_lives: bool) -> impl Iterator<Item = &'static Column> {
    const HELD: [&str; 5] = ["in", "out", "flooded_km2", "flooded_1e4mu", "people_flooded"];
    columns(counts_lives).filter(|column| !HELD.contains(&column.id) && column.id != "volume_1e8m3")
}

const FIRST_COLUMNS: [&str; 12] = [
    "time_secs",
    "unit",
    "name_zh",
    "name_en",
    "flooded_area_km2",
    "farmland_wan_mu",
    "people",
    "villages",
    "volume_1e8m3",
    "moment",
    "clock",
    "county",
];

/// `losses.csv` as UTF-8 without a byte-order mark: by floodplain unit and in total, at the moments of
/// [`impact::loss_moments`], each named in the column `moment`.
///
/// `maximum_extent` is of no single instant: its time is that of the end, and it has neither volume nor clock. Figures
/// are not rounded for display. Only the heading for a scenario without floodplain units.
#[expect(clippy::missing_panics_doc, reason = "memory takes every row")]
pub fn losses_csv(scenario: &Scenario, recording: &Recording) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut row = |fields: &[String]| writer.write_record(fields).expect("rows of equal length go into memory");
    row(&loss_columns(counts_lives(scenario)));
    let total_name = Bilingual::new("合计", "Total");
    for moment in impact::loss_moments(scenario, recording) {
        for (unit, loss) in scenario.river.iter().flat_map(|river| &river.units).zip(&moment.units) {
            row(&loss_row(scenario, &moment, [&unit.id, &unit.county], &unit.name, loss));
        }
        row(&loss_row(scenario, &moment, ["total", ""], &total_name, &moment.total()));
    }
    writer.into_inner().expect("memory can be flushed")
}

/// Columns that only an instant has.
const OF_AN_INSTANT: [&str; 4] = ["people_departed", "people_moved", "people_at_risk", "people_stranded"];

fn loss_row(
    scenario: &Scenario,
    moment: &LossMoment,
    [unit, county]: [&str; 2],
    name: &Bilingual,
    loss: &UnitLoss,
) -> Vec<String> {
    let at_instant = |text: String| if moment.is_instant { text } else { String::new() };
    let first = [
        seconds(moment.time_secs),
        unit.to_owned(),
        name.zh.clone(),
        name.en.clone(),
        number(impact::area_km2(loss.area_m2), 4),
        number(impact::farmland_wan_mu(loss.farmland_m2), 4),
        number(loss.people, 0),
        number(loss.villages(), 1),
        at_instant(number(loss.volume_m3 / 1e8, 4)),
        moment.id.to_owned(),
        at_instant(clock(scenario.start, moment.time_secs)),
        county.to_owned(),
    ];
    let line = UnitLine { loss: *loss, ..UnitLine::default() };
    // No moment, so nobody has left or is at home: these follow the orders and the hours.
    let is_known = |column: &Column| moment.is_instant || !OF_AN_INSTANT.contains(&column.id);
    let values = |column: &'static Column| {
        let values = plain_values((column.of)(&line));
        if is_known(column) { values } else { vec![String::new(); values.len()] }
    };
    first.into_iter().chain(ledger(counts_lives(scenario)).flat_map(values)).collect()
}

/// A value in the unit of its column, not rounded for display.
fn plain_values(value: Value) -> Vec<String> {
    match value {
        Value::Time(secs) => vec![secs.map_or_else(String::new, seconds)],
        Value::Number(value, _) => vec![number(value, 4)],
        Value::People(count) | Value::Villages(count) => vec![number(count, 1)],
        Value::Lives([low, middle, high]) => [middle, low, high].map(|lives| number(lives, 1)).to_vec(),
        Value::Money([low, middle, high]) => [middle, low, high].map(|yuan| number(yuan / 1e4, 4)).to_vec(),
    }
}

/// Date and time on the scenario's own clock, to the minute; empty far outside the calendar.
fn clock(start: OffsetDateTime, time_secs: f64) -> String {
    let at = start.checked_add(Duration::saturating_seconds_f64(time_secs.round()));
    at.and_then(|at| at.format(format_description!("[year]-[month]-[day] [hour]:[minute]")).ok()).unwrap_or_default()
}

/// A table on its way to a file.
pub(super) struct Table<'a> {
    writer: csv::Writer<std::fs::File>,
    path: &'a Path,
}

impl<'a> Table<'a> {
    pub(super) fn create(path: &'a Path, columns: &[&str]) -> Result<Self, OutputError> {
        let writer = csv::Writer::from_path(path);
        let writer = writer.map_err(|source| OutputError::Table { source, path: path.to_owned() })?;
        let mut table = Self { writer, path };
        table.row(columns)?;
        Ok(table)
    }

    pub(super) fn row(&mut self, fields: &[impl AsRef<[u8]>]) -> Result<(), OutputError> {
        self.writer.write_record(fields).map_err(|source| OutputError::Table { source, path: self.path.to_owned() })
    }

    pub(super) fn finish(mut self) -> Result<(), OutputError> {
        Ok(self.writer.flush().map_err(FolderError::at(self.path))?)
    }
}

/// A plain decimal; empty when it is not a number, and without the sign of a zero.
pub(super) fn number(value: f64, n_decimals: usize) -> String {
    if !value.is_finite() {
        return String::new();
    }
    let text = format!("{value:.n_decimals$}");
    match text.strip_prefix('-') {
        Some(zero) if zero.bytes().all(|byte| matches!(byte, b'0' | b'.')) => zero.to_owned(),
        _ => text,
    }
}

/// Seconds to the millisecond, without idle zeros: output times are whole seconds as a rule.
pub(super) fn seconds(time_secs: f64) -> String {
    let text = number(time_secs, 3);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_plain() {
        let texts = [0.1 + 0.2, -0.0, -1e-9, 1e-9, 123_456.0, -2.5, f64::NAN].map(|value| number(value, 4));
        assert_eq!(texts, ["0.3000", "0.0000", "0.0000", "0.0000", "123456.0000", "-2.5000", ""]);
        assert_eq!(number(1234.6, 0), "1235");
    }

    #[test]
    fn seconds_have_no_idle_zeros() {
        assert_eq!([0.0, 600.0, 0.1 + 0.2, 1_036_800.0, 10.5].map(seconds), ["0", "600", "0.3", "1036800", "10.5"]);
    }
}
