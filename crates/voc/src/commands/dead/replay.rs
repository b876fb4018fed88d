//! `voc dead replay`: letters go back to the topic they came from, each at most once.
//!
//! A replayed record carries the header `voc-replay-of` with the origin of the one it repeats, so a
//! later replay sees what was replayed already, also by one that was killed half-way. Letters are
//! read and appended in bounded batches, each durable before the next; in memory are only the origins
//! of those that were replayed.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use feedback::{Origin, Record};
use pipeline::headers::{CONFIGURATION, ERROR_CODE, LEFT_OUT, ORIGIN};
use pipeline::{Entry, OutputHeader};
use serde::Serialize;

use super::Place;
use super::letters::{Filter, Letter, SKIPPED, for_each, for_each_record};
use crate::arguments::{Format, ReplayArguments};
use crate::commands::{note, write_json};
use crate::exit;

/// The header of a replayed record: the origin of the one it repeats.
const REPLAY_OF: &str = "voc-replay-of";

/// How many letters are appended at once.
const BATCH_RECORDS: usize = 1000;
/// And how many bytes, of which one letter may have more alone.
const BATCH_BYTES: usize = 8 * 1024 * 1024;

/// How many letters that can't be replayed are named.
const NAMED_MAX: usize = 10;

/// Replays what the filter takes; exit 1 where some of it can't be.
pub(super) fn run(
    place: &Place<'_>,
    filter: &Filter,
    wanted: &ReplayArguments,
) -> Result<ExitCode> {
    let filter = Chosen { filter };
    let topics = topics(place, &filter)?;
    let mut replay = Replay {
        place,
        dry_run: wanted.dry_run,
        unproven: wanted.unproven,
        held: BTreeMap::new(),
        done: BTreeMap::new(),
        batch: Vec::new(),
        batch_bytes: 0,
        outcome: Outcome { dry_run: wanted.dry_run, ..Outcome::default() },
    };
    for topic in &topics {
        replay.look_at(topic)?;
    }
    let limit = wanted.limit.unwrap_or(u64::MAX);
    for_each(place, |letter| {
        if filter.holds(&letter) && replay.outcome.replayed < limit {
            replay.take(letter)?;
        }
        Ok(())
    })?;
    replay.append()?;
    replay.outcome.tell(wanted.format)?;
    Ok(ExitCode::from(if replay.outcome.is_whole() { 0 } else { exit::FAILURE }))
}

/// What is skipped on purpose is replayed only where its code or its origin is named.
struct Chosen<'a> {
    filter: &'a Filter,
}

impl Chosen<'_> {
    fn holds(&self, letter: &Letter) -> bool {
        let named = self.filter.code.is_some() || self.filter.origin.is_some();
        self.filter.holds(letter) && (named || letter.code != SKIPPED)
    }
}

/// The topics that the chosen letters came from.
fn topics(place: &Place<'_>, chosen: &Chosen<'_>) -> Result<BTreeSet<Arc<str>>> {
    let mut topics = BTreeSet::new();
    let mut found = false;
    for_each(place, |letter| {
        if chosen.holds(&letter) {
            found = true;
            topics.extend(letter.origin.map(|origin| origin.topic));
        }
        Ok(())
    })?;
    if let (false, Some(origin)) = (found, &chosen.filter.origin) {
        bail!("no dead letter came from {origin}; `voc dead list` shows them");
    }
    Ok(topics)
}

#[derive(Debug, Default, Serialize)]
struct Outcome {
    dry_run: bool,
    replayed: u64,
    replayed_before: u64,
    /// Letters older than what their topic still holds: whether they were replayed, nobody can tell.
    unproven: u64,
    /// Letters without their bytes, or without an origin: they can't be replayed.
    impossible: u64,
    /// Some of those that were not replayed and should have been, and why.
    refused: Vec<Refusal>,
}

#[derive(Debug, Serialize)]
struct Refusal {
    origin: String,
    why: String,
}

impl Outcome {
    fn is_whole(&self) -> bool {
        self.unproven + self.impossible == 0
    }

    fn refuse(&mut self, origin: String, why: String) {
        if self.refused.len() < NAMED_MAX {
            self.refused.push(Refusal { origin, why });
        }
    }

    fn tell(&self, format: Format) -> Result<()> {
        if format == Format::Json {
            return write_json(self);
        }
        for Refusal { origin, why } in &self.refused {
            note(&format!("{origin}: {why}"));
        }
        let refused = self.unproven + self.impossible;
        let named = self.refused.len() as u64;
        if refused > named {
            note(&format!("… and {} more", refused - named));
        }
        let verb = if self.dry_run { "would replay" } else { "replayed" };
        let (replayed, before) = (self.replayed, self.replayed_before);
        let refused = if refused > 0 { format!("; {refused} can't be") } else { String::new() };
        note(&format!("{verb} {replayed} dead letters; {before} were replayed before{refused}"));
        Ok(())
    }
}

