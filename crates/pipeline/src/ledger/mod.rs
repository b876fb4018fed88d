//! The ledger, which proves that nothing is lost and nothing is double: the input below a group's
//! committed offsets against the outputs, as sets of origins. Offsets are never subtracted from one
//! another: a log has gaps, and a difference would call them losses or hide one behind the other.
//!
//! It may be read while workers run: the committed offsets are taken first, so that every output of a
//! record below them is in the log by then; outputs of records at or beyond them are only counted.
//!
//! It may be read while retention works, too. Topics are read against the flow: what a record calls
//! for is read before the record, and how much of it retention took is asked after it was read. So
//! what vanished meanwhile is known by then, and is no loss.

mod audit;
mod claims;
mod facts;
mod judge;
mod offsets;
mod report;

use std::time::Duration;

use feedback::Record;

use self::audit::Audit;
pub use self::report::{Ledger, Offence, OffenceKind, OutputKind, Window};
use crate::{Fault, Log, OutputTopics, Progress, Range, TopicDescription, read_to_end};

/// After how many records the progress is told.
const TELL_EVERY: u64 = 1000;

/// How long one look for a partition's first record may take.
const FIRST_WAIT: Duration = Duration::from_millis(200);

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
}

/// Reads the log and draws up the ledger. `progress` is told how many records were read so far.
pub fn verify(
    log: &dyn Log,
    request: &VerifyRequest<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<Ledger, Fault> {
    let committed = log.committed(request.group, request.inputs)?;
    let inputs = log.describe(request.inputs)?;
    if inputs.is_empty() {
        return Err(Fault::MissingTopics { names: request.inputs.to_vec() });
    }
    let outputs = log.describe_settled(&output_names(log, request)?)?;
    let mut audit = Audit::new(request.group, request.outputs, request.offences_max);
    for topic in &outputs {
        audit.set_horizon(&topic.name, horizon(log, topic)?);
    }
    let mut ranges = Vec::new();
    for Range { partition, from: earliest, to: latest } in
        inputs.iter().flat_map(TopicDescription::ranges)
    {
        let to = committed.get(&partition).copied().unwrap_or(0);
        if latest.is_some_and(|latest| to > latest) {
            // The topic was made anew, or lost its end: what the group read is gone.
            return Err(Fault::OffsetOutOfRange {
                topic: partition.topic.to_string(),
                partition: partition.partition,
                offset: to,
                earliest,
            });
        }
        let from = earliest.min(to);
        audit.add_input(partition.clone(), from, to, earliest > 0);
        ranges.push(Range { partition, from, to: Some(to) });
    }
    let mut scan = Scan { log, progress, records: 0 };
    for stage in stages(request.outputs, outputs) {
        scan.read(stage.iter().flat_map(TopicDescription::ranges).collect(), |record| {
            audit.output(record);
        })?;
        for topic in taken_from(log, &stage)? {
            audit.set_horizon(&topic.name, horizon(log, &topic)?);
        }
    }
    scan.read(ranges, |record| audit.input(record))?;
    Ok(audit.judge())
}

/// Every topic there is that is ours; also those of departments that are no longer there.
fn output_names(log: &dyn Log, request: &VerifyRequest<'_>) -> Result<Vec<String>, Fault> {
    let mut names = log.names()?;
    names.retain(|name| request.outputs.is_ours(name) && !request.inputs.contains(name));
    Ok(names.into_iter().collect())
}

/// The topics in the order in which they are read: tasks and kudos, then what calls for them, then
/// what calls for that.
fn stages(outputs: &OutputTopics, topics: Vec<TopicDescription>) -> [Vec<TopicDescription>; 3] {
    let mut stages = [const { Vec::new() }; 3];
    let [work, routed, fates] = &mut stages;
    for topic in topics {
        if outputs.is_fate(&topic.name) {
            fates.push(topic);
        } else if outputs.is_routed(&topic.name) {
            routed.push(topic);
        } else {
            work.push(topic);
        }
    }
    stages
}

struct Scan<'a> {
    log: &'a dyn Log,
    progress: &'a mut dyn FnMut(u64),
    records: u64,
}

impl Scan<'_> {
    fn read(&mut self, ranges: Vec<Range>, mut each: impl FnMut(&Record)) -> Result<(), Fault> {
        read_to_end(self.log, ranges, |record| {
            each(&record);
            self.records += 1;
            if self.records.is_multiple_of(TELL_EVERY) {
                (self.progress)(self.records);
            }
            Ok::<(), Fault>(())
        })?;
        (self.progress)(self.records);
        Ok(())
    }
}

/// Those of these topics from which retention has taken something since, as they are now.
fn taken_from(log: &dyn Log, before: &[TopicDescription]) -> Result<Vec<TopicDescription>, Fault> {
    let earliest = |topic: &TopicDescription| -> Vec<i64> {
        topic.partitions.iter().map(|bounds| bounds.earliest).collect()
    };
    let names: Vec<String> = before.iter().map(|topic| topic.name.clone()).collect();
    let mut now = log.describe(&names)?;
    now.retain(|topic| {
        let same = |before: &&TopicDescription| before.name == topic.name;
        before.iter().find(same).is_none_or(|before| earliest(before) != earliest(topic))
    });
    Ok(now)
}

/// The timestamp below which retention may have taken records of a topic; `None`: it took none.
/// Outputs bear their input's timestamp, and a partition's first record is about as old as what was
/// last taken from it. A topic that lost everything: all may be lost.
fn horizon(log: &dyn Log, topic: &TopicDescription) -> Result<Option<i64>, Fault> {
    let cut: Vec<Range> = topic.ranges().into_iter().filter(|range| range.from > 0).collect();
    if cut.is_empty() {
        return Ok(None);
    }
    let mut horizon = None;
    for range in cut {
        horizon = horizon.max(first_timestamp(log, range)?);
    }
    Ok(Some(horizon.unwrap_or(i64::MAX)))
}

fn first_timestamp(log: &dyn Log, range: Range) -> Result<Option<i64>, Fault> {
    if range.to.is_some_and(|to| range.from >= to) {
        return Ok(None);
    }
    let mut reader = log.reader(vec![range])?;
    let mut records = Vec::new();
    while reader.read(&mut records, 1, FIRST_WAIT)? == Progress::More && records.is_empty() {}
    Ok(records.first().and_then(|record| record.timestamp_ms))
}

#[cfg(test)]
mod tests;
