//! How a member comes to work, and comes back to it: connect, make the producer ready, join, and
//! settle where it stands. Each step is made in slices, so that a poll returns in bounded time and
//! a stop is noticed; what doesn't work is tried again until the patience is spent.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use pipeline::{Batch, Fault, Patience, TopicPartition};

use crate::member::{CREDENTIALS_TRIES, KafkaMember, Phase, SLICE, Standing};
use crate::outlet::Outlet;
use crate::settings::Delivery;
use crate::verdict::{Symptom, Verdict, judge};
use crate::{assignment::Offsets, group::GroupConsumer};

/// A shorter slice than this asks too little of a broker.
const SHORTEST_SLICE: Duration = Duration::from_millis(50);

/// More events than come in a slice.
pub(crate) const EVENTS_MAX: usize = 32;

/// What a step towards readiness came to.
enum Step {
    Ready,
    /// The next step can be made.
    Done,
    /// It can't be made yet.
    Pending,
}

impl KafkaMember {
    /// Goes on towards readiness until `until`. `false`: not there yet.
    pub(crate) fn make_ready(&mut self, until: Instant, batch: &mut Batch) -> Result<bool, Fault> {
        loop {
            let slice =
                until.saturating_duration_since(Instant::now()).clamp(SHORTEST_SLICE, SLICE);
            match self.step(slice, batch)? {
                Step::Ready => return Ok(true),
                Step::Done => {}
                Step::Pending => self.check_patience()?,
            }
            if Instant::now() >= until && !self.is_settled() {
                return Ok(false);
            }
        }
    }

    fn is_settled(&self) -> bool {
        self.phase == Phase::Joined && self.standing == Standing::Settled
    }

    fn step(&mut self, slice: Duration, batch: &mut Batch) -> Result<Step, Fault> {
        if self.consumer.is_none() {
            return self.make_consumer(slice);
        }
        match (self.phase, self.standing) {
            (Phase::Connecting, _) => self.connect(slice, batch),
            (Phase::Starting, _) => self.start(slice, batch),
            (Phase::Joined, Standing::Settled) => Ok(Step::Ready),
            (Phase::Joined, Standing::Unsettled { .. }) => {
                if self.settle(batch, slice)? {
                    return Ok(Step::Done);
                }
                self.serve(SHORTEST_SLICE, batch)?;
                Ok(Step::Pending)
            }
            (Phase::Joined, Standing::Parked { since }) => {
                self.serve(slice, batch)?;
                if since.elapsed() > self.settings.session_timeout * 2 {
                    self.rejoin("the group refused a commit, and no rebalance followed")?;
                }
                Ok(Step::Pending)
            }
        }
    }

    fn make_consumer(&mut self, slice: Duration) -> Result<Step, Fault> {
        let pause = self.backoff.remaining(Instant::now());
        if !pause.is_zero() {
            thread::sleep(pause.min(slice));
            return Ok(Step::Pending);
        }
        let consumer = GroupConsumer::new(&self.settings, &self.membership.group);
        self.consumer = Some(consumer.map_err(|reason| Fault::Fatal { reason })?);
        Ok(Step::Done)
    }

    fn connect(&mut self, slice: Duration, batch: &mut Batch) -> Result<Step, Fault> {
        let Some(consumer) = &self.consumer else { return Ok(Step::Pending) };
        let topic = self.membership.topics.first().map_or("", String::as_str);
        let answer = consumer.probe(topic, slice);
        // A refusal comes as an event, not as the answer.
        self.serve_all(batch)?;
        match answer {
            Ok(()) => {
                self.refusals = 0;
                self.reconnected();
                self.phase = Phase::Starting;
                Ok(Step::Done)
            }
            Err(symptom) => {
                self.disconnected(Instant::now());
                match judge(&symptom) {
                    Verdict::Stop => Err(Fault::Fatal { reason: symptom.reason }),
                    Verdict::Credentials => self.refuse_credentials().map(|()| Step::Pending),
                    _ => Ok(Step::Pending),
                }
            }
        }
    }

    /// Serves what waits: one poll takes in one event.
    fn serve_all(&mut self, batch: &mut Batch) -> Result<(), Fault> {
        (0..EVENTS_MAX).try_for_each(|_| self.serve(Duration::ZERO, batch))
    }

