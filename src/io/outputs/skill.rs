//! `skill.csv` and the block `skill` of `summary.json`: the run beside what was observed.

use serde::Serialize;

use super::tables::number;
use crate::domain::river::skill::standard::Grade;
use crate::domain::river::skill::table::{DischargeSkill, StageSkill, StationSkill};

/// Columns of `skill.csv`.
pub const SKILL_COLUMNS: [&str; 36] = [
    "station",
    "name_zh",
    "name_en",
    "window",
    "role",
    "discharge_readings",
    "dc",
    "dc_grade",
    "qualified_rate_percent",
    "qualified_rate_grade",
    "observed_peak_m3s",
    "observed_peak_time_secs",
    "simulated_peak_at_readings_m3s",
    "simulated_peak_at_readings_time_secs",
    "simulated_peak_m3s",
    "simulated_peak_time_secs",
    "peak_error_m3s",
    "peak_error_percent",
    "permissible_peak_error_m3s",
    "peak_qualified",
    "peak_time_error_h",
    "permissible_peak_time_error_h",
    "peak_time_qualified",
    "volume_error_percent",
    "bias_m3s",
    "rms_error_m3s",
    "observed_travel_h",
    "simulated_travel_h",
    "stage_readings",
    "stage_mean_error_m",
    "stage_rms_error_m",
    "stage_largest_error_m",
    "observed_highest_stage_m",
    "simulated_highest_stage_at_readings_m",
    "permissible_highest_stage_error_m",
    "observed_stage_raised_m",
];

/// `skill.csv` as UTF-8 without a byte-order mark: one row for each observed station, from upstream to downstream.
///
/// Fields are empty where there is nothing to compare. Grades are `A` (甲), `B` (乙), `C` (丙) and `unqualified`; travel
/// is that of the peak from the observed station above. Observed stages are on the station's datum; the last column says how
/// much they were raised to it from that of their source.
#[expect(clippy::missing_panics_doc, reason = "memory takes every row")]
pub fn skill_csv(skill: &[StationSkill]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut row = |fields: &[String]| writer.write_record(fields).expect("rows of equal length go into memory");
    row(&SKILL_COLUMNS.map(str::to_owned));
    for station in skill {
        let head = [
            station.station_id.clone(),
            station.station.zh.clone(),
            station.station.en.clone(),
            station.window.clone(),
            station.role.label().en.to_owned(),
        ];
        let discharge = station.discharge.as_ref().map_or_else(|| vec![String::new(); 23], discharge_fields);
        let stage = station.stage.as_ref().map_or_else(|| vec![String::new(); 8], stage_fields);
        row(&[&head[..], &discharge, &stage].concat());
    }
    writer.into_inner().expect("memory can be flushed")
}

fn hours(secs: f64) -> String {
    number(secs / 3600.0, 2)
}

fn percent(frac: Option<f64>) -> String {
    frac.map(|frac| number(100.0 * frac, 2)).unwrap_or_default()
}

fn grade(grade: Option<Grade>) -> String {
    grade.map(|grade| grade.label().en.to_owned()).unwrap_or_default()
}

fn discharge_fields(skill: &DischargeSkill) -> Vec<String> {
    let peak = &skill.peak;
    let travel = |secs: Option<f64>| secs.map(hours).unwrap_or_default();
    vec![
        skill.n_readings.to_string(),
        skill.coefficient.map(|dc| number(dc, 4)).unwrap_or_default(),
        grade(skill.coefficient_grade()),
        number(skill.qualified_rate_percent, 2),
        grade(Some(skill.rate_grade())),
        number(peak.observed[1], 2),
        number(peak.observed[0], 0),
        number(peak.at_readings[1], 2),
        number(peak.at_readings[0], 0),
        number(peak.simulated[1], 2),
        number(peak.simulated[0], 0),
        number(peak.error(), 2),
        percent(Some(peak.error_frac())),
        number(skill.permissible_peak_m3s, 2),
        skill.is_peak_qualified().to_string(),
        hours(peak.time_error_secs()),
        hours(skill.permissible_peak_time_secs),
        skill.is_peak_time_qualified().to_string(),
        percent(skill.volume_error_frac),
        number(skill.bias_m3s, 2),
        number(skill.rms_m3s, 2),
        travel(skill.travel.map(|travel| travel.observed_secs)),
        travel(skill.travel.map(|travel| travel.simulated_secs)),
    ]
}

fn stage_fields(skill: &StageSkill) -> Vec<String> {
    vec![
        skill.n_readings.to_string(),
        number(skill.mean_error_m, 3),
        number(skill.rms_error_m, 3),
        number(skill.largest_error_m, 3),
        number(skill.peak.observed[1], 3),
        number(skill.peak.at_readings[1], 3),
        number(skill.permissible_peak_m, 3),
        skill.raised_m.map(|raised_m| number(raised_m, 2)).unwrap_or_default(),
    ]
}

/// One station in `summary.json`; the whole of it is in `skill.csv`.
#[derive(Debug, Serialize)]
pub(super) struct SkillEntry<'a> {
    station: &'a str,
    window: &'a str,
    role: &'static str,
    dc: Option<f64>,
    dc_grade: Option<&'static str>,
    qualified_rate_percent: Option<f64>,
    qualified_rate_grade: Option<&'static str>,
    peak_error_percent: Option<f64>,
    peak_qualified: Option<bool>,
    peak_time_error_h: Option<f64>,
    peak_time_qualified: Option<bool>,
    volume_error_percent: Option<f64>,
    stage_mean_error_m: Option<f64>,
    stage_rms_error_m: Option<f64>,
    stage_largest_error_m: Option<f64>,
}

impl<'a> From<&'a StationSkill> for SkillEntry<'a> {
    fn from(skill: &'a StationSkill) -> Self {
        let (discharge, stage) = (skill.discharge.as_ref(), skill.stage.as_ref());
        let percent = |frac: f64| rounded(100.0 * frac);
        Self {
            station: &skill.station_id,
            window: &skill.window,
            role: skill.role.label().en,
            dc: discharge.and_then(|d| d.coefficient).map(rounded),
            dc_grade: discharge.and_then(DischargeSkill::coefficient_grade).map(|grade| grade.label().en),
            qualified_rate_percent: discharge.map(|d| rounded(d.qualified_rate_percent)),
            qualified_rate_grade: discharge.map(|d| d.rate_grade().label().en),
            peak_error_percent: discharge.map(|d| percent(d.peak.error_frac())),
            peak_qualified: discharge.map(DischargeSkill::is_peak_qualified),
            peak_time_error_h: discharge.map(|d| rounded(d.peak.time_error_secs() / 3600.0)),
            peak_time_qualified: discharge.map(DischargeSkill::is_peak_time_qualified),
            volume_error_percent: discharge.and_then(|d| d.volume_error_frac).map(percent),
            stage_mean_error_m: stage.map(|s| rounded(s.mean_error_m)),
            stage_rms_error_m: stage.map(|s| rounded(s.rms_error_m)),
            stage_largest_error_m: stage.map(|s| rounded(s.largest_error_m)),
        }
    }
}

/// Four decimals: more digits than any of the figures has.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}
