//! Reads stretches of partitions, read-committed and in no group.
//!
//! The client tells the end of a partition without naming its topic. So stretches that end are
//! read one topic after the other, and those that go on for ever all together, last.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use feedback::Record;
use pipeline::{Fault, Progress, Range, Reader, TopicPartition};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use crate::ask::{self, Bounds, list_at};
use crate::client::Quiet;
use crate::member::SLICE;
use crate::record::{Topics, record_of};
use crate::verdict::{Step, Symptom, Verdict, judge};

/// Where each stretch ends; `None`: never.
type Ends = BTreeMap<TopicPartition, Option<i64>>;

/// See [`pipeline::Reader`].
pub(crate) struct KafkaReader {
    consumer: BaseConsumer<Quiet>,
    /// The rounds still to come: what is read together, and from where.
    rounds: VecDeque<Vec<(TopicPartition, i64, Option<i64>)>>,
    /// What is being read.
    open: Ends,
    topics: Topics,
}

impl KafkaReader {
    /// Ranges whose partition isn't there, or that are empty, are finished at once.
    pub(crate) fn new(
        consumer: BaseConsumer<Quiet>,
        ranges: Vec<Range>,
        bounds: &BTreeMap<TopicPartition, Bounds>,
    ) -> Self {
        Self {
            consumer,
            rounds: rounds_of(ranges, bounds),
            open: Ends::new(),
            topics: Topics::default(),
        }
    }

    /// Assigns the next round, where none is under way. `false`: there is none left.
    fn open_round(&mut self) -> Result<bool, Fault> {
        while self.open.is_empty() {
            let Some(round) = self.rounds.pop_front() else { return Ok(false) };
            let from: Vec<_> = round
                .iter()
                .map(|(partition, from, _)| (partition.clone(), Offset::Offset(*from)))
                .collect();
            let assigned = list_at(&from).and_then(|list| {
                self.consumer.assign(&list).map_err(|error| Symptom::of(Step::Read, &error))
            });
            assigned.map_err(|symptom| Fault::Fatal { reason: symptom.reason })?;
            self.open = round.into_iter().map(|(partition, _, to)| (partition, to)).collect();
        }
        Ok(true)
    }

    /// This stretch is read.
    fn finish(&mut self, partition: &TopicPartition) -> Result<(), Fault> {
        self.open.remove(partition);
        let mut list = TopicPartitionList::new();
        list.add_partition(&partition.topic, partition.partition);
        let closed = if self.open.is_empty() {
            self.consumer.unassign()
        } else {
            self.consumer.incremental_unassign(&list)
        };
        closed.map_err(|error| Fault::Fatal { reason: error.to_string() })
    }

    /// A record came: is it in its stretch, and is it the last one?
    fn place(&mut self, record: Record, records: &mut Vec<Record>) -> Result<(), Fault> {
        let partition = TopicPartition::from(&record.origin);
        let offset = record.origin.offset;
        match self.open.get(&partition) {
            None => {}
            Some(None) => records.push(record),
            Some(Some(to)) => {
                let (inside, last) = (offset < *to, offset + 1 >= *to);
                if inside {
                    records.push(record);
                }
                if last {
                    self.finish(&partition)?;
                }
            }
        }
        Ok(())
    }

    /// A partition of this number was read to its end: what lies before the end of its stretch and
    /// did not come are the log's own markers, or records of aborted transactions.
    fn reach_end(&mut self, number: i32) -> Result<(), Fault> {
        let with_number = |partition: &&TopicPartition| partition.partition == number;
        let Some(partition) = self.open.keys().find(with_number).cloned() else { return Ok(()) };
        let Some(Some(to)) = self.open.get(&partition).copied() else { return Ok(()) };
        // The end may lie before the stretch's where a transaction is still open over it.
        let bounds = ask::bounds(&self.consumer, [&partition], SLICE * 10);
        match bounds.map(|bounds| bounds.get(&partition).map(|bounds| bounds.latest)) {
            Ok(Some(latest)) if latest < to => Ok(()),
            _ => self.finish(&partition),
        }
    }

