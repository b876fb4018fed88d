//! A length of calendar time as the configuration writes it: a whole number and m, h, d or w (`"4h"`).

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, Serializer};

/// The longest term: ten years of 52 weeks, in seconds.
const SECONDS_MAX: i64 = 520 * 7 * 86_400;

/// A term, above zero. A day is 24 hours and a week 7 days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    text: Arc<str>,
    seconds: i64,
}

impl Term {
    /// Reads `"30m"`, `"4h"`, `"2d"`, `"8w"`; `None` for anything else, zero, and more than 520
    /// weeks.
    pub fn parse(text: &str) -> Option<Self> {
        let (digits, unit) = match text.strip_suffix(['m', 'h', 'd', 'w']) {
            Some(digits) => (digits, text.strip_prefix(digits)?),
            None => return None,
        };
        let unit_seconds = match unit {
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => 7 * 86_400,
        };
        if digits.starts_with('0') || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let seconds = digits.parse::<i64>().ok()?.checked_mul(unit_seconds)?;
        (seconds <= SECONDS_MAX).then(|| Self { text: Arc::from(text), seconds })
    }

    /// The term as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How many seconds it lasts.
    pub const fn seconds(&self) -> i64 {
        self.seconds
    }

    /// The moment a term after `start`; `None` beyond the end of time (the year 9999).
    pub fn after(&self, start: Timestamp) -> Option<Timestamp> {
        start.checked_add(SignedDuration::from_secs(self.seconds)).ok()
    }
}

impl Serialize for Term {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_term() {
        for (text, seconds) in [
            ("30m", 1_800),
            ("4h", 14_400),
            ("2d", 172_800),
            ("8w", 4_838_400),
            ("520w", SECONDS_MAX),
        ] {
            assert_eq!(Term::parse(text).map(|term| term.seconds()), Some(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_none() {
        for text in [
            "",
            "h",
            "4",
            "0h",
            "04h",
            "-4h",
            "+4h",
            "4 h",
            "4H",
            "4hh",
            "1d4h",
            "1.5h",
            "521w",
            "99999999999999999999h",
            "9223372036854775807w",
            "4s",
            "4é",
            "é",
        ] {
            assert_eq!(Term::parse(text), None, "{text}");
        }
    }

    #[test]
    fn beyond_the_end_of_time_there_is_nothing() {
        let term = Term::parse("1m").unwrap();
        assert_eq!(term.after(Timestamp::MAX), None);
        let start: Timestamp = "2025-03-01T10:00:00Z".parse().unwrap();
        assert_eq!(term.after(start), Some("2025-03-01T10:01:00Z".parse().unwrap()));
    }
}
