//! Cases as data: rules on texts, and the words that must be their evidence.

mod bounds;
mod configuration;
mod feelings;
mod languages;
mod lifecycle;
mod near;
mod operators;
mod ownership;
mod properties;
mod syntax;
mod words;

use std::sync::Arc;

use feedback::{Classification, Feedback, FeedbackId, Files, Given, Text};

use crate::{Classifier, Engine};

const WORDS_EN: &str = r#"
[[list]]
id = "payment_method"
words = ["card", "credit card", "wi-fi box"]
[[list]]
id = "defect"
words = ["broken", "doesn't work", "not working"]
[[family]]
id = "call_back"
forms = ["callback"]
separable = [["call", "back"], ["called", "back"]]
"#;

const WORDS_NL: &str = r#"
[[family]]
id = "afschrijven"
forms = ["afschrijven", "afgeschreven", "afschrijving", "afschrijft"]
separable = [["schrijft", "af"], ["schreef", "af"], ["schreven", "af"]]
[[family]]
id = "opzeggen"
forms = ["opzeggen", "opgezegd"]
separable = [["zeg", "op"]]
[[list]]
id = "kapot"
words = ["stuk", "doet het niet"]
"#;

pub(crate) fn feedback(language: &str, words: &str) -> Feedback {
    let mut feedback = Feedback::new(FeedbackId::of_source_id("test", "1"), Arc::from("test"));
    feedback.texts.push(Text::declared(words, language));
    feedback
}

fn files(taxonomy: &str) -> Files {
    let mut files = Files::new();
    files.insert("taxonomy/test.toml", Given::ByUser, taxonomy);
    files.insert("words/en.toml", Given::ByUser, WORDS_EN);
    files.insert("words/nl.toml", Given::ByUser, WORDS_NL);
    files
}

fn theme(kind: &str, language: &str, rule: &str) -> String {
    format!(
        "[[theme]]\nid = \"t\"\nkind = \"{kind}\"\ndepartment = \"d\"\nrule.{language} = '''{rule}'''\n"
    )
}

fn engine(taxonomy: &str) -> Arc<Engine> {
    Arc::new(Engine::parse(&files(taxonomy), "0").unwrap())
}

fn classify(taxonomy: &str, feedback: &Feedback) -> Classification {
    Classifier::new(engine(taxonomy)).classify(feedback)
}

fn evidence(kind: &str, language: &str, rule: &str, words: &str) -> Vec<String> {
    let found = classify(&theme(kind, language, rule), &feedback(language, words));
    let all = found.themes.iter().flat_map(|theme| &theme.evidence);
    all.map(|each| format!("{}{}", if each.negated { "-" } else { "" }, each.words.as_str()))
        .collect()
}

