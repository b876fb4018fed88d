//! Identifiers. Names of things in the configuration are checked text; ids of feedback, tasks, kudos
//! and events are UUIDv5 (RFC 9562) of a JSON array in one constant namespace, so that the same input
//! always gets the same id and a repeat is harmless.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};
use thiserror::Error;
use uuid::Uuid;

use crate::canonical;
use crate::record::Origin;

/// The namespace of every derived id. It never changes: ids would.
const NAMESPACE: Uuid = Uuid::from_u128(0x5f0d_0a52_6c1e_4d6b_9a57_3c1b_8e42_77d1);

/// The longest name of a theme, department or team, in bytes.
const NAME_BYTES_MAX: usize = 64;

/// Why a text is no identifier.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdError {
    /// It is empty, or a part between dots is.
    #[error("is empty or has an empty part between dots")]
    Empty,
    /// It is longer than 64 bytes.
    #[error("is longer than 64 bytes")]
    TooLong,
    /// It has another character than a–z, 0–9 and `_` (dots between parts, for themes only).
    #[error("may only have a-z, 0-9 and _ (and, in a theme, dots between its parts)")]
    Character,
}

fn check(text: &str, dots: bool) -> Result<(), IdError> {
    if text.len() > NAME_BYTES_MAX {
        return Err(IdError::TooLong);
    }
    let allowed = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || (dots && byte == b'.')
    };
    if !text.bytes().all(allowed) {
        return Err(IdError::Character);
    }
    if text.split('.').any(str::is_empty) {
        return Err(IdError::Empty);
    }
    Ok(())
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, dots = $dots:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks `text` and wraps it.
            pub fn new(text: &str) -> Result<Self, IdError> {
                check(text, $dots)?;
                Ok(Self(Arc::from(text)))
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, formatter)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::new(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

name!(
    /// A theme: parts joined by dots, from the general to the particular (`billing.double_charge`).
    ThemeId,
    dots = true
);
name!(
    /// A department, the unit that is accountable.
    DepartmentId,
    dots = false
);
name!(
    /// A team, the queue that a department's work goes to.
    TeamId,
    dots = false
);

impl ThemeId {
    /// Whether `self` is `ancestor` or stands below it: `billing.fees` is within `billing`.
    pub fn is_within(&self, ancestor: &str) -> bool {
        self.0.strip_prefix(ancestor).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// The theme's own id and those above it, from the top: `["billing", "billing.fees"]`.
    pub fn path(&self) -> Vec<Self> {
        self.0
            .match_indices('.')
            .map(|(dot, _)| dot)
            .chain([self.0.len()])
            .filter_map(|end| self.0.get(..end).map(|part| Self(Arc::from(part))))
            .collect()
    }
}

macro_rules! derived_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, formatter)
            }
        }
    };
}

derived_id!(
    /// The id of one feedback, the same whenever and wherever it is read.
    FeedbackId
);
derived_id!(
    /// The id of the accountable department's task, or of a contributor's.
    TaskId
);
derived_id!(
    /// The id of praise passed on to one department.
    KudosId
);
derived_id!(
    /// The id of one event of a task's history.
    EventId
);

/// UUIDv5 (RFC 9562, 5.5): the first 16 bytes of the SHA-1 of namespace and name. Several are made
/// per record, and this SHA-1 uses the processor's instructions for it, as the one in crate uuid
/// doesn't.
fn derive(parts: &impl Serialize) -> Uuid {
    let array = serde_json::to_vec(parts).unwrap_or_default();
    let hash = Sha1::new().chain_update(NAMESPACE.as_bytes()).chain_update(array).finalize();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash).for_each(|(byte, hashed)| *byte = hashed);
    uuid::Builder::from_sha1_bytes(bytes).into_uuid()
}

impl FeedbackId {
    /// From the source's own id: UUIDv5 of `["feedback", source, source_id]`.
    pub fn of_source_id(source: &str, source_id: &str) -> Self {
        Self(derive(&("feedback", source, source_id)))
    }

    /// From a `CloudEvent`, whose id is unique within its `source` only: UUIDv5 of
    /// `["feedback", source, event_source, event_id]`.
    pub fn of_event(source: &str, event_source: &str, event_id: &str) -> Self {
        Self(derive(&("feedback", source, event_source, event_id)))
    }

