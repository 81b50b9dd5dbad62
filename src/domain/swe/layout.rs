//! Where a cell of the grid lies in memory: square tiles, each a few small arrays of fixed size.
//!
//! Rows of a tile run from **south to north**, unlike the rows of the grid, so that both directions of the equations
//! read alike: left is west or south, right is east or north. Cells that pad the last tiles lie outside the domain.

use serde::{Deserialize, Serialize};

use super::containment::TileFaults;
use super::halo::{Halo, RINGS};
use super::joins::Joins;
use super::structures::CrestFace;
use crate::domain::geo::Grid;

/// Cells along one side of a tile.
pub(super) const N: usize = 16;

/// One value for each cell of a tile, `[row from south][column from west]`.
pub(super) type Cells = [[f64; N]; N];
/// One value for each face between western and eastern neighbours; `[j][i]` is the west face of cell `[j][i]`.
pub(super) type XFaces = [[f64; N + 1]; N];
/// One value for each face between southern and northern neighbours; `[j][i]` is the south face of cell `[j][i]`.
pub(super) type YFaces = [[f64; N]; N + 1];

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

/// A face in memory, as one tile sees it: `j` up to `N` for [`Axis::Y`], `i` up to `N` for [`Axis::X`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FaceSlot {
    pub(super) axis: Axis,
    pub(super) j: usize,
    pub(super) i: usize,
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

/// The tiles beside a tile.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Neighbours {
    pub(super) west: Option<usize>,
    pub(super) east: Option<usize>,
    pub(super) south: Option<usize>,
    pub(super) north: Option<usize>,
}

impl Neighbours {
    pub(super) fn iter(self) -> impl Iterator<Item = usize> {
        [self.west, self.east, self.south, self.north].into_iter().flatten()
    }
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

    /// Row from the south and column of the first cell of a tile.
    pub(super) fn origin(self, tile: usize) -> (usize, usize) {
        ((tile / self.n_tile_cols) * N, (tile % self.n_tile_cols) * N)
    }

    pub(super) fn neighbours(self, tile: usize) -> Neighbours {
        let (ty, tx) = (tile / self.n_tile_cols, tile % self.n_tile_cols);
        Neighbours {
            west: (tx > 0).then(|| tile - 1),
            east: (tx + 1 < self.n_tile_cols).then_some(tile + 1),
            south: (ty > 0).then(|| tile - self.n_tile_cols),
            north: (ty + 1 < self.n_tile_rows).then_some(tile + self.n_tile_cols),
        }
    }

    /// The tiles that see a face and how they see it. `y` and `x` (row from the south, column) are those of the cell
    /// to its right; either may be one past the last cell.
    pub(super) fn face_slots(self, axis: Axis, y: usize, x: usize) -> [Option<(usize, FaceSlot)>; 2] {
        let right = (y < self.n_rows && x < self.n_cols).then(|| {
            let s = self.slot_from_south(y, x);
            (s.tile, FaceSlot { axis, j: s.j, i: s.i })
        });
        let left = match axis {
            Axis::X if x > 0 && y < self.n_rows => Some(self.slot_from_south(y, x - 1)),
            Axis::Y if y > 0 && x < self.n_cols => Some(self.slot_from_south(y - 1, x)),
            Axis::X | Axis::Y => None,
        };
        let left = left.map(|s| match axis {
            Axis::X => (s.tile, FaceSlot { axis, j: s.j, i: s.i + 1 }),
            Axis::Y => (s.tile, FaceSlot { axis, j: s.j + 1, i: s.i }),
        });
        match (right, left) {
            // Both sides in one tile: one slot.
            (Some(a), Some(b)) if a.0 == b.0 => [Some(a), None],
            both => [both.0, both.1],
        }
    }
}

/// The water of a tile: the state, and what its last update left for the step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Water {
    /// Depth, m.
    pub(super) h: Cells,
    /// Velocity eastward, m/s; 0 at and below the dry depth.
    pub(super) u: Cells,
    /// Velocity northward, m/s; 0 at and below the dry depth.
    pub(super) v: Cells,
    /// Bit `j` is set when a cell of row `j` is deeper than the depth from which it must be computed.
    pub(super) wet_rows: u32,
    /// Largest of |u| + c and |v| + c, m/s.
    pub(super) max_speed: f64,
    /// Figures of the last update; the next one does not need them.
    #[serde(skip)]
    pub(super) tally: Tally,
}

