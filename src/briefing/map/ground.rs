//! Ground and water of the map, pixel by pixel: relief lit from the north-west, water in flat class colours.

use super::frame::MapFrame;
use crate::briefing::canvas::{Canvas, Rgb};
use crate::domain::classes::{CHANNEL_RGB, ClassScale, land_rgb};
use crate::domain::geo::Grid;
use crate::domain::river::{LandClass, NO_UNIT, River};
use crate::domain::scenario::{Scenario, Terrain};

/// Colour of the paper: everything outside the domain.
pub(crate) const PAPER_RGB: Rgb = [244, 241, 234];
/// Edge between wet and dry ground.
const SHORE_RGB: Rgb = [64, 96, 160];
/// Outline of the main channel.
pub(crate) const CHANNEL_EDGE_RGB: Rgb = [104, 72, 30];
/// Boundary of floodplain units.
pub(crate) const UNIT_EDGE_RGB: Rgb = [120, 112, 84];

/// Vertical exaggeration of the relief shading. The plain falls 1 m in 6 km along and in 2 km across: without this
/// there is nothing to see. It changes brightness only, never a level.
const RELIEF_EXAGGERATION: f64 = 40.0;
/// How far land behind the levees fades to the paper.
const LANDSIDE_FADE: f64 = 0.45;

/// Which cell each pixel of the window shows.
pub(crate) struct PixelCells {
    left: usize,
    top: usize,
    cols: Vec<Option<usize>>,
    rows: Vec<Option<usize>>,
}

impl PixelCells {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the window lies inside the picture")]
    pub(crate) fn new(frame: &MapFrame, grid: &Grid) -> Self {
        let (left, top) = (frame.window.left.round() as usize, frame.window.top.round() as usize);
        let (width, height) = (frame.window.width.round() as usize, frame.window.height.round() as usize);
        let middle = [frame.window.left + 0.5, frame.window.top + 0.5];
        let inside = grid.center_map(0, 0);
        let cols = (0..width).map(|i| {
            let x = frame.map_from_px([middle[0] + i as f32, middle[1]])[0];
            grid.cell_at([x, inside[1]]).map(|(_, col)| col)
        });
        let rows = (0..height).map(|j| {
            let y = frame.map_from_px([middle[0], middle[1] + j as f32])[1];
            grid.cell_at([inside[0], y]).map(|(row, _)| row)
        });
        Self { left, top, cols: cols.collect(), rows: rows.collect() }
    }

    /// Runs over all pixels: position in the picture, and row and column of the cell if there is one.
    fn for_each(&self, mut paint: impl FnMut(usize, usize, Option<(usize, usize)>)) {
        for (j, row) in self.rows.iter().enumerate() {
            for (i, col) in self.cols.iter().enumerate() {
                paint(self.left + i, self.top + j, row.zip(*col));
            }
        }
    }
}

/// Paints the dry ground.
pub(crate) fn paint_ground(canvas: &mut Canvas, cells: &PixelCells, frame: &MapFrame, scenario: &Scenario) {
    let shaded = shaded_cells(&scenario.terrain, scenario.river.as_ref());
    let grid = scenario.terrain.grid;
    let width = canvas.pixmap.width() as usize;
    let data = canvas.pixmap.data_mut();
    cells.for_each(|x, y, cell| {
        let Some((row, col)) = cell else { return };
        if shaded[grid.index(row, col)].is_none() {
            return;
        }
        let at = frame.map_from_px([x as f32 + 0.5, y as f32 + 0.5]);
        let rgb = smooth_rgb(&shaded, &grid, at, (row, col));
        put(data, width, x, y, rgb);
    });
}

/// Colour of every cell of the domain: height, relief and side of the levee.
fn shaded_cells(terrain: &Terrain, river: Option<&River>) -> Vec<Option<[f64; 3]>> {
    let (low, high) = height_range(terrain);
    (0..terrain.grid.n_cells())
        .map(|index| {
            if !terrain.is_inside(index) {
                return None;
            }
            let light = brightness(terrain, index);
            let rgb = land_rgb((terrain.bed_m[index] - low) / (high - low));
            let fade = if is_landside(river, index) { LANDSIDE_FADE } else { 0.0 };
            Some(std::array::from_fn(|i| {
                let lit = (rgb[i] * light).min(255.0);
                lit + (f64::from(PAPER_RGB[i]) - lit) * fade
            }))
        })
        .collect()
}

