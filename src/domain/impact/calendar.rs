//! Month and hour of the day at a simulated time.

use time::{Duration, OffsetDateTime};

/// Hours of the day between which people sleep: a warning spreads more slowly.
const NIGHT_HOURS: [u8; 2] = [20, 6];

/// The wall clock of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    start: OffsetDateTime,
    /// Where months begin, s after the start, each with its number; the first is that of the start.
    months: Vec<(f64, u8)>,
}

impl Calendar {
    /// Of a run that starts at an instant and lasts so long, s.
    pub fn new(start: OffsetDateTime, duration_secs: f64) -> Self {
        let mut months = vec![(f64::NEG_INFINITY, u8::from(start.month()))];
        let mut day = start.date();
        while let Some(next) = day.next_day() {
            let at = next.midnight().assume_offset(start.offset());
            let secs = (at - start).as_seconds_f64();
            if secs > duration_secs {
                break;
            }
            if next.month() != day.month() {
                months.push((secs, u8::from(next.month())));
            }
            day = next;
        }
        Self { start, months }
    }

    /// Month, 1 to 12, at a time, s after the start; that of the start where the time is not a number.
    pub fn month_at(&self, time_secs: f64) -> u8 {
        let after = self.months.partition_point(|(from_secs, _)| *from_secs <= time_secs);
        self.months[after.max(1) - 1].1
    }

    /// Whether people sleep at a time, s after the start; day at one that is beyond all calendars.
    pub fn daytime(&self, time_secs: f64) -> Daytime {
        let moment = Duration::checked_seconds_f64(time_secs).and_then(|since| self.start.checked_add(since));
        match moment.map(OffsetDateTime::hour) {
            Some(hour) if hour >= NIGHT_HOURS[0] || hour < NIGHT_HOURS[1] => Daytime::Night,
            _ => Daytime::Day,
        }
    }
}

/// Whether people are awake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Daytime {
    /// They are.
    Day,
    /// Most are not.
    Night,
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn months_and_nights_are_those_of_the_wall_clock() {
        let calendar = Calendar::new(datetime!(1996-07-30 08:00 +8), 40.0 * 86_400.0);
        let day = 86_400.0;
        assert_eq!([0.0, 1.6 * day, 1.7 * day, 33.0 * day].map(|t| calendar.month_at(t)), [7, 7, 8, 9]);
        assert_eq!(calendar.month_at(f64::NAN), 7);
        let hours = [0.0, 11.9, 12.0, 21.9, 22.0, 1e300].map(|h| calendar.daytime(h * 3600.0));
        let (day, night) = (Daytime::Day, Daytime::Night);
        assert_eq!(hours, [day, day, night, night, day, day]);
    }
}
