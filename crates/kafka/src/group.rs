//! A member's consumer: librdkafka's, with what happens inside its poll put in a mailbox.
//!
//! Partitions that come are not taken inside the callback: the member first reads the committed
//! offsets (which may have to wait for another member's transaction to end) and only then assigns.
//! Partitions that go are let go at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pipeline::TopicPartition;
use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{
    BaseConsumer, CommitMode, Consumer, ConsumerContext, ConsumerGroupMetadata,
};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::BorrowedMessage;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use rdkafka::types::RDKafkaRespErr;

use crate::ask::{self, Bounds, list_at, list_of};
use crate::client::{Trouble, aside, lock, tell};
use crate::member::CLOSE_TIMEOUT;
use crate::settings::Settings;
use crate::statistics::Snapshot;
use crate::verdict::{Step, Symptom, without_values};

/// A seek asks nobody but the client's own thread.
const SEEK_TIMEOUT: Duration = Duration::from_secs(5);

/// What happened inside a poll.
#[derive(Debug)]
pub(crate) enum Event {
    /// These partitions are ours once they are assigned; the list may be empty.
    Given(Vec<TopicPartition>),
    /// These partitions are no longer ours.
    Taken(Vec<TopicPartition>),
    /// A look at the client.
    Seen(Snapshot),
    /// An error on the side.
    Trouble(Trouble),
}

/// The callbacks of a member's consumer.
#[derive(Debug, Default)]
pub(crate) struct Mailbox {
    events: Mutex<Vec<Event>>,
    /// Nobody reads the mail any more.
    closing: AtomicBool,
}

impl Mailbox {
    fn push(&self, event: Event) {
        lock(&self.events).push(event);
    }
}

impl ClientContext for Mailbox {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        tell(level, facility, line);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if let Some(trouble) = Trouble::of(&error, reason) {
            self.push(Event::Trouble(trouble));
        }
    }

    fn stats_raw(&self, statistics: &[u8]) {
        if let Some(snapshot) = Snapshot::read(statistics) {
            self.push(Event::Seen(snapshot));
        }
    }
}

impl ConsumerContext for Mailbox {
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        error: RDKafkaRespErr,
        list: &mut TopicPartitionList,
    ) {
        let given = error == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
        let closing = self.closing.load(Ordering::Acquire);
        let result = match (given, closing) {
            (true, false) => Ok(()),
            // A close ends only after what was given is taken, and taken back.
            (true, true) => consumer.incremental_assign(list),
            (false, _) => consumer.incremental_unassign(list),
        };
        if let Err(error) = result {
            tracing::warn!(reason = %error, given, "a rebalance could not be followed");
        }
        let partitions = partitions_of(list);
        self.push(if given { Event::Given(partitions) } else { Event::Taken(partitions) });
    }
}

/// A consumer in a group. Dropping it leaves the group, on a thread of its own and with a bound.
pub(crate) struct GroupConsumer {
    consumer: Option<Arc<BaseConsumer<Mailbox>>>,
    /// Given and not assigned yet: a close must assign them first, else it never ends.
    given: Option<Vec<TopicPartition>>,
}

impl GroupConsumer {
    /// Makes the client; nothing is asked of a broker yet.
    pub(crate) fn new(settings: &Settings, group: &str) -> Result<Self, String> {
        let consumer = settings
            .consumer(group)
            .create_with_context(Mailbox::default())
            .map_err(|error| without_values(&error))?;
        Ok(Self { consumer: Some(Arc::new(consumer)), given: None })
    }

    fn inner(&self) -> Result<&Arc<BaseConsumer<Mailbox>>, Symptom> {
        let gone = || Symptom::new(Step::Read, RDKafkaErrorCode::Fatal, "the consumer was closed");
        self.consumer.as_ref().ok_or_else(gone)
    }

    /// Whether a broker answers.
    pub(crate) fn probe(&self, topic: &str, timeout: Duration) -> Result<(), Symptom> {
        let answer = self.inner()?.fetch_metadata(Some(topic), timeout);
        answer.map(drop).map_err(|error| Symptom::of(Step::Ask, &error))
    }

    /// Asks for partitions of these topics.
    pub(crate) fn subscribe(&self, topics: &[String]) -> Result<(), Symptom> {
        let topics: Vec<&str> = topics.iter().map(String::as_str).collect();
        self.inner()?.subscribe(&topics).map_err(|error| Symptom::of(Step::Read, &error))
    }

