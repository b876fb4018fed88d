//! One matcher for all rules: evaluates the alternatives that may hold, sentence by sentence, and
//! joins what they found, rule by rule.

use std::ops::Range;

use crate::program::{Program, Rule};
use crate::query::{Evaluator, Found, Node, Subject};

/// How many places are kept of what a rule found.
pub(crate) const PLACES_MAX: usize = 16;

/// Where a rule matched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RuleMatch<'a> {
    /// The rule.
    pub(crate) rule: &'a Rule,
    /// Its places, in the order of the text, none of which overlap; of several at one place the
    /// leftmost and then the shortest, those that no negation turns first.
    pub(crate) places: &'a [Found],
    /// In how many sentences it matched but for a negation.
    pub(crate) negated: usize,
}

/// Evaluates rules. Its buffers are reused from record to record.
#[derive(Debug, Default)]
pub(crate) struct Matcher {
    evaluator: Evaluator,
    found: Vec<Found>,
    kept: Vec<Found>,
    sentences: Vec<(usize, bool)>,
    holds: bool,
}

impl Matcher {
    /// Evaluates `candidates`, pairs of an alternative and a sentence in ascending order, and calls
    /// `visit` for each rule that matched, in order.
    pub(crate) fn run(
        &mut self,
        program: &Program,
        subject: Subject<'_>,
        candidates: &[(usize, usize)],
        mut visit: impl FnMut(RuleMatch<'_>),
    ) {
        for of_rule in candidates.chunk_by(|(one, _), (other, _)| {
            program.alternatives[*one].rule == program.alternatives[*other].rule
        }) {
            self.found.clear();
            self.holds = false;
            for of_alternative in of_rule.chunk_by(|(one, _), (other, _)| one == other) {
                self.alternative(program, subject, of_alternative);
            }
            if let (Some((first, _)), true) = (of_rule.first(), self.holds) {
                let negated = self.negated_sentences();
                self.keep();
                let rule = &program.rules[program.alternatives[*first].rule];
                visit(RuleMatch { rule, places: &self.kept, negated });
            }
        }
    }

    /// Evaluates one alternative in its sentences, or in all where it looks beyond them.
    fn alternative(&mut self, program: &Program, subject: Subject<'_>, pairs: &[(usize, usize)]) {
        let Some((index, _)) = pairs.first() else { return };
        let alternative = &program.alternatives[*index];
        self.evaluator.begin();
        if alternative.beyond_sentence {
            return self.everywhere(&alternative.node, subject);
        }
        for (_, sentence) in pairs {
            if !subject.document.sentences[*sentence].by_agent {
                self.evaluate(&alternative.node, subject, *sentence..*sentence + 1);
            }
        }
    }

    fn evaluate(&mut self, node: &Node, subject: Subject<'_>, sentences: Range<usize>) {
        let result = self.evaluator.evaluate(node, subject, sentences, &mut self.found);
        self.holds |= result.is_some();
    }

    /// An alternative that looks beyond the sentence: once per text, or in each of its sentences; where
    /// only the agent's words are there or asked for, once, on no sentence of the respondent's.
    fn everywhere(&mut self, node: &Node, subject: Subject<'_>) {
        let sentences = &subject.document.sentences;
        if matches!(node, Node::Agent(..)) || sentences.iter().all(|each| each.by_agent) {
            return self.evaluate(node, subject, 0..0);
        }
        let per_text = matches!(node, Node::Text(..));
        let mut before = None;
        for (index, sentence) in sentences.iter().enumerate().filter(|(_, each)| !each.by_agent) {
            if !(per_text && before == Some(sentence.text)) {
                self.evaluate(node, subject, index..index + 1);
            }
            before = Some(sentence.text);
        }
    }

    /// How much was done for the rule evaluated last: the words of all places looked at, and the matches.
    #[cfg(test)]
    pub(crate) fn steps(&self) -> usize {
        self.evaluator.steps() + self.found.len()
    }

    /// In how many sentences there was a match, and none that is affirmed.
    fn negated_sentences(&mut self) -> usize {
        self.sentences.clear();
        self.sentences.extend(self.found.iter().map(|each| (each.sentence, !each.negated)));
        self.sentences.sort_unstable();
        let per_sentence = self.sentences.chunk_by(|(one, _), (other, _)| one == other);
        per_sentence.filter(|each| !each.iter().any(|(_, affirmed)| *affirmed)).count()
    }

    fn keep(&mut self) {
        self.found.sort_unstable_by_key(|each| (each.negated, each.first, each.last));
        self.kept.clear();
        for each in &self.found {
            if self.kept.len() == PLACES_MAX {
                break;
            }
            let overlaps = |other: &Found| each.first <= other.last && other.first <= each.last;
            if !self.kept.iter().any(overlaps) {
                self.kept.push(*each);
            }
        }
        self.kept.sort_unstable();
    }
}
