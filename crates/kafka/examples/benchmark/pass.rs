//! `pass`: reads a topic and writes each record on, or (with `--sample-of`) what voc wrote for such
//! records; otherwise the loop of a voc worker and nothing else: poll a batch, write it, drain, commit.

use std::thread;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Message};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use crate::clients::{self, CALL};
use crate::sample::Sample;
use crate::{Failure, Options};

// As config/voc.toml has them.
const RECORDS: usize = 4000;
const BYTES: usize = 8 * 1024 * 1024;
const WAIT: Duration = Duration::from_millis(100);
const LINGER: Duration = Duration::from_millis(20);

/// How long acknowledgements that are not there yet are waited for.
const PAUSE: Duration = Duration::from_micros(200);

/// How long the first record may take to come.
const FIRST: Duration = Duration::from_mins(1);

struct Loop {
    consumer: BaseConsumer,
    producer: BaseProducer,
    exactly_once: bool,
    /// Where records are written on.
    to: String,
    sample: Option<Sample>,
    passed: usize,
}

/// Runs until no record has come for `--idle` seconds.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let brokers = options.text("brokers")?;
    let (group, from) = (options.text("group")?, options.text("from")?);
    let exactly_once = options.text("delivery")? == "exactly_once";
    let idle = Duration::from_secs(options.number("idle")?);
    let sample = options.optional("sample-of").map(|topic| Sample::read(brokers, topic));
    let sample = sample.transpose()?;
    if let Some(sample) = &sample {
        let (outputs, bytes, headers) = sample.means()?;
        println!(
            r#"{{"kind":"sample","outputs":{outputs:.2},"bytes":{bytes:.0},"header_bytes":{headers:.0}}}"#
        );
    }
    let consumer: BaseConsumer = clients::consumer(brokers, group).create()?;
    consumer.subscribe(&[from])?;
    let id = format!("benchmark-{group}");
    let producer: BaseProducer =
        clients::producer(brokers, exactly_once.then_some(id.as_str())).create()?;
    if exactly_once {
        producer.init_transactions(CALL)?;
    }
    let to = if sample.is_some() { "" } else { options.text("to")? }.to_owned();
    let mut pass = Loop { consumer, producer, exactly_once, to, sample, passed: 0 };
    let (mut seen, mut patience) = (Instant::now(), FIRST);
    while seen.elapsed() < patience {
        let count = pass.turn()?;
        if count > 0 {
            (seen, patience) = (Instant::now(), idle);
        }
    }
    Ok(())
}

impl Loop {
    /// One batch; returns its size.
    fn turn(&mut self) -> Result<usize, Failure> {
        let batch = self.collect()?;
        if batch.is_empty() {
            return Ok(0);
        }
        if self.exactly_once {
            self.producer.begin_transaction()?;
        }
        for (number, message) in batch.iter().enumerate() {
            self.write(self.passed + number, message)?;
        }
        let deadline = Instant::now() + CALL;
        while self.producer.in_flight_count() > 0 {
            if Instant::now() > deadline {
                return Err("records were not acknowledged in time".into());
            }
            self.attend();
        }
        let mut next = TopicPartitionList::new();
        for message in &batch {
            let (topic, partition) = (message.topic(), message.partition());
            if next.find_partition(topic, partition).is_none() {
                next.add_partition(topic, partition);
            }
            next.set_partition_offset(topic, partition, Offset::Offset(message.offset() + 1))?;
        }
        if self.exactly_once {
            let metadata = self.consumer.group_metadata().ok_or("no group")?;
            self.producer.send_offsets_to_transaction(&next, &metadata, CALL)?;
            self.producer.commit_transaction(CALL)?;
        } else {
            self.consumer.commit(&next, CommitMode::Sync)?;
        }
        let count = batch.len();
        drop(batch);
        self.passed += count;
        Ok(count)
    }

    fn collect(&self) -> Result<Vec<BorrowedMessage<'_>>, Failure> {
        let mut batch = Vec::with_capacity(RECORDS);
        let mut bytes = 0;
        let mut deadline = Instant::now() + WAIT;
        while batch.len() < RECORDS && bytes < BYTES {
            let left = deadline.saturating_duration_since(Instant::now());
            let part = Duration::from_nanos(u64::from(left.subsec_nanos() % 1_000_000));
            let timeout = left.saturating_sub(part);
            match self.consumer.poll(timeout) {
                None if timeout.is_zero() => break,
                None | Some(Err(KafkaError::PartitionEOF(_))) => {}
                Some(message) => {
                    let message = message?;
                    if batch.is_empty() {
                        deadline = Instant::now() + LINGER;
                    }
                    bytes += message.payload_len() + message.key_len();
                    batch.push(message);
                }
            }
        }
        Ok(batch)
    }

    fn write(&self, number: usize, message: &BorrowedMessage<'_>) -> Result<(), Failure> {
        let timestamp = message.timestamp().to_millis();
        let Some(sample) = &self.sample else {
            let mut record: BaseRecord<'_, [u8], [u8]> = BaseRecord::to(&self.to);
            record.key = message.key();
            record.payload = message.payload();
            record.timestamp = timestamp;
            return self.send(record);
        };
        for written in sample.of(number) {
            let mut record: BaseRecord<'_, [u8], [u8]> = BaseRecord::to(&written.topic)
                .key(written.key.as_slice())
                .payload(written.value.as_slice())
                .headers(written.headers.clone());
            record.timestamp = timestamp;
            self.send(record)?;
        }
        Ok(())
    }

    /// Takes in acknowledgements; where none has come, pauses, as crates/kafka does (outlet.rs).
    fn attend(&self) {
        let before = self.producer.in_flight_count();
        self.producer.poll(Duration::ZERO);
        if self.producer.in_flight_count() >= before {
            thread::sleep(PAUSE);
        }
    }

    fn send(&self, record: BaseRecord<'_, [u8], [u8]>) -> Result<(), Failure> {
        let deadline = Instant::now() + CALL;
        let mut record = Some(record);
        while let Some(sent) = record.take() {
            if let Err((error, back)) = self.producer.send(sent) {
                let full = error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull);
                if !full || Instant::now() > deadline {
                    return Err(error.into());
                }
                self.attend();
                record = Some(back);
            }
        }
        Ok(())
    }
}
