//! From points that people click to edges of the grid: which wall is meant, and staircases along edges.

use super::Refusal;
use crate::domain::geo::polyline::{distance_m, lerp};
use crate::domain::geo::{Grid, PointMap};
use crate::domain::scenario::{Scenario, Wall};
use crate::domain::swe::trace::Face;
use crate::domain::swe::walls::{WallFace, wall_stretches};

/// A wall is meant if one of its edges is within so many cells of the point.
pub const SNAP_CELLS: f64 = 3.0;

/// An edge that a wall stands on above the ground.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing {
    pub(super) wall_face: WallFace,
    /// Part of the wall that the edge stands for, m from its start.
    pub(super) reach: [f64; 2],
    /// The higher ground beside it, m.
    pub(super) ground_m: f64,
}

impl Standing {
    /// Share of the edge that a piece of wall takes, 0 to 1.
    pub(super) fn covered(&self, from_m: f64, to_m: f64) -> f64 {
        let [a, b] = self.reach;
        if b > a { ((to_m.min(b) - from_m.max(a)) / (b - a)).clamp(0.0, 1.0) } else { 0.0 }
    }
}

/// All edges that walls stand on, wall after wall.
pub(super) fn standing(scenario: &Scenario) -> Vec<Standing> {
    let plain = Plain::of(scenario);
    let stretches = wall_stretches(&scenario.terrain.grid, &scenario.walls);
    let above = stretches.into_iter().filter_map(|(wall_face, reach)| {
        let ground_m = plain.ground_m(wall_face.face)?;
        (wall_face.crest_m > ground_m).then_some(Standing { wall_face, reach, ground_m })
    });
    above.collect()
}

/// The edge that is nearest to a point; of walls that share it the first, which stood before the others.
///
/// # Errors
/// When the point is outside the grid or nothing stands within [`SNAP_CELLS`] cells of it.
pub(super) fn nearest(scenario: &Scenario, all: &[Standing], at: PointMap) -> Result<Standing, Refusal> {
    let grid = &scenario.terrain.grid;
    on_grid(grid, at)?;
    let off = |standing: &Standing| off_face_m(grid, standing.wall_face.face, at);
    let within_m = SNAP_CELLS * grid.cell_m;
    match all.iter().map(|standing| (standing, off(standing))).min_by(|a, b| a.1.total_cmp(&b.1)) {
        Some((standing, off_m)) if off_m <= within_m => Ok(*standing),
        found => {
            let name = |standing: &Standing| scenario.walls[standing.wall_face.wall].name.clone();
            let nearest = found.map(|(standing, off_m)| (name(standing), off_m));
            Err(Refusal::NoWall { at, within_m, nearest })
        }
    }
}

/// A point in the rectangle of the grid, its edges included.
///
/// # Errors
/// When it is outside.
pub(super) fn on_grid(grid: &Grid, at: PointMap) -> Result<PointMap, Refusal> {
    let is_on = (grid.west_m..=grid.east_m()).contains(&at[0]) && (grid.south_m()..=grid.north_m).contains(&at[1]);
    if is_on { Ok(at) } else { Err(Refusal::OffGrid { at }) }
}

fn off_face_m(grid: &Grid, face: Face, at: PointMap) -> f64 {
    let [[ax, ay], [bx, by]] = face.ends_map(grid);
    distance_m(at, [at[0].clamp(ax, bx), at[1].clamp(ay, by)])
}

/// The point of a line at a distance from its start, m; an end of it beyond.
pub(super) fn point_along(line: &[PointMap], along_m: f64) -> Option<PointMap> {
    let mut left_m = along_m;
    for ends in line.windows(2) {
        let length_m = distance_m(ends[0], ends[1]);
        if left_m <= length_m && length_m > 0.0 {
            return Some(lerp(ends[0], ends[1], (left_m / length_m).max(0.0)));
        }
        left_m -= length_m;
    }
    line.last().copied()
}

/// The cells that water of the plain can be in.
pub(super) struct Plain<'s> {
    scenario: &'s Scenario,
    on_line: Vec<usize>,
}

