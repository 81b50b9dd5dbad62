//! Permissible errors and grades of GB/T 22482-2008 (水文情报预报规范), and of SL 250-2000 before it.
//!
//! The figures (20 %, 30 %, 3 h, 5 %, 0.10 m; 85, 70, 60 %; 0.90, 0.70, 0.50) were found in secondary sources that agree
//! with one another (confidence A); the text of the standard itself was not at hand, so no clause is cited beyond its
//! section on the assessment of accuracy (精度评定), and the lower limits of the stage error are recalled (confidence B).
//! An edition of 2026 follows it and comes into force on 2027-02-01.
//!
//! The standard judges forecasts. A run that is driven by observed inflows and never corrected is judged here as one
//! forecast issued at its start: the lead time (预见期) of each reading is its time from the start (our reading, D).

use super::Pair;
use crate::domain::text::Label;

/// Grade (等级) of a forecasting scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// None of the three.
    Unqualified,
    /// 丙: for reference only.
    C,
    /// 乙: may be issued.
    B,
    /// 甲: may be issued.
    A,
}

impl Grade {
    /// The word in tables.
    pub const fn label(self) -> Label {
        match self {
            Self::A => Label::new("甲", "A"),
            Self::B => Label::new("乙", "B"),
            Self::C => Label::new("丙", "C"),
            Self::Unqualified => Label::new("不合格", "unqualified"),
        }
    }

    /// Grade of a deterministic coefficient: above 0.90, from 0.70, from 0.50.
    pub fn of_coefficient(coefficient: f64) -> Self {
        match coefficient {
            dc if dc > 0.90 => Self::A,
            dc if dc >= 0.70 => Self::B,
            dc if dc >= 0.50 => Self::C,
            _ => Self::Unqualified,
        }
    }

    /// Grade of a qualified rate (合格率): from 85 %, from 70 %, from 60 %.
    pub fn of_qualified_rate(percent: f64) -> Self {
        match percent {
            qr if qr >= 85.0 => Self::A,
            qr if qr >= 70.0 => Self::B,
            qr if qr >= 60.0 => Self::C,
            _ => Self::Unqualified,
        }
    }
}

/// Share of the observed peak, or of the amplitude within the lead time, that an error may have.
const ERROR_FRAC: f64 = 0.20;
/// Share of the observed discharge that is always permitted.
const LEAST_DISCHARGE_FRAC: f64 = 0.05;
/// Error of stage that is always permitted, m.
const LEAST_STAGE_M: f64 = 0.10;
/// Share of the time from issue to peak that the error of its time may have.
const TIME_FRAC: f64 = 0.30;
/// Error of the time of a peak that is always permitted, s.
const LEAST_TIME_SECS: f64 = 3.0 * 3600.0;

/// Permissible error of a peak discharge forecast from rain (降雨径流预报), m³/s: 20 % of the observed peak.
pub fn permissible_runoff_peak_m3s(observed_peak_m3s: f64) -> f64 {
    ERROR_FRAC * observed_peak_m3s
}

/// Permissible error of a discharge forecast in a river (河道流量预报), m³/s: 20 % of the observed amplitude within the
/// lead time, at least 5 % of the observed discharge.
pub fn permissible_discharge_m3s(amplitude_m3s: f64, observed_m3s: f64) -> f64 {
    (ERROR_FRAC * amplitude_m3s).max(LEAST_DISCHARGE_FRAC * observed_m3s)
}

/// Permissible error of a stage forecast in a river (河道水位预报), m: 20 % of the observed amplitude within the lead
/// time, at least 0.10 m and at least what 5 % of the discharge make in stage, where that is known.
pub fn permissible_stage_m(amplitude_m: f64, stage_of_5_percent_m: Option<f64>) -> f64 {
    (ERROR_FRAC * amplitude_m).max(LEAST_STAGE_M).max(stage_of_5_percent_m.unwrap_or(0.0))
}

/// Permissible error of the time of a peak, s: 30 % of the time from the issue (for a river: from the peak at the upper
/// station) to the observed peak, at least 3 h and at least one interval of the calculation or of the readings.
pub fn permissible_peak_time_secs(from_issue_secs: f64, interval_secs: f64) -> f64 {
    (TIME_FRAC * from_issue_secs).max(LEAST_TIME_SECS).max(interval_secs)
}

/// Observed amplitude (变幅) within the lead time of each pair: largest less smallest reading from the first to it.
///
/// `observed` is (time in s, value), rising in time, and holds the readings of all pairs.
pub fn amplitude_until(observed: &[[f64; 2]], time_secs: f64) -> f64 {
    let until = observed.iter().take_while(|p| p[0] <= time_secs).map(|p| p[1]);
    let (low, high) = until.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    (high - low).max(0.0)
}

