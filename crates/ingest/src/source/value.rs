//! What a mapped field holds, and how it is read as a text, a number, a time or a truth: by the
//! source's own manner of writing (decimal comma, date formats, words for "no answer").

use std::borrow::Cow;

use feedback::Json;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde::{Serialize, Serializer};

use crate::plain::is_blank;
use crate::time;

/// The value of a field, as the record has it.
#[derive(Clone)]
pub(crate) enum Found<'a> {
    /// A text; in CSV every cell that isn't empty.
    Text(Cow<'a, str>),
    /// A number as it is written in JSON.
    Number(Cow<'a, str>),
    /// true or false.
    Truth(bool),
    /// A cell of a spreadsheet that is a time of the calendar.
    Time(DateTime),
    /// An array or object, as JSON.
    Nested(&'a str),
}

impl<'a> Found<'a> {
    /// The value of checked JSON text; `None` for null.
    pub(crate) fn of_json(json: &'a str) -> Option<Self> {
        match json.as_bytes().first()? {
            b'"' => {
                serde_json::from_str(json).ok().map(|text: String| Self::Text(Cow::Owned(text)))
            }
            b'-' | b'0'..=b'9' => Some(Self::Number(Cow::Borrowed(json))),
            b't' => Some(Self::Truth(true)),
            b'f' => Some(Self::Truth(false)),
            b'n' => None,
            _ => Some(Self::Nested(json)),
        }
    }

    /// The value as an attribute, as it came.
    pub(crate) fn to_json(&self) -> Option<Json> {
        match self {
            Self::Text(text) => Json::of(text).ok(),
            Self::Number(number) => Json::parse(number).ok(),
            Self::Truth(truth) => Json::of(truth).ok(),
            Self::Time(time) => Json::of(&time.to_string()).ok(),
            Self::Nested(json) => Json::parse(json).ok(),
        }
    }
}

/// The value is there and can't be read as what it should be.
pub(crate) struct Unreadable;

/// Words that stand for "no answer" where a number, time or truth is read.
const NO_ANSWER: [&str; 35] = [
    "#n/a",
    "n/a",
    "na",
    "n.a.",
    "nvt",
    "n.v.t.",
    "null",
    "none",
    "nan",
    "nil",
    "blank",
    "empty",
    "no response",
    "not answered",
    "leeg",
    "geen",
    "niet ingevuld",
    "niet beantwoord",
    "weet niet",
    "weet ik niet",
    "geen antwoord",
    "geen mening",
    "niet van toepassing",
    "leer",
    "entfällt",
    "vide",
    "don't know",
    "don\u{2019}t know",
    "do not know",
    "no answer",
    "no opinion",
    "not applicable",
    "prefer not to say",
    "keine angabe",
    "weiß nicht",
];

/// Whether the text stands for "no answer": a word for it, alone or in brackets, or nothing but dashes,
/// dots and question marks.
pub(crate) fn is_no_answer(text: &str) -> bool {
    let is_dash =
        |c: char| "-\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2212}._\u{2026}?".contains(c);
    let text = text.trim();
    if !text.is_empty() && text.chars().all(|c| is_dash(c) || c.is_whitespace()) {
        return true;
    }
    let bare = text.trim_matches(|c: char| c.is_whitespace() || "()[]<>:".contains(c));
    NO_ANSWER.contains(&bare.to_lowercase().as_str())
}

const TRUE: [&str; 11] = ["true", "yes", "y", "1", "ja", "j", "waar", "wahr", "oui", "si", "sí"];
const FALSE: [&str; 9] = ["false", "no", "n", "0", "nee", "onwaar", "nein", "falsch", "non"];

/// How a source writes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Manner {
    /// `1.234,5` rather than `1,234.5`.
    pub(crate) decimal_comma: bool,
    /// The offset of times that have none.
    #[serde(serialize_with = "offset")]
    pub(crate) utc_offset: Offset,
    /// `strftime` formats, tried in order before the standard ones.
    pub(crate) date_formats: Vec<String>,
    /// The source's own words for "no answer", in lower case.
    pub(crate) missing: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn offset<S: Serializer>(offset: &Offset, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(offset)
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            decimal_comma: false,
            utc_offset: Offset::UTC,
            date_formats: Vec::new(),
            missing: Vec::new(),
        }
    }
}

