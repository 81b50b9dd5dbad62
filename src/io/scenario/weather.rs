//! `rain` and `infiltration`.

use std::ops::Range;

use time::OffsetDateTime;

use super::context::Context;
use super::item::{Item, Record, Variant};
use super::memory;
use super::site::{Site, extent};
use crate::domain::scenario::{Infiltration, Rain, RainGrid, Terrain};
use crate::io::rain::{RainError, RainFile};
use crate::io::series::ValueRule;

/// Rain on the domain. `run` is the start of the run and its length, s.
pub(super) fn rain(
    top: &Record<'_>,
    site: Option<&Site>,
    run: Option<(OffsetDateTime, f64)>,
    cx: &mut Context,
) -> Option<Rain> {
    let variant = top.optional("rain")?.variant(&mut cx.faults, &["Uniform", "Grid"])?;
    if variant.name == "Grid" {
        return from_file(&variant, site, run, cx).map(Rain::Grid);
    }
    let item = variant.single(&mut cx.faults, "a series in mm/h")?;
    cx.series(&item, ValueRule::NOT_NEGATIVE).map(Rain::Uniform)
}

/// Rain rates beyond this are no rain: fill values that the file does not declare, or a wrong unit. The most rain ever
/// measured in a minute came to 1872 mm/h.
const MOST_MM_PER_HOUR: f64 = 1e5;

fn from_file(
    variant: &Variant<'_>,
    site: Option<&Site>,
    run: Option<(OffsetDateTime, f64)>,
    cx: &mut Context,
) -> Option<RainGrid> {
    let (item, variable) = if variant.has_fields() {
        let record = variant.record(&mut cx.faults, &["file", "variable"])?;
        let variable = record.optional("variable").map(|item| item.nonempty_text(&mut cx.faults));
        (record.required(&mut cx.faults, "file")?, variable)
    } else {
        (variant.single(&mut cx.faults, "the path of a NetCDF file, or `file` and `variable`")?, None)
    };
    let name = item.nonempty_text(&mut cx.faults)?;
    let path = cx.path(name);
    let variable = match variable {
        Some(named) => Some(named?),
        None => None,
    };
    // A scenario without a good start has its fault already: the file is still looked at.
    let start = run.map_or(OffsetDateTime::UNIX_EPOCH, |(start, _)| start);
    let file = RainFile::open(&path, variable, start).map_err(|error| refuse(error, &item, cx)).ok()?;
    let (terrain, (_, duration_secs)) = (site?.terrain(), run?);
    let spans = within_run(&file, duration_secs, &item, cx)?;
    let (col_of, row_of) = cells_over(&file, terrain, &item, cx)?;
    let (rows, cols) = (window(&row_of), window(&col_of));
    let grid = RainGrid {
        spans_secs: file.spans_secs[spans.clone()].to_vec(),
        n_cols: cols.len(),
        n_rows: rows.len(),
        rates_mm_per_hour: Vec::new(),
        col_of: col_of.iter().map(|col| col.unwrap_or(cols.start) - cols.start).collect(),
        row_of: row_of.iter().map(|row| row.unwrap_or(rows.start) - rows.start).collect(),
    };
    fits(spans.len() * grid.n_cells(), &item, cx)?;
    let rates_mm_per_hour = rates(&file, spans, &rows, &cols, &grid.n_below(terrain), &item, cx)?;
    Some(RainGrid { rates_mm_per_hour, ..grid })
}

/// Notes why rain could not be read.
fn refuse(error: RainError, item: &Item<'_>, cx: &mut Context) {
    let name = item.describe();
    let (found, allowed) = match error {
        RainError::Unreadable(error) => (
            format!("{name}, which cannot be read ({error})"),
            "a NetCDF file that can be read; its path is relative to the scenario".to_owned(),
        ),
        RainError::Unfit { found, allowed } => (format!("{name} with {found}"), allowed),
    };
    cx.faults.add(&item.spot(), found, allowed);
}

/// The fields that hold at some time of the run. A file that holds at none is a fault, one that ends early a note.
fn within_run(file: &RainFile, duration_secs: f64, item: &Item<'_>, cx: &mut Context) -> Option<Range<usize>> {
    let spans = &file.spans_secs;
    let (first, end) =
        (spans.partition_point(|span| span[1] <= 0.0), spans.partition_point(|span| span[0] < duration_secs));
    let [from, to] = [spans.first()?[0], spans.last()?[1]];
    let found = format!("{} with rain from {from} to {to} s after the start", item.describe());
    if first >= end {
        cx.faults.add(&item.spot(), found, format!("rain at some time of the run, 0 to {duration_secs} s"));
        return None;
    }
    if from > 0.0 || to < duration_secs {
        cx.notes.push(format!("rain: {found}; outside these times no rain falls in the run of {duration_secs} s"));
    }
    Some(first..end)
}

