//! Numbers and times as people read them: thousands separated, the right digits, local time of the scenario.

use time::{Duration, OffsetDateTime};

use crate::domain::impact;

/// What stands for a number that is not there.
pub const ABSENT: &str = "—";

/// A number with this many decimals and thousands separated by commas: `12,345.6`.
pub fn number(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return ABSENT.to_owned();
    }
    let plain = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = plain.split_once('.').map_or((plain.as_str(), ""), |(w, f)| (w, f));
    let mut text = String::with_capacity(plain.len() + plain.len() / 3 + 1);
    if value < 0.0 && plain.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        text.push('−');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// A change with its sign: `+12.3`, `−4.0`, `±0.0`.
pub fn change(value: f64, decimals: usize) -> String {
    let text = number(value, decimals);
    if text == ABSENT || text.starts_with('−') {
        text
    } else if text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        format!("+{text}")
    } else {
        format!("±{text}")
    }
}

/// A discharge, m³/s, to three significant digits: `7,860`, `35.2`, `0.45`.
pub fn discharge(m3s: f64) -> String {
    if !m3s.is_finite() {
        return ABSENT.to_owned();
    }
    let size = m3s.abs();
    if size >= 999.5 {
        let step = 10_f64.powf(size.log10().floor() - 2.0);
        number((m3s / step).round() * step, 0)
    } else if size >= 99.95 {
        number(m3s, 0)
    } else if size >= 9.995 {
        number(m3s, 1)
    } else {
        number(m3s, 2)
    }
}

/// A water level, m, to the centimetre.
pub fn stage(metres: f64) -> String {
    number(metres, 2)
}

/// An area in km², one decimal, from m².
pub fn km2(area_m2: f64) -> String {
    number(impact::area_km2(area_m2), 1)
}

/// Farmland in 万亩, one decimal, from m².
pub fn wan_mu(area_m2: f64) -> String {
    number(impact::farmland_wan_mu(area_m2), 1)
}

/// People, rounded up by [`impact::people_rounded`].
pub fn people(count: f64) -> String {
    number(impact::people_rounded(count), 0)
}

/// Villages, rounded up to whole ones.
pub fn villages(count: f64) -> String {
    number(impact::villages_rounded(count), 0)
}

/// A small share in powers of ten: `3.1e-9`; exact zero is `0`.
pub fn power_of_ten(value: f64) -> String {
    if value == 0.0 {
        "0".to_owned()
    } else if value.is_finite() {
        // no superscripts: the fonts have no superscript minus
        format!("{:.1e}", value.abs())
    } else {
        ABSENT.to_owned()
    }
}

/// The wall clock at a simulated time, s after `start`; `None` far outside the calendar.
pub fn moment(start: OffsetDateTime, time_secs: f64) -> Option<OffsetDateTime> {
    start.checked_add(Duration::checked_seconds_f64(time_secs)?)
}

/// Month, day, hour and minute of a simulated time: `08-06 14:00`.
pub fn clock(start: OffsetDateTime, time_secs: f64) -> String {
    moment(start, time_secs).map_or_else(
        || ABSENT.to_owned(),
        |t| format!("{:02}-{:02} {:02}:{:02}", u8::from(t.month()), t.day(), t.hour(), t.minute()),
    )
}

/// As [`clock`], with the year: `1996-08-06 14:00`.
pub fn clock_with_year(start: OffsetDateTime, time_secs: f64) -> String {
    let year = moment(start, time_secs).map_or(0, OffsetDateTime::year);
    format!("{year}-{}", clock(start, time_secs))
}

/// Time since the start: `T+78 h`, `T+25 min` in the first two hours, `T+12.4 s` in the first two minutes.
pub fn since_start(time_secs: f64) -> String {
    if time_secs < 120.0 {
        format!("T+{time_secs:.1} s")
    } else if time_secs < 7200.0 {
        format!("T+{:.0} min", (time_secs / 60.0).floor())
    } else {
        format!("T+{} h", number((time_secs / 3600.0).floor(), 0))
    }
}

/// A length of waiting: `2 h 05 min`, `3 min 20 s`, `12 s`.
pub fn waiting(secs: f64) -> String {
    let secs = secs.max(0.0).round();
    let (hours, minutes) = ((secs / 3600.0).floor(), (secs / 60.0).floor());
    if hours >= 1.0 {
        format!("{hours:.0} h {:02.0} min", minutes - hours * 60.0)
    } else if minutes >= 1.0 {
        format!("{minutes:.0} min {:02.0} s", secs - minutes * 60.0)
    } else {
        format!("{secs:.0} s")
    }
}

/// A length on the ground: `500 m`, `20 km`.
pub fn ground_length(metres: f64) -> String {
    if metres >= 1000.0 { format!("{} km", number(metres / 1000.0, 0)) } else { format!("{} m", number(metres, 0)) }
}

/// A rate of playback, simulated seconds per second: `×600`, `×0.5`.
pub fn rate(rate: f64) -> String {
    if rate >= 10.0 || rate.fract() == 0.0 {
        format!("×{}", number(rate, 0))
    } else {
        format!("×{}", number(rate, 1))
    }
}

