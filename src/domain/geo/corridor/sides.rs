//! Which cells lie between the levees, as the walls on the grid see it.
//!
//! A levee is a smooth line, but its wall follows the edges of cells. A cell beside it can have its centre on one side
//! of the line and lie on the other side of the wall. Such a cell belongs to the side that its water can reach: were
//! its bed that of the low land behind the levee, it would be a pit in the floodplain, several metres deep.

use std::collections::VecDeque;

use rayon::prelude::*;

use super::strip::Strip;
use crate::domain::geo::Grid;
use crate::domain::river::Levee;
use crate::domain::swe::trace::{Axis, trace};

/// Cells farther than this from the levee lie on the side of their centre, in cells: a traced wall strays less.
const STRAY_CELLS: f64 = 1.5;

/// Whether each cell lies between the levees, row-major, row 0 north.
pub(super) fn between_levees(grid: &Grid, strip: &Strip, levees: &[Levee]) -> Vec<bool> {
    let stray_m = STRAY_CELLS * grid.cell_m;
    let behind_m: Vec<f64> = (0..grid.n_cells())
        .into_par_iter()
        .map(|index| {
            let (row, col) = grid.row_col(index);
            let (axis, around) = strip.nearest(grid.center_map(row, col));
            around.behind_levee_m(axis.offset_m)
        })
        .collect();
    let faces = WallFaces::of(grid, levees);
    let mut between: Vec<bool> = behind_m.iter().map(|behind| *behind < -stray_m).collect();
    let mut front: VecDeque<usize> = (0..grid.n_cells()).filter(|&index| between[index]).collect();
    while let Some(index) = front.pop_front() {
        for next in faces.open_neighbours(grid, index) {
            if !between[next] && behind_m[next] <= stray_m {
                between[next] = true;
                front.push_back(next);
            }
        }
    }
    between
}

/// Faces on which a levee stands, by the cell east or south of them.
struct WallFaces {
    west_of: Vec<bool>,
    north_of: Vec<bool>,
}

impl WallFaces {
    fn of(grid: &Grid, levees: &[Levee]) -> Self {
        let mut faces = Self { west_of: vec![false; grid.n_cells()], north_of: vec![false; grid.n_cells()] };
        for traced in levees.iter().flat_map(|levee| trace(grid, &levee.line)) {
            let [_, Some((row, col))] = traced.face.cells(grid) else { continue };
            match traced.face.axis {
                Axis::X => faces.west_of[grid.index(row, col)] = true,
                Axis::Y => faces.north_of[grid.index(row, col)] = true,
            }
        }
        faces
    }

    /// Cells beside a cell with no levee in between.
    fn open_neighbours(&self, grid: &Grid, index: usize) -> impl Iterator<Item = usize> {
        let (row, col) = grid.row_col(index);
        let west = (col > 0 && !self.west_of[index]).then(|| index - 1);
        let north = (row > 0 && !self.north_of[index]).then(|| index - grid.n_cols);
        let east = (col + 1 < grid.n_cols && !self.west_of[index + 1]).then_some(index + 1);
        let south = (row + 1 < grid.n_rows && !self.north_of[index + grid.n_cols]).then_some(index + grid.n_cols);
        [west, north, east, south].into_iter().flatten()
    }
}
