//! The limit on outflow: no cell gives away more water than it has.
//!
//! With a Courant number of 0.45 a cell can be asked for more than it has only between dry neighbours or beside much
//! deeper water. Its outgoing fluxes then act for a part of the step only, the draining time of Bollermann, Noelle and
//! Lukáčová-Medviďová (2011).

use std::ops::Range;

use super::ground::OUTSIDE;
use super::hllc::{greatest, least};
use super::layout::N;
use super::plan::StepPlan;
use super::rows::{Flux, Row, part, part_mut};

/// Share of its water that a cell may give away in one step: all but what rounding in single precision needs.
const GIVES_AT_MOST: f32 = 1.0 - 1e-6;

/// Finds the share of its outgoing flux that each cell of a run of row `here` can afford; `above` holds the faces to the
/// north, and `plan_of` gives the step of the block at a place. Says whether any cell is limited.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled for each instruction set")]
#[expect(clippy::cast_possible_truncation, reason = "the step works in single precision")]
pub(super) fn find_shares<'a>(
    here: &mut Row,
    above: &Row,
    places: &Range<usize>,
    plan_of: impl Fn(usize) -> &'a StepPlan,
) -> bool {
    let mut most = [0.0_f32; N];
    for at in places.clone().step_by(N) {
        let asked = asked_of(here, above, at, plan_of(at).lambda as f32);
        let h = part(&here.raw.h, at);
        for i in 0..N {
            most[i] = greatest(asked[i] - h[i] * GIVES_AT_MOST, most[i]);
        }
    }
    let is_limited = most.iter().any(|&m| m > 0.0);
    if is_limited {
        for at in places.clone().step_by(N) {
            let asked = asked_of(here, above, at, plan_of(at).lambda as f32);
            let (h, share) = (part(&here.raw.h, at), part_mut(&mut here.share, at));
            for i in 0..N {
                let has = h[i] * GIVES_AT_MOST;
                let affordable = has / greatest(asked[i], NOTHING);
                share[i] = if asked[i] > has { affordable } else { 1.0 };
            }
        }
    } else {
        here.share[places.clone()].fill(1.0);
    }
    is_limited
}

/// What is asked of the cells of a block that must not be cut, m²/s.
pub(super) type Spared = [f32; N];

/// Finds the shares of a block anew where a part of what is asked of it is spared: the rest has to do with what that
/// leaves.
#[cold]
#[expect(clippy::cast_possible_truncation, reason = "the step works in single precision")]
pub(super) fn share_rest(here: &mut Row, above: &Row, places: &Range<usize>, spared: &Spared, plan: &StepPlan) {
    let lambda = plan.lambda as f32;
    let asked = asked_of(here, above, places.start, lambda);
    for i in 0..N {
        let (has, kept) = (here.raw.h[places.start + i] * GIVES_AT_MOST, lambda * spared[i]);
        let affordable = greatest(has - kept, 0.0) / greatest(asked[i] - kept, NOTHING);
        here.share[places.start + i] = if asked[i] > has { least(affordable, 1.0) } else { 1.0 };
    }
}

/// Keeps a quotient finite; less than anything that is asked for.
const NOTHING: f32 = 1e-35;

/// Depth that a block of cells is asked for in a step, m.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled for each instruction set")]
fn asked_of(here: &Row, above: &Row, at: usize, lambda: f32) -> [f32; N] {
    let Row { x, y, z, .. } = here;
    let (west, east, south, north) = (part(&x.m, at), part(&x.m, at + 1), part(&y.m, at), part(&above.y.m, at));
    let z = part(z, at);
    let mut asked = [0.0; N];
    for i in 0..N {
        let along = greatest(east[i], 0.0) + greatest(-west[i], 0.0);
        let across = greatest(north[i], 0.0) + greatest(-south[i], 0.0);
        // What comes in over an open edge is given by nobody.
        asked[i] = if z[i] < OUTSIDE { lambda * (along + across) } else { 0.0 };
    }
    asked
}

/// Scales the fluxes through the west faces of a run by the shares of the cells that give.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled for each instruction set")]
pub(super) fn scale_x(row: &mut Row, places: &Range<usize>) {
    let Row { x, share, .. } = row;
    // Before a run nothing gives, and what passes the face beyond its last cell is given by that cell.
    share[places.start - 1] = 1.0;
    let n = places.len();
    scale(x, &share[places.start - 1..], &share[places.start..], places.start, n);
    let (last, end) = (share[places.end - 1], places.end);
    let by = if x.m[end] > 0.0 { last } else { 1.0 };
    for line in [&mut x.m, &mut x.pl, &mut x.pr, &mut x.t] {
        line[end] *= by;
    }
}

/// Scales the fluxes through the south faces of a run.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled for each instruction set")]
pub(super) fn scale_y(below: &Row, here: &mut Row, places: &Range<usize>) {
    let Row { y, share, .. } = here;
    scale(y, &below.share[places.start..], &share[places.start..], places.start, places.len());
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled for each instruction set")]
fn scale(flux: &mut Flux, before: &[f32], after: &[f32], from: usize, n: usize) {
    let Flux { m, pl, pr, t } = flux;
    for at in (0..n).step_by(N) {
        let (before, after) = (part(before, at), part(after, at));
        let passed = *part(m, from + at);
        let mut by = [1.0_f32; N];
        for i in 0..N {
            // The cell that gives the water of a face; a face that nothing passes has none.
            let after = if passed[i] < 0.0 { after[i] } else { 1.0 };
            by[i] = if passed[i] > 0.0 { before[i] } else { after };
        }
        for line in [&mut *m, &mut *pl, &mut *pr, &mut *t] {
            let line = part_mut(line, from + at);
            for i in 0..N {
                line[i] *= by[i];
            }
        }
    }
}
