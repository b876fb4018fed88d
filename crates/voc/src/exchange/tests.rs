//! Other products' rules as data: a cell, the rule it becomes, and what is said.

use std::fmt::Write;

use super::draft::Defaults;
use super::foreign::{Blank, Dialect, rule};
use super::keywords::{Reading, keywords};
use super::lanes::{is_lanes, lanes};
use super::{Drafts, Row, files, ours};

const DISCOVER: Dialect = Dialect { blank: Blank::Any, stems: false, lower_case: false };
const TEXT_IQ: Dialect = Dialect { blank: Blank::Phrase, stems: true, lower_case: true };

/// A cell, the rule, a part of each remark, and whether it is a loss (`!`).
type Case = (&'static str, Option<&'static str>, &'static [&'static str]);

const LANES: &[Case] = &[
    ("car truck", Some("=car OR =truck"), &[]),
    ("car, truck\nvan", Some("=car OR =truck OR =van"), &[]),
    ("\"credit card\" card", Some("=\"credit card\" OR =card"), &[]),
    ("technol*", Some("technol*"), &[]),
    ("*phone", Some("*phone"), &["compounds"]),
    ("te*", None, &["!takes too much"]),
    ("te*no", None, &["!takes too much"]),
    ("c?r van", Some("=van"), &["!one letter"]),
    ("organi?ation", Some("organieation~1"), &["one letter"]),
    ("refund~0.8", Some("refund~1"), &[]),
    ("refund~", Some("refund~1"), &["3 letters may differ"]),
    ("refund~0.95", Some("=refund"), &[]),
    ("bill~0.7", Some("=bill"), &["from 5 letters"]),
    ("_mtoken:DELIVERY", Some("delivery~1"), &[]),
    ("_mtoken:CAR", Some("car"), &["from 5 letters"]),
    ("\"bad service\"~3", Some("(=bad NEAR/3 =service)"), &[]),
    ("\"very bad service\"~3", Some("=\"very bad service\"~3"), &["in any order"]),
    ("\"te* x\"", None, &["!wildcard can't stand in a phrase"]),
    ("nps:[0 TO 6]", Some("(score.nps >= 0 AND score.nps <= 6)"), &[]),
    ("nps:{6 TO *]", Some("score.nps > 6"), &[]),
    ("channel:social", Some("channel = \"social\""), &[]),
    ("store:12", Some("attributes.store = 12"), &["no attribute of that name"]),
    ("_degreesentimentindex:[2.51 TO 5]", None, &["!that product's own"]),
    ("-late", Some("NOT =late"), &[]),
    ("of en and", Some("=of OR =en OR =and"), &[]),
    ("***", None, &["!takes too much"]),
    ("", None, &[]),
    (",", None, &["!no word in “,”"]),
    ("( ; )", None, &["!no word in “( ; )”"]),
    ("NOT", None, &["!no word in “NOT”"]),
];

const KEYWORDS: &[Case] = &[
    ("formal dress or suit", Some("\"formal dress\" OR suit"), &[]),
    ("dress, suit; tie | hat", Some("dress OR suit OR tie OR hat"), &[]),
    ("dress and suit", Some("dress AND suit"), &[]),
    ("dress & not suit", Some("dress AND NOT suit"), &[]),
    ("(dress or suit) and late", Some("(dress OR suit) AND late"), &[]),
    ("dress or suit and late", Some("dress OR (suit AND late)"), &["side by side"]),
    ("\"not happy\"", Some("=\"not happy\""), &[]),
    ("technol* help", Some("(technol* BEFORE/0 help)"), &[]),
    ("dress -suit", Some("dress AND NOT suit"), &[]),
    ("e-mail", Some("e-mail"), &[]),
    ("'t is laat", Some("\"'t is laat\""), &[]),
];

#[test]
fn cells_are_carried_over() {
    for (dialect, cases) in [(DISCOVER, LANES), (TEXT_IQ, KEYWORDS)] {
        for (cell, expected, said) in cases {
            let mut remarks = Vec::new();
            let written = rule(cell, dialect, &mut remarks);
            assert_eq!(written.as_deref(), *expected, "{cell}: {remarks:?}");
            assert_eq!(remarks.len(), said.len(), "{cell}: {remarks:?}");
            for (remark, part) in remarks.iter().zip(*said) {
                assert_eq!(remark.is_lost, part.starts_with('!'), "{cell}: {remark:?}");
                assert!(
                    remark.message.contains(part.trim_start_matches('!')),
                    "{cell}: {remark:?}"
                );
                assert!(!remark.mend.is_empty());
            }
            let positive = !written.as_deref().is_some_and(|rule| {
                rule.starts_with("NOT")
                    || ["score", "(score", "channel", "attributes"]
                        .iter()
                        .any(|name| rule.starts_with(name))
            });
            if let Some(written) = written.filter(|_| positive) {
                assert!(classify::check_rule(&written).is_ok(), "{written}");
            }
        }
    }
}

fn rows(table: &[&[&str]]) -> Vec<Row> {
    let cells = |row: &&[&str]| row.iter().map(|cell| (*cell).to_owned()).collect();
    table.iter().zip(1..).map(|(row, number)| Row { number, cells: cells(row) }).collect()
}

fn defaults() -> Defaults {
    Defaults { language: "en".to_owned(), department: None, kind: "topic" }
}

fn toml(drafts: &Drafts) -> String {
    files(&drafts.themes, drafts.named.as_ref()).into_values().collect()
}

fn told(drafts: &Drafts) -> Vec<String> {
    drafts.notes.iter().map(ToString::to_string).collect()
}

