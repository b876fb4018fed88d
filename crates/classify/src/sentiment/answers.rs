//! An answer that says nothing by itself ("Nothing.", "No"): the label of its question tells whether
//! nothing is to be mended or nothing was good.

use feedback::Feedback;

use crate::document::Sentence;
use crate::lexicon::Answers;
use crate::text::fold;

/// How good it is that nothing is to be mended, and how bad that nothing was good.
const TOLD: f64 = 1.5;
/// Where no label tells: most surveys that ask openly ask what could be better.
const UNTOLD: f64 = 0.5;

/// What the answer of `sentence` feels like.
pub(super) fn value(answers: &Answers, feedback: &Feedback, sentence: &Sentence) -> f64 {
    let label = feedback.texts.get(sentence.text).and_then(|text| text.label.as_deref());
    let Some(label) = label else { return UNTOLD };
    let words = label.split(|character: char| !character.is_alphanumeric());
    let words: Vec<String> = words.map(fold).collect();
    let asks = |beginnings: &[String]| {
        let mut beginnings = beginnings.iter().map(|beginning| fold(beginning));
        beginnings.any(|beginning| words.iter().any(|word| word.starts_with(&beginning)))
    };
    match (asks(&answers.asks_bad), asks(&answers.asks_good)) {
        (true, _) => TOLD,
        (false, true) => -TOLD,
        (false, false) => UNTOLD,
    }
}
