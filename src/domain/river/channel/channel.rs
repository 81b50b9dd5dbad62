//! A channel: its segments, the state of its water, and what can be read off it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::budget::{ChannelBudget, Ledger};
use super::ends::Downstream;
use super::section::Section;
use super::{DRY_DEPTH_M, GRAVITY_MPS2};

/// Longest step, s, however still the water is.
const LONGEST_STEP_SECS: f64 = 3600.0;

/// One segment of a channel; bed, section and roughness are those of its middle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// Length along the channel, m.
    pub length_m: f64,
    /// Level of the lowest point of the section, m.
    pub bed_m: f64,
    /// Cross-section above that point.
    pub section: Section,
    /// Manning's n, s/m^(1/3); 0 is without friction.
    pub manning: f64,
}

/// What is wrong with the figures of a channel.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ChannelFault {
    /// No segment.
    #[error("a channel of no segments, allowed is one or more")]
    Empty,
    /// A figure of a segment.
    #[error("segment {index}: {what} {found}, allowed is {allowed}")]
    Segment {
        /// Position of the segment from upstream, from 0.
        index: usize,
        /// Which figure, with its unit.
        what: &'static str,
        /// What was found.
        found: f64,
        /// What is allowed.
        allowed: &'static str,
    },
    /// The downstream end.
    #[error("{0}")]
    Downstream(String),
    /// A saved state that does not belong to this channel.
    #[error("a saved state with {found} {what}, allowed is {allowed}")]
    State {
        /// Which part.
        what: &'static str,
        /// How many, or the first bad value.
        found: f64,
        /// What is allowed.
        allowed: String,
    },
}

/// The water of a channel, to be saved and taken up again to the last bit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChannelState {
    /// Volume in each segment, m³.
    pub(super) volume_m3: Vec<f64>,
    /// Velocity on each face from the upstream end to the downstream end, m/s, downstream positive.
    pub(super) velocity_mps: Vec<f64>,
    /// Discharge on each face over the last step, m³/s.
    pub(super) discharge_m3s: Vec<f64>,
    pub(super) ledger: Ledger,
}

impl ChannelState {
    /// Shows every number that the next step depends on, for a hash: volumes, velocities, discharges.
    pub fn visit(&self, show: impl FnMut(f64)) {
        self.volume_m3.iter().chain(&self.velocity_mps).chain(&self.discharge_m3s).copied().for_each(show);
    }
}

/// What follows from the volume of a segment.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Filled {
    pub(super) bed_m: f64,
    pub(super) depth_m: f64,
    pub(super) stage_m: f64,
    pub(super) area_m2: f64,
    pub(super) top_width_m: f64,
    /// Speed of long waves, √(g A / B), m/s.
    pub(super) wave_mps: f64,
    /// m³/s; 0 where there is no friction.
    pub(super) conveyance_m3s: f64,
}

/// A channel and its water.
#[derive(Debug, Clone)]
pub struct Channel {
    pub(super) segments: Vec<Segment>,
    pub(super) downstream: Downstream,
    /// Level of the bed at the last face, m.
    pub(super) end_bed_m: f64,
    pub(super) lateral_velocity_mps: f64,
    pub(super) state: ChannelState,
    /// What follows from the state, segment by segment.
    pub(super) filled: Vec<Filled>,
    /// Fastest rate at which a wave crosses a segment, 1/s.
    pub(super) fastest_per_sec: f64,
    /// Lateral volume of the last step that was truly exchanged, m³, into the channel positive.
    pub(super) taken_m3: Vec<f64>,
    /// Scratch of a step.
    pub(super) scratch: Scratch,
}

/// Memory of a step, of no meaning between steps.
#[derive(Debug, Clone, Default)]
pub(super) struct Scratch {
    /// Volume of each segment before the water moved, m³.
    pub(super) before_m3: Vec<f64>,
    /// Lateral volume of this part of the step, m³.
    pub(super) given_m3: Vec<f64>,
}

impl Channel {
    /// A dry channel of `segments` from upstream to downstream.
    ///
    /// # Errors
    /// [`ChannelFault`] for no segment, a length that is not above 0, a bed that is not finite, a roughness below 0, or
    /// bad figures of the downstream end.
    pub fn new(segments: Vec<Segment>, downstream: Downstream) -> Result<Self, ChannelFault> {
        check(&segments)?;
        if let Some(fault) = downstream.fault() {
            return Err(ChannelFault::Downstream(fault));
        }
        let n = segments.len();
        let mut channel = Self {
            end_bed_m: end_bed_m(&segments),
            segments,
            downstream,
            lateral_velocity_mps: 0.0,
            state: ChannelState {
                volume_m3: vec![0.0; n],
                velocity_mps: vec![0.0; n + 1],
                discharge_m3s: vec![0.0; n + 1],
                ledger: Ledger::default(),
            },
            filled: vec![Filled::default(); n],
            fastest_per_sec: 0.0,
            taken_m3: vec![0.0; n],
            scratch: Scratch { before_m3: vec![0.0; n], given_m3: vec![0.0; n] },
        };
        channel.refresh();
        Ok(channel)
    }

