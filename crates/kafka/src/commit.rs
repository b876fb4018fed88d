//! How a member commits a batch, and what it does when that fails.
//!
//! A commit goes on in slices: a call ends within one, whatever the brokers do, and the next call
//! goes on where it stood.

use std::collections::BTreeSet;
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::{Duration, Instant};

use pipeline::{Batch, Commit, Fault, Output};
use rdkafka::error::RDKafkaErrorCode;

use crate::client::answer_of;
use crate::member::{CLOSE_TIMEOUT, KafkaMember, SLICE, Standing};
use crate::outlet::Outlet;
use crate::ready::tell;
use crate::settings::Delivery;
use crate::verdict::{Step, Symptom, Verdict, judge};

/// After how long without an answer a commit is a trouble to tell.
const SLOW_AFTER: Duration = Duration::from_secs(3);
/// Between two tries to commit offsets that the group would not take just then.
const AGAIN_AFTER: Duration = Duration::from_millis(50);

/// How far the commit of the batch in hand has come.
#[derive(Debug, Default)]
pub(crate) enum Course {
    /// Nothing is under way.
    #[default]
    Idle,
    /// The outputs are being written.
    Writing {
        /// Since when the commit is under way.
        since: Instant,
    },
    /// They are acknowledged; the offsets are being committed: with the transaction, or (at least
    /// once) to the group.
    Ending {
        /// Since when the commit is under way.
        since: Instant,
        /// What will come of it.
        answer: Receiver<Result<(), Symptom>>,
    },
    /// The outcome of a transaction is unknown: with a new producer it is found out.
    FindingOut,
}

impl KafkaMember {
    /// Writes the outputs and commits the offsets, as the delivery asks, for one slice of time.
    pub(crate) fn commit_batch(
        &mut self,
        batch: &Batch,
        outputs: &[Output],
    ) -> Result<Commit, Fault> {
        if batch.is_empty() && outputs.is_empty() {
            return Ok(Commit::Committed);
        }
        if matches!(self.course, Course::FindingOut) {
            return self.find_out(batch);
        }
        match self.advance(batch, outputs, Instant::now() + SLICE) {
            Ok(true) => {
                self.course = Course::Idle;
                self.assignment.commit(&batch.next);
                self.renewals = 0;
                self.pause.succeeded();
                if self.committing.regained() {
                    tracing::info!("batches are committed again");
                }
                self.reconnected();
                Ok(Commit::Committed)
            }
            Ok(false) => self.wait(),
            Err(symptom) => {
                self.course = Course::Idle;
                self.recover(batch, outputs, &symptom)
            }
        }
    }

    /// Goes on until the commit is done, or `until` is over (`false`). The consumer is not polled in
    /// here, so a rebalance meets no batch that is half written.
    fn advance(
        &mut self,
        batch: &Batch,
        outputs: &[Output],
        until: Instant,
    ) -> Result<bool, Symptom> {
        let is_transaction = self.settings.delivery == Delivery::ExactlyOnce;
        loop {
            let (Some(consumer), Some(outlet)) = (&self.consumer, &mut self.outlet) else {
                return Err(lost_assignment(Step::Group));
            };
            match &self.course {
                Course::FindingOut => return Ok(false),
                Course::Idle => {
                    if consumer.has_lost_assignment() {
                        return Err(lost_assignment(Step::Group));
                    }
                    if is_transaction {
                        outlet.begin()?;
                    }
                    outlet.begin_write();
                    self.course = Course::Writing { since: Instant::now() };
                }
                Course::Writing { since } => {
                    if !outlet.write(outputs, until)? {
                        return Ok(false);
                    }
                    if consumer.has_lost_assignment() {
                        return Err(lost_assignment(Step::Offsets));
                    }
                    let answer = match &self.metadata {
                        Some(metadata) if is_transaction => outlet.end(&batch.next, metadata)?,
                        None if is_transaction => return Err(lost_assignment(Step::Offsets)),
                        _ if batch.next.is_empty() => return Ok(true),
                        _ => consumer.commit(&batch.next)?,
                    };
                    self.course = Course::Ending { since: *since, answer };
                }
                Course::Ending { since, answer } => {
                    let left = until.saturating_duration_since(Instant::now());
                    match answer_of(answer, left) {
                        None => return Ok(false),
                        Some(Ok(())) => {
                            outlet.ended();
                            return Ok(true);
                        }
                        Some(Err(symptom)) if is_transaction => return Err(symptom),
                        Some(Err(symptom)) => {
                            let lost = consumer.has_lost_assignment();
                            let within = self.settings.session_timeout;
                            if lost || !may_come_round(&symptom, since.elapsed() < within) {
                                return Err(symptom);
                            }
                            thread::sleep(AGAIN_AFTER);
                            let answer = consumer.commit(&batch.next)?;
                            self.course = Course::Ending { since: *since, answer };
                            if Instant::now() >= until {
                                return Ok(false);
                            }
                        }
                    }
                }
            }
        }
    }

    /// The brokers have not answered within a slice.
    fn wait(&mut self) -> Result<Commit, Fault> {
        if let Course::Writing { since } | Course::Ending { since, .. } = self.course
            && since.elapsed() >= SLOW_AFTER
        {
            if let Some(trouble) = self.outlet.as_ref().and_then(Outlet::take_trouble) {
                self.note = trouble.reason;
            }
            self.disconnected(Instant::now());
            self.check_patience()?;
        }
        Ok(Commit::Pending)
    }

