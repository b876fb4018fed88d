//! Cases for conditions: what holds, and what an error says.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::{Direction, FeedbackId, Json, Metric, Score};

fn feedback() -> Feedback {
    let id = FeedbackId::of_source_id("test", "1");
    let mut feedback = Feedback::new(id, Arc::from("test"));
    feedback.channel = Some("social".to_owned());
    feedback.scores.push(Score::on_default_scale(Metric::Nps, 3.0));
    feedback.attributes.insert("plan".to_owned(), Json::parse("\"gold\"").unwrap());
    feedback.attributes.insert("age".to_owned(), Json::parse("41").unwrap());
    feedback
}

fn holds(condition: &str) -> bool {
    let feedback = feedback();
    let (billing, wait) =
        (ThemeId::new("billing.fees").unwrap(), ThemeId::new("contact.wait").unwrap());
    let themes = [
        ThemeFacts { id: &billing, severity: 2, polarity: Polarity::Negative },
        ThemeFacts { id: &wait, severity: 4, polarity: Polarity::Neutral },
    ];
    let facts = Facts {
        sentiment: Some(Polarity::Negative),
        intent: Some(Intent::Complaint),
        urgency: Some(0.7),
        flags: &[Flag::Legal],
        ..Facts::of(&feedback)
    };
    let condition = parse(condition, Scope::Route).unwrap();
    themes.into_iter().any(|theme| condition.holds(&Facts { theme: Some(theme), ..facts }))
}

#[test]
fn conditions_that_hold() {
    for condition in [
        "score.nps <= 6",
        r#"channel = "social""#,
        "channel == “social”",
        r#"channel IN ("social", "review")"#,
        r#"NOT channel = "chat""#,
        r#"touchpoint = "app" OR score.nps = 3"#,
        r#"score.nps < 5 AND (flag = "press" OR flag = "legal")"#,
        r#"theme = "billing""#,
        r#"theme = "billing.fees" AND severity = 2"#,
        r#"intent = "complaint" AND urgency >= 0.5 AND sentiment != "positive""#,
        r#"attributes.plan = "gold" AND attributes.age > 40"#,
    ] {
        assert!(holds(condition), "{condition}");
    }
}

/// Scores are compared on their metric's default scale, whatever they were asked on.
#[test]
fn scores_on_other_scales() {
    let holds = |score: &Score, condition: &str| {
        let feedback = Feedback { scores: vec![score.clone()], ..feedback() };
        parse(condition, Scope::Rule).unwrap().holds(&Facts::of(&feedback))
    };
    let scale =
        |metric, value, min, max| Score { min, max, ..Score::on_default_scale(metric, value) };
    let csat = scale(Metric::Csat, 9.0, 1.0, 10.0);
    assert!(holds(&csat, "score.csat >= 4 AND NOT score.csat <= 2"), "9 of 10 is content");
    let csat = scale(Metric::Csat, 3.0, 1.0, 10.0);
    assert!(holds(&csat, "score.csat <= 2 AND NOT score.csat >= 4"), "3 of 10 isn't");
    let rating = scale(Metric::Rating, 60.0, 0.0, 100.0);
    assert!(!holds(&rating, "score.rating >= 4"), "60 of 100 is no promoter");
    assert!(holds(&rating, "score.rating > 3 AND score.rating < 4"));
    let nps = scale(Metric::Nps, 60.0, 0.0, 100.0);
    assert!(holds(&nps, "score.nps = 6"));
    let effort = scale(Metric::Ces, 5.0, 1.0, 5.0);
    assert!(holds(&effort, "score.ces >= 7"), "5 of 5 was easy");
    let effort = Score { direction: Direction::LowerIsBetter, ..effort };
    assert!(holds(&effort, "score.ces <= 1"), "in CES 1.0, 5 of 5 was hard");
}

#[test]
fn conditions_that_do_not_hold() {
    for condition in [
        "score.csat <= 6",
        r#"touchpoint != "app""#,
        r#"theme = "billing" AND severity = 4"#,
        r#"theme = "bill""#,
        r#"department = "billing""#,
        r#"attributes.missing = "x""#,
    ] {
        assert!(!holds(condition), "{condition}");
    }
}

