//! `voc test --gold`: floors for themes, by any name they ever had; misses with all texts of a record.

use std::fs;

use crate::support::place::Place;
use crate::support::process::Ended;

const THEMES: &str = r#"
[[theme]]
id = "delivery.late"
kind = "problem"
department = "delivery"
aliases = ["transport.late"]
rule.en = "late"
match.en = ["It was late."]

[[theme]]
id = "micro_loans.fee"
kind = "problem"
department = "loans"
rule.en = "fee OR rate"
match.en = ["A fee."]
no_match.en = ["What a rate."]
"#;

const LABELLED: &str = concat!(
    r#"{"id": "1", "text": "It was late.", "lang": "en", "themes": ["transport.late"]}"#,
    "\n",
    r#"{"id": "2", "text": "What a fee.", "lang": "en", "themes": ["micro_loans.fee"]}"#,
    "\n",
    r#"{"id": "3", "text": "The rate is fine.", "lang": "en", "themes": []}"#,
    "\n",
);

/// A place with two themes and a file of three labelled texts.
fn place() -> Place {
    let place = Place::embedded("");
    place.configure("taxonomy/all.toml", THEMES);
    fs::write(place.path("gold.jsonl"), LABELLED).unwrap();
    place
}

fn test(place: &Place, floors: &[&str]) -> Ended {
    let mut arguments = vec!["test", "--format", "json", "--gold", "gold.jsonl"];
    arguments.extend(floors.iter().flat_map(|floor| ["--floor", floor]));
    place.run(&arguments)
}

#[test]
fn a_theme_has_floors_by_any_name_it_had() {
    let floors = [
        "transport.late=1",
        "micro_loans.fee=0.66",
        "micro_loans.fee.precision=0.5",
        "micro_loans.fee.recall=1",
    ];
    let told = test(&place(), &floors).expect(1).json();
    let measured: Vec<(&str, f64, bool)> = told["gold"][0]["floors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|floor| {
            let value = floor["value"].as_f64().unwrap();
            (floor["measure"].as_str().unwrap(), value, floor["reached"].as_bool().unwrap())
        })
        .collect();
    assert_eq!(
        measured,
        [
            ("delivery.late", 1.0, true),
            ("micro_loans.fee", 0.6667, true),
            ("micro_loans.fee.precision", 0.5, true),
            ("micro_loans.fee.recall", 1.0, true),
        ]
    );
}

#[test]
fn a_floor_of_no_theme_is_refused_with_the_nearest() {
    let place = place();
    let told = test(&place, &["micro_loans.fees=0.5"]).expect(2).stderr;
    assert!(
        told.contains("micro_loans.fees") && told.contains("write `micro_loans.fee`"),
        "{told}"
    );
    let gold = "gold = [{ file = \"../gold.jsonl\", floors = { \"delivery.lat\" = 0.5 } }]";
    place.reconfigure("metrics", &format!("{gold}\nmetrics"));
    for command in ["check", "test"] {
        let told = place.run(&[command]).expect(78).stderr;
        for part in ["voc.toml:2:", "delivery.lat", "write `delivery.late`"] {
            assert!(told.contains(part), "{command}: {part} in {told}");
        }
    }
    place.reconfigure("delivery.lat\"", "delivery.late\"");
    place.run(&["check"]).expect(0);
}

/// A theme may be missed in any text of a record; control characters don't reach a terminal.
#[test]
fn a_miss_shows_all_texts_of_a_record() {
    let place = place();
    let line = r#"{"id": "1", "texts": [{"text": "Fine.", "lang": "en"}, {"text": "Nice\u001b[2J\nrate.", "lang": "en"}], "themes": ["delivery.late"]}"#;
    fs::write(place.path("gold.jsonl"), line).unwrap();
    let told = test(&place, &[]).json();
    let wrong = &told["gold"][0]["wrong"][0];
    assert_eq!(wrong["texts"][0], "Fine.");
    assert_eq!(wrong["evidence"][0]["text"], 1);
    let told = place.run(&["test", "--gold", "gold.jsonl"]).text();
    assert!(told.contains("  Nice\u{fffd}[2J rate.\n           ^^^^ micro_loans.fee/en"), "{told}");
    assert!(!told.contains('\u{1b}'), "{told}");
}

/// The places of what an example was wrongly found by are told to machines too.
#[test]
fn a_wrong_example_has_its_marks_in_json() {
    let told = place().run(&["test", "--format", "json"]).expect(1).json();
    let mark = &told["failures"][0]["marks"][0];
    assert_eq!((&mark["start"], &mark["end"]), (&7.into(), &11.into()), "{told}");
    assert_eq!(mark["label"], "micro_loans.fee/en");
}
