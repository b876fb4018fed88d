//! A member's producer: writes a batch's outputs, waits for each to be acknowledged, and ends the
//! transaction around them.
//!
//! Three habits of the client shape it. rdkafka 0.39's `poll(t)`, and with something in flight its
//! `flush` and `commit_transaction` too, wait out all of their time, the last millisecond of it at
//! full load: so outputs are drained first, by polls that don't wait and pauses between them, and
//! only then the transaction is ended. Its `abort_transaction` waits for acknowledgements that only
//! a poll on this same thread can take in: so it is called in slices with polls between. And adding
//! offsets and committing block until a broker answers, however short a time they are given: so they
//! are called on a thread of their own, and waited for in slices.

use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use pipeline::{Output, TopicPartition};
use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerGroupMetadata;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Header, Message, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer, ProducerContext, PurgeConfig};
use rdkafka::topic_partition_list::Offset;

use crate::ask::list_at;
use crate::client::{Trouble, aside, lock, tell};
use crate::settings::Settings;
use crate::verdict::{Step, Symptom, without_values};

/// How long acknowledgements that are not there yet are waited for.
const PAUSE: Duration = Duration::from_micros(200);
/// One slice of an abort.
const ABORT_SLICE: Duration = Duration::from_millis(200);
/// The poll after one.
const ABORT_POLL: Duration = Duration::from_millis(10);

/// Which outputs of the write under way failed. A write's number is the opaque of its outputs, so
/// that a late answer to an earlier write is not taken for one of this.
#[derive(Debug, Default)]
struct Tracker {
    write: usize,
    failures: usize,
    first: Option<(RDKafkaErrorCode, String)>,
}

/// The callbacks of a producer.
#[derive(Debug, Default)]
pub(crate) struct Acknowledgements {
    tracker: Mutex<Tracker>,
    trouble: Mutex<Option<Trouble>>,
}

impl ClientContext for Acknowledgements {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        tell(level, facility, line);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if let Some(trouble) = Trouble::of(&error, reason) {
            *lock(&self.trouble) = Some(trouble);
        }
    }
}

impl ProducerContext for Acknowledgements {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, write: usize) {
        let Err((error, record)) = result else { return };
        let mut tracker = lock(&self.tracker);
        if tracker.write == write {
            tracker.failures += 1;
            let code = error.rdkafka_error_code().unwrap_or(RDKafkaErrorCode::Fail);
            tracker.first.get_or_insert_with(|| (code, record.topic().to_owned()));
        }
    }
}

/// A producer, transactional or only idempotent.
pub(crate) struct Outlet {
    producer: Arc<BaseProducer<Acknowledgements>>,
    write: usize,
    /// How many outputs of the write under way were handed to the client.
    sent: usize,
    /// When the write under way is given up; `None`: never.
    deadline: Option<Instant>,
    write_within: Option<Duration>,
    transaction_timeout: Duration,
    is_started: bool,
    /// A transaction is open.
    is_open: bool,
    /// The transaction that is open must be aborted, by then.
    abort_by: Option<Instant>,
}

impl Outlet {
    /// Makes the client; nothing is asked of a broker yet. A transactional one gives a write up
    /// before the broker gives up its transaction; any other after `write_within`.
    pub(crate) fn new(
        settings: &Settings,
        transactional_id: Option<&str>,
        write_within: Option<Duration>,
    ) -> Result<Self, String> {
        let write_within = match transactional_id {
            Some(_) => Some(settings.message_timeout()),
            None => write_within,
        };
        let producer = settings
            .producer(transactional_id, write_within)
            .create_with_context(Acknowledgements::default())
            .map_err(|error| without_values(&error))?;
        Ok(Self {
            producer: Arc::new(producer),
            write: 0,
            sent: 0,
            deadline: None,
            write_within,
            transaction_timeout: settings.transaction_timeout,
            is_started: transactional_id.is_none(),
            is_open: false,
            abort_by: None,
        })
    }

