//! Tables as Excel and survey tools write them, made here: separators, quotes, encodings, headers,
//! dates, joined rows; and what is guessed where no source's file says what the columns are.

use std::io::{BufReader, Cursor};

use super::*;
use ingest::file::{self, FileError, Guess, Lines, Role, Table};
use ingest::{RejectCode, Source};

const QUESTIONS: &str = include_str!("../../../../config/sources/survey_questions.toml");

fn csv(bytes: &[u8]) -> Table<'static> {
    file::csv(Cursor::new(bytes.to_vec())).unwrap()
}

fn guess(table: &mut Table<'_>) -> (Guess, Source) {
    let columns = table.columns().clone();
    let guess = Guess::of(&columns, table.sample(file::SAMPLE_ROWS));
    let source = guess.source().unwrap_or_else(|| panic!("{}", guess.to_toml("x")));
    (guess, source)
}

/// Reads all rows as guessed.
fn read_all(bytes: &[u8]) -> Vec<Result<Feedback, Reject>> {
    let mut table = csv(bytes);
    let (_, source) = guess(&mut table);
    let columns = table.columns().clone();
    let ingest = ingest(&[]);
    table.map(|row| ingest.read_row(&source, &columns, &row.unwrap())).collect()
}

fn texts(rows: &[Result<Feedback, Reject>]) -> Vec<&str> {
    let texts = |row: &'_ Result<Feedback, Reject>| row.as_ref().unwrap().texts.len();
    assert!(rows.iter().all(|row| texts(row) > 0));
    rows.iter().map(|row| row.as_ref().unwrap().texts[0].text.as_str()).collect()
}

const DUTCH: &str = "Volgnummer;Datum;Cijfer aanbeveling;Toelichting;Regio\r\n\
    1;25-03-2026;9;\"Prima geholpen; snel, en \"\"netjes\"\"\";Noord\r\n\
    2;26-03-2026;2;\"Lang gewacht\r\nen geen café\";Zuid\r\n\
    3;27-03-2026;7,5;Gaat wel zo.;Noord\r\n\
    ;;;;\r\n";

#[test]
fn separators_quotes_and_encodings() {
    let windows: Vec<u8> = DUTCH.chars().map(|c| if c == 'é' { 0xe9 } else { c as u8 }).collect();
    let utf_16: Vec<u8> = DUTCH.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [
        DUTCH.as_bytes().to_vec(),
        [b"\xef\xbb\xbf", DUTCH.as_bytes()].concat(),
        [b"\xff\xfe".as_slice(), &utf_16].concat(),
        windows,
        [b"sep=;\r\n", DUTCH.as_bytes()].concat(),
        DUTCH.replace("\r\n", "\n").into_bytes(),
        DUTCH.replace("; ", "| ").replace(';', "\t").replace("| ", "; ").into_bytes(),
    ] {
        let rows = read_all(&bytes);
        assert_eq!(rows.len(), 3, "a blank row is no record");
        let texts = texts(&rows);
        assert_eq!(texts[0], "Prima geholpen; snel, en \"netjes\"");
        assert!(texts[1].starts_with("Lang gewacht") && texts[1].ends_with("en geen café"));
        let third = rows[2].as_ref().unwrap();
        assert!((third.scores[0].value - 7.5).abs() < f64::EPSILON, "a decimal comma");
        assert_eq!(third.occurred_at.unwrap().to_string(), "2026-03-27T00:00:00Z");
        assert_eq!(third.source_id.as_deref(), Some("3"));
        assert_eq!(third.attributes["Regio"].get(), "\"Noord\"");
    }
}

#[test]
fn what_is_guessed_is_told_with_its_reason_and_can_be_kept() {
    let mut table = csv(DUTCH.as_bytes());
    let (guess, source) = guess(&mut table);
    let roles: Vec<_> = guess.columns.iter().map(|column| column.role.clone()).collect();
    assert_eq!(roles[0], Role::SourceId);
    assert_eq!(roles[1], Role::OccurredAt);
    assert!(
        matches!(&roles[2], Role::Score(score) if score.metric == feedback::Metric::Nps),
        "{guess:#?}"
    );
    assert_eq!(roles[3], Role::Text);
    assert_eq!(roles[4], Role::Attribute);
    assert!(guess.columns.iter().all(|column| !column.why.is_empty()));
    assert_eq!(source.name(), "default");
    // The file that the guess prints is one that can be read.
    let kept = guess.to_toml("mine");
    let ingest = ingest(&[("sources/mine.toml", &kept)]);
    let columns = table.columns().clone();
    let rows: Vec<_> = table.map(Result::unwrap).collect();
    let by_guess = ingest.read_row(&source, &columns, &rows[1]).unwrap();
    let by_file = ingest.read_row(ingest.source("mine").unwrap(), &columns, &rows[1]).unwrap();
    assert_eq!(by_guess.texts, by_file.texts);
    assert_eq!(by_guess.scores, by_file.scores);
}

