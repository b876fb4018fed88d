//! What is written: to which topic, with which key, bytes, headers and time.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

/// A header to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputHeader {
    /// The name.
    pub name: Cow<'static, str>,
    /// The bytes, or Kafka's null.
    pub value: Option<Bytes>,
}

impl OutputHeader {
    /// A header with a value.
    pub fn new(name: &'static str, value: impl Into<Bytes>) -> Self {
        Self { name: Cow::Borrowed(name), value: Some(value.into()) }
    }
}

/// A record to write. Clones share their bytes. `Debug` shows sizes only.
#[derive(Clone, PartialEq, Eq)]
pub struct Output {
    /// The topic.
    pub topic: Arc<str>,
    /// The key; it alone decides the partition (murmur2, Kafka's own), `None` is spread.
    pub key: Option<Bytes>,
    /// The value.
    pub value: Option<Bytes>,
    /// The headers in order.
    pub headers: Vec<OutputHeader>,
    /// The input record's timestamp, in milliseconds since 1970 UTC.
    pub timestamp_ms: Option<i64>,
}

/// The most bytes that the lengths of a header's name and value take (two variable-length integers).
const LENGTHS: usize = 10;

impl Output {
    /// What the record weighs: key, value and headers in bytes, each header with the two lengths
    /// that Kafka writes before it, at their longest.
    pub fn bytes(&self) -> usize {
        let part = |bytes: &Option<Bytes>| bytes.as_ref().map_or(0, Bytes::len);
        let headers: usize = self
            .headers
            .iter()
            .map(|header| header.name.len() + part(&header.value) + LENGTHS)
            .sum();
        part(&self.key) + part(&self.value) + headers
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Output")
            .field("topic", &self.topic)
            .field("bytes", &self.bytes())
            .field("headers", &self.headers.len())
            .field("timestamp_ms", &self.timestamp_ms)
            .finish_non_exhaustive()
    }
}
