//! A log in memory: for tests, and for showing what `Log` means without a disk or a broker. One lock
//! guards everything, so a transaction is atomic because nobody can look in between.

mod member;
mod reader;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use feedback::{Header, Origin, Record};

use crate::coordinator::Coordinator;
use crate::murmur2;
use crate::{
    Entry, Fault, Log, Member, Membership, Output, PartitionBounds, Range, Reader,
    TopicDescription, TopicPartition, TopicRequest,
};

/// How many partitions a topic gets where none are asked for.
const PARTITIONS: i32 = 4;

/// The log. Clones share it, as processes share a broker.
#[derive(Clone, Default)]
pub struct MemoryLog {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    topics: BTreeMap<Arc<str>, Topic>,
    groups: BTreeMap<String, Group>,
}

struct Topic {
    partitions: Vec<Partition>,
    turn: u64,
}

/// `records[0]` has offset `earliest`.
#[derive(Default)]
struct Partition {
    earliest: i64,
    records: Vec<Arc<Record>>,
}

#[derive(Default)]
struct Group {
    coordinator: Coordinator,
    committed: BTreeMap<TopicPartition, i64>,
}

impl Shared {
    /// The state. A thread that panicked while it held the lock can have left no half change that
    /// matters: every change below is made after the last thing that can fail.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Partition {
    fn latest(&self) -> i64 {
        self.earliest + i64::try_from(self.records.len()).unwrap_or(i64::MAX)
    }

    /// The records from `offset` on; none where it is outside.
    fn from(&self, offset: i64) -> &[Arc<Record>] {
        let skip = usize::try_from(offset - self.earliest).unwrap_or(usize::MAX);
        self.records.get(skip..).unwrap_or_default()
    }
}

impl State {
    fn partition(&self, of: &TopicPartition) -> Option<&Partition> {
        let number = usize::try_from(of.partition).ok()?;
        self.topics.get(&of.topic)?.partitions.get(number)
    }

    fn partitions(&self) -> BTreeSet<TopicPartition> {
        let of = |(name, topic): (&Arc<str>, &Topic)| {
            let name = Arc::clone(name);
            (0..count(topic))
                .map(move |partition| TopicPartition { topic: Arc::clone(&name), partition })
        };
        self.topics.iter().flat_map(of).collect()
    }

    fn missing(&self, outputs: &[Output]) -> Result<(), Fault> {
        let absent = outputs.iter().filter(|output| !self.topics.contains_key(&output.topic));
        let names: BTreeSet<String> = absent.map(|output| output.topic.to_string()).collect();
        if names.is_empty() {
            return Ok(());
        }
        Err(Fault::MissingTopics { names: names.into_iter().collect() })
    }

    /// Appends, after `missing` found every topic.
    fn append(&mut self, outputs: &[Output]) {
        for output in outputs {
            let Some((name, topic)) = self.topics.get_key_value(&output.topic) else { continue };
            let name = Arc::clone(name);
            let partitions = count(topic);
            let Some(topic) = self.topics.get_mut(&output.topic) else { continue };
            let number =
                murmur2::partition_or_turn(output.key.as_deref(), partitions, &mut topic.turn);
            let place = usize::try_from(number).unwrap_or(0);
            if let Some(partition) = topic.partitions.get_mut(place) {
                let offset = partition.latest();
                let origin = Origin { topic: name, partition: number, offset };
                partition.records.push(Arc::new(record(output, origin)));
            }
        }
    }
}

fn count(topic: &Topic) -> i32 {
    i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX)
}

fn record(output: &Output, origin: Origin) -> Record {
    let bytes = |bytes: &Option<bytes::Bytes>| bytes.as_ref().map(|bytes| bytes.to_vec());
    let header = |header: &crate::OutputHeader| Header {
        name: header.name.to_string(),
        value: bytes(&header.value),
    };
    Record {
        origin,
        timestamp_ms: output.timestamp_ms,
        key: bytes(&output.key),
        value: bytes(&output.value),
        headers: output.headers.iter().map(header).collect(),
    }
}

impl MemoryLog {
    /// An empty log.
    pub fn new() -> Self {
        Self::default()
    }