#[test]
fn an_english_export_with_three_header_rows() {
    let text = "StartDate,EndDate,Status,ResponseId,Q1,Q1_NPS_GROUP,Q2,UserLanguage\n\
        Start Date,End Date,Response Type,Response ID,How likely are you to recommend us?,NPS group,\"Why, in your words?\",Language\n\
        \"{\"\"ImportId\"\":\"\"startDate\"\"}\",\"{\"\"ImportId\"\":\"\"endDate\"\"}\",x,x,\"{\"\"ImportId\"\":\"\"QID1\"\"}\",x,x,x\n\
        2026-03-04 10:00:00,2026-03-04 10:02:00,IP Address,R_1,10,3,Everything was arranged within one call thank you,EN\n\
        2026-03-04 11:00:00,2026-03-04 11:02:00,IP Address,R_2,0,1,\"Nobody ever called me back about the bill, again\",EN\n";
    let mut table = csv(text.as_bytes());
    let (guess, source) = guess(&mut table);
    let columns = table.columns().clone();
    assert_eq!(columns.labels.as_ref().unwrap()[6], "Why, in your words?");
    let ingest = ingest(&[]);
    let rows: Vec<_> =
        table.map(|row| ingest.read_row(&source, &columns, &row.unwrap()).unwrap()).collect();
    assert_eq!(rows.len(), 2, "header rows are no records");
    assert_eq!(rows[0].source_id.as_deref(), Some("R_1"));
    assert_eq!(rows[0].occurred_at.unwrap().to_string(), "2026-03-04T10:02:00Z", "{guess:#?}");
    assert_eq!(rows[0].texts.len(), 1);
    assert_eq!(rows[0].texts[0].label.as_deref(), Some("Why, in your words?"));
    assert_eq!(rows[0].texts[0].lang.as_ref().unwrap().by, feedback::LanguageSource::Declared);
    let scores: Vec<_> = rows.iter().map(|row| row.scores[0].value).collect();
    assert_eq!(scores, [10.0, 0.0], "by the question's words, and never the group");
}

#[test]
fn odd_tables() {
    let one_column = read_all(b"Comment\nGood, fast and friendly service\nBad\n");
    assert_eq!(texts(&one_column), ["Good, fast and friendly service", "Bad"]);
    let ragged = read_all(b"id,comment,nps\n1,It was all quite good\n2,It was bad, really,3,x\n3,Fine thank you,9,,\n");
    assert_eq!(ragged[0].as_ref().unwrap().texts.len(), 1, "a short row lacks its last cells");
    assert_eq!(ragged[1].as_ref().unwrap_err().code, RejectCode::BadRow);
    assert!(ragged[2].is_ok(), "empty cells too many are no fault");
    assert!(matches!(file::csv(Cursor::new(Vec::new())), Err(FileError::NoHeader)));
    assert!(matches!(file::csv(Cursor::new(b"\n;;\n".to_vec())), Err(FileError::NoHeader)));
    let header_only = csv(b"id;comment\n");
    assert_eq!(header_only.count(), 0);
    let large = format!("comment,nps\n\"{}\",3\nshort and good,9\n", "a ".repeat(1024 * 1024));
    let rows = read_all(large.as_bytes());
    assert_eq!(rows[0].as_ref().unwrap_err().code, RejectCode::TooLarge);
    assert!(rows[1].is_ok(), "the next row is read");
}

