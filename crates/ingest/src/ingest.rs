//! The stage itself: the compiled sources and limits, and the way of one record through them.

use std::collections::BTreeMap;
use std::sync::Arc;

use feedback::{Feedback, Files, Problem, Record, Text};
use serde_json::{Value, json};

use crate::cloudevents::{self, Envelope};
use crate::complete::Completion;
use crate::file::{Columns, FileRecord, Unclosed};
use crate::members::Members;
use crate::place::{At, Place};
use crate::source::{self, Row};
use crate::{Limits, Reject, RejectCode, Source, native, plain, strict, touchpoints};

/// The topic that the built-in source reads; `feedback.raw.<source>` is read by that source's file.
const RAW_TOPIC: &str = "feedback.raw";

/// The name of the built-in source.
pub(crate) const DEFAULT_SOURCE: &str = "default";

/// The first stage, compiled: immutable, to be shared between threads.
#[derive(Debug)]
pub struct Ingest {
    limits: Limits,
    raw_topic: String,
    sources: BTreeMap<Arc<str>, Source>,
    journey_stages: BTreeMap<String, String>,
}

impl Ingest {
    /// Compiles `sources/*.toml` and touchpoints.toml, or tells everything that is wrong in them.
    pub fn parse(files: &Files, limits: Limits) -> Result<Self, Vec<Problem>> {
        match (touchpoints::parse(files), source::parse(files)) {
            (Ok(journey_stages), Ok(sources)) => {
                Ok(Self { limits, raw_topic: RAW_TOPIC.to_owned(), sources, journey_stages })
            }
            (touchpoints, sources) => {
                let mut problems = touchpoints.err().unwrap_or_default();
                problems.extend(sources.err().unwrap_or_default());
                Err(problems)
            }
        }
    }

    /// The same with another topic instead of `feedback.raw`.
    #[must_use]
    pub fn with_raw_topic(mut self, topic: &str) -> Self {
        topic.clone_into(&mut self.raw_topic);
        self
    }

    /// All that shapes what comes out: a part of the configuration's hash.
    pub fn canonical(&self) -> Value {
        json!({
            "limits": self.limits,
            "raw_topic": self.raw_topic,
            "journey_stages": self.journey_stages,
            "sources": self.sources,
        })
    }

    /// The sources' names, sorted.
    pub fn source_names(&self) -> impl Iterator<Item = &str> {
        self.sources.keys().map(|name| &**name)
    }

    /// The source of that name.
    pub fn source(&self, name: &str) -> Option<&Source> {
        self.sources.get(name)
    }

    /// The source that reads `topic`: `default` for the raw topic, `<source>` for
    /// `<raw topic>.<source>`; `None` where there is none of that name.
    pub fn source_for_topic(&self, topic: &str) -> Option<&Source> {
        match topic.strip_prefix(self.raw_topic.as_str())? {
            "" => self.source(DEFAULT_SOURCE),
            rest => self.source(rest.strip_prefix('.')?),
        }
    }

    /// Reads one record of a log. Total but for rejects; it never panics, whatever the bytes.
    pub fn read(&self, record: &Record) -> Result<Feedback, Reject> {
        let source = self.source_for_topic(&record.origin.topic).ok_or_else(|| {
            Reject::new(RejectCode::UnknownSource, "no source reads this record's topic")
        })?;
        let Some(value) = record.value.as_deref() else {
            return Err(Reject::new(RejectCode::NullValue, "the record has no value"));
        };
        self.read_json(source, At::Log(record), value)
    }

    /// Reads one line of JSON of a file: `number` is the record's, from 1.
    pub fn read_line(
        &self,
        source: &Source,
        number: u64,
        bytes: &[u8],
    ) -> Result<Feedback, Reject> {
        self.read_json(source, At::File { number, bytes }, bytes)
    }

