//! A member's producer: writes a batch's outputs, waits for each to be acknowledged, and ends the
//! transaction around them.
//!
//! Two habits of rdkafka 0.39 shape it. Its `poll(t)`, and with something in flight its `flush` and
//! `commit_transaction` too, wait out all of their time, the last millisecond of it at full load:
//! so outputs are drained first, by polls that don't wait and pauses between them, and only then
//! the transaction is ended. And its `abort_transaction` waits for acknowledgements that only a
//! poll on this same thread can take in: so it is called in slices with polls between.

use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use pipeline::{Output, TopicPartition};
use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerGroupMetadata;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Header, Message, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer, ProducerContext};
use rdkafka::topic_partition_list::Offset;

use crate::ask::list_at;
use crate::client::{Trouble, drop_within, lock, tell};
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
    producer: BaseProducer<Acknowledgements>,
    write: usize,
    message_timeout: Duration,
    transaction_timeout: Duration,
}

impl Outlet {
    /// Makes the client; nothing is asked of a broker yet.
    pub(crate) fn new(settings: &Settings, transactional_id: Option<&str>) -> Result<Self, String> {
        let producer = settings
            .producer(transactional_id)
            .create_with_context(Acknowledgements::default())
            .map_err(|error| without_values(&error))?;
        Ok(Self {
            producer,
            write: 0,
            message_timeout: settings.message_timeout(),
            transaction_timeout: settings.transaction_timeout,
        })
    }

    /// Makes the transactional producer ready: ends what an earlier one with this id left open, and
    /// fences it. After a time-out the call may be made again.
    pub(crate) fn start(&self, timeout: Duration) -> Result<(), Symptom> {
        let result = self.producer.init_transactions(timeout);
        self.producer.poll(Duration::ZERO);
        result.map_err(|error| Symptom::of(Step::Start, &error))
    }

    /// The trouble reported last, taken out.
    pub(crate) fn take_trouble(&self) -> Option<Trouble> {
        lock(&self.producer.context().trouble).take()
    }

    /// Begins a transaction.
    pub(crate) fn begin(&self) -> Result<(), Symptom> {
        self.producer.begin_transaction().map_err(|error| Symptom::of(Step::Write, &error))
    }

    /// Writes the outputs and waits until each is acknowledged by all in-sync replicas.
    pub(crate) fn write(&mut self, outputs: &[Output]) -> Result<(), Symptom> {
        self.write = self.write.wrapping_add(1);
        let tracker = Tracker { write: self.write, ..Tracker::default() };
        *lock(&self.producer.context().tracker) = tracker;
        // A little beyond the records' own time, so that theirs is the error told.
        let deadline = Instant::now() + self.message_timeout + Duration::from_secs(2);
        for output in outputs {
            self.send(output, deadline)?;
        }
        while self.producer.in_flight_count() > 0 {
            if Instant::now() >= deadline {
                return Err(timed_out("outputs were not acknowledged in time"));
            }
            self.attend();
        }
        let failed = {
            let tracker = lock(&self.producer.context().tracker);
            tracker.first.clone().map(|(code, topic)| (code, topic, tracker.failures))
        };
        let Some((code, topic, failures)) = failed else { return Ok(()) };
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

    /// Takes in acknowledgements; where none has come, pauses.
    fn attend(&self) {
        let before = self.producer.in_flight_count();
        self.producer.poll(Duration::ZERO);
        if self.producer.in_flight_count() >= before {
            thread::sleep(PAUSE);
        }
    }

    fn send(&self, output: &Output, deadline: Instant) -> Result<(), Symptom> {
        let mut record = Some(record_of(output, self.write));
        while let Some(sent) = record.take() {
            match self.producer.send(sent) {
                Ok(()) => {}
                Err((error, back)) if is_full(&error) && Instant::now() < deadline => {
                    self.attend();
                    record = Some(back);
                }
                Err((error, _)) if is_full(&error) => {
                    return Err(timed_out("the queue of outputs stayed full"));
                }
                // What librdkafka refuses before sending leaves the transaction as it was.
                Err((error, _)) => {
                    let symptom = Symptom::of(Step::Write, &error);
                    return Err(self.why(Symptom { requires_abort: true, ..symptom }));
                }
            }
        }
        Ok(())
    }

    /// Adds the offsets to the transaction.
    pub(crate) fn add_offsets<'a>(
        &self,
        next: impl IntoIterator<Item = (&'a TopicPartition, &'a i64)>,
        metadata: &ConsumerGroupMetadata,
    ) -> Result<(), Symptom> {
        let offsets: Vec<_> = next
            .into_iter()
            .map(|(partition, next)| (partition.clone(), Offset::Offset(*next)))
            .collect();
        let list = list_at(&offsets)?;
        self.producer
            .send_offsets_to_transaction(&list, metadata, self.transaction_timeout)
            .map_err(|error| Symptom::of(Step::Offsets, &error))
    }

    /// Commits the transaction. After an error its outcome is unknown.
    pub(crate) fn commit(&self) -> Result<(), Symptom> {
        self.producer
            .commit_transaction(self.transaction_timeout)
            .map_err(|error| Symptom::of(Step::End, &error))
    }

    /// Aborts the transaction.
    pub(crate) fn abort(&self) -> Result<(), Symptom> {
        let deadline = Instant::now() + self.transaction_timeout;
        loop {
            let Err(error) = self.producer.abort_transaction(ABORT_SLICE) else { return Ok(()) };
            let symptom = Symptom::of(Step::Abort, &error);
            let again = symptom.retriable || symptom.code == RDKafkaErrorCode::OperationTimedOut;
            if !again || Instant::now() >= deadline {
                return Err(symptom);
            }
            self.producer.poll(ABORT_POLL);
        }
    }

    /// Closes the client. `false`: with a broker that doesn't answer it takes long, and goes on by
    /// itself.
    pub(crate) fn close(self, timeout: Duration) -> bool {
        drop_within(self, timeout)
    }
}

fn is_full(error: &KafkaError) -> bool {
    error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull)
}

fn timed_out(reason: &str) -> Symptom {
    Symptom::new(Step::Write, RDKafkaErrorCode::MessageTimedOut, reason)
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
