//! What was largest, and when water came, gathered at every step.

use super::hllc::{greatest, least};
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
        // Short loops over copies: that is what the compiler turns into vector code.
        let (mut s2, mut d2, mut since, mut spent) = ([0.0; N], [0.0; N], [f64::INFINITY; N], [0.0; N]);
        for i in 0..N {
            s2[i] = u[i] * u[i] + v[i] * v[i];
            d2[i] = h[i] * h[i] * s2[i];
        }
        for i in 0..N {
            since[i] = if h[i] >= REACHED_DEPTH_M { time_secs } else { f64::INFINITY };
        }
        for i in 0..N {
            spent[i] = if h[i] >= REACHED_DEPTH_M { dt } else { 0.0 };
        }
        raise(&mut self.depth[j], h);
        raise(&mut self.speed2[j], &s2);
        raise(&mut self.dv2[j], &d2);
        for (arrival, since) in self.arrival[j].iter_mut().zip(&since) {
            *arrival = least(*arrival, *since);
        }
        for (duration, spent) in self.duration[j].iter_mut().zip(&spent) {
            *duration += spent;
        }
    }
}

fn raise(most: &mut [f64; N], now: &[f64; N]) {
    let before = *most;
    for i in 0..N {
        most[i] = greatest(now[i], before[i]);
    }
}
