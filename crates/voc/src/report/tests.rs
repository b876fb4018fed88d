//! What must hold of the page and the terminal's lines.

use feedback::wire::{self, Processed};
use feedback::{DepartmentId, FeedbackId, ThemeId};
use serde_json::{Value, json};

use super::*;

/// A processed record as the topics hold it; `evidence` is a part of `words`.
fn record(number: u32, words: &str, evidence: &str, change: impl FnOnce(&mut Value)) -> Processed {
    let id = FeedbackId::of_source_id("test", &number.to_string());
    let start = words.find(evidence).unwrap();
    let mut value = json!({
        "id": id, "revision": 0, "schema": "voc.feedback.v1", "source": "test",
        "channel": "survey", "occurred_at": format!("2026-03-{:02}T10:00:00Z", number % 28 + 1),
        "answers": [], "redactions": [], "attributes": {},
        "scores": [{"metric": "nps", "value": number % 11, "min": 0, "max": 10, "direction": "higher_is_better"}],
        "texts": [{"text": words, "lang": {"code": "en", "confidence": 1, "by": "declared"}}],
        "classification": {
            "taxonomy": {"name": "starter", "version": "1", "hash": "0123456789abcdef"},
            "engine": "rules 0.1.0",
            "themes": [{
                "id": "contact.wait", "path": ["contact", "contact.wait"], "by": "rule",
                "confidence": 1, "polarity": "negative",
                "evidence": [{"rule": "contact.wait/en", "text": 0, "start": start,
                    "end": start + evidence.len(), "words": evidence, "negated": false}],
            }],
            "sentiment": {"score": -0.5, "label": "negative", "confidence": 0.9},
            "emotions": [], "intent": "complaint", "urgency": 0.5, "flags": ["churn_risk"],
            "department": "contact", "contributors": [], "uncategorised": false, "because": [],
        },
        "routing": {
            "rule": "detractor", "department": "contact", "team": "desk", "priority": 2,
            "task": {"id": id, "kind": "contact", "due": {}},
            "contributors": [{"department": "planning", "team": "planning", "task_id": id}],
            "kudos": [], "because": [],
        },
    });
    change(&mut value);
    wire::read(&serde_json::to_vec(&value).unwrap()).unwrap()
}

fn untagged(value: &mut Value) {
    value["classification"]["themes"] = json!([]);
    value["classification"]["uncategorised"] = json!(true);
    value["routing"].as_object_mut().unwrap().remove("task");
    value["routing"]["contributors"] = json!([]);
}

fn praise(value: &mut Value) {
    value["classification"]["themes"][0]["polarity"] = json!("positive");
    value["classification"]["sentiment"]["label"] = json!("positive");
    value["routing"].as_object_mut().unwrap().remove("task");
    value["routing"]["contributors"] = json!([]);
    value["routing"]["kudos"] = json!([
        {"id": value["id"], "department": "contact", "team": "desk", "themes": ["contact.wait"]}
    ]);
}

fn facts(theme: &str, department: &str) -> Facts {
    let mut facts = Facts::default();
    let id = DepartmentId::new("contact").unwrap();
    facts.themes.insert(
        ThemeId::new("contact.wait").unwrap(),
        ThemeFact { name: theme.to_owned(), department: Some(id.clone()) },
    );
    let above = ThemeFact { name: "Contact".to_owned(), department: None };
    facts.themes.insert(ThemeId::new("contact").unwrap(), above);
    facts.departments.insert(id, department.to_owned());
    facts
}

fn records() -> Vec<Processed> {
    vec![
        record(1, "On hold for 45 minutes and then cut off.", "On hold for 45 minutes", |_| {}),
        record(2, "The queue was endless & nobody told me how long.", "queue was endless", |_| {}),
        record(10, "No waiting at all, Priya was lovely and quick.", "No waiting", praise),
        record(7, "Sky is blue today, nothing else to tell you.", "Sky", untagged),
        record(8, " ", " ", untagged),
    ]
}

fn summary(records: &[Processed]) -> Summary {
    let mut summary = Summary::new(facts("Waiting on the phone", "Contact centre"));
    for record in records {
        summary.add(record);
    }
    summary.add_dead("score_off_scale");
    summary.add_dead_times("not_json", 1_200);
    summary
}

fn page(summary: &Summary) -> String {
    html(summary, &PageOptions { source: Some("a.csv".to_owned()), ..PageOptions::default() })
        .unwrap()
}

