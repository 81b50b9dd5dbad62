//! On which side of a levee or wall each cell lies, and how far from it.
//!
//! The solver's walls run along cell edges, the levees people see along smooth lines. A cell between the two belongs
//! to one side by its edges and to the other by its centre. Such a cell lies below the levee's body, so neither side's
//! surface is drawn from it: both are carried on from the cells beside it ([`Sides::ghost`]) and end at the line itself.

use bevy::math::DVec2;
use bevy::platform::collections::HashMap;

use super::scene::SceneModel;
use crate::domain::geo::{Grid, PointMap};
use crate::domain::river::LandClass;
use crate::domain::scenario::Wall;
use crate::domain::swe::trace::{Axis, trace};

/// Cells this near to a wall know their side of it, in cells: the four corners of any quad that a line crosses do.
const NEAR_CELLS: f64 = 2.5;

/// No segment.
const NONE: u32 = u32::MAX;

/// One straight piece of a wall.
#[derive(Debug, Clone, Copy)]
struct Piece {
    from: DVec2,
    to: DVec2,
    wall: u32,
    /// Whether the wall ends at `from` and at `to`.
    is_end: [bool; 2],
}

/// Where a cell is beside the nearest wall.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Beside {
    /// Which wall.
    pub(super) wall: u32,
    /// Distance from it, m, positive to its left.
    pub(super) offset_m: f64,
}

/// The sides of all cells.
#[derive(Debug, Clone)]
pub(super) struct Sides {
    grid: Grid,
    near: Vec<Option<Beside>>,
    is_under: Vec<bool>,
    is_inside: Vec<bool>,
}

impl Sides {
    /// Works out the sides of a scene's levees and walls.
    pub(super) fn of(model: &SceneModel) -> Self {
        let terrain = &model.scenario().terrain;
        let grid = terrain.grid;
        let lines: Vec<Wall> = lines(model).map(|(name, line, crest_m)| Wall::new(name, line, crest_m)).collect();
        let field = Field::of(&grid, lines.iter().map(|wall| wall.line.as_slice()));
        let near: Vec<Option<Beside>> = (0..grid.n_cells()).map(|i| field.beside(&grid, i)).collect();
        let mut is_under = vec![false; grid.n_cells()];
        for (wall, line) in (0..).zip(&lines) {
            for traced in trace(&grid, &line.line) {
                // Cells come west or north first; a positive sign has the left of the line in the west or the south.
                let first = if traced.face.axis == Axis::X { traced.sign } else { -traced.sign };
                let signs = [first, -first];
                for (cell, sign) in traced.face.cells(&grid).into_iter().zip(signs) {
                    let Some((row, col)) = cell else { continue };
                    let index = grid.index(row, col);
                    is_under[index] |= near[index].is_some_and(|b| b.wall == wall && b.offset_m * sign < 0.0);
                }
            }
        }
        mark_misplaced(model, &near, &mut is_under);
        let is_inside = (0..grid.n_cells()).map(|i| terrain.is_inside(i)).collect();
        Self { grid, near, is_under, is_inside }
    }

    /// Where a cell is beside a wall, if one is near.
    pub(super) fn beside(&self, cell: usize) -> Option<Beside> {
        self.near[cell]
    }

    /// Whether the cell lies below a levee's body, between its line and its cell edges.
    pub(super) fn is_under(&self, cell: usize) -> bool {
        self.is_under[cell]
    }

    /// The wall that separates some of these cells from the others.
    pub(super) fn cut(&self, cells: [usize; 4]) -> Option<u32> {
        let wall = self.near[cells[0]]?.wall;
        let mut has = [false; 2];
        for cell in cells {
            let beside = self.near[cell].filter(|b| b.wall == wall)?;
            has[usize::from(beside.offset_m >= 0.0)] = true;
        }
        (has == [true; 2]).then_some(wall)
    }

    /// Whether no wall stands between the centres of two cells near each other.
    pub(super) fn is_same(&self, a: usize, b: usize) -> bool {
        match (self.near[a], self.near[b]) {
            (Some(a), Some(b)) => a.wall != b.wall || (a.offset_m >= 0.0) == (b.offset_m >= 0.0),
            _ => true,
        }
    }

