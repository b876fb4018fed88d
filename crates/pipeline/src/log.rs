//! What voc asks of a log. A log has topics, a topic has partitions, a partition is a sequence of
//! records, each with an offset that only grows (gaps are allowed: Kafka's transaction markers leave
//! some). Groups commit, per partition, the offset of the next record to read.
//!
//! Memory, embedded and Kafka logs implement these traits and pass one contract suite.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use feedback::{Origin, Record};

use crate::{Fault, Output};

/// One partition of one topic.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicPartition {
    /// The topic's name.
    pub topic: Arc<str>,
    /// The partition, from 0.
    pub partition: i32,
}

impl From<&Origin> for TopicPartition {
    fn from(origin: &Origin) -> Self {
        Self { topic: Arc::clone(&origin.topic), partition: origin.partition }
    }
}

/// A record to append from outside a transaction (`voc send`, `voc dead replay`).
pub type Entry = Output;

/// A topic to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicRequest {
    /// Its name.
    pub name: String,
    /// How many partitions; `None`: the log's own default.
    pub partitions: Option<i32>,
    /// How many replicas; `None`: the broker's own default. Embedded and memory logs have one.
    pub replication: Option<i32>,
    /// How long records are kept; `None`: the log's own default.
    pub retention: Option<Duration>,
}

/// A topic that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicDescription {
    /// Its name.
    pub name: String,
    /// Its partitions with their bounds, by number.
    pub partitions: Vec<PartitionBounds>,
}

impl TopicDescription {
    /// All that its partitions hold, each as a stretch to read.
    pub fn ranges(&self) -> Vec<Range> {
        let topic: Arc<str> = Arc::from(&*self.name);
        let range = |bounds: &PartitionBounds| Range {
            partition: TopicPartition { topic: Arc::clone(&topic), partition: bounds.partition },
            from: bounds.earliest,
            to: Some(bounds.latest),
        };
        self.partitions.iter().map(range).collect()
    }
}

/// What a partition holds now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartitionBounds {
    /// The partition, from 0.
    pub partition: i32,
    /// The first offset still there.
    pub earliest: i64,
    /// One past the last offset that a read-committed reader can see.
    pub latest: i64,
}

/// A stretch of a partition to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// The partition.
    pub partition: TopicPartition,
    /// The first offset; earlier than what is there: from what is there.
    pub from: i64,
    /// One past the last offset; `None`: go on for ever (`voc tap`).
    pub to: Option<i64>,
}

/// Who a member is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The consumer group.
    pub group: String,
    /// This process's name in it; with group and worker it makes the transactional id.
    pub instance: String,
    /// The worker's number in this process, from 0.
    pub worker: usize,
    /// The topics to read, sorted.
    pub topics: Vec<String>,
}

/// A log.
pub trait Log: Debug + Send + Sync {
    /// Joins a group: one member for one worker thread. Returns without waiting for partitions.
    fn join(&self, membership: &Membership) -> Result<Box<dyn Member>, Fault>;

    /// Appends records, all of them durable when this returns. Where each stands is not told.
    fn append(&self, entries: &[Entry]) -> Result<(), Fault>;

    /// Every topic there is but the log's internal ones. Nothing is asked of their partitions.
    fn names(&self) -> Result<BTreeSet<String>, Fault>;

    /// Those of these topics that exist, with what their partitions hold for a read-committed reader
    /// now. Sorted by name.
    fn describe(&self, names: &[String]) -> Result<Vec<TopicDescription>, Fault>;

    /// The same, where all that was committed before the call must lie below the ends: on Kafka a
    /// transaction that is still open hides what others committed behind it, and its end is waited
    /// for.
    fn describe_settled(&self, names: &[String]) -> Result<Vec<TopicDescription>, Fault> {
        self.describe(names)
    }

    /// Makes topics; what exists is left as it is. Returns the names made, sorted.
    fn create(&self, requests: &[TopicRequest]) -> Result<Vec<String>, Fault>;

    /// The offsets a group has committed in these topics: the next one to read, by partition.
    fn committed(
        &self,
        group: &str,
        topics: &[String],
    ) -> Result<BTreeMap<TopicPartition, i64>, Fault>;

