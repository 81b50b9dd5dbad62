//! Units of rain rates, of lengths and of times, as CF files write them.

use time::{Date, Duration, Month, OffsetDateTime, Time, UtcOffset};

/// Units of a rain rate that are read, and mm/h in one of each. A kilogram of water on a square metre is a millimetre.
const RATES: [(&str, f64); 9] = [
    ("mm/h", 1.0),
    ("mm h-1", 1.0),
    ("mm hr-1", 1.0),
    ("mm/hr", 1.0),
    ("kg m-2 s-1", 3600.0),
    ("mm/s", 3600.0),
    ("mm s-1", 3600.0),
    ("m/s", 3.6e6),
    ("m s-1", 3.6e6),
];

const METRES: [&str; 5] = ["m", "metre", "metres", "meter", "meters"];

/// What the units of a time may be, for messages.
pub(super) const TIMES: &str = "`seconds`, `minutes`, `hours` or `days` `since` an ISO date and time, UTC unless it says otherwise: \"hours since 2021-07-20 00:00:00\"";

/// mm/h in one of a unit, if it is one of a rain rate.
pub(super) fn mm_per_hour_in(unit: &str) -> Option<f64> {
    // Exponents are written with `**` or `^` too.
    let plain = unit.replace("**", "").replace('^', "");
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    RATES.iter().find(|(known, _)| *known == words).map(|(_, factor)| *factor)
}

/// The units of a rain rate, for messages.
pub(super) fn rates() -> String {
    RATES.map(|(unit, _)| format!("`{unit}`")).join(", ")
}

pub(super) fn is_metre(unit: &str) -> bool {
    METRES.contains(&unit)
}

/// A unit such as `hours since 2021-07-20 00:00:00`: its seconds, and the time of its zero.
pub(super) fn time_since(unit: &str) -> Option<(f64, OffsetDateTime)> {
    let (name, zero) = unit.split_once(" since ")?;
    let secs = match name.trim().to_ascii_lowercase().as_str() {
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3600.0,
        "d" | "day" | "days" => 86_400.0,
        _ => return None,
    };
    Some((secs, moment(zero.trim())?))
}

/// A date, perhaps with a time, perhaps with an offset from UTC; parts may lack their leading zeros.
fn moment(text: &str) -> Option<OffsetDateTime> {
    let (date, rest) = text.split_once(['T', 't', ' ']).unwrap_or((text, ""));
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    let date = Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()?;
    if parts.next().is_some() {
        return None;
    }
    let rest = ["UTC", "GMT", "Z", "z"].iter().find_map(|zone| rest.strip_suffix(zone)).unwrap_or(rest).trim();
    let (clock, offset) = match rest.rfind(['+', '-']) {
        Some(at) => (rest[..at].trim(), offset(&rest[at..])?),
        None => (rest, UtcOffset::UTC),
    };
    let midnight = date.with_time(Time::MIDNIGHT).assume_offset(offset);
    midnight.checked_add(since_midnight(clock)?)
}

/// `8`, `8:30`, `08:30:15.5`; nothing is midnight.
fn since_midnight(clock: &str) -> Option<Duration> {
    if clock.is_empty() {
        return Some(Duration::ZERO);
    }
    let mut parts = clock.split(':');
    let hours = parts.next()?.parse::<u8>().ok().filter(|h| *h <= 24)?;
    let minutes = parts.next().map_or(Some(0), |m| m.parse::<u8>().ok()).filter(|m| *m < 60)?;
    let secs = parts.next().map_or(Some(0.0), |s| s.parse::<f64>().ok()).filter(|s| (0.0..61.0).contains(s))?;
    if parts.next().is_some() {
        return None;
    }
    Some(Duration::hours(hours.into()) + Duration::minutes(minutes.into()) + Duration::seconds_f64(secs))
}

/// `+8`, `-03:30`, `+0800`.
fn offset(text: &str) -> Option<UtcOffset> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits = &text[1..];
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 && digits.is_ascii() => digits.split_at(2),
        None => (digits, "0"),
    };
    UtcOffset::from_hms(sign * hours.parse::<i8>().ok()?, sign * minutes.parse::<i8>().ok()?, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_known_by_any_spelling_of_their_exponents() {
        assert_eq!(mm_per_hour_in("mm/h"), Some(1.0));
        assert_eq!(mm_per_hour_in("kg m**-2 s**-1"), Some(3600.0));
        assert_eq!(mm_per_hour_in(" kg  m^-2 s^-1 "), Some(3600.0));
        assert_eq!(mm_per_hour_in("m s-1"), Some(3.6e6));
        assert_eq!(mm_per_hour_in("mm"), None);
        assert_eq!(mm_per_hour_in("mm/day"), None);
    }

    #[test]
    fn a_time_has_a_unit_and_a_zero() {
        // 2021-07-20T00:00:00Z is 1 626 739 200 s after the epoch.
        for (unit, secs, zero) in [
            ("seconds since 2021-07-20", 1.0, 1_626_739_200),
            ("hours since 2021-07-20 00:00:00", 3600.0, 1_626_739_200),
            ("hours since 2021-7-20 0:0:0.0", 3600.0, 1_626_739_200),
            ("Minutes since 2021-07-20T08:00:00+08:00", 60.0, 1_626_739_200),
            ("days since 2021-07-20 08:30 +0800", 86_400.0, 1_626_741_000),
            ("h since 2021-07-19 20:00:00 -4", 3600.0, 1_626_739_200),
            ("seconds since 1970-01-01T00:00:00Z", 1.0, 0),
            ("seconds since 1970-01-01 00:00:00 UTC", 1.0, 0),
        ] {
            let (found_secs, found_zero) = time_since(unit).unwrap_or_else(|| panic!("{unit}"));
            assert!((found_secs - secs).abs() < f64::EPSILON, "{unit}");
            assert_eq!(found_zero.unix_timestamp(), zero, "{unit}");
        }
        for unit in [
            "hours",
            "months since 2021-07-20",
            "hours since yesterday",
            "hours since 2021-13-01",
            "h since 2021-07-20 25:99",
        ] {
            assert_eq!(time_since(unit), None, "{unit}");
        }
    }
}