/// A dead letter has the row's bytes as they stood, and ids depend on them and on the row's number.
#[test]
fn rows_keep_their_bytes() {
    let table = csv(DUTCH.as_bytes());
    let rows: Vec<_> = table.map(Result::unwrap).collect();
    let bytes: Vec<_> =
        rows.iter().map(|row| String::from_utf8(row.bytes.clone()).unwrap()).collect();
    assert_eq!(bytes[0], "1;25-03-2026;9;\"Prima geholpen; snel, en \"\"netjes\"\"\";Noord");
    assert_eq!(bytes[1], "2;26-03-2026;2;\"Lang gewacht\r\nen geen café\";Zuid");
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2, 3]);
    // Far beyond what is read ahead, the bytes are still each row's own.
    let many = (0..50_000)
        .fold(String::new(), |text, n| text + &format!("{n},this is comment number {n}\n"));
    let table = csv(format!("id,comment\n{many}").as_bytes());
    for (n, row) in table.enumerate() {
        assert_eq!(row.unwrap().bytes, format!("{n},this is comment number {n}").into_bytes());
    }
}

/// A program, a picture or an archive with the name of a table is refused; a stray character is not.
#[test]
fn a_file_that_is_no_text_is_refused() {
    let packed: Vec<u8> =
        (0..40_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[2]).collect();
    let program = [
        b"\x7fELF\x02\x01\x01".as_slice(),
        &[0; 9],
        b"\x03\0>\0\x01\0\0\0\xc0\xd5\x9e\0",
        &[0; 64],
    ]
    .concat();
    for bytes in [packed, program] {
        assert!(matches!(file::csv(Cursor::new(bytes)), Err(FileError::NoText)));
    }
    assert_eq!(csv(b"id,comment\n1,a\0b words here now\n").count(), 1);
}

/// A quote that is never closed costs its own row, and never a row in silence.
#[test]
fn a_quote_that_is_never_closed_is_told_and_the_rows_below_it_are_read() {
    let rows = |from: usize| -> String {
        let row = |n: usize| format!("{n},{},order number {n} came late\r\n", n % 11);
        (from..=200).map(row).collect::<Vec<_>>().concat()
    };
    let opened = "1,3,\"You charged my card twice\r\n";
    let near = format!("id,NPS,comment\r\n{opened}{}", rows(2));
    let far = format!("id,NPS,comment\r\n{}{}{opened}{}", rows(150), rows(150), rows(2));
    let odd = format!("id,NPS,comment\r\n{opened}{}7,8\r\n", rows(2));
    for (file, rows, dead, line) in [(&near, 200, 1, 2), (&far, 302, 1, 104), (&odd, 201, 2, 2)] {
        let mut table = csv(file.as_bytes());
        let read_as = table.read_as();
        let (_, source) = guess(&mut table);
        let columns = table.columns().clone();
        let ingest = ingest(&[]);
        let records: Vec<_> = table.map(Result::unwrap).collect();
        assert_eq!(records.len(), rows);
        let numbers: Vec<_> = records.iter().map(|record| record.number).collect();
        assert!(numbers.iter().copied().eq(1..=rows as u64), "each row has its number");
        let read = |record| ingest.read_row(&source, &columns, record);
        let rejects: Vec<_> = records
            .iter()
            .filter_map(|record| Some((record.bytes.clone(), read(record).err()?)))
            .collect();
        assert_eq!(rejects.len(), dead, "{rejects:?}");
        assert_eq!(rejects[0].0, opened.trim_end().as_bytes());
        let message = format!("the quote opened on line {line} is never closed");
        assert_eq!(rejects[0].1, Reject::new(RejectCode::BadRow, message.clone()));
        assert!(read_as.notes().concat().starts_with(&message), "{:?}", read_as.notes());
    }
    // What may as well be the rest of the answer stays with it.
    let prose = "id,NPS,comment\n1,3,\"It began badly\nand then\n\nit went on, and on\n";
    let table = csv(prose.as_bytes());
    let columns = table.columns().clone();
    let source = guess(&mut csv(b"id,NPS,comment\n1,3,It was bad\n")).1;
    let records: Vec<_> = table.map(Result::unwrap).collect();
    assert_eq!(records.len(), 1);
    assert!(records[0].bytes.ends_with(b"it went on, and on"));
    let reject = ingest(&[]).read_row(&source, &columns, &records[0]).unwrap_err();
    assert!(reject.message.ends_with("the 2 lines below it are in this record"), "{reject}");
    let header = file::csv(Cursor::new(b"id,\"NPS,comment\n1,3,bad\n".to_vec()));
    assert!(matches!(header, Err(FileError::UnclosedHeader { line: 1 })));
}