/// What the update of one tile counted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) n_advanced: u64,
    pub(super) n_contained: u64,
    /// Depth taken by the ground, summed over the cells, m.
    pub(super) infiltrated_m: f64,
    /// Depth lost with contained cells, summed over the cells, m.
    pub(super) contained_m: f64,
    /// What was wrong with the first of them.
    pub(super) faults: TileFaults,
}

impl Water {
    pub(super) fn dry() -> Self {
        let zero = [[0.0; N]; N];
        Self { h: zero, u: zero, v: zero, wet_rows: 0, max_speed: 0.0, tally: Tally::default() }
    }
}

/// What a tile stands on.
#[derive(Debug, Clone)]
pub(super) struct Ground {
    /// Bed level, m; 0 outside the domain.
    pub(super) z: Halo,
    /// Level above which water passes a face between west and east, m; infinite where nothing passes.
    pub(super) zf_x: XFaces,
    /// The same for the faces between south and north.
    pub(super) zf_y: YFaces,
    /// 1 inside the domain, 0 outside.
    pub(super) inside: Cells,
    /// g n², m/s² · s²/m^(2/3); 0 without friction.
    pub(super) gn2: Cells,
    /// Faces on the edge of the domain, which reflect.
    pub(super) walls: Vec<FaceSlot>,
    /// Faces that walls stand on, between two cells of the domain.
    pub(super) crests: Vec<CrestFace>,
    /// Faces whose flux a boundary imposes, with the number of the face there.
    pub(super) imposed: Vec<(FaceSlot, usize)>,
    pub(super) n_inside: usize,
    /// How the cells around hang together; absent where no wall and no open edge is near.
    pub(super) joins: Option<Box<Joins>>,
}

impl Ground {
    pub(super) fn outside() -> Self {
        Self {
            z: [[0.0; N + 2 * RINGS]; N + 2 * RINGS],
            zf_x: [[f64::INFINITY; N + 1]; N],
            zf_y: [[f64::INFINITY; N]; N + 1],
            inside: [[0.0; N]; N],
            gn2: [[0.0; N]; N],
            walls: Vec::new(),
            crests: Vec::new(),
            imposed: Vec::new(),
            n_inside: 0,
            joins: None,
        }
    }

    pub(super) fn face_level(&self, at: FaceSlot) -> f64 {
        match at.axis {
            Axis::X => self.zf_x[at.j][at.i],
            Axis::Y => self.zf_y[at.j][at.i],
        }
    }

    pub(super) fn set_face_level(&mut self, at: FaceSlot, level: f64) {
        match at.axis {
            Axis::X => self.zf_x[at.j][at.i] = level,
            Axis::Y => self.zf_y[at.j][at.i] = level,
        }
    }

    /// Bed of a cell, m.
    pub(super) fn bed(&self, j: usize, i: usize) -> f64 {
        self.z[j + RINGS][i + RINGS]
    }

    /// Bed on the left and on the right of a face.
    pub(super) fn beds_beside(&self, at: FaceSlot) -> (f64, f64) {
        let (j, i) = (at.j + RINGS, at.i + RINGS);
        match at.axis {
            Axis::X => (self.z[j][i - 1], self.z[j][i]),
            Axis::Y => (self.z[j - 1][i], self.z[j][i]),
        }
    }
}

/// Fluxes through the faces of one direction, per metre of face. `F` is the shape, [`XFaces`] or [`YFaces`].
#[derive(Debug, Clone)]
pub(super) struct FaceFlux<F> {
    /// Mass, m²/s.
    pub(super) m: F,
    /// Normal momentum for the cell on the left, less the pressure that cell has at rest below the face, m³/s².
    pub(super) pl: F,
    /// The same for the cell on the right.
    pub(super) pr: F,
    /// Transverse momentum, m³/s².
    pub(super) t: F,
}

