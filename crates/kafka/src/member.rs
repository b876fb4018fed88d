//! One worker's member of a group: polls first, transacts after.
//!
//! Between the begin of a transaction and its commit the consumer is never polled, so a rebalance
//! meets only a batch that is not yet produced, and takes the records of the partitions that go out
//! of it. How the member comes to work is in `ready.rs`, how it fills a batch in `poll.rs`, how it
//! commits in `commit.rs`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use feedback::Record;
use pipeline::{
    Backoff, Batch, BatchBounds, Commit, Fault, Lag, Member, Membership, Output, Patience,
    Readiness, TopicPartition,
};
use rdkafka::consumer::ConsumerGroupMetadata;
use rdkafka::error::KafkaError;

use crate::assignment::{Assignment, Offsets, StallRules};
use crate::commit::Course;
use crate::group::{Event, GroupConsumer};
use crate::limit::Limit;
use crate::outlet::Outlet;
use crate::record::Topics;
use crate::settings::Settings;
use crate::statistics::Snapshot;
use crate::verdict::{Step, Symptom, Verdict, judge};

/// How long the slices are in which a call that may block is made.
pub(crate) const SLICE: Duration = Duration::from_millis(500);
/// How long a client may take to close before it is left to itself.
pub(crate) const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// The stretch in which rejoins and fencings are counted.
const COUNTED_WITHIN: Duration = Duration::from_mins(10);
/// How often credentials are tried.
pub(crate) const CREDENTIALS_TRIES: u32 = 3;
/// How often in [`COUNTED_WITHIN`] the consumer is made anew.
const REJOINS_MAX: usize = 3;

/// How far a member has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// No broker has answered yet.
    Connecting,
    /// The producer isn't ready yet, or has a transaction to abort.
    Starting,
    /// In the group, or on the way in.
    Joined,
}

/// Whether what is read counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Each position was checked against the group's offsets at the generation in hand.
    Settled,
    /// They must be checked; after a rebalance the generation must be taken in hand, too.
    Unsettled {
        /// After a rebalance.
        rebalanced: bool,
    },
    /// The group refused a commit: a rebalance is coming, and nothing read before it counts.
    Parked {
        /// Since when.
        since: Instant,
    },
}

/// A member of a group on Kafka.
pub(crate) struct KafkaMember {
    pub(crate) settings: Arc<Settings>,
    pub(crate) membership: Membership,
    pub(crate) consumer: Option<GroupConsumer>,
    pub(crate) outlet: Option<Outlet>,
    pub(crate) phase: Phase,
    pub(crate) subscribed: bool,
    pub(crate) standing: Standing,
    pub(crate) assignment: Assignment,
    /// Who we are to the group, as of the last rebalance that was settled. Taken any later it could
    /// belong to a generation in which the records in hand are somebody else's: librdkafka rejoins
    /// in the background.
    pub(crate) metadata: Option<Arc<ConsumerGroupMetadata>>,
    /// How far the commit of the batch in hand has come.
    pub(crate) course: Course,
    /// A record that was read and did not fit.
    pub(crate) carry: Option<Record>,
    pub(crate) topics: Topics,
    pub(crate) note: String,
    pub(crate) refusals: u32,
    pub(crate) renewals: u32,
    pub(crate) fencings: Limit,
    rejoins: Limit,
    /// Between two consumers.
    pub(crate) backoff: Backoff,
    /// Between two producers.
    pub(crate) pause: Backoff,
    pub(crate) link: Patience,
    pub(crate) settling: Patience,
    pub(crate) committing: Patience,
}

