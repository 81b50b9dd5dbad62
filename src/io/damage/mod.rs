//! Damage curves and unit values: the tables built into the program, and a user's own curves.

mod curves;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::domain::impact::damage::asset::Asset;
use crate::domain::impact::damage::curve_set::CurveSet;
use crate::domain::impact::damage::value::UnitValue;
use crate::domain::text::Bilingual;
use crate::io::scenario::Fault;

const CURVES: &str = include_str!("../../../assets/impact/curves.csv");
const CURVE_SETS: &str = include_str!("../../../assets/impact/curve_sets.csv");
const VALUES: &str = include_str!("../../../assets/impact/values.csv");

/// Why a table of damage curves could not be had.
#[derive(Debug, thiserror::Error)]
pub enum DamageTableError {
    /// The file could not be read.
    #[error("{source}: {}", path.display())]
    Io {
        /// What the system said.
        source: std::io::Error,
        /// The file.
        path: PathBuf,
    },
    /// The table is faulty: everything that is wrong with it, in the order of the file. Never empty.
    #[error("{}", one_a_line(.0))]
    Faults(Vec<Fault>),
}

fn one_a_line(faults: &[Fault]) -> String {
    let lines = faults.iter().enumerate();
    lines.fold(String::new(), |mut text, (i, fault)| {
        let line_break = if i > 0 { "\n" } else { "" };
        write!(text, "{line_break}{fault}").expect("writing to a string does not fail");
        text
    })
}

/// The sets of curves that are built into the program, each with a curve for every asset.
///
/// A curve that a set lacks is taken from the set that is the default for the asset, with its source. Together the sets
/// are the default for every asset.
///
/// # Panics
/// Never, as long as the built-in tables are well formed; a test reads all of them.
pub fn curve_sets() -> Vec<CurveSet> {
    let sets = own_curve_sets();
    sets.iter().map(|set| set.clone().completed_from(&sets)).collect()
}

/// The built-in sets with no other curves than their own.
fn own_curve_sets() -> Vec<CurveSet> {
    let sets = curves::read(CURVES, Path::new("curves.csv")).expect("the built-in curve table is well formed");
    let named = |record: SetRecord| {
        let set = sets.iter().find(|set| set.id == record.id).expect("every built-in set has curves");
        record.describe(set.clone())
    };
    rows::<SetRecord>(CURVE_SETS).map(named).collect()
}

/// Reads a user's table of curves: CSV with the columns `set,asset,reading,depth_m,fraction,source,confidence`.
///
/// Lines that begin with `#` are comments. Points of a curve stand in the order of their depths. `reading` is `linear` or
/// `classes`, `confidence` a letter from A to D. A set need not have a curve for every asset: what it lacks is taken
/// from the built-in default, with its source. Its name is its id.
///
/// # Errors
/// When the file cannot be read, or all faults of the table at once.
pub fn load_curves(path: &Path) -> Result<Vec<CurveSet>, DamageTableError> {
    let text =
        std::fs::read_to_string(path).map_err(|source| DamageTableError::Io { source, path: path.to_owned() })?;
    let sets = curves::read(&text, path).map_err(DamageTableError::Faults)?;
    let defaults = own_curve_sets();
    Ok(sets.into_iter().map(|set| set.completed_from(&defaults)).collect())
}

/// All unit values that are built into the program.
///
/// # Panics
/// Never, as long as the built-in table is well formed; a test reads all of it.
pub fn values() -> Vec<UnitValue> {
    rows::<ValueRecord>(VALUES).map(ValueRecord::into_value).collect()
}

/// One unit value of the built-in table by its key.
///
/// # Panics
/// When there is no such value: the keys are fixed in the program and tested.
pub fn value(key: &str) -> UnitValue {
    values().into_iter().find(|value| value.key == key).expect("the built-in table has every value asked for")
}

fn rows<T: serde::de::DeserializeOwned>(text: &'static str) -> impl Iterator<Item = T> {
    let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize();
    rows.map(|row| row.expect("the built-in tables are well formed"))
}

#[derive(Deserialize)]
struct SetRecord {
    id: String,
    name_zh: String,
    name_en: String,
    year: Option<u16>,
    source: String,
    confidence: String,
    default_for: String,
}

