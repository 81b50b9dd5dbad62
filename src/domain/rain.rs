//! Rain: the same over the whole domain, or by fields on a grid of its own.

use serde::{Deserialize, Serialize};

use crate::domain::scenario::{Series, Terrain};

/// m/s in one mm/h.
pub const MPS_PER_MM_PER_HOUR: f64 = 1e-3 / 3600.0;

/// Rain on the domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Rain {
    /// The same everywhere, mm/h; below 0 counts as 0.
    Uniform(Series),
    /// Fields in time.
    Grid(RainGrid),
}

/// Rain by fields on a grid that is coarser than the scenario's, or at least another.
///
/// A field holds from the beginning of its span to the end of it; where no span lies there is no rain.
/// A cell of the scenario has the rain of the rain cell that holds its centre; rain is not smoothed between rain cells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RainGrid {
    /// From and to of each field, s after the start of the scenario; each begins at or after the end of the one before.
    pub spans_secs: Vec<[f64; 2]>,
    /// Rain columns.
    pub n_cols: usize,
    /// Rain rows.
    pub n_rows: usize,
    /// Rates, mm/h, finite and at least 0: field by field, row by row, `n_rows * n_cols` for each span.
    pub rates_mm_per_hour: Vec<f64>,
    /// Rain column of each column of the scenario's grid; never falls from west to east, or never rises.
    pub col_of: Vec<usize>,
    /// Rain row of each row of the scenario's grid, row 0 north; never falls from north to south, or never rises.
    pub row_of: Vec<usize>,
}

impl RainGrid {
    /// Number of rain cells.
    pub fn n_cells(&self) -> usize {
        self.n_cols * self.n_rows
    }

    /// The rates of one span, mm/h, row by row.
    pub fn field(&self, span: usize) -> &[f64] {
        &self.rates_mm_per_hour[span * self.n_cells()..][..self.n_cells()]
    }

    /// Position in a field of the rain on a cell of the scenario's grid.
    pub fn cell_over(&self, row: usize, col: usize) -> usize {
        self.row_of[row] * self.n_cols + self.col_of[col]
    }

    /// For each rain cell the number of cells of the domain below it.
    pub fn n_below(&self, terrain: &Terrain) -> Vec<usize> {
        let mut n_below = vec![0; self.n_cells()];
        for index in (0..terrain.grid.n_cells()).filter(|&index| terrain.is_inside(index)) {
            let (row, col) = terrain.grid.row_col(index);
            n_below[self.cell_over(row, col)] += 1;
        }
        n_below
    }

    /// The spans that share time with an interval, s: which, and for how long, s.
    pub fn within(&self, from_secs: f64, to_secs: f64) -> impl Iterator<Item = (usize, f64)> + use<'_> {
        let first = self.spans_secs.partition_point(|span| span[1] <= from_secs);
        let spans = self.spans_secs.iter().enumerate().skip(first);
        spans
            .take_while(move |(_, span)| span[0] < to_secs)
            .map(move |(k, span)| (k, span[1].min(to_secs) - span[0].max(from_secs)))
    }
}

impl Rain {
    /// Rain on the domain from the start to `until_secs`, m³.
    pub fn volume_m3(&self, terrain: &Terrain, until_secs: f64) -> f64 {
        let area_m2 = terrain.grid.cell_area_m2();
        let depth_cells_m = match self {
            Self::Uniform(series) => {
                let n_inside = (0..terrain.grid.n_cells()).filter(|&index| terrain.is_inside(index)).count();
                series.mean_over(0.0, until_secs).max(0.0) * MPS_PER_MM_PER_HOUR * until_secs * n_inside as f64
            }
            Self::Grid(grid) => {
                let n_below = grid.n_below(terrain);
                let rate_cells = |span| grid.field(span).iter().zip(&n_below).map(|(rate, n)| rate * *n as f64);
                let spans = grid.within(0.0, until_secs);
                spans.map(|(k, secs)| rate_cells(k).sum::<f64>() * MPS_PER_MM_PER_HOUR * secs).sum()
            }
        };
        depth_cells_m * area_m2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geo::Grid;

    /// Two rain cells, west and east, over four columns; three fields with a pause before the last.
    fn halves() -> RainGrid {
        RainGrid {
            spans_secs: vec![[0.0, 100.0], [100.0, 200.0], [300.0, 400.0]],
            n_cols: 2,
            n_rows: 1,
            rates_mm_per_hour: vec![36.0, 72.0, 0.0, 18.0, 3.6, 0.0],
            col_of: vec![0, 0, 1, 1],
            row_of: vec![0],
        }
    }

    #[test]
    fn an_interval_knows_the_spans_it_shares_time_with() {
        let shares = |from, to| halves().within(from, to).collect::<Vec<_>>();
        assert_eq!(shares(-50.0, 10.0), [(0, 10.0)]);
        assert_eq!(shares(90.0, 130.0), [(0, 10.0), (1, 30.0)]);
        assert_eq!(shares(200.0, 300.0), []);
        assert_eq!(shares(0.0, 1e9), [(0, 100.0), (1, 100.0), (2, 100.0)]);
        assert_eq!(shares(400.0, 500.0), []);
    }

    #[test]
    fn the_volume_counts_the_cells_below_each_rain_cell() {
        let grid = Grid { n_cols: 4, n_rows: 1, cell_m: 10.0, west_m: 0.0, north_m: 10.0 };
        let terrain = Terrain { grid, epsg: None, bed_m: vec![0.0, 0.0, f64::NAN, 0.0], manning: vec![0.03; 4] };
        // 36 mm/h is 1e-5 m/s. West, two cells: 100 s · 1e-5 + 50 s · 1e-6; east, one: 100 s · 2e-5 + 100 s · 5e-6.
        let expected = 100.0 * (2.0 * (1e-3 + 0.5e-4) + (2e-3 + 5e-4));
        let found = Rain::Grid(halves()).volume_m3(&terrain, 350.0);
        assert!((found - expected).abs() < 1e-12, "{found}");
    }
}
