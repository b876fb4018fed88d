//! The operators that need more than one text or more than words: AGENT, attributes, what negation does
//! to each kind of theme.

use feedback::{Author, Feedback, Json, Metric, Respondent, Score, Text};

use super::{classify, feedback, theme};

/// A conversation: who says what.
fn conversation(turns: &[(Author, &str)]) -> Feedback {
    let mut record = feedback("en", "");
    record.texts.clear();
    record.respondent = Some(Respondent::Customer);
    for (author, words) in turns {
        let mut turn = Text::declared(*words, "en");
        turn.author = Some(author.clone());
        record.texts.push(turn);
    }
    record
}

#[test]
fn only_agent_looks_at_what_our_agent_says() {
    let record = conversation(&[
        (Author::Customer, "My parcel is late."),
        (Author::Agent, "I am so sorry. Your refund is on its way. It was not our fault."),
        (Author::Customer, "Thank you, that is kind."),
    ]);
    for (rule, holds) in [
        ("late", true),
        ("sorry", false),
        ("AGENT(sorry)", true),
        ("AGENT(late)", false),
        ("late AND AGENT(sorry)", true),
        ("late AND AGENT(sorry AND refund)", false),
        ("late AND AGENT(sorry) AND AGENT(refund)", true),
        ("late AND NOT AGENT(sorry)", false),
        ("late AND NOT AGENT(goodbye)", true),
        ("TEXT(late AND kind)", false),
        ("AGENT(NEGATED(fault))", true),
        ("AGENT(fault)", false),
        ("AGENT(sorry NEAR/9 refund)", false),
    ] {
        let found = classify(&theme("problem", "en", rule), &record);
        assert_eq!(!found.themes.is_empty(), holds, "{rule}");
    }
}

#[test]
fn a_rule_holds_where_only_the_agent_wrote() {
    let mut record =
        conversation(&[(Author::Agent, "I will ask my manager about a refund. Anything else?")]);
    record.scores.push(Score::on_default_scale(Metric::Nps, 2.0));
    for (rule, holds) in [
        ("AGENT(manager)", true),
        ("AGENT(manager) AND score.nps <= 6", true),
        ("AGENT(manager) AND AGENT(refund)", true),
        ("AGENT(manager) AND NOT late", true),
        ("AGENT(manager) AND score.nps > 6", false),
        ("AGENT(manager) AND refund", false),
        ("AGENT(manager) AND TEXT(refund)", false),
        ("TEXT(refund)", false),
    ] {
        let found = classify(&theme("problem", "en", rule), &record);
        assert_eq!(!found.themes.is_empty(), holds, "{rule}");
    }
}

#[test]
fn what_one_part_of_an_or_leaves_out_another_keeps() {
    let record = feedback("en", "Please refund the credit card fee, it was not late.");
    for (rule, holds) in [
        ("refund AND ((\"credit card\" NEAR/3 fee) OR (card NOTIN \"credit card fee\"))", true),
        ("refund AND ((card NOTIN \"credit card fee\") OR (\"credit card\" NEAR/3 fee))", true),
        ("refund AND (card NOTIN \"credit card fee\")", false),
        ("refund AND (NEGATED(late) OR AFFIRMED(fee))", true),
        ("refund NEAR/9 (NEGATED(late) OR AFFIRMED(late))", true),
        ("refund NEAR/9 AFFIRMED(late)", false),
    ] {
        let found = classify(&theme("topic", "en", rule), &record);
        assert_eq!(!found.themes.is_empty(), holds, "{rule}");
    }
}

#[test]
fn a_negated_match_is_counted_once() {
    let record = feedback("en", "Not late. Not rude. Ok then. Fine by me. Bye now.");
    for (rule, sentences) in [("TEXT(late) AND TEXT(rude)", 2), ("late", 1), ("TEXT(late)", 1)] {
        let found = classify(&theme("problem", "en", rule), &record);
        let told = &found.because.iter().find(|each| each.code == "negated_match").unwrap().message;
        assert!(told.starts_with(&format!("negated in {sentences} sentence")), "{rule}: {told}");
    }
}

