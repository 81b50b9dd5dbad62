//! One step of the channel.
//!
//! In order: new velocities on the faces from advection, lateral water, the fall of the surface and friction;
//! discharges, cut down where a segment would give more than it holds; new volumes; lateral water, cut down likewise;
//! what follows from the volumes.

use super::budget::StepVolumes;
use super::channel::{Channel, Filled};
use super::ends::{Downstream, interpolate};
use super::{DRY_DEPTH_M, GRAVITY_MPS2};

/// Share of the longest stable step that a part of a step takes at most.
const MOST_CFL: f64 = 0.9;
/// A segment gives at most this share of its water through its faces, so that rounding cannot turn the rest negative.
const MOST_GIVEN: f64 = 1.0 - 1e-12;

/// A part of a step that has just been taken, for what the water carries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passage<'a> {
    pub(super) dt: f64,
    /// Volumes before the water moved, m³.
    pub(super) before_m3: &'a [f64],
    /// Discharges on the faces, m³/s; they move the water first.
    pub(super) discharge_m3s: &'a [f64],
    /// Lateral volumes, m³, into the channel positive; they come second.
    pub(super) given_m3: &'a [f64],
}

/// Old values at the last face but one and in the last segment.
#[derive(Debug, Clone, Copy)]
struct Last {
    u_before: f64,
    /// Discharge through the middle of the last segment, m³/s.
    crossing_m3s: f64,
    /// What its conveyance gains in half a step, m³/s.
    gain_m3s: f64,
}

/// A face between two waters.
#[derive(Debug, Clone, Copy)]
struct Face {
    /// Between the middles of both, m.
    span_m: f64,
    /// Water between them, m³.
    span_m3: f64,
}

impl Channel {
    /// Moves the water on by `dt` s.
    ///
    /// `upstream_discharge_m3s` comes in at the upstream end; a negative one is taken out there. `lateral_m3s` has one
    /// value for each segment: tributaries, exchange with the plain and withdrawals together, into the channel positive.
    /// Water that comes in brings the velocity of [`Channel::set_lateral_velocity_mps`]; water that leaves takes its
    /// share of the momentum. A segment gives no more than it has: see [`Channel::lateral_taken_m3`].
    ///
    /// A `dt` beyond 0.9 of the longest stable step is taken in equal parts. Allocates nothing.
    ///
    /// # Panics
    /// When `lateral_m3s` does not have one value for each segment.
    pub fn step(&mut self, dt: f64, upstream_discharge_m3s: f64, lateral_m3s: &[f64]) -> StepVolumes {
        self.step_carrying(dt, upstream_discharge_m3s, lateral_m3s, |_, _| {})
    }

