//! The JSON of the topics: a feedback with what the stages said of it. feedback.classified holds
//! Feedback and `classification`; feedback.routed, tasks and kudos hold the same bytes: that and
//! `routing`. So a record is serialised once, and the second form is the first one continued.

use serde::{Deserialize, Serialize};

use crate::{Classification, Feedback, Routing};

/// A feedback and what is known of it, read back from a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct Processed {
    /// The feedback.
    pub feedback: Feedback,
    /// What it is about.
    pub classification: Option<Classification>,
    /// The work that follows.
    pub routing: Option<Routing>,
}

#[derive(Deserialize)]
struct Stages {
    classification: Option<Classification>,
    routing: Option<Routing>,
}

/// The bytes of feedback.classified.
pub fn classified(
    feedback: &Feedback,
    classification: &Classification,
) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = Vec::new();
    write_classified(&mut bytes, feedback, classification)?;
    Ok(bytes)
}

/// The bytes of feedback.routed, tasks and kudos: `classified` continued with the routing.
pub fn routed(classified: &[u8], routing: &Routing) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = Vec::with_capacity(classified.len() + 1024);
    bytes.extend_from_slice(classified);
    continue_routed(&mut bytes, routing)?;
    Ok(bytes)
}

/// Writes [`classified`] at the end of `bytes`.
pub fn write_classified(
    bytes: &mut Vec<u8>,
    feedback: &Feedback,
    classification: &Classification,
) -> Result<(), serde_json::Error> {
    serde_json::to_writer(&mut *bytes, feedback)?;
    append(bytes, "classification", classification)
}

/// Makes of `bytes`, which end with what [`write_classified`] wrote, those of [`routed`].
pub fn continue_routed(bytes: &mut Vec<u8>, routing: &Routing) -> Result<(), serde_json::Error> {
    append(bytes, "routing", routing)
}

/// Continues the JSON object in `bytes` with one member more.
fn append(
    bytes: &mut Vec<u8>,
    name: &str,
    value: &impl Serialize,
) -> Result<(), serde_json::Error> {
    let closing = bytes.pop();
    debug_assert_eq!(closing, Some(b'}'), "only an object can be continued");
    bytes.extend_from_slice(b",\"");
    bytes.extend_from_slice(name.as_bytes());
    bytes.extend_from_slice(b"\":");
    serde_json::to_writer(&mut *bytes, value)?;
    bytes.push(b'}');
    Ok(())
}

/// Reads what [`classified`] or [`routed`] wrote. The error carries no words of the record.
pub fn read(bytes: &[u8]) -> Result<Processed, serde_json::Error> {
    let feedback = serde_json::from_slice(bytes)?;
    let Stages { classification, routing } = serde_json::from_slice(bytes)?;
    Ok(Processed { feedback, classification, routing })
}
