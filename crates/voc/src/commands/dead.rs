//! `voc dead`: what could not be read, why, and how it gets its second chance.
//!
//! A replayed record carries the header `voc-replay-of` with the origin of the one it repeats. So a
//! second replay sees what was replayed already, and leaves it out.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use feedback::{Origin, Record};
use jiff::Timestamp;
use pipeline::headers::{CONFIGURATION, ERROR_CODE, ORIGIN};
use pipeline::{Entry, Log, OutputHeader, Progress, Range, TopicPartition};
use serde::Serialize;

use super::tap::Envelope;
use super::{Loaded, note, write_json, write_out};
use crate::arguments::{DeadAction, DeadArguments, Format};

/// The header of a replayed record: the origin of the one it repeats.
const REPLAY_OF: &str = "voc-replay-of";

/// What a mapping leaves out on purpose: replayed only where it is asked for by name.
const SKIPPED: &str = "skipped";

/// How many records are read, or appended, at once.
const READ_RECORDS: usize = 1000;
/// How long one read waits.
const READ_WAIT: Duration = Duration::from_millis(200);

/// Lists, shows or replays.
pub(super) fn run(loaded: &Loaded, arguments: &DeadArguments) -> Result<ExitCode> {
    let log = loaded.open_log(&arguments.log)?;
    let topic = &loaded.settings.topics.dead;
    match &arguments.action {
        DeadAction::List { code, limit, format } => {
            let list = list(&*log, topic, code.as_deref(), *limit)?;
            match format {
                Format::Json => write_json(&list)?,
                Format::Text => write_out(list.text().as_bytes())?,
            }
        }
        DeadAction::Show { origin, raw } => show(&*log, topic, origin, *raw)?,
        DeadAction::Replay { origin, code, all, dry_run } => {
            let chosen = Chosen {
                origin: origin.as_deref().map(parse_origin).transpose()?,
                code: code.as_deref(),
            };
            ensure!(
                *all || chosen.origin.is_some() || chosen.code.is_some(),
                crate::exit::Usage(
                    "name an origin, or --code CODE, or --all: `voc dead list` shows them"
                        .to_owned()
                )
            );
            replay(&*log, topic, &chosen, *dry_run)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn parse_origin(text: &str) -> Result<Origin> {
    Origin::parse(text).ok_or_else(|| {
        crate::exit::Usage(format!("\"{text}\" is no origin: write topic/partition/offset")).into()
    })
}

/// Reads what a topic holds now, record by record.
fn for_each(log: &dyn Log, topic: &str, mut visit: impl FnMut(Record)) -> Result<()> {
    let name: Arc<str> = Arc::from(topic);
    let described = log.describe(Some(&[topic.to_owned()]))?;
    let ranges = described
        .into_iter()
        .flat_map(|topic| topic.partitions)
        .map(|bounds| Range {
            partition: TopicPartition { topic: Arc::clone(&name), partition: bounds.partition },
            from: bounds.earliest,
            to: Some(bounds.latest),
        })
        .collect();
    let mut reader = log.reader(ranges)?;
    let mut records = Vec::new();
    loop {
        let progress = reader.read(&mut records, READ_RECORDS, READ_WAIT)?;
        records.drain(..).for_each(&mut visit);
        if progress == Progress::Finished {
            return Ok(());
        }
    }
}

#[derive(Debug, Serialize)]
struct List {
    total: u64,
    by_code: BTreeMap<String, u64>,
    newest: Vec<Letter>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Letter {
    origin: String,
    code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Timestamp>,
    bytes: usize,
    #[serde(skip)]
    place: (i32, i64),
}

fn list(log: &dyn Log, topic: &str, code: Option<&str>, limit: usize) -> Result<List> {
    let mut list = List { total: 0, by_code: BTreeMap::new(), newest: Vec::new() };
    for_each(log, topic, |record| {
        let found = record.header(ERROR_CODE).unwrap_or("unknown").to_owned();
        if code.is_some_and(|code| code != found) {
            return;
        }
        list.total += 1;
        *list.by_code.entry(found.clone()).or_default() += 1;
        list.newest.push(Letter {
            origin: record.header(ORIGIN).unwrap_or_default().to_owned(),
            code: found,
            at: record.timestamp_ms.and_then(|ms| Timestamp::from_millisecond(ms).ok()),
            bytes: record.value.as_ref().map_or(0, Vec::len),
            place: (record.origin.partition, record.origin.offset),
        });
        if list.newest.len() > limit.saturating_mul(2).max(64) {
            keep_newest(&mut list.newest, limit);
        }
    })?;
    keep_newest(&mut list.newest, limit);
    Ok(list)
}

fn keep_newest(letters: &mut Vec<Letter>, limit: usize) {
    letters.sort_by_key(|letter| Reverse((letter.at, letter.place)));
    letters.truncate(limit);
}

impl List {
    fn text(&self) -> String {
        let mut text = format!("{} dead letters\n", self.total);
        for (code, count) in &self.by_code {
            writeln!(text, "{count:>10}  {code}").expect("writing to a String cannot fail");
        }
        for letter in &self.newest {
            let at = letter.at.map_or_else(String::new, |at| at.to_string());
            let Letter { origin, code, bytes, .. } = letter;
            writeln!(text, "{origin:<32}  {code:<24}  {bytes:>9} B  {at}")
                .expect("writing to a String cannot fail");
        }
        text
    }
}

fn show(log: &dyn Log, topic: &str, origin: &str, raw: bool) -> Result<()> {
    let wanted = parse_origin(origin)?.to_string();
    let mut found = None;
    for_each(log, topic, |record| {
        if record.header(ORIGIN) == Some(&wanted) {
            found = Some(record);
        }
    })?;
    let Some(record) = found else {
        bail!("no dead letter came from {wanted}; `voc dead list` shows them");
    };
    if raw {
        return write_out(record.value.as_deref().unwrap_or_default());
    }
    write_json(&Envelope::of(&record))
}

struct Chosen<'a> {
    origin: Option<Origin>,
    code: Option<&'a str>,
}

impl Chosen<'_> {
    fn holds(&self, origin: &Origin, code: &str) -> bool {
        self.origin.as_ref().is_none_or(|wanted| wanted == origin)
            && self.code.map_or(code != SKIPPED, |wanted| wanted == code)
    }
}

fn replay(log: &dyn Log, topic: &str, chosen: &Chosen<'_>, dry_run: bool) -> Result<()> {
    let mut letters: BTreeMap<Origin, Record> = BTreeMap::new();
    for_each(log, topic, |record| {
        let code = record.header(ERROR_CODE).unwrap_or_default();
        if let Some(origin) = record.header(ORIGIN).and_then(Origin::parse)
            && chosen.holds(&origin, code)
        {
            letters.insert(origin, record);
        }
    })?;
    let found = letters.len();
    for done in replayed_before(log, letters.keys())? {
        letters.remove(&done);
    }
    let before = found - letters.len();
    let entries: Vec<Entry> =
        letters.into_iter().map(|(origin, record)| entry(&origin, record)).collect();
    if !dry_run {
        for batch in entries.chunks(READ_RECORDS) {
            log.append(batch).context("replaying")?;
        }
    }
    let verb = if dry_run { "would replay" } else { "replayed" };
    note(&format!("{verb} {} dead letters; {before} were replayed before", entries.len()));
    Ok(())
}

/// The origins that a record of their own topic already repeats.
fn replayed_before<'a>(
    log: &dyn Log,
    origins: impl Iterator<Item = &'a Origin>,
) -> Result<BTreeSet<Origin>> {
    let topics: BTreeSet<Arc<str>> = origins.map(|origin| Arc::clone(&origin.topic)).collect();
    let mut done = BTreeSet::new();
    for topic in topics {
        for_each(log, &topic, |record| {
            done.extend(record.header(REPLAY_OF).and_then(Origin::parse));
        })?;
    }
    Ok(done)
}

/// The record as it came, on the topic it came to, without what we added to the dead letter.
fn entry(origin: &Origin, record: Record) -> Entry {
    let ours = [ORIGIN, ERROR_CODE, CONFIGURATION, REPLAY_OF];
    let mut headers: Vec<OutputHeader> = record
        .headers
        .into_iter()
        .filter(|header| ours.iter().all(|ours| !ours.eq_ignore_ascii_case(&header.name)))
        .map(|header| OutputHeader {
            name: header.name.into(),
            value: header.value.map(Bytes::from),
        })
        .collect();
    headers.push(OutputHeader::new(REPLAY_OF, origin.to_string()));
    Entry {
        topic: Arc::clone(&origin.topic),
        key: record.key.map(Bytes::from),
        value: record.value.map(Bytes::from),
        headers,
        timestamp_ms: record.timestamp_ms,
    }
}