/// Rows that an unclosed quote and the next quote have joined can't be told from an answer over several
/// lines, so they are pointed out.
#[test]
fn rows_that_a_quote_has_joined_are_told() {
    let joined = "sep=,\nid,NPS,comment\n1,3,\"bad\n2,4,\"fine\n3,9,good\n";
    let table = csv(joined.as_bytes());
    let read_as = table.read_as();
    assert_eq!(table.count(), 2);
    let told = "the record on line 3 goes over several lines that each look like a row: is a quote not \
        closed there?";
    assert_eq!(read_as.notes(), [told]);
    let table = csv(DUTCH.as_bytes());
    let read_as = table.read_as();
    assert_eq!((table.count(), read_as.notes().len()), (3, 0));
}

#[test]
fn a_quote_that_is_never_closed_ends_the_file_and_not_the_memory() {
    struct Endless(bool);
    impl std::io::Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            buffer.fill(b'a');
            if let (false, Some(start)) = (self.0, buffer.get_mut(..9)) {
                self.0 = true;
                start.copy_from_slice(b"a,b\n1,2\n\"");
            }
            Ok(buffer.len())
        }
    }
    // The header is looked for among the first rows, so the fault is met there.
    assert!(matches!(file::csv(Endless(false)), Err(FileError::RecordTooLong { line: 3, .. })));
}

fn workbook() -> Vec<u8> {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("Empty").unwrap();
    workbook.add_worksheet().set_name("Cover").unwrap().write(0, 0, "Customer report").unwrap();
    let hidden = workbook.add_worksheet().set_name("Hidden").unwrap().set_hidden(true);
    hidden.write(0, 0, "Comment").unwrap().write(1, 0, "not this one").unwrap();
    let sheet = workbook.add_worksheet().set_name("Answers").unwrap();
    let date = Format::new().set_num_format("dd-mm-yyyy hh:mm");
    sheet.write(0, 0, "Customer report").unwrap();
    for (column, name) in
        ["Response ID", "Datum", "NPS", "Opmerking", "Terugbellen"].iter().enumerate()
    {
        sheet.write(2, u16::try_from(column).unwrap(), *name).unwrap();
    }
    for (row, (nps, comment)) in
        [(9.0, "Heel snel geholpen, dank!"), (2.5, "=SUM is geen antwoord op mijn vraag")]
            .iter()
            .enumerate()
    {
        let line = u32::try_from(row).unwrap() + 3;
        sheet.write(line, 0, format!("R{row}")).unwrap();
        let time = ExcelDateTime::from_ymd(2026, 3, 4).unwrap().and_hms(10, 30, 0).unwrap();
        sheet.write_with_format(line, 1, &time, &date).unwrap();
        sheet.write(line, 2, *nps).unwrap();
        sheet.write_string(line, 3, *comment).unwrap();
        sheet.write(line, 4, row == 0).unwrap();
    }
    // A stray cell a million rows below must not cost a million rows.
    sheet.write(1_000_000, 16_000, " ").unwrap();
    workbook.save_to_buffer().unwrap()
}

#[test]
fn a_workbook() {
    let mut table = file::xlsx(workbook()).unwrap();
    assert_eq!(
        table.read_as().notes(),
        ["the sheet \"Answers\" was read, and not \"Cover\", \"Hidden\""]
    );
    let (guess, source) = guess(&mut table);
    let columns = table.columns().clone();
    let ingest = ingest(&[]);
    let rows: Vec<_> =
        table.map(|row| ingest.read_row(&source, &columns, &row.unwrap()).unwrap()).collect();
    assert_eq!(rows.len(), 2, "{guess:#?}");
    assert_eq!(rows[0].source_id.as_deref(), Some("R0"));
    assert_eq!(rows[0].occurred_at.unwrap().to_string(), "2026-03-04T10:30:00Z");
    assert!((rows[1].scores[0].value - 2.5).abs() < f64::EPSILON);
    assert_eq!(rows[1].texts[0].text.as_str(), "=SUM is geen antwoord op mijn vraag");
    assert_eq!(rows[0].attributes["Terugbellen"].get(), "true");
    for damaged in [b"no workbook".to_vec(), b"PK\x03\x04".to_vec(), Vec::new()] {
        assert!(file::xlsx(damaged).is_err());
    }
}

