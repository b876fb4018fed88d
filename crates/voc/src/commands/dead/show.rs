//! `voc dead show`: letters whole, or the bytes of one exactly as they came.

use std::cmp::Reverse;
use std::fmt::Write;
use std::process::ExitCode;

use anyhow::{Result, bail};

use super::Place;
use super::letters::{Filter, Letter, for_each};
use crate::arguments::Format;
use crate::commands::tap::Envelope;
use crate::commands::{write_json, write_out};

/// How many letters are shown where nobody says.
pub(super) const LIMIT: usize = 1;

/// Shows the newest `limit` letters that the filter takes, the newest first.
pub(super) fn run(
    place: &Place<'_>,
    filter: &Filter,
    limit: usize,
    bytes_alone: bool,
    format: Format,
) -> Result<ExitCode> {
    let mut newest: Vec<Letter> = Vec::new();
    for_each(place, |letter| {
        if filter.holds(&letter) {
            newest.push(letter);
        }
        if newest.len() > limit {
            newest.sort_by_key(|letter| Reverse((letter.at, letter.record.origin.offset)));
            newest.truncate(limit);
        }
        Ok(())
    })?;
    newest.sort_by_key(|letter| Reverse((letter.at, letter.record.origin.offset)));
    if newest.is_empty() {
        match &filter.origin {
            Some(origin) => bail!("no dead letter came from {origin}; `voc dead list` shows them"),
            None => bail!("there is no such dead letter; `voc dead list` shows them"),
        }
    }
    for letter in &newest {
        match (bytes_alone, format) {
            (true, _) => write_out(bytes(letter)?)?,
            (false, Format::Json) => write_json(&Envelope::of(&letter.record))?,
            (false, Format::Text) => write_out(text(letter).as_bytes())?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn bytes(letter: &Letter) -> Result<&[u8]> {
    if let (Some(left_out), Some(origin)) = (&letter.left_out, &letter.origin) {
        bail!("{origin}: the {left_out} was too large for a dead letter, and stands only there");
    }
    Ok(letter.record.value.as_deref().unwrap_or_default())
}

fn text(letter: &Letter) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        writeln!(text, "{name:<10}  {value}").expect("a String takes all");
    };
    let unknown = || "unknown".to_owned();
    line("origin", &letter.origin.as_ref().map_or_else(unknown, ToString::to_string));
    line("code", &letter.code);
    line("at", &letter.at.map_or_else(unknown, |at| at.to_string()));
    if let Some(left_out) = &letter.left_out {
        line("left out", &format!("{left_out}: too large for a dead letter"));
    }
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if let Some(key) = &letter.record.key {
        line("key", &shown(key));
    }
    for header in &letter.record.headers {
        let value = header.value.as_deref().map_or_else(|| "null".to_owned(), shown);
        line("header", &format!("{}: {value}", header.name));
    }
    match &letter.record.value {
        Some(value) => {
            line("value", &format!("{} bytes", value.len()));
            text.push_str(&shown(value));
            text.push('\n');
        }
        None => line("value", "none"),
    }
    text
}
