//! Plain lists of keywords: a theme and its words per row, or a theme per column with its words below.

use super::draft::{Defaults, Drafts, Gathered};
use super::foreign::{self, Blank, Dialect};
use super::lanes::{self, Role};
use super::{Remark, Row, plain_name};

/// How a list of keywords is to be read.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    /// What is the same for every theme.
    pub(crate) defaults: Defaults,
    /// What a blank between two words means.
    pub(crate) blank: Blank,
    /// Whether a word takes all forms of its stem.
    pub(crate) stems: bool,
    /// Whether each column is a theme: its name on top, its words below.
    pub(crate) by_column: bool,
}

/// Reads the rows; a header is passed over.
pub(crate) fn keywords(rows: &[Row], reading: &Reading) -> Drafts {
    let mut drafts = Drafts::default();
    let mut gathered = Gathered::default();
    if reading.by_column {
        by_column(rows, reading, &mut gathered, &mut drafts);
    } else {
        by_row(rows, reading, &mut gathered, &mut drafts);
    }
    let (themes, remarks) = gathered.into_drafts(&reading.defaults.language);
    drafts.note(rows.first().map_or(1, |row| row.number), "", remarks);
    drafts.themes = themes;
    drafts
}

fn is_keywords(name: &str) -> bool {
    let name = plain_name(name);
    let known = ["keyword", "term", "phrase", "query", "search", "synonym", "trefwoord", "woord"];
    name.is_empty() || known.iter().any(|known| name.starts_with(known))
}

fn by_row(rows: &[Row], reading: &Reading, gathered: &mut Gathered, drafts: &mut Drafts) {
    let Some(first) = rows.first() else { return };
    let roles: Vec<Role> = first.cells.iter().map(|name| lanes::role(name)).collect();
    // Without a header the first cell is the theme, and all others are keywords.
    let headed = roles.contains(&Role::Path);
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let role = |index: usize| match (headed, roles.get(index)) {
        (true, Some(role)) => *role,
        (false, _) if index == 0 => Role::Path,
        _ => Role::Unknown,
    };
    let columns: Vec<(usize, &str, Role)> =
        (0..width).map(|index| (index, first.cell(index), role(index))).collect();
    let all: Vec<_> = columns.iter().filter(|(.., role)| *role == Role::Unknown).collect();
    let named: Vec<_> =
        all.iter().filter(|(_, name, _)| !name.is_empty() && is_keywords(name)).collect();
    for (_, name, _) in
        all.iter().filter(|(_, name, _)| headed && !named.is_empty() && !is_keywords(name))
    {
        let message = "this column is not known, and is left out";
        let mend = "known are theme, keywords, language, department, kind";
        drafts.note(first.number, name, vec![Remark::changed(message, mend)]);
    }
    let words: Vec<usize> = all
        .iter()
        .filter(|(_, name, _)| !headed || named.is_empty() || is_keywords(name))
        .map(|(index, ..)| *index)
        .collect();
    for row in rows.iter().skip(usize::from(headed)) {
        let said = lanes::said(row, &columns);
        let mut remarks = Vec::new();
        let theme = gathered.theme(&said, &reading.defaults, &mut remarks);
        let language = Gathered::language(&said, &reading.defaults, &mut remarks);
        drafts.note(row.number, "", remarks);
        let Some(theme) = theme else { continue };
        for index in &words {
            let column =
                if headed { first.cell(*index).to_owned() } else { (index + 1).to_string() };
            cell((row, *index, &column), (theme, language), reading, gathered, drafts);
        }
    }
}

fn by_column(rows: &[Row], reading: &Reading, gathered: &mut Gathered, drafts: &mut Drafts) {
    let Some((header, rows)) = rows.split_first() else { return };
    for (index, name) in header.cells.iter().enumerate().filter(|(_, name)| !name.trim().is_empty())
    {
        let path = lanes::parts(name.trim()).collect();
        let said = super::draft::Said { path, ..Default::default() };
        let mut remarks = Vec::new();
        let theme = gathered.theme(&said, &reading.defaults, &mut remarks);
        drafts.note(header.number, name, remarks);
        let Some(theme) = theme else { continue };
        for row in rows {
            let language = reading.defaults.language.as_str();
            cell((row, index, name), (theme, language), reading, gathered, drafts);
        }
    }
}

/// The keywords of one cell, as one rule of the theme.
fn cell(
    (row, index, column): (&Row, usize, &str),
    (theme, language): (usize, &str),
    reading: &Reading,
    gathered: &mut Gathered,
    drafts: &mut Drafts,
) {
    let text = row.cell(index);
    if text.trim().is_empty() {
        return;
    }
    let dialect = Dialect {
        blank: reading.blank,
        stems: reading.stems,
        lower_case: reading.blank == Blank::Phrase,
    };
    let mut remarks = Vec::new();
    let rule = foreign::rule(text, dialect, &mut remarks);
    let mut left_out = None;
    if let Some(rule) = rule {
        match classify::check_rule(&rule) {
            Ok(_) => gathered.rule(theme, language, rule),
            Err(faults) => {
                let why = faults.first().map_or("", |fault| fault.message.as_str()).to_owned();
                let mend = faults.into_iter().find_map(|fault| fault.correction);
                let mend = mend.map_or("rewrite it".to_owned(), |mend| format!("write {mend}"));
                remarks.push(Remark::lost(why.clone(), mend));
                left_out = Some(why);
            }
        }
    }
    if left_out.is_none() {
        let lost = remarks.iter().find(|remark| remark.is_lost);
        left_out = lost.map(|remark| remark.message.clone());
    }
    if let Some(why) = left_out {
        let written = text.replace('\n', ", ");
        gathered.comment(theme, format!("row {}, left out: {why}: {written}", row.number));
    }
    drafts.note(row.number, column, remarks);
}
