//! What stands on the floodplain, from the table that is built into the program.

use crate::domain::geo::corridor::UnitRow;
use crate::domain::impact::{Exposure, MU_M2, UnitExposure};
use crate::domain::river::{FloodplainUnit, River};
use crate::domain::text::Bilingual;

/// Figures with source and confidence; one row for each.
const TABLE: &str = include_str!("../../assets/river/exposure.csv");

/// One figure of the exposure table.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct Figure {
    /// Which figure.
    pub key: String,
    /// Its value.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// What it covers.
    pub scope: String,
    /// Where it was found.
    pub source: String,
    /// Confidence letter (A found in a source, B recalled, C approximate, D derived).
    pub confidence: String,
    /// What else must be known to use it.
    pub note: String,
}

/// All figures of the built-in table, in its order.
///
/// # Panics
/// Never, as long as the built-in table is well formed; a test reads all of it.
pub fn figures() -> Vec<Figure> {
    let mut reader = csv::Reader::from_reader(TABLE.as_bytes());
    reader.deserialize().map(|row| row.expect("the built-in exposure table is well formed")).collect()
}

/// One figure of the built-in table by its key.
///
/// # Panics
/// When there is no such figure: the keys are fixed in the program and tested.
pub fn figure(key: &str) -> Figure {
    figures().into_iter().find(|row| row.key == key).expect("the built-in exposure table has every key asked for")
}

/// What stands on one whole floodplain unit (演示参数): the totals of its province's floodplain, shared out by area.
///
/// Farmland is published for both provinces together. Nothing is published by unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitTotals {
    /// People.
    pub people: f64,
    /// Villages.
    pub villages: f64,
    /// Farmland, m².
    pub farmland_m2: f64,
}

impl UnitTotals {
    /// The totals of a unit by its area and province; `None` for a province that has no floodplain of this river.
    pub fn of(unit: &UnitRow) -> Option<Self> {
        let province = match unit.province.as_str() {
            "河南" => "henan",
            "山东" => "shandong",
            _ => return None,
        };
        let of_province = |what: &str| figure(&format!("{province}_{what}")).value;
        let share = unit.area_km2 / of_province("area");
        Some(Self {
            people: share * of_province("people"),
            villages: share * of_province("villages"),
            farmland_m2: unit.area_km2 / figure("area").value * figure("farmland").value * 1e4 * MU_M2,
        })
    }
}

