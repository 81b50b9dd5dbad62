//! Walls on cell edges.
//!
//! A wall raises the level of its faces in the hydrostatic reconstruction: water passes only with the depth above
//! the crest. How much passes is told in `structures`, where the openings of breaches and gates are as well.

use std::collections::BTreeMap;

use super::hllc::greatest;
use super::layout::{Axis, FaceSlot, Ground, Layout};
use super::reconstruction::on_lattice;
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

fn raise_to(ground: &mut Ground, at: FaceSlot, crest: f64) {
    let (left, right) = ground.beds_beside(at);
    ground.set_face_level(at, greatest(greatest(left, right), on_lattice(crest)));
}

/// Sets the level of every face from the beds and the walls, and lists the faces that reflect and those that walls stand
/// on. Returns the walls on the grid, in the scenario's order.
pub(super) fn lay_faces(scenario: &Scenario, layout: Layout, grounds: &mut [Ground]) -> Vec<WallLine> {
    let terrain = &scenario.terrain;
    for axis in [Axis::X, Axis::Y] {
        let (rows, cols) = match axis {
            Axis::X => (layout.n_rows, layout.n_cols + 1),
            Axis::Y => (layout.n_rows + 1, layout.n_cols),
        };
        for y in 0..rows {
            for x in 0..cols {
                lay_face(terrain, layout, grounds, axis, y, x);
            }
        }
    }
    lay_walls(scenario, layout, grounds)
}

/// A face of a wall and the part of the wall that it stands for, m from its start.
type Stretch = (WallFace, [f64; 2]);

/// Puts crests on the faces of walls. Where walls share a face the higher crest holds.
fn lay_walls(scenario: &Scenario, layout: Layout, grounds: &mut [Ground]) -> Vec<WallLine> {
    let (terrain, walls) = (&scenario.terrain, &scenario.walls);
    let (grid, cell_m) = (&terrain.grid, terrain.grid.cell_m);
    let mut by_face: BTreeMap<Face, Vec<Stretch>> = BTreeMap::new();
    let stretches = wall_stretches(grid, walls);
    for stretch in &stretches {
        by_face.entry(stretch.0.face).or_default().push(*stretch);
    }
    let mut placed: BTreeMap<Face, [Option<(usize, usize)>; 2]> = BTreeMap::new();
    for (face, here) in &by_face {
        if !face.cells(grid).iter().all(|c| c.is_some_and(|(row, col)| terrain.is_inside(grid.index(row, col)))) {
            continue;
        }
        let higher = |a: Stretch, b: Stretch| if b.0.crest_m > a.0.crest_m { b } else { a };
        let Some((highest, reach)) = here.iter().copied().reduce(higher) else { continue };
        let slots = slots_of(*face, layout);
        for &(tile, at) in slots.iter().flatten() {
            raise_to(&mut grounds[tile], at, highest.crest_m);
        }
        let stands = slots.iter().flatten().next().is_some_and(|&(tile, at)| {
            let (left, right) = grounds[tile].beds_beside(at);
            grounds[tile].face_level(at) > greatest(left, right)
        });
        if stands {
            let coefficient = walls[highest.wall].weir_coefficient;
            placed.insert(
                *face,
                slots.map(|slot| {
                    let (tile, at) = slot?;
                    let crests = &mut grounds[tile].crests;
                    let crest = on_lattice(highest.crest_m);
                    crests.push(CrestFace::new(at, crest, coefficient, share_of(reach, cell_m)));
                    Some((tile, crests.len() - 1))
                }),
            );
        }
    }
    let mut lines = vec![WallLine::default(); walls.len()];
    for (face, reach) in &stretches {
        if let Some(slots) = placed.get(&face.face) {
            let others = by_face[&face.face].iter().filter(|(other, _)| other.wall != face.wall);
            let floor_m = others.map(|(other, _)| other.crest_m).fold(f64::NEG_INFINITY, f64::max);
            lines[face.wall].push(PlacedFace::new(face, *reach, *slots, floor_m, layout));
        }
    }
    lines
}

/// The faces of all walls with the parts of the walls that they stand for.
fn wall_stretches(grid: &Grid, walls: &[Wall]) -> Vec<Stretch> {
    let faces = wall_faces(grid, walls);
    let of_wall = faces.chunk_by(|a, b| a.wall == b.wall).flat_map(|faces| {
        let line = &walls[faces[0].wall].line;
        let length_m = line.windows(2).map(|ends| (ends[1][0] - ends[0][0]).hypot(ends[1][1] - ends[0][1])).sum();
        faces.iter().copied().zip(reaches(faces, grid.cell_m, length_m))
    });
    of_wall.collect()
}

/// The level of a face without walls: the higher bed between two cells of the domain, infinite at its edge.
fn lay_face(terrain: &Terrain, layout: Layout, grounds: &mut [Ground], axis: Axis, y: usize, x: usize) {
    let inside = |y: usize, x: usize| {
        y < layout.n_rows && x < layout.n_cols && terrain.is_inside(terrain.grid.index(layout.flip(y), x))
    };
    let right = inside(y, x);
    let left = match axis {
        Axis::X => x > 0 && inside(y, x - 1),
        Axis::Y => y > 0 && inside(y - 1, x),
    };
    if !left && !right {
        return;
    }
    for (tile, at) in layout.face_slots(axis, y, x).into_iter().flatten() {
        if left && right {
            raise_to(&mut grounds[tile], at, f64::NEG_INFINITY);
        } else {
            grounds[tile].walls.push(at);
        }
    }
}

fn slots_of(face: Face, layout: Layout) -> [Option<(usize, FaceSlot)>; 2] {
    match face.axis {
        Axis::X => layout.face_slots(Axis::X, layout.flip(face.row), face.col),
        Axis::Y => layout.face_slots(Axis::Y, layout.n_rows - face.row, face.col),
    }
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
