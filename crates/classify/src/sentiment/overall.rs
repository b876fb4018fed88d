//! The overall sentiment: words, themes and scores together.

use feedback::{Feedback, Metric, Score, Sentiment};

use super::balance::{Balance, side};
use feedback::Polarity;

/// How much a problem or praise that the rules found weighs beside the words of the lexicon.
const THEME_WEIGHT: f64 = 1.5;
/// How sure a score given is of the feeling.
const SCORE_TRUST: f64 = 0.6;
/// How sure a text that shows no feeling at all is of being neutral.
const SILENT_CONFIDENCE: f64 = 0.1;
/// Below how many words a text can hardly settle its feeling, and how sure it may be at most of less
/// feeling than [`SETTLED`].
const WORDS_FEW: usize = 5;
const UNSETTLED_CONFIDENCE: f64 = 0.3;
const SETTLED: f64 = 1.5;
/// What is left of the confidence where praise was taken as sarcasm.
const SARCASM_TRUST: f64 = 0.7;

/// What the words of a record say.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Said {
    /// The feelings of its words.
    pub(crate) balance: Balance,
    /// How many words there are.
    pub(crate) words: usize,
    /// Whether some praise is sarcasm.
    pub(crate) sarcastic: bool,
    /// The confidence of the most certain problem.
    pub(crate) problem: f64,
    /// The confidence of the most certain praise.
    pub(crate) praise: f64,
}

/// The overall sentiment.
///
/// `words` = s / √(s² + 15) over the feelings of all texts and 1.5 × the most confident problem
/// (bad) and praise (good). `scores` = the mean of the scores given, −1 to 1. The score is their mean
/// weighted by trust: e / (e + 2) for words with e the amount of feeling, 0.6 for scores. Confidence
/// = (1 − Π (1 − trust)) × (1 − |words − scores| / 2); × 0.7 where praise was taken as sarcasm; at most
/// 0.3 for words alone that are fewer than 5 and show less than 1.5 of feeling. A text that shows no
/// feeling is neutral, with confidence 0.1; without any text and score there is no sentiment.
pub(crate) fn overall(feedback: &Feedback, said: Said) -> Option<Sentiment> {
    let mut balance = said.balance;
    balance.join(Balance { good: THEME_WEIGHT * said.praise, bad: THEME_WEIGHT * said.problem });
    let amount = balance.amount();
    let words = balance.score();
    let mut words_trust = amount / (amount + 2.0);
    if said.sarcastic {
        words_trust *= SARCASM_TRUST;
    }
    if said.words < WORDS_FEW && amount < SETTLED {
        words_trust = words_trust.min(UNSETTLED_CONFIDENCE);
    }
    let scores = mean(feedback.scores.iter().map(feeling_of_score));
    let (score, confidence) = match scores {
        None if said.words == 0 => return None,
        None => (words, words_trust),
        Some(scores) if amount == 0.0 => (scores, SCORE_TRUST),
        Some(scores) => {
            let both = words_trust + SCORE_TRUST;
            let score = (words * words_trust + scores * SCORE_TRUST) / both;
            let either = 1.0 - (1.0 - words_trust) * (1.0 - SCORE_TRUST);
            (score, either * (1.0 - (words - scores).abs() / 2.0))
        }
    };
    let label = if balance.is_mixed() { Polarity::Mixed } else { side(score) };
    Some(Sentiment { score, label, confidence: confidence.max(SILENT_CONFIDENCE) })
}

/// −1 to 1. On an NPS scale 7.5 is the middle, between passives and neither; else the scale's own.
fn feeling_of_score(score: &Score) -> f64 {
    let goodness = score.goodness().clamp(0.0, 1.0);
    match score.metric {
        Metric::Nps if goodness >= 0.75 => (goodness - 0.75) / 0.25,
        Metric::Nps => (goodness - 0.75) / 0.75,
        Metric::Csat | Metric::Ces | Metric::Rating => goodness * 2.0 - 1.0,
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}
