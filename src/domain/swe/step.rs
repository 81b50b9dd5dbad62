//! One step of one tile: fluxes through its faces, what its cells can afford, and the new state.
//!
//! Two passes over the tiles. The first reads the state of a tile and its ring and writes the fluxes of the tile; the
//! second reads fluxes and writes the state. Faces between two tiles are computed by both, to the same bits, so no
//! tile writes to another and the result does not depend on which thread does what.

use super::boundaries::Boundaries;
use super::envelope::Extremes;
use super::friction::{slowdown, slowdown_chezy};
use super::hllc::{flux, greatest, transverse, wall_pressure};
use super::layout::{Axis, FaceFlux, Fluxes, Ground, Halo, Layout, N, Neighbours, Tally, Water};
use super::reconstruction::depth_above;

/// Everything about a step that is the same for all tiles.
#[derive(Debug, Clone, Copy)]
pub(super) struct StepPlan {
    /// Gravity, m/s².
    pub(super) g: f64,
    /// At and below this depth (m) water has no velocity and starts no flow.
    pub(super) dry: f64,
    /// Whether friction is Chézy's, not Manning's.
    pub(super) is_chezy: bool,
    /// A row with a deeper cell than this is computed, m.
    pub(super) wet_from: f64,
    /// Time at the end of the step, s.
    pub(super) end_secs: f64,
    /// Length of the step, s.
    pub(super) dt: f64,
    /// dt over cell size, s/m.
    pub(super) lambda: f64,
    /// Depth of rain in this step, m.
    pub(super) rain_m: f64,
    /// Depth the ground can take in this step, m.
    pub(super) infiltration_m: f64,
}

/// A depth (m) or speed (m/s) beyond this is as wrong as one that is not finite.
const ABSURD: f64 = 1e6;

/// Share of its water that a cell may give away in one step: all but what rounding needs.
const GIVES_AT_MOST: f64 = 1.0 - 1e-12;

/// First pass: the fluxes of one tile.
pub(super) fn sweep(
    tile: usize,
    layout: Layout,
    waters: &[Water],
    ground: &Ground,
    boundaries: &Boundaries,
    plan: &StepPlan,
    out: &mut Fluxes,
) {
    let beside = layout.neighbours(tile);
    let own = waters[tile].wet_rows;
    let bits = |t: Option<usize>| t.map_or(0, |t| waters[t].wet_rows);
    let x_rows = own | bits(beside.west) | bits(beside.east);
    // Bit j stands for row j − 1: the ring is included.
    let ringed = (own << 1) | (bits(beside.south) >> (N - 1) & 1) | ((bits(beside.north) & 1) << (N + 1));
    let y_rows = ringed | (ringed >> 1);
    let mut touched = x_rows | (y_rows | (y_rows >> 1)) & ROWS;
    for (at, _) in &ground.imposed {
        // A face between rows may belong to either.
        touched |= match at.axis {
            Axis::X => 1 << at.j,
            Axis::Y => (1 << at.j | (1 << at.j) >> 1) & ROWS,
        };
    }
    out.touched = if plan.rain_m > 0.0 { ROWS } else { touched };

    let h = ring(waters, tile, beside, |w| &w.h);
    let u = ring(waters, tile, beside, |w| &w.u);
    let v = ring(waters, tile, beside, |w| &w.v);
    for j in 0..N {
        if x_rows >> j & 1 == 1 {
            let left = Side { h: head(&h[j + 1]), un: head(&u[j + 1]), ut: head(&v[j + 1]), z: head(&ground.z[j + 1]) };
            let right =
                Side { h: tail(&h[j + 1]), un: tail(&u[j + 1]), ut: tail(&v[j + 1]), z: tail(&ground.z[j + 1]) };
            face_row(left, right, &ground.zf_x[j], plan, row_of(&mut out.x, j));
        } else {
            clear_row(row_of(&mut out.x, j));
        }
    }
    for j in 0..=N {
        if y_rows >> j & 1 == 1 {
            let (k, z) = (j + 1, &ground.z);
            let left = Side { h: inner(&h[j]), un: inner(&v[j]), ut: inner(&u[j]), z: inner(&z[j]) };
            let right = Side { h: inner(&h[k]), un: inner(&v[k]), ut: inner(&u[k]), z: inner(&z[k]) };
            face_row(left, right, &ground.zf_y[j], plan, row_of(&mut out.y, j));
        } else {
            clear_row(row_of(&mut out.y, j));
        }
    }
    reflect(&h, &u, &v, ground, plan, out);
    boundaries.overwrite(ground, &waters[tile], out);
    drop_non_finite(out);
    limit(&waters[tile], ground, plan, out);
    out.live = true;
}

