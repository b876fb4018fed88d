//! One member: order, bounds, commit, rewind, crash.

use std::collections::{BTreeMap, BTreeSet};

use feedback::Record;

use super::{BOUNDS, Failure, Subject, check, commit, copy, fault, ready, step, text, texts};
use crate::{Batch, BatchBounds, Output};

/// That offsets of a partition, and numbers of a key, only grow.
pub(super) fn check_order(records: &[Record]) -> Result<(), Failure> {
    let mut offsets = BTreeMap::new();
    let mut numbers = BTreeMap::new();
    for record in records {
        let origin = &record.origin;
        let before = offsets.insert(origin.partition, origin.offset);
        check(before.is_none_or(|before| before < origin.offset), || {
            format!("{origin} came after offset {before:?}")
        })?;
        let number: Option<u32> = text(record).parse().ok();
        let before = numbers.insert(record.key.clone(), number);
        check(before.is_none_or(|before| before < number), || {
            format!("{number:?} came after {before:?} of the same key")
        })?;
    }
    Ok(())
}

/// That exactly the records `0..count` are there, each once.
pub(super) fn check_all_once(records: &[Record], count: u32) -> Result<(), Failure> {
    let mut left: BTreeSet<String> = (0..count).map(|number| number.to_string()).collect();
    for record in records {
        let text = text(record);
        check(left.remove(&text), || format!("{text} came twice, or isn't ours"))?;
    }
    check(left.is_empty(), || {
        format!("{} records are missing, e.g. {:?}", left.len(), left.first())
    })
}

pub(super) fn keeps_the_order_of_a_partition(subject: &Subject<'_>) -> Result<(), Failure> {
    let topic = subject.filled("order", 4, 500)?;
    let mut member = subject.join("order", 0, &topic)?;
    let records = subject.work(member.as_mut(), 500, None)?;
    ready(member.as_ref())?;
    member.leave().map_err(fault)?;
    check_order(&records)?;
    check_all_once(&records, 500)
}

pub(super) fn keeps_the_bounds_of_a_batch(subject: &Subject<'_>) -> Result<(), Failure> {
    let topic = subject.filled("bounds", 2, 40)?;
    let mut member = subject.join("bounds", 0, &topic)?;
    let mut bounds = BatchBounds { records_max: 7, ..BOUNDS };
    let mut batch = Batch::default();
    let mut read = 0;
    let deadline = subject.deadline();
    while read < 40 {
        deadline.check(|| format!("{read} of 40 records came"))?;
        member.poll(&bounds, &mut batch).map_err(fault)?;
        let count = batch.records.len();
        check(count <= bounds.records_max, || format!("a batch of {count} records"))?;
        if batch.is_empty() {
            continue;
        }
        if commit(member.as_mut(), &batch, &[], &deadline)? {
            read += count;
        }
        // From half-way no record fits: each must still come, alone.
        if read >= 20 {
            bounds = BatchBounds { records_max: 1000, bytes_max: 1, ..BOUNDS };
            if count > 1 && read > 27 {
                return Err(format!("{count} records in a batch of 1 byte"));
            }
        }
    }
    member.leave().map_err(fault)
}

pub(super) fn resumes_where_it_committed(subject: &Subject<'_>) -> Result<(), Failure> {
    let topic = subject.filled("resume", 2, 250)?;
    let topics = [topic.to_string()];
    let before = subject.log.committed(&subject.group("resume"), &topics).map_err(fault)?;
    check(before.is_empty(), || format!("a new group stands at {before:?}"))?;
    let mut member = subject.join("resume", 0, &topic)?;
    let mut records = subject.work(member.as_mut(), 1, None)?;
    member.leave().map_err(fault)?;
    let committed = subject.log.committed(&subject.group("resume"), &topics).map_err(fault)?;
    let elsewhere = subject.log.committed(&subject.group("resume"), &[]).map_err(fault)?;
    check(elsewhere.is_empty(), || format!("in no topic the group stands at {elsewhere:?}"))?;
    for record in &records {
        let stands = committed.get(&crate::TopicPartition::from(&record.origin)).copied();
        check(stands.is_some_and(|stands| stands > record.origin.offset), || {
            format!("{} was committed, but the group stands at {stands:?}", record.origin)
        })?;
    }
    let mut member = subject.join("resume", 0, &topic)?;
    let left = 250 - records.len();
    records.extend(subject.work(member.as_mut(), left, None)?);
    member.leave().map_err(fault)?;
    check_order(&records)?;
    check_all_once(&records, 250)
}

