//! `voc tap`: shows the records of a topic, as they come or from the beginning.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use feedback::Record;
use pipeline::{Log, Progress, Range, TopicPartition};
use schemars::JsonSchema;
use serde::Serialize;

use super::Loaded;
use crate::arguments::TapArguments;

/// How many records are read at once.
const READ_RECORDS: usize = 1000;

/// How long one read waits for records to come.
const READ_WAIT: Duration = Duration::from_millis(200);

/// Shows records until there are no more to show.
pub(super) fn run(loaded: &Loaded, arguments: &TapArguments) -> Result<ExitCode> {
    let log = loaded.open_existing(&loaded.log_url(&arguments.log)?)?;
    let topic = arguments.topic.as_deref().unwrap_or(&loaded.settings.topics.classified);
    let ranges = ranges(&*log, topic, arguments)?;
    let mut reader = log.reader(ranges)?;
    let mut left = arguments.count.unwrap_or(u64::MAX);
    let mut records = Vec::new();
    let mut out = io::stdout().lock();
    while left > 0 {
        records.clear();
        let most = READ_RECORDS.min(usize::try_from(left).unwrap_or(READ_RECORDS));
        let progress = reader.read(&mut records, most, READ_WAIT)?;
        for record in &records {
            show(record, arguments.envelope, &mut out)?;
        }
        out.flush()?;
        left = left.saturating_sub(records.len() as u64);
        if progress == Progress::Finished {
            break;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn ranges(log: &dyn Log, topic: &str, arguments: &TapArguments) -> Result<Vec<Range>> {
    let described = log.describe(Some(&[topic.to_owned()]))?;
    anyhow::ensure!(
        !described.is_empty(),
        "there is no topic {topic}; `voc topics describe` lists those there are"
    );
    let name: Arc<str> = Arc::from(topic);
    let partitions = described.into_iter().flat_map(|topic| topic.partitions);
    Ok(partitions
        .map(|bounds| Range {
            partition: TopicPartition { topic: Arc::clone(&name), partition: bounds.partition },
            from: if arguments.from_beginning { bounds.earliest } else { bounds.latest },
            to: arguments.no_follow.then_some(bounds.latest),
        })
        .collect())
}

fn show(record: &Record, envelope: bool, out: &mut dyn Write) -> Result<()> {
    if envelope {
        serde_json::to_writer(&mut *out, &Envelope::of(record))?;
    } else {
        out.write_all(record.value.as_deref().unwrap_or_default())?;
    }
    out.write_all(b"\n")?;
    Ok(())
}

/// A record with all that surrounds its bytes. Bytes that aren't UTF-8 are shown in hex.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Envelope {
    topic: String,
    partition: i32,
    offset: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Shown>,
    headers: Vec<(String, Option<Shown>)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Shown>,
}

/// Bytes as text, or as hex.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Shown {
    Text(String),
    Bytes { hex: String },
}

impl Shown {
    pub(super) fn of(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Bytes {
                hex: bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}")),
            },
        }
    }
}

impl Envelope {
    /// The envelope of a record.
    pub(super) fn of(record: &Record) -> Self {
        let headers = record.headers.iter();
        Self {
            topic: record.origin.topic.to_string(),
            partition: record.origin.partition,
            offset: record.origin.offset,
            timestamp_ms: record.timestamp_ms,
            key: record.key.as_deref().map(Shown::of),
            headers: headers
                .map(|header| (header.name.clone(), header.value.as_deref().map(Shown::of)))
                .collect(),
            value: record.value.as_deref().map(Shown::of),
        }
    }
}
