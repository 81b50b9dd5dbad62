//! Lines on cell edges: a polyline becomes a connected staircase of faces.
//!
//! Walls, sections, pictures and file checks all use this one trace. Each vertex moves to the nearest corner of the
//! grid; between two corners the line goes in steps of one cell edge, as near to the straight line as it can. The
//! staircase is connected by its corners, so no cell touches a cell on the other side except through one of its
//! faces: water exchanged through faces cannot slip through diagonally.

use crate::domain::geo::{Grid, PointMap};

pub use super::layout::Axis;

/// A face between two cells, or between a cell and the outside.
///
/// For [`Axis::X`] the west face of cell (`row`, `col`), with `col` up to `n_cols`; for [`Axis::Y`] the **north**
/// face of cell (`row`, `col`), with `row` up to `n_rows`. Row 0 is north, as in every array on the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Face {
    /// Direction of the normal.
    pub axis: Axis,
    /// Row, from the north.
    pub row: usize,
    /// Column, from the west.
    pub col: usize,
}

impl Face {
    /// Both ends on the map, m: south before north, west before east.
    pub fn ends_map(self, grid: &Grid) -> [PointMap; 2] {
        let x = grid.west_m + self.col as f64 * grid.cell_m;
        let y = grid.north_m - self.row as f64 * grid.cell_m;
        match self.axis {
            Axis::X => [[x, y - grid.cell_m], [x, y]],
            Axis::Y => [[x, y], [x + grid.cell_m, y]],
        }
    }

    /// The cells on both sides as (row, column): west or north first; `None` outside the grid.
    pub fn cells(self, grid: &Grid) -> [Option<(usize, usize)>; 2] {
        let beyond = (self.row < grid.n_rows && self.col < grid.n_cols).then_some((self.row, self.col));
        let before = match self.axis {
            Axis::X => (self.row < grid.n_rows).then(|| self.col.checked_sub(1).map(|c| (self.row, c))),
            Axis::Y => (self.col < grid.n_cols).then(|| self.row.checked_sub(1).map(|r| (r, self.col))),
        };
        [before.flatten(), beyond]
    }
}

/// One face of a traced line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TracedFace {
    /// The face.
    pub face: Face,
    /// +1 when flow eastward or northward goes from the left hand of the line to its right hand, −1 when back.
    pub sign: f64,
    /// Segment of the line, 0 between the first two vertices.
    pub segment: usize,
    /// Place of the middle of the face on that segment, 0 at its start to 1 at its end.
    pub segment_frac: f64,
    /// The same place as a distance along the whole line, m.
    pub along_m: f64,
}

/// The faces of a line, in the order in which it is drawn. Parts outside the grid are left out.
pub fn trace(grid: &Grid, line: &[PointMap]) -> Vec<TracedFace> {
    let mut faces = Vec::new();
    let mut start_m = 0.0;
    for (segment, ends) in line.windows(2).enumerate() {
        let (a, b) = (ends[0], ends[1]);
        let length_m = (b[0] - a[0]).hypot(b[1] - a[1]);
        trace_segment(grid, a, b, |face, sign| {
            let ends = face.ends_map(grid);
            let middle = [0.5 * (ends[0][0] + ends[1][0]), 0.5 * (ends[0][1] + ends[1][1])];
            let frac = place_on(a, b, middle);
            faces.push(TracedFace { face, sign, segment, segment_frac: frac, along_m: start_m + frac * length_m });
        });
        start_m += length_m;
    }
    faces
}

/// Place of the foot of `p` on the segment from `a` to `b`, between 0 and 1.
fn place_on(a: PointMap, b: PointMap, p: PointMap) -> f64 {
    let d = [b[0] - a[0], b[1] - a[1]];
    let length2 = d[0] * d[0] + d[1] * d[1];
    if length2 > 0.0 { (((p[0] - a[0]) * d[0] + (p[1] - a[1]) * d[1]) / length2).clamp(0.0, 1.0) } else { 0.0 }
}

/// Distance along a line of the point on it that is nearest to `p`, m.
pub fn distance_along(line: &[PointMap], p: PointMap) -> f64 {
    let (mut best, mut along, mut start_m) = (f64::INFINITY, 0.0, 0.0);
    for ends in line.windows(2) {
        let (a, b) = (ends[0], ends[1]);
        let length_m = (b[0] - a[0]).hypot(b[1] - a[1]);
        let frac = place_on(a, b, p);
        let foot = [a[0] + frac * (b[0] - a[0]), a[1] + frac * (b[1] - a[1])];
        let off = (p[0] - foot[0]).hypot(p[1] - foot[1]);
        if off < best {
            (best, along) = (off, start_m + frac * length_m);
        }
        start_m += length_m;
    }
    along
}