    fn start(&mut self, slice: Duration, batch: &mut Batch) -> Result<Step, Fault> {
        let pause = self.pause.remaining(Instant::now());
        if !pause.is_zero() {
            self.serve(pause.min(slice), batch)?;
            return Ok(Step::Pending);
        }
        if self.outlet.is_none() {
            let id = match self.settings.delivery {
                Delivery::ExactlyOnce => Some(self.transactional_id()),
                Delivery::AtLeastOnce => None,
            };
            // At least once: what waits to be written is never given up, since to write it anew is to
            // write it twice. The member's patience bounds the wait.
            let outlet = Outlet::new(&self.settings, id.as_deref(), None);
            self.outlet = Some(outlet.map_err(|reason| Fault::Fatal { reason })?);
        }
        if let Some(outlet) = &mut self.outlet
            && let Err(mut symptom) = outlet.make_ready(slice)
        {
            if let Some(trouble) = outlet.take_trouble() {
                symptom.reason = format!("{}: {}", symptom.reason, trouble.reason);
            }
            self.note_start(&symptom)?;
            self.serve_all(batch)?;
            return Ok(Step::Pending);
        }
        if let (false, Some(consumer)) = (self.subscribed, &self.consumer) {
            let subscribed = consumer.subscribe(&self.membership.topics);
            subscribed.map_err(|symptom| Fault::Fatal { reason: symptom.reason })?;
            self.subscribed = true;
        }
        self.settling.regained();
        self.phase = Phase::Joined;
        Ok(Step::Done)
    }

    /// The producer is not ready yet.
    fn note_start(&mut self, symptom: &Symptom) -> Result<(), Fault> {
        match judge(symptom) {
            Verdict::Wait => tell(&mut self.settling, &symptom.reason),
            Verdict::Stop => return Err(Fault::Fatal { reason: symptom.reason.clone() }),
            Verdict::Credentials => return self.refuse_credentials(),
            verdict => {
                tell(&mut self.settling, &symptom.reason);
                self.count_renewal(verdict, symptom)?;
                self.drop_outlet();
            }
        }
        Ok(())
    }

    /// Checks each position against the group's offsets, seeks where they differ, and takes the
    /// partitions that were given. `false`: the offsets can't be had yet.
    pub(crate) fn settle(&mut self, batch: &mut Batch, slice: Duration) -> Result<bool, Fault> {
        let Standing::Unsettled { rebalanced } = self.standing else {
            return Ok(self.standing == Standing::Settled);
        };
        let Some(consumer) = &mut self.consumer else { return Ok(false) };
        // First the generation, then what holds at it.
        let metadata = if rebalanced { consumer.metadata() } else { None };
        let held: Vec<TopicPartition> = consumer.held().map(<[_]>::to_vec).unwrap_or_default();
        let asked = self.assignment.partitions().chain(&held);
        let committed = match consumer.committed(asked, slice) {
            Ok(committed) => committed,
            Err(symptom) => return self.note_unsettled(&symptom).map(|()| false),
        };
        let seeks = self.assignment.settle(&committed);
        if let Err(symptom) = consumer.seek(&seeks) {
            self.rejoin(&symptom.reason)?;
            return Ok(false);
        }
        let given: Offsets =
            committed.into_iter().filter(|(partition, _)| held.contains(partition)).collect();
        if consumer.held().is_some() {
            if let Err(symptom) = consumer.assign(&given) {
                self.rejoin(&symptom.reason)?;
                return Ok(false);
            }
            // Only for the lag: it is known a second later otherwise.
            let ends = consumer.bounds(given.keys(), slice).unwrap_or_default();
            self.assignment.add(&given);
            self.assignment.know(&ends);
        }
        crate::member::remove_from(batch, &mut self.carry, |part| seeks.contains_key(part));
        if rebalanced {
            self.metadata = metadata.map(Arc::new);
        }
        self.settling.regained();
        self.standing = Standing::Settled;
        Ok(true)
    }

