//! One time axis for the timeline and the hydrographs, so that a moment is at the same place in both.

use bevy_egui::egui::Rangef;
use time::OffsetDateTime;

use crate::ui::format;

/// Steps between ticks, s.
const STEPS_SECS: [f64; 21] = [
    1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 10_800.0, 21_600.0,
    43_200.0, 86_400.0, 172_800.0, 432_000.0, 864_000.0,
];

const DAY_SECS: f64 = 86_400.0;

/// A stretch of simulated time laid on a stretch of the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeAxis {
    /// Left and right end, pt.
    pub x: Rangef,
    /// Length, s; the axis begins at 0.
    pub duration_secs: f64,
}

/// A mark of the axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// When, s after the start.
    pub time_secs: f64,
    /// What stands there.
    pub text: String,
    /// Whether a day begins here.
    pub is_day: bool,
}

/// Closest f32; screen positions need no more.
#[expect(clippy::cast_possible_truncation, reason = "points on a screen need no more than single precision")]
pub fn points(value: f64) -> f32 {
    value as f32
}

impl TimeAxis {
    /// Place of a time, pt.
    pub fn x_of(&self, time_secs: f64) -> f32 {
        if self.duration_secs > 0.0 {
            self.x.min + self.x.span() * points((time_secs / self.duration_secs).clamp(0.0, 1.0))
        } else {
            self.x.min
        }
    }

    /// Time at a place, s, held within the axis.
    pub fn secs_at(&self, x: f32) -> f64 {
        if self.x.span() > 0.0 {
            f64::from(((x - self.x.min) / self.x.span()).clamp(0.0, 1.0)) * self.duration_secs
        } else {
            0.0
        }
    }

    /// Ticks on round wall-clock times, at least `min_gap` pt apart.
    pub fn ticks(&self, start: OffsetDateTime, min_gap: f32) -> Vec<Tick> {
        if self.duration_secs <= 0.0 || self.x.span() <= 0.0 {
            return Vec::new();
        }
        let wanted_secs = self.duration_secs * f64::from(min_gap / self.x.span());
        let step = STEPS_SECS.into_iter().find(|s| *s >= wanted_secs).unwrap_or(self.duration_secs);
        // seconds since local midnight of the first day
        let (h, m, s) = start.to_hms();
        let offset = f64::from(h) * 3600.0 + f64::from(m) * 60.0 + f64::from(s);
        let first = (offset / step).ceil() * step - offset;
        let n = ((self.duration_secs - first) / step).floor();
        std::iter::successors(Some(0.0), |i| Some(i + 1.0))
            .take_while(|i| *i <= n)
            .map(|i| tick(start, first + i * step, step, offset))
            .collect()
    }
}

fn tick(start: OffsetDateTime, time_secs: f64, step: f64, offset: f64) -> Tick {
    let is_day = (time_secs + offset).rem_euclid(DAY_SECS) < 0.5;
    let clock = format::clock(start, time_secs);
    let (date, hour) = clock.split_once(' ').unwrap_or((&clock, ""));
    let text = if is_day {
        date.to_owned()
    } else if step >= 60.0 {
        hour.to_owned()
    } else {
        format::since_start(time_secs)
    };
    Tick { time_secs, text, is_day }
}
/// Value of a (time, value) line at a time; `None` outside it.
pub fn value_at(line: &[[f64; 2]], time_secs: f64) -> Option<f64> {
    let after = line.partition_point(|p| p[0] < time_secs);
    let b = line.get(after)?;
    if (b[0] - time_secs).abs() < 1e-9 {
        return Some(b[1]);
    }
    let a = line.get(after.checked_sub(1)?)?;
    Some(a[1] + (b[1] - a[1]) * (time_secs - a[0]) / (b[0] - a[0]))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn axis(days: f64) -> TimeAxis {
        TimeAxis { x: Rangef::new(100.0, 1300.0), duration_secs: days * DAY_SECS }
    }

    #[test]
    fn place_and_time_are_inverse_and_held_within() {
        let axis = axis(10.0);
        for secs in [0.0, 3600.0, 400_000.0, 864_000.0] {
            assert!((axis.secs_at(axis.x_of(secs)) - secs).abs() < 60.0);
        }
        assert!((axis.x_of(-5.0) - 100.0).abs() < 1e-6);
        assert!((axis.secs_at(5000.0) - 864_000.0).abs() < 1e-6);
    }

    #[test]
    fn ticks_fall_on_midnights_and_never_crowd() {
        let axis = axis(10.0);
        let ticks = axis.ticks(datetime!(1996-08-03 08:00 +8), 70.0);
        assert_eq!(ticks[0].text, "08-04");
        assert!(ticks.iter().all(|t| t.is_day));
        assert_eq!(ticks.len(), 10);
        assert!(ticks.windows(2).all(|p| axis.x_of(p[1].time_secs) - axis.x_of(p[0].time_secs) >= 70.0));
    }

    #[test]
    fn a_short_run_counts_seconds_since_the_start() {
        let axis = TimeAxis { x: Rangef::new(0.0, 600.0), duration_secs: 60.0 };
        let ticks = axis.ticks(datetime!(2026-01-01 08:00 +8), 70.0);
        assert_eq!(ticks[1].text, "T+10.0 s");
    }

    #[test]
    fn an_axis_without_length_has_no_ticks() {
        assert!(axis(0.0).ticks(datetime!(2026-01-01 08:00 +8), 70.0).is_empty());
        assert!((axis(0.0).x_of(5.0) - 100.0).abs() < 1e-6);
    }

    #[test]
    fn lines_are_read_between_their_points_only() {
        let line = [[0.0, 1.0], [10.0, 3.0]];
        assert_eq!(value_at(&line, 5.0), Some(2.0));
        assert_eq!(value_at(&line, 0.0), Some(1.0));
        assert_eq!(value_at(&line, 10.0), Some(3.0));
        assert_eq!(value_at(&line, 10.5), None);
        assert_eq!(value_at(&line, -0.5), None);
        assert_eq!(value_at(&[], 0.0), None);
    }
}