impl Manner {
    /// A text that is not blank.
    pub(crate) fn text(&self, found: &Found<'_>) -> Result<Option<String>, Unreadable> {
        let text = match found {
            Found::Text(text) | Found::Number(text) => text.clone().into_owned(),
            Found::Truth(truth) => truth.to_string(),
            Found::Time(time) => time.to_string(),
            Found::Nested(_) => return Err(Unreadable),
        };
        let absent = is_blank(&text) || self.missing.contains(&text.trim().to_lowercase());
        Ok((!absent).then_some(text))
    }

    /// A short text without white space around it.
    pub(crate) fn name(&self, found: &Found<'_>) -> Result<Option<String>, Unreadable> {
        Ok(self.text(found)?.map(|text| text.trim().to_owned()))
    }

    /// The text of an answer of another type, unless it says there is none.
    fn answer(&self, found: &Found<'_>) -> Result<Option<String>, Unreadable> {
        let text = self.name(found)?;
        Ok(text.filter(|text| !is_no_answer(text)))
    }

    /// A number, also with words after it (`10 - extremely likely`, `9/10`).
    pub(crate) fn number(&self, found: &Found<'_>) -> Result<Option<f64>, Unreadable> {
        if let Found::Number(number) = found {
            return number.parse().map(Some).map_err(|_| Unreadable);
        }
        let Some(text) = self.answer(found)? else { return Ok(None) };
        self.read_number(&text).map(Some).ok_or(Unreadable)
    }

    fn read_number(&self, text: &str) -> Option<f64> {
        let is_part =
            |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '\u{a0}' | '\u{202f}');
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1.0, digits),
            None => (1.0, text.strip_prefix('+').unwrap_or(text)),
        };
        let end = digits.find(|c| !is_part(c)).unwrap_or(digits.len());
        let (number, rest) = digits.split_at_checked(end)?;
        let has_digit = number.bytes().any(|byte| byte.is_ascii_digit());
        if !has_digit || !may_follow(rest) {
            return None;
        }
        let number = number.trim_end_matches(['.', ',']).replace(['\'', '\u{a0}', '\u{202f}'], "");
        let plain = plain_number(&number, self.decimal_comma)?;
        plain.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| sign * number)
    }

    /// A whole number from 0.
    pub(crate) fn whole(&self, found: &Found<'_>) -> Result<Option<u64>, Unreadable> {
        let Some(number) = self.number(found)? else { return Ok(None) };
        if number.fract() != 0.0 || !(0.0..9e15).contains(&number) {
            return Err(Unreadable);
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole, 0 to 9e15"
        )]
        Ok(Some(number as u64))
    }

    /// true or false, or a word for it.
    pub(crate) fn truth(&self, found: &Found<'_>) -> Result<Option<bool>, Unreadable> {
        if let Found::Truth(truth) = found {
            return Ok(Some(*truth));
        }
        let Some(word) = self.answer(found)?.map(|word| word.to_lowercase()) else {
            return Ok(None);
        };
        match (TRUE.contains(&word.as_str()), FALSE.contains(&word.as_str())) {
            (true, _) => Ok(Some(true)),
            (_, true) => Ok(Some(false)),
            _ => Err(Unreadable),
        }
    }

    /// A time: by the source's formats, RFC 3339, a date, or a number since 1970.
    pub(crate) fn time(&self, found: &Found<'_>) -> Result<Option<Timestamp>, Unreadable> {
        let offset = self.utc_offset;
        match found {
            Found::Time(time) => Ok(Some(time::civil(*time, offset))),
            Found::Number(number) => {
                let since = number.parse().ok().and_then(time::since_1970);
                since.map(Some).ok_or(Unreadable)
            }
            _ => {
                let Some(text) = self.answer(found)? else { return Ok(None) };
                let formats = &self.date_formats;
                let formatted =
                    formats.iter().find_map(|format| time::formatted(&text, format, offset));
                formatted.or_else(|| time::standard_at(&text, offset)).map(Some).ok_or(Unreadable)
            }
        }
    }
}

