//! Walls on cell edges.
//!
//! Water passes a wall only with the depth above its crest. How much passes is told in `structures`, where the openings
//! of breaches and gates are as well.

use std::collections::BTreeMap;

use super::ground::{ByRow, Ground};
use super::layout::{Axis, FaceAt, Layout, Place};
use super::stations::face_at;
use super::structures::{CrestFace, PlacedFace, WallLine, reaches, share_of};
use super::trace::{Face, trace};
use crate::domain::geo::Grid;
use crate::domain::scenario::{Scenario, Terrain, Wall};

/// A face that a wall stands on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WallFace {
    /// The face.
    pub face: Face,
    /// Which wall, in the scenario's order.
    pub wall: usize,
    /// Distance from the start of the wall, m.
    pub along_m: f64,
    /// Crest level, m: linear along the wall between its vertices.
    pub crest_m: f64,
    /// +1 when flow eastward or northward goes from the left hand of the wall to its right hand, −1 when back.
    pub sign: f64,
}

/// The faces of all walls: wall after wall, each from its start to its end.
///
/// Where walls share a face it appears once for each of them, and the higher crest holds.
pub fn wall_faces(grid: &Grid, walls: &[Wall]) -> Vec<WallFace> {
    let mut faces = Vec::new();
    for (index, wall) in walls.iter().enumerate() {
        faces.extend(trace(grid, &wall.line).into_iter().map(|t| {
            let (from, to) = (wall.crest_m[t.segment], wall.crest_m[t.segment + 1]);
            let crest_m = from + (to - from) * t.segment_frac;
            WallFace { face: t.face, wall: index, along_m: t.along_m, crest_m, sign: t.sign }
        }));
    }
    faces
}

/// Lists the faces at the edge of the domain, which reflect, and those that walls stand on. Returns the walls on the grid,
/// in the scenario's order.
pub(super) fn lay_faces(scenario: &Scenario, layout: Layout, ground: &mut Ground) -> Vec<WallLine> {
    let mut edges = Vec::new();
    for axis in [Axis::X, Axis::Y] {
        for y in 0..layout.n_rows + usize::from(axis == Axis::Y) {
            for x in 0..layout.n_cols + usize::from(axis == Axis::X) {
                let at = FaceAt { y, axis, x };
                if is_edge(&scenario.terrain, layout, at) {
                    edges.push(at);
                }
            }
        }
    }
    ground.edges = ByRow::new(edges, layout.n_rows, |at| *at);
    lay_walls(scenario, layout, ground)
}

/// Whether a face parts the domain from what is outside.
fn is_edge(terrain: &Terrain, layout: Layout, at: FaceAt) -> bool {
    let inside = |cell: Place| layout.holds(cell) && terrain.is_inside(terrain.grid.index(layout.flip(cell.y), cell.x));
    let [left, right] = at.beside().map(|place| place.is_some_and(inside));
    left != right
}

/// A face of a wall and the part of the wall that it stands for, m from its start.
pub type Stretch = (WallFace, [f64; 2]);

/// The faces of all walls with the parts of the walls that they stand for: wall after wall, each from its start.
pub fn wall_stretches(grid: &Grid, walls: &[Wall]) -> Vec<Stretch> {
    let faces = wall_faces(grid, walls);
    let of_wall = faces.chunk_by(|a, b| a.wall == b.wall).flat_map(|faces| {
        let line = &walls[faces[0].wall].line;
        let length_m = line.windows(2).map(|ends| (ends[1][0] - ends[0][0]).hypot(ends[1][1] - ends[0][1])).sum();
        faces.iter().copied().zip(reaches(faces, grid.cell_m, length_m))
    });
    of_wall.collect()
}

/// Puts crests on the faces of walls. Where walls share a face the higher crest holds.
fn lay_walls(scenario: &Scenario, layout: Layout, ground: &mut Ground) -> Vec<WallLine> {
    let (terrain, walls) = (&scenario.terrain, &scenario.walls);
    let (grid, cell_m) = (&terrain.grid, terrain.grid.cell_m);
    let mut by_face: BTreeMap<Face, Vec<Stretch>> = BTreeMap::new();
    let mut stretches = wall_stretches(grid, walls);
    for (face, _) in &mut stretches {
        face.crest_m = ground.lattice.round(face.crest_m);
    }
    for stretch in &stretches {
        by_face.entry(stretch.0.face).or_default().push(*stretch);
    }
    let mut crests = Vec::new();
    for (face, here) in &by_face {
        if !face.cells(grid).iter().all(|c| c.is_some_and(|(row, col)| terrain.is_inside(grid.index(row, col)))) {
            continue;
        }
        let higher = |a: Stretch, b: Stretch| if b.0.crest_m > a.0.crest_m { b } else { a };
        let Some((highest, _)) = here.iter().copied().reduce(higher) else { continue };
        let beds = face.cells(grid).into_iter().flatten().map(|(row, col)| ground.bed(layout.place(row, col)));
        if highest.crest_m > beds.fold(f64::NEG_INFINITY, f64::max) {
            let coefficient = walls[highest.wall].weir_coefficient;
            // Of lines that share a face the shortest piece is what water can pass over.
            let share = here.iter().map(|(_, reach)| share_of(*reach, cell_m)).fold(1.0, f64::min);
            crests.push(CrestFace::new(face_at(*face, layout), highest.crest_m, coefficient, share));
        }
    }
    ground.crests = ByRow::new(crests, layout.n_rows, |crest| crest.at);
    let mut lines = vec![WallLine::default(); walls.len()];
    for (face, reach) in &stretches {
        let at = face_at(face.face, layout);
        if let Ok(place) = ground.crests.all().binary_search_by_key(&at, |crest| crest.at) {
            let others = by_face[&face.face].iter().filter(|(other, _)| other.wall != face.wall);
            let others = others.map(|(other, _)| (other.wall, other.crest_m)).collect();
            let placed = PlacedFace::new(face, *reach, place, others, layout);
            // Where only another wall stands above the ground, this one has nothing to open.
            if placed.stands_above(ground) {
                lines[face.wall].push(placed);
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crest_is_linear_along_the_wall() {
        let grid = Grid { n_cols: 10, n_rows: 10, cell_m: 10.0, west_m: 0.0, north_m: 100.0 };
        let wall = Wall::new("w", vec![[50.0, 0.0], [50.0, 100.0]], vec![10.0, 20.0]);
        let faces = wall_faces(&grid, &[wall]);
        assert_eq!(faces.len(), 10);
        assert!((faces[0].crest_m - 10.5).abs() < 1e-12 && (faces[9].crest_m - 19.5).abs() < 1e-12);
    }
}
