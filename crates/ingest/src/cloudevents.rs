//! `CloudEvents` 1.0: the envelope around a payload, structured (JSON with `specversion`) or binary
//! (headers `ce_…`, the Kafka protocol binding). The event's id is the source's id, unique within the
//! event's source; its time is the time it was said unless the payload tells; its other attributes
//! become attributes `ce_…`.

use feedback::{Json, Record};
use jiff::Timestamp;

use crate::members::Members;
use crate::strict;
use crate::{Limits, Reject, RejectCode, time};

/// What an envelope says of its payload.
#[derive(Default)]
pub(crate) struct Envelope {
    /// The event's id.
    pub(crate) id: Option<String>,
    /// Who sent it: ids are unique within it.
    pub(crate) source: Option<String>,
    /// When it happened.
    pub(crate) time: Option<Timestamp>,
    /// All other attributes, by their names with `ce_` in front.
    pub(crate) attributes: Vec<(String, Json)>,
}

/// The header in front of each attribute in binary mode.
const PREFIX: &str = "ce_";
const STRUCTURED: &str = "application/cloudevents+json";

/// The envelope in the record's headers, if there is one.
pub(crate) fn binary(record: &Record) -> Result<Option<Envelope>, Reject> {
    let Some(version) = record.header("ce_specversion") else { return Ok(None) };
    check_version(version)?;
    let mut envelope = Envelope::default();
    for header in &record.headers {
        let name = header.name.to_ascii_lowercase();
        let Some(attribute) = name.strip_prefix(PREFIX) else { continue };
        let value = header.value.as_deref().and_then(|value| std::str::from_utf8(value).ok());
        let Some(value) = value else { continue };
        match attribute {
            "specversion" | "datacontenttype" => {}
            "id" => envelope.id = Some(value.to_owned()),
            "time" => envelope.time = Some(event_time(value)?),
            _ if envelope.attributes.iter().any(|(known, _)| *known == name) => {}
            _ => {
                if attribute == "source" {
                    envelope.source = Some(value.to_owned());
                }
                envelope.attributes.push((name, text(value)?));
            }
        }
    }
    Ok(Some(envelope))
}

/// The envelope around the payload, if the record is one: it, and the payload's members.
pub(crate) fn structured<'a>(
    mut members: Members<'a>,
    record: Option<&Record>,
    limits: &Limits,
) -> Result<(Option<Envelope>, Members<'a>), Reject> {
    let declared = record
        .and_then(|record| record.header("content-type"))
        .is_some_and(|kind| kind.trim().to_ascii_lowercase().starts_with(STRUCTURED));
    let version = members.get("specversion").and_then(|json| serde_json::from_str(json).ok());
    match version {
        Some(version) => check_version(version)?,
        None if declared => return Err(unsupported()),
        None => return Ok((None, members)),
    }
    members.take("specversion");
    members.take("datacontenttype");
    let mut envelope = Envelope { id: members.identifier("id")?, ..Envelope::default() };
    envelope.time = members.text("time")?.as_deref().map(event_time).transpose()?;
    if members.has("data_base64") {
        let message = "a CloudEvent's payload must be JSON in `data`, not `data_base64`";
        return Err(Reject::new(RejectCode::WrongType, message));
    }
    let payload = match members.take("data") {
        // The field is within a document that is checked as a whole, and within its depth.
        Some(data) => strict::check_text(data, limits.depth)?.members,
        None => Some(Vec::new()),
    };
    let payload = payload.ok_or_else(|| Reject::wrong_type("data", "an object"))?;
    for (name, json) in members.into_attributes()? {
        if name == "source" {
            envelope.source = json.as_text().map(String::from);
        }
        envelope.attributes.push((format!("{PREFIX}{name}"), json));
    }
    Ok((Some(envelope), Members::new(payload)))
}

fn check_version(version: &str) -> Result<(), Reject> {
    if version == "1.0" { Ok(()) } else { Err(unsupported()) }
}

fn unsupported() -> Reject {
    Reject::new(RejectCode::UnsupportedSpecversion, "only CloudEvents of specversion 1.0 are read")
}

fn event_time(text: &str) -> Result<Timestamp, Reject> {
    time::standard(text)
        .ok_or_else(|| Reject::new(RejectCode::BadTime, "the CloudEvent's `time` must be RFC 3339"))
}

fn text(value: &str) -> Result<Json, Reject> {
    Json::of(&value).map_err(|_| Reject::wrong_type("ce_…", "a text"))
}
