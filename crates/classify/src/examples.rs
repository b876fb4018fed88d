//! The examples that themes bring along: texts that must and texts that must not match. `voc test`
//! runs them.

use std::sync::Arc;

use feedback::{
    Because, Evidence, Feedback, FeedbackId, Language, LanguageSource, Text, ThemeId, Verbatim,
};

use crate::classifier::Classifier;
use crate::engine::Engine;

/// The source of a feedback made from an example.
const SOURCE: &str = "example";

/// How one example of a theme came out.
#[derive(Debug, Clone, PartialEq)]
pub struct ExampleResult {
    /// The theme whose example it is.
    pub theme: ThemeId,
    /// The file it stands in.
    pub file: String,
    /// The language it is in.
    pub language: String,
    /// The example: the configuration's words, no customer's.
    pub text: String,
    /// Whether the theme must be found (`match`) or must not (`no_match`).
    pub must_match: bool,
    /// Whether it came out so.
    pub passed: bool,
    /// All themes that were found.
    pub found: Vec<ThemeId>,
    /// Where the theme was found.
    pub evidence: Vec<Evidence>,
    /// What the classification says of the theme.
    pub because: Vec<Because>,
}

/// Runs the examples of every theme, in the order of the themes' ids.
pub fn test_examples(engine: &Arc<Engine>) -> Vec<ExampleResult> {
    let mut classifier = Classifier::new(Arc::clone(engine));
    let mut results = Vec::new();
    for theme in engine.themes() {
        for (must_match, examples) in [(true, &theme.matches), (false, &theme.no_matches)] {
            for (language, texts) in examples {
                for text in texts {
                    let found = classifier.classify(&example(language, text));
                    let own = found.themes.iter().find(|each| each.id == theme.id);
                    results.push(ExampleResult {
                        theme: theme.id.clone(),
                        file: theme.file.clone(),
                        language: language.clone(),
                        text: text.clone(),
                        must_match,
                        passed: own.is_some() == must_match,
                        evidence: own.map_or_else(Vec::new, |own| own.evidence.clone()),
                        found: found.themes.iter().map(|each| each.id.clone()).collect(),
                        because: found
                            .because
                            .into_iter()
                            .filter(|each| each.theme.as_ref() == Some(&theme.id))
                            .collect(),
                    });
                }
            }
        }
    }
    results
}

/// A feedback that says `text` in `language`, and nothing else.
fn example(language: &str, text: &str) -> Feedback {
    let id = FeedbackId::of_source_id(SOURCE, text);
    let mut feedback = Feedback::new(id, Arc::from(SOURCE));
    feedback.texts.push(Text {
        question_id: None,
        label: None,
        text: Verbatim::from(text),
        lang: Some(Language {
            code: Arc::from(language),
            confidence: 1.0,
            by: LanguageSource::Declared,
        }),
        author: None,
        turn: None,
    });
    feedback
}
