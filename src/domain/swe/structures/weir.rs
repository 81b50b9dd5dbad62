//! Flow over a crest on a face: a broad-crested weir where the crest governs, the scheme's own flux where it does not.
//!
//! Free flow over a broad crest is critical on it: q = C (2/3)^(3/2) √g H^(3/2) = C · 1.705 H^(3/2) in m²/s for
//! g = 9.81 m/s² (Chow 1959, Open-Channel Hydraulics, section 3-7; Bos 1989, Discharge Measurement Structures, with
//! C = `C_d C_v`). H is the level of the higher side above the crest; its velocity head is left out.
//! Drowned flow is that times (1 − S^(3/2))^0.385 with the submergence S = h2 / h1 (Villemonte 1947, Submerged-weir
//! discharge studies; his exponent is for sharp crests, and taken here for broad ones as is usual).
//!
//! Villemonte's slope is infinite at S = 1. Between the submergences [`DROWNING_FROM`] and [`DROWNED_FROM`] the weir
//! therefore passes smoothly into the flux of the scheme over the crest as a step of the bed, which keeps a lake over
//! a drowned wall at rest to the last bit. In the same way a crest that stands less than [`LOW_CREST`] of the head
//! above the higher bed passes into an ordinary face: it no longer makes the flow critical.
//!
//! Momentum. Water leaves with the velocity it has. Each side feels the water held back as the pressure of a wall that
//! recedes with the velocity q / h at which water passes, so a side that moves at just that velocity feels nothing.
//! Water that falls over comes in without momentum along the normal.

pub(in crate::domain::swe) use super::super::hllc::Passed;
use super::super::hllc::{flux, greatest, least, wall_pressure};

/// Submergence from which a crest begins to lose its hold on the flow.
pub(super) const DROWNING_FROM: f64 = 0.80;
/// Submergence from which a face is an ordinary one.
pub(super) const DROWNED_FROM: f64 = 0.95;
/// Height of a crest above the higher bed, as a share of the head, below which it begins to lose its hold.
pub(super) const LOW_CREST: f64 = 0.1;

/// One side of a face: the cell, or its state at the face.
#[derive(Debug, Clone, Copy)]
pub(in crate::domain::swe) struct Beside {
    /// Depth, m.
    pub(in crate::domain::swe) h: f64,
    /// Velocity along the axis of the face (east or north), m/s.
    pub(in crate::domain::swe) un: f64,
    /// Bed, m.
    pub(in crate::domain::swe) z: f64,
}

/// The constants of a run that every structure on a face needs.
#[derive(Debug, Clone, Copy)]
pub(in crate::domain::swe) struct Rule {
    /// Gravity, m/s².
    pub(in crate::domain::swe) g: f64,
    /// Depth at and below which water has no velocity, m.
    pub(in crate::domain::swe) dry: f64,
}

impl Passed {
    pub(super) fn times(self, by: f64) -> Self {
        Self { m: by * self.m, pl: by * self.pl, pr: by * self.pr }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self { m: self.m + other.m, pl: self.pl + other.pl, pr: self.pr + other.pr }
    }
}

/// Discharge over an ideal broad crest, m²/s: `h1` (above 0) and `h2` are the levels of the higher and the lower side
/// above the crest, m.
pub(super) fn discharge(h1: f64, h2: f64, g: f64) -> f64 {
    /// (2/3)^(3/2)
    const CRITICAL: f64 = 0.544_331_053_951_817_4;
    let free = CRITICAL * (g * h1).sqrt() * h1;
    if h2 <= 0.0 {
        return free;
    }
    let s = least(h2 / h1, 1.0);
    free * (1.0 - s * s.sqrt()).powf(0.385)
}

/// What passes over a crest at level `crest` (m) with `coefficient` times the discharge of an ideal broad crest.
///
/// Mirrored sides give the mirrored result to the last bit.
pub(in crate::domain::swe) fn over_crest(
    left: Beside,
    right: Beside,
    crest: f64,
    coefficient: f64,
    rule: Rule,
) -> Passed {
    let rise = crest - greatest(left.z, right.z);
    if rise <= 0.0 {
        return over_step(left, right, crest, rule.g);
    }
    let (over_left, over_right) = ((left.z + left.h) - crest, (right.z + right.h) - crest);
    let (h1, h2) = (greatest(over_left, over_right), least(over_left, over_right));
    if h1 <= 0.0 {
        return held_back(left, right, 0.0, rule);
    }
    let ordinary = ordinary_share(rise, h1, h2);
    if ordinary >= 1.0 {
        return over_step(left, right, crest, rule.g);
    }
    let q = coefficient * discharge(h1, h2, rule.g);
    let weir = held_back(left, right, if over_left > over_right { q } else { -q }, rule);
    if ordinary > 0.0 {
        weir.times(1.0 - ordinary).and(over_step(left, right, crest, rule.g).times(ordinary))
    } else {
        weir
    }
}

/// Share of the flow over a crest that is that of an ordinary face, 0 to 1.
fn ordinary_share(rise: f64, h1: f64, h2: f64) -> f64 {
    let drowned = smooth((h2 / h1 - DROWNING_FROM) / (DROWNED_FROM - DROWNING_FROM));
    let low = 1.0 - smooth(rise / (LOW_CREST * h1));
    greatest(drowned, low)
}

/// 0 below 0, 1 above 1, and 3x² − 2x³ in between.
fn smooth(x: f64) -> f64 {
    let x = least(greatest(x, 0.0), 1.0);
    x * x * (3.0 - 2.0 * x)
}

/// The scheme's own flux over a crest as a step of the bed.
fn over_step(left: Beside, right: Beside, crest: f64, g: f64) -> Passed {
    let zf = greatest(greatest(left.z, right.z), crest);
    let above = |side: Beside| greatest((side.z + side.h) - zf, 0.0);
    flux(above(left), left.un, above(right), right.un, g)
}

