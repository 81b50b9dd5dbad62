//! Fluxes through the west and south faces of a row of cells.

use std::ops::Range;

use super::boundaries::Boundaries;
use super::ground::{Ground, OUTSIDE};
use super::hllc::{Passed, flux, greatest, transverse, wall_pressure};
use super::layout::{Axis, FaceAt, N};
use super::plan::StepPlan;
use super::rows::{Flux, Raw, Row, Second, part_mut, parts, place};
use super::structures::{Beside, Rule};

/// What the cells on one side of a row of faces show there, at first order: themselves.
#[derive(Clone, Copy)]
struct Cells<'a> {
    h: &'a [f32],
    z: &'a [f32],
    /// Velocity along the normal of the faces, m/s.
    un: &'a [f32],
    /// Velocity along the faces, m/s.
    ut: &'a [f32],
}

/// What they show at second order: half a step on, with the slopes that lead to their edges.
#[derive(Clone, Copy)]
struct Sloping<'a> {
    /// Depth at the beginning of the step, m.
    before: &'a [f32],
    cells: Cells<'a>,
    dh: &'a [f32],
    deta: &'a [f32],
    dn: &'a [f32],
    dt: &'a [f32],
}

impl<'a> Cells<'a> {
    fn new(raw: &'a Raw, z: &'a [f32], axis: Axis, from: usize, n: usize) -> Self {
        let run = from..from + n;
        let (h, z, u, v) = (&raw.h[run.clone()], &z[run.clone()], &raw.u[run.clone()], &raw.v[run]);
        let (un, ut) = if axis == Axis::X { (u, v) } else { (v, u) };
        Self { h, z, un, ut }
    }
}

impl<'a> Sloping<'a> {
    fn new(row: &'a Row, second: &'a Second, axis: Axis, from: usize, n: usize) -> Self {
        let cells = Cells::new(&second.half, &row.z, axis, from, n);
        let slopes = if axis == Axis::X { &second.x } else { &second.y };
        let run = from..from + n;
        let before = &row.raw.h[run.clone()];
        let (dh, deta) = (&slopes.h[run.clone()], &slopes.eta[run.clone()]);
        let (du, dv) = (&slopes.u[run.clone()], &slopes.v[run]);
        let (dn, dt) = if axis == Axis::X { (du, dv) } else { (dv, du) };
        Self { before, cells, dh, deta, dn, dt }
    }
}

/// What passes the west faces of a run of row `here`.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled for each instruction set")]
pub(super) fn cross_west(here: &mut Row, places: &Range<usize>, plan: &StepPlan) {
    let (from, n) = (places.start, places.len());
    let mut x = here.x.take();
    if let Some(second) = &here.second {
        let sloping = |from: usize| Sloping::new(here, second, Axis::X, from, n);
        second_order(sloping(from - 1), sloping(from), plan, x.run(from, n));
    } else {
        let cells = |from: usize| Cells::new(&here.raw, &here.z, Axis::X, from, n);
        first_order(cells(from - 1), cells(from), plan, x.run(from, n));
    }
    here.x = x;
}

/// What passes the south faces of a run of row `here`, from the row `below`.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled for each instruction set")]
pub(super) fn cross_south(below: &Row, here: &mut Row, places: &Range<usize>, plan: &StepPlan) {
    let (from, n) = (places.start, places.len());
    let mut y = here.y.take();
    if let (Some(second_below), Some(second)) = (&below.second, &here.second) {
        let south = Sloping::new(below, second_below, Axis::Y, from, n);
        let north = Sloping::new(here, second, Axis::Y, from, n);
        second_order(south, north, plan, y.run(from, n));
    } else {
        let south = Cells::new(&below.raw, &below.z, Axis::Y, from, n);
        let north = Cells::new(&here.raw, &here.z, Axis::Y, from, n);
        first_order(south, north, plan, y.run(from, n));
    }
    here.y = y;
}

impl Flux {
    /// The fluxes, leaving empty lines in their place.
    fn take(&mut self) -> Self {
        use std::mem::take;
        Self { m: take(&mut self.m), pl: take(&mut self.pl), pr: take(&mut self.pr), t: take(&mut self.t) }
    }