const ROWS: u32 = (1 << N) - 1;

/// A field of a tile with the ring of cells around it; corners are not used and stay 0.
fn ring(waters: &[Water], tile: usize, beside: Neighbours, field: impl Fn(&Water) -> &[[f64; N]; N]) -> Halo {
    let mut halo = [[0.0; N + 2]; N + 2];
    let own = field(&waters[tile]);
    for j in 0..N {
        halo[j + 1][1..=N].copy_from_slice(&own[j]);
    }
    if let Some(west) = beside.west {
        let other = field(&waters[west]);
        (0..N).for_each(|j| halo[j + 1][0] = other[j][N - 1]);
    }
    if let Some(east) = beside.east {
        let other = field(&waters[east]);
        (0..N).for_each(|j| halo[j + 1][N + 1] = other[j][0]);
    }
    if let Some(south) = beside.south {
        halo[0][1..=N].copy_from_slice(&field(&waters[south])[N - 1]);
    }
    if let Some(north) = beside.north {
        halo[N + 1][1..=N].copy_from_slice(&field(&waters[north])[0]);
    }
    halo
}

/// The cells on one side of a row of `W` faces.
#[derive(Clone, Copy)]
struct Side<'a, const W: usize> {
    h: &'a [f64; W],
    /// Velocity along the normal of the faces.
    un: &'a [f64; W],
    /// Velocity along the faces.
    ut: &'a [f64; W],
    z: &'a [f64; W],
}

fn head(row: &[f64; N + 2]) -> &[f64; N + 1] {
    row.first_chunk().expect("a ringed row is longer than a row of faces")
}

fn tail(row: &[f64; N + 2]) -> &[f64; N + 1] {
    row.last_chunk().expect("a ringed row is longer than a row of faces")
}

fn inner(row: &[f64; N + 2]) -> &[f64; N] {
    head(row).last_chunk().expect("a row of faces is longer than a row of cells")
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
    left: Side<'_, W>,
    right: Side<'_, W>,
    zf: &[f64; W],
    plan: &StepPlan,
    [m, pl, pr, t]: [&mut [f64; W]; 4],
) {
    let StepPlan { g, dry, .. } = *plan;
    for k in 0..W {
        // Films of dry depth start no flow, so that a drying shore does not creep on for ever.
        let open = greatest(left.h[k], right.h[k]) > dry;
        let hl = depth_above(left.h[k], left.z[k], zf[k]);
        let hr = depth_above(right.h[k], right.z[k], zf[k]);
        let hl = if open { hl } else { 0.0 };
        let hr = if open { hr } else { 0.0 };
        let (mass, momentum) = flux(hl, left.un[k], hr, right.un[k], g);
        m[k] = mass;
        pl[k] = momentum - 0.5 * g * hl * hl;
        pr[k] = momentum - 0.5 * g * hr * hr;
        t[k] = transverse(mass, left.ut[k], right.ut[k]);
    }
}

