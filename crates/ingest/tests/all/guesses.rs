//! What is guessed of tables as survey tools write them: the cases of tests/guesses, each in every
//! encoding it names.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::Path;

use super::*;
use feedback::Direction;
use ingest::file::{self, Guess, Role};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    file: String,
    what: String,
    #[serde(default = "utf_8")]
    encodings: Vec<String>,
    rows: usize,
    #[serde(default)]
    dead: Vec<String>,
    #[serde(default)]
    date_formats: Vec<String>,
    #[serde(default)]
    decimal_comma: bool,
    #[serde(default = "yes")]
    named: bool,
    #[serde(default)]
    doubts: Vec<(String, String)>,
    roles: BTreeMap<String, String>,
}

fn utf_8() -> Vec<String> {
    vec!["utf-8".to_owned()]
}

fn yes() -> bool {
    true
}

fn encoded(text: &str, encoding: &str) -> Vec<u8> {
    let wide = || text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    match encoding {
        "utf-8" => text.as_bytes().to_vec(),
        "utf-8 with a mark" => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        "utf-16" => wide(),
        "utf-16 with a mark" => [b"\xff\xfe".as_slice(), &wide()].concat(),
        "windows-1252" => encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
        other => panic!("there is no encoding {other}"),
    }
}

/// A role as the cases write it.
fn written(role: &Role) -> Option<String> {
    Some(match role {
        Role::Text => "text".to_owned(),
        Role::OccurredAt => "date".to_owned(),
        Role::SourceId => "id".to_owned(),
        Role::Language => "language".to_owned(),
        Role::Attribute => return None,
        Role::Score(score) => {
            let mut written = format!("{} {} to {}", score.metric.name(), score.min, score.max);
            if score.direction == Direction::LowerIsBetter {
                written.push_str(", low is good");
            }
            if !score.missing.is_empty() {
                written = format!("{written} without {}", score.missing.join(", "));
            }
            if !score.values.is_empty() {
                written.push_str(" in words");
            }
            written
        }
    })
}

fn check(case: &Case, bytes: &[u8], encoding: &str) {
    let at = format!("{} ({}), {encoding}", case.file, case.what);
    let mut table = file::csv(Cursor::new(bytes.to_vec())).unwrap();
    let columns = table.columns().clone();
    let guess = Guess::of(&columns, table.sample(file::SAMPLE_ROWS));
    let roles: BTreeMap<String, String> = guess
        .columns
        .iter()
        .filter_map(|column| Some((column.column.clone(), written(&column.role)?)))
        .collect();
    assert_eq!(roles, case.roles, "{at}");
    assert_eq!(guess.date_formats, case.date_formats, "{at}");
    assert_eq!((guess.decimal_comma, guess.named), (case.decimal_comma, case.named), "{at}");
    let mut told: Vec<(&str, &str)> = guess
        .columns
        .iter()
        .flat_map(|column| {
            column.doubts.iter().map(|doubt| (column.column.as_str(), doubt.as_str()))
        })
        .collect();
    for (column, part) in &case.doubts {
        let index = told.iter().position(|(name, doubt)| name == column && doubt.contains(part));
        let index = index.unwrap_or_else(|| panic!("{at}: {column}: {part} is not in {told:#?}"));
        told.remove(index);
    }
    assert!(told.is_empty(), "{at}: {told:#?}");

    // The file that the guess prints is one that reads the table the same.
    let kept = ingest(&[("sources/mine.toml", &guess.to_toml("mine"))]);
    let (source, mine) = (guess.source().unwrap(), kept.source("mine").unwrap());
    let rows: Vec<_> = table.map(Result::unwrap).collect();
    assert_eq!(rows.len(), case.rows, "{at}");
    let mut dead = Vec::new();
    for row in &rows {
        let by_guess = kept.read_row(&source, &columns, row);
        let by_file = kept.read_row(mine, &columns, row);
        match (by_guess, by_file) {
            (Ok(one), Ok(other)) => {
                assert_eq!((&one.texts, &one.scores), (&other.texts, &other.scores), "{at}");
                assert_eq!(one.occurred_at, other.occurred_at, "{at}");
            }
            (Err(one), Err(other)) => {
                assert_eq!(one, other, "{at}");
                dead.push(one.code.name());
            }
            (one, other) => panic!("{at}: {one:?} {other:?}"),
        }
    }
    assert_eq!(dead, case.dead, "{at}");
}

#[test]
fn tables_are_guessed_as_their_cases_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guesses");
    let cases = fs::read_to_string(folder.join("cases.toml")).unwrap();
    let cases: Cases = toml::from_str(&cases).unwrap();
    for case in &cases.case {
        let text = fs::read_to_string(folder.join(&case.file)).unwrap();
        for encoding in &case.encodings {
            check(case, &encoded(&text, encoding), encoding);
        }
    }
    let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name());
    let tables =
        files.filter(|name| !["cases.toml", "README.md"].contains(&name.to_str().unwrap()));
    assert_eq!(tables.count(), cases.case.len(), "every file has its case");
}
