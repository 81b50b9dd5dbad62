//! First pass of a step: fluxes through the faces of one tile, and what its cells can afford.
//!
//! Reads the state of a tile and of the rings around it. Faces between two tiles are computed by both, to the same bits,
//! so no tile writes to another and the result does not depend on which thread does what.

use std::array::from_fn;

use super::boundaries::Boundaries;
use super::halfway::{Halfway, ringed};
use super::halo::{Around, Halo, RINGS, around, gather};
use super::hllc::{flux, greatest, transverse, wall_pressure};
use super::layout::{Axis, FaceFlux, FaceSlot, Fluxes, Ground, Layout, N, Water};
use super::plan::StepPlan;
use super::rain::Rainfall;
use super::reconstruction::depth_above;
use super::slopes::{C, Slopes};
use super::structures::{Beside, Rule};
use crate::domain::scenario::Order;

/// Share of its water that a cell may give away in one step: all but what rounding needs.
const GIVES_AT_MOST: f64 = 1.0 - 1e-12;

const ROWS: u32 = (1 << N) - 1;

/// The fluxes of one tile.
pub(super) fn sweep(
    tile: usize,
    layout: Layout,
    waters: &[Water],
    grounds: &[Ground],
    boundaries: &Boundaries,
    rainfall: &Rainfall,
    plan: &StepPlan,
    out: &mut Fluxes,
) {
    let ground = &grounds[tile];
    let around = around(layout, tile);
    let rows = Rows::of(&around, waters, ground);
    out.touched = if rainfall.falls_on(tile) { ROWS } else { rows.touched };
    let h = gather(&around, |t| &waters[t].h);
    let u = gather(&around, |t| &waters[t].u);
    let v = gather(&around, |t| &waters[t].v);
    let half = (plan.order == Order::Second).then(|| {
        let gn2 = gather(&around, |t| &grounds[t].gn2);
        let rain = rain_around(&around, rainfall);
        Halfway::new([&h, &u, &v, &ground.z], rows.ringed(), &gn2, rain.as_ref(), ground.joins.as_deref(), plan)
    });
    match &half {
        None => first_order([&h, &u, &v], ground, &rows, plan, out),
        Some(half) => second_order(half, &h, ground, &rows, plan, out),
    }
    let cells = Cells { fields: [&h, &u, &v], z: &ground.z, half: half.as_ref() };
    reflect(&cells, ground, plan, out);
    cross_walls(&cells, ground, plan, out);
    boundaries.overwrite(ground, &waters[tile], half.as_ref(), out);
    drop_non_finite(out);
    limit(&waters[tile], ground, plan, out);
    out.live = true;
}

/// Rain of the step on a tile and its rings, m; `None` where none falls.
fn rain_around(around: &Around, rainfall: &Rainfall) -> Option<Halo> {
    if !around.iter().flatten().flatten().any(|&tile| rainfall.falls_on(tile)) {
        return None;
    }
    let cells = around.map(|row| row.map(|tile| tile.map(|t| from_fn::<_, N, _>(|j| rainfall.row_m(t, j)))));
    let place = |tile: usize| around.iter().flatten().position(|t| *t == Some(tile));
    let none = [[0.0; N]; N];
    Some(gather(around, |tile| place(tile).and_then(|k| cells[k / 3][k % 3].as_ref()).unwrap_or(&none)))
}

/// The rows of a tile in which anything can happen, a bit for each.
struct Rows {
    /// Rows of faces between west and east.
    x: u32,
    /// Rows of faces between south and north; bit `j` is that below row `j`.
    y: u32,
    /// Rows of cells that have to be updated.
    touched: u32,
}

impl Rows {
    fn of(around: &Around, waters: &[Water], ground: &Ground) -> Self {
        let bits = |t: Option<usize>| t.map_or(0, |t| waters[t].wet_rows);
        let [[_, south, _], [west, own, east], [_, north, _]] = *around;
        let x = bits(own) | bits(west) | bits(east);
        // Bit j stands for row j − 1: the ring is included.
        let wet = (bits(own) << 1) | (bits(south) >> (N - 1) & 1) | ((bits(north) & 1) << (N + 1));
        let y = wet | (wet >> 1);
        let mut touched = x | (y | (y >> 1)) & ROWS;
        for (at, _) in &ground.imposed {
            // A face between rows may belong to either.
            touched |= match at.axis {
                Axis::X => 1 << at.j,
                Axis::Y => (1 << at.j | (1 << at.j) >> 1) & ROWS,
            };
        }
        Self { x, y, touched }
    }

