//! Files in which each row answers one question: the rows of one response become one record. They
//! need not stand together, so all rows are held until the last one is read.

use std::collections::BTreeMap;

use super::table::Table;
use super::{Cell, FileError, FileRecord};
use crate::Source;

/// A question that was joined into a record. `Debug` hides the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub(crate) id: String,
    pub(crate) label: Option<String>,
    /// Its type, in the source's word.
    pub(crate) kind: Option<String>,
    pub(crate) answer: Cell,
}

impl Table<'_> {
    /// The table with its rows joined by response, where the source's file says so; else as it is. A
    /// joined record stands where its first row did.
    pub fn joined(self, source: &Source) -> Result<Self, FileError> {
        let Some(join) = source.join() else { return Ok(self) };
        let (columns, read_as) = (self.columns().clone(), self.read_as());
        let place = |name: &str| columns.names.iter().position(|column| column == name);
        let places = Places {
            response_id: place(&join.response_id),
            question: place(&join.question),
            answer: place(&join.answer),
            label: join.label.as_deref().and_then(place),
            kind: join.kind.as_deref().and_then(place),
        };
        let mut records: Vec<FileRecord> = Vec::new();
        let mut of_response: BTreeMap<String, usize> = BTreeMap::new();
        for row in self {
            let mut row = row?;
            if row.unclosed.is_some() {
                records.push(row);
                continue;
            }
            let question = places.take_question(&mut row);
            let response = text(&row, places.response_id);
            let known = response.as_ref().and_then(|response| of_response.get(response).copied());
            if let Some(record) = known.and_then(|index| records.get_mut(index)) {
                record.bytes.push(b'\n');
                record.bytes.extend_from_slice(&row.bytes);
                record.questions.extend(question);
                fill(&mut record.cells, row.cells);
                continue;
            }
            if let Some(response) = response {
                of_response.insert(response, records.len());
            }
            row.questions.extend(question);
            records.push(row);
        }
        Ok(Self::new(columns, read_as, records.into_iter().map(Ok)))
    }
}

/// Cells that only a later row has.
fn fill(cells: &mut [Cell], later: Vec<Cell>) {
    for (cell, later) in cells.iter_mut().zip(later) {
        if cell.is_blank() {
            *cell = later;
        }
    }
}

/// The text of a cell that is not blank.
fn text(row: &FileRecord, place: Option<usize>) -> Option<String> {
    let cell = row.cells.get(place?)?;
    (!cell.is_blank()).then(|| cell.to_string().trim().to_owned())
}

/// Where the columns of a join stand.
struct Places {
    response_id: Option<usize>,
    question: Option<usize>,
    answer: Option<usize>,
    label: Option<usize>,
    kind: Option<usize>,
}

impl Places {
    /// Takes the question out of a row, whose other cells are the response's.
    fn take_question(&self, row: &mut FileRecord) -> Option<Question> {
        let id = text(row, self.question);
        let label = text(row, self.label);
        let kind = text(row, self.kind);
        let mut take = |place: Option<usize>| {
            let cell = place.and_then(|place| row.cells.get_mut(place));
            cell.map_or(Cell::Empty, |cell| std::mem::replace(cell, Cell::Empty))
        };
        let answer = take(self.answer);
        for place in [self.question, self.label, self.kind] {
            take(place);
        }
        Some(Question { id: id?, label, kind, answer })
    }
}
