//! What a calibration makes small.
//!
//! Every part is counted in units of what is permissible, squared where it is an error, so that 1 is the edge of it:
//!
//! ```text
//! J = Σ stations [ (ΔQ / δQ)² + (Δt / δt)² ]    floods known by their peaks
//!   + Σ stations (1 - DC) / 0.10                floods known by their readings; DC = 0.90 begins grade A
//!   + Σ stations (Δz / 0.20 m)²                 steady stage at 5000 m³/s
//!   + Σ parameters (ln(n / n published) / ln 2)²
//! ```
//!
//! δQ is 20 % of the rise of the peak over the inflow at the start (at least 5 % of it) and δt 30 % of the travel from the
//! inflow's peak (at least 3 h and the uncertainty of the observed time), the permissible errors of GB/T 22482-2008. In
//! units of the observed time's uncertainty alone (2 h at Sunkou) one time would outweigh everything else. 0.20 m is the
//! scatter of a year's readings about their own rating. The last part is weak: twice the published roughness costs 1.

use std::ops::Add;

use serde::Serialize;

use super::flood::{Evidence, Flood, crest};
use crate::domain::geo::corridor::{RiverSections, RiverTables};
use crate::domain::river::ObservedPeak;
use crate::domain::river::observed::Quantity;
use crate::domain::river::routing::RoutingError;
use crate::domain::river::skill::{deterministic_coefficient, pairs, standard};

/// A deficit of the deterministic coefficient that counts 1.
const DEFICIT: f64 = 0.10;
/// An error of a steady stage that counts 1, m.
const STAGE_M: f64 = 0.20;
/// A roughness so many times the published one counts 1.
const PRIOR_FACTOR: f64 = 2.0;

/// The parts of the misfit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Misfit {
    /// Peak discharges.
    pub peaks: f64,
    /// Times of peaks.
    pub times: f64,
    /// Deterministic coefficients.
    pub series: f64,
    /// Steady stages.
    pub ratings: f64,
    /// Distance from the published roughness.
    pub prior: f64,
}

impl Misfit {
    /// All parts together.
    pub fn total(&self) -> f64 {
        self.peaks + self.times + self.series + self.ratings + self.prior
    }

    /// Of a flood, routed with the roughness that the tables have.
    pub(super) fn of_flood(flood: &Flood, tables: &RiverTables) -> Result<Self, RoutingError> {
        let routed = flood.route(tables)?;
        let compared = flood.stations.iter().zip(&routed).filter(|(station, _)| !station.is_inflow);
        Ok(compared.fold(Self::default(), |sum, (station, simulated)| {
            sum + Self::of_station(flood, &station.evidence, simulated)
        }))
    }

    fn of_station(flood: &Flood, evidence: &Evidence, simulated: &[[f64; 2]]) -> Self {
        match evidence {
            Evidence::Series(series) => {
                let coefficient = deterministic_coefficient(&pairs(&series.values(Quantity::Discharge), simulated));
                Self { series: coefficient.map_or(0.0, |dc| (1.0 - dc) / DEFICIT), ..Self::default() }
            }
            Evidence::Peak(observed) => {
                let Some(found) = crest(simulated) else { return Self::default() };
                let [permissible_secs, permissible_m3s] = permissible(flood, observed);
                Self {
                    peaks: ((found[1] - observed.discharge_m3s) / permissible_m3s).powi(2),
                    times: ((found[0] - observed.time_secs) / permissible_secs).powi(2),
                    ..Self::default()
                }
            }
        }
    }

    /// Of steady stages: chainage (km), discharge (m³/s) and observed stage (m).
    pub(super) fn of_ratings(points: &[[f64; 3]], sections: &RiverSections) -> Self {
        let error = |[km, discharge, stage]: &[f64; 3]| (sections.stage_m(*km, *discharge) - stage) / STAGE_M;
        Self { ratings: points.iter().map(error).map(|e| e * e).sum(), ..Self::default() }
    }

    /// Of roughness as a factor on the published one.
    pub(super) fn of_factors(factors: &[f64]) -> Self {
        let distance = |factor: &f64| factor.ln() / PRIOR_FACTOR.ln();
        Self { prior: factors.iter().map(distance).map(|d| d * d).sum(), ..Self::default() }
    }
}

impl Add for Misfit {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            peaks: self.peaks + other.peaks,
            times: self.times + other.times,
            series: self.series + other.series,
            ratings: self.ratings + other.ratings,
            prior: self.prior + other.prior,
        }
    }
}

/// Permissible errors of an observed peak: of its time, s, and of its discharge, m³/s.
pub(super) fn permissible(flood: &Flood, observed: &ObservedPeak) -> [f64; 2] {
    let at_start = flood.inflows.first().and_then(|(_, series)| series.first()).copied().unwrap_or(0.0);
    let travel_secs = (observed.time_secs - flood.head_crest_secs()).max(0.0);
    let rise_m3s = (observed.discharge_m3s - at_start).max(0.0);
    [
        standard::permissible_peak_time_secs(travel_secs, observed.time_tolerance_secs),
        standard::permissible_discharge_m3s(rise_m3s, observed.discharge_m3s),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::river::observed::WindowRole;

    fn flood() -> Flood {
        let inflow = (0..50).map(|n| 1000.0 + 4000.0 * (-(f64::from(n) - 10.0).powi(2) / 8.0).exp()).collect();
        Flood {
            name: "test".into(),
            role: WindowRole::Calibration,
            year: 1996,
            from_km: 128.0,
            step_secs: 3600.0,
            inflows: vec![(128.0, inflow)],
            stations: vec![],
        }
    }

    #[test]
    fn an_error_at_the_edge_of_the_permissible_counts_one() {
        let flood = flood();
        let observed = ObservedPeak {
            discharge_m3s: 4000.0,
            stage_m: None,
            time_secs: 30.0 * 3600.0,
            time_tolerance_secs: 0.0,
            confidence: "A".into(),
        };
        let [time, discharge] = permissible(&flood, &observed);
        // 30 % of the 20 h since the crest of the inflow at 10 h; 20 % of the rise from 1000 to 4000 m³/s.
        assert!((time / 3600.0 - 6.0).abs() < 1e-6 && (discharge - 600.0).abs() < 1e-2, "{time} {discharge}");
        let late: Vec<[f64; 2]> = (0..60).map(f64::from).map(|t| [t * 3600.0, 4600.0 - (t - 36.0).powi(2)]).collect();
        let misfit = Misfit::of_station(&flood, &Evidence::Peak(observed), &late);
        assert!((misfit.peaks - 1.0).abs() < 1e-3 && (misfit.times - 1.0).abs() < 1e-3, "{misfit:?}");
        assert!((misfit.total() - 2.0).abs() < 2e-3);
    }

    #[test]
    fn twice_and_half_the_published_roughness_cost_one_each() {
        let misfit = Misfit::of_factors(&[1.0, 2.0, 0.5]);
        assert!((misfit.prior - 2.0).abs() < 1e-12);
    }
}
