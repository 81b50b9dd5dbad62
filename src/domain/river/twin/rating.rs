//! Stage at a discharge, simulated beside what was read.

use serde::Serialize;

use super::flood::{Evidence, Flood};
use super::profile::steady_stages_m;
use crate::domain::geo::corridor::{CorridorError, RiverSections, RiverTables, RoughnessSource};
use crate::domain::river::channel::ChannelFault;
use crate::domain::river::observed::ObservedSeries;

/// Discharges whose stages are compared, m³/s.
pub const RATING_DISCHARGES_M3S: [f64; 2] = [3000.0, 5000.0];
/// Years whose beds are compared: the highest of the last decades, and that after twenty years of scour.
pub const RATING_YEARS: [u16; 2] = [2002, 2021];

impl RatingRow {
    /// Whether the readings of the window came within a tenth of the discharge; `None` without readings.
    pub fn is_reached(&self) -> Option<bool> {
        self.largest_reading_m3s.map(|largest| largest >= (1.0 - NEAR_FRAC) * self.discharge_m3s)
    }
}

/// Readings within this share of a discharge speak of its stage.
const NEAR_FRAC: f64 = 0.10;
/// Fewest such readings.
const LEAST_READINGS: usize = 3;
/// Readings below this do not speak of the channel in flood, m³/s.
const LEAST_DISCHARGE_M3S: f64 = 1500.0;
/// Stage rises with this power of the discharge in a wide channel (Manning 1891).
const POWER: f64 = 0.6;

/// Stage at a discharge as observed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Observed {
    /// Stage, m above the station's datum.
    pub stage_m: f64,
    /// Number of readings it rests on.
    pub n_readings: usize,
    /// Least and greatest discharge of these, m³/s.
    pub discharge_m3s: [f64; 2],
}

/// Stage of a station at a discharge in a year.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RatingRow {
    /// Year of bed and roughness.
    pub year: u16,
    /// Discharge, m³/s.
    pub discharge_m3s: f64,
    /// Code of the station.
    pub station: String,
    /// By the section in uniform flow, with the published and the calibrated roughness, m.
    pub section_m: [f64; 2],
    /// By the steady water line of the channel in one dimension, likewise, m.
    pub profile_m: [f64; 2],
    /// The dated stage at 3000 m³/s that the bed is placed by, m: the section agrees with it by construction.
    pub dated_m: Option<f64>,
    /// From readings of the year's window.
    pub observed: Option<Observed>,
    /// Largest reading of discharge of the window, m³/s: it may not have reached this discharge.
    pub largest_reading_m3s: Option<f64>,
}

/// Why a rating could not be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RatingError {
    /// The sections could not be made.
    #[error(transparent)]
    Sections(#[from] CorridorError),
    /// The channel could not be made from the sections.
    #[error(transparent)]
    Channel(#[from] ChannelFault),
}

/// All rows of the table, by year, discharge and station; `floods` has a flood with readings for each year.
///
/// # Errors
/// When the tables lack a year.
pub fn ratings(tables: &RiverTables, floods: &[Flood]) -> Result<Vec<RatingRow>, RatingError> {
    let mut rows = Vec::new();
    for year in RATING_YEARS {
        let both = [RoughnessSource::Published, RoughnessSource::Calibrated].map(|s| tables.with_roughness(s, year));
        let sections = [RiverSections::new(&both[0], year)?, RiverSections::new(&both[1], year)?];
        let dated: Vec<_> =
            tables.stations.iter().filter(|station| tables.stage_3000_m(&station.id, year).is_some()).collect();
        let at_km: Vec<f64> = dated.iter().map(|station| station.km).collect();
        for discharge_m3s in RATING_DISCHARGES_M3S {
            let lines = [
                steady_stages_m(tables, &sections[0], discharge_m3s, &at_km)?,
                steady_stages_m(tables, &sections[1], discharge_m3s, &at_km)?,
            ];
            for (place, station) in dated.iter().enumerate() {
                let series = series_of(floods, year, &station.id);
                let is_dated = (discharge_m3s - 3000.0).abs() < 1.0;
                rows.push(RatingRow {
                    year,
                    discharge_m3s,
                    station: station.id.clone(),
                    section_m: [0, 1].map(|i| sections[i].stage_m(station.km, discharge_m3s)),
                    profile_m: [0, 1].map(|i| lines[i][place]),
                    dated_m: tables.stage_3000_m(&station.id, year).filter(|_| is_dated),
                    observed: series.and_then(|series| observed_at(series, discharge_m3s)),
                    largest_reading_m3s: series.and_then(largest_reading_m3s),
                });
            }
        }
    }
    Ok(rows)
}

/// Readings of a station in the flood of a year.
fn series_of<'f>(floods: &'f [Flood], year: u16, station: &str) -> Option<&'f ObservedSeries> {
    let stations = floods.iter().filter(|flood| flood.year == year).flat_map(|flood| &flood.stations);
    stations.filter(|known| known.id == station).find_map(|known| match &known.evidence {
        Evidence::Series(series) => Some(series),
        Evidence::Peak(_) => None,
    })
}

