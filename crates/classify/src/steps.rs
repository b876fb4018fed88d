//! The stage cut short after one of its steps, so that a benchmark can say what each of them costs.

use std::hint::black_box;
use std::sync::Arc;

use feedback::Feedback;

use crate::classifier::{Classifier, Reading, programs_of};

/// A step of the stage. Each needs those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Sentences, clauses and words; each word folded, stemmed and looked up, by the cache.
    Words,
    /// Sentiment, clause by clause.
    Feelings,
    /// Emotions, effort, intent, flags and urgency, as far as phrases tell them.
    Cues,
    /// The rules, with their evidence.
    Rules,
}

impl Classifier {
    /// Does what [`Classifier::classify`] does up to and with `last`, and drops what it found.
    pub fn run_until(&mut self, feedback: &Feedback, last: Step) {
        let mut reading = Reading::default();
        let engine = Arc::clone(self.engine());
        for index in programs_of(&engine, feedback) {
            self.read_until(&engine, index, (feedback, &mut reading), last);
        }
        black_box(reading);
    }
}