#[test]
fn what_is_known_of_a_theme_alone() {
    let theme = ThemeId::new("billing.fees").unwrap();
    for (condition, known) in [
        ("theme = \"billing\"", Some(true)),
        ("theme = \"contact\"", Some(false)),
        ("NOT theme = \"contact\"", Some(true)),
        ("channel = \"chat\"", None),
        ("theme = \"contact\" AND channel = \"chat\"", Some(false)),
        ("theme = \"billing\" AND channel = \"chat\"", None),
        ("theme = \"billing\" OR channel = \"chat\"", Some(true)),
        ("theme = \"contact\" OR channel = \"chat\"", None),
        ("theme = \"billing\" AND NOT theme = \"contact\"", Some(true)),
    ] {
        let parsed = parse(condition, Scope::Owner).unwrap();
        assert_eq!(parsed.known_of_theme(&theme), known, "{condition}");
    }
}

#[test]
fn errors_say_what_to_write() {
    for (condition, message, correction) in [
        ("channel = social", "texts stand in quotes", Some(r#"channel = "social""#)),
        (
            r#"channel = "a" and score.nps < 3"#,
            "write AND",
            Some(r#"channel = "a" AND score.nps < 3"#),
        ),
        (
            r#"channel = "a" of channel = "b""#,
            "write OR",
            Some(r#"channel = "a" OR channel = "b""#),
        ),
        ("score.nps <= \"6\"", "without quotes", Some("score.nps <= 6")),
        ("score.nps =< 6", "`=<` is no operator", Some("score.nps <= 6")),
        (
            "score.nps <> 6 && flag = \"legal\"",
            "`<>` is no operator",
            Some("score.nps != 6 AND flag = \"legal\""),
        ),
        (
            "flag = \"legal\" && score.nps = 1",
            "write AND",
            Some("flag = \"legal\" AND score.nps = 1"),
        ),
        (
            "score.nsp <= 6 AND NOT channel = \"a\"",
            "no attribute \"score.nsp\" here",
            Some("score.nps <= 6 AND NOT channel = \"a\""),
        ),
        ("chanel IN (\"a\", 3)", "no attribute \"chanel\"", Some("channel IN (\"a\", \"3\")")),
        ("priority = 1", "known are age, anonymous", None),
        ("channel = 'chat'", "double quotes", Some("channel = \"chat\"")),
        ("channel IN (‘chat’, 'web')", "double quotes", Some("channel IN (\"chat\", \"web\")")),
        ("channel = 'chat", "double quotes", None),
        ("weather = \"a\"", "known are age, anonymous, attributes.<name>, brand", None),
        ("channel < \"a\"", "=, != or IN", Some("channel = \"a\"")),
        ("queue = 6", "in quotes", Some("queue = \"6\"")),
        ("attributes.age > \"40\"", "needs a number", Some("attributes.age > 40")),
        ("sentiment = \"negtive\"", "one of positive", Some("sentiment = \"negative\"")),
        ("sentiment = \"bad\"", "one of positive, negative", None),
        ("channel \"a\"", "expected =", Some("channel = \"a\"")),
        ("(score.nps < 3", "closing bracket", Some("(score.nps < 3)")),
        ("(score.nps < 3 OR", "expected an attribute", None),
        ("", "expected an attribute", None),
        ("score.nps ~ 3", "no meaning", None),
    ] {
        let error = parse(condition, Scope::Route).unwrap_err();
        assert!(error.message.contains(message), "{condition}: {}", error.message);
        assert_eq!(error.correction.as_deref(), correction, "{condition}");
    }
    assert!(parse("theme = \"a\"", Scope::Rule).is_err(), "a rule knows no themes");
    assert!(parse("department = \"a\"", Scope::Owner).is_err(), "an owner's when knows no owner");
}

proptest! {
    #[test]
    fn any_text_parses_or_errs_within_it(text in "\\PC{0,60}") {
        if let Err(error) = parse(&text, Scope::Route) {
            prop_assert!(error.span.start <= error.span.end && error.span.end <= text.len());
            prop_assert!(text.is_char_boundary(error.span.start));
            prop_assert!(text.is_char_boundary(error.span.end));
        }
    }

    #[test]
    fn deep_nesting_is_refused_and_not_fatal(depth in 0_usize..5_000) {
        let text = format!("{}score.nps = 1{}", "(".repeat(depth), ")".repeat(depth));
        prop_assert_eq!(parse(&text, Scope::Route).is_ok(), depth <= DEPTH_LIMIT);
    }
}

const DEPTH_LIMIT: usize = 64;