#[test]
fn everything_is_counted_once() {
    let summary = summary(&records());
    assert_eq!((summary.records, summary.with_words, summary.tagged), (5, 4, 3));
    assert_eq!((summary.to_contact, summary.to_investigate, summary.praised), (2, 0, 1));
    assert_eq!(
        (summary.scores.nps.promoters, summary.scores.nps.passives, summary.scores.nps.detractors),
        (1, 2, 2)
    );
    let theme = &summary.themes[&ThemeId::new("contact.wait").unwrap()];
    assert_eq!((theme.polarities.negative, theme.polarities.positive), (2, 1));
    assert_eq!(theme.nps.n(), 3);
    let contact = &summary.departments[&DepartmentId::new("contact").unwrap()];
    assert_eq!((contact.accountable, contact.tasks, contact.kudos), (5, [0, 2, 0, 0], 1));
    assert_eq!(summary.departments[&DepartmentId::new("planning").unwrap()].helping, 2);
    assert_eq!(summary.flags["churn_risk"], 5);
    assert_eq!(summary.dead_total(), 1_201);
    assert_eq!(summary.unmatched.iter().count(), 1);
}

#[test]
fn a_theme_named_twice_in_one_record_counts_once() {
    let twice = record(3, "Waiting and waiting.", "Waiting", |value| {
        let theme = value["classification"]["themes"][0].clone();
        value["classification"]["themes"].as_array_mut().unwrap().push(theme);
    });
    let summary = summary(&[twice]);
    assert_eq!(summary.themes[&ThemeId::new("contact.wait").unwrap()].polarities.n(), 1);
}

#[test]
fn the_page_is_the_contract() {
    let page = page(&summary(&records()));
    let start = page.find("<body>").unwrap();
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("report_body", page.get(start..).unwrap());
    });
}

#[test]
fn the_order_of_records_changes_nothing() {
    let mut all = records();
    let first = summary(&all);
    all.reverse();
    let second = summary(&all);
    assert_eq!(page(&first), page(&second));
    assert_eq!(terminal(&first), terminal(&second));
}

/// The page's tags, in order, without the words between them.
fn tags(page: &str) -> Vec<&str> {
    page.split('<').skip(1).filter_map(|rest| rest.split('>').next()).collect()
}

#[test]
fn no_words_from_outside_become_markup() {
    let attacks = [
        "<script>alert(1)</script>",
        "</style></title></textarea><svg onload=alert(1)>",
        "\"><img src=x onerror=alert(1)>",
        "'><a href=javascript:alert(1)>x</a>",
        "</bdi></blockquote><iframe srcdoc='x'>",
        "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
        "&lt;script&gt;{{ 7*7 }}{% raw %}",
        "\u{0}<\u{0}script>\u{202e}evil",
        "]]><![CDATA[<x>",
    ];
    for attack in attacks {
        let shown_with = |words: &str| {
            let text = format!("{words} and some more words to read");
            let all = [
                record(1, &text, words, |value| value["channel"] = json!(words)),
                record(2, &format!("2 {text}"), words, praise),
                record(3, &format!("3 {text}"), words, untagged),
            ];
            let mut summary = Summary::new(facts(words, words));
            for record in &all {
                summary.add(record);
            }
            summary.add_dead(words);
            let options = PageOptions {
                title: words.to_owned(),
                source: Some(words.to_owned()),
                remark: Some(words.to_owned()),
                ..PageOptions::default()
            };
            html(&summary, &options).unwrap()
        };
        let (attacked, harmless) = (shown_with(attack), shown_with("harmless words"));
        assert_eq!(tags(&attacked), tags(&harmless), "{attack}");
        assert!(!attacked.contains('\u{0}'), "{attack}");
    }
    let in_an_attribute = record(1, "words", "words", |value| {
        value["texts"][0]["lang"]["code"] = json!("en\" onload=\"alert(1)");
    });
    assert!(!page(&summary(&[in_an_attribute])).contains("\" onload"));
}

#[test]
fn evidence_that_lies_is_not_marked_and_harms_nothing() {
    for (text, start, end) in [(0, 0, 9_999), (0, 5, 2), (0, 1, 2), (7, 0, 1)] {
        let lying = record(1, "\u{e9}\u{e9}n woord", "woord", |value| {
            let place = &mut value["classification"]["themes"][0]["evidence"][0];
            place["text"] = json!(text);
            place["start"] = json!(start);
            place["end"] = json!(end);
        });
        assert!(!page(&summary(&[lying])).contains("<mark>"), "{text} {start} {end}");
    }
}

#[test]
fn the_page_asks_no_network() {
    let page = page(&summary(&records()));
    for outside in ["http://", "https://", "src=", "url(", "@import", "<script", "<link"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn nothing_at_all_is_a_page_too() {
    let empty = Summary::new(Facts::default());
    let page = html(&empty, &PageOptions::default()).unwrap();
    assert!(page.contains("No theme was found") && page.contains("every record could be read"));
    assert!(terminal(&empty).starts_with("0 answers\n"));
}

#[test]
fn the_terminal_gets_narrow_lines() {
    let long = "An extraordinarily long name of a theme that no terminal could ever hold";
    let mut summary = Summary::new(facts(long, long));
    for record in &records() {
        summary.add(record);
    }
    summary.add_dead(&"x".repeat(200));
    let lines = terminal(&summary);
    assert!(lines.lines().all(|line| line.chars().count() <= 78), "{lines}");
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("report_terminal", terminal(&self::summary(&records())));
    });
}
