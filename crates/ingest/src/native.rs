//! Feedback that arrives in voc's own shape (it has `texts` or `scores`): as another voc put it out,
//! or as a source that can choose its shape writes it. With `schema` its id, source and revision are
//! kept; without, its `id` is the source's own. Members without a place go to the attributes.

use std::collections::BTreeMap;
use std::sync::Arc;

use feedback::{
    Author, Feedback, FeedbackId, Json, Language, LanguageSource, Redaction, SCHEMA, Text, Verbatim,
};
use serde::Deserialize;

use crate::members::Members;
use crate::place::{Place, SourceId};
use crate::plain::{declared, is_blank, read_score};
use crate::score::ScoreInput;
use crate::{Reject, RejectCode};

/// What voc itself adds to feedback it puts out; read again, it is made anew.
const ADDED_LATER: [&str; 2] = ["classification", "routing"];

/// Whether the record is in the native shape.
pub(crate) fn is_native(members: &Members<'_>) -> bool {
    members.has("texts") || members.has("scores")
}

/// Reads a record in the native shape.
pub(crate) fn read(
    mut members: Members<'_>,
    source: &Arc<str>,
    place: &Place<'_>,
) -> Result<Feedback, Reject> {
    let mut feedback = identity(&mut members, source, place)?;
    let texts: Vec<TextInput> =
        members.typed("texts", "a list of objects, each with a `text`")?.unwrap_or_default();
    feedback.texts = texts.into_iter().map(TextInput::into_text).collect::<Result<_, _>>()?;
    let scores: Vec<ScoreInput> = members
        .typed("scores", "a list of objects, each with a `metric` and a `value`")?
        .unwrap_or_default();
    feedback.scores = scores.into_iter().map(ScoreInput::checked).collect::<Result<_, _>>()?;
    plain_beside(&mut members, &mut feedback)?;
    if feedback.scores.is_empty() && feedback.texts.iter().all(|text| is_blank(text.text.as_str()))
    {
        let message = "there is neither a text that is not blank nor a score";
        return Err(Reject::new(RejectCode::MissingTextAndScore, message));
    }
    fields(&mut members, &mut feedback)?;
    feedback.redactions = redactions(&mut members, &feedback.texts)?;
    let attributes: Option<BTreeMap<String, Json>> = members.typed("attributes", "an object")?;
    for name in ADDED_LATER {
        members.take(name);
    }
    feedback.attributes = members.into_attributes()?;
    feedback.attributes.extend(attributes.unwrap_or_default());
    Ok(feedback)
}

/// What the record says in the plain shape beside the native one: words are words wherever they
/// stand, and are masked and classified like the others.
fn plain_beside(members: &mut Members<'_>, feedback: &mut Feedback) -> Result<(), Reject> {
    if let Some(words) = members.text("text")?.filter(|text| !is_blank(text)) {
        let lang = members.text("lang")?;
        feedback.texts.push(Text { lang: lang.as_deref().and_then(declared), ..Text::new(words) });
    }
    feedback.scores.extend(read_score(members)?);
    Ok(())
}

/// The feedback's id, source and revision.
fn identity(
    members: &mut Members<'_>,
    source: &Arc<str>,
    place: &Place<'_>,
) -> Result<Feedback, Reject> {
    let schema = members.text("schema")?;
    if schema.as_deref().is_some_and(|schema| schema != SCHEMA) {
        let message = format!("the field `schema` must be {SCHEMA}, or absent");
        return Err(Reject::new(RejectCode::UnsupportedSchema, message));
    }
    let revision = members.typed("revision", "a whole number from 0")?;
    let mut feedback = if schema.is_some() {
        let id: Option<FeedbackId> = members.typed("id", "a UUID where `schema` is given")?;
        let source = members.text("source")?.map_or_else(|| Arc::clone(source), Arc::from);
        let mut feedback =
            place.feedback(&source, members.identifier("source_id")?.map(SourceId::from));
        feedback.id = id.unwrap_or(feedback.id);
        feedback
    } else {
        let source_id = match members.identifier("source_id")? {
            Some(source_id) => Some(SourceId::from(source_id)),
            None => place.source_id(members)?,
        };
        place.feedback(source, source_id)
    };
    feedback.revision = revision.unwrap_or_default();
    let received_at = members.time("received_at")?;
    feedback.received_at = feedback.received_at.or(received_at);
    Ok(feedback)
}

