//! Metrics: their names, what they mean, and where they are counted. Counts follow commits: a batch
//! that is rewound was not read. No label ever holds anything that a record says but its reject code.

use std::collections::BTreeSet;
use std::time::Duration;

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

use crate::{Board, TopicPartition};

const READ: &str = "voc_records_read_total";
const CLASSIFIED: &str = "voc_records_classified_total";
const DEAD: &str = "voc_dead_letters_total";
const TASKS: &str = "voc_tasks_total";
const KUDOS: &str = "voc_kudos_total";
const COMMITS: &str = "voc_commits_total";
const REWINDS: &str = "voc_rewinds_total";
const BATCH_RECORDS: &str = "voc_batch_records";
const PROCESS_SECONDS: &str = "voc_batch_process_seconds";
const COMMIT_SECONDS: &str = "voc_batch_commit_seconds";
const LAG_RECORDS: &str = "voc_lag_records";
const LAG_SECONDS: &str = "voc_lag_seconds";

/// Tells the recorder what each metric means; to be called once, after it is installed.
pub fn describe() {
    describe_counter!(READ, "Records read whose batch was committed.");
    describe_counter!(CLASSIFIED, "Records classified and routed.");
    describe_counter!(DEAD, "Dead letters, by reject code; `skipped`: a mapping leaves them out.");
    describe_counter!(TASKS, "Task records written, by team.");
    describe_counter!(KUDOS, "Kudos records written, by team.");
    describe_counter!(COMMITS, "Batches committed.");
    describe_counter!(REWINDS, "Batches rewound; their records are read again.");
    describe_histogram!(BATCH_RECORDS, Unit::Count, "Records in a batch.");
    describe_histogram!(PROCESS_SECONDS, Unit::Seconds, "Ingest, classify and route, per batch.");
    describe_histogram!(COMMIT_SECONDS, Unit::Seconds, "Writing and committing a batch.");
    describe_gauge!(LAG_RECORDS, Unit::Count, "Records waiting in a partition read here.");
    describe_gauge!(
        LAG_SECONDS,
        Unit::Seconds,
        "Age of the record read last, where records are waiting; else 0."
    );
}

/// A batch that was committed.
pub(crate) struct Committed {
    pub(crate) records: usize,
    pub(crate) process: Duration,
    pub(crate) commit: Duration,
}

impl Committed {
    pub(crate) fn count(&self) {
        let records = u32::try_from(self.records).unwrap_or(u32::MAX);
        counter!(READ).increment(u64::from(records));
        counter!(COMMITS).increment(1);
        histogram!(BATCH_RECORDS).record(f64::from(records));
        histogram!(PROCESS_SECONDS).record(self.process.as_secs_f64());
        histogram!(COMMIT_SECONDS).record(self.commit.as_secs_f64());
    }
}

pub(crate) fn count_rewind() {
    counter!(REWINDS).increment(1);
}

pub(crate) fn count_classified(records: u64) {
    counter!(CLASSIFIED).increment(records);
}

pub(crate) fn count_dead(code: &'static str, records: u64) {
    counter!(DEAD, "code" => code).increment(records);
}

pub(crate) fn count_tasks(team: &str, records: u64) {
    counter!(TASKS, "team" => team.to_owned()).increment(records);
}

pub(crate) fn count_kudos(team: &str, records: u64) {
    counter!(KUDOS, "team" => team.to_owned()).increment(records);
}

/// Publishes the lag; remembers what it published, so that a partition that went elsewhere doesn't
/// keep its last lag for ever.
#[derive(Debug)]
pub struct LagGauges {
    group: String,
    published: BTreeSet<TopicPartition>,
}

impl LagGauges {
    /// For the partitions of this group.
    pub fn new(group: &str) -> Self {
        Self { group: group.to_owned(), published: BTreeSet::new() }
    }

    /// Sets the gauges to what `board` tells. `now_ms`: the wall clock, since 1970 UTC.
    pub fn publish(&mut self, board: &Board, now_ms: i64) {
        let mut gone = std::mem::take(&mut self.published);
        for lag in board.lag() {
            let age_ms = lag.read_timestamp_ms.map_or(0, |read_ms| (now_ms - read_ms).max(0));
            let waiting = lag.records > 0;
            let age = Duration::from_millis(age_ms.unsigned_abs()).as_secs_f64();
            self.set(&lag.partition, lag.records, if waiting { age } else { 0.0 });
            gone.remove(&lag.partition);
            self.published.insert(lag.partition);
        }
        for partition in gone {
            self.set(&partition, 0, 0.0);
        }
    }

    fn set(&self, partition: &TopicPartition, records: i64, seconds: f64) {
        let labels = [
            ("topic", partition.topic.to_string()),
            ("partition", partition.partition.to_string()),
            ("group", self.group.clone()),
        ];
        let records = f64::from(i32::try_from(records).unwrap_or(i32::MAX));
        gauge!(LAG_RECORDS, &labels).set(records);
        gauge!(LAG_SECONDS, &labels).set(seconds);
    }
}
