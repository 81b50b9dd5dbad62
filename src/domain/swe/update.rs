//! The new state of a block of cells from the fluxes around it.

use super::envelope::{Course, Peaks};
use super::ground::{GroundBlock, OUTSIDE};
use super::hllc::greatest;
use super::layout::N;
use super::packed::unpacked_all;
use super::plan::StepPlan;
use super::rows::{ABSURD, Row, is_sound, part, parts, place};
use super::soil::{Law, Soil};
use super::water::Water;

/// What an update of a block changes, and what it stands on; `at` is its place in the row, in blocks.
pub(super) struct Block<'a> {
    pub(super) at: usize,
    pub(super) water: &'a mut Water,
    pub(super) peaks: &'a mut Peaks,
    pub(super) course: &'a mut Course,
    pub(super) soil: &'a mut Soil,
    pub(super) ground: &'a GroundBlock,
    /// What the roughness on the ground counts in.
    pub(super) k_unit: f32,
}

/// What an update found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    /// Fastest wave of each cell, m/s.
    pub(super) speeds: [f32; N],
    /// What holds for how many cells.
    pub(super) signs: Signs,
    /// Depth taken by the ground, summed over the cells, m.
    pub(super) infiltrated_m: f64,
}

/// For how many cells of a block something holds: counts of five bits each, so that one sum over the block gives all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Signs(u32);

impl Signs {
    /// A cell holds water.
    pub(super) const WET: u32 = 1;
    /// It is deeper than the depth from which it must be computed.
    pub(super) const DEEP: u32 = 1 << 5;
    /// It is not sound.
    pub(super) const BROKEN: u32 = 1 << 10;
    /// It surpasses one of its largest values.
    pub(super) const MORE: u32 = 1 << 15;
    /// It is faster than the first speed that counts as a danger of its own.
    pub(super) const FAST: u32 = 1 << 20;
    /// It crosses the depth that counts as water having come.
    pub(super) const TURNING: u32 = 1 << 25;

    /// The sum of what holds for each cell.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled for each instruction set")]
    pub(super) fn of(cells: &[u32; N]) -> Self {
        Self(cells.iter().sum())
    }

    /// For how many cells something holds.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "one instruction")]
    pub(super) fn count(self, what: u32) -> u32 {
        (self.0 / what) & 0x1f
    }
}

/// `what` where a condition holds, else nothing.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over cells only becomes vector code with this inside it")]
pub(super) fn sign(holds: bool, what: u32) -> u32 {
    if holds { what } else { 0 }
}

/// Whether anything passes the faces of a block of rows `here` and `above`.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled for each instruction set")]
#[expect(clippy::needless_bitwise_bool, reason = "without branches the loop becomes vector code")]
pub(super) fn is_passed(here: &Row, above: &Row, block: usize) -> bool {
    let at = place(block * N);
    let [west, east, south] = parts!(at; &here.x.m, &here.x.m[1..], &here.y.m);
    let north = part(&above.y.m, at);
    let mut n_passed = [0_u32; N];
    for i in 0..N {
        // What is not a number has passed too.
        let is_none = (west[i] == 0.0) & (east[i] == 0.0) & (south[i] == 0.0) & (north[i] == 0.0);
        n_passed[i] = u32::from(!is_none);
    }
    n_passed.iter().sum::<u32>() > 0
}

