//! Extremes of a cell that the channel stands on, of the same meaning as those of the plain.

use serde::{Deserialize, Serialize};

use super::super::envelope::RISE_OVER_SECS;
use super::places::Span;
use crate::domain::frame::{Envelope, REACHED_DEPTH_M};
use crate::domain::hazard::{class_of_maxima, hazard_rating};

/// What was largest in a cell since the start, and when water came.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Extreme {
    depth_m: f64,
    depth_at_secs: f64,
    speed_mps: f64,
    /// Speed with a depth of at least [`REACHED_DEPTH_M`], m/s.
    counted_speed_mps: f64,
    dv_m2s: f64,
    rating_m2s: f64,
    /// Infinite where that depth never was.
    arrival_secs: f64,
    duration_secs: f64,
    rise_mps: f64,
    /// Depth from which the present rise is measured, m.
    rise_from_m: f64,
    /// Depth at the end of the last step, m; none before the first.
    last_m: Option<f64>,
}

impl Extreme {
    pub(super) fn none() -> Self {
        Self {
            depth_m: 0.0,
            depth_at_secs: 0.0,
            speed_mps: 0.0,
            counted_speed_mps: 0.0,
            dv_m2s: 0.0,
            rating_m2s: 0.0,
            arrival_secs: f64::INFINITY,
            duration_secs: 0.0,
            rise_mps: 0.0,
            rise_from_m: 0.0,
            last_m: None,
        }
    }

    /// Takes in depth (m) and speed (m/s) at the end of a step.
    pub(super) fn take(&mut self, depth_m: f64, speed_mps: f64, span: Span) {
        let Span { from_secs, to_secs, marks_rise_over } = span;
        if depth_m > self.depth_m {
            (self.depth_m, self.depth_at_secs) = (depth_m, to_secs);
        }
        self.speed_mps = self.speed_mps.max(speed_mps);
        self.dv_m2s = self.dv_m2s.max(depth_m * speed_mps);
        self.rating_m2s = self.rating_m2s.max(hazard_rating(depth_m, speed_mps));
        if depth_m >= REACHED_DEPTH_M {
            self.counted_speed_mps = self.counted_speed_mps.max(speed_mps);
        }
        let was_m = self.last_m.unwrap_or(depth_m);
        let (was_there, is_there) = (was_m >= REACHED_DEPTH_M, depth_m >= REACHED_DEPTH_M);
        // Share of the step after which the depth is crossed.
        let turn = if was_there == is_there { 0.0 } else { (REACHED_DEPTH_M - was_m) / (depth_m - was_m) };
        if is_there {
            self.arrival_secs = self.arrival_secs.min(from_secs + turn * (to_secs - from_secs));
        }
        let there = match (was_there, is_there) {
            (true, true) => 1.0,
            (true, false) => turn,
            (false, true) => 1.0 - turn,
            (false, false) => 0.0,
        };
        self.duration_secs += there * (to_secs - from_secs);
        match marks_rise_over {
            _ if self.last_m.is_none() => self.rise_from_m = depth_m,
            Some(secs) => {
                self.rise_mps = self.rise_mps.max((depth_m - self.rise_from_m) / secs);
                self.rise_from_m = depth_m;
            }
            None => {}
        }
        self.last_m = Some(depth_m);
    }

    /// Writes the extremes of a cell with a depth now, m, into an envelope.
    #[expect(clippy::cast_possible_truncation, reason = "an envelope is in single precision")]
    pub(super) fn write(&self, envelope: &mut Envelope, cell: usize, depth_m: f64) {
        let reached = self.depth_m >= REACHED_DEPTH_M;
        let when = |secs: f64| if reached { secs as f32 } else { f32::NAN };
        let rise_mps = self.rise_mps.max((depth_m - self.rise_from_m) / RISE_OVER_SECS);
        envelope.max_depth_m[cell] = self.depth_m as f32;
        envelope.max_speed_mps[cell] = self.speed_mps as f32;
        envelope.max_dv_m2s[cell] = self.dv_m2s as f32;
        envelope.arrival_secs[cell] = when(self.arrival_secs);
        envelope.duration_secs[cell] = self.duration_secs as f32;
        envelope.max_depth_at_secs[cell] = when(self.depth_at_secs);
        envelope.max_rise_mps[cell] = rise_mps as f32;
        envelope.max_hazard_rating_m2s[cell] = self.rating_m2s as f32;
        envelope.hazard_class[cell] =
            class_of_maxima(self.depth_m as f32, self.dv_m2s as f32, self.counted_speed_mps as f32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from_secs: f64, to_secs: f64, marks_rise_over: Option<f64>) -> Span {
        Span { from_secs, to_secs, marks_rise_over }
    }

    /// Dry, up to 0.25 m in a minute, down to nothing in the next.
    #[test]
    fn a_cell_that_is_wet_for_a_while() {
        let mut extreme = Extreme::none();
        extreme.take(0.0, 0.0, span(0.0, 0.0, None));
        extreme.take(0.25, 2.0, span(0.0, 60.0, Some(60.0)));
        extreme.take(0.0, 0.0, span(60.0, 120.0, Some(60.0)));
        assert!((extreme.arrival_secs - 12.0).abs() < 1e-9 && (extreme.duration_secs - 96.0).abs() < 1e-9);
        assert!((extreme.depth_m - 0.25).abs() < 1e-12 && (extreme.depth_at_secs - 60.0).abs() < 1e-12);
        assert!((extreme.dv_m2s - 0.5).abs() < 1e-12 && (extreme.rating_m2s - 0.625).abs() < 1e-12);
        assert!((extreme.rise_mps - 0.25 / 60.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_wet_at_the_start_was_reached_then() {
        let mut extreme = Extreme::none();
        extreme.take(2.0, 1.0, span(0.0, 0.0, None));
        extreme.take(2.0, 1.0, span(0.0, 30.0, None));
        assert!(extreme.arrival_secs.abs() < 1e-12 && (extreme.duration_secs - 30.0).abs() < 1e-12);
        assert!(extreme.rise_mps.abs() < 1e-12);
    }
}
