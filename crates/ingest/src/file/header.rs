//! Which of a table's first rows are its header. Exports put titles above it (Excel reports, groups of
//! columns), the questions' words and import ids below it (Qualtrics), or the kinds of answer
//! (`SurveyMonkey`). A table whose first row is an answer has none, and its columns have no names.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::content::{Content, is_code};
use super::{Cell, Columns};
use crate::source::is_no_answer;

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
const SINGLE_ANSWERS: [&str; 9] = [
    "response",
    "open-ended response",
    "reactie",
    "antwoord met open einde",
    "antwort",
    "beantwortung mit offenem ende",
    "réponse",
    "réponse ouverte",
    "respuesta abierta",
];

/// Finds the header among the first rows; `None` where every row is blank.
pub(super) fn find(rows: &[Vec<Cell>]) -> Option<Header> {
    let widest = rows.iter().map(|row| filled(row)).max().filter(|widest| *widest > 0)?;
    let at =
        rows.iter().position(|row| filled(row) * 2 > widest || widest == 1 && filled(row) == 1)?;
    let header = rows.get(at)?;
    let below = rows.get(at + 1..).unwrap_or_default();
    let (one, two) = (below.first(), below.get(1));
    let names = names(header);
    let found = |columns, rows| Some(Header { columns, rows: at + rows });
    if two.is_some_and(|row| is_import_ids(row)) {
        return found(columns(names, one), 3);
    }
    if one.is_some_and(|row| is_import_ids(row)) {
        return found(columns(names, None), 2);
    }
    if let Some(kinds) = one.filter(|row| is_answer_kinds(header, row)) {
        return found(columns(joined(&names, kinds), None), 2);
    }
    if let Some(second) =
        one.filter(|row| is_second_header(row, below.get(1..).unwrap_or_default()))
    {
        if filled(header) < filled(second) {
            // Titles of groups stand above the names.
            return found(columns(below_titles(&names, second), None), 2);
        }
        // Codes stand above the questions' words.
        return found(columns(names, Some(second)), 2);
    }
    if is_data(header, below) {
        let names = vec![String::new(); names.len()];
        return found(Columns { named: false, ..columns(names, None) }, 0);
    }
    found(columns(names, None), 1)
}

fn filled(row: &[Cell]) -> usize {
    row.iter().filter(|cell| !cell.is_blank()).count()
}

fn names(row: &[Cell]) -> Vec<String> {
    row.iter().map(|cell| cell.to_string().trim().to_owned()).collect()
}

/// Whether the cell is a number or a date.
fn is_measured(cell: Option<&Cell>) -> bool {
    Content::of(cell.into_iter()).is_measured()
}

/// The columns that hold nothing but numbers and dates in these rows.
fn measured(rows: &[Vec<Cell>]) -> Vec<usize> {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let of = |column: usize| Content::of(rows.iter().filter_map(|row| row.get(column)));
    (0..width).filter(|column| of(*column).is_measured()).collect()
}

/// Whether a row below the first one is a header too: where numbers, dates and codes such as `R_1` stand
/// below it, it has words. One such column could be a slip of a first answer, two are none.
fn is_second_header(row: &[Cell], below: &[Vec<Cell>]) -> bool {
    let measured = measured(below);
    let coded = coded(below);
    let is_word = |column: &usize| {
        let cell = row.get(*column).filter(|cell| !cell.is_blank());
        cell.is_some_and(|cell| {
            let text = cell.to_string();
            !is_measured(Some(cell)) && !is_code(text.trim()) && !is_no_answer(&text)
        })
    };
    let columns: BTreeSet<&usize> = measured.iter().chain(&coded).collect();
    !measured.is_empty() && columns.len() >= 2 && columns.into_iter().all(is_word)
}

/// The columns of which every row has a code.
fn coded(rows: &[Vec<Cell>]) -> Vec<usize> {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let has = |row: &Vec<Cell>, column: usize| {
        row.get(column).is_some_and(|cell| is_code(cell.to_string().trim()))
    };
    (0..width).filter(|column| rows.iter().all(|row| has(row, *column))).collect()
}

/// Whether the first row is an answer already: it has numbers and dates where the others have them.
fn is_data(first: &[Cell], below: &[Vec<Cell>]) -> bool {
    let measured = measured(below);
    !measured.is_empty() && measured.iter().all(|column| is_measured(first.get(*column)))
}

/// The names below titles of groups, with the title in front where a name stands twice.
fn below_titles(titles: &[String], row: &[Cell]) -> Vec<String> {
    let plain = names(row);
    let different: BTreeSet<&String> = plain.iter().collect();
    if different.len() == plain.len() { plain } else { joined(titles, row) }
}

fn is_import_ids(row: &[Cell]) -> bool {
    row.iter()
        .any(|cell| matches!(cell, Cell::Text(text) if text.trim_start().starts_with(IMPORT_ID)))
}

/// Whether a row names the kinds of answer: nothing stands below the first column's name, which is an
/// id, and something below a question or where a question goes on.
fn is_answer_kinds(header: &[Cell], row: &[Cell]) -> bool {
    let is_kind = |cell: &Cell| {
        let text = cell.to_string().trim().to_lowercase();
        SINGLE_ANSWERS.contains(&text.as_str())
    };
    let goes_on = |(above, cell): (&Cell, &Cell)| above.is_blank() && matches!(cell, Cell::Text(_));
    let unnamed = header.first().is_some_and(|cell| !cell.is_blank())
        && row.first().is_some_and(Cell::is_blank);
    unnamed && (row.iter().any(is_kind) || header.iter().zip(row).any(goes_on))
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
    Columns { names: Arc::from(unique), labels, named: true }
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
        let codes: &[&[&str]] = &[
            &["V1", "V2", "V3"],
            &["Response ID", "Ended", "How likely?"],
            &["R_1", "2026-03-04", "9"],
            &["R_2", "2026-03-05", "n.v.t."],
        ];
        let header = find(&rows(codes)).unwrap();
        assert_eq!((header.rows, header.columns.labels.unwrap()[2].as_str()), (2, "How likely?"));
        let coded: &[&[&str]] = &[
            &["ResponseId", "NPS", "Comment"],
            &["Response ID", "How likely?", "Why did you give that score?"],
            &["R_1", "1", "You charged my card twice"],
            &["R_2", "9", ""],
        ];
        let header = find(&rows(coded)).unwrap();
        assert_eq!((header.rows, header.columns.labels.unwrap()[1].as_str()), (2, "How likely?"));
        let coded_slip: &[&[&str]] =
            &[&["id", "nps", "text"], &["R_1", "ten", "x"], &["R_2", "9", "y"]];
        assert_eq!(found(coded_slip).1, 1, "a first answer with an id is no header");
        let grouped: &[&[&str]] = &[
            &["Survey", "", "", "Scores", "", "Words"],
            &["ID", "Date", "Unit", "NPS", "CSAT", "Comment"],
            &["1", "2026-03-04", "North", "9", "4", "Good"],
        ];
        assert_eq!(found(grouped).0, ["ID", "Date", "Unit", "NPS", "CSAT", "Comment"]);
        let slip: &[&[&str]] = &[&["id", "nps", "text"], &["a", "ten", "x"], &["b", "9", "y"]];
        assert_eq!(found(slip).1, 1, "a first answer with a slip is no header");
        let bare: &[&[&str]] = &[&["1", "9", "Good"], &["2", "3", "Bad"]];
        let header = find(&rows(bare)).unwrap();
        assert_eq!((header.rows, header.columns.named), (0, false), "nothing is lost");
        assert_eq!(*header.columns.names, ["column_1", "column_2", "column_3"]);
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
