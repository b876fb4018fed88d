//! Decides where a rule holds. Places are sets of tokens with a first and a last one; a rule is
//! evaluated over a range of sentences, most often one.
//!
//! A match is negated where a negation word stands before its last word in that word's clause and
//! the rule itself did not match that word. A conjunction is affirmed where each of its parts has an
//! affirmed match.

use std::ops::Range;

use feedback::condition::Facts;

use super::Node;
use super::proximity::in_order;
use super::wide::Wide;
use crate::document::{Document, Sentence};
use crate::vocabulary::Atom;

/// A place where a rule, or a part of it, is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Match {
    /// The first token.
    pub(crate) first: usize,
    /// The last token.
    pub(crate) last: usize,
    /// Its words: where they begin and end among the evaluator's.
    pub(super) words: (usize, usize),
}

/// A match of a rule that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    /// The first token.
    pub(crate) first: usize,
    /// The last token.
    pub(crate) last: usize,
    /// The sentence it is in.
    pub(crate) sentence: usize,
    /// How many words it takes.
    pub(crate) words: usize,
    /// Whether a negation turns it.
    pub(crate) negated: bool,
}

/// Evaluates alternatives of rules on one document. Its buffers are reused from rule to rule.
#[derive(Debug, Default)]
pub(crate) struct Evaluator {
    pub(super) words: Vec<usize>,
    pub(super) claimed: Vec<usize>,
    spare: Vec<Vec<Match>>,
    pub(super) wide: Vec<Option<Wide>>,
    matches: Vec<(usize, Match)>,
    pub(super) affirmed_only: bool,
}

/// Where places are looked for.
#[derive(Clone, Copy)]
pub(super) struct Here<'a> {
    pub(super) document: &'a Document,
    pub(super) sentence: &'a Sentence,
}

/// What a rule is evaluated on.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// The texts.
    pub(crate) document: &'a Document,
    /// The record, for attributes.
    pub(crate) facts: Facts<'a>,
}

impl Evaluator {
    /// Forgets what belongs to the rule before: to be called once per rule and document.
    pub(crate) fn begin(&mut self) {
        self.words.clear();
        self.wide.clear();
    }

    /// How many words the places have that were looked at since [`Self::begin`].
    #[cfg(test)]
    pub(crate) fn steps(&self) -> usize {
        self.words.len()
    }

    /// Evaluates an alternative of a rule on a sentence, or on none. Where it holds, puts its matches
    /// into `found` and tells whether it is affirmed. All matches of one that isn't are marked as negated.
    pub(crate) fn evaluate(
        &mut self,
        node: &Node,
        subject: Subject<'_>,
        sentences: Range<usize>,
        found: &mut Vec<Found>,
    ) -> Option<bool> {
        self.claimed.clear();
        self.affirmed_only = false;
        let mut matches = std::mem::take(&mut self.matches);
        matches.clear();
        let result = self.judge(node, subject, sentences, &mut matches);
        if let Some(affirmed) = result {
            found.extend(matches.iter().map(|(sentence, each)| Found {
                first: each.first,
                last: each.last,
                sentence: *sentence,
                words: each.words.1 - each.words.0,
                negated: !affirmed || self.is_negated(subject.document, each),
            }));
        }
        self.matches = matches;
        result
    }

    fn judge(
        &mut self,
        node: &Node,
        subject: Subject<'_>,
        sentences: Range<usize>,
        matches: &mut Vec<(usize, Match)>,
    ) -> Option<bool> {
        if !self.holds(node, subject, sentences.clone(), matches) {
            return None;
        }
        let mut affirmed = true;
        if !subject.document.negators.is_empty() {
            for (_, each) in matches.iter() {
                let words = self.words.get(each.words.0..each.words.1).unwrap_or_default();
                self.claimed.extend(words);
            }
            self.claimed.sort_unstable();
            if matches.iter().any(|(_, each)| self.is_negated(subject.document, each)) {
                self.affirmed_only = true;
                let mut unused = Vec::new();
                affirmed = self.holds(node, subject, sentences, &mut unused);
            }
        }
        Some(affirmed)
    }

    /// Whether `node` holds in `range`; its matches are added to `matches`, none where it doesn't.
    pub(super) fn holds(
        &mut self,
        node: &Node,
        subject: Subject<'_>,
        range: Range<usize>,
        matches: &mut Vec<(usize, Match)>,
    ) -> bool {
        let before = matches.len();
        match node {
            Node::All(parts) => {
                let all =
                    parts.iter().all(|part| self.holds(part, subject, range.clone(), matches));
                if !all {
                    matches.truncate(before);
                }
                all
            }
            Node::Any(parts) if !node.has_positions() => {
                let mut any = false;
                for part in parts {
                    any |= self.holds(part, subject, range.clone(), matches);
                }
                any
            }
            Node::Not(inner) => {
                let filter = std::mem::replace(&mut self.affirmed_only, false);
                let holds = self.holds(inner, subject, range, matches);
                self.affirmed_only = filter;
                matches.truncate(before);
                !holds
            }
            Node::Sentence(inner) => self.one_of(inner, subject, range, matches),
            Node::Text(inner, index) => {
                let sentences = &subject.document.sentences;
                let own = sentences.get(range).and_then(<[Sentence]>::first);
                let Some(text) = own.map(|sentence| sentence.text) else { return false };
                let start = sentences.partition_point(|sentence| sentence.text < text);
                let end = sentences.partition_point(|sentence| sentence.text <= text);
                self.wide((node, inner, *index), subject, start..end, matches)
            }
            Node::Agent(inner, index) => {
                let all = 0..subject.document.sentences.len();
                self.wide((node, inner, *index), subject, all, matches)
            }
            Node::Compare(comparison) => comparison.holds(&subject.facts),
            _ => {
                let mut places = self.spare.pop().unwrap_or_default();
                for index in range {
                    places.clear();
                    let sentence = &subject.document.sentences[index];
                    let here = Here { document: subject.document, sentence };
                    self.places(node, here, &mut places);
                    if self.affirmed_only {
                        places.retain(|each| !self.is_negated(subject.document, each));
                    }
                    matches.extend(places.iter().map(|each| (index, *each)));
                }
                self.spare.push(places);
                matches.len() > before
            }
        }
    }

