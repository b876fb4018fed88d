//! How a member commits a batch, and what it does when that fails.

use std::collections::BTreeSet;
use std::time::Instant;

use pipeline::{Batch, Commit, Fault, Output};
use rdkafka::error::RDKafkaErrorCode;

use crate::member::{KafkaMember, Standing};
use crate::ready::tell;
use crate::settings::Delivery;
use crate::verdict::{Step, Symptom, Verdict, judge};

impl KafkaMember {
    /// Writes the outputs and commits the offsets, as the delivery asks.
    pub(crate) fn commit_batch(
        &mut self,
        batch: &Batch,
        outputs: &[Output],
    ) -> Result<Commit, Fault> {
        if batch.is_empty() && outputs.is_empty() {
            return Ok(Commit::Committed);
        }
        let result = match self.settings.delivery {
            Delivery::ExactlyOnce => self.transact(batch, outputs),
            Delivery::AtLeastOnce => self.write_then_commit(batch, outputs),
        };
        match result {
            Ok(()) => {
                self.assignment.commit(&batch.next);
                self.renewals = 0;
                self.pause.succeeded();
                if self.committing.regained() {
                    tracing::info!("batches are committed again");
                }
                Ok(Commit::Committed)
            }
            Err(symptom) => self.recover(batch, outputs, &symptom),
        }
    }

    /// Outputs and offsets in one transaction. The consumer is not polled in here.
    fn transact(&mut self, batch: &Batch, outputs: &[Output]) -> Result<(), Symptom> {
        let (Some(consumer), Some(outlet), Some(metadata)) =
            (&self.consumer, &mut self.outlet, &self.metadata)
        else {
            return Err(lost_assignment(Step::Group));
        };
        if consumer.has_lost_assignment() {
            return Err(lost_assignment(Step::Group));
        }
        outlet.begin()?;
        outlet.write(outputs)?;
        if consumer.has_lost_assignment() {
            return Err(lost_assignment(Step::Offsets));
        }
        if !batch.next.is_empty() {
            outlet.add_offsets(&batch.next, metadata)?;
        }
        outlet.commit()
    }

    /// Outputs first, acknowledged; then the offsets.
    fn write_then_commit(&mut self, batch: &Batch, outputs: &[Output]) -> Result<(), Symptom> {
        let (Some(consumer), Some(outlet)) = (&self.consumer, &mut self.outlet) else {
            return Err(lost_assignment(Step::Group));
        };
        outlet.write(outputs)?;
        if batch.next.is_empty() { Ok(()) } else { consumer.commit(&batch.next) }
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
            Verdict::Abort => match self.abort() {
                Ok(()) => self.go_back(batch),
                Err(worse) => return self.renew(batch, judge(&worse), &worse),
            },
            Verdict::Refused => {
                // Without a transaction there is nothing to abort.
                let aborted = *step == Step::Group || self.abort().is_ok();
                self.lose_way(&mut Batch::default());
                self.standing = Standing::Parked { since: Instant::now() };
                if !aborted {
                    self.count_renewal(verdict, symptom)?;
                    self.drop_outlet();
                }
            }
            Verdict::Stop => {
                // What was begun must not stay open; how the abort ends changes nothing here.
                self.abort().ok();
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

    /// Aborts the transaction in hand; without transactions there is none, and the producer is
    /// dropped with what it may still hold.
    fn abort(&mut self) -> Result<(), Symptom> {
        if let (Delivery::ExactlyOnce, Some(outlet)) = (self.settings.delivery, &self.outlet) {
            return outlet.abort();
        }
        self.drop_outlet();
        Ok(())
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
        let until = Instant::now() + self.settings.call_timeout;
        if !self.make_ready(until, &mut Batch::default())? || batch.next.is_empty() {
            return Ok(Commit::Rewound);
        }
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
        let missing = consumer.missing(names, crate::member::SLICE);
        if missing.is_empty() { Ok(()) } else { Err(Fault::MissingTopics { names: missing }) }
    }
}

fn lost_assignment(step: Step) -> Symptom {
    let reason = "the partitions were given to others";
    Symptom::new(step, RDKafkaErrorCode::AssignmentLost, reason)
}
