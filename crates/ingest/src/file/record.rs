//! One row of a table, with the bytes it had in its file.

use std::collections::BTreeMap;
use std::fmt;

use feedback::Json;
use serde::Serializer as _;

use super::{Cell, Columns, Question};
use crate::Source;

/// One row of a table.
#[derive(Clone, PartialEq)]
pub struct FileRecord {
    /// The record's number in its file, from 1; header rows don't count.
    pub number: u64,
    /// Its bytes: in CSV as they stand in the file (as UTF-8), of a workbook its cells as a JSON list.
    pub bytes: Vec<u8>,
    /// Its cells, one per column.
    pub cells: Vec<Cell>,
    /// The questions that were joined into it.
    pub questions: Vec<Question>,
    /// The quote that is never closed, in this row or above it, so that it can't be read.
    pub unclosed: Option<Unclosed>,
}

/// A quote that is never closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unclosed {
    /// The line on which it stands, from 1.
    pub line: u64,
    /// How many lines below it are in this record.
    pub held: usize,
}

/// The member of a JSON record that holds the questions of a response.
pub(crate) const QUESTIONS: &str = "questions";

impl FileRecord {
    /// The row's cells, as a table shows them: what was joined into it stands line by line in the cells
    /// it was taken from.
    pub fn shown(&self, columns: &Columns, source: &Source) -> Vec<Cell> {
        let mut cells = self.cells.clone();
        let Some(join) = source.join() else { return cells };
        let mut show = |name: Option<&String>, part: &dyn Fn(&Question) -> String| {
            let place =
                name.and_then(|name| columns.names.iter().position(|column| column == name));
            if let Some(cell) = place.and_then(|place| cells.get_mut(place)) {
                let lines: Vec<_> = self.questions.iter().map(part).collect();
                *cell = Cell::of_text(lines.join("\n"));
            }
        };
        show(Some(&join.question), &|question| question.id.clone());
        show(join.label.as_ref(), &|question| question.label.clone().unwrap_or_default());
        show(join.kind.as_ref(), &|question| question.kind.clone().unwrap_or_default());
        show(Some(&join.answer), &|question| question.answer.to_string());
        cells
    }

    /// The row as a JSON object with its own columns, as its source reads it from a topic; the questions
    /// that were joined into it stand in a list `questions`. `None` where it has more cells than columns, or
    /// a quote that is never closed.
    pub fn to_json(&self, columns: &Columns, source: &Source) -> Option<Vec<u8>> {
        if self.cells.len() > columns.names.len() || self.unclosed.is_some() {
            return None;
        }
        let json = |cell: &Cell| cell.found()?.to_json();
        let cells = columns.names.iter().zip(&self.cells);
        let mut members: Vec<(&str, Json)> =
            cells.filter_map(|(name, cell)| Some((name.as_str(), json(cell)?))).collect();
        if let Some(join) = source.join() {
            let question = |question: &Question| {
                let text = |text: &Option<String>| Json::of(text.as_ref()?).ok();
                let members = [
                    (Some(&join.question), Json::of(&question.id).ok()),
                    (join.label.as_ref(), text(&question.label)),
                    (join.kind.as_ref(), text(&question.kind)),
                    (Some(&join.answer), json(&question.answer)),
                ];
                members
                    .into_iter()
                    .filter_map(|(name, json)| Some((name?.clone(), json?)))
                    .collect()
            };
            let questions: Vec<BTreeMap<String, Json>> =
                self.questions.iter().map(question).collect();
            members.push((QUESTIONS, Json::of(&questions).ok()?));
        }
        let mut object = Vec::new();
        let mut serializer = serde_json::Serializer::new(&mut object);
        serializer.collect_map(members).ok()?;
        Some(object)
    }
}

/// Shows sizes only.
impl fmt::Debug for FileRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FileRecord")
            .field("number", &self.number)
            .field("bytes", &self.bytes.len())
            .field("cells", &self.cells.len())
            .finish_non_exhaustive()
    }
}