    /// Makes the producer ready: ends what an earlier one with its transactional id left open, and
    /// fences it; or aborts its own transaction, where that was asked for. After a time-out the call
    /// may be made again.
    pub(crate) fn make_ready(&mut self, timeout: Duration) -> Result<(), Symptom> {
        if !self.is_started {
            let result = self.producer.init_transactions(timeout);
            self.producer.poll(Duration::ZERO);
            result.map_err(|error| Symptom::of(Step::Start, &error))?;
            self.is_started = true;
        }
        match self.abort_by {
            Some(by) => self.go_on_aborting(by, timeout),
            None => Ok(()),
        }
    }

    /// The trouble reported last, taken out.
    pub(crate) fn take_trouble(&self) -> Option<Trouble> {
        lock(&self.producer.context().trouble).take()
    }

    /// Begins a transaction.
    pub(crate) fn begin(&mut self) -> Result<(), Symptom> {
        let begun = self.producer.begin_transaction();
        begun.map_err(|error| Symptom::of(Step::Write, &error))?;
        self.is_open = true;
        Ok(())
    }

    /// Begins to write.
    pub(crate) fn begin_write(&mut self) {
        self.write = self.write.wrapping_add(1);
        self.sent = 0;
        // A little beyond the records' own time, so that theirs is the error told.
        self.deadline =
            self.write_within.map(|within| Instant::now() + within + Duration::from_secs(2));
        let tracker = Tracker { write: self.write, ..Tracker::default() };
        *lock(&self.producer.context().tracker) = tracker;
    }

    /// Goes on writing these outputs until each is acknowledged by all in-sync replicas. `false`:
    /// not all are by `until`.
    pub(crate) fn write(&mut self, outputs: &[Output], until: Instant) -> Result<bool, Symptom> {
        while let Some(output) = outputs.get(self.sent) {
            if self.send(output)? {
                self.sent += 1;
            } else if !self.attend(until, "the queue of outputs stayed full")? {
                return Ok(false);
            }
        }
        while self.producer.in_flight_count() > 0 {
            if !self.attend(until, "outputs were not acknowledged in time")? {
                return Ok(false);
            }
        }
        let failed = {
            let tracker = lock(&self.producer.context().tracker);
            tracker.first.clone().map(|(code, topic)| (code, topic, tracker.failures))
        };
        let Some((code, topic, failures)) = failed else { return Ok(true) };
        let reason = format!("{failures} of {} outputs, first to {topic}: {code}", outputs.len());
        Err(self.why(Symptom { requires_abort: true, ..Symptom::new(Step::Write, code, reason) }))
    }

    /// A producer that has failed for good purges its records, and each of them then says no more
    /// than that: the reason is the producer's.
    fn why(&self, symptom: Symptom) -> Symptom {
        match self.producer.client().fatal_error() {
            Some((code, reason)) => {
                Symptom { fatal: true, ..Symptom::new(symptom.step, code, reason) }
            }
            None => symptom,
        }
    }

    /// Takes in acknowledgements; where none has come, pauses. `false`: `until` is over.
    fn attend(&self, until: Instant, late: &str) -> Result<bool, Symptom> {
        let now = Instant::now();
        if self.deadline.is_some_and(|deadline| now >= deadline) {
            return Err(Symptom::new(Step::Write, RDKafkaErrorCode::MessageTimedOut, late));
        }
        if now >= until {
            return Ok(false);
        }
        let before = self.producer.in_flight_count();
        self.producer.poll(Duration::ZERO);
        if self.producer.in_flight_count() >= before {
            thread::sleep(PAUSE);
        }
        Ok(true)
    }

    /// Hands an output to the client. `false`: its queue is full.
    fn send(&self, output: &Output) -> Result<bool, Symptom> {
        match self.producer.send(record_of(output, self.write)) {
            Ok(()) => Ok(true),
            Err((error, _)) if is_full(&error) => Ok(false),
            // What librdkafka refuses before sending leaves the transaction as it was.
            Err((error, _)) => {
                let symptom = Symptom::of(Step::Write, &error);
                Err(self.why(Symptom { requires_abort: true, ..symptom }))
            }
        }
    }

