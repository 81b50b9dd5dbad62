//! What stands on the floodplain, from the table that is built into the program.

pub mod own;
mod place;
mod register;
mod roads;

use std::sync::OnceLock;

use crate::domain::geo::corridor::{Corridor, UnitRow};
use crate::domain::geo::polyline::Polyline;
use crate::domain::impact::damage::compensation::CompensationRule;
use crate::domain::impact::damage::crops::Crop;
use crate::domain::impact::damage::curve_set::CurveSet;
use crate::domain::impact::{Exposure, Leaving, MU_M2, RoadNet, UnitExposure, Values, Village};
use crate::domain::river::{FloodplainUnit, River};
use crate::domain::text::Bilingual;
use crate::io::damage;

/// Figures with source and confidence; one row for each.
const TABLE: &str = include_str!("../../../assets/river/exposure.csv");

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
pub fn figures() -> &'static [Figure] {
    static FIGURES: OnceLock<Vec<Figure>> = OnceLock::new();
    FIGURES.get_or_init(|| {
        let mut reader = csv::Reader::from_reader(TABLE.as_bytes());
        reader.deserialize().map(|row| row.expect("the built-in exposure table is well formed")).collect()
    })
}

/// One figure of the built-in table by its key.
///
/// # Panics
/// When there is no such figure: the keys are fixed in the program and tested.
pub fn figure(key: &str) -> &'static Figure {
    figures().iter().find(|row| row.key == key).expect("the built-in exposure table has every key asked for")
}

/// Exposure of a corridor (演示参数): villages, roads and farmland of its units.
///
/// Farmland is published for both provinces together and spread evenly over each unit's cells by the unit's published
/// share of the area; a corridor that holds a part of a unit has the same part of its farmland, by chainage, and those
/// villages of the register whose chainage it holds.
///
/// # Panics
/// When the built-in tables are not sound, which a test reads.
pub fn for_corridor(corridor: &Corridor, rows: &[UnitRow]) -> Exposure {
    let river = &corridor.river;
    let villages = place::place(corridor, rows, width_behind_m(corridor));
    let units = river.units.iter().map(|unit| of_unit(river, unit, rows)).collect();
    let roads = roads::lay(river, rows, &corridor.terrain.grid, &villages);
    let source = Bilingual::new(
        "演示参数：河南、山东滩区公布总数（人口 124.65 万、64.85 万，村庄 1,146 个、782 个，面积 2,116 km²、1,038 km²，耕地合计 340.1 万亩）按面积分摊到各滩；堤外按每 km² 600 人、耕地率 65% 假定；村庄、村台、道路、路口位置为示意，非逐村调查",
        "Demonstration values: published totals of the floodplains of Henan and Shandong (1,246,500 and 648,500 people, 1,146 and 782 villages, 2,116 and 1,038 km², 3.401 million mu of farmland together) shared out by area to units; behind the levees 600 people to a km² and 65 % farmland are assumed; villages, platforms, roads and ramps are schematic, not a village survey",
    );
    Exposure { roads, ..exposure_of(units, villages, source) }
}

/// Schematic roads between the villages of a corridor, and up the levees of its units.
pub fn roads_of(corridor: &Corridor, river: &River, rows: &[UnitRow], villages: &[Village]) -> RoadNet {
    roads::lay(river, rows, &corridor.terrain.grid, villages)
}

/// Exposure of units and villages without roads: crops, values, curves and the rule of compensation are the built-in
/// ones.
///
/// # Panics
/// When the built-in tables are not sound, which a test reads.
pub fn exposure_of(units: Vec<UnitExposure>, villages: Vec<Village>, source: Bilingual) -> Exposure {
    Exposure {
        units,
        villages,
        roads: RoadNet::default(),
        crops: Crop::ALL.iter().map(|crop| (*crop, figure(&format!("crop_{}", crop.id())).value)).collect(),
        values: values(),
        curves: curves(DEFAULT_CURVES).expect("the built-in sets have the default one"),
        compensation: CompensationRule::published()[0].clone(),
        leaving: Leaving::default(),
        counts_lives: false,
        flooded_depth_m: figure("flooded_depth").value,
        source,
    }
}

/// Width of the land behind the levees, m: its area over the length of the levees.
fn width_behind_m(corridor: &Corridor) -> f64 {
    let area_m2: f64 = corridor.river.units.iter().filter(|unit| unit.is_landside).map(|unit| unit.area_m2).sum();
    let lines = corridor.river.levees.iter().filter_map(|levee| Polyline::new(levee.line.clone()));
    let length_m: f64 = lines.map(|line| line.length_m()).sum();
    if length_m > 0.0 { (area_m2 / length_m).max(1.0) } else { 1.0 }
}

