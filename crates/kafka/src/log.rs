//! The log itself: topics, appends, offsets, and the doors to members and readers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use pipeline::{
    Entry, Fault, Log, Member, Membership, PartitionBounds, Range, Reader, TopicDescription,
    TopicPartition, TopicRequest,
};
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};

use crate::ask::{self, Bounds};
use crate::client::{Quiet, aside, lock};
use crate::member::{CREDENTIALS_TRIES, KafkaMember, SLICE};
use crate::outlet::Outlet;
use crate::reader::KafkaReader;
use crate::ready::EVENTS_MAX;
use crate::settings::Settings;
use crate::topics;
use crate::verdict::{Step, Symptom, Verdict, fault_of, judge, without_values};

/// The group of clients that join none; nothing is ever committed for it.
const READER_GROUP: &str = "voc-reader";
/// Between two questions whose answer isn't there yet.
const PAUSE: Duration = Duration::from_millis(20);

/// A log on Kafka brokers. Its calls from outside a worker end within `call_timeout`.
pub struct KafkaLog {
    settings: Arc<Settings>,
    /// Asks for topics and bounds; made when first needed.
    asker: Mutex<Option<Arc<BaseConsumer<Quiet>>>>,
    /// Asks for ends beyond the transactions under way; made when first needed.
    peeker: Mutex<Option<Arc<BaseConsumer<Quiet>>>>,
    /// Writes what is appended; made when first needed.
    outlet: Mutex<Option<Outlet>>,
}

impl KafkaLog {
    /// Nothing is asked of a broker yet.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings: Arc::new(settings),
            asker: Mutex::default(),
            peeker: Mutex::default(),
            outlet: Mutex::default(),
        }
    }

    fn deadline(&self) -> Instant {
        Instant::now() + self.settings.call_timeout
    }

    fn unreachable(&self, reason: impl Into<String>) -> Fault {
        Fault::Unreachable { address: self.settings.brokers.clone(), reason: reason.into() }
    }

    fn fault(&self, symptom: Symptom) -> Fault {
        fault_of(symptom, &self.settings.brokers)
    }

    /// A client to ask with, once a broker has answered it.
    fn asker(&self, deadline: Instant) -> Result<Arc<BaseConsumer<Quiet>>, Fault> {
        let config = self.settings.reader(READER_GROUP);
        self.kept(&self.asker, &config, deadline)
    }

    /// One that sees beyond the transactions under way.
    fn peeker(&self, deadline: Instant) -> Result<Arc<BaseConsumer<Quiet>>, Fault> {
        let config = self.settings.peeker(READER_GROUP);
        self.kept(&self.peeker, &config, deadline)
    }

    fn kept(
        &self,
        place: &Mutex<Option<Arc<BaseConsumer<Quiet>>>>,
        config: &ClientConfig,
        deadline: Instant,
    ) -> Result<Arc<BaseConsumer<Quiet>>, Fault> {
        let mut place = lock(place);
        if let Some(client) = &*place {
            return Ok(Arc::clone(client));
        }
        let client = Arc::new(self.connected(config, deadline)?);
        *place = Some(Arc::clone(&client));
        Ok(client)
    }

    fn connected(
        &self,
        config: &ClientConfig,
        deadline: Instant,
    ) -> Result<BaseConsumer<Quiet>, Fault> {
        let mut refused = 0;
        let mut consumer = client(config)?;
        let mut note = "no answer".to_owned();
        loop {
            let answer = consumer.fetch_metadata(Some("voc"), SLICE);
            // The reason comes as an event; one poll takes in one.
            (0..EVENTS_MAX).for_each(|_| drop(consumer.poll(Duration::ZERO)));
            let trouble = consumer.context().take();
            if answer.is_ok() {
                return Ok(consumer);
            }
            if let Some(trouble) = trouble {
                let symptom = Symptom::new(Step::Ask, trouble.code, trouble.reason);
                note.clone_from(&symptom.reason);
                if judge(&symptom) == Verdict::Credentials {
                    refused += 1;
                    if refused >= CREDENTIALS_TRIES {
                        return Err(self.fault(symptom));
                    }
                    consumer = client(config)?;
                }
            }
            if Instant::now() >= deadline {
                return Err(self.unreachable(note));
            }
        }
    }

    /// Asks until there is an answer or the time is over.
    fn ask<T>(
        &self,
        deadline: Instant,
        question: impl Fn(Duration) -> Result<T, Symptom>,
    ) -> Result<T, Fault> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match question(left.max(SLICE)) {
                Ok(answer) => return Ok(answer),
                Err(symptom) if judge(&symptom) == Verdict::Wait && !left.is_zero() => {
                    thread::sleep(PAUSE);
                }
                Err(symptom) => return Err(self.fault(symptom)),
            }
        }
    }

    fn topics(&self, deadline: Instant) -> Result<BTreeMap<String, Vec<i32>>, Fault> {
        let asker = self.asker(deadline)?;
        self.ask(deadline, |left| ask::topics(&asker, left))
    }

    /// Those of these topics that exist.
    fn topics_of(
        &self,
        names: &[String],
        deadline: Instant,
    ) -> Result<BTreeMap<String, Vec<i32>>, Fault> {
        let mut topics = self.topics(deadline)?;
        topics.retain(|name, _| names.contains(name));
        Ok(topics)
    }

    /// What the partitions hold, once each transaction that is under way now has ended: what was
    /// committed before the call lies below `latest`, though its markers were not all written yet.
    fn settled_bounds(
        &self,
        partitions: &[TopicPartition],
        deadline: Instant,
    ) -> Result<BTreeMap<TopicPartition, Bounds>, Fault> {
        let (asker, peeker) = (self.asker(deadline)?, self.peeker(deadline)?);
        let written = self.ask(deadline, |left| ask::bounds(&peeker, partitions, left))?;
        let patience = Instant::now() + self.settings.transaction_ends_within();
        loop {
            let deadline = self.deadline();
            let bounds = self.ask(deadline, |left| ask::bounds(&asker, partitions, left))?;
            let latest = |partition| bounds.get(partition).map(|bounds: &Bounds| bounds.latest);
            let ended = written.iter().all(|(partition, at)| latest(partition) >= Some(at.latest));
            if ended || Instant::now() >= patience {
                return Ok(bounds);
            }
            thread::sleep(PAUSE);
        }
    }

    /// Waits until each broker that answers knows these topics.
    fn await_topics(&self, names: &[String], deadline: Instant) -> Result<(), Fault> {
        loop {
            let topics = self.topics(deadline)?;
            if names.iter().all(|name| topics.contains_key(name)) {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(self.unreachable("the topics made are not there yet"));
            }
            thread::sleep(PAUSE);
        }
    }
}