    /// The next record or error; `None` after `timeout`, or after an event for the mailbox.
    pub(crate) fn poll(
        &self,
        timeout: Duration,
    ) -> Option<Result<BorrowedMessage<'_>, KafkaError>> {
        self.consumer.as_ref()?.poll(timeout)
    }

    /// What happened inside the polls since, in order.
    pub(crate) fn events(&self) -> Vec<Event> {
        match &self.consumer {
            Some(consumer) => std::mem::take(&mut *lock(&consumer.context().events)),
            None => Vec::new(),
        }
    }

    /// Who we are to the group, at this generation.
    pub(crate) fn metadata(&self) -> Option<ConsumerGroupMetadata> {
        self.consumer.as_ref()?.group_metadata()
    }

    /// Whether the group has given our partitions to others already.
    pub(crate) fn has_lost_assignment(&self) -> bool {
        self.consumer.as_ref().is_none_or(|consumer| consumer.assignment_lost())
    }

    /// Remembers what was given and is to be assigned.
    pub(crate) fn hold(&mut self, partitions: Vec<TopicPartition>) {
        self.given.get_or_insert_default().extend(partitions);
    }

    /// What was given and is not assigned.
    pub(crate) fn held(&self) -> Option<&[TopicPartition]> {
        self.given.as_deref()
    }

    /// Forgets of what was given what was taken again.
    pub(crate) fn release(&mut self, partitions: &[TopicPartition]) {
        if let Some(given) = &mut self.given {
            given.retain(|partition| !partitions.contains(partition));
        }
    }

    /// Takes what was given, each partition from its offset; `None` is the earliest.
    pub(crate) fn assign(
        &mut self,
        offsets: &BTreeMap<TopicPartition, Option<i64>>,
    ) -> Result<(), Symptom> {
        let result = self.inner()?.incremental_assign(&list_of(offsets)?);
        self.given = None;
        result.map_err(|error| Symptom::of(Step::Read, &error))
    }

    /// The group's committed offsets; `None` where it has none. No transaction is under way over
    /// them: an offset that may still change is an error, to be asked for again.
    pub(crate) fn committed<'a>(
        &self,
        partitions: impl IntoIterator<Item = &'a TopicPartition>,
        timeout: Duration,
    ) -> Result<BTreeMap<TopicPartition, Option<i64>>, Symptom> {
        ask::committed(self.inner()?, partitions, timeout)
    }

    /// What each partition holds.
    pub(crate) fn bounds<'a>(
        &self,
        partitions: impl IntoIterator<Item = &'a TopicPartition>,
        timeout: Duration,
    ) -> Result<BTreeMap<TopicPartition, Bounds>, Symptom> {
        ask::bounds(self.inner()?, partitions, timeout)
    }

    /// Which of these topics the brokers say there are not; none where they don't answer.
    pub(crate) fn missing(&self, names: &BTreeSet<&str>, timeout: Duration) -> Vec<String> {
        let topics = self.inner().and_then(|consumer| ask::topics(consumer, timeout));
        let Ok(topics) = topics else { return Vec::new() };
        names
            .iter()
            .filter(|name| !topics.contains_key(**name))
            .map(|name| (*name).to_owned())
            .collect()
    }

    /// Goes to these offsets; `None` is the earliest. What was read ahead is forgotten.
    pub(crate) fn seek(
        &self,
        offsets: &BTreeMap<TopicPartition, Option<i64>>,
    ) -> Result<(), Symptom> {
        if offsets.is_empty() {
            return Ok(());
        }
        let failed = |error| Symptom::of(Step::Read, &error);
        let list =
            self.inner()?.seek_partitions(list_of(offsets)?, SEEK_TIMEOUT).map_err(failed)?;
        list.elements().iter().try_for_each(|element| element.error().map_err(failed))
    }

    /// Commits offsets without a transaction, on a thread of its own.
    pub(crate) fn commit(
        &self,
        next: &BTreeMap<TopicPartition, i64>,
    ) -> Result<Receiver<Result<(), Symptom>>, Symptom> {
        let offsets = next.iter().map(|(partition, next)| (partition.clone(), Some(*next)));
        let list = list_of(&offsets.collect())?;
        let consumer = Arc::clone(self.inner()?);
        Ok(aside(move || {
            let result = consumer.commit(&list, CommitMode::Sync);
            result.map_err(|error| Symptom::of(Step::Group, &error))
        }))
    }

    /// Leaves the group, on a thread of its own.
    pub(crate) fn close(mut self) -> Receiver<()> {
        self.close_aside()
    }

    fn close_aside(&mut self) -> Receiver<()> {
        if let Some(consumer) = &self.consumer {
            consumer.context().closing.store(true, Ordering::Release);
        }
        if let Some(given) = self.given.take() {
            let ends: Vec<_> =
                given.into_iter().map(|partition| (partition, Offset::End)).collect();
            if let (Some(consumer), Ok(list)) = (&self.consumer, list_at(&ends)) {
                // Only to have it over with: the close takes them back at once.
                if let Err(error) = consumer.incremental_assign(&list) {
                    tracing::debug!(reason = %error, "partitions were not taken before leaving");
                }
            }
        }
        let consumer = self.consumer.take();
        aside(move || drop(consumer))
    }
}

impl Drop for GroupConsumer {
    fn drop(&mut self) {
        if self.consumer.is_some() && self.close_aside().recv_timeout(CLOSE_TIMEOUT).is_err() {
            tracing::warn!("leaving the group takes long; it goes on in the background");
        }
    }
}

fn partitions_of(list: &TopicPartitionList) -> Vec<TopicPartition> {
    let elements = list.elements();
    let partition_of =
        |(topic, partition): (&str, i32)| TopicPartition { topic: topic.into(), partition };
    elements.iter().map(|element| partition_of((element.topic(), element.partition()))).collect()
}