#[test]
fn attributes_that_hold_and_that_are_missing() {
    let mut record = feedback("en", "It is late.");
    record.channel = Some("review".to_owned());
    record.touchpoint = Some("delivery".to_owned());
    record.journey_stage = Some("use".to_owned());
    record.brand = Some("acme".to_owned());
    record.respondent = Some(Respondent::Employee);
    record.scores.push(Score::on_default_scale(Metric::Nps, 3.0));
    record.attributes.insert("store".to_owned(), Json::of(&"Utrecht").unwrap());
    for (attribute, holds) in [
        ("score.nps <= 6", true),
        ("score.nps > 6", false),
        ("score.csat <= 6", false),
        ("NOT score.csat <= 6", true),
        ("channel IN (\"social\", \"review\")", true),
        ("channel != \"review\"", false),
        ("segment != \"gold\"", false),
        ("touchpoint = \"delivery\"", true),
        ("journey_stage = \"use\"", true),
        ("brand = \"acme\"", true),
        ("respondent = \"employee\"", true),
        ("lang = \"en\"", true),
        ("lang = \"nl\"", false),
        ("attributes.store = \"Utrecht\"", true),
        ("attributes.shop = \"Utrecht\"", false),
    ] {
        let rule = format!("late AND {attribute}");
        let found = classify(&theme("problem", "any", &rule), &record);
        assert_eq!(!found.themes.is_empty(), holds, "{rule}");
    }
}

/// Rule, text, and what of it is tagged in a problem and in a topic (`-`: negated).
const NEGATIONS: &[(&str, &str, &[&str], &[&str])] = &[
    ("late", "It was late.", &["late"], &["late"]),
    ("late", "It was not late.", &[], &["-late"]),
    ("late", "It was late, not rude.", &["late"], &["late"]),
    ("late", "Not late but rude.", &[], &["-late"]),
    ("late NEAR/3 rude", "Never late being rude.", &[], &["-late being rude"]),
    ("late AND rude", "Not late. It was late and rude.", &["late", "rude"], &["late", "rude"]),
    ("NEGATED(late)", "It was not late.", &["not late"], &["not late"]),
    ("=not NEAR/2 late", "It was not late.", &["not late"], &["not late"]),
    (
        "NEGATED(late) NEAR/5 again",
        "Not late this time, again.",
        &["Not late this time, again"],
        &["Not late this time, again"],
    ),
    ("AFFIRMED(late) OR rude", "Not late and not rude.", &[], &["-rude"]),
    ("late AND NOT NEGATED(late)", "It was not late.", &[], &[]),
    ("late AND NOT rude", "It was late and never rude.", &[], &[]),
    ("late AND NOT AFFIRMED(rude)", "It was late and never rude.", &["late"], &["late"]),
    ("TEXT(late AND rude)", "Late. Not rude.", &[], &["-Late", "-rude"]),
    ("\"late again\"~1", "never late once again", &[], &["-late once again"]),
];

#[test]
fn what_negation_does() {
    for (rule, words, problem, topic) in NEGATIONS {
        for (kind, expected) in [("problem", problem), ("topic", topic)] {
            assert_eq!(
                super::evidence(kind, "en", rule, words),
                **expected,
                "{kind} {rule} on {words}"
            );
        }
    }
}

/// Precedence and grouping: rules of letters on texts of letters.
const GROUPED: &[(&str, &str, bool)] = &[
    ("p AND q OR r", "r", true),
    ("p AND (q OR r)", "r", false),
    ("p OR q AND r", "p", true),
    ("NOT p AND q", "q", true),
    ("NOT p AND q", "p q", false),
    ("NOT (p AND q) AND r", "p r", true),
    ("p NEAR/0 q NEAR/0 r", "q p r", true),
    ("p NEAR/0 q NEAR/0 r", "p r q", false),
    ("p NEAR/0 (q NEAR/0 r)", "p r q", true),
    ("p BEFORE/0 q BEFORE/0 r", "p q r", true),
    ("p BEFORE/0 q BEFORE/0 r", "q p r", false),
    ("p NEAR/1 q NEAR/1 r", "p x q x r", true),
    ("p NEAR/1 q NEAR/1 r", "p x q x x r", false),
    ("p NEAR/2 q", "p x x q", true),
    ("p NEAR/2 q", "p x x x q", false),
    ("p NEAR q", "q x x x p", true),
    ("p NOTIN \"p q\" AND r", "p q r p", true),
    ("p NOTIN \"p q\" AND r", "p q r", false),
    ("p NOTIN (p NEAR/1 q)", "p x q", false),
    ("\"p q\"~1", "p x q", true),
    ("\"p q\"~1", "q p", false),
    ("=\"p q\"", "P Q", true),
];

#[test]
fn operators_group_as_they_say() {
    for (rule, words, holds) in GROUPED {
        let found = super::evidence("topic", "any", rule, words);
        assert_eq!(!found.is_empty(), *holds, "{rule} on {words}: {found:?}");
    }
}