/// Adds the pressure of walls that hold back moving water. A step of the bed alone does not reflect: a shore would
/// stop each wave that runs up on it.
fn reflect(h: &Halo, u: &Halo, v: &Halo, ground: &Ground, plan: &StepPlan, out: &mut Fluxes) {
    for &at in &ground.walls {
        let (right, left) =
            ((at.j + 1, at.i + 1), if at.axis == Axis::X { (at.j + 1, at.i) } else { (at.j, at.i + 1) });
        let velocity = if at.axis == Axis::X { u } else { v };
        let (hl, hr) = (h[left.0][left.1], h[right.0][right.1]);
        let (zl, zr) = ground.beds_beside(at);
        let zf = ground.face_level(at);
        let blocked = zf > greatest(zl, zr) && zl + hl <= zf && zr + hr <= zf;
        if !blocked || greatest(hl, hr) <= plan.dry {
            continue;
        }
        let on_left = if hl > plan.dry { wall_pressure(hl, velocity[left.0][left.1], plan.g) } else { 0.0 };
        let on_right = if hr > plan.dry { wall_pressure(hr, -velocity[right.0][right.1], plan.g) } else { 0.0 };
        out.add_pressure(at, on_left, on_right);
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

/// The cell before face `k` of a row of a tile, perhaps in the tile before: tile and place.
pub(super) fn cell_before(tile: usize, tile_before: Option<usize>, k: usize) -> Option<(usize, usize)> {
    if k > 0 { Some((tile, k - 1)) } else { tile_before.map(|t| (t, N - 1)) }
}

/// The cell after face `k` of a row of a tile, perhaps in the tile after: tile and place.
pub(super) fn cell_after(tile: usize, tile_after: Option<usize>, k: usize) -> Option<(usize, usize)> {
    if k < N { Some((tile, k)) } else { tile_after.map(|t| (t, 0)) }
}

/// The fluxes of a tile with the limits of all the cells that give the water.
fn limited_fluxes(tile: usize, beside: Neighbours, fluxes: &[Fluxes]) -> Fluxes {
    let mut scaled = fluxes[tile].clone();
    let share = |t: usize, j: usize, i: usize| {
        if fluxes[t].live && fluxes[t].limited { fluxes[t].theta[j][i] } else { 1.0 }
    };
    for j in 0..N {
        for i in 0..=N {
            let giver = if scaled.x.m[j][i] > 0.0 {
                cell_before(tile, beside.west, i)
            } else {
                cell_after(tile, beside.east, i)
            };
            let by = giver.map_or(1.0, |(t, i)| share(t, j, i));
            for row in row_of(&mut scaled.x, j) {
                row[i] *= by;
            }
        }
    }
    for j in 0..=N {
        for i in 0..N {
            let giver = if scaled.y.m[j][i] > 0.0 {
                cell_before(tile, beside.south, j)
            } else {
                cell_after(tile, beside.north, j)
            };
            let by = giver.map_or(1.0, |(t, j)| share(t, j, i));
            for row in row_of(&mut scaled.y, j) {
                row[i] *= by;
            }
        }
    }
    scaled
}

/// Second pass: the new state of one tile.
pub(super) fn update(
    tile: usize,
    layout: Layout,
    fluxes: &[Fluxes],
    ground: &Ground,
    plan: &StepPlan,
    water: &mut Water,
    extremes: &mut Extremes,
) {
    let beside = layout.neighbours(tile);
    let is_limited = |t: usize| fluxes[t].live && fluxes[t].limited;
    if is_limited(tile) || beside.iter().any(is_limited) {
        advance(&limited_fluxes(tile, beside, fluxes), ground, plan, water, extremes);
    } else {
        advance(&fluxes[tile], ground, plan, water, extremes);
    }
}

fn advance(fluxes: &Fluxes, ground: &Ground, plan: &StepPlan, water: &mut Water, extremes: &mut Extremes) {
    let mut tally = Tally::default();
    let mut speeds = [0.0; N];
    let mut taken = [0.0; N];
    let mut wet_rows = 0;
    for j in 0..N {
        if fluxes.touched >> j & 1 == 0 {
            continue;
        }
        let old = (water.h[j], water.u[j], water.v[j]);
        move_row(fluxes, ground, plan, water, j, &mut taken);
        if !settle_row(ground, plan, water, j, &mut speeds) {
            contain_row(water, old.0, j, &mut tally);
            // Figures of the row that were taken from the broken cell are taken again.
            speeds = [0.0; N];
            for k in (0..=j).filter(|k| fluxes.touched >> k & 1 == 1) {
                let _sound = measure_row(plan, water, k, &mut speeds);
            }
        }
        extremes.record_row(j, &water.h[j], &water.u[j], &water.v[j], plan.end_secs, plan.dt);
        let (mut deepest, mut n) = (0.0, 0_u64);
        for &h in &water.h[j] {
            deepest = greatest(h, deepest);
            n += u64::from(h > 0.0);
        }
        wet_rows |= u32::from(deepest > plan.wet_from) << j;
        tally.n_advanced += n;
    }
    tally.infiltrated_m = taken.iter().sum();
    water.wet_rows = wet_rows;
    water.max_speed = speeds.iter().copied().fold(0.0, greatest);
    water.tally = tally;
}

/// Moves mass and momentum of row `j` by the fluxes, and lets it rain and soak. Leaves momentum in `u` and `v`.
fn move_row(fluxes: &Fluxes, ground: &Ground, plan: &StepPlan, water: &mut Water, j: usize, taken: &mut [f64; N]) {
    let Fluxes { x, y, .. } = fluxes;
    let StepPlan { lambda, rain_m, infiltration_m, .. } = *plan;
    let (h, u, v) = (&mut water.h[j], &mut water.u[j], &mut water.v[j]);
    let inside = &ground.inside[j];
    for i in 0..N {
        let before = h[i];
        let mass = (x.m[j][i + 1] - x.m[j][i]) + (y.m[j + 1][i] - y.m[j][i]);
        let along_x = (x.pl[j][i + 1] - x.pr[j][i]) + (y.t[j + 1][i] - y.t[j][i]);
        let along_y = (x.t[j][i + 1] - x.t[j][i]) + (y.pl[j + 1][i] - y.pr[j][i]);
        // Cells outside keep nothing of what passed an open edge.
        let wetter = ((before - lambda * mass) + rain_m) * inside[i];
        let soaked = if wetter < infiltration_m { wetter } else { infiltration_m };
        taken[i] += soaked;
        h[i] = wetter - soaked;
        u[i] = before * u[i] - lambda * along_x;
        v[i] = before * v[i] - lambda * along_y;
    }
}

/// Turns the momentum of row `j` into velocity, slowed by friction. Says whether every cell is sound.
///
/// Above the dry depth the velocity is momentum over depth; at and below it, where that quotient is all rounding, there
/// is none. The smooth quotient of Kurganov and Petrova (2007) with that depth as its threshold is the same
/// above it and would leave a film moving below it.
#[expect(clippy::imprecise_flops, reason = "hypot is a call; speeds are far from the ends of the range")]
fn settle_row(ground: &Ground, plan: &StepPlan, water: &mut Water, j: usize, speeds: &mut [f64; N]) -> bool {
    let (h, u, v) = (&water.h[j], &mut water.u[j], &mut water.v[j]);
    let gn2 = &ground.gn2[j];
    // Short loops with one kind of choice each: that is what the compiler turns into vector code.
    let (mut depth, mut slow) = ([1.0; N], [0.0; N]);
    for i in 0..N {
        depth[i] = if h[i] > plan.dry { h[i] } else { 1.0 };
    }
    for i in 0..N {
        let inverse = 1.0 / depth[i];
        let (fast_u, fast_v) = (u[i] * inverse, v[i] * inverse);
        let speed = (fast_u * fast_u + fast_v * fast_v).sqrt();
        // The choice is the same for all cells: the compiler takes it out of the loop.
        let factor = if plan.is_chezy {
            slowdown_chezy(speed, depth[i], gn2[i], plan.dt)
        } else {
            slowdown(speed, depth[i], gn2[i], plan.dt)
        };
        slow[i] = inverse * factor;
    }
    for i in 0..N {
        let by = if h[i] > plan.dry { slow[i] } else { 0.0 };
        u[i] *= by;
        v[i] *= by;
    }
    measure_row(plan, water, j, speeds)
}

/// Takes the wave speeds of row `j` into `speeds`. Says whether every cell is sound.
fn measure_row(plan: &StepPlan, water: &Water, j: usize, speeds: &mut [f64; N]) -> bool {
    let (h, u, v) = (&water.h[j], &water.u[j], &water.v[j]);
    let mut n_broken = 0_u64;
    for i in 0..N {
        let c = (plan.g * h[i]).sqrt();
        let fastest = greatest(u[i].abs(), v[i].abs()) + c;
        speeds[i] = greatest(if h[i] > plan.dry { fastest } else { 0.0 }, speeds[i]);
        n_broken += u64::from(!is_sound(h[i], u[i], v[i]));
    }
    n_broken == 0
}

fn is_sound(h: f64, u: f64, v: f64) -> bool {
    (h < ABSURD) & (u.abs() < ABSURD) & (v.abs() < ABSURD)
}

/// Sets broken cells of row `j` dry and counts them and the water lost with them.
fn contain_row(water: &mut Water, before: [f64; N], j: usize, tally: &mut Tally) {
    for (i, was) in before.into_iter().enumerate() {
        if is_sound(water.h[j][i], water.u[j][i], water.v[j][i]) {
            continue;
        }
        let lost = if water.h[j][i].is_finite() { water.h[j][i] } else { was };
        tally.contained_m += if lost.is_finite() { lost } else { 0.0 };
        tally.n_contained += 1;
        (water.h[j][i], water.u[j][i], water.v[j][i]) = (0.0, 0.0, 0.0);
    }
}

/// Figures of a tile that a step leaves for the next one, from its state alone.
pub(super) fn measure(plan: &StepPlan, water: &mut Water) {
    let mut speeds = [0.0; N];
    water.wet_rows = 0;
    for j in 0..N {
        let _sound = measure_row(plan, water, j, &mut speeds);
        let wet = water.h[j].iter().any(|&h| h > plan.wet_from);
        water.wet_rows |= u32::from(wet) << j;
    }
    water.max_speed = speeds.iter().copied().fold(0.0, greatest);
}