    /// The rows of the first ring that these faces and cells look at; bit `j + 1` is row `j`.
    fn ringed(&self) -> u32 {
        ((self.x | self.touched) << 1) | self.y | (self.y << 1)
    }
}

/// What the cells on one side of a row of `W` faces show there.
#[derive(Clone, Copy)]
struct Side<const W: usize> {
    /// Depth of the cells, m.
    h: [f64; W],
    /// Bed of the cells, m.
    z: [f64; W],
    /// Stage at the faces, m.
    eta: [f64; W],
    /// Bed at the faces, m.
    z_face: [f64; W],
    /// Velocity along the normal of the faces, m/s.
    un: [f64; W],
    /// Velocity along the faces, m/s.
    ut: [f64; W],
}

impl<const W: usize> Side<W> {
    /// Cells as they are: the same everywhere in them.
    fn flat(h: &[f64], z: &[f64], un: &[f64], ut: &[f64]) -> Self {
        let [h, z, un, ut] = [h, z, un, ut].map(part::<W>);
        let mut eta = [0.0; W];
        for k in 0..W {
            eta[k] = z[k] + h[k];
        }
        Self { h, z, eta, z_face: z, un, ut }
    }

    /// The upper (`half` = ½) or lower (−½) edges of cells from `from` on in row `j` of the first ring.
    fn edge(cells: &Row<'_>, from: usize, half: f64) -> Self {
        let [h, z, eta, un, ut] = [cells.h, cells.z, cells.eta, cells.un, cells.ut].map(|row| part::<W>(&row[from..]));
        let [dh, de, dn, dt] = cells.slopes.map(|row| part::<W>(&row[from..]));
        let zero = [0.0; W];
        let mut side = Self { h, z, eta: zero, z_face: zero, un: zero, ut: zero };
        for k in 0..W {
            side.eta[k] = eta[k] + half * de[k];
            side.z_face[k] = z[k] + half * (de[k] - dh[k]);
            side.un[k] = un[k] + half * dn[k];
            side.ut[k] = ut[k] + half * dt[k];
        }
        side
    }
}

/// A row of cells of the first ring half a step on, with slopes of depth, stage, normal and transverse velocity.
struct Row<'a> {
    h: &'a [f64; C],
    z: &'a [f64; C],
    eta: &'a [f64; C],
    un: &'a [f64; C],
    ut: &'a [f64; C],
    slopes: [&'a [f64; C]; 4],
}

fn part<const W: usize>(row: &[f64]) -> [f64; W] {
    *row.first_chunk().expect("rows are longer than their parts")
}

fn first_order([h, u, v]: [&Halo; 3], ground: &Ground, rows: &Rows, plan: &StepPlan, out: &mut Fluxes) {
    const X: usize = N + 1;
    let z = &ground.z;
    for j in 0..N {
        if rows.x >> j & 1 == 1 {
            let k = j + RINGS;
            let side = |i: usize| Side::<X>::flat(&h[k][i..], &z[k][i..], &u[k][i..], &v[k][i..]);
            face_row(&side(RINGS - 1), &side(RINGS), &ground.zf_x[j], plan, row_of(&mut out.x, j));
        } else {
            clear_row(row_of(&mut out.x, j));
        }
    }
    for j in 0..=N {
        if rows.y >> j & 1 == 1 {
            let side = |k: usize| Side::<N>::flat(&h[k][RINGS..], &z[k][RINGS..], &v[k][RINGS..], &u[k][RINGS..]);
            face_row(&side(j + RINGS - 1), &side(j + RINGS), &ground.zf_y[j], plan, row_of(&mut out.y, j));
        } else {
            clear_row(row_of(&mut out.y, j));
        }
    }
}

