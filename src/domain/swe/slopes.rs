//! Limited slopes: how stage, bed and velocity change across each cell.
//!
//! The slope of the depth is that of the stage less that of the bed, and is never limited on its own: a limiter that
//! acted on stage and depth apart would break the bed into steps wherever the water is uneven, and near critical flow
//! those steps keep waves standing that are not there (seen: 2 % of the depth at a Froude number of 1.01).

use super::halo::Halo;
use super::hllc::{greatest, least};
use super::joins::{ALL_JOINED, Joins, SEVERED};
use super::layout::N;

/// Cells along one side of a tile with its first ring.
pub(super) const C: usize = N + 2;

/// One value for each cell of a tile and of its first ring: `[j + 1][i + 1]` is cell `[j][i]`.
pub(super) type Ringed = [[f64; C]; C];

/// Differences between opposite edges of each cell in one direction.
pub(super) struct Slopes {
    /// Of the stage, m.
    pub(super) eta: Ringed,
    /// Of the depth, m; at most so steep that one edge is dry.
    pub(super) h: Ringed,
    /// Of the velocity eastward, m/s.
    pub(super) u: Ringed,
    /// Of the velocity northward, m/s.
    pub(super) v: Ringed,
}

/// The fields of a tile with its rings.
pub(super) struct Fields<'a> {
    pub(super) eta: &'a Halo,
    pub(super) z: &'a Halo,
    pub(super) h: &'a Halo,
    pub(super) u: &'a Halo,
    pub(super) v: &'a Halo,
}

/// The greatest slope that makes no new extreme: the central difference, at most twice the lesser of both one-sided
/// ones, and none at an extreme (monotonised central limiter, van Leer 1977). A difference that is not a number gives
/// no slope.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over cells only becomes vector code with this inside it")]
pub(super) fn limited(before: f64, after: f64) -> f64 {
    let centre = 0.5 * (before + after);
    let (b, a) = (2.0 * before.abs(), 2.0 * after.abs());
    let bound = if b < a { b } else { a };
    let size = if centre.abs() < bound { centre.abs() } else { bound };
    if before * after > 0.0 { size.copysign(centre) } else { 0.0 }
}

/// Slopes from west to east.
pub(super) fn along_x(fields: &Fields<'_>, joins: Option<&Joins>, dry: f64) -> Slopes {
    let mut slopes = Slopes::none();
    for j in 0..C {
        let row = |halo: &Halo| halo[j + 1];
        let h = row(fields.h);
        let mut live = joins.map_or(ALL_JOINED.x[j], |joins| joins.x[j]);
        for f in 0..N + 3 {
            live[f] = of_face(h[f], h[f + 1], live[f], dry);
        }
        let (before, after) = (first::<C, { N + 3 }>(&live), last::<C, { N + 3 }>(&live));
        let sides = |halo: &Halo, out: &mut [f64; C]| {
            let q = row(halo);
            let (west, east) = (first::<C, { N + 4 }>(&q), last::<C, { N + 4 }>(&q));
            slope_row([west, inner(halo, j + 1), east], before, after, out);
        };
        sides(fields.eta, &mut slopes.eta[j]);
        sides(fields.z, &mut slopes.h[j]);
        depth_row(fields, j, &mut slopes);
        sides(fields.u, &mut slopes.u[j]);
        sides(fields.v, &mut slopes.v[j]);
    }
    slopes
}

/// Slopes from south to north.
pub(super) fn along_y(fields: &Fields<'_>, joins: Option<&Joins>, dry: f64) -> Slopes {
    let live = |f: usize| {
        let (south, north) = (inner(fields.h, f), inner(fields.h, f + 1));
        let mut live = joins.map_or(ALL_JOINED.y[f], |joins| joins.y[f]);
        for i in 0..C {
            live[i] = of_face(south[i], north[i], live[i], dry);
        }
        live
    };
    let mut slopes = Slopes::none();
    let mut before = live(0);
    for j in 0..C {
        let after = live(j + 1);
        let sides = |halo: &Halo, out: &mut [f64; C]| {
            slope_row([inner(halo, j), inner(halo, j + 1), inner(halo, j + 2)], &before, &after, out);
        };
        sides(fields.eta, &mut slopes.eta[j]);
        sides(fields.z, &mut slopes.h[j]);
        depth_row(fields, j, &mut slopes);
        sides(fields.u, &mut slopes.u[j]);
        sides(fields.v, &mut slopes.v[j]);
        before = after;
    }
    slopes
}

/// Turns the slopes of the bed of row `j`, kept in the place of the depth's, into those of the depth.
fn depth_row(fields: &Fields<'_>, j: usize, slopes: &mut Slopes) {
    let (h, eta, slope) = (inner(fields.h, j + 1), &slopes.eta[j], &mut slopes.h[j]);
    for i in 0..C {
        let wanted = eta[i] - slope[i];
        let steepest = 2.0 * h[i];
        slope[i] = greatest(least(wanted, steepest), -steepest);
    }
}

/// Row `j` of a halo without its first and last cell.
pub(super) fn inner(halo: &Halo, j: usize) -> &[f64; C] {
    let (row, _) = halo[j][1..].split_first_chunk().expect("a row with two rings is longer than with one");
    row
}

impl Slopes {
    fn none() -> Self {
        let zero = [[0.0; C]; C];
        Self { eta: zero, h: zero, u: zero, v: zero }
    }
}

fn first<const W: usize, const L: usize>(row: &[f64; L]) -> &[f64; W] {
    row.first_chunk().expect("W is at most L")
}

fn last<const W: usize, const L: usize>(row: &[f64; L]) -> &[f64; W] {
    row.last_chunk().expect("W is at most L")
}

/// What a face is to the slopes: no difference is taken over a shore, where one side has no stage of its own. An open
/// edge of the domain has nothing beyond it and is none.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over cells only becomes vector code with this inside it")]
fn of_face(h_before: f64, h_after: f64, join: f64, dry: f64) -> f64 {
    let wet = (h_before > dry) & (h_after > dry);
    if (join < 0.0) | wet { join } else { SEVERED }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over cells only becomes vector code with this inside it")]
fn slope_row([q0, q1, q2]: [&[f64; C]; 3], before: &[f64; C], after: &[f64; C], out: &mut [f64; C]) {
    for i in 0..C {
        let back = if before[i] > 0.0 { q1[i] - q0[i] } else { 0.0 };
        let on = if after[i] > 0.0 { q2[i] - q1[i] } else { 0.0 };
        let (back, on) = (if before[i] < 0.0 { on } else { back }, if after[i] < 0.0 { back } else { on });
        out[i] = limited(back, on);
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;

    #[test]
    fn the_limiter_makes_no_new_extreme_and_is_its_own_mirror_image() {
        assert_eq!(limited(1.0, 2.0), 1.5);
        assert_eq!(limited(1.0, 9.0), 2.0);
        assert_eq!(limited(-9.0, -1.0), -2.0);
        assert_eq!(limited(1.0, -1.0), 0.0);
        assert_eq!(limited(0.0, 3.0), 0.0);
        for (a, b) in [(0.3, 0.7), (-1.1, -0.2), (5.0, -2.0)] {
            assert_eq!(limited(a, b), -limited(-b, -a));
        }
    }

    #[test]
    fn a_broken_neighbour_gives_no_slope() {
        for bad in [f64::NAN, f64::INFINITY - f64::INFINITY] {
            assert_eq!(limited(bad, 1.0), 0.0);
            assert_eq!(limited(1.0, bad), 0.0);
        }
        assert!(limited(f64::INFINITY, 1.0).is_finite());
    }
}