    fn note_unsettled(&mut self, symptom: &Symptom) -> Result<(), Fault> {
        let reason = format!("reading the group's offsets: {}", symptom.reason);
        tell(&mut self.settling, &reason);
        match judge(symptom) {
            Verdict::Stop => Err(Fault::Fatal { reason }),
            Verdict::Credentials => self.refuse_credentials(),
            Verdict::Rejoin => self.rejoin(&reason),
            _ => Ok(()),
        }
    }

    /// The client can't go on from where a partition stands: says which, and where it begins now.
    pub(crate) fn find_out_of_range(&mut self, reason: &str) -> Result<(), Fault> {
        let Some(consumer) = &self.consumer else { return Ok(()) };
        if let Ok(bounds) = consumer.bounds(self.assignment.partitions(), SLICE)
            && let Some((partition, offset, bounds)) = self.assignment.out_of_range(&bounds)
        {
            return Err(Fault::OffsetOutOfRange {
                topic: partition.topic.to_string(),
                partition: partition.partition,
                offset,
                earliest: bounds.earliest,
            });
        }
        // At the earliest offset retention may have been quicker: try again from there.
        self.rejoin(reason)
    }

    /// The brokers refuse us. Another try is made with new clients.
    pub(crate) fn refuse_credentials(&mut self) -> Result<(), Fault> {
        self.refusals += 1;
        tracing::warn!(reason = self.note, tried = self.refusals, "credentials refused");
        if self.refusals >= CREDENTIALS_TRIES {
            return Err(Fault::Credentials {
                address: self.settings.brokers.clone(),
                reason: self.note.clone(),
            });
        }
        self.drop_consumer();
        self.drop_outlet();
        self.backoff.failed(Instant::now());
        Ok(())
    }

    pub(crate) fn drop_outlet(&mut self) {
        if let Some(outlet) = self.outlet.take() {
            outlet.close(Duration::ZERO);
        }
        self.starts_anew();
    }

    /// The producer must be made ready before anything more is read.
    pub(crate) fn starts_anew(&mut self) {
        if self.phase == Phase::Joined {
            self.phase = Phase::Starting;
        }
    }

    /// A producer must be made anew.
    pub(crate) fn count_renewal(
        &mut self,
        verdict: Verdict,
        symptom: &Symptom,
    ) -> Result<(), Fault> {
        metrics::counter!("voc_kafka_renewals_total").increment(1);
        let now = Instant::now();
        self.pause.failed(now);
        let reason = &symptom.reason;
        if verdict == Verdict::Fenced && !self.fencings.allows(now) {
            let id = self.transactional_id();
            return Err(Fault::Fatal {
                reason: format!(
                    "{reason}; another process writes with the transactional id {id}: give each \
                     process an instance name of its own"
                ),
            });
        }
        self.renewals += u32::from(symptom.fatal);
        if self.renewals > self.settings.renewals_max {
            return Err(Fault::Fatal { reason: format!("{reason}; a new producer did not help") });
        }
        Ok(())
    }

    pub(crate) fn reconnected(&mut self) {
        self.backoff.succeeded();
        "no broker answers any more".clone_into(&mut self.note);
        if self.link.regained() {
            tracing::info!(address = self.settings.brokers, "Kafka answers again");
        }
    }

    pub(crate) fn disconnected(&mut self, now: Instant) {
        if let Some(reason) = self.link.lost(now, self.note.clone()) {
            let address = &self.settings.brokers;
            tracing::warn!(address, reason, "can't reach Kafka; still trying");
        }
    }

    /// Gives up where the time to keep trying is over.
    pub(crate) fn check_patience(&self) -> Result<(), Fault> {
        let now = Instant::now();
        let reason = |patience: &Patience| patience.reason().unwrap_or_default().to_owned();
        if self.link.is_spent(now) {
            let address = self.settings.brokers.clone();
            return Err(Fault::Unreachable { address, reason: reason(&self.link) });
        }
        for patience in [&self.settling, &self.committing] {
            if patience.is_spent(now) {
                return Err(Fault::Fatal { reason: reason(patience) });
            }
        }
        Ok(())
    }
}

/// Counts a trouble, and tells it where it is time to.
pub(crate) fn tell(patience: &mut Patience, reason: &str) {
    if let Some(reason) = patience.lost(Instant::now(), reason) {
        tracing::warn!(reason, "can't go on yet; still trying");
    }
}