impl Block<'_> {
    /// Moves mass and momentum by the fluxes of rows `here` and `above`. Extremes are not recorded where a cell is broken.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled for each instruction set")]
    #[expect(clippy::cast_possible_truncation, reason = "the step works in single precision")]
    pub(super) fn advance(&mut self, here: &Row, above: &Row, plan: &StepPlan, law: Law) -> Found {
        let at = place(self.at * N);
        let Water { h, u, v } = &mut *self.water;
        let mut was = [0.0_f32; N];
        for i in 0..N {
            was[i] = h[i] as f32;
        }
        gain(here, above, at, plan, &self.ground.z, h);
        let mut depth = [0.0_f32; N];
        for i in 0..N {
            depth[i] = h[i] as f32;
        }
        push(here, above, at, plan, &was, u, v);
        let mut speed = [0.0_f32; N];
        settle(plan, &depth, &unpacked_all(&self.ground.k, self.k_unit), u, v, &mut speed);
        let mut infiltrated_m = 0.0;
        if law.drinks() {
            infiltrated_m = self.soil.drink(law, h, plan.dt);
            stand_still_when_dry(plan, h, &mut depth, u, v, &mut speed);
        }
        let (speeds, mut signs) = measure(plan, &depth, u, v);
        self.peaks.compare(&was, &depth, &speed, &mut signs);
        let signs = Signs::of(&signs);
        if signs.count(Signs::BROKEN) == 0 {
            self.peaks.record(self.course, &was, &depth, &speed, &plan.span, signs);
            if let Some(over_secs) = plan.marks_rise_over {
                self.course.mark_rise(&depth, over_secs);
            } else if signs.count(Signs::DEEP) == 0 {
                self.course.rise_from_dry(&depth);
            }
        }
        Found { speeds, signs, infiltrated_m }
    }

    /// Sets broken cells dry; gives each with its state, and the depth lost with it, to `lost`.
    #[cold]
    #[expect(clippy::cast_possible_truncation, reason = "the step works in single precision")]
    pub(super) fn contain(&mut self, here: &Row, plan: &StepPlan, mut lost: impl FnMut(usize, [f64; 3], f64)) -> Found {
        let at = place(self.at * N);
        let Water { h, u, v } = &mut *self.water;
        for i in 0..N {
            if is_sound(h[i] as f32, u[i], v[i]) {
                continue;
            }
            let depth = if h[i].is_finite() { h[i] } else { f64::from(here.raw.h[at + i]) };
            lost(i, [h[i], f64::from(u[i]), f64::from(v[i])], if depth.is_finite() { depth } else { 0.0 });
            (h[i], u[i], v[i]) = (0.0, 0.0, 0.0);
        }
        let (mut depth, mut speed) = ([0.0; N], [0.0; N]);
        for i in 0..N {
            depth[i] = h[i] as f32;
            speed[i] = u[i].hypot(v[i]);
        }
        let was = part(&here.raw.h, at);
        let (speeds, mut signs) = measure(plan, &depth, u, v);
        self.peaks.compare(was, &depth, &speed, &mut signs);
        let signs = Signs::of(&signs);
        self.peaks.record(self.course, was, &depth, &speed, &plan.span, signs);
        Found { speeds, signs, infiltrated_m: 0.0 }
    }
}

/// Depths after what came through the faces and from the sky. In double precision, from the same single fluxes on both
/// sides of a face: what one cell loses the other gains to the last bit of its depth.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled for each instruction set")]
fn gain(here: &Row, above: &Row, at: usize, plan: &StepPlan, z: &[f32; N], h: &mut [f64; N]) {
    let (west, east) = (part(&here.x.m, at), part(&here.x.m, at + 1));
    let (south, north) = (part(&here.y.m, at), part(&above.y.m, at));
    let lambda = plan.lambda;
    let mut after = [0.0; N];
    for i in 0..N {
        let mass = (f64::from(east[i]) - f64::from(west[i])) + (f64::from(north[i]) - f64::from(south[i]));
        after[i] = h[i] - lambda * mass;
    }
    if plan.rains {
        let rain = part(&here.rain, at);
        for i in 0..N {
            after[i] += f64::from(rain[i]);
        }
    }
    // Cells outside keep nothing of what passed an open edge.
    for i in 0..N {
        h[i] = if z[i] < OUTSIDE { after[i] } else { 0.0 };
    }
}

/// Momentum after what came through the faces and the pull of the slope of the stage inside the cells, g h δη, left in
/// `u` and `v`.
///
/// That pull is the sum of the pressures that hydrostatic reconstruction hides below both faces and of the bed's pressure
/// between them (Audusse et al. 2004, the centred source of the second order), so that neither is ever formed.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled for each instruction set")]
#[expect(clippy::cast_possible_truncation, reason = "the step works in single precision")]
fn push(here: &Row, above: &Row, at: usize, plan: &StepPlan, was: &[f32; N], u: &mut [f32; N], v: &mut [f32; N]) {
    let lambda = plan.lambda as f32;
    let (x, y, y_north) = (&here.x, &here.y, &above.y);
    let (from_west, to_east) = (part(&x.pr, at), part(&x.pl, at + 1));
    let (t_west, t_east) = (part(&x.t, at), part(&x.t, at + 1));
    let (from_south, to_north) = (part(&y.pr, at), part(&y_north.pl, at));
    let (t_south, t_north) = (part(&y.t, at), part(&y_north.t, at));
    let (mut along_x, mut along_y) = ([0.0; N], [0.0; N]);
    for i in 0..N {
        along_x[i] = (to_east[i] - from_west[i]) + (t_north[i] - t_south[i]);
        along_y[i] = (t_east[i] - t_west[i]) + (to_north[i] - from_south[i]);
    }
    if let Some(second) = &here.second {
        let (h, x, y) = (part(&second.half.h, at), part(&second.x.eta, at), part(&second.y.eta, at));
        for i in 0..N {
            let weight = plan.g * h[i];
            along_x[i] += weight * x[i];
            along_y[i] += weight * y[i];
        }
    }
    for i in 0..N {
        u[i] = was[i] * u[i] - lambda * along_x[i];
        v[i] = was[i] * v[i] - lambda * along_y[i];
    }
}

