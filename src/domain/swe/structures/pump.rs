//! Pumps: a discharge, fixed or by the head, while a switch with two stages is on.

use serde::{Deserialize, Serialize};

use super::super::boundaries::interpolate;
use crate::domain::scenario::{Pump, PumpRate};

/// Whether a pump runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct PumpState {
    pub(super) is_on: bool,
}

impl PumpState {
    /// Switches by the stage (m) where the pump takes its water: on at the start, off at the stop, as before in between.
    pub(super) fn switch(&mut self, pump: &Pump, stage_m: f64) {
        if stage_m >= pump.start_stage_m {
            self.is_on = true;
        } else if stage_m <= pump.stop_stage_m {
            self.is_on = false;
        }
    }

    /// Discharge now, m³/s, for a lift of `head_m`.
    pub(super) fn discharge(self, pump: &Pump, head_m: f64) -> f64 {
        match &pump.rate {
            _ if !self.is_on => 0.0,
            PumpRate::Constant(discharge) => *discharge,
            PumpRate::ByHead(pairs) => interpolate(pairs, head_m),
        }
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;

    #[test]
    fn a_pump_switches_with_hysteresis() {
        let pump = Pump {
            name: "p".into(),
            from: [0.0, 0.0],
            to: None,
            rate: PumpRate::Constant(3.0),
            start_stage_m: 2.0,
            stop_stage_m: 1.0,
        };
        let mut state = PumpState::default();
        let mut at = |stage: f64| {
            state.switch(&pump, stage);
            state.discharge(&pump, 0.0)
        };
        assert_eq!([1.9, 2.0, 1.5, 1.0, 1.5, 2.1].map(&mut at), [0.0, 3.0, 3.0, 0.0, 0.0, 3.0]);
    }

    #[test]
    fn a_pump_gives_less_against_a_higher_head() {
        let rate = PumpRate::ByHead(vec![[0.0, 4.0], [5.0, 2.0], [8.0, 0.0]]);
        let pump = Pump {
            name: "p".into(),
            from: [0.0, 0.0],
            to: Some([1.0, 0.0]),
            rate,
            start_stage_m: 0.0,
            stop_stage_m: -1.0,
        };
        let on = PumpState { is_on: true };
        // 4 − 2 · 2.5 / 5 = 3 and 2 − 2 · 1.5 / 3 = 1.
        assert_eq!([-1.0, 2.5, 6.5, 9.0].map(|head| on.discharge(&pump, head)), [4.0, 3.0, 1.0, 0.0]);
    }
}
