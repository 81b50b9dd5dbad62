//! The measured floods that the twin is laid beside, from the tables embedded in the program.

use time::OffsetDateTime;

use crate::domain::geo::corridor::{RiverTables, StationRow};
use crate::domain::river::ObservedPeak;
use crate::domain::river::observed::{Quantity, WindowRole};
use crate::domain::river::skill::value_at;
use crate::domain::river::twin::{Evidence, Flood, FloodStation};
use crate::io::observed::{self, ObservedError};
use crate::io::river::{self, PeakRow, RiverTableError};

/// Time between the values of inflows made from readings, s.
const STEP_SECS: f64 = 3600.0;
/// An inflow that ends before its flood has passed Lijin is held at its last value for so long, s.
const HELD_SECS: f64 = 10.0 * 86_400.0;
/// Floods known by their peaks: name, year of the bed, what they are to the model.
const BY_PEAKS: [(&str, u16, WindowRole); 2] =
    [("1958-07", 1958, WindowRole::Blind), ("1996-08", 1996, WindowRole::Calibration)];
/// Station at which they come in.
const PEAKS_FROM: &str = "HYK";
/// Station at which floods known by readings come in.
const READINGS_FROM: &str = "XLD";

/// Why the floods could not be had.
#[derive(Debug, thiserror::Error)]
pub enum TwinError {
    /// A window of readings.
    #[error(transparent)]
    Observed(#[from] ObservedError),
    /// A table of the river.
    #[error(transparent)]
    River(#[from] RiverTableError),
    /// An inflow is missing.
    #[error("flood {flood}: no discharge at {station}")]
    Inflow {
        /// Name of the flood.
        flood: String,
        /// Code of the station.
        station: String,
    },
}

/// All floods that may be compared, in time: those known by peaks and the windows that are not held out.
///
/// # Errors
/// When an embedded table is faulty; a test makes sure that none is.
pub fn floods(tables: &RiverTables) -> Result<Vec<Flood>, TwinError> {
    let mut floods = Vec::new();
    for (name, year, role) in BY_PEAKS {
        floods.push(by_peaks(tables, name, year, role)?);
    }
    for window in observed::windows()?.into_iter().filter(|window| window.role != WindowRole::HeldOut) {
        floods.push(by_readings(tables, &window)?);
    }
    Ok(floods)
}

fn by_peaks(tables: &RiverTables, name: &str, year: u16, role: WindowRole) -> Result<Flood, TwinError> {
    let missing = || TwinError::Inflow { flood: name.to_owned(), station: PEAKS_FROM.to_owned() };
    let points = river::hydrograph(name, PEAKS_FROM).filter(|points| points.len() >= 2).ok_or_else(missing)?;
    let start = points[0].0;
    let step_secs = (points[1].0 - start).as_seconds_f64();
    let mut inflow: Vec<f64> = points.iter().map(|(_, discharge_m3s)| *discharge_m3s).collect();
    let last_m3s = inflow[inflow.len() - 1];
    inflow.extend((0..).map(f64::from).take_while(|n| n * step_secs < HELD_SECS).map(|_| last_m3s));
    let from_km = km_of(tables, PEAKS_FROM).ok_or_else(missing)?;
    let peaks = river::observed_peaks(name)?;
    let station = |row: &StationRow| {
        let own = peaks.iter().filter(|peak| peak.station == row.id);
        let main = own.max_by(|a, b| a.discharge_m3s.total_cmp(&b.discharge_m3s))?;
        let (id, is_inflow) = (row.id.clone(), row.id == PEAKS_FROM);
        Some(FloodStation { id, km: row.km, is_inflow, evidence: Evidence::Peak(since(main, start)) })
    };
    let stations = tables.stations.iter().filter_map(station).collect();
    Ok(Flood { name: name.to_owned(), role, year, from_km, step_secs, inflows: vec![(from_km, inflow)], stations })
}

fn since(row: &PeakRow, start: OffsetDateTime) -> ObservedPeak {
    ObservedPeak {
        discharge_m3s: row.discharge_m3s,
        stage_m: row.stage_m,
        time_secs: (row.time - start).as_seconds_f64(),
        time_tolerance_secs: row.time_tolerance_secs,
        confidence: row.confidence.clone(),
    }
}

fn by_readings(tables: &RiverTables, window: &observed::Window) -> Result<Flood, TwinError> {
    let table = observed::window(&window.name)?;
    let missing = |station: &str| TwinError::Inflow { flood: window.name.clone(), station: station.to_owned() };
    let duration_secs = (window.to - window.from).as_seconds_f64();
    let inflow_at = |station: &str| {
        let readings = table.series(station, window.from).map(|series| series.values(Quantity::Discharge));
        let readings = readings.filter(|readings| !readings.is_empty()).ok_or_else(|| missing(station))?;
        let (first, last) = (readings[0], readings[readings.len() - 1]);
        let times = (0..).map(|n| f64::from(n) * STEP_SECS).take_while(|t| *t <= duration_secs);
        // Nothing is known beyond the readings: the nearest one is held.
        let at = |t: f64| value_at(&readings, t).unwrap_or(if t < first[0] { first[1] } else { last[1] });
        Ok::<Vec<f64>, TwinError>(times.map(at).collect())
    };
    let from_km = km_of(tables, READINGS_FROM).ok_or_else(|| missing(READINGS_FROM))?;
    let mut inflows = vec![(from_km, inflow_at(READINGS_FROM)?)];
    for tributary in &tables.tributaries {
        inflows.push((tributary.km, inflow_at(&tributary.gauge)?));
    }
    let station = |row: &StationRow| {
        let series = table.series(&row.id, window.from)?;
        let (id, is_inflow) = (row.id.clone(), row.id == READINGS_FROM);
        Some(FloodStation { id, km: row.km, is_inflow, evidence: Evidence::Series(series) })
    };
    let year = u16::try_from(window.from.year()).unwrap_or(0);
    Ok(Flood {
        name: window.name.clone(),
        role: window.role,
        year,
        from_km,
        step_secs: STEP_SECS,
        inflows,
        stations: tables.stations.iter().filter_map(station).collect(),
    })
}

fn km_of(tables: &RiverTables, station: &str) -> Option<f64> {
    tables.stations.iter().find(|row| row.id == station).map(|row| row.km)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flood_has_its_inflows_and_its_stations_down_to_lijin() {
        let floods = floods(&river::tables().unwrap()).unwrap();
        let names: Vec<&str> = floods.iter().map(|flood| flood.name.as_str()).collect();
        assert_eq!(names, ["1958-07", "1996-08", "2002-07", "2003-autumn", "2018-07", "2021-autumn"]);
        for flood in &floods {
            assert_eq!(flood.stations.last().unwrap().id, "LJ", "{}", flood.name);
            assert!(flood.stations[0].is_inflow && !flood.stations[1].is_inflow);
            let n = flood.inflows[0].1.len();
            assert!(flood.inflows.iter().all(|(_, series)| series.len() == n), "{}", flood.name);
            assert_eq!(flood.inflows.len(), if flood.year < 2000 { 1 } else { 3 }, "{}", flood.name);
        }
        let crest_h = floods[0].head_crest_secs() / 3600.0;
        assert!((crest_h - 112.0).abs() < 2.0, "{crest_h} h: midnight of 17 July 1958");
    }

    #[test]
    fn a_doubted_inflow_is_left_out() {
        let flood = floods(&river::tables().unwrap()).unwrap().into_iter().find(|f| f.name == "2002-07").unwrap();
        // 7 July 2002, twelve days after the start: 356 m3/s is doubted, 2910 stands on either side.
        let at = flood.inflows[0].1[12 * 24];
        assert!((at - 2910.0).abs() < 1.0, "{at}");
    }
}
