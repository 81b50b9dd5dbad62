//! The river's tables as values: what a corridor is built from.

use super::beside::{DetentionRow, TributaryRow};
use super::dikes::DikeRow;
use super::roughness::{CalibratedRow, RoughSurface};
use crate::domain::text::Bilingual;

/// Figures of the Lower Yellow River, each with source and confidence in the table it comes from.
///
/// Chainage is the official one, km below Xiaolangdi. Levels are above the stations' datum (大沽).
/// Rows of `centreline` and `stations` rise in chainage.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RiverTables {
    /// The river's course with its estimated long profile.
    pub centreline: Vec<CentrelineRow>,
    /// Hydrological stations on the main stem.
    pub stations: Vec<StationRow>,
    /// Hydrological stations on tributaries; their chainage is that of the confluence.
    pub tributary_stations: Vec<StationRow>,
    /// Published bankfull discharges.
    pub bankfull: Vec<BankfullRow>,
    /// Stages at 3000 m³/s, which tell where the bed lay.
    pub bed_levels: Vec<BedLevelRow>,
    /// Reaches with their slopes and roughness.
    pub reaches: Vec<ReachRow>,
    /// Floodplain units (滩区).
    pub units: Vec<UnitRow>,
    /// Tributaries, from upstream to downstream.
    pub tributaries: Vec<TributaryRow>,
    /// Detention basins and their gates.
    pub detention: Vec<DetentionRow>,
    /// Roughness fitted to observed floods; enters by [`RiverTables::with_roughness`] only.
    pub calibration: Vec<CalibratedRow>,
    /// Production dikes.
    pub production_dikes: Vec<DikeRow>,
}

/// One point of the river's course.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CentrelineRow {
    /// Official chainage, km.
    pub km: f64,
    /// Longitude, degrees.
    pub lon_deg: f64,
    /// Latitude, degrees.
    pub lat_deg: f64,
    /// Level of the bank lip (滩唇), m, an estimate.
    pub bank_lip_m: f64,
    /// Width of the channel at bankfull, m, an estimate.
    pub bankfull_width_m: f64,
    /// Distance between the levees, m, an estimate.
    pub levee_spacing_m: f64,
    /// Level of the ground behind the levees, m, an estimate.
    pub landside_ground_m: f64,
}

/// A station.
#[derive(Debug, Clone, PartialEq)]
pub struct StationRow {
    /// Short code.
    pub id: String,
    /// Name.
    pub name: Bilingual,
    /// Official chainage, km.
    pub km: f64,
    /// Longitude, degrees.
    pub lon_deg: f64,
    /// Latitude, degrees.
    pub lat_deg: f64,
    /// Warning stage, m.
    pub warning_stage_m: Option<f64>,
    /// Design stage of the levees, m.
    pub design_stage_m: Option<f64>,
    /// Freeboard of the levees over the design stage, from here to the next station, m.
    pub freeboard_m: Option<f64>,
    /// How far the levels of the Commission's daily bulletin lie below the station's datum, m, where known.
    ///
    /// Found by laying the bulletin of 2 June 2016 beside a table of the same day in the stations' datum: all eight
    /// discharges agree to the digit and the levels differ by this much.
    pub bulletin_below_m: Option<f64>,
}

/// The bankfull discharge of a station in a year.
#[derive(Debug, Clone, PartialEq)]
pub struct BankfullRow {
    /// Code of the station.
    pub station: String,
    /// Year.
    pub year: u16,
    /// Bankfull discharge, m³/s.
    pub discharge_m3s: f64,
}

/// Stage of a station at 3000 m³/s in a year: the usual measure of how high the bed lies (3000 m³/s 同流量水位).
#[derive(Debug, Clone, PartialEq)]
pub struct BedLevelRow {
    /// Code of the station.
    pub station: String,
    /// Year.
    pub year: u16,
    /// Stage at 3000 m³/s, m above the station's datum.
    pub stage_3000_m: f64,
}

/// A reach.
#[derive(Debug, Clone, PartialEq)]
pub struct ReachRow {
    /// Short code.
    pub id: String,
    /// From, official chainage, km.
    pub from_km: f64,
    /// To, official chainage, km.
    pub to_km: f64,
    /// Fall of the floodplain from the bank lip to the levee foot, m/m.
    pub transverse_slope: f64,
    /// Manning's n of the channel in flood, s/m^(1/3).
    pub manning_channel: f64,
    /// Manning's n of the floodplain, s/m^(1/3).
    pub manning_floodplain: f64,
}

impl ReachRow {
    /// Manning's n of a surface, s/m^(1/3).
    pub fn manning_mut(&mut self, surface: RoughSurface) -> &mut f64 {
        match surface {
            RoughSurface::Channel => &mut self.manning_channel,
            RoughSurface::Floodplain => &mut self.manning_floodplain,
        }
    }
}