/// Qualified rate (合格率) of a series of discharges, %: the share of readings whose error is permissible by
/// [`permissible_discharge_m3s`] with the amplitude from the first reading on. `None` without a pair.
pub fn qualified_rate_percent(pairs: &[Pair], observed: &[[f64; 2]]) -> Option<f64> {
    let is_qualified = |pair: &&Pair| {
        let permissible = permissible_discharge_m3s(amplitude_until(observed, pair.time_secs), pair.observed);
        pair.error().abs() <= permissible
    };
    let n_qualified = pairs.iter().filter(is_qualified).count();
    (!pairs.is_empty()).then(|| 100.0 * n_qualified as f64 / pairs.len() as f64)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the rules are exact")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn grades_begin_where_the_standard_says() {
        use Grade::{A, B, C, Unqualified};
        for (dc, grade) in
            [(0.901, A), (0.90, B), (0.70, B), (0.699, C), (0.50, C), (0.499, Unqualified), (-3.0, Unqualified)]
        {
            assert_eq!(Grade::of_coefficient(dc), grade, "{dc}");
        }
        for (qr, grade) in [(100.0, A), (85.0, A), (84.9, B), (70.0, B), (69.9, C), (60.0, C), (59.9, Unqualified)] {
            assert_eq!(Grade::of_qualified_rate(qr), grade, "{qr}");
        }
        assert_eq!(Grade::of_coefficient(f64::NAN), Unqualified);
    }

    #[test]
    fn permissible_errors_by_hand() {
        assert_eq!(permissible_runoff_peak_m3s(5000.0), 1000.0);
        // From 1000 to 5000: 20 % of 4000. From 4900 to 5000: 5 % of 5000 is more than 20 % of 100.
        assert_eq!(permissible_discharge_m3s(4000.0, 5000.0), 800.0);
        assert_eq!(permissible_discharge_m3s(100.0, 5000.0), 250.0);
        assert_eq!(permissible_stage_m(2.0, None), 0.4);
        assert_eq!(permissible_stage_m(0.3, None), 0.1);
        assert_eq!(permissible_stage_m(0.3, Some(0.12)), 0.12);
        // 30 % of 40 h is 12 h; of 5 h it is less than 3 h; readings a day apart allow a day.
        assert_eq!(permissible_peak_time_secs(40.0 * 3600.0, 3600.0), 12.0 * 3600.0);
        assert_eq!(permissible_peak_time_secs(5.0 * 3600.0, 3600.0), 3.0 * 3600.0);
        assert_eq!(permissible_peak_time_secs(40.0 * 3600.0, 86_400.0), 86_400.0);
    }

    #[test]
    fn the_qualified_rate_by_hand() {
        // Amplitudes 0, 1000, 1000, 2000; permissible 50, 200, 200, 400.
        let observed = [[0.0, 1000.0], [1.0, 2000.0], [2.0, 1500.0], [3.0, 3000.0]];
        let simulated = [1050.0, 2201.0, 1300.0, 2600.0];
        let pairs: Vec<Pair> = observed
            .iter()
            .zip(simulated)
            .map(|(o, simulated)| Pair { time_secs: o[0], observed: o[1], simulated })
            .collect();
        assert_eq!(qualified_rate_percent(&pairs, &observed), Some(75.0));
        assert_eq!(qualified_rate_percent(&[], &observed), None);
    }

    proptest! {
        #[test]
        fn what_agrees_is_qualified(values in prop::collection::vec(1.0..9000.0, 1..30)) {
            let observed: Vec<[f64; 2]> = values.iter().enumerate().map(|(i, v)| [i as f64, *v]).collect();
            let pair = |p: &[f64; 2], factor: f64| Pair { time_secs: p[0], observed: p[1], simulated: factor * p[1] };
            let within: Vec<Pair> = observed.iter().map(|p| pair(p, 1.0499)).collect();
            prop_assert_eq!(qualified_rate_percent(&within, &observed), Some(100.0));
        }

        #[test]
        fn amplitudes_only_grow(values in prop::collection::vec(1.0..9000.0, 2..30)) {
            let observed: Vec<[f64; 2]> = values.iter().enumerate().map(|(i, v)| [i as f64, *v]).collect();
            let grown: Vec<f64> = observed.iter().map(|p| amplitude_until(&observed, p[0])).collect();
            prop_assert!(grown.windows(2).all(|pair| pair[0] <= pair[1]));
            prop_assert_eq!(grown[0], 0.0);
        }
    }
}
