//! Why a record can't be read. A reject goes to the dead letters with its code and the record's
//! exact bytes; its message speaks of fields and limits, never in the record's own words.

use std::fmt;

use serde::Serialize;
use thiserror::Error;

/// A record that can't be read: a dead letter, and the next one is read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message} [{code}]")]
pub struct Reject {
    /// What kind of fault it is; stable, for counting and for the header `voc-error-code`.
    pub code: RejectCode,
    /// What is wrong and where. It never holds a word of the record.
    pub message: String,
}

impl Reject {
    /// A reject of that code.
    pub fn new(code: RejectCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// A field that holds another type than it must.
    pub(crate) fn wrong_type(field: &str, expected: &str) -> Self {
        Self::new(RejectCode::WrongType, format!("the field `{field}` must be {expected}"))
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $wire:literal,)+) => {
        /// The kinds of fault, with a stable name each. Kinds are only ever added.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub enum RejectCode {
            $($(#[$doc])* #[serde(rename = $wire)] $name,)+
        }

        impl RejectCode {
            /// Every code, in the order of this page.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The name on the wire.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $wire,)+
                }
            }
        }
    };
}

codes!(
    /// The record has no value (Kafka's null, a tombstone).
    NullValue = "null_value",
    /// The value has no bytes, or only white space.
    Empty = "empty",
    /// The value is larger than `limits.record_bytes`.
    TooLarge = "too_large",
    /// The value is not UTF-8.
    NotUtf8 = "not_utf8",
    /// The value is not JSON.
    NotJson = "not_json",
    /// The JSON ends before it is complete.
    Truncated = "truncated",
    /// Arrays and objects nest deeper than `limits.depth`.
    TooDeep = "too_deep",
    /// An object, at any level, has the same name twice.
    DuplicateKey = "duplicate_key",
    /// A string has half a surrogate pair, which is no character.
    LoneSurrogate = "lone_surrogate",
    /// A number is beyond what a 64-bit float can hold.
    NumberOutOfRange = "number_out_of_range",
    /// A field holds another type than it must.
    WrongType = "wrong_type",
    /// There is neither a text that is not blank nor a score.
    MissingTextAndScore = "missing_text_and_score",
    /// A score lies outside its scale, or the scale is empty.
    ScoreOffScale = "score_off_scale",
    /// A score's metric is not nps, csat, ces or rating.
    UnknownMetric = "unknown_metric",
    /// A text is larger than `limits.text_bytes`.
    TextTooLarge = "text_too_large",
    /// The attributes together are larger than `limits.attributes_bytes`.
    AttributesTooLarge = "attributes_too_large",
    /// A time can't be read.
    BadTime = "bad_time",
    /// A `CloudEvent` of another version than 1.0.
    UnsupportedSpecversion = "unsupported_specversion",
    /// Feedback in the native shape, of another version than this one.
    UnsupportedSchema = "unsupported_schema",
    /// No source is configured for the record's topic.
    UnknownSource = "unknown_source",
    /// A field that the source's file maps can't be read as what it is mapped to.
    BadSourceField = "bad_source_field",
    /// A row has more cells than its table's header has columns, or a quote that is never closed.
    BadRow = "bad_row",
    /// The source's file leaves this record out.
    Skipped = "skipped",
    /// What would be put out is larger than the topics take (told by the pipeline).
    OutputTooLarge = "output_too_large",
);

impl fmt::Display for RejectCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
