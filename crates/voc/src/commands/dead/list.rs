//! `voc dead list`: how many of each code, and the newest.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::ExitCode;

use anyhow::Result;
use jiff::Timestamp;
use serde::Serialize;

use super::Place;
use super::letters::{Filter, Letter, for_each};
use crate::arguments::Format;
use crate::commands::{write_json, write_out};

/// Lists the letters that the filter takes.
pub(super) fn run(
    place: &Place<'_>,
    filter: &Filter,
    limit: usize,
    format: Format,
) -> Result<ExitCode> {
    let list = read(place, filter, limit)?;
    match format {
        Format::Json => write_json(&list)?,
        Format::Text => write_out(list.text().as_bytes())?,
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Debug, Serialize)]
struct List {
    total: u64,
    by_code: BTreeMap<String, u64>,
    newest: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Line {
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
    code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Timestamp>,
    bytes: usize,
    /// What of it was too large for the topic of dead letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<String>,
    #[serde(skip)]
    place: (i32, i64),
}

impl Line {
    fn of(letter: &Letter) -> Self {
        let record = &letter.record;
        Self {
            origin: letter.origin.as_ref().map(ToString::to_string),
            code: letter.code.clone(),
            at: letter.at,
            bytes: record.value.as_ref().map_or(0, Vec::len),
            left_out: letter.left_out.clone(),
            place: (record.origin.partition, record.origin.offset),
        }
    }
}

fn read(place: &Place<'_>, filter: &Filter, limit: usize) -> Result<List> {
    let mut list = List { total: 0, by_code: BTreeMap::new(), newest: Vec::new() };
    for_each(place, |letter| {
        if !filter.holds(&letter) {
            return Ok(());
        }
        list.total += 1;
        list.newest.push(Line::of(&letter));
        *list.by_code.entry(letter.code).or_default() += 1;
        if list.newest.len() > limit.saturating_mul(2).max(64) {
            keep_newest(&mut list.newest, limit);
        }
        Ok(())
    })?;
    keep_newest(&mut list.newest, limit);
    Ok(list)
}

fn keep_newest(letters: &mut Vec<Line>, limit: usize) {
    letters.sort_by_key(|letter| Reverse((letter.at, letter.place)));
    letters.truncate(limit);
}

impl List {
    fn text(&self) -> String {
        let mut text = format!("{} dead letters\n", self.total);
        for (code, count) in &self.by_code {
            writeln!(text, "{count:>10}  {code}").expect("a String takes all");
        }
        for Line { origin, code, at, bytes, left_out, .. } in &self.newest {
            let origin = origin.as_deref().unwrap_or("unknown");
            let at = at.map_or_else(String::new, |at| at.to_string());
            let out =
                left_out.as_ref().map_or_else(String::new, |what| format!("  without {what}"));
            writeln!(text, "{origin:<32}  {code:<24}  {bytes:>9} B  {at}{out}")
                .expect("a String takes all");
        }
        text
    }
}
