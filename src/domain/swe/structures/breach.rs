//! Breaches: when they open, and how crest and width grow.
//!
//! Prescribed growth is linear in time. Verheij and Van der Knaap (2003, Modification breach growth model in HIS-OM, WL |
//! Delft Hydraulics Q3299) have two phases: the crest sinks linearly to the sill at the initial width, then the head
//! difference ΔH over the breach widens it,
//!
//! B(t) = B0 + f1 (√g ΔH^(3/2) / `u_c`) log10(1 + f2 g t / `u_c`), f1 = 1.3, f2 = 0.04, **t in hours** since the crest has
//! reached the sill. For a head that changes it is used as its derivative,
//!
//! dB/dt = (f1 f2 / ln 10) ((g ΔH)^(3/2) / `u_c`²) / (1 + f2 g t / `u_c`),
//!
//! integrated over each step with the head of that step; that is exact while the head is constant. ΔH is the mean over
//! the breach of the difference of both levels, each at least at the crest of the breach.

use serde::{Deserialize, Serialize};

use crate::domain::scenario::{Breach, Growth};

const F1: f64 = 1.3;
const F2: f64 = 0.04;
const SECS_PER_HOUR: f64 = 3600.0;

/// Width gained, m, under a head difference `head_m` from `from_secs` to `to_secs` since the crest has reached the sill.
pub(super) fn widening(head_m: f64, from_secs: f64, to_secs: f64, critical_velocity_mps: f64, g: f64) -> f64 {
    if head_m <= 0.0 || to_secs <= from_secs {
        return 0.0;
    }
    let course = |t: f64| (1.0 + F2 * g / critical_velocity_mps * (t / SECS_PER_HOUR)).log10();
    F1 * g.sqrt() * head_m * head_m.sqrt() / critical_velocity_mps * (course(to_secs) - course(from_secs))
}

/// What a breach remembers from step to step.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct BreachState {
    /// When it opened, s; none: shut.
    pub(super) opened_secs: Option<f64>,
    /// Distance of its middle from the start of the wall, m; none: not settled yet.
    pub(super) middle_m: Option<f64>,
    /// Width, m.
    pub(super) width_m: f64,
    /// For how long the wall has been overtopped, s: of the whole initial reach, or of each face where it has no place
    /// yet.
    pub(super) overtopped_secs: Vec<f64>,
}

/// Where in its growth a breach is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Extent {
    /// Share of the way of the crest from the wall's to the sill, 0 to 1.
    pub(super) sunk: f64,
    /// Width, m.
    pub(super) width_m: f64,
}

impl BreachState {
    /// Extent at a time; none while it is shut.
    pub(super) fn extent(&self, breach: &Breach, time_secs: f64) -> Option<Extent> {
        let age = time_secs - self.opened_secs?;
        let extent = match breach.growth {
            Growth::Prescribed { grows_over_secs, initial_width_m, widens_over_secs } => Extent {
                sunk: done(age, grows_over_secs),
                width_m: initial_width_m + (breach.width_m - initial_width_m) * done(age, widens_over_secs),
            },
            Growth::VerheijKnaap { deepens_over_secs, .. } => {
                Extent { sunk: done(age, deepens_over_secs), width_m: self.width_m }
            }
        };
        (age >= 0.0).then_some(extent)
    }

    /// Widens the breach over a step of `dt` s from `time_secs` under the head difference that `head_m` measures.
    pub(super) fn widen(&mut self, breach: &Breach, time_secs: f64, dt: f64, g: f64, head_m: impl FnOnce() -> f64) {
        let (Some(opened), Growth::VerheijKnaap { deepens_over_secs, critical_velocity_mps, .. }) =
            (self.opened_secs, breach.growth)
        else {
            return;
        };
        let from = time_secs - (opened + deepens_over_secs);
        let to = from + dt;
        if to <= 0.0 || self.width_m >= breach.width_m {
            return;
        }
        let gained = widening(head_m(), from.max(0.0), to, critical_velocity_mps, g);
        self.width_m = (self.width_m + gained).min(breach.width_m);
    }

    /// First time after `time_secs` at which a known breach changes its course, s.
    pub(super) fn next_after(&self, breach: &Breach, at_secs: f64, time_secs: f64) -> f64 {
        let later = |t: f64| if t > time_secs { t } else { f64::INFINITY };
        let Some(opened) = self.opened_secs else {
            // While the wall is overtopped, the time at which it will have been for long enough.
            let waited = self.overtopped_secs.iter().copied().fold(0.0, f64::max);
            let opens = match breach.when {
                Some(when) if waited > 0.0 => later(time_secs + (when.for_secs - waited)),
                _ => f64::INFINITY,
            };
            return later(at_secs).min(opens);
        };
        let (sinks, widens) = match breach.growth {
            Growth::Prescribed { grows_over_secs, widens_over_secs, .. } => (grows_over_secs, widens_over_secs),
            Growth::VerheijKnaap { deepens_over_secs, .. } => (deepens_over_secs, 0.0),
        };
        later(opened + sinks).min(later(opened + widens))
    }
}

