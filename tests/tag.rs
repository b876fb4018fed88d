//! `voc tag`: files in every form in, tagged records in every form out, and what could not be read
//! told, kept, or made to fail. The samples are cases, too.

use std::fs;
use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};
use serde_json::Value;

use crate::support::place::Place;
use crate::support::process::feed;
use crate::support::root;

const COMPLAINT: &str = "You charged my card twice and nobody calls back.";

fn sample(name: &str) -> String {
    root().join("tests/samples").join(name).to_str().unwrap().to_owned()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text_of(record: &Value) -> &str {
    record["texts"][0]["text"].as_str().unwrap()
}

/// A row of the user's own columns with ours, by column.
fn rows(bytes: &[u8]) -> Vec<std::collections::BTreeMap<String, String>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    csv::Reader::from_reader(bytes).deserialize().map(Result::unwrap).collect()
}

/// The same complaint in every form, each with how it is read.
fn forms(place: &Place) -> Vec<(&'static str, Vec<&'static str>)> {
    let write = |name: &str, bytes: &[u8]| fs::write(place.path(name), bytes).unwrap();
    let json = format!("{{\"id\":\"a\",\"text\":\"{COMPLAINT}\",\"lang\":\"en\",\"score\":2}}\n");
    let table = format!("ResponseId,NPS,Comment\na,2,{COMPLAINT}\nb,9,Priya was very patient.\n");
    write("a.jsonl", json.as_bytes());
    write("a.dat", json.as_bytes());
    write("a.csv", table.as_bytes());
    write("tabs.csv", table.replace(',', "\t").as_bytes());
    write("semicolons.csv", table.replace(',', ";").as_bytes());
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    write("wide.csv", &[b"\xff\xfe".as_slice(), &wide(&table)].concat());
    write("bom.csv", &[b"\xef\xbb\xbf".as_slice(), table.as_bytes()].concat());
    write("a.txt", format!("{COMPLAINT}\r\n\r\nPriya was very patient.\r\n").as_bytes());
    workbook(&place.path("a.xlsx"));
    vec![
        ("a.jsonl", vec![]),
        ("a.dat", vec!["--input", "json"]),
        ("a.csv", vec![]),
        ("tabs.csv", vec![]),
        ("semicolons.csv", vec![]),
        ("wide.csv", vec![]),
        ("bom.csv", vec![]),
        ("a.csv", vec!["--input", "csv"]),
        ("a.txt", vec![]),
        ("a.txt", vec!["--input", "lines"]),
        ("a.xlsx", vec![]),
    ]
}

fn workbook(path: &Path) {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, name) in (0..).zip(["ResponseId", "NPS", "Comment"]) {
        sheet.write(0, column, name).unwrap();
    }
    sheet.write(1, 0, "a").unwrap();
    sheet.write(1, 1, 2).unwrap();
    sheet.write(1, 2, COMPLAINT).unwrap();
    workbook.save(path).unwrap();
}

#[test]
fn every_form_is_read() {
    let place = Place::embedded("");
    for (name, arguments) in forms(&place) {
        let path = place.path(name);
        let mut all = vec!["tag", path.to_str().unwrap()];
        all.extend(arguments);
        let tagged = place.run(&all).expect(0);
        let records = lines(&tagged.text());
        assert_eq!(text_of(&records[0]), COMPLAINT, "{all:?}");
        assert_eq!(records[0]["routing"]["department"], "billing", "{all:?}");
        assert_eq!(records[0]["classification"]["themes"][0]["id"], "billing.double_charge");
        if !name.contains("txt") {
            assert_eq!(records[0]["scores"][0]["metric"], "nps", "{all:?}");
            assert_eq!(records[0]["source_id"], "a", "{all:?}");
        }
    }
}

