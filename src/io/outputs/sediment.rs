//! `sediment.csv` and `sediment_skill.csv`: what the water carried, and that beside what was observed.

use std::path::Path;

use super::OutputError;
use super::tables::{Table, number, seconds};
use crate::domain::recording::Recording;
use crate::domain::river::skill::sediment::SedimentSkill;
use crate::domain::scenario::Scenario;

/// `sediment.csv`: one row for each sample and section; the concentration is empty while nothing passes. Not written for a
/// scenario without sediment.
pub(crate) fn write_sediment(path: &Path, scenario: &Scenario, recording: &Recording) -> Result<(), OutputError> {
    if scenario.sediment.is_none() {
        return Ok(());
    }
    let mut table = Table::create(path, &["time_secs", "section", "concentration_kgm3", "transport_ts"])?;
    for sample in recording.samples_from(0) {
        for (section, reading) in scenario.sections.iter().zip(&sample.sections) {
            let Some(sediment) = reading.sediment else { continue };
            table.row(&[
                seconds(sample.time_secs),
                section.name.clone(),
                sediment.concentration_kgm3().map(|kgm3| number(kgm3, 4)).unwrap_or_default(),
                number(sediment.transport_kgs / 1000.0, 6),
            ])?;
        }
    }
    table.finish()
}

/// Columns of `sediment_skill.csv`.
pub const SEDIMENT_SKILL_COLUMNS: [&str; 20] = [
    "station",
    "name_zh",
    "name_en",
    "window",
    "role",
    "readings",
    "observed_mean_kgm3",
    "simulated_mean_kgm3",
    "observed_peak_kgm3",
    "observed_peak_time_secs",
    "simulated_peak_at_readings_kgm3",
    "simulated_peak_at_readings_time_secs",
    "simulated_peak_kgm3",
    "simulated_peak_time_secs",
    "peak_time_error_h",
    "rms_error_kgm3",
    "dc",
    "observed_load_t",
    "simulated_load_t",
    "load_error_percent",
];

/// `sediment_skill.csv` as UTF-8 without a byte-order mark: one row for each station with an observed concentration, from
/// upstream to downstream; fields are empty where there is nothing to compare.
#[expect(clippy::missing_panics_doc, reason = "memory takes every row")]
pub fn sediment_skill_csv(skill: &[SedimentSkill]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut row = |fields: &[String]| writer.write_record(fields).expect("rows of equal length go into memory");
    row(&SEDIMENT_SKILL_COLUMNS.map(str::to_owned));
    for station in skill {
        let peak = &station.peak;
        let [observed_t, simulated_t] = station.load_t.unwrap_or([f64::NAN; 2]);
        row(&[
            station.station_id.clone(),
            station.station.zh.clone(),
            station.station.en.clone(),
            station.window.clone(),
            station.role.label().en.to_owned(),
            station.n_readings.to_string(),
            number(station.mean_kgm3[0], 3),
            number(station.mean_kgm3[1], 3),
            number(peak.observed[1], 3),
            number(peak.observed[0], 0),
            number(peak.at_readings[1], 3),
            number(peak.at_readings[0], 0),
            number(peak.simulated[1], 3),
            number(peak.simulated[0], 0),
            number(peak.time_error_secs() / 3600.0, 2),
            number(station.rms_kgm3, 3),
            station.coefficient.map(|dc| number(dc, 4)).unwrap_or_default(),
            number(observed_t, 0),
            number(simulated_t, 0),
            number(100.0 * (simulated_t / observed_t - 1.0), 2),
        ]);
    }
    writer.into_inner().expect("memory can be flushed")
}
