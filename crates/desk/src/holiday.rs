//! Days on which nobody works: the same date each year, one date, or so many days from Easter.

use jiff::ToSpan;
use jiff::civil::Date;

/// A day, or a day of each year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holiday {
    /// `"12-25"`: month and day of every year that has it.
    Yearly(i8, i8),
    /// `"2026-05-05"`: once.
    Once(Date),
    /// `"easter+1"`: days after (or before) Easter Sunday.
    Easter(i32),
}

/// A year that has every date.
const LEAP_YEAR: i16 = 2000;

/// The farthest from Easter that a holiday may be, in days.
const EASTER_DAYS_MAX: i32 = 100;

impl Holiday {
    /// Reads `"12-25"`, `"2026-05-05"`, `"easter"`, `"easter-2"`, `"easter+39"`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Some(days) = text.strip_prefix("easter") {
            let (signed, number) = (days.starts_with(['+', '-']), days.parse());
            let days: i32 = if days.is_empty() { 0 } else { number.ok().filter(|_| signed)? };
            return (days.abs() <= EASTER_DAYS_MAX).then_some(Self::Easter(days));
        }
        if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
            return None;
        }
        match text.len() {
            5 => {
                let date: Date = format!("{LEAP_YEAR}-{text}").parse().ok()?;
                Some(Self::Yearly(date.month(), date.day()))
            }
            10 => text.parse().ok().map(Self::Once),
            _ => None,
        }
    }

    /// Whether it is on that date.
    pub(crate) fn is_on(self, date: Date) -> bool {
        match self {
            Self::Yearly(month, day) => date.month() == month && date.day() == day,
            Self::Once(once) => once == date,
            Self::Easter(days) => {
                easter(date.year()).and_then(|easter| easter.checked_add(days.days()).ok())
                    == Some(date)
            }
        }
    }
}

/// Easter Sunday of a year in the Gregorian calendar, by the method that an anonymous correspondent
/// gave in Nature, 20 April 1876 (Meeus, Astronomical Algorithms, chapter 8).
fn easter(year: i16) -> Option<Date> {
    let of = i32::from(year);
    let (golden, century, rest) = (of % 19, of / 100, of % 100);
    let correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let days = epact + weekday - 7 * late + 114;
    let month = i8::try_from(days / 31).ok()?;
    Date::new(year, month, i8::try_from(days % 31 + 1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_is_known() {
        for (year, date) in [
            (1818, "1818-03-22"),
            (1943, "1943-04-25"),
            (2000, "2000-04-23"),
            (2008, "2008-03-23"),
            (2024, "2024-03-31"),
            (2025, "2025-04-20"),
            (2026, "2026-04-05"),
            (2038, "2038-04-25"),
        ] {
            assert_eq!(easter(year), date.parse().ok(), "{year}");
        }
    }

    #[test]
    fn what_is_a_holiday() {
        for (text, date) in [
            ("12-25", "2031-12-25"),
            ("02-29", "2028-02-29"),
            ("2026-05-05", "2026-05-05"),
            ("easter", "2026-04-05"),
            ("easter-2", "2026-04-03"),
            ("easter+39", "2026-05-14"),
        ] {
            let holiday = Holiday::parse(text).unwrap_or_else(|| panic!("{text}"));
            let date: Date = date.parse().unwrap();
            assert!(holiday.is_on(date), "{text}");
            assert!(!holiday.is_on(date.tomorrow().unwrap()), "{text}");
        }
        for text in ["", "25-12", "02-30", "2026-02-29", "easter1", "easter+", "easter+101", "é"] {
            assert_eq!(Holiday::parse(text), None, "{text}");
        }
    }
}
