//! The rule language: what a theme's `rule.<lang>` says. `parse` turns a rule into an expression, or
//! tells where it is wrong and how it should read; `evaluate` decides where it holds.

mod comparison;
mod compile;
mod evaluate;
mod expression;
mod lexer;
mod missing;
mod parser;
mod proximity;
mod required;

pub(crate) use compile::{Compiler, Node};
pub(crate) use evaluate::{Evaluator, Found, Subject};
pub(crate) use expression::{Expression, Form, Scope, Word};
pub(crate) use parser::parse;
pub(crate) use required::{all_required, required_atoms};

use feedback::Span;

/// The longest rule, in bytes.
pub(crate) const RULE_BYTES_MAX: usize = 16 * 1024;
/// How deeply brackets, scopes and NOT may nest.
pub(crate) const DEPTH_MAX: usize = 32;
/// The most words that NEAR and BEFORE may leave between.
pub(crate) const WORDS_BETWEEN_MAX: usize = 50;

/// What is wrong with a rule, where, and the whole rule as it should read, where that is clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RuleError {
    /// Where in the rule's text.
    pub(crate) span: Span,
    /// What is wrong there.
    pub(crate) message: String,
    /// What to write.
    pub(crate) advice: String,
    /// The whole rule corrected, ready to paste.
    pub(crate) correction: Option<String>,
}