/// Language, rule, text, and the words of the evidence.
pub(crate) const MATCHES: &[(&str, &str, &str, &[&str])] = &[
    (
        "en",
        r#"charge NEAR/4 (twice OR double OR "two times")"#,
        "You charged my card twice and nobody calls back.",
        &["charged my card twice"],
    ),
    (
        "en",
        r#"charge NEAR/4 (twice OR double OR "two times")"#,
        "Charged it all two times!",
        &["Charged it all two times"],
    ),
    (
        "en",
        r#"charge NEAR/4 (twice OR double OR "two times")"#,
        "I was charged. Twice I called.",
        &[],
    ),
    (
        "en",
        r#"charge NEAR/4 (twice OR double OR "two times")"#,
        "charged one two three four five twice",
        &[],
    ),
    (
        "en",
        r#"charge NEAR/4 (twice OR double OR "two times")"#,
        "charged one two three four twice",
        &["charged one two three four twice"],
    ),
    ("en", r#"charge NEAR/4 (twice OR double OR "two times")"#, "I was never charged twice.", &[]),
    (
        "nl",
        r#"@afschrijven NEAR/4 (dubbel OR tweemaal OR "twee keer" OR "2x")"#,
        "Er is twee keer hetzelfde bedrag afgeschreven.",
        &["twee keer hetzelfde bedrag afgeschreven"],
    ),
    (
        "nl",
        r#"@afschrijven NEAR/4 (dubbel OR tweemaal OR "twee keer" OR "2x")"#,
        "Ze schreven het dubbel af.",
        &["schreven het dubbel af"],
    ),
    (
        "nl",
        r#"@afschrijven NEAR/4 (dubbel OR tweemaal OR "twee keer" OR "2x")"#,
        "Gelukkig niet dubbel afgeschreven.",
        &[],
    ),
    (
        "nl",
        r#"@afschrijven NEAR/4 (dubbel OR tweemaal OR "twee keer" OR "2x")"#,
        "2x afgeschreven",
        &["2x afgeschreven"],
    ),
    ("nl", "@afschrijven NEAR dubbel", "schreven het dubbel af", &["schreven het dubbel af"]),
    ("nl", "@opzeggen", "Ik heb opgezegd.", &["opgezegd"]),
    ("nl", "*storing", "Weer internetstoringen en een storing", &["internetstoringen", "storing"]),
    ("nl", "*storing", "verstoring van stor", &["verstoring"]),
    ("nl", "#kapot", "Mijn modem doet het niet", &["doet het niet"]),
    (
        "en",
        r#"(nobody OR "no one" OR never) BEFORE/3 (call NEAR/2 back)"#,
        "Nobody called me back.",
        &["Nobody called me back"],
    ),
    ("en", "NEGATED(call NEAR/2 back)", "Nobody called me back.", &["Nobody called me back"]),
    ("en", "NEGATED(call NEAR/2 back)", "They called me back.", &[]),
    ("en", "AFFIRMED(call NEAR/2 back)", "They called me back.", &["called me back"]),
    ("en", "AFFIRMED(call NEAR/2 back)", "Nobody called me back.", &[]),
    ("en", "@call_back", "They called us all back", &["called us all back"]),
    ("en", "call BEFORE back", "back to call", &[]),
    ("en", "=charge", "charged a charge", &["charge"]),
    ("en", "char*", "the charming charge", &["charming", "charge"]),
    ("en", "refund~1", "my refnud and refunds", &["refnud", "refunds"]),
    ("en", r#""credit card""#, "two Credit Cards", &["Credit Cards"]),
    ("en", r#"="credit card""#, "two credit cards", &[]),
    ("en", r#""lost card"~2"#, "lost my new card", &["lost my new card"]),
    ("en", r#""lost card"~1"#, "lost my new card", &[]),
    ("en", r#"credit NOTIN "credit card""#, "no answer; credit card and credit", &["credit"]),
    ("en", "#payment_method", "my credit card", &["credit card"]),
    ("en", "#defect", "it doesn’t work", &["doesn’t work"]),
    ("en", "#defect", "it does not work", &["does not work"]),
    (
        "en",
        "#n NEAR/0 times",
        "three times, 3 times, 3rd times",
        &["three times", "3 times", "3rd times"],
    ),
    ("en", "email", "my e-mail", &["e-mail"]),
    ("en", "e-mail", "my email and e mail", &["email", "e mail"]),
    ("en", "wifi", "the wi-fi", &["wi-fi"]),
    ("en", "charge NEAR charge", "one charge", &[]),
    ("en", "charge NEAR charge", "charge charge", &["charge charge"]),
    ("en", "=not AND work", "It does not work", &["not", "work"]),
    ("en", "late AND refund", "My refund was late", &["refund", "late"]),
    ("en", "late AND refund", "My refund came. Late", &[]),
    ("en", "TEXT(late AND refund)", "My refund came. Late", &["refund", "Late"]),
    ("en", "refund AND TEXT(late)", "My refund came. Late", &["refund", "Late"]),
    ("en", "late AND NOT refund", "Late. Late refund", &["Late"]),
    ("en", "late AND lang = \"en\"", "late", &["late"]),
    ("en", "late AND score.nps <= 6", "late", &[]),
    ("en", "late", "It was not only late but rude", &["late"]),
    ("en", "late", "It was not late, it was early", &[]),
    ("en", "late", "Not now, it was late", &["late"]),
    ("en", "late", "not that it was late", &["late"]),
    ("en", "a NEAR/1 b NEAR/1 c", "c b a", &["c b a"]),
    ("en", "😡", "so 😡 now", &["😡"]),
    ("any", "refund", "refunds", &[]),
];

#[test]
fn rules_match_where_they_should() {
    for (language, rule, words, expected) in MATCHES {
        assert_eq!(evidence("problem", language, rule, words), *expected, "{rule} on {words}");
    }
}

#[test]
fn a_topic_is_tagged_even_where_it_is_negated() {
    assert_eq!(evidence("topic", "en", "late", "It was not late"), ["-late"]);
}

#[test]
fn a_negated_problem_is_told() {
    let found = classify(&theme("problem", "en", "late"), &feedback("en", "It was not late."));
    assert!(found.themes.is_empty() && found.uncategorised);
    let codes: Vec<_> = found.because.iter().map(|because| &*because.code).collect();
    assert_eq!(codes, ["negated_match", "fallback"]);
}
