//! `voc tag` and `voc send` on files as they come: columns that a source misses, cells beyond the
//! header, old workbooks, files renamed, empty, cut short or in another encoding.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use calamine::{Data, Reader, Xlsx, open_workbook};
use serde_json::Value;

use crate::support::account::read;
use crate::support::place::Place;
use crate::support::process::feed;

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A file in the place; its path.
fn write(place: &Place, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = place.path(name);
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

fn sheet(path: &std::path::Path) -> Vec<Vec<Data>> {
    let mut workbook: Xlsx<_> = open_workbook(path).unwrap();
    let name = workbook.sheet_names().remove(0);
    workbook.worksheet_range(&name).unwrap().rows().map(<[Data]>::to_vec).collect()
}

#[test]
fn columns_that_a_source_misses_are_told_with_the_nearest() {
    let place = Place::embedded("");
    let some = "ResponseId,Coment,Q1_NPS,Que\n1,Good,9,a\n2,Bad,1,b\n";
    let tagged = place
        .run(&["tag", &write(&place, "some.csv", some), "--source", "survey_export"])
        .expect(0);
    assert_eq!(lines(&tagged.text()).len(), 2, "the scores are there to go on");
    for part in
        ["survey_export maps", "Comment ", "write `Coment`", "Touchpoint", "`ResponseId`, `Coment`"]
    {
        assert!(tagged.stderr.contains(part), "{part} in {}", tagged.stderr);
    }
    let none = "ResponseId,Coments\n1,Good\n";
    let refused = place
        .run(&["tag", &write(&place, "none.csv", none), "--source", "survey_export"])
        .expect(78);
    assert!(refused.stdout.is_empty());
    for part in ["sources/survey_export.toml", "no column `Comment`", "write `Coments`"] {
        assert!(refused.stderr.contains(part), "{part} in {}", refused.stderr);
    }
    let all = "ResponseId,Comment\n1,Good\n";
    let guessed =
        place.run(&["tag", &write(&place, "all.csv", all), "--source", "default"]).expect(0);
    assert_eq!(lines(&guessed.text()).len(), 1, "the built-in source guesses: {}", guessed.stderr);
}

/// A row that is sent to its source's topic is what `voc tag --source` makes of it.
#[test]
fn rows_are_sent_as_their_source_reads_them() {
    let place = Place::embedded("");
    place.create_topics();
    let survey = "ResponseId,RecordedDate,Comment,Q1_NPS,Region\n\
        R-1,04-03-2026 10:00,You charged my card twice and nobody calls back.,2 - no,North\n\
        R-2,05-03-2026 10:00,Priya was very patient.,9,\n\
        R-3,06-03-2026,Fine,eleven,\n\
        R-4,06-03-2026,Fine,1,x,y,z\n";
    let questions = "response_id,submitted_at,question_id,question_type,answer\n\
        A,2026-03-04T10:00:00Z,q1,nps,2\n\
        A,2026-03-04T10:00:00Z,q2,open,Nobody calls me back\n";
    for (source, text) in [("survey_export", survey), ("survey_questions", questions)] {
        let path = write(&place, "rows.csv", text);
        let tagged = place.run(&["tag", &path, "--source", source]).expect(0);
        let topic = format!("feedback.raw.{source}");
        place.run(&["send", &path, "--topic", &topic, "--key", "ResponseId"]).expect(0);
        let log = place.log();
        let sent = read(&*log, std::slice::from_ref(&topic));
        let by_tag = lines(&tagged.text());
        let mut seen = 0;
        for record in &sent {
            let value: Result<Value, _> = serde_json::from_slice(record.value.as_deref().unwrap());
            let Ok(value) = value else { continue };
            let id =
                value.get("ResponseId").or(value.get("response_id")).unwrap().as_str().unwrap();
            let key = record.key.as_deref().map(|key| std::str::from_utf8(key).unwrap());
            assert_eq!(key, value.get("ResponseId").and(Some(id)));
            seen += usize::from(by_tag.iter().any(|tagged| tagged["source_id"] == id));
        }
        assert_eq!(seen, by_tag.len(), "{source}");
        if source == "survey_export" {
            assert_eq!(
                sent.len(),
                4,
                "a row with cells too many goes as it is, to be a dead letter"
            );
        }
    }
}

#[test]
fn a_table_keeps_its_columns_whatever_the_row() {
    let place = Place::embedded("");
    let text =
        "id,Comment,NPS\n1,Good and fast service,9\n2,a,b,c,d\n3,Slow and unfriendly service,3\n";
    let path = write(&place, "ragged.csv", text);
    let tagged = place.run(&["tag", &path, "--format", "csv"]).expect(0).text();
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(tagged.as_bytes());
    let header = reader.headers().unwrap().clone();
    let dead = header.iter().position(|name| name == "voc_dead").unwrap();
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!((&rows[1][dead], rows[1].len()), ("bad_row", header.len() + 2));
    assert_eq!((&rows[1][0], &rows[1][header.len()]), ("2", "c"), "{:?}", rows[1]);
    assert_eq!(&rows[2][dead], "");
}

/// Numbers, dates and truths are what they were; a customer's words stay words.
#[test]
fn a_workbook_keeps_what_its_cells_are() {
    let place = Place::embedded("");
    let path = place.path("in.xlsx");
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet_in = workbook.add_worksheet();
    for (column, name) in (0..).zip(["Response ID", "Date", "NPS", "Comment", "Call back", "Code"])
    {
        sheet_in.write(0, column, name).unwrap();
    }
    let format = rust_xlsxwriter::Format::new().set_num_format("dd-mm-yyyy");
    let date = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 3, 4).unwrap();
    sheet_in.write(1, 0, "R1").unwrap();
    sheet_in.write_with_format(1, 1, &date, &format).unwrap();
    sheet_in.write(1, 2, 2.5).unwrap();
    sheet_in.write_string(1, 3, "=1+1 is what you charged,\u{1} twice").unwrap();
    sheet_in.write(1, 4, true).unwrap();
    sheet_in.write_string(1, 5, "007").unwrap();
    workbook.save(&path).unwrap();
    let output = place.path("out.xlsx");
    let arguments = ["--format", "xlsx", "--output", output.to_str().unwrap()];
    place.run(&[["tag", path.to_str().unwrap()].as_slice(), &arguments].concat()).expect(0);
    let row = &sheet(&output)[1];
    assert!(matches!(&row[1], Data::DateTime(at) if at.is_datetime()), "{row:?}");
    assert_eq!(row[2], Data::Float(2.5));
    let comment = "'=1+1 is what you charged,\u{1} twice";
    assert_eq!(row[3], Data::String(comment.to_owned()));
    assert_eq!(row[4], Data::Bool(true));
    assert_eq!(row[5], Data::String("007".to_owned()));
}

