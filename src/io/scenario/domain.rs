//! `domain`: terrain from rasters, or from the built-in river.

use super::context::Context;
use super::corridor;
use super::fault::Spot;
use super::item::{Item, Record, Variant};
use super::memory::{self, Size};
use super::peek;
use super::site::Site;
use crate::domain::geo::{Grid, Raster};
use crate::domain::scenario::{OutputPlan, Terrain};
use crate::io::epsg::{self, CrsKind};
use crate::io::raster::{self, RasterError};
use crate::io::ron_tree::Place;

/// What is known of the run before its terrain is: enough to ask how much memory it needs.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    pub(super) duration_secs: f64,
    pub(super) output: OutputPlan,
}

pub(super) fn read(
    top: &Record<'_>,
    plan: Option<Plan>,
    start: Option<time::OffsetDateTime>,
    cx: &mut Context,
) -> Option<Site> {
    let variant = top.required(&mut cx.faults, "domain")?.variant(&mut cx.faults, &["Raster", "Corridor"])?;
    if variant.name == "Raster" {
        return from_raster(&variant, plan, cx).map(Site::Raster);
    }
    let (corridor, observed) = corridor::read(&variant, plan, start, cx)?;
    Some(Site::Corridor(Box::new(corridor), observed))
}

/// Notes a fault and gives `None` if so many cells do not fit into memory.
pub(super) fn fits(n_cells: f64, plan: Option<Plan>, spot: &Spot, cx: &mut Context) -> Option<()> {
    let size = match plan {
        Some(plan) => Size::new(n_cells, plan.duration_secs, plan.output),
        None => Size { n_cells, n_frames: 1.0 },
    };
    match size.excess(memory::available_bytes()) {
        None => Some(()),
        Some((found, allowed)) => {
            cx.faults.add(spot, found, allowed);
            None
        }
    }
}

fn from_raster(variant: &Variant<'_>, plan: Option<Plan>, cx: &mut Context) -> Option<Terrain> {
    let record = variant.record(&mut cx.faults, &["bed", "crs", "manning"])?;
    let bed_item = record.required(&mut cx.faults, "bed");
    let crs = record.optional("crs").map(|item| crs(&item, cx));
    let manning_item = record.required(&mut cx.faults, "manning");
    let bed = bed_item.as_ref().and_then(|item| bed(item, plan, cx));
    let epsg = match (crs, &bed, &bed_item) {
        (Some(given), _, _) => given,
        (None, Some(bed), Some(item)) => crs_of_file(bed, item, cx),
        _ => None,
    };
    let manning = manning_item.and_then(|item| manning(&item, bed.as_ref(), cx));
    let (bed, manning) = (bed?, manning?);
    Some(Terrain { grid: bed.grid, epsg: Some(epsg?), bed_m: bed.values, manning })
}

const METRES: &str = "a projected system in metres, such as \"EPSG:4547\"; project the raster first";

/// The coordinate system that the scenario gives.
fn crs(item: &Item<'_>, cx: &mut Context) -> Option<u32> {
    let text = item.text(&mut cx.faults)?;
    let Some(code) = epsg::parse(text) else {
        return item.refuse(&mut cx.faults, "a code such as \"EPSG:4547\"");
    };
    check_crs(code, item, cx)
}

/// The coordinate system that the raster itself names.
fn crs_of_file(bed: &Raster, item: &Item<'_>, cx: &mut Context) -> Option<u32> {
    if let Some(code) = bed.epsg {
        return check_crs(code, item, cx);
    }
    let found = format!("{} without a coordinate system", item.describe());
    cx.faults.add(&item.spot(), found, "a raster that names its coordinate system, or `crs: \"EPSG:..\"` beside it");
    None
}

fn check_crs(code: u32, item: &Item<'_>, cx: &mut Context) -> Option<u32> {
    let kind = epsg::kind(code);
    if kind == CrsKind::ProjectedMetres {
        return Some(code);
    }
    cx.faults.add(&item.spot(), format!("EPSG:{code} ({})", kind.describe()), METRES);
    None
}