    /// Number of segments. There is one face more.
    pub fn n_segments(&self) -> usize {
        self.segments.len()
    }

    /// A segment, by its position from upstream.
    pub fn segment(&self, index: usize) -> &Segment {
        &self.segments[index]
    }

    /// Position of the segment that a distance (m) from the upstream end lies in; the first or last beyond the ends.
    pub fn segment_at(&self, distance_m: f64) -> usize {
        let mut end_m = 0.0;
        let beyond = |segment: &Segment| {
            end_m += segment.length_m;
            end_m > distance_m
        };
        self.segments.iter().position(beyond).unwrap_or(self.segments.len() - 1)
    }

    /// Changes what is known at the downstream end, between steps.
    ///
    /// # Errors
    /// [`ChannelFault::Downstream`] for bad figures; the channel is then as it was.
    pub fn set_downstream(&mut self, downstream: Downstream) -> Result<(), ChannelFault> {
        if let Some(fault) = downstream.fault() {
            return Err(ChannelFault::Downstream(fault));
        }
        self.downstream = downstream;
        Ok(())
    }

    /// Velocity along the channel that lateral water brings with it, m/s; 0 unless set.
    pub fn set_lateral_velocity_mps(&mut self, velocity_mps: f64) {
        self.lateral_velocity_mps = velocity_mps;
    }

    /// Depth of the water over the lowest point of a segment, m.
    pub fn depth_m(&self, index: usize) -> f64 {
        self.filled[index].depth_m
    }

    /// Level of the water in a segment, m; that of the bed where it is dry.
    pub fn stage_m(&self, index: usize) -> f64 {
        self.filled[index].stage_m
    }

    /// Level of the lip of a segment, m.
    pub fn lip_m(&self, index: usize) -> f64 {
        self.segments[index].bed_m + self.segments[index].section.lip_m()
    }

    /// Area of the water in the section of a segment, m².
    pub fn area_m2(&self, index: usize) -> f64 {
        self.filled[index].area_m2
    }

    /// Width of the surface of a segment, m.
    pub fn top_width_m(&self, index: usize) -> f64 {
        self.filled[index].top_width_m
    }

    /// Area of the surface of a segment seen from above, m²: its volume changes by this with its stage.
    pub fn surface_area_m2(&self, index: usize) -> f64 {
        self.filled[index].top_width_m * self.segments[index].length_m
    }

    /// Volume of water in a segment, m³.
    pub fn volume_m3(&self, index: usize) -> f64 {
        self.state.volume_m3[index]
    }

    /// Discharge through the middle of a segment over the last step, m³/s, downstream positive.
    pub fn discharge_m3s(&self, index: usize) -> f64 {
        0.5 * (self.state.discharge_m3s[index] + self.state.discharge_m3s[index + 1])
    }

    /// Discharges on all faces over the last step, m³/s, from the upstream end to the downstream end.
    pub fn face_discharges_m3s(&self) -> &[f64] {
        &self.state.discharge_m3s
    }

    /// Mean velocity in the middle of a segment, m/s, downstream positive; 0 where it is dry.
    pub fn velocity_mps(&self, index: usize) -> f64 {
        let filled = &self.filled[index];
        if filled.depth_m > DRY_DEPTH_M { self.discharge_m3s(index) / filled.area_m2 } else { 0.0 }
    }

    /// Lateral volumes of the last step that were truly exchanged, m³ for each segment, into the channel positive: what
    /// was asked for, less what a segment could not give.
    pub fn lateral_taken_m3(&self) -> &[f64] {
        &self.taken_m3
    }

    /// Longest stable step, s: `cfl` (0 to 1) times the time in which the fastest wave crosses a segment, at most an
    /// hour.
    pub fn longest_step_secs(&self, cfl: f64) -> f64 {
        if self.fastest_per_sec > 0.0 { (cfl / self.fastest_per_sec).min(LONGEST_STEP_SECS) } else { LONGEST_STEP_SECS }
    }

    /// The volume budget since the water was last set.
    pub fn budget(&self) -> ChannelBudget {
        self.state.ledger.with_stored(self.stored_m3())
    }

