//! The worker over the memory log: each record once in order however often batches are rewound, and
//! every way to stop.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use feedback::Record;

use super::{Fate, Process, WorkerSettings, run};
use crate::contract::read_topic;
use crate::{
    Batch, BatchBounds, Board, Commit, DeadLetterLimit, Entry, Fault, Lag, Log, Member, Membership,
    MemoryLog, Output, Range, Reader, Readiness, Stop, TopicDescription, TopicPartition,
    TopicRequest,
};

/// A memory log whose members have a way of their own.
#[derive(Debug)]
struct Contrary {
    log: MemoryLog,
    way: Way,
}

#[derive(Debug, Clone)]
enum Way {
    /// Some commits are not answered at once, others rewound, without writing.
    Rewinds,
    /// The stop is told while they poll.
    StopsInPoll(Stop),
    /// The stop is told while they commit, and that is never answered.
    StopsInCommit(Stop),
}

struct ContraryMember {
    log: MemoryLog,
    membership: Membership,
    member: Option<Box<dyn Member>>,
    commits: usize,
    way: Way,
}

impl Log for Contrary {
    fn join(&self, membership: &Membership) -> Result<Box<dyn Member>, Fault> {
        Ok(Box::new(ContraryMember {
            log: self.log.clone(),
            membership: membership.clone(),
            member: Some(self.log.join(membership)?),
            commits: 0,
            way: self.way.clone(),
        }))
    }

    fn append(&self, entries: &[Entry]) -> Result<(), Fault> {
        self.log.append(entries)
    }

    fn names(&self) -> Result<BTreeSet<String>, Fault> {
        self.log.names()
    }

    fn describe(&self, names: &[String]) -> Result<Vec<TopicDescription>, Fault> {
        self.log.describe(names)
    }

    fn create(&self, requests: &[TopicRequest]) -> Result<Vec<String>, Fault> {
        self.log.create(requests)
    }

    fn committed(
        &self,
        group: &str,
        topics: &[String],
    ) -> Result<BTreeMap<TopicPartition, i64>, Fault> {
        self.log.committed(group, topics)
    }

    fn reader(&self, ranges: Vec<Range>) -> Result<Box<dyn Reader>, Fault> {
        self.log.reader(ranges)
    }
}

impl ContraryMember {
    fn member(&self) -> &dyn Member {
        self.member.as_deref().unwrap()
    }
}

impl Member for ContraryMember {
    fn poll(&mut self, bounds: &BatchBounds, batch: &mut Batch) -> Result<(), Fault> {
        self.member.as_mut().unwrap().poll(bounds, batch)?;
        if let Way::StopsInPoll(stop) = &self.way {
            stop.tell();
        }
        Ok(())
    }

    fn commit(&mut self, batch: &Batch, outputs: &[Output]) -> Result<Commit, Fault> {
        if let Way::StopsInCommit(stop) = &self.way {
            stop.tell();
            return Ok(Commit::Pending);
        }
        self.commits += 1;
        match self.commits % 4 {
            1 => Ok(Commit::Pending),
            3 => {
                // It goes, and comes anew where the group stands.
                self.member = None;
                self.member = Some(self.log.join(&self.membership)?);
                Ok(Commit::Rewound)
            }
            _ => self.member.as_mut().unwrap().commit(batch, outputs),
        }
    }

    fn readiness(&self) -> Readiness {
        self.member().readiness()
    }

    fn lag(&self) -> Vec<Lag> {
        self.member().lag()
    }

    fn leave(self: Box<Self>) -> Result<(), Fault> {
        self.member.unwrap().leave()
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
        stop_grace: Duration::ZERO,
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
    let mut values: BTreeMap<i32, Vec<Vec<u8>>> = BTreeMap::new();
    for record in read_topic(log, topic).unwrap() {
        values.entry(record.origin.partition).or_default().push(record.value.unwrap());
    }
    values
}

fn committed(log: &dyn Log) -> BTreeMap<TopicPartition, i64> {
    log.committed("g", &["in".to_owned()]).unwrap()
}

#[test]
fn each_record_stands_once_and_in_order_though_batches_are_rewound() {
    for workers in [1, 3] {
        let log = Contrary { log: filled(500), way: Way::Rewinds };
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
    assert!(committed(&log).is_empty());
}

#[test]
fn a_batch_that_came_as_the_stop_was_told_is_left_to_others() {
    let (board, stop) = (Board::new(1), Stop::default());
    let log = Contrary { log: filled(50), way: Way::StopsInPoll(stop.clone()) };
    let process = |_| |_: &Record, _: &mut Vec<Output>| Fate::Classified;
    run(&log, &settings(1), &process, &board, &stop).unwrap();
    assert!(committed(&log).is_empty());
}

#[test]
fn a_batch_whose_commit_is_not_answered_is_left_to_others_at_a_stop() {
    let (board, stop) = (Board::new(1), Stop::default());
    let log = Contrary { log: filled(50), way: Way::StopsInCommit(stop.clone()) };
    let process = |_| |_: &Record, _: &mut Vec<Output>| Fate::Classified;
    run(&log, &settings(1), &process, &board, &stop).unwrap();
    assert!(committed(&log).is_empty());
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
    let committed = committed(&log);
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
    assert_eq!(committed(&log).values().sum::<i64>(), 500);
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
