//! `voc send`: appends lines to a topic, each exactly as it came, as one record; of a CSV or XLSX,
//! each row: with its own columns where the topic's source maps them, else in the native shape as
//! guessed.

use std::io::{BufRead, Read as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use feedback::Json;
use ingest::Source;
use ingest::file::Input;
use pipeline::{Entry, Log};

use super::{Loaded, note};
use crate::arguments::SendArguments;
use crate::exit::Usage;
use crate::records::{self, Request};
use crate::settings::check_name;
use crate::{clock, input, log};

/// How many records are appended at once, and so how many are in memory.
const BATCH_RECORDS: usize = 1000;

/// The longest line, in bytes: more than any log takes.
const LINE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Sends a file or the standard input.
pub(super) fn run(loaded: &Loaded, arguments: &SendArguments) -> Result<ExitCode> {
    let url = loaded.log_url(&arguments.log)?;
    let topic = arguments.topic.as_deref().unwrap_or(&loaded.settings.topics.raw);
    check_name("--topic", topic).map_err(Usage)?;
    // A file that isn't there makes no log and no topic.
    if let Some(path) = arguments.file.as_deref().filter(|path| *path != Path::new("-")) {
        anyhow::ensure!(path.exists(), "{}: there is no such file", path.display());
    }
    let log = log::open(&url, &loaded.settings)?;
    loaded.ensure_topics(&*log, &[loaded.topic_request(topic, &url)], &url)?;
    let mut sender = Sender {
        log: &*log,
        topic: Arc::from(topic),
        key: arguments.key.as_deref(),
        pace: arguments.rate.map(|rate| Duration::from_secs(1) / rate),
        batch: Vec::with_capacity(BATCH_RECORDS),
        started: Instant::now(),
        sent: 0,
    };
    let path = arguments.file.as_deref();
    let table = path
        .and_then(|path| Input::from_file_name(path.file_name()?.to_str()?))
        .filter(|input| matches!(input, Input::Csv | Input::Xlsx));
    match table {
        Some(_) => sender.send_rows(loaded, path)?,
        None => sender.send_lines(input::lines(path)?)?,
    }
    note(&format!("sent {} records to {topic}", sender.sent));
    Ok(ExitCode::SUCCESS)
}

struct Sender<'a> {
    log: &'a dyn Log,
    topic: Arc<str>,
    key: Option<&'a str>,
    pace: Option<Duration>,
    batch: Vec<Entry>,
    started: Instant,
    sent: u64,
}

impl Sender<'_> {
    /// Each line exactly as it is; blank ones are none.
    fn send_lines(&mut self, mut lines: Box<dyn BufRead + Send>) -> Result<()> {
        let mut line = Vec::new();
        let mut number = 0_u64;
        loop {
            line.clear();
            number += 1;
            let read = (&mut lines).take(LINE_BYTES_MAX + 1).read_until(b'\n', &mut line)?;
            if read == 0 {
                return self.flush();
            }
            if read as u64 > LINE_BYTES_MAX {
                self.flush()?;
                bail!(
                    "line {number} is longer than 64 MiB; {} records before it were sent",
                    self.sent
                );
            }
            if line.last() == Some(&b'\n') {
                line.pop();
            }
            if !line.iter().all(u8::is_ascii_whitespace) {
                self.send(&line)?;
            }
        }
    }

    /// Each row of a table as its topic's source reads it; a row that can't be read goes as it is, to
    /// become a dead letter.
    fn send_rows(&mut self, loaded: &Loaded, path: Option<&Path>) -> Result<()> {
        let stages = loaded.stages()?;
        let source =
            stages.ingest.source_for_topic(&self.topic).filter(|source| source.maps_columns());
        let request = Request { path, input: None, source: source.map(Source::name) };
        let mut records = records::open(&request, &stages.ingest)?;
        records.told.iter().for_each(|told| note(told));
        let (reader, read_as) = (records.reader.clone(), records.read_as.clone());
        for raw in &mut records {
            let raw = raw?;
            if source.is_some() {
                self.send(&reader.own_json(&raw))?;
                continue;
            }
            match reader.read(&raw) {
                Ok(feedback) => self.send(&serde_json::to_vec(&feedback)?)?,
                Err(_) => self.send(&raw.bytes)?,
            }
        }
        read_as.notes().iter().for_each(|told| note(told));
        self.flush()
    }

    fn send(&mut self, value: &[u8]) -> Result<()> {
        self.batch.push(self.entry(value));
        if self.pace.is_some() || self.batch.len() >= BATCH_RECORDS {
            self.flush()?;
        }
        Ok(())
    }

    fn entry(&self, line: &[u8]) -> Entry {
        Entry {
            topic: Arc::clone(&self.topic),
            key: self.key.and_then(|field| key_of(line, field)).map(Bytes::from),
            value: Some(Bytes::copy_from_slice(line)),
            headers: Vec::new(),
            timestamp_ms: Some(clock::now().as_millisecond()),
        }
    }

    fn flush(&mut self) -> Result<()> {
        if let Some(pace) = self.pace {
            let due = pace * u32::try_from(self.sent).unwrap_or(u32::MAX);
            thread::sleep(due.saturating_sub(self.started.elapsed()));
        }
        let sent = self.sent;
        self.log
            .append(&self.batch)
            .with_context(|| format!("sending; {sent} records were sent before"))?;
        self.sent += self.batch.len() as u64;
        self.batch.clear();
        Ok(())
    }
}

/// The value of a top-level field as key bytes: a string's text, any other value's JSON. A line that
/// isn't a JSON object has none.
fn key_of(line: &[u8], field: &str) -> Option<Vec<u8>> {
    let members: std::collections::BTreeMap<String, Json> = serde_json::from_slice(line).ok()?;
    let value = members.get(field)?;
    Some(value.as_text().map_or_else(|| value.get().to_owned(), String::from).into_bytes())
}

#[cfg(test)]
mod tests {
    use super::key_of;

    #[test]
    fn a_key_is_a_fields_value() {
        assert_eq!(key_of(br#"{"id":"a\u00e9"}"#, "id").unwrap(), "aé".as_bytes());
        assert_eq!(key_of(br#"{"id": 42}"#, "id").unwrap(), b"42");
        assert_eq!(key_of(br#"{"x": 42}"#, "id"), None);
        assert_eq!(key_of(b"not json", "id"), None);
    }
}