    /// Adds the offsets to the transaction and commits it, on a thread of its own. After an error of
    /// the commit its outcome is unknown.
    pub(crate) fn end<'a>(
        &self,
        next: impl IntoIterator<Item = (&'a TopicPartition, &'a i64)>,
        metadata: &Arc<ConsumerGroupMetadata>,
    ) -> Result<Receiver<Result<(), Symptom>>, Symptom> {
        let offsets: Vec<_> = next
            .into_iter()
            .map(|(partition, next)| (partition.clone(), Offset::Offset(*next)))
            .collect();
        let list = list_at(&offsets)?;
        let (producer, metadata) = (Arc::clone(&self.producer), Arc::clone(metadata));
        let timeout = self.transaction_timeout;
        Ok(aside(move || {
            if list.count() > 0 {
                let added = producer.send_offsets_to_transaction(&list, &metadata, timeout);
                added.map_err(|error| Symptom::of(Step::Offsets, &error))?;
            }
            let committed = producer.commit_transaction(timeout);
            committed.map_err(|error| Symptom::of(Step::End, &error))
        }))
    }

    /// The transaction is committed.
    pub(crate) fn ended(&mut self) {
        self.is_open = false;
    }

    /// The transaction that is open, if one is, must be aborted before the next one begins.
    pub(crate) fn abort(&mut self) {
        if self.is_open {
            self.abort_by.get_or_insert(Instant::now() + self.transaction_timeout);
        }
    }

    /// One slice of an abort. Where it takes too long, the producer is spent.
    fn go_on_aborting(&mut self, by: Instant, timeout: Duration) -> Result<(), Symptom> {
        let result = self.producer.abort_transaction(ABORT_SLICE.min(timeout));
        self.producer.poll(ABORT_POLL);
        match result {
            Ok(()) => {
                self.abort_by = None;
                self.is_open = false;
                Ok(())
            }
            Err(_) if Instant::now() >= by => {
                let reason = "the abort of a transaction was not answered";
                Err(Symptom::new(Step::End, RDKafkaErrorCode::OperationTimedOut, reason))
            }
            Err(error) => Err(Symptom::of(Step::Abort, &error)),
        }
    }

    /// Closes the client, on a thread of its own: with a broker that doesn't answer it takes long.
    /// What waits to be sent never is; a transaction that is open is aborted, if that can be had
    /// within `timeout`.
    pub(crate) fn close(mut self, timeout: Duration) -> Receiver<()> {
        self.producer.purge(PurgeConfig::default().queue().non_blocking());
        self.abort();
        let until = Instant::now() + timeout;
        aside(move || {
            while self.abort_by.is_some()
                && Instant::now() < until
                && self.make_ready(ABORT_SLICE).is_err()
            {}
        })
    }
}

fn is_full(error: &KafkaError) -> bool {
    error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull)
}

fn record_of(output: &Output, write: usize) -> BaseRecord<'_, [u8], [u8], usize> {
    let mut headers = OwnedHeaders::new_with_capacity(output.headers.len());
    for header in &output.headers {
        headers = headers.insert(Header { key: &header.name, value: header.value.as_deref() });
    }
    BaseRecord {
        topic: &output.topic,
        partition: None,
        payload: output.value.as_deref(),
        key: output.key.as_deref(),
        timestamp: output.timestamp_ms.map(writable_timestamp),
        headers: Some(headers),
        delivery_opaque: write,
    }
}

/// librdkafka takes 0 for "now": the first millisecond of 1970 is written as the second.
fn writable_timestamp(timestamp_ms: i64) -> i64 {
    timestamp_ms.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_carries_all_of_the_output() {
        let output = Output {
            topic: "t".into(),
            key: Some("k".into()),
            value: None,
            headers: vec![pipeline::OutputHeader::new("voc-origin", "a/0/1")],
            timestamp_ms: Some(0),
        };
        let record = record_of(&output, 7);
        assert_eq!((record.topic, record.partition), ("t", None));
        assert_eq!((record.key, record.payload), (Some(&b"k"[..]), None));
        assert_eq!(record.timestamp, Some(1));
        assert_eq!(record.delivery_opaque, 7);
        let headers = record.headers.unwrap();
        let header = rdkafka::message::Headers::get(headers.as_borrowed(), 0);
        assert_eq!((header.key, header.value), ("voc-origin", Some(&b"a/0/1"[..])));
    }
}
