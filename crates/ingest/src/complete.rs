//! What is done to every feedback, whatever it was read from: texts within their size, personal data
//! masked in texts and answers, a language for each text, the journey's stage, no key that is a phone
//! number or e-mail.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use feedback::{Feedback, Json, Redaction, Text};

use crate::redact::{self, Redacted};
use crate::{Limits, Reject, RejectCode, keys, language};

/// What the configuration says for every record of a source.
pub(crate) struct Completion<'a> {
    pub(crate) limits: &'a Limits,
    /// The journey's stage of each touchpoint.
    pub(crate) journey_stages: &'a BTreeMap<String, String>,
    /// The source's default language.
    pub(crate) language: Option<&'a Arc<str>>,
}

impl Completion<'_> {
    /// Completes `feedback`, or says which limit it is beyond.
    pub(crate) fn apply(&self, feedback: &mut Feedback) -> Result<(), Reject> {
        self.check_sizes(feedback)?;
        redact_texts(feedback);
        redact_answers(feedback);
        self.find_languages(feedback);
        if feedback.journey_stage.is_none()
            && let Some(touchpoint) = &feedback.touchpoint
        {
            feedback.journey_stage = self.journey_stages.get(touchpoint).cloned();
        }
        keys::replace_addresses(feedback);
        Ok(())
    }

    fn check_sizes(&self, feedback: &Feedback) -> Result<(), Reject> {
        let text_bytes = feedback.texts.iter().map(|text| text.text.len()).max().unwrap_or(0);
        if text_bytes > self.limits.text_bytes {
            let limit = self.limits.text_bytes;
            let message =
                format!("a text of {text_bytes} bytes is more than limits.text_bytes = {limit}");
            return Err(Reject::new(RejectCode::TextTooLarge, message));
        }
        let member_bytes = |(name, value): (&String, &Json)| name.len() + value.get().len();
        let attributes_bytes: usize = feedback.attributes.iter().map(member_bytes).sum();
        if attributes_bytes > self.limits.attributes_bytes {
            let limit = self.limits.attributes_bytes;
            let message = format!(
                "attributes of {attributes_bytes} bytes are more than limits.attributes_bytes = {limit}"
            );
            return Err(Reject::new(RejectCode::AttributesTooLarge, message));
        }
        Ok(())
    }

    /// A language for each text that declares none. The turns of one conversation are short and
    /// share a language, so they are looked at together; so are very many texts.
    fn find_languages(&self, feedback: &mut Feedback) {
        let Feedback { texts, redactions, .. } = feedback;
        let undeclared = texts.iter().filter(|text| text.lang.is_none()).count();
        let shares = |text: &Text| {
            text.lang.is_none() && (text.turn.is_some() || undeclared > LOOKED_AT_ALONE_MAX)
        };
        let mut together = String::new();
        for (index, text) in texts.iter().enumerate().filter(|(_, text)| shares(text)) {
            if together.len() >= language::LOOKED_AT_BYTES {
                break;
            }
            together.push_str(&without_masks(text, index, redactions));
            together.push('\n');
        }
        let shared = (!together.is_empty())
            .then(|| language::detected_or(&together, self.language))
            .flatten();
        for (index, text) in texts.iter_mut().enumerate().filter(|(_, text)| text.lang.is_none()) {
            text.lang = if shares(text) {
                shared.clone()
            } else {
                language::detected_or(&without_masks(text, index, redactions), self.language)
            };
        }
    }
}

/// Up to how many texts of a record are looked at one by one.
const LOOKED_AT_ALONE_MAX: usize = 50;

/// The words alone: a mask is English whatever the text is. `redactions` are sorted by text.
fn without_masks<'a>(text: &'a Text, index: usize, redactions: &[Redaction]) -> Cow<'a, str> {
    let words = text.text.as_str();
    let first = redactions.partition_point(|redaction| redaction.text < index);
    let masks = redactions.get(first..).unwrap_or_default();
    let mut masks = masks.iter().take_while(|redaction| redaction.text == index).peekable();
    if masks.peek().is_none() {
        return Cow::Borrowed(words);
    }
    let mut kept = String::with_capacity(words.len());
    let mut end = 0;
    for mask in masks {
        kept.push_str(words.get(end..mask.start).unwrap_or_default());
        end = mask.end;
    }
    kept.push_str(words.get(end..).unwrap_or_default());
    Cow::Owned(kept)
}

/// Masks personal data in every text. Masks that were there before keep their meaning: they move
/// with the words around them.
fn redact_texts(feedback: &mut Feedback) {
    let Feedback { texts, redactions, .. } = feedback;
    let redacted: Vec<Option<Redacted>> =
        texts.iter().map(|text| redact::redact(text.text.as_str())).collect();
    redactions.retain_mut(|redaction| {
        let Some(Some(redacted)) = redacted.get(redaction.text) else { return true };
        let moved = redacted.shifted(redaction.start, redaction.end);
        if let Some(moved) = moved {
            (redaction.start, redaction.end) = moved;
        }
        moved.is_some()
    });
    for (index, (text, redacted)) in texts.iter_mut().zip(redacted).enumerate() {
        let Some(redacted) = redacted else { continue };
        text.text = redacted.text.into();
        redactions.extend(redacted.masks.into_iter().map(|mask| Redaction {
            text: index,
            kind: mask.kind,
            start: mask.start,
            end: mask.end,
        }));
    }
    redactions.sort_by_key(|redaction| (redaction.text, redaction.start, redaction.end));
}

/// Masks personal data in closed answers, which have free words too ("other, please specify"). Only
/// masks in texts are told in `redactions`, whose places are the texts'.
fn redact_answers(feedback: &mut Feedback) {
    for answer in &mut feedback.answers {
        if let Some(masked) = redact::redact_json(&answer.value) {
            answer.value = masked;
        }
    }
}
