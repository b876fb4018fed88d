//! Which of the many ways of writing a date a column follows.

use std::sync::OnceLock;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use super::Cell;
use super::content::mostly;
use crate::time;

/// Dates with the day first before those with the month first: where both fit, that is what Europe
/// writes.
const DAY_FIRST: [&str; 12] = [
    "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%m/%d/%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%d-%m-%y",
    "%d/%m/%y", "%d.%m.%y", "%m/%d/%y", "%m-%d-%y",
];

/// The same for times with AM and PM, which are written where the month comes first.
const MONTH_FIRST: [&str; 6] =
    ["%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%Y/%m/%d", "%d/%m/%Y", "%d-%m-%Y"];

/// Dates with the month's (English) name.
const NAMED: [&str; 8] = [
    "%d-%b-%Y",
    "%d %b %Y",
    "%d-%b-%y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%b %d %Y",
    "%d. %B %Y",
];

const CLOCKS: [&str; 6] = ["", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", ", %H:%M", ", %H:%M:%S"];
const HALF_DAY_CLOCKS: [&str; 4] = [" %I:%M:%S %p", " %I:%M %p", ", %I:%M:%S %p", ", %I:%M %p"];

/// The most formats that one column is read with.
const FORMATS_MAX: usize = 3;

/// How many cells are looked at before all are.
const PROBED: usize = 20;

/// How the dates of a column are written.
#[derive(Debug, Clone)]
pub(super) struct Dates {
    /// Formats (`strftime`), the commonest first; RFC 3339 and dates of a workbook need none.
    pub(super) formats: Vec<&'static str>,
    /// How many filled cells are no date.
    pub(super) unread: usize,
    /// Whether day and month could be the other way round.
    pub(super) doubtful: bool,
}

fn formats() -> &'static [String] {
    static FORMATS: OnceLock<Vec<String>> = OnceLock::new();
    FORMATS.get_or_init(|| {
        let with = |dates: &[&str], clocks: &[&str]| {
            let of = |clock: &str| -> Vec<String> {
                dates.iter().map(|date| format!("{date}{clock}")).collect()
            };
            clocks.iter().flat_map(|clock| of(clock)).collect::<Vec<_>>()
        };
        let mut formats = with(&DAY_FIRST, &CLOCKS);
        formats.extend(with(&MONTH_FIRST, &HALF_DAY_CLOCKS));
        formats.extend(with(&NAMED, &CLOCKS));
        formats.extend(with(&NAMED, &HALF_DAY_CLOCKS));
        formats
    })
}

/// How most of a column's cells are written, if they are dates.
pub(super) fn dates(cells: &[&Cell], texts: &[String]) -> Option<Dates> {
    let is_standard = |(cell, text): &(&&Cell, &String)| {
        matches!(cell, Cell::Time(_)) || time::standard(text).is_some_and(is_sane)
    };
    let mut unread: Vec<&str> = cells
        .iter()
        .zip(texts)
        .filter(|pair| !is_standard(pair))
        .map(|(_, text)| text.as_str())
        .collect();
    let mut dates = Dates { formats: Vec::new(), unread: 0, doubtful: false };
    let like = unread.iter().take(PROBED).filter(|text| is_like_date(text)).count();
    while like > 0 && dates.formats.len() < FORMATS_MAX {
        let known = &dates.formats;
        let Some(format) = commonest(&unread, known) else { break };
        let turned = turned(format);
        let read: Vec<&str> = unread.iter().copied().filter(|text| fits(text, format)).collect();
        dates.doubtful |= turned.is_some_and(|turned| read.iter().all(|text| fits(text, &turned)));
        unread.retain(|text| !fits(text, format));
        dates.formats.push(format);
    }
    dates.unread = unread.len();
    mostly(texts.len() - unread.len(), texts.len()).then_some(dates)
}

/// The format that fits the most texts; never one in which day and month have changed places.
fn commonest(texts: &[&str], known: &[&str]) -> Option<&'static str> {
    let taken: Vec<String> = known.iter().filter_map(|format| turned(format)).collect();
    let probe = texts.get(..texts.len().min(PROBED))?;
    let mut best: Option<(usize, &'static str)> = None;
    for format in formats().iter().filter(|format| !taken.contains(format)) {
        if !probe.iter().any(|text| fits(text, format)) {
            continue;
        }
        let count = texts.iter().filter(|text| fits(text, format)).count();
        if best.is_none_or(|(most, _)| count > most) {
            best = Some((count, format));
        }
    }
    best.map(|(_, format)| format)
}

/// The format with day and month the other way round.
fn turned(format: &str) -> Option<String> {
    let first = format.get(..2).filter(|first| matches!(*first, "%d" | "%m"))?;
    let (day, month) = (format.find("%d")?, format.find("%m")?);
    let other = if first == "%d" { "%m" } else { "%d" };
    let second = day.max(month);
    let (head, tail) = (format.get(2..second)?, format.get(second + 2..)?);
    Some(format!("{other}{head}{first}{tail}"))
}

fn fits(text: &str, format: &str) -> bool {
    time::formatted(text, format, Offset::UTC).is_some_and(is_sane)
}

/// Feedback is of our days.
fn is_sane(time: Timestamp) -> bool {
    (1970..2100).contains(&time.to_zoned(TimeZone::UTC).year())
}

/// Whether it may be a date at all: short, with three digits and a sign between them.
fn is_like_date(text: &str) -> bool {
    text.len() <= 40
        && text.bytes().filter(u8::is_ascii_digit).count() >= 3
        && text.contains(['-', '/', '.', ' '])
        && text.parse::<f64>().is_err()
}
