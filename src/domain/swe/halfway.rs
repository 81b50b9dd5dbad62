//! The predictor of the second order: the state half a step on, from the slopes inside each cell.
//!
//! The MUSCL-Hancock scheme (van Leer 1984; Toro 2001, chapter 11) in depth and velocity:
//!
//! h½ = h − ½λ (u δₓh + h δₓu + v δᵧh + h δᵧv) + ½ rain,
//! u½ = friction(u − ½λ (u δₓu + v δᵧu + g δₓη), h½, ½ dt), and likewise for v,
//!
//! where δ are the limited differences across the cell. Because the slope of the stage and not that of the depth drives
//! the flow, still water stays still; because friction is in it, uniform flow on a slope stays as it is. Friction acts in
//! the depth half a step on, rain included: in a film, whose velocity follows its depth within a step, that of the
//! beginning would let the flux lag by half a step, which steepens waves as negative diffusion does.
//! One flux a face and step, where a Runge-Kutta method of the same order takes two.

use std::ops::Range;

use super::ground::OUTSIDE;
use super::hllc::greatest;
use super::layout::N;
use super::plan::StepPlan;
use super::rows::{Raw, Row, Second, Slopes, part, part_mut, parts};
use super::slopes::{Cells, slope_row};

fn cells<'a>(raw: &'a Raw, z: &'a [f32], from: usize) -> Cells<'a> {
    Cells { h: &raw.h[from..], z: &z[from..], u: &raw.u[from..], v: &raw.v[from..] }
}

/// Takes the slopes of a run of row `here`, and its state half a step on; `plan_of` gives the step of the block at a
/// place.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled for each instruction set")]
pub(super) fn go_halfway<'a>(
    below: &Row,
    here: &mut Row,
    above: &Row,
    places: &Range<usize>,
    plan: &StepPlan,
    plan_of: impl Fn(usize) -> &'a StepPlan,
) {
    let Row { raw, z, rain, second: Some(second), .. } = here else { return };
    let (from, to) = (places.start, places.end);
    let constants = [plan.g, plan.dry];
    let along_x = [from - 1, from, from + 1].map(|at| cells(raw, z, at));
    let along_y = [cells(&below.raw, &below.z, from), along_x[1], cells(&above.raw, &above.z, from)];
    let [west, east, south, north] = second.joins.each_ref().map(|line| &line[from..to]);
    let Slopes { eta, h, u, v } = &mut second.x;
    let (eta, h, u, v) = (&mut eta[from..to], &mut h[from..to], &mut u[from..to], &mut v[from..to]);
    if second.is_parted {
        slope_row::<true>(along_x, [west, east], constants, eta, h, u, v);
    } else {
        slope_row::<false>(along_x, [west, east], constants, eta, h, u, v);
    }
    let Slopes { eta, h, u, v } = &mut second.y;
    let (eta, h, u, v) = (&mut eta[from..to], &mut h[from..to], &mut u[from..to], &mut v[from..to]);
    if second.is_parted {
        slope_row::<true>(along_y, [south, north], constants, eta, h, u, v);
    } else {
        slope_row::<false>(along_y, [south, north], constants, eta, h, u, v);
    }
    let k = &second.k;
    let (x, y) = (&second.x, &second.y);
    let Raw { h, u, v } = &mut second.half;
    let (h, u, v) = (&mut h[from..to], &mut u[from..to], &mut v[from..to]);
    let no_rain: &[f32] = &[];
    let rain = if plan.rains { &rain[from..to] } else { no_rain };
    if plan.rains {
        predict_row::<true>(raw, [&z[from..to], &k[from..to], rain], [x, y], from, &plan_of, h, u, v);
    } else {
        predict_row::<false>(raw, [&z[from..to], &k[from..to], rain], [x, y], from, &plan_of, h, u, v);
    }
}

/// Leaves a run of row `here`, where the water is at most a film, as it is but for the rain of half a step.
pub(super) fn stay(here: &mut Row, places: &Range<usize>, plan: &StepPlan) {
    let Row { raw, z, rain, second: Some(second), .. } = here else { return };
    let Second { half, x, y, .. } = &mut **second;
    for line in [x, y].into_iter().flat_map(|s| [&mut s.eta, &mut s.h, &mut s.u, &mut s.v]) {
        line[places.clone()].fill(0.0);
    }
    for (half, raw) in [(&mut half.h, &raw.h), (&mut half.u, &raw.u), (&mut half.v, &raw.v)] {
        half[places.clone()].copy_from_slice(&raw[places.clone()]);
    }
    if plan.rains {
        for at in places.clone() {
            half.h[at] += if z[at] < OUTSIDE { 0.5 * rain[at] } else { 0.0 };
        }
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled for each instruction set")]
#[expect(clippy::imprecise_flops, reason = "hypot is a call; speeds are far from the ends of the range")]
#[expect(clippy::cast_possible_truncation, reason = "the step works in single precision")]
fn predict_row<'a, const RAINS: bool>(
    raw: &Raw,
    [z, friction, rain_m]: [&[f32]; 3],
    [x, y]: [&Slopes; 2],
    from: usize,
    plan_of: &impl Fn(usize) -> &'a StepPlan,
    out_h: &mut [f32],
    out_u: &mut [f32],
    out_v: &mut [f32],
) {
    for at in (0..out_h.len()).step_by(N) {
        let plan = plan_of(from + at);
        let (k, g, half_dt) = (0.5 * plan.lambda as f32, plan.g, 0.5 * plan.dt as f32);
        let [h, u, v] = parts!(from + at; &raw.h, &raw.u, &raw.v);
        let [hx, ux, vx, ex] = parts!(from + at; &x.h, &x.u, &x.v, &x.eta);
        let [hy, uy, vy, ey] = parts!(from + at; &y.h, &y.u, &y.v, &y.eta);
        let (z, friction) = (part(z, at), part(friction, at));
        let rain_m = if RAINS { *part(rain_m, at) } else { [0.0; N] };
        let mut half = [[0.0; N]; 3];
        for i in 0..N {
            let growth = (u[i] * hx[i] + h[i] * ux[i]) + (v[i] * hy[i] + h[i] * vy[i]);
            // No edge falls dry within half a step.
            let shallowest = h[i] - 0.5 * greatest(hx[i].abs(), hy[i].abs());
            let mut half_h = h[i] + greatest(-k * growth, -shallowest);
            let mut fast_u = u[i] - k * ((u[i] * ux[i] + v[i] * uy[i]) + g * ex[i]);
            let mut fast_v = v[i] - k * ((u[i] * vx[i] + v[i] * vy[i]) + g * ey[i]);
            if RAINS {
                // Half of the rain has fallen, without momentum of its own; none on what is outside.
                let fallen = if z[i] < OUTSIDE { 0.5 * rain_m[i] } else { 0.0 };
                let diluted = h[i] / if fallen > 0.0 { h[i] + fallen } else { 1.0 };
                let dilution = if fallen > 0.0 { diluted } else { 1.0 };
                half_h += fallen;
                fast_u *= dilution;
                fast_v *= dilution;
            }
            let speed = (fast_u * fast_u + fast_v * fast_v).sqrt();
            let by = plan.slowdown(speed, greatest(half_h, plan.dry), friction[i], half_dt);
            (half[0][i], half[1][i], half[2][i]) = (half_h, fast_u * by, fast_v * by);
        }
        [*part_mut(out_h, at), *part_mut(out_u, at), *part_mut(out_v, at)] = half;
    }
}
