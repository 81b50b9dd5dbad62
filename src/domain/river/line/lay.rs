//! A course laid on a grid: segments, the width of their columns, and what of the banks is whose.

use super::banks;
use super::{ChannelLine, LineCell, LineEnd, LineStart};
use crate::domain::geo::Grid;
use crate::domain::geo::PointMap;
use crate::domain::geo::polyline::Polyline;
use crate::domain::river::channel::{Section, Segment};
use crate::domain::scenario::Edge;

/// The area of a cell goes to the segments within this many segment lengths of it, the nearest ones most.
///
/// A course meets now two cells in a segment and now none: without this the columns would jump by as much.
const SHARED_OVER: f64 = 3.0;

/// A course over a grid, and what its cells are.
#[derive(Debug, Clone, Copy)]
pub struct Course<'a> {
    /// The grid.
    pub grid: &'a Grid,
    /// The course.
    pub line: &'a Polyline,
    /// Arc lengths along it between which it is inside the grid, m.
    pub span_m: [f64; 2],
    /// Whether the channel stands on a cell, row-major, row 0 north.
    pub is_channel: &'a [bool],
    /// Whether a cell is part of the plain that its water can reach, row-major, row 0 north.
    pub is_plain: &'a [bool],
}

/// The channel at one point of its course.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SectionAt {
    /// Width between the lips, m.
    pub width_m: f64,
    /// Level of the lip, m.
    pub lip_m: f64,
    /// Level of the flat bottom, m, below the lip.
    pub bed_m: f64,
    /// Share of the width that is flat bottom, above 0 and at most 1.
    pub bottom_frac: f64,
    /// Manning's n, s/m^(1/3).
    pub manning: f64,
    /// Official chainage, km.
    pub chainage_km: f64,
}

impl Course<'_> {
    /// Segments of about one cell's length with what the channel is at their middles (`at`, by arc length in m).
    ///
    /// `None` if the span is empty or a section is not sound.
    pub fn lay(&self, at: impl Fn(f64) -> SectionAt) -> Option<ChannelLine> {
        let [from_m, to_m] = self.span_m;
        let length_m = to_m - from_m;
        if !(length_m > 0.0 && length_m.is_finite()) {
            return None;
        }
        let n = n_segments(length_m / self.grid.cell_m);
        let step_m = length_m / n as f64;
        let end_m = |i: usize| from_m + i as f64 * step_m;
        let cells = self.cells();
        let columns = column_widths_m(&cells, n, step_m, self.grid.cell_area_m2());
        let segment = |(i, column_m): (usize, &f64)| {
            let here = at(end_m(i) + 0.5 * step_m);
            let column_m = if *column_m > 0.0 { *column_m } else { here.width_m };
            let section = Section::trapezoid(here.width_m, here.lip_m - here.bed_m, here.bottom_frac, column_m).ok()?;
            Some(Segment { length_m: step_m, bed_m: here.bed_m, section, manning: here.manning })
        };
        let points: Vec<PointMap> = (0..=n).map(|i| self.line.at(end_m(i))).collect();
        Some(ChannelLine {
            segments: columns.iter().enumerate().map(segment).collect::<Option<_>>()?,
            chainage_km: (0..=n).map(|i| at(end_m(i)).chainage_km).collect(),
            banks: banks::share_out(self, n, step_m),
            dikes: Vec::new(),
            ends: [points[0], points[n]].map(|p| nearest_side(self.grid, p)),
            points,
            cells,
            start: LineStart::default(),
        })
    }

    /// Distance of a point along the span, m, held at its ends.
    pub(super) fn along_m(&self, p: PointMap) -> f64 {
        (self.line.nearest(p).along_m - self.span_m[0]).clamp(0.0, self.span_m[1] - self.span_m[0])
    }

    fn cells(&self) -> Vec<LineCell> {
        let cells = (0..self.grid.n_cells()).filter(|cell| self.is_channel[*cell]);
        cells
            .map(|cell| {
                let (row, col) = self.grid.row_col(cell);
                LineCell { cell, along_m: self.along_m(self.grid.center_map(row, col)) }
            })
            .collect()
    }
}

/// The segment that a position among `n` of them lies in.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held within the segments")]
pub(super) fn within(position: f64, n: usize) -> usize {
    position.floor().clamp(0.0, (n - 1) as f64) as usize
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length on a grid in cells")]
fn n_segments(length_cells: f64) -> usize {
    length_cells.round().max(1.0) as usize
}

/// Width of the column of each segment, m: all of them together have just the area of the cells.
fn column_widths_m(cells: &[LineCell], n: usize, step_m: f64, cell_area_m2: f64) -> Vec<f64> {
    let mut area_m2 = vec![0.0; n];
    for cell in cells {
        let position = cell.along_m / step_m - 0.5;
        let weight = |i: usize| (1.0 - (i as f64 - position).abs() / SHARED_OVER).max(0.0);
        let near = within(position - SHARED_OVER, n)..=within(position + SHARED_OVER, n);
        let all: f64 = near.clone().map(weight).sum();
        for i in near {
            area_m2[i] += cell_area_m2 * weight(i) / all;
        }
    }
    area_m2.into_iter().map(|area| area / step_m).collect()
}

/// Where on the side of the grid that it is nearest to a point lies.
fn nearest_side(grid: &Grid, p: PointMap) -> LineEnd {
    let (x, y) = (p[0] - grid.west_m, p[1] - grid.south_m());
    let off_m = [
        (Edge::West, x, y),
        (Edge::East, grid.east_m() - p[0], y),
        (Edge::South, y, x),
        (Edge::North, grid.north_m - p[1], x),
    ];
    let nearest = off_m.into_iter().min_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
    let (edge, _, along_m) = nearest.unwrap_or((Edge::West, x, y)); // there are four sides
    LineEnd { edge, along_m }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However cells fall on segments, their area is shared out whole, and no column jumps from one to the next.
    #[test]
    fn columns_have_the_area_of_the_cells() {
        let along = [30.0, 70.0, 110.0, 330.0, 350.0, 380.0, 460.0, 560.0, 610.0, 700.0, 790.0];
        let cells: Vec<LineCell> =
            along.iter().enumerate().map(|(cell, along_m)| LineCell { cell, along_m: *along_m }).collect();
        let widths = column_widths_m(&cells, 8, 100.0, 1e4);
        let area: f64 = widths.iter().map(|width| width * 100.0).sum();
        assert!((area - 11.0 * 1e4).abs() < 1e-6);
        assert!(widths.windows(2).all(|pair| (pair[1] / pair[0] - 1.0).abs() < 0.4), "{widths:?}");
    }
}
