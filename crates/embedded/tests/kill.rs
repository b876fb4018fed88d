//! `kill -9` at any moment: what was told to be written is there, each record is worked on exactly
//! once, and the next process takes the dead one's lock. This program runs itself again as the child
//! that is killed, with what it is to do as its arguments.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test with a main of its own"
)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use embedded::{EmbeddedLog, Settings};
use feedback::Record;
use pipeline::contract::read_topic;
use pipeline::{
    Batch, BatchBounds, Commit, Entry, Fault, Log, Membership, Output, OutputHeader, TopicRequest,
};

const PATIENCE: Duration = Duration::from_mins(2);
const KILLS: u64 = 8;
const BOUNDS: BatchBounds = BatchBounds {
    records_max: 40,
    bytes_max: 1 << 20,
    wait_max: Duration::from_millis(50),
    linger: Duration::ZERO,
};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("work") => work(&open(Path::new(&arguments[2]))),
        Some("append") => append(&open(Path::new(&arguments[2])), arguments[3].parse().unwrap()),
        _ => kills(),
    }
}

fn open(folder: &Path) -> EmbeddedLog {
    EmbeddedLog::open(folder, Settings::new(|| 1_764_000_000_000)).unwrap()
}

fn membership() -> Membership {
    let topics = vec!["in".to_owned()];
    Membership { group: "g".to_owned(), instance: "i".to_owned(), worker: 0, topics }
}

/// Works for ever: copies `in` to `out`.
fn work(log: &EmbeddedLog) {
    let mut member = log.join(&membership()).unwrap();
    let mut batch = Batch::default();
    loop {
        member.poll(&BOUNDS, &mut batch).unwrap();
        let outputs: Vec<Output> = batch.records.iter().map(copy).collect();
        assert_eq!(member.commit(&batch, &outputs).unwrap(), Commit::Committed);
    }
}

fn copy(record: &Record) -> Output {
    Output {
        topic: Arc::from("out"),
        key: record.key.clone().map(Bytes::from),
        value: record.value.clone().map(Bytes::from),
        headers: vec![OutputHeader::new("voc-origin", record.origin.to_string())],
        timestamp_ms: record.timestamp_ms,
    }
}

/// Appends for ever, and says after each append up to which number all is written.
fn append(log: &EmbeddedLog, first: u64) {
    let mut stdout = std::io::stdout();
    for number in (first..).step_by(10) {
        let entry = |number: u64| Entry {
            topic: Arc::from("in"),
            key: Some(Bytes::from(format!("k{}", number % 7))),
            value: Some(Bytes::from(number.to_string())),
            headers: Vec::new(),
            timestamp_ms: None,
        };
        log.append(&(number..number + 10).map(entry).collect::<Vec<_>>()).unwrap();
        writeln!(stdout, "{}", number + 10).unwrap();
        stdout.flush().unwrap();
    }
}

fn child(arguments: &[&str]) -> Child {
    let program = std::env::current_exe().unwrap();
    Command::new(program).args(arguments).stdout(Stdio::piped()).spawn().unwrap()
}

fn kills() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let log = open(folder.path());
    let request = |name: &str| TopicRequest {
        name: name.to_owned(),
        partitions: Some(3),
        replication: None,
        retention: None,
    };
    log.create(&[request("in"), request("out")]).unwrap();
    let mut next = 0;
    for kill in 0..KILLS {
        let mut worker = child(&["work", path]);
        let mut appender = child(&["append", path, &next.to_string()]);
        let mut told = BufReader::new(appender.stdout.take().unwrap()).lines();
        let written = count(&log, "out");
        let enough = 100 + 37 * kill;
        let end = Instant::now() + PATIENCE;
        while count(&log, "out") < written + enough {
            assert!(Instant::now() < end, "the worker stands still");
            next = told.next().unwrap().unwrap().parse().unwrap();
        }
        refused_by(&log, worker.id());
        worker.kill().unwrap();
        worker.wait().unwrap();
        appender.kill().unwrap();
        appender.wait().unwrap();
        for line in told {
            next = line.unwrap().parse().unwrap_or(next);
        }
        // An append that was under way may have been written whole though it was never told.
        let there = u64::try_from(read(&log, "in").len()).unwrap();
        assert!(there == next || there == next + 10, "{there} are there, {next} were told");
        next = there;
    }
    drain(&log);
    check(&log, next);
}

fn refused_by(log: &EmbeddedLog, pid: u32) {
    match log.join(&membership()) {
        Err(Fault::Locked { pid: holder, .. }) => assert_eq!(holder, pid),
        other => panic!("a second worker was let in: {:?}", other.map(|_| ())),
    }
}

fn drain(log: &EmbeddedLog) {
    let mut member = log.join(&membership()).unwrap();
    let mut batch = Batch::default();
    let end = Instant::now() + PATIENCE;
    while count(log, "out") < count(log, "in") {
        assert!(Instant::now() < end, "draining stands still");
        member.poll(&BOUNDS, &mut batch).unwrap();
        let outputs: Vec<Output> = batch.records.iter().map(copy).collect();
        member.commit(&batch, &outputs).unwrap();
    }
    member.leave().unwrap();
}

fn check(log: &EmbeddedLog, count: u64) {
    let input = read(log, "in");
    let mut numbers: Vec<u64> = input.iter().map(number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..count).collect::<Vec<_>>());
    let expected: BTreeMap<String, u64> =
        input.iter().map(|record| (record.origin.to_string(), number(record))).collect();
    let output = read(log, "out");
    assert_eq!(output.len(), input.len(), "each once");
    let mut last = BTreeMap::new();
    for record in &output {
        let origin = record.header("voc-origin").unwrap();
        assert_eq!(expected.get(origin), Some(&number(record)));
        let before = last.insert(record.key.clone(), number(record));
        assert!(before < Some(number(record)), "the order of a key");
    }
    println!("{KILLS} kills, {count} records, each once and in order");
}

fn number(record: &Record) -> u64 {
    std::str::from_utf8(record.value.as_deref().unwrap()).unwrap().parse().unwrap()
}

fn count(log: &EmbeddedLog, topic: &str) -> u64 {
    let topics = log.describe(&[topic.to_owned()]).unwrap();
    let bounds = topics.iter().flat_map(|topic| &topic.partitions);
    u64::try_from(bounds.map(|bounds| bounds.latest - bounds.earliest).sum::<i64>()).unwrap()
}

fn read(log: &EmbeddedLog, topic: &str) -> Vec<Record> {
    read_topic(log, topic).unwrap()
}