    /// A read-committed reader over these stretches, in no group.
    fn reader(&self, ranges: Vec<Range>) -> Result<Box<dyn Reader>, Fault>;
}

/// Reads stretches of partitions; the records of one partition come in order.
pub trait Reader: Send {
    /// Appends up to `records_max` records to `records`, waiting at most `wait_max` for the first, or
    /// a little longer to see whether a silent log still answers. One that doesn't is a fault,
    /// [`Fault::Unreachable`]; another read goes on where the last one stood.
    fn read(
        &mut self,
        records: &mut Vec<Record>,
        records_max: usize,
        wait_max: Duration,
    ) -> Result<Progress, Fault>;
}

/// Whether a reader has more to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// There may be more.
    More,
    /// Every stretch was read to its end.
    Finished,
}

/// How large a batch may be, and how long to wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchBounds {
    /// The most records.
    pub records_max: usize,
    /// The most bytes of keys and values; one record may exceed it alone.
    pub bytes_max: usize,
    /// How long to wait for the first record.
    pub wait_max: Duration,
    /// How long to go on collecting after the first record.
    pub linger: Duration,
}

/// The records of one poll. Within a partition they are in order and without a gap but the log's
/// own; each partition's `next` is what a commit of the batch commits.
#[derive(Debug, Default)]
pub struct Batch {
    /// The records, in the order they were read.
    pub records: Vec<Record>,
    /// By partition: the offset of the next record to read once this batch is committed.
    pub next: BTreeMap<TopicPartition, i64>,
}

impl Batch {
    /// Forgets everything and keeps the room.
    pub fn clear(&mut self) {
        self.records.clear();
        self.next.clear();
    }

    /// Adds a record that was read.
    pub fn push(&mut self, record: Record) {
        self.next.insert(TopicPartition::from(&record.origin), record.origin.offset + 1);
        self.records.push(record);
    }

    /// By partition: the offset of the batch's first record, where a rewind returns to.
    pub fn first_offsets(&self) -> BTreeMap<TopicPartition, i64> {
        let mut first = BTreeMap::new();
        for record in &self.records {
            first.entry(TopicPartition::from(&record.origin)).or_insert(record.origin.offset);
        }
        first
    }

    /// Whether nothing was read.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }
}

/// How a commit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commit {
    /// Outputs and offsets are in the log, together.
    Committed,
    /// Neither is: the member stands again where the log says the group stands, and polls anew.
    Rewound,
    /// That isn't known yet, since the log has not answered. Commit the same batch with the same
    /// outputs again, to wait on; or leave, and whoever reads on finds out.
    Pending,
}

/// Whether a member can work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// It is in the group (it may have no partition: others have them).
    Ready,
    /// It can't now, and keeps trying within its bounds; why, for /readyz.
    NotReady(String),
}

/// How far one partition is read, for the lag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lag {
    /// The partition.
    pub partition: TopicPartition,
    /// Records between the next to read and the end, 0 when caught up.
    pub records: i64,
    /// The timestamp of the record read last, in milliseconds since 1970 UTC: the lag in seconds
    /// is the age of it where records are waiting, else 0.
    pub read_timestamp_ms: Option<i64>,
}

/// One worker's place in a group. It belongs to one thread; every call returns in bounded time.
pub trait Member: Send {
    /// Fills `batch` (it is cleared first). Empty: nothing came in `wait_max`, or the member isn't
    /// ready. Partitions may come and go only in here; records of one that goes are not in `batch`.
    /// A fault is final.
    fn poll(&mut self, bounds: &BatchBounds, batch: &mut Batch) -> Result<(), Fault>;

    /// Writes `outputs` and commits `batch`'s offsets: both or neither (at least once: the outputs
    /// are durable before the offsets). A fault is final.
    fn commit(&mut self, batch: &Batch, outputs: &[Output]) -> Result<Commit, Fault>;

    /// Whether it can work.
    fn readiness(&self) -> Readiness;

    /// How far each assigned partition is read.
    fn lag(&self) -> Vec<Lag>;

    /// Leaves the group, so that others take over at once.
    fn leave(self: Box<Self>) -> Result<(), Fault>;
}
