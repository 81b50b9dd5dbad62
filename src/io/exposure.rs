//! What stands on the floodplain, from the table that is built into the program.

use crate::domain::impact::{Exposure, MU_M2, UnitExposure};
use crate::domain::river::River;
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

/// Exposure of a river's units: every unit gets the mean density of the whole lower-river floodplain (演示参数).
///
/// People, farmland and villages of the published totals (see `assets/river/exposure.csv`) are shared out by area.
/// Nothing better is published by unit; Henan alone, where most of the reach lies, gives 589 people per km² against 601.
pub fn for_river(river: &River) -> Exposure {
    let area_m2 = figure("area").value * 1e6;
    let mean = UnitExposure {
        people_per_m2: figure("people").value / area_m2,
        farmland_frac: figure("farmland").value * 1e4 * MU_M2 / area_m2,
        villages_per_m2: figure("villages").value / area_m2,
    };
    Exposure {
        units: vec![mean; river.units.len()],
        flooded_depth_m: figure("flooded_depth").value,
        source: Bilingual::new(
            "演示参数：下游滩区公布总数（人口 189.5 万、耕地 340.1 万亩、村庄 1,928 个、面积 3,154 km²）按面积均摊到各滩，非逐村调查",
            "Demonstration values: published totals of the lower-river floodplain (1.895 million people, 3.401 million mu of farmland, 1,928 villages, 3,154 km²) shared out by area, not a village survey",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geo::Grid;
    use crate::domain::geo::corridor::RoughnessSource;
    use crate::domain::impact::{count, farmland_wan_mu};
    use crate::domain::river::{FloodplainUnit, LandClass};

    #[test]
    fn every_figure_has_a_source_and_a_confidence() {
        for row in figures() {
            assert!(!row.source.is_empty(), "{}", row.key);
            assert!(["A", "B", "C", "D"].contains(&row.confidence.as_str()), "{}", row.key);
            assert!(row.value.is_finite() && row.value > 0.0, "{}", row.key);
        }
    }

    #[test]
    fn the_whole_floodplain_under_water_gives_back_the_published_totals() {
        // One unit of 3154 cells of 1 km2.
        let grid = Grid { n_cols: 3154, n_rows: 1, cell_m: 1000.0, west_m: 0.0, north_m: 0.0 };
        let unit = FloodplainUnit {
            id: "all".into(),
            name: Bilingual::default(),
            county: String::new(),
            at: [0.0, 0.0],
            area_m2: 3.154e9,
        };
        let river = River {
            centreline: vec![],
            chainage_km: vec![],
            stations: vec![],
            levees: vec![],
            units: vec![unit],
            unit_of_cell: vec![0; 3154],
            class_of_cell: vec![LandClass::Floodplain; 3154],
            roughness: RoughnessSource::Published,
        };
        let loss = count(&for_river(&river), &river, &grid, &vec![1.0; 3154])[0];
        assert!((loss.people - 1_895_000.0).abs() < 1e-3);
        assert!((farmland_wan_mu(loss.farmland_m2) - 340.1).abs() < 1e-9);
        assert!((loss.villages - 1928.0).abs() < 1e-9);
    }
}
