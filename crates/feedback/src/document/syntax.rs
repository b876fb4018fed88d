//! What is no TOML, told line by line, with the line as it was probably meant where that is clear: a
//! corrected line is offered only if it is TOML itself.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::de::{DeTable, Error};

use super::value::{self, Entries, bare_or_quoted, quoted};
use crate::Problem;
use crate::problem::{INLINE_SECRET, is_secret};

/// How the parser tells a key or a table that stands twice.
const DUPLICATE: &str = "duplicate key";

/// What could be read of a file.
pub(super) struct Parsed {
    /// `None`: so little that the rest would only be guessed.
    pub(super) entries: Option<Entries>,
    pub(super) problems: Vec<Problem>,
    /// The keys of the lines that are no TOML, each by its first part.
    pub(super) unreadable: BTreeSet<String>,
}

/// How many faulty lines of a file are told.
const FAULTS_MAX: usize = 50;

/// Reads a file. The parser loses its way behind a fault, so only the first is believed; the file is
/// then read again without that line. What is left in the end is read as it stands, unless one of
/// the lines was a `[table]`, of whose keys nobody could say whose they are.
pub(super) fn parse(file: &str, text: &str) -> Parsed {
    let mut parsed = Parsed { entries: None, problems: Vec::new(), unreadable: BTreeSet::new() };
    let mut rest = text.to_owned();
    let mut readable = true;
    for _ in 0..FAULTS_MAX {
        let (table, errors) = DeTable::parse_recoverable(&rest);
        let place = |error: &Error| error.span().unwrap_or(text.len()..text.len());
        let Some(error) = errors.iter().min_by_key(|error| place(error).start) else {
            parsed.entries = readable.then(|| value::entries(table.into_inner()));
            return parsed;
        };
        let span = place(error);
        let line = line_around(&rest, span.start);
        let written = text.get(line.clone()).unwrap_or_default();
        let is_header = written.trim_start().starts_with('[');
        // What stands twice behind a table that can't be told from another follows from that.
        if readable || is_header || error.message() != DUPLICATE {
            parsed.problems.push(problem(file, error.message(), written, span));
        }
        readable &= !is_header;
        let first = key_of(written).split('.').next().unwrap_or_default();
        parsed.unreadable.insert(first.trim().trim_matches(['"', '\'']).to_owned());
        let blanks = " ".repeat(line.len());
        if rest.get(line.clone()) == Some(blanks.as_str()) {
            return parsed;
        }
        rest.replace_range(line, &blanks);
    }
    parsed
}

/// The line that holds `byte`, without its end; of an empty last line, the last that holds something.
fn line_around(text: &str, byte: usize) -> Range<usize> {
    let filled = text.trim_end().len();
    let before = text.get(..byte.min(filled)).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let end =
        text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |len| start + len);
    start..end
}

fn problem(file: &str, told: &str, line: &str, span: Range<usize>) -> Problem {
    let key = key_of(line);
    if told == DUPLICATE {
        let what = if key.is_empty() { line.trim() } else { key };
        let message = format!("{what} stands twice");
        let mend = if key.is_empty() {
            "put the keys of both below one of them"
        } else {
            "remove one of the two"
        };
        return Problem::new(file, "duplicate_key", message, mend).at(span);
    }
    if is_secret(key) {
        let message = "this line is no TOML, and may hold a secret, which is never written here";
        let mend = format!("write {key} = {{ env = \"NAME\" }} or {{ file = \"PATH\" }}");
        return Problem::new(file, INLINE_SECRET, message, mend).at(span);
    }
    if let Some((message, mended)) = mended(line) {
        return Problem::new(file, "toml", message, format!("write {mended}")).at(span);
    }
    let mend = "write key = value: a text in quotes, one with an apostrophe in \"…\" or '''…'''";
    Problem::new(file, "toml", format!("this is no TOML: {told}"), mend).at(span)
}

/// The key of a line, also of one that joins it to its value by a colon; of a table, nothing.
fn key_of(line: &str) -> &str {
    let line = line.trim();
    if line.starts_with('[') {
        return "";
    }
    line.split(['=', ':']).next().unwrap_or_default().trim()
}

/// The key and what follows, without the comment behind it.
fn split(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once('=')?;
    let value = value.split_once(" #").map_or(value, |(value, _)| value);
    Some((key.trim(), value.trim()))
}

