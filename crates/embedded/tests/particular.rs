//! What is particular to the embedded log: its lock, its format, its bounds, its retention, and that
//! any order of events gives each record exactly once, in order.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use embedded::{EmbeddedLog, Settings};
use pipeline::contract::read_topic;
use pipeline::{
    Batch, BatchBounds, Commit, Entry, Fault, Log, Member, Membership, Output, OutputHeader,
    Readiness, TopicDescription, TopicRequest,
};
use proptest::prelude::*;

const BOUNDS: BatchBounds = BatchBounds {
    records_max: 5,
    bytes_max: 1 << 20,
    wait_max: Duration::ZERO,
    linger: Duration::ZERO,
};

fn open(folder: &Path) -> EmbeddedLog {
    EmbeddedLog::open(folder, Settings::new(|| 1_764_000_000_000)).unwrap()
}

fn request(name: &str, partitions: i32) -> TopicRequest {
    TopicRequest {
        name: name.to_owned(),
        partitions: Some(partitions),
        replication: None,
        retention: None,
    }
}

fn membership() -> Membership {
    let topics = vec!["in".to_owned()];
    Membership { group: "g".to_owned(), instance: "i".to_owned(), worker: 0, topics }
}

fn entry(topic: &str, number: u64, padding: usize) -> Entry {
    Output {
        topic: Arc::from(topic),
        key: Some(Bytes::from(format!("k{}", number % 7))),
        value: Some(Bytes::from(number.to_string())),
        headers: vec![OutputHeader::new("padding", noise(number, padding))],
        timestamp_ms: Some(1),
    }
}

/// Bytes that don't get shorter by packing.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed | 1;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

/// The numbers on a topic, by partition.
fn numbers(log: &EmbeddedLog, topic: &str) -> BTreeMap<i32, Vec<u64>> {
    let mut numbers: BTreeMap<i32, Vec<u64>> = BTreeMap::new();
    for record in read_topic(log, topic).unwrap() {
        let value = String::from_utf8(record.value.unwrap()).unwrap();
        numbers.entry(record.origin.partition).or_default().push(value.trim().parse().unwrap());
    }
    numbers
}

fn copies(batch: &Batch) -> Vec<Output> {
    let header = |header: &feedback::Header| OutputHeader {
        name: header.name.clone().into(),
        value: header.value.clone().map(Bytes::from),
    };
    let copy = |record: &feedback::Record| Output {
        topic: Arc::from("out"),
        key: record.key.clone().map(Bytes::from),
        value: record.value.clone().map(Bytes::from),
        headers: record.headers.iter().map(header).collect(),
        timestamp_ms: record.timestamp_ms,
    };
    batch.records.iter().map(copy).collect()
}

#[test]
fn a_second_process_is_refused_and_may_still_write_and_read() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path());
    // A handle of its own, as another process has: the lock is the operating system's, on the file.
    let second = open(folder.path());
    let member = first.join(&membership()).unwrap();
    let refused = second.join(&membership()).map(|_| ());
    let path = folder.path().display().to_string();
    assert_eq!(refused, Err(Fault::Locked { path, pid: std::process::id() }));
    second.create(&[request("in", 2)]).unwrap();
    first.append(&[entry("in", 1, 0)]).unwrap();
    second.append(&[entry("in", 8, 0)]).unwrap();
    let key_of_both = numbers(&first, "in").into_values().collect::<Vec<_>>();
    assert_eq!(key_of_both, [vec![1, 8]]);
    member.leave().unwrap();
    drop(second.join(&membership()).unwrap());
}

#[test]
fn a_topic_made_by_another_process_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path());
    let second = open(folder.path());
    let mut member = first.join(&membership()).unwrap();
    let mut batch = Batch::default();
    member.poll(&BOUNDS, &mut batch).unwrap();
    second.create(&[request("in", 1), request("out", 1)]).unwrap();
    second.append(&[entry("in", 3, 0)]).unwrap();
    member.poll(&BOUNDS, &mut batch).unwrap();
    assert_eq!(batch.records.len(), 1);
    assert_eq!(member.commit(&batch, &copies(&batch)), Ok(Commit::Committed));
    assert_eq!(numbers(&second, "out"), BTreeMap::from([(0, vec![3])]));
}

#[test]
fn a_group_that_somebody_else_moved_is_not_written_for() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    log.create(&[request("in", 1), request("out", 1)]).unwrap();
    log.append(&(0..20).map(|number| entry("in", number, 0)).collect::<Vec<_>>()).unwrap();
    let mut member = log.join(&membership()).unwrap();
    let mut batch = Batch::default();
    member.poll(&BOUNDS, &mut batch).unwrap();
    assert_eq!(member.commit(&batch, &copies(&batch)), Ok(Commit::Committed));
    member.poll(&BOUNDS, &mut batch).unwrap();
    let hand = rusqlite::Connection::open(folder.path().join("log.sqlite")).unwrap();
    hand.execute("UPDATE committed SET next = 12", []).unwrap();
    assert_eq!(member.commit(&batch, &copies(&batch)), Ok(Commit::Rewound));
    assert_eq!(numbers(&log, "out")[&0], (0..5).collect::<Vec<_>>());
    member.poll(&BOUNDS, &mut batch).unwrap();
    assert_eq!(batch.records[0].origin.offset, 12, "it stands where the group stands");
}

