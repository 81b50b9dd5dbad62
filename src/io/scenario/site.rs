//! The place a scenario is about, once terrain is there, and the geometric questions its parts ask.

use crate::domain::geo::corridor::{Corridor, Opening};
use crate::domain::geo::{Grid, PointMap};
use crate::domain::river::line::ChannelLine;
use crate::domain::scenario::{Edge, Terrain};
use crate::io::observed::ObservedTable;

/// Terrain, and the corridor it belongs to if it was built from one.
pub(super) enum Site {
    Raster(Terrain),
    /// With the table of what was observed beside it, if there is one.
    Corridor(Box<Corridor>, Option<ObservedTable>),
}

impl Site {
    pub(super) fn terrain(&self) -> &Terrain {
        match self {
            Self::Raster(terrain) => terrain,
            Self::Corridor(corridor, _) => &corridor.terrain,
        }
    }

    pub(super) fn grid(&self) -> &Grid {
        &self.terrain().grid
    }

    pub(super) fn corridor(&self) -> Option<&Corridor> {
        match self {
            Self::Raster(_) => None,
            Self::Corridor(corridor, _) => Some(corridor),
        }
    }

    /// What was observed beside it.
    pub(super) fn observed(&self) -> Option<&ObservedTable> {
        match self {
            Self::Raster(_) => None,
            Self::Corridor(_, observed) => observed.as_ref(),
        }
    }

    /// The channel, if it is a line beside the grid.
    pub(super) fn line(&self) -> Option<&ChannelLine> {
        self.corridor().and_then(|corridor| corridor.channel.as_ref())
    }

    /// Whether a point lies in a cell that the channel stands on as a line.
    pub(super) fn is_on_line(&self, at: PointMap) -> bool {
        let cell = self.grid().cell_at(at).map(|(row, col)| self.grid().index(row, col));
        self.line().is_some_and(|line| line.cells.iter().any(|of| Some(of.cell) == cell))
    }

    /// Whether a point lies in a cell of the domain.
    pub(super) fn holds(&self, at: PointMap) -> bool {
        let cell = self.grid().cell_at(at);
        cell.is_some_and(|(row, col)| self.terrain().is_inside(self.grid().index(row, col)))
    }

    /// Whether a line touches a cell of the domain: looked at every quarter of a cell, on both sides of the line.
    pub(super) fn is_touched_by(&self, line: &[PointMap]) -> bool {
        let quarter = self.grid().cell_m / 4.0;
        let corners = [[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]];
        let touches = |p: PointMap| corners.iter().any(|d| self.holds([p[0] + d[0] * quarter, p[1] + d[1] * quarter]));
        line.windows(2).any(|pair| {
            let step = quarter / distance_m(pair[0], pair[1]);
            let mut along = std::iter::successors(Some(0.0_f64), |t| (*t < 1.0).then(|| (t + step).min(1.0)));
            along.any(|t| touches(lerp(pair[0], pair[1], t)))
        })
    }

    /// Beds of the domain's cells along a side of the grid whose middle lies in the span.
    pub(super) fn beds_along(&self, opening: Opening) -> Vec<f64> {
        let grid = self.grid();
        let n = side_cells(grid, opening.edge);
        let beds = (0..n).filter(|i| {
            let middle = (*i as f64 + 0.5) * grid.cell_m;
            opening.span_m[0] <= middle && middle <= opening.span_m[1]
        });
        beds.map(|i| self.terrain().bed_m[side_index(grid, opening.edge, i)]).filter(|bed| bed.is_finite()).collect()
    }
}

/// Whether a point lies in the rectangle of the grid, its edges included.
pub(super) fn is_on_grid(grid: &Grid, at: PointMap) -> bool {
    let slack = grid.cell_m * 1e-6;
    (grid.west_m - slack..=grid.east_m() + slack).contains(&at[0])
        && (grid.south_m() - slack..=grid.north_m + slack).contains(&at[1])
}