impl KafkaMember {
    pub(crate) fn new(settings: Arc<Settings>, membership: Membership) -> Self {
        let patience = || Patience::new(settings.give_up_after);
        Self {
            consumer: None,
            outlet: None,
            phase: Phase::Connecting,
            subscribed: false,
            standing: Standing::Settled,
            assignment: Assignment::default(),
            metadata: None,
            course: Course::Idle,
            carry: None,
            topics: Topics::default(),
            note: "no broker has answered yet".to_owned(),
            refusals: 0,
            renewals: 0,
            fencings: Limit::new(settings.renewals_max as usize, COUNTED_WITHIN),
            rejoins: Limit::new(REJOINS_MAX, COUNTED_WITHIN),
            backoff: Backoff::default(),
            pause: Backoff::default(),
            link: patience(),
            settling: patience(),
            committing: patience(),
            settings,
            membership,
        }
    }

    /// `<group>-<instance>-<worker>`.
    pub(crate) fn transactional_id(&self) -> String {
        let Membership { group, instance, worker, .. } = &self.membership;
        format!("{group}-{instance}-{worker}")
    }

    /// Takes in what happened inside the polls since.
    pub(crate) fn attend(&mut self, batch: &mut Batch) -> Result<(), Fault> {
        let events = self.consumer.as_ref().map(GroupConsumer::events).unwrap_or_default();
        for event in events {
            match event {
                Event::Given(partitions) => {
                    if let Some(consumer) = &mut self.consumer {
                        consumer.hold(partitions);
                        self.standing = Standing::Unsettled { rebalanced: true };
                    }
                }
                Event::Taken(partitions) => {
                    if let Some(consumer) = &mut self.consumer {
                        consumer.release(&partitions);
                        self.standing = Standing::Unsettled { rebalanced: true };
                    }
                    self.assignment.remove(&partitions);
                    remove_from(batch, &mut self.carry, |partition| partitions.contains(partition));
                }
                Event::Trouble(trouble) => self.note = trouble.reason,
                Event::Seen(snapshot) => self.look(&snapshot, batch)?,
            }
        }
        Ok(())
    }

    /// A look at the client: does a broker answer, does a partition stand still?
    fn look(&mut self, snapshot: &Snapshot, batch: &mut Batch) -> Result<(), Fault> {
        let now = Instant::now();
        if snapshot.connected {
            self.reconnected();
        } else {
            self.disconnected(now);
        }
        let rules = StallRules {
            after: self.settings.stall_after,
            full_bytes: u64::try_from(self.settings.read_ahead_bytes_max / 2).unwrap_or(u64::MAX),
        };
        let stalled = self.assignment.observe(snapshot, now, &rules);
        if let Some(partition) = stalled.first() {
            metrics::counter!("voc_partition_stalled_total").increment(1);
            let TopicPartition { topic, partition } = partition;
            let reason = format!("{topic}/{partition} has records but yields none");
            batch.clear();
            self.rejoin(&reason)?;
        }
        self.check_patience()
    }

    /// An error that the consumer's poll gave.
    pub(crate) fn hear(&mut self, error: &KafkaError) -> Result<(), Fault> {
        let mut symptom = Symptom::of(Step::Read, error);
        symptom.reason.clone_from(&self.note);
        match judge(&symptom) {
            Verdict::Credentials => self.refuse_credentials(),
            Verdict::OutOfRange => self.find_out_of_range(&symptom.reason),
            Verdict::Rejoin => self.rejoin(&symptom.reason),
            Verdict::Stop => Err(Fault::Fatal { reason: symptom.reason }),
            _ => self.check_topics(&symptom),
        }
    }

    /// Drops the consumer: the next step joins anew.
    pub(crate) fn rejoin(&mut self, reason: &str) -> Result<(), Fault> {
        tracing::warn!(reason, worker = self.membership.worker, "joining the group anew");
        metrics::counter!("voc_kafka_rejoins_total").increment(1);
        self.drop_consumer();
        let now = Instant::now();
        self.backoff.failed(now);
        if self.rejoins.allows(now) {
            Ok(())
        } else {
            Err(Fault::Fatal { reason: format!("{reason}; joining anew did not help") })
        }
    }

