//! Walls on cell edges, and breaches that lower them.
//!
//! A wall raises the level of its faces in the hydrostatic reconstruction: water passes only with the depth above
//! the crest. That is exact for still water and for a dry land side; flow over a crest is that of a bed step, not of a
//! weir formula.

use std::collections::BTreeMap;

use super::hllc::greatest;
use super::layout::{Axis, FaceSlot, Ground, Layout};
use super::reconstruction::on_lattice;
use super::trace::{Face, distance_along, trace};
use crate::domain::geo::Grid;
use crate::domain::scenario::{EventKind, Scenario, Terrain, Wall};

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
            WallFace { face: t.face, wall: index, along_m: t.along_m, crest_m }
        }));
    }
    faces
}

/// The course of one breach.
#[derive(Debug, Clone, Copy)]
struct Breach {
    at_secs: f64,
    grows_over_secs: f64,
    sill_m: f64,
}

impl Breach {
    /// Crest at a time: sinks linearly from `crest` to the sill, and never rises.
    fn crest(&self, crest: f64, time_secs: f64) -> f64 {
        if time_secs < self.at_secs || self.sill_m >= crest {
            return crest;
        }
        let age = time_secs - self.at_secs;
        let frac = if age >= self.grows_over_secs { 1.0 } else { age / self.grows_over_secs };
        crest + (self.sill_m - crest) * frac
    }
}

/// A wall's crest on a face, and the breaches that reach it.
#[derive(Debug, Clone)]
struct Stretch {
    crest_m: f64,
    breaches: Vec<Breach>,
}

impl Stretch {
    fn crest(&self, time_secs: f64) -> f64 {
        self.breaches.iter().map(|b| b.crest(self.crest_m, time_secs)).fold(self.crest_m, f64::min)
    }
}

/// A face whose crest changes.
#[derive(Debug, Clone)]
struct MovingFace {
    slots: [Option<(usize, FaceSlot)>; 2],
    stretches: Vec<Stretch>,
}

/// The crests that change in time.
#[derive(Debug, Clone, Default)]
pub(super) struct Breaches {
    faces: Vec<MovingFace>,
    from_secs: f64,
    until_secs: f64,
    settled: bool,
    /// Times at which a breach opens or is complete, rising, s.
    pub(super) times: Vec<f64>,
}

impl Breaches {
    /// Lowers the crests to their levels at a time.
    pub(super) fn apply(&mut self, grounds: &mut [Ground], time_secs: f64) {
        if self.settled || self.faces.is_empty() || time_secs < self.from_secs {
            return;
        }
        for moving in &self.faces {
            let crest = moving.stretches.iter().map(|s| s.crest(time_secs)).fold(f64::NEG_INFINITY, f64::max);
            for &(tile, at) in moving.slots.iter().flatten() {
                raise_to(&mut grounds[tile], at, crest);
            }
        }
        self.settled = time_secs >= self.until_secs;
    }

    /// First time after `time_secs` at which a breach opens or is complete.
    pub(super) fn next_after(&self, time_secs: f64) -> f64 {
        self.times.get(self.times.partition_point(|&t| t <= time_secs)).copied().unwrap_or(f64::INFINITY)
    }
}

fn raise_to(ground: &mut Ground, at: FaceSlot, crest: f64) {
    let (left, right) = ground.beds_beside(at);
    ground.set_face_level(at, greatest(greatest(left, right), on_lattice(crest)));
}

