//! Limited slopes: how stage, depth and velocity change across each cell.
//!
//! Stage and velocity are limited; the bed has a slope of its own, and the slope of the depth is that of the stage less
//! that of the bed. Limiting stage and depth apart would break the bed into steps wherever the water is uneven, and near
//! critical flow such steps keep waves standing that are not there (seen: 2 % of the depth at a Froude number of 1.01).

use super::hllc::{Real, greatest, least};
use super::joins::{JOINED, SEVERED};
use super::layout::N;
use super::rows::{part, part_mut, parts};

/// How much steeper than the lesser of both one-sided differences a slope may be: between minmod (1) and the
/// monotonised central limiter (2). Of the limiters tried on the verification cases 1.5 was best or next to it in all.
const STEEPNESS: f32 = 1.5;

/// The same where water is shallow beside the roughness of its bed: steeper slopes would dam a film on rough ground.
const STEEPNESS_OF_FILMS: f32 = 1.0;

/// Water shallower than this share of the difference between the bed's steps on both sides is a film.
const FILM: f32 = 0.5;

/// A bed whose slope changes by less than this share of the depth is smooth: it needs no limiter, which would flatten
/// its crests.
const SMOOTH: f32 = 0.01;

/// Cells in a row: depth, bed, velocities.
#[derive(Clone, Copy)]
pub(super) struct Cells<'a> {
    pub(super) h: &'a [f32],
    pub(super) z: &'a [f32],
    pub(super) u: &'a [f32],
    pub(super) v: &'a [f32],
}