fn second_order(half: &Halfway, h: &Halo, ground: &Ground, rows: &Rows, plan: &StepPlan, out: &mut Fluxes) {
    const X: usize = N + 1;
    for j in 0..N {
        if rows.x >> j & 1 == 1 {
            let row = along(half, &half.x, Axis::X, h, &ground.z, j + 1);
            let (left, right) = (Side::<X>::edge(&row, 0, 0.5), Side::<X>::edge(&row, 1, -0.5));
            face_row(&left, &right, &ground.zf_x[j], plan, row_of(&mut out.x, j));
        } else {
            clear_row(row_of(&mut out.x, j));
        }
    }
    for j in 0..=N {
        if rows.y >> j & 1 == 1 {
            let row = |k: usize| along(half, &half.y, Axis::Y, h, &ground.z, k);
            let (below, above) = (Side::<N>::edge(&row(j), 1, 0.5), Side::<N>::edge(&row(j + 1), 1, -0.5));
            face_row(&below, &above, &ground.zf_y[j], plan, row_of(&mut out.y, j));
        } else {
            clear_row(row_of(&mut out.y, j));
        }
    }
    for j in 0..N {
        pull_row(&half.h[j + 1], &half.x.eta[j + 1], plan.g, &mut out.pull_x[j]);
        pull_row(&half.h[j + 1], &half.y.eta[j + 1], plan.g, &mut out.pull_y[j]);
    }
}

/// Row `j` of the first ring seen along an axis.
fn along<'a>(half: &'a Halfway, slopes: &'a Slopes, axis: Axis, h: &'a Halo, z: &'a Halo, j: usize) -> Row<'a> {
    let (h, z, eta) = (ringed(h, j), ringed(z, j), &half.eta[j]);
    let (dh, de) = (&slopes.h[j], &slopes.eta[j]);
    match axis {
        Axis::X => Row { h, z, eta, un: &half.u[j], ut: &half.v[j], slopes: [dh, de, &slopes.u[j], &slopes.v[j]] },
        Axis::Y => Row { h, z, eta, un: &half.v[j], ut: &half.u[j], slopes: [dh, de, &slopes.v[j], &slopes.u[j]] },
    }
}

/// The pull of the slope of the stage inside the cells of a row, g h δη, m³/s².
///
/// The sum of the pressures that hydrostatic reconstruction hides below both faces and of the bed's pressure between
/// them (Audusse et al. 2004, the centred source of the second order), so that neither is ever formed.
fn pull_row(h: &[f64; C], slope: &[f64; C], g: f64, out: &mut [f64; N]) {
    for i in 0..N {
        out[i] = g * h[i + 1] * slope[i + 1];
    }
}

fn row_of<const W: usize, const H: usize>(fluxes: &mut FaceFlux<[[f64; W]; H]>, j: usize) -> [&mut [f64; W]; 4] {
    [&mut fluxes.m[j], &mut fluxes.pl[j], &mut fluxes.pr[j], &mut fluxes.t[j]]
}

fn clear_row<const W: usize>(rows: [&mut [f64; W]; 4]) {
    for row in rows {
        row.fill(0.0);
    }
}

/// Fluxes through a row of faces.
fn face_row<const W: usize>(
    left: &Side<W>,
    right: &Side<W>,
    zf: &[f64; W],
    plan: &StepPlan,
    [m, pl, pr, t]: [&mut [f64; W]; 4],
) {
    let StepPlan { g, dry, .. } = *plan;
    for k in 0..W {
        // Films of dry depth start no flow, so that a drying shore does not creep on for ever.
        let open = greatest(left.h[k], right.h[k]) > dry;
        let is_wall = zf[k] > greatest(left.z[k], right.z[k]);
        let level = if is_wall { zf[k] } else { greatest(left.z_face[k], right.z_face[k]) };
        let hl = if open { depth_above(left.eta[k], level) } else { 0.0 };
        let hr = if open { depth_above(right.eta[k], level) } else { 0.0 };
        let (mass, momentum) = flux(hl, left.un[k], hr, right.un[k], g);
        m[k] = mass;
        pl[k] = momentum - 0.5 * g * hl * hl;
        pr[k] = momentum - 0.5 * g * hr * hr;
        t[k] = transverse(mass, left.ut[k], right.ut[k]);
    }
}

/// Cells beside single faces, as they show themselves there.
struct Cells<'a> {
    fields: [&'a Halo; 3],
    z: &'a Halo,
    half: Option<&'a Halfway>,
}

impl Cells<'_> {
    /// The cells to the left and to the right of a face, and their velocities along it. No slope leads to a face that
    /// parts the water, so the cell half a step on is what stands there.
    fn beside(&self, at: FaceSlot) -> [(Beside, f64); 2] {
        let right = (at.j + RINGS, at.i + RINGS);
        let left = if at.axis == Axis::X { (right.0, right.1 - 1) } else { (right.0 - 1, right.1) };
        [left, right].map(|(j, i)| {
            let [h, u, v] = match self.half {
                None => self.fields.map(|field| field[j][i]),
                Some(half) => [&half.h, &half.u, &half.v].map(|field| field[j - 1][i - 1]),
            };
            let (un, ut) = if at.axis == Axis::X { (u, v) } else { (v, u) };
            (Beside { h, un, z: self.z[j][i] }, ut)
        })
    }
}

