//! Says what a Feedback is about and which department is accountable, with evidence.
//!
//! [`Engine`] is the configuration compiled: taxonomy, rules, words, lexicons, owners. A
//! [`Classifier`] per worker turns each [`feedback::Feedback`] into a [`feedback::Classification`];
//! it is total, and gives the same bytes for the same record whatever it classified before.

mod accountable;
mod candidates;
mod classifier;
mod conclusion;
mod cues;
mod document;
mod engine;
mod examples;
mod explain;
mod filing;
mod flat;
mod lexicon;
mod lifecycle;
mod matcher;
mod messages;
mod near_miss;
mod negation;
mod occurrences;
mod owners;
mod program;
mod query;
mod references;
mod sentiment;
mod steps;
mod surfaces;
mod taxonomy;
mod text;
mod tone;
mod tones;
mod vocabulary;
mod words;

pub use classifier::Classifier;
pub use engine::{Engine, Outline};
pub use examples::{Example, ExampleResult, test_examples};
pub use explain::{ExplainedPlace, ExplainedRule, ExplainedSentence, ExplainedWord, Explanation};
pub use lifecycle::Life;
pub use near_miss::Unmet;
pub use query::{RuleError, check_rule};
pub use steps::Step;
pub use taxonomy::{Kind, Theme};
pub use text::stem;

#[cfg(test)]
mod tests;
