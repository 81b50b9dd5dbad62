//! How well a simulated series agrees with an observed one.
//!
//! Here: the figures themselves, as pure functions of two series. `standard` has the permissible errors and grades of
//! the Chinese standard for hydrological forecasting, `table` applies both to every station of a run, and `sediment`
//! compares what the water carries.
//!
//! Like is compared with like: a simulated series is sampled far more densely than it was observed, so it is first read
//! at the instants of the observations ([`pairs`]), and every figure is one of these pairs.

pub mod sediment;
pub mod standard;
pub mod table;

/// An observed value and the simulated one at its instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// When, s after the start.
    pub time_secs: f64,
    /// Observed value.
    pub observed: f64,
    /// Simulated value, in the same unit.
    pub simulated: f64,
}

impl Pair {
    /// Simulated less observed.
    pub fn error(&self) -> f64 {
        self.simulated - self.observed
    }
}

/// Observed values with the simulated ones at their instants, by linear interpolation.
///
/// Both series are (time in s, value), rising in time. Observations outside the simulated span have no pair: nothing is
/// extrapolated.
pub fn pairs(observed: &[[f64; 2]], simulated: &[[f64; 2]]) -> Vec<Pair> {
    let pair = |o: &[f64; 2]| Some(Pair { time_secs: o[0], observed: o[1], simulated: value_at(simulated, o[0])? });
    observed.iter().filter_map(pair).collect()
}

/// Value of a series at an instant, linear between its points; `None` outside them.
pub fn value_at(series: &[[f64; 2]], time_secs: f64) -> Option<f64> {
    let after = series.partition_point(|p| p[0] <= time_secs);
    let before = series.get(after.checked_sub(1)?)?;
    match series.get(after) {
        Some(next) => Some(before[1] + (next[1] - before[1]) * (time_secs - before[0]) / (next[0] - before[0])),
        None => (before[0] >= time_secs).then_some(before[1]),
    }
}

/// Deterministic coefficient (确定性系数) DC = 1 − Σ(s − o)² / Σ(o − ō)², the efficiency of Nash and Sutcliffe (1970).
///
/// 1 is agreement, 0 is no better than the observed mean. `None` for fewer than two pairs or a constant observation.
pub fn deterministic_coefficient(pairs: &[Pair]) -> Option<f64> {
    let mean = mean(pairs, |pair| pair.observed)?;
    let spread: f64 = pairs.iter().map(|pair| (pair.observed - mean).powi(2)).sum();
    let errors: f64 = pairs.iter().map(|pair| pair.error().powi(2)).sum();
    // A spread that is only the rounding of the mean is none.
    let is_constant = spread <= 1e-20 * mean * mean * pairs.len() as f64;
    (pairs.len() >= 2 && !is_constant).then(|| 1.0 - errors / spread)
}

/// Mean of simulated less observed, in the unit of the values; `None` without a pair.
pub fn bias(pairs: &[Pair]) -> Option<f64> {
    mean(pairs, Pair::error)
}

/// Root of the mean square of simulated less observed, in the unit of the values; `None` without a pair.
pub fn root_mean_square_error(pairs: &[Pair]) -> Option<f64> {
    mean(pairs, |pair| pair.error().powi(2)).map(f64::sqrt)
}

/// The error of largest size, with its sign; the first of equals. `None` without a pair.
pub fn largest_error(pairs: &[Pair]) -> Option<f64> {
    pairs.iter().map(Pair::error).reduce(|worst, error| if error.abs() > worst.abs() { error } else { worst })
}

/// Simulated less observed volume as a share of the observed.
///
/// Both volumes are those under straight lines between the pairs, so that a peak between two readings counts in neither.
/// `None` for fewer than two pairs or an observed volume of nothing.
pub fn volume_error_frac(pairs: &[Pair]) -> Option<f64> {
    let volume = |of: fn(&Pair) -> f64| -> f64 {
        pairs.windows(2).map(|p| 0.5 * (of(&p[0]) + of(&p[1])) * (p[1].time_secs - p[0].time_secs)).sum()
    };
    let (observed, simulated) = (volume(|pair| pair.observed), volume(|pair| pair.simulated));
    (pairs.len() >= 2 && observed > 0.0).then(|| simulated / observed - 1.0)
}

/// Time and value of the largest value, the first of equals; `None` for an empty series.
pub fn peak(series: &[[f64; 2]]) -> Option<[f64; 2]> {
    series.iter().copied().reduce(|best, point| if point[1] > best[1] { point } else { best })
}