/// A percentage without decimals, never 100 % before the end.
pub fn percent(share: f64) -> String {
    let share = share.clamp(0.0, 1.0);
    format!("{:.0} %", if share < 1.0 { (share * 100.0).floor() } else { 100.0 })
}

/// Bounds of a class with its unit: `< 0.5 m`, `0.05–0.5 m`, `> 3.0 m`.
pub fn class_range(from: Option<f64>, to: Option<f64>, unit: &str) -> String {
    // One decimal for all classes of a legend, so that they line up; more where a bound would be printed wrong.
    let plain = |v: f64| {
        let fewest = i32::from(unit != "h");
        let is_exact = |n: i32| ((v * 10_f64.powi(n)).round() - v * 10_f64.powi(n)).abs() < 1e-6;
        let n_decimals = (fewest..=3).find(|n| is_exact(*n)).unwrap_or(3);
        number(v, usize::try_from(n_decimals).unwrap_or_default())
    };
    match (from, to) {
        (None, Some(to)) => format!("< {} {unit}", plain(to)),
        (Some(from), Some(to)) => format!("{}–{} {unit}", plain(from), plain(to)),
        (Some(from), None) => format!("> {} {unit}", plain(from)),
        (None, None) => ABSENT.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn thousands_are_separated_and_a_rounded_zero_has_no_sign() {
        assert_eq!(number(1_234_567.89, 1), "1,234,567.9");
        assert_eq!(number(999.0, 0), "999");
        assert_eq!(number(-1000.0, 0), "−1,000");
        assert_eq!(number(-0.04, 1), "0.0");
        assert_eq!(number(f64::NAN, 1), ABSENT);
    }

    #[test]
    fn changes_carry_their_sign() {
        assert_eq!(change(12.34, 1), "+12.3");
        assert_eq!(change(-4.0, 1), "−4.0");
        assert_eq!(change(0.01, 1), "±0.0");
    }

    #[test]
    fn discharge_has_three_significant_digits() {
        for (value, text) in [
            (7864.0, "7,860"),
            (12_345.0, "12,300"),
            (999.7, "1,000"),
            (812.4, "812"),
            (35.24, "35.2"),
            (4.526, "4.53"),
            (0.0, "0.00"),
            (-7864.0, "−7,860"),
        ] {
            assert_eq!(discharge(value), text);
        }
    }

    #[test]
    fn people_are_rounded_up_by_size() {
        for (count, text) in
            [(0.0, "0"), (0.3, "10"), (981.0, "990"), (1001.0, "1,100"), (99_901.0, "100,000"), (240_500.0, "241,000")]
        {
            assert_eq!(people(count), text);
        }
    }

    #[test]
    fn farmland_is_in_wan_mu() {
        // 1 km² is 1 500 亩
        assert_eq!(wan_mu(1e6 * 1000.0), "150.0");
    }

    #[test]
    fn clocks_keep_the_offset_of_the_scenario_and_cross_months() {
        let start = datetime!(1996-08-03 08:00 +8);
        assert_eq!(clock(start, 0.0), "08-03 08:00");
        assert_eq!(clock(start, 78.0 * 3600.0), "08-06 14:00");
        assert_eq!(clock(start, 29.0 * 86_400.0), "09-01 08:00");
        assert_eq!(clock_with_year(start, 0.0), "1996-08-03 08:00");
        assert_eq!(clock(start, f64::NAN), ABSENT);
        assert_eq!(clock(start, 1e300), ABSENT);
    }

    #[test]
    fn times_read_as_people_say_them() {
        assert_eq!(since_start(78.5 * 3600.0), "T+78 h");
        assert_eq!(since_start(25.0 * 60.0), "T+25 min");
        assert_eq!(since_start(12.4), "T+12.4 s");
        assert_eq!(waiting(7500.0), "2 h 05 min");
        assert_eq!(waiting(200.0), "3 min 20 s");
        assert_eq!(waiting(-3.0), "0 s");
        assert_eq!(percent(0.999), "99 %");
        assert_eq!(percent(1.0), "100 %");
    }

    #[test]
    fn powers_of_ten_read_as_printed() {
        assert_eq!(power_of_ten(3.14e-9), "3.1e-9");
        assert_eq!(power_of_ten(-1.0e-12), "1.0e-12");
        assert_eq!(power_of_ten(0.0), "0");
    }

    #[test]
    fn classes_name_their_bounds() {
        assert_eq!(class_range(None, Some(0.5), "m"), "< 0.5 m");
        assert_eq!(class_range(Some(0.05), Some(0.5), "m"), "0.05–0.5 m");
        assert_eq!(class_range(Some(0.01), Some(0.2), "m/s"), "0.01–0.2 m/s");
        assert_eq!(class_range(Some(0.5), Some(1.0), "m"), "0.5–1.0 m");
        assert_eq!(class_range(Some(0.0), Some(3.0), "h"), "0–3 h");
        assert_eq!(class_range(Some(48.0), None, "h"), "> 48 h");
    }
}