/// A face that lets `q` (m²/s, from left to right) pass and holds back the rest.
pub(super) fn held_back(left: Beside, right: Beside, q: f64, rule: Rule) -> Passed {
    Passed { m: q, pl: on_side(left.h, left.un, q, rule), pr: on_side(right.h, -right.un, -q, rule) }
}

/// Momentum flux that one side feels beyond its own pressure at rest: depth `h`, velocity `u` towards the face, and `q`
/// that it gives (negative: gets).
fn on_side(h: f64, u: f64, q: f64, rule: Rule) -> f64 {
    if h <= rule.dry {
        return 0.0;
    }
    if q > 0.0 {
        return q * u + wall_pressure(h, u - q / h, rule.g);
    }
    // Water that falls over fills up behind water that goes away, but does not push it.
    let held = if u >= 0.0 { u } else { least(u - q / h, 0.0) };
    wall_pressure(h, held, rule.g)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;

    const RULE: Rule = Rule { g: 9.81, dry: 1e-3 };

    fn still(level: f64, z: f64) -> Beside {
        Beside { h: (level - z).max(0.0), un: 0.0, z }
    }

    #[test]
    fn free_flow_is_that_of_a_broad_crest() {
        // 0.5443311 · √9.81 · 0.5^1.5 = 0.5443311 · 3.1320919 · 0.3535534 = 0.602771 m²/s; a dry far side.
        let passed = over_crest(still(4.5, 0.0), still(0.0, 0.0), 4.0, 1.0, RULE);
        assert!((passed.m - 0.602_771).abs() < 1e-6, "{passed:?}");
        assert!((over_crest(still(4.5, 0.0), still(3.9, 0.0), 4.0, 0.85, RULE).m - 0.85 * passed.m).abs() < 1e-12);
        // Back the other way.
        assert_eq!(over_crest(still(0.0, 0.0), still(4.5, 0.0), 4.0, 1.0, RULE).m, -passed.m);
    }

    #[test]
    fn drowned_flow_follows_villemonte() {
        // S = 0.5: 1 − 0.5^1.5 = 0.6464466; its power 0.385 is exp(0.385 · −0.4362646) = 0.8453860.
        // Free with H = 1: 0.5443311 · 3.1320919 = 1.7048949, so 1.4412944 m²/s.
        assert!((discharge(1.0, 0.5, 9.81) - 1.441_294).abs() < 1e-5);
        let passed = over_crest(still(5.0, 0.0), still(4.5, 0.0), 4.0, 1.0, RULE);
        assert!((passed.m - 1.441_294).abs() < 1e-5);
    }

    #[test]
    fn a_lake_over_a_drowned_wall_feels_nothing_at_all() {
        for (zl, zr) in [(0.0, 0.3), (-2.0, 1.9), (0.5, 0.5)] {
            assert_eq!(over_crest(still(2.5, zl), still(2.5, zr), 2.0, 0.9, RULE), Passed::default());
        }
    }

    #[test]
    fn a_blocked_crest_holds_the_water_as_a_wall_does() {
        let left = Beside { h: 2.0, un: 0.7, z: 0.0 };
        let passed = over_crest(left, still(1.0, 0.0), 3.0, 1.0, RULE);
        assert_eq!(passed, Passed { m: 0.0, pl: wall_pressure(2.0, 0.7, 9.81), pr: 0.0 });
    }

    #[test]
    fn water_at_the_velocity_of_the_weir_is_not_held_back() {
        let q = discharge(0.5, -1.0, 9.81);
        let left = Beside { h: 4.5, un: q / 4.5, z: 0.0 };
        let right = Beside { h: 1.0, un: q / 1.0, z: 0.0 };
        let passed = over_crest(left, right, 4.0, 1.0, RULE);
        assert!((passed.pl - q * q / 4.5).abs() < 1e-12, "it carries its momentum out: {passed:?}");
        assert_eq!(passed.pr, 0.0, "and none in");
    }

    #[test]
    fn a_low_crest_and_a_drowned_crest_are_ordinary_faces() {
        let (left, right) = (Beside { h: 2.0, un: 0.4, z: 0.0 }, Beside { h: 1.0, un: 0.9, z: 0.0 });
        assert_eq!(over_crest(left, right, -1.0, 1.0, RULE), over_step(left, right, 0.0, RULE.g));
        assert_eq!(over_crest(left, right, 0.0, 1.0, RULE), over_step(left, right, 0.0, RULE.g));
        let deep = Beside { h: 1.97, un: 0.9, z: 0.0 };
        assert_eq!(over_crest(left, deep, 0.5, 1.0, RULE), over_step(left, deep, 0.5, RULE.g));
    }

    #[test]
    fn the_flow_has_no_jump_and_is_mirrored_exactly() {
        let mut before: Option<f64> = None;
        for k in 0..2000 {
            // The far side rises through all submergences.
            let left = Beside { h: 3.0, un: 0.2, z: 0.0 };
            let right = Beside { h: 1.5 + f64::from(k) * 1e-3, un: -0.1, z: 0.1 };
            let passed = over_crest(left, right, 2.0, 0.9, RULE);
            assert!(before.is_none_or(|b| (b - passed.m).abs() < 0.03), "{k}: {before:?} {}", passed.m);
            before = Some(passed.m);
            let flip = |s: Beside| Beside { un: -s.un, ..s };
            let back = over_crest(flip(right), flip(left), 2.0, 0.9, RULE);
            assert_eq!((back.m, back.pl, back.pr), (-passed.m, passed.pr, passed.pl));
        }
    }
}
