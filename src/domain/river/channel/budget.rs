//! The volume budget of a channel: every cubic metre that enters or leaves, booked step by step.

use serde::{Deserialize, Serialize};

pub(super) use crate::domain::sum::Sum;

/// What was booked since the start, m³ (or kg).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Ledger {
    pub(super) initial: f64,
    pub(super) inflow: Sum,
    pub(super) outflow: Sum,
    pub(super) lateral_in: Sum,
    pub(super) lateral_out: Sum,
}

/// Volumes that a step moved, m³.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct StepVolumes {
    /// In at the upstream end, less what was taken out there.
    pub inflow_m3: f64,
    /// Out at the downstream end, less what came in there.
    pub outflow_m3: f64,
    /// In along the way.
    pub lateral_in_m3: f64,
    /// Out along the way, as truly withdrawn.
    pub lateral_out_m3: f64,
    /// Asked for along the way but not there to be had.
    pub withheld_m3: f64,
}

/// Volumes since the start of the run, m³.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ChannelBudget {
    /// Stored at the start.
    pub initial_m3: f64,
    /// In at the upstream end, net.
    pub inflow_m3: f64,
    /// Out at the downstream end, net.
    pub outflow_m3: f64,
    /// In along the way.
    pub lateral_in_m3: f64,
    /// Out along the way.
    pub lateral_out_m3: f64,
    /// Stored now.
    pub stored_m3: f64,
}

impl ChannelBudget {
    /// What is stored beyond what was booked, m³: rounding, and nothing else.
    pub fn residual_m3(&self) -> f64 {
        let mut sum = Sum::default();
        for term in [
            self.stored_m3,
            -self.initial_m3,
            -self.inflow_m3,
            self.outflow_m3,
            -self.lateral_in_m3,
            self.lateral_out_m3,
        ] {
            sum.add(term);
        }
        sum.value()
    }

    /// The residual as a share of all that was stored or came in; 0 for a channel that never held water.
    pub fn residual_frac(&self) -> f64 {
        let handled = self.initial_m3 + self.inflow_m3.abs() + self.lateral_in_m3 + self.outflow_m3.abs();
        if handled > 0.0 { self.residual_m3() / handled } else { 0.0 }
    }
}

impl Ledger {
    pub(super) fn book(&mut self, step: &StepVolumes) {
        self.inflow.add(step.inflow_m3);
        self.outflow.add(step.outflow_m3);
        self.lateral_in.add(step.lateral_in_m3);
        self.lateral_out.add(step.lateral_out_m3);
    }

    pub(super) fn with_stored(&self, stored_m3: f64) -> ChannelBudget {
        ChannelBudget {
            initial_m3: self.initial,
            inflow_m3: self.inflow.value(),
            outflow_m3: self.outflow.value(),
            lateral_in_m3: self.lateral_in.value(),
            lateral_out_m3: self.lateral_out.value(),
            stored_m3,
        }
    }
}
