//! A sum that does not drift.

use serde::{Deserialize, Serialize};

/// A sum that carries its own rounding (Neumaier 1974), so that 100 000 small terms do not drift.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(in crate::domain) struct Sum {
    total: f64,
    lost: f64,
}

impl Sum {
    pub(in crate::domain) fn add(&mut self, term: f64) {
        let next = self.total + term;
        self.lost +=
            if self.total.abs() >= term.abs() { (self.total - next) + term } else { (term - next) + self.total };
        self.total = next;
    }

    pub(in crate::domain) fn value(self) -> f64 {
        self.total + self.lost
    }
}
