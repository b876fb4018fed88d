//! The ledger over the memory log: it holds where all is well, and each thing that can go wrong is
//! told as what it is.

mod retention;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::audit::Audit;
use super::{Ledger, OffenceKind, OutputKind, VerifyRequest, verify};
use crate::contract::read_topic;
use crate::headers;
use crate::process::tests::{processing, record};
use crate::{
    Batch, BatchBounds, Board, Commit, DeadLetterLimit, Log, Membership, MemoryLog, Output,
    OutputHeader, Process, Processing, Stop, TopicPartition, TopicRequest, WorkerSettings, run,
};

const COMPLAINT: &str = r#"{"text": "You charged me twice.", "lang": "en", "score": 2}"#;
const PRAISE: &str = r#"{"text": "A friendly agent.", "lang": "en", "score": 10}"#;
const BOUNDS: BatchBounds = BatchBounds {
    records_max: 7,
    bytes_max: 1 << 20,
    wait_max: Duration::from_millis(20),
    linger: Duration::ZERO,
};

#[derive(Debug)]
struct World {
    log: MemoryLog,
    processing: Processing,
}

impl World {
    fn new() -> Self {
        let log = MemoryLog::new();
        let processing = processing();
        let request = |name: &str| TopicRequest {
            name: name.to_owned(),
            partitions: Some(2),
            replication: None,
            retention: None,
        };
        let mut requests: Vec<_> = processing.topics.all().map(request).collect();
        requests.push(request("feedback.raw"));
        log.create(&requests).unwrap();
        Self { log, processing }
    }

    fn send(&self, values: &[&str]) {
        let entry = |(number, value): (usize, &&str)| Output {
            topic: Arc::from("feedback.raw"),
            key: Some(Bytes::from(format!("k{number}"))),
            value: Some(Bytes::copy_from_slice(value.as_bytes())),
            headers: Vec::new(),
            timestamp_ms: Some(1000 + i64::try_from(number).unwrap()),
        };
        self.log.append(&values.iter().enumerate().map(entry).collect::<Vec<_>>()).unwrap();
    }

    /// Works until nothing is left.
    fn work(&self) {
        let membership = Membership {
            group: "g".to_owned(),
            instance: "i".to_owned(),
            worker: 0,
            topics: vec!["feedback.raw".to_owned()],
        };
        let mut member = self.log.join(&membership).unwrap();
        let mut processor = self.processing.processor();
        let mut batch = Batch::default();
        loop {
            member.poll(&BOUNDS, &mut batch).unwrap();
            if batch.is_empty() {
                return;
            }
            let mut outputs = Vec::new();
            for record in &batch.records {
                processor.process(record, &mut outputs);
            }
            assert_eq!(member.commit(&batch, &outputs), Ok(Commit::Committed));
        }
    }

    fn verify(&self) -> Ledger {
        self.verify_on(&self.log)
    }

    fn verify_on(&self, log: &dyn Log) -> Ledger {
        let request = VerifyRequest {
            group: "g",
            inputs: &["feedback.raw".to_owned()],
            outputs: &self.processing.topics,
            offences_max: 3,
        };
        verify(log, &request, &mut |_| {}).unwrap()
    }

    /// Every record on a topic, as an output that can be written again.
    fn outputs(&self, topic: &str) -> Vec<Output> {
        let again = |record: &feedback::Record| Output {
            topic: Arc::from(topic),
            key: record.key.clone().map(Bytes::from),
            value: record.value.clone().map(Bytes::from),
            headers: record
                .headers
                .iter()
                .map(|header| OutputHeader {
                    name: header.name.clone().into(),
                    value: header.value.clone().map(Bytes::from),
                })
                .collect(),
            timestamp_ms: record.timestamp_ms,
        };
        read_topic(&self.log, topic).unwrap().iter().map(again).collect()
    }

    /// Drops the first record of each partition of a topic.
    fn cut(&self, topic: &str) {
        for partition in 0..2 {
            let partition = TopicPartition { topic: Arc::from(topic), partition };
            self.log.delete_below(&partition, 1);
        }
    }
}

