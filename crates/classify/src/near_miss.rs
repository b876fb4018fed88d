//! Why a rule did not match: what would have to be otherwise, in the sentence that comes nearest. The
//! rule is compiled once more with each of its parts, so that every part can be asked by itself.

use std::ops::Range;

use feedback::Verbatim;
use feedback::condition::{Comparison, Facts};
use serde::Serialize;

use crate::document::Document;
use crate::query::{Compiler, Evaluator, Expression, Found, Node, Scope, Subject};

/// How many alternatives that are absent are named.
const NAMED_MAX: usize = 6;

/// Something that would have to be otherwise for a rule to match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unmet {
    /// What kind of thing: `absent`, `too_far`, `wrong_order`, `same_word`, `inside`, `present`,
    /// `not_negated`, `negated`, `attribute`, `no_agent`, `other_language`, `not_valid`, `no_words`.
    pub code: &'static str,
    /// What would have to be, to be read after “would match if”.
    pub message: Verbatim,
}

impl Unmet {
    pub(crate) fn new(code: &'static str, message: impl AsRef<str>) -> Self {
        Self { code, message: Verbatim::from(message.as_ref()) }
    }
}

/// A part of a rule, compiled by itself.
#[derive(Debug)]
pub(crate) struct Part<'e> {
    expression: &'e Expression,
    node: Node,
    parts: Vec<Self>,
}

impl<'e> Part<'e> {
    /// `expression` and all its parts, compiled.
    pub(crate) fn of(expression: &'e Expression, compiler: &mut Compiler<'_>) -> Self {
        let inner: Vec<&Expression> = match expression {
            Expression::And(parts) | Expression::Or(parts) => parts.iter().collect(),
            Expression::Not(inner) | Expression::Scoped(_, inner) => vec![inner],
            Expression::Near { left, right, .. } => vec![left, right],
            Expression::NotIn { inner, outer } => vec![inner, outer],
            _ => Vec::new(),
        };
        let parts = inner.into_iter().map(|part| Self::of(part, compiler)).collect();
        Self { expression, node: compiler.node(expression), parts }
    }
}

/// What a part lacks.
enum Lack {
    /// All of these are absent, and one is needed.
    Absent(Vec<String>),
    Other(Unmet),
}

/// What is known of one rule on one record.
pub(crate) struct Judge<'a> {
    document: &'a Document,
    facts: Facts<'a>,
    evaluator: Evaluator,
}

impl<'a> Judge<'a> {
    /// Judges the texts of `document`.
    pub(crate) fn new(document: &'a Document, facts: Facts<'a>) -> Self {
        Self { document, facts, evaluator: Evaluator::default() }
    }

    /// What the rule lacks where it comes nearest, and the places of its parts that are there; nothing
    /// where it holds. `negatable`: whether a negated match counts for nothing.
    pub(crate) fn unmet(&mut self, rule: &Part<'_>, negatable: bool) -> (Vec<Unmet>, Vec<Found>) {
        let sentences = &self.document.sentences;
        let own: Vec<usize> = (0..sentences.len()).filter(|at| !sentences[*at].by_agent).collect();
        let places = if own.is_empty() && !sentences.is_empty() { vec![0] } else { own };
        let mut best: Option<(Vec<Unmet>, Vec<Found>)> = None;
        for at in places {
            let here = at..at + 1;
            let lacks = if self.holds(rule, here.clone()) {
                self.negation(rule, at).filter(|_| negatable).into_iter().collect()
            } else {
                told(self.lacks(rule, here.clone()))
            };
            if best.as_ref().is_none_or(|(least, _)| lacks.len() < least.len()) {
                let mut there = Vec::new();
                self.present(rule, here, &mut there);
                there.sort_unstable();
                there.dedup();
                best = Some((lacks, there));
            }
        }
        best.unwrap_or_else(|| (vec![Unmet::new("no_words", "it had words to read")], Vec::new()))
    }

