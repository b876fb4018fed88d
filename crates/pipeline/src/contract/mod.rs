//! What every kind of log must do, as one suite: memory, embedded and Kafka logs run it from their
//! own tests (feature `contract`). Each case makes topics and groups of its own, so that cases can
//! share a broker; a case returns what is wrong in words.

mod group;
mod records;
mod single;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use feedback::Record;

use crate::{
    Batch, BatchBounds, Commit, Entry, Fault, Log, Member, Membership, Output, Readiness,
    TopicDescription, TopicRequest, read_to_end,
};

/// What is wrong, in words.
pub type Failure = String;

/// One case: its name, and what it does.
pub type Case = (&'static str, fn(&Subject<'_>) -> Result<(), Failure>);

/// Every case, in the order they are best run.
pub const CASES: &[Case] = &[
    ("creates and describes topics", records::creates_and_describes),
    ("refuses what has no topic", records::refuses_what_has_no_topic),
    ("keeps a record as it came", records::keeps_a_record_as_it_came),
    ("places keys as Kafka does", records::places_keys_as_kafka_does),
    ("reads stretches", records::reads_stretches),
    ("waits for what comes later", records::waits_for_what_comes_later),
    ("keeps the order of a partition", single::keeps_the_order_of_a_partition),
    ("keeps the bounds of a batch", single::keeps_the_bounds_of_a_batch),
    ("resumes where it committed", single::resumes_where_it_committed),
    ("resumes after a crash", single::resumes_after_a_crash),
    ("writes outputs and offsets together", single::writes_outputs_and_offsets_together),
    ("tells the lag", single::tells_the_lag),
    ("keeps groups apart", single::keeps_groups_apart),
    ("shares partitions among members", group::shares_partitions_among_members),
    ("hands over in mid-stream", group::hands_over_in_mid_stream),
    ("takes over from a member that crashed", group::takes_over_from_a_member_that_crashed),
];

/// The log to test, and what is particular to it.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The log.
    pub log: &'a dyn Log,
    /// Makes names of topics and groups unique on a log that outlives the run.
    pub run: String,
    /// How long anything may take; a healthy log never needs it whole.
    pub patience: Duration,
    /// Whether outputs and offsets are one transaction (false: at least once, so records may come
    /// twice where a member crashed).
    pub atomic: bool,
}

/// Runs every case; the error names each that failed.
pub fn run(subject: &Subject<'_>) -> Result<(), Failure> {
    let failed: Vec<String> = CASES
        .iter()
        .filter_map(|(name, case)| case(subject).err().map(|failure| format!("{name}: {failure}")))
        .collect();
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

const BOUNDS: BatchBounds = BatchBounds {
    records_max: 100,
    bytes_max: 1 << 20,
    wait_max: Duration::from_millis(100),
    linger: Duration::from_millis(5),
};

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn fault(fault: Fault) -> Failure {
    fault.to_string()
}

fn check(holds: bool, wrong: impl FnOnce() -> String) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(wrong()) }
}

fn text(record: &Record) -> String {
    String::from_utf8_lossy(record.value.as_deref().unwrap_or_default()).into_owned()
}

fn texts(records: &[Record]) -> Vec<String> {
    records.iter().map(text).collect()
}

fn entry(topic: &Arc<str>, key: Option<&str>, value: &str) -> Entry {
    Output {
        topic: Arc::clone(topic),
        key: key.map(|key| Bytes::copy_from_slice(key.as_bytes())),
        value: Some(Bytes::copy_from_slice(value.as_bytes())),
        headers: Vec::new(),
        timestamp_ms: Some(1_700_000_000_000),
    }
}

