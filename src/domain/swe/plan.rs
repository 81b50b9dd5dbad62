//! What is the same for all cells in a step.

use super::envelope::Span;
use super::friction::{slowdown, slowdown_chezy};
use crate::domain::scenario::Order;

/// Everything about a step that is the same for all cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct StepPlan {
    /// Order of the method.
    pub(super) order: Order,
    /// Gravity, m/s².
    pub(super) g: f32,
    /// At and below this depth (m) water has no velocity and starts no flow.
    pub(super) dry: f32,
    /// Whether friction is Chézy's, not Manning's.
    pub(super) is_chezy: bool,
    /// A block with a deeper cell than this is computed, m.
    pub(super) wet_from: f32,
    /// Whether rain falls on any cell.
    pub(super) rains: bool,
    /// Whether the state moves on; otherwise only fluxes are taken.
    pub(super) moves: bool,
    /// Time since rates of rise were marked, s, if this step marks them.
    pub(super) marks_rise_over: Option<f64>,
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
    pub(super) fn slowdown(&self, speed: f32, h: f32, k: f32, dt: f32) -> f32 {
        if self.is_chezy { slowdown_chezy(speed, h, k, dt) } else { slowdown(speed, h, k, dt) }
    }
}
