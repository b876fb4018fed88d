//! The worker over the memory log: each record once in order however often batches are rewound, and
//! every way to stop.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use feedback::Record;

use super::{Fate, Process, WorkerSettings, run};
use crate::{
    Batch, BatchBounds, Board, Commit, DeadLetterLimit, Entry, Fault, Lag, Log, Member, Membership,
    MemoryLog, Output, Progress, Range, Reader, Readiness, Stop, TopicDescription, TopicPartition,
    TopicRequest,
};

/// A memory log whose members rewind every third commit, without writing, and tell `stop`, where
/// there is one, while they poll.
#[derive(Debug)]
struct Rewinding {
    log: MemoryLog,
    stop: Option<Stop>,
}

struct RewindingMember {
    member: Box<dyn Member>,
    commits: usize,
    stop: Option<Stop>,
}

impl Log for Rewinding {
    fn join(&self, membership: &Membership) -> Result<Box<dyn Member>, Fault> {
        let member = self.log.join(membership)?;
        Ok(Box::new(RewindingMember { member, commits: 0, stop: self.stop.clone() }))
    }

    fn append(&self, entries: &[Entry]) -> Result<(), Fault> {
        self.log.append(entries)
    }

    fn describe(&self, names: Option<&[String]>) -> Result<Vec<TopicDescription>, Fault> {
        self.log.describe(names)
    }

    fn create(&self, requests: &[TopicRequest]) -> Result<Vec<String>, Fault> {
        self.log.create(requests)
    }

    fn committed(&self, group: &str) -> Result<BTreeMap<TopicPartition, i64>, Fault> {
        self.log.committed(group)
    }

    fn reader(&self, ranges: Vec<Range>) -> Result<Box<dyn Reader>, Fault> {
        self.log.reader(ranges)
    }
}

impl Member for RewindingMember {
    fn poll(&mut self, bounds: &BatchBounds, batch: &mut Batch) -> Result<(), Fault> {
        self.member.poll(bounds, batch)?;
        if let Some(stop) = &self.stop {
            stop.tell();
        }
        Ok(())
    }

    fn commit(&mut self, batch: &Batch, outputs: &[Output]) -> Result<Commit, Fault> {
        self.commits += 1;
        if self.commits.is_multiple_of(3) {
            self.member.rewind(batch)?;
            return Ok(Commit::Rewound);
        }
        self.member.commit(batch, outputs)
    }

    fn rewind(&mut self, batch: &Batch) -> Result<(), Fault> {
        self.member.rewind(batch)
    }

    fn readiness(&self) -> Readiness {
        self.member.readiness()
    }

    fn lag(&self) -> Vec<Lag> {
        self.member.lag()
    }

    fn leave(self: Box<Self>) -> Result<(), Fault> {
        self.member.leave()
    }
}

fn filled(count: u32) -> MemoryLog {
    let log = MemoryLog::new();
    let request = |name: &str| TopicRequest {
        name: name.to_owned(),
        partitions: Some(4),
        replication: None,
        retention: None,
    };
    log.create(&[request("in"), request("out")]).unwrap();
    let entry = |number: u32| Output {
        topic: Arc::from("in"),
        key: Some(Bytes::from(format!("k{}", number % 13))),
        value: Some(Bytes::from(number.to_string())),
        headers: Vec::new(),
        timestamp_ms: Some(0),
    };
    log.append(&(0..count).map(entry).collect::<Vec<_>>()).unwrap();
    log
}

fn settings(workers: usize) -> WorkerSettings {
    WorkerSettings {
        group: "g".to_owned(),
        instance: "i".to_owned(),
        topics: vec!["in".to_owned()],
        workers,
        bounds: BatchBounds {
            records_max: 10,
            bytes_max: 1 << 20,
            wait_max: Duration::from_millis(20),
            linger: Duration::ZERO,
        },
        dead_letters: DeadLetterLimit { in_a_row: 30, share: 0.5, window: 10_000 },
    }
}

/// Copies records; tells the stop once so many of them stand.
struct Copies<'a> {
    enough: usize,
    pending: usize,
    committed: &'a AtomicUsize,
    stop: Stop,
}

impl Process for Copies<'_> {
    fn process(&mut self, record: &Record, outputs: &mut Vec<Output>) -> Fate {
        self.pending += 1;
        outputs.push(Output {
            topic: Arc::from("out"),
            key: record.key.clone().map(Bytes::from),
            value: record.value.clone().map(Bytes::from),
            headers: Vec::new(),
            timestamp_ms: record.timestamp_ms,
        });
        Fate::Classified
    }

    fn settle(&mut self, committed: bool) {
        let pending = std::mem::take(&mut self.pending);
        if committed && self.committed.fetch_add(pending, Ordering::AcqRel) + pending >= self.enough
        {
            self.stop.tell();
        }
    }
}

