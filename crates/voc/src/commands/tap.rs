//! `voc tap`: shows the records of a topic, as they come or from the beginning.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;
use feedback::Record;
use pipeline::{Fault, Log, Progress, Range, TopicDescription};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Loaded, note};
use crate::arguments::TapArguments;

/// How many records are read at once.
const READ_RECORDS: usize = 1000;

/// How long one read waits for records to come.
const READ_WAIT: Duration = Duration::from_millis(200);

/// How often it is told that the log can't be reached.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// Shows records until there are no more to show.
pub(super) fn run(loaded: &Loaded, arguments: &TapArguments) -> Result<ExitCode> {
    let log = loaded.open_existing(&loaded.log_url(&arguments.log)?)?;
    let topic = arguments.topic.as_deref().unwrap_or(&loaded.settings.topics.classified);
    let ranges = ranges(&*log, topic, arguments)?;
    let mut reader = log.reader(ranges)?;
    let mut left = arguments.count.unwrap_or(u64::MAX);
    let mut silence = Silence { give_up_after: loaded.settings.kafka.give_up_after, since: None };
    let mut records = Vec::new();
    let mut out = io::stdout().lock();
    while left > 0 {
        records.clear();
        let most = READ_RECORDS.min(usize::try_from(left).unwrap_or(READ_RECORDS));
        let progress = match reader.read(&mut records, most, READ_WAIT) {
            Ok(progress) => {
                silence.end();
                progress
            }
            Err(fault) => {
                silence.goes_on(fault)?;
                continue;
            }
        };
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

/// A log that doesn't answer is waited for, and that is told, until it is given up.
struct Silence {
    give_up_after: Option<Duration>,
    /// Since when, and when it was told last.
    since: Option<(Instant, Instant)>,
}

impl Silence {
    /// It could not be reached.
    fn goes_on(&mut self, fault: Fault) -> Result<(), Fault> {
        let now = Instant::now();
        let (began, told) = self.since.get_or_insert((now, now));
        let over = self.give_up_after.is_some_and(|after| now - *began >= after);
        if over || !matches!(fault, Fault::Unreachable { .. }) {
            return Err(fault);
        }
        if *told == now || now - *told >= TELL_EVERY {
            note(&format!("{fault}; trying again"));
            *told = now;
        }
        Ok(())
    }

    /// It answers.
    fn end(&mut self) {
        if self.since.take().is_some() {
            note("the log answers again");
        }
    }
}

fn ranges(log: &dyn Log, topic: &str, arguments: &TapArguments) -> Result<Vec<Range>> {
    let names = [topic.to_owned()];
    let described =
        if arguments.no_follow { log.describe_settled(&names)? } else { log.describe(&names)? };
    anyhow::ensure!(
        !described.is_empty(),
        "there is no topic {topic}; `voc topics describe` lists those there are"
    );
    let shown = |range: Range| Range {
        from: if arguments.from_beginning { range.from } else { range.to.unwrap_or(range.from) },
        to: range.to.filter(|_| arguments.no_follow),
        ..range
    };
    Ok(described.iter().flat_map(TopicDescription::ranges).map(shown).collect())
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
