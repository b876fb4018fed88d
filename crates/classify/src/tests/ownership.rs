//! Who is accountable, who must help, why; and how the customer feels.

use std::sync::Arc;

use feedback::{
    Author, Classification, Direction, Feedback, Files, Flag, Given, Intent, Metric, Polarity,
    Score,
};

use super::{feedback, text};
use crate::{Classifier, Engine, test_examples};

const TAXONOMY: &str = r#"
taxonomy = { name = "test", version = "3" }
[[theme]]
id = "billing"
kind = "topic"
department = "billing"
severity = 1
rule.en = "bill"
[[theme]]
id = "billing.wrong"
kind = "problem"
department = "billing"
contributors = ["payments"]
severity = 3
flags = ["churn_risk"]
rule.en = "bill NEAR wrong"
match.en = ["The bill is wrong."]
no_match.en = ["The bill is not wrong.", "My bill, so wrong!"]
[[theme]]
id = "contact.wait"
kind = "problem"
department = "contact_centre"
severity = 2
urgency_floor = 0.6
rule.en = "wait"
rule.any = "queue"
[[theme]]
id = "staff.kind"
kind = "praise"
department = "shops"
severity = 3
rule.en = "kind OR friendly"
"#;

const OWNERS: &str = r#"
[[owner]]
when = 'theme = "contact" AND touchpoint = "branch"'
department = "branches"
[[owner]]
when = 'theme = "contact.wait" AND touchpoint = "branch"'
department = "never"
"#;

const LEXICON: &str = r#"
[sentiment]
good = 2
great = 3
bad = -2
awful = -3
[phrases]
"no complaints" = 2
[negators]
words = ["not", "no", "never"]
[intensifiers]
very = 1.5
[clause]
words = ["and", "but"]
[urgency]
"right now" = 0.9
[effort]
"had to call" = 0.8
[intent]
suggestion = ["you should"]
[emotions.anger]
furious = 0.9
"#;

fn engine() -> Arc<Engine> {
    let mut files = Files::new();
    files.insert("taxonomy/a.toml", Given::ByUser, TAXONOMY);
    files.insert("owners.toml", Given::ByUser, OWNERS);
    files.insert("lexicons/en.toml", Given::ByUser, LEXICON);
    Arc::new(Engine::parse(&files, "0").unwrap())
}

fn classify(feedback: &Feedback) -> Classification {
    Classifier::new(engine()).classify(feedback)
}

fn themes(found: &Classification) -> Vec<&str> {
    found.themes.iter().map(|theme| theme.id.as_str()).collect()
}

fn codes(found: &Classification) -> Vec<&str> {
    found.because.iter().map(|because| because.code.as_str()).collect()
}

#[test]
fn the_strongest_claim_decides_and_the_others_help() {
    let found = classify(&feedback("en", "The bill is wrong. I had to wait. Friendly man."));
    assert_eq!(themes(&found), ["billing.wrong", "contact.wait", "staff.kind", "billing"]);
    assert_eq!(found.department.as_str(), "billing");
    let helpers: Vec<_> = found.contributors.iter().map(|each| each.department.as_str()).collect();
    assert_eq!(helpers, ["payments", "contact_centre"], "praise needs no help");
    assert!(found.contributors.iter().all(|each| each.weight > 0.0 && each.weight <= 1.0));
    assert_eq!(codes(&found), ["matched", "matched", "matched", "matched", "owner"]);
    assert_eq!(found.flags, [Flag::ChurnRisk]);
    assert_eq!(found.intent, Intent::Complaint);
    assert!((found.urgency - 0.6).abs() < 1e-9);
    assert_eq!((&*found.taxonomy.name, &*found.taxonomy.version), ("test", "3"));
    let path: Vec<_> = found.themes[0].path.iter().map(feedback::ThemeId::as_str).collect();
    assert_eq!(path, ["billing", "billing.wrong"]);
}

#[test]
fn the_first_owner_that_holds_overrides() {
    let mut record = feedback("en", "A long wait");
    record.touchpoint = Some("branch".to_owned());
    let found = classify(&record);
    assert_eq!(found.department.as_str(), "branches");
    assert_eq!(codes(&found), ["matched", "owner_override"]);
}

#[test]
fn no_theme_falls_back() {
    for record in [feedback("en", "Hello"), feedback("en", ""), feedback("xx", "bill wrong")] {
        let found = classify(&record);
        assert!(found.uncategorised);
        assert_eq!(found.department.as_str(), "customer_office");
        assert_eq!(codes(&found), ["fallback"]);
    }
}

#[test]
fn rules_speak_to_their_language_and_any_to_all() {
    assert_eq!(themes(&classify(&feedback("nl", "wait queue"))), ["contact.wait"]);
    assert_eq!(classify(&feedback("nl", "wait queue")).themes[0].evidence.len(), 1);
    assert_eq!(
        classify(&feedback("en-GB", "wait")).themes[0].evidence[0].rule.as_ref(),
        "contact.wait/en"
    );
    let mut unknown = feedback("en", "wait queue");
    unknown.texts[0].lang = None;
    assert_eq!(classify(&unknown).themes[0].evidence[0].rule.as_ref(), "contact.wait/any");
}