/// Fluxes of a tile, those of its outer faces included (the tile beside it computes the same figures).
#[derive(Debug, Clone)]
pub(super) struct Fluxes {
    pub(super) x: FaceFlux<XFaces>,
    pub(super) y: FaceFlux<YFaces>,
    /// Eastward pull of the slope of the stage inside each cell, g h δη, m³/s²; 0 at first order.
    pub(super) pull_x: Cells,
    /// The same northward.
    pub(super) pull_y: Cells,
    /// Share of its outgoing flux that a cell can afford; valid only where `limited`.
    pub(super) theta: Cells,
    pub(super) limited: bool,
    /// Bit `j` is set when row `j` has to be updated.
    pub(super) touched: u32,
    /// Whether the last step computed this tile.
    pub(super) live: bool,
}

impl Fluxes {
    pub(super) fn zero() -> Self {
        let x = [[0.0; N + 1]; N];
        let y = [[0.0; N]; N + 1];
        Self {
            x: FaceFlux { m: x, pl: x, pr: x, t: x },
            y: FaceFlux { m: y, pl: y, pr: y, t: y },
            pull_x: [[0.0; N]; N],
            pull_y: [[0.0; N]; N],
            theta: [[1.0; N]; N],
            limited: false,
            touched: 0,
            live: false,
        }
    }

    pub(super) fn add_pressure(&mut self, at: FaceSlot, left: f64, right: f64) {
        match at.axis {
            Axis::X => {
                self.x.pl[at.j][at.i] += left;
                self.x.pr[at.j][at.i] += right;
            }
            Axis::Y => {
                self.y.pl[at.j][at.i] += left;
                self.y.pr[at.j][at.i] += right;
            }
        }
    }

    /// Sets mass, normal momentum for each side and transverse momentum of a face.
    pub(super) fn set_sides(&mut self, at: FaceSlot, [m, pl, pr, t]: [f64; 4]) {
        self.set(at, m, 0.0, t);
        self.add_pressure(at, pl, pr);
    }

    /// Sets mass, normal momentum for both sides and transverse momentum of a face.
    pub(super) fn set(&mut self, at: FaceSlot, m: f64, p: f64, t: f64) {
        match at.axis {
            Axis::X => {
                self.x.m[at.j][at.i] = m;
                self.x.pl[at.j][at.i] = p;
                self.x.pr[at.j][at.i] = p;
                self.x.t[at.j][at.i] = t;
            }
            Axis::Y => {
                self.y.m[at.j][at.i] = m;
                self.y.pl[at.j][at.i] = p;
                self.y.pr[at.j][at.i] = p;
                self.y.t[at.j][at.i] = t;
            }
        }
    }

    pub(super) fn mass(&self, at: FaceSlot) -> f64 {
        match at.axis {
            Axis::X => self.x.m[at.j][at.i],
            Axis::Y => self.y.m[at.j][at.i],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_face_between_two_tiles_is_seen_by_both() {
        let grid = Grid { n_cols: 40, n_rows: 20, cell_m: 1.0, west_m: 0.0, north_m: 20.0 };
        let layout = Layout::new(&grid);
        assert_eq!(layout.n_tiles(), 6);
        let [a, b] = layout.face_slots(Axis::X, 3, 16);
        assert_eq!(a, Some((1, FaceSlot { axis: Axis::X, j: 3, i: 0 })));
        assert_eq!(b, Some((0, FaceSlot { axis: Axis::X, j: 3, i: 16 })));
        let [a, b] = layout.face_slots(Axis::Y, 20, 5);
        assert_eq!((a, b), (None, Some((3, FaceSlot { axis: Axis::Y, j: 4, i: 5 }))));
        assert_eq!(layout.face_slots(Axis::Y, 7, 5)[1], None);
    }

    #[test]
    fn the_last_row_of_the_grid_is_the_first_in_memory() {
        let grid = Grid { n_cols: 17, n_rows: 17, cell_m: 1.0, west_m: 0.0, north_m: 17.0 };
        let layout = Layout::new(&grid);
        assert_eq!(layout.slot(16, 0), Slot { tile: 0, j: 0, i: 0 });
        assert_eq!(layout.slot(0, 16), Slot { tile: 3, j: 0, i: 0 });
    }
}
