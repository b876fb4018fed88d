//! A member of a group on the memory log.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::Instant;

use super::{Group, Shared, State};
use crate::{
    Batch, BatchBounds, Commit, Fault, Lag, Member, Membership, Output, Readiness, TopicPartition,
};

pub(super) struct MemoryMember {
    shared: Arc<Shared>,
    group: String,
    id: u64,
    /// The coordinator's version that `positions` follows.
    settled: Option<u64>,
    positions: BTreeMap<TopicPartition, Position>,
    /// The partition read last, so that the next poll begins after it.
    last: Option<TopicPartition>,
}

#[derive(Clone, Copy)]
struct Position {
    next: i64,
    /// Where the group stands, as this member last saw it.
    committed: i64,
    read_timestamp_ms: Option<i64>,
}

impl MemoryMember {
    pub(super) fn join(shared: Arc<Shared>, membership: &Membership) -> Self {
        let mut state = shared.lock();
        let partitions = state.partitions();
        let group = state.groups.entry(membership.group.clone()).or_default();
        group.coordinator.set_partitions(partitions);
        let id = group.coordinator.join(&membership.topics);
        drop(state);
        shared.changed.notify_all();
        Self {
            shared,
            group: membership.group.clone(),
            id,
            settled: None,
            positions: BTreeMap::new(),
            last: None,
        }
    }

    /// Follows the coordinator. True: something changed that others may be waiting for.
    fn settle(&mut self, state: &mut State) -> Result<bool, Fault> {
        let Some(group) = state.groups.get_mut(&self.group) else { return Ok(false) };
        if self.settled == Some(group.coordinator.version()) {
            return Ok(false);
        }
        let holds = group.coordinator.settle(self.id);
        self.settled = Some(group.coordinator.version());
        self.positions.retain(|partition, _| holds.contains(partition));
        for partition in holds {
            if !self.positions.contains_key(&partition) {
                let position = Position::start(state, &self.group, &partition)?;
                self.positions.insert(partition, position);
            }
        }
        Ok(true)
    }

    /// Takes what there is, partition after partition in turn, up to the bounds.
    fn take(
        &mut self,
        state: &State,
        bounds: &BatchBounds,
        bytes: &mut usize,
        batch: &mut Batch,
    ) -> Result<(), Fault> {
        let after = self.last.clone();
        let order: Vec<TopicPartition> = match after {
            Some(last) => {
                let (before, later): (Vec<_>, Vec<_>) =
                    self.positions.keys().cloned().partition(|partition| *partition <= last);
                later.into_iter().chain(before).collect()
            }
            None => self.positions.keys().cloned().collect(),
        };
        for partition in order {
            let Some(position) = self.positions.get_mut(&partition) else { continue };
            let Some(kept) = state.partition(&partition) else { continue };
            if position.next < kept.earliest {
                return Err(out_of_range(&partition, position.next, kept.earliest));
            }
            for record in kept.from(position.next) {
                let weight = [&record.key, &record.value]
                    .into_iter()
                    .map(|bytes| bytes.as_ref().map_or(0, Vec::len))
                    .sum::<usize>();
                let full = *bytes + weight > bounds.bytes_max && !batch.is_empty();
                if full || batch.records.len() >= bounds.records_max {
                    return Ok(());
                }
                *bytes += weight;
                position.next = record.origin.offset + 1;
                position.read_timestamp_ms = record.timestamp_ms;
                batch.push(record.as_ref().clone());
                self.last = Some(partition.clone());
            }
        }
        Ok(())
    }

    /// Stands where the group stands.
    fn rewind_to_committed(&mut self) {
        for position in self.positions.values_mut() {
            position.next = position.committed;
        }
    }
}

impl Position {
    fn start(state: &State, group: &str, partition: &TopicPartition) -> Result<Self, Fault> {
        let kept = state.partition(partition);
        let (earliest, latest) = kept.map_or((0, 0), |kept| (kept.earliest, kept.latest()));
        let group = state.groups.get(group);
        let next = match group.and_then(|group: &Group| group.committed.get(partition)) {
            None => earliest,
            Some(offset) if (earliest..=latest).contains(offset) => *offset,
            Some(offset) => return Err(out_of_range(partition, *offset, earliest)),
        };
        Ok(Self { next, committed: next, read_timestamp_ms: None })
    }
}

fn out_of_range(partition: &TopicPartition, offset: i64, earliest: i64) -> Fault {
    Fault::OffsetOutOfRange {
        topic: partition.topic.to_string(),
        partition: partition.partition,
        offset,
        earliest,
    }
}

impl Member for MemoryMember {
    fn poll(&mut self, bounds: &BatchBounds, batch: &mut Batch) -> Result<(), Fault> {
        batch.clear();
        let mut bytes = 0;
        let mut until = Instant::now() + bounds.wait_max;
        let shared = Arc::clone(&self.shared);
        let mut state = shared.lock();
        loop {
            // Partitions come and go only before the first record is taken: one that went would
            // have to leave the batch again.
            if batch.is_empty() && self.settle(&mut state)? {
                shared.changed.notify_all();
            }
            let was_empty = batch.is_empty();
            self.take(&state, bounds, &mut bytes, batch)?;
            if was_empty && !batch.is_empty() {
                until = Instant::now() + bounds.linger;
            }
            let full = batch.records.len() >= bounds.records_max || bytes >= bounds.bytes_max;
            let left = until.saturating_duration_since(Instant::now());
            if full || left.is_zero() {
                return Ok(());
            }
            let waited = shared.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn commit(&mut self, batch: &Batch, outputs: &[Output]) -> Result<Commit, Fault> {
        let shared = Arc::clone(&self.shared);
        let mut state = shared.lock();
        state.missing(outputs)?;
        let first = batch.first_offsets();
        let fits = state.groups.get(&self.group).is_some_and(|group| {
            batch.next.keys().all(|partition| {
                let expected = self.positions.get(partition).map(|position| position.committed);
                let stands = group.committed.get(partition).copied().or(expected);
                group.coordinator.holds(self.id, partition)
                    && expected.is_some()
                    && stands == expected
                    && first.get(partition).copied() == expected
            })
        });
        if !fits {
            drop(state);
            self.rewind_to_committed();
            return Ok(Commit::Rewound);
        }
        state.append(outputs);
        if let Some(group) = state.groups.get_mut(&self.group) {
            for (partition, next) in &batch.next {
                group.committed.insert(partition.clone(), *next);
                if let Some(position) = self.positions.get_mut(partition) {
                    position.committed = *next;
                }
            }
        }
        drop(state);
        shared.changed.notify_all();
        Ok(Commit::Committed)
    }

    fn readiness(&self) -> Readiness {
        Readiness::Ready
    }

    fn lag(&self) -> Vec<Lag> {
        let state = self.shared.lock();
        let lag = |(partition, position): (&TopicPartition, &Position)| Lag {
            partition: partition.clone(),
            records: state.partition(partition).map_or(0, |kept| kept.latest() - position.next),
            read_timestamp_ms: position.read_timestamp_ms,
        };
        self.positions.iter().map(lag).collect()
    }

    fn leave(self: Box<Self>) -> Result<(), Fault> {
        Ok(())
    }
}

/// A member that is gone, however it went, frees its partitions.
impl Drop for MemoryMember {
    fn drop(&mut self) {
        if let Some(group) = self.shared.lock().groups.get_mut(&self.group) {
            group.coordinator.leave(self.id);
        }
        self.shared.changed.notify_all();
    }
}
