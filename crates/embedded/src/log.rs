//! The log itself, and what its members and readers share.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use pipeline::{
    Coordinator, Entry, Fault, Log, Member, Membership, Output, PartitionBounds, Range, Reader,
    TopicDescription, TopicPartition, TopicRequest,
};
use rusqlite::{Connection, TransactionBehavior};

use crate::catalogue::Catalogue;
use crate::database::{self, Settings, Trouble, storage};
use crate::lock::WorkersLock;
use crate::member::EmbeddedMember;
use crate::reader::EmbeddedReader;
use crate::retention;
use crate::writer::{self, Blocks};

/// How many partitions a topic gets where none are asked for.
const PARTITIONS: i32 = 4;

/// A log in a folder.
pub struct EmbeddedLog {
    shared: Arc<Shared>,
}

/// What the log, its members and its readers share within this process.
pub(crate) struct Shared {
    pub(crate) folder: PathBuf,
    pub(crate) settings: Settings,
    pub(crate) groups: Mutex<BTreeMap<String, Coordinator>>,
    writer: Mutex<Connection>,
    catalogue: RwLock<Arc<Catalogue>>,
    /// For `describe` and `committed`.
    reader: Mutex<Connection>,
    workers: Mutex<Workers>,
    /// Counts the changes made in this process.
    changes: Mutex<u64>,
    changed: Condvar,
    turn: Mutex<u64>,
    retention_due: Mutex<Instant>,
}

#[derive(Default)]
struct Workers {
    lock: Option<WorkersLock>,
    members: usize,
}

/// What a mutex guards. No change below is left half done by a panic: SQLite rolls back, and the
/// rest are single assignments.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(crate) fn now_ms(&self) -> i64 {
        (self.settings.clock)()
    }

    pub(crate) fn catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(&self.catalogue.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the topics anew, as another process may have made some.
    pub(crate) fn reload(&self) -> Result<Arc<Catalogue>, Trouble> {
        let catalogue = Arc::new(Catalogue::load(&locked(&self.reader))?);
        *self.catalogue.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&catalogue);
        let partitions = catalogue.partitions();
        for group in locked(&self.groups).values_mut() {
            group.set_partitions(partitions.clone());
        }
        Ok(catalogue)
    }

    /// A catalogue that knows `names`, or a fault that names those that don't exist.
    pub(crate) fn catalogue_with<'a>(
        &self,
        names: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<Arc<Catalogue>, Trouble> {
        let catalogue = self.catalogue();
        if names.clone().all(|name| catalogue.ids(name).is_some()) {
            return Ok(catalogue);
        }
        let catalogue = self.reload()?;
        let names = catalogue.missing(names);
        if names.is_empty() { Ok(catalogue) } else { Err(Fault::MissingTopics { names }.into()) }
    }

    /// Writes outputs and a group's steps in one transaction; see [`writer::write`].
    pub(crate) fn write(
        &self,
        outputs: &[Output],
        group: &str,
        steps: &[writer::Step],
    ) -> Result<bool, Trouble> {
        let catalogue = self.catalogue_with(outputs.iter().map(|output| &*output.topic))?;
        let now_ms = self.now_ms();
        let mut turn = *locked(&self.turn);
        let blocks = Blocks::encode(outputs, &catalogue, &mut turn, now_ms)?;
        *locked(&self.turn) = turn;
        let written = writer::write(&mut locked(&self.writer), &blocks, group, steps, now_ms)?;
        self.tell();
        Ok(written)
    }

    /// How many changes were made; to be read before looking, and given to [`Shared::wait`].
    pub(crate) fn changes(&self) -> u64 {
        *locked(&self.changes)
    }

    /// Wakes everybody who waits in this process.
    pub(crate) fn tell(&self) {
        *locked(&self.changes) += 1;
        self.changed.notify_all();
    }

    /// Waits for a change after `seen`, at most `wait_max`. True: there was one.
    pub(crate) fn wait(&self, seen: u64, wait_max: Duration) -> bool {
        let changes = locked(&self.changes);
        let waited = self.changed.wait_timeout_while(changes, wait_max, |changes| *changes == seen);
        *waited.unwrap_or_else(PoisonError::into_inner).0 != seen
    }

    /// Adds a member to those this process runs; the first one takes the lock.
    pub(crate) fn enter(&self) -> Result<(), Fault> {
        let mut workers = locked(&self.workers);
        if workers.lock.is_none() {
            workers.lock = Some(WorkersLock::take(&self.folder)?);
        }
        workers.members += 1;
        Ok(())
    }

    /// The last member gives the lock back.
    pub(crate) fn exit(&self) {
        let mut workers = locked(&self.workers);
        workers.members = workers.members.saturating_sub(1);
        if workers.members == 0 {
            workers.lock = None;
        }
    }

    /// Removes, now and then, a bounded slice of what is beyond its retention.
    pub(crate) fn retain(&self) -> Result<(), Trouble> {
        let mut due = locked(&self.retention_due);
        if Instant::now() < *due {
            return Ok(());
        }
        let more = retention::remove(&mut locked(&self.writer), self.now_ms())?;
        if !more {
            *due = Instant::now() + self.settings.retention_every;
        }
        Ok(())
    }
}

impl EmbeddedLog {
    /// Whether a log lies in this folder.
    pub fn is_at(folder: &Path) -> bool {
        folder.join(database::FILE).is_file()
    }

