//! Reads stretches of partitions, read-committed and in no group.
//!
//! The client tells the end of a partition without naming its topic. So stretches that end are
//! read one topic after the other, and those that go on for ever all together, last.
//!
//! The client says nothing where a broker has gone. So a reader to which nothing comes asks, once a
//! second, what the partitions hold: a log that doesn't answer is a fault, and so is one that answers
//! and yields nothing of what it says it has.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use feedback::Record;
use pipeline::{Fault, Progress, Range, Reader, TopicPartition};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use crate::ask::{self, Bounds, list_at};
use crate::client::Quiet;
use crate::member::SLICE;
use crate::record::{Topics, record_of};
use crate::settings::Settings;
use crate::verdict::{Step, Symptom, Verdict, fault_of, judge};

/// How often a silent log is asked whether it is still there.
const PROBE_EVERY: Duration = Duration::from_secs(1);

/// What is still to be read of a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stretch {
    /// The offset after that of the record read last.
    next: i64,
    /// Where it ends; `None`: never.
    to: Option<i64>,
    /// A reader can see as far as its end, so that the next end of the partition that is told lies
    /// there or beyond. (Else a transaction that is open hides the end.)
    is_visible: bool,
}

/// See [`pipeline::Reader`].
pub(crate) struct KafkaReader {
    settings: Arc<Settings>,
    consumer: BaseConsumer<Quiet>,
    /// The rounds still to come: what is read together.
    rounds: VecDeque<BTreeMap<TopicPartition, Stretch>>,
    /// What is being read.
    open: BTreeMap<TopicPartition, Stretch>,
    topics: Topics,
    silence: Option<Silence>,
}

/// Nothing comes.
#[derive(Debug, Clone, Copy)]
struct Silence {
    /// When the log was asked last.
    probed: Instant,
    /// Since when it has not answered, or nobody asked.
    unanswered: Instant,
    /// Since when it answers whenever it is asked, and yet nothing comes.
    answered: Option<Instant>,
}

impl KafkaReader {
    /// Ranges whose partition isn't there, or that are empty, are finished at once.
    pub(crate) fn new(
        consumer: BaseConsumer<Quiet>,
        settings: Arc<Settings>,
        ranges: Vec<Range>,
        bounds: &BTreeMap<TopicPartition, Bounds>,
    ) -> Self {
        Self {
            settings,
            consumer,
            rounds: rounds_of(ranges, bounds),
            open: BTreeMap::new(),
            topics: Topics::default(),
            silence: None,
        }
    }