#[test]
fn another_format_and_foreign_files_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    let file = folder.path().join("log.sqlite");
    let bytes = std::fs::read(&file).unwrap();
    let mut newer = bytes.clone();
    newer[60..64].copy_from_slice(&9_u32.to_be_bytes());
    std::fs::write(&file, newer).unwrap();
    let error = EmbeddedLog::open(folder.path(), Settings::new(|| 0)).unwrap_err().to_string();
    assert!(error.contains("has format 9 and this voc reads format 1"), "{error}");
    let mut foreign = bytes;
    foreign[68..72].copy_from_slice(&7_u32.to_be_bytes());
    std::fs::write(&file, foreign).unwrap();
    let error = EmbeddedLog::open(folder.path(), Settings::new(|| 0)).unwrap_err().to_string();
    assert!(error.contains("is no voc log"), "{error}");
    std::fs::write(&file, "a letter to the editor, which is no database at all").unwrap();
    let error = EmbeddedLog::open(folder.path(), Settings::new(|| 0)).unwrap_err().to_string();
    assert!(error.contains("is no voc log"), "{error}");
}

/// Polls until records come again; each poll waits out what is left of the back-off.
fn poll_past_back_off(member: &mut dyn Member, batch: &mut Batch) {
    let bounds = BatchBounds { wait_max: Duration::from_secs(1), ..BOUNDS };
    let end = Instant::now() + Duration::from_mins(1);
    batch.clear();
    while batch.is_empty() {
        assert!(Instant::now() < end, "it stands back for ever");
        member.poll(&bounds, batch).unwrap();
    }
}

#[test]
fn a_full_log_holds_back_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let narrow = Settings { bytes_max: Some(1 << 20), ..Settings::new(|| 0) };
    let log = EmbeddedLog::open(folder.path(), narrow.clone()).unwrap();
    log.create(&[request("in", 1), request("out", 1)]).unwrap();
    let mut sent = Vec::new();
    let refused = loop {
        let number = u64::try_from(sent.len()).unwrap();
        match log.append(&[entry("in", number, 20_000)]) {
            Ok(()) => sent.push(number),
            Err(fault) => break fault.to_string(),
        }
    };
    assert!(refused.contains("there is no room left"), "{refused}");
    let mut member = log.join(&membership()).unwrap();
    let mut batch = Batch::default();
    for _ in 0..3 {
        poll_past_back_off(member.as_mut(), &mut batch);
        assert_eq!(batch.records.len(), 5, "the same records come again");
        assert_eq!(batch.records[0].origin.offset, 0);
        assert_eq!(member.commit(&batch, &copies(&batch)), Ok(Commit::Rewound));
        assert!(matches!(member.readiness(), Readiness::NotReady(_)));
    }
    drop(member);
    drop(log);
    // Room again: the work goes on where it stood.
    let log = open(folder.path());
    let mut member = log.join(&membership()).unwrap();
    loop {
        member.poll(&BOUNDS, &mut batch).unwrap();
        if batch.is_empty() {
            break;
        }
        assert_eq!(member.commit(&batch, &copies(&batch)), Ok(Commit::Committed));
        assert_eq!(member.readiness(), Readiness::Ready);
    }
    assert_eq!(numbers(&log, "out"), BTreeMap::from([(0, sent)]));
    drop(member);
    drop(log);
    let given_up = Settings { give_up_after: Some(Duration::ZERO), ..narrow };
    let log = EmbeddedLog::open(folder.path(), given_up).unwrap();
    let mut member = log.join(&Membership { group: "late".to_owned(), ..membership() }).unwrap();
    member.poll(&BOUNDS, &mut batch).unwrap();
    let fault = member.commit(&batch, &copies(&batch)).unwrap_err().to_string();
    assert!(fault.contains("there is no room left"), "{fault}");
}

