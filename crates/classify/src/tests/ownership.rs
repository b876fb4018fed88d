//! Who is accountable, who must help, and why.

use std::sync::Arc;

use feedback::{
    Author, Classification, Feedback, Files, Flag, Given, Intent, MessageLanguage, Text,
};

use super::feedback;
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

pub(super) const LEXICON: &str = r#"
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

pub(super) fn engine() -> Arc<Engine> {
    let mut files = Files::new();
    files.insert("taxonomy/a.toml", Given::ByUser, TAXONOMY);
    files.insert("owners.toml", Given::ByUser, OWNERS);
    files.insert("lexicons/en.toml", Given::ByUser, LEXICON);
    Arc::new(Engine::parse(&files, "0").unwrap())
}

pub(super) fn classify(feedback: &Feedback) -> Classification {
    Classifier::new(engine()).classify(feedback)
}

fn themes(found: &Classification) -> Vec<&str> {
    found.themes.iter().map(|theme| theme.id.as_str()).collect()
}

pub(super) fn codes(found: &Classification) -> Vec<&str> {
    found.because.iter().map(|because| &*because.code).collect()
}

#[test]
fn the_strongest_claim_decides_and_the_others_help() {
    let found = classify(&feedback("en", "The bill is wrong. I had to wait. Friendly man."));
    assert_eq!(themes(&found), ["billing.wrong", "contact.wait", "staff.kind", "billing"]);
    assert_eq!(found.department.as_str(), "billing");
    let helpers: Vec<_> = found.contributors.iter().map(|each| each.department.as_str()).collect();
    assert_eq!(helpers, ["payments", "contact_centre"], "praise needs no help");
    assert!(found.contributors.iter().all(|each| each.weight > 0.0 && each.weight <= 1.0));
    let helps = ["owner", "contributor", "contributor"];
    let matched = ["matched"; 4].into_iter();
    let expected: Vec<&str> = matched.chain(["urgency_floor"]).chain(helps).collect();
    assert_eq!(codes(&found), expected);
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
    assert_eq!(codes(&found), ["matched", "urgency_floor", "owner_override"]);
}

#[test]
fn reasons_speak_the_companys_language() {
    let mut record =
        feedback("en", "The bill is wrong. I waited. Friendly man. No wait, not kind.");
    record.touchpoint = Some("branch".to_owned());
    let told = |language| {
        let engine = Arc::into_inner(engine()).unwrap().with_messages(language);
        let found = Classifier::new(Arc::new(engine)).classify(&record);
        found.because.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        told(MessageLanguage::English),
        [
            "billing.wrong: severity 3 problem, 1 place",
            "contact.wait: severity 2 problem, 1 place",
            "staff.kind: severity 3 praise, 1 place",
            "billing: severity 1 topic, 1 place",
            "contact.wait: negated in 1 sentence: no tag",
            "staff.kind: negated in 1 sentence: no tag",
            "contact.wait: urgency no less than 0.6",
            "billing.wrong: billing: strongest of 4 claims, 2.40",
            "billing.wrong: payments helps",
            "contact.wait: branches helps",
        ]
    );
    assert_eq!(
        told(MessageLanguage::Dutch),
        [
            "billing.wrong: probleem van ernst 3, 1 plaats",
            "contact.wait: probleem van ernst 2, 1 plaats",
            "staff.kind: lof van ernst 3, 1 plaats",
            "billing: onderwerp van ernst 1, 1 plaats",
            "contact.wait: ontkend in 1 zin: geen label",
            "staff.kind: ontkend in 1 zin: geen label",
            "contact.wait: urgentie minstens 0.6",
            "billing.wrong: billing: sterkste van 4 aanspraken, 2,40",
            "billing.wrong: payments helpt",
            "contact.wait: branches helpt",
        ]
    );
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
    record.texts.push(Text::declared("The bill is wrong", "en"));
    record.texts[1].author = Some(Author::Agent);
    assert!(classify(&record).uncategorised);
    record.texts[1].author = Some(Author::Customer);
    assert_eq!(classify(&record).themes[0].evidence[0].text, 1);
}

#[test]
fn an_agents_text_is_read_where_a_rule_says_so() {
    let taxonomy = super::theme("problem", "en", "AGENT(sorry) AND late");
    let mut record = feedback("en", "It was late.");
    record.texts.push(Text::declared("I am sorry, late?", "en"));
    assert!(super::classify(&taxonomy, &record).uncategorised);
    record.texts[1].author = Some(Author::Agent);
    let found = super::classify(&taxonomy, &record);
    let places: Vec<_> = found.themes[0].evidence.iter().map(|each| each.text).collect();
    assert_eq!(places, [0, 1]);
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