    /// Assigns the next round, where none is under way. `false`: there is none left.
    fn open_round(&mut self) -> Result<bool, Fault> {
        while self.open.is_empty() {
            let Some(round) = self.rounds.pop_front() else { return Ok(false) };
            let from: Vec<_> = round
                .iter()
                .map(|(partition, stretch)| (partition.clone(), Offset::Offset(stretch.next)))
                .collect();
            let assigned = list_at(&from).and_then(|list| {
                self.consumer.assign(&list).map_err(|error| Symptom::of(Step::Read, &error))
            });
            assigned.map_err(|symptom| Fault::Fatal { reason: symptom.reason })?;
            self.open = round;
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
        let Some(stretch) = self.open.get_mut(&partition) else { return Ok(()) };
        stretch.next = record.origin.offset + 1;
        let next = stretch.next;
        let to = stretch.to;
        if to.is_none_or(|to| next <= to) {
            records.push(record);
        }
        if to.is_some_and(|to| next >= to) { self.finish(&partition) } else { Ok(()) }
    }

    /// A partition of this number was read to its end: what lies before the end of its stretch and
    /// did not come are the log's own markers, or records of aborted transactions.
    fn reach_end(&mut self, number: i32) -> Result<(), Fault> {
        let ends = |(partition, stretch): &(&TopicPartition, &Stretch)| {
            partition.partition == number && stretch.to.is_some() && stretch.is_visible
        };
        match self.open.iter().find(ends).map(|(partition, _)| partition.clone()) {
            Some(partition) => self.finish(&partition),
            None => Ok(()),
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
            Verdict::Credentials => Err(fault_of(symptom, &self.settings.brokers)),
            _ => Err(Fault::Fatal { reason: symptom.reason }),
        }
    }

    /// Nothing came: now and then the log must show that it is still there.
    fn endure(&mut self) -> Result<(), Fault> {
        let now = Instant::now();
        let start = Silence { probed: now, unanswered: now, answered: None };
        let mut silence = *self.silence.get_or_insert(start);
        // One that has been told as gone is asked each time: a reader that says nothing of it in
        // between would say that it is back.
        let is_gone = now - silence.unanswered >= self.settings.call_timeout.max(PROBE_EVERY);
        if now - silence.probed < PROBE_EVERY && !is_gone {
            return Ok(());
        }
        let answer = ask::bounds(&self.consumer, self.open.keys(), SLICE);
        silence.probed = Instant::now();
        let answered = answer.is_ok();
        if answered {
            silence.unanswered = silence.probed;
            silence.answered.get_or_insert(silence.probed);
        } else {
            silence.answered = None;
        }
        self.silence = Some(silence);
        match answer {
            Ok(bounds) => {
                self.look_again(&bounds)?;
                let since = silence.answered.map_or(Duration::ZERO, |since| since.elapsed());
                if since >= self.settings.stall_after { self.give_up() } else { Ok(()) }
            }
            Err(symptom) if silence.unanswered.elapsed() < self.settings.call_timeout => {
                tracing::debug!(reason = symptom.reason, "the log does not answer");
                Ok(())
            }
            Err(symptom) if symptom.code == RDKafkaErrorCode::UnknownTopicOrPartition => {
                let mut names: Vec<String> =
                    self.open.keys().map(|partition| partition.topic.to_string()).collect();
                names.dedup();
                Err(Fault::MissingTopics { names })
            }
            Err(mut symptom) => {
                if let Some(trouble) = self.consumer.context().take() {
                    symptom.reason = trouble.reason;
                }
                Err(fault_of(symptom, &self.settings.brokers))
            }
        }
    }

    /// Ends that were hidden may have come in sight. The end of the partition was told before, where
    /// it was then: it is asked for once more from where the reading stands.
    fn look_again(&mut self, bounds: &BTreeMap<TopicPartition, Bounds>) -> Result<(), Fault> {
        for (partition, stretch) in &mut self.open {
            let Some(to) = stretch.to.filter(|_| !stretch.is_visible) else { continue };
            if bounds.get(partition).is_some_and(|bounds| bounds.latest >= to) {
                let TopicPartition { topic, partition } = partition;
                let sought =
                    self.consumer.seek(topic, *partition, Offset::Offset(stretch.next), SLICE);
                sought.map_err(|error| Fault::Fatal { reason: error.to_string() })?;
                stretch.is_visible = true;
            }
        }
        Ok(())
    }

    /// The log answers, and yet nothing comes of stretches that end.
    fn give_up(&self) -> Result<(), Fault> {
        let Some((partition, stretch)) = self.open.iter().find(|(_, stretch)| stretch.to.is_some())
        else {
            return Ok(());
        };
        let TopicPartition { topic, partition } = partition;
        let reason = if stretch.is_visible {
            format!("{topic}/{partition} has records from {} on but yields none", stretch.next)
        } else {
            format!("{topic}/{partition}: an open transaction hides what is after {}", stretch.next)
        };
        Err(Fault::Fatal { reason })
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
                    self.silence = None;
                    self.place(record, records)?;
                }
                Some(Err(KafkaError::PartitionEOF(number))) => self.reach_end(number)?,
                Some(Err(error)) => self.complain(&error)?,
                None if timeout.is_zero() => {
                    if came == 0 {
                        self.endure()?;
                    }
                    return Ok(Progress::More);
                }
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
) -> VecDeque<BTreeMap<TopicPartition, Stretch>> {
    let mut by_topic: BTreeMap<String, BTreeMap<_, _>> = BTreeMap::new();
    let mut endless = BTreeMap::new();
    for Range { partition, from, to } in ranges {
        let Some(bounds) = bounds.get(&partition) else { continue };
        let next = from.clamp(bounds.earliest, bounds.latest.max(bounds.earliest));
        let is_visible = to.is_none_or(|to| bounds.latest >= to);
        let stretch = Stretch { next, to, is_visible };
        if to.is_none() {
            endless.insert(partition, stretch);
        } else if to > Some(next) {
            by_topic.entry(partition.topic.to_string()).or_default().insert(partition, stretch);
        }
    }
    let mut rounds: VecDeque<BTreeMap<_, _>> = by_topic.into_values().collect();
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
        let stretch = |topic, number, next, to, is_visible| {
            (partition(topic, number), Stretch { next, to, is_visible })
        };
        assert_eq!(
            rounds,
            [
                [stretch("a", 0, 2, Some(5), true)].into(),
                [stretch("b", 0, 2, Some(5), true), stretch("b", 1, 10, Some(100), false)].into(),
                BTreeMap::from([stretch("a", 0, 2, None, true)]),
            ]
        );
    }
}