/// Whether what follows a number leaves it a number: words after a sign, or the scale after a slash;
/// not the rest of a date or time.
fn may_follow(rest: &str) -> bool {
    let mut characters = rest.chars();
    match characters.next() {
        None => true,
        Some('/') => rest.trim_start_matches('/').trim().bytes().all(|byte| byte.is_ascii_digit()),
        Some(' ' | '-' | '–' | '=' | '(' | ':' | '%' | '*' | '★') => {
            !characters.next().is_some_and(|next| next.is_ascii_digit())
        }
        Some(_) => false,
    }
}

/// Digits with one decimal point: without thousands' separators, `,` turned where it is the point.
fn plain_number(number: &str, decimal_comma: bool) -> Option<String> {
    let (point, separator) = if decimal_comma { (',', '.') } else { ('.', ',') };
    let (whole, fraction) = match number.rsplit_once(point) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number, None),
    };
    let groups: Vec<&str> = whole.split(separator).collect();
    let thousands = groups.len() == 1
        || (groups.iter().skip(1).all(|group| group.len() == 3)
            && groups.first().is_some_and(|group| (1..=3).contains(&group.len())));
    if thousands && !groups.concat().contains(point) {
        let fraction = fraction.unwrap_or("0");
        return (!fraction.contains(separator)).then(|| format!("{}.{fraction}", groups.concat()));
    }
    // The other sign can only be the decimal point here: `8,5` without a decimal comma set.
    match (groups.as_slice(), fraction) {
        ([whole, fraction], None) => Some(format!("{whole}.{fraction}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str, decimal_comma: bool) -> Option<f64> {
        let manner = Manner { decimal_comma, ..Manner::default() };
        manner.number(&Found::Text(Cow::Borrowed(text))).ok().flatten()
    }

    #[test]
    fn numbers_as_people_write_them() {
        for (text, point, comma) in [
            ("9", Some(9.0), Some(9.0)),
            ("8,5", Some(8.5), Some(8.5)),
            ("8.5", Some(8.5), Some(8.5)),
            ("1.234,5", None, Some(1234.5)),
            ("1,234.5", Some(1234.5), None),
            ("1,234", Some(1234.0), Some(1.234)),
            ("1.234", Some(1.234), Some(1234.0)),
            ("-3", Some(-3.0), Some(-3.0)),
            ("10 - extremely likely", Some(10.0), Some(10.0)),
            ("9/10", Some(9.0), Some(9.0)),
            ("7 (tevreden)", Some(7.0), Some(7.0)),
            ("4 ★", Some(4.0), Some(4.0)),
            ("ten", None, None),
            ("9th", None, None),
            ("2026-03-04", None, None),
            ("3/4/2026", None, None),
            ("10:30", None, None),
            ("n.v.t.", None, None),
            ("", None, None),
            ("1..2", None, None),
            (",5", Some(0.5), Some(0.5)),
        ] {
            assert_eq!(number(text, false), point, "{text} with a point");
            assert_eq!(number(text, true), comma, "{text} with a comma");
        }
    }

    /// What has no digit is never a 0: a word for "no answer" is none, anything else can't be read.
    #[test]
    fn a_number_has_a_digit() {
        let read = |text: &str| Manner::default().number(&Found::Text(Cow::Borrowed(text)));
        for text in [
            "(leeg)",
            "(blank)",
            "[Blank]",
            "<leeg>",
            "n.v.t.",
            "(n.v.t.)",
            ": niet ingevuld",
            "-",
            "--",
            "\u{2013}",
            "\u{2014}",
            "- -",
            "?",
            "??",
            ".",
            "...",
            "\u{2026}",
            "#N/A",
            "_",
            "Geen antwoord",
        ] {
            assert!(matches!(read(text), Ok(None)), "{text} is no answer");
        }
        for text in [
            "abc",
            "*",
            "****",
            "\u{2605}\u{2605}",
            "/10",
            "=x",
            "- long waiting times",
            "%",
            ",",
            "'",
            "()",
            "+",
            ": slecht",
            "\u{2013} te duur",
            "(zie toelichting)",
        ] {
            assert!(read(text).is_err(), "{text} can't be read");
        }
    }
}