/// Exposure of a river's units: what stands on a unit ([`UnitTotals`]) is spread evenly over its cells.
///
/// A corridor that holds a part of a unit has the same part of what stands on it, by chainage. The cells of a unit have
/// another area than the published one, so densities differ from unit to unit; a unit that is all under water gives
/// its totals.
pub fn for_river(river: &River, rows: &[UnitRow]) -> Exposure {
    let span_km = river.chainage_km.first().copied().zip(river.chainage_km.last().copied());
    let exposure = |unit: &FloodplainUnit| {
        let row = rows.iter().find(|row| row.id == unit.id);
        let Some((row, totals)) = row.and_then(|row| Some((row, UnitTotals::of(row)?))) else {
            return UnitExposure::default();
        };
        let part = span_km.map_or(1.0, |(first, last)| {
            ((row.to_km.min(last) - row.from_km.max(first)) / (row.to_km - row.from_km)).clamp(0.0, 1.0)
        });
        let per_m2 = |total: f64| if unit.area_m2 > 0.0 { part * total / unit.area_m2 } else { 0.0 };
        UnitExposure {
            people_per_m2: per_m2(totals.people),
            farmland_frac: per_m2(totals.farmland_m2).min(1.0),
            villages_per_m2: per_m2(totals.villages),
        }
    };
    Exposure {
        units: river.units.iter().map(exposure).collect(),
        flooded_depth_m: figure("flooded_depth").value,
        source: Bilingual::new(
            "演示参数：河南、山东滩区公布总数（人口 124.65 万、60.6 万，村庄 1,146 个、779 个，面积 2,116 km²、1,038 km²，耕地合计 340.1 万亩）按面积分摊到各滩，各滩位置为示意，非逐村调查",
            "Demonstration values: published totals of the floodplains of Henan and Shandong (1,246,500 and 606,000 people, 1,146 and 779 villages, 2,116 and 1,038 km², 3.401 million mu of farmland together) shared out by area to units whose places are schematic, not a village survey",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geo::Grid;
    use crate::domain::geo::corridor::{Bank, RoughnessSource};
    use crate::domain::impact::{UnitLoss, count, farmland_wan_mu, total};
    use crate::domain::river::LandClass;
    use crate::io::river::tables;

    #[test]
    fn every_figure_has_a_source_and_a_confidence() {
        for row in figures() {
            assert!(!row.source.is_empty(), "{}", row.key);
            assert!(["A", "B", "C", "D"].contains(&row.confidence.as_str()), "{}", row.key);
            assert!(row.value.is_finite() && row.value > 0.0, "{}", row.key);
        }
    }

    /// A river with ten cells of 100 km² in every unit, from `first_km` to `last_km`, all under water.
    fn under_water(rows: &[UnitRow], first_km: f64, last_km: f64) -> Vec<UnitLoss> {
        let n_cols = 10 * rows.len();
        let grid = Grid { n_cols, n_rows: 1, cell_m: 10_000.0, west_m: 0.0, north_m: 0.0 };
        let unit = |row: &UnitRow| FloodplainUnit {
            id: row.id.clone(),
            name: Bilingual::default(),
            county: String::new(),
            at: [0.0, 0.0],
            area_m2: 1e9,
        };
        let river = River {
            centreline: vec![],
            chainage_km: vec![first_km, last_km],
            stations: vec![],
            levees: vec![],
            units: rows.iter().map(unit).collect(),
            unit_of_cell: (0..n_cols).map(|cell| u8::try_from(cell / 10).unwrap()).collect(),
            class_of_cell: vec![LandClass::Floodplain; n_cols],
            roughness: RoughnessSource::Published,
        };
        count(&for_river(&river, rows), &river, &grid, &vec![1.0; n_cols])
    }

    #[test]
    fn the_units_of_a_province_have_its_published_area() {
        let units = tables().unwrap().units;
        let area_km2 =
            |province: &str| units.iter().filter(|u| u.province == province).map(|u| u.area_km2).sum::<f64>();
        for (province, key) in [("河南", "henan_area"), ("山东", "shandong_area")] {
            assert!((area_km2(province) - figure(key).value).abs() < 1e-9, "{province} {}", area_km2(province));
        }
        assert!((figure("henan_area").value + figure("shandong_area").value - figure("area").value).abs() < 1e-9);
    }

    /// On either bank one unit follows the other down to the delta: none overlaps, and no stretch has none.
    #[test]
    fn the_units_line_both_banks_from_end_to_end() {
        let tables = tables().unwrap();
        for bank in [Bank::Left, Bank::Right] {
            let mut units: Vec<&UnitRow> = tables.units.iter().filter(|unit| unit.bank == bank).collect();
            units.sort_by(|a, b| a.from_km.total_cmp(&b.from_km));
            assert!(units[0].from_km <= 0.0 && units[units.len() - 1].to_km >= tables.span_km()[1], "{bank:?}");
            for pair in units.windows(2) {
                assert!((pair[0].to_km - pair[1].from_km).abs() < 1e-9, "{} {}", pair[0].id, pair[1].id);
            }
        }
    }

    #[test]
    fn the_whole_floodplain_under_water_gives_back_the_published_totals() {
        let rows = tables().unwrap().units;
        let losses = under_water(&rows, 0.0, 831.83);
        let of = |province: &str| {
            let own = losses.iter().zip(&rows).filter(|(_, row)| row.province == province);
            total(own.map(|(loss, _)| loss))
        };
        for (province, key) in [("河南", "henan"), ("山东", "shandong")] {
            let whole = |what: &str| figure(&format!("{key}_{what}")).value;
            assert!((of(province).people - whole("people")).abs() < 1e-3, "{province} {:?}", of(province));
            assert!((of(province).villages - whole("villages")).abs() < 1e-6, "{province} {:?}", of(province));
        }
        assert!((farmland_wan_mu(total(&losses).farmland_m2) - 340.1).abs() < 1e-6);
    }

    #[test]
    fn a_part_of_a_unit_has_the_same_part_of_what_stands_on_it() {
        let rows = tables().unwrap().units;
        let at = rows.iter().position(|row| row.id == "PY").unwrap();
        let [whole, part] = [under_water(&rows, 0.0, 831.83)[at], under_water(&rows, 0.0, 313.0)[at]];
        // From 296 to 345 km, of which the reach holds 17.
        assert!((part.people / whole.people - 17.0 / 49.0).abs() < 1e-9, "{part:?} {whole:?}");
        assert!(under_water(&rows, 0.0, 200.0)[at].people.abs() < 1e-9);
    }
}
