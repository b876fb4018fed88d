//! The memory log against the suite that every log must pass, and what only it can do.

use std::sync::Arc;
use std::time::Duration;

use super::MemoryLog;
use crate::contract::{CASES, Subject};
use crate::{
    Batch, BatchBounds, Commit, Fault, Log, Membership, Output, TopicPartition, TopicRequest,
};

#[test]
fn passes_the_contract() {
    for (name, case) in CASES {
        let log = MemoryLog::new();
        let subject = Subject {
            log: &log,
            run: "memory".to_owned(),
            patience: Duration::from_secs(30),
            atomic: true,
        };
        if let Err(failure) = case(&subject) {
            panic!("{name}: {failure}");
        }
    }
}

const BOUNDS: BatchBounds = BatchBounds {
    records_max: 3,
    bytes_max: 100,
    wait_max: Duration::ZERO,
    linger: Duration::ZERO,
};

/// A log with ten records on one partition, and how to join a group on it.
fn filled() -> (MemoryLog, Membership) {
    let log = MemoryLog::new();
    let request =
        TopicRequest { name: "in".into(), partitions: Some(1), replication: None, retention: None };
    log.create(&[request]).unwrap();
    let output = Output {
        topic: Arc::from("in"),
        key: None,
        value: None,
        headers: Vec::new(),
        timestamp_ms: None,
    };
    log.append(&vec![output; 10]).unwrap();
    let topics = vec!["in".into()];
    (log, Membership { group: "g".into(), instance: "i".into(), worker: 0, topics })
}

#[test]
fn a_batch_is_not_committed_past_one_that_is_not() {
    let (log, membership) = filled();
    let mut member = log.join(&membership).unwrap();
    let (mut first, mut second) = (Batch::default(), Batch::default());
    member.poll(&BOUNDS, &mut first).unwrap();
    member.poll(&BOUNDS, &mut second).unwrap();
    assert_eq!(member.commit(&second, &[]), Ok(Commit::Rewound));
    member.poll(&BOUNDS, &mut second).unwrap();
    assert_eq!(second.records, first.records);
    assert_eq!(member.commit(&second, &[]), Ok(Commit::Committed));
}

#[test]
fn an_offset_that_retention_took_is_named() {
    let (log, membership) = filled();
    let mut member = log.join(&membership).unwrap();
    let mut batch = Batch::default();
    member.poll(&BOUNDS, &mut batch).unwrap();
    assert_eq!(member.commit(&batch, &[]), Ok(Commit::Committed));
    log.delete_below(&TopicPartition { topic: Arc::from("in"), partition: 0 }, 5);
    let expected =
        Fault::OffsetOutOfRange { topic: "in".into(), partition: 0, offset: 3, earliest: 5 };
    assert_eq!(member.poll(&BOUNDS, &mut batch), Err(expected.clone()));
    drop(member);
    let mut member = log.join(&membership).unwrap();
    assert_eq!(member.poll(&BOUNDS, &mut batch), Err(expected));
}