fn worked() -> World {
    let world = World::new();
    let dead = "not json";
    world.send(&[COMPLAINT, PRAISE, dead, COMPLAINT, COMPLAINT, PRAISE, dead, PRAISE, COMPLAINT]);
    world.work();
    world
}

#[test]
fn holds_where_every_record_has_its_fate() {
    let ledger = worked().verify();
    assert!(ledger.holds());
    assert_eq!((ledger.records, ledger.classified, ledger.dead), (9, 7, 2));
    assert_eq!((ledger.routed, ledger.tasks, ledger.kudos), (7, 8, 3));
    assert_eq!(ledger.dead_by_code, [("not_json".to_owned(), 2)].into());
    assert_eq!((ledger.repeated, ledger.orphans, ledger.ahead), (0, 0, 0));
    assert!(ledger.offences.is_empty());
    assert!(ledger.windows.iter().all(|window| !window.cut));
}

#[test]
fn a_record_not_yet_read_is_not_missing() {
    let world = worked();
    world.send(&[COMPLAINT, PRAISE]);
    assert!(world.verify().holds());
    assert_eq!(world.verify().records, 9);
}

#[test]
fn repeats_of_the_source_are_no_doubles() {
    let world = World::new();
    let repeat = r#"{"id": "a1", "text": "You charged me twice.", "lang": "en", "score": 2}"#;
    world.send(&[repeat, PRAISE, repeat, repeat]);
    world.work();
    let ledger = world.verify();
    assert!(ledger.holds());
    assert_eq!(ledger.repeated, 2);
}

#[test]
fn whatever_is_there_twice_is_double() {
    for (topic, output) in [
        ("feedback.classified", OutputKind::Classified),
        ("feedback.routed.billing", OutputKind::Routed),
        ("feedback.dead", OutputKind::Dead),
        ("tasks.payments_desk", OutputKind::Work),
        ("kudos.triage", OutputKind::Work),
    ] {
        let world = worked();
        let twice = world.outputs(topic).swap_remove(0);
        world.log.append(std::slice::from_ref(&twice)).unwrap();
        let ledger = world.verify();
        assert_eq!((ledger.missing, ledger.double), (0, 1), "{topic}");
        assert_eq!(ledger.offences[0].kind, OffenceKind::Double);
        assert_eq!(ledger.offences[0].output, output);
        let origin = twice.headers.iter().find(|header| header.name == headers::ORIGIN).unwrap();
        assert_eq!(ledger.offences[0].origin.as_bytes(), origin.value.as_deref().unwrap());
    }
}

#[test]
fn two_fates_are_double() {
    let world = worked();
    let mut dead = world.outputs("feedback.dead").swap_remove(0);
    let classified = world.outputs("feedback.classified").swap_remove(0);
    dead.headers.retain(|header| header.name != headers::ORIGIN);
    dead.headers.push(classified.headers[0].clone());
    world.log.append(&[dead]).unwrap();
    let ledger = world.verify();
    assert_eq!((ledger.missing, ledger.double), (0, 1));
    assert_eq!(ledger.offences[0].output, OutputKind::Fate);
}

#[test]
fn whatever_is_lost_is_missing() {
    for (topic, output) in [
        ("feedback.classified", OutputKind::Fate),
        ("feedback.dead", OutputKind::Fate),
        ("feedback.routed", OutputKind::Routed),
        ("tasks", OutputKind::Work),
        ("kudos", OutputKind::Work),
    ] {
        // A worker that loses the last output of that kind.
        let world = World::new();
        world.send(&[COMPLAINT, PRAISE, "not json"]);
        let board = Board::new(1);
        let stop = Stop::default();
        let settings = WorkerSettings {
            group: "g".to_owned(),
            instance: "i".to_owned(),
            topics: vec!["feedback.raw".to_owned()],
            workers: 1,
            bounds: BOUNDS,
            dead_letters: DeadLetterLimit::default(),
            stop_grace: Duration::ZERO,
        };
        let losing = |_| {
            let mut processor = world.processing.processor();
            let stop = stop.clone();
            let mut seen = 0;
            move |record: &feedback::Record, outputs: &mut Vec<Output>| {
                let fate = processor.process(record, outputs);
                outputs.retain(|output| !output.topic.starts_with(topic));
                seen += 1;
                if seen == 3 {
                    stop.tell();
                }
                fate
            }
        };
        run(&world.log, &settings, &losing, &board, &stop).unwrap();
        let ledger = world.verify();
        assert!(ledger.missing > 0, "{topic}");
        assert_eq!(ledger.double, 0, "{topic}");
        let expected = match topic {
            // Its routing is there, so what is missing can be named.
            "feedback.classified" => OutputKind::Classified,
            _ => output,
        };
        assert_eq!(ledger.offences[0].output, expected, "{topic}");
    }
}