/// Walks the corners of the grid from `a` to `b` and reports each face passed over, with its sign.
fn trace_segment(grid: &Grid, a: PointMap, b: PointMap, mut report: impl FnMut(Face, f64)) {
    let Some((a, b)) = clip(grid, a, b) else { return };
    let (ax, ay) = nearest_corner(grid, a);
    let (bx, by) = nearest_corner(grid, b);
    let (east, north) = (bx >= ax, by >= ay);
    let (run, rise) = ((bx - ax).abs(), (by - ay).abs());
    let (mut x, mut y) = (ax, ay);
    let (mut i, mut j) = (0, 0);
    while i < run || j < rise {
        // Of both directions take the one whose step stays nearer to the straight line.
        if (1 + 2 * i) * rise < (1 + 2 * j) * run {
            let col = if east { x } else { x - 1 };
            if let Some(face) = face_at(grid, Axis::Y, col, y) {
                report(face, if east { -1.0 } else { 1.0 });
            }
            x += if east { 1 } else { -1 };
            i += 1;
        } else {
            let row = if north { y } else { y - 1 };
            if let Some(face) = face_at(grid, Axis::X, x, row) {
                report(face, if north { 1.0 } else { -1.0 });
            }
            y += if north { 1 } else { -1 };
            j += 1;
        }
    }
}

/// The face whose western or southern corner is (`x`, `y`), counted from the south-western corner of the grid.
fn face_at(grid: &Grid, axis: Axis, x: i64, y: i64) -> Option<Face> {
    let (col, from_south) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
    let face = match axis {
        Axis::X => Face { axis, row: (grid.n_rows.checked_sub(1)?).checked_sub(from_south)?, col },
        Axis::Y => Face { axis, row: grid.n_rows.checked_sub(from_south)?, col },
    };
    let fits = match axis {
        Axis::X => face.col <= grid.n_cols,
        Axis::Y => face.col < grid.n_cols,
    };
    fits.then_some(face)
}

#[expect(clippy::cast_possible_truncation, reason = "the point was clipped to the grid")]
fn nearest_corner(grid: &Grid, p: PointMap) -> (i64, i64) {
    let x = (p[0] - grid.west_m) / grid.cell_m;
    let y = (p[1] - grid.south_m()) / grid.cell_m;
    (x.round() as i64, y.round() as i64)
}

/// The part of a segment within two cells of the grid (Liang and Barsky 1984).
fn clip(grid: &Grid, a: PointMap, b: PointMap) -> Option<(PointMap, PointMap)> {
    let margin = 2.0 * grid.cell_m;
    let low = [grid.west_m - margin, grid.south_m() - margin];
    let high = [grid.east_m() + margin, grid.north_m + margin];
    let (mut from, mut to) = (0.0_f64, 1.0_f64);
    for k in 0..2 {
        let d = b[k] - a[k];
        if d == 0.0 {
            if a[k] < low[k] || a[k] > high[k] {
                return None;
            }
            continue;
        }
        let (p, q) = ((low[k] - a[k]) / d, (high[k] - a[k]) / d);
        from = from.max(p.min(q));
        to = to.min(p.max(q));
    }
    let at = |s: f64| [a[0] + s * (b[0] - a[0]), a[1] + s * (b[1] - a[1])];
    (from <= to).then(|| (if from > 0.0 { at(from) } else { a }, if to < 1.0 { at(to) } else { b }))
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;

    fn grid() -> Grid {
        Grid { n_cols: 10, n_rows: 8, cell_m: 10.0, west_m: 1000.0, north_m: 2080.0 }
    }

    #[test]
    fn a_line_to_the_north_counts_eastward_flow_as_positive() {
        let faces = trace(&grid(), &[[1030.0, 2000.0], [1030.0, 2080.0]]);
        assert_eq!(faces.len(), 8);
        assert!(faces.iter().all(|f| f.face.axis == Axis::X && f.face.col == 3 && f.sign > 0.0));
        assert_eq!((faces[0].face.row, faces[7].face.row), (7, 0));
        assert!((faces[0].along_m - 5.0).abs() < 1e-9);
    }

    #[test]
    fn the_other_three_directions_have_their_signs() {
        let sign = |a, b| trace(&grid(), &[a, b])[0].sign;
        assert_eq!(sign([1030.0, 2080.0], [1030.0, 2000.0]), -1.0);
        assert_eq!(sign([1000.0, 2040.0], [1100.0, 2040.0]), -1.0);
        assert_eq!(sign([1100.0, 2040.0], [1000.0, 2040.0]), 1.0);
    }

    #[test]
    fn a_diagonal_is_a_connected_staircase() {
        let faces = trace(&grid(), &[[1003.0, 2001.0], [1097.0, 2071.0]]);
        for pair in faces.windows(2) {
            let (p, q) = (pair[0].face.ends_map(&grid()), pair[1].face.ends_map(&grid()));
            assert!(p.iter().any(|a| q.contains(a)), "{pair:?}");
            assert!(pair[1].along_m >= pair[0].along_m);
        }
        assert_eq!(faces.len(), 10 + 7);
    }

    #[test]
    fn what_lies_outside_is_left_out() {
        assert!(trace(&grid(), &[[0.0, 0.0], [500.0, 500.0]]).is_empty());
        let faces = trace(&grid(), &[[1050.0, -1.0e9], [1050.0, 1.0e9]]);
        assert_eq!(faces.len(), 8);
        let edge = trace(&grid(), &[[1100.0, 2000.0], [1100.0, 2080.0]]);
        assert!(edge.len() == 8 && edge.iter().all(|f| f.face.col == 10));
        assert_eq!(edge[0].face.cells(&grid()), [Some((7, 9)), None]);
    }

    #[test]
    fn distance_is_measured_along_the_line() {
        let line = [[0.0, 0.0], [100.0, 0.0], [100.0, 50.0]];
        assert!((distance_along(&line, [120.0, 30.0]) - 130.0).abs() < 1e-9);
    }
}
