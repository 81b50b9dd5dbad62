//! Open edges of the domain: the flux through each of their faces, from what is imposed and the cell inside.
//!
//! | kind | mass through a face | momentum |
//! |---|---|---|
//! | `Discharge` in | the asked total, shared by conveyance h^(5/3)/n; exact over every step | of the depth inside, at least critical |
//! | `Discharge` out | the same, at most what is there | as `Rating` |
//! | `Stage` | the state of that depth on the outgoing characteristic, u − 2c (inward) as inside | of that state |
//! | `NormalDepth` | Manning's formula at the given slope with the depth inside | of that state |
//! | `Free` | the state inside with the velocity of the wave that leaves, outward only | of that state |
//! | `Rating` | the total for the mean stage over the wet span, by conveyance, at most critical | of the depth inside |
//! | `Inflow` | as imposed | as imposed |
//!
//! "Inside" is what the cell shows at the edge: at second order its stage and bed go on to the edge with the slope they
//! have from the next cell inward, its velocity does not. Momentum is booked without the pressure of that water at rest.
//!
//! At first order a cell has no slope of its own: a discharge, or a supercritical inflow, that comes down a bed which
//! falls inward gets the momentum of a face inside, bed and surface continued beyond the edge. So the first cell has the
//! slope that balances its friction.
//!
//! A dry span, or one too shallow for its discharge, is entered at the level at which uniform flow on the slope
//! [`ENTRY_SLOPE`] would carry it: cells below that level take part as if they already had that depth.

use super::active::Blocks;
use super::budget::Ledger;
use super::friction::conveyance;
use super::ground::{ByRow, Ground};
use super::hllc::{Passed, flux, wall_pressure};
use super::lattice::Lattice;
use super::layout::{Axis, FaceAt, Layout, Place, Slot};
use super::rows::{Row, place};
use super::silt::OpenFace;
use super::slopes::limited;
use super::sources::mean_over;
use super::watch::Watch;
use super::water::Waters;
use crate::domain::scenario::{Boundary, BoundaryKind, Edge, Order, Scenario};

/// Energy slope at which water enters cells that are still dry. Steeper than any reach of the lower river, so that the
/// wet part of a span takes the whole discharge as soon as it can.
pub(super) const ENTRY_SLOPE: f64 = 1e-3;

/// A face of an open edge.
#[derive(Debug, Clone, Copy)]
struct EdgeFace {
    at: FaceAt,
    cell: Place,
    slot: Slot,
    /// Whether the cell lies to the right (east or north) of the face: the inward normal is then the axis itself.
    is_right: bool,
    z: f64,
    /// The next cell inward and its bed; absent where none is, or a wall stands between.
    next: Option<(Slot, f64)>,
    n: f64,
    inside: Inside,
    /// At first order, the slope before the edge that no face shows.
    slope: Option<Slope>,
    /// Share of the opening's discharge.
    share: f64,
    flux: EdgeFlux,
}

/// Flux along the inward normal, per metre of face.
#[derive(Debug, Clone, Copy, Default)]
struct EdgeFlux {
    /// Mass, m²/s.
    m: f64,
    /// Normal momentum, pressure included, m³/s².
    p: f64,
}

#[derive(Debug, Clone)]
struct Opening {
    /// Its position among the boundaries of the scenario.
    boundary: usize,
    kind: BoundaryKind,
    /// Range in the list of faces.
    from: usize,
    to: usize,
}

/// All open edges of a scenario.
#[derive(Debug, Clone)]
pub(super) struct Boundaries {
    openings: Vec<Opening>,
    faces: Vec<EdgeFace>,
    /// The faces again, with their places in the list.
    by_row: ByRow<(FaceAt, usize)>,
    lattice: Lattice,
    cell_m: f64,
    g: f64,
    dry: f64,
    order: Order,
}

