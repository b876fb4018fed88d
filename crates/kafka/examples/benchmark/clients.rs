//! Clients with the settings that crates/kafka gives its own (its settings.rs), and topics.

use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::message::{Headers, Message};

use crate::{Failure, Options};

/// How long one call of a broker may take.
pub(crate) const CALL: Duration = Duration::from_secs(10);

/// Partitions of the topics made here, and of those that the script lets voc make.
pub(crate) const PARTITIONS: i32 = 4;

const MEBIBYTE: usize = 1024 * 1024;

fn base(brokers: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", brokers);
    config.set("client.id", "benchmark");
    config
}

/// A consumer in a group, from the earliest record.
pub(crate) fn consumer(brokers: &str, group: &str) -> ClientConfig {
    let mut config = base(brokers);
    config.set("group.id", group);
    config.set("partition.assignment.strategy", "cooperative-sticky");
    config.set("session.timeout.ms", "10000");
    config.set("enable.auto.commit", "false");
    config.set("enable.auto.offset.store", "false");
    config.set("isolation.level", "read_committed");
    config.set("enable.partition.eof", "true");
    config.set("auto.offset.reset", "earliest");
    config.set("check.crcs", "true");
    config.set("fetch.queue.backoff.ms", "10");
    config.set("fetch.wait.max.ms", "100");
    config.set("queued.max.messages.kbytes", (16 * 1024).to_string());
    config.set("fetch.max.bytes", (16 * MEBIBYTE).to_string());
    config.set("receive.message.max.bytes", (256 * MEBIBYTE).to_string());
    config
}

/// An idempotent producer, transactional with an id.
pub(crate) fn producer(brokers: &str, transactional_id: Option<&str>) -> ClientConfig {
    let mut config = base(brokers);
    config.set("enable.idempotence", "true");
    config.set("acks", "all");
    config.set("partitioner", "murmur2_random");
    config.set("compression.type", "lz4");
    config.set("message.max.bytes", (8 * MEBIBYTE).to_string());
    config.set("message.timeout.ms", "9000");
    config.set("queue.buffering.max.kbytes", (64 * 1024).to_string());
    config.set("queue.buffering.max.messages", "1000000");
    config.set("batch.size", MEBIBYTE.to_string());
    config.set("linger.ms", "1");
    if let Some(id) = transactional_id {
        config.set("transactional.id", id);
        config.set("transaction.timeout.ms", "10000");
    }
    config
}

/// A header's value as text.
pub(crate) fn header<'a>(message: &'a impl Message, name: &str) -> Option<&'a str> {
    let headers = message.headers()?;
    let found = (0..headers.count()).find_map(|place| {
        let header = headers.try_get(place)?;
        (header.key == name).then_some(header.value)?
    });
    std::str::from_utf8(found?).ok()
}

/// `topics --brokers B --names A,B`: makes topics; those that exist stay.
pub(crate) fn create_topics(options: &Options) -> Result<(), Failure> {
    let names: Vec<&str> = options.text("names")?.split(',').collect();
    let client: AdminClient<DefaultClientContext> = base(options.text("brokers")?).create()?;
    let size = (8 * MEBIBYTE).to_string();
    let topics: Vec<NewTopic<'_>> = names
        .iter()
        .map(|name| {
            NewTopic::new(name, PARTITIONS, TopicReplication::Fixed(1))
                .set("max.message.bytes", &size)
        })
        .collect();
    let asked = AdminOptions::new().request_timeout(Some(CALL)).operation_timeout(Some(CALL));
    let results = futures_executor::block_on(client.create_topics(&topics, &asked))?;
    for result in results {
        if let Err((name, code)) = result
            && code != RDKafkaErrorCode::TopicAlreadyExists
        {
            return Err(format!("{name}: {code}").into());
        }
    }
    Ok(())
}
