//! Cases for conditions: what holds, and what an error says.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::{FeedbackId, Json, Metric, Score};

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
    parse(condition, Scope::Route).unwrap().holds_for_any(&facts, themes)
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
        ("score.nps <= \"6\"", "without quotes", None),
        ("chanel = \"a\"", "no attribute \"chanel\"", None),
        ("channel < \"a\"", "=, != or IN", None),
        ("sentiment = \"bad\"", "one of positive, negative", None),
        ("(score.nps < 3", "closing bracket", None),
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
