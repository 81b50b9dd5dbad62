//! How many have left, and by when the order must be out: curves of warning and getting ready, pure functions of time.

use super::calendar::Daytime;
use super::exposure::Leaving;
use super::normal::normal_cdf;

/// Points of the distribution of warning times that the curve of departures is averaged over.
const N_POINTS: usize = 64;
/// Step and length of the table of departures, h.
const STEP_HOURS: f64 = 0.1;
const N_STEPS: usize = 480;

const HOUR_SECS: f64 = 3600.0;

/// Share of those who obey that has left, by time since the order: warning, then getting ready.
#[derive(Debug, Clone)]
pub struct Departures {
    /// By steps of [`STEP_HOURS`]: by day practised and not, by night practised and not.
    tables: [Vec<f64>; 4],
    leaving: Leaving,
}

impl Departures {
    /// The curves of some settings.
    pub fn new(leaving: Leaving) -> Self {
        let table = |night: usize, unready: usize| {
            let (tau, median) = (leaving.spread_hours[night], leaving.ready_hours[unready]);
            (0..=N_STEPS).map(|k| left_frac(k as f64 * STEP_HOURS, tau, median, leaving.ready_sigma)).collect()
        };
        Self { tables: [table(0, 0), table(0, 1), table(1, 0), table(1, 1)], leaving }
    }

    /// Share of the residents that has left this long after the order, 0 to 1; never more than obey it.
    pub fn left_frac(&self, since_secs: f64, daytime: Daytime, is_practised: bool) -> f64 {
        let table = &self.tables[2 * place_of(daytime) + usize::from(!is_practised)];
        let obeying = 1.0 - self.leaving.stay_frac[usize::from(!is_practised)];
        obeying * at(table, since_secs / HOUR_SECS / STEP_HOURS)
    }

    /// Time from the order until nearly all who obey have left, s: 95 % of the warning and 90 % of getting ready.
    pub fn lead_secs(&self, daytime: Daytime, is_practised: bool) -> f64 {
        let tau = self.leaving.spread_hours[place_of(daytime)];
        let warned_hours = tau * (-(0.05_f64).ln()).powf(1.0 / SPREAD_EXPONENT);
        let ready_hours =
            self.leaving.ready_hours[usize::from(!is_practised)] * (self.leaving.ready_sigma * Z_90).exp();
        (warned_hours + ready_hours) * HOUR_SECS
    }
}

/// Place of a time of day in the settings.
const fn place_of(daytime: Daytime) -> usize {
    match daytime {
        Daytime::Day => 0,
        Daytime::Night => 1,
    }
}

/// Exponent of the spread of a warning.
const SPREAD_EXPONENT: f64 = 1.2;
/// 90 % of a normal distribution lie below this many standard deviations.
const Z_90: f64 = 1.281_551_565_544_6;

/// Mean, over the times at which the warning comes, of the share that is ready by then.
fn left_frac(hours: f64, tau_hours: f64, median_hours: f64, sigma: f64) -> f64 {
    let ready = |since: f64| if since > 0.0 { normal_cdf((since / median_hours).ln() / sigma) } else { 0.0 };
    let warned_at = |k: usize| {
        let share = (k as f64 + 0.5) / N_POINTS as f64;
        tau_hours * (-(1.0 - share).ln()).powf(1.0 / SPREAD_EXPONENT)
    };
    (0..N_POINTS).map(|k| ready(hours - warned_at(k))).sum::<f64>() / N_POINTS as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the table")]
fn at(table: &[f64], place: f64) -> f64 {
    if place.is_nan() || place <= 0.0 {
        return 0.0;
    }
    let last = table.len() - 1;
    let place = place.min(last as f64);
    let before = (place as usize).min(last - 1);
    table[before] + (table[before + 1] - table[before]) * (place - before as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_leaves_before_the_order_and_nearly_all_who_obey_within_a_day() {
        let departures = Departures::new(Leaving::default());
        for (daytime, is_practised, obeying) in [(Daytime::Day, true, 0.97), (Daytime::Night, false, 0.88)] {
            let left = |hours: f64| departures.left_frac(hours * HOUR_SECS, daytime, is_practised);
            assert!(left(-1.0).abs() < 1e-12 && left(0.0).abs() < 1e-12);
            let curve: Vec<f64> = (0..200).map(|k| left(f64::from(k) * 0.25)).collect();
            assert!(curve.windows(2).all(|pair| pair[0] <= pair[1]));
            assert!((left(48.0) - obeying).abs() < 2e-3, "{}", left(48.0));
        }
    }

    #[test]
    fn the_lead_is_that_of_the_two_quantiles() {
        let departures = Departures::new(Leaving::default());
        // By day: 0.7 (ln 20)^(1/1.2) = 1.746 h to warn 95 %, 1.0 exp(0.6 * 1.28155) = 2.157 h to be ready.
        let hours = departures.lead_secs(Daytime::Day, true) / HOUR_SECS;
        assert!((hours - 3.903).abs() < 2e-3, "{hours}");
        let left = departures.left_frac(hours * HOUR_SECS, Daytime::Day, true) / 0.97;
        assert!((0.90..1.0).contains(&left), "{left} of those who obey have left by then");
        assert!(departures.lead_secs(Daytime::Night, false) > departures.lead_secs(Daytime::Day, true));
    }
}
