//! The examples that themes bring along: texts that must and texts that must not match. `voc test`
//! runs them.

use std::sync::Arc;

use feedback::{
    Because, Evidence, Feedback, FeedbackId, Language, LanguageSource, Respondent, Text, ThemeId,
    Verbatim,
};

use serde::Deserialize;

use crate::classifier::Classifier;
use crate::engine::Engine;

/// The source of a feedback made from an example.
const SOURCE: &str = "example";

/// A text that must match or must not, with what must be known around it:
/// `"The bill is wrong."`, or `{ text = "My tools are slow.", respondent = "employee" }`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "RawExample")]
pub struct Example {
    /// The words.
    pub text: String,
    /// Who says them; `None`: nobody knows.
    pub respondent: Option<Respondent>,
    /// How they came in.
    pub channel: Option<String>,
    /// What they are about.
    pub touchpoint: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "an example is a text, or { text = \"…\", respondent = \"…\" }")]
enum RawExample {
    Text(String),
    Told(Told),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    text: String,
    respondent: Option<String>,
    channel: Option<String>,
    touchpoint: Option<String>,
}

impl From<RawExample> for Example {
    fn from(raw: RawExample) -> Self {
        match raw {
            RawExample::Text(text) => {
                Self { text, respondent: None, channel: None, touchpoint: None }
            }
            RawExample::Told(Told { text, respondent, channel, touchpoint }) => Self {
                text,
                respondent: respondent.as_deref().map(Respondent::from_name),
                channel,
                touchpoint,
            },
        }
    }
}

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
            for (language, examples) in examples {
                for example in examples {
                    let found = classifier.classify(&told(language, example));
                    let own = found.themes.iter().find(|each| each.id == theme.id);
                    results.push(ExampleResult {
                        theme: theme.id.clone(),
                        file: theme.file.clone(),
                        language: language.clone(),
                        text: example.text.clone(),
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

/// A feedback that says the example in `language`, and nothing else.
fn told(language: &str, example: &Example) -> Feedback {
    let id = FeedbackId::of_source_id(SOURCE, &example.text);
    let mut feedback = Feedback::new(id, Arc::from(SOURCE));
    feedback.respondent.clone_from(&example.respondent);
    feedback.channel.clone_from(&example.channel);
    feedback.touchpoint.clone_from(&example.touchpoint);
    feedback.texts.push(Text {
        question_id: None,
        label: None,
        text: Verbatim::from(example.text.as_str()),
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
