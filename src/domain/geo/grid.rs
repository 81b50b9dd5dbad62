//! The raster grid every field lives on, and all index arithmetic.

use serde::{Deserialize, Serialize};

/// A point in projected map metres: easting, northing.
pub type PointMap = [f64; 2];

/// A north-up grid of square cells in projected metres.
///
/// Arrays on it are row-major, `n_rows * n_cols` long, row 0 is the northernmost, column 0 the westernmost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// Columns, west to east.
    pub n_cols: usize,
    /// Rows, north to south.
    pub n_rows: usize,
    /// Edge length of a cell, m.
    pub cell_m: f64,
    /// Easting of the western edge, m.
    pub west_m: f64,
    /// Northing of the northern edge, m.
    pub north_m: f64,
}

impl Grid {
    /// Number of cells, inside the domain or not.
    pub fn n_cells(&self) -> usize {
        self.n_cols * self.n_rows
    }

    /// Area of one cell, m².
    pub fn cell_area_m2(&self) -> f64 {
        self.cell_m * self.cell_m
    }

    /// Easting of the eastern edge, m.
    pub fn east_m(&self) -> f64 {
        self.west_m + self.n_cols as f64 * self.cell_m
    }

    /// Northing of the southern edge, m.
    pub fn south_m(&self) -> f64 {
        self.north_m - self.n_rows as f64 * self.cell_m
    }

    /// Position of a cell in the row-major arrays.
    pub fn index(&self, row: usize, col: usize) -> usize {
        debug_assert!(row < self.n_rows && col < self.n_cols);
        row * self.n_cols + col
    }

    /// Row and column of a position in the arrays.
    pub fn row_col(&self, index: usize) -> (usize, usize) {
        (index / self.n_cols, index % self.n_cols)
    }

    /// Centre of a cell on the map.
    pub fn center_map(&self, row: usize, col: usize) -> PointMap {
        [self.west_m + (col as f64 + 0.5) * self.cell_m, self.north_m - (row as f64 + 0.5) * self.cell_m]
    }

    /// Row and column of the cell that holds a map point, or `None` outside the grid.
    ///
    /// A point on an edge between two cells belongs to the eastern and southern one.
    pub fn cell_at(&self, at: PointMap) -> Option<(usize, usize)> {
        let col = self.column_line(at[0])?;
        let row = floor_index((self.north_m - at[1]) / self.cell_m, self.n_rows)?;
        Some((row, col))
    }

    fn column_line(&self, x_m: f64) -> Option<usize> {
        floor_index((x_m - self.west_m) / self.cell_m, self.n_cols)
    }
}

/// Largest whole number not above `x`, if it is a valid index below `n`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked on the line before")]
fn floor_index(x: f64, n: usize) -> Option<usize> {
    let whole = x.floor();
    (whole >= 0.0 && whole < n as f64).then_some(whole as usize)
}

/// A single-band raster on a grid. No-data is NaN.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Raster {
    /// Where the values lie.
    pub grid: Grid,
    /// Values in row-major order, row 0 north; NaN where there is no data.
    pub values: Vec<f64>,
    /// EPSG code of the coordinate system, if the source names one.
    pub epsg: Option<u32>,
}

impl Raster {
    /// Value of the cell that holds a map point: nearest-neighbour sampling. NaN outside the grid and at no-data.
    pub fn sample_nearest(&self, at: PointMap) -> f64 {
        self.grid.cell_at(at).map_or(f64::NAN, |(row, col)| self.values[self.grid.index(row, col)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raster_gives_the_value_of_the_cell_that_holds_the_point() {
        let grid = Grid { n_cols: 2, n_rows: 2, cell_m: 10.0, west_m: 100.0, north_m: 50.0 };
        let raster = Raster { grid, values: vec![1.0, 2.0, 3.0, f64::NAN], epsg: None };
        assert_eq!(raster.sample_nearest([104.0, 41.0]).to_bits(), 1_f64.to_bits());
        assert_eq!(raster.sample_nearest([104.0, 39.0]).to_bits(), 3_f64.to_bits());
        assert!(raster.sample_nearest([119.0, 31.0]).is_nan(), "no data");
        assert!(raster.sample_nearest([99.0, 41.0]).is_nan(), "outside");
    }
}
