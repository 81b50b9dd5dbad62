//! Limited slopes: how stage, depth and velocity change across each cell.
//!
//! Stage and velocity are limited; the bed has a slope of its own, and the slope of the depth is that of the stage less
//! that of the bed. Limiting stage and depth apart would break the bed into steps wherever the water is uneven, and near
//! critical flow such steps keep waves standing that are not there (seen: 2 % of the depth at a Froude number of 1.01).

use super::halo::Halo;
use super::hllc::{greatest, least};
use super::joins::{ALL_JOINED, Joins, SEVERED};
use super::layout::N;

/// Cells along one side of a tile with its first ring.
pub(super) const C: usize = N + 2;

/// One value for each cell of a tile and of its first ring: `[j + 1][i + 1]` is cell `[j][i]`.
pub(super) type Ringed = [[f64; C]; C];

/// How much steeper than the lesser of both one-sided differences a slope may be: between minmod (1) and the
/// monotonised central limiter (2). Of the limiters tried on the verification cases 1.5 was best or next to it in all.
const STEEPNESS: f64 = 1.5;

/// The same where water is shallow beside the roughness of its bed: steeper slopes would dam a film on rough ground.
const STEEPNESS_OF_FILMS: f64 = 1.0;

/// Water shallower than this share of the difference between the bed's steps on both sides is a film.
const FILM: f64 = 0.5;

/// A bed whose slope changes by less than this share of the depth is smooth: it needs no limiter, which would flatten
/// its crests.
const SMOOTH: f64 = 0.01;

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

impl Slopes {
    pub(super) fn none() -> Self {
        let zero = [[0.0; C]; C];
        Self { eta: zero, h: zero, u: zero, v: zero }
    }

    fn row(&mut self, j: usize) -> [&mut [f64; C]; 4] {
        [&mut self.eta[j], &mut self.h[j], &mut self.u[j], &mut self.v[j]]
    }

    /// Takes the slopes from west to east of row `j` of the first ring.
    pub(super) fn take_x(&mut self, fields: &Fields<'_>, joins: Option<&Joins>, g_and_dry: [f64; 2], j: usize) {
        let three = |halo: &'_ Halo| -> [[f64; C]; 3] { [0, 1, 2].map(|k| part(&halo[j + 1][k..])) };
        let [eta, z, h, u, v] = [fields.eta, fields.z, fields.h, fields.u, fields.v].map(three);
        let row = Row { eta: eta.each_ref(), z: z.each_ref(), h: h.each_ref(), u: u.each_ref(), v: v.each_ref() };
        let joins = &joins.unwrap_or(&ALL_JOINED).x[j];
        slope_row(&row, &part(joins), &part(&joins[1..]), g_and_dry, self.row(j));
    }

    /// Takes the slopes from south to north of row `j` of the first ring.
    pub(super) fn take_y(&mut self, fields: &Fields<'_>, joins: Option<&Joins>, g_and_dry: [f64; 2], j: usize) {
        fn three(halo: &Halo, j: usize) -> [&[f64; C]; 3] {
            [inner(halo, j), inner(halo, j + 1), inner(halo, j + 2)]
        }
        let row = Row {
            eta: three(fields.eta, j),
            z: three(fields.z, j),
            h: three(fields.h, j),
            u: three(fields.u, j),
            v: three(fields.v, j),
        };
        let joins = &joins.unwrap_or(&ALL_JOINED).y;
        slope_row(&row, &joins[j], &joins[j + 1], g_and_dry, self.row(j));
    }
}

/// Row `j` of a halo without its first and last cell.
pub(super) fn inner(halo: &Halo, j: usize) -> &[f64; C] {
    let (row, _) = halo[j][1..].split_first_chunk().expect("a row with two rings is longer than with one");
    row
}

fn part(row: &[f64]) -> [f64; C] {
    *row.first_chunk().expect("a row with two rings holds three rows of the first")
}

