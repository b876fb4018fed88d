//! The stage itself: the compiled sources and limits, and the way of one record through them.

use std::collections::BTreeMap;
use std::sync::Arc;

use feedback::{Feedback, Files, Problem, Record};
use serde_json::{Value, json};

use crate::cloudevents::{self, Envelope};
use crate::complete::Completion;
use crate::members::Members;
use crate::place::{At, Place};
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
        let journey_stages = touchpoints::parse(files)?;
        let default: Arc<str> = Arc::from(DEFAULT_SOURCE);
        let source = Source { name: Arc::clone(&default), language: None };
        Ok(Self {
            limits,
            raw_topic: RAW_TOPIC.to_owned(),
            sources: BTreeMap::from([(default, source)]),
            journey_stages,
        })
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
        })
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

    fn read_json(&self, source: &Source, at: At<'_>, value: &[u8]) -> Result<Feedback, Reject> {
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
        let mut feedback = if native::is_native(&members) {
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
