//! The river's tables, embedded in the program: `assets/river/*.csv`.
//!
//! Each row of each table names its source (a key of `sources.csv`, several parted by `;`) and its confidence:
//! A found in a source, B recalled, C approximate, D derived or reconstructed.

mod beside;
mod calibration;
mod dikes;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::domain::geo::corridor::{Bank, BankfullRow, CentrelineRow, ReachRow, RiverTables, StationRow, UnitRow};
use crate::domain::text::Bilingual;

const CENTRELINE: &str = include_str!("../../../assets/river/centreline.csv");
const STATIONS: &str = include_str!("../../../assets/river/stations.csv");
const BANKFULL: &str = include_str!("../../../assets/river/bankfull.csv");
const REACHES: &str = include_str!("../../../assets/river/reaches.csv");
const UNITS: &str = include_str!("../../../assets/river/units.csv");
const OBSERVED_PEAKS: &str = include_str!("../../../assets/river/observed_peaks.csv");
const HYDROGRAPHS: &str = include_str!("../../../assets/river/hydrographs.csv");

/// A fault in one of the embedded tables.
#[derive(Debug, thiserror::Error)]
pub enum RiverTableError {
    /// A row could not be read.
    #[error("{table}: {source}")]
    Row {
        /// Name of the table.
        table: &'static str,
        /// What is wrong, with the line.
        source: csv::Error,
    },
    /// A value is not allowed.
    #[error("{table}, row {row}: {column} is {found}, allowed: {allowed}")]
    Value {
        /// Name of the table.
        table: &'static str,
        /// Row, 1 is the first after the header.
        row: usize,
        /// Column.
        column: &'static str,
        /// The value.
        found: String,
        /// What is allowed.
        allowed: &'static str,
    },
}

/// An observed flood peak of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct PeakRow {
    /// Code of the station.
    pub station: String,
    /// Peak discharge, m³/s.
    pub discharge_m3s: f64,
    /// Highest stage, m, if known.
    pub stage_m: Option<f64>,
    /// When.
    pub time: OffsetDateTime,
    /// Uncertainty of that time, s.
    pub time_tolerance_secs: f64,
    /// Confidence letter.
    pub confidence: String,
}

/// The tables that a corridor is built from.
///
/// # Errors
/// When an embedded table is faulty; a test makes sure that none is.
pub fn tables() -> Result<RiverTables, RiverTableError> {
    let centreline = rows::<CentrelineRecord>("centreline.csv", CENTRELINE)?;
    rising("centreline.csv", centreline.iter().map(|row| row.km))?;
    let records = rows::<StationRecord>("stations.csv", STATIONS)?;
    main_stem_first(&records)?;
    let (stations, tributary_stations) = records.into_iter().partition(|row| row.kind == StationKind::MainStem);
    let [stations, tributary_stations]: [Vec<StationRow>; 2] =
        [stations, tributary_stations].map(|rows: Vec<_>| rows.into_iter().map(StationRecord::into_row).collect());
    falling_lip(&centreline)?;
    let bankfull = rows::<BankfullRecord>("bankfull.csv", BANKFULL)?;
    let reaches = rows::<ReachRecord>("reaches.csv", REACHES)?;
    let units = rows::<UnitRecord>("units.csv", UNITS)?;
    let reaches: Vec<ReachRow> = reaches.into_iter().map(ReachRecord::into_row).collect();
    Ok(RiverTables {
        centreline: centreline.into_iter().map(CentrelineRecord::into_row).collect(),
        bed_levels: beside::bed_levels(&stations)?,
        tributaries: beside::tributaries(&tributary_stations)?,
        detention: beside::detention()?,
        stations,
        tributary_stations,
        bankfull: bankfull.into_iter().map(BankfullRecord::into_row).collect(),
        calibration: calibration::calibration(&reaches)?,
        production_dikes: dikes::production_dikes(&reaches)?,
        reaches,
        units: units.into_iter().map(UnitRecord::into_row).collect(),
    })
}

