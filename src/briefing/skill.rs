//! The skill of the run beside observed series, as the page shows it.

use minijinja::{Value, context};

use super::figures;
use super::page::Page;
use super::strings;
use crate::domain::river::skill::standard::Grade;
use crate::domain::river::skill::table::{DischargeSkill, SKILL_TABLE_NOTE, StationSkill};
use crate::domain::text::{Label, Language};

const HEADING: Label = Label::new("过程精度：实况与模拟", "Skill: observed and simulated hydrographs");
const DASH: &str = "–";

/// One station, in words.
#[derive(Debug)]
pub(crate) struct SkillLine {
    station: String,
    role: String,
    readings: String,
    dc: String,
    rate: String,
    observed_peak: String,
    peak_at_readings: String,
    largest: String,
    peak_error: String,
    time_error: String,
    volume: String,
    stage_mean: String,
    stage_rms: String,
    stage_worst: String,
    /// The error of the peak is more than permissible.
    is_peak_off: bool,
    /// So is that of its time.
    is_time_off: bool,
}

/// Puts the table on the page; `rows` is not empty.
pub(crate) fn fill(page: &mut Page, rows: &[StationSkill], language: Language) {
    let window = rows.first().map(|row| strings::aside(&row.window, language)).unwrap_or_default();
    page.skill_heading = format!("{}{window}", HEADING.get(language));
    page.skill_note.push_str(SKILL_TABLE_NOTE.get(language));
    page.skill = rows.iter().map(|row| line(row, language)).collect();
}

fn line(row: &StationSkill, language: Language) -> SkillLine {
    let discharge = row.discharge.as_ref();
    let stage = row.stage.as_ref();
    let of = |say: &dyn Fn(&DischargeSkill) -> String| discharge.map_or_else(|| DASH.to_owned(), say);
    let metres = |value: Option<f64>| value.map_or_else(|| DASH.to_owned(), |m| figures::signed(m, 2));
    let graded =
        |value: String, grade: Grade| format!("{value}{}", strings::aside(grade.label().get(language), language));
    let permitted = |value: String, most: String| format!("{value}{}", strings::aside(&format!("±{most}"), language));
    SkillLine {
        station: row.station.get(language).to_owned(),
        role: row.role.label().get(language).to_owned(),
        readings: of(&|d| d.n_readings.to_string()),
        dc: discharge
            .and_then(|d| Some(graded(format!("{:.2}", d.coefficient?), d.coefficient_grade()?)))
            .unwrap_or_else(|| DASH.to_owned()),
        rate: of(&|d| graded(format!("{:.0}", d.qualified_rate_percent), d.rate_grade())),
        observed_peak: of(&|d| figures::discharge(d.peak.observed[1])),
        peak_at_readings: of(&|d| figures::discharge(d.peak.at_readings[1])),
        largest: of(&|d| figures::discharge(d.peak.simulated[1])),
        peak_error: of(&|d| {
            let most = format!("{:.0}", 100.0 * d.permissible_peak_m3s / d.peak.observed[1]);
            permitted(figures::signed(100.0 * d.peak.error_frac(), 1), most)
        }),
        time_error: of(&|d| {
            let most = format!("{:.0}", d.permissible_peak_time_secs / 3600.0);
            permitted(figures::signed(d.peak.time_error_secs() / 3600.0, 0), most)
        }),
        volume: discharge
            .and_then(|d| d.volume_error_frac)
            .map_or_else(|| DASH.to_owned(), |frac| figures::signed(100.0 * frac, 1)),
        stage_mean: metres(stage.map(|s| s.mean_error_m)),
        stage_rms: stage.map_or_else(|| DASH.to_owned(), |s| format!("{:.2}", s.rms_error_m)),
        stage_worst: metres(stage.map(|s| s.largest_error_m)),
        is_peak_off: discharge.is_some_and(|d| !d.is_peak_qualified()),
        is_time_off: discharge.is_some_and(|d| !d.is_peak_time_qualified()),
    }
}

impl SkillLine {
    pub(crate) fn value(&self) -> Value {
        context! {
            station => self.station.as_str(),
            role => self.role.as_str(),
            readings => self.readings.as_str(),
            dc => self.dc.as_str(),
            rate => self.rate.as_str(),
            observed_peak => self.observed_peak.as_str(),
            peak_at_readings => self.peak_at_readings.as_str(),
            largest => self.largest.as_str(),
            peak_error => self.peak_error.as_str(),
            time_error => self.time_error.as_str(),
            volume => self.volume.as_str(),
            stage_mean => self.stage_mean.as_str(),
            stage_rms => self.stage_rms.as_str(),
            stage_worst => self.stage_worst.as_str(),
            is_peak_off => self.is_peak_off,
            is_time_off => self.is_time_off,
        }
    }
}