/// Every value on a topic, by partition.
fn values(log: &dyn Log, topic: &str) -> BTreeMap<i32, Vec<Vec<u8>>> {
    let topics = log.describe(Some(&[topic.to_owned()])).unwrap();
    let ranges = topics[0].partitions.iter().map(|bounds| Range {
        partition: TopicPartition { topic: Arc::from(topic), partition: bounds.partition },
        from: bounds.earliest,
        to: Some(bounds.latest),
    });
    let mut reader = log.reader(ranges.collect()).unwrap();
    let mut records = Vec::new();
    while reader.read(&mut records, 100, Duration::ZERO).unwrap() == Progress::More {}
    let mut values: BTreeMap<i32, Vec<Vec<u8>>> = BTreeMap::new();
    for record in records {
        values.entry(record.origin.partition).or_default().push(record.value.unwrap());
    }
    values
}

#[test]
fn each_record_stands_once_and_in_order_though_batches_are_rewound() {
    for workers in [1, 3] {
        let log = Rewinding { log: filled(500), stop: None };
        let (board, stop) = (Board::new(workers), Stop::default());
        assert!(matches!(board.readiness(), Readiness::NotReady(_)));
        let committed = AtomicUsize::new(0);
        let copies =
            |_| Copies { enough: 500, pending: 0, committed: &committed, stop: stop.clone() };
        run(&log, &settings(workers), &copies, &board, &stop).unwrap();
        assert_eq!(values(&log, "in"), values(&log, "out"));
        assert_eq!(board.lag().iter().map(|lag| lag.records).sum::<i64>(), 0);
    }
}

#[test]
fn a_stop_that_was_told_reads_nothing_more() {
    let log = filled(50);
    let (board, stop) = (Board::new(1), Stop::default());
    stop.tell();
    let process = |_| |_: &Record, _: &mut Vec<Output>| Fate::Classified;
    run(&log, &settings(1), &process, &board, &stop).unwrap();
    assert!(log.committed("g").unwrap().is_empty());
}

#[test]
fn a_batch_that_came_as_the_stop_was_told_is_left_to_others() {
    let (board, stop) = (Board::new(1), Stop::default());
    let log = Rewinding { log: filled(50), stop: Some(stop.clone()) };
    let process = |_| |_: &Record, _: &mut Vec<Output>| Fate::Classified;
    run(&log, &settings(1), &process, &board, &stop).unwrap();
    assert!(log.committed("g").unwrap().is_empty());
}

#[test]
fn too_many_dead_letters_stop_every_worker_and_their_batch_is_not_committed() {
    let log = filled(2000);
    let (board, stop) = (Board::new(2), Stop::default());
    let process = |_| |_: &Record, _: &mut Vec<Output>| Fate::Dead("not_json");
    let fault = run(&log, &settings(2), &process, &board, &stop).unwrap_err();
    let Fault::DeadLetterLimit { origin, dead, code, .. } = fault else {
        panic!("{fault}");
    };
    assert_eq!((dead, &*code), (30, "not_json"));
    assert!(stop.is_told());
    let origin = feedback::Origin::parse(&origin).unwrap();
    let committed = log.committed("g").unwrap();
    let stands = committed.get(&TopicPartition::from(&origin)).copied().unwrap_or(0);
    assert!(stands <= origin.offset, "{origin} is committed, {stands}");
}

#[test]
fn what_is_skipped_is_no_dead_letter_too_many() {
    let log = filled(500);
    let (board, stop) = (Board::new(1), Stop::default());
    let seen = AtomicUsize::new(0);
    let process = |_| {
        |_: &Record, _: &mut Vec<Output>| {
            if seen.fetch_add(1, Ordering::AcqRel) + 1 == 500 {
                stop.tell();
            }
            Fate::Skipped
        }
    };
    run(&log, &settings(1), &process, &board, &stop).unwrap();
    assert_eq!(log.committed("g").unwrap().values().sum::<i64>(), 500);
}

#[test]
fn a_panic_stops_every_worker_in_order() {
    let log = filled(500);
    let (board, stop) = (Board::new(2), Stop::default());
    let process = |_| {
        |record: &Record, _: &mut Vec<Output>| {
            assert!(record.origin.offset < 5, "a defect");
            Fate::Classified
        }
    };
    let result = run(&log, &settings(2), &process, &board, &stop);
    assert!(matches!(result, Err(Fault::Worker { .. })), "{result:?}");
    assert!(stop.is_told());
}
