//! What differs for one record.

use std::fmt;

use feedback::{FeedbackId, ThemeId};
use serde::Serialize;

use super::aspect::Aspects;
use super::verdict::{Fate, Verdict};

/// Where a record stands in what is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Its number in a file, from 1.
    Number(u64),
    /// Its partition and offset in a topic.
    Offset {
        /// The partition, from 0.
        partition: i32,
        /// The offset, from 0.
        offset: i64,
    },
}

/// `12`, or `partition/offset`.
impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(formatter, "{number}"),
            Self::Offset { partition, offset } => write!(formatter, "{partition}/{offset}"),
        }
    }
}

impl Serialize for Place {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Offset { .. } => serializer.collect_str(self),
        }
    }
}

impl Serialize for Aspects {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(super::Aspect::name))
    }
}

/// One record that the two sides handle otherwise. It holds no words of the customer's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Where the record stands.
    pub record: Place,
    /// The feedback's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<FeedbackId>,
    /// The source's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_id: Option<String>,
    /// In which respects it differs.
    pub changed: Aspects,
    /// Themes that NEW finds and OLD didn't, sorted.
    pub gained: Vec<ThemeId>,
    /// Themes that OLD found and NEW doesn't, sorted.
    pub lost: Vec<ThemeId>,
    /// What OLD makes of it.
    pub before: Verdict,
    /// What NEW makes of it.
    pub after: Verdict,
}

impl Change {
    pub(crate) fn of(record: Place, changed: Aspects, before: &Fate<'_>, after: &Fate<'_>) -> Self {
        let feedback = after.as_ref().or(before.as_ref()).ok().map(|tagged| tagged.feedback);
        let (before, after) = (Verdict::of(before), Verdict::of(after));
        let without = |these: &Verdict, those: &Verdict| -> Vec<ThemeId> {
            these.themes.iter().filter(|theme| !those.themes.contains(theme)).cloned().collect()
        };
        Self {
            record,
            id: feedback.map(|feedback| feedback.id),
            source_id: feedback.and_then(|feedback| feedback.source_id.clone()),
            changed,
            gained: without(&after, &before),
            lost: without(&before, &after),
            before,
            after,
        }
    }
}
