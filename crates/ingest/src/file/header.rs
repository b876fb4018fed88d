//! Which of a table's first rows are its header. Exports put titles above it (Excel reports), the
//! questions' words and import ids below it (Qualtrics), or the kinds of answer (`SurveyMonkey`).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Cell, Columns};

/// How many rows are looked at.
pub(super) const LOOKED_AT: usize = 12;

/// The header found among the first rows.
pub(super) struct Header {
    pub(super) columns: Columns,
    /// How many of the rows belong to it or stand above it.
    pub(super) rows: usize,
}

/// What Qualtrics writes into its third row.
const IMPORT_ID: &str = "{\"ImportId\"";

/// What `SurveyMonkey` writes below a question that has one answer.
const SINGLE_ANSWERS: [&str; 4] =
    ["response", "open-ended response", "reactie", "antwoord met open einde"];

/// Finds the header among the first rows; `None` where every row is blank.
pub(super) fn find(rows: &[Vec<Cell>]) -> Option<Header> {
    let filled = |row: &Vec<Cell>| row.iter().filter(|cell| !cell.is_blank()).count();
    let widest = rows.iter().map(filled).max().filter(|widest| *widest > 0)?;
    let at =
        rows.iter().position(|row| filled(row) * 2 > widest || widest == 1 && filled(row) == 1)?;
    let header = rows.get(at)?;
    let (one, two) = (rows.get(at + 1), rows.get(at + 2));
    let names: Vec<String> = header.iter().map(|cell| cell.to_string().trim().to_owned()).collect();
    if two.is_some_and(|row| is_import_ids(row)) {
        return Some(Header { columns: columns(names, one), rows: at + 3 });
    }
    if one.is_some_and(|row| is_import_ids(row)) {
        return Some(Header { columns: columns(names, None), rows: at + 2 });
    }
    if let Some(kinds) = one.filter(|row| is_answer_kinds(row)) {
        return Some(Header { columns: columns(joined(&names, kinds), None), rows: at + 2 });
    }
    Some(Header { columns: columns(names, None), rows: at + 1 })
}

fn is_import_ids(row: &[Cell]) -> bool {
    row.iter()
        .any(|cell| matches!(cell, Cell::Text(text) if text.trim_start().starts_with(IMPORT_ID)))
}

fn is_answer_kinds(row: &[Cell]) -> bool {
    let is_kind = |cell: &Cell| {
        let text = cell.to_string().trim().to_lowercase();
        SINGLE_ANSWERS.contains(&text.as_str())
    };
    row.first().is_some_and(Cell::is_blank) && row.iter().any(is_kind)
}

/// A question stands above the first of its answers only; each further answer is named below.
fn joined(questions: &[String], kinds: &[Cell]) -> Vec<String> {
    let mut question = String::new();
    let mut names = Vec::with_capacity(questions.len().max(kinds.len()));
    for index in 0..questions.len().max(kinds.len()) {
        let above = questions.get(index).map_or("", String::as_str);
        if !above.is_empty() {
            above.clone_into(&mut question);
        }
        let kind = kinds.get(index).map(ToString::to_string).unwrap_or_default();
        let kind = kind.trim();
        let single = kind.is_empty() || SINGLE_ANSWERS.contains(&kind.to_lowercase().as_str());
        names.push(if single { question.clone() } else { format!("{question} - {kind}") });
    }
    names
}

/// Names that are there and stand once each: `column_3` for none, `Comment (2)` for a second one.
fn columns(names: Vec<String>, labels: Option<&Vec<Cell>>) -> Columns {
    let mut seen = BTreeSet::new();
    let mut unique = Vec::with_capacity(names.len());
    for (index, name) in names.into_iter().enumerate() {
        let name = if name.is_empty() { format!("column_{}", index + 1) } else { name };
        let mut candidate = name.clone();
        let mut count = 1;
        while !seen.insert(candidate.clone()) {
            count += 1;
            candidate = format!("{name} ({count})");
        }
        unique.push(candidate);
    }
    let labels =
        labels.map(|labels| labels.iter().map(|cell| cell.to_string().trim().to_owned()).collect());
    Columns { names: Arc::from(unique), labels }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(table: &[&[&str]]) -> Vec<Vec<Cell>> {
        let cell = |text: &&str| Cell::of_text((*text).to_owned());
        table.iter().map(|row| row.iter().map(cell).collect()).collect()
    }

    fn found(table: &[&[&str]]) -> (Vec<String>, usize) {
        let header = find(&rows(table)).unwrap();
        (header.columns.names.to_vec(), header.rows)
    }

    #[test]
    fn headers_of_several_tools() {
        assert_eq!(
            found(&[&["id", "text"], &["1", "Good"]]),
            (vec!["id".into(), "text".into()], 1)
        );
        assert_eq!(found(&[&["Comment"], &["Good"]]), (vec!["Comment".into()], 1));
        let titled: &[&[&str]] =
            &[&["Report 2026", "", ""], &["", "", ""], &["id", "", "id"], &["1", "", ""]];
        assert_eq!(found(titled), (vec!["id".into(), "column_2".into(), "id (2)".into()], 3));
        let qualtrics: &[&[&str]] = &[
            &["ResponseId", "Q1"],
            &["Response ID", "How likely?"],
            &["{\"ImportId\":\"_recordId\"}", "{\"ImportId\":\"QID1\"}"],
            &["R_1", "9"],
        ];
        let header = find(&rows(qualtrics)).unwrap();
        assert_eq!((header.rows, header.columns.labels.unwrap()[1].as_str()), (3, "How likely?"));
        let monkey: &[&[&str]] = &[
            &["Respondent ID", "Which?", "", "Why?"],
            &["", "Phone", "Chat", "Open-Ended Response"],
            &["1", "Phone", "", "It works"],
        ];
        let (names, count) = found(monkey);
        assert_eq!(names, ["Respondent ID", "Which? - Phone", "Which? - Chat", "Why?"]);
        assert_eq!(count, 2);
        assert!(find(&rows(&[&["", ""], &[]])).is_none());
    }
}