/// The peak as observed, as simulated at the instants of the readings, and as simulated between them too.
///
/// The first two are like with like. The third is larger than the second by what readings so far apart cannot see.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeakComparison {
    /// Time (s after the start) and value of the largest reading that has a pair.
    pub observed: [f64; 2],
    /// Time and value of the largest simulated value at the instants of the readings.
    pub at_readings: [f64; 2],
    /// Time and value of the largest simulated value from the first reading to the last.
    pub simulated: [f64; 2],
}

impl PeakComparison {
    /// The peaks of an observed series and of a simulated one; `None` without a pair.
    pub fn of(pairs: &[Pair], simulated: &[[f64; 2]]) -> Option<Self> {
        let (first, last) = (pairs.first()?.time_secs, pairs.last()?.time_secs);
        let column = |of: fn(&Pair) -> f64| -> Vec<[f64; 2]> { pairs.iter().map(|p| [p.time_secs, of(p)]).collect() };
        let at_readings = peak(&column(|pair| pair.simulated))?;
        let within: Vec<[f64; 2]> = simulated.iter().copied().filter(|p| p[0] >= first && p[0] <= last).collect();
        let true_peak = peak(&within).filter(|p| p[1] > at_readings[1]).unwrap_or(at_readings);
        Some(Self { observed: peak(&column(|pair| pair.observed))?, at_readings, simulated: true_peak })
    }

    /// Simulated at the readings less observed, in the unit of the values.
    pub fn error(&self) -> f64 {
        self.at_readings[1] - self.observed[1]
    }

    /// The same as a share of the observed peak.
    pub fn error_frac(&self) -> f64 {
        self.error() / self.observed[1]
    }

    /// Time of the simulated peak at the readings less that of the observed one, s.
    pub fn time_error_secs(&self) -> f64 {
        self.at_readings[0] - self.observed[0]
    }
}

/// Travel of a peak from one station to another, s.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeakTravel {
    /// Between the largest readings.
    pub observed_secs: f64,
    /// Between the largest simulated values at the instants of the readings.
    pub at_readings_secs: f64,
    /// Between the largest simulated values.
    pub simulated_secs: f64,
}

/// Travel of the peak from an upper station to a lower one.
pub fn peak_travel(upper: &PeakComparison, lower: &PeakComparison) -> PeakTravel {
    PeakTravel {
        observed_secs: lower.observed[0] - upper.observed[0],
        at_readings_secs: lower.at_readings[0] - upper.at_readings[0],
        simulated_secs: lower.simulated[0] - upper.simulated[0],
    }
}

