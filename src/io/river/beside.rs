//! Bed levels, tributaries and detention basins: `bed_levels.csv`, `tributaries.csv`, `detention.csv`, `basin_storage.csv`.

use serde::Deserialize;

use super::{BankLetter, RiverTableError, rising, rows};
use crate::domain::geo::corridor::{BedLevelRow, DetentionKind, DetentionRow, StationRow, TributaryRow};
use crate::domain::river::basin::LevelStorage;
use crate::domain::text::Bilingual;

pub(super) const BED_LEVELS: &str = include_str!("../../../assets/river/bed_levels.csv");
pub(super) const TRIBUTARIES: &str = include_str!("../../../assets/river/tributaries.csv");
pub(super) const DETENTION: &str = include_str!("../../../assets/river/detention.csv");
pub(super) const BASIN_STORAGE: &str = include_str!("../../../assets/river/basin_storage.csv");

const STAGE: &str = "stage_3000_m";

/// Stages at 3000 m³/s, of stations on the main stem.
pub(super) fn bed_levels(stations: &[StationRow]) -> Result<Vec<BedLevelRow>, RiverTableError> {
    checked_bed_levels(BED_LEVELS, stations)
}

fn checked_bed_levels(text: &str, stations: &[StationRow]) -> Result<Vec<BedLevelRow>, RiverTableError> {
    let table = "bed_levels.csv";
    let records = rows::<BedLevelRecord>(table, text)?;
    for (i, record) in records.iter().enumerate() {
        let fault =
            |column, found: String, allowed| RiverTableError::Value { table, row: i + 1, column, found, allowed };
        if !stations.iter().any(|station| station.id == record.station) {
            return Err(fault("station", record.station.clone(), "a station on the main stem in stations.csv"));
        }
        if !record.stage_3000_m.is_finite() {
            return Err(fault(STAGE, record.stage_3000_m.to_string(), "a level in m"));
        }
        let is_twice = |other: &BedLevelRecord| other.station == record.station && other.year == record.year;
        if records[..i].iter().any(is_twice) {
            return Err(fault("year", record.year.to_string(), "one row for a station in a year"));
        }
    }
    Ok(records.into_iter().map(BedLevelRecord::into_row).collect())
}

/// Tributaries, each with a gauge among the tributary stations.
pub(super) fn tributaries(gauges: &[StationRow]) -> Result<Vec<TributaryRow>, RiverTableError> {
    let table = "tributaries.csv";
    let records = rows::<TributaryRecord>(table, TRIBUTARIES)?;
    rising(table, records.iter().map(|record| record.km))?;
    for (i, record) in records.iter().enumerate() {
        if !gauges.iter().any(|station| station.id == record.gauge) {
            let (found, allowed) = (record.gauge.clone(), "a station of kind Tributary in stations.csv");
            return Err(RiverTableError::Value { table, row: i + 1, column: "gauge", found, allowed });
        }
    }
    Ok(records.into_iter().map(TributaryRecord::into_row).collect())
}

/// Detention basins and their gates.
pub(super) fn detention() -> Result<Vec<DetentionRow>, RiverTableError> {
    checked_detention(DETENTION, BASIN_STORAGE)
}

