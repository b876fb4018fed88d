//! What stands in a column: numbers, dates, languages, addresses or words.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::Cell;
use super::dates::{Dates, dates};
use crate::source::{Found, Manner};
use crate::{language, redact};

/// What the sampled cells of a column have in common.
#[derive(Debug, Clone)]
pub(super) struct Content {
    /// The filled cells' texts, without white space around them.
    pub(super) texts: Vec<String>,
    /// How many of these differ.
    pub(super) distinct: usize,
    /// Words per filled cell.
    pub(super) words: f64,
    /// Characters per filled cell.
    pub(super) characters: f64,
    /// Whether most filled cells have letters.
    pub(super) letters: bool,
    /// The filled cells' numbers, where most are one.
    pub(super) numbers: Option<Numbers>,
    /// Whether numbers have a decimal comma.
    pub(super) decimal_comma: bool,
    /// How the filled cells are written, where most are dates.
    pub(super) dates: Option<Dates>,
    /// What most of the filled cells are besides.
    pub(super) kind: Kind,
}

/// What cells of text are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Names of languages.
    Languages,
    /// E-mail addresses or phone numbers.
    Addresses,
    /// Codes or links: without blanks, with what no word has.
    Codes,
    /// None of these.
    Other,
}

/// Numbers of a column.
#[derive(Debug, Clone)]
pub(super) struct Numbers {
    /// The numbers that could be read.
    pub(super) values: Vec<f64>,
    /// How many cells are neither a number nor a word for "no answer".
    pub(super) unread: usize,
}

/// Two of three cells must be of a kind for the column to be: the others are told, not a reason to
/// overlook it.
pub(super) fn mostly(count: usize, of: usize) -> bool {
    of > 0 && count * 3 >= of * 2
}

impl Content {
    /// What the cells of one column have in common.
    #[expect(clippy::cast_precision_loss, reason = "counts of a sample are small")]
    pub(super) fn of<'a>(cells: impl Iterator<Item = &'a Cell>) -> Self {
        let cells: Vec<&Cell> = cells.filter(|cell| !cell.is_blank()).collect();
        let texts: Vec<String> =
            cells.iter().map(|cell| cell.to_string().trim().to_owned()).collect();
        let filled = texts.len();
        let count = |is: &dyn Fn(&str) -> bool| texts.iter().filter(|text| is(text)).count();
        let per_cell = |total: usize| if filled == 0 { 0.0 } else { total as f64 / filled as f64 };
        let comma = count(&|text| has_decimal(text, ','));
        let decimal_comma = comma > count(&|text| has_decimal(text, '.'));
        let dates = dates(&cells, &texts);
        let numbers = if dates.is_some() { None } else { numbers(&texts, decimal_comma) };
        Self {
            distinct: texts.iter().collect::<BTreeSet<_>>().len(),
            words: per_cell(texts.iter().map(|text| text.split_whitespace().count()).sum()),
            characters: per_cell(texts.iter().map(|text| text.chars().count()).sum()),
            letters: count(&|text| text.chars().any(char::is_alphabetic)) * 2 > filled,
            decimal_comma: decimal_comma && numbers.is_some(),
            numbers,
            kind: if dates.is_some() { Kind::Other } else { kind(&texts) },
            dates,
            texts,
        }
    }

    /// How many cells are not blank.
    pub(super) fn filled(&self) -> usize {
        self.texts.len()
    }

    /// Whether the same few words stand in it again and again, as in a list one chooses from.
    pub(super) fn is_chosen(&self) -> bool {
        self.filled() >= 8 && self.distinct * 3 <= self.filled()
    }

    /// Whether some words stand in most cells, seldom the same: somebody's own, or names of things.
    pub(super) fn is_wordy(&self) -> bool {
        const SOME_WORDS: f64 = 2.0;
        // Cells that begin with a short word look like languages.
        let may_be = matches!(self.kind, Kind::Other | Kind::Languages);
        may_be
            && self.numbers.is_none()
            && self.dates.is_none()
            && self.letters
            && self.words >= SOME_WORDS
            && self.distinct * 2 > self.filled()
            && self.filled() > 1
    }

    /// Whether the cells are numbers or dates throughout.
    pub(super) fn is_measured(&self) -> bool {
        let numbers = self.numbers.as_ref().is_some_and(|numbers| numbers.unread == 0);
        numbers || self.dates.as_ref().is_some_and(|dates| dates.unread == 0)
    }
}

/// What two of three texts are.
fn kind(texts: &[String]) -> Kind {
    let most = |is: &dyn Fn(&str) -> bool| {
        mostly(texts.iter().filter(|text| is(text)).count(), texts.len())
    };
    if most(&|text| language::code(text).is_some()) {
        Kind::Languages
    } else if most(&redact::is_address) {
        Kind::Addresses
    } else if most(&is_code) {
        Kind::Codes
    } else {
        Kind::Other
    }
}

/// Whether the text is without blanks and has what no word has.
pub(super) fn is_code(text: &str) -> bool {
    let odd = |c: char| c.is_ascii_digit() || matches!(c, '/' | '@' | '_' | '=');
    !text.contains(char::is_whitespace) && text.contains(odd)
}

/// Whether the text is digits, the sign, and one or two digits more.
fn has_decimal(text: &str, sign: char) -> bool {
    text.split_once(sign).is_some_and(|(whole, fraction)| {
        let digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        digits(whole) && digits(fraction) && fraction.len() <= 2
    })
}

fn numbers(texts: &[String], decimal_comma: bool) -> Option<Numbers> {
    let manner = Manner { decimal_comma, ..Manner::default() };
    let mut numbers = Numbers { values: Vec::new(), unread: 0 };
    for text in texts {
        match manner.number(&Found::Text(Cow::Borrowed(text))) {
            Ok(Some(number)) => numbers.values.push(number),
            // A word for "no answer" speaks neither for nor against.
            Ok(None) => {}
            Err(_) => numbers.unread += 1,
        }
    }
    let read = numbers.values.len();
    mostly(read, read + numbers.unread).then_some(numbers)
}
