//! What one unit of property is worth.

use serde::{Deserialize, Serialize};

use crate::domain::text::Bilingual;

/// A unit value with its range.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnitValue {
    /// Which value.
    pub key: String,
    /// Name that people read.
    pub name: Bilingual,
    /// Lower end, in `unit`.
    pub value_low: f64,
    /// The value, in `unit`.
    pub value: f64,
    /// Upper end, in `unit`.
    pub value_high: f64,
    /// Its unit.
    pub unit: String,
    /// Year of its prices, or of the survey; `None` where the source does not say.
    pub year: Option<u16>,
    /// Where it is from.
    pub source: String,
    /// Confidence letter (A found in a source, B recalled, C approximate, D derived).
    pub confidence: String,
}