fn checked_detention(text: &str, storage: &str) -> Result<Vec<DetentionRow>, RiverTableError> {
    let table = "detention.csv";
    let records = rows::<DetentionRecord>(table, text)?;
    for (i, record) in records.iter().enumerate() {
        let fault =
            |column, found: String, allowed| RiverTableError::Value { table, row: i + 1, column, found, allowed };
        let is_basin = |other: &DetentionRecord| other.purpose == Purpose::Basin && other.id == record.lake;
        if !records.iter().any(is_basin) {
            return Err(fault("lake", record.lake.clone(), "the id of a basin in this table"));
        }
        if record.purpose != Purpose::Basin && !record.capacity_m3s.is_some_and(|q| q > 0.0) {
            let found = record.capacity_m3s.map_or_else(|| "empty".to_owned(), |q| q.to_string());
            return Err(fault("capacity_m3s", found, "a discharge above 0 for a gate"));
        }
        if record.sill_m.is_some() && !record.full_at_m.zip(record.sill_m).is_some_and(|(full, sill)| full > sill) {
            let found = record.full_at_m.map_or_else(|| "empty".to_owned(), |z| z.to_string());
            return Err(fault("full_at_m", found, "a level above the sill"));
        }
        if record.purpose == Purpose::Basin && (record.level_m.is_none() || record.raise_m.is_none()) {
            return Err(fault("level_m", "empty".to_owned(), "a flood level, and `raise_m`, for a basin"));
        }
    }
    let storage = rows::<StorageRecord>("basin_storage.csv", storage)?;
    let mut rows: Vec<DetentionRow> = records.into_iter().map(DetentionRecord::into_row).collect();
    for row in rows.iter_mut().filter(|row| row.kind == DetentionKind::Basin) {
        row.storage = storage_of(&row.id, &storage)?;
    }
    Ok(rows)
}

/// Level and storage of a basin, checked.
fn storage_of(basin: &str, records: &[StorageRecord]) -> Result<Vec<[f64; 2]>, RiverTableError> {
    let of_basin = records.iter().enumerate().filter(|(_, record)| record.basin == basin);
    let (places, points): (Vec<usize>, Vec<[f64; 2]>) =
        of_basin.map(|(i, record)| (i, [record.level_m, record.storage_1e8m3 * 1e8])).unzip();
    LevelStorage::new(points.clone()).map_err(|bad| RiverTableError::Value {
        table: "basin_storage.csv",
        row: places.get(bad).map_or(records.len() + 1, |place| place + 1),
        column: "storage_1e8m3",
        found: points.get(bad).map_or_else(|| format!("no second row of {basin}"), |p| format!("{p:?}")),
        allowed: "for each basin two rows or more, level and storage rising, from 0 on",
    })?;
    Ok(points)
}

#[derive(Deserialize)]
struct BedLevelRecord {
    station: String,
    year: u16,
    stage_3000_m: f64,
}

impl BedLevelRecord {
    fn into_row(self) -> BedLevelRow {
        BedLevelRow { station: self.station, year: self.year, stage_3000_m: self.stage_3000_m }
    }
}

#[derive(Deserialize)]
struct TributaryRecord {
    id: String,
    name_zh: String,
    name_en: String,
    bank: BankLetter,
    km: f64,
    gauge: String,
}

impl TributaryRecord {
    fn into_row(self) -> TributaryRow {
        TributaryRow {
            id: self.id,
            name: Bilingual::new(self.name_zh, self.name_en),
            bank: self.bank.into(),
            km: self.km,
            gauge: self.gauge,
        }
    }
}

#[derive(Deserialize, PartialEq, Eq)]
enum Purpose {
    Basin,
    Diversion,
    Return,
}

#[derive(Deserialize)]
struct DetentionRecord {
    id: String,
    lake: String,
    name_zh: String,
    name_en: String,
    purpose: Purpose,
    bank: BankLetter,
    km: f64,
    capacity_m3s: Option<f64>,
    sill_m: Option<f64>,
    full_at_m: Option<f64>,
    area_km2: Option<f64>,
    level_m: Option<f64>,
    raise_m: Option<f64>,
    gauge: Option<String>,
    storage_1e8m3: Option<f64>,
}

#[derive(Deserialize)]
struct StorageRecord {
    basin: String,
    level_m: f64,
    storage_1e8m3: f64,
}