/// What the cell beside an edge face shows there: depth, bed, and velocity along the inward normal.
#[derive(Debug, Clone, Copy, Default)]
struct Inside {
    h: f64,
    z: f64,
    un: f64,
    /// Velocity outward that a wave which leaves adds on the way from the middle of the cell to the edge.
    leaving: f64,
}

impl Boundaries {
    /// Lays the boundaries on the grid; the faces they impose no longer reflect.
    pub(super) fn new(scenario: &Scenario, layout: Layout, ground: &mut Ground) -> Self {
        let mut openings = Vec::new();
        let mut faces: Vec<EdgeFace> = Vec::new();
        for (place, boundary) in scenario.boundaries.iter().enumerate() {
            if matches!(boundary.kind, BoundaryKind::Wall) {
                continue;
            }
            let from = faces.len();
            faces.extend(edge_faces(scenario, boundary, layout, ground));
            // Of two openings on the same face the first holds.
            let (taken, new) = faces.split_at(from);
            let kept: Vec<_> =
                new.iter().filter(|f| !taken.iter().any(|t| t.cell == f.cell && t.at == f.at)).copied().collect();
            faces.truncate(from);
            faces.extend(kept);
            openings.push(Opening { boundary: place, kind: boundary.kind.clone(), from, to: faces.len() });
        }
        let by_row: Vec<_> = faces.iter().enumerate().map(|(k, face)| (face.at, k)).collect();
        let by_row = ByRow::new(by_row, layout.n_rows, |(at, _)| *at);
        let is_open = |at: FaceAt| by_row.of_row(at.y).iter().any(|(open, _)| *open == at);
        let edges = ground.edges.all().iter().copied().filter(|at| !is_open(*at)).collect();
        ground.edges = ByRow::new(edges, layout.n_rows, |at| *at);
        Self {
            openings,
            faces,
            by_row,
            lattice: ground.lattice,
            cell_m: scenario.terrain.grid.cell_m,
            g: scenario.numerics.gravity_mps2,
            dry: scenario.numerics.dry_depth_m,
            order: scenario.numerics.order,
        }
    }

    /// Computes the flux of every face for a step, and returns the largest wave speed it brings, m/s.
    pub(super) fn impose(&mut self, waters: &Waters, from_secs: f64, to_secs: f64) -> f64 {
        let Self { openings, faces, lattice, cell_m, g, dry, order, .. } = self;
        let mut fastest = 0.0_f64;
        for face in faces.iter_mut() {
            face.look_inside(waters, *order, *dry, *g);
        }
        for Opening { kind, from, to, .. } in openings.iter() {
            let faces = &mut faces[*from..*to];
            let rule = Rule { g: *g, dry: *dry, cell_m: *cell_m };
            let speed = match kind {
                BoundaryKind::Discharge(series) => rule.discharge(faces, mean_over(series, from_secs, to_secs)),
                BoundaryKind::Stage(series) => rule.stage(faces, lattice.round(mean_over(series, from_secs, to_secs))),
                BoundaryKind::NormalDepth { slope } => rule.normal_depth(faces, *slope),
                BoundaryKind::Free => rule.free(faces),
                BoundaryKind::Rating(pairs) => rule.rating(faces, pairs),
                BoundaryKind::Inflow { depth_m, unit_discharge_m2s } => {
                    let h = mean_over(depth_m, from_secs, to_secs);
                    let q = mean_over(unit_discharge_m2s, from_secs, to_secs);
                    rule.inflow(faces, h, q)
                }
                BoundaryKind::Wall => 0.0,
            };
            fastest = fastest.max(speed);
        }
        fastest
    }

    /// The faces in order.
    pub(super) fn faces(&self) -> impl Iterator<Item = FaceAt> {
        self.faces.iter().map(|face| face.at)
    }

    /// The faces in order, for the sediment.
    pub(super) fn edges(&self) -> impl Iterator<Item = OpenFace> {
        self.openings.iter().flat_map(|opening| {
            let faces = self.faces[opening.from..opening.to].iter();
            faces.map(|face| OpenFace { boundary: opening.boundary, cell: face.cell, is_right: face.is_right })
        })
    }

