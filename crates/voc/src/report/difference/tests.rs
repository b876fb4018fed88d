//! What must hold of the page and the terminal's lines; their whole texts are snapshots of the end-to-end
//! tests.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use feedback::{Feedback, FeedbackId, Metric, Score, ThemeId};
use learn::diff::{Comparer, Comparison, Limit, Place, Reading, Side};

use super::super::summary::ThemeFact;
use super::*;
use crate::configuration;
use crate::settings::Settings;
use crate::stages::Stages;

/// The two configurations of docs/DIFF.md, compiled.
fn sides() -> &'static [Side; 2] {
    static SIDES: OnceLock<[Side; 2]> = OnceLock::new();
    SIDES.get_or_init(|| {
        ["old", "new"].map(|name| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/diff");
            let folder = folder.join(name);
            let files = configuration::read_from(Some(&folder), None).unwrap().files;
            let stages = Stages::parse(&files, &Settings::default()).unwrap();
            Side { engine: stages.engine, router: stages.router }
        })
    })
}

fn say(number: u32, words: &str, channel: &str) -> Feedback {
    let id = FeedbackId::of_source_id("test", &number.to_string());
    let mut feedback = Feedback::new(id, Arc::from("test"));
    let text = serde_json::json!({
        "text": words, "lang": {"code": "en", "confidence": 1, "by": "declared"}
    });
    feedback.texts.push(serde_json::from_value(text).unwrap());
    feedback.scores.push(Score::on_default_scale(Metric::Nps, f64::from(number % 11)));
    feedback.channel = Some(channel.to_owned());
    feedback.occurred_at = format!("2026-03-{:02}T10:00:00Z", number % 28 + 1).parse().ok();
    feedback
}

const SAID: [&str; 5] = [
    "I was on hold for 40 minutes and then the line went dead.",
    "You charged my card twice and nobody calls back.",
    "I am switching to a competitor because of all this.",
    "Such a lovely and patient person on the phone.",
    "Nothing to say, really, it was what it was.",
];

fn records(addition: &str, channel: &str) -> Vec<Reading> {
    let said = (1..).zip(SAID);
    said.map(|(number, words)| {
        Reading::Same(Ok(say(number, &format!("{words} {addition}"), channel)))
    })
    .collect()
}

fn compare(records: &[Reading]) -> Comparison {
    let [old, new] = sides();
    let mut comparer = Comparer::new(old, new, 3);
    for (number, reading) in (1..).zip(records) {
        comparer.compare(Place::Number(number), reading);
    }
    comparer.finish()
}

fn side_fact(name: &str, hash: &str) -> SideFact {
    let [taxonomy, version] = [name, "1"].map(str::to_owned);
    SideFact { name: name.to_owned(), hash: hash.to_owned(), taxonomy, version }
}

/// The difference with `name` wherever a name can stand.
fn difference<'a>(comparison: &'a Comparison, name: &str) -> Difference<'a> {
    let theme = |id: &ThemeId| (id.clone(), ThemeFact { name: name.to_owned(), department: None });
    let facts = Facts {
        themes: comparison.within.keys().map(theme).collect(),
        departments: comparison
            .departments
            .keys()
            .map(|id| (id.clone(), name.to_owned()))
            .collect(),
    };
    let limits = ["changed > 0", "dead > 0"].map(|limit| {
        Limit::parse(limit).unwrap().judge(comparison, &learn::diff::Known::default())
    });
    Difference {
        comparison,
        facts,
        old: side_fact(name, "0123456789abcdef"),
        new: side_fact(name, "fedcba9876543210"),
        over: name.to_owned(),
        limits: limits.into(),
    }
}

/// The page's tags, in order, without the words between them.
fn tags(page: &str) -> Vec<&str> {
    page.split('<').skip(1).filter_map(|rest| rest.split('>').next()).collect()
}