impl DetentionRecord {
    fn into_row(self) -> DetentionRow {
        DetentionRow {
            id: self.id,
            lake: self.lake,
            name: Bilingual::new(self.name_zh, self.name_en),
            kind: match self.purpose {
                Purpose::Basin => DetentionKind::Basin,
                Purpose::Diversion => DetentionKind::Diversion,
                Purpose::Return => DetentionKind::Return,
            },
            bank: self.bank.into(),
            km: self.km,
            capacity_m3s: self.capacity_m3s,
            sill_m: self.sill_m,
            full_at_m: self.full_at_m,
            area_km2: self.area_km2,
            level_m: self.level_m,
            raise_m: self.raise_m,
            gauge: self.gauge,
            storage_m3: self.storage_1e8m3.map(|storage| storage * 1e8),
            storage: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::river::tables;

    #[test]
    fn the_bed_rose_until_2002_and_was_cut_down_after() {
        let tables = tables().unwrap();
        let at = |station: &str, year| tables.stage_3000_m(station, year).unwrap();
        for station in ["HYK", "GC", "SK", "AS", "LK", "LJ"] {
            assert!(at(station, 1996) > at(station, 1958) + 1.0, "{station}");
            assert!(at(station, 2002) > at(station, 2021) + 1.5, "{station}");
        }
        assert!((at("GC", 2002) - 63.78).abs() < 1e-9);
    }

    #[test]
    fn faulty_rows_are_named_with_what_is_allowed() {
        let stations = tables().unwrap().stations;
        let faulty = |body: &str| {
            let text = format!("station,year,stage_3000_m\n{body}");
            checked_bed_levels(&text, &stations).unwrap_err().to_string()
        };
        assert_eq!(
            faulty("HYK,1996,93.3\nXX,1996,93.3\n"),
            "bed_levels.csv, row 2: station is XX, allowed: a station on the main stem in stations.csv"
        );
        assert_eq!(faulty("HYK,1996,NaN\n"), "bed_levels.csv, row 1: stage_3000_m is NaN, allowed: a level in m");
        assert_eq!(
            faulty("HYK,1996,93.3\nHYK,1996,93.4\n"),
            "bed_levels.csv, row 2: year is 1996, allowed: one row for a station in a year"
        );
        let head = "id,lake,name_zh,name_en,purpose,bank,km,capacity_m3s,sill_m,full_at_m,area_km2,level_m,raise_m,gauge,storage_1e8m3\n";
        let storage = "basin,level_m,storage_1e8m3\nA,1,0\nA,2,1\n";
        let checked = |body: &str, storage: &str| checked_detention(&format!("{head}{body}"), storage);
        let error = checked("G,A,闸,Gate,Diversion,R,1,100,,,,,,,\n", storage).unwrap_err().to_string();
        assert_eq!(error, "detention.csv, row 1: lake is A, allowed: the id of a basin in this table");
        let lake = "A,A,湖,Lake,Basin,R,1,,,,2,3,0,,\n";
        let gate = |figures: &str| format!("{lake}G,A,闸,Gate,Diversion,R,1,{figures},,,,,\n");
        let error = checked(&gate(",,"), storage).unwrap_err().to_string();
        assert_eq!(error, "detention.csv, row 2: capacity_m3s is empty, allowed: a discharge above 0 for a gate");
        let error = checked(&gate("100,5,4"), storage).unwrap_err().to_string();
        assert_eq!(error, "detention.csv, row 2: full_at_m is 4, allowed: a level above the sill");
        let error = checked(lake, "basin,level_m,storage_1e8m3\nA,1,0\nB,2,1\nA,0.5,1\n").unwrap_err().to_string();
        assert!(error.starts_with("basin_storage.csv, row 3: storage_1e8m3 is [0.5, 100000000.0]"), "{error}");
    }

    #[test]
    fn both_tributaries_are_measured_and_both_basins_have_gates() {
        let tables = tables().unwrap();
        assert_eq!(tables.tributaries.iter().map(|row| row.gauge.as_str()).collect::<Vec<_>>(), ["HSG", "WZ"]);
        for lake in ["dongping", "beijindi"] {
            let gates = |kind| tables.detention.iter().filter(move |row| row.lake == lake && row.kind == kind).count();
            assert!(gates(DetentionKind::Diversion) > 0 && gates(DetentionKind::Return) > 0);
        }
    }
}