    /// The cells inside.
    pub(super) fn cells(&self) -> impl Iterator<Item = Place> {
        self.faces.iter().map(|face| face.cell)
    }

    /// Adds the blocks beside faces that something passes.
    pub(super) fn wake(&self, givers: &mut Blocks) {
        for face in self.faces.iter().filter(|face| face.flux.m != 0.0) {
            givers.insert_cell(face.cell.y, face.cell.x);
        }
    }

    /// Writes the imposed fluxes of the west and south faces of row `y` that water can pass.
    pub(super) fn overwrite(&self, below: &Row, here: &mut Row, y: usize, opens: impl Fn(FaceAt) -> bool) {
        for &(at, k) in self.by_row.of_row(y).iter().filter(|(at, _)| opens(*at)) {
            let face = &self.faces[k];
            let (row, cell) = match (face.is_right, at.axis) {
                (true, _) => (&*here, place(at.x)),
                (false, Axis::X) => (&*here, place(at.x) - 1),
                (false, Axis::Y) => (below, place(at.x)),
            };
            let (h, across) = face.at_edge(row, cell);
            let m = if face.is_right { face.flux.m } else { -face.flux.m };
            // Water comes in square to the edge and leaves with the velocity it has.
            let t = if face.flux.m < 0.0 { m * across } else { 0.0 };
            // What comes over no edge does not push a film, whatever else its block holds.
            let is_still = m == 0.0 && f64::from(row.raw.h[cell]) <= self.dry;
            let p = if is_still { 0.0 } else { face.flux.p - at_rest(h, self.g) };
            if m.is_finite() && p.is_finite() && t.is_finite() {
                here.flux_mut(at.axis).set(place(at.x), Passed { m, pl: p, pr: p }, t);
            }
        }
    }

    /// Books what passed the edges in a step.
    pub(super) fn book(&self, watch: &Watch, ledger: &mut Ledger, dt: f64) {
        for (face, m) in self.faces.iter().zip(watch.passed_open()) {
            let inward = if face.is_right { m } else { -m };
            ledger.exchange(inward * self.cell_m * dt);
        }
    }
}

/// The faces of a boundary: cells of the domain along the edge of the grid whose middle lies in the span.
fn edge_faces<'a>(
    scenario: &'a Scenario,
    boundary: &'a Boundary,
    layout: Layout,
    ground: &'a Ground,
) -> impl Iterator<Item = EdgeFace> + 'a {
    let terrain = &scenario.terrain;
    let cell_m = terrain.grid.cell_m;
    let along_x = matches!(boundary.edge, Edge::South | Edge::North);
    let count = if along_x { layout.n_cols } else { layout.n_rows };
    (0..count).filter_map(move |k| {
        let middle = (k as f64 + 0.5) * cell_m;
        if middle < boundary.span_m[0] || middle > boundary.span_m[1] {
            return None;
        }
        let (y, x, axis, is_right) = match boundary.edge {
            Edge::West => (k, 0, Axis::X, true),
            Edge::East => (k, layout.n_cols - 1, Axis::X, false),
            Edge::South => (0, k, Axis::Y, true),
            Edge::North => (layout.n_rows - 1, k, Axis::Y, false),
        };
        let index = terrain.grid.index(layout.flip(y), x);
        if !terrain.is_inside(index) {
            return None;
        }
        let cell = Place { y, x };
        let at = match (axis, is_right) {
            (_, true) => FaceAt { y, axis, x },
            (Axis::X, false) => FaceAt { y, axis, x: x + 1 },
            (Axis::Y, false) => FaceAt { y: y + 1, axis, x },
        };
        let z = ground.bed(cell);
        // A perfectly smooth cell still needs a finite conveyance.
        let n = terrain.manning[index].max(1e-4);
        let next = next_inward(scenario, layout, ground, (y, x), boundary.edge);
        let (inside, flux) = (Inside::default(), EdgeFlux::default());
        let slot = ground.kept.slot(cell);
        Some(EdgeFace { at, cell, slot, is_right, z, next, n, inside, slope: None, share: 0.0, flux })
    })
}