/// Nothing is asked of a broker yet.
fn client(config: &ClientConfig) -> Result<BaseConsumer<Quiet>, Fault> {
    config
        .create_with_context(Quiet::default())
        .map_err(|error| Fault::Fatal { reason: without_values(&error) })
}

/// Nobody waits for its clients: closing one takes long where no broker answers.
impl Drop for KafkaLog {
    fn drop(&mut self) {
        let askers = [lock(&self.asker).take(), lock(&self.peeker).take()];
        drop(aside(move || drop(askers)));
        if let Some(outlet) = lock(&self.outlet).take() {
            drop(outlet.close(Duration::ZERO));
        }
    }
}

impl fmt::Debug for KafkaLog {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("KafkaLog").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Log for KafkaLog {
    fn join(&self, membership: &Membership) -> Result<Box<dyn Member>, Fault> {
        Ok(Box::new(KafkaMember::new(Arc::clone(&self.settings), membership.clone())))
    }

    fn append(&self, entries: &[Entry]) -> Result<(), Fault> {
        let deadline = self.deadline();
        let topics = self.topics(deadline)?;
        let named: BTreeSet<&str> = entries.iter().map(|entry| &*entry.topic).collect();
        let missing = named.into_iter().filter(|name| !topics.contains_key(*name));
        let missing: Vec<String> = missing.map(str::to_owned).collect();
        if !missing.is_empty() {
            return Err(Fault::MissingTopics { names: missing });
        }
        let mut kept = lock(&self.outlet);
        let mut outlet = match kept.take() {
            Some(outlet) => outlet,
            None => Outlet::new(&self.settings, None, Some(self.settings.call_timeout))
                .map_err(|reason| Fault::Fatal { reason })?,
        };
        outlet.begin_write();
        let written = loop {
            match outlet.write(entries, Instant::now() + SLICE) {
                Ok(false) => {}
                Ok(true) => break Ok(()),
                Err(symptom) => break Err(symptom),
            }
        };
        match written {
            Ok(()) => *kept = Some(outlet),
            // The producer may still hold records: none of them may come later.
            Err(_) => drop(outlet.close(Duration::ZERO)),
        }
        written.map_err(|symptom| self.fault(symptom))
    }

