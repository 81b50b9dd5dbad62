//! Share of the people in the water who die: published functions.
//!
//! They were fitted to sudden floods (dikes that broke, storm surges, dam breaks). A slow flood of the floodplain with
//! hours of warning is expected to kill nobody: show the people exposed first, and an estimate only as a band, in a
//! drill. Deaths by illness and stress afterwards are not included.

use serde::{Deserialize, Serialize};

use crate::domain::impact::normal::normal_cdf;

/// Depth times speed from which on a place counts as swept by a breach, m²/s.
pub const BREACH_DV_M2S: f64 = 7.0;
/// Speed from which on a place counts as swept by a breach, m/s.
pub const BREACH_SPEED_MPS: f64 = 2.0;
/// Rates of rise between which the share passes from the remaining zone's to that of rapid rise, m/h. Dutch practice
/// (SSM); recalled.
pub const RISE_MPH: [f64; 2] = [0.5, 4.0];

/// Log-normal in depth: mean and standard deviation of ln(depth in m).
struct LogNormal {
    mu: f64,
    sigma: f64,
}

impl LogNormal {
    fn at(&self, depth_m: f64) -> f64 {
        if depth_m > 0.0 { normal_cdf((depth_m.ln() - self.mu) / self.sigma) } else { 0.0 }
    }
}

const RAPID_RISE: LogNormal = LogNormal { mu: 1.46, sigma: 0.28 };
const REMAINING: LogNormal = LogNormal { mu: 7.60, sigma: 2.75 };
const NEW_ORLEANS: LogNormal = LogNormal { mu: 5.20, sigma: 2.00 };

/// Share of the people present who die, in the remaining zone, by depth in m; 0 where it is dry.
///
/// Source: Jonkman, Vrijling and Vrouwenvelder (2008), Natural Hazards 46, doi 10.1007/s11069-008-9227-5: log-normal
/// with μ 7.60, σ 2.75; recalled.
pub fn remaining_frac(depth_m: f64) -> f64 {
    REMAINING.at(depth_m)
}

/// Share of the people present who die where water rises rapidly, by depth in m; 0 where it is dry.
///
/// Source: as [`remaining_frac`], μ 1.46, σ 0.28, published for depths from 2.1 m on; recalled. Below about
/// 2.1 m it is less than [`remaining_frac`], so [`jonkman_frac`] takes the larger of the two.
pub fn rapid_rise_frac(depth_m: f64) -> f64 {
    RAPID_RISE.at(depth_m)
}

/// Share of the people present who die, over a whole flooded area, by depth in m; 0 where it is dry.
///
/// Fit to New Orleans 2005, μ 5.20, σ 2.00 (Jonkman et al. 2009); recalled.
pub fn new_orleans_frac(depth_m: f64) -> f64 {
    NEW_ORLEANS.at(depth_m)
}

/// Share of the people present who die, by depth in m: the logistic 0.985 / (1 + e^(6.32 − 1.412 h)); 0 where it is dry.
///
/// Source: GFDRR, CCDR tools; found.
pub fn gfdrr_frac(depth_m: f64) -> f64 {
    if depth_m > 0.0 { 0.985 / (1.0 + (6.32 - 1.412 * depth_m).exp()) } else { 0.0 }
}

/// Share of the people present who die by the three zones of Jonkman et al. (2008).
///
/// - Swept by a breach, from [`BREACH_DV_M2S`] and [`BREACH_SPEED_MPS`] on: all.
/// - Elsewhere [`remaining_frac`], and between the rates of [`RISE_MPH`] linearly on to the larger of it and
///   [`rapid_rise_frac`]. The larger, because the curve of rapid rise is below the other in water that is less than
///   about 2.1 m deep.
///
/// `depth_m` is the largest depth, `dv_m2s` the largest depth times speed of one instant (m²/s), `speed_mps` the largest
/// speed, `rise_mph` the rate of rise in m/h. 0 where it is dry.
///
/// ```
/// use hetu::domain::impact::damage::casualties::jonkman_frac;
/// assert!((jonkman_frac(3.0, 0.3, 0.1, 0.2) - 0.0090).abs() < 1e-4); // slow
/// assert!((jonkman_frac(3.0, 0.3, 0.1, 4.0) - 0.0984).abs() < 1e-4); // rapid rise
/// ```
pub fn jonkman_frac(depth_m: f64, dv_m2s: f64, speed_mps: f64, rise_mph: f64) -> f64 {
    if depth_m > 0.0 && dv_m2s >= BREACH_DV_M2S && speed_mps >= BREACH_SPEED_MPS {
        return 1.0;
    }
    let remaining = remaining_frac(depth_m);
    let rapid = rapid_rise_frac(depth_m).max(remaining);
    // A rate of rise that is no number is none.
    let weight = ((rise_mph.max(RISE_MPH[0]) - RISE_MPH[0]) / (RISE_MPH[1] - RISE_MPH[0])).min(1.0);
    remaining + (rapid - remaining) * weight
}

