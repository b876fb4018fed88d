//! What stands in a column: numbers, dates, languages or words.

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::tz::Offset;

use super::Cell;
use crate::source::{Found, Manner};
use crate::{language, time};

/// Formats of dates that are tried after the standard ones, day first before month first.
pub(super) const DATE_FORMATS: [&str; 18] = [
    "%d-%m-%Y",
    "%d-%m-%Y %H:%M",
    "%d-%m-%Y %H:%M:%S",
    "%d/%m/%Y",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%m/%d/%Y",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M",
    "%d-%b-%Y",
    "%d %B %Y",
];

/// How dates are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateForm {
    /// As RFC 3339, or a date or time of a workbook.
    Standard,
    /// In one of [`DATE_FORMATS`].
    Format {
        format: &'static str,
        /// Whether day and month could be the other way round.
        doubtful: bool,
    },
}

/// What the sampled cells of a column have in common.
#[derive(Debug, Clone)]
pub(super) struct Content {
    /// How many cells are not blank.
    pub(super) filled: usize,
    /// How many of these differ.
    pub(super) distinct: usize,
    /// Words per filled cell.
    pub(super) words: f64,
    /// Characters per filled cell.
    pub(super) characters: f64,
    /// Whether most filled cells have letters.
    pub(super) letters: bool,
    /// The least and the greatest, where the filled cells are numbers.
    pub(super) numbers: Option<(f64, f64)>,
    /// Whether numbers have a decimal comma.
    pub(super) decimal_comma: bool,
    /// How the filled cells are written, where they are dates.
    pub(super) date: Option<DateForm>,
    /// Whether the filled cells are names of languages.
    pub(super) languages: bool,
}

/// Of ten cells, nine must be of a kind for the column to be.
fn most(count: usize, of: usize) -> bool {
    of > 0 && count * 10 >= of * 9
}

impl Content {
    /// What the cells of one column have in common.
    #[expect(clippy::cast_precision_loss, reason = "counts of a sample are small")]
    pub(super) fn of<'a>(cells: impl Iterator<Item = &'a Cell>) -> Self {
        let cells: Vec<&Cell> = cells.filter(|cell| !cell.is_blank()).collect();
        let texts: Vec<String> =
            cells.iter().map(|cell| cell.to_string().trim().to_owned()).collect();
        let filled = texts.len();
        let per_cell = |total: usize| if filled == 0 { 0.0 } else { total as f64 / filled as f64 };
        let decimal_comma = texts.iter().any(|text| has_decimal(text, ','))
            && !texts.iter().any(|text| has_decimal(text, '.'));
        let date = date_form(&cells, &texts);
        let with_letters =
            texts.iter().filter(|text| text.chars().any(char::is_alphabetic)).count();
        let numbers = if date.is_some() { None } else { numbers(&texts, decimal_comma) };
        Self {
            filled,
            distinct: texts.iter().collect::<BTreeSet<_>>().len(),
            words: per_cell(texts.iter().map(|text| text.split_whitespace().count()).sum()),
            characters: per_cell(texts.iter().map(|text| text.chars().count()).sum()),
            letters: with_letters * 2 > filled,
            decimal_comma: decimal_comma && numbers.is_some(),
            numbers,
            date,
            languages: most(
                texts.iter().filter(|text| language::code(text).is_some()).count(),
                filled,
            ),
        }
    }
}

/// Whether the text is digits, the sign, and one or two digits more.
fn has_decimal(text: &str, sign: char) -> bool {
    text.split_once(sign).is_some_and(|(whole, fraction)| {
        let digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        digits(whole) && digits(fraction) && fraction.len() <= 2
    })
}

fn numbers(texts: &[String], decimal_comma: bool) -> Option<(f64, f64)> {
    let manner = Manner { decimal_comma, ..Manner::default() };
    let mut range: Option<(f64, f64)> = None;
    let mut count = 0;
    for text in texts {
        match manner.number(&Found::Text(Cow::Borrowed(text))) {
            Ok(Some(number)) => {
                count += 1;
                let (low, high) = range.unwrap_or((number, number));
                range = Some((low.min(number), high.max(number)));
            }
            // A word for "no answer" speaks neither for nor against.
            Ok(None) => count += 1,
            Err(_) => {}
        }
    }
    range.filter(|_| most(count, texts.len()))
}

/// The form that most cells fit.
fn date_form(cells: &[&Cell], texts: &[String]) -> Option<DateForm> {
    let count = texts.len();
    let standard = cells
        .iter()
        .zip(texts)
        .filter(|(cell, text)| matches!(cell, Cell::Time(_)) || time::standard(text).is_some())
        .count();
    if most(standard, count) {
        return Some(DateForm::Standard);
    }
    let fits = |format: &str| {
        let fit = |text: &&String| time::formatted(text, format, Offset::UTC).is_some();
        most(texts.iter().filter(fit).count(), count)
    };
    let format = DATE_FORMATS.into_iter().find(|format| fits(format))?;
    let other = format.replacen("%d", "%*", 1).replacen("%m", "%d", 1).replacen("%*", "%m", 1);
    let doubtful = format.starts_with("%d") && other.starts_with("%m") && fits(&other);
    Some(DateForm::Format { format, doubtful })
}