fn is_landside(river: Option<&River>, index: usize) -> bool {
    river.is_some_and(|river| river.class_of_cell[index] == LandClass::Landside)
}

/// Levels that hold all but the lowest and highest hundredth of the domain; never equal.
fn height_range(terrain: &Terrain) -> (f64, f64) {
    let mut levels: Vec<f64> = terrain.bed_m.iter().copied().filter(|z| z.is_finite()).collect();
    levels.sort_by(f64::total_cmp);
    let n = levels.len();
    match (levels.get(n / 100), levels.get((n - n / 100).saturating_sub(1))) {
        (Some(&low), Some(&high)) if high - low > 1e-6 => (low, high),
        (Some(&low), _) => (low - 1.0, low + 1.0),
        _ => (0.0, 1.0),
    }
}

/// Brightness of a cell lit from the north-west at 45 degrees: 1 on flat ground.
fn brightness(terrain: &Terrain, index: usize) -> f64 {
    let grid = terrain.grid;
    let (row, col) = grid.row_col(index);
    let here = terrain.bed_m[index];
    let level = |row: Option<usize>, col: Option<usize>| {
        let inside = row.filter(|&r| r < grid.n_rows).zip(col.filter(|&c| c < grid.n_cols));
        inside.map(|(r, c)| terrain.bed_m[grid.index(r, c)]).filter(|z| z.is_finite()).unwrap_or(here)
    };
    let east = level(Some(row), Some(col + 1)) - level(Some(row), col.checked_sub(1));
    let north = level(row.checked_sub(1), Some(col)) - level(Some(row + 1), Some(col));
    // Fall towards the light, exaggerated; a bounded form keeps banks from turning black or white.
    let toward_light = (east - north) * RELIEF_EXAGGERATION / (2.0 * grid.cell_m) / std::f64::consts::SQRT_2;
    1.0 + 0.22 * toward_light / (1.0 + toward_light.abs())
}

/// Colour at a map point between the centres of the four cells around it; cells outside the domain do not count.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the grid before use")]
fn smooth_rgb(shaded: &[Option<[f64; 3]>], grid: &Grid, at: [f64; 2], nearest: (usize, usize)) -> Rgb {
    let x = (at[0] - grid.west_m) / grid.cell_m - 0.5;
    let y = (grid.north_m - at[1]) / grid.cell_m - 0.5;
    let (c0, r0) = (x.floor().max(0.0), y.floor().max(0.0));
    let (fx, fy) = ((x - c0).clamp(0.0, 1.0), (y - r0).clamp(0.0, 1.0));
    let (c0, r0) = (c0 as usize, r0 as usize);
    let (c1, r1) = ((c0 + 1).min(grid.n_cols - 1), (r0 + 1).min(grid.n_rows - 1));
    let corners =
        [(r0, c0, (1.0 - fx) * (1.0 - fy)), (r0, c1, fx * (1.0 - fy)), (r1, c0, (1.0 - fx) * fy), (r1, c1, fx * fy)];
    let mut sum = [0.0; 3];
    let mut weight = 0.0;
    for (row, col, share) in corners {
        if let Some(rgb) = shaded[grid.index(row, col)] {
            (0..3).for_each(|i| sum[i] += rgb[i] * share);
            weight += share;
        }
    }
    let rgb = if weight > 1e-9 {
        sum.map(|s| s / weight)
    } else {
        shaded[grid.index(nearest.0, nearest.1)].unwrap_or_default()
    };
    rgb.map(|v| v.round().clamp(0.0, 255.0) as u8)
}

