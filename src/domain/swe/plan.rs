//! What is the same for all tiles in a step.

use super::envelope::Span;
use super::friction::{slowdown, slowdown_chezy};
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
    /// Whether friction is Chézy's, not Manning's.
    pub(super) is_chezy: bool,
    /// A row with a deeper cell than this is computed, m.
    pub(super) wet_from: f64,
    /// The step as the extremes see it.
    pub(super) span: Span,
    /// Length of the step, s.
    pub(super) dt: f64,
    /// dt over cell size, s/m.
    pub(super) lambda: f64,
}

impl StepPlan {
    /// Factor by which friction slows water of this speed (m/s) and depth (m) in `dt` s; `k` is the cell's g n² or g / C².
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "the choice is the same for all cells: the compiler takes it out of the loop"
    )]
    pub(super) fn slowdown(&self, speed: f64, h: f64, k: f64, dt: f64) -> f64 {
        if self.is_chezy { slowdown_chezy(speed, h, k, dt) } else { slowdown(speed, h, k, dt) }
    }
}
