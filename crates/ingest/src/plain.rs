//! The record of the built-in source `default`: one JSON object with a text or a score. The five
//! names that mean something are `id`, `text`, `lang`, `occurred_at` and `score`; every other member
//! is an attribute, as it came.

use feedback::{Feedback, Json, Language, Metric, Score, Text};
use std::sync::Arc;

use crate::members::Members;
use crate::place::Place;
use crate::score::{self, ScoreInput};
use crate::{Reject, RejectCode, language};

/// Reads a plain record.
pub(crate) fn read(
    mut members: Members<'_>,
    source: &Arc<str>,
    place: &Place<'_>,
) -> Result<Feedback, Reject> {
    let source_id = place.source_id(&mut members)?;
    let text = members.text("text")?.filter(|text| !is_blank(text));
    let score = read_score(&mut members)?;
    let occurred_at = members.time("occurred_at")?;
    let lang = members.text("lang")?;
    if text.is_none() && score.is_none() {
        let message = "there is neither a `text` that is not blank nor a `score`";
        return Err(Reject::new(RejectCode::MissingTextAndScore, message));
    }
    let mut feedback = place.feedback(source, source_id);
    feedback.occurred_at = occurred_at;
    feedback.attributes = members.into_attributes()?;
    feedback.scores.extend(score);
    match (text, lang) {
        (Some(words), lang) => {
            feedback
                .texts
                .push(Text { lang: lang.as_deref().and_then(declared), ..Text::new(words) });
        }
        (None, Some(lang)) => {
            // A language without a text has no place of its own, and is not lost.
            let json = Json::of(&lang).map_err(|_| Reject::wrong_type("lang", "a text"))?;
            feedback.attributes.insert("lang".to_owned(), json);
        }
        (None, None) => {}
    }
    Ok(feedback)
}

/// A language that the record declares; `None` where what it says names none.
pub(crate) fn declared(name: &str) -> Option<Language> {
    language::code(name).map(Language::declared)
}

/// Whether there is nothing to read in `text`: white space, or characters without width.
pub(crate) fn is_blank(text: &str) -> bool {
    let invisible =
        |character| matches!(character, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}');
    text.chars().all(|character| character.is_whitespace() || invisible(character))
}

/// `score`: a number is an NPS answer, an object names its metric and may give its scale.
pub(crate) fn read_score(members: &mut Members<'_>) -> Result<Option<Score>, Reject> {
    const EXPECTED: &str = "a number (NPS) or an object with `metric` and `value`";
    let Some(json) = members.take("score") else { return Ok(None) };
    if json.starts_with('{') {
        let input: ScoreInput =
            serde_json::from_str(json).map_err(|_| Reject::wrong_type("score", EXPECTED))?;
        return input.checked().map(Some);
    }
    let value = serde_json::from_str(json).map_err(|_| Reject::wrong_type("score", EXPECTED))?;
    score::checked(Score::on_default_scale(Metric::Nps, value)).map(Some)
}
