//! What a comparison of runs writes: a table of figures and a raster of differences or of spread.

use std::path::Path;

use crate::domain::compare::{Difference, Figure, Spread, differences};
use crate::domain::geo::Raster;
use crate::domain::scenario::Terrain;
use crate::io::folder::Staging;
use crate::io::outputs::{OutputError, write};
use crate::io::raster::write_geotiff;

/// Runs beside each other at one time.
#[derive(Debug)]
pub struct Comparison<'c> {
    /// The ground that all stand on.
    pub terrain: &'c Terrain,
    /// What people call each run.
    pub names: Vec<String>,
    /// The figures of each run; all have the same, in the same order.
    pub figures: Vec<Vec<Figure>>,
    /// Depth of each run, mm, row-major, row 0 north.
    pub depths_mm: Vec<&'c [u16]>,
}

/// Writes `compare.csv`, and of two runs `difference.tif` (0 dry in both, 1 within 0.05 m, 2 newly wet, 3 newly dry,
/// 4 deeper, 5 shallower) and `depth_difference.tif` (second less first, m), of more `times_flooded.tif` and
/// `depth_range.tif` (m).
///
/// # Errors
/// When something cannot be written; a new folder is then not left.
pub fn write_comparison(dir: &Path, comparison: &Comparison<'_>) -> Result<(), OutputError> {
    let staging = Staging::beside(dir)?;
    let raster = |name: &str, values: Vec<f64>| write_raster(&staging.path().join(name), comparison.terrain, values);
    if let [first, second] = comparison.depths_mm.as_slice() {
        let numbers = differences(first, second).into_iter().map(Difference::number).map(f64::from);
        raster("difference.tif", numbers.collect())?;
        let deeper = first.iter().zip(*second).map(|(a, b)| (f64::from(*b) - f64::from(*a)) / 1000.0);
        raster("depth_difference.tif", deeper.collect())?;
    } else {
        let spread = Spread::of(comparison.depths_mm.iter().copied());
        raster("times_flooded.tif", spread.n_wet.iter().copied().map(f64::from).collect())?;
        let range = |cell| f64::from(spread.range_mm(cell)) / 1000.0;
        raster("depth_range.tif", (0..spread.n_wet.len()).map(range).collect())?;
    }
    write(&staging.path().join("compare.csv"), &compare_csv(&comparison.names, &comparison.figures))?;
    Ok(staging.publish()?)
}

fn write_raster(path: &Path, terrain: &Terrain, values: Vec<f64>) -> Result<(), OutputError> {
    let masked = |(index, value): (usize, f64)| if terrain.is_inside(index) { value } else { f64::NAN };
    let values = values.into_iter().enumerate().map(masked).collect();
    Ok(write_geotiff(path, &Raster { grid: terrain.grid, values, epsg: terrain.epsg })?)
}

/// `compare.csv` as UTF-8: one row for each figure with its value in each run, and for each run but the first the
/// difference from the first. Empty where there was nothing to measure.
#[expect(clippy::missing_panics_doc, reason = "memory takes every row")]
pub fn compare_csv(names: &[String], figures: &[Vec<Figure>]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut row = |fields: Vec<String>| writer.write_record(fields).expect("rows of equal length go into memory");
    let heading = ["figure", "of_zh", "of_en", "unit"].map(str::to_owned).into_iter().chain(names.iter().cloned());
    row(heading.chain(names.iter().skip(1).map(|name| format!("{name}_minus_{}", names[0]))).collect());
    for (place, figure) in figures.first().into_iter().flatten().enumerate() {
        let values: Vec<Option<f64>> =
            figures.iter().map(|of_run| of_run.get(place).and_then(|figure| figure.value)).collect();
        let first = values.first().copied().flatten();
        let less = values.iter().skip(1).map(|value| value.zip(first).map(|(value, first)| value - first));
        let head = [figure.key, &figure.of.zh, &figure.of.en, figure.unit.symbol()].map(str::to_owned);
        row(head.into_iter().chain(values.iter().copied().chain(less).map(text)).collect());
    }
    writer.into_inner().expect("memory can be flushed")
}

/// Three decimals: volumes in m³ and levels in m need no more.
fn text(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| super::tables::number(value, 3))
}