impl Subject<'_> {
    /// A new topic.
    fn topic(&self, name: &str, partitions: i32) -> Result<Arc<str>, Failure> {
        let name = format!("{}.{name}", self.run);
        let request = TopicRequest {
            name: name.clone(),
            partitions: Some(partitions),
            replication: None,
            retention: None,
        };
        let made = self.log.create(&[request]).map_err(fault)?;
        check(made == [name.clone()], || format!("made {made:?} for {name}"))?;
        Ok(Arc::from(name))
    }

    /// A new topic with records `0..count`, whose keys are `k0..k<keys>` in turn.
    fn filled(&self, name: &str, partitions: i32, count: u32) -> Result<Arc<str>, Failure> {
        let topic = self.topic(name, partitions)?;
        self.fill(&topic, 0..count)?;
        Ok(topic)
    }

    fn fill(&self, topic: &Arc<str>, numbers: std::ops::Range<u32>) -> Result<(), Failure> {
        let entries: Vec<Entry> = numbers
            .map(|number| entry(topic, Some(&format!("k{}", number % 17)), &number.to_string()))
            .collect();
        self.log.append(&entries).map_err(fault)
    }

    fn join(
        &self,
        group: &str,
        worker: usize,
        topic: &Arc<str>,
    ) -> Result<Box<dyn Member>, Failure> {
        let membership = Membership {
            group: self.group(group),
            instance: self.run.clone(),
            worker,
            topics: vec![topic.to_string()],
        };
        self.log.join(&membership).map_err(fault)
    }

    fn group(&self, name: &str) -> String {
        format!("{}.{name}", self.run)
    }

    fn deadline(&self) -> Deadline {
        Deadline { end: Instant::now() + self.patience }
    }

    /// Polls until a batch comes.
    fn batch(&self, member: &mut dyn Member) -> Result<Batch, Failure> {
        let deadline = self.deadline();
        let mut batch = Batch::default();
        while batch.is_empty() {
            deadline.check(|| format!("no batch; the member is {:?}", member.readiness()))?;
            member.poll(&BOUNDS, &mut batch).map_err(fault)?;
        }
        Ok(batch)
    }

    /// Polls and commits until `count` records were committed; writes each to `output` too.
    fn work(
        &self,
        member: &mut dyn Member,
        count: usize,
        output: Option<&Arc<str>>,
    ) -> Result<Vec<Record>, Failure> {
        let deadline = self.deadline();
        let mut records = Vec::new();
        while records.len() < count {
            deadline.check(|| format!("{} of {count} records came", records.len()))?;
            records.extend(step(member, output, &deadline)?);
        }
        Ok(records)
    }

    fn read(&self, topic: &Arc<str>) -> Result<Vec<Record>, Failure> {
        read_topic(self.log, topic).map_err(fault)
    }
}

/// All records that are committed on a topic now, partition after partition; none where there is no
/// such topic.
pub fn read_topic(log: &dyn Log, topic: &str) -> Result<Vec<Record>, Fault> {
    let described = log.describe_settled(&[topic.to_owned()])?;
    let mut records = Vec::new();
    read_to_end(log, described.iter().flat_map(TopicDescription::ranges).collect(), |record| {
        records.push(record);
        Ok::<(), Fault>(())
    })?;
    records.sort_by(|a, b| a.origin.cmp(&b.origin));
    Ok(records)
}

/// Commits, as often as the member asks for it; whether the batch is committed.
fn commit(
    member: &mut dyn Member,
    batch: &Batch,
    outputs: &[Output],
    deadline: &Deadline,
) -> Result<bool, Failure> {
    loop {
        match member.commit(batch, outputs).map_err(fault)? {
            Commit::Committed => return Ok(true),
            Commit::Rewound => return Ok(false),
            Commit::Pending => deadline.check(|| "a commit is still pending".to_owned())?,
        }
    }
}

/// One poll and, if something came, its commit. Returns what was committed.
fn step(
    member: &mut dyn Member,
    output: Option<&Arc<str>>,
    deadline: &Deadline,
) -> Result<Vec<Record>, Failure> {
    let mut batch = Batch::default();
    member.poll(&BOUNDS, &mut batch).map_err(fault)?;
    if batch.is_empty() {
        return Ok(Vec::new());
    }
    let outputs: Vec<Output> = output.map_or_else(Vec::new, |topic| {
        batch.records.iter().map(|record| copy(record, topic)).collect()
    });
    let committed = commit(member, &batch, &outputs, deadline)?;
    Ok(if committed { batch.records } else { Vec::new() })
}

/// `record` for another topic: its key, its value and where it stood.
fn copy(record: &Record, topic: &Arc<str>) -> Output {
    let bytes = |bytes: &Option<Vec<u8>>| bytes.clone().map(Bytes::from);
    Output {
        topic: Arc::clone(topic),
        key: bytes(&record.key),
        value: bytes(&record.value),
        headers: vec![crate::OutputHeader::new("voc-origin", record.origin.to_string())],
        timestamp_ms: record.timestamp_ms,
    }
}

struct Deadline {
    end: Instant,
}

impl Deadline {
    fn check(&self, wrong: impl FnOnce() -> String) -> Result<(), Failure> {
        check(Instant::now() < self.end, || format!("out of patience: {}", wrong()))
    }
}

fn ready(member: &dyn Member) -> Result<(), Failure> {
    let readiness = member.readiness();
    check(readiness == Readiness::Ready, || format!("not ready after a batch: {readiness:?}"))
}