#[test]
fn a_rule_for_any_language_may_ask_which_it_is() {
    let taxonomy = super::theme("problem", "any", "wait AND lang = \"pl\"");
    assert_eq!(themes(&super::classify(&taxonomy, &feedback("pl", "wait"))), ["t"]);
    assert!(super::classify(&taxonomy, &feedback("en", "wait")).uncategorised);
}

#[test]
fn only_the_respondents_own_texts_count() {
    let mut record = feedback("en", "Hello");
    record.texts.push(text("en", "The bill is wrong"));
    record.texts[1].author = Some(Author::Agent);
    assert!(classify(&record).uncategorised);
    record.texts[1].author = Some(Author::Customer);
    assert_eq!(classify(&record).themes[0].evidence[0].text, 1);
}

#[test]
fn an_agents_text_is_read_where_a_rule_says_so() {
    let taxonomy = super::theme("problem", "en", "AGENT(sorry) AND late");
    let mut record = feedback("en", "It was late.");
    record.texts.push(text("en", "I am sorry, late?"));
    assert!(super::classify(&taxonomy, &record).uncategorised);
    record.texts[1].author = Some(Author::Agent);
    let found = super::classify(&taxonomy, &record);
    let places: Vec<_> = found.themes[0].evidence.iter().map(|each| each.text).collect();
    assert_eq!(places, [0, 1]);
}

/// A text and the label and sign of its sentiment.
const FEELINGS: &[(&str, Polarity)] = &[
    ("good", Polarity::Positive),
    ("not good", Polarity::Negative),
    ("bad", Polarity::Negative),
    ("no complaints", Polarity::Positive),
    ("great service, but awful food", Polarity::Mixed),
    ("not now, good", Polarity::Positive),
    ("hello", Polarity::Neutral),
    ("the bill is wrong", Polarity::Negative),
    ("very friendly", Polarity::Positive),
];

#[test]
fn words_tell_the_feeling() {
    for (words, label) in FEELINGS {
        let sentiment = classify(&feedback("en", words)).sentiment.unwrap();
        assert_eq!(sentiment.label, *label, "{words}: {sentiment:?}");
        assert!((-1.0..=1.0).contains(&sentiment.score) && sentiment.confidence <= 1.0);
    }
    let score = |words| classify(&feedback("en", words)).sentiment.unwrap().score;
    assert!(score("very good") > score("good") && score("good") > score("not bad"));
}

#[test]
fn scores_join_the_words() {
    let with = |words: &str, nps: f64| {
        let mut record = feedback("en", words);
        record.scores.push(Score::on_default_scale(Metric::Nps, nps));
        classify(&record).sentiment.unwrap()
    };
    assert_eq!(with("hello", 9.0).label, Polarity::Positive);
    assert_eq!(with("hello", 6.0).label, Polarity::Negative);
    assert!(with("good", 10.0).confidence > with("good", 0.0).confidence);
    let mut record = feedback("en", "");
    record.texts.clear();
    assert_eq!(classify(&record).sentiment, None);
    record.scores.push(Score {
        direction: Direction::LowerIsBetter,
        ..Score::on_default_scale(Metric::Ces, 1.0)
    });
    assert_eq!(classify(&record).sentiment.unwrap().label, Polarity::Positive);
}

#[test]
fn a_topic_feels_as_its_clause_does() {
    for (words, polarity) in [
        ("a good bill, awful weather", Polarity::Positive),
        ("the bill is bad", Polarity::Negative),
        ("the bill is not bad", Polarity::Positive),
        ("the bill came", Polarity::Neutral),
    ] {
        assert_eq!(classify(&feedback("en", words)).themes[0].polarity, polarity, "{words}");
    }
}

#[test]
fn the_lexicon_tells_intent_urgency_effort_and_emotions() {
    let found = classify(&feedback("en", "You should help right now, I had to call. I am furious"));
    assert_eq!(found.intent, Intent::Suggestion);
    assert!((found.urgency - 0.9).abs() < 1e-9);
    assert!((found.effort.unwrap() - 0.8).abs() < 1e-9);
    assert_eq!(found.emotions[0].name, "anger");
    assert_eq!(classify(&feedback("en", "Where is it?")).intent, Intent::Question);
    assert_eq!(classify(&feedback("en", "I never had to call")).effort, None);
}

#[test]
fn examples_are_run() {
    let results = test_examples(&engine());
    let passed: Vec<bool> = results.iter().map(|result| result.passed).collect();
    assert_eq!(passed, [true, true, false]);
    assert_eq!(results[0].evidence[0].words.as_str(), "bill is wrong");
    assert_eq!(results[1].because[0].code, "negated_match");
}

#[test]
fn an_explanation_shows_words_matches_and_near_misses() {
    let record = feedback("en", "They don’t wait. The wrong colour");
    let explained = Classifier::new(engine()).explain(&record);
    assert_eq!(explained.sentences.len(), 2);
    let word = &explained.sentences[0].words[1];
    assert_eq!((word.start, word.end, word.negates), (5, 12, true));
    let folded: Vec<_> = word.folded.iter().map(feedback::Verbatim::as_str).collect();
    assert_eq!(folded, ["do", "not"]);
    assert_eq!(&*explained.matched[0].rule, "contact.wait/en");
    let near: Vec<_> = explained.near.iter().map(|rule| &*rule.rule).collect();
    assert_eq!(near, ["billing.wrong/en"]);
    assert!(explained.classification.uncategorised);
    serde_json::to_string(&explained).unwrap();
}