/// Width of a breach when it opens, m.
pub(super) fn initial_width_m(growth: Growth) -> f64 {
    match growth {
        Growth::Prescribed { initial_width_m, .. } | Growth::VerheijKnaap { initial_width_m, .. } => initial_width_m,
    }
}

fn done(age: f64, within: f64) -> f64 {
    if age >= within { 1.0 } else { age / within }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;

    fn breach(growth: Growth) -> Breach {
        Breach {
            name: "b".into(),
            wall: "w".into(),
            at: Some([0.0, 0.0]),
            width_m: 100.0,
            sill_m: 1.0,
            growth,
            when: None,
            through: Vec::new(),
        }
    }

    fn opened(secs: f64, width_m: f64) -> BreachState {
        BreachState { opened_secs: Some(secs), width_m, ..BreachState::default() }
    }

    #[test]
    fn a_breach_sinks_and_widens_linearly() {
        let growth = Growth::Prescribed { grows_over_secs: 50.0, initial_width_m: 20.0, widens_over_secs: 200.0 };
        let extent = |t: f64| opened(100.0, 0.0).extent(&breach(growth), t);
        assert_eq!(extent(99.0), None);
        assert_eq!(extent(125.0), Some(Extent { sunk: 0.5, width_m: 30.0 }));
        assert_eq!(extent(200.0), Some(Extent { sunk: 1.0, width_m: 60.0 }));
        assert_eq!(extent(1e9), Some(Extent { sunk: 1.0, width_m: 100.0 }));
        let sudden = Growth::Prescribed { grows_over_secs: 0.0, initial_width_m: 100.0, widens_over_secs: 0.0 };
        assert_eq!(opened(100.0, 0.0).extent(&breach(sudden), 100.0), Some(Extent { sunk: 1.0, width_m: 100.0 }));
    }

    #[test]
    fn the_width_follows_verheij_and_knaap() {
        // ΔH = 2 m, u_c = 0.2 m/s, one hour: 1.3 · 3.1320919 · 2.8284271 / 0.2 = 57.5828099;
        // log10(1 + 0.04 · 9.81 / 0.2) = log10(2.962) = 0.4715851; 27.1551925 m.
        assert!((widening(2.0, 0.0, 3600.0, 0.2, 9.81) - 27.155_193).abs() < 1e-4);
        // Clay of 0.5 m/s: 23.0331240 · log10(1.7848) = 23.0331240 · 0.2515896 = 5.7948935 m.
        assert!((widening(2.0, 0.0, 3600.0, 0.5, 9.81) - 5.794_893).abs() < 1e-4);
    }

    #[test]
    fn steps_add_up_to_the_closed_formula_and_to_its_derivative() {
        let whole = widening(1.5, 0.0, 7200.0, 0.3, 9.81);
        let parts: f64 = (0..720).map(|k| f64::from(k) * 10.0).map(|t| widening(1.5, t, t + 10.0, 0.3, 9.81)).sum();
        assert!((whole - parts).abs() < 1e-10);
        let t_hours = 0.5;
        let rate = 1.3 * 0.04 / std::f64::consts::LN_10 * (9.81_f64 * 1.5).powf(1.5)
            / (0.3 * 0.3)
            / (1.0 + 0.04 * 9.81 * t_hours / 0.3);
        let found = widening(1.5, 1799.5, 1800.5, 0.3, 9.81) * 3600.0;
        assert!((found / rate - 1.0).abs() < 1e-6, "{found} m/h, {rate}");
    }

    #[test]
    fn the_crest_sinks_before_the_breach_widens() {
        let growth =
            Growth::VerheijKnaap { initial_width_m: 10.0, deepens_over_secs: 600.0, critical_velocity_mps: 0.2 };
        let mut state = opened(0.0, 10.0);
        state.widen(&breach(growth), 500.0, 100.0, 9.81, || 2.0);
        assert_eq!(state.width_m, 10.0);
        state.widen(&breach(growth), 600.0, 3600.0, 9.81, || 2.0);
        assert!((state.width_m - 37.155_193).abs() < 1e-4);
        state.widen(&breach(growth), 4200.0, 1e9, 9.81, || 2.0);
        assert_eq!(state.width_m, 100.0);
    }

    #[test]
    fn the_next_time_of_note_is_known() {
        let growth = Growth::Prescribed { grows_over_secs: 50.0, initial_width_m: 20.0, widens_over_secs: 200.0 };
        let shut = BreachState::default();
        assert_eq!(shut.next_after(&breach(growth), 100.0, 0.0), 100.0);
        assert_eq!(opened(100.0, 0.0).next_after(&breach(growth), 100.0, 100.0), 150.0);
        assert_eq!(opened(100.0, 0.0).next_after(&breach(growth), 100.0, 150.0), 300.0);
        assert_eq!(opened(100.0, 0.0).next_after(&breach(growth), 100.0, 300.0), f64::INFINITY);
    }
}