pub(super) fn resumes_after_a_crash(subject: &Subject<'_>) -> Result<(), Failure> {
    let topic = subject.filled("crash", 2, 250)?;
    let mut member = subject.join("crash", 0, &topic)?;
    let mut records = subject.work(member.as_mut(), 1, None)?;
    let unfinished = subject.batch(member.as_mut())?;
    check(!unfinished.is_empty(), || "nothing to leave unfinished".to_owned())?;
    drop(member);
    let mut member = subject.join("crash", 0, &topic)?;
    let left = 250 - records.len();
    records.extend(subject.work(member.as_mut(), left, None)?);
    member.leave().map_err(fault)?;
    check_order(&records)?;
    check_all_once(&records, 250)
}

pub(super) fn writes_outputs_and_offsets_together(subject: &Subject<'_>) -> Result<(), Failure> {
    let topic = subject.filled("together", 3, 300)?;
    let output = subject.topic("together-output", 2)?;
    let mut member = subject.join("together", 0, &topic)?;
    let batch = subject.batch(member.as_mut())?;
    let unseen = subject.read(&output)?;
    check(unseen.is_empty(), || format!("{} outputs before any commit", unseen.len()))?;
    let outputs: Vec<Output> = batch.records.iter().map(|record| copy(record, &output)).collect();
    let mut records = Vec::new();
    if commit(member.as_mut(), &batch, &outputs, &subject.deadline())? {
        let seen = subject.read(&output)?;
        check(seen.len() == outputs.len(), || {
            format!("{} of {} outputs after the commit", seen.len(), outputs.len())
        })?;
        records = batch.records;
    }
    let left = 300 - records.len();
    records.extend(subject.work(member.as_mut(), left, Some(&output))?);
    member.leave().map_err(fault)?;
    let written = subject.read(&output)?;
    check_all_once(&written, 300)?;
    check_order(&written)?;
    let expected: BTreeMap<String, String> =
        records.iter().map(|record| (text(record), record.origin.to_string())).collect();
    for record in &written {
        let origin = record.header("voc-origin").map(str::to_owned);
        check(expected.get(&text(record)) == origin.as_ref(), || {
            format!("{} says it came from {origin:?}", text(record))
        })?;
        check(record.timestamp_ms == Some(1_700_000_000_000), || {
            format!("the timestamp became {:?}", record.timestamp_ms)
        })?;
    }
    Ok(())
}

pub(super) fn tells_the_lag(subject: &Subject<'_>) -> Result<(), Failure> {
    let topic = subject.filled("lag", 1, 120)?;
    let mut member = subject.join("lag", 0, &topic)?;
    let read = subject.work(member.as_mut(), 1, None)?.len();
    let lag = member.lag();
    let behind = lag.first().map_or(0, |lag| lag.records);
    check(lag.len() == 1 && (read == 120 || behind > 0), || {
        format!("{read} of 120 are read, but the lag is {lag:?}")
    })?;
    subject.work(member.as_mut(), 120 - read, None)?;
    let deadline = subject.deadline();
    loop {
        let extra = step(member.as_mut(), None, &deadline)?;
        check(extra.is_empty(), || format!("read {:?} again", texts(&extra)))?;
        let lag = member.lag();
        let first = lag.first();
        if first
            .is_some_and(|lag| lag.records == 0 && lag.read_timestamp_ms == Some(1_700_000_000_000))
        {
            return member.leave().map_err(fault);
        }
        deadline.check(|| format!("all is read, but the lag is {lag:?}"))?;
    }
}

pub(super) fn keeps_groups_apart(subject: &Subject<'_>) -> Result<(), Failure> {
    let topic = subject.filled("groups", 2, 60)?;
    for group in ["groups-a", "groups-b"] {
        let mut member = subject.join(group, 0, &topic)?;
        let records = subject.work(member.as_mut(), 60, None)?;
        member.leave().map_err(fault)?;
        check_all_once(&records, 60)?;
    }
    Ok(())
}
