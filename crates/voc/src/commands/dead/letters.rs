//! Dead letters as they are read: one after the other, never all in memory.

use anyhow::{Result, bail};
use feedback::{Origin, Record};
use jiff::{SignedDuration, Timestamp};
use pipeline::headers::{ERROR_CODE, LEFT_OUT, ORIGIN};
use pipeline::{Log, Range, TopicDescription, read_to_end};

use super::{Place, parse_origin};
use crate::arguments::LetterArguments;
use crate::exit::Usage;
use crate::terminal;

/// What a mapping leaves out on purpose: it is taken only where it is asked for by name.
pub(super) const SKIPPED: &str = "skipped";

/// The code of a letter that tells none.
const UNKNOWN: &str = "unknown";

/// Which letters are meant.
#[derive(Debug)]
pub(super) struct Filter {
    /// The one that came from here.
    pub(super) origin: Option<Origin>,
    /// Those with this code.
    pub(super) code: Option<String>,
    topic: Option<String>,
    since: Option<Timestamp>,
}

impl Filter {
    /// What was typed; `raw` is the topic of the source `default`.
    pub(super) fn new(
        origin: Option<&str>,
        typed: &LetterArguments,
        raw: &str,
        now: Timestamp,
    ) -> Result<Self> {
        let of_source = |source: &String| match source.as_str() {
            "default" => raw.to_owned(),
            source => format!("{raw}.{source}"),
        };
        Ok(Self {
            origin: origin.map(parse_origin).transpose()?,
            code: typed.code.clone(),
            topic: typed.topic.clone().or_else(|| typed.source.as_ref().map(of_source)),
            since: typed.since.as_deref().map(|since| moment(since, now)).transpose()?,
        })
    }

    /// Whether nothing was asked for.
    pub(super) fn takes_all(&self) -> bool {
        self.origin.is_none() && self.code.is_none() && self.topic.is_none() && self.since.is_none()
    }

    /// Whether a letter is one of those.
    pub(super) fn holds(&self, letter: &Letter) -> bool {
        self.origin.as_ref().is_none_or(|origin| letter.origin.as_ref() == Some(origin))
            && self.code.as_ref().is_none_or(|code| *code == letter.code)
            && self.topic.as_ref().is_none_or(|topic| letter.topic() == Some(topic))
            && self.since.is_none_or(|since| letter.at.is_some_and(|at| at >= since))
    }
}

/// A time, or how long ago: `2026-03-04T10:00:00Z`, `36h`, `7d`.
fn moment(text: &str, now: Timestamp) -> Result<Timestamp> {
    if let Ok(at) = text.parse() {
        return Ok(at);
    }
    let days = text.strip_suffix('d').and_then(|days| days.parse::<i64>().ok());
    let ago = match days {
        Some(days) => days.checked_mul(24).map(SignedDuration::from_hours),
        None => text.parse::<SignedDuration>().ok(),
    };
    let ago = ago.filter(SignedDuration::is_positive);
    match ago.and_then(|ago| now.checked_sub(ago).ok()) {
        Some(at) => Ok(at),
        None => bail!(Usage(format!(
            "--since {text}: write a time such as 2026-03-04T10:00:00Z, or how long ago: 36h, 7d"
        ))),
    }
}

/// A dead letter.
#[derive(Debug)]
pub(super) struct Letter {
    /// Where the record stood; `None`: something else wrote this letter.
    pub(super) origin: Option<Origin>,
    pub(super) code: String,
    /// The record's time.
    pub(super) at: Option<Timestamp>,
    /// What was too large for the topic of dead letters, such as "value".
    pub(super) left_out: Option<String>,
    pub(super) record: Record,
}

impl Letter {
    fn of(record: Record) -> Self {
        Self {
            origin: record.header(ORIGIN).and_then(Origin::parse),
            code: record.header(ERROR_CODE).unwrap_or(UNKNOWN).to_owned(),
            at: record.timestamp_ms.and_then(|ms| Timestamp::from_millisecond(ms).ok()),
            left_out: record.header(LEFT_OUT).map(str::to_owned),
            record,
        }
    }

    fn topic(&self) -> Option<&str> {
        Some(&self.origin.as_ref()?.topic)
    }
}

/// Reads every letter that there is now.
pub(super) fn for_each(
    place: &Place<'_>,
    mut visit: impl FnMut(Letter) -> Result<()>,
) -> Result<()> {
    let found = for_each_record(place.log, place.topic, |record| visit(Letter::of(record)))?;
    if !found {
        bail!(
            "there is no topic {} on {}; `voc topics create` makes it, `voc topics describe` lists \
             those there are",
            place.topic,
            place.url
        );
    }
    Ok(())
}

/// Reads what a topic holds now, record by record; false: there is no such topic.
pub(super) fn for_each_record(
    log: &dyn Log,
    topic: &str,
    mut visit: impl FnMut(Record) -> Result<()>,
) -> Result<bool> {
    let described = log.describe_settled(&[topic.to_owned()])?;
    let found = !described.is_empty();
    let ranges: Vec<Range> = described.iter().flat_map(TopicDescription::ranges).collect();
    let length: i64 = ranges.iter().map(|range| range.to.unwrap_or(range.from) - range.from).sum();
    let bar = terminal::counting(u64::try_from(length).ok(), &format!("records of {topic} read"));
    read_to_end(log, ranges, |record| {
        bar.inc(1);
        visit(record)
    })?;
    bar.finish_and_clear();
    Ok(found)
}