    /// From where a record without an id of its own stands in the log:
    /// UUIDv5 of `["feedback", source, topic, partition, offset, timestamp_ms]`.
    pub fn of_origin(source: &str, origin: &Origin, timestamp_ms: Option<i64>) -> Self {
        let Origin { topic, partition, offset } = origin;
        Self(derive(&("feedback", source, topic, partition, offset, timestamp_ms)))
    }

    /// From where a record stands in a file: UUIDv5 of `["feedback", source, n, sha256]`, `n` from 1,
    /// the hash in hex over the record's bytes.
    pub fn of_file_record(source: &str, number: u64, bytes: &[u8]) -> Self {
        Self(derive(&("feedback", source, number, canonical::sha256_hex(bytes))))
    }
}

impl TaskId {
    /// The accountable department's task: UUIDv5 of `["task", feedback_id]`.
    pub fn of_feedback(feedback: FeedbackId) -> Self {
        Self(derive(&("task", feedback)))
    }

    /// A contributor's task: UUIDv5 of `["task", feedback_id, department]`.
    pub fn of_contributor(feedback: FeedbackId, department: &DepartmentId) -> Self {
        Self(derive(&("task", feedback, department)))
    }
}

impl KudosId {
    /// UUIDv5 of `["kudos", feedback_id, department]`.
    pub fn of(feedback: FeedbackId, department: &DepartmentId) -> Self {
        Self(derive(&("kudos", feedback, department)))
    }
}

impl EventId {
    /// UUIDv5 of `["event", task_id, sequence]`, `sequence` from 1: two that write a task's next event
    /// at the same time give it the same id, and one of them is refused.
    pub fn of(task: TaskId, sequence: u32) -> Self {
        Self(derive(&("event", task, sequence)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked() {
        for good in ["billing", "billing.double_charge", "a.b.c9"] {
            assert!(ThemeId::new(good).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("", IdError::Empty),
            ("billing.", IdError::Empty),
            (".billing", IdError::Empty),
            ("a..b", IdError::Empty),
            ("Billing", IdError::Character),
            ("bill ing", IdError::Character),
            ("café", IdError::Character),
        ] {
            assert_eq!(ThemeId::new(bad), Err(why), "{bad}");
        }
        assert_eq!(ThemeId::new(&"a".repeat(65)), Err(IdError::TooLong));
        assert_eq!(DepartmentId::new("a.b"), Err(IdError::Character));
    }

    #[test]
    fn a_path_runs_from_the_top() {
        let theme = ThemeId::new("a.b.c").unwrap();
        let path: Vec<_> = theme.path().iter().map(ToString::to_string).collect();
        assert_eq!(path, ["a", "a.b", "a.b.c"]);
        assert!(theme.is_within("a.b") && theme.is_within("a.b.c") && !theme.is_within("a.bx"));
        assert!(!ThemeId::new("ab").unwrap().is_within("a"));
    }

    /// Ids are a contract with every consumer: these values may never change.
    #[test]
    fn ids_are_stable() {
        let by_id = FeedbackId::of_source_id("default", "42");
        let origin = Origin { topic: Arc::from("feedback.raw"), partition: 3, offset: 7 };
        let by_origin = FeedbackId::of_origin("default", &origin, Some(1_700_000_000_000));
        let by_file = FeedbackId::of_file_record("default", 1, b"{}");
        let department = DepartmentId::new("billing").unwrap();
        let shown = [
            by_id.to_string(),
            by_origin.to_string(),
            by_file.to_string(),
            TaskId::of_feedback(by_id).to_string(),
            TaskId::of_contributor(by_id, &department).to_string(),
            KudosId::of(by_id, &department).to_string(),
            FeedbackId::of_event("default", "/crm", "42").to_string(),
            EventId::of(TaskId::of_feedback(by_id), 2).to_string(),
        ];
        assert_eq!(
            shown,
            [
                "6e5bd9f6-4b9e-5294-acbe-d1b1bbf63ed3",
                "fccd0917-6185-5af5-bf9a-529c944fc491",
                "9e1356e7-c079-5fb4-b88e-fecbe571794f",
                "55195668-2211-5ca1-af32-264a1aebfd43",
                "a8990b6a-4058-5fd5-a4cc-eb0073761ddc",
                "80dc4bcf-aed4-51a4-b23d-f6dde32fcedc",
                "657d0be0-4cc9-57d2-a5c5-62cf941e5713",
                "d4a5aef2-4945-5f3b-b67e-e9062c77ff8c"
            ]
        );
    }
}