#[test]
fn files_that_are_not_what_they_seem() {
    let place = Place::embedded("");
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "Comment").unwrap();
    sheet.write(1, 0, "Good and fast service").unwrap();
    let renamed = write(&place, "renamed.csv", workbook.save_to_buffer().unwrap());
    assert_eq!(lines(&place.run(&["tag", &renamed]).expect(0).text()).len(), 1);

    let old = write(&place, "old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on");
    let refused = place.run(&["tag", &old]).expect(2);
    assert!(refused.stderr.contains("save it as .xlsx"), "{}", refused.stderr);

    let wide: Vec<u8> = "\u{feff}{\"text\":\"café\"}\r\n{\"text\":\"b\"}\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for name in ["wide.jsonl", "wide"] {
        let tagged = place.run(&["tag", &write(&place, name, &wide)]).expect(0);
        let records = lines(&tagged.text());
        assert_eq!(records[0]["texts"][0]["text"], "café", "{name}");
        assert!(tagged.stderr.contains("UTF-16LE"), "{}", tagged.stderr);
    }

    let list = write(&place, "list.json", "[\n{\"text\":\"a\"},\n{\"text\":\"b\"}\n]\n");
    let told = place.run(&["tag", &list]).expect(0).stderr;
    assert!(told.contains("jq -c '.[]'"), "{told}");

    let odd =
        write(&place, "odd.csv", b"id,Comment\n1,Caf\xe9 was closed\n2,Een \xc3\xa9\xc3\xa9n\n");
    let told = place.run(&["tag", &odd]).expect(0).stderr;
    assert!(told.contains("on line 2, was read as windows-1252"), "{told}");
}

/// A day without answers is no fault.
#[test]
fn empty_files_have_no_records() {
    let place = Place::embedded("");
    for (name, text, columns) in [
        ("empty.csv", "", "id,text,"),
        ("blank.csv", "\n\n", "id,text,"),
        ("header.csv", "ResponseId;Comment;Q1_NPS\r\n", "ResponseId,Comment,Q1_NPS,"),
        ("empty.jsonl", "", "id,text,"),
        ("empty.txt", "", "id,text,"),
    ] {
        let path = write(&place, name, text);
        for arguments in [[].as_slice(), &["--strict"], &["--source", "survey_export"]] {
            let all = [["tag", &path, "--format", "csv"].as_slice(), arguments].concat();
            let tagged = place.run(&all).expect(0);
            let text = tagged.text();
            assert!(text.trim_start_matches('\u{feff}').starts_with(columns), "{name}: {text}");
            assert_eq!(text.lines().count(), 1, "{name}");
            assert!(
                tagged.stderr.contains("0 records: 0 tagged, 0 dead letters"),
                "{}",
                tagged.stderr
            );
        }
    }
}

/// Who reads our output may go at any time.
#[test]
fn a_reader_that_goes_is_no_failure() {
    let place = Place::embedded("");
    let line = "{\"text\":\"You charged my card twice and nobody calls back.\",\"lang\":\"en\"}\n";
    let path = write(&place, "many.jsonl", line.repeat(5_000));
    for format in ["json", "csv"] {
        let mut command = place.voc(&["tag", &path, "--format", format]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        out.read_line(&mut first).unwrap();
        assert!(!first.is_empty());
        drop(out);
        assert_eq!(child.wait().unwrap().code(), Some(0), "{format}");
    }
}

/// What was read before a file could be read no further is written, and the rest is no success.
#[test]
fn what_came_before_a_fault_is_written() {
    let place = Place::embedded("");
    let mut text = b"{\"text\":\"one\"}\n{\"text\":\"two\"}\n".to_vec();
    text.resize(text.len() + 65 * 1024 * 1024, b'a');
    let ended = feed(&mut place.voc(&["tag", "--input", "json"]), &text).expect(1);
    assert_eq!(lines(&ended.text()).len(), 2);
    assert!(ended.stderr.contains("the record from line 3"), "{}", ended.stderr);
}