    /// Drops the records of a partition below `offset`, as retention does.
    pub fn delete_below(&self, partition: &TopicPartition, offset: i64) {
        let mut state = self.shared.lock();
        let number = usize::try_from(partition.partition).unwrap_or(usize::MAX);
        let topic = state.topics.get_mut(&partition.topic);
        let Some(kept) = topic.and_then(|topic| topic.partitions.get_mut(number)) else { return };
        let until = offset.clamp(kept.earliest, kept.latest());
        let drop = usize::try_from(until - kept.earliest).unwrap_or(0);
        kept.records.drain(..drop);
        kept.earliest = until;
    }
}

impl fmt::Debug for MemoryLog {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MemoryLog").finish_non_exhaustive()
    }
}

impl Log for MemoryLog {
    fn join(&self, membership: &Membership) -> Result<Box<dyn Member>, Fault> {
        Ok(Box::new(member::MemoryMember::join(Arc::clone(&self.shared), membership)))
    }

    fn append(&self, entries: &[Entry]) -> Result<(), Fault> {
        let mut state = self.shared.lock();
        state.missing(entries)?;
        state.append(entries);
        drop(state);
        self.shared.changed.notify_all();
        Ok(())
    }

    fn names(&self) -> Result<BTreeSet<String>, Fault> {
        Ok(self.shared.lock().topics.keys().map(ToString::to_string).collect())
    }

    fn describe(&self, names: &[String]) -> Result<Vec<TopicDescription>, Fault> {
        let state = self.shared.lock();
        let asked = |name: &str| names.iter().any(|asked| asked == name);
        let describe = |(name, topic): (&Arc<str>, &Topic)| {
            let bounds = |(partition, kept): (i32, &Partition)| PartitionBounds {
                partition,
                earliest: kept.earliest,
                latest: kept.latest(),
            };
            let partitions = (0..).zip(&topic.partitions).map(bounds).collect();
            TopicDescription { name: name.to_string(), partitions }
        };
        Ok(state.topics.iter().filter(|(name, _)| asked(name)).map(describe).collect())
    }

    fn create(&self, requests: &[TopicRequest]) -> Result<Vec<String>, Fault> {
        let mut state = self.shared.lock();
        let mut made = BTreeSet::new();
        for request in requests {
            if state.topics.contains_key(request.name.as_str()) {
                continue;
            }
            let partitions = request.partitions.unwrap_or(PARTITIONS).max(1);
            let topic = Topic {
                partitions: (0..partitions).map(|_| Partition::default()).collect(),
                turn: 0,
            };
            state.topics.insert(Arc::from(request.name.as_str()), topic);
            made.insert(request.name.clone());
        }
        let partitions = state.partitions();
        for group in state.groups.values_mut() {
            group.coordinator.set_partitions(partitions.clone());
        }
        drop(state);
        self.shared.changed.notify_all();
        Ok(made.into_iter().collect())
    }

    fn committed(
        &self,
        group: &str,
        topics: &[String],
    ) -> Result<BTreeMap<TopicPartition, i64>, Fault> {
        let state = self.shared.lock();
        let Some(group) = state.groups.get(group) else { return Ok(BTreeMap::new()) };
        let asked = |(partition, _): &(&TopicPartition, &i64)| {
            topics.iter().any(|topic| **topic == *partition.topic)
        };
        let offset = |(partition, next): (&TopicPartition, &i64)| (partition.clone(), *next);
        Ok(group.committed.iter().filter(asked).map(offset).collect())
    }

    fn reader(&self, ranges: Vec<Range>) -> Result<Box<dyn Reader>, Fault> {
        let state = self.shared.lock();
        let absent = ranges.iter().filter(|range| state.partition(&range.partition).is_none());
        let names: BTreeSet<String> =
            absent.map(|range| range.partition.topic.to_string()).collect();
        drop(state);
        if !names.is_empty() {
            return Err(Fault::MissingTopics { names: names.into_iter().collect() });
        }
        Ok(Box::new(reader::MemoryReader::new(Arc::clone(&self.shared), ranges)))
    }
}

#[cfg(test)]
mod tests;
