//! The rule language: what a theme's `rule.<lang>` says. `parse` turns a rule into an expression, or
//! tells where it is wrong and how it should read; `evaluate` decides where it holds.

mod comparison;
mod compile;
mod evaluate;
mod expression;
mod foreign;
mod lexer;
mod mend;
mod missing;
mod parser;
mod positive;
mod proximity;
mod required;
mod wide;
mod written;

pub(crate) use compile::{Compiler, Node};
pub(crate) use evaluate::{Evaluator, Found, Subject};
pub(crate) use expression::{Expression, Form, Reference, Scope, Word};
pub(crate) use mend::{parse, references_despite_faults};
pub(crate) use proximity::may_be_near;
pub(crate) use required::{all_required, required_atoms};

use feedback::Span;

/// The longest rule, in bytes.
pub(crate) const RULE_BYTES_MAX: usize = 16 * 1024;
/// How deeply brackets, scopes and NOT may nest.
pub(crate) const DEPTH_MAX: usize = 32;
/// How many words may stand between where NEAR or BEFORE says no number.
pub(crate) const WORDS_BETWEEN: usize = 3;
/// The most words that NEAR, BEFORE and `~n` after a phrase may leave between.
pub(crate) const WORDS_BETWEEN_MAX: usize = 50;
/// The fewest letters before `*`.
pub(crate) const PREFIX_LETTERS_MIN: usize = 3;
/// The fewest letters after `*`.
pub(crate) const TAIL_LETTERS_MIN: usize = 4;
/// The fewest letters before `~1`.
pub(crate) const EDIT_LETTERS_MIN: usize = 5;

/// One thing wrong with a rule, where, and the whole rule as it should read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError {
    /// Where in the rule's text.
    pub span: Span,
    /// What is wrong there.
    pub message: String,
    /// What to write.
    pub advice: String,
    /// The whole rule with all its faults mended, ready to paste; `None` only where the rule is too
    /// long or nests too deep.
    pub correction: Option<String>,
}

/// Reads a rule by itself, without looking up its families and lists: the rule as it is written with no
/// bracket too many, or all its faults.
pub fn check_rule(rule: &str) -> Result<String, Vec<RuleError>> {
    parse(rule).map(|expression| expression.to_string())
}
