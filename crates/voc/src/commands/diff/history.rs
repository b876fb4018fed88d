//! The history that is compared over: a file as `voc tag` reads it, or a topic. Each record is read as
//! OLD reads it and as NEW does; where both read alike, once.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail, ensure};
use feedback::{Feedback, Record, wire};
use ingest::Reject;
use ingest::file::ReadAs;
use jiff::Timestamp;
use learn::diff::{Place, Read, Reading};
use pipeline::{Log, Range, TopicDescription};

use super::sides::Side;
use crate::arguments::DiffArguments;
use crate::commands::tag;
use crate::exit::Usage;
use crate::records::{self, Raw, Records, Request};
use crate::settings::LogUrl;

/// The history, opened.
pub(super) enum History {
    /// A file.
    File(FileHistory),
    /// A topic.
    Topic(TopicHistory),
}

/// How both sides read a record that isn't read yet. It holds no state, so threads share it.
pub(super) type ReadBoth<E> = dyn Fn(&E) -> Result<(Place, Reading)> + Sync;

/// A file's rows.
pub(super) struct FileHistory {
    /// The file's name.
    pub(super) name: String,
    /// What people should know beforehand.
    pub(super) told: Vec<String>,
    /// How the file's bytes were read, to be told when all of them were.
    pub(super) read_as: ReadAs,
    /// The rows, in order.
    pub(super) rows: Box<dyn Iterator<Item = Result<Raw>>>,
    /// How each is read.
    pub(super) read: Box<ReadBoth<Raw>>,
}

/// A topic's records up to the end there was when it was opened.
pub(super) struct TopicHistory {
    /// The topic's name.
    pub(super) name: String,
    /// The log that holds it.
    pub(super) log: Box<dyn Log>,
    /// What of it is read.
    pub(super) ranges: Vec<Range>,
    /// How each record is read.
    pub(super) read: Box<ReadBoth<Record>>,
}

/// Opens what was named.
pub(super) fn open(arguments: &DiffArguments, old: &Side, new: &Side) -> Result<History> {
    let over = arguments.over.as_path();
    let is_file = is_standard_input(over) || (arguments.log.is_none() && over.exists());
    Ok(if is_file {
        History::File(file(arguments, old, new)?)
    } else {
        History::Topic(topic(arguments, old, new)?)
    })
}

fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn read_alike(old: &Side, new: &Side) -> bool {
    Arc::ptr_eq(&old.stages.ingest, &new.stages.ingest)
}

fn file(arguments: &DiffArguments, old: &Side, new: &Side) -> Result<FileHistory> {
    let path = arguments.over.as_path();
    let request = Request {
        path: Some(path),
        input: arguments.input.map(tag::input),
        source: arguments.source.as_deref(),
    };
    let received_at = arguments.received_at;
    ensure!(
        read_alike(old, new) || !is_standard_input(path),
        Usage(
            "--over -: OLD and NEW read records in different ways, and the standard input can't be \
             read twice; save it to a file"
                .to_owned()
        )
    );
    let Records { rows, reader, told, read_as } = records::open(&request, &old.stages.ingest)?;
    let name = path.file_name().filter(|_| !is_standard_input(path));
    let name = name.map_or_else(|| "standard input".into(), |name| name.to_string_lossy());
    let name = name.into_owned();
    if read_alike(old, new) {
        let read = move |row: &Raw| {
            let read = readable(reader.read(row), received_at);
            Ok((Place::Number(row.number), Reading::Same(read)))
        };
        return Ok(FileHistory { name, told, read_as, rows, read: Box::new(read) });
    }
    let others = records::open(&request, &new.stages.ingest)?;
    let read = move |row: &Raw| {
        let before = readable(reader.read(row), received_at);
        let after = readable(others.reader.read(row), received_at);
        Ok((Place::Number(row.number), Reading::Each { before, after }))
    };
    let rows = Box::new(Both { rows, others: others.rows });
    Ok(FileHistory { name, told, read_as, rows, read: Box::new(read) })
}