/// The fields that only need to have their type.
fn fields(members: &mut Members<'_>, feedback: &mut Feedback) -> Result<(), Reject> {
    feedback.tenant = members.text("tenant")?;
    feedback.brand = members.text("brand")?;
    feedback.respondent = members.typed("respondent", "customer, employee or partner")?;
    feedback.solicited = members.typed("solicited", "true or false")?;
    feedback.channel = members.text("channel")?;
    feedback.touchpoint = members.text("touchpoint")?;
    feedback.journey_stage = members.text("journey_stage")?;
    feedback.occurred_at = members.time("occurred_at")?;
    feedback.status = members.typed("status", "complete, partial, test or spam")?;
    feedback.survey = members.typed("survey", "an object of texts")?;
    feedback.response_id = members.identifier("response_id")?;
    feedback.interaction = members.typed("interaction", "an object as in the schema")?;
    feedback.answers =
        members.typed("answers", "a list of objects, each with a `value`")?.unwrap_or_default();
    feedback.public = members.typed("public", "an object with `url` and `reach`")?;
    feedback.customer = members.typed("customer", "an object as in the schema")?;
    feedback.consent = members.typed("consent", "an object with `contact` and `publish`")?;
    feedback.follows_up = members.typed("follows_up", "an object with a `task_id`")?;
    feedback.unit = members.text("unit")?;
    feedback.product = members.typed("product", "an object with `id` and `version`")?;
    Ok(())
}

/// The masks already in the texts: each must lie within its text.
fn redactions(members: &mut Members<'_>, texts: &[Text]) -> Result<Vec<Redaction>, Reject> {
    const EXPECTED: &str = "a list of places within the texts";
    let redactions: Vec<Redaction> = members.typed("redactions", EXPECTED)?.unwrap_or_default();
    let lies_within = |redaction: &Redaction| {
        let text = texts.get(redaction.text).map(|text| text.text.as_str());
        text.is_some_and(|text| text.get(redaction.start..redaction.end).is_some())
    };
    if redactions.iter().all(lies_within) {
        Ok(redactions)
    } else {
        Err(Reject::wrong_type("redactions", EXPECTED))
    }
}

#[derive(Deserialize)]
struct TextInput {
    #[serde(default)]
    question_id: Option<String>,
    #[serde(default)]
    label: Option<String>,
    text: String,
    #[serde(default)]
    lang: Option<LanguageInput>,
    #[serde(default)]
    author: Option<Author>,
    #[serde(default)]
    turn: Option<u32>,
}

/// A language by its name alone, or as voc puts it out.
#[derive(Deserialize)]
#[serde(untagged)]
enum LanguageInput {
    Name(String),
    Full { code: String, confidence: Option<f64>, by: Option<LanguageSource> },
}

impl TextInput {
    fn into_text(self) -> Result<Text, Reject> {
        let lang = match self.lang {
            None => None,
            Some(LanguageInput::Name(name)) => declared(&name),
            Some(LanguageInput::Full { code, confidence, by }) => {
                let confidence = confidence.unwrap_or(1.0);
                if !(0.0..=1.0).contains(&confidence) {
                    return Err(Reject::wrong_type(
                        "texts[].lang.confidence",
                        "a number from 0 to 1",
                    ));
                }
                declared(&code).map(|lang| Language {
                    confidence,
                    by: by.unwrap_or(LanguageSource::Declared),
                    ..lang
                })
            }
        };
        Ok(Text {
            question_id: self.question_id,
            label: self.label,
            text: Verbatim::new(self.text),
            lang,
            author: self.author,
            turn: self.turn,
        })
    }
}