    /// Memory that segments and state take, bytes; without the pieces of the sections.
    pub fn n_bytes(&self) -> usize {
        let n = self.segments.len();
        n * (size_of::<Segment>() + size_of::<Filled>() + 6 * size_of::<f64>()) + 2 * size_of::<f64>()
    }

    /// Water in the channel now, m³.
    pub fn stored_m3(&self) -> f64 {
        let mut sum = super::budget::Sum::default();
        for &volume in &self.state.volume_m3 {
            sum.add(volume);
        }
        sum.value()
    }

    /// The water, for a checkpoint. What is known at the ends is not part of it.
    pub fn state(&self) -> &ChannelState {
        &self.state
    }

    /// Takes up saved water: the run then goes on to the last bit as if it had not been broken off.
    ///
    /// # Errors
    /// [`ChannelFault::State`] when the state has another number of segments or a value that cannot be; the channel is
    /// then as it was.
    pub fn restore(&mut self, state: ChannelState) -> Result<(), ChannelFault> {
        let n = self.segments.len();
        let counts = [
            ("volumes", state.volume_m3.len(), n),
            ("velocities", state.velocity_mps.len(), n + 1),
            ("discharges", state.discharge_m3s.len(), n + 1),
        ];
        for (what, found, allowed) in counts {
            if found != allowed {
                return Err(ChannelFault::State { what, found: found as f64, allowed: allowed.to_string() });
            }
        }
        let is_bad = |volume: &&f64| !(volume.is_finite() && **volume >= 0.0);
        if let Some(&found) = state.volume_m3.iter().find(is_bad) {
            return Err(ChannelFault::State {
                what: "m3 in a segment",
                found,
                allowed: "a number of 0 or more".into(),
            });
        }
        let mut moving = state.velocity_mps.iter().chain(&state.discharge_m3s);
        if let Some(&found) = moving.find(|value| !value.is_finite()) {
            return Err(ChannelFault::State { what: "as a velocity", found, allowed: "a finite number".into() });
        }
        self.state = state;
        self.refresh();
        Ok(())
    }

    /// What follows from the volumes, and how fast waves run.
    pub(super) fn refresh(&mut self) {
        let Self { segments, state, filled, .. } = self;
        let mut fastest = 0.0_f64;
        for (i, (segment, now)) in segments.iter().zip(filled.iter_mut()).enumerate() {
            *now = segment.filled_with(state.volume_m3[i]);
            let speed = state.velocity_mps[i].abs().max(state.velocity_mps[i + 1].abs());
            fastest = fastest.max((speed + now.wave_mps) / segment.length_m);
        }
        self.fastest_per_sec = fastest;
    }
}

impl Segment {
    fn filled_with(&self, volume_m3: f64) -> Filled {
        self.filled_to_area(volume_m3 / self.length_m)
    }

    pub(super) fn filled_to_area(&self, area_m2: f64) -> Filled {
        let depth_m = self.section.depth_m(area_m2);
        let top_width_m = self.section.top_width_m(depth_m);
        Filled {
            bed_m: self.bed_m,
            depth_m,
            stage_m: self.bed_m + depth_m,
            area_m2,
            top_width_m,
            wave_mps: (GRAVITY_MPS2 * area_m2 / top_width_m).sqrt(),
            conveyance_m3s: if self.manning > 0.0 { self.section.conveyance_m8_3(depth_m) / self.manning } else { 0.0 },
        }
    }
}

fn check(segments: &[Segment]) -> Result<(), ChannelFault> {
    if segments.is_empty() {
        return Err(ChannelFault::Empty);
    }
    for (index, segment) in segments.iter().enumerate() {
        let fault = |what, found, allowed| Err(ChannelFault::Segment { index, what, found, allowed });
        if !(segment.length_m > 0.0 && segment.length_m.is_finite()) {
            return fault("length in m", segment.length_m, "a finite number above 0");
        }
        if !segment.bed_m.is_finite() {
            return fault("bed in m", segment.bed_m, "a finite number");
        }
        if !(segment.manning >= 0.0 && segment.manning.is_finite()) {
            return fault("Manning's n in s/m^(1/3)", segment.manning, "a finite number of 0 or more");
        }
    }
    Ok(())
}

/// Level of the bed at the last face: as it falls from the last segment but one.
fn end_bed_m(segments: &[Segment]) -> f64 {
    match segments {
        [.., before, last] => {
            last.bed_m - (before.bed_m - last.bed_m) * last.length_m / (before.length_m + last.length_m)
        }
        _ => segments.last().map_or(0.0, |only| only.bed_m),
    }
}
