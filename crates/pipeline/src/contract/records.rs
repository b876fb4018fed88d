//! Topics and records: what is written comes back as it was, where it belongs.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use feedback::Record;

use super::{Failure, Subject, check, entry, fault, text, texts};
use crate::murmur2;
use crate::{Entry, Fault, Output, OutputHeader, Progress, Range, TopicPartition, TopicRequest};

pub(super) fn creates_and_describes(subject: &Subject<'_>) -> Result<(), Failure> {
    let first = subject.topic("describe-b", 3)?;
    let second = subject.topic("describe-a", 1)?;
    let again = TopicRequest {
        name: first.to_string(),
        partitions: Some(9),
        replication: None,
        retention: None,
    };
    let made = subject.log.create(&[again]).map_err(fault)?;
    check(made.is_empty(), || format!("made {made:?}, which existed"))?;
    subject.log.append(&[entry(&second, None, "one")]).map_err(fault)?;
    let names = [first.to_string(), second.to_string(), "no-such-topic".to_owned()];
    let topics = subject.log.describe(&names).map_err(fault)?;
    let shape: Vec<(&str, usize)> =
        topics.iter().map(|topic| (topic.name.as_str(), topic.partitions.len())).collect();
    check(shape == [(&*second, 1), (&*first, 3)], || format!("described {shape:?}"))?;
    let bounds = topics.first().and_then(|topic| topic.partitions.first());
    check(bounds.is_some_and(|bounds| bounds.latest > bounds.earliest), || {
        format!("one record, but bounds {bounds:?}")
    })?;
    let settled = subject.log.describe_settled(&names).map_err(fault)?;
    check(settled == topics, || format!("settled, that became {settled:?}"))?;
    let all = subject.log.names().map_err(fault)?;
    check(all.contains(&*first) && all.contains(&*second), || format!("the names are {all:?}"))
}

pub(super) fn refuses_what_has_no_topic(subject: &Subject<'_>) -> Result<(), Failure> {
    let absent: Arc<str> = Arc::from(format!("{}.absent", subject.run));
    let result = subject.log.append(&[entry(&absent, None, "lost")]);
    let expected = Fault::MissingTopics { names: vec![absent.to_string()] };
    check(result == Err(expected), || format!("append gave {result:?}"))
}

pub(super) fn keeps_a_record_as_it_came(subject: &Subject<'_>) -> Result<(), Failure> {
    let topic = subject.topic("round-trip", 1)?;
    let header = |name: &'static str, value: Option<&'static [u8]>| OutputHeader {
        name: name.into(),
        value: value.map(Bytes::from_static),
    };
    let entries = [
        Output {
            topic: Arc::clone(&topic),
            key: None,
            value: None,
            headers: Vec::new(),
            // Kafka's client takes 0 for "now": the earliest time that every log keeps is 1.
            timestamp_ms: Some(1),
        },
        Output {
            topic: Arc::clone(&topic),
            key: Some(Bytes::from_static(b"")),
            value: Some(Bytes::from_static(b"")),
            headers: vec![
                header("twice", Some(b"1")),
                header("null", None),
                header("twice", Some(b"2")),
                header("empty", Some(b"")),
                header("bytes", Some(b"\xff\x00\xfe")),
            ],
            timestamp_ms: Some(1_764_000_000_123),
        },
        Output {
            topic: Arc::clone(&topic),
            key: Some(Bytes::from_static(b"\x00\xff")),
            value: Some(large()),
            headers: Vec::new(),
            timestamp_ms: Some(1),
        },
    ];
    subject.log.append(&entries).map_err(fault)?;
    let records = subject.read(&topic)?;
    check(records.len() == entries.len(), || format!("{} records came back", records.len()))?;
    let mut member = subject.join("round-trip", 0, &topic)?;
    let polled = subject.work(member.as_mut(), entries.len(), None)?;
    member.leave().map_err(fault)?;
    check(polled == records, || "a member and a reader read different records".to_owned())?;
    for (entry, record) in entries.iter().zip(&records) {
        check(is_same(entry, record), || format!("{entry:?} came back as {record:?}"))?;
    }
    Ok(())
}