    /// A batch was not committed, or it isn't known whether it was.
    fn recover(
        &mut self,
        batch: &Batch,
        outputs: &[Output],
        symptom: &Symptom,
    ) -> Result<Commit, Fault> {
        let verdict = judge(symptom);
        let Symptom { code, reason, step, .. } = symptom;
        tracing::debug!(?verdict, ?code, ?step, reason, "a commit failed");
        metrics::counter!("voc_kafka_failed_commits_total").increment(1);
        if verdict != Verdict::Refused {
            tell(&mut self.committing, reason);
            self.check_patience()?;
        }
        if *step == Step::Write {
            self.check_output_topics(outputs)?;
        }
        match verdict {
            Verdict::Abort => {
                self.abort(*step);
                self.go_back(batch);
            }
            Verdict::Refused => {
                self.abort(*step);
                self.lose_way(&mut Batch::default());
                self.standing = Standing::Parked { since: Instant::now() };
            }
            Verdict::Stop => {
                // What was begun must not stay open; how the abort ends changes nothing here.
                if let Some(outlet) = self.outlet.take() {
                    outlet.close(CLOSE_TIMEOUT).recv_timeout(CLOSE_TIMEOUT).ok();
                }
                return Err(Fault::Fatal { reason: reason.clone() });
            }
            Verdict::Credentials => {
                self.note.clone_from(reason);
                self.refuse_credentials()?;
            }
            Verdict::Rejoin => self.rejoin(reason)?,
            Verdict::Wait => self.lose_way(&mut Batch::default()),
            Verdict::Renew | Verdict::Fenced | Verdict::OutOfRange => {
                return self.renew(batch, verdict, symptom);
            }
        }
        Ok(Commit::Rewound)
    }

    /// The transaction in hand is aborted before the next one begins. Without transactions there is
    /// none: a producer that failed to write is dropped with what it may still hold.
    fn abort(&mut self, step: Step) {
        match (self.settings.delivery, &mut self.outlet) {
            (Delivery::ExactlyOnce, Some(outlet)) => {
                outlet.abort();
                self.starts_anew();
            }
            (Delivery::AtLeastOnce, _) if step == Step::Write => self.drop_outlet(),
            _ => {}
        }
    }

    /// A new producer with the same id: its start ends whatever the old one left open, one way or
    /// the other, and then the group's offsets tell which.
    fn renew(
        &mut self,
        batch: &Batch,
        verdict: Verdict,
        symptom: &Symptom,
    ) -> Result<Commit, Fault> {
        self.count_renewal(verdict, symptom)?;
        self.drop_outlet();
        if self.settings.delivery == Delivery::AtLeastOnce {
            self.go_back(batch);
            return Ok(Commit::Rewound);
        }
        self.lose_way(&mut Batch::default());
        if batch.next.is_empty() {
            return Ok(Commit::Rewound);
        }
        self.course = Course::FindingOut;
        Ok(Commit::Pending)
    }

    /// Once the member is settled again the group's offsets tell; until then its patience bounds this.
    fn find_out(&mut self, batch: &Batch) -> Result<Commit, Fault> {
        if !self.make_ready(Instant::now() + SLICE, &mut Batch::default())? {
            return Ok(Commit::Pending);
        }
        self.course = Course::Idle;
        let stands = |(partition, next)| self.assignment.committed(partition) == Some(next);
        if batch.next.iter().map(|(partition, next)| (partition, *next)).all(stands) {
            tracing::info!("the batch whose commit was not answered is committed");
            self.committing.regained();
            self.renewals = 0;
            return Ok(Commit::Committed);
        }
        Ok(Commit::Rewound)
    }

    /// Stops where an output has no topic to go to.
    fn check_output_topics(&mut self, outputs: &[Output]) -> Result<(), Fault> {
        let names: BTreeSet<&str> = outputs.iter().map(|output| &*output.topic).collect();
        self.check_exists(&names)
    }

    /// Stops where a topic that is read has gone.
    pub(crate) fn check_topics(&mut self, symptom: &Symptom) -> Result<(), Fault> {
        if symptom.code != RDKafkaErrorCode::UnknownTopicOrPartition {
            return Ok(());
        }
        let topics = self.membership.topics.clone();
        self.check_exists(&topics.iter().map(String::as_str).collect())
    }

    fn check_exists(&self, names: &BTreeSet<&str>) -> Result<(), Fault> {
        let Some(consumer) = &self.consumer else { return Ok(()) };
        let missing = consumer.missing(names, SLICE);
        if missing.is_empty() { Ok(()) } else { Err(Fault::MissingTopics { names: missing }) }
    }
}

/// Whether the group may still take offsets that it didn't take: it was busy, or in the middle of a
/// rebalance, which takes nothing from us before the next poll. What is written stands, so to go back
/// would be to write it twice.
fn may_come_round(symptom: &Symptom, is_early: bool) -> bool {
    match symptom.code {
        RDKafkaErrorCode::RebalanceInProgress | RDKafkaErrorCode::IllegalGeneration => is_early,
        RDKafkaErrorCode::UnknownTopicOrPartition => false,
        _ => judge(symptom) == Verdict::Wait,
    }
}

fn lost_assignment(step: Step) -> Symptom {
    let reason = "the partitions were given to others";
    Symptom::new(step, RDKafkaErrorCode::AssignmentLost, reason)
}
