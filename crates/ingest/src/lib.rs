//! Bytes in, [`feedback::Feedback`] or [`Reject`] out: decode, map a source's fields, validate, mask
//! personal data, find the language. No I/O, no clock, no chance: the same record and configuration
//! give the same feedback, byte for byte.
//!
//! [`Ingest::read`] takes a log's record; `read_line`, `read_text` and `read_row` take what [`mod@file`]
//! reads. Where a key or an id would be a phone number or e-mail address, a hash stands instead of it.

mod cloudevents;
mod complete;
pub mod file;
mod ingest;
mod keys;
pub mod language;
mod limits;
mod members;
mod native;
mod place;
mod plain;
mod redact;
mod reject;
mod score;
mod source;
mod strict;
mod time;
mod touchpoints;

pub use ingest::Ingest;
pub use keys::key_instead;
pub use limits::Limits;
pub use redact::personal_data;
pub use reject::{Reject, RejectCode};
pub use source::{Format, MissingColumn, Source};
