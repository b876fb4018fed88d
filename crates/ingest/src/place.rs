//! Where a record stands: in a log or in a file, and in which envelope. Its id, where its source
//! gives none, and its time of receipt come from there.

use std::sync::Arc;

use feedback::{Feedback, FeedbackId, Record};
use jiff::Timestamp;

use crate::Reject;
use crate::cloudevents::Envelope;
use crate::members::Members;

/// Where a record stands, and what the envelope around it says.
pub(crate) struct Place<'a> {
    pub(crate) at: At<'a>,
    /// Empty where there is none.
    pub(crate) envelope: Envelope,
}

/// Where a record stands.
#[derive(Clone, Copy)]
pub(crate) enum At<'a> {
    /// In a log.
    Log(&'a Record),
    /// In a file: the record's number, from 1, and its bytes.
    File {
        /// From 1.
        number: u64,
        /// As they came.
        bytes: &'a [u8],
    },
}

/// The source's own id.
pub(crate) struct SourceId {
    id: String,
    /// The `CloudEvents` source within which alone it is unique.
    event_source: Option<String>,
}

impl From<String> for SourceId {
    fn from(id: String) -> Self {
        Self { id, event_source: None }
    }
}

impl Place<'_> {
    /// A feedback with its id and what its place tells.
    pub(crate) fn feedback(&self, source: &Arc<str>, source_id: Option<SourceId>) -> Feedback {
        let id = match (&source_id, self.at) {
            (Some(SourceId { id, event_source: Some(event_source) }), _) => {
                FeedbackId::of_event(source, event_source, id)
            }
            (Some(SourceId { id, .. }), _) => FeedbackId::of_source_id(source, id),
            (None, At::Log(record)) => {
                FeedbackId::of_origin(source, &record.origin, record.timestamp_ms)
            }
            (None, At::File { number, bytes }) => FeedbackId::of_file_record(source, number, bytes),
        };
        let mut feedback = Feedback::new(id, Arc::clone(source));
        feedback.source_id = source_id.map(|source_id| source_id.id);
        feedback.received_at = self.received_at();
        feedback
    }

    /// The source's own id: the envelope's, else the member `id` (which stays an attribute where the
    /// envelope has one).
    pub(crate) fn source_id(&self, members: &mut Members<'_>) -> Result<Option<SourceId>, Reject> {
        match self.event_id() {
            Some(id) => Ok(Some(id)),
            None => Ok(members.identifier("id")?.map(SourceId::from)),
        }
    }

    /// The envelope's id.
    pub(crate) fn event_id(&self) -> Option<SourceId> {
        let Envelope { id, source, .. } = &self.envelope;
        Some(SourceId { id: id.clone()?, event_source: source.clone() })
    }

    /// The log's timestamp; a file has none.
    fn received_at(&self) -> Option<Timestamp> {
        match self.at {
            At::Log(record) => {
                let milliseconds = record.timestamp_ms.filter(|milliseconds| *milliseconds >= 0)?;
                Timestamp::from_millisecond(milliseconds).ok()
            }
            At::File { .. } => None,
        }
    }
}
