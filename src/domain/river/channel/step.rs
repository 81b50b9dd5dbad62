//! One step of the channel.
//!
//! In order: the velocity with which momentum crosses the middle of each segment; new velocities on the faces from
//! advection, the fall of the surface, lateral water and friction; discharges, cut down where a segment would give more
//! than it holds; new volumes; lateral water, cut down likewise; what follows from the volumes.

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
            self.centre_velocities(part);
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

    /// Velocity with which momentum crosses the middle of each segment: that of the face it comes from, corrected
    /// towards the other.
    fn centre_velocities(&mut self, dt: f64) {
        let u = &self.state.velocity_mps;
        for (i, centre) in self.scratch.centre_mps.iter_mut().enumerate() {
            let goes_down = self.state.discharge_m3s[i] + self.state.discharge_m3s[i + 1] >= 0.0;
            let (up, down) = if goes_down { (u[i], u[i + 1]) } else { (u[i + 1], u[i]) };
            let before = if goes_down { i.checked_sub(1).map(|b| u[b]) } else { u.get(i + 2).copied() };
            let share = limited_share(before.map_or(0.0, |before| up - before), down - up);
            let courant = (up.abs() * dt / self.segments[i].length_m).min(1.0);
            *centre = up + 0.5 * share * (1.0 - courant) * (down - up);
        }
    }

    /// New velocities and discharges on all faces.
    fn move_faces(&mut self, dt: f64, upstream_m3s: f64, lateral_m3s: &[f64]) {
        let n = self.segments.len();
        let before = [self.state.discharge_m3s[0], self.state.discharge_m3s[n]];
        let mut passed_up = before[0];
        for f in 1..n {
            let volumes = &self.state.volume_m3;
            let face = Face {
                span_m: 0.5 * (self.segments[f - 1].length_m + self.segments[f].length_m),
                span_m3: 0.5 * (volumes[f - 1] + volumes[f]),
            };
            let here = self.state.discharge_m3s[f];
            let crossing = [0.5 * (passed_up + here), 0.5 * (here + self.state.discharge_m3s[f + 1])];
            let centre = [self.scratch.centre_mps[f - 1], self.scratch.centre_mps[f]];
            let lateral = 0.5 * (lateral_m3s[f - 1].max(0.0) + lateral_m3s[f].max(0.0));
            let beyond = [f.checked_sub(2).map(|b| self.filled[b].stage_m), self.filled.get(f + 1).map(|b| b.stage_m)];
            let pair = [&self.filled[f - 1], &self.filled[f]];
            let u = face.advected(self.state.velocity_mps[f], crossing, centre, dt);
            let u = face.joined(u, lateral, self.lateral_velocity_mps, dt);
            let (u, q) = face.driven(u, pair, beyond, dt);
            passed_up = here;
            self.state.velocity_mps[f] = u;
            self.state.discharge_m3s[f] = q;
        }
        self.move_upstream_face(upstream_m3s);
        self.move_downstream_face(dt, 0.5 * (passed_up + before[1]), lateral_m3s[n - 1]);
    }

    /// The given discharge, with the velocity it has in the first segment, at most critical.
    fn move_upstream_face(&mut self, discharge_m3s: f64) {
        let first = &self.filled[0];
        let critical = (GRAVITY_MPS2 * first.area_m2 / first.top_width_m).sqrt();
        self.state.discharge_m3s[0] = discharge_m3s;
        self.state.velocity_mps[0] =
            if first.area_m2 > 0.0 { (discharge_m3s / first.area_m2).clamp(-critical, critical) } else { 0.0 };
    }

    fn move_downstream_face(&mut self, dt: f64, crossing_m3s: f64, lateral_m3s: f64) {
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
                let u = self.state.velocity_mps[n];
                let here = self.state.discharge_m3s[n];
                let u_advected = face.advected(u, [crossing_m3s, here], [self.scratch.centre_mps[n - 1], u], dt);
                let u = face.joined(u_advected, 0.5 * lateral_m3s.max(0.0), self.lateral_velocity_mps, dt);
                let before = n.checked_sub(2).map(|b| self.filled[b].stage_m);
                face.driven(u, [last, &outside], [before, None], dt)
            }
            Downstream::NormalDepth(slope) => last.let_out(last.conveyance_m3s * slope.sqrt()),
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
    /// Velocity after momentum was carried in and out: `crossing` discharges and `centre` velocities in the middles of
    /// the segments on the left and on the right.
    ///
    /// The change of A u less u times that of A, divided by A: what leaves does not change the velocity of the rest.
    fn advected(self, u: f64, crossing: [f64; 2], centre: [f64; 2], dt: f64) -> f64 {
        let incoming = dt * (crossing[0].max(0.0) - crossing[1].min(0.0));
        let change = dt * (crossing[0] * (centre[0] - u) - crossing[1] * (centre[1] - u));
        // Water that is exchanged more than once over in a step has the velocity of what came in.
        let water = self.span_m3.max(incoming);
        if water > 0.0 { u + change / water } else { 0.0 }
    }

    /// Velocity after lateral water with a velocity of its own was mixed in.
    fn joined(self, u: f64, lateral_m3s: f64, velocity_mps: f64, dt: f64) -> f64 {
        let volume = lateral_m3s * dt;
        if volume > 0.0 { (u * self.span_m3 + velocity_mps * volume) / (self.span_m3 + volume) } else { u }
    }

    /// Velocity and discharge after the fall of the surface and friction; `beyond` are the stages of the next segments
    /// on both sides.
    fn driven(self, u: f64, [left, right]: [&Filled; 2], beyond: [Option<f64>; 2], dt: f64) -> (f64, f64) {
        let u = u - dt * GRAVITY_MPS2 * (right.stage_m - left.stage_m) / self.span_m;
        let (up, down, before) = if u >= 0.0 { (left, right, beyond[0]) } else { (right, left, beyond[1]) };
        if up.stage_m - up.bed_m.max(down.bed_m) <= DRY_DEPTH_M {
            return (0.0, 0.0);
        }
        let area = self.carried_area_m2(u, up, down, before, dt);
        let conveyance = 0.5 * (up.conveyance_m3s + down.conveyance_m3s);
        if conveyance <= 0.0 {
            return (u, u * area);
        }
        // u' = u − dt g (A u')|A u'| / (A K²) A, solved for u'; it never turns the flow round.
        let per_conveyance = area / conveyance;
        let drag = dt * GRAVITY_MPS2 * per_conveyance * per_conveyance;
        let u = 2.0 * u / (1.0 + (1.0 + 4.0 * drag * u.abs()).sqrt());
        (u, u * area)
    }

    /// Area that is carried over the face: that of the segment the water comes from, corrected towards the other where
    /// the surface is smooth.
    fn carried_area_m2(self, u: f64, up: &Filled, down: &Filled, before_m: Option<f64>, dt: f64) -> f64 {
        if down.depth_m <= DRY_DEPTH_M {
            return up.area_m2;
        }
        // Without a segment before it there is nothing to tell a front by.
        let share = before_m.map_or(1.0, |before| limited_share(up.stage_m - before, down.stage_m - up.stage_m));
        let courant = (u.abs() * dt / self.span_m).min(1.0);
        up.area_m2 + 0.5 * share * (1.0 - courant) * (down.area_m2 - up.area_m2)
    }
}

/// Share of the correction towards the downwind value that makes no new extreme, 0 to 1, from the changes before and
/// across: 0 at an extreme, 1 where the change before is at least half that across.
pub(super) fn limited_share(before: f64, across: f64) -> f64 {
    if before * across > 0.0 { (2.0 * before / across).min(1.0) } else { 0.0 }
}