/// Discharge and stage of every reading that has both and is not doubted.
fn pairs(series: &ObservedSeries) -> impl Iterator<Item = [f64; 2]> {
    let sound = series.observations.iter().filter(|o| o.doubt.is_none());
    sound.filter_map(|o| Some([o.discharge_m3s?, o.stage_m?]))
}

fn largest_reading_m3s(series: &ObservedSeries) -> Option<f64> {
    series.observations.iter().filter(|o| o.doubt.is_none()).filter_map(|o| o.discharge_m3s).reduce(f64::max)
}

/// Stage at a discharge (m³/s): the median of the readings within a tenth of it, each carried to it by the window's own
/// z = a + b Q^0.6; `None` for fewer than three.
pub(super) fn observed_at(series: &ObservedSeries, discharge_m3s: f64) -> Option<Observed> {
    let in_flood: Vec<[f64; 2]> = pairs(series).filter(|pair| pair[0] >= LEAST_DISCHARGE_M3S).collect();
    let rise = slope(&in_flood.iter().map(|pair| [pair[0].powf(POWER), pair[1]]).collect::<Vec<_>>())?;
    let near: Vec<[f64; 2]> =
        in_flood.into_iter().filter(|pair| (pair[0] / discharge_m3s - 1.0).abs() <= NEAR_FRAC).collect();
    if near.len() < LEAST_READINGS {
        return None;
    }
    let mut stages: Vec<f64> =
        near.iter().map(|pair| pair[1] + rise * (discharge_m3s.powf(POWER) - pair[0].powf(POWER))).collect();
    stages.sort_by(f64::total_cmp);
    let ends = near.iter().fold([f64::INFINITY, 0.0_f64], |[low, high], pair| [low.min(pair[0]), high.max(pair[0])]);
    Some(Observed {
        stage_m: 0.5 * (stages[(stages.len() - 1) / 2] + stages[stages.len() / 2]),
        n_readings: near.len(),
        discharge_m3s: ends,
    })
}

/// Slope of the straight line of least squares; `None` where all lie above one another.
fn slope(points: &[[f64; 2]]) -> Option<f64> {
    let n = points.len() as f64;
    let [x, y] = [0, 1].map(|axis| points.iter().map(|p| p[axis]).sum::<f64>() / n);
    let spread: f64 = points.iter().map(|p| (p[0] - x).powi(2)).sum();
    let joint: f64 = points.iter().map(|p| (p[0] - x) * (p[1] - y)).sum();
    (spread > 0.0).then(|| joint / spread)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::river::observed::tests::daily;

    /// Readings that obey z = 80 + 0.05 Q^0.6.
    fn by_rule(discharges_m3s: &[f64]) -> ObservedSeries {
        let mut series = daily(discharges_m3s);
        for (observation, discharge) in series.observations.iter_mut().zip(discharges_m3s) {
            observation.stage_m = Some(80.0 + 0.05 * discharge.powf(0.6));
        }
        series
    }

    #[test]
    fn readings_near_a_discharge_are_carried_to_it() {
        let series = by_rule(&[900.0, 2000.0, 2800.0, 2900.0, 3250.0, 4000.0]);
        let found = observed_at(&series, 3000.0).unwrap();
        assert!((found.stage_m - (80.0 + 0.05 * 3000_f64.powf(0.6))).abs() < 1e-9, "{found:?}");
        assert_eq!((found.n_readings, found.discharge_m3s), (3, [2800.0, 3250.0]));
    }

    #[test]
    fn a_discharge_that_was_not_reached_has_no_stage() {
        let series = by_rule(&[2000.0, 2800.0, 3250.0, 4000.0]);
        assert_eq!(observed_at(&series, 5000.0), None);
        assert_eq!(largest_reading_m3s(&series), Some(4000.0));
    }
}