impl SetRecord {
    fn describe(self, mut set: CurveSet) -> CurveSet {
        let default_for = self.default_for.split(';').filter(|id| !id.is_empty());
        set.default_for = default_for.map(|id| Asset::of_id(id).expect("defaults are for known assets")).collect();
        set.name = Bilingual::new(self.name_zh, self.name_en);
        set.year = self.year;
        set.source = self.source;
        set.confidence = self.confidence;
        set
    }
}

#[derive(Deserialize)]
struct ValueRecord {
    key: String,
    name_zh: String,
    name_en: String,
    value_low: f64,
    value: f64,
    value_high: f64,
    unit: String,
    year: Option<u16>,
    source: String,
    confidence: String,
}

impl ValueRecord {
    fn into_value(self) -> UnitValue {
        UnitValue {
            key: self.key,
            name: Bilingual::new(self.name_zh, self.name_en),
            value_low: self.value_low,
            value: self.value,
            value_high: self.value_high,
            unit: self.unit,
            year: self.year,
            source: self.source,
            confidence: self.confidence,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::impact::damage::curve::Reading;
    use proptest::prelude::{prop, prop_assert, proptest};

    fn set(id: &str) -> CurveSet {
        curve_sets().into_iter().find(|set| set.id == id).unwrap()
    }

    #[test]
    fn every_built_in_set_is_described_and_complete() {
        let sets = curve_sets();
        assert_eq!(sets.iter().map(|set| set.id.as_str()).collect::<Vec<_>>(), ["jrc-asia", "hazus", "china"]);
        let with_curves = curves::read(CURVES, Path::new("curves.csv")).unwrap();
        assert_eq!(with_curves.len(), sets.len());
        for set in &sets {
            assert!(![&set.name.zh, &set.name.en, &set.source].iter().any(|text| text.is_empty()), "{}", set.id);
            assert!(["A", "B", "C", "D"].contains(&set.confidence.as_str()), "{}", set.id);
            assert!(set.lacking().is_empty(), "{}: {:?}", set.id, set.lacking());
        }
    }

    #[test]
    fn every_asset_has_one_default_set_with_a_curve_of_its_own() {
        let sets = own_curve_sets();
        for asset in Asset::ALL {
            let defaults: Vec<_> = sets.iter().filter(|set| set.default_for.contains(&asset)).collect();
            assert_eq!(defaults.len(), 1, "{asset:?}");
            assert!(defaults[0].curve(asset).is_some(), "{asset:?}");
        }
    }

    #[test]
    fn what_hazus_lacks_says_where_it_is_from() {
        let lacking = own_curve_sets()[1].lacking();
        assert_eq!(lacking, [Asset::RuralRoad, Asset::WaterWorks, Asset::Agriculture]);
        assert!(set("hazus").curve(Asset::RuralRoad).unwrap().source.contains("JRC"));
        assert!(set("hazus").curve(Asset::WaterWorks).unwrap().source.contains("Chinese"));
        assert_eq!(own_curve_sets()[0].lacking(), [Asset::WaterWorks]);
        assert!(own_curve_sets()[2].lacking().is_empty());
    }

    #[test]
    fn the_curves_have_their_published_values() {
        for (id, asset, depth, expected) in [
            ("jrc-asia", Asset::HouseBrickWood, 1.0, 0.4941),
            ("jrc-asia", Asset::Industry, 0.5, 0.28), // not the commercial row, as one public table has it
            ("jrc-asia", Asset::Commerce, 0.5, 0.38),
            ("jrc-asia", Asset::Agriculture, 0.6, 0.186),
            ("jrc-asia", Asset::RuralRoad, 3.0, 0.8084),
            ("hazus", Asset::HouseBrickConcrete, 2.0, 0.25),
            ("hazus", Asset::HouseBrickWood, 0.0, 0.18),
            ("hazus", Asset::HouseholdGoods, -0.15, 0.06),
            ("hazus", Asset::Industry, 6.0, 0.80),
            ("hazus", Asset::Commerce, 1.0, 0.59),
            ("china", Asset::HouseEarthWood, 1.0, 0.65),
            ("china", Asset::HouseBrickConcrete, 0.3, 0.03),
            ("china", Asset::WaterWorks, 9.0, 0.6),
            ("china", Asset::Agriculture, 0.6, 0.65),
        ] {
            let found = set(id).fraction(asset, depth);
            assert!((found - expected).abs() < 1e-9, "{id} {asset:?} {depth} m: {found}");
        }
        assert_eq!(set("china").curve(Asset::Industry).unwrap().curve.reading(), Reading::Classes);
    }

    #[test]
    fn no_built_in_curve_harms_dry_ground() {
        for set in curve_sets() {
            for asset in Asset::ALL {
                // HAZUS counts from the floor: its ground is dry a foot below.
                let dry_m = if set.curve(asset).unwrap().curve.points()[0][0] < 0.0 { -0.3 } else { 0.0 };
                for depth in [dry_m, -9.0, f64::NAN] {
                    assert!(set.fraction(asset, depth).abs() < 1e-12, "{} {asset:?} {depth} m", set.id);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn built_in_fractions_are_bounded_and_never_fall(
            [depth, more] in [-1.0_f64..7.0, 0.0..3.0],
            which in 0_usize..3,
            asset in prop::sample::select(Asset::ALL.to_vec()),
        ) {
            let set = &curve_sets()[which];
            let [low, high] = [set.fraction(asset, depth), set.fraction(asset, depth + more)];
            prop_assert!(0.0 <= low && low <= high && high <= 1.0);
        }
    }

    #[test]
    fn every_value_lies_in_its_range_and_says_where_it_is_from() {
        for row in values() {
            let is_ordered = 0.0 < row.value_low && row.value_low <= row.value && row.value <= row.value_high;
            assert!(is_ordered && row.value_high.is_finite(), "{}", row.key);
            let texts = [&row.name.zh, &row.name.en, &row.unit, &row.source];
            assert!(!texts.iter().any(|text| text.is_empty()), "{}", row.key);
            assert!(["A", "B", "C", "D"].contains(&row.confidence.as_str()), "{}", row.key);
        }
        let found = [value("house_value").value, value("autumn_crop_value").value, value("rural_road_value").value];
        assert!(found.iter().zip([900.0, 1200.0, 500_000.0]).all(|(found, value)| (found - value).abs() < 1e-9));
    }

    #[test]
    fn the_jrc_values_in_yuan_are_those_in_euro() {
        for class in ["residential", "residential_rural", "commercial", "industrial"] {
            let [euro, yuan] = [value(&format!("jrc_{class}_eur")), value(&format!("jrc_{class}"))];
            let ratio = yuan.value / (euro.value * value("eur_yuan").value);
            // Rounded to three digits.
            assert!((ratio - 1.0).abs() < 0.005, "{class}: {ratio}");
        }
        // Construction cost × depreciation × damageable share, and the contents on top.
        for (class, cost, contents) in
            [("residential", 611.4, 0.5), ("commercial", 676.4, 1.0), ("industrial", 471.8, 1.5)]
        {
            let expected = cost * 0.6 * 0.6 * (1.0 + contents);
            assert!((value(&format!("jrc_{class}_eur")).value - expected).abs() < 0.6, "{class}: {expected}");
        }
    }

    #[test]
    fn a_users_curves_are_read_and_completed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("own.csv");
        let head = "# surveyed 2024\nset,asset,reading,depth_m,fraction,source,confidence\n";
        let rows = "county,household-goods,classes,0,0.2,\"survey, 2024\",A\n\ncounty,household-goods,classes,1,0.5,survey,B\n";
        std::fs::write(&path, format!("{head}{rows}")).unwrap();
        let sets = load_curves(&path).unwrap();
        assert_eq!(sets.len(), 1);
        let county = &sets[0];
        assert_eq!((county.id.as_str(), county.name.zh.as_str(), county.year), ("county", "county", None));
        assert_eq!((county.source.as_str(), county.confidence.as_str()), ("survey, 2024; survey", "B"));
        assert!((county.fraction(Asset::HouseholdGoods, 1.5) - 0.5).abs() < 1e-12);
        assert!((county.fraction(Asset::Commerce, 0.5) - 0.38).abs() < 1e-12);
        assert!(county.lacking().is_empty() && county.default_for.is_empty());
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = load_curves(Path::new("no/such.csv")).unwrap_err();
        assert!(error.to_string().ends_with(": no/such.csv"), "{error}");
    }

    #[test]
    fn an_error_has_one_line_for_each_fault() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("own.csv");
        std::fs::write(&path, "set,asset,reading,depth_m,fraction,source,confidence\na,boat,steps,0,0,s,A\n").unwrap();
        let told = load_curves(&path).unwrap_err().to_string();
        let lines: Vec<&str> = told.lines().collect();
        assert_eq!(lines.len(), 2, "{told}");
        assert_eq!(lines[1], format!("{}:2:8: reading: found `steps`; allowed `linear` or `classes`", path.display()));
    }
}