    /// Mean of what the cells around `cell` on one side of a wall say, the nearer ones weighing more; `None` where
    /// none is within two cells. Cells below the levee and outside the domain are not asked.
    pub(super) fn ghost<const N: usize>(
        &self,
        cell: usize,
        side: Side,
        of: impl Fn(usize) -> [f32; N],
    ) -> Option<[f32; N]> {
        let (row, col) = self.grid.row_col(cell);
        let (mut sum, mut weights) = ([0.0; N], 0.0);
        for reach in [1_u8, 2] {
            let far = usize::from(reach);
            for r in row.saturating_sub(far)..(row + far + 1).min(self.grid.n_rows) {
                for c in col.saturating_sub(far)..(col + far + 1).min(self.grid.n_cols) {
                    let other = self.grid.index(r, c);
                    if !self.is_inside[other] || self.is_under[other] || !side.has(self.near[other]) {
                        continue;
                    }
                    let (dr, dc) = (r.abs_diff(row), c.abs_diff(col));
                    let weight = if dr + dc <= 1 { 2.0 } else { 1.0 };
                    for (sum, value) in sum.iter_mut().zip(of(other)) {
                        *sum += weight * value;
                    }
                    weights += weight;
                }
            }
            if weights > 0.0 {
                return Some(sum.map(|s| s / weights));
            }
        }
        None
    }
}

/// Marks the cells within a cell's width of a levee whose ground is that of the other side: land behind the levee that
/// lies before its line, or the other way round.
fn mark_misplaced(model: &SceneModel, near: &[Option<Beside>], is_under: &mut [bool]) {
    let is_behind = |cell: usize| model.class_of(cell) == Some(LandClass::Landside);
    // For each wall: cells behind less cells before a levee on its left, and on its right.
    let mut votes: HashMap<u32, [i64; 2]> = HashMap::new();
    let all = || near.iter().enumerate().filter_map(|(cell, beside)| Some((cell, (*beside)?)));
    for (cell, beside) in all() {
        let vote = if is_behind(cell) { 1 } else { -1 };
        votes.entry(beside.wall).or_default()[usize::from(beside.offset_m < 0.0)] += vote;
    }
    let cell_m = model.scenario().terrain.grid.cell_m;
    for (cell, beside) in all().filter(|(_, beside)| beside.offset_m.abs() < cell_m) {
        let [left, right] = votes[&beside.wall];
        let is_levee = (left > 0) != (right > 0);
        let should_be_behind = if beside.offset_m < 0.0 { right > 0 } else { left > 0 };
        is_under[cell] |= is_levee && is_behind(cell) != should_be_behind;
    }
}

/// One side of one wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Side {
    /// Which wall.
    pub(super) wall: u32,
    /// To its left.
    pub(super) is_left: bool,
}

impl Side {
    /// Whether a cell is known to lie on this side: one too far from the wall is not, whichever side it is on.
    fn has(self, beside: Option<Beside>) -> bool {
        beside.is_some_and(|b| b.wall == self.wall && (b.offset_m >= 0.0) == self.is_left)
    }

    /// Distance of a cell into this side, m; negative beyond the wall.
    pub(super) fn depth_m(self, beside: Beside) -> f64 {
        if self.is_left { beside.offset_m } else { -beside.offset_m }
    }
}

/// Name, line and crest of all levees, and of the walls that are none.
pub(super) fn lines(model: &SceneModel) -> impl Iterator<Item = (String, Vec<PointMap>, Vec<f64>)> {
    let scenario = model.scenario();
    let levees = scenario.river.iter().flat_map(|river| &river.levees);
    let is_levee = |name: &str| scenario.river.iter().flat_map(|river| &river.levees).any(|l| l.wall == name);
    let walls = scenario.walls.iter().filter(move |wall| !is_levee(&wall.name));
    levees
        .map(|l| (l.wall.clone(), l.line.clone(), l.crest_m.clone()))
        .chain(walls.map(|w| (w.name.clone(), w.line.clone(), w.crest_m.clone())))
}

/// The nearest piece of a line for every cell.
#[derive(Debug)]
pub(super) struct Field {
    pieces: Vec<Piece>,
    nearest: Vec<u32>,
}