#[test]
fn no_words_from_outside_become_markup() {
    let shown_with = |words: &str| {
        let mut all = records(words, words);
        all.push(Reading::Each { before: Ok(say(9, words, words)), after: Err("too_large") });
        let comparison = compare(&all);
        difference_html(&difference(&comparison, words)).unwrap()
    };
    let harmless = shown_with("harmless words");
    for attack in [
        "<script>alert(1)</script>",
        "</style></title></textarea><svg onload=alert(1)>",
        "\"><img src=x onerror=alert(1)>",
        "</bdi></blockquote><iframe srcdoc='x'>",
        "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
        "&lt;script&gt;{{ 7*7 }}{% raw %}",
        "\u{0}<\u{0}script>\u{202e}evil",
    ] {
        let attacked = shown_with(attack);
        assert_eq!(tags(&attacked).len(), tags(&harmless).len(), "{attack}");
        assert!(!attacked.contains("<script") && !attacked.contains("<img"), "{attack}");
        assert!(!attacked.contains('\u{0}'), "{attack}");
    }
}

#[test]
fn the_page_asks_no_network_and_marks_what_decides() {
    let comparison = compare(&records("", "survey"));
    let page = difference_html(&difference(&comparison, "x")).unwrap();
    for outside in ["http://", "https://", "src=", "url(", "@import", "<script", "<link"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("default-src 'none'"));
    for marked in ["<mark>on hold</mark>", "<mark>charged my card twice</mark>"] {
        assert!(page.contains(marked), "{marked}");
    }
}

/// What ends up in the logs of continuous integration has no customer's word, and fits a terminal.
#[test]
fn the_terminal_gets_narrow_lines_without_words() {
    let comparison = compare(&records("Zanzibar", "survey"));
    let long = "An extraordinarily long name of a theme that no terminal could ever hold";
    let mut difference = difference(&comparison, long);
    difference.old.name = "old".to_owned();
    difference.new.name = "new".to_owned();
    difference.over = "a.csv".to_owned();
    let lines = difference_terminal(&difference);
    let tables = lines.lines().skip_while(|line| !line.starts_with("Tasks"));
    assert!(tables.clone().count() > 20, "{lines}");
    for line in tables {
        assert!(line.chars().count() <= 78, "{line}\n{lines}");
    }
    assert!(!lines.contains("Zanzibar") && !lines.contains("card"), "{lines}");
    let json = serde_json::to_string(&difference).unwrap();
    assert!(!json.contains("Zanzibar"), "{json}");
}

#[test]
fn nothing_moved_is_said_in_one_sentence() {
    let [old, _] = sides();
    let mut comparer = Comparer::new(old, old, 3);
    for (number, reading) in (1..).zip(&records("", "survey")) {
        comparer.compare(Place::Number(number), reading);
    }
    let comparison = comparer.finish();
    let mut same = difference(&comparison, "x");
    assert_eq!(same.sentences().len(), 1);
    assert!(same.sentences()[0].contains("configurations differ"), "{:?}", same.sentences());
    same.new.hash.clone_from(&same.old.hash);
    assert!(same.sentences()[0].starts_with("Both are the same"), "{:?}", same.sentences());
    let page = difference_html(&same).unwrap();
    assert!(page.contains("This change moves nothing") && !page.contains("id=\"voices\""));
    let empty = Comparison::new(3);
    let nothing = difference(&empty, "x");
    assert!(difference_terminal(&nothing).contains("no record to compare"));
    assert!(difference_html(&nothing).unwrap().contains("no record to compare"));
}

#[test]
fn the_sentences_are_plain() {
    let comparison = compare(&records("", "survey"));
    let mut difference = difference(&comparison, "x");
    difference.facts.departments = BTreeMap::new();
    assert_eq!(
        difference.sentences(),
        [
            "3 of 5 answers (60.0 %) would be handled otherwise.",
            "workforce_planning gets 1 more task (1 instead of 0).",
            "billing gets 1 fewer task (0 instead of 1).",
            "2 answers get another owner, 1 of them from billing to contact_centre.",
            "1 answer that had no theme gets one.",
        ]
    );
}
