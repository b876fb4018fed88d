//! Tests of ingest from outside: bad records, the default source, languages, sources' files, tables.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod bad_records;
mod default_source;
mod guesses;
mod language;
mod properties;
mod sources;
mod tables;

use std::sync::Arc;

use feedback::{Feedback, Files, Given, Header, Origin, Record};
use ingest::{Ingest, Limits, Reject};

/// A record of the topic `feedback.raw`.
fn record(value: &[u8]) -> Record {
    record_of("feedback.raw", value)
}

fn record_of(topic: &str, value: &[u8]) -> Record {
    Record {
        origin: Origin { topic: Arc::from(topic), partition: 0, offset: 7 },
        timestamp_ms: Some(1_772_618_400_000),
        key: None,
        value: Some(value.to_vec()),
        headers: Vec::new(),
    }
}

fn with_header(mut record: Record, name: &str, value: &str) -> Record {
    record.headers.push(Header::text(name, value));
    record
}

/// Ingest with these files.
fn ingest(files: &[(&str, &str)]) -> Ingest {
    let mut given = Files::new();
    for (path, text) in files {
        given.insert(*path, Given::ByUser, *text);
    }
    match Ingest::parse(&given, Limits::default()) {
        Ok(ingest) => ingest,
        Err(problems) => panic!("{problems:#?}"),
    }
}

fn read(value: &str) -> Result<Feedback, Reject> {
    ingest(&[]).read(&record(value.as_bytes()))
}

/// Feedback as JSON, for comparing.
fn json(feedback: &Feedback) -> serde_json::Value {
    serde_json::to_value(feedback).unwrap()
}