type Places = Vec<Option<usize>>;

/// Rain column of each column and rain row of each row of the grid, if all cells of the domain have one.
fn cells_over(file: &RainFile, terrain: &Terrain, item: &Item<'_>, cx: &mut Context) -> Option<(Places, Places)> {
    let grid = &terrain.grid;
    let col_of: Places = (0..grid.n_cols).map(|col| slot(&file.x_edges_m, grid.center_map(0, col)[0])).collect();
    let row_of: Places = (0..grid.n_rows).map(|row| slot(&file.y_edges_m, grid.center_map(row, 0)[1])).collect();
    let is_bare = |index: &usize| {
        let (row, col) = grid.row_col(*index);
        terrain.is_inside(*index) && (row_of[row].is_none() || col_of[col].is_none())
    };
    let Some(bare) = (0..grid.n_cells()).find(is_bare) else {
        return Some((col_of, row_of));
    };
    let (row, col) = grid.row_col(bare);
    let [x, y] = grid.center_map(row, col);
    let ends = |edges: &[f64]| {
        let (first, last) = (edges[0], edges[edges.len() - 1]);
        format!("{} to {}", first.min(last), first.max(last))
    };
    let name = item.describe();
    let (over_x, over_y) = (ends(&file.x_edges_m), ends(&file.y_edges_m));
    let found = format!("{name} over x {over_x}, y {over_y}: not over the cell of the domain at ({x}, {y})");
    cx.faults.add(&item.spot(), found, format!("rain over every cell of the domain, within {}", extent(grid)));
    None
}

/// Which interval between rising or falling edges holds a coordinate. A hundredth of the outer intervals is added
/// outside, since coordinates in single precision are rounded.
fn slot(edges_m: &[f64], at_m: f64) -> Option<usize> {
    let n = edges_m.len() - 1;
    let slack = 0.01;
    let first = edges_m[0] - slack * (edges_m[1] - edges_m[0]);
    let last = edges_m[n] + slack * (edges_m[n] - edges_m[n - 1]);
    if !(first.min(last) <= at_m && at_m <= first.max(last)) {
        return None;
    }
    let is_before = |edge: &f64| if first < last { *edge <= at_m } else { *edge >= at_m };
    Some(edges_m[1..n].partition_point(is_before))
}

/// The smallest range that holds all of the places.
fn window(places: &Places) -> Range<usize> {
    let known = || places.iter().flatten();
    let first = known().min().copied().unwrap_or(0);
    first..known().max().map_or(first + 1, |last| last + 1)
}

/// Notes a fault if so many values do not fit into memory: once in the scenario and once in the solver.
fn fits(n_values: usize, item: &Item<'_>, cx: &mut Context) -> Option<()> {
    const MIB: f64 = 1024.0 * 1024.0;
    let (needed, available) = (n_values as f64 * 16.0, memory::available_bytes());
    if needed <= available {
        return Some(());
    }
    let found = format!("{} with fields of {:.0} MiB over the domain and the run", item.describe(), needed / MIB);
    cx.faults.add(&item.spot(), found, format!("what fits into the {:.0} MiB available", available / MIB));
    None
}

/// The rates of some fields within a window, mm/h; those over no cell of the domain are 0.
fn rates(
    file: &RainFile,
    spans: Range<usize>,
    rows: &Range<usize>,
    cols: &Range<usize>,
    n_below: &[usize],
    item: &Item<'_>,
    cx: &mut Context,
) -> Option<Vec<f64>> {
    let mut rates = Vec::with_capacity(spans.len() * n_below.len());
    for span in spans {
        let field = file.field(span, rows, cols).map_err(|error| refuse(error, item, cx)).ok()?;
        if field.len() != n_below.len() {
            cx.faults.add(&item.spot(), format!("{}, which is damaged", item.describe()), "a whole NetCDF file");
            return None;
        }
        for (k, (rate, n)) in field.iter().zip(n_below).enumerate() {
            let is_good = (0.0..=MOST_MM_PER_HOUR).contains(rate);
            if *n > 0 && !is_good {
                let (row, col) = (rows.start + k / cols.len(), cols.start + k % cols.len());
                let what = if rate.is_nan() { "no data".to_owned() } else { format!("{rate} mm/h") };
                let (t, y, x) = (span + 1, row + 1, col + 1);
                let found = format!("{} with {what} in field {t}, row {y}, column {x}", item.describe());
                let allowed = format!("rates from 0 to {MOST_MM_PER_HOUR} mm/h over every cell of the domain");
                cx.faults.add(&item.spot(), found, allowed);
                return None;
            }
            rates.push(if *n > 0 { *rate } else { 0.0 });
        }
    }
    Some(rates)
}

