//! A measured flood: what came in, what was observed downstream, and its routing.

use super::PIECE_KM;
use crate::domain::geo::corridor::RiverTables;
use crate::domain::river::ObservedPeak;
use crate::domain::river::observed::{ObservedSeries, WindowRole};
use crate::domain::river::routing::{Reach1d, Roughness, RoutingError};

/// Last station that a flood is routed to: below it nothing was measured.
const LAST_STATION: &str = "LJ";

/// A flood with its inflows and what was observed.
#[derive(Debug, Clone, PartialEq)]
pub struct Flood {
    /// Name, e.g. `2021-autumn`.
    pub name: String,
    /// What it is to the model.
    pub role: WindowRole,
    /// Year of the bed and of the roughness.
    pub year: u16,
    /// Upstream end, official chainage, km.
    pub from_km: f64,
    /// Time between the values of the inflows, s.
    pub step_secs: f64,
    /// Chainage (km) and discharges (m³/s) from the start on, all of one length; the first is that of the upstream end.
    pub inflows: Vec<(f64, Vec<f64>)>,
    /// Stations on the main stem with observations, from upstream to downstream.
    pub stations: Vec<FloodStation>,
}

/// A station of a flood.
#[derive(Debug, Clone, PartialEq)]
pub struct FloodStation {
    /// Code.
    pub id: String,
    /// Official chainage, km.
    pub km: f64,
    /// Whether the flood is driven by what was observed here.
    pub is_inflow: bool,
    /// What was observed, times in s after the start.
    pub evidence: Evidence,
}

/// What was observed at a station.
#[derive(Debug, Clone, PartialEq)]
pub enum Evidence {
    /// Readings.
    Series(ObservedSeries),
    /// The peak alone.
    Peak(ObservedPeak),
}

impl Flood {
    /// Discharge at each of [`Flood::stations`], as (time in s, m³/s), with the roughness that the tables have.
    ///
    /// # Errors
    /// When the tables lack the year or reach, or an inflow is not a number.
    pub fn route(&self, tables: &RiverTables) -> Result<Vec<Vec<[f64; 2]>>, RoutingError> {
        let last_km = tables.stations.iter().find(|row| row.id == LAST_STATION).map_or(f64::NAN, |row| row.km);
        let reach = Reach1d::in_pieces(tables, self.year, [self.from_km, last_km], &Roughness::default(), PIECE_KM)?;
        let inflows: Vec<(f64, &[f64])> = self.inflows.iter().map(|(km, series)| (*km, series.as_slice())).collect();
        let routed = reach.route(&inflows, self.step_secs)?;
        let ids: Vec<&str> = reach.stations().map(|(id, _)| id).collect();
        let at = |station: &FloodStation| {
            let place = ids.iter().position(|id| *id == station.id);
            let series = place.map_or(&[][..], |place| &routed.stations_m3s[place]);
            series.iter().enumerate().map(|(n, discharge)| [n as f64 * self.step_secs, *discharge]).collect()
        };
        Ok(self.stations.iter().map(at).collect())
    }

    /// Time of the largest inflow at the upstream end, s.
    pub fn head_crest_secs(&self) -> f64 {
        let head = self.inflows.first().map_or(&[][..], |(_, series)| series.as_slice());
        let series: Vec<[f64; 2]> = head.iter().enumerate().map(|(n, q)| [n as f64 * self.step_secs, *q]).collect();
        crest(&series).map_or(f64::NAN, |crest| crest[0])
    }
}

/// Crest of an even series, between its values: the top of the parabola through the largest one and its neighbours.
///
/// A misfit of times that are whole steps would be a staircase, on which no search finds its way down.
pub(super) fn crest(series: &[[f64; 2]]) -> Option<[f64; 2]> {
    let at = (0..series.len()).reduce(|best, i| if series[i][1] > series[best][1] { i } else { best })?;
    let (Some(before), Some(after)) = (at.checked_sub(1).map(|i| series[i]), series.get(at + 1)) else {
        return Some(series[at]);
    };
    let [time_secs, top] = series[at];
    let curvature = before[1] - 2.0 * top + after[1];
    if curvature >= 0.0 {
        return Some(series[at]);
    }
    let shift = 0.5 * (before[1] - after[1]) / curvature;
    Some([time_secs + shift * (after[0] - time_secs), top - 0.25 * (before[1] - after[1]) * shift])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crest_of_a_parabola_is_found_between_its_values() {
        let series: Vec<[f64; 2]> =
            (0..8).map(|n| f64::from(n) * 2.0).map(|t| [t, 100.0 - (t - 6.7) * (t - 6.7)]).collect();
        let [time, top] = crest(&series).unwrap();
        assert!((time - 6.7).abs() < 1e-12 && (top - 100.0).abs() < 1e-12, "{time} {top}");
        assert_eq!(crest(&series[..2]), Some(series[1]));
        assert_eq!(crest(&[[0.0, 1.0], [1.0, 1.0], [2.0, 1.0]]), Some([0.0, 1.0]));
        assert_eq!(crest(&[]), None);
    }
}
