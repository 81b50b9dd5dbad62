//! The speed limit: how far the run may be by now.

use std::time::{Duration, Instant};

/// Lead that a run may save up while it was slower than its limit, wall s. Without a bound it would race afterwards.
const MAX_LEAD_SECS: f64 = 0.25;

/// At most so many simulated seconds per wall second.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    limit: Option<f64>,
    since: Option<(Instant, f64)>,
}

impl Throttle {
    /// A limit below 1 (also not a number) counts as 1: the pace of the water itself.
    pub(crate) fn set(&mut self, limit: Option<f64>) {
        self.limit = limit.map(|limit| limit.max(1.0));
        self.since = None;
    }

    /// Forgets what was before, as after a pause.
    pub(crate) fn restart(&mut self) {
        self.since = None;
    }

    /// Simulated time that the run may reach now, s, when it is at `time_secs`.
    pub(crate) fn allowed_secs(&mut self, now: Instant, time_secs: f64) -> f64 {
        let Some(limit) = self.limit else { return f64::INFINITY };
        let (since, from_secs) = *self.since.get_or_insert((now, time_secs));
        let allowed = from_secs + limit * now.duration_since(since).as_secs_f64();
        if allowed - time_secs <= limit * MAX_LEAD_SECS {
            return allowed;
        }
        let allowed = time_secs + limit * MAX_LEAD_SECS;
        self.since = Some((now, allowed));
        allowed
    }

    /// Wall time until a run at `time_secs` may go on; zero when it may now.
    pub(crate) fn wait(&mut self, now: Instant, time_secs: f64) -> Duration {
        let ahead_secs = time_secs - self.allowed_secs(now, time_secs);
        let limit = self.limit.unwrap_or(f64::INFINITY);
        Duration::try_from_secs_f64(ahead_secs / limit).unwrap_or(Duration::ZERO)
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the numbers are exact in binary")]
mod tests {
    use super::*;
    use crate::engine::clock;

    #[test]
    fn a_run_ahead_of_its_limit_waits() {
        let mut throttle = Throttle::default();
        let start = clock::now();
        assert_eq!(throttle.wait(start, 1e9), Duration::ZERO);
        throttle.set(Some(600.0));
        assert_eq!(throttle.wait(start, 100.0), Duration::ZERO);
        assert_eq!(throttle.wait(start, 400.0), Duration::from_millis(500));
        assert_eq!(throttle.wait(start + Duration::from_millis(400), 400.0), Duration::from_millis(100));
        throttle.restart();
        assert_eq!(throttle.wait(start, 400.0), Duration::ZERO);
    }

    #[test]
    fn a_slow_run_does_not_save_up_a_race() {
        let mut throttle = Throttle::default();
        throttle.set(Some(1_000.0));
        let start = clock::now();
        assert_eq!(throttle.allowed_secs(start, 0.0), 0.0);
        let later = start + Duration::from_mins(1);
        assert_eq!(throttle.allowed_secs(later, 10.0), 10.0 + 250.0);
        assert_eq!(throttle.allowed_secs(later + Duration::from_secs(1), 260.0), 260.0 + 250.0);
    }

    #[test]
    fn a_senseless_limit_is_the_pace_of_the_water() {
        for limit in [0.0, -3.0, f64::NAN] {
            let mut throttle = Throttle::default();
            throttle.set(Some(limit));
            let start = clock::now();
            throttle.allowed_secs(start, 0.0);
            assert_eq!(throttle.wait(start, 2.0), Duration::from_secs(2), "{limit}");
        }
    }
}