/// Observed peaks of a flood, e.g. `1996-08`, from upstream to downstream and in time; empty for an unknown flood.
///
/// # Errors
/// When the embedded table is faulty; a test makes sure that it is not.
pub fn observed_peaks(flood: &str) -> Result<Vec<PeakRow>, RiverTableError> {
    let records = rows::<PeakRecord>("observed_peaks.csv", OBSERVED_PEAKS)?;
    Ok(records.into_iter().filter(|record| record.flood == flood).map(PeakRecord::into_row).collect())
}

/// Discharge of a flood at a station as (time, m³/s), times rising; `None` if the table has none.
///
/// Those of 1958-07 and 1996-08 at HYK are reconstructed from peak, time of peak and volume (confidence D).
pub fn hydrograph(flood: &str, station: &str) -> Option<Vec<(OffsetDateTime, f64)>> {
    let records = rows::<HydrographRecord>("hydrographs.csv", HYDROGRAPHS).ok()?;
    let points: Vec<_> = records
        .into_iter()
        .filter(|record| record.flood == flood && record.station == station)
        .map(|record| (record.time, record.discharge_m3s))
        .collect();
    (!points.is_empty()).then_some(points)
}

pub(super) fn rows<T: DeserializeOwned>(table: &'static str, text: &str) -> Result<Vec<T>, RiverTableError> {
    csv::Reader::from_reader(text.as_bytes())
        .into_deserialize()
        .collect::<Result<Vec<T>, csv::Error>>()
        .map_err(|source| RiverTableError::Row { table, source })
}