    /// Reads one line of plain text of a file: all of it is the text.
    pub fn read_text(
        &self,
        source: &Source,
        number: u64,
        bytes: &[u8],
    ) -> Result<Feedback, Reject> {
        self.check_size(bytes)?;
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let message = format!("this is not UTF-8, at byte {}", error.valid_up_to());
            Reject::new(RejectCode::NotUtf8, message)
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if plain::is_blank(text) {
            return Err(Reject::new(RejectCode::Empty, "the line is blank"));
        }
        let place = Place { at: At::File { number, bytes }, envelope: Envelope::default() };
        let mut feedback = place.feedback(&source.name, None);
        feedback.texts.push(Text::new(text.to_owned()));
        self.complete(source, &mut feedback)?;
        Ok(feedback)
    }

    /// Reads one row of a table, as the source's file (or a guess) maps its columns.
    pub fn read_row(
        &self,
        source: &Source,
        columns: &Columns,
        record: &FileRecord,
    ) -> Result<Feedback, Reject> {
        if let Some(Unclosed { line, held }) = record.unclosed {
            let below = match held {
                0 => String::new(),
                held => format!("; the {held} lines below it are in this record"),
            };
            let message = format!("the quote opened on line {line} is never closed{below}");
            return Err(Reject::new(RejectCode::BadRow, message));
        }
        self.check_size(&record.bytes)?;
        if record.cells.len() > columns.names.len() {
            let (cells, names) = (record.cells.len(), columns.names.len());
            let message = format!("the row has {cells} cells where the header has {names} columns");
            return Err(Reject::new(RejectCode::BadRow, message));
        }
        let Some(mapping) = &source.mapping else {
            let message = format!("the source {} maps no columns", source.name);
            return Err(Reject::new(RejectCode::UnknownSource, message));
        };
        let place = Place {
            at: At::File { number: record.number, bytes: &record.bytes },
            envelope: Envelope::default(),
        };
        let row = Row::of_cells(&columns.names, &record.cells, &record.questions);
        let mut feedback = mapping.feedback(&row, source, &place)?;
        self.complete(source, &mut feedback)?;
        Ok(feedback)
    }

    fn check_size(&self, bytes: &[u8]) -> Result<(), Reject> {
        let (size, limit) = (bytes.len(), self.limits.record_bytes);
        if size > limit {
            let message = format!("{size} bytes are more than limits.record_bytes = {limit}");
            return Err(Reject::new(RejectCode::TooLarge, message));
        }
        Ok(())
    }

    fn read_json(&self, source: &Source, at: At<'_>, value: &[u8]) -> Result<Feedback, Reject> {
        self.check_size(value)?;
        let document = strict::check(value, &self.limits)?;
        let members = document.members.ok_or_else(|| {
            Reject::new(RejectCode::WrongType, "the record must be a JSON object")
        })?;
        let record = match at {
            At::Log(record) => Some(record),
            At::File { .. } => None,
        };
        let members = Members::new(members);
        let (envelope, members) = match record.map(cloudevents::binary).transpose()?.flatten() {
            Some(envelope) => (Some(envelope), members),
            None => cloudevents::structured(members, record, &self.limits)?,
        };
        let mut place = Place { at, envelope: envelope.unwrap_or_default() };
        let mut feedback = if let Some(mapping) = &source.mapping {
            mapping.feedback(&mapping.row(&members)?, source, &place)?
        } else if native::is_native(&members) {
            native::read(members, &source.name, &place)?
        } else {
            plain::read(members, &source.name, &place)?
        };
        let Envelope { time, attributes, .. } = std::mem::take(&mut place.envelope);
        feedback.occurred_at = feedback.occurred_at.or(time);
        for (name, value) in attributes {
            feedback.attributes.entry(name).or_insert(value);
        }
        self.complete(source, &mut feedback)?;
        Ok(feedback)
    }

    /// What is done to every feedback, however it was read.
    fn complete(&self, source: &Source, feedback: &mut Feedback) -> Result<(), Reject> {
        let completion = Completion {
            limits: &self.limits,
            journey_stages: &self.journey_stages,
            language: source.language.as_ref(),
        };
        completion.apply(feedback)
    }
}
