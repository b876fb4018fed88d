//! A member of a group on the embedded log. Where it can't commit for now (disk full, another
//! process writes and writes) it stands back and tries again, with growing pauses: the records wait
//! in the log, nothing is lost.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use pipeline::{
    Batch, BatchBounds, Commit, Fault, Lag, Member, Membership, Output, Readiness, TopicPartition,
};
use rusqlite::{Connection, OptionalExtension};

use crate::cursor::{self, Cursor};
use crate::database::{self, Trouble, storage};
use crate::log::{Shared, locked};
use crate::writer::Step;

/// How long to wait before looking again whether another process wrote: from, and growing to.
pub(crate) const PAUSE_MIN: Duration = Duration::from_millis(1);
pub(crate) const PAUSE_MAX: Duration = Duration::from_millis(20);

/// How long to stand back after a commit that failed for now: from, and growing to.
const BACK_OFF_MIN: Duration = Duration::from_millis(50);
const BACK_OFF_MAX: Duration = Duration::from_secs(5);

pub(crate) struct EmbeddedMember {
    shared: Arc<Shared>,
    connection: Connection,
    group: String,
    id: u64,
    topics: Vec<String>,
    /// The coordinator's version that `places` follows.
    settled: Option<u64>,
    places: BTreeMap<TopicPartition, Place>,
    /// The partition read last, so that the next poll begins after it.
    last: Option<TopicPartition>,
    hindrance: Option<Hindrance>,
}

struct Place {
    cursor: Cursor,
    /// Where the group stands.
    committed: i64,
    read_timestamp_ms: Option<i64>,
}

/// What keeps the member from working for now.
struct Hindrance {
    reason: String,
    since: Instant,
    back_off: Duration,
    until: Instant,
}

impl EmbeddedMember {
    pub(crate) fn join(shared: Arc<Shared>, membership: &Membership) -> Result<Self, Fault> {
        let connection = database::open_reader(&shared.folder, &shared.settings)?;
        shared.enter()?;
        let partitions = shared.catalogue().partitions();
        let mut groups = locked(&shared.groups);
        let group = groups.entry(membership.group.clone()).or_default();
        group.set_partitions(partitions);
        let id = group.join(&membership.topics);
        drop(groups);
        shared.tell();
        Ok(Self {
            shared,
            connection,
            group: membership.group.clone(),
            id,
            topics: membership.topics.clone(),
            settled: None,
            places: BTreeMap::new(),
            last: None,
            hindrance: None,
        })
    }

    /// Takes and gives partitions as the coordinator says.
    fn settle(&mut self) -> Result<(), Trouble> {
        let mut catalogue = self.shared.catalogue();
        if self.topics.iter().any(|topic| catalogue.ids(topic).is_none()) {
            catalogue = self.shared.reload()?;
        }
        let mut groups = locked(&self.shared.groups);
        let Some(group) = groups.get_mut(&self.group) else { return Ok(()) };
        if self.settled == Some(group.version()) {
            return Ok(());
        }
        let holds = group.settle(self.id);
        self.settled = Some(group.version());
        drop(groups);
        self.places.retain(|partition, _| holds.contains(partition));
        for partition in holds {
            if self.places.contains_key(&partition) {
                continue;
            }
            let Some(id) = catalogue.id(&partition) else { continue };
            let place = Place::start(&self.connection, &self.group, partition.clone(), id);
            // What isn't placed now must be at the next poll.
            let place = place.inspect_err(|_| self.settled = None)?;
            self.places.insert(partition, place);
        }
        self.shared.tell();
        Ok(())
    }

    fn fill(&mut self, bounds: &BatchBounds, batch: &mut Batch) -> Result<(), Trouble> {
        let mut bytes = 0;
        let mut pause = PAUSE_MIN;
        let mut until = Instant::now() + bounds.wait_max;
        loop {
            let seen = self.shared.changes();
            let was_empty = batch.is_empty();
            // Partitions come and go only before the first record is taken: one that went would
            // have to leave the batch again.
            if was_empty {
                self.settle()?;
            }
            let full = self.take(bounds, &mut bytes, batch)?;
            if was_empty && !batch.is_empty() {
                until = Instant::now() + bounds.linger;
            }
            let left = until.saturating_duration_since(Instant::now());
            if full || left.is_zero() {
                return Ok(());
            }
            let changed = self.shared.wait(seen, pause.min(left));
            pause = if changed { PAUSE_MIN } else { (pause * 2).min(PAUSE_MAX) };
        }
    }

    /// Takes what there is, partition after partition in turn. True: the batch is full.
    fn take(
        &mut self,
        bounds: &BatchBounds,
        bytes: &mut usize,
        batch: &mut Batch,
    ) -> Result<bool, Trouble> {
        let last = self.last.clone();
        let is_later =
            |partition: &TopicPartition| last.as_ref().is_none_or(|last| partition > last);
        for round in [true, false] {
            for (partition, place) in &mut self.places {
                if is_later(partition) != round {
                    continue;
                }
                while let Some(weight) = place.cursor.peek(&self.connection)? {
                    let over = *bytes + weight > bounds.bytes_max && !batch.is_empty();
                    if over || batch.records.len() >= bounds.records_max {
                        return Ok(true);
                    }
                    let Some(record) = place.cursor.read()? else { break };
                    *bytes += weight;
                    place.read_timestamp_ms = record.timestamp_ms;
                    batch.push(record);
                    if self.last.as_ref() != Some(partition) {
                        self.last = Some(partition.clone());
                    }
                }
            }
        }
        Ok(batch.records.len() >= bounds.records_max || *bytes >= bounds.bytes_max)
    }