/// What the tables by reach and year have in common: a reach there is, and years in their order.
fn check_reach_and_years(
    (table, row): (&'static str, usize),
    reach: &str,
    [from_year, to_year]: [u16; 2],
    reaches: &[ReachRow],
) -> Result<(), RiverTableError> {
    let fault = |column, found, allowed| Err(RiverTableError::Value { table, row, column, found, allowed });
    if !reaches.iter().any(|known| known.id == reach) {
        return fault("reach", reach.to_owned(), "a reach of reaches.csv");
    }
    if from_year > to_year {
        return fault("to_year", to_year.to_string(), "not before from_year");
    }
    Ok(())
}

fn rising(table: &'static str, chainages_km: impl Iterator<Item = f64>) -> Result<(), RiverTableError> {
    let mut before = f64::NEG_INFINITY;
    for (i, km) in chainages_km.enumerate() {
        if !(km.is_finite() && km > before) {
            let (column, found, allowed) = ("km", km.to_string(), "greater than in the row before");
            return Err(RiverTableError::Value { table, row: i + 1, column, found, allowed });
        }
        before = km;
    }
    Ok(())
}

/// Stations on the main stem rise in chainage and stand before those on tributaries.
fn main_stem_first(records: &[StationRecord]) -> Result<(), RiverTableError> {
    let n = records.iter().take_while(|row| row.kind == StationKind::MainStem).count();
    rising("stations.csv", records[..n].iter().map(|row| row.km))?;
    match records[n..].iter().position(|row| row.kind == StationKind::MainStem) {
        None => Ok(()),
        Some(behind) => Err(RiverTableError::Value {
            table: "stations.csv",
            row: n + behind + 1,
            column: "kind",
            found: "MainStem".to_owned(),
            allowed: "Tributary after the first tributary station",
        }),
    }
}

fn falling_lip(records: &[CentrelineRecord]) -> Result<(), RiverTableError> {
    for (i, pair) in records.windows(2).enumerate() {
        let found = pair[1].bank_lip_m;
        if found.is_nan() || found > pair[0].bank_lip_m {
            return Err(RiverTableError::Value {
                table: "centreline.csv",
                row: i + 2,
                column: "bank_lip_m",
                found: found.to_string(),
                allowed: "not above the row before",
            });
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct CentrelineRecord {
    km: f64,
    lon_deg: f64,
    lat_deg: f64,
    bank_lip_m: f64,
    bankfull_width_m: f64,
    levee_spacing_m: f64,
    landside_ground_m: f64,
}

impl CentrelineRecord {
    fn into_row(self) -> CentrelineRow {
        CentrelineRow {
            km: self.km,
            lon_deg: self.lon_deg,
            lat_deg: self.lat_deg,
            bank_lip_m: self.bank_lip_m,
            bankfull_width_m: self.bankfull_width_m,
            levee_spacing_m: self.levee_spacing_m,
            landside_ground_m: self.landside_ground_m,
        }
    }
}

#[derive(Deserialize, PartialEq, Eq)]
enum StationKind {
    MainStem,
    Tributary,
}

#[derive(Deserialize)]
struct StationRecord {
    id: String,
    name_zh: String,
    name_en: String,
    kind: StationKind,
    km: f64,
    lon_deg: f64,
    lat_deg: f64,
    warning_stage_m: Option<f64>,
    design_stage_m: Option<f64>,
    freeboard_m: Option<f64>,
    bulletin_below_m: Option<f64>,
}

impl StationRecord {
    fn into_row(self) -> StationRow {
        StationRow {
            id: self.id,
            name: Bilingual::new(self.name_zh, self.name_en),
            km: self.km,
            lon_deg: self.lon_deg,
            lat_deg: self.lat_deg,
            warning_stage_m: self.warning_stage_m,
            design_stage_m: self.design_stage_m,
            freeboard_m: self.freeboard_m,
            bulletin_below_m: self.bulletin_below_m,
        }
    }
}

#[derive(Deserialize)]
struct BankfullRecord {
    station: String,
    year: u16,
    discharge_m3s: f64,
}

impl BankfullRecord {
    fn into_row(self) -> BankfullRow {
        BankfullRow { station: self.station, year: self.year, discharge_m3s: self.discharge_m3s }
    }
}

#[derive(Deserialize)]
struct ReachRecord {
    id: String,
    from_km: f64,
    to_km: f64,
    transverse_slope_permille: f64,
    manning_channel: f64,
    manning_floodplain: f64,
}

impl ReachRecord {
    fn into_row(self) -> ReachRow {
        ReachRow {
            id: self.id,
            from_km: self.from_km,
            to_km: self.to_km,
            transverse_slope: self.transverse_slope_permille / 1000.0,
            manning_channel: self.manning_channel,
            manning_floodplain: self.manning_floodplain,
        }
    }
}

#[derive(Deserialize)]
enum BankLetter {
    L,
    R,
}

impl From<BankLetter> for Bank {
    fn from(letter: BankLetter) -> Self {
        match letter {
            BankLetter::L => Self::Left,
            BankLetter::R => Self::Right,
        }
    }
}

#[derive(Deserialize)]
struct UnitRecord {
    id: String,
    name_zh: String,
    name_en: String,
    bank: BankLetter,
    province: String,
    county: String,
    from_km: f64,
    to_km: f64,
    published_area_km2: Option<f64>,
    area_km2: f64,
}

impl UnitRecord {
    fn into_row(self) -> UnitRow {
        UnitRow {
            id: self.id,
            name: Bilingual::new(self.name_zh, self.name_en),
            bank: self.bank.into(),
            province: self.province,
            county: self.county,
            from_km: self.from_km,
            to_km: self.to_km,
            published_area_km2: self.published_area_km2,
            area_km2: self.area_km2,
        }
    }
}

#[derive(Deserialize)]
struct PeakRecord {
    flood: String,
    station: String,
    discharge_m3s: f64,
    stage_m: Option<f64>,
    #[serde(deserialize_with = "wall_clock")]
    time: OffsetDateTime,
    time_tolerance_h: f64,
    confidence: String,
}

impl PeakRecord {
    fn into_row(self) -> PeakRow {
        PeakRow {
            station: self.station,
            discharge_m3s: self.discharge_m3s,
            stage_m: self.stage_m,
            time: self.time,
            time_tolerance_secs: self.time_tolerance_h * 3600.0,
            confidence: self.confidence,
        }
    }
}

#[derive(Deserialize)]
struct HydrographRecord {
    flood: String,
    station: String,
    #[serde(deserialize_with = "wall_clock")]
    time: OffsetDateTime,
    discharge_m3s: f64,
}

/// A time in RFC 3339.
fn wall_clock<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<OffsetDateTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    OffsetDateTime::parse(&text, &Rfc3339).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const SOURCES: &str = include_str!("../../../assets/river/sources.csv");

    #[derive(Deserialize)]
    struct Cited {
        source: String,
        confidence: String,
    }

    #[derive(Deserialize)]
    struct Source {
        key: String,
        what: String,
    }

    #[test]
    fn every_row_of_every_table_has_a_known_source_and_a_confidence() {
        let known: Vec<String> = rows::<Source>("sources.csv", SOURCES)
            .unwrap()
            .into_iter()
            .map(|source| {
                assert!(!source.what.is_empty());
                source.key
            })
            .collect();
        let all = [
            CENTRELINE,
            STATIONS,
            BANKFULL,
            beside::BED_LEVELS,
            REACHES,
            UNITS,
            beside::TRIBUTARIES,
            beside::DETENTION,
            beside::BASIN_STORAGE,
            calibration::CALIBRATION,
            dikes::PRODUCTION_DIKES,
            OBSERVED_PEAKS,
            HYDROGRAPHS,
        ];
        for (number, text) in all.iter().enumerate() {
            let cited = rows::<Cited>("table", text).unwrap();
            assert!(!cited.is_empty());
            for row in cited {
                assert!(["A", "B", "C", "D"].contains(&row.confidence.as_str()), "table {number}: {}", row.confidence);
                for key in row.source.split(';') {
                    assert!(known.iter().any(|k| k == key), "table {number}: source {key}");
                }
            }
        }
    }

    #[test]
    fn the_tables_hold_the_1996_figures() {
        let tables = tables().unwrap();
        assert_eq!(tables.bankfull_m3s("HYK", 1996), Some(3900.0));
        assert_eq!(tables.bankfull_m3s("JHT", 1996), Some(3800.0));
        assert_eq!(tables.bankfull_m3s("GC", 1996), Some(3000.0));
        assert_eq!(tables.span_year(), [1958, 2022]);
    }

    #[test]
    fn the_peaks_of_1996_come_with_times_and_tolerances() {
        let peaks = observed_peaks("1996-08").unwrap();
        let gaocun = peaks.iter().find(|peak| peak.station == "GC").unwrap();
        assert_eq!(gaocun.discharge_m3s.to_bits(), 6810_f64.to_bits());
        assert_eq!(gaocun.stage_m, Some(63.87));
        assert_eq!(gaocun.time, datetime!(1996-08-10 00:00 +8));
        assert_eq!(gaocun.time_tolerance_secs.to_bits(), 28_800_f64.to_bits());
        assert_eq!(peaks.iter().filter(|peak| peak.station == "HYK").count(), 2);
        assert!(observed_peaks("1855-08").unwrap().is_empty());
    }

    #[test]
    fn the_hydrograph_of_1996_rises_to_its_peak() {
        let points = hydrograph("1996-08", "HYK").unwrap();
        let peak = points.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
        assert_eq!(*peak, (datetime!(1996-08-05 14:00 +8), 7860.0));
        assert!(points.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(hydrograph("1996-08", "GC").is_none());
    }

    #[test]
    fn a_chainage_out_of_order_is_a_fault() {
        let error = rising("t.csv", [1.0, 3.0, 2.0].into_iter()).unwrap_err();
        assert_eq!(error.to_string(), "t.csv, row 3: km is 2, allowed: greater than in the row before");
    }
}
