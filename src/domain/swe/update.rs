//! Second pass of a step: the new state of one tile from the fluxes around it.

use super::envelope::Extremes;
use super::hllc::greatest;
use super::layout::{FaceFlux, Fluxes, Ground, Layout, N, Neighbours, Tally, Water};
use super::plan::StepPlan;
use super::rain::Rainfall;
use super::soil::{Law, Soil};

/// A depth (m) or speed (m/s) beyond this is as wrong as one that is not finite.
pub(super) const ABSURD: f64 = 1e6;

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
            let m = scaled.x.m[j][i];
            let giver = giver(m, cell_before(tile, beside.west, i), cell_after(tile, beside.east, i));
            let by = giver.map_or(1.0, |(t, i)| share(t, j, i));
            scale(&mut scaled.x, j, i, by);
        }
    }
    for j in 0..=N {
        for i in 0..N {
            let m = scaled.y.m[j][i];
            let giver = giver(m, cell_before(tile, beside.south, j), cell_after(tile, beside.north, j));
            let by = giver.map_or(1.0, |(t, j)| share(t, j, i));
            scale(&mut scaled.y, j, i, by);
        }
    }
    scaled
}

/// The cell that gives the water of a face, of those before and after it; a face that nothing passes has none.
fn giver<T>(m: f64, before: Option<T>, after: Option<T>) -> Option<T> {
    if m > 0.0 {
        before
    } else if m < 0.0 {
        after
    } else {
        None
    }
}

fn scale<const W: usize, const H: usize>(fluxes: &mut FaceFlux<[[f64; W]; H]>, j: usize, i: usize, by: f64) {
    for field in [&mut fluxes.m, &mut fluxes.pl, &mut fluxes.pr, &mut fluxes.t] {
        field[j][i] *= by;
    }
}

/// What comes from above a tile and what goes into the ground below it.
pub(super) struct Column<'a> {
    pub(super) rainfall: &'a Rainfall,
    pub(super) law: Law,
    pub(super) soil: &'a mut Soil,
}

/// The new state of one tile.
pub(super) fn update(
    tile: usize,
    layout: Layout,
    fluxes: &[Fluxes],
    ground: &Ground,
    plan: &StepPlan,
    column: Column<'_>,
    water: &mut Water,
    extremes: &mut Extremes,
) {
    let beside = layout.neighbours(tile);
    let is_limited = |t: usize| fluxes[t].live && fluxes[t].limited;
    if is_limited(tile) || beside.iter().any(is_limited) {
        advance(tile, &limited_fluxes(tile, beside, fluxes), ground, plan, column, water, extremes);
    } else {
        advance(tile, &fluxes[tile], ground, plan, column, water, extremes);
    }
}

fn advance(
    tile: usize,
    fluxes: &Fluxes,
    ground: &Ground,
    plan: &StepPlan,
    column: Column<'_>,
    water: &mut Water,
    extremes: &mut Extremes,
) {
    let mut tally = Tally::default();
    let mut speeds = [0.0; N];
    let mut wet_rows = 0;
    let before = water.h;
    let touched = |j: &usize| fluxes.touched >> j & 1 == 1;
    for j in (0..N).filter(touched) {
        move_row(fluxes, ground, plan, &column.rainfall.row_m(tile, j), water, j);
        if !settle_row(ground, plan, water, j, &mut speeds) {
            contain_row(water, before[j], j, &mut tally);
            // Figures of the row that were taken from the broken cell are taken again.
            speeds = [0.0; N];
            for k in (0..=j).filter(touched) {
                let _sound = measure_row(plan, water, k, &mut speeds);
            }
        }
    }
    if column.law.drinks() {
        tally.infiltrated_m = column.soil.drink(column.law, water, plan.dt, plan.dry);
        speeds = [0.0; N];
        for j in (0..N).filter(touched) {
            let _sound = measure_row(plan, water, j, &mut speeds);
        }
    }
    for j in (0..N).filter(touched) {
        extremes.record_row(j, &before[j], [&water.h[j], &water.u[j], &water.v[j]], &plan.span);
        let (mut deepest, mut n) = (0.0, 0_u64);
        for &h in &water.h[j] {
            deepest = greatest(h, deepest);
            n += u64::from(h > 0.0);
        }
        wet_rows |= u32::from(deepest > plan.wet_from) << j;
        tally.n_advanced += n;
    }
    water.wet_rows = wet_rows;
    water.max_speed = speeds.iter().copied().fold(0.0, greatest);
    water.tally = tally;
}

/// Moves mass and momentum of row `j` by the fluxes, and lets it rain. Leaves momentum in `u` and `v`.
fn move_row(fluxes: &Fluxes, ground: &Ground, plan: &StepPlan, rain_m: &[f64; N], water: &mut Water, j: usize) {
    let Fluxes { x, y, pull_x, pull_y, .. } = fluxes;
    let StepPlan { lambda, .. } = *plan;
    let (h, u, v) = (&mut water.h[j], &mut water.u[j], &mut water.v[j]);
    let inside = &ground.inside[j];
    for i in 0..N {
        let before = h[i];
        let mass = (x.m[j][i + 1] - x.m[j][i]) + (y.m[j + 1][i] - y.m[j][i]);
        let along_x = (x.pl[j][i + 1] - x.pr[j][i]) + (y.t[j + 1][i] - y.t[j][i]) + pull_x[j][i];
        let along_y = (x.t[j][i + 1] - x.t[j][i]) + (y.pl[j + 1][i] - y.pr[j][i]) + pull_y[j][i];
        // Cells outside keep nothing of what passed an open edge.
        h[i] = ((before - lambda * mass) + rain_m[i]) * inside[i];
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
        slow[i] = inverse * plan.slowdown(speed, depth[i], gn2[i], plan.dt);
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
        tally.faults.note((j, i), [water.h[j][i], water.u[j][i], water.v[j][i]]);
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