    /// The steps a commit of `batch` takes; `None` where it isn't this member's to commit.
    fn steps(&self, batch: &Batch) -> Option<Vec<Step>> {
        let first = batch.first_offsets();
        let groups = locked(&self.shared.groups);
        let group = groups.get(&self.group)?;
        let step = |(partition, next): (&TopicPartition, &i64)| {
            let place = self.places.get(partition)?;
            let begins = first.get(partition).copied().unwrap_or(place.committed);
            let fits = group.holds(self.id, partition) && begins == place.committed;
            fits.then(|| Step {
                partition: partition.clone(),
                id: place.cursor.id(),
                from: place.committed,
                to: *next,
            })
        };
        batch.next.iter().map(step).collect()
    }

    /// Stands where the group stands.
    fn rewind_to_committed(&mut self) {
        for place in self.places.values_mut() {
            place.cursor.seek(place.committed);
        }
    }

    /// Stands back; a fault once that lasts too long.
    fn stand_back(&mut self, reason: String) -> Result<(), Fault> {
        let now = Instant::now();
        let (since, back_off) = match &self.hindrance {
            Some(before) => (before.since, (before.back_off * 2).min(BACK_OFF_MAX)),
            None => (now, BACK_OFF_MIN),
        };
        tracing::warn!(group = self.group, reason, "embedded log not writable, standing back");
        if self.shared.settings.give_up_after.is_some_and(|most| now - since >= most) {
            return Err(storage(reason));
        }
        self.hindrance = Some(Hindrance { reason, since, back_off, until: now + back_off });
        Ok(())
    }
}

impl Place {
    fn start(
        connection: &Connection,
        group: &str,
        partition: TopicPartition,
        id: i64,
    ) -> Result<Self, Trouble> {
        let bounds = cursor::bounds(connection, id)?;
        let mut statement = connection.prepare_cached(
            "SELECT next FROM committed WHERE group_name = ?1 AND partition_id = ?2",
        )?;
        let committed: Option<i64> =
            statement.query_row((group, id), |row| row.get(0)).optional()?;
        let committed = committed.unwrap_or(bounds.earliest);
        let cursor = Cursor::new(partition, id, committed);
        if !(bounds.earliest..=bounds.latest).contains(&committed) {
            return Err(cursor.out_of_range(bounds.earliest).into());
        }
        Ok(Self { cursor, committed, read_timestamp_ms: None })
    }
}

impl Member for EmbeddedMember {
    fn poll(&mut self, bounds: &BatchBounds, batch: &mut Batch) -> Result<(), Fault> {
        batch.clear();
        if let Some(hindrance) = &self.hindrance {
            let rest = hindrance.until.saturating_duration_since(Instant::now());
            std::thread::sleep(rest.min(bounds.wait_max));
            if Instant::now() < hindrance.until {
                return Ok(());
            }
        }
        match self.fill(bounds, batch) {
            Ok(()) => {
                if batch.is_empty() {
                    // Reading works and nothing waits to be written: what hindered is over.
                    self.hindrance = None;
                }
                if batch.is_empty() && self.shared.retain().is_err() {
                    tracing::debug!("retention put off, the log is busy");
                }
                Ok(())
            }
            Err(Trouble::Passing(reason)) => {
                self.rewind_to_committed();
                batch.clear();
                self.stand_back(reason)
            }
            Err(Trouble::Fault(fault)) => Err(fault),
        }
    }

    fn commit(&mut self, batch: &Batch, outputs: &[Output]) -> Result<Commit, Fault> {
        let Some(steps) = self.steps(batch) else {
            self.rewind_to_committed();
            return Ok(Commit::Rewound);
        };
        match self.shared.write(outputs, &self.group, &steps) {
            Ok(true) => {
                for step in steps {
                    if let Some(place) = self.places.get_mut(&step.partition) {
                        place.committed = step.to;
                    }
                }
                self.hindrance = None;
                if self.shared.retain().is_err() {
                    tracing::debug!("retention put off, the log is busy");
                }
                Ok(Commit::Committed)
            }
            Ok(false) => {
                tracing::warn!(group = self.group, "group moved by another, starting anew");
                self.places.clear();
                self.settled = None;
                Ok(Commit::Rewound)
            }
            Err(Trouble::Passing(reason)) => {
                self.rewind_to_committed();
                self.stand_back(reason)?;
                Ok(Commit::Rewound)
            }
            Err(Trouble::Fault(fault)) => Err(fault),
        }
    }

    fn readiness(&self) -> Readiness {
        match &self.hindrance {
            Some(hindrance) => Readiness::NotReady(hindrance.reason.clone()),
            None => Readiness::Ready,
        }
    }

    fn lag(&self) -> Vec<Lag> {
        let lag = |(partition, place): (&TopicPartition, &Place)| {
            let latest = cursor::bounds(&self.connection, place.cursor.id())
                .map_or(place.cursor.next, |bounds| bounds.latest);
            Lag {
                partition: partition.clone(),
                records: latest - place.cursor.next,
                read_timestamp_ms: place.read_timestamp_ms,
            }
        };
        self.places.iter().map(lag).collect()
    }

    fn leave(self: Box<Self>) -> Result<(), Fault> {
        Ok(())
    }
}

/// A member that is gone, however it went, frees its partitions.
impl Drop for EmbeddedMember {
    fn drop(&mut self) {
        if let Some(group) = locked(&self.shared.groups).get_mut(&self.group) {
            group.leave(self.id);
        }
        self.shared.exit();
        self.shared.tell();
    }
}
