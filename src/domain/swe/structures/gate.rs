//! Gates and sluices: flow under a leaf, and what raises it.
//!
//! Energy between the water above and the contracted jet of depth 0.61 a (Henderson 1966, Open Channel Flow,
//! section 6.4): q = c a √(2 g (y1 − y3) / (1 − (c a / y1)²)) with c = [`CONTRACTION`] and heads above the sill. Free:
//! y3 = c a, which is Henderson's c a √(2 g y1) / √(1 + c a / y1). Drowned: y3 = y2, the tailwater, once that is higher.
//! A leaf clear of the water lets a broad-crested weir flow: the lesser of both holds.
//!
//! Where the levels are nearly equal the root is too steep for an explicit step: below the head difference
//! [`STEEP`] a² / y1 the discharge is linear in it. Water leaves with the velocity it has and comes in without momentum
//! (a stilling basin takes that of the jet).

use serde::{Deserialize, Serialize};

use super::super::hllc::{greatest, least};
use super::weir::{Beside, Passed, Rule, discharge, held_back};

/// Depth of the jet over the height of the opening.
pub(super) const CONTRACTION: f64 = 0.61;
/// Head difference below which a drowned gate is linear, as a multiple of a² / y1: there q changes with the level by
/// 0.61 a √(2 g) / √(0.8 a² / y1) = 0.96 √(g y1), no faster than a wave carries it away.
const STEEP: f64 = 0.8;

/// Discharge under a leaf raised by `raised` m, m²/s: `y1` (above 0) and `y2` are the levels of the higher and the
/// lower side above the sill, m.
pub(super) fn under(raised: f64, y1: f64, y2: f64, g: f64) -> f64 {
    if raised <= 0.0 || y1 <= y2 {
        return 0.0;
    }
    let opening = least(raised, y1);
    let jet = CONTRACTION * opening;
    let drop = y1 - greatest(y2, jet);
    let gentle = STEEP * opening * opening / y1;
    let root = if y2 > jet && drop < gentle { drop / gentle.sqrt() } else { drop.sqrt() };
    let narrow = jet / y1;
    least(jet * (2.0 * g / (1.0 - narrow * narrow)).sqrt() * root, discharge(y1, y2, g))
}

/// What passes under a leaf between two sides, beyond what passes above it. `share` is that of the face's length.
pub(super) fn under_leaf(left: Beside, right: Beside, sill: f64, raised: f64, share: f64, rule: Rule) -> Passed {
    let sill = greatest(sill, greatest(left.z, right.z));
    let (over_left, over_right) = ((left.z + left.h) - sill, (right.z + right.h) - sill);
    let (y1, y2) = (greatest(over_left, over_right), least(over_left, over_right));
    if y1 <= 0.0 {
        return Passed::default();
    }
    let q = share * under(raised, y1, y2, rule.g);
    let q = if over_left > over_right { q } else { -q };
    // A shut leaf is part of the wall, whose pressure is counted with what passes above.
    held_back(left, right, q, rule).and(held_back(left, right, 0.0, rule).times(-1.0))
}

/// How far a gate is raised.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct GateState {
    /// Height of the opening, m.
    pub(super) raised_m: f64,
}

impl GateState {
    /// Moves the leaf towards `target_m` for `dt` s, at most at `speed_mps`.
    pub(super) fn follow(&mut self, target_m: f64, speed_mps: Option<f64>, dt: f64) {
        let reach = speed_mps.map_or(f64::INFINITY, |speed| speed * dt);
        self.raised_m += (target_m - self.raised_m).clamp(-reach, reach);
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;

    #[test]
    fn free_flow_under_a_gate_is_hendersons() {
        // a = 0.5, y1 = 3: c a = 0.305; 0.305 √(2 · 9.81 · 3) / √(1 + 0.305 / 3) = 0.305 · 7.672027 / 1.049603 = 2.229384.
        assert!((under(0.5, 3.0, 0.2, 9.81) - 2.229_384).abs() < 1e-5, "{}", under(0.5, 3.0, 0.2, 9.81));
    }

    #[test]
    fn drowned_flow_is_driven_by_the_difference_of_heads() {
        // y2 = 2: 0.305 √(19.62 · 1 / (1 − 0.0103361)) = 0.305 · 4.452518 = 1.358018.
        assert!((under(0.5, 3.0, 2.0, 9.81) - 1.358_018).abs() < 1e-5, "{}", under(0.5, 3.0, 2.0, 9.81));
        assert_eq!(under(0.5, 3.0, 3.0, 9.81), 0.0);
    }

    #[test]
    fn a_raised_gate_is_a_weir_and_a_shut_one_a_wall() {
        assert_eq!(under(2.0, 1.0, -1.0, 9.81), discharge(1.0, -1.0, 9.81));
        assert_eq!(under(0.0, 3.0, 0.0, 9.81), 0.0);
    }

    #[test]
    fn the_discharge_has_no_jump() {
        for y2 in [-1.0, 0.5, 1.2, 1.9] {
            let steps: Vec<f64> = (0..2500).map(|k| under(f64::from(k) * 1e-3, 2.0, y2, 9.81)).collect();
            assert!(steps.windows(2).all(|w| w[1] - w[0] < 0.006 && w[0] - w[1] < 0.006), "{y2}");
        }
    }

    #[test]
    fn a_slow_leaf_moves_at_its_speed() {
        let mut state = GateState { raised_m: 1.0 };
        state.follow(2.0, Some(0.01), 30.0);
        assert!((state.raised_m - 1.3).abs() < 1e-12);
        state.follow(0.0, None, 1.0);
        assert_eq!(state.raised_m, 0.0);
    }
}