/// What is wrong with a line, and how it may have been meant.
type Correction = (&'static str, fn(&str) -> Option<String>);

/// What is wrong with a line, and the line as it was probably meant.
fn mended(line: &str) -> Option<(&'static str, String)> {
    let corrections: [Correction; 7] = [
        ("a table's name stands in as many brackets on both sides", brackets),
        ("only straight quotes are quotes here", straight_quotes),
        ("an apostrophe ends this text too early", |line| requoted(line, '\'')),
        ("a quote ends this text too early", |line| requoted(line, '"')),
        ("this text is never closed", closed),
        ("a key and its value are joined by =", joined),
        (
            "a text stands in quotes, a decimal has a point, true and false are written so",
            bare_value,
        ),
    ];
    corrections.into_iter().find_map(|(message, correct)| {
        let corrected = correct(line)?;
        is_toml(&corrected).then_some((message, corrected))
    })
}

/// Whether a line stands by itself, or as one of a list's.
fn is_toml(line: &str) -> bool {
    DeTable::parse(line).is_ok()
        || (!line.contains('=') && DeTable::parse(&format!("x = [{line}]")).is_ok())
}

fn brackets(line: &str) -> Option<String> {
    let name = line.trim().trim_matches(['[', ']', ' ']);
    let double = line.contains("[[") || line.contains("]]");
    let named = !name.is_empty() && line.trim_start().starts_with('[');
    named.then(|| if double { format!("[[{name}]]") } else { format!("[{name}]") })
}

fn straight_quotes(line: &str) -> Option<String> {
    let straight = line.replace(['“', '”', '„'], "\"").replace(['‘', '’'], "'");
    (straight != line).then_some(straight)
}

/// The line with `'''` instead of each quote that begins or ends a text, which leaves those inside
/// alone: one begins a text behind `=`, `[`, `{` or a comma, and ends one before `]`, `}`, a comma or
/// the line's end.
fn requoted(line: &str, quote: char) -> Option<String> {
    let line = line.trim();
    let mut corrected = String::new();
    let mut delimiters = 0;
    for (at, character) in line.char_indices() {
        let before = line.get(..at).unwrap_or_default().trim_end();
        let after = line.get(at + character.len_utf8()..).unwrap_or_default().trim_start();
        let begins = before.is_empty() || before.ends_with(['=', '[', '{', ',']);
        let ends = after.is_empty() || after.starts_with([']', '}', ',', '#']);
        if character == quote && (begins || ends) {
            corrected.push_str("'''");
            delimiters += 1;
        } else {
            corrected.push(character);
        }
    }
    // One apostrophe inside makes no need of three where another pair of quotes does.
    if delimiters == 2 && quote == '"' && !line.contains('\'') {
        return Some(corrected.replace("'''", "'"));
    }
    (delimiters >= 2 && delimiters % 2 == 0).then_some(corrected)
}

/// The line with the quote that is missing at its end, before what closes a list.
fn closed(line: &str) -> Option<String> {
    let line = line.trim();
    let quote = line.chars().find(|character| matches!(character, '"' | '\''))?;
    if line.matches(quote).count() % 2 == 0 {
        return None;
    }
    let text = line.trim_end_matches([']', '}', ',', ' ']);
    let end = line.get(text.len()..).unwrap_or_default();
    Some(format!("{text}{quote}{end}"))
}

fn joined(line: &str) -> Option<String> {
    if line.contains('=') {
        return None;
    }
    let (key, value) = line.split_once(':')?;
    let (key, value) = (key.trim(), value.trim());
    let joined = format!("{key} = {value}");
    if is_toml(&joined) { Some(joined) } else { bare_value(&joined) }
}

fn bare_value(line: &str) -> Option<String> {
    let (key, value) = split(line)?;
    let key = if is_toml(&format!("{key} = 1")) { key.to_owned() } else { bare_or_quoted(key) };
    if value.is_empty() || value.starts_with(['"', '\'', '[', '{']) {
        return None;
    }
    let meant = match value.to_lowercase().as_str() {
        "true" | "yes" | "on" | "ja" => "true".to_owned(),
        "false" | "no" | "off" | "nee" => "false".to_owned(),
        other => match other.replace(',', ".").parse::<f64>() {
            Ok(number) if number.is_finite() => number.to_string(),
            _ => quoted(value),
        },
    };
    Some(format!("{key} = {meant}"))
}