#[test]
fn rows_that_answer_one_question_each_are_joined() {
    let text = "response_id,submitted_at,region,question_id,question_text,question_type,answer\n\
        A,2026-03-04T10:00:00Z,North,q1,How likely?,NPS,9\n\
        B,2026-03-04T11:00:00Z,South,q1,How likely?,NPS,2\n\
        A,2026-03-04T10:00:00Z,,q2,Why?,open,\"Fast, friendly\"\n\
        B,2026-03-04T11:00:00Z,South,q2,Why?,open,Nobody called me back\n\
        A,2026-03-04T10:00:00Z,North,q3,Which?,choice,Phone\n\
        ,2026-03-04T12:00:00Z,East,q2,Why?,open,I stand alone\n";
    let ingest = ingest(&[("sources/survey_questions.toml", QUESTIONS)]);
    let source = ingest.source("survey_questions").unwrap();
    let table = csv(text.as_bytes()).joined(source).unwrap();
    let columns = table.columns().clone();
    assert!(source.missing_columns(&columns).is_empty() && source.can_read(&columns));
    let other = csv(b"response_id,question_id,Answers\n1,2,3\n").columns().clone();
    let missing = source.missing_columns(&other);
    let missing: Vec<_> =
        missing.iter().map(|column| (column.name.as_str(), column.nearest.as_deref())).collect();
    assert_eq!(missing, [("submitted_at", None), ("answer", Some("Answers"))]);
    assert!(!source.can_read(&other), "without its answers no row can be read");
    let rows: Vec<_> =
        table.map(|row| ingest.read_row(source, &columns, &row.unwrap()).unwrap()).collect();
    assert_eq!(rows.len(), 3);
    let (a, b) = (&rows[0], &rows[1]);
    assert_eq!(a.source_id.as_deref(), Some("A"));
    assert_eq!(a.texts[0].text.as_str(), "Fast, friendly");
    assert_eq!(a.texts[0].label.as_deref(), Some("Why?"));
    assert_eq!(a.scores[0].question_id.as_deref(), Some("q1"));
    assert_eq!(a.answers[0].value.get(), "\"Phone\"");
    assert_eq!(b.texts[0].text.as_str(), "Nobody called me back");
    let attributes: Vec<_> =
        a.attributes.iter().map(|(name, value)| (name.as_str(), value.get())).collect();
    assert_eq!(attributes, [("region", "\"North\"")]);
    assert_eq!(rows[2].source_id, None);
}

/// A row that is sent to its source's topic is read there as it is in a file.
#[test]
fn rows_are_the_same_on_a_topic() {
    let joined = "response_id,submitted_at,region,question_id,question_text,question_type,answer\n\
        A,2026-03-04T10:00:00Z,North,q1,How likely?,NPS,9\n\
        A,2026-03-04T10:00:00Z,,q2,Why?,open,\"Fast, \"\"friendly\"\"\"\n\
        A,2026-03-04T10:00:00Z,North,q3,Which?,choice,Phone\n\
        B,2026-03-04T11:00:00Z,South,q1,How likely?,NPS,2\n";
    let plain = "ResponseId,RecordedDate,Comment,Q1_NPS,Segment,Region\n\
        R_1,25-03-2026,Goed geholpen,9 - zeer,gold,\n\
        R_2,26-03-2026,Slecht,2,,Zuid\n";
    let survey = include_str!("../../../../config/sources/survey_export.toml");
    let ingest = ingest(&[
        ("sources/survey_questions.toml", QUESTIONS),
        ("sources/survey_export.toml", survey),
    ]);
    for (name, text) in [("survey_questions", joined), ("survey_export", plain)] {
        let source = ingest.source(name).unwrap();
        let table = csv(text.as_bytes()).joined(source).unwrap();
        let columns = table.columns().clone();
        for row in table.map(Result::unwrap) {
            let in_file = ingest.read_row(source, &columns, &row).unwrap();
            let sent = row.to_json(&columns, source).unwrap();
            let mut on_topic =
                ingest.read(&record_of(&format!("feedback.raw.{name}"), &sent)).unwrap();
            on_topic.received_at = None;
            assert_eq!(json(&in_file), json(&on_topic), "{}", String::from_utf8_lossy(&sent));
        }
    }
    let odd = record_of("feedback.raw.survey_questions", br#"{"response_id":"A","questions":"x"}"#);
    assert_eq!(ingest.read(&odd).unwrap_err().code, RejectCode::BadSourceField);
    // Questions are read as such only where the source has them.
    let other = br#"{"Comment":"Slecht","questions":"x"}"#;
    let other = ingest.read(&record_of("feedback.raw.survey_export", other)).unwrap();
    assert_eq!(other.attributes["questions"].get(), "\"x\"");
}

/// What was joined is shown line by line where it came from.
#[test]
fn joined_rows_keep_their_cells() {
    let ingest = ingest(&[("sources/survey_questions.toml", QUESTIONS)]);
    let source = ingest.source("survey_questions").unwrap();
    let text = "response_id,question_id,question_type,answer\nA,q1,nps,9\nA,q2,open,Fast\n";
    let table = csv(text.as_bytes()).joined(source).unwrap();
    let columns = table.columns().clone();
    let row = table.map(Result::unwrap).next().unwrap();
    let shown: Vec<_> = row.shown(&columns, source).iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["A", "q1\nq2", "nps\nopen", "9\nFast"]);
}