    fn names(&self) -> Result<BTreeSet<String>, Fault> {
        Ok(self.topics(self.deadline())?.into_keys().collect())
    }

    fn describe(&self, names: &[String]) -> Result<Vec<TopicDescription>, Fault> {
        let deadline = self.deadline();
        let topics = self.topics_of(names, deadline)?;
        let asker = self.asker(deadline)?;
        let partitions = ask::partitions_of(&topics);
        let bounds = self.ask(deadline, |left| ask::bounds(&asker, &partitions, left))?;
        Ok(described(&topics, &bounds))
    }

    fn describe_settled(&self, names: &[String]) -> Result<Vec<TopicDescription>, Fault> {
        let deadline = self.deadline();
        let topics = self.topics_of(names, deadline)?;
        let bounds = self.settled_bounds(&ask::partitions_of(&topics), deadline)?;
        Ok(described(&topics, &bounds))
    }

    fn create(&self, requests: &[TopicRequest]) -> Result<Vec<String>, Fault> {
        let deadline = self.deadline();
        let topics = self.topics(deadline)?;
        let missing: Vec<&TopicRequest> =
            requests.iter().filter(|request| !topics.contains_key(&request.name)).collect();
        if missing.is_empty() {
            return Ok(Vec::new());
        }
        let left = deadline.saturating_duration_since(Instant::now()).max(SLICE);
        let mut made = topics::make(&self.settings, &missing, left)?;
        self.await_topics(&made, deadline)?;
        made.sort_unstable();
        Ok(made)
    }

    fn committed(
        &self,
        group: &str,
        topics: &[String],
    ) -> Result<BTreeMap<TopicPartition, i64>, Fault> {
        let deadline = self.deadline();
        let partitions = ask::partitions_of(&self.topics_of(topics, deadline)?);
        let asker = self.connected(&self.settings.reader(group), deadline)?;
        // An offset over which a transaction is under way is waited for, by a broker that answers.
        let patience = Instant::now() + self.settings.transaction_ends_within();
        loop {
            match ask::committed(&asker, &partitions, SLICE) {
                Ok(committed) => {
                    let known = |(partition, at): (TopicPartition, Option<i64>)| {
                        at.map(|at| (partition, at))
                    };
                    return Ok(committed.into_iter().filter_map(known).collect());
                }
                Err(symptom) if judge(&symptom) == Verdict::Wait && Instant::now() < patience => {
                    self.topics(self.deadline())?;
                }
                Err(symptom) => return Err(self.fault(symptom)),
            }
        }
    }

    fn reader(&self, ranges: Vec<Range>) -> Result<Box<dyn Reader>, Fault> {
        let deadline = self.deadline();
        let asker = self.asker(deadline)?;
        let partitions: Vec<&TopicPartition> =
            ranges.iter().map(|range| &range.partition).collect();
        let bounds =
            self.ask(deadline, |left| ask::bounds(&asker, partitions.iter().copied(), left))?;
        let consumer = client(&self.settings.reader(READER_GROUP))?;
        Ok(Box::new(KafkaReader::new(consumer, Arc::clone(&self.settings), ranges, &bounds)))
    }
}

fn described(
    topics: &BTreeMap<String, Vec<i32>>,
    bounds: &BTreeMap<TopicPartition, Bounds>,
) -> Vec<TopicDescription> {
    let mut described: BTreeMap<&str, Vec<PartitionBounds>> =
        topics.keys().map(|name| (name.as_str(), Vec::new())).collect();
    for (partition, bounds) in bounds {
        if let Some(partitions) = described.get_mut(&*partition.topic) {
            partitions.push(PartitionBounds {
                partition: partition.partition,
                earliest: bounds.earliest,
                latest: bounds.latest,
            });
        }
    }
    let description =
        |(name, partitions): (&str, _)| TopicDescription { name: name.to_owned(), partitions };
    described.into_iter().map(description).collect()
}
