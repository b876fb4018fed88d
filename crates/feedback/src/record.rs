//! A record of a log as the stages see it: bytes, and where they stand.

use std::fmt;
use std::sync::Arc;

/// Where a record stands: topic, partition and offset name it for ever.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The topic's name.
    pub topic: Arc<str>,
    /// The partition, from 0.
    pub partition: i32,
    /// The offset in the partition, from 0.
    pub offset: i64,
}

/// `topic/partition/offset`, the form of the header `voc-origin`.
impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}/{}", self.topic, self.partition, self.offset)
    }
}

impl Origin {
    /// Reads `topic/partition/offset`; `None` where it isn't that.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.rsplitn(3, '/');
        let offset = parts.next()?.parse().ok()?;
        let partition = parts.next()?.parse().ok()?;
        let topic = parts.next().filter(|topic| !topic.is_empty())?;
        Some(Self { topic: Arc::from(topic), partition, offset })
    }
}

/// A record's header: a name, and a value that may be absent (Kafka's null).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The name; several headers may share one.
    pub name: String,
    /// The bytes, or Kafka's null.
    pub value: Option<Vec<u8>>,
}

impl Header {
    /// A header of UTF-8 text.
    pub fn text(name: &str, value: impl Into<String>) -> Self {
        Self { name: name.to_owned(), value: Some(value.into().into_bytes()) }
    }
}

/// One record as read. `Debug` shows sizes only: the bytes are a customer's.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// Where it stands.
    pub origin: Origin,
    /// The log's timestamp in milliseconds since 1970 UTC.
    pub timestamp_ms: Option<i64>,
    /// The key's bytes, or Kafka's null.
    pub key: Option<Vec<u8>>,
    /// The value's bytes, or Kafka's null (a tombstone).
    pub value: Option<Vec<u8>>,
    /// The headers in order.
    pub headers: Vec<Header>,
}

impl Record {
    /// The first header of that name that has a value and is UTF-8.
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(header.value.as_deref()?).ok()
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Record")
            .field("origin", &self.origin)
            .field("timestamp_ms", &self.timestamp_ms)
            .field("key_bytes", &self.key.as_ref().map(Vec::len))
            .field("value_bytes", &self.value.as_ref().map(Vec::len))
            .field("headers", &self.headers.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_reads_back() {
        let origin = Origin { topic: Arc::from("feedback.raw"), partition: 2, offset: 10 };
        assert_eq!(Origin::parse(&origin.to_string()), Some(origin));
        for bad in ["", "topic", "topic/1", "/1/2", "topic/x/2", "topic/1/"] {
            assert_eq!(Origin::parse(bad), None, "{bad}");
        }
    }
}
