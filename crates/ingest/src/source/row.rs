//! A record's fields by name, whether it is JSON or a row of a table, and the questions joined into it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use feedback::Json;
use serde_json::value::RawValue;

use super::value::Found;
use super::{Join, Locator, Mapping};
use crate::file::{Cell, QUESTIONS, Question};
use crate::members::Members;
use crate::{Reject, RejectCode};

/// A record's fields by name.
pub(crate) struct Row<'a> {
    fields: Fields<'a>,
    questions: Cow<'a, [Question]>,
}

enum Fields<'a> {
    Json(&'a Members<'a>),
    Cells { columns: &'a [String], cells: &'a [Cell] },
}

impl Mapping {
    /// A JSON object as a row. Where the source's tables have a row per question, its member
    /// `questions` holds those of one response, with the columns' names.
    pub(crate) fn row<'a>(&self, members: &'a Members<'a>) -> Result<Row<'a>, Reject> {
        let questions = match &self.join {
            Some(join) => questions(members, join)?,
            None => Vec::new(),
        };
        Ok(Row { fields: Fields::Json(members), questions: Cow::Owned(questions) })
    }
}

impl<'a> Row<'a> {
    /// A row of a table, and the questions joined into it.
    pub(crate) fn of_cells(
        columns: &'a [String],
        cells: &'a [Cell],
        questions: &'a [Question],
    ) -> Self {
        Self { fields: Fields::Cells { columns, cells }, questions: Cow::Borrowed(questions) }
    }

    /// The value of a field; `None` where it is absent, null or an empty cell.
    pub(super) fn get(&self, locator: &Locator) -> Option<Found<'_>> {
        let question = self.questions.iter().find(|question| question.id == locator.first);
        if let Some(question) = question {
            return question.answer.found();
        }
        match self.fields {
            Fields::Json(members) => {
                let mut json = members.get(&locator.first)?;
                for token in &locator.rest {
                    json = step(json, token)?;
                }
                Found::of_json(json)
            }
            Fields::Cells { columns, cells } => {
                let index = columns.iter().position(|column| *column == locator.first)?;
                cells.get(index)?.found()
            }
        }
    }

    /// The top-level fields that are mapped nowhere, as attributes.
    pub(super) fn others(&self, mapping: &Mapping) -> BTreeMap<String, Json> {
        let mapped = &mapping.mapped;
        match self.fields {
            Fields::Json(members) => members
                .iter()
                .filter(|(name, _)| !mapped.contains(*name))
                .filter(|(name, _)| mapping.join.is_none() || *name != QUESTIONS)
                .filter_map(|(name, json)| Some((name.to_owned(), Json::parse(json).ok()?)))
                .collect(),
            Fields::Cells { columns, cells } => columns
                .iter()
                .zip(cells)
                .filter(|(column, _)| !mapped.contains(*column))
                .filter_map(|(column, cell)| Some((column.clone(), cell.found()?.to_json()?)))
                .collect(),
        }
    }

    /// The questions of a response whose rows were joined.
    pub(super) fn questions(&self) -> &[Question] {
        &self.questions
    }
}

/// One token of a JSON pointer further into an object or array.
pub(super) fn step<'a>(json: &'a str, token: &str) -> Option<&'a str> {
    if json.starts_with('{') {
        let mut members: BTreeMap<Cow<'_, str>, &RawValue> = serde_json::from_str(json).ok()?;
        return members.remove(token).map(RawValue::get);
    }
    let elements: Vec<&RawValue> = serde_json::from_str(json).ok()?;
    elements.get(token.parse::<usize>().ok()?).map(|element| element.get())
}

/// The questions of a response that came as JSON.
fn questions(members: &Members<'_>, join: &Join) -> Result<Vec<Question>, Reject> {
    let Some(json) = members.get(QUESTIONS) else { return Ok(Vec::new()) };
    let wrong = || {
        let message =
            format!("the field `{QUESTIONS}` must be a list of questions, each an object");
        Reject::new(RejectCode::BadSourceField, message)
    };
    let questions: Vec<BTreeMap<String, &RawValue>> =
        serde_json::from_str(json).map_err(|_| wrong())?;
    let question = |members: BTreeMap<String, &RawValue>| {
        let found = |name: Option<&str>| Found::of_json(members.get(name?)?.get());
        let text = |name: Option<&str>| match found(name)? {
            Found::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Found::Number(text) => Some(text.into_owned()),
            _ => None,
        };
        Some(Question {
            id: text(Some(&join.question))?,
            label: text(join.label.as_deref()),
            kind: text(join.kind.as_deref()),
            answer: found(Some(&join.answer)).map_or(Cell::Empty, cell),
        })
    };
    questions.into_iter().map(|members| question(members).ok_or_else(wrong)).collect()
}

fn cell(found: Found<'_>) -> Cell {
    match found {
        Found::Text(text) => Cell::of_text(text.into_owned()),
        Found::Number(text) => {
            text.parse().map_or_else(|_| Cell::of_text(text.clone().into_owned()), Cell::Number)
        }
        Found::Truth(truth) => Cell::Truth(truth),
        Found::Time(time) => Cell::Time(time),
        Found::Nested(json) => Cell::of_text(json.to_owned()),
    }
}