    /// The negation that turns all of a rule that holds in this sentence.
    fn negation(&mut self, rule: &Part<'_>, sentence: usize) -> Option<Unmet> {
        let mut found = Vec::new();
        self.evaluator.begin();
        let subject = Subject { document: self.document, facts: self.facts };
        let affirmed = self
            .evaluator
            .evaluate(&rule.node, subject, sentence..sentence + 1, &mut found)
            .unwrap_or(true);
        if affirmed {
            return None;
        }
        let place = found.first()?;
        Some(Unmet::new("negated", self.turned(place)))
    }

    fn turned(&self, place: &Found) -> String {
        let words = self.words(place.sentence, place.first, place.last);
        match self.negator(place) {
            Some(negator) => {
                format!("no negation turned “{words}”, as “{negator}” does")
            }
            None => format!("no negation turned “{words}”"),
        }
    }

    /// The word that turns a match.
    fn negator(&self, place: &Found) -> Option<&'a str> {
        let clause = self.document.tokens.get(place.last)?.clause;
        let turns = |token: &&usize| {
            **token < place.last
                && self.document.tokens.get(**token).is_some_and(|each| each.clause == clause)
        };
        let negators = &self.document.negators;
        let before = negators.iter().rev().filter(turns).find(|token| **token < place.first);
        let token = before.or_else(|| negators.iter().rev().find(turns))?;
        Some(self.words(place.sentence, *token, *token))
    }

    /// A customer's words from one token to another.
    fn words(&self, sentence: usize, first: usize, last: usize) -> &'a str {
        let tokens = (self.document.tokens.get(first), self.document.tokens.get(last));
        let text = self.document.sentences.get(sentence).map(|sentence| sentence.text);
        let text = text.and_then(|text| self.facts.feedback.texts.get(text));
        match (tokens, text) {
            ((Some(first), Some(last)), Some(text)) => {
                text.text.as_str().get(first.start..last.end).unwrap_or_default()
            }
            _ => "",
        }
    }

    /// The places of a part that finds some, in a range of sentences.
    fn places(&mut self, part: &Part<'_>, range: Range<usize>) -> Vec<Found> {
        let subject = Subject { document: self.document, facts: self.facts };
        let mut found = Vec::new();
        for sentence in range {
            self.evaluator.begin();
            self.evaluator.evaluate(&part.node, subject, sentence..sentence + 1, &mut found);
        }
        found
    }

    fn holds(&mut self, part: &Part<'_>, range: Range<usize>) -> bool {
        match part.expression {
            Expression::And(_) => part.parts.iter().all(|each| self.holds(each, range.clone())),
            Expression::Or(_) => part.parts.iter().any(|each| self.holds(each, range.clone())),
            Expression::Not(_) => !self.holds(&part.parts[0], range),
            Expression::Compare(comparison) => comparison.holds(&self.facts),
            Expression::Scoped(Scope::Sentence | Scope::Text | Scope::Agent, _) => {
                let ranges = self.ranges(part, range);
                ranges.into_iter().any(|range| self.holds(&part.parts[0], range))
            }
            _ => !self.places(part, range).is_empty(),
        }
    }

    /// In which ranges of sentences the inside of a scope may hold.
    fn ranges(&self, part: &Part<'_>, range: Range<usize>) -> Vec<Range<usize>> {
        let sentences = &self.document.sentences;
        let one = |at: usize| at..at + 1;
        match part.expression {
            Expression::Scoped(Scope::Agent, _) => {
                (0..sentences.len()).filter(|at| sentences[*at].by_agent).map(one).collect()
            }
            Expression::Scoped(Scope::Text, _) => {
                let text = sentences.get(range.start).map(|sentence| sentence.text);
                let start = sentences.partition_point(|each| Some(each.text) < text);
                let end = sentences.partition_point(|each| Some(each.text) <= text);
                std::iter::once(start..end).collect()
            }
            _ => range.map(one).collect(),
        }
    }

    /// What a part lacks that doesn't hold.
    fn lacks(&mut self, part: &Part<'_>, range: Range<usize>) -> Vec<Lack> {
        match part.expression {
            Expression::And(_) => {
                let mut lacks = Vec::new();
                for each in &part.parts {
                    if !self.holds(each, range.clone()) {
                        lacks.extend(self.lacks(each, range.clone()));
                    }
                }
                lacks
            }
            Expression::Or(_) => {
                let each = part.parts.iter().map(|each| self.lacks(each, range.clone())).collect();
                least(each)
            }
            Expression::Not(_) => self.there(&part.parts[0], range),
            Expression::Near { words, ordered, .. } => {
                self.apart((&part.parts[0], &part.parts[1]), (*words, *ordered), range)
            }
            Expression::NotIn { .. } => self.inside(&part.parts[0], &part.parts[1], range),
            Expression::Scoped(scope, _) => self.scope(*scope, part, range),
            Expression::Compare(comparison) => vec![Lack::Other(self.attribute(comparison))],
            leaf => vec![Lack::Absent(vec![leaf.to_string()])],
        }
    }

    fn scope(&mut self, scope: Scope, part: &Part<'_>, range: Range<usize>) -> Vec<Lack> {
        let inner = &part.parts[0];
        match scope {
            Scope::Sentence | Scope::Text | Scope::Agent => {
                let ranges = self.ranges(part, range);
                if ranges.is_empty() && scope == Scope::Agent {
                    let message = "the record had a text by our agent";
                    return vec![Lack::Other(Unmet::new("no_agent", message))];
                }
                least(ranges.into_iter().map(|range| self.lacks(inner, range)).collect())
            }
            Scope::Negated | Scope::Affirmed => {
                let places = self.places(inner, range.clone());
                let Some(place) = places.first() else { return self.lacks(inner, range) };
                let words = self.words(place.sentence, place.first, place.last);
                vec![Lack::Other(match scope {
                    Scope::Negated => {
                        Unmet::new("not_negated", format!("a negation turned “{words}”"))
                    }
                    _ => Unmet::new("negated", self.turned(place)),
                })]
            }
        }
    }

    /// What is there and should not be.
    fn there(&mut self, part: &Part<'_>, range: Range<usize>) -> Vec<Lack> {
        let mut found = Vec::new();
        self.present(part, range, &mut found);
        let unmet = match (found.first(), part.expression) {
            (Some(place), _) => {
                let words = self.words(place.sentence, place.first, place.last);
                Unmet::new("present", format!("“{words}” were not there ({})", part.expression))
            }
            (None, expression) => Unmet::new("attribute", format!("{expression} did not hold")),
        };
        vec![Lack::Other(unmet)]
    }

    fn attribute(&self, comparison: &Comparison) -> Unmet {
        let found = comparison.found(&self.facts);
        let name = comparison.attribute.name();
        let message = if found.is_empty() {
            format!("{comparison}; the record has no {name}")
        } else {
            format!("{comparison}; {name} is {}", found.join(", "))
        };
        Unmet::new("attribute", message)
    }

    /// Why two operands of NEAR or BEFORE don't meet.
    fn apart(
        &mut self,
        (left, right): (&Part<'_>, &Part<'_>),
        (words, ordered): (usize, bool),
        range: Range<usize>,
    ) -> Vec<Lack> {
        let mut lacks = Vec::new();
        let (lefts, rights) = (self.places(left, range.clone()), self.places(right, range.clone()));
        for (places, part) in [(&lefts, left), (&rights, right)] {
            if places.is_empty() {
                lacks.extend(self.lacks(part, range.clone()));
            }
        }
        if !lacks.is_empty() {
            return lacks;
        }
        let pairs = lefts.iter().flat_map(|one| rights.iter().map(move |other| (one, other)));
        let in_one = pairs.filter(|(one, other)| one.sentence == other.sentence);
        let nearest = in_one.min_by_key(|(one, other)| {
            (ordered && one.first >= other.first, between(one, other), one.first, other.first)
        });
        let Some((one, other)) = nearest else {
            let message =
                format!("{} and {} stood in one sentence", left.expression, right.expression);
            return vec![Lack::Other(Unmet::new("too_far", message))];
        };
        let said = |place: &Found| self.words(place.sentence, place.first, place.last);
        let (first, second, gap) = (said(one), said(other), between(one, other));
        let unmet = if ordered && one.first > other.first {
            Unmet::new("wrong_order", format!("“{first}” stood before “{second}”"))
        } else if gap > words {
            let operator = if ordered { "BEFORE" } else { "NEAR" };
            let message = format!(
                "“{first}” and “{second}” stood nearer: {gap} words are between, {operator}/{words} allows {words}"
            );
            Unmet::new("too_far", message)
        } else {
            let message = format!(
                "{} and {} were two words, not both “{first}”",
                left.expression, right.expression
            );
            Unmet::new("same_word", message)
        };
        vec![Lack::Other(unmet)]
    }

    fn inside(&mut self, inner: &Part<'_>, outer: &Part<'_>, range: Range<usize>) -> Vec<Lack> {
        let places = self.places(inner, range.clone());
        let Some(place) = places.first() else { return self.lacks(inner, range) };
        let outers = self.places(outer, range);
        let around =
            outers.iter().find(|each| each.first <= place.first && place.last <= each.last);
        let around = around.unwrap_or(place);
        let words = self.words(place.sentence, place.first, place.last);
        let outside = self.words(around.sentence, around.first, around.last);
        let message = format!("“{words}” stood outside “{outside}”");
        vec![Lack::Other(Unmet::new("inside", message))]
    }

    /// The places of the words, phrases, families and lists of a part that are there.
    fn present(&mut self, part: &Part<'_>, range: Range<usize>, found: &mut Vec<Found>) {
        match part.expression {
            Expression::Not(_) | Expression::Compare(_) => {}
            Expression::NotIn { .. } => self.present(&part.parts[0], range, found),
            Expression::Scoped(Scope::Sentence | Scope::Text | Scope::Agent, _) => {
                for range in self.ranges(part, range) {
                    self.present(&part.parts[0], range, found);
                }
            }
            _ if part.parts.is_empty() => found.extend(self.places(part, range)),
            _ => {
                for each in &part.parts {
                    self.present(each, range.clone(), found);
                }
            }
        }
    }
}

