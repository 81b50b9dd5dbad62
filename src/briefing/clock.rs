//! Times as they are written: month-day hour:minute of the scenario's own clock, and hours since its start.

use time::{Duration, OffsetDateTime};

fn moment(start: OffsetDateTime, time_secs: f64) -> OffsetDateTime {
    // To the second: a frame at 599.999 s is the frame of minute ten.
    start.checked_add(Duration::saturating_seconds_f64(time_secs.round())).unwrap_or(start)
}

/// `08-05 14:00`.
pub(crate) fn wall(start: OffsetDateTime, time_secs: f64) -> String {
    format!("{} {}", day(start, time_secs), hour(start, time_secs))
}

/// `1996-08-05 14:00`.
pub(crate) fn full(start: OffsetDateTime, time_secs: f64) -> String {
    format!("{}-{}", moment(start, time_secs).year(), wall(start, time_secs))
}

/// `08-05`.
pub(crate) fn day(start: OffsetDateTime, time_secs: f64) -> String {
    let at = moment(start, time_secs);
    format!("{:02}-{:02}", u8::from(at.month()), at.day())
}

/// `14:00`.
pub(crate) fn hour(start: OffsetDateTime, time_secs: f64) -> String {
    let at = moment(start, time_secs);
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// `T+54 h`; minutes for the first hours of a short run.
pub(crate) fn since_start(time_secs: f64) -> String {
    if time_secs < 3.0 * 3600.0 {
        format!("T+{:.0} min", time_secs / 60.0)
    } else if (time_secs / 3600.0).fract().abs() < 0.01 {
        format!("T+{:.0} h", time_secs / 3600.0)
    } else {
        format!("T+{:.1} h", time_secs / 3600.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn the_clock_runs_over_midnight_and_month() {
        let start = datetime!(1996-07-31 20:00 +8);
        assert_eq!(wall(start, 5.0 * 3600.0), "08-01 01:00");
        assert_eq!(full(start, 0.0), "1996-07-31 20:00");
        assert_eq!(since_start(54.0 * 3600.0), "T+54 h");
        assert_eq!(since_start(600.0), "T+10 min");
        assert_eq!(since_start(5.5 * 3600.0), "T+5.5 h");
    }
}