/// Slopes of stage, depth and velocities of a row of cells from those before, here and after. A dry cell has none.
///
/// Where `PARTED`, `joins` say how each cell hangs together with those before and after it: over a face that parts the
/// water no difference is taken; beyond an open edge the differences of stage and bed are those of the other side, if
/// there is water there. Velocity goes on only as in a wave, du² = g dh² / h: a jet that slows down before the edge
/// would turn round in it.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled for each instruction set")]
#[expect(clippy::needless_bitwise_bool, reason = "without branches the loop becomes vector code")]
pub(super) fn slope_row<const PARTED: bool>(
    [before, here, after]: [Cells<'_>; 3],
    joins: [&[f32]; 2],
    [g, dry]: [f32; 2],
    eta: &mut [f32],
    depth: &mut [f32],
    u: &mut [f32],
    v: &mut [f32],
) {
    for at in (0..eta.len()).step_by(N) {
        let [h0, z0, u0, v0] = parts!(at; before.h, before.z, before.u, before.v);
        let [h1, z1, u1, v1] = parts!(at; here.h, here.z, here.u, here.v);
        let [h2, z2, u2, v2] = parts!(at; after.h, after.z, after.u, after.v);
        let [joins_before, joins_after] = joins.map(|line| if PARTED { *part(line, at) } else { [JOINED; N] });
        let mut found = [[0.0; N]; 4];
        for i in 0..N {
            let (b, a) = (joins_before[i], joins_after[i]);
            // A single cell between two open edges has nothing to go on from.
            let from_after = (b < SEVERED) & (h2[i] > dry);
            let from_before = (a < SEVERED) & (h0[i] > dry);
            let parted = |back: f32, on: f32| {
                if !PARTED {
                    return (back, on);
                }
                let back = if b > SEVERED { back } else { 0.0 };
                let on = if a > SEVERED { on } else { 0.0 };
                // Beside an open edge with nothing to go on from both are none.
                let onward = if from_before { back } else { on };
                let beyond = if from_after { on } else { back };
                let none_after = (a < SEVERED) & !from_before;
                let none_before = (b < SEVERED) & !from_after;
                (if none_after { 0.0 } else { beyond }, if none_before { 0.0 } else { onward })
            };
            let h = h1[i];
            let (zb, za) = parted(z1[i] - z0[i], z2[i] - z1[i]);
            let (eb, ea) = parted((h - h0[i]) + (z1[i] - z0[i]), (h2[i] - h) + (z2[i] - z1[i]));
            let (ub, ua) = parted(u1[i] - u0[i], u2[i] - u1[i]);
            let (vb, va) = parted(v1[i] - v0[i], v2[i] - v1[i]);
            let bend = (za - zb).abs();
            let steepness = if h < FILM * bend { STEEPNESS_OF_FILMS } else { STEEPNESS };
            let de = limited(eb, ea, steepness);
            let limited_dz = limited(zb, za, steepness);
            let dz = if bend <= SMOOTH * h { 0.5 * (zb + za) } else { limited_dz };
            let steepest = 2.0 * h;
            let dh = greatest(least(de - dz, steepest), -steepest);
            let (mut du, mut dv) = (limited(ub, ua, STEEPNESS), limited(vb, va, STEEPNESS));
            if PARTED {
                let is_inner = (b >= SEVERED) & (a >= SEVERED);
                let wave = limited(de, dh, 1.0);
                let most = 2.0 * g * (wave * wave);
                du = if is_inner | (du * du * h <= most) { du } else { 0.0 };
                dv = if is_inner | (dv * dv * h <= most) { dv } else { 0.0 };
            }
            let is_wet = h > dry;
            found[0][i] = if is_wet { de } else { 0.0 };
            found[1][i] = if is_wet { dh } else { 0.0 };
            found[2][i] = if is_wet { du } else { 0.0 };
            found[3][i] = if is_wet { dv } else { 0.0 };
        }
        [*part_mut(eta, at), *part_mut(depth, at), *part_mut(u, at), *part_mut(v, at)] = found;
    }
}

/// The central difference, at most `steepness` times the lesser of both one-sided ones, and none at an extreme: the
/// generalised minmod limiter (van Leer 1979; Kurganov and Tadmor 2000). A difference that is not a number gives no
/// slope.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over cells only becomes vector code with this inside it")]
pub(super) fn limited<R: Real>(before: R, after: R, steepness: R) -> R {
    let (zero, half) = (R::of(0.0), R::of(0.5));
    let size = |x: R| greatest(x, -x);
    let centre = half * (before + after);
    let bound = steepness * least(size(before), size(after));
    let bounded = if centre > zero { least(centre, bound) } else { greatest(centre, -bound) };
    if before * after > zero { bounded } else { zero }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::super::joins::OPEN;
    use super::*;

    #[test]
    fn the_limiter_makes_no_new_extreme_and_is_its_own_mirror_image() {
        assert_eq!(limited(1.0, 2.0, 1.5), 1.5);
        assert_eq!(limited(1.0, 9.0, 1.5), 1.5);
        assert_eq!(limited(-9.0, -1.0, 1.0), -1.0);
        assert_eq!(limited(1.0, -1.0, 1.5), 0.0);
        assert_eq!(limited(0.0, 3.0, 1.5), 0.0);
        for (a, b) in [(0.3, 0.7), (-1.1, -0.2), (5.0, -2.0)] {
            assert_eq!(limited(a, b, 1.5), -limited(-b, -a, 1.5));
        }
    }

    #[test]
    fn a_broken_neighbour_gives_no_slope() {
        for bad in [f64::NAN, f64::INFINITY - f64::INFINITY] {
            assert_eq!(limited(bad, 1.0, 1.5), 0.0);
            assert_eq!(limited(1.0, bad, 1.5), 0.0);
        }
        assert!(limited(f64::INFINITY, 1.0, 1.5).is_finite());
    }

    /// Slopes of one cell with the given stages and beds beside it.
    fn of_cell(eta: [f32; 3], z: [f32; 3], joins: [f32; 2]) -> (f32, f32) {
        let h: [[f32; N]; 3] = [0, 1, 2].map(|k| [eta[k] - z[k]; N]);
        let z = z.map(|z| [z; N]);
        let cells = [0, 1, 2].map(|k| Cells { h: &h[k], z: &z[k], u: &[0.0; N], v: &[0.0; N] });
        let mut out = [[f32::NAN; N]; 4];
        let [eta, depth, u, v] = &mut out;
        let (before, after) = ([joins[0]; N], [joins[1]; N]);
        slope_row::<true>(cells, [&before, &after], [9.81, 1e-3], eta, depth, u, v);
        if joins.iter().all(|&join| join > SEVERED) {
            let mut again = [[f32::NAN; N]; 4];
            let [eta, depth, u, v] = &mut again;
            slope_row::<false>(cells, [&[], &[]], [9.81, 1e-3], eta, depth, u, v);
            assert_eq!(out, again);
        }
        (out[0][0], out[1][0])
    }

    #[test]
    fn a_lake_has_the_slope_of_its_bed_and_none_at_its_shore() {
        assert_eq!(of_cell([5.0; 3], [1.0, 2.0, 4.0], [JOINED; 2]), (0.0, -1.5));
        // The cell beyond is dry and higher.
        assert_eq!(of_cell([5.0, 5.0, 7.0], [1.0, 2.0, 7.0], [JOINED; 2]).0, 0.0);
    }

    #[test]
    fn nothing_is_seen_across_a_wall_and_an_open_edge_goes_on() {
        assert_eq!(of_cell([5.0, 5.1, 9.0], [1.0, 2.0, 2.0], [JOINED, SEVERED]), (0.0, 0.0));
        let (eta, h) = of_cell([5.0, 5.1, 0.0], [1.0, 1.3, 0.0], [JOINED, OPEN]);
        assert!((eta - 0.1).abs() < 1e-6 && (h - (0.1 - 0.3)).abs() < 1e-6);
    }

    #[test]
    fn a_film_on_rough_ground_is_not_dammed_by_steep_slopes() {
        // Bed steps of 1 m and 3 m below an eighth of a metre of water: the lesser step, where deep water takes 1.5 of it.
        assert_eq!(of_cell([1.125, 2.125, 5.125], [1.0, 2.0, 5.0], [JOINED; 2]).0, 1.0);
        assert_eq!(of_cell([11.0, 12.0, 15.0], [1.0, 2.0, 5.0], [JOINED; 2]).0, 1.5);
        // On an even slope there is nothing to dam.
        assert_eq!(of_cell([1.125, 2.125, 3.25], [1.0, 2.0, 3.0], [JOINED; 2]).0, 1.0625);
    }
}