/// Sets the level of every face from the beds and the walls, lists the faces that reflect, and prepares the breaches.
pub(super) fn lay_faces(scenario: &Scenario, layout: Layout, grounds: &mut [Ground]) -> Breaches {
    let terrain = &scenario.terrain;
    let grid = &terrain.grid;
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

    let mut by_face: BTreeMap<Face, Vec<WallFace>> = BTreeMap::new();
    for found in wall_faces(grid, &scenario.walls) {
        by_face.entry(found.face).or_default().push(found);
    }
    let reach = breach_reaches(scenario);
    let mut breaches = Breaches { until_secs: f64::NEG_INFINITY, from_secs: f64::INFINITY, ..Breaches::default() };
    for (face, walls) in &by_face {
        if !face.cells(grid).iter().all(|c| c.is_some_and(|(row, col)| terrain.is_inside(grid.index(row, col)))) {
            continue;
        }
        let slots = slots_of(*face, layout);
        let crest = walls.iter().map(|w| w.crest_m).fold(f64::NEG_INFINITY, f64::max);
        for &(tile, at) in slots.iter().flatten() {
            raise_to(&mut grounds[tile], at, crest);
            let (left, right) = grounds[tile].beds_beside(at);
            if grounds[tile].face_level(at) > greatest(left, right) {
                grounds[tile].walls.push(at);
            }
        }
        let stretches: Vec<Stretch> = walls
            .iter()
            .map(|w| Stretch {
                crest_m: w.crest_m,
                breaches: reach.iter().filter(|r| r.covers(w)).map(|r| r.breach).collect(),
            })
            .collect();
        if stretches.iter().any(|s| !s.breaches.is_empty()) {
            breaches.faces.push(MovingFace { slots, stretches });
        }
    }
    for r in &reach {
        let (opens, complete) = (r.breach.at_secs, r.breach.at_secs + r.breach.grows_over_secs);
        breaches.from_secs = breaches.from_secs.min(opens);
        breaches.until_secs = breaches.until_secs.max(complete);
        breaches.times.extend([opens, complete]);
    }
    breaches.times.sort_by(f64::total_cmp);
    breaches
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

/// The stretch of a wall that a breach takes.
struct Reach {
    breach: Breach,
    wall: usize,
    from_m: f64,
    to_m: f64,
}

impl Reach {
    fn covers(&self, face: &WallFace) -> bool {
        face.wall == self.wall && face.along_m >= self.from_m && face.along_m <= self.to_m
    }
}

/// Where each breach lies on its wall: faces whose middle is within half the width, and at least the nearest one.
fn breach_reaches(scenario: &Scenario) -> Vec<Reach> {
    let faces = wall_faces(&scenario.terrain.grid, &scenario.walls);
    let mut reaches = Vec::new();
    for event in &scenario.events {
        let EventKind::Breach { wall: wall_name, at, width_m, sill_m, grows_over_secs, .. } = &event.what;
        let Some(wall) = scenario.walls.iter().position(|w| w.name == *wall_name) else { continue };
        let middle = distance_along(&scenario.walls[wall].line, *at);
        let nearest =
            faces.iter().filter(|f| f.wall == wall).map(|f| (f.along_m - middle).abs()).fold(f64::INFINITY, f64::min);
        let half = (0.5 * width_m).max(nearest) * (1.0 + 1e-12);
        let breach = Breach { at_secs: event.at_secs, grows_over_secs: *grows_over_secs, sill_m: *sill_m };
        reaches.push(Reach { breach, wall, from_m: middle - half, to_m: middle + half });
    }
    reaches
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;

    #[test]
    fn the_crest_is_linear_along_the_wall() {
        let grid = Grid { n_cols: 10, n_rows: 10, cell_m: 10.0, west_m: 0.0, north_m: 100.0 };
        let wall = Wall { name: "w".into(), line: vec![[50.0, 0.0], [50.0, 100.0]], crest_m: vec![10.0, 20.0] };
        let faces = wall_faces(&grid, &[wall]);
        assert_eq!(faces.len(), 10);
        assert!((faces[0].crest_m - 10.5).abs() < 1e-12 && (faces[9].crest_m - 19.5).abs() < 1e-12);
    }

    #[test]
    fn a_breach_sinks_linearly_and_never_raises() {
        let breach = Breach { at_secs: 100.0, grows_over_secs: 50.0, sill_m: 4.0 };
        assert_eq!(breach.crest(10.0, 99.0), 10.0);
        assert_eq!(breach.crest(10.0, 125.0), 7.0);
        assert_eq!(breach.crest(10.0, 1e9), 4.0);
        assert_eq!(breach.crest(3.0, 1e9), 3.0);
        let sudden = Breach { grows_over_secs: 0.0, ..breach };
        assert_eq!(sudden.crest(10.0, 100.0), 4.0);
    }
}
