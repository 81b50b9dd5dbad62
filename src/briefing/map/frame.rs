//! Where the map lies in the picture.

use crate::briefing::canvas::Area;
use crate::domain::geo::{Grid, PointMap};
use crate::domain::scenario::Terrain;

/// The window of the picture that shows the map, and the scale of the map in it. North is up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MapFrame {
    /// Window, px.
    pub(crate) window: Area,
    /// Map point at the middle of the window.
    middle_map: PointMap,
    /// Metres to a pixel.
    pub(crate) m_per_px: f64,
}

impl MapFrame {
    /// Fits the domain (all cells that are part of it) into a window of the picture.
    pub(crate) fn fit(terrain: &Terrain, window: Area) -> Self {
        let [west, south, east, north] = domain_bounds(terrain);
        let pad = 1.0 + 2.0 * MARGIN_FRAC;
        let across = (east - west) * pad / f64::from(window.width);
        let down = (north - south) * pad / f64::from(window.height);
        Self { window, middle_map: [0.5 * (west + east), 0.5 * (south + north)], m_per_px: across.max(down) }
    }

    /// Pixel of a map point.
    #[expect(clippy::cast_possible_truncation, reason = "pixel positions; single precision is what the canvas takes")]
    pub(crate) fn px_from_map(&self, at: PointMap) -> [f32; 2] {
        let x = (at[0] - self.middle_map[0]) / self.m_per_px;
        let y = (self.middle_map[1] - at[1]) / self.m_per_px;
        [self.window.left + 0.5 * self.window.width + x as f32, self.window.top + 0.5 * self.window.height + y as f32]
    }

    /// Map point of a pixel position.
    pub(crate) fn map_from_px(&self, at: [f32; 2]) -> PointMap {
        let x = f64::from(at[0] - self.window.left - 0.5 * self.window.width);
        let y = f64::from(at[1] - self.window.top - 0.5 * self.window.height);
        [self.middle_map[0] + x * self.m_per_px, self.middle_map[1] - y * self.m_per_px]
    }

    /// Length on the picture of a length on the map.
    #[expect(clippy::cast_possible_truncation, reason = "pixel lengths")]
    pub(crate) fn px_from_m(&self, length_m: f64) -> f32 {
        (length_m / self.m_per_px) as f32
    }
}

/// Free space around the domain, as a share of its size on each side.
const MARGIN_FRAC: f64 = 0.012;

/// West, south, east and north of the cells that are part of the domain; of the grid when there is none.
fn domain_bounds(terrain: &Terrain) -> [f64; 4] {
    let grid: &Grid = &terrain.grid;
    let mut rows = (grid.n_rows, 0);
    let mut cols = (grid.n_cols, 0);
    for index in (0..grid.n_cells()).filter(|&i| terrain.is_inside(i)) {
        let (row, col) = grid.row_col(index);
        rows = (rows.0.min(row), rows.1.max(row + 1));
        cols = (cols.0.min(col), cols.1.max(col + 1));
    }
    if rows.0 >= rows.1 {
        return [grid.west_m, grid.south_m(), grid.east_m(), grid.north_m];
    }
    let x = |col: usize| grid.west_m + col as f64 * grid.cell_m;
    let y = |row: usize| grid.north_m - row as f64 * grid.cell_m;
    [x(cols.0), y(rows.1), x(cols.1), y(rows.0)]
}
