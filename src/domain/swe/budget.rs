//! The volume budget: every cubic metre that enters or leaves, booked step by step.

use serde::{Deserialize, Serialize};

use crate::domain::frame::Budget;
pub(super) use crate::domain::sum::Sum;

/// What was booked since the start, m³.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Ledger {
    pub(super) initial: f64,
    pub(super) inflow: Sum,
    pub(super) outflow: Sum,
    pub(super) rain: Sum,
    pub(super) infiltrated: Sum,
}

impl Ledger {
    /// Books a volume that came in (positive) or went out (negative).
    pub(super) fn exchange(&mut self, volume: f64) {
        if volume >= 0.0 {
            self.inflow.add(volume);
        } else {
            self.outflow.add(-volume);
        }
    }

    pub(super) fn with_stored(&self, stored: f64) -> Budget {
        Budget {
            initial: self.initial,
            inflow: self.inflow.value(),
            outflow: self.outflow.value(),
            rain: self.rain.value(),
            infiltrated: self.infiltrated.value(),
            stored,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_terms_are_not_lost() {
        let mut sum = Sum::default();
        sum.add(1e16);
        for _ in 0..1000 {
            sum.add(0.1);
        }
        sum.add(-1e16);
        assert!((sum.value() - 100.0).abs() < 1e-9);
    }
}
