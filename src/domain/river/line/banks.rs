//! What of each bank belongs to which cell of the plain.
//!
//! The faces between cells of the channel and of the plain form a staircase, longer than the bank. So each bank, left
//! and right, is divided among its faces: to each goes what of the bank is nearest to it along the channel. The lengths
//! of a segment then sum to its own on either bank, and no segment is without a bank because no face lies beside it.

use super::lay::within;
use super::{BankFace, Course};
use crate::domain::swe::trace::{Axis, Face};

/// A face is given bank no farther away than this along the channel, in cells: beyond it there is no plain.
const FARTHEST_CELLS: f64 = 2.0;

/// A face between channel and plain.
#[derive(Debug, Clone, Copy)]
struct FaceOf {
    along_m: f64,
    is_left: bool,
    plain_cell: usize,
}

/// The banks of `n` segments of `step_m`, in the order of the cells of the plain, then of the segments.
pub(super) fn share_out(course: &Course<'_>, n: usize, step_m: f64) -> Vec<BankFace> {
    let faces = faces(course);
    let reach_m = FARTHEST_CELLS * course.grid.cell_m;
    let length_m = n as f64 * step_m;
    let mut banks: Vec<BankFace> = Vec::new();
    for is_left in [true, false] {
        let mut side: Vec<FaceOf> = faces.iter().copied().filter(|face| face.is_left == is_left).collect();
        side.sort_by(|a, b| a.along_m.total_cmp(&b.along_m).then(a.plain_cell.cmp(&b.plain_cell)));
        for (i, face) in side.iter().enumerate() {
            let midway = |other: usize| 0.5 * (face.along_m + side[other].along_m);
            let from_m = if i == 0 { 0.0 } else { midway(i - 1) }.max(face.along_m - reach_m);
            let to_m = if i + 1 == side.len() { length_m } else { midway(i + 1) }.min(face.along_m + reach_m);
            divide([from_m, to_m], n, step_m, |segment, length_m| {
                banks.push(BankFace { segment, plain_cell: face.plain_cell, length_m });
            });
        }
    }
    banks.sort_by_key(|bank| (bank.plain_cell, bank.segment));
    banks.dedup_by(|next, before| {
        let is_same = (next.plain_cell, next.segment) == (before.plain_cell, before.segment);
        before.length_m += if is_same { next.length_m } else { 0.0 };
        is_same
    });
    banks
}

/// The parts of an interval that lie in each segment.
fn divide([from_m, to_m]: [f64; 2], n: usize, step_m: f64, mut part: impl FnMut(usize, f64)) {
    for segment in within(from_m / step_m, n)..=within(to_m / step_m, n) {
        let begin_m = from_m.max(segment as f64 * step_m);
        let end_m = to_m.min((segment + 1) as f64 * step_m);
        if end_m - begin_m > 1e-9 * step_m {
            part(segment, end_m - begin_m);
        }
    }
}

fn faces(course: &Course<'_>) -> Vec<FaceOf> {
    let grid = course.grid;
    let mut faces = Vec::new();
    for row in 0..grid.n_rows {
        for col in 0..grid.n_cols {
            let here = grid.index(row, col);
            let west = (col > 0).then(|| (Axis::X, here - 1));
            let north = (row > 0).then(|| (Axis::Y, here - grid.n_cols));
            for (axis, other) in [west, north].into_iter().flatten() {
                let pair = if course.is_channel[here] { [here, other] } else { [other, here] };
                let [channel, plain_cell] = pair;
                if !course.is_channel[channel] || course.is_channel[plain_cell] || !course.is_plain[plain_cell] {
                    continue;
                }
                let [a, b] = Face { axis, row, col }.ends_map(grid);
                let along_m = course.along_m([0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])]);
                let (plain_row, plain_col) = grid.row_col(plain_cell);
                let is_left = course.line.nearest(grid.center_map(plain_row, plain_col)).offset_m >= 0.0;
                faces.push(FaceOf { along_m, is_left, plain_cell });
            }
        }
    }
    faces
}

#[cfg(test)]
mod tests {
    use super::super::cells_on_course;
    use super::*;
    use crate::domain::geo::Grid;
    use crate::domain::geo::polyline::Polyline;

    /// A winding course on cells wider than its bends: both banks of every segment are given out, once.
    #[test]
    fn the_banks_of_a_segment_are_twice_its_length() {
        let grid = Grid { n_cols: 30, n_rows: 12, cell_m: 100.0, west_m: 0.0, north_m: 1200.0 };
        let points = (0..=300).map(|k| f64::from(k) * 10.0).map(|x| [x, 600.0 + 250.0 * (x / 400.0).sin()]).collect();
        let line = Polyline::new(points).unwrap();
        let channel = cells_on_course(&grid, &line);
        let plain: Vec<bool> = channel.iter().map(|is| !is).collect();
        let span_m = [0.0, line.length_m()];
        let course = Course { grid: &grid, line: &line, span_m, is_channel: &channel, is_plain: &plain };
        let (n, step_m) = (36, line.length_m() / 36.0);
        let banks = share_out(&course, n, step_m);
        for segment in 0..n {
            let sum: f64 = banks.iter().filter(|bank| bank.segment == segment).map(|bank| bank.length_m).sum();
            assert!((sum / (2.0 * step_m) - 1.0).abs() < 1e-9, "segment {segment}: {sum} m of bank for {step_m} m");
        }
        assert!(banks.windows(2).all(|pair| pair[0].plain_cell <= pair[1].plain_cell));
        assert!(banks.iter().all(|bank| plain[bank.plain_cell] && bank.length_m > 0.0));
    }

    #[test]
    fn a_bank_without_a_plain_is_given_to_nobody() {
        let grid = Grid { n_cols: 20, n_rows: 3, cell_m: 100.0, west_m: 0.0, north_m: 300.0 };
        let line = Polyline::new(vec![[0.0, 150.0], [2000.0, 150.0]]).unwrap();
        let channel = cells_on_course(&grid, &line);
        // The plain is the northern row, which is the left bank of a river that runs east.
        let plain: Vec<bool> = (0..60).map(|cell| cell < 20).collect();
        let course = Course { grid: &grid, line: &line, span_m: [0.0, 2000.0], is_channel: &channel, is_plain: &plain };
        let banks = share_out(&course, 20, 100.0);
        let sum: f64 = banks.iter().map(|bank| bank.length_m).sum();
        assert!((sum - 2000.0).abs() < 1e-6 && banks.iter().all(|bank| bank.plain_cell < 20));
    }
}