#[test]
fn retention_removes_what_is_old_and_names_what_is_missed() {
    static NOW: AtomicI64 = AtomicI64::new(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        retention_every: Duration::ZERO,
        ..Settings::new(|| NOW.load(Ordering::Relaxed))
    };
    let log = EmbeddedLog::open(folder.path(), settings).unwrap();
    let kept = TopicRequest { retention: Some(Duration::from_secs(10)), ..request("in", 1) };
    log.create(&[kept, request("out", 1)]).unwrap();
    for number in 0..200 {
        log.append(&[entry("in", number, 0)]).unwrap();
    }
    let mut member = log.join(&membership()).unwrap();
    let mut batch = Batch::default();
    member.poll(&BOUNDS, &mut batch).unwrap();
    assert_eq!(member.commit(&batch, &copies(&batch)), Ok(Commit::Committed));
    NOW.store(1_010_001, Ordering::Relaxed);
    // More than one bounded slice is due.
    for number in 200..205 {
        log.append(&[entry("in", number, 0)]).unwrap();
    }
    assert_eq!(numbers(&log, "in"), BTreeMap::from([(0, (200..205).collect())]));
    assert_eq!(numbers(&log, "out")[&0].len(), 5, "it has no retention");
    let expected =
        Fault::OffsetOutOfRange { topic: "in".into(), partition: 0, offset: 5, earliest: 200 };
    drop(member);
    let mut member = log.join(&membership()).unwrap();
    assert_eq!(member.poll(&BOUNDS, &mut batch), Err(expected));
}

#[derive(Debug, Clone)]
enum Event {
    Append(u64),
    Join,
    Poll(usize),
    Commit(usize),
    /// The member is gone without a word.
    Crash(usize),
    /// The process is gone, and another opens the log.
    Reopen,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => (1..30_u64).prop_map(Event::Append),
        1 => Just(Event::Join),
        6 => (0..4_usize).prop_map(Event::Poll),
        6 => (0..4_usize).prop_map(Event::Commit),
        1 => (0..4_usize).prop_map(Event::Crash),
        1 => Just(Event::Reopen),
    ]
}

type Working = (Box<dyn Member>, Batch);

fn happen(log: &EmbeddedLog, members: &mut Vec<Working>, sent: &mut u64, event: &Event) {
    let count = members.len().max(1);
    match event {
        Event::Append(more) => {
            let entries: Vec<Entry> =
                (*sent..*sent + more).map(|number| entry("in", number, 0)).collect();
            log.append(&entries).unwrap();
            *sent += more;
        }
        Event::Join => members.push((log.join(&membership()).unwrap(), Batch::default())),
        Event::Poll(place) => {
            if let Some((member, batch)) = members.get_mut(place % count) {
                member.poll(&BOUNDS, batch).unwrap();
            }
        }
        Event::Commit(place) => {
            if let Some((member, batch)) = members.get_mut(place % count) {
                member.commit(batch, &copies(batch)).unwrap();
                batch.clear();
            }
        }
        Event::Crash(place) if !members.is_empty() => drop(members.swap_remove(place % count)),
        Event::Crash(_) | Event::Reopen => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_order_of_events_gives_each_record_once_and_in_order(
        events in proptest::collection::vec(event(), 1..80),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut log = open(folder.path());
        log.create(&[request("in", 3), request("out", 3)]).unwrap();
        let mut members: Vec<Working> = Vec::new();
        let mut sent = 0;
        for event in &events {
            if matches!(event, Event::Reopen) {
                members.clear();
                drop(log);
                log = open(folder.path());
            }
            happen(&log, &mut members, &mut sent, event);
        }
        members.clear();
        let mut last = log.join(&membership()).unwrap();
        let mut batch = Batch::default();
        loop {
            last.poll(&BOUNDS, &mut batch).unwrap();
            if batch.is_empty() {
                break;
            }
            prop_assert_eq!(last.commit(&batch, &copies(&batch)), Ok(Commit::Committed));
        }
        // The partition follows from the key alone, so both topics must be equal.
        prop_assert_eq!(numbers(&log, "in"), numbers(&log, "out"));
        prop_assert_eq!(
            numbers(&log, "in").values().map(Vec::len).sum::<usize>(),
            usize::try_from(sent).unwrap()
        );
    }
}

/// A block that is missing though retention took none is damage, which is told with its place; whoever
/// reads waits for nothing that never comes.
#[test]
fn a_missing_block_is_damage_and_no_wait() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    log.create(&[request("in", 1), request("out", 1)]).unwrap();
    for number in 0..5 {
        log.append(&[entry("in", number, 0)]).unwrap();
    }
    let foreign = rusqlite::Connection::open(folder.path().join("log.sqlite")).unwrap();
    let middle = "DELETE FROM block WHERE id = (SELECT id FROM block ORDER BY id LIMIT 1 OFFSET 2)";
    assert_eq!(foreign.execute(middle, []).unwrap(), 1);
    let place = "in/0 is damaged at offset 2";
    let ranges = log
        .describe(&["in".to_owned()])
        .unwrap()
        .iter()
        .flat_map(TopicDescription::ranges)
        .collect();
    let mut offsets = Vec::new();
    let read: Result<(), Fault> = pipeline::read_to_end(&log, ranges, |record| {
        offsets.push(record.origin.offset);
        Ok(())
    });
    let told = read.unwrap_err().to_string();
    assert!(told.contains(place), "{told}");
    assert_eq!(offsets, [0, 1]);
    let mut member = log.join(&membership()).unwrap();
    let mut batch = Batch::default();
    let told = member.poll(&BOUNDS, &mut batch).unwrap_err().to_string();
    assert!(told.contains(place), "{told}");
}