    pub(crate) fn drop_consumer(&mut self) {
        self.consumer = None;
        self.subscribed = false;
        self.phase = Phase::Connecting;
        self.standing = Standing::Settled;
        self.assignment.clear();
        self.metadata = None;
        self.carry = None;
    }

    /// Nothing read so far counts: the group's offsets say where to go on.
    pub(crate) fn lose_way(&mut self, batch: &mut Batch) {
        batch.clear();
        self.carry = None;
        self.assignment.lose_way();
        if self.standing == Standing::Settled {
            self.standing = Standing::Unsettled { rebalanced: false };
        }
    }

    /// Goes back to a batch's first offsets, which the client does without asking a broker.
    pub(crate) fn go_back(&mut self, batch: &Batch) {
        let first: Offsets = batch
            .first_offsets()
            .into_iter()
            .map(|(partition, offset)| (partition, Some(offset)))
            .collect();
        let sought = match &self.consumer {
            Some(consumer) => consumer.seek(&first),
            None => return,
        };
        match sought {
            Ok(()) => {
                self.assignment.go_back(&first);
                let carried = |record: &Record| TopicPartition::from(&record.origin);
                self.carry.take_if(|record| first.contains_key(&carried(record)));
            }
            Err(symptom) => {
                tracing::debug!(reason = symptom.reason, "going back to the committed offsets");
                self.lose_way(&mut Batch::default());
            }
        }
    }
}

/// Takes the records of these partitions out.
pub(crate) fn remove_from(
    batch: &mut Batch,
    carry: &mut Option<Record>,
    gone: impl Fn(&TopicPartition) -> bool,
) {
    carry.take_if(|record| gone(&TopicPartition::from(&record.origin)));
    let leaving: BTreeMap<TopicPartition, i64> =
        batch.next.extract_if(.., |partition, _| gone(partition)).collect();
    if !leaving.is_empty() {
        let leaves = |record: &Record| leaving.contains_key(&TopicPartition::from(&record.origin));
        batch.records.retain(|record| !leaves(record));
    }
}

impl Member for KafkaMember {
    fn poll(&mut self, bounds: &BatchBounds, batch: &mut Batch) -> Result<(), Fault> {
        batch.clear();
        if self.make_ready(Instant::now() + bounds.wait_max, batch)? {
            self.collect(bounds, batch)?;
        }
        Ok(())
    }

    fn commit(&mut self, batch: &Batch, outputs: &[Output]) -> Result<Commit, Fault> {
        self.commit_batch(batch, outputs)
    }

    fn readiness(&self) -> Readiness {
        let troubles = [&self.link, &self.settling, &self.committing];
        let reason = troubles.iter().find_map(|patience| patience.reason());
        match (self.phase, self.standing) {
            _ if reason.is_some() => Readiness::NotReady(reason.unwrap_or_default().to_owned()),
            (Phase::Joined, Standing::Settled) if self.metadata.is_some() => Readiness::Ready,
            (Phase::Joined, Standing::Settled) => {
                Readiness::NotReady("joining the group".to_owned())
            }
            (Phase::Joined, _) => Readiness::NotReady("the group rebalances".to_owned()),
            (Phase::Starting, _) => Readiness::NotReady("making the producer ready".to_owned()),
            (Phase::Connecting, _) => Readiness::NotReady(self.note.clone()),
        }
    }

    fn lag(&self) -> Vec<Lag> {
        self.assignment.lag()
    }

    fn leave(mut self: Box<Self>) -> Result<(), Fault> {
        let until = Instant::now() + CLOSE_TIMEOUT;
        let outlet = self.outlet.take().map(|outlet| outlet.close(CLOSE_TIMEOUT));
        let consumer = self.consumer.take().map(GroupConsumer::close);
        for closing in [outlet, consumer].into_iter().flatten() {
            let left = until.saturating_duration_since(Instant::now());
            if closing.recv_timeout(left).is_err() {
                tracing::warn!("leaving the group takes long; it is left to itself");
            }
        }
        Ok(())
    }
}