/// One odd byte spoils neither its row nor the others, and is told.
#[test]
fn one_odd_byte_is_one_odd_byte() {
    let text =
        b"id,Opmerking\n1,E\xc3\xa9n keer gebeld\n2,Het caf\xe9 was dicht\n3,Tr\xc3\xa8s bien\n";
    let table = csv(text);
    let read_as = table.read_as();
    let rows: Vec<_> = table.map(|row| row.unwrap().cells[1].to_string()).collect();
    assert_eq!(rows, ["Eén keer gebeld", "Het café was dicht", "Très bien"]);
    assert_eq!(read_as.notes(), ["1 byte that is no UTF-8, on line 3, was read as windows-1252"]);
    assert!(csv(DUTCH.as_bytes()).read_as().notes().is_empty());
}

#[test]
fn lines_of_text() {
    let bytes = b"Goed geholpen in het caf\xe9\r\n\r\n   \r\nSlecht\n".to_vec();
    let lines: Vec<_> = Lines::decoded(Cursor::new(bytes)).map(Result::unwrap).collect();
    let ingest = ingest(&[]);
    let source = ingest.source("default").unwrap();
    let read: Vec<_> = lines
        .iter()
        .map(|line| ingest.read_text(source, line.number, &line.bytes).unwrap())
        .collect();
    assert_eq!(read.len(), 2, "blank lines are no records");
    assert_eq!(read[0].texts[0].text.as_str(), "Goed geholpen in het café");
    let json: Vec<_> =
        Lines::new(BufReader::new(Cursor::new(b"{\"text\":\"a\"}\n\n{bad}".to_vec())))
            .map(|line| {
                line.map(|line| ingest.read_line(source, line.number, &line.bytes)).unwrap()
            })
            .collect();
    assert!(json[0].is_ok());
    assert_eq!(json[1].as_ref().unwrap_err().code, RejectCode::NotJson);
}

proptest::proptest! {
    /// Any bytes as a table: rows, or an error; never a panic, and never a row lost without a word.
    #[test]
    fn any_bytes_are_a_table_or_an_error(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
        if let Ok(mut table) = file::csv(Cursor::new(bytes.clone())) {
            let columns = table.columns().clone();
            let guess = Guess::of(&columns, table.sample(10));
            let ingest = ingest(&[]);
            if let Some(source) = guess.source() {
                for row in table {
                    proptest::prop_assert!(row.is_ok_and(|row| ingest.read_row(&source, &columns, &row).is_ok()
                        || ingest.read_row(&source, &columns, &row).is_err()));
                }
            }
        }
        proptest::prop_assert!(file::xlsx(bytes).is_err());
    }

    /// Cells of any text survive being written as CSV and read back.
    #[test]
    fn cells_survive(cells in proptest::collection::vec("[a-zA-Z\"é€,;\n\t ]{0,12}", 2..20)) {
        let row = |(n, cell): (usize, &String)| format!("{n},\"{}\"\n", cell.replace('"', "\"\""));
        let rows: Vec<_> = cells.iter().enumerate().map(row).collect();
        let written = format!("number,comment\n{}", rows.concat());
        let rows: Vec<_> = csv(written.as_bytes()).map(Result::unwrap).collect();
        let read: Vec<_> = rows.iter().map(|row| row.cells[1].to_string()).collect();
        proptest::prop_assert_eq!(read, cells);
    }
}