/// Slower water (m/s) stands still; its velocity would end as a denormal number.
const STILL_MPS: f32 = 1e-20;

/// Turns momentum into velocity, slowed by friction.
///
/// Above the dry depth the velocity is momentum over depth; at and below it, where that quotient is all rounding, there
/// is none. The smooth quotient of Kurganov and Petrova (2007) with that depth as its threshold is the same
/// above it and would leave a film moving below it.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled for each instruction set")]
#[expect(clippy::imprecise_flops, reason = "hypot is a call; speeds are far from the ends of the range")]
#[expect(clippy::cast_possible_truncation, reason = "the step works in single precision")]
#[expect(clippy::needless_bitwise_bool, reason = "without branches the loop becomes vector code")]
fn settle(plan: &StepPlan, h: &[f32; N], k: &[f32; N], u: &mut [f32; N], v: &mut [f32; N], speed: &mut [f32; N]) {
    let dt = plan.dt as f32;
    let (momentum_u, momentum_v) = (*u, *v);
    for i in 0..N {
        let depth = if h[i] > plan.dry { h[i] } else { 1.0 };
        let inverse = 1.0 / depth;
        let (fast_u, fast_v) = (momentum_u[i] * inverse, momentum_v[i] * inverse);
        let fast = (fast_u * fast_u + fast_v * fast_v).sqrt();
        let slow = plan.slowdown(fast, depth, k[i], dt);
        // What is not a number does not rest: it is for others to contain.
        let rests = (h[i] <= plan.dry) | (fast < STILL_MPS);
        let by = if rests { 0.0 } else { slow };
        u[i] = fast_u * by;
        v[i] = fast_v * by;
        speed[i] = fast * by;
    }
}

/// Takes the depths anew after the ground has drunk; what has become dry stands still.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled for each instruction set")]
#[expect(clippy::cast_possible_truncation, reason = "the step works in single precision")]
fn stand_still_when_dry(
    plan: &StepPlan,
    h: &[f64; N],
    depth: &mut [f32; N],
    u: &mut [f32; N],
    v: &mut [f32; N],
    speed: &mut [f32; N],
) {
    for i in 0..N {
        depth[i] = h[i] as f32;
        let moves = depth[i] > plan.dry;
        u[i] = if moves { u[i] } else { 0.0 };
        v[i] = if moves { v[i] } else { 0.0 };
        speed[i] = if moves { speed[i] } else { 0.0 };
    }
}

/// Wave speeds of a block, and what holds for its cells.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled for each instruction set")]
fn measure(plan: &StepPlan, h: &[f32; N], u: &[f32; N], v: &[f32; N]) -> ([f32; N], [u32; N]) {
    let (mut speeds, mut signs) = ([0.0_f32; N], [0_u32; N]);
    for i in 0..N {
        let c = (plan.g * h[i]).sqrt();
        let fastest = greatest(u[i].abs(), v[i].abs()) + c;
        speeds[i] = if h[i] > plan.dry { fastest } else { 0.0 };
    }
    for i in 0..N {
        let is_broken = !((h[i] < ABSURD) & (u[i].abs() < ABSURD) & (v[i].abs() < ABSURD));
        signs[i] =
            sign(h[i] > 0.0, Signs::WET) + sign(h[i] > plan.wet_from, Signs::DEEP) + sign(is_broken, Signs::BROKEN);
    }
    (speeds, signs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sum_counts_all_signs_even_if_all_cells_have_all_of_them() {
        let all = Signs::WET | Signs::DEEP | Signs::BROKEN | Signs::MORE | Signs::FAST | Signs::TURNING;
        let mut cells = [all; N];
        cells[3] -= Signs::MORE;
        let signs = Signs::of(&cells);
        assert_eq!([Signs::WET, Signs::DEEP, Signs::BROKEN].map(|what| signs.count(what)), [16; 3]);
        assert_eq!([Signs::MORE, Signs::FAST, Signs::TURNING].map(|what| signs.count(what)), [15, 16, 16]);
    }
}
