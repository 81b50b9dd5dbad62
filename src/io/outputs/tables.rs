//! The tables of a run: gauges, sections, losses.

use std::path::Path;

use crate::domain::frame::Envelope;
use crate::domain::impact::{self, UnitLoss};
use crate::domain::recording::Recording;
use crate::domain::scenario::Scenario;
use crate::domain::text::Bilingual;
use crate::io::outputs::{OutputError, io_error};

/// 万亩 in m²: 1 亩 is 10 000 / 15 m².
const WAN_MU_M2: f64 = 1e8 / 15.0;

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

/// `losses.csv`: by floodplain unit and in total, at three moments (last column): `peak`, the frame with the largest
/// flooded area; `end`; and `maximum_extent`, every cell at its own largest depth. The last is of no single instant,
/// so its time is that of the end and it has no volume. Only the heading for a scenario without floodplain units.
pub(crate) fn write_losses(path: &Path, scenario: &Scenario, recording: &Recording) -> Result<(), OutputError> {
    let columns = [
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
    ];
    let mut table = Table::create(path, &columns)?;
    let frames = recording.readings_from(0);
    let area_m2 = |losses: &[UnitLoss]| losses.iter().map(|loss| loss.area_m2).sum::<f64>();
    let peak = frames.iter().reduce(|a, b| if area_m2(&b.losses) > area_m2(&a.losses) { b } else { a });
    for (moment, readings) in [("peak", peak), ("end", frames.last())] {
        if let Some(readings) = readings {
            table.losses(scenario, moment, readings.time_secs, &readings.losses)?;
        }
    }
    if let Some(envelope) = recording.envelope() {
        table.losses(scenario, MAXIMUM_EXTENT, envelope.time_secs, &maximum_extent(scenario, &envelope))?;
    }
    table.finish()
}

/// The moment that is none: volumes of cells at different times do not add up.
const MAXIMUM_EXTENT: &str = "maximum_extent";

fn maximum_extent(scenario: &Scenario, envelope: &Envelope) -> Vec<UnitLoss> {
    let (Some(exposure), Some(river)) = (&scenario.exposure, &scenario.river) else { return Vec::new() };
    let max_depth_m: Vec<f64> = envelope.max_depth_m.iter().copied().map(f64::from).collect();
    impact::count(exposure, river, &scenario.terrain.grid, &max_depth_m)
}

/// A table on its way to a file.
struct Table<'a> {
    writer: csv::Writer<std::fs::File>,
    path: &'a Path,
}

impl<'a> Table<'a> {
    fn create(path: &'a Path, columns: &[&str]) -> Result<Self, OutputError> {
        let writer = csv::Writer::from_path(path);
        let writer = writer.map_err(|source| OutputError::Table { source, path: path.to_owned() })?;
        let mut table = Self { writer, path };
        table.row(columns)?;
        Ok(table)
    }

    fn row(&mut self, fields: &[impl AsRef<[u8]>]) -> Result<(), OutputError> {
        self.writer.write_record(fields).map_err(|source| OutputError::Table { source, path: self.path.to_owned() })
    }

    fn losses(
        &mut self,
        scenario: &Scenario,
        moment: &str,
        time_secs: f64,
        losses: &[UnitLoss],
    ) -> Result<(), OutputError> {
        let Some(river) = scenario.river.as_ref().filter(|_| !losses.is_empty()) else { return Ok(()) };
        for (unit, loss) in river.units.iter().zip(losses) {
            self.loss(moment, time_secs, &unit.id, &unit.name, loss)?;
        }
        self.loss(moment, time_secs, "total", &Bilingual::new("合计", "Total"), &total(losses))
    }

    fn loss(
        &mut self,
        moment: &str,
        time_secs: f64,
        unit: &str,
        name: &Bilingual,
        loss: &UnitLoss,
    ) -> Result<(), OutputError> {
        let volume = if moment == MAXIMUM_EXTENT { String::new() } else { number(loss.volume_m3 / 1e8, 4) };
        self.row(&[
            seconds(time_secs),
            unit.to_owned(),
            name.zh.clone(),
            name.en.clone(),
            number(loss.area_m2 / 1e6, 4),
            number(loss.farmland_m2 / WAN_MU_M2, 4),
            number(loss.people, 0),
            number(loss.villages, 1),
            volume,
            moment.to_owned(),
        ])
    }

    fn finish(mut self) -> Result<(), OutputError> {
        self.writer.flush().map_err(io_error(self.path))
    }
}

fn total(losses: &[UnitLoss]) -> UnitLoss {
    losses.iter().fold(UnitLoss::default(), |sum, loss| UnitLoss {
        area_m2: sum.area_m2 + loss.area_m2,
        farmland_m2: sum.farmland_m2 + loss.farmland_m2,
        people: sum.people + loss.people,
        villages: sum.villages + loss.villages,
        volume_m3: sum.volume_m3 + loss.volume_m3,
    })
}

/// A plain decimal; empty when it is not a number, and without the sign of a zero.
fn number(value: f64, n_decimals: usize) -> String {
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
fn seconds(time_secs: f64) -> String {
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

    #[test]
    fn the_total_is_the_sum() {
        let one = UnitLoss { area_m2: 1.0, farmland_m2: 2.0, people: 3.0, villages: 4.0, volume_m3: 5.0 };
        let sum = total(&[one, one]);
        assert_eq!((sum.area_m2, sum.farmland_m2, sum.people, sum.villages, sum.volume_m3), (2.0, 4.0, 6.0, 8.0, 10.0));
        assert_eq!(total(&[]), UnitLoss::default());
    }
}
