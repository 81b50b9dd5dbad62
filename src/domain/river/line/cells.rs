//! The cells that a course passes through.

use crate::domain::geo::polyline::{Polyline, lerp};
use crate::domain::geo::{Grid, PointMap};

/// Whether a course passes through each cell, row-major, row 0 north.
///
/// The cells of a course hang together by their faces, unless it goes exactly through a corner.
pub fn cells_on_course(grid: &Grid, course: &Polyline) -> Vec<bool> {
    let mut is_on = vec![false; grid.n_cells()];
    let mut cuts = Vec::new();
    for ends in course.points().windows(2) {
        let (a, b) = (ends[0], ends[1]);
        cuts.clear();
        cuts.extend([0.0, 1.0]);
        cut(&mut cuts, [a[0] - grid.west_m, b[0] - grid.west_m], grid.cell_m);
        cut(&mut cuts, [grid.north_m - a[1], grid.north_m - b[1]], grid.cell_m);
        cuts.sort_by(f64::total_cmp);
        for piece in cuts.windows(2) {
            let middle: PointMap = lerp(a, b, 0.5 * (piece[0] + piece[1]));
            if let Some((row, col)) = grid.cell_at(middle) {
                is_on[grid.index(row, col)] = true;
            }
        }
    }
    is_on
}

/// Adds where a coordinate that goes evenly from one value to the other passes multiples of the cell size.
fn cut(cuts: &mut Vec<f64>, [from, to]: [f64; 2], cell_m: f64) {
    let (low, high) = (from.min(to) / cell_m, from.max(to) / cell_m);
    let mut line = low.floor() + 1.0;
    while line < high {
        cuts.push((line * cell_m - from) / (to - from));
        line += 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slanting_course_passes_through_cells_that_share_faces() {
        let grid = Grid { n_cols: 4, n_rows: 3, cell_m: 10.0, west_m: 0.0, north_m: 30.0 };
        // From the lower left to the upper right: (row, col) (2,0) (2,1) (1,1) (1,2) (0,2) (0,3).
        let course = Polyline::new(vec![[-10.0, -6.0], [2.0, 3.0], [38.0, 29.0]]).unwrap();
        let on = cells_on_course(&grid, &course);
        let found: Vec<usize> = (0..on.len()).filter(|i| on[*i]).collect();
        assert_eq!(found, [2, 3, 5, 6, 8, 9]);
    }
}
