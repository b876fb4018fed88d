//! The ledger, which proves that nothing is lost and nothing is double: the input below a group's
//! committed offsets against the outputs, as sets of origins. Offsets are never subtracted from one
//! another: a log has gaps, and a difference would call them losses or hide one behind the other.
//!
//! It may be read while workers run: the committed offsets are taken first, so that every output of a
//! record below them is in the log by then; outputs of records at or beyond them are only counted.

mod audit;
mod claims;
mod facts;
mod offsets;
mod report;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use feedback::Record;

use self::audit::{Audit, Horizons};
pub use self::report::{Ledger, Offence, OffenceKind, OutputKind, Window};
use crate::{Fault, Log, OutputTopics, Progress, Range, TopicDescription, TopicPartition};

/// How many records are read at a time.
const READ_RECORDS: usize = 1000;

/// How long a read may wait for its first record.
const READ_WAIT: Duration = Duration::from_millis(200);

/// How long between two looks at outputs that may still come.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// What to verify.
#[derive(Debug)]
pub struct VerifyRequest<'a> {
    /// The group whose committed offsets bound the input.
    pub group: &'a str,
    /// The topics that the group reads.
    pub inputs: &'a [String],
    /// Where its outputs went.
    pub outputs: &'a OutputTopics,
    /// How many offending origins of each kind are named.
    pub offences_max: usize,
    /// How long to wait for outputs that are missing: on Kafka, an open transaction hides what
    /// others committed behind it, until it ends or times out. Zero on other logs.
    pub settle_max: Duration,
}

/// Reads the log and draws up the ledger. `progress` is told how many records were read so far.
pub fn verify(
    log: &dyn Log,
    request: &VerifyRequest<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<Ledger, Fault> {
    let committed = log.committed(request.group)?;
    let inputs = log.describe(Some(request.inputs))?;
    if inputs.is_empty() {
        return Err(Fault::MissingTopics { names: request.inputs.to_vec() });
    }
    let outputs = outputs(log, request)?;
    let mut scan = Scan { log, progress, records: 0 };
    let horizons = scan.horizons(&outputs)?;
    let mut audit = Audit::new(request.group, request.outputs, horizons, request.offences_max);
    let mut ranges = Vec::new();
    for topic in &inputs {
        let name: Arc<str> = Arc::from(&*topic.name);
        for bounds in &topic.partitions {
            let partition =
                TopicPartition { topic: Arc::clone(&name), partition: bounds.partition };
            let to = committed.get(&partition).copied().unwrap_or(0);
            if to > bounds.latest {
                // The topic was made anew, or lost its end: what the group read is gone.
                return Err(Fault::OffsetOutOfRange {
                    topic: topic.name.clone(),
                    partition: bounds.partition,
                    offset: to,
                    earliest: bounds.earliest,
                });
            }
            let from = bounds.earliest.min(to);
            audit.add_input(partition.clone(), from, to, bounds.earliest > 0);
            ranges.push(Range { partition, from, to: Some(to) });
        }
    }
    scan.read(ranges, |record| audit.input(record))?;
    let end = Instant::now() + request.settle_max;
    let mut read_to = BTreeMap::new();
    let mut described = outputs;
    loop {
        scan.read(next_ranges(&described, &mut read_to), |record| audit.output(record))?;
        let ledger = audit.judge();
        if ledger.missing == 0 || Instant::now() >= end {
            return Ok(ledger);
        }
        thread::sleep(LOOK_AGAIN);
        described = self::outputs(log, request)?;
    }
}

/// Every topic that is ours, by its name; also those of departments that are no longer there.
fn outputs(log: &dyn Log, request: &VerifyRequest<'_>) -> Result<Vec<TopicDescription>, Fault> {
    let mut topics = log.describe(None)?;
    topics.retain(|topic| {
        request.outputs.is_ours(&topic.name) && !request.inputs.contains(&topic.name)
    });
    Ok(topics)
}

/// From where the last round ended to the end there is now.
fn next_ranges(
    topics: &[TopicDescription],
    read_to: &mut BTreeMap<TopicPartition, i64>,
) -> Vec<Range> {
    let mut ranges = Vec::new();
    for topic in topics {
        let name: Arc<str> = Arc::from(&*topic.name);
        for bounds in &topic.partitions {
            let partition =
                TopicPartition { topic: Arc::clone(&name), partition: bounds.partition };
            let from = read_to.insert(partition.clone(), bounds.latest).unwrap_or(bounds.earliest);
            ranges.push(Range { partition, from, to: Some(bounds.latest) });
        }
    }
    ranges
}

struct Scan<'a> {
    log: &'a dyn Log,
    progress: &'a mut dyn FnMut(u64),
    records: u64,
}

impl Scan<'_> {
    fn read(&mut self, mut ranges: Vec<Range>, mut each: impl FnMut(&Record)) -> Result<(), Fault> {
        ranges.retain(|range| range.to.is_none_or(|to| range.from < to));
        if ranges.is_empty() {
            return Ok(());
        }
        let mut reader = self.log.reader(ranges)?;
        let mut records = Vec::new();
        loop {
            let progress = reader.read(&mut records, READ_RECORDS, READ_WAIT)?;
            records.iter().for_each(&mut each);
            self.records += u64::try_from(records.len()).unwrap_or(u64::MAX);
            (self.progress)(self.records);
            records.clear();
            if progress == Progress::Finished {
                return Ok(());
            }
        }
    }

    /// For each topic that lost records to retention: the timestamp below which it may have lost
    /// more. Outputs bear their input's timestamp, and a partition's first record is about as old
    /// as what was last taken from it. A topic that lost everything: all may be lost.
    fn horizons(&mut self, topics: &[TopicDescription]) -> Result<Horizons, Fault> {
        let mut horizons = Horizons::default();
        for topic in topics {
            if topic.partitions.iter().all(|bounds| bounds.earliest == 0) {
                continue;
            }
            let name: Arc<str> = Arc::from(&*topic.name);
            let mut horizon = None;
            for bounds in topic.partitions.iter().filter(|bounds| bounds.earliest > 0) {
                let partition =
                    TopicPartition { topic: Arc::clone(&name), partition: bounds.partition };
                let range = Range { partition, from: bounds.earliest, to: Some(bounds.latest) };
                let first = self.first_timestamp(range)?;
                horizon = horizon.max(first);
            }
            horizons.by_topic.insert(topic.name.clone(), horizon.unwrap_or(i64::MAX));
        }
        Ok(horizons)
    }

    fn first_timestamp(&self, range: Range) -> Result<Option<i64>, Fault> {
        if range.to.is_some_and(|to| range.from >= to) {
            return Ok(None);
        }
        let mut reader = self.log.reader(vec![range])?;
        let mut records = Vec::new();
        while reader.read(&mut records, 1, READ_WAIT)? == Progress::More && records.is_empty() {}
        Ok(records.first().and_then(|record| record.timestamp_ms))
    }
}

#[cfg(test)]
mod tests;