/// The cell behind the one at an edge and its bed, if it is in the domain and no wall parts the two.
fn next_inward(
    scenario: &Scenario,
    layout: Layout,
    ground: &Ground,
    (y, x): (usize, usize),
    edge: Edge,
) -> Option<(Slot, f64)> {
    let (y_next, x_next) = match edge {
        Edge::West => (y, x + 1),
        Edge::East => (y, x.checked_sub(1)?),
        Edge::South => (y + 1, x),
        Edge::North => (y.checked_sub(1)?, x),
    };
    let terrain = &scenario.terrain;
    if y_next >= layout.n_rows
        || x_next >= layout.n_cols
        || !terrain.is_inside(terrain.grid.index(layout.flip(y_next), x_next))
    {
        return None;
    }
    let axis = if y == y_next { Axis::X } else { Axis::Y };
    let next = Place { y: y_next, x: x_next };
    let between = FaceAt { y: y.max(y_next), axis, x: x.max(x_next) };
    (!ground.has_crest(between)).then(|| (ground.kept.slot(next), ground.bed(next)))
}

impl EdgeFace {
    /// Depth that the cell shows at the face in this step, whose pressure its own slope accounts for, and its velocity
    /// along the face.
    fn at_edge(&self, row: &Row, cell: usize) -> (f64, f64) {
        let across = if self.at.axis == Axis::X { &row.raw.v } else { &row.raw.u }[cell];
        let h = row.second.as_ref().map_or(row.raw.h[cell], |second| {
            let slopes = if self.at.axis == Axis::X { &second.x } else { &second.y };
            let by = if self.is_right { -0.5 } else { 0.5 };
            second.half.h[cell] + by * slopes.h[cell]
        });
        (f64::from(h), f64::from(across))
    }

    fn look_inside(&mut self, waters: &Waters, order: Order, dry: f64, g: f64) {
        let depth = |(block, i): Slot| waters.blocks[block].h[i];
        let along = waters.along(self.slot, self.at.axis);
        let (h, un) = (depth(self.slot), if self.is_right { along } else { -along });
        self.inside = Inside { h, z: self.z, un, leaving: 0.0 };
        let Some((next, z_next)) = self.next else { return };
        if order == Order::First {
            let surface = (self.z + h) - (z_next + depth(next));
            self.slope = Slope::falling(self.z - z_next, surface);
            return;
        }
        if h > dry && depth(next) > dry {
            // As in `slopes`: stage and bed each with its own slope, and no depth below zero.
            let stage = (self.z + h) - (z_next + depth(next));
            let slope = (stage - (self.z - z_next)).clamp(-2.0 * h, 2.0 * h);
            // In a wave that leaves, du = √(g/h) dh. A slope of the depth with a level surface is the bed's, and one of
            // the surface with an even depth is that of uniform flow: neither is a wave.
            let leaving = (g / h).sqrt() * 0.5 * limited(slope, stage, 1.0);
            self.inside = Inside { h: h + 0.5 * slope, z: self.z + 0.5 * (stage - slope), un, leaving };
        }
    }
}

/// By how much bed and surface fall from beyond an edge to the cell inside it, m: none of them negative.
#[derive(Debug, Clone, Copy)]
struct Slope {
    bed: f64,
    surface: f64,
}

impl Slope {
    /// The slope of a bed that falls inward, with that of the surface between none and that of the bed.
    fn falling(bed: f64, surface: f64) -> Option<Self> {
        (bed > 0.0).then(|| Self { bed, surface: surface.clamp(0.0, bed) })
    }
}

/// Pressure of water at rest, m³/s².
fn at_rest(h: f64, g: f64) -> f64 {
    0.5 * g * h * h
}

/// The constants that every kind of boundary needs.
#[derive(Debug, Clone, Copy)]
struct Rule {
    g: f64,
    dry: f64,
    cell_m: f64,
}

