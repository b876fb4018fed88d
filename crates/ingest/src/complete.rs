//! What is done to every feedback, whatever it was read from: texts within their size, personal data
//! masked, a language for each text, the journey's stage, no key that is a phone number or e-mail.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use feedback::{Feedback, Json, Redaction, Text, canonical};

use crate::{Limits, Reject, RejectCode, language, redact};

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
        self.find_languages(feedback);
        if feedback.journey_stage.is_none()
            && let Some(touchpoint) = &feedback.touchpoint
        {
            feedback.journey_stage = self.journey_stages.get(touchpoint).cloned();
        }
        if let Some(customer) = &mut feedback.customer
            && let Some(key) = &mut customer.key
            && redact::is_address(key)
        {
            *key = pseudonym(key);
        }
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
    /// share a language, so they are looked at together.
    fn find_languages(&self, feedback: &mut Feedback) {
        let Feedback { texts, redactions, .. } = feedback;
        let conversation: String = texts
            .iter()
            .enumerate()
            .filter(|(_, text)| text.turn.is_some() && text.lang.is_none())
            .flat_map(|(index, text)| [without_masks(text, index, redactions), Cow::Borrowed("\n")])
            .collect();
        let shared = (!conversation.is_empty())
            .then(|| language::detected_or(&conversation, self.language))
            .flatten();
        for (index, text) in texts.iter_mut().enumerate().filter(|(_, text)| text.lang.is_none()) {
            text.lang = match (&shared, text.turn) {
                (Some(shared), Some(_)) => Some(shared.clone()),
                _ => language::detected_or(&without_masks(text, index, redactions), self.language),
            };
        }
    }
}

/// The words alone: a mask is English whatever the text is.
fn without_masks<'a>(text: &'a Text, index: usize, redactions: &[Redaction]) -> Cow<'a, str> {
    let words = text.text.as_str();
    let mut masks = redactions.iter().filter(|redaction| redaction.text == index).peekable();
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
    for (index, text) in feedback.texts.iter_mut().enumerate() {
        let Some(redacted) = redact::redact(text.text.as_str()) else { continue };
        feedback.redactions.retain_mut(|redaction| {
            redaction.text != index || {
                let (start, end) = (redaction.start, redaction.end);
                redacted
                    .shifted(start, end)
                    .map(|moved| (redaction.start, redaction.end) = moved)
                    .is_some()
            }
        });
        feedback.redactions.extend(redacted.masks.iter().map(|mask| Redaction {
            text: index,
            kind: mask.kind.clone(),
            start: mask.start,
            end: mask.end,
        }));
        text.text = redacted.text.into();
    }
    feedback.redactions.sort_by_key(|redaction| (redaction.text, redaction.start, redaction.end));
}

/// How many hex digits of the hash stand for a key.
const PSEUDONYM_DIGITS: usize = 32;

/// A stable stand-in for a key that is a phone number or e-mail address: the same person keeps the
/// same key. It is a hash without a secret: somebody who can guess the address can confirm it, so a
/// source does better to send a pseudonym of its own.
fn pseudonym(key: &str) -> String {
    let hash = canonical::sha256_hex(key.trim().to_lowercase().as_bytes());
    format!("p_{}", hash.get(..PSEUDONYM_DIGITS).unwrap_or_default())
}
