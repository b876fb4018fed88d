//! How the customer feels: words by lexicon, strengthened, negated, summed per clause, sentence and
//! record, and joined with the scores given. The shape follows VADER (Hutto and Gilbert, 2014): a
//! negated word keeps 0.74 of its strength on the other side, and a sum s becomes s / √(s² + 15).

use feedback::{Feedback, Metric, Polarity, Score, Sentiment};

use crate::document::Document;
use crate::program::{Cue, Program};
use crate::surfaces::Surfaces;

/// What a negation leaves of a feeling, on the other side (VADER's `N_SCALAR`).
const NEGATED: f64 = -0.74;
/// VADER's normalising constant.
const ALPHA: f64 = 15.0;
/// From which score on a feeling has a side.
const SIDE: f64 = 0.1;
/// How much a problem or praise that the rules found weighs beside the words of the lexicon.
const THEME_WEIGHT: f64 = 1.5;
/// How sure a score given is of the feeling.
const SCORE_TRUST: f64 = 0.6;
/// How sure a text that shows no feeling at all is of being neutral.
const SILENT_CONFIDENCE: f64 = 0.1;

/// A feeling at a place of a document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Feeling {
    /// The token that carries it.
    token: usize,
    /// How strong, negations and intensifiers counted in.
    value: f64,
}

/// The sum of the good and of the bad.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Balance {
    /// What feels good, 0 or more.
    pub(crate) good: f64,
    /// What feels bad, 0 or more.
    pub(crate) bad: f64,
}

impl Balance {
    fn add(&mut self, value: f64) {
        if value > 0.0 {
            self.good += value;
        } else {
            self.bad -= value;
        }
    }

    /// Joins another balance to it.
    pub(crate) fn join(&mut self, other: Self) {
        self.good += other.good;
        self.bad += other.bad;
    }

    /// −1 to 1.
    fn score(self) -> f64 {
        let sum = self.good - self.bad;
        sum / (sum * sum + ALPHA).sqrt()
    }

    /// Both sides are there, and neither drowns the other.
    fn is_mixed(self) -> bool {
        let (less, more) = (self.good.min(self.bad), self.good.max(self.bad));
        less >= 1.5 && less >= 0.4 * more
    }

    /// The side it is on.
    pub(crate) fn polarity(self) -> Polarity {
        if self.is_mixed() { Polarity::Mixed } else { side(self.score()) }
    }
}

fn side(score: f64) -> Polarity {
    if score >= SIDE {
        Polarity::Positive
    } else if score <= -SIDE {
        Polarity::Negative
    } else {
        Polarity::Neutral
    }
}

/// The feelings of a document, in the order of its tokens. A phrase of the lexicon stands for its
/// words, and a negation in it negates nothing else.
pub(crate) fn feelings(
    program: &Program,
    surfaces: &Surfaces,
    document: &Document,
    feelings: &mut Vec<Feeling>,
) {
    feelings.clear();
    let mut phrases: Vec<(usize, usize, f64)> = Vec::new();
    for (cue, first, last) in &document.cues {
        if let Some(Cue::Valence(value)) = program.cues.get(*cue) {
            match phrases.last_mut() {
                Some(before) if *first == before.0 && *last > before.1 => {
                    *before = (*first, *last, *value);
                }
                Some(before) if *first <= before.1 => {}
                _ => phrases.push((*first, *last, *value)),
            }
        }
    }
    let mut phrases = phrases.into_iter().peekable();
    for sentence in document.sentences.iter().filter(|sentence| !sentence.by_agent) {
        let mut at = sentence.first;
        while at < sentence.end {
            while phrases.next_if(|(first, ..)| *first < at).is_some() {}
            let (last, value) = match phrases.next_if(|(first, ..)| *first == at) {
                Some((_, last, value)) => (last, value),
                None => (at, surfaces.get(document.tokens[at].surface).0.valence),
            };
            if value != 0.0 {
                let strength = strength(surfaces, document, sentence.first, at);
                let turned = if document.is_negated(at, last) { NEGATED } else { 1.0 };
                feelings.push(Feeling { token: last, value: value * strength * turned });
            }
            at = last + 1;
        }
    }
}

/// What the intensifiers right before token `at` make of it: the product of up to two of them.
fn strength(surfaces: &Surfaces, document: &Document, from: usize, at: usize) -> f64 {
    let before = at.saturating_sub(2).max(from)..at;
    let intensity = |token: usize| surfaces.get(document.tokens[token].surface).0.intensity;
    before.map(intensity).product()
}

/// The balance of a whole document.
pub(crate) fn balance(feelings: &[Feeling]) -> Balance {
    let mut balance = Balance::default();
    for feeling in feelings {
        balance.add(feeling.value);
    }
    balance
}

/// The balance around a match: of the clauses it touches, or, if they say nothing, of its sentence.
pub(crate) fn around(
    document: &Document,
    feelings: &[Feeling],
    sentence: usize,
    (first, last): (usize, usize),
) -> Balance {
    let clauses = document.tokens[first].clause..=document.tokens[last].clause;
    let sentence = &document.sentences[sentence];
    let mut near = Balance::default();
    let mut wide = Balance::default();
    for feeling in feelings {
        if (sentence.first..sentence.end).contains(&feeling.token) {
            wide.add(feeling.value);
            if clauses.contains(&document.tokens[feeling.token].clause) {
                near.add(feeling.value);
            }
        }
    }
    if near.good + near.bad > 0.0 { near } else { wide }
}

/// The overall sentiment.
///
/// `words` = s / √(s² + 15) over the feelings of all texts and 1.5 × the most confident problem
/// (bad) and praise (good). `scores` = the mean of the scores given, −1 to 1. The score is their mean
/// weighted by trust: e / (e + 2) for words with e the amount of feeling, 0.6 for scores. Confidence
/// = (1 − Π (1 − trust)) × (1 − |words − scores| / 2). A text that shows no feeling is neutral, with
/// confidence 0.1; without any text and score there is no sentiment.
pub(crate) fn overall(
    feedback: &Feedback,
    mut balance: Balance,
    has_words: bool,
    (problem, praise): (f64, f64),
) -> Option<Sentiment> {
    balance.join(Balance { good: THEME_WEIGHT * praise, bad: THEME_WEIGHT * problem });
    let amount = balance.good + balance.bad;
    let words = balance.score();
    let words_trust = amount / (amount + 2.0);
    let scores = mean(feedback.scores.iter().map(feeling_of_score));
    let (score, confidence) = match scores {
        None if !has_words => return None,
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