/// The cells before, here and after, for a row of cells.
struct Row<'a> {
    eta: [&'a [f64; C]; 3],
    z: [&'a [f64; C]; 3],
    h: [&'a [f64; C]; 3],
    u: [&'a [f64; C]; 3],
    v: [&'a [f64; C]; 3],
}

/// Slopes of stage, depth and velocities of a row of cells. A dry cell has none; over a face that parts the water no
/// difference is taken; beyond an open edge the differences of stage and bed are those of the other side, if there is
/// water there. Velocity goes on only as in a wave, du² = g dh² / h: a jet that slows down before the edge would turn
/// round in it.
#[expect(clippy::needless_bitwise_bool, reason = "without branches the loop becomes vector code")]
fn slope_row(
    row: &Row<'_>,
    before: &[f64; C],
    after: &[f64; C],
    [g, dry]: [f64; 2],
    [eta, depth, u, v]: [&mut [f64; C]; 4],
) {
    for i in 0..C {
        let (b, a) = (before[i], after[i]);
        // A single cell between two open edges has nothing to go on from.
        let from_after = (b < SEVERED) & (row.h[2][i] > dry);
        let from_before = (a < SEVERED) & (row.h[0][i] > dry);
        let differences = |q: &[&[f64; C]; 3]| {
            let back = if b > SEVERED { q[1][i] - q[0][i] } else { 0.0 };
            let on = if a > SEVERED { q[2][i] - q[1][i] } else { 0.0 };
            let beyond = if from_after { on } else { back };
            let onward = if from_before { back } else { on };
            // Beside an open edge with nothing to go on from both are none.
            (
                if a < SEVERED && !from_before { 0.0 } else { beyond },
                if b < SEVERED && !from_after { 0.0 } else { onward },
            )
        };
        let h = row.h[1][i];
        let (zb, za) = differences(&row.z);
        let is_film = h < FILM * (za - zb).abs();
        let steepness = if is_film { STEEPNESS_OF_FILMS } else { STEEPNESS };
        let (eb, ea) = differences(&row.eta);
        let de = limited(eb, ea, steepness);
        let is_smooth = (za - zb).abs() <= SMOOTH * h;
        let dz = if is_smooth { 0.5 * (zb + za) } else { limited(zb, za, steepness) };
        let steepest = 2.0 * h;
        let dh = greatest(least(de - dz, steepest), -steepest);
        let (ub, ua) = differences(&row.u);
        let (vb, va) = differences(&row.v);
        let is_wet = h > dry;
        let is_inner = (b >= SEVERED) & (a >= SEVERED);
        let wave = limited(de, dh, 1.0);
        let goes_on = |du: f64| is_wet & (is_inner | (du * du * h <= 2.0 * g * (wave * wave)));
        let (du, dv) = (limited(ub, ua, STEEPNESS), limited(vb, va, STEEPNESS));
        eta[i] = if is_wet { de } else { 0.0 };
        depth[i] = if is_wet { dh } else { 0.0 };
        u[i] = if goes_on(du) { du } else { 0.0 };
        v[i] = if goes_on(dv) { dv } else { 0.0 };
    }
}

/// The central difference, at most `steepness` times the lesser of both one-sided ones, and none at an extreme: the
/// generalised minmod limiter (van Leer 1979; Kurganov and Tadmor 2000). A difference that is not a number gives no
/// slope.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over cells only becomes vector code with this inside it")]
pub(super) fn limited(before: f64, after: f64, steepness: f64) -> f64 {
    let centre = 0.5 * (before + after);
    let bound = steepness * least(before.abs(), after.abs());
    let size = least(centre.abs(), bound);
    if before * after > 0.0 { size.copysign(centre) } else { 0.0 }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::super::joins::{JOINED, OPEN};
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
    fn of_cell(eta: [f64; 3], z: [f64; 3], joins: [f64; 2]) -> (f64, f64) {
        let rows = |values: [f64; 3]| values.map(|x| [x; C]);
        let (e, b, still) = (rows(eta), rows(z), rows([0.0; 3]));
        let h = rows([eta[0] - z[0], eta[1] - z[1], eta[2] - z[2]]);
        let three = |q: &'static str| match q {
            "eta" => [&e[0], &e[1], &e[2]],
            "z" => [&b[0], &b[1], &b[2]],
            "h" => [&h[0], &h[1], &h[2]],
            _ => [&still[0], &still[1], &still[2]],
        };
        let mut out = [[f64::NAN; C]; 4];
        let [a, c, d, f] = &mut out;
        let row = Row { eta: three("eta"), z: three("z"), h: three("h"), u: three(""), v: three("") };
        slope_row(&row, &[joins[0]; C], &[joins[1]; C], [9.81, 1e-3], [a, c, d, f]);
        (out[0][3], out[1][3])
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
        assert!((eta - 0.1).abs() < 1e-12 && (h - (0.1 - 0.3)).abs() < 1e-12);
    }

    #[test]
    fn a_film_on_rough_ground_is_not_dammed_by_steep_slopes() {
        // Bed steps of 1 m and 3 m below 0.1 m of water: the lesser step, where deep water takes 1.5 of it.
        assert_eq!(of_cell([1.1, 2.1, 5.1], [1.0, 2.0, 5.0], [JOINED; 2]).0, 1.0);
        assert_eq!(of_cell([11.0, 12.0, 15.0], [1.0, 2.0, 5.0], [JOINED; 2]).0, 1.5);
        // On an even slope there is nothing to dam.
        assert_eq!(of_cell([1.1, 2.1, 3.2], [1.0, 2.0, 3.0], [JOINED; 2]).0, 1.05);
    }
}
