//! The headers of what is written: where it came from, under which configuration, and the attributes
//! of a CloudEvents 1.0 event in Kafka's binary mode. Never a customer's word.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use feedback::{Feedback, Record};

use crate::arena::Arena;
use crate::{Output, OutputHeader};

/// Where the input stood: `topic/partition/offset`.
pub const ORIGIN: &str = "voc-origin";

/// The hash of the configuration.
pub const CONFIGURATION: &str = "voc-config";

/// Why a record is a dead letter.
pub const ERROR_CODE: &str = "voc-error-code";

/// What of a record was too large for its dead letter, and stands only where it came from, such as
/// `value, headers`.
pub const LEFT_OUT: &str = "voc-left-out";

/// The id of the feedback, task or kudos.
pub const ID: &str = "ce_id";

/// What kind of event it is.
pub const TYPE: &str = "ce_type";

const TRACE: &str = "traceparent";

/// The stages that say so, in `ce_source`.
const CLASSIFY: &str = "classify";
const ROUTE: &str = "route";

/// How many headers an output has at most.
const HEADERS_MAX: usize = 10;

/// What a record on one of our topics is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Classified,
    Routed,
    Task,
    Kudos,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Classified, Self::Routed, Self::Task, Self::Kudos];

    const fn event_type(self) -> &'static str {
        match self {
            Self::Classified => "voc.feedback.classified.v1",
            Self::Routed => "voc.feedback.routed.v1",
            Self::Task => "voc.task.opened.v1",
            Self::Kudos => "voc.kudos.v1",
        }
    }

    pub(crate) fn from_event_type(event_type: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.event_type() == event_type)
    }

    /// The schema of its value; `voc schema` prints them.
    const fn schema(self) -> &'static str {
        match self {
            Self::Classified => "urn:voc:schema:feedback.classified:v1",
            Self::Routed | Self::Task | Self::Kudos => "urn:voc:schema:feedback.routed:v1",
        }
    }
}

/// What all outputs of one record share.
#[derive(Debug)]
pub(crate) struct Envelope<'a> {
    key: Bytes,
    timestamp_ms: Option<i64>,
    origin: Bytes,
    configuration: &'a Bytes,
    /// `/voc/<source>/<stage>` of either stage.
    classified_by: Bytes,
    routed_by: Bytes,
    occurred_at: Option<Bytes>,
    trace: Option<Bytes>,
}

impl<'a> Envelope<'a> {
    pub(crate) fn new(
        record: &Record,
        feedback: &Feedback,
        configuration: &'a Bytes,
        arena: &mut Arena,
    ) -> Self {
        let key = match &record.key {
            // A key that is a phone number or an e-mail address goes no further than the raw topic.
            Some(key) => match ingest::key_instead(key) {
                Some(pseudonym) => arena.keep(pseudonym.as_bytes()),
                None => arena.keep(key),
            },
            None => arena.keep_shown(feedback.id),
        };
        let source = path_segment(&feedback.source);
        let mut by = |stage: &str| arena.keep_shown(format_args!("/voc/{source}/{stage}"));
        let (classified_by, routed_by) = (by(CLASSIFY), by(ROUTE));
        Self {
            key,
            timestamp_ms: record.timestamp_ms,
            origin: arena.keep_shown(&record.origin),
            configuration,
            classified_by,
            routed_by,
            occurred_at: feedback.occurred_at.map(|at| arena.keep_shown(at)),
            trace: record.header(TRACE).map(|trace| arena.keep(trace.as_bytes())),
        }
    }

    /// One output; `id` is that of the feedback, task or kudos.
    pub(crate) fn output(&self, topic: &Arc<str>, value: &Bytes, kind: Kind, id: Bytes) -> Output {
        Output {
            topic: Arc::clone(topic),
            key: Some(self.key.clone()),
            value: Some(value.clone()),
            headers: self.headers(kind, id),
            timestamp_ms: self.timestamp_ms,
        }
    }

    fn headers(&self, kind: Kind, id: Bytes) -> Vec<OutputHeader> {
        let text = |name: &'static str, text: &'static str| {
            OutputHeader::new(name, Bytes::from_static(text.as_bytes()))
        };
        let source = match kind {
            Kind::Classified => &self.classified_by,
            Kind::Routed | Kind::Task | Kind::Kudos => &self.routed_by,
        };
        let mut headers = Vec::with_capacity(HEADERS_MAX);
        headers.extend([
            OutputHeader::new(ORIGIN, self.origin.clone()),
            OutputHeader::new(CONFIGURATION, self.configuration.clone()),
            text("content-type", "application/json"),
            text("ce_specversion", "1.0"),
            OutputHeader::new(ID, id),
            text(TYPE, kind.event_type()),
            OutputHeader::new("ce_source", source.clone()),
        ]);
        if let Some(at) = &self.occurred_at {
            headers.push(OutputHeader::new("ce_time", at.clone()));
        }
        headers.push(text("ce_dataschema", kind.schema()));
        if let Some(trace) = &self.trace {
            headers.push(OutputHeader::new(TRACE, trace.clone()));
        }
        headers
    }
}

/// Whether a dead letter's header is one of ours, which an input can't bring along.
pub(crate) fn is_ours(name: &str) -> bool {
    let all = [ORIGIN, CONFIGURATION, ERROR_CODE, LEFT_OUT];
    all.iter().any(|ours| ours.eq_ignore_ascii_case(name))
}

/// A dead letter's headers: the input's, but ours are new.
pub(crate) fn dead_headers(
    record: &Record,
    configuration: &Bytes,
    code: &'static str,
) -> Vec<OutputHeader> {
    let theirs = record.headers.iter().filter(|header| !is_ours(&header.name));
    let copy = |header: &feedback::Header| OutputHeader {
        name: Cow::Owned(header.name.clone()),
        value: header.value.as_deref().map(Bytes::copy_from_slice),
    };
    let ours = [
        OutputHeader::new(ORIGIN, record.origin.to_string()),
        OutputHeader::new(CONFIGURATION, configuration.clone()),
        OutputHeader::new(ERROR_CODE, Bytes::from_static(code.as_bytes())),
    ];
    theirs.map(copy).chain(ours).collect()
}

/// `name` as one segment of a URI's path (RFC 3986): what may not stand there is percent-encoded.
fn path_segment(name: &str) -> Cow<'_, str> {
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    if name.bytes().all(is_plain) {
        return Cow::Borrowed(name);
    }
    let mut segment = String::with_capacity(name.len() * 3);
    for byte in name.bytes() {
        if is_plain(byte) {
            segment.push(char::from(byte));
        } else {
            segment.push('%');
            for digit in [byte >> 4, byte & 15] {
                segment.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
            }
        }
    }
    Cow::Owned(segment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_one_segment_of_a_path() {
        let cases = [("survey_export", "survey_export"), ("a b/é", "a%20b%2f%c3%a9"), ("", "")];
        for (name, expected) in cases {
            assert_eq!(path_segment(name), expected);
        }
    }
}
