//! Suspended sediment of a run beside what was observed, station by station.

use std::sync::Arc;

use super::table::SkillRole;
use super::{PeakComparison, deterministic_coefficient, pairs, root_mean_square_error, value_at};
use crate::domain::recording::{Recording, Sample};
use crate::domain::river::observed::{ObservedSeries, Quantity};
use crate::domain::river::peaks::station_series;
use crate::domain::scenario::{Scenario, Series};
use crate::domain::text::Bilingual;

/// Concentration and load at one station beside their observation, all at the instants of the readings.
#[derive(Debug, Clone, PartialEq)]
pub struct SedimentSkill {
    /// Code of the station.
    pub station_id: String,
    /// Name of the station.
    pub station: Bilingual,
    /// Name of the window of observations.
    pub window: String,
    /// What the observation is to the run.
    pub role: SkillRole,
    /// Number of readings compared.
    pub n_readings: usize,
    /// Mean concentration, kg/m³: observed, simulated.
    pub mean_kgm3: [f64; 2],
    /// The highest concentrations, kg/m³.
    pub peak: PeakComparison,
    /// Root mean square error of the concentration, kg/m³.
    pub rms_kgm3: f64,
    /// Deterministic coefficient of the concentration; `None` if the observation has no spread.
    pub coefficient: Option<f64>,
    /// What passed, t: observed, simulated. Both are discharge times concentration at the instants with a reading of both,
    /// under straight lines between them. `None` for fewer than two such readings.
    pub load_t: Option<[f64; 2]>,
}

/// The sediment at every station with an observed concentration, from upstream to downstream; empty without sediment.
pub fn sediment_skill_table(scenario: &Scenario, recording: &Recording) -> Vec<SedimentSkill> {
    if scenario.sediment.is_none() {
        return Vec::new();
    }
    let samples = recording.samples_from(0);
    let row = |series: &crate::domain::river::peaks::StationSeries<'_>| {
        let station = series.station;
        let observed = station.observed.as_ref()?;
        let section = series.section?;
        let readings = observed.values(Quantity::Sediment);
        let simulated = concentrations(&samples, section);
        let pairs = pairs(&readings, &simulated);
        let mean = |of: fn(&super::Pair) -> f64| pairs.iter().map(of).sum::<f64>() / pairs.len() as f64;
        Some(SedimentSkill {
            station_id: station.id.clone(),
            station: station.name.clone(),
            window: observed.window.clone(),
            role: role(scenario, observed),
            n_readings: pairs.len(),
            peak: PeakComparison::of(&pairs, &simulated)?,
            mean_kgm3: [mean(|pair| pair.observed), mean(|pair| pair.simulated)],
            rms_kgm3: root_mean_square_error(&pairs)?,
            coefficient: deterministic_coefficient(&pairs),
            load_t: loads_t(observed, &transports(&samples, section)),
        })
    };
    station_series(scenario, recording).iter().filter_map(row).collect()
}

/// Time (s after the start) and concentration (kg/m³) of one section while water passes, without the moment of the start.
fn concentrations(samples: &[Arc<Sample>], section: usize) -> Vec<[f64; 2]> {
    let value = |sample: &Arc<Sample>| sample.sections.get(section)?.sediment?.concentration_kgm3();
    let later = samples.iter().filter(|sample| sample.time_secs > 0.0);
    later.filter_map(|sample| Some([sample.time_secs, value(sample)?])).collect()
}

/// Time (s after the start) and transport (kg/s) of one section, without the moment of the start.
fn transports(samples: &[Arc<Sample>], section: usize) -> Vec<[f64; 2]> {
    let value = |sample: &Arc<Sample>| Some(sample.sections.get(section)?.sediment?.transport_kgs);
    let later = samples.iter().filter(|sample| sample.time_secs > 0.0);
    later.filter_map(|sample| Some([sample.time_secs, value(sample)?])).collect()
}

/// Observed and simulated load between the readings that have both discharge and concentration, t.
fn loads_t(observed: &ObservedSeries, simulated_kgs: &[[f64; 2]]) -> Option<[f64; 2]> {
    let sound = observed.observations.iter().filter(|reading| reading.doubt.is_none());
    let both: Vec<[f64; 3]> = sound
        .filter_map(|reading| {
            let carried_kgs = reading.discharge_m3s? * reading.sediment_kgm3?;
            Some([reading.time_secs, carried_kgs, value_at(simulated_kgs, reading.time_secs)?])
        })
        .collect();
    let load = |column: usize| -> f64 {
        both.windows(2).map(|p| 0.5 * (p[0][column] + p[1][column]) * (p[1][0] - p[0][0])).sum()
    };
    (both.len() >= 2).then(|| [load(1) / 1000.0, load(2) / 1000.0])
}

/// A concentration that agrees so well with an observation was made from it.
const SAME_VALUE_FRAC: f64 = 0.02;
/// Share of the readings that must agree.
const SAME_SHARE: f64 = 0.9;

fn role(scenario: &Scenario, observed: &ObservedSeries) -> SkillRole {
    let readings = observed.values(Quantity::Sediment);
    let is_same = |inflow: &Series| {
        let agree = |p: &&[f64; 2]| (inflow.at(p[0]) - p[1]).abs() <= SAME_VALUE_FRAC * p[1];
        readings.len() >= 2 && readings.iter().filter(agree).count() as f64 >= SAME_SHARE * readings.len() as f64
    };
    let inflows = scenario.sediment.iter().flat_map(|sediment| &sediment.inflows);
    if inflows.map(|inflow| &inflow.concentration_kgm3).any(is_same) {
        SkillRole::Inflow
    } else {
        SkillRole::Compared(observed.role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::river::observed::tests::daily;

    /// 100 and 200 m³/s with 10 and 30 kg/m³ a day apart: 86400 s · (1000 + 6000) / 2 kg/s = 302 400 t.
    #[test]
    fn loads_lie_under_straight_lines_between_readings_of_both() {
        let mut observed = daily(&[100.0, 200.0, 300.0]);
        observed.observations[0].sediment_kgm3 = Some(10.0);
        observed.observations[1].sediment_kgm3 = Some(30.0);
        let [seen, made] = loads_t(&observed, &[[0.0, 500.0], [172_800.0, 500.0]]).unwrap();
        assert!((seen - 302_400.0).abs() < 1e-6 && (made - 43_200.0).abs() < 1e-6, "{seen} {made}");
        observed.observations[1].sediment_kgm3 = None;
        assert_eq!(loads_t(&observed, &[[0.0, 500.0], [172_800.0, 500.0]]), None);
    }
}
