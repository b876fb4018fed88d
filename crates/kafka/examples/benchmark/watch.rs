//! `watch`: measures a worker from outside, between its first commit and the one that reaches
//! `--until` records: records a second, processor time of the worker and of the broker, memory.
//!
//! How far it is comes from the group's committed offsets (`--brokers --group --topic`), or from
//! `/metrics` (`--metrics host:port`) where the log is not Kafka's.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use serde_json::json;

use crate::clients::{self, CALL, PARTITIONS};
use crate::process::{cpu_seconds, peak_mebibytes};
use crate::{Failure, Options};

/// How often it is asked how far the worker is.
const EVERY: Duration = Duration::from_millis(10);

/// After so long without any commit it is given up.
const GIVE_UP: Duration = Duration::from_secs(90);

/// Where it can be asked how many records were committed.
enum Progress {
    Group { consumer: Box<BaseConsumer>, list: TopicPartitionList },
    Metrics { address: String },
}

impl Progress {
    fn open(options: &Options) -> Result<Self, Failure> {
        if let Some(address) = options.optional("metrics") {
            return Ok(Self::Metrics { address: address.to_owned() });
        }
        let (group, topic) = (options.text("group")?, options.text("topic")?);
        let mut config = clients::consumer(options.text("brokers")?, group);
        // What is committed, without waiting for what is about to be.
        config.set("isolation.level", "read_uncommitted");
        let mut list = TopicPartitionList::new();
        for partition in 0..PARTITIONS {
            list.add_partition(topic, partition);
        }
        Ok(Self::Group { consumer: Box::new(config.create()?), list })
    }

    fn committed(&self) -> Result<u32, Failure> {
        match self {
            Self::Group { consumer, list } => {
                let offsets = consumer.committed_offsets(list.clone(), CALL)?;
                let offset_of = |offset| if let Offset::Offset(at) = offset { at } else { 0 };
                let sum: i64 =
                    offsets.elements().iter().map(|element| offset_of(element.offset())).sum();
                Ok(u32::try_from(sum)?)
            }
            Self::Metrics { address } => read_metrics(address),
        }
    }
}

fn read_metrics(address: &str) -> Result<u32, Failure> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(CALL))?;
    write!(stream, "GET /metrics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let count = answer.lines().find_map(|line| line.strip_prefix("voc_records_read_total "));
    Ok(count.map_or(Ok(0), str::parse)?)
}

/// One look at everything.
struct Look {
    at: Instant,
    records: u32,
    worker: f64,
    broker: f64,
}

/// Prints one line of JSON.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let progress = Progress::open(options)?;
    let until: u32 = options.number("until")?;
    let worker: u32 = options.number("worker")?;
    let broker: Option<u32> = options.optional("broker").map(str::parse).transpose()?;
    let look = || -> Result<Look, Failure> {
        let records = progress.committed()?;
        let broker = broker.map_or(Ok(0.0), cpu_seconds)?;
        Ok(Look { at: Instant::now(), records, worker: cpu_seconds(worker)?, broker })
    };
    let mut first: Option<Look> = None;
    let mut moved = Instant::now();
    let mut known = 0;
    let (first, last) = loop {
        let now = look()?;
        if now.records > known {
            (known, moved) = (now.records, now.at);
        }
        match first.take() {
            Some(first) if now.records >= until => break (first, now),
            Some(earlier) => first = Some(earlier),
            None if now.records > 0 => first = Some(now),
            None => {}
        }
        if moved.elapsed() > GIVE_UP {
            return Err(format!("no commit for {} s, at {known}", GIVE_UP.as_secs()).into());
        }
        thread::sleep(EVERY);
    };
    let records = f64::from(last.records - first.records);
    let per_million = |seconds: f64| seconds / records * 1e6;
    let line = json!({
        "kind": "rate",
        "name": options.text("name")?,
        "delivery": options.text("delivery")?,
        "records": last.records - first.records,
        "rate": records / (last.at - first.at).as_secs_f64(),
        "worker_cpu": per_million(last.worker - first.worker),
        "broker_cpu": per_million(last.broker - first.broker),
        "peak_mib": peak_mebibytes(worker)?,
        "broker_mib": broker.map(peak_mebibytes).transpose()?,
    });
    println!("{line}");
    Ok(())
}