impl Rule {
    /// Flux of the state (`h`, `u` inward).
    fn of_state(self, h: f64, u: f64) -> EdgeFlux {
        EdgeFlux { m: h * u, p: h * u * u + at_rest(h, self.g) }
    }

    fn wall(self, inside: Inside) -> EdgeFlux {
        let moving = if inside.h > self.dry { wall_pressure(inside.h, -inside.un, self.g) } else { 0.0 };
        EdgeFlux { m: 0.0, p: moving + at_rest(inside.h, self.g) }
    }

    fn still(self, inside: Inside) -> EdgeFlux {
        EdgeFlux { m: 0.0, p: at_rest(inside.h, self.g) }
    }

    fn wave_speed(self, h: f64, u: f64) -> f64 {
        u.abs() + (self.g * h).sqrt()
    }

    fn discharge(self, faces: &mut [EdgeFace], total: f64) -> f64 {
        if total < 0.0 {
            self.share_wet(faces);
            return self.let_out(faces, -total);
        }
        if total > 0.0 {
            self.share_entry(faces, total);
        }
        let mut fastest = 0.0_f64;
        for face in faces {
            let inside = face.inside;
            let q = total * face.share / self.cell_m;
            if q <= 0.0 {
                face.flux = self.wall(inside);
                continue;
            }
            // Critical depth is the least with which q comes in: shallower water inside is drowned by it.
            let critical = (q * q / self.g).cbrt();
            let h = inside.h.max(critical);
            face.flux = match face.slope {
                Some(slope) if inside.h > critical => self.down_the_slope(q, slope, inside),
                _ => EdgeFlux { m: q, ..self.of_state(h, q / h) },
            };
            fastest = fastest.max(self.wave_speed(h, q / h));
        }
        fastest
    }

    /// Flux of a discharge `q` that comes down the slope of the bed before the edge, at first order.
    ///
    /// The bed goes on beyond the edge as it falls inside, and the surface with it, between level and parallel to the
    /// bed. The momentum is that of the flux between that state and the cell, as through a face inside; without it the
    /// first cell has friction but no slope, and water piles up there. Water at rest stays at rest. At second order the
    /// cell has its own slope.
    fn down_the_slope(self, q: f64, slope: Slope, inside: Inside) -> EdgeFlux {
        let beyond = inside.h + slope.surface - slope.bed;
        let seen = (inside.h - slope.bed).max(0.0);
        let Passed { m, pr, .. } = flux(beyond, inside.un, seen, inside.un, self.g);
        EdgeFlux { m: q, p: pr + (q - m) * inside.un + at_rest(inside.h, self.g) }
    }

    /// Shares by the conveyance of what is wet.
    fn share_wet(self, faces: &mut [EdgeFace]) {
        for face in faces.iter_mut() {
            let h = face.inside.h;
            face.share = if h > self.dry { conveyance(h, face.n) } else { 0.0 };
        }
        normalise(faces);
    }