fn of_unit(river: &River, unit: &FloodplainUnit, rows: &[UnitRow]) -> UnitExposure {
    if unit.is_landside {
        return UnitExposure { farmland_frac: figure("landside_farmland").value };
    }
    let Some(row) = rows.iter().find(|row| row.id == unit.id) else { return UnitExposure::default() };
    let span_km = river.chainage_km.first().copied().zip(river.chainage_km.last().copied());
    let part = span_km.map_or(1.0, |(first, last)| {
        ((row.to_km.min(last) - row.from_km.max(first)) / (row.to_km - row.from_km)).clamp(0.0, 1.0)
    });
    let farmland_m2 = row.area_km2 / figure("area").value * figure("farmland").value * 1e4 * MU_M2;
    let per_m2 = if unit.area_m2 > 0.0 { part * farmland_m2 / unit.area_m2 } else { 0.0 };
    UnitExposure { farmland_frac: per_m2.min(1.0) }
}

/// What things are worth: one value for all houses, whatever their walls.
fn values() -> Values {
    let all = damage::values();
    let value = |key: &str| all.iter().find(|value| value.key == key).map_or(0.0, |value| value.value);
    Values {
        house_cny_per_m2: [value("house_value"); 3],
        goods_cny_per_person: value("household_property_per_person"),
        crop_cny_per_mu: value("autumn_crop_value"),
        road_cny_per_km: value("rural_road_value"),
        works_cny_per_mu: figure("works_value").value,
        year: all.iter().find(|value| value.key == "autumn_crop_value").and_then(|value| value.year).unwrap_or(0),
    }
}

/// Houses of brick and timber are nearer to it than to the curves of the USA.
const DEFAULT_CURVES: &str = "jrc-asia";

/// A built-in set of curves; `None` for an unknown one.
pub fn curves(id: &str) -> Option<CurveSet> {
    damage::curve_sets().into_iter().find(|set| set.id == id)
}