#[test]
fn the_standard_input_is_read() {
    let place = Place::embedded("");
    let json = format!("{{\"text\":\"{COMPLAINT}\",\"lang\":\"en\"}}\n");
    for (arguments, input) in [
        (["tag"].as_slice(), json.as_str()),
        (&["tag", "-"], &json),
        (&["tag", "--input", "json"], &json),
        (&["tag", "-", "--input", "lines"], COMPLAINT),
        (&["tag"], COMPLAINT),
        (&["tag", "--input", "csv"], &format!("Comment\n{COMPLAINT}\n")),
    ] {
        let ended = feed(&mut place.voc(arguments), input.as_bytes()).expect(0);
        let records = lines(&ended.text());
        assert_eq!(records.len(), 1, "{arguments:?}: {}", ended.stderr);
        assert_eq!(text_of(&records[0]), COMPLAINT, "{arguments:?}");
    }
    let nothing = feed(&mut place.voc(&["tag"]), b"").expect(0);
    assert!(nothing.stdout.is_empty());
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let place = Place::embedded("");
    let path = sample("nhs_fft/comments.csv");
    let first = place.run(&["tag", &path]).expect(0).stdout;
    assert!(first == place.run(&["tag", &path]).expect(0).stdout);
    let output = place.path("out.jsonl");
    place.run(&["tag", &path, "--output", output.to_str().unwrap()]).expect(0);
    assert!(first == fs::read(output).unwrap());
    let records = lines(&String::from_utf8(first).unwrap());
    assert_eq!(records.len(), 1200);
    let ids: std::collections::BTreeSet<_> =
        records.iter().map(|record| record["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 1200);
    assert!(records.iter().all(|record| record["routing"]["team"].is_string()));
}

/// Due times count from what was said to be the time of receipt.
#[test]
fn a_time_of_receipt_is_taken() {
    let place = Place::embedded("");
    let json = format!("{{\"text\":\"{COMPLAINT}\",\"lang\":\"en\",\"score\":1}}\n");
    let mut command = place.voc(&["tag", "--received-at", "2026-03-04T09:00:00Z"]);
    let record = lines(&feed(&mut command, json.as_bytes()).expect(0).text()).remove(0);
    assert_eq!(record["received_at"], "2026-03-04T09:00:00Z");
    let due = &record["routing"]["task"]["due"];
    assert!(due["contact"].as_str().unwrap().starts_with("2026-03-0"), "{due}");
}

#[test]
fn samples_keep_their_columns_in_csv() {
    let place = Place::embedded("");
    for (name, own, count) in [
        ("own_survey_nl.csv", "Toelichting", 12),
        ("own_survey_en.csv", "Comment", 8),
        ("nhs_fft/comments.csv", "Comment", 1200),
    ] {
        let tagged = place.run(&["tag", &sample(name), "--format", "csv"]).expect(0);
        let rows = rows(&tagged.stdout);
        assert_eq!(rows.len(), count, "{name}");
        for column in [own, "voc_themes", "voc_department", "voc_sentiment", "voc_because"] {
            assert!(rows[0].contains_key(column), "{name}: {column} in {:?}", rows[0].keys());
        }
        assert!(
            rows.iter().all(|row| !row["voc_department"].is_empty() || !row["voc_dead"].is_empty())
        );
        assert!(tagged.stderr.contains("guessed"), "{name}: {}", tagged.stderr);
        assert!(tagged.stderr.contains("--source mine"), "{name}: {}", tagged.stderr);
    }
    let dutch = rows(&place.run(&["tag", &sample("own_survey_nl.csv"), "--format", "csv"]).stdout);
    assert_eq!(dutch[2]["voc_themes"].split(';').next(), Some("product.outage"));
    assert_eq!(dutch[0]["Cijfer (0-10)"], "8,5", "the user's cells are as they were");
}

#[test]
fn a_workbook_comes_out() {
    let place = Place::embedded("");
    let output = place.path("out.xlsx");
    let path = sample("own_survey_nl.csv");
    place.run(&["tag", &path, "--format", "xlsx", "--output", output.to_str().unwrap()]).expect(0);
    let mut workbook: Xlsx<_> = open_workbook(&output).unwrap();
    let name = workbook.sheet_names().remove(0);
    let sheet = workbook.worksheet_range(&name).unwrap();
    let rows: Vec<Vec<Data>> = sheet.rows().map(<[Data]>::to_vec).collect();
    assert_eq!(rows.len(), 13);
    let column = rows[0].iter().position(|cell| *cell == Data::String("voc_department".to_owned()));
    assert_eq!(rows[3][column.unwrap()], Data::String("operations".to_owned()));
}

#[test]
fn a_report_is_one_page_that_needs_nothing() {
    let place = Place::embedded("");
    let page = place.path("page.html");
    let page_path = page.to_str().unwrap();
    place.run(&["tag", &sample("own_survey_en.csv"), "--report", page_path]).expect(0);
    let page = fs::read_to_string(page).unwrap();
    assert!(page.starts_with("<!doctype html>") || page.starts_with("<!DOCTYPE html>"));
    assert!(page.contains("charged my card twice"));
    for outside in ["src=\"http", "href=\"http", "@import", "url(http"] {
        assert!(!page.contains(outside), "{outside}");
    }
}

/// What a customer writes is text on the page, never markup.
#[test]
fn a_report_escapes_what_customers_write() {
    let place = Place::embedded("");
    let page = place.path("page.html");
    let evil = "{\"text\":\"<script>alert(1)</script> You charged my card twice.\",\"lang\":\"en\",\"score\":0}\n";
    let mut command = place.voc(&["tag", "--report", page.to_str().unwrap()]);
    feed(&mut command, evil.repeat(3).as_bytes()).expect(0);
    let page = fs::read_to_string(page).unwrap();
    assert!(!page.contains("<script>alert"), "{page}");
    assert!(page.contains("alert(1)"), "the quote is there");
}

/// What begins like a formula is text in a spreadsheet.
#[test]
fn a_table_runs_no_formula() {
    let place = Place::embedded("");
    let path = place.path("evil.csv");
    fs::write(&path, "Id,Comment\n1,\"=HYPERLINK(\"\"http://x\"\")\"\n").unwrap();
    let output = place.path("out.xlsx");
    let arguments =
        ["tag", path.to_str().unwrap(), "--format", "xlsx", "--output", output.to_str().unwrap()];
    place.run(&arguments).expect(0);
    let mut workbook: Xlsx<_> = open_workbook(&output).unwrap();
    let name = workbook.sheet_names().remove(0);
    assert!(workbook.worksheet_formula(&name).unwrap().is_empty());
}

const MIXED: &str =
    "{\"text\":\"one\"}\nnot json\n{\"text\":\"two\"}\n{\"text\":3}\n\n{\"text\":\"four\"}\n";

#[test]
fn what_cannot_be_read_is_told_kept_or_fails() {
    let place = Place::embedded("");
    let run = |arguments: &[&str]| {
        let mut all = vec!["tag", "--input", "json"];
        all.extend(arguments);
        feed(&mut place.voc(&all), MIXED.as_bytes())
    };
    let told = run(&[]).expect(0);
    assert_eq!(lines(&told.text()).iter().map(text_of).collect::<Vec<_>>(), ["one", "two", "four"]);
    assert!(told.stderr.contains("5 records: 3 tagged, 2 dead letters"), "{}", told.stderr);
    assert!(told.stderr.contains("1 not_json, 1 wrong_type"), "{}", told.stderr);

    let strict = run(&["--strict"]).expect(1);
    assert_eq!(strict.stdout, told.stdout, "all that can be read is there all the same");

    let dead = place.path("dead.jsonl");
    run(&["--dead", dead.to_str().unwrap()]).expect(0);
    let letters = lines(&fs::read_to_string(dead).unwrap());
    let of = |letter: &Value| (letter["code"].clone(), letter["value"].clone());
    assert_eq!(
        letters.iter().map(of).collect::<Vec<_>>(),
        [("not_json".into(), "not json".into()), ("wrong_type".into(), "{\"text\":3}".into())]
    );
}

/// No limit: a file of rubbish is read to its end.
#[test]
fn a_file_of_rubbish_ends() {
    let place = Place::embedded("");
    let ended =
        feed(&mut place.voc(&["tag", "--input", "json"]), "rubbish\n".repeat(3000).as_bytes());
    assert!(ended.expect(0).stderr.contains("3000 dead letters"));
}

#[test]
fn explain_says_why() {
    let place = Place::embedded("");
    let told = place.run(&["explain", COMPLAINT, "--lang", "en", "--score", "2"]).expect(0).text();
    for part in ["billing.double_charge", "billing", "charged my card twice"] {
        assert!(told.contains(part), "{part} in {told}");
    }
    let json =
        place.run(&["explain", COMPLAINT, "--lang", "en", "--format", "json"]).expect(0).json();
    assert!(json.to_string().contains("billing.double_charge"));
}

/// A theme's old name leads to its rules of today, and no control character of a text reaches the terminal.
#[test]
fn explain_takes_old_names_and_shows_no_control_characters() {
    let place = Place::embedded("");
    place.configure(
        "taxonomy/all.toml",
        "[[theme]]\nid = \"delivery.late\"\nkind = \"problem\"\ndepartment = \"d\"\n\
         aliases = [\"transport.late\"]\nrule.en = \"late\"\n",
    );
    let explain = |arguments: &[&str]| {
        let text = ["explain", "So late\u{1b}[2J\u{7} again", "--lang", "en"];
        place.run(&[&text, arguments].concat())
    };
    for rule in ["transport.late", "transport.late/en", "delivery.late"] {
        let told = explain(&["--rule", rule]).expect(0).text();
        assert!(told.contains("delivery.late/en"), "{told}");
    }
    explain(&["--rule", "transport.early"]).expect(2);
    let told = explain(&[]).expect(0).text();
    assert!(told.contains("So [late]\u{fffd}[2J\u{fffd} again"), "{told}");
}

#[test]
fn generated_feedback_is_the_same_for_the_same_seed() {
    let place = Place::embedded("");
    let generate =
        |seed: &str| place.run(&["generate", "--count", "300", "--seed", seed]).expect(0).stdout;
    assert!(generate("5") == generate("5"));
    assert!(generate("5") != generate("6"));
    let tagged = feed(&mut place.voc(&["tag", "--input", "json"]), &generate("5")).expect(0);
    assert!(lines(&tagged.text()).len() >= 290, "{}", tagged.stderr);
}
