//! What voc really wrote for some records, to be written again by a loop that does nothing else: as
//! many records, as large, to the same topics, with the same headers, as compressible.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::message::{Header, Headers, Message, OwnedHeaders};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use crate::Failure;
use crate::clients::{self, CALL, PARTITIONS, header};

/// The first so many offsets of each input partition are sampled.
const OFFSETS: i64 = 1000;

/// Reading one topic's part of the sample may take this long.
const READ: Duration = Duration::from_mins(1);

/// An output of voc.
pub(crate) struct Written {
    pub(crate) topic: String,
    pub(crate) key: Vec<u8>,
    pub(crate) value: Vec<u8>,
    pub(crate) headers: OwnedHeaders,
}

/// By input record, all that was written for it.
pub(crate) struct Sample(Vec<Vec<Written>>);

impl Sample {
    /// Reads the outputs of `input`'s first records.
    pub(crate) fn read(brokers: &str, input: &str) -> Result<Self, Failure> {
        let consumer: BaseConsumer = clients::consumer(brokers, "benchmark.sample").create()?;
        let metadata = consumer.fetch_metadata(None, CALL)?;
        let is_output = |name: &&str| {
            ["feedback.classified", "feedback.routed", "tasks", "kudos"]
                .iter()
                .any(|start| name.starts_with(start))
        };
        let topics = metadata.topics().iter().map(rdkafka::metadata::MetadataTopic::name);
        let mut found = BTreeMap::new();
        for topic in topics.filter(is_output) {
            read_topic(&consumer, topic, input, &mut found)?;
        }
        let mut groups: BTreeMap<(i32, i64), Vec<Written>> = BTreeMap::new();
        for ((origin, _, _), written) in found {
            groups.entry(origin).or_default().push(written);
        }
        let groups: Vec<_> = groups.into_values().collect();
        if groups.is_empty() {
            return Err(format!("voc has written nothing for {input} yet").into());
        }
        Ok(Self(groups))
    }

    /// What was written for one record; the sample is gone round.
    pub(crate) fn of(&self, number: usize) -> &[Written] {
        self.0.get(number % self.0.len()).map_or(&[], Vec::as_slice)
    }

    /// Outputs per record, and their bytes per record: keys and values, then headers.
    pub(crate) fn means(&self) -> Result<(f64, f64, f64), Failure> {
        let all = || self.0.iter().flatten();
        let headers_of = |written: &Written| -> usize {
            let headers = written.headers.iter();
            headers.map(|header| header.key.len() + header.value.map_or(0, <[u8]>::len)).sum()
        };
        let mean = |sum: usize| -> Result<f64, Failure> {
            Ok(f64::from(u32::try_from(sum)?) / f64::from(u32::try_from(self.0.len())?))
        };
        let bytes = all().map(|written| written.key.len() + written.value.len()).sum();
        Ok((mean(all().count())?, mean(bytes)?, mean(all().map(headers_of).sum())?))
    }
}

/// Where it came from, where it was written, and what it is.
type Name = ((i32, i64), String, String);

fn read_topic(
    consumer: &BaseConsumer,
    topic: &str,
    input: &str,
    found: &mut BTreeMap<Name, Written>,
) -> Result<(), Failure> {
    let mut list = TopicPartitionList::new();
    for partition in 0..PARTITIONS {
        list.add_partition_offset(topic, partition, Offset::Beginning)?;
    }
    consumer.assign(&list)?;
    let mut reading: BTreeSet<i32> = (0..PARTITIONS).collect();
    let deadline = Instant::now() + READ;
    while !reading.is_empty() {
        if Instant::now() > deadline {
            return Err(format!("{topic} was not read in time").into());
        }
        let message = match consumer.poll(Duration::from_millis(100)) {
            None => continue,
            Some(Err(KafkaError::PartitionEOF(partition))) => {
                reading.remove(&partition);
                continue;
            }
            Some(message) => message?,
        };
        let origin = header(&message, "voc-origin").and_then(|origin| origin_in(origin, input));
        let (Some(origin), Some(id)) = (origin, header(&message, "ce_id")) else { continue };
        if origin.1 >= OFFSETS {
            // A key goes to the same partition everywhere, so an output's partition is in the
            // order of its input's.
            reading.remove(&message.partition());
            continue;
        }
        let mut headers = OwnedHeaders::new();
        for header in message.headers().into_iter().flat_map(Headers::iter) {
            headers = headers.insert(Header { key: header.key, value: header.value });
        }
        let written = Written {
            topic: topic.to_owned(),
            key: message.key().unwrap_or_default().to_vec(),
            value: message.payload().unwrap_or_default().to_vec(),
            headers,
        };
        found.insert((origin, topic.to_owned(), id.to_owned()), written);
    }
    Ok(())
}

/// Partition and offset of an origin in `topic`.
fn origin_in(origin: &str, topic: &str) -> Option<(i32, i64)> {
    let (partition, offset) = origin.strip_prefix(topic)?.strip_prefix('/')?.split_once('/')?;
    Some((partition.parse().ok()?, offset.parse().ok()?))
}