    /// Whether `node` holds in one of `sentences`.
    pub(super) fn one_of(
        &mut self,
        node: &Node,
        subject: Subject<'_>,
        sentences: impl Iterator<Item = usize>,
        matches: &mut Vec<(usize, Match)>,
    ) -> bool {
        let mut any = false;
        for sentence in sentences {
            any |= self.holds(node, subject, sentence..sentence + 1, matches);
        }
        any
    }

    /// The places of `node` in one sentence, by first token.
    fn places(&mut self, node: &Node, here: Here<'_>, places: &mut Vec<Match>) {
        match node {
            Node::Atom(atom) => self.atom(*atom, here, places),
            Node::OneOf(atoms) => {
                for atom in atoms.iter().filter(|atom| here.document.occurrences.has(**atom)) {
                    self.atom(*atom, here, places);
                }
                in_order(places);
            }
            Node::Loose(atoms, slop) => self.loose(atoms, *slop, here, places),
            Node::Any(parts) => {
                for part in parts {
                    self.places(part, here, places);
                }
                in_order(places);
            }
            Node::Near { left, right, words, ordered, right_first } => {
                let (rare, other) = if *right_first { (right, left) } else { (left, right) };
                let rares = self.spared(rare, here);
                if !rares.is_empty() {
                    let others = self.spared(other, here);
                    let operands = if *right_first { (&others, &rares) } else { (&rares, &others) };
                    self.near((operands.0, operands.1), *words, *ordered, places);
                    self.spare.push(others);
                }
                self.spare.push(rares);
            }
            Node::NotIn(inner, outer) => {
                let inners = self.spared(inner, here);
                if !inners.is_empty() {
                    let outers = self.spared(outer, here);
                    places.extend(inners.iter().filter(|each| {
                        !outers.iter().any(|o| o.first <= each.first && each.last <= o.last)
                    }));
                    self.spare.push(outers);
                }
                self.spare.push(inners);
            }
            Node::Negated(inner) => {
                let inners = self.spared(inner, here);
                for each in &inners {
                    self.with_negations(here.document, each, places);
                }
                self.spare.push(inners);
                places.sort_by_key(|each| (each.first, each.last));
            }
            Node::Affirmed(inner) => {
                let inners = self.spared(inner, here);
                let is_affirmed =
                    |each: &&Match| self.negations(here.document, each).next().is_none();
                places.extend(inners.iter().filter(is_affirmed));
                self.spare.push(inners);
            }
            Node::All(_)
            | Node::Not(_)
            | Node::Sentence(_)
            | Node::Text(..)
            | Node::Agent(..)
            | Node::Compare(_)
            | Node::Never => {}
        }
    }

    fn atom(&mut self, atom: Atom, here: Here<'_>, places: &mut Vec<Match>) {
        for place in here.document.occurrences.of(atom, here.sentence) {
            let start = self.words.len();
            if place.split {
                self.words.extend([place.first, place.last]);
            } else {
                self.words.extend(place.first..=place.last);
            }
            let words = (start, self.words.len());
            places.push(Match { first: place.first, last: place.last, words });
        }
    }

    /// The places of `node`, in a buffer of their own.
    fn spared(&mut self, node: &Node, here: Here<'_>) -> Vec<Match> {
        let mut places = self.spare.pop().unwrap_or_default();
        places.clear();
        self.places(node, here, &mut places);
        places
    }

    /// The negation words that turn a match and are not part of it.
    fn negations<'a>(
        &'a self,
        document: &'a Document,
        each: &Match,
    ) -> impl Iterator<Item = usize> + 'a {
        let each = *each;
        let end = document.negators.partition_point(|negator| *negator < each.last);
        let clause = document.tokens[each.last].clause;
        let in_clause = move |negator: &&usize| document.tokens[**negator].clause == clause;
        document.negators[..end]
            .iter()
            .rev()
            .take_while(in_clause)
            .filter(move |negator| !self.words_of(&each).contains(negator))
            .copied()
    }

    /// Whether a negation turns a match, other than by a word that the rule itself matched.
    fn is_negated(&self, document: &Document, each: &Match) -> bool {
        self.negations(document, each).any(|negator| self.claimed.binary_search(&negator).is_err())
    }

    fn with_negations(&mut self, document: &Document, each: &Match, places: &mut Vec<Match>) {
        let negators: Vec<usize> = self.negations(document, each).collect();
        let Some(earliest) = negators.iter().min().copied() else { return };
        let start = self.words.len();
        self.words.extend_from_within(each.words.0..each.words.1);
        self.words.extend(negators);
        let place = self.sorted(start, each.first.min(earliest), each.last);
        places.push(place);
    }
}
