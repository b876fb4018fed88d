//! The examples that themes bring along: texts that must and texts that must not match. `voc test`
//! runs them.

use std::collections::BTreeMap;
use std::sync::Arc;

use feedback::document::{Document, Spanned, Table, Value};
use feedback::{Because, Evidence, Feedback, FeedbackId, Respondent, Text, ThemeId};

use crate::classifier::Classifier;
use crate::engine::Engine;
use crate::explain::ExplainedRule;

/// The source of a feedback made from an example.
const SOURCE: &str = "example";

/// A text that must match or must not, with what must be known around it:
/// `"The bill is wrong."`, or `{ text = "My tools are slow.", respondent = "employee" }`.
#[derive(Debug, Clone, PartialEq, Eq)]
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

impl Example {
    /// The examples at `key` of a theme, by language.
    pub(crate) fn read(
        theme: &mut Table,
        key: &'static str,
        document: &mut Document<'_>,
    ) -> BTreeMap<String, Vec<Self>> {
        let Some(mut table) = theme.languages(key, None, document) else { return BTreeMap::new() };
        let mut by_language = BTreeMap::new();
        for (language, values) in table.each_list(document) {
            let one = |value| Self::one(&table, language.get_ref(), value, document);
            let examples = values.into_inner().into_iter().filter_map(one).collect();
            by_language.insert(language.into_inner(), examples);
        }
        by_language
    }

    fn one(
        table: &Table,
        language: &str,
        value: Spanned<Value>,
        document: &mut Document<'_>,
    ) -> Option<Self> {
        if let Value::Text(text) = value.get_ref() {
            let text = text.clone();
            return Some(Self { text, respondent: None, channel: None, touchpoint: None });
        }
        if !matches!(value.get_ref(), Value::Table(_)) {
            let message = "an example is a text, or a table with one";
            let mend = "write \"…\", or { text = \"…\", respondent = \"…\" }";
            document.problem(value.span(), "wrong_type", message, mend);
            return None;
        }
        let mut told = table.as_table(language, value, document)?;
        told.needs("text", "text = \"…\"", document);
        let text = told.text("text", document);
        let respondent = told.text("respondent", document);
        let channel = told.text("channel", document).map(Spanned::into_inner);
        let touchpoint = told.text("touchpoint", document).map(Spanned::into_inner);
        told.finish(document);
        let respondent = respondent.map(|name| Respondent::from_name(name.get_ref()));
        Some(Self { text: text?.into_inner(), respondent, channel, touchpoint })
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
    /// What the theme's rules lack, where it must be found and is not.
    pub near: Vec<ExplainedRule>,
}

/// Runs the examples of every theme, in the order of the themes' ids.
pub fn test_examples(engine: &Arc<Engine>) -> Vec<ExampleResult> {
    let mut classifier = Classifier::new(Arc::clone(engine));
    let mut results = Vec::new();
    for theme in engine.themes().iter().filter(|theme| !theme.life.is_retired()) {
        for (must_match, examples) in [(true, &theme.matches), (false, &theme.no_matches)] {
            for (language, examples) in examples {
                for example in examples {
                    let feedback = told(language, example);
                    let found = classifier.classify(&feedback);
                    let own = found.themes.iter().find(|each| each.id == theme.id);
                    results.push(ExampleResult {
                        theme: theme.id.clone(),
                        file: theme.file.clone(),
                        language: language.clone(),
                        text: example.text.clone(),
                        must_match,
                        near: if must_match && own.is_none() {
                            classifier.explain_rule(&feedback, theme.id.as_str())
                        } else {
                            Vec::new()
                        },
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
    feedback.texts.push(Text::declared(example.text.as_str(), language));
    feedback
}
