//! The parsed form of a rule, before its words are looked up in a language.

use feedback::Span;
use feedback::condition::Comparison;

/// A rule or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expression {
    /// A word in one of the forms a rule can ask for.
    Word(Word),
    /// `"a b"`, `="a b"`, `"a b"~2`
    Phrase {
        /// The words, as written.
        text: String,
        /// Exact forms instead of stems.
        exact: bool,
        /// How many words may stand between, in all.
        slop: usize,
    },
    /// `@id`: a family of words/.
    Family(String, Span),
    /// `#id`: a list of words/.
    List(String, Span),
    /// `#n`: any number.
    Number,
    /// Holds where all do.
    And(Vec<Self>),
    /// Holds where one does.
    Or(Vec<Self>),
    /// Holds where this doesn't.
    Not(Box<Self>),
    /// `NEAR/n`, or `BEFORE/n` where `ordered`.
    Near {
        /// The operand on the left.
        left: Box<Self>,
        /// The operand on the right.
        right: Box<Self>,
        /// How many words may stand between.
        words: usize,
        /// Whether the left one must begin first.
        ordered: bool,
    },
    /// `a NOTIN b`: an `a` that is no part of a `b`.
    NotIn {
        /// What is looked for.
        inner: Box<Self>,
        /// What it must not be part of.
        outer: Box<Self>,
    },
    /// `SENTENCE(…)` and its like.
    Scoped(Scope, Box<Self>),
    /// `score.nps <= 6`
    Compare(Comparison),
}

/// A word of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// As written, without the signs.
    pub(crate) text: String,
    /// How it is compared.
    pub(crate) form: Form,
}

/// How a word of a rule is compared with one of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `word`: equal stems.
    Stem,
    /// `=word`: equal, case and accents aside.
    Exact,
    /// `word*`: begins with it.
    Prefix,
    /// `*tail`: is it, or a compound that ends in it, in any inflected form.
    Tail,
    /// `word~1`: at most one edit away.
    Edit,
}

/// What a rule's part looks at, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// One sentence (the default).
    Sentence,
    /// The whole text.
    Text,
    /// What the customer negates.
    Negated,
    /// What the customer does not negate.
    Affirmed,
    /// The agent's texts of the conversation.
    Agent,
}

impl Scope {
    /// The scope of that keyword.
    pub(crate) fn from_keyword(keyword: &str) -> Option<Self> {
        Some(match keyword {
            "SENTENCE" => Self::Sentence,
            "TEXT" => Self::Text,
            "NEGATED" => Self::Negated,
            "AFFIRMED" => Self::Affirmed,
            "AGENT" => Self::Agent,
            _ => return None,
        })
    }
}

impl Expression {
    /// Whether it finds places (and not only a truth), so that NEAR and its like can take it.
    pub(crate) fn has_positions(&self) -> bool {
        match self {
            Self::Word(_)
            | Self::Phrase { .. }
            | Self::Family(..)
            | Self::List(..)
            | Self::Number
            | Self::Near { .. }
            | Self::NotIn { .. } => true,
            Self::Or(parts) => parts.iter().all(Self::has_positions),
            Self::Scoped(scope, inner) => {
                matches!(scope, Scope::Negated | Scope::Affirmed) && inner.has_positions()
            }
            Self::And(_) | Self::Not(_) | Self::Compare(_) => false,
        }
    }

    /// Whether every way in which it can hold needs some word to be there: what makes a rule both
    /// meaningful and cheap.
    pub(crate) fn is_positive(&self) -> bool {
        match self {
            Self::Word(_)
            | Self::Phrase { .. }
            | Self::Family(..)
            | Self::List(..)
            | Self::Number => true,
            Self::Compare(_) | Self::Not(_) => false,
            Self::And(parts) => parts.iter().any(Self::is_positive),
            Self::Near { left, right, .. } => left.is_positive() || right.is_positive(),
            Self::Or(parts) => parts.iter().all(Self::is_positive),
            Self::NotIn { inner, .. } | Self::Scoped(_, inner) => inner.is_positive(),
        }
    }

    /// How many words, phrases and comparisons it has.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().map(Self::size).sum(),
            Self::Not(inner) | Self::Scoped(_, inner) => inner.size(),
            Self::Near { left: one, right: other, .. }
            | Self::NotIn { inner: one, outer: other } => one.size() + other.size(),
            _ => 1,
        }
    }

    /// Every `@family` and `#list` in it, from left to right.
    pub(crate) fn references(&self) -> Vec<Reference> {
        let reference = |is_family, name: &str, span: &Span| {
            vec![Reference { is_family, name: name.to_owned(), span: *span }]
        };
        match self {
            Self::Family(name, span) => reference(true, name, span),
            Self::List(name, span) => reference(false, name, span),
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::references).collect(),
            Self::Not(inner) | Self::Scoped(_, inner) => inner.references(),
            Self::Near { left: one, right: other, .. }
            | Self::NotIn { inner: one, outer: other } => {
                [one, other].into_iter().flat_map(|part| part.references()).collect()
            }
            Self::Word(_) | Self::Phrase { .. } | Self::Number | Self::Compare(_) => Vec::new(),
        }
    }
}

/// A family or list that a rule calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    /// Whether it is a family; else a list.
    pub(crate) is_family: bool,
    /// Its id.
    pub(crate) name: String,
    /// Where in the rule.
    pub(crate) span: Span,
}
