//! What a rule that did not match lacks: the text, and what would have to be otherwise.

use feedback::{Author, Feedback, Text};

use super::{engine, feedback, theme};
use crate::Classifier;

/// Kind, rule, text, what is lacking.
const CASES: &[(&str, &str, &str, &[&str])] = &[
    (
        "problem",
        "charge NEAR/4 (twice OR double)",
        "You charged me.",
        &["one of twice, double were there"],
    ),
    ("problem", "charge NEAR/4 twice", "Twice I called.", &["charge were there"]),
    (
        "problem",
        "charge NEAR/1 twice",
        "You charged me for this thing twice.",
        &["“charged” and “twice” stood nearer: 4 words are between, NEAR/1 allows 1"],
    ),
    ("problem", "call BEFORE/3 back", "Back then I called.", &["“called” stood before “Back”"]),
    (
        "problem",
        "charge NEAR/3 charg*",
        "One charge.",
        &["charge and charg* were two words, not both “charge”"],
    ),
    (
        "problem",
        "credit NOTIN \"credit card\"",
        "My credit card.",
        &["“credit” stood outside “credit card”"],
    ),
    (
        "problem",
        "late AND NOT refund",
        "The refund is late.",
        &["“refund” were not there (refund)"],
    ),
    (
        "problem",
        "late AND refund AND rude",
        "It is late.",
        &["refund were there", "rude were there"],
    ),
    ("problem", "late OR (refund AND rude)", "A refund.", &["one of late, rude were there"]),
    ("problem", "late", "It was never late.", &["no negation turned “late”, as “never” does"]),
    ("topic", "late", "It was never late.", &[]),
    ("problem", "NEGATED(work)", "It works.", &["a negation turned “works”"]),
    (
        "problem",
        "AFFIRMED(work)",
        "It does not work.",
        &["no negation turned “work”, as “not” does"],
    ),
    (
        "problem",
        "late AND channel = \"social\"",
        "It is late.",
        &["channel = \"social\"; channel is \"survey\""],
    ),
    (
        "problem",
        "late AND score.nps <= 6",
        "It is late.",
        &["score.nps <= 6; the record has no score.nps"],
    ),
    ("problem", "late AND refund", "It is late. A refund.", &["refund were there"]),
    ("problem", "TEXT(late AND refund)", "It is late. A refund.", &[]),
    ("problem", "TEXT(late AND rude)", "It is late. A refund.", &["rude were there"]),
    ("problem", "late AND AGENT(sorry)", "It is late.", &["sorry were there"]),
    (
        "problem",
        "@call_back OR #defect OR \"a b\"~2",
        "Nothing.",
        &["one of @call_back, #defect, \"a b\"~2 were there"],
    ),
    ("problem", "late", "", &["it had words to read"]),
];

/// A record by a customer, whose agent says hello.
fn record(words: &str) -> Feedback {
    let mut record = feedback("en", words);
    record.channel = Some("survey".to_owned());
    let mut hello = Text::declared("Hello there", "en");
    hello.author = Some(Author::Agent);
    record.texts.push(hello);
    record
}

#[test]
fn what_a_rule_lacks_is_told() {
    for (kind, rule, words, expected) in CASES {
        let classifier = Classifier::new(engine(&theme(kind, "en", rule)));
        let explained = classifier.explain_rule(&record(words), "t");
        assert_eq!(explained.len(), 1, "{rule}");
        let told: Vec<&str> =
            explained[0].unmet.iter().map(|unmet| unmet.message.as_str()).collect();
        assert_eq!(told, *expected, "{rule} on {words}");
    }
}

/// A rule that lacks nothing is one that matched, and the other way round.
#[test]
fn nothing_is_lacking_where_it_matches() {
    for (kind, rule, words, expected) in CASES {
        let mut classifier = Classifier::new(engine(&theme(kind, "en", rule)));
        let explanation = classifier.explain(&record(words));
        let tagged = !explanation.classification.themes.is_empty();
        assert_eq!(tagged, expected.is_empty(), "{rule} on {words}");
        for near in explanation.near {
            assert!(!near.unmet.is_empty(), "{rule} on {words}");
        }
    }
}

#[test]
fn a_rule_of_another_language_says_so() {
    let taxonomy = theme("problem", "nl", "laat");
    let classifier = Classifier::new(engine(&taxonomy));
    let explained = classifier.explain_rule(&feedback("en", "Het is laat"), "t/nl");
    let told: Vec<&str> = explained[0].unmet.iter().map(|unmet| unmet.message.as_str()).collect();
    assert_eq!(told, ["the text were in nl; it is read as en"]);
    assert!(classifier.explain_rule(&feedback("en", "late"), "u").is_empty());
    let words: Vec<&str> = explained[0].places.iter().map(|place| place.words.as_str()).collect();
    assert_eq!(words, ["laat"]);
}