/// How severe a dam-break flood is, by Graham.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Severity {
    /// Buildings stay on their foundations.
    Low,
    /// Homes are destroyed, trees and ruins stay for people to hold.
    Medium,
    /// Everything is swept away. No value of depth and speed says so: it is a judgement.
    High,
}

impl Severity {
    /// Low below 4.6 m²/s (50 ft²/s) of depth times speed, medium from there on; high is never found so.
    pub fn of_dv(dv_m2s: f64) -> Self {
        if dv_m2s >= 4.6 { Self::Medium } else { Self::Low }
    }
}

/// How long before the water people were warned, by Graham.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Warning {
    /// Less than 15 minutes, or not at all.
    None,
    /// 15 to 60 minutes.
    Some,
    /// More than 60 minutes.
    Adequate,
}

impl Warning {
    /// The class of a time in s; NaN counts as none.
    pub fn of_secs(secs: f64) -> Self {
        match secs / 60.0 {
            minutes if minutes > 60.0 => Self::Adequate,
            minutes if minutes >= 15.0 => Self::Some,
            _ => Self::None,
        }
    }
}

/// How well people understood the warning, by Graham.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Understanding {
    /// Those who warn have not seen the flood, or do not grasp its size.
    Vague,
    /// Those who warn know the flood and its size.
    Precise,
}