/// How many words stand between two places.
fn between(one: &Found, other: &Found) -> usize {
    let (first, second) = if one.first <= other.first { (one, other) } else { (other, one) };
    second.first.saturating_sub(first.last + 1)
}

/// Of several ways the one that lacks least; words that are absent, and of which one would do, are
/// named together.
fn least(ways: Vec<Vec<Lack>>) -> Vec<Lack> {
    let is_absent = |way: &[Lack]| matches!(way, [Lack::Absent(_)]);
    let cost = |way: &Vec<Lack>| (way.len(), is_absent(way));
    let Some(best) = ways.iter().map(cost).min() else { return Vec::new() };
    let mut equal = ways.into_iter().filter(|way| cost(way) == best);
    if best != (1, true) {
        return equal.next().unwrap_or_default();
    }
    let mut names = Vec::new();
    for lack in equal.flatten() {
        if let Lack::Absent(others) = lack {
            names.extend(others);
        }
    }
    names.dedup();
    vec![Lack::Absent(names)]
}

fn told(lacks: Vec<Lack>) -> Vec<Unmet> {
    lacks
        .into_iter()
        .map(|lack| match lack {
            Lack::Other(unmet) => unmet,
            Lack::Absent(names) => Unmet::new("absent", absent(&names)),
        })
        .collect()
}

fn absent(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(NAMED_MAX).map(String::as_str).collect();
    let more = names.len() - shown.len();
    match (shown.as_slice(), more) {
        ([only], 0) => format!("{only} were there"),
        (_, 0) => format!("one of {} were there", shown.join(", ")),
        _ => format!("one of {}, or of {more} more, were there", shown.join(", ")),
    }
}