struct Replay<'a> {
    place: &'a Place<'a>,
    dry_run: bool,
    unproven: bool,
    /// By topic that exists: the first offset that each partition still holds.
    held: BTreeMap<Arc<str>, BTreeMap<i32, i64>>,
    /// The origins that were replayed: by topic and partition, the offsets.
    done: BTreeMap<Arc<str>, BTreeMap<i32, BTreeSet<i64>>>,
    batch: Vec<Entry>,
    batch_bytes: usize,
    outcome: Outcome,
}

impl Replay<'_> {
    /// Finds out which letters of a topic were replayed, and how far back that can be told.
    fn look_at(&mut self, topic: &Arc<str>) -> Result<()> {
        let described = self.place.log.describe(&[topic.to_string()])?;
        let Some(description) = described.into_iter().next() else { return Ok(()) };
        let earliest = description.partitions.iter().map(|each| (each.partition, each.earliest));
        self.held.insert(Arc::clone(topic), earliest.collect());
        let done = &mut self.done;
        for_each_record(self.place.log, topic, |record| {
            if let Some(origin) = record.header(REPLAY_OF).and_then(Origin::parse) {
                insert(done, &origin);
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Takes a letter into the batch, unless it was replayed or can't be.
    fn take(&mut self, letter: Letter) -> Result<()> {
        let Some(origin) = letter.origin else {
            self.outcome.impossible += 1;
            let at = letter.record.origin.to_string();
            self.outcome.refuse(at, "this letter doesn't say where it came from".to_owned());
            return Ok(());
        };
        if self.is_done(&origin) {
            self.outcome.replayed_before += 1;
            return Ok(());
        }
        if let Some(left_out) = letter.left_out {
            self.outcome.impossible += 1;
            let why = format!(
                "its {left_out} was too large for a dead letter and stands only there: raise \
                 [limits] and the topics' max.message.bytes, and send it again from its source"
            );
            self.outcome.refuse(origin.to_string(), why);
            return Ok(());
        }
        let Some(held) = self.held.get(&origin.topic) else {
            self.outcome.impossible += 1;
            let why = format!("there is no topic {} any more", origin.topic);
            self.outcome.refuse(origin.to_string(), why);
            return Ok(());
        };
        let is_held = held.get(&origin.partition).is_some_and(|first| *first <= origin.offset);
        if !is_held && !self.unproven {
            self.outcome.unproven += 1;
            let why = "its topic no longer holds it, nor perhaps a replay of it: --unproven replays \
                       it all the same";
            self.outcome.refuse(origin.to_string(), why.to_owned());
            return Ok(());
        }
        let bytes = letter.record.value.as_ref().map_or(0, Vec::len);
        if self.batch.len() >= BATCH_RECORDS || self.batch_bytes + bytes > BATCH_BYTES {
            self.append()?;
        }
        insert(&mut self.done, &origin);
        self.outcome.replayed += 1;
        if !self.dry_run {
            self.batch_bytes += bytes;
            self.batch.push(entry(&origin, letter.record));
        }
        Ok(())
    }

    fn is_done(&self, origin: &Origin) -> bool {
        let offsets = self.done.get(&origin.topic).and_then(|all| all.get(&origin.partition));
        offsets.is_some_and(|offsets| offsets.contains(&origin.offset))
    }

    /// Appends the batch; what is told as replayed is durable.
    fn append(&mut self) -> Result<()> {
        if !self.batch.is_empty() {
            let before = self.outcome.replayed - self.batch.len() as u64;
            self.place.log.append(&self.batch).with_context(|| {
                format!("replaying, after {before} letters; run it again for the rest")
            })?;
        }
        self.batch.clear();
        self.batch_bytes = 0;
        Ok(())
    }
}

fn insert(done: &mut BTreeMap<Arc<str>, BTreeMap<i32, BTreeSet<i64>>>, origin: &Origin) {
    let topic = done.entry(Arc::clone(&origin.topic)).or_default();
    topic.entry(origin.partition).or_default().insert(origin.offset);
}

/// The record as it came, on the topic it came to, without what we added to the dead letter.
fn entry(origin: &Origin, record: Record) -> Entry {
    let ours = [ORIGIN, ERROR_CODE, CONFIGURATION, LEFT_OUT, REPLAY_OF];
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