    /// The same, and `carry` is told of each part of the step.
    pub(super) fn step_carrying(
        &mut self,
        dt: f64,
        upstream_m3s: f64,
        lateral_m3s: &[f64],
        mut carry: impl FnMut(&Self, Passage<'_>),
    ) -> StepVolumes {
        assert_eq!(lateral_m3s.len(), self.segments.len(), "one lateral discharge for each segment");
        let mut moved = StepVolumes::default();
        self.taken_m3.fill(0.0);
        let mut left = dt;
        while left > 0.0 {
            let n_parts = (left / self.longest_step_secs(MOST_CFL)).ceil().max(1.0);
            let part = left / n_parts;
            self.move_faces(part, upstream_m3s, lateral_m3s);
            self.hold_back(part);
            self.move_volumes(part, lateral_m3s, &mut moved);
            self.refresh();
            let Self { scratch, state, .. } = &*self;
            carry(
                self,
                Passage {
                    dt: part,
                    before_m3: &scratch.before_m3,
                    discharge_m3s: &state.discharge_m3s,
                    given_m3: &scratch.given_m3,
                },
            );
            left = if n_parts > 1.0 { left - part } else { 0.0 };
        }
        self.state.ledger.book(&moved);
        moved
    }

    /// New velocities and discharges on all faces.
    fn move_faces(&mut self, dt: f64, upstream_m3s: f64, lateral_m3s: &[f64]) {
        let n = self.segments.len();
        let Self { segments, state, filled, .. } = self;
        let (volumes, u, q) = (&state.volume_m3, &mut state.velocity_mps, &mut state.discharge_m3s);
        let gain_of = |i: usize, q: &[f64]| filled[i].conveyance_m3s * halfway(dt * (q[i] - q[i + 1]), volumes[i]);
        // Old values of the face before, which is overwritten by now.
        let (mut q_before, mut u_before) = (q[0], u[0]);
        let mut gain_before = gain_of(0, q);
        for f in 1..n {
            let face = Face {
                span_m: 0.5 * (segments[f - 1].length_m + segments[f].length_m),
                span_m3: 0.5 * (volumes[f - 1] + volumes[f]),
            };
            let (q_here, u_here) = (q[f], u[f]);
            let crossing = [0.5 * (q_before + q_here), 0.5 * (q_here + q[f + 1])];
            let gain = gain_of(f, q);
            let lateral = 0.5 * (lateral_m3s[f - 1].max(0.0) + lateral_m3s[f].max(0.0));
            let moving = face.advected([u_before, u_here, u[f + 1]], crossing, dt);
            let moving = face.joined(moving, lateral, self.lateral_velocity_mps, dt);
            (u[f], q[f]) = face.driven(moving, [&filled[f - 1], &filled[f]], 0.5 * (gain_before + gain), dt);
            (q_before, u_before, gain_before) = (q_here, u_here, gain);
        }
        let last = Last { u_before, crossing_m3s: 0.5 * (q_before + q[n]), gain_m3s: gain_before };
        self.move_upstream_face(upstream_m3s);
        self.move_downstream_face(dt, last, lateral_m3s[n - 1]);
    }

    /// The given discharge, with the velocity it has in the first segment, at most twice the speed of its waves: a film
    /// there is no measure of how fast water comes in.
    fn move_upstream_face(&mut self, discharge_m3s: f64) {
        let first = &self.filled[0];
        let most = 2.0 * first.wave_mps;
        self.state.discharge_m3s[0] = discharge_m3s;
        self.state.velocity_mps[0] =
            if first.area_m2 > 0.0 { (discharge_m3s / first.area_m2).clamp(-most, most) } else { 0.0 };
    }

    fn move_downstream_face(&mut self, dt: f64, at_last: Last, lateral_m3s: f64) {
        let n = self.segments.len();
        let (segment, last) = (&self.segments[n - 1], &self.filled[n - 1]);
        let (u, q) = match &self.downstream {
            Downstream::Stage(stage_m) => {
                // Water beyond the last face that stands at the given stage over the section of the last segment.
                let area_m2 = segment.section.area_m2((stage_m - self.end_bed_m).max(0.0));
                let mut outside = segment.filled_to_area(area_m2);
                outside.bed_m = self.end_bed_m;
                outside.stage_m = self.end_bed_m + outside.depth_m;
                let span_m = 0.5 * segment.length_m;
                let face = Face { span_m, span_m3: 0.5 * span_m * (last.area_m2 + area_m2) };
                let (u, q) = (self.state.velocity_mps[n], self.state.discharge_m3s[n]);
                let u = face.advected([at_last.u_before, u, u], [at_last.crossing_m3s, q], dt);
                let u = face.joined(u, 0.5 * lateral_m3s.max(0.0), self.lateral_velocity_mps, dt);
                face.driven(u, [last, &outside], 0.5 * at_last.gain_m3s, dt)
            }
            Downstream::NormalDepth(slope) => last.let_out((last.conveyance_m3s + at_last.gain_m3s) * slope.sqrt()),
            Downstream::Rating(pairs) => last.let_out(interpolate(pairs, last.stage_m)),
        };
        self.state.velocity_mps[n] = u;
        self.state.discharge_m3s[n] = q;
    }

    /// Cuts down what leaves a segment to what it holds. Each face has one giver, so the order does not matter.
    fn hold_back(&mut self, dt: f64) {
        let discharges = &mut self.state.discharge_m3s;
        for (i, &volume) in self.state.volume_m3.iter().enumerate() {
            let leaving = (discharges[i + 1].max(0.0) - discharges[i].min(0.0)) * dt;
            let most = volume * MOST_GIVEN;
            if leaving > most {
                let share = most / leaving;
                if discharges[i + 1] > 0.0 {
                    discharges[i + 1] *= share;
                }
                if discharges[i] < 0.0 {
                    discharges[i] *= share;
                }
            }
        }
    }

    /// New volumes: what passed the faces, then lateral water.
    fn move_volumes(&mut self, dt: f64, lateral_m3s: &[f64], moved: &mut StepVolumes) {
        let n = self.segments.len();
        let q = &self.state.discharge_m3s;
        for (i, volume) in self.state.volume_m3.iter_mut().enumerate() {
            self.scratch.before_m3[i] = *volume;
            *volume += dt * (q[i] - q[i + 1]);
            let asked = dt * lateral_m3s[i];
            let given = asked.max(-*volume);
            *volume += given;
            self.scratch.given_m3[i] = given;
            self.taken_m3[i] += given;
            moved.lateral_in_m3 += given.max(0.0);
            moved.lateral_out_m3 -= given.min(0.0);
            moved.withheld_m3 += given - asked;
        }
        moved.inflow_m3 += dt * q[0];
        moved.outflow_m3 += dt * q[n];
    }
}

impl Filled {
    /// A discharge that leaves the last segment, and its velocity there.
    fn let_out(&self, discharge_m3s: f64) -> (f64, f64) {
        if self.depth_m <= DRY_DEPTH_M { (0.0, 0.0) } else { (discharge_m3s / self.area_m2, discharge_m3s) }
    }
}

impl Face {
    /// Velocity after momentum was carried in and out: the velocities on the face before, here and after, and the
    /// discharges through the middles of the segments between them.
    ///
    /// The change of A u less u times that of A, divided by A: what leaves does not change the velocity of the rest.
    fn advected(self, [before, u, after]: [f64; 3], crossing: [f64; 2], dt: f64) -> f64 {
        let (from_before, from_after) = (dt * crossing[0].max(0.0), -dt * crossing[1].min(0.0));
        // Water that is exchanged more than once over in a step has the velocity of what came in.
        let water = self.span_m3.max(from_before + from_after);
        if water > 0.0 { u + (from_before * (before - u) + from_after * (after - u)) / water } else { 0.0 }
    }