#[test]
fn work_that_no_routing_calls_for_is_double() {
    let world = worked();
    let mut task = world.outputs("tasks.billing_desk").swap_remove(0);
    task.topic = Arc::from("tasks.payments_desk");
    world.log.append(&[task]).unwrap();
    let ledger = world.verify();
    assert_eq!((ledger.missing, ledger.double), (0, 1));
}

#[test]
fn a_record_on_another_departments_topic_is_missing_from_its_own() {
    let world = World::new();
    world.send(&[COMPLAINT]);
    let mut outputs = Vec::new();
    let mut input = record(COMPLAINT);
    input.origin = feedback::Origin { topic: Arc::from("feedback.raw"), partition: 0, offset: 0 };
    world.processing.processor().process(&input, &mut outputs);
    world.work();
    let mut astray = world.outputs("feedback.routed.billing").swap_remove(0);
    astray.topic = Arc::from("feedback.routed.care");
    world.log.append(&[astray]).unwrap();
    let cut = |partition| TopicPartition { topic: Arc::from("feedback.routed.billing"), partition };
    world.log.delete_below(&cut(0), 1);
    world.log.delete_below(&cut(1), 1);
    let ledger = world.verify();
    assert_eq!((ledger.missing, ledger.double), (1, 0));
    assert_eq!(ledger.offences[0].output, OutputKind::Routed);
}

#[test]
fn outputs_ahead_and_foreign_ones_are_only_counted() {
    let world = worked();
    let again = |origin: Option<&str>| {
        let mut output = world.outputs("feedback.classified").swap_remove(0);
        output.headers.retain(|header| header.name != headers::ORIGIN);
        if let Some(origin) = origin {
            output.headers.push(OutputHeader::new(headers::ORIGIN, origin.to_owned()));
        }
        output
    };
    let ahead = again(Some("feedback.raw/0/900"));
    world.log.append(&[ahead, again(None), again(Some("another/0/1"))]).unwrap();
    let ledger = world.verify();
    assert!(ledger.holds());
    assert_eq!((ledger.orphans, ledger.ahead, ledger.unmarked), (0, 1, 2));
}

#[test]
fn an_output_whose_input_never_was_is_an_orphan() {
    let world = worked();
    let mut audit = Audit::new("g", &world.processing.topics, 3);
    let partition = TopicPartition { topic: Arc::from("feedback.raw"), partition: 2 };
    audit.add_input(partition, 0, 50, false);
    let mut output = record(PRAISE);
    output.headers.push(feedback::Header::text(headers::ORIGIN, "feedback.raw/2/42"));
    output.headers.push(feedback::Header::text(headers::ERROR_CODE, "not_json"));
    audit.output(&output);
    // A gap as Kafka's transaction markers leave it.
    for offset in [40, 41, 43] {
        let mut input = record(PRAISE);
        input.origin = feedback::Origin { partition: 2, offset, ..input.origin };
        audit.input(&input);
    }
    let ledger = audit.judge();
    assert_eq!((ledger.records, ledger.orphans), (3, 1));
    assert_eq!(
        ledger.offences.iter().filter(|offence| offence.kind == OffenceKind::Orphan).count(),
        1
    );
}