impl<'s> Plain<'s> {
    pub(super) fn of(scenario: &'s Scenario) -> Self {
        let mut on_line: Vec<usize> =
            scenario.channel.iter().flat_map(|line| line.cells.iter().map(|of| of.cell)).collect();
        on_line.sort_unstable();
        Self { scenario, on_line }
    }

    /// Bed of a cell of the plain, m; none if it is not of the plain.
    fn bed_m(&self, (row, col): (usize, usize)) -> Option<f64> {
        let index = self.scenario.terrain.grid.index(row, col);
        let is_plain = self.scenario.terrain.is_inside(index) && self.on_line.binary_search(&index).is_err();
        is_plain.then(|| self.scenario.terrain.bed_m[index])
    }

    /// The cell of the plain that holds a point, and its bed, m.
    ///
    /// # Errors
    /// When the point is outside the grid, the domain or the plain.
    pub(super) fn cell(&self, at: PointMap) -> Result<((usize, usize), f64), Refusal> {
        let cell = self.scenario.terrain.grid.cell_at(at).ok_or(Refusal::OffGrid { at })?;
        Ok((cell, self.bed_m(cell).ok_or(Refusal::Outside { at })?))
    }

    /// The higher bed beside an edge between two cells of the plain, m; none for any other edge.
    pub(super) fn ground_m(&self, face: Face) -> Option<f64> {
        let [a, b] = face.cells(&self.scenario.terrain.grid);
        Some(self.bed_m(a?)?.max(self.bed_m(b?)?))
    }
}

/// A wall along edges that follow each other, at least as high on each as asked for, m.
pub(super) fn staircase(grid: &Grid, name: String, edges: &[(Face, f64)]) -> Wall {
    let mut line: Vec<PointMap> = Vec::with_capacity(edges.len() + 1);
    for (k, (face, _)) in edges.iter().enumerate() {
        let [a, b] = face.ends_map(grid);
        let touches =
            |p: PointMap, face: Face| face.ends_map(grid).iter().any(|q| distance_m(p, *q) < 0.5 * grid.cell_m);
        let starts_at_a = match (line.last(), edges.get(k + 1)) {
            (Some(last), _) => distance_m(*last, a) < 0.5 * grid.cell_m,
            (None, Some((next, _))) => !touches(a, *next),
            (None, None) => true,
        };
        let [start, end] = if starts_at_a { [a, b] } else { [b, a] };
        if line.is_empty() {
            line.push(start);
        }
        line.push(end);
    }
    // The crest of an edge is the mean of its ends.
    let beside = |k: usize| [k.checked_sub(1), Some(k)].into_iter().flatten().filter_map(|k| edges.get(k));
    let crest_m = (0..line.len()).map(|k| beside(k).map(|(_, m)| *m).fold(f64::NEG_INFINITY, f64::max)).collect();
    Wall::new(name, line, crest_m)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;
    use crate::domain::swe::trace::trace;
    use crate::domain::swe::walls::wall_faces;

    #[test]
    fn a_staircase_stands_on_the_edges_of_its_line_and_is_nowhere_too_low() {
        let grid = Grid { n_cols: 12, n_rows: 10, cell_m: 25.0, west_m: 1_000.0, north_m: 700.0 };
        for line in [
            vec![[1_010.0, 480.0], [1_270.0, 660.0]],
            vec![[1_270.0, 660.0], [1_040.0, 490.0], [1_200.0, 470.0]],
            vec![[1_100.0, 500.0], [1_126.0, 500.0]],
        ] {
            let traced = trace(&grid, &line);
            let edges: Vec<(Face, f64)> = traced.iter().zip(0_u8..).map(|(t, k)| (t.face, f64::from(k % 5))).collect();
            let faces = wall_faces(&grid, &[staircase(&grid, "w".into(), &edges)]);
            assert_eq!(
                faces.iter().map(|f| f.face).collect::<Vec<_>>(),
                traced.iter().map(|t| t.face).collect::<Vec<_>>()
            );
            assert!(faces.iter().zip(&edges).all(|(found, asked)| found.crest_m >= asked.1));
            let level: Vec<(Face, f64)> = edges.iter().map(|(face, _)| (*face, 7.3)).collect();
            assert!(wall_faces(&grid, &[staircase(&grid, "w".into(), &level)]).iter().all(|f| f.crest_m == 7.3));
        }
    }
}
