//! What can be asked of the brokers: which topics there are, what they hold, what a group has
//! committed. Each call ends within its time, and its answer is whole or an error.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use pipeline::TopicPartition;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::KafkaError;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use crate::verdict::{Step, Symptom};

/// What a partition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// The first offset still there.
    pub(crate) earliest: i64,
    /// One past the last offset that a read-committed reader can see.
    pub(crate) latest: i64,
}

/// Kafka's own topics begin so.
const INTERNAL: &str = "__";

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn failed(error: KafkaError) -> Symptom {
    Symptom::of(Step::Ask, &error)
}

/// All topics but Kafka's own, with their partitions in order.
pub(crate) fn topics<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    timeout: Duration,
) -> Result<BTreeMap<String, Vec<i32>>, Symptom> {
    let metadata = consumer.fetch_metadata(None, timeout).map_err(failed)?;
    let mut topics = BTreeMap::new();
    for topic in metadata.topics() {
        if topic.error().is_none() && !topic.name().starts_with(INTERNAL) {
            let mut partitions: Vec<i32> =
                topic.partitions().iter().map(rdkafka::metadata::MetadataPartition::id).collect();
            partitions.sort_unstable();
            topics.insert(topic.name().to_owned(), partitions);
        }
    }
    Ok(topics)
}

/// What each of these partitions holds.
pub(crate) fn bounds<'a, C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    partitions: impl IntoIterator<Item = &'a TopicPartition>,
    timeout: Duration,
) -> Result<BTreeMap<TopicPartition, Bounds>, Symptom> {
    let list = list_of_partitions(partitions);
    if list.count() == 0 {
        return Ok(BTreeMap::new());
    }
    // The brokers take these two in the place of a time.
    let ask = |at: Offset| {
        let mut list = list.clone();
        list.set_all_offsets(at).map_err(failed)?;
        offsets_of(&consumer.offsets_for_times(list, timeout).map_err(failed)?)
    };
    let earliest = ask(Offset::Beginning)?;
    let mut latest = ask(Offset::End)?;
    let bounds = earliest.into_iter().filter_map(|(partition, earliest)| {
        let latest = latest.remove(&partition)??;
        Some((partition, Bounds { earliest: earliest?, latest }))
    });
    Ok(bounds.collect())
}

/// The group's committed offsets; `None` where it has none. An offset over which a transaction is
/// still under way is an error.
pub(crate) fn committed<'a, C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    partitions: impl IntoIterator<Item = &'a TopicPartition>,
    timeout: Duration,
) -> Result<BTreeMap<TopicPartition, Option<i64>>, Symptom> {
    let list = list_of_partitions(partitions);
    if list.count() == 0 {
        return Ok(BTreeMap::new());
    }
    offsets_of(&consumer.committed_offsets(list, timeout).map_err(failed)?)
}

/// The offsets of a list. What went wrong with a partition stands beside its offset, which then
/// looks like none.
fn offsets_of(list: &TopicPartitionList) -> Result<BTreeMap<TopicPartition, Option<i64>>, Symptom> {
    let mut offsets = BTreeMap::new();
    for element in list.elements() {
        element.error().map_err(failed)?;
        let offset = match element.offset() {
            Offset::Offset(offset) => Some(offset),
            _ => None,
        };
        let partition =
            TopicPartition { topic: element.topic().into(), partition: element.partition() };
        offsets.insert(partition, offset);
    }
    Ok(offsets)
}

fn list_of_partitions<'a>(
    partitions: impl IntoIterator<Item = &'a TopicPartition>,
) -> TopicPartitionList {
    let mut list = TopicPartitionList::new();
    for partition in partitions {
        list.add_partition(&partition.topic, partition.partition);
    }
    list
}

/// A list of partitions, each at an offset; `None` is the earliest.
pub(crate) fn list_of(
    offsets: &BTreeMap<TopicPartition, Option<i64>>,
) -> Result<TopicPartitionList, Symptom> {
    let offset_of = |offset: Option<i64>| offset.map_or(Offset::Beginning, Offset::Offset);
    let offsets: Vec<_> =
        offsets.iter().map(|(partition, offset)| (partition.clone(), offset_of(*offset))).collect();
    list_at(&offsets)
}

/// A list of partitions, each with an offset.
pub(crate) fn list_at(offsets: &[(TopicPartition, Offset)]) -> Result<TopicPartitionList, Symptom> {
    let mut list = TopicPartitionList::with_capacity(offsets.len());
    for (partition, offset) in offsets {
        list.add_partition_offset(&partition.topic, partition.partition, *offset)
            .map_err(failed)?;
    }
    Ok(list)
}

/// Every partition of these topics.
pub(crate) fn partitions_of(topics: &BTreeMap<String, Vec<i32>>) -> Vec<TopicPartition> {
    let of_topic = |(name, partitions): (&String, &Vec<i32>)| {
        let topic: Arc<str> = Arc::from(name.as_str());
        let partition_of = move |partition: &i32| TopicPartition {
            topic: Arc::clone(&topic),
            partition: *partition,
        };
        partitions.iter().map(partition_of).collect::<Vec<_>>()
    };
    topics.iter().flat_map(of_topic).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_gives_its_offsets_back() {
        let partition = |number| TopicPartition { topic: "t".into(), partition: number };
        let offsets = BTreeMap::from([(partition(0), Some(5)), (partition(1), None)]);
        assert_eq!(offsets_of(&list_of(&offsets).unwrap()), Ok(offsets));
    }
}
