//! `delay`: writes events at a steady rate to a worker's input and takes the time until each can be
//! read, committed, from its output. A record's key, which workers keep, holds when it was written.

use std::io::{BufRead, BufReader};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::message::Message;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use serde_json::json;

use crate::clients::{self, CALL, PARTITIONS};
use crate::{Failure, Options};

/// What is written at first only warms up; it also waits for a worker that has just been started.
const WARM_UP: Duration = Duration::from_secs(8);

/// How many events are taken from the file and gone round.
const EVENTS: usize = 20_000;

/// How long the last records may take.
const LATE: Duration = Duration::from_secs(10);

/// Prints one line of JSON.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let brokers = options.text("brokers")?;
    let rate: u32 = options.number("rate")?;
    let length = WARM_UP + Duration::from_secs(options.number("seconds")?);
    let file = BufReader::new(std::fs::File::open(options.text("events")?)?);
    let events: Vec<String> = file.lines().take(EVENTS).collect::<Result<_, _>>()?;
    let consumer: BaseConsumer = reader(brokers, options.text("to")?)?;
    let start = Instant::now();
    let expected = AtomicUsize::new(usize::MAX);
    let (written, read) = thread::scope(|scope| {
        let reading = scope.spawn(|| read(&consumer, start, length + LATE, &expected));
        let written = write(brokers, options, &events, (start, rate, length));
        expected.store(*written.as_ref().unwrap_or(&0), Ordering::Release);
        (written, reading.join())
    });
    let written = written?;
    let mut delays = read.map_err(|_| "the reader panicked")??;
    delays.sort_unstable();
    if delays.len() < written {
        return Err(
            format!("{} of {written} records were never read", written - delays.len()).into()
        );
    }
    let line = json!({
        "kind": "delay",
        "name": options.text("name")?,
        "delivery": options.text("delivery")?,
        "records": delays.len(),
        "p50_ms": quantile(&delays, 50),
        "p99_ms": quantile(&delays, 99),
    });
    println!("{line}");
    Ok(())
}

/// By the nearest rank, in milliseconds.
fn quantile(sorted: &[Duration], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).map_or(0.0, |delay| delay.as_secs_f64() * 1e3)
}

/// A consumer at the ends of all partitions, which it has been to.
fn reader(brokers: &str, topic: &str) -> Result<BaseConsumer, Failure> {
    let consumer: BaseConsumer = clients::consumer(brokers, "benchmark.delay").create()?;
    let mut list = TopicPartitionList::new();
    for partition in 0..PARTITIONS {
        list.add_partition_offset(topic, partition, Offset::End)?;
    }
    consumer.assign(&list)?;
    let mut ends = 0;
    let deadline = Instant::now() + CALL;
    while ends < PARTITIONS {
        match consumer.poll(Duration::from_millis(100)) {
            Some(Err(KafkaError::PartitionEOF(_))) => ends += 1,
            Some(Err(error)) => return Err(error.into()),
            _ if Instant::now() > deadline => return Err(format!("{topic} has no end").into()),
            _ => {}
        }
    }
    Ok(consumer)
}

/// The delay of each record that was written after the warm-up, as many as are expected. A key says which process wrote it,
/// and when: in nanoseconds after `start`.
fn read(
    consumer: &BaseConsumer,
    start: Instant,
    until: Duration,
    expected: &AtomicUsize,
) -> Result<Vec<Duration>, Failure> {
    let ours = format!("{}-", std::process::id());
    let mut delays = Vec::new();
    while delays.len() < expected.load(Ordering::Acquire) && start.elapsed() < until {
        let message = match consumer.poll(Duration::from_millis(100)) {
            None | Some(Err(KafkaError::PartitionEOF(_))) => continue,
            Some(message) => message?,
        };
        let now = start.elapsed();
        let key = std::str::from_utf8(message.key().unwrap_or_default())?;
        let Some(nanos) = key.strip_prefix(&ours) else { continue };
        let written = Duration::from_nanos(nanos.parse()?);
        if written >= WARM_UP {
            delays.push(now.saturating_sub(written));
        }
    }
    Ok(delays)
}

/// Writes at the rate; returns how many after the warm-up.
fn write(
    brokers: &str,
    options: &Options,
    events: &[String],
    (start, rate, length): (Instant, u32, Duration),
) -> Result<usize, Failure> {
    let topic = options.text("from")?;
    let mut config = clients::producer(brokers, None);
    config.set("linger.ms", "0");
    let producer: BaseProducer = config.create()?;
    let pace = Duration::from_secs(1) / rate;
    let mut counted = 0;
    for (number, event) in (0_u32..).zip(events.iter().cycle()) {
        let due = pace * number;
        if due >= length {
            break;
        }
        let early = due.saturating_sub(start.elapsed());
        if !early.is_zero() {
            producer.poll(Duration::ZERO);
            thread::sleep(early);
        }
        let written = start.elapsed();
        let key = format!("{}-{}", std::process::id(), written.as_nanos());
        let record = BaseRecord::to(topic).key(&key).payload(event);
        producer.send(record).map_err(|(error, _)| error)?;
        counted += usize::from(written >= WARM_UP);
    }
    producer.flush(CALL)?;
    Ok(counted)
}
