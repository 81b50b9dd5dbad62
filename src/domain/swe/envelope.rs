//! What was largest, and when water came, gathered at every step.

use super::layout::{Cells, N};
use crate::domain::frame::REACHED_DEPTH_M;

/// Extremes of one tile since the start.
#[derive(Debug, Clone)]
pub(super) struct Extremes {
    /// Largest depth, m.
    pub(super) depth: Cells,
    /// Square of the largest speed, m²/s².
    pub(super) speed2: Cells,
    /// Square of the largest depth times speed at one instant, m⁴/s².
    pub(super) dv2: Cells,
    /// First time with the depth of [`REACHED_DEPTH_M`], s; infinite where it never was.
    pub(super) arrival: Cells,
    /// Time spent with that depth, s.
    pub(super) duration: Cells,
}

impl Extremes {
    pub(super) fn none() -> Self {
        let zero = [[0.0; N]; N];
        Self { depth: zero, speed2: zero, dv2: zero, arrival: [[f64::INFINITY; N]; N], duration: zero }
    }

    /// Takes in row `j` as it is at `time_secs`, having been so for `dt` seconds.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "part of the inner loop over rows")]
    pub(super) fn record_row(&mut self, j: usize, h: &[f64; N], u: &[f64; N], v: &[f64; N], time_secs: f64, dt: f64) {
        let depth = &mut self.depth[j];
        let speed2 = &mut self.speed2[j];
        let dv2 = &mut self.dv2[j];
        let arrival = &mut self.arrival[j];
        let duration = &mut self.duration[j];
        for i in 0..N {
            let s2 = u[i] * u[i] + v[i] * v[i];
            let d2 = h[i] * h[i] * s2;
            depth[i] = if h[i] > depth[i] { h[i] } else { depth[i] };
            speed2[i] = if s2 > speed2[i] { s2 } else { speed2[i] };
            dv2[i] = if d2 > dv2[i] { d2 } else { dv2[i] };
            let reached = h[i] >= REACHED_DEPTH_M;
            let now = if reached { time_secs } else { f64::INFINITY };
            arrival[i] = if now < arrival[i] { now } else { arrival[i] };
            duration[i] += if reached { dt } else { 0.0 };
        }
    }
}