/// What the ground takes.
pub(super) fn infiltration(top: &Record<'_>, cx: &mut Context) -> Option<Infiltration> {
    let known = ["Constant", "GreenAmpt", "Horton"];
    let variant = top.optional("infiltration")?.variant(&mut cx.faults, &known)?;
    match variant.name {
        "Constant" => constant(&variant, cx),
        "GreenAmpt" => green_ampt(&variant, cx),
        _ => horton(&variant, cx),
    }
}

fn constant(variant: &Variant<'_>, cx: &mut Context) -> Option<Infiltration> {
    let record = variant.record(&mut cx.faults, &["mm_per_hour"])?;
    let item = record.required(&mut cx.faults, "mm_per_hour")?;
    let mm_per_hour = item.number(&mut cx.faults, ValueRule::NOT_NEGATIVE.allowed, ValueRule::NOT_NEGATIVE.test)?;
    Some(Infiltration::Constant { mm_per_hour })
}

fn green_ampt(variant: &Variant<'_>, cx: &mut Context) -> Option<Infiltration> {
    let keys = &["conductivity_mm_per_hour", "suction_mm", "moisture_deficit_frac"];
    let record = variant.record(&mut cx.faults, keys)?;
    let mut number = |key: &str, allowed: &str, most: f64| {
        record.required(&mut cx.faults, key)?.number(&mut cx.faults, allowed, |x| x > 0.0 && x <= most)
    };
    let conductivity = number(keys[0], "a conductivity in mm/h above 0", f64::INFINITY);
    let suction = number(keys[1], "a suction in mm above 0 and at most 10000", 1e4);
    let deficit = number(keys[2], "a share of the soil's volume above 0 and at most 1", 1.0);
    Some(Infiltration::GreenAmpt {
        conductivity_mm_per_hour: conductivity?,
        suction_mm: suction?,
        moisture_deficit_frac: deficit?,
    })
}

fn horton(variant: &Variant<'_>, cx: &mut Context) -> Option<Infiltration> {
    let keys = &["initial_mm_per_hour", "final_mm_per_hour", "decay_per_hour"];
    let record = variant.record(&mut cx.faults, keys)?;
    let initial_item = record.required(&mut cx.faults, keys[0]);
    let final_item = record.required(&mut cx.faults, keys[1]);
    let decay_item = record.required(&mut cx.faults, keys[2]);
    let lowest = final_item.and_then(|item| item.number(&mut cx.faults, "a rate in mm/h of at least 0", |x| x >= 0.0));
    let above = lowest.unwrap_or(0.0);
    let allowed = format!("a rate in mm/h above the final one, {above}");
    let initial = initial_item.and_then(|item| item.number(&mut cx.faults, &allowed, |x| x > above));
    let decay = decay_item.and_then(|item| item.number(&mut cx.faults, "a rate of decay in 1/h above 0", |x| x > 0.0));
    Some(Infiltration::Horton { initial_mm_per_hour: initial?, final_mm_per_hour: lowest?, decay_per_hour: decay? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coordinate_finds_its_interval_whichever_way_the_edges_run() {
        let rising = [0.0, 10.0, 20.0, 30.0];
        let falling = [30.0, 20.0, 10.0, 0.0];
        assert_eq!([-0.05, 5.0, 10.0, 29.0, 30.05].map(|x| slot(&rising, x)), [0, 0, 1, 2, 2].map(Some));
        assert_eq!([-0.05, 5.0, 15.0, 29.0, 30.05].map(|x| slot(&falling, x)), [2, 2, 1, 0, 0].map(Some));
        assert_eq!([-0.2, 30.2].map(|x| slot(&rising, x)), [None, None]);
        assert_eq!([-0.2, 30.2].map(|x| slot(&falling, x)), [None, None]);
    }
}