fn mean(pairs: &[Pair], of: impl Fn(&Pair) -> f64) -> Option<f64> {
    (!pairs.is_empty()).then(|| pairs.iter().map(of).sum::<f64>() / pairs.len() as f64)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "picked values are not computed")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(found: Option<f64>, expected: f64) {
        let found = found.unwrap();
        assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
    }

    fn made(rows: &[[f64; 3]]) -> Vec<Pair> {
        rows.iter()
            .map(|[time_secs, observed, simulated]| Pair {
                time_secs: *time_secs,
                observed: *observed,
                simulated: *simulated,
            })
            .collect()
    }

    /// Observed 1, 3, 2; simulated 2, 3, 4: errors 1, 0, 2.
    fn by_hand() -> Vec<Pair> {
        made(&[[0.0, 1.0, 2.0], [10.0, 3.0, 3.0], [30.0, 2.0, 4.0]])
    }

    #[test]
    fn figures_by_hand() {
        let pairs = by_hand();
        // The mean is 2, the spread 1 + 1 + 0, the squared errors 1 + 0 + 4.
        close(deterministic_coefficient(&pairs), 1.0 - 5.0 / 2.0);
        close(bias(&pairs), 1.0);
        close(root_mean_square_error(&pairs), (5.0_f64 / 3.0).sqrt());
        close(largest_error(&pairs), 2.0);
        // Observed 2 × 10 + 2.5 × 20 = 70, simulated 2.5 × 10 + 3.5 × 20 = 95.
        close(volume_error_frac(&pairs), 25.0 / 70.0);
    }

    #[test]
    fn figures_that_cannot_be_are_none() {
        assert_eq!((deterministic_coefficient(&[]), bias(&[]), root_mean_square_error(&[])), (None, None, None));
        assert_eq!((largest_error(&[]), volume_error_frac(&[]), PeakComparison::of(&[], &[])), (None, None, None));
        assert_eq!(deterministic_coefficient(&made(&[[0.0, 5.0, 4.0], [1.0, 5.0, 6.0]])), None, "no spread");
        assert_eq!(deterministic_coefficient(&made(&[[0.0, 0.1, 4.0], [1.0, 0.1, 6.0], [2.0, 0.1, 0.0]])), None);
        assert_eq!(volume_error_frac(&made(&[[0.0, 5.0, 4.0]])), None);
    }

    #[test]
    fn a_simulated_series_is_read_at_the_readings_and_not_beyond_its_ends() {
        let simulated = [[10.0, 100.0], [20.0, 200.0], [40.0, 0.0]];
        let observed = [[5.0, 1.0], [10.0, 2.0], [15.0, 3.0], [35.0, 4.0], [40.0, 5.0], [41.0, 6.0]];
        assert_eq!(
            pairs(&observed, &simulated),
            made(&[[10.0, 2.0, 100.0], [15.0, 3.0, 150.0], [35.0, 4.0, 50.0], [40.0, 5.0, 0.0]])
        );
    }

    #[test]
    fn a_peak_between_two_readings_is_told_apart_from_the_largest_reading() {
        let simulated = [[0.0, 1.0], [10.0, 5.0], [15.0, 9.0], [20.0, 4.0], [30.0, 2.0], [50.0, 99.0]];
        let observed = [[0.0, 1.0], [10.0, 3.0], [20.0, 4.5], [30.0, 2.0]];
        let peaks = PeakComparison::of(&pairs(&observed, &simulated), &simulated).unwrap();
        assert_eq!(peaks.observed, [20.0, 4.5]);
        assert_eq!(peaks.at_readings, [10.0, 5.0]);
        assert_eq!(peaks.simulated, [15.0, 9.0], "what comes after the last reading is not compared");
        assert!((peaks.error_frac() - 0.5 / 4.5).abs() < 1e-12 && (peaks.time_error_secs() + 10.0).abs() < 1e-12);
        let lower = PeakComparison { observed: [50.0, 4.0], at_readings: [40.0, 4.0], simulated: [37.0, 6.0] };
        let travel = peak_travel(&peaks, &lower);
        assert_eq!([travel.observed_secs, travel.at_readings_secs, travel.simulated_secs], [30.0, 30.0, 22.0]);
    }

    fn any_pairs() -> impl Strategy<Value = Vec<Pair>> {
        prop::collection::vec((1.0..5000.0, 1.0..5000.0), 3..40).prop_map(|values: Vec<(f64, f64)>| {
            let pair =
                |(i, (o, s)): (usize, (f64, f64))| Pair { time_secs: 3600.0 * i as f64, observed: o, simulated: s };
            values.into_iter().enumerate().map(pair).collect()
        })
    }

    proptest! {
        #[test]
        fn identical_series_agree_wholly(pairs in any_pairs()) {
            let same: Vec<Pair> = pairs.iter().map(|p| Pair { simulated: p.observed, ..*p }).collect();
            prop_assert_eq!(deterministic_coefficient(&same), Some(1.0));
            prop_assert_eq!(root_mean_square_error(&same), Some(0.0));
            prop_assert_eq!(volume_error_frac(&same), Some(0.0));
        }

        #[test]
        fn a_change_of_unit_changes_only_what_has_a_unit(pairs in any_pairs(), factor in 0.01..100.0) {
            let scaled: Vec<Pair> = pairs
                .iter()
                .map(|p| Pair { observed: factor * p.observed, simulated: factor * p.simulated, ..*p })
                .collect();
            close(deterministic_coefficient(&scaled), deterministic_coefficient(&pairs).unwrap());
            close(volume_error_frac(&scaled), volume_error_frac(&pairs).unwrap());
            close(bias(&scaled), factor * bias(&pairs).unwrap());
            close(root_mean_square_error(&scaled), factor * root_mean_square_error(&pairs).unwrap());
        }

        #[test]
        fn a_shift_of_both_changes_no_error(pairs in any_pairs(), shift in -500.0..500.0) {
            let moved: Vec<Pair> = pairs
                .iter()
                .map(|p| Pair { observed: p.observed + shift, simulated: p.simulated + shift, ..*p })
                .collect();
            close(deterministic_coefficient(&moved), deterministic_coefficient(&pairs).unwrap());
            close(largest_error(&moved), largest_error(&pairs).unwrap());
        }

        #[test]
        fn the_mean_is_worth_nothing(pairs in any_pairs()) {
            let mean = pairs.iter().map(|p| p.observed).sum::<f64>() / pairs.len() as f64;
            let flat: Vec<Pair> = pairs.iter().map(|p| Pair { simulated: mean, ..*p }).collect();
            prop_assert!(deterministic_coefficient(&flat).unwrap().abs() < 1e-9);
        }
    }
}
