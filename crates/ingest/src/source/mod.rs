//! A source: how the records of one system become feedback. `config/sources/<name>.toml` says which
//! of its fields (JSON pointers or columns) are which of ours; the source `default` is built in.

mod map;
mod parse;
mod parts;
mod row;
mod target;
mod value;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use feedback::condition::Condition;
use feedback::{Author, Direction, Metric, Status};
use serde::{Serialize, Serializer};

use crate::file::Columns;

pub(crate) use parse::{parse, parse_one};
pub(crate) use row::Row;
pub(crate) use target::Target;
pub(crate) use value::{Found, Manner, is_no_answer};

/// One source, compiled.
#[derive(Debug, Clone, Serialize)]
pub struct Source {
    pub(crate) name: Arc<str>,
    /// Its file; `None`: it is built in.
    #[serde(skip)]
    pub(crate) file: Option<String>,
    pub(crate) format: Format,
    /// The language of texts that neither declare one nor tell it.
    pub(crate) language: Option<Arc<str>>,
    /// `None`: the built-in source, which reads plain records and the native shape.
    pub(crate) mapping: Option<Box<Mapping>>,
}

/// What a source's files are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A JSON object per record; fields are JSON pointers (RFC 6901) or names of the top level.
    Json,
    /// A table (CSV or XLSX): fields are its columns. On a topic: JSON objects with these names.
    Csv,
}

impl Source {
    /// The built-in source.
    pub(crate) fn built_in() -> Self {
        Self {
            name: Arc::from(crate::ingest::DEFAULT_SOURCE),
            file: None,
            format: Format::Json,
            language: None,
            mapping: None,
        }
    }

    /// The source's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file of the configuration that describes it; `None`: it is built in.
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// What its files are.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Whether its file says what the columns of a table are; the built-in source reads no table.
    pub fn maps_columns(&self) -> bool {
        self.mapping.is_some()
    }

    /// The columns that it maps and a table hasn't: rows then lack what they are mapped to.
    pub fn missing_columns(&self, columns: &Columns) -> Vec<MissingColumn> {
        let Some(mapping) = &self.mapping else { return Vec::new() };
        let joined = mapping.join.iter().flat_map(|join| [&join.question, &join.answer]);
        // A question's id serves as a column's name where rows are joined.
        let questions: BTreeSet<&String> = match mapping.join {
            Some(_) => {
                let answers = mapping.answers.iter().map(|answer| &answer.field.first);
                mapping.words_and_scores().chain(answers).collect()
            }
            None => BTreeSet::new(),
        };
        let missing = |name: &&String| !columns.names.contains(name) && !questions.contains(name);
        let nearest = |name: &String| {
            let names = columns.names.iter().map(String::as_str);
            feedback::nearest(name, names).map(str::to_owned)
        };
        mapping
            .mapped
            .iter()
            .chain(joined)
            .filter(missing)
            .map(|name| MissingColumn { name: name.clone(), nearest: nearest(name) })
            .collect()
    }

    /// Whether a table with these columns can hold a text or a score, and how its rows are joined where
    /// each answers one question. Where it can't, no row of it could be read.
    pub fn can_read(&self, columns: &Columns) -> bool {
        let Some(mapping) = &self.mapping else { return false };
        match &mapping.join {
            Some(join) => [&join.response_id, &join.question, &join.answer]
                .iter()
                .all(|name| columns.names.contains(name)),
            None => mapping.words_and_scores().any(|name| columns.names.contains(name)),
        }
    }

    /// How its rows are joined, where each answers one question.
    pub(crate) fn join(&self) -> Option<&Join> {
        self.mapping.as_ref()?.join.as_ref()
    }
}

/// A column that a source maps and a table hasn't.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingColumn {
    /// Its name, as the source's file has it.
    pub name: String,
    /// The table's column whose name is nearest.
    pub nearest: Option<String>,
}