/// Low, best and high share of the people at risk who die.
///
/// Source: Graham, A Procedure for Estimating Loss of Life Caused by Dam Failure, US Bureau of Reclamation DSO-99-06
/// (1999), table 7; recalled. Without a warning, and in a flood of high severity, the understanding does not count.
pub const fn graham_frac(severity: Severity, warning: Warning, understanding: Understanding) -> [f64; 3] {
    match (severity, warning, understanding) {
        (Severity::High, ..) => [0.30, 0.75, 1.0],
        (Severity::Medium, Warning::None, _) => [0.03, 0.15, 0.35],
        (Severity::Medium, Warning::Some, Understanding::Vague) => [0.01, 0.04, 0.08],
        (Severity::Medium, Warning::Some, Understanding::Precise) => [0.005, 0.02, 0.04],
        (Severity::Medium, Warning::Adequate, Understanding::Vague) => [0.005, 0.03, 0.06],
        (Severity::Medium, Warning::Adequate, Understanding::Precise) => [0.002, 0.01, 0.02],
        (Severity::Low, Warning::None, _) => [0.0, 0.01, 0.02],
        (Severity::Low, Warning::Some, Understanding::Vague) => [0.0, 0.007, 0.015],
        (Severity::Low, Warning::Some, Understanding::Precise) => [0.0, 0.002, 0.004],
        (Severity::Low, Warning::Adequate, Understanding::Vague) => [0.0, 0.0003, 0.0006],
        (Severity::Low, Warning::Adequate, Understanding::Precise) => [0.0, 0.0002, 0.0004],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop, prop_assert, proptest};

    const DEPTHS_M: [f64; 10] = [0.5, 1.0, 1.5, 2.0, 2.1, 2.5, 3.0, 4.0, 5.0, 6.0];

    fn check(function: fn(f64) -> f64, expected: [f64; 10]) {
        for (depth, expected) in DEPTHS_M.into_iter().zip(expected) {
            assert!((function(depth) - expected).abs() < 1e-4, "{depth} m: {}", function(depth));
        }
        assert!([0.0, -1.0, f64::NAN].into_iter().all(|dry| function(dry).abs() < 1e-12));
    }

    #[test]
    fn the_functions_have_their_tabulated_values() {
        check(remaining_frac, [0.0013, 0.0029, 0.0044, 0.0060, 0.0063, 0.0075, 0.0090, 0.0119, 0.0147, 0.0173]);
        check(rapid_rise_frac, [0.0, 0.0, 0.0001, 0.0031, 0.0052, 0.0261, 0.0984, 0.3962, 0.7032, 0.8820]);
        check(new_orleans_frac, [0.0016, 0.0047, 0.0083, 0.0121, 0.0129, 0.0161, 0.0201, 0.0283, 0.0363, 0.0442]);
        check(gfdrr_frac, [0.0036, 0.0072, 0.0145, 0.0290, 0.0332, 0.0570, 0.1090, 0.3330, 0.6668, 0.8824]);
    }

    #[test]
    fn the_zones_follow_breach_and_rate_of_rise() {
        let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        close(jonkman_frac(3.5, 7.0, 2.0, 0.0), 1.0);
        close(jonkman_frac(3.5, 7.0, 1.9, 0.0), remaining_frac(3.5));
        close(jonkman_frac(3.5, 6.9, 3.0, 0.0), remaining_frac(3.5));
        close(jonkman_frac(3.0, 0.0, 0.0, 0.5), remaining_frac(3.0));
        close(jonkman_frac(3.0, 0.0, 0.0, 9.0), rapid_rise_frac(3.0));
        close(jonkman_frac(3.0, 0.0, 0.0, 2.25), 0.5 * (remaining_frac(3.0) + rapid_rise_frac(3.0)));
        // The guard: rapid rise is not less deadly than slow rise in shallow water.
        close(jonkman_frac(1.5, 0.0, 0.0, 9.0), remaining_frac(1.5));
        close(jonkman_frac(0.0, 9.0, 9.0, 9.0), 0.0);
        close(jonkman_frac(3.0, f64::NAN, f64::NAN, f64::NAN), remaining_frac(3.0));
    }

    #[test]
    fn graham_by_class() {
        assert_eq!([4.59, 4.6, 90.0].map(Severity::of_dv), [Severity::Low, Severity::Medium, Severity::Medium]);
        let minutes = [0.0, 14.9, 15.0, 60.0, 60.1].map(|minutes| Warning::of_secs(minutes * 60.0));
        assert_eq!(minutes, [Warning::None, Warning::None, Warning::Some, Warning::Some, Warning::Adequate]);
        let best = |severity, warning, understanding| graham_frac(severity, warning, understanding)[1];
        assert!((best(Severity::High, Warning::Adequate, Understanding::Precise) - 0.75).abs() < 1e-12);
        assert!((best(Severity::Medium, Warning::Some, Understanding::Precise) - 0.02).abs() < 1e-12);
        assert!((best(Severity::Low, Warning::Adequate, Understanding::Vague) - 0.0003).abs() < 1e-12);
    }

    #[test]
    fn graham_falls_with_warning_and_understanding() {
        let warnings = [Warning::None, Warning::Some, Warning::Adequate];
        for severity in [Severity::Low, Severity::Medium, Severity::High] {
            for warning in warnings {
                let [vague, precise] = [Understanding::Vague, Understanding::Precise]
                    .map(|understanding| graham_frac(severity, warning, understanding));
                assert!(vague.is_sorted() && precise.is_sorted() && vague[2] <= 1.0);
                assert!(
                    vague.iter().zip(precise).all(|(vague, precise)| precise <= *vague),
                    "{severity:?} {warning:?}"
                );
            }
            let best = warnings.map(|warning| graham_frac(severity, warning, Understanding::Vague)[1]);
            assert!(best.is_sorted_by(|earlier, later| earlier >= later), "{severity:?}");
        }
    }

    proptest! {
        #[test]
        fn the_share_is_bounded_and_never_falls(
            water in [0.0_f64..8.0, 0.0..10.0, 0.0..4.0, 0.0..6.0],
            more in prop::array::uniform4(0.0_f64..2.0),
        ) {
            let share = |[depth, dv, speed, rise]: [f64; 4]| jonkman_frac(depth, dv, speed, rise);
            let before = share(water);
            prop_assert!((0.0..=1.0).contains(&before));
            for k in 0..4 {
                let mut worse = water;
                worse[k] += more[k];
                // Twice the error of the distribution.
                prop_assert!(share(worse) >= before - 1.5e-7, "{water:?} {worse:?}");
            }
        }
    }
}