    /// Velocity after lateral water with a velocity of its own was mixed in.
    fn joined(self, u: f64, lateral_m3s: f64, velocity_mps: f64, dt: f64) -> f64 {
        let volume = lateral_m3s * dt;
        if volume > 0.0 { (u * self.span_m3 + velocity_mps * volume) / (self.span_m3 + volume) } else { u }
    }

    /// Velocity and discharge after the fall of the surface and friction; `gain_m3s` is what the mean conveyance gains
    /// in half a step.
    fn driven(self, u: f64, [left, right]: [&Filled; 2], gain_m3s: f64, dt: f64) -> (f64, f64) {
        let fall_m = left.stage_m - right.stage_m;
        let u = u + dt * GRAVITY_MPS2 * fall_m / self.span_m;
        let (up, down) = if u >= 0.0 { (left, right) } else { (right, left) };
        if up.stage_m - up.bed_m.max(down.bed_m) <= DRY_DEPTH_M {
            return (0.0, 0.0);
        }
        let area = up.area_m2;
        let upwind = upwind_share(fall_m, up.depth_m);
        let mean = 0.5 * (up.conveyance_m3s + down.conveyance_m3s);
        let conveyance = mean + 0.5 * upwind * (up.conveyance_m3s - down.conveyance_m3s) + (1.0 - upwind) * gain_m3s;
        if conveyance <= 0.0 {
            return (u, u * area);
        }
        // u' = u − dt g |A u'| A u' / K², solved for u'; it never turns the flow round.
        let per_conveyance = area / conveyance;
        let drag = dt * GRAVITY_MPS2 * per_conveyance * per_conveyance;
        let u = 2.0 * u / (1.0 + (1.0 + 4.0 * drag * u.abs()).sqrt());
        (u, u * area)
    }
}

/// Share by which the conveyance on a face is that of the giver: none while the surface falls by less than 0.6 of its
/// depth, all on a steep slope or over a dry bed beyond.
///
/// A flood wave of celerity c = 5/3 u that spreads by D = u h / (2 S) makes no wiggles between central values while
/// c Δx / (2 D) = 5/3 S Δx / h is below 1; beyond, the least upwinding that makes none is 1 less its inverse (Spalding
/// 1972, A novel finite difference formulation, as used by Patankar 1980).
fn upwind_share(fall_m: f64, depth_m: f64) -> f64 {
    let steep = 5.0 / 3.0 * fall_m.abs();
    if steep > depth_m { 1.0 - depth_m / steep } else { 0.0 }
}

/// What a conveyance gains from the start of a step to half of it, as a share of it, as the volume (m³) of its segment
/// changes by `rise_m3` in a step: K goes with A^(5/3) in a section of constant width, and nearly so in others.
///
/// Where friction commands, a discharge by the conveyance of the old area is late by half a step and steepens a flood
/// wave by a diffusion of −c² Δt / 2; this takes that away.
fn halfway(rise_m3: f64, volume_m3: f64) -> f64 {
    if volume_m3 > 0.0 { (5.0 / 6.0 * rise_m3 / volume_m3).clamp(-0.5, 0.5) } else { 0.0 }
}

/// Share of the correction towards the downwind value that makes no new extreme, 0 to 1, from the changes before and
/// across: 0 at an extreme, 1 where the change before is at least half that across.
pub(super) fn limited_share(before: f64, across: f64) -> f64 {
    if before * across > 0.0 { (2.0 * before / across).min(1.0) } else { 0.0 }
}