/// Which of a record's fields are which of ours.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Mapping {
    pub(crate) manner: Manner,
    /// Constants, where the record says nothing.
    pub(crate) defaults: Vec<(Target, Constant)>,
    pub(crate) fields: Vec<(Target, Locator)>,
    /// The field that holds the language of all texts.
    pub(crate) language: Option<Locator>,
    pub(crate) texts: Vec<TextField>,
    pub(crate) scores: Vec<ScoreField>,
    pub(crate) answers: Vec<AnswerField>,
    pub(crate) status: Option<StatusField>,
    pub(crate) transcript: Option<Transcript>,
    pub(crate) join: Option<Join>,
    /// Attributes by name.
    pub(crate) attributes: Vec<(String, Locator)>,
    /// Whether top-level fields that are mapped nowhere become attributes.
    pub(crate) other_fields: bool,
    /// The top-level names that are mapped, and so are no attributes.
    #[serde(skip)]
    pub(crate) mapped: BTreeSet<String>,
    pub(crate) skip_when: Option<Condition>,
}

impl Mapping {
    /// The top-level names of the texts and scores.
    fn words_and_scores(&self) -> impl Iterator<Item = &String> {
        let texts = self.texts.iter().map(|text| &text.field.first);
        texts.chain(self.scores.iter().map(|score| &score.field.first))
    }
}

/// Where a field stands in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Locator {
    /// As written.
    pub(crate) written: String,
    /// The top level's name, or the column.
    pub(crate) first: String,
    /// What follows in a JSON pointer.
    pub(crate) rest: Vec<String>,
}

impl Serialize for Locator {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.written)
    }
}

impl Locator {
    /// A JSON pointer where `text` begins with `/` and the source is JSON; else a name.
    pub(crate) fn new(text: &str, format: Format) -> Self {
        let unescape = |token: &str| token.replace("~1", "/").replace("~0", "~");
        let pointer = (format == Format::Json).then(|| text.strip_prefix('/')).flatten();
        let mut tokens = pointer.map_or_else(
            || vec![text.to_owned()],
            |pointer| pointer.split('/').map(unescape).collect(),
        );
        let first = tokens.remove(0);
        Self { written: text.to_owned(), first, rest: tokens }
    }
}

impl Constant {
    /// The constant as a record would hold it.
    pub(crate) fn found(&self) -> Found<'_> {
        match self {
            Self::Text(text) => Found::Text(Cow::Borrowed(text)),
            Self::Number(number) => Found::Number(Cow::Owned(number.to_string())),
            Self::Truth(truth) => Found::Truth(*truth),
        }
    }
}

/// A constant of the configuration.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Constant {
    Text(String),
    Number(f64),
    Truth(bool),
}

/// A free text.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct TextField {
    pub(crate) field: Locator,
    pub(crate) question_id: Option<String>,
    pub(crate) label: Option<String>,
    pub(crate) author: Option<Author>,
    /// The field that holds this text's language.
    pub(crate) language: Option<Locator>,
}

/// A score.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ScoreField {
    pub(crate) metric: Metric,
    pub(crate) field: Locator,
    pub(crate) question_id: Option<String>,
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) direction: Direction,
    /// Words that stand for values, in lower case.
    pub(crate) values: BTreeMap<String, f64>,
    /// Words and codes for "no answer", in lower case.
    pub(crate) missing: Vec<String>,
}

/// A closed answer that is no score.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct AnswerField {
    pub(crate) field: Locator,
    pub(crate) question_id: Option<String>,
    pub(crate) label: Option<String>,
    pub(crate) kind: Option<String>,
}

/// How far a response came, in the source's words.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct StatusField {
    pub(crate) field: Locator,
    /// The status each word (in lower case) means.
    pub(crate) words: BTreeMap<String, Status>,
}

/// A conversation: a list of turns within a JSON record.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Transcript {
    pub(crate) turns: Locator,
    /// Within a turn.
    pub(crate) text: Locator,
    pub(crate) author: Option<Locator>,
    pub(crate) language: Option<Locator>,
    /// Who each word (in lower case) of the author field means; `None`: such turns are left out.
    pub(crate) authors: BTreeMap<String, Option<Author>>,
}

/// A file in which each row answers one question of a response.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Join {
    pub(crate) response_id: String,
    pub(crate) question: String,
    pub(crate) answer: String,
    pub(crate) label: Option<String>,
    /// The column that tells a question's type.
    pub(crate) kind: Option<String>,
    /// What each word (in lower case) of that column means.
    pub(crate) kinds: BTreeMap<String, QuestionKind>,
}

/// What a question asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QuestionKind {
    /// A free text.
    Text,
    /// A score on its metric's default scale.
    Score(Metric),
    /// A closed answer.
    Answer,
}