impl Field {
    /// Takes time in proportion to cells and to the length of the lines: each cell asks its neighbours which piece is
    /// nearest to them, once on the way down the grid and once on the way up (after Danielsson 1980).
    pub(super) fn of<'a>(grid: &Grid, lines: impl Iterator<Item = &'a [PointMap]>) -> Self {
        let mut field = Self { pieces: Vec::new(), nearest: vec![NONE; grid.n_cells()] };
        for (wall, line) in (0..).zip(lines) {
            for (i, pair) in line.windows(2).enumerate() {
                let is_end = [i == 0, i + 2 == line.len()];
                field.pieces.push(Piece { from: pair[0].into(), to: pair[1].into(), wall, is_end });
            }
        }
        for piece in 0..field.pieces.len() {
            field.sow(grid, super::space::u32_from(piece));
        }
        let (rows, cols) = (grid.n_rows, grid.n_cols);
        for row in 0..rows {
            for col in 0..cols {
                field.ask(grid, [row, col], [(-1, -1), (-1, 0), (-1, 1), (0, -1)]);
            }
            for col in (0..cols).rev() {
                field.ask(grid, [row, col], [(0, 1); 4]);
            }
        }
        for row in (0..rows).rev() {
            for col in (0..cols).rev() {
                field.ask(grid, [row, col], [(1, 1), (1, 0), (1, -1), (0, 1)]);
            }
            for col in 0..cols {
                field.ask(grid, [row, col], [(0, -1); 4]);
            }
        }
        field
    }

    /// Distance of a cell from the nearest line, m; infinite without lines.
    pub(super) fn distance_m(&self, grid: &Grid, cell: usize) -> f64 {
        self.way(grid, cell, self.nearest[cell]).map_or(f64::INFINITY, |(_, way, _)| way.length())
    }

    fn beside(&self, grid: &Grid, cell: usize) -> Option<Beside> {
        let (piece, way, part) = self.way(grid, cell, self.nearest[cell])?;
        let beyond_end = (part < 0.0 && piece.is_end[0]) || (part > 1.0 && piece.is_end[1]);
        let distance_m = way.length();
        // At an outer corner the nearest point is the vertex; the side is still that of either piece.
        let side = (piece.to - piece.from).perp_dot(way).signum();
        (!beyond_end && distance_m <= NEAR_CELLS * grid.cell_m)
            .then_some(Beside { wall: piece.wall, offset_m: side * distance_m })
    }

    /// A piece, the way from it to a cell's centre, and the place on it before it is held between its ends.
    fn way(&self, grid: &Grid, cell: usize, piece: u32) -> Option<(Piece, DVec2, f64)> {
        let piece = *self.pieces.get(usize::try_from(piece).ok()?)?;
        let (row, col) = grid.row_col(cell);
        let at = DVec2::from(grid.center_map(row, col));
        let along = piece.to - piece.from;
        let part = (at - piece.from).dot(along) / along.length_squared().max(f64::MIN_POSITIVE);
        Some((piece, at - (piece.from + along * part.clamp(0.0, 1.0)), part))
    }

    fn offer(&mut self, grid: &Grid, cell: usize, piece: u32) {
        let length = |p| self.way(grid, cell, p).map_or(f64::INFINITY, |(_, way, _)| way.length_squared());
        if piece != self.nearest[cell] && length(piece) < length(self.nearest[cell]) {
            self.nearest[cell] = piece;
        }
    }

    fn sow(&mut self, grid: &Grid, piece: u32) {
        let Piece { from, to, .. } = self.pieces[piece as usize];
        let n = (from.distance(to) / (0.5 * grid.cell_m)).ceil().clamp(1.0, 1e6);
        let mut i = 0.0;
        while i <= n {
            if let Some((row, col)) = grid.cell_at(from.lerp(to, i / n).to_array()) {
                self.offer(grid, grid.index(row, col), piece);
            }
            i += 1.0;
        }
    }

    fn ask(&mut self, grid: &Grid, [row, col]: [usize; 2], steps: [(isize, isize); 4]) {
        for (dr, dc) in steps {
            let (Some(r), Some(c)) = (row.checked_add_signed(dr), col.checked_add_signed(dc)) else { continue };
            if r < grid.n_rows && c < grid.n_cols {
                let piece = self.nearest[grid.index(r, c)];
                if piece != NONE {
                    self.offer(grid, grid.index(row, col), piece);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::scene::tests::{walled, with_river};

    #[test]
    fn left_of_the_line_is_positive_and_the_distance_is_true() {
        // 10 by 6 cells of 100 m, a wall eastward through y = 330.
        let model = walled(10, vec![1.0; 60], vec![[0.0, 330.0], [1000.0, 330.0]]);
        let sides = Sides::of(&model);
        let grid = model.scenario().terrain.grid;
        let offset = |row: usize| sides.beside(grid.index(row, 4)).map(|b| b.offset_m);
        assert_eq!([offset(2), offset(3)], [Some(20.0), Some(-80.0)]);
        assert_eq!(offset(0), Some(220.0));
        assert_eq!(offset(5), None, "280 m are more than two and a half cells");
    }

    #[test]
    fn only_a_quad_across_the_line_is_cut() {
        let model = walled(10, vec![1.0; 60], vec![[0.0, 330.0], [1000.0, 330.0]]);
        let sides = Sides::of(&model);
        let grid = model.scenario().terrain.grid;
        let quad = |row: usize| sides.cut([(0, 0), (1, 0), (1, 1), (0, 1)].map(|(r, c)| grid.index(row + r, 4 + c)));
        assert_eq!([quad(1), quad(2), quad(3)], [None, Some(0), None]);
    }

    #[test]
    fn a_slanting_line_leaves_some_cells_under_it_and_ghosts_pass_them_over() {
        let model = walled(20, vec![1.0; 400], vec![[0.0, 300.0], [2000.0, 1330.0]]);
        let sides = Sides::of(&model);
        let grid = model.scenario().terrain.grid;
        let under: Vec<usize> = (0..grid.n_cells()).filter(|i| sides.is_under(*i)).collect();
        assert!(!under.is_empty());
        for cell in under {
            let beside = sides.beside(cell).unwrap();
            assert!(beside.offset_m.abs() < grid.cell_m, "{beside:?}");
            let side = Side { wall: 0, is_left: true };
            let of = |i: usize| {
                [if sides.is_under(i) {
                    f32::NAN
                } else {
                    sides.beside(i).map_or(1.0, |b| if b.offset_m > 0.0 { 1.0 } else { -1.0 })
                }]
            };
            assert_eq!(sides.ghost(cell, side, of), Some([1.0]), "only cells to the left are asked");
        }
    }

    #[test]
    fn land_before_the_levee_with_the_ground_of_that_behind_it_is_under_it() {
        let mut scenario = with_river().scenario().clone();
        let grid = scenario.terrain.grid;
        let river = scenario.river.as_mut().unwrap();
        for (cell, class) in river.class_of_cell.iter_mut().enumerate() {
            if !(1000.0..9000.0).contains(&grid.center_map(cell / grid.n_cols, cell % grid.n_cols)[1]) {
                *class = LandClass::Landside;
            }
        }
        let low = grid.cell_at([20_050.0, 8950.0]).map(|(r, c)| grid.index(r, c)).unwrap();
        river.class_of_cell[low] = LandClass::Landside;
        let model = SceneModel::new(std::sync::Arc::new(scenario));
        let under: Vec<usize> = (0..grid.n_cells()).filter(|cell| model.sides().is_under(*cell)).collect();
        assert_eq!(under, [low]);
    }

    #[test]
    fn distances_pass_on_across_the_whole_grid() {
        let model = walled(30, vec![1.0; 900], vec![[0.0, 200.0], [1500.0, 900.0], [3000.0, 300.0]]);
        let grid = model.scenario().terrain.grid;
        let line = model.scenario().walls[0].line.clone();
        let field = Field::of(&grid, std::iter::once(line.as_slice()));
        for cell in (0..grid.n_cells()).step_by(7) {
            let (row, col) = grid.row_col(cell);
            let at = DVec2::from(grid.center_map(row, col));
            let true_m = line.windows(2).map(|p| {
                let (a, b) = (DVec2::from(p[0]), DVec2::from(p[1]));
                let part = ((at - a).dot(b - a) / (b - a).length_squared()).clamp(0.0, 1.0);
                at.distance(a.lerp(b, part))
            });
            let true_m = true_m.fold(f64::INFINITY, f64::min);
            assert!((field.distance_m(&grid, cell) - true_m).abs() < 0.01 * grid.cell_m, "{cell}");
        }
    }
}
