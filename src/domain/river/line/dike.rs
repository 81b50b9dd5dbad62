//! Production dikes (生产堤): low dikes of silt between the channel and the floodplain, raised by those who farm there.

use serde::{Deserialize, Serialize};

use crate::domain::river::channel::lip_exchange_m2s;

/// The dikes on both banks of one segment.
///
/// Until they fail they hold water up to their crest. Then gaps open: a share of their length, down to the ground of the
/// floodplain, through which water passes both ways; the rest of them goes on standing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Dike {
    /// Level of the crest, m.
    pub crest_m: f64,
    /// Stage of the channel above which gaps open, m, at most the crest.
    pub fails_at_m: f64,
    /// Share of their length that gaps take in the end, 0 to 1.
    pub opening_frac: f64,
    /// Time in which the gaps grow to that, evenly, s, above 0.
    pub opens_over_secs: f64,
}

impl Dike {
    /// Share of the length that is open after a step of `dt_secs`, in which the channel came to stand at `stage_m`.
    ///
    /// Gaps that have begun to open go on whatever the stage. They are not closed again.
    pub fn opened(&self, open_frac: f64, stage_m: f64, dt_secs: f64) -> f64 {
        if open_frac > 0.0 || stage_m > self.fails_at_m {
            (open_frac + self.opening_frac * dt_secs / self.opens_over_secs).min(self.opening_frac)
        } else {
            0.0
        }
    }
}

/// What stands on a bank now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Passage {
    /// Share of the bank over whose lip water may go, 0 to 1; 1 where no dike stands.
    pub open_frac: f64,
    /// Level of the dike's crest on the rest, m.
    pub crest_m: f64,
}

impl Passage {
    /// Discharge per metre of bank between the levels of channel and plain (m), m²/s, from the channel to the plain: through
    /// the gaps over the lip, and over the crest of what stands.
    pub fn discharge_m2s(&self, stage_m: f64, eta_m: f64, lip_m: f64) -> f64 {
        let over = |level_m: f64| lip_exchange_m2s(stage_m, eta_m, level_m);
        let Self { open_frac, crest_m } = *self;
        if open_frac >= 1.0 {
            return over(lip_m);
        }
        let over_crest = over(lip_m.max(crest_m));
        let through_gaps = if open_frac > 0.0 { over(lip_m) } else { 0.0 };
        open_frac * through_gaps + (1.0 - open_frac) * over_crest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_open_above_the_failing_stage_and_go_on_below_it() {
        let dike = Dike { crest_m: 11.5, fails_at_m: 10.5, opening_frac: 0.04, opens_over_secs: 7200.0 };
        assert!(dike.opened(0.0, 10.5, 600.0).abs() < 1e-300);
        let begun = dike.opened(0.0, 10.6, 1800.0);
        assert!((begun - 0.01).abs() < 1e-12);
        let later = dike.opened(begun, 9.0, 3600.0);
        assert!((later - 0.03).abs() < 1e-12 && (dike.opened(later, 9.0, 3600.0) - 0.04).abs() < 1e-12);
    }
}
