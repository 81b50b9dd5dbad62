//! The skill at every station, with the published roughness and with the calibrated one.

use serde::Serialize;

use super::flood::{Evidence, Flood, crest};
use super::misfit::permissible;
use crate::domain::geo::corridor::{RiverSections, RiverTables, RoughnessSource};
use crate::domain::river::ObservedPeak;
use crate::domain::river::observed::{ObservedSeries, Quantity, WindowRole};
use crate::domain::river::routing::RoutingError;
use crate::domain::river::skill::standard::Grade;
use crate::domain::river::skill::table::{discharge_skill, stage_skill};
use crate::domain::river::skill::{PeakComparison, value_at};

/// Skill of a flood at a station with one roughness.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// Deterministic coefficient; `None` where only the peak is known.
    pub coefficient: Option<f64>,
    /// Grade of that coefficient, in the letters of GB/T 22482-2008.
    pub grade: Option<&'static str>,
    /// Simulated peak, m³/s: at the readings where there are any.
    pub peak_m3s: f64,
    /// Simulated less observed peak as a share of the observed.
    pub peak_error_frac: f64,
    /// Whether that is permissible.
    pub is_peak_qualified: bool,
    /// Simulated less observed time of the peak, s.
    pub time_error_secs: f64,
    /// Whether that is permissible.
    pub is_time_qualified: bool,
    /// Simulated less observed volume as a share of the observed; `None` where only the peak is known.
    pub volume_error_frac: Option<f64>,
    /// Mean of simulated less observed stage, m, or that of the highest stage where only the peak is known; the stage is
    /// that of the section in uniform flow.
    pub stage_error_m: Option<f64>,
}

/// A station of a flood with both roughnesses.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScoreRow {
    /// Name of the flood.
    pub flood: String,
    /// Year of bed and roughness.
    pub year: u16,
    /// What the flood is to the model.
    #[serde(serialize_with = "role_word")]
    pub role: WindowRole,
    /// Code of the station.
    pub station: String,
    /// Number of readings of discharge compared; `None` where only the peak is known.
    pub n_readings: Option<usize>,
    /// Observed peak, m³/s.
    pub observed_peak_m3s: f64,
    /// With the published roughness.
    pub published: Score,
    /// With the calibrated one.
    pub calibrated: Score,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn role_word<S: serde::Serializer>(role: &WindowRole, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(role.label().en)
}

/// Rows of all floods, from upstream to downstream; a station whose readings drive the flood has none.
///
/// # Errors
/// When a flood cannot be routed.
pub fn scores(tables: &RiverTables, floods: &[Flood]) -> Result<Vec<ScoreRow>, RoutingError> {
    let mut rows = Vec::new();
    for flood in floods {
        let published = run(tables, flood, RoughnessSource::Published)?;
        let calibrated = run(tables, flood, RoughnessSource::Calibrated)?;
        for ((station, a), b) in flood.stations.iter().zip(published).zip(calibrated) {
            let (Some((n_readings, observed_peak_m3s, published)), Some((_, _, calibrated))) = (a, b) else { continue };
            rows.push(ScoreRow {
                flood: flood.name.clone(),
                year: flood.year,
                role: flood.role,
                station: station.id.clone(),
                n_readings,
                observed_peak_m3s,
                published,
                calibrated,
            });
        }
    }
    Ok(rows)
}

/// Number of readings, observed peak (m³/s) and score.
type Scored = (Option<usize>, f64, Score);

/// The score at each station of a flood; `None` where it is driven.
fn run(tables: &RiverTables, flood: &Flood, source: RoughnessSource) -> Result<Vec<Option<Scored>>, RoutingError> {
    let tables = tables.with_roughness(source, flood.year);
    let routed = flood.route(&tables)?;
    let sections = RiverSections::new(&tables, flood.year)?;
    let mut above: Option<PeakComparison> = None;
    let mut scores = Vec::new();
    for (station, simulated) in flood.stations.iter().zip(&routed) {
        let stage = |discharge_m3s: f64| sections.stage_m(station.km, discharge_m3s);
        let scored = match &station.evidence {
            Evidence::Series(series) => of_series(series, simulated, stage, &mut above),
            Evidence::Peak(peak) => of_peak(flood, peak, simulated, stage),
        };
        scores.push(scored.filter(|_| !station.is_inflow));
    }
    Ok(scores)
}

fn of_series(
    series: &ObservedSeries,
    simulated: &[[f64; 2]],
    stage_m: impl Fn(f64) -> f64,
    above: &mut Option<PeakComparison>,
) -> Option<Scored> {
    let skill = discharge_skill(series, simulated, above.as_ref())?;
    *above = Some(skill.peak);
    let readings = series.values(Quantity::Stage);
    let at_readings = readings.iter().filter_map(|p| Some([p[0], stage_m(value_at(simulated, p[0])?)]));
    let stage = stage_skill(series, &at_readings.collect::<Vec<_>>());
    let score = Score {
        coefficient: skill.coefficient,
        grade: skill.coefficient_grade().map(letter),
        peak_m3s: skill.peak.at_readings[1],
        peak_error_frac: skill.peak.error_frac(),
        is_peak_qualified: skill.is_peak_qualified(),
        time_error_secs: skill.peak.time_error_secs(),
        is_time_qualified: skill.is_peak_time_qualified(),
        volume_error_frac: skill.volume_error_frac,
        stage_error_m: stage.map(|stage| stage.mean_error_m),
    };
    Some((Some(skill.n_readings), skill.peak.observed[1], score))
}

fn of_peak(
    flood: &Flood,
    observed: &ObservedPeak,
    simulated: &[[f64; 2]],
    stage_m: impl Fn(f64) -> f64,
) -> Option<Scored> {
    let [time_secs, peak_m3s] = crest(simulated)?;
    let [permissible_secs, permissible_m3s] = permissible(flood, observed);
    let (error_m3s, time_error_secs) = (peak_m3s - observed.discharge_m3s, time_secs - observed.time_secs);
    let score = Score {
        coefficient: None,
        grade: None,
        peak_m3s,
        peak_error_frac: error_m3s / observed.discharge_m3s,
        is_peak_qualified: error_m3s.abs() <= permissible_m3s,
        time_error_secs,
        is_time_qualified: time_error_secs.abs() <= permissible_secs,
        volume_error_frac: None,
        stage_error_m: observed.stage_m.map(|stage| stage_m(peak_m3s) - stage),
    };
    Some((None, observed.discharge_m3s, score))
}

fn letter(grade: Grade) -> &'static str {
    if grade == Grade::Unqualified { "-" } else { grade.label().en }
}
