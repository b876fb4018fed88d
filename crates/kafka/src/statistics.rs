//! What a member takes from librdkafka's statistics: whether a broker is connected, and how far
//! each partition is fetched. They come once a second, in order with the records.

use std::collections::BTreeMap;

use serde::Deserialize;

/// One look at a client.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Snapshot {
    /// A connection to some broker stands.
    pub(crate) connected: bool,
    /// The partitions the client fetches, by topic and partition.
    pub(crate) partitions: BTreeMap<String, BTreeMap<i32, Sight>>,
}

/// How far a partition is fetched. Offsets below 0 are unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) struct Sight {
    /// The next offset to fetch.
    #[serde(rename = "next_offset")]
    pub(crate) next: i64,
    /// The end at which the last end-of-partition event was given.
    #[serde(rename = "eof_offset")]
    pub(crate) told_end: i64,
    /// The first offset there is.
    #[serde(rename = "lo_offset")]
    pub(crate) earliest: i64,
    /// One past the last offset that a read-committed reader can see.
    #[serde(rename = "ls_offset")]
    pub(crate) latest: i64,
    /// Bytes fetched and not yet polled, of all the client's partitions together.
    #[serde(rename = "fetchq_size")]
    pub(crate) waiting_bytes: u64,
}

impl Sight {
    /// All there was has been handed out: what was fetched before this look was polled before it.
    pub(crate) fn at_end(&self) -> bool {
        self.told_end >= 0 && self.told_end == self.next
    }
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    brokers: BTreeMap<String, RawBroker>,
    #[serde(default)]
    topics: BTreeMap<String, RawTopic>,
}

#[derive(Deserialize)]
struct RawBroker {
    #[serde(default)]
    state: String,
}

#[derive(Deserialize)]
struct RawTopic {
    #[serde(default)]
    partitions: BTreeMap<i32, Sight>,
}

impl Snapshot {
    /// Reads the statistics; `None` where they are damaged (librdkafka #5390), which is no trouble:
    /// the next ones come in a second.
    pub(crate) fn read(json: &[u8]) -> Option<Self> {
        let raw: Raw = serde_json::from_slice(json).ok()?;
        let connected =
            raw.brokers.values().any(|broker| matches!(broker.state.as_str(), "UP" | "UPDATE"));
        let partitions =
            raw.topics.into_iter().map(|(name, topic)| (name, topic.partitions)).collect();
        Some(Self { connected, partitions })
    }

    /// What is known of one partition.
    pub(crate) fn sight(&self, topic: &str, partition: i32) -> Option<&Sight> {
        self.partitions.get(topic)?.get(&partition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORTENED: &str = r#"{"name":"voc","brokers":{
        "127.0.0.1:1/bootstrap":{"state":"INIT"},"127.0.0.1:1/1":{"state":"UP","connects":1}},
        "topics":{"feedback.raw":{"age":1,"partitions":{
            "-1":{"next_offset":0,"eof_offset":-1001,"lo_offset":-1001,"ls_offset":-1001,"fetchq_size":0},
            "0":{"next_offset":11,"eof_offset":11,"lo_offset":0,"ls_offset":11,"fetchq_size":7}}}}}"#;

    #[test]
    fn a_look_is_read() {
        let snapshot = Snapshot::read(SHORTENED.as_bytes()).unwrap();
        assert!(snapshot.connected);
        let sight = snapshot.sight("feedback.raw", 0).unwrap();
        assert_eq!((sight.next, sight.latest, sight.waiting_bytes), (11, 11, 7));
        assert!(sight.at_end());
        assert!(!snapshot.sight("feedback.raw", -1).unwrap().at_end());
        assert_eq!(snapshot.sight("feedback.raw", 1), None);
    }

    #[test]
    fn a_damaged_look_is_none() {
        assert_eq!(Snapshot::read(&SHORTENED.as_bytes()[..200]), None);
        assert_eq!(Snapshot::read(b""), None);
    }

    #[test]
    fn without_a_broker_there_is_no_connection() {
        let snapshot = Snapshot::read(br#"{"brokers":{"a":{"state":"DOWN"}}}"#).unwrap();
        assert!(!snapshot.connected);
    }
}
