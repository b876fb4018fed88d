//! A rule in one language: its words looked up, ready to be evaluated. `rule.any` is compiled once
//! for each language, since its words are stemmed in the text's.

use feedback::condition::Comparison;

use super::required::is_rarer;
use super::{Expression, Scope};
use crate::vocabulary::{Atom, Builder};
use crate::words::Words;

/// A compiled rule or a part of one.
#[derive(Debug)]
pub(crate) enum Node {
    /// Where this atom is.
    Atom(Atom),
    /// Where these atoms are in this order with at most so many words between, in all.
    Loose(Vec<Atom>, usize),
    /// Where one of these atoms is.
    OneOf(Vec<Atom>),
    /// Where, or whether, one of these is.
    Any(Vec<Self>),
    /// Whether all of these hold.
    All(Vec<Self>),
    /// Whether this doesn't hold.
    Not(Box<Self>),
    /// Where both are, with at most so many words between.
    Near {
        /// The operand on the left.
        left: Box<Self>,
        /// The operand on the right.
        right: Box<Self>,
        /// How many words may stand between.
        words: usize,
        /// Whether the left one must begin first.
        ordered: bool,
        /// Whether the right one is the rarer, and looked for first.
        right_first: bool,
    },
    /// Where the first is and no place of the second holds it.
    NotIn(Box<Self>, Box<Self>),
    /// Where this is, negated; the negations are part of the place.
    Negated(Box<Self>),
    /// Where this is, not negated.
    Affirmed(Box<Self>),
    /// Whether this holds in one sentence.
    Sentence(Box<Self>),
    /// Whether this holds in the text as a whole; the number is its place among the rule's TEXTs and
    /// AGENTs.
    Text(Box<Self>, usize),
    /// Whether this holds in a sentence of the agent's.
    Agent(Box<Self>, usize),
    /// Whether the record is so.
    Compare(Comparison),
    /// Never: a family or list that this language doesn't have.
    Never,
}

/// Compiles rules against the words of one language.
pub(crate) struct Compiler<'a> {
    /// Where atoms are made.
    pub(crate) builder: &'a mut Builder,
    /// The language's families and lists.
    pub(crate) words: &'a Words,
    /// How many TEXT(…) and AGENT(…) the rule has so far.
    pub(crate) wide: usize,
}

impl Compiler<'_> {
    /// The compiled form of `expression`.
    pub(crate) fn node(&mut self, expression: &Expression) -> Node {
        match expression {
            Expression::Word(word) => any_atom(self.builder.word(word)),
            Expression::Phrase { text, exact, slop: 0 } => {
                any_atom(self.builder.phrase(text, *exact))
            }
            Expression::Phrase { text, exact, slop } => {
                Node::Loose(self.builder.loose_phrase(text, *exact), *slop)
            }
            Expression::Family(name, _) => match self.words.families.get(name) {
                Some(family) => Node::Atom(self.builder.family(name, family)),
                None => Node::Never,
            },
            Expression::List(name, _) => match self.words.lists.get(name) {
                Some(list) => Node::Atom(self.builder.list(name, list)),
                None => Node::Never,
            },
            Expression::Number => Node::Atom(self.builder.number()),
            Expression::And(parts) => Node::All(self.nodes(parts)),
            Expression::Or(parts) => any_of(self.nodes(parts)),
            Expression::Not(inner) => Node::Not(self.boxed(inner)),
            Expression::Near { left, right, words, ordered } => {
                let (left, right) = (self.boxed(left), self.boxed(right));
                let weight = |atom| self.builder.weight(atom);
                let right_first = is_rarer(&right, &left, &weight);
                Node::Near { left, right, words: *words, ordered: *ordered, right_first }
            }
            Expression::NotIn { inner, outer } => Node::NotIn(self.boxed(inner), self.boxed(outer)),
            Expression::Scoped(scope, inner) => {
                let inner = self.boxed(inner);
                match scope {
                    Scope::Sentence => Node::Sentence(inner),
                    Scope::Negated => Node::Negated(inner),
                    Scope::Affirmed => Node::Affirmed(inner),
                    Scope::Text | Scope::Agent => {
                        let index = self.wide;
                        self.wide += 1;
                        if *scope == Scope::Text {
                            Node::Text(inner, index)
                        } else {
                            Node::Agent(inner, index)
                        }
                    }
                }
            }
            Expression::Compare(comparison) => Node::Compare(comparison.clone()),
        }
    }

    fn boxed(&mut self, expression: &Expression) -> Box<Node> {
        Box::new(self.node(expression))
    }

    fn nodes(&mut self, expressions: &[Expression]) -> Vec<Node> {
        expressions.iter().map(|each| self.node(each)).collect()
    }
}

fn any_atom(atoms: Vec<Atom>) -> Node {
    match atoms[..] {
        [] => Node::Never,
        [only] => Node::Atom(only),
        _ => Node::OneOf(atoms),
    }
}

/// One of `parts`, of which those that are atoms are looked for together.
fn any_of(parts: Vec<Node>) -> Node {
    let mut atoms = Vec::new();
    let mut others = Vec::new();
    for part in parts {
        match part {
            Node::Atom(atom) => atoms.push(atom),
            Node::OneOf(more) => atoms.extend(more),
            Node::Never => {}
            other => others.push(other),
        }
    }
    atoms.sort_unstable();
    atoms.dedup();
    if others.is_empty() {
        return any_atom(atoms);
    }
    if !atoms.is_empty() {
        others.push(any_atom(atoms));
    }
    Node::Any(others)
}

impl Node {
    /// The parts of which one must hold for it to hold.
    pub(crate) fn into_alternatives(self) -> Vec<Self> {
        match self {
            Self::Any(parts) => parts.into_iter().flat_map(Self::into_alternatives).collect(),
            Self::OneOf(atoms) => atoms.into_iter().map(Self::Atom).collect(),
            other => vec![other],
        }
    }

    /// Whether it finds places, not only a truth.
    pub(crate) fn has_positions(&self) -> bool {
        match self {
            Self::Atom(_)
            | Self::OneOf(_)
            | Self::Loose(..)
            | Self::Near { .. }
            | Self::NotIn(..)
            | Self::Negated(_)
            | Self::Affirmed(_)
            | Self::Never => true,
            Self::Any(parts) => parts.iter().all(Self::has_positions),
            Self::All(_)
            | Self::Not(_)
            | Self::Sentence(_)
            | Self::Text(..)
            | Self::Agent(..)
            | Self::Compare(_) => false,
        }
    }

    /// Whether some part of it looks at the agent's texts.
    pub(crate) fn looks_at_agent(&self) -> bool {
        match self {
            Self::Agent(..) => true,
            Self::Any(parts) | Self::All(parts) => parts.iter().any(Self::looks_at_agent),
            Self::Not(inner) | Self::Sentence(inner) | Self::Text(inner, _) => {
                inner.looks_at_agent()
            }
            _ => false,
        }
    }
}
