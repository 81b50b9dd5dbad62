//! What is the same for all tiles in a step.

use super::envelope::Span;
use crate::domain::scenario::Order;

/// Everything about a step that is the same for all tiles.
#[derive(Debug, Clone, Copy)]
pub(super) struct StepPlan {
    /// Order of the method.
    pub(super) order: Order,
    /// Gravity, m/s².
    pub(super) g: f64,
    /// At and below this depth (m) water has no velocity and starts no flow.
    pub(super) dry: f64,
    /// A row with a deeper cell than this is computed, m.
    pub(super) wet_from: f64,
    /// The step as the extremes see it.
    pub(super) span: Span,
    /// Length of the step, s.
    pub(super) dt: f64,
    /// dt over cell size, s/m.
    pub(super) lambda: f64,
}