/// Paints the values of a field in the flat colours of its classes, cell by cell: no colour that is not in the legend.
///
/// `dot_px` is the width of one line of the channel hatching.
pub(crate) fn paint_classes(
    canvas: &mut Canvas,
    cells: &PixelCells,
    scenario: &Scenario,
    scale: &ClassScale,
    values: &[f64],
    dot_px: usize,
) {
    let grid = scenario.terrain.grid;
    let width = canvas.pixmap.width() as usize;
    let colour = |row: usize, col: usize| {
        let index = grid.index(row, col);
        if scenario.terrain.is_inside(index) { scale.rgb_of(values[index]) } else { None }
    };
    let is_channel = |row: usize, col: usize| is_channel(scenario, grid.index(row, col));
    let is_wet: Vec<bool> = (0..grid.n_cells()).map(|i| grid.row_col(i)).map(|(r, c)| colour(r, c).is_some()).collect();
    let data = canvas.pixmap.data_mut();
    cells.for_each(|x, y, cell| {
        let Some((row, col)) = cell else { return };
        let Some(rgb) = colour(row, col) else { return };
        let on_hatch = is_channel(row, col) && (x + y) % (HATCH_PERIOD * dot_px) < dot_px;
        put(data, width, x, y, if on_hatch { CHANNEL_RGB } else { rgb });
    });
    // The shore: wet pixels beside dry ground.
    cells.edges(
        |a, b| is_wet[grid.index(a.0, a.1)] != is_wet[grid.index(b.0, b.1)],
        |x, y| {
            put(data, width, x, y, SHORE_RGB);
        },
    );
}

/// Distance of two lines of the channel hatching, in line widths.
pub(crate) const HATCH_PERIOD: usize = 5;

fn is_channel(scenario: &Scenario, index: usize) -> bool {
    scenario.river.as_ref().is_some_and(|river| river.class_of_cell[index] == LandClass::Channel)
}

/// Paints the outline of the channel and the boundaries between floodplain units.
pub(crate) fn paint_outlines(canvas: &mut Canvas, cells: &PixelCells, scenario: &Scenario) {
    let Some(river) = &scenario.river else { return };
    let grid = scenario.terrain.grid;
    let width = canvas.pixmap.width() as usize;
    let data = canvas.pixmap.data_mut();
    let unit = |cell: (usize, usize)| river.unit_of_cell[grid.index(cell.0, cell.1)];
    cells.edges(
        |a, b| unit(a) != unit(b) && unit(a) != NO_UNIT && unit(b) != NO_UNIT,
        |x, y| {
            if (x + y) % 8 < 5 {
                put(data, width, x, y, UNIT_EDGE_RGB);
            }
        },
    );
    let class = |cell: (usize, usize)| river.class_of_cell[grid.index(cell.0, cell.1)];
    let is_bank = |a, b| (class(a) == LandClass::Channel) != (class(b) == LandClass::Channel);
    cells.edges(is_bank, |x, y| put(data, width, x, y, CHANNEL_EDGE_RGB));
}

impl PixelCells {
    /// Visits the pixels on both sides of every edge between two cells for which `differ` holds.
    fn edges(&self, differ: impl Fn((usize, usize), (usize, usize)) -> bool, mut mark: impl FnMut(usize, usize)) {
        for j in 0..self.rows.len() {
            for i in 0..self.cols.len() {
                let Some(here) = self.rows[j].zip(self.cols[i]) else { continue };
                let beside = self.cols.get(i + 1).copied().flatten().map(|col| (here.0, col));
                let below = self.rows.get(j + 1).copied().flatten().map(|row| (row, here.1));
                if beside.is_some_and(|cell| cell != here && differ(here, cell)) {
                    mark(self.left + i, self.top + j);
                    mark(self.left + i + 1, self.top + j);
                }
                if below.is_some_and(|cell| cell != here && differ(here, cell)) {
                    mark(self.left + i, self.top + j);
                    mark(self.left + i, self.top + j + 1);
                }
            }
        }
    }
}

fn put(data: &mut [u8], width_px: usize, x: usize, y: usize, rgb: Rgb) {
    let at = 4 * (y * width_px + x);
    if let Some(pixel) = data.get_mut(at..at + 4) {
        pixel.copy_from_slice(&[rgb[0], rgb[1], rgb[2], 255]);
    }
}