/// A name without the word for what it is of.
fn tidy_name<'a>(name: &'a str, word: &str) -> &'a str {
    name.strip_suffix(word).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geo::corridor::{Bank, ChannelKind, CorridorSpec, build};
    use crate::domain::impact::{Calendar, CellHazard, UnitLoss, Ways, count, farmland_wan_mu, total};
    use crate::io::river::tables;
    use time::macros::datetime;

    #[test]
    fn every_figure_has_a_source_and_a_confidence() {
        for row in figures() {
            assert!(!row.source.is_empty(), "{}", row.key);
            assert!(["A", "B", "C", "D"].contains(&row.confidence.as_str()), "{}", row.key);
            assert!(row.value.is_finite() && row.value > 0.0, "{}", row.key);
        }
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

    /// The whole river or a part of it on cells of 400 m, and what is lost when all of it is under water.
    fn under_water(from_km: f64, to_km: f64) -> (Exposure, Vec<UnitLoss>, Vec<UnitRow>) {
        let (exposure, losses, rows, _) = under_water_with([from_km, to_km], 3000.0);
        (exposure, losses, rows)
    }

    fn under_water_with([from_km, to_km]: [f64; 2], landside_m: f64) -> (Exposure, Vec<UnitLoss>, Vec<UnitRow>, River) {
        let tables = tables().unwrap();
        let channel = ChannelKind::Line;
        let base = CorridorSpec { landside_m, channel, ..CorridorSpec::default() };
        let spec = CorridorSpec { from_km, to_km, cell_m: 400.0, epoch: 2021, ..base };
        let corridor = build(&tables, &spec).unwrap();
        let exposure = for_corridor(&corridor, &tables.units);
        let calendar = Calendar::new(datetime!(2021-08-10 08:00 +8), 1.0);
        let wet = |_cell: usize| CellHazard::of_depth(6.0);
        let losses = count(&exposure, &corridor.river, &corridor.terrain.grid, &calendar, wet);
        (exposure, losses, tables.units, corridor.river)
    }

    #[test]
    fn the_whole_floodplain_under_water_gives_back_the_published_totals() {
        let (exposure, losses, rows, river) = under_water_with([2.0, 800.0], 3000.0);
        let of = |province: &str| {
            let ids = rows.iter().filter(|row| row.province == province).map(|row| &row.id);
            let all: Vec<&String> = ids.collect();
            let own = exposure.villages.iter().filter(|village| all.iter().any(|id| village.id.starts_with(&***id)));
            (own.clone().count() as f64, own.map(|village| village.people).sum::<f64>())
        };
        // The corridor ends 32 km above the mouth of the table, which the last unit reaches, and begins 2 km below its head.
        for (province, key, part) in [("河南", "henan", 0.99), ("山东", "shandong", 0.95)] {
            let whole = |what: &str| figure(&format!("{key}_{what}")).value;
            let (n, people) = of(province);
            assert!((part..=1.0).contains(&(n / whole("villages"))), "{province} {n}");
            assert!((part..=1.0).contains(&(people / whole("people"))), "{province} {people}");
        }
        let all = total(&losses);
        assert!((all.villages() - exposure.villages.len() as f64).abs() < 1e-9, "all are reached");
        let people: f64 = exposure.villages.iter().map(|village| village.people).sum();
        assert!((all.people - people).abs() < 1e-6 && (all.people_to_move - people).abs() < 1e-6);
        let between =
            total(losses.iter().zip(&river.units).filter(|(_, unit)| !unit.is_landside).map(|(loss, _)| loss));
        assert!((0.9..=1.0).contains(&(farmland_wan_mu(between.farmland_m2) / 340.1)), "{}", between.farmland_m2);
    }

    #[test]
    fn villages_behind_a_levee_are_as_many_to_the_area_and_the_same_however_wide_the_domain_is() {
        let behind = |landside_m: f64| {
            let (exposure, _, _, river) = under_water_with([260.0, 290.0], landside_m);
            let is_behind = |village: &&Village| river.units[village.unit].is_landside;
            let villages: Vec<Village> = exposure.villages.iter().filter(is_behind).cloned().collect();
            let km2 = river.units.iter().filter(|unit| unit.is_landside).map(|unit| unit.area_m2 / 1e6).sum::<f64>();
            (villages, km2)
        };
        let ((wide, km2), (narrow, _)) = (behind(4000.0), behind(2000.0));
        let per_km2 = wide.len() as f64 / km2;
        assert!((per_km2 / figure("landside_villages").value - 1.0).abs() < 0.1, "{per_km2}");
        let people = wide.iter().map(|village| village.people).sum::<f64>() / km2;
        assert!((people / 600.0 - 1.0).abs() < 0.1, "{people}");
        assert!(narrow.len() > 20, "{} villages", narrow.len());
        for village in &narrow {
            let same = wide.iter().find(|other| other.id == village.id);
            assert!(same.is_some_and(|other| (other.people - village.people).abs() < 1e-9), "{}", village.id);
        }
    }

    #[test]
    fn a_part_of_a_unit_has_the_same_part_of_what_stands_on_it() {
        let (whole, part) = (under_water(280.0, 360.0), under_water(280.0, 313.0));
        let of = |(exposure, _, _): &(Exposure, Vec<UnitLoss>, Vec<UnitRow>)| {
            exposure.villages.iter().filter(|village| village.id.starts_with("PY-")).cloned().collect::<Vec<_>>()
        };
        let (all, some) = (of(&whole), of(&part));
        // From 296 to 345 km, of which the shorter reach holds 17.
        assert!((some.len() as f64 / all.len() as f64 - 17.0 / 49.0).abs() < 0.05, "{} of {}", some.len(), all.len());
        for (a, b) in all.iter().zip(&some) {
            let floor_m2 = |village: &Village| village.houses_m2.iter().sum::<f64>();
            assert!(a.id == b.id && (a.people - b.people).abs() < 1e-9, "{}", a.id);
            assert!((floor_m2(a) - floor_m2(b)).abs() < 1e-6, "{}", a.id);
        }
    }

    #[test]
    fn every_village_has_a_cell_of_its_own_and_a_way_out_over_dry_roads() {
        let (exposure, _, _) = under_water(124.0, 313.0);
        let mut cells: Vec<usize> = exposure.villages.iter().map(|village| village.cell).collect();
        cells.sort_unstable();
        cells.dedup();
        assert_eq!(cells.len(), exposure.villages.len());
        let people: Vec<f64> = exposure.villages.iter().map(|village| village.people).collect();
        let ways = Ways::new(&exposure.roads).assign(&exposure.roads, &people);
        let n_out = ways.iter().filter(|way| way.is_some()).count() as f64;
        assert!(n_out / ways.len() as f64 > 0.98, "{n_out} of {}", ways.len());
        let longest = ways.iter().flatten().map(|way| way.length_m).fold(0.0, f64::max);
        assert!((3_000.0..40_000.0).contains(&longest), "{longest}");
    }
}
