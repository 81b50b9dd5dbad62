//! What speed, warning and duration change in the answer of a depth curve.
//!
//! All are derived by this project (演示参数), in the form of the corrections that Chinese dam-break studies make
//! (velocity and warning-time coefficients). No correction raises a fraction above 1.

/// Speed from which on water does more harm than its depth says, m/s.
pub const FAST_MPS: f64 = 2.0;
/// Duration beyond which buildings suffer more than the depth says, s (7 days).
pub const LONG_WET_SECS: f64 = 7.0 * 86_400.0;
/// Warnings from which on goods can be carried away, s (6 and 24 hours).
pub const WARNINGS_SECS: [f64; 2] = [6.0 * 3600.0, 24.0 * 3600.0];

/// Fraction of any asset in water of this largest speed (m/s): a quarter more from [`FAST_MPS`] on, at most 1.
///
/// Beside it a building is tested for collapse ([`Building::state`](super::buildings::Building::state)).
pub fn for_speed(fraction: f64, speed_mps: f64) -> f64 {
    if speed_mps >= FAST_MPS { (fraction * 1.25).min(1.0) } else { fraction }
}

/// Fraction of household goods after a warning (s) with transport at hand: 0.6 of it from 6 hours on, 0.4 from 24.
pub fn goods_for_warning(fraction: f64, warning_secs: f64) -> f64 {
    match warning_secs {
        secs if secs >= WARNINGS_SECS[1] => fraction * 0.4,
        secs if secs >= WARNINGS_SECS[0] => fraction * 0.6,
        _ => fraction,
    }
}

/// Fraction of a building that stood in water for this long (s): 0.15 more beyond [`LONG_WET_SECS`], at most 1.
pub fn building_for_duration(fraction: f64, duration_secs: f64) -> f64 {
    if duration_secs > LONG_WET_SECS { (fraction * 1.15).min(1.0) } else { fraction }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(correction: fn(f64, f64) -> f64, cases: &[[f64; 3]]) {
        for &[fraction, by, expected] in cases {
            let found = correction(fraction, by);
            assert!((found - expected).abs() < 1e-12, "{fraction} by {by}: {found}");
        }
    }

    #[test]
    fn fast_water_does_a_quarter_more() {
        check(for_speed, &[[0.4, 1.99, 0.4], [0.4, 2.0, 0.5], [0.9, 3.0, 1.0], [0.0, 3.0, 0.0], [0.4, f64::NAN, 0.4]]);
    }

    #[test]
    fn goods_are_carried_away_in_time() {
        let hours = |hours: f64| hours * 3600.0;
        let cases = [[0.5, hours(5.9), 0.5], [0.5, hours(6.0), 0.3], [0.5, hours(23.9), 0.3], [0.5, hours(24.0), 0.2]];
        check(goods_for_warning, &cases);
    }

    #[test]
    fn long_water_weakens_walls() {
        let days = |days: f64| days * 86_400.0;
        check(building_for_duration, &[[0.4, days(7.0), 0.4], [0.4, days(7.1), 0.46], [0.95, days(9.0), 1.0]]);
    }
}
