//! Times as sources write them. A time without an offset is in the source's own offset, else UTC; a
//! date alone is its first second; a zone at the end is understood where it names its offset (`UTC`,
//! `GMT+1`, `CET`). No calendar here is our own: jiff reads them all.

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, fmt::strtime};

/// RFC 3339 (also with a blank for the `T`), or without offset, or a date alone: then in UTC.
pub(crate) fn standard(text: &str) -> Option<Timestamp> {
    standard_at(text, Offset::UTC)
}

/// [`standard`] with another offset for times that have none.
pub(crate) fn standard_at(text: &str, offset: Offset) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    // The parser takes a zone's name in brackets, whose data is not here: only plain forms follow.
    if text.contains('[') {
        return None;
    }
    if let Ok(time) = text.parse::<DateTime>() {
        return Some(civil(time, offset));
    }
    // "For ever" is often written 9999-12-31T23:59:59Z, which lies beyond the last timestamp.
    if let Some(Ok(time)) = text.strip_suffix('Z').map(str::parse::<DateTime>) {
        return Some(civil(time, Offset::UTC));
    }
    if let Ok(date) = text.parse::<Date>() {
        return Some(civil(date.at(0, 0, 0, 0), offset));
    }
    let (time, offset) = with_zone(text)?;
    Some(civil(time.parse::<DateTime>().ok()?, offset))
}

/// A time and the offset of the zone named behind it.
fn with_zone(text: &str) -> Option<(&str, Offset)> {
    let (time, zone) = text.trim_end_matches(')').rsplit_once([' ', '('])?;
    let hours = match zone {
        "UTC" | "GMT" => 0,
        "CET" => 1,
        "CEST" => 2,
        _ => {
            let number = zone.strip_prefix("GMT").or_else(|| zone.strip_prefix("UTC"))?;
            return Some((time.trim_end(), offset(number)?));
        }
    };
    Some((time.trim_end(), Offset::from_hours(hours).ok()?))
}

/// An offset such as `+1`, `-05:30` or `+0100`.
fn offset(text: &str) -> Option<Offset> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let seconds = (0..60).contains(&minutes).then_some(hours.checked_mul(3600)? + minutes * 60)?;
    Offset::from_seconds(sign * seconds).ok()
}

/// A time of the calendar at an offset; in the calendar's first and last hours the nearest timestamp
/// that there is.
pub(crate) fn civil(time: DateTime, offset: Offset) -> Timestamp {
    let nearest = if time.year() > 0 { Timestamp::MAX } else { Timestamp::MIN };
    TimeZone::fixed(offset).to_timestamp(time).unwrap_or(nearest)
}

/// A time in a `strftime` format such as `%d-%m-%Y %H:%M`; the whole text, but for a zone behind it,
/// must fit it.
pub(crate) fn formatted(text: &str, format: &str, offset: Offset) -> Option<Timestamp> {
    let text = text.trim();
    plainly_formatted(text, format, offset).or_else(|| {
        let (time, offset) = with_zone(text)?;
        plainly_formatted(time, format, offset)
    })
}

fn plainly_formatted(text: &str, format: &str, offset: Offset) -> Option<Timestamp> {
    // A year of two digits is no year of the first century: `%y` reads it.
    const YEAR_MIN: i16 = 1000;
    let broken_down = strtime::parse(format, text).ok()?;
    if broken_down.year().is_some_and(|year| year < YEAR_MIN) {
        return None;
    }
    if let Some(offset) = broken_down.offset() {
        return Some(civil(broken_down.to_datetime().ok()?, offset));
    }
    let time = broken_down
        .to_datetime()
        .or_else(|_| broken_down.to_date().map(|date| date.at(0, 0, 0, 0)))
        .ok()?;
    Some(civil(time, offset))
}

/// Seconds, or milliseconds, since 1970 UTC. From 10^11 on it is milliseconds: as seconds that would
/// be the year 5138, as milliseconds it is 1973.
pub(crate) fn since_1970(number: f64) -> Option<Timestamp> {
    const MILLISECONDS_FROM: f64 = 1e11;
    let milliseconds = if number.abs() < MILLISECONDS_FROM { number * 1000.0 } else { number };
    if !milliseconds.is_finite() || milliseconds.abs() > 1e16 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "finite and far within an i64")]
    Timestamp::from_millisecond(milliseconds.round() as i64).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_forms() {
        for (text, expected) in [
            ("2026-03-04T10:00:00Z", "2026-03-04T10:00:00Z"),
            ("2026-03-04T10:00:00.5+01:00", "2026-03-04T09:00:00.5Z"),
            ("2026-03-04 10:00:00", "2026-03-04T10:00:00Z"),
            ("2026-03-04T10:00", "2026-03-04T10:00:00Z"),
            ("2026-03-04", "2026-03-04T00:00:00Z"),
            ("9999-12-30T00:00:00Z", "9999-12-30T00:00:00Z"),
            ("0001-01-01", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59Z", "9999-12-30T22:00:00.999999999Z"),
            ("9999-12-31", "9999-12-30T22:00:00.999999999Z"),
            ("2026-03-04 10:00:00 UTC", "2026-03-04T10:00:00Z"),
            ("2026-03-04 10:00 (CET)", "2026-03-04T09:00:00Z"),
        ] {
            assert_eq!(standard(text).unwrap().to_string(), expected, "{text}");
        }
        for bad in [
            "",
            "yesterday",
            "2026-13-01",
            "04-03-2026",
            "2026-02-30",
            "10:00",
            "4 UTC",
            "UTC",
            ")",
        ] {
            assert_eq!(standard(bad), None, "{bad}");
        }
    }

    #[test]
    fn other_forms() {
        let offset = Offset::constant(1);
        for (text, format, expected) in [
            ("04-03-2026", "%d-%m-%Y", "2026-03-03T23:00:00Z"),
            ("4/3/2026 9:05", "%d/%m/%Y %H:%M", "2026-03-04T08:05:00Z"),
            ("03/04/2026 02:05 PM", "%m/%d/%Y %I:%M %p", "2026-03-04T13:05:00Z"),
            ("2026/03/04 2:05:07 PM GMT+1", "%Y/%m/%d %I:%M:%S %p", "2026-03-04T13:05:07Z"),
            ("2026/03/04 14:05 GMT-05:30", "%Y/%m/%d %H:%M", "2026-03-04T19:35:00Z"),
            ("04-03-26", "%d-%m-%y", "2026-03-03T23:00:00Z"),
        ] {
            let read = formatted(text, format, offset).map(|time| time.to_string());
            assert_eq!(read.as_deref(), Some(expected), "{text}");
        }
        for bad in ["04-03-2026 x", "04-03-26", "04-03-2026 GMT", "04-03-2026 GMT+99"] {
            assert_eq!(formatted(bad, "%d-%m-%Y %H:%M", offset), None, "{bad}");
        }
        assert_eq!(since_1970(1_700_000_000.0), since_1970(1_700_000_000_000.0));
        assert_eq!(since_1970(f64::INFINITY), None);
    }
}