    fn complain(&self, error: &KafkaError) -> Result<(), Fault> {
        let mut symptom = Symptom::of(Step::Read, error);
        if let Some(trouble) = self.consumer.context().take() {
            symptom.reason = trouble.reason;
        }
        match judge(&symptom) {
            Verdict::Wait => {
                tracing::debug!(reason = symptom.reason, "reading waits");
                Ok(())
            }
            _ => Err(Fault::Fatal { reason: symptom.reason }),
        }
    }
}

impl Reader for KafkaReader {
    fn read(
        &mut self,
        records: &mut Vec<Record>,
        records_max: usize,
        wait_max: Duration,
    ) -> Result<Progress, Fault> {
        let before = records.len();
        let deadline = Instant::now() + wait_max;
        while self.open_round()? {
            let came = records.len() - before;
            if came >= records_max {
                return Ok(Progress::More);
            }
            // After the first, only what is there already.
            let wait = deadline.saturating_duration_since(Instant::now());
            let timeout = if came == 0 { wait } else { Duration::ZERO };
            match self.consumer.poll(timeout) {
                Some(Ok(message)) => {
                    let record = record_of(&message, &mut self.topics);
                    drop(message);
                    self.place(record, records)?;
                }
                Some(Err(KafkaError::PartitionEOF(number))) => self.reach_end(number)?,
                Some(Err(error)) => self.complain(&error)?,
                None if timeout.is_zero() => return Ok(Progress::More),
                None => {}
            }
        }
        Ok(Progress::Finished)
    }
}

/// What is read together, clipped to what is there.
fn rounds_of(
    ranges: Vec<Range>,
    bounds: &BTreeMap<TopicPartition, Bounds>,
) -> VecDeque<Vec<(TopicPartition, i64, Option<i64>)>> {
    let mut by_topic: BTreeMap<String, Vec<_>> = BTreeMap::new();
    let mut endless = Vec::new();
    for Range { partition, from, to } in ranges {
        let Some(bounds) = bounds.get(&partition) else { continue };
        let from = from.clamp(bounds.earliest, bounds.latest.max(bounds.earliest));
        match to {
            Some(to) if from >= to => {}
            Some(to) => {
                let round = by_topic.entry(partition.topic.to_string()).or_default();
                round.push((partition, from, Some(to)));
            }
            None => endless.push((partition, from, None)),
        }
    }
    let mut rounds: VecDeque<Vec<_>> = by_topic.into_values().collect();
    if !endless.is_empty() {
        rounds.push_back(endless);
    }
    rounds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partition(topic: &str, partition: i32) -> TopicPartition {
        TopicPartition { topic: topic.into(), partition }
    }

    #[test]
    fn stretches_that_end_are_read_topic_after_topic_and_clipped() {
        let range =
            |topic, number, from, to| Range { partition: partition(topic, number), from, to };
        let ranges = vec![
            range("b", 0, 0, Some(5)),
            range("a", 0, 0, None),
            range("a", 0, 0, Some(5)),
            range("a", 1, 9, Some(9)),
            range("b", 1, 99, Some(100)),
            range("gone", 0, 0, Some(5)),
        ];
        let all = [("a", 0), ("a", 1), ("b", 0), ("b", 1)];
        let bounds = all
            .map(|(topic, number)| (partition(topic, number), Bounds { earliest: 2, latest: 10 }));
        let rounds: Vec<_> = rounds_of(ranges, &BTreeMap::from(bounds)).into();
        assert_eq!(
            rounds,
            [
                vec![(partition("a", 0), 2, Some(5))],
                vec![(partition("b", 0), 2, Some(5)), (partition("b", 1), 10, Some(100))],
                vec![(partition("a", 0), 2, None)],
            ]
        );
    }
}