    fn run(&mut self, from: usize, n: usize) -> [&mut [f32]; 4] {
        let run = from..from + n;
        [&mut self.m[run.clone()], &mut self.pl[run.clone()], &mut self.pr[run.clone()], &mut self.t[run]]
    }

    /// Sets mass, normal momentum for each side and transverse momentum at a place.
    #[expect(clippy::cast_possible_truncation, reason = "fluxes are in single precision")]
    pub(super) fn set(&mut self, at: usize, passed: Passed, t: f64) {
        (self.m[at], self.pl[at], self.pr[at], self.t[at]) =
            (passed.m as f32, passed.pl as f32, passed.pr as f32, t as f32);
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled for each instruction set")]
fn first_order(left: Cells<'_>, right: Cells<'_>, plan: &StepPlan, out: [&mut [f32]; 4]) {
    let StepPlan { g, dry, .. } = *plan;
    let [m, pl, pr, t] = out;
    for at in (0..m.len()).step_by(N) {
        let [hl, zl, nl, tl] = parts!(at; left.h, left.z, left.un, left.ut);
        let [hr, zr, nr, tr] = parts!(at; right.h, right.z, right.un, right.ut);
        let mut passed = [[0.0; N]; 4];
        for i in 0..N {
            let is_open = greatest(hl[i], hr[i]) > dry;
            let (over_left, over_right) = over_step(hl[i], hr[i], zr[i] - zl[i], is_open);
            let Passed { m, pl, pr } = flux(over_left, nl[i], over_right, nr[i], g);
            (passed[0][i], passed[1][i], passed[2][i]) = (m, pl, pr);
            passed[3][i] = transverse(m, tl[i], tr[i]);
        }
        [*part_mut(m, at), *part_mut(pl, at), *part_mut(pr, at), *part_mut(t, at)] = passed;
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled for each instruction set")]
fn second_order(l: Sloping<'_>, r: Sloping<'_>, plan: &StepPlan, out: [&mut [f32]; 4]) {
    let StepPlan { g, dry, .. } = *plan;
    let [m, pl, pr, t] = out;
    for at in (0..m.len()).step_by(N) {
        let [before_l, hl, zl, nl, tl, dhl, del, dnl, dtl] =
            parts!(at; l.before, l.cells.h, l.cells.z, l.cells.un, l.cells.ut, l.dh, l.deta, l.dn, l.dt);
        let [before_r, hr, zr, nr, tr, dhr, der, dnr, dtr] =
            parts!(at; r.before, r.cells.h, r.cells.z, r.cells.un, r.cells.ut, r.dh, r.deta, r.dn, r.dt);
        let mut passed = [[0.0; N]; 4];
        for i in 0..N {
            let is_open = greatest(before_l[i], before_r[i]) > dry;
            // The step of the bed between the edges: that between the cells less half of the slope in each.
            let step = (zr[i] - zl[i]) - 0.5 * ((del[i] - dhl[i]) + (der[i] - dhr[i]));
            let (over_left, over_right) = over_step(hl[i] + 0.5 * dhl[i], hr[i] - 0.5 * dhr[i], step, is_open);
            let Passed { m, pl, pr } = flux(over_left, nl[i] + 0.5 * dnl[i], over_right, nr[i] - 0.5 * dnr[i], g);
            (passed[0][i], passed[1][i], passed[2][i]) = (m, pl, pr);
            passed[3][i] = transverse(m, tl[i] + 0.5 * dtl[i], tr[i] - 0.5 * dtr[i]);
        }
        [*part_mut(m, at), *part_mut(pl, at), *part_mut(pr, at), *part_mut(t, at)] = passed;
    }
}

/// Hydrostatic reconstruction: the depths that two sides of a face show each other over the step of the bed from the
/// left to the right, m; none where both are films of dry depth, so that a drying shore does not creep on for ever.
///
/// Audusse, Bouchut, Bristeau, Klein and Perthame (2004). In that paper the cell also receives the pressure of the depth
/// hidden below the step. Inside a cell the parts of two opposite faces cancel except for the depths above them (first
/// order) or for the slope of the stage (second order), so momentum fluxes are those beyond the pressure at rest, and no
/// difference of large pressures is formed. Only the difference of the beds counts, never their level: that keeps all
/// figures of single precision.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over faces only becomes vector code with this inside it")]
fn over_step(hl: f32, hr: f32, step: f32, is_open: bool) -> (f32, f32) {
    let over_left = greatest(hl - greatest(step, 0.0), 0.0);
    let over_right = greatest(hr - greatest(-step, 0.0), 0.0);
    (if is_open { over_left } else { 0.0 }, if is_open { over_right } else { 0.0 })
}

/// The rows beside the faces of a row.
pub(super) struct Beneath<'a> {
    pub(super) below: &'a Row,
    pub(super) datum: f64,
}

impl Beneath<'_> {
    /// The cells to the left and to the right of a face, and their velocities along it. No slope leads to a face that
    /// parts the water, so the cell half a step on is what stands there.
    fn beside(&self, here: &Row, at: FaceAt) -> [(Beside, f64); 2] {
        let right = place(at.x);
        let (left_row, left) = if at.axis == Axis::X { (here, right - 1) } else { (self.below, right) };
        [(left_row, left), (here, right)].map(|(row, k)| {
            let state = row.second.as_ref().map_or(&row.raw, |second| &second.half);
            let [h, u, v, z] = [state.h[k], state.u[k], state.v[k], row.z[k]].map(f64::from);
            let (un, ut) = if at.axis == Axis::X { (u, v) } else { (v, u) };
            // A cell that is sealed has no bed; the level of water that is not there does not matter.
            let z = if row.z[k] < OUTSIDE { z + self.datum } else { self.datum };
            (Beside { h, un, z }, ut)
        })
    }

    /// Puts what passes single faces of row `y` in the place of the flux over a step of the bed: reflection at the edge
    /// of the domain, walls, open edges. `opens` tells faces that water can pass.
    pub(super) fn cross_special(
        &self,
        here: &mut Row,
        y: usize,
        ground: &Ground,
        boundaries: &Boundaries,
        plan: &StepPlan,
        opens: impl Fn(FaceAt) -> bool,
    ) {
        let rule = Rule { g: f64::from(plan.g), dry: f64::from(plan.dry) };
        for &at in ground.edges.of_row(y).iter().filter(|at| opens(**at)) {
            self.reflect(here, at, rule);
        }
        for crest in ground.crests.of_row(y).iter().filter(|crest| opens(crest.at)) {
            let [(left, along_left), (right, along_right)] = self.beside(here, crest.at);
            // Between films the flux is none already.
            if greatest(left.h, right.h) > rule.dry {
                let passed = crest.pass(left, right, rule);
                let t = transverse(passed.m, along_left, along_right);
                if [passed.m, passed.pl, passed.pr, t].iter().all(|x| x.is_finite()) {
                    here.flux_mut(crest.at.axis).set(place(crest.at.x), passed, t);
                }
            }
        }
        boundaries.overwrite(self.below, here, y, opens);
    }

    /// Adds the pressure of an edge of the domain that holds back moving water. A step of the bed alone does not
    /// reflect: a shore would stop each wave that runs up on it.
    #[expect(clippy::cast_possible_truncation, reason = "fluxes are in single precision")]
    fn reflect(&self, here: &mut Row, at: FaceAt, rule: Rule) {
        let [(left, _), (right, _)] = self.beside(here, at);
        let on_left = if left.h > rule.dry { wall_pressure(left.h, left.un, rule.g) } else { 0.0 };
        let on_right = if right.h > rule.dry { wall_pressure(right.h, -right.un, rule.g) } else { 0.0 };
        let flux = here.flux_mut(at.axis);
        flux.pl[place(at.x)] += on_left as f32;
        flux.pr[place(at.x)] += on_right as f32;
    }
}

impl Row {
    pub(super) fn flux_mut(&mut self, axis: Axis) -> &mut Flux {
        if axis == Axis::X { &mut self.x } else { &mut self.y }
    }

    pub(super) fn flux(&self, axis: Axis) -> &Flux {
        if axis == Axis::X { &self.x } else { &self.y }
    }
}