/// 2 MiB that no compression makes small.
fn large() -> Bytes {
    let mut state = 1_u64;
    let bytes = (0..2 << 20).map(|_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()[0]
    });
    bytes.collect::<Vec<u8>>().into()
}

fn is_same(entry: &Entry, record: &Record) -> bool {
    let headers = entry.headers.iter().map(|header| (&*header.name, header.value.as_deref()));
    let read = record.headers.iter().map(|header| (&*header.name, header.value.as_deref()));
    entry.key.as_deref() == record.key.as_deref()
        && entry.value.as_deref() == record.value.as_deref()
        && entry.timestamp_ms == record.timestamp_ms
        && headers.eq(read)
}

pub(super) fn places_keys_as_kafka_does(subject: &Subject<'_>) -> Result<(), Failure> {
    let topic = subject.topic("placing", 5)?;
    let keys: Vec<String> = (0..50).map(|number| format!("customer-{number}")).collect();
    let mut entries: Vec<Entry> = keys.iter().map(|key| entry(&topic, Some(key), key)).collect();
    entries.extend((0..50).map(|number| entry(&topic, None, &format!("none-{number}"))));
    subject.log.append(&entries).map_err(fault)?;
    let records = subject.read(&topic)?;
    check(records.len() == entries.len(), || format!("{} records came back", records.len()))?;
    for record in &records {
        let expected = record.key.as_deref().map(|key| murmur2::partition(key, 5));
        check(expected.is_none_or(|expected| expected == record.origin.partition), || {
            format!("{} stands on partition {}", text(record), record.origin.partition)
        })?;
    }
    Ok(())
}

pub(super) fn reads_stretches(subject: &Subject<'_>) -> Result<(), Failure> {
    let topic = subject.filled("stretches", 1, 50)?;
    let all = subject.read(&topic)?;
    let offset = |place: usize| all.get(place).map_or(0, |record| record.origin.offset);
    let partition = TopicPartition { topic: Arc::clone(&topic), partition: 0 };
    let range = Range { partition: partition.clone(), from: offset(10), to: Some(offset(20)) };
    let mut reader = subject.log.reader(vec![range]).map_err(fault)?;
    let deadline = subject.deadline();
    let mut records = Vec::new();
    loop {
        let before = records.len();
        let progress = reader.read(&mut records, 3, Duration::from_millis(50)).map_err(fault)?;
        check(records.len() <= before + 3, || "more than records_max came".to_owned())?;
        if progress == Progress::Finished {
            break;
        }
        deadline.check(|| format!("{} of 10 records came", records.len()))?;
    }
    let expected: Vec<String> = (10..20).map(|number: u32| number.to_string()).collect();
    check(texts(&records) == expected, || format!("read {:?}", texts(&records)))?;
    let empty = Range { partition, from: offset(20), to: Some(offset(20)) };
    let mut reader = subject.log.reader(vec![empty]).map_err(fault)?;
    let progress = reader.read(&mut records, 3, Duration::ZERO).map_err(fault)?;
    check(progress == Progress::Finished, || "an empty stretch isn't finished".to_owned())
}

pub(super) fn waits_for_what_comes_later(subject: &Subject<'_>) -> Result<(), Failure> {
    let topic = subject.filled("tap", 1, 5)?;
    let partition = TopicPartition { topic: Arc::clone(&topic), partition: 0 };
    let mut reader =
        subject.log.reader(vec![Range { partition, from: 0, to: None }]).map_err(fault)?;
    let deadline = subject.deadline();
    let mut records = Vec::new();
    let mut filled = false;
    while records.len() < 10 {
        deadline.check(|| format!("{} of 10 records came", records.len()))?;
        let progress = reader.read(&mut records, 100, Duration::from_millis(50)).map_err(fault)?;
        check(progress == Progress::More, || "a stretch without an end ended".to_owned())?;
        if records.len() == 5 && !filled {
            filled = true;
            subject.fill(&topic, 5..10)?;
        }
    }
    let expected: Vec<String> = (0..10).map(|number: u32| number.to_string()).collect();
    check(texts(&records) == expected, || format!("read {:?}", texts(&records)))
}