/// The rows of a file as both sources cut it into records, which must be the same ones.
struct Both {
    rows: Box<dyn Iterator<Item = Result<Raw>>>,
    others: Box<dyn Iterator<Item = Result<Raw>>>,
}

impl Iterator for Both {
    type Item = Result<Raw>;

    fn next(&mut self) -> Option<Self::Item> {
        let number = |row: &Option<Result<Raw>>| match row {
            Some(Ok(row)) => Some(row.number),
            _ => None,
        };
        let (row, other) = (self.rows.next(), self.others.next());
        if number(&row) == number(&other) {
            return row;
        }
        let message = "the sources of OLD and NEW join the rows of this file into different \
                       records, so they can't be compared";
        Some(Err(anyhow!(message)))
    }
}

fn topic(arguments: &DiffArguments, old: &Side, new: &Side) -> Result<TopicHistory> {
    let name = arguments.over.to_string_lossy().into_owned();
    let url = match &arguments.log {
        Some(url) => LogUrl::parse(url).map_err(Usage)?,
        None => new.loaded.settings.log.clone(),
    };
    ensure!(
        arguments.input.is_none() && arguments.source.is_none(),
        Usage(format!("--over {name} is no file: --input and --source are for files"))
    );
    let no_file = || format!("--over {name}: there is no such file");
    let log = new.loaded.open_existing(&url).with_context(no_file)?;
    let described = log.describe_settled(std::slice::from_ref(&name))?;
    ensure!(
        !described.is_empty(),
        "{}, and no such topic; `voc topics describe` lists those there are",
        no_file()
    );
    let ranges = described.iter().flat_map(TopicDescription::ranges).collect();
    let read = topic_reader(&name, arguments.received_at, old, new)?;
    Ok(TopicHistory { name, log, ranges, read })
}

/// How both sides read the topic: a raw one each with its source, ours as they stand there.
fn topic_reader(
    name: &str,
    received_at: Option<Timestamp>,
    old: &Side,
    new: &Side,
) -> Result<Box<ReadBoth<Record>>> {
    let ingest = |side: &Side| {
        let ingest = &side.stages.ingest;
        ingest.source_for_topic(name).map(|_| Arc::clone(ingest))
    };
    let place = |record: &Record| Place::Offset {
        partition: record.origin.partition,
        offset: record.origin.offset,
    };
    Ok(match (ingest(old), ingest(new)) {
        (None, None) => Box::new(move |record| {
            let read = readable(Ok(ours(record)?), received_at);
            Ok((place(record), Reading::Same(read)))
        }),
        (Some(old), Some(new)) if Arc::ptr_eq(&old, &new) => Box::new(move |record| {
            let read = readable(old.read(record), received_at);
            Ok((place(record), Reading::Same(read)))
        }),
        (Some(old), Some(new)) => Box::new(move |record| {
            let before = readable(old.read(record), received_at);
            let after = readable(new.read(record), received_at);
            Ok((place(record), Reading::Each { before, after }))
        }),
        (one, _) => {
            let (has, lacks) = if one.is_some() { (old, new) } else { (new, old) };
            let (has, lacks) = (&has.name, &lacks.name);
            bail!("--over {name}: {has} has a source that reads this topic, {lacks} has none")
        }
    })
}

/// What was read, received at `received_at` where it doesn't say when.
fn readable(read: Result<Feedback, Reject>, received_at: Option<Timestamp>) -> Read {
    let mut feedback = read.map_err(|reject| reject.code.name())?;
    feedback.received_at = feedback.received_at.or(received_at);
    Ok(feedback)
}

/// The feedback of a record that voc wrote; what was said of it then is said anew.
fn ours(record: &Record) -> Result<Feedback> {
    let value = record.value.as_deref().unwrap_or_default();
    let processed = wire::read(value).map_err(|error| {
        anyhow!(
            "{} is none of our records: line {} column {}; --over takes a raw topic, \
             feedback.classified or feedback.routed",
            record.origin,
            error.line(),
            error.column()
        )
    })?;
    Ok(processed.feedback)
}