/// Adds the pressure of the edges of the domain that hold back moving water. A step of the bed alone does not reflect:
/// a shore would stop each wave that runs up on it.
fn reflect(cells: &Cells<'_>, ground: &Ground, plan: &StepPlan, out: &mut Fluxes) {
    for &at in &ground.walls {
        let [(left, _), (right, _)] = cells.beside(at);
        if greatest(left.h, right.h) <= plan.dry {
            continue;
        }
        let on_left = if left.h > plan.dry { wall_pressure(left.h, left.un, plan.g) } else { 0.0 };
        let on_right = if right.h > plan.dry { wall_pressure(right.h, -right.un, plan.g) } else { 0.0 };
        out.add_pressure(at, on_left, on_right);
    }
}

/// Puts what passes walls, over their crests and through their openings, in the place of the flux over a step.
fn cross_walls(cells: &Cells<'_>, ground: &Ground, plan: &StepPlan, out: &mut Fluxes) {
    let rule = Rule { g: plan.g, dry: plan.dry };
    for crest in &ground.crests {
        let [(left, along_left), (right, along_right)] = cells.beside(crest.at);
        // Between films the flux is none already.
        if greatest(left.h, right.h) > plan.dry {
            let passed = crest.pass(left, right, rule);
            let t = transverse(passed.m, along_left, along_right);
            out.set_sides(crest.at, [passed.m, passed.pl, passed.pr, t]);
        }
    }
}

/// Shuts faces whose flux is not finite, so that a broken cell does not break its neighbours.
fn drop_non_finite(out: &mut Fluxes) {
    fn sound<const W: usize, const H: usize>(f: &FaceFlux<[[f64; W]; H]>) -> bool {
        let mut sums = [0.0; W];
        for j in 0..H {
            for (k, sum) in sums.iter_mut().enumerate() {
                *sum += (f.m[j][k] + f.t[j][k]) + (f.pl[j][k] + f.pr[j][k]);
            }
        }
        sums.iter().all(|s| s.is_finite())
    }
    fn shut<const W: usize, const H: usize>(f: &mut FaceFlux<[[f64; W]; H]>) {
        for j in 0..H {
            for k in 0..W {
                if ![f.m[j][k], f.t[j][k], f.pl[j][k], f.pr[j][k]].iter().all(|x| x.is_finite()) {
                    [f.m[j][k], f.t[j][k], f.pl[j][k], f.pr[j][k]] = [0.0; 4];
                }
            }
        }
    }
    if !sound(&out.x) {
        shut(&mut out.x);
    }
    if !sound(&out.y) {
        shut(&mut out.y);
    }
}

/// Finds the share of its outgoing flux that each cell can afford in this step.
///
/// With a Courant number of 0.45 a cell can be asked for more than it has only between dry neighbours or beside much
/// deeper water. Its outgoing fluxes then act for a part of the step only, the draining time of Bollermann, Noelle and
/// Lukáčová-Medviďová (2011).
fn limit(water: &Water, ground: &Ground, plan: &StepPlan, out: &mut Fluxes) {
    let Fluxes { x, y, theta, limited, .. } = out;
    let asked = |j: usize, i: usize| {
        let along = greatest(x.m[j][i + 1], 0.0) + greatest(-x.m[j][i], 0.0);
        let across = greatest(y.m[j + 1][i], 0.0) + greatest(-y.m[j][i], 0.0);
        // What comes in over an open edge is given by nobody.
        plan.lambda * (along + across) * ground.inside[j][i]
    };
    let mut most = [0.0; N];
    for j in 0..N {
        for (i, most) in most.iter_mut().enumerate() {
            *most = greatest(asked(j, i) - water.h[j][i] * GIVES_AT_MOST, *most);
        }
    }
    *limited = most.iter().any(|&m| m > 0.0);
    if !*limited {
        return;
    }
    for (j, row) in theta.iter_mut().enumerate() {
        for (i, share) in row.iter_mut().enumerate() {
            let (want, have) = (asked(j, i), water.h[j][i] * GIVES_AT_MOST);
            *share = if want > have { have / want } else { 1.0 };
        }
    }
}
