//! Numbered feedback to send: a few texts in two languages, keys that come back, and here and there
//! a record that can't be read.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use pipeline::{Entry, Log};

/// How many keys there are.
const KEYS: usize = 97;

/// Each so manieth record is no JSON.
const BAD_EVERY: usize = 101;

/// How many records are appended at once.
const APPEND: usize = 5000;

const TEXTS: [(&str, &str); 4] = [
    ("en", "You charged my card twice and nobody calls back."),
    ("nl", "Er is twee keer hetzelfde bedrag afgeschreven."),
    ("en", "Priya was very patient, solved in one call."),
    ("nl", "Geen internet sinds dinsdag."),
];

/// The bytes of the record of that number.
fn value(number: usize) -> String {
    if number % BAD_EVERY == BAD_EVERY - 1 {
        return format!("no record {number}");
    }
    let (language, text) = TEXTS[number % TEXTS.len()];
    let score = number % 11;
    format!("{{\"id\":{number},\"text\":\"{text}\",\"lang\":\"{language}\",\"score\":{score}}}")
}

/// Now, in milliseconds since 1970 UTC: what came long ago is soon dropped by retention.
#[expect(clippy::disallowed_methods, reason = "records that come now have the time of now")]
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

/// Appends the records of these numbers, which came from `start` on, one each millisecond.
pub(crate) fn feed(log: &dyn Log, topic: &str, numbers: std::ops::Range<usize>, start: i64) {
    let topic: Arc<str> = Arc::from(topic);
    let entry = |number: &usize| Entry {
        topic: Arc::clone(&topic),
        key: Some(Bytes::from(format!("k{}", number % KEYS))),
        value: Some(Bytes::from(value(*number))),
        headers: Vec::new(),
        timestamp_ms: Some(start + i64::try_from(*number).unwrap()),
    };
    let numbers: Vec<usize> = numbers.collect();
    for some in numbers.chunks(APPEND) {
        log.append(&some.iter().map(entry).collect::<Vec<_>>()).unwrap();
    }
}

/// An entry of these bytes alone, with a key or without, that comes now.
pub(crate) fn entry(topic: &str, key: Option<&str>, value: Option<&[u8]>) -> Entry {
    Entry {
        topic: Arc::from(topic),
        key: key.map(|key| Bytes::copy_from_slice(key.as_bytes())),
        value: value.map(Bytes::copy_from_slice),
        headers: Vec::new(),
        timestamp_ms: Some(now()),
    }
}