#[test]
fn lanes_become_themes() {
    let table = rows(&[
        &["Category", "OR", "AND", "AND", "NOT", "Owner", "Colour"],
        &[
            "Billing > Double charge",
            "charge debit",
            "twice double",
            "",
            "never",
            "payments",
            "red",
        ],
        &["Billing > Double charge", "\"paid twice\"", "", "", "", "", ""],
        &["Billing > Fees", "fee", "c?t", "", "", "", ""],
        &["Billing > Sentiment", "bad", "", "", "_own:[1 TO 2]", "", ""],
        &["Delivery", "", "", "", "late", "", ""],
        &["Delivery", "parcel", "", "", "", "", ""],
        &["???", "x", "", "", "", "", ""],
    ]);
    assert!(is_lanes(&table[0]));
    let drafts = lanes(&table, &defaults(), false);
    insta::assert_snapshot!(format!("{}\n---\n{}", toml(&drafts), told(&drafts).join("\n")));
}

#[test]
fn keywords_become_themes() {
    let reading =
        |by_column| Reading { defaults: defaults(), blank: Blank::Phrase, stems: true, by_column };
    let headed = rows(&[
        &["Theme", "Keywords", "Language"],
        &["Staff", "rude, unfriendly, bad attitude", ""],
        &["Staff", "onbeschoft", "nl"],
        &["Wi-Fi", "wi-fi; no internet", ""],
    ]);
    let plain = rows(&[&["Staff", "rude", "bad attitude"], &["Café", "coffee or not tea"]]);
    let columns = rows(&[&["Staff", "Price"], &["rude", "too expensive"], &["", "cheap"]]);
    let mut shown = String::new();
    for drafts in [
        keywords(&headed, &reading(false)),
        keywords(&plain, &reading(false)),
        keywords(&columns, &reading(true)),
    ] {
        writeln!(shown, "{}\n---\n{}\n===", toml(&drafts), told(&drafts).join("\n")).unwrap();
    }
    insta::assert_snapshot!(shown);
}

/// A language that is no code would be no key of TOML; so would be a column of our own spreadsheet.
#[test]
fn what_would_be_no_toml_is_told() {
    let table = rows(&[
        &["Category", "OR", "Language"],
        &["a", "late", "English (UK)"],
        &["a", "laat", "nl"],
    ]);
    let drafts = lanes(&table, &defaults(), false);
    assert!(toml(&drafts).parse::<toml::Table>().is_ok(), "{}", toml(&drafts));
    assert!(told(&drafts)[0].starts_with("row 2: “English (UK)”"), "{:?}", told(&drafts));

    let header = [
        "id",
        "kind",
        "department",
        "rule.en (old)",
        "rule.en",
        "rule.en",
        "name.English",
        "rule.any",
    ];
    let table = rows(&[&header, &["a", "topic", "d", "old", "late", "later", "A", "laat"]]);
    let drafts = ours(&table);
    let theme: toml::Table = toml(&drafts).parse().unwrap();
    let rule = &theme["theme"][0]["rule"];
    assert_eq!((rule["en"].as_str(), rule["any"].as_str()), (Some("late"), Some("laat")));
    let told = told(&drafts);
    assert_eq!(drafts.lost(), 3, "{told:?}");
    for (note, part) in told.iter().zip([
        "row 1, column rule.en (old): this column is not known",
        "row 1, column rule.en: there is a column of that name already",
        "row 1, column name.English: this column is not known",
    ]) {
        assert!(note.starts_with(part), "{note}");
    }
}

/// Rules that are too long together: as many as fit are kept, and the others told and written as comments.
#[test]
fn a_theme_keeps_the_rules_that_fit() {
    let words: Vec<String> = (0..40).map(|number| format!("{}{number}", "x".repeat(990))).collect();
    let table: Vec<Row> = words
        .iter()
        .zip(1..)
        .map(|(word, number)| Row { number, cells: vec!["a".to_owned(), word.clone()] })
        .collect();
    let reading =
        Reading { defaults: defaults(), blank: Blank::Any, stems: true, by_column: false };
    let drafts = keywords(&table, &reading);
    let toml: toml::Table = toml(&drafts).parse().unwrap();
    let rule = toml["theme"][0]["rule"]["en"].as_str().unwrap();
    assert_eq!(rule.matches("OR").count(), 15, "{}", rule.len());
    assert_eq!(drafts.themes[0].comments.len(), 24);
    assert!(told(&drafts)[0].contains("its last 24 of 40 parts"), "{:?}", told(&drafts));
}

/// Whatever is imported, every rule that is written reads.
#[test]
fn every_rule_that_is_written_reads() {
    let cells = LANES.iter().chain(KEYWORDS).map(|(cell, ..)| *cell);
    let deep = "(".repeat(200_000);
    let negated = "!".repeat(200_000) + "x";
    let odd = [
        "NOT", "AND OR", "((", &deep, &negated, "a:b:c", "\"", "~", "?*", "=x", "@verb", "#list",
        "NEAR/3",
    ];
    for cell in cells.chain(odd) {
        let table = rows(&[&["Category", "OR", "NOT"], &["a", cell, ""], &["b", "word", cell]]);
        let lanes = lanes(&table, &defaults(), false);
        let list = rows(&[&["a", cell]]);
        let reading =
            Reading { defaults: defaults(), blank: Blank::Any, stems: true, by_column: false };
        let keywords = keywords(&list, &reading);
        for drafts in [lanes, keywords] {
            let toml: toml::Table = toml(&drafts).parse().unwrap();
            for theme in toml.get("theme").and_then(toml::Value::as_array).into_iter().flatten() {
                for rule in theme.get("rule").and_then(toml::Value::as_table).into_iter().flatten()
                {
                    let rule = rule.1.as_str().unwrap();
                    assert!(classify::check_rule(rule).is_ok(), "{cell}: {rule}");
                }
            }
        }
    }
}