/// Side of the river, looking downstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bank {
    /// North bank where the river flows east.
    Left,
    /// South bank where the river flows east.
    Right,
}

/// A floodplain unit as a stretch of one bank.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitRow {
    /// Short code.
    pub id: String,
    /// Name.
    pub name: Bilingual,
    /// Side of the river.
    pub bank: Bank,
    /// Province.
    pub province: String,
    /// Counties.
    pub county: String,
    /// From, official chainage, km; schematic.
    pub from_km: f64,
    /// To, official chainage, km; schematic.
    pub to_km: f64,
    /// Published area of the floodplain it is named for, km², if there is one.
    pub published_area_km2: Option<f64>,
    /// Its share of the published area of its province's floodplain, km²: all units of a province sum to that.
    pub area_km2: f64,
}

impl RiverTables {
    /// First and last chainage of the course, km.
    pub fn span_km(&self) -> [f64; 2] {
        [self.centreline.first().map_or(f64::NAN, |row| row.km), self.centreline.last().map_or(f64::NAN, |row| row.km)]
    }

    /// First and last year with a bankfull discharge.
    pub fn span_year(&self) -> [u16; 2] {
        let years = || self.bankfull.iter().map(|row| row.year);
        [years().min().unwrap_or(0), years().max().unwrap_or(0)]
    }

    /// Bankfull discharge of a station in a year, m³/s: linear between the dated values, `None` outside them.
    pub fn bankfull_m3s(&self, station: &str, year: u16) -> Option<f64> {
        let dated = || self.bankfull.iter().filter(|row| row.station == station);
        let before = dated().filter(|row| row.year <= year).max_by_key(|row| row.year)?;
        let after = dated().filter(|row| row.year >= year).min_by_key(|row| row.year)?;
        Some(between(year, (before.year, before.discharge_m3s), (after.year, after.discharge_m3s)))
    }

    /// Stage of a station at 3000 m³/s in a year, m: linear between the dated values, the nearest one outside them.
    ///
    /// Held outside, unlike the bankfull discharge: below Xiaolangdi's dam the bed is gravel and has no earlier value.
    pub fn stage_3000_m(&self, station: &str, year: u16) -> Option<f64> {
        let dated = || self.bed_levels.iter().filter(|row| row.station == station);
        let before = dated().filter(|row| row.year <= year).max_by_key(|row| row.year);
        let after = dated().filter(|row| row.year >= year).min_by_key(|row| row.year);
        let (before, after) = (before.or(after)?, after.or(before)?);
        Some(between(year, (before.year, before.stage_3000_m), (after.year, after.stage_3000_m)))
    }

    /// The reach at a chainage; the nearest one outside the table.
    pub(super) fn reach_at(&self, km: f64) -> Option<&ReachRow> {
        let gap = |row: &ReachRow| (row.from_km - km).max(km - row.to_km).max(0.0);
        self.reaches.iter().min_by(|a, b| gap(a).total_cmp(&gap(b)))
    }
}

/// Value in a year on the line through two dated ones; the first if both have the same year.
fn between(year: u16, (before, a): (u16, f64), (after, b): (u16, f64)) -> f64 {
    if before == after {
        return a;
    }
    let t = (f64::from(year) - f64::from(before)) / (f64::from(after) - f64::from(before));
    a + t * (b - a)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bankfull(rows: &[(u16, f64)]) -> RiverTables {
        let rows = rows.iter().map(|(year, q)| BankfullRow { station: "A".into(), year: *year, discharge_m3s: *q });
        RiverTables { bankfull: rows.collect(), ..RiverTables::default() }
    }

    #[test]
    fn bankfull_is_linear_between_dated_values_and_unknown_outside() {
        let tables = bankfull(&[(1985, 7000.0), (1997, 3400.0), (2002, 3000.0)]);
        assert_eq!(tables.bankfull_m3s("A", 1985), Some(7000.0));
        assert_eq!(tables.bankfull_m3s("A", 1988), Some(6100.0));
        assert_eq!(tables.bankfull_m3s("A", 2003), None);
        assert_eq!(tables.bankfull_m3s("A", 1984), None);
        assert_eq!(tables.bankfull_m3s("B", 1990), None);
    }

    #[test]
    fn the_bed_is_linear_between_dated_values_and_held_outside() {
        let row = |year, stage_3000_m| BedLevelRow { station: "A".into(), year, stage_3000_m };
        let tables = RiverTables { bed_levels: vec![row(1996, 94.0), row(2002, 93.4)], ..RiverTables::default() };
        assert_eq!(tables.stage_3000_m("A", 1999), Some(93.7));
        assert_eq!(tables.stage_3000_m("A", 1958), Some(94.0));
        assert_eq!(tables.stage_3000_m("A", 2021), Some(93.4));
        assert_eq!(tables.stage_3000_m("B", 1999), None);
    }
}
