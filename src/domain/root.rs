//! Where a function reaches a value.

/// Narrowings of the interval that holds the place; a dozen do as a rule.
const NARROWINGS: u32 = 100;

/// Where between `low` and `high` a rising function reaches a value: false position in the Illinois form (Dowell and
/// Jarratt 1971).
///
/// The place is at or above the true one, and within `near` of it; `low` where the function is above the value
/// throughout, `high` where it is below it.
pub(in crate::domain) fn where_rising(low: f64, high: f64, value: f64, near: f64, rising: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (low, high);
    let (mut under, mut over) = (rising(low) - value, rising(high) - value);
    if under >= 0.0 {
        return low;
    }
    let mut moved_low = None;
    for _ in 0..NARROWINGS {
        if over <= 0.0 || high - low < near {
            break;
        }
        let middle = ((low * over - high * under) / (over - under)).clamp(low, high);
        let found = rising(middle) - value;
        if found < 0.0 {
            (low, under) = (middle, found);
            over *= if moved_low == Some(true) { 0.5 } else { 1.0 };
            moved_low = Some(true);
        } else {
            (high, over) = (middle, found);
            under *= if moved_low == Some(false) { 0.5 } else { 1.0 };
            moved_low = Some(false);
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_found_and_stays_between_the_ends() {
        let cube = |x: f64| x * x * x;
        assert!((where_rising(0.0, 10.0, 8.0, 1e-11, cube) - 2.0).abs() < 1e-9);
        assert!((where_rising(3.0, 10.0, 8.0, 1e-11, cube) - 3.0).abs() < 1e-12);
        assert!((where_rising(0.0, 1.5, 8.0, 1e-11, cube) - 1.5).abs() < 1e-12);
    }
}
