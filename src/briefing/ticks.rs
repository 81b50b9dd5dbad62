//! Round numbers and whole days for axes and scale bars.

use time::OffsetDateTime;

use super::clock;

/// Largest of 1, 2, 5 times a power of ten that is not above `limit`; 1 where the limit is not positive.
pub(crate) fn nice_at_most(limit: f64) -> f64 {
    if limit <= 0.0 || !limit.is_finite() {
        return 1.0;
    }
    let decade = 10.0_f64.powf(limit.log10().floor());
    [5.0, 2.0, 1.0].into_iter().map(|m| m * decade).find(|v| *v <= limit * (1.0 + 1e-9)).unwrap_or(decade)
}

/// Round values from at or below `low` to at or above `high`, about `n` steps.
pub(crate) fn nice(low: f64, high: f64, n: usize) -> Vec<f64> {
    let span = (high - low).max(1e-9);
    let least = span / n.max(1) as f64;
    let decade = 10.0_f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|m| m * decade).find(|v| *v >= least * (1.0 - 1e-9));
    let step = step.unwrap_or(10.0 * decade);
    let first = (low / step).floor();
    let last = (high / step - 1e-9).ceil();
    (0..).map(|i| first + f64::from(i)).take_while(|k| *k <= last).map(|k| k * step).collect()
}

/// A mark on the time axis.
pub(crate) struct DayTick {
    /// s after the start.
    pub(crate) time_secs: f64,
    /// Month and day, or the hour where the run is shorter than two days.
    pub(crate) label: String,
}

/// Midnights between the start and `until_secs`, at most `n_most`; whole hours when the run is shorter than two days.
pub(crate) fn days(start: OffsetDateTime, until_secs: f64, n_most: usize) -> Vec<DayTick> {
    let is_short = until_secs < 2.0 * 86_400.0;
    let unit_secs = if is_short { 3600.0 } else { 86_400.0 };
    let n_units = until_secs / unit_secs;
    if n_units < 1.0 {
        return [0.0, until_secs].map(|t| DayTick { time_secs: t, label: clock::hour(start, t) }).into();
    }
    let every = [1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 48.0].into_iter().find(|e| n_units / e <= n_most as f64);
    let step_secs = every.unwrap_or(n_units / n_most as f64).ceil() * unit_secs;
    let since_midnight = f64::from(u32::from(start.hour()) * 3600 + u32::from(start.minute()) * 60);
    let first = (since_midnight / unit_secs).ceil() * unit_secs - since_midnight;
    (0..)
        .map(|i| first + f64::from(i) * step_secs)
        .take_while(|t| *t <= until_secs)
        .map(|t| DayTick { time_secs: t, label: if is_short { clock::hour(start, t) } else { clock::day(start, t) } })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn scale_bars_are_round() {
        for (limit, expected) in [(27_300.0, 20_000.0), (5.0, 5.0), (0.9, 0.5), (1999.0, 1000.0)] {
            assert!((nice_at_most(limit) - expected).abs() < 1e-9, "{limit}");
        }
    }

    #[test]
    fn axes_hold_their_values() {
        assert_eq!(nice(0.0, 7860.0, 4), [0.0, 2000.0, 4000.0, 6000.0, 8000.0]);
        let stage = nice(76.3, 77.9, 4);
        assert!(stage[0] <= 76.3 && stage[stage.len() - 1] >= 77.9 && stage.len() <= 7, "{stage:?}");
    }

    #[test]
    fn days_are_midnights() {
        let ticks = days(datetime!(1996-08-03 08:00 +8), 10.0 * 86_400.0, 5);
        assert!((ticks[0].time_secs - 16.0 * 3600.0).abs() < 1e-9);
        assert_eq!(ticks[0].label, "08-04");
        assert!(ticks.len() <= 6, "{}", ticks.len());
    }

    #[test]
    fn a_run_of_hours_gets_hours() {
        let ticks = days(datetime!(1996-08-03 08:30 +8), 6.0 * 3600.0, 6);
        assert_eq!(ticks[0].label, "09:00");
        assert_eq!(ticks.len(), 6);
    }
}
