//! A record of librdkafka as the stages see it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use feedback::{Header, Origin, Record};
use rdkafka::message::{BorrowedHeaders, BorrowedMessage, Headers, Message};

/// The names of topics, each kept once for all its records.
#[derive(Debug, Default)]
pub(crate) struct Topics(Vec<Arc<str>>);

impl Topics {
    /// The shared name.
    pub(crate) fn name(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.0.iter().find(|known| ***known == *name) {
            return Arc::clone(known);
        }
        let name: Arc<str> = Arc::from(name);
        self.0.push(Arc::clone(&name));
        name
    }
}

/// Copies a record out of the client's memory.
pub(crate) fn record_of(message: &BorrowedMessage<'_>, topics: &mut Topics) -> Record {
    let topic = topics.name(message.topic());
    let origin = Origin { topic, partition: message.partition(), offset: message.offset() };
    let headers = message.headers().map(|headers| headers_of(headers, &origin));
    Record {
        timestamp_ms: message.timestamp().to_millis(),
        key: message.key().map(<[u8]>::to_vec),
        value: message.payload().map(<[u8]>::to_vec),
        headers: headers.unwrap_or_default(),
        origin,
    }
}

fn headers_of(headers: &BorrowedHeaders, origin: &Origin) -> Vec<Header> {
    let mut read = Vec::with_capacity(headers.count());
    for place in 0..headers.count() {
        // rdkafka 0.39 panics on a name that isn't UTF-8, which Kafka's brokers let pass. Such a
        // header is left out: the record itself must not stop the partition.
        match catch_unwind(AssertUnwindSafe(|| headers.try_get(place))) {
            Ok(Some(header)) => read.push(Header {
                name: header.key.to_owned(),
                value: header.value.map(<[u8]>::to_vec),
            }),
            Ok(None) => {}
            Err(_) => tracing::warn!(%origin, "a header whose name isn't UTF-8 was left out"),
        }
    }
    read
}

/// What a record weighs against a batch's bound: key and value in bytes.
pub(crate) fn weight(record: &Record) -> usize {
    let bytes = |part: &Option<Vec<u8>>| part.as_ref().map_or(0, Vec::len);
    bytes(&record.key) + bytes(&record.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_has_one_name_for_all_its_records() {
        let mut topics = Topics::default();
        let first = topics.name("feedback.raw");
        let other = topics.name("feedback.raw.app");
        assert!(Arc::ptr_eq(&first, &topics.name("feedback.raw")));
        assert!(!Arc::ptr_eq(&first, &other));
    }
}