    /// Opens the log in `folder`, and makes both where they don't exist.
    pub fn open(folder: &Path, settings: Settings) -> Result<Self, Fault> {
        fs::create_dir_all(folder)
            .map_err(|error| storage(format!("{}: {error}", folder.display())))?;
        let named = |trouble: Trouble| match trouble {
            Trouble::Passing(reason) => {
                storage(format!("{}: {reason}", database::path(folder).display()))
            }
            Trouble::Fault(fault) => fault,
        };
        let writer = database::open_writer(folder, &settings).map_err(named)?;
        let reader = database::open_reader(folder, &settings).map_err(named)?;
        let catalogue = Catalogue::load(&reader).map_err(named)?;
        let shared = Shared {
            folder: folder.to_owned(),
            settings,
            groups: Mutex::default(),
            writer: Mutex::new(writer),
            catalogue: RwLock::new(Arc::new(catalogue)),
            reader: Mutex::new(reader),
            workers: Mutex::default(),
            changes: Mutex::default(),
            changed: Condvar::new(),
            turn: Mutex::default(),
            retention_due: Mutex::new(Instant::now()),
        };
        Ok(Self { shared: Arc::new(shared) })
    }
}

impl fmt::Debug for EmbeddedLog {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = &self.shared.folder;
        formatter.debug_struct("EmbeddedLog").field("folder", folder).finish_non_exhaustive()
    }
}

impl Log for EmbeddedLog {
    fn join(&self, membership: &Membership) -> Result<Box<dyn Member>, Fault> {
        Ok(Box::new(EmbeddedMember::join(Arc::clone(&self.shared), membership)?))
    }

    fn append(&self, entries: &[Entry]) -> Result<(), Fault> {
        self.shared.write(entries, "", &[])?;
        // What was appended is durable: trouble with retention is no failure of it.
        if self.shared.retain().is_err() {
            tracing::debug!("retention put off: the log is busy");
        }
        Ok(())
    }

    fn names(&self) -> Result<BTreeSet<String>, Fault> {
        Ok(names(&locked(&self.shared.reader)).map_err(Trouble::from)?)
    }

    fn describe(&self, names: &[String]) -> Result<Vec<TopicDescription>, Fault> {
        let asked: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        let mut topics = describe(&locked(&self.shared.reader)).map_err(Trouble::from)?;
        topics.retain(|topic| asked.contains(&*topic.name));
        Ok(topics)
    }

    fn create(&self, requests: &[TopicRequest]) -> Result<Vec<String>, Fault> {
        let made = create(&mut locked(&self.shared.writer), requests).map_err(Trouble::from)?;
        self.shared.reload()?;
        self.shared.tell();
        Ok(made.into_iter().collect())
    }

    fn committed(
        &self,
        group: &str,
        topics: &[String],
    ) -> Result<BTreeMap<TopicPartition, i64>, Fault> {
        let mut offsets = committed(&locked(&self.shared.reader), group).map_err(Trouble::from)?;
        offsets.retain(|partition, _| topics.iter().any(|topic| **topic == *partition.topic));
        Ok(offsets)
    }

    fn reader(&self, ranges: Vec<Range>) -> Result<Box<dyn Reader>, Fault> {
        Ok(Box::new(EmbeddedReader::open(Arc::clone(&self.shared), ranges)?))
    }
}

fn names(connection: &Connection) -> Result<BTreeSet<String>, rusqlite::Error> {
    let mut statement = connection.prepare_cached("SELECT name FROM topic")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

fn describe(connection: &Connection) -> Result<Vec<TopicDescription>, rusqlite::Error> {
    let mut statement = connection.prepare_cached(
        "SELECT topic.name, partition.number, partition.earliest, partition.next \
         FROM partition JOIN topic ON topic.id = topic_id ORDER BY topic.name, partition.number",
    )?;
    let mut rows = statement.query([])?;
    let mut topics: Vec<TopicDescription> = Vec::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        let bounds =
            PartitionBounds { partition: row.get(1)?, earliest: row.get(2)?, latest: row.get(3)? };
        match topics.last_mut() {
            Some(topic) if topic.name == name => topic.partitions.push(bounds),
            _ => topics.push(TopicDescription { name, partitions: vec![bounds] }),
        }
    }
    Ok(topics)
}

fn create(
    connection: &mut Connection,
    requests: &[TopicRequest],
) -> Result<BTreeSet<String>, rusqlite::Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut made = BTreeSet::new();
    for request in requests {
        let retention_ms = request
            .retention
            .map(|retention| i64::try_from(retention.as_millis()).unwrap_or(i64::MAX));
        let inserted = transaction.execute(
            "INSERT INTO topic (name, retention_ms) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            (&request.name, retention_ms),
        )?;
        if inserted == 0 {
            continue;
        }
        let topic = transaction.last_insert_rowid();
        for number in 0..request.partitions.unwrap_or(PARTITIONS).max(1) {
            transaction.execute(
                "INSERT INTO partition (topic_id, number) VALUES (?1, ?2)",
                (topic, number),
            )?;
        }
        made.insert(request.name.clone());
    }
    transaction.commit()?;
    Ok(made)
}

fn committed(
    connection: &Connection,
    group: &str,
) -> Result<BTreeMap<TopicPartition, i64>, rusqlite::Error> {
    let mut statement = connection.prepare_cached(
        "SELECT topic.name, partition.number, committed.next FROM committed \
         JOIN partition ON partition.id = partition_id JOIN topic ON topic.id = topic_id \
         WHERE group_name = ?1",
    )?;
    let read = |row: &rusqlite::Row<'_>| {
        let partition = TopicPartition { topic: row.get(0)?, partition: row.get(1)? };
        Ok((partition, row.get(2)?))
    };
    statement.query_map([group], read)?.collect()
}