/// The rectangle of the grid, for a message.
pub(super) fn extent(grid: &Grid) -> String {
    format!("x {} to {}, y {} to {}", grid.west_m, grid.east_m(), grid.south_m(), grid.north_m)
}

/// Cells along a side of the grid.
fn side_cells(grid: &Grid, edge: Edge) -> usize {
    match edge {
        Edge::West | Edge::East => grid.n_rows,
        Edge::South | Edge::North => grid.n_cols,
    }
}

/// Length of a side of the grid, m.
pub(super) fn side_length_m(grid: &Grid, edge: Edge) -> f64 {
    side_cells(grid, edge) as f64 * grid.cell_m
}

/// Position in the arrays of the i-th cell of a side, counted from its west or south end.
fn side_index(grid: &Grid, edge: Edge, i: usize) -> usize {
    match edge {
        Edge::West => grid.index(grid.n_rows - 1 - i, 0),
        Edge::East => grid.index(grid.n_rows - 1 - i, grid.n_cols - 1),
        Edge::South => grid.index(grid.n_rows - 1, i),
        Edge::North => grid.index(0, i),
    }
}

pub(super) fn distance_m(a: PointMap, b: PointMap) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

fn lerp(a: PointMap, b: PointMap, t: f64) -> PointMap {
    [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]
}

/// The point of a line nearest to another point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Nearest {
    pub(super) point: PointMap,
    pub(super) distance_m: f64,
    pub(super) segment: usize,
    pub(super) t: f64,
}

/// The point of a line (two vertices or more) nearest to `p`.
pub(super) fn nearest_on(line: &[PointMap], p: PointMap) -> Option<Nearest> {
    let on_segment = |(segment, pair): (usize, &[PointMap])| {
        let (a, b) = (pair[0], pair[1]);
        let ab = [b[0] - a[0], b[1] - a[1]];
        let squared = ab[0] * ab[0] + ab[1] * ab[1];
        let along = (p[0] - a[0]) * ab[0] + (p[1] - a[1]) * ab[1];
        let t = if squared > 0.0 { (along / squared).clamp(0.0, 1.0) } else { 0.0 };
        let point = lerp(a, b, t);
        Nearest { point, distance_m: distance_m(point, p), segment, t }
    };
    line.windows(2).enumerate().map(on_segment).min_by(|a, b| a.distance_m.total_cmp(&b.distance_m))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Site {
        // Three columns, two rows of 10 m; the north-west cell is outside.
        let grid = Grid { n_cols: 3, n_rows: 2, cell_m: 10.0, west_m: 0.0, north_m: 20.0 };
        let bed_m = vec![f64::NAN, 2.0, 3.0, 4.0, 5.0, 6.0];
        Site::Raster(Terrain { grid, epsg: None, bed_m, manning: vec![0.03; 6] })
    }

    #[test]
    fn spans_count_from_the_west_and_south_ends() {
        let beds = |edge, span_m| site().beds_along(Opening { edge, span_m });
        assert_eq!(beds(Edge::West, [0.0, 20.0]), [4.0]);
        assert_eq!(beds(Edge::East, [0.0, 10.0]), [6.0]);
        assert_eq!(beds(Edge::East, [10.0, 20.0]), [3.0]);
        assert_eq!(beds(Edge::North, [0.0, 30.0]), [2.0, 3.0]);
        assert_eq!(beds(Edge::South, [12.0, 14.0]), [] as [f64; 0]);
    }

    #[test]
    fn a_line_along_the_outer_edge_touches_the_domain() {
        assert!(site().is_touched_by(&[[30.0, 0.0], [30.0, 20.0]]));
        assert!(!site().is_touched_by(&[[1.0, 19.0], [4.0, 14.0]]));
    }

    #[test]
    fn the_nearest_point_of_a_line() {
        let nearest = nearest_on(&[[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]], [13.0, 4.0]).unwrap();
        assert_eq!((nearest.point, nearest.distance_m, nearest.segment), ([10.0, 4.0], 3.0, 1));
    }
}