    /// Shares an inflow by conveyance: of the wet part when that can carry it, else at the entry level.
    fn share_entry(self, faces: &mut [EdgeFace], total: f64) {
        self.share_wet_or_level(faces, f64::NEG_INFINITY);
        let per_share = ENTRY_SLOPE.sqrt() * self.cell_m;
        let carried = |faces: &[EdgeFace]| faces.iter().map(|f| f.share).sum::<f64>() * per_share;
        if carried(faces) < total {
            let lowest = faces.iter().map(|f| f.inside.z).fold(f64::INFINITY, f64::min);
            let mut rise = 1.0;
            for _ in 0..40 {
                self.share_wet_or_level(faces, lowest + rise);
                if carried(faces) >= total {
                    break;
                }
                rise *= 2.0;
            }
            let (mut low, mut high) = (0.0, rise);
            for _ in 0..40 {
                let middle = 0.5 * (low + high);
                self.share_wet_or_level(faces, lowest + middle);
                if carried(faces) < total {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            self.share_wet_or_level(faces, lowest + high);
        }
        normalise(faces);
    }

    /// Conveyances with each cell at its own depth or filled to `level`, whichever is deeper.
    fn share_wet_or_level(self, faces: &mut [EdgeFace], level: f64) {
        for face in faces.iter_mut() {
            let h = face.inside.h;
            let h = if h > self.dry { h } else { 0.0 };
            face.share = conveyance(h.max(level - face.inside.z), face.n);
        }
    }

    /// Lets a total out over the faces by their shares, each at most critical.
    fn let_out(self, faces: &mut [EdgeFace], total: f64) -> f64 {
        let mut fastest = 0.0_f64;
        for face in faces {
            let inside = face.inside;
            if inside.h <= self.dry {
                face.flux = self.still(inside);
                continue;
            }
            let most = inside.h * (self.g * inside.h).sqrt();
            let q = (total * face.share / self.cell_m).min(most);
            face.flux = self.of_state(inside.h, -q / inside.h);
            fastest = fastest.max(self.wave_speed(inside.h, q / inside.h));
        }
        fastest
    }

    fn stage(self, faces: &mut [EdgeFace], stage: f64) -> f64 {
        let mut fastest = 0.0_f64;
        for face in faces {
            let inside = face.inside;
            let h = (stage - inside.z).max(0.0);
            let (state_h, state_u) = self.stage_state(inside, h);
            face.flux = if h <= self.dry && inside.h <= self.dry {
                self.still(inside)
            } else if h <= 0.0 || inside.h <= self.dry {
                let Passed { m, pr, .. } = flux(h, 0.0, inside.h, inside.un, self.g);
                EdgeFlux { m, p: pr + at_rest(inside.h, self.g) }
            } else {
                self.of_state(state_h, state_u)
            };
            fastest = fastest.max(self.wave_speed(state_h, state_u));
        }
        fastest
    }

    /// The state at an edge with depth `h` outside: on the characteristic that leaves the domain, at most critical.
    fn stage_state(self, inside: Inside, h: f64) -> (f64, f64) {
        let c_inside = (self.g * inside.h).sqrt();
        if inside.un <= -c_inside && inside.h > self.dry {
            return (inside.h, inside.un);
        }
        let c = (self.g * h).sqrt();
        (h, (inside.un - 2.0 * c_inside + 2.0 * c).clamp(-c, c))
    }

    fn normal_depth(self, faces: &mut [EdgeFace], slope: f64) -> f64 {
        let mut fastest = 0.0_f64;
        for face in faces {
            let inside = face.inside;
            if inside.h <= self.dry {
                face.flux = self.still(inside);
                continue;
            }
            let u = conveyance(inside.h, face.n) * slope.sqrt() / inside.h;
            face.flux = self.of_state(inside.h, -u);
            fastest = fastest.max(self.wave_speed(inside.h, u));
        }
        fastest
    }

    fn free(self, faces: &mut [EdgeFace]) -> f64 {
        for face in faces {
            let inside = face.inside;
            face.flux = if inside.h <= self.dry {
                self.still(inside)
            } else if inside.un - inside.leaving < 0.0 {
                self.of_state(inside.h, inside.un - inside.leaving)
            } else {
                self.wall(inside)
            };
        }
        // The cells themselves bound these speeds.
        0.0
    }

    fn rating(self, faces: &mut [EdgeFace], pairs: &[[f64; 2]]) -> f64 {
        let (mut n, mut sum) = (0_u32, 0.0);
        for face in faces.iter() {
            let h = face.inside.h;
            if h > self.dry {
                n += 1;
                sum += face.inside.z + h;
            }
        }
        let total = if n > 0 { interpolate(pairs, sum / f64::from(n)).max(0.0) } else { 0.0 };
        self.share_wet(faces);
        self.let_out(faces, total)
    }

    fn inflow(self, faces: &mut [EdgeFace], h: f64, q: f64) -> f64 {
        let h = h.max(0.0);
        let u = if h > self.dry { q / h } else { 0.0 };
        for face in faces {
            let inside = face.inside;
            // What shoots down a slope meets the cell as through a face inside: see `down_the_slope`.
            let slope = face.slope.filter(|_| u * u > self.g * h);
            let seen = slope.map_or(inside.h, |slope| (inside.h - slope.bed).max(0.0));
            let hidden = at_rest(inside.h, self.g) - at_rest(seen, self.g);
            let EdgeFlux { m, p } = self.of_state(h, u);
            face.flux = if h > self.dry { EdgeFlux { m, p: p + hidden } } else { self.wall(inside) };
        }
        self.wave_speed(h, u)
    }
}

fn normalise(faces: &mut [EdgeFace]) {
    let sum: f64 = faces.iter().map(|f| f.share).sum();
    if sum > 0.0 {
        for face in faces {
            face.share /= sum;
        }
    }
}

/// Linear between rising pairs, constant outside them.
pub(super) fn interpolate(pairs: &[[f64; 2]], x: f64) -> f64 {
    let after = pairs.partition_point(|p| p[0] <= x);
    match (after.checked_sub(1).map(|i| pairs[i]), pairs.get(after)) {
        (Some(a), Some(b)) => a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0]),
        (Some(only), None) | (None, Some(&only)) => only[1],
        (None, None) => 0.0,
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;

    #[test]
    fn a_stage_equal_to_the_water_inside_moves_nothing() {
        let rule = Rule { g: 9.81, dry: 1e-3, cell_m: 1.0 };
        let inside = Inside { h: 1.37, z: 0.0, un: 0.0, leaving: 0.0 };
        let (h, u) = rule.stage_state(inside, 1.37);
        let flux = rule.of_state(h, u);
        assert_eq!((flux.m, flux.p - at_rest(1.37, 9.81)), (0.0, 0.0));
    }

    #[test]
    fn a_discharge_down_a_slope_leaves_rest_at_rest_and_uniform_flow_uniform() {
        let rule = Rule { g: 9.81, dry: 1e-3, cell_m: 1.0 };
        let rest = |h: f64| at_rest(h, 9.81);
        // A level lake over a falling bed: no discharge, no force.
        let inside = Inside { h: 2.0, z: 0.0, un: 0.0, leaving: 0.0 };
        let still = rule.down_the_slope(0.0, Slope { bed: 0.25, surface: 0.0 }, inside);
        assert_eq!((still.m, still.p - rest(2.0)), (0.0, 0.0));
        // Uniform flow: the flux is that of the faces inside, where the bed falls by as much.
        let (h, u, fall) = (0.8, 1.5, 0.02);
        let inside = Inside { h, z: 0.0, un: u, leaving: 0.0 };
        let at_edge = rule.down_the_slope(h * u, Slope { bed: fall, surface: fall }, inside);
        let inner = flux(h, u, h - fall, u, 9.81);
        assert_eq!(at_edge.m, h * u);
        // The share of mass that the first order passes too much carries its own momentum.
        let (edge, faces) = (at_edge.p - rest(h), inner.pr);
        assert!((edge - faces).abs() < 0.01 * faces.abs() + 0.2, "{edge} {faces}");
        // The slope pushes: g h Δz in all, which a flat bed beyond the edge would leave out.
        let flat = rule.of_state(h, u).p - rest(h);
        assert!(edge - flat > 0.5 * 9.81 * h * fall, "{edge} {flat}");
        // A bed that rises inward gives none.
        assert!(Slope::falling(-0.1, 0.3).is_none());
    }

    #[test]
    fn a_rating_is_constant_outside_its_table() {
        let pairs = [[10.0, 5.0], [12.0, 25.0]];
        assert_eq!(interpolate(&pairs, 9.0), 5.0);
        assert_eq!(interpolate(&pairs, 11.0), 15.0);
        assert_eq!(interpolate(&pairs, 13.0), 25.0);
    }
}
