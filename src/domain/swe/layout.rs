//! Where a cell of the grid lies in memory: in a block of 16 cells of one row.
//!
//! Rows run from **south to north**, unlike the rows of the grid, so that both directions of the equations read alike:
//! left is west or south, right is east or north. A block holds as many numbers as the widest vector register in single
//! precision, or as a line of cache. Blocks lie one after the other as a step passes over them, row after row, and only
//! those that hold cells of the domain are kept; the other cells of such a block lie outside.

use super::active::Blocks;
use crate::domain::geo::Grid;
use crate::domain::scenario::Terrain;

/// Cells in a block.
pub(super) const N: usize = 16;

/// Direction of the normal of a face.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Axis {
    /// The face lies between a western and an eastern cell.
    X,
    /// The face lies between a southern and a northern cell.
    Y,
}

/// A cell by its row from the south and its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) y: usize,
    pub(super) x: usize,
}

/// Where a cell is kept: its block, and its place in it.
pub(super) type Slot = (usize, usize);

/// A face by the cell to its right: the west face ([`Axis::X`]) or the south face ([`Axis::Y`]) of the cell in row `y`
/// from the south and column `x`, either of which may be one past the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FaceAt {
    pub(super) y: usize,
    pub(super) axis: Axis,
    pub(super) x: usize,
}

impl FaceAt {
    /// The cells to the left and to the right; `None` before the first row or column.
    pub(super) fn beside(self) -> [Option<Place>; 2] {
        let left = match self.axis {
            Axis::X => self.x.checked_sub(1).map(|x| Place { y: self.y, x }),
            Axis::Y => self.y.checked_sub(1).map(|y| Place { y, x: self.x }),
        };
        [left, Some(Place { y: self.y, x: self.x })]
    }
}

/// The blocks that cover a grid.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_field_names, reason = "counts begin with n_")]
pub(super) struct Layout {
    pub(super) n_cols: usize,
    pub(super) n_rows: usize,
    /// Blocks that cover a row.
    pub(super) n_blocks: usize,
}

impl Layout {
    pub(super) fn new(grid: &Grid) -> Self {
        Self { n_cols: grid.n_cols, n_rows: grid.n_rows, n_blocks: grid.n_cols.div_ceil(N) }
    }

    /// Row of the grid (0 is north) as a row counted from the south, and back.
    pub(super) fn flip(self, row: usize) -> usize {
        self.n_rows - 1 - row
    }

    /// Place of a cell of the grid, row 0 north.
    pub(super) fn place(self, row: usize, col: usize) -> Place {
        Place { y: self.flip(row), x: col }
    }

    /// Whether a place is on the grid.
    pub(super) fn holds(self, Place { y, x }: Place) -> bool {
        y < self.n_rows && x < self.n_cols
    }
}

/// Which blocks are kept, and where.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    /// Blocks with cells of the domain.
    pub(super) domain: Blocks,
    /// Where the blocks of each row begin, and the end.
    starts: Vec<usize>,
}

impl Kept {
    pub(super) fn new(terrain: &Terrain, layout: Layout) -> Self {
        let mut domain = Blocks::none(layout.n_rows, layout.n_blocks);
        for y in 0..layout.n_rows {
            for x in 0..layout.n_cols {
                if terrain.is_inside(terrain.grid.index(layout.flip(y), x)) {
                    domain.insert_cell(y, x);
                }
            }
        }
        let mut starts = vec![0];
        for y in 0..layout.n_rows {
            starts.push(starts[y] + domain.count(y));
        }
        Self { domain, starts }
    }

    /// How many blocks are kept.
    pub(super) fn n_blocks(&self) -> usize {
        self.start(self.starts.len())
    }

    /// Where the blocks of row `y` begin.
    pub(super) fn start(&self, y: usize) -> usize {
        self.starts[y.min(self.starts.len() - 1)]
    }

    /// Where block `block` of row `y` is kept, or the next one of the row if it is not.
    pub(super) fn at(&self, y: usize, block: usize) -> usize {
        self.starts[y] + self.domain.count_before(y, block)
    }

    /// Whether the block of a cell is kept.
    pub(super) fn has(&self, Place { y, x }: Place) -> bool {
        self.domain.contains(y, x / N)
    }

    /// Block and place in it of a cell of the domain.
    pub(super) fn slot(&self, Place { y, x }: Place) -> Slot {
        (self.at(y, x / N), x % N)
    }

    /// Rows of the grid with the kept blocks of each: column of the first cell, and where the block is.
    pub(super) fn of_row(&self, y: usize) -> impl Iterator<Item = (usize, usize)> {
        let blocks = self.domain.runs(y).flatten();
        blocks.zip(self.starts[y]..).map(|(block, at)| (block * N, at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_blocks_with_cells_of_the_domain_are_kept_row_after_row_from_the_south() {
        let grid = Grid { n_cols: 40, n_rows: 3, cell_m: 1.0, west_m: 0.0, north_m: 3.0 };
        let layout = Layout::new(&grid);
        let mut bed_m = vec![0.0; 120];
        // The southern row has no cell in its first block, the next one none in its second.
        bed_m[80..96].fill(f64::NAN);
        bed_m[56..72].fill(f64::NAN);
        let kept = Kept::new(&Terrain { grid, epsg: None, bed_m, manning: vec![0.03; 120] }, layout);
        assert_eq!(kept.n_blocks(), 7);
        assert_eq!(kept.of_row(0).collect::<Vec<_>>(), [(16, 0), (32, 1)]);
        assert_eq!(kept.of_row(1).collect::<Vec<_>>(), [(0, 2), (32, 3)]);
        assert_eq!(kept.slot(layout.place(0, 39)), (6, 7));
        assert_eq!(kept.slot(Place { y: 1, x: 33 }), (3, 1));
    }

    #[test]
    fn a_face_lies_between_the_cell_before_and_its_own() {
        let cell = |y, x| Some(Place { y, x });
        assert_eq!(FaceAt { axis: Axis::X, y: 3, x: 4 }.beside(), [cell(3, 3), cell(3, 4)]);
        assert_eq!(FaceAt { axis: Axis::Y, y: 3, x: 4 }.beside(), [cell(2, 4), cell(3, 4)]);
        assert_eq!(FaceAt { axis: Axis::X, y: 3, x: 0 }.beside()[0], None);
    }
}