/// Reads a raster that the scenario names, if it fits into memory.
pub(super) fn raster(item: &Item<'_>, plan: Option<Plan>, cx: &mut Context) -> Option<Raster> {
    let name = item.nonempty_text(&mut cx.faults)?;
    let path = cx.path(name);
    if let Some(n_cells) = peek::n_cells(&path) {
        fits(n_cells, plan, &item.spot(), cx)?;
    }
    raster::read(&path).map_err(|error| refuse(error, item, cx)).ok()
}

/// Notes why a raster could not be read: in the raster where its text is wrong, else where the scenario names it.
fn refuse(error: RasterError, item: &Item<'_>, cx: &mut Context) {
    let name = item.describe();
    match error {
        RasterError::Word { line, column, key, found, allowed, path } => {
            cx.faults.add_in(path, Place { line, column }, &key, format!("{found:?}"), allowed);
        }
        RasterError::AllNoData { .. } => {
            let found = format!("{name} with no data in any cell");
            cx.faults.add(&item.spot(), found, "a raster with data in at least one cell");
        }
        other => {
            let found = format!("{name}, which cannot be read ({other})");
            let allowed = "a raster that can be read: .asc, .hgt, .tif; its path is relative to the scenario";
            cx.faults.add(&item.spot(), found, allowed);
        }
    }
}

fn bed(item: &Item<'_>, plan: Option<Plan>, cx: &mut Context) -> Option<Raster> {
    let bed = raster(item, plan, cx)?;
    // The kinds of raster that could not be asked before.
    fits(bed.grid.n_cells() as f64, plan, &item.spot(), cx)?;
    Some(bed)
}

const MANNING: &str = "Manning's n above 0 and at most 1, in s/m^(1/3)";

fn is_manning(n: f64) -> bool {
    n > 0.0 && n <= 1.0
}

fn manning(item: &Item<'_>, bed: Option<&Raster>, cx: &mut Context) -> Option<Vec<f64>> {
    let variant = item.variant(&mut cx.faults, &["Uniform", "Raster"])?;
    let value = variant.single(&mut cx.faults, "Manning's n or the path of its raster")?;
    if variant.name == "Uniform" {
        let n = value.number(&mut cx.faults, MANNING, is_manning)?;
        return Some(vec![n; bed?.grid.n_cells()]);
    }
    let raster = raster(&value, None, cx)?;
    let bed = bed?;
    same_grid(&raster.grid, &bed.grid, &value, cx)?;
    let wrong = (0..bed.values.len()).find(|i| bed.values[*i].is_finite() && !is_manning(raster.values[*i]));
    if let Some(i) = wrong {
        let (row, col) = bed.grid.row_col(i);
        let found = format!("{} with {} in row {}, column {}", value.describe(), raster.values[i], row + 1, col + 1);
        cx.faults.add(&value.spot(), found, format!("{MANNING}, wherever the bed has data"));
        return None;
    }
    Some(raster.values)
}

/// Notes a fault if a raster does not lie cell on cell with the bed.
pub(super) fn same_grid(grid: &Grid, bed: &Grid, item: &Item<'_>, cx: &mut Context) -> Option<()> {
    // Headers of text rasters are rounded: a hundredth of a cell is no shift.
    let slack = bed.cell_m * 0.01;
    let far = |a: f64, b: f64| (a - b).abs() > slack;
    let differs = grid.n_cols != bed.n_cols
        || grid.n_rows != bed.n_rows
        || far(grid.west_m, bed.west_m)
        || far(grid.north_m, bed.north_m)
        || far(grid.east_m(), bed.east_m())
        || far(grid.south_m(), bed.south_m());
    if differs {
        cx.faults.add(
            &item.spot(),
            format!("a grid of {}", shape(grid)),
            format!("the grid of the bed: {}", shape(bed)),
        );
        return None;
    }
    Some(())
}

fn shape(grid: &Grid) -> String {
    let Grid { n_cols, n_rows, cell_m, west_m, north_m } = grid;
    format!("{n_cols} x {n_rows} cells of {cell_m} m from west {west_m}, north {north_m}")
}
