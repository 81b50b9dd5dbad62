//! Where a cell of the grid lies in memory: square tiles, each a few small arrays of fixed size.
//!
//! Rows run from **south to north**, unlike the rows of the grid, so that both directions of the equations read alike:
//! left is west or south, right is east or north. One row of a tile is a *block*: 16 cells, as many numbers as the
//! widest vector register holds. Cells that pad the last tiles lie outside the domain.

use crate::domain::geo::Grid;

/// Cells along one side of a tile, and in a block.
pub(super) const N: usize = 16;

/// One value for each cell of a tile, `[row from south][column from west]`.
pub(super) type Cells = [[f64; N]; N];
/// The same in single precision.
pub(super) type Cells32 = [[f32; N]; N];

/// Direction of the normal of a face.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Axis {
    /// The face lies between a western and an eastern cell.
    X,
    /// The face lies between a southern and a northern cell.
    Y,
}

/// A cell in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) tile: usize,
    pub(super) j: usize,
    pub(super) i: usize,
}

/// A face by the cell to its right: the west face ([`Axis::X`]) or the south face ([`Axis::Y`]) of the cell in row `y`
/// from the south and column `x`, either of which may be one past the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FaceAt {
    pub(super) y: usize,
    pub(super) axis: Axis,
    pub(super) x: usize,
}

impl FaceAt {
    /// Row and column of the cells to the left and to the right; `None` before the first row or column.
    pub(super) fn beside(self) -> [Option<(usize, usize)>; 2] {
        let left = match self.axis {
            Axis::X => self.x.checked_sub(1).map(|x| (self.y, x)),
            Axis::Y => self.y.checked_sub(1).map(|y| (y, self.x)),
        };
        [left, Some((self.y, self.x))]
    }
}

/// The tiles that cover a grid.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_field_names, reason = "counts begin with n_")]
pub(super) struct Layout {
    pub(super) n_cols: usize,
    pub(super) n_rows: usize,
    pub(super) n_tile_cols: usize,
    pub(super) n_tile_rows: usize,
}

impl Layout {
    pub(super) fn new(grid: &Grid) -> Self {
        Self {
            n_cols: grid.n_cols,
            n_rows: grid.n_rows,
            n_tile_cols: grid.n_cols.div_ceil(N),
            n_tile_rows: grid.n_rows.div_ceil(N),
        }
    }

    pub(super) fn n_tiles(self) -> usize {
        self.n_tile_cols * self.n_tile_rows
    }

    /// Row of the grid (0 is north) as a row counted from the south, and back.
    pub(super) fn flip(self, row: usize) -> usize {
        self.n_rows - 1 - row
    }

    /// Slot of the cell in row `y` from the south and column `x`.
    pub(super) fn slot_from_south(self, y: usize, x: usize) -> Slot {
        Slot { tile: (y / N) * self.n_tile_cols + x / N, j: y % N, i: x % N }
    }

    /// Slot of a cell of the grid, row 0 north.
    pub(super) fn slot(self, row: usize, col: usize) -> Slot {
        self.slot_from_south(self.flip(row), col)
    }

    /// Row from the south and column of a slot.
    pub(super) fn place(self, slot: Slot) -> (usize, usize) {
        ((slot.tile / self.n_tile_cols) * N + slot.j, (slot.tile % self.n_tile_cols) * N + slot.i)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_row_of_the_grid_is_the_first_in_memory() {
        let grid = Grid { n_cols: 17, n_rows: 17, cell_m: 1.0, west_m: 0.0, north_m: 17.0 };
        let layout = Layout::new(&grid);
        assert_eq!(layout.slot(16, 0), Slot { tile: 0, j: 0, i: 0 });
        assert_eq!(layout.slot(0, 16), Slot { tile: 3, j: 0, i: 0 });
        assert_eq!(layout.place(layout.slot(0, 16)), (16, 16));
    }

    #[test]
    fn a_face_lies_between_the_cell_before_and_its_own() {
        assert_eq!(FaceAt { axis: Axis::X, y: 3, x: 4 }.beside(), [Some((3, 3)), Some((3, 4))]);
        assert_eq!(FaceAt { axis: Axis::Y, y: 3, x: 4 }.beside(), [Some((2, 4)), Some((3, 4))]);
        assert_eq!(FaceAt { axis: Axis::X, y: 3, x: 0 }.beside()[0], None);
    }
}
