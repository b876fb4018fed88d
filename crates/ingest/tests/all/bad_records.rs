//! Bad records as data: each with the code it is rejected with. No reject holds a word of its record.

use super::*;
use ingest::RejectCode::{self, *};

/// A word that stands in records and may stand nowhere else.
const CANARY: &str = "kanarie";

/// Records in JSON's or the record's form that must be rejected.
#[rustfmt::skip]
const TEXTS: &[(&str, RejectCode)] = &[
    // Nothing there.
    ("", Empty), (" ", Empty), ("\n\t\r ", Empty), ("\u{feff}", Empty), ("\u{feff}  ", Empty),
    // Not JSON.
    ("kanarie", NotJson), ("<xml>kanarie</xml>", NotJson), ("'text'", NotJson), ("{text:\"kanarie\"}", NotJson),
    ("{'text':'kanarie'}", NotJson), ("{\"text\":\"kanarie\",}", NotJson), ("{\"text\" \"kanarie\"}", NotJson),
    ("{\"text\":\"kanarie\"}}", NotJson), ("{\"text\":\"kanarie\"} x", NotJson),
    ("{\"text\":\"a\"}{\"text\":\"b\"}", NotJson), ("{\"text\":\"a\"}\n{\"text\":\"b\"}", NotJson),
    ("{\"text\":\"kanarie\nkanarie\"}", NotJson), ("{\"text\":\"kanarie\u{0}\"}", NotJson),
    ("{\"text\":\"\\x41\"}", NotJson), ("{\"text\":\"\\u12g4\"}", NotJson), ("{\"text\":tru}", NotJson),
    ("{\"text\":nulL}", NotJson), ("{\"text\":True}", NotJson), ("{\"score\":NaN}", NotJson),
    ("{\"score\":Infinity}", NotJson), ("{\"score\":-}", NotJson), ("{\"score\":01}", NotJson),
    ("{\"score\":1.}", NotJson), ("{\"score\":.5}", NotJson), ("{\"score\":1e}", NotJson),
    ("{\"score\":+1}", NotJson), ("{\"score\":0x10}", NotJson), ("{\"score\":1,}", NotJson),
    ("{,}", NotJson), ("{\"a\"}", NotJson), ("{1:2}", NotJson), ("{\"a\":[1 2]}", NotJson),
    ("{\"a\":[1,]}", NotJson), ("{\"a\":[,1]}", NotJson), ("{\"a\":1 \"b\":2}", NotJson),
    ("{\"a\":[1}}", NotJson), ("{\"a\":{\"b\":1]}", NotJson), ("]", NotJson), ("}", NotJson),
    ("// kanarie\n{\"text\":\"a\"}", NotJson), ("\u{feff}\u{feff}{\"text\":\"a\"}", NotJson),
    ("\u{a0}{\"text\":\"a\"}", NotJson), ("{\"text\":\"a\"}\u{0}", NotJson),
    // Cut short.
    ("{", Truncated), ("[", Truncated), ("\"", Truncated), ("\"kanarie", Truncated), ("{\"", Truncated),
    ("{\"text", Truncated), ("{\"text\"", Truncated), ("{\"text\":", Truncated), ("{\"text\": ", Truncated),
    ("{\"text\":\"kanarie", Truncated), ("{\"text\":\"kanarie\\", Truncated), ("{\"text\":\"\\u00", Truncated),
    ("{\"text\":\"\\ud83d", Truncated), ("{\"text\":\"kanarie\"", Truncated), ("{\"text\":\"kanarie\",", Truncated),
    ("{\"score\":1", Truncated), ("{\"score\":-", Truncated), ("{\"score\":1e+", Truncated), ("tru", Truncated),
    ("{\"a\":[1,", Truncated), ("{\"a\":nul", Truncated), ("{\"a\":{\"b\":[", Truncated),
    // Names twice, at any level, however they are written.
    ("{\"text\":\"kanarie\",\"text\":\"kanarie\"}", DuplicateKey),
    ("{\"text\":\"a\",\"score\":1,\"score\":1}", DuplicateKey),
    ("{\"text\":\"a\",\"x\":{\"kanarie\":1,\"kanarie\":2}}", DuplicateKey),
    ("{\"text\":\"a\",\"x\":[{},{\"y\":{\"a\":1,\"b\":2,\"a\":3}}]}", DuplicateKey),
    ("{\"text\":\"a\",\"t\\u0065xt\":\"b\"}", DuplicateKey), ("{\"text\":\"a\",\"\":1,\"\":2}", DuplicateKey),
    ("{\"text\":\"a\",\"é\":1,\"\\u00e9\":2}", DuplicateKey),
    // Half a surrogate pair.
    ("{\"text\":\"kanarie \\ud800\"}", LoneSurrogate), ("{\"text\":\"\\udc00\"}", LoneSurrogate),
    ("{\"text\":\"\\ud800\\ud800\"}", LoneSurrogate), ("{\"text\":\"\\ud800x\"}", LoneSurrogate),
    ("{\"text\":\"\\ud800\\n\"}", LoneSurrogate), ("{\"text\":\"a\",\"\\udfff\":1}", LoneSurrogate),
    ("{\"text\":\"a\",\"x\":[[\"\\uDBFF\\u0041\"]]}", LoneSurrogate),
    // Numbers no float can hold.
    ("{\"score\":1e400}", NumberOutOfRange), ("{\"score\":-1e400}", NumberOutOfRange),
    ("{\"text\":\"a\",\"x\":[1E+309]}", NumberOutOfRange),
    ("{\"text\":\"a\",\"x\":{\"y\":12345678901234567890e999999999999999999}}", NumberOutOfRange),
    // Another type than it must be.
    ("null", WrongType), ("true", WrongType), ("42", WrongType), ("\"kanarie\"", WrongType), ("[]", WrongType),
    ("[{\"text\":\"kanarie\"}]", WrongType), ("{\"text\":42}", WrongType), ("{\"text\":[\"kanarie\"]}", WrongType),
    ("{\"text\":{\"kanarie\":1}}", WrongType), ("{\"text\":true}", WrongType),
    ("{\"text\":\"a\",\"id\":true}", WrongType), ("{\"text\":\"a\",\"id\":[\"kanarie\"]}", WrongType),
    ("{\"text\":\"a\",\"id\":{}}", WrongType), ("{\"text\":\"a\",\"lang\":1}", WrongType),
    ("{\"text\":\"a\",\"lang\":[\"kanarie\"]}", WrongType), ("{\"text\":\"a\",\"score\":\"9\"}", WrongType),
    ("{\"text\":\"a\",\"score\":\"kanarie\"}", WrongType), ("{\"text\":\"a\",\"score\":true}", WrongType),
    ("{\"text\":\"a\",\"score\":[9]}", WrongType), ("{\"text\":\"a\",\"score\":{}}", WrongType),
    ("{\"text\":\"a\",\"score\":{\"metric\":\"nps\"}}", WrongType), ("{\"text\":\"a\",\"score\":{\"value\":9}}", WrongType),
    ("{\"text\":\"a\",\"score\":{\"metric\":\"nps\",\"value\":\"kanarie\"}}", WrongType),
    ("{\"text\":\"a\",\"score\":{\"metric\":1,\"value\":9}}", WrongType),
    ("{\"text\":\"a\",\"score\":{\"metric\":\"nps\",\"value\":9,\"direction\":\"kanarie\"}}", WrongType),
    ("{\"text\":\"a\",\"occurred_at\":1772618400}", WrongType), ("{\"text\":\"a\",\"occurred_at\":{}}", WrongType),
    ("{\"texts\":\"kanarie\"}", WrongType), ("{\"texts\":[\"kanarie\"]}", WrongType), ("{\"texts\":[{}]}", WrongType),
    ("{\"texts\":[{\"text\":1}]}", WrongType), ("{\"scores\":{\"metric\":\"nps\",\"value\":1}}", WrongType),
    ("{\"scores\":[{\"metric\":\"nps\"}]}", WrongType), ("{\"texts\":[{\"text\":\"a\"}],\"channel\":1}", WrongType),
    ("{\"texts\":[{\"text\":\"a\"}],\"revision\":-1}", WrongType),
    ("{\"texts\":[{\"text\":\"a\"}],\"attributes\":[\"kanarie\"]}", WrongType),
    ("{\"texts\":[{\"text\":\"a\"}],\"customer\":\"kanarie\"}", WrongType),
    ("{\"texts\":[{\"text\":\"a\",\"lang\":{\"code\":\"en\",\"confidence\":2}}]}", WrongType),
    ("{\"texts\":[{\"text\":\"é\"}],\"redactions\":[{\"text\":0,\"kind\":\"email\",\"start\":0,\"end\":1}]}", WrongType),
    ("{\"texts\":[{\"text\":\"a\"}],\"redactions\":[{\"text\":1,\"kind\":\"email\",\"start\":0,\"end\":1}]}", WrongType),
    ("{\"texts\":[{\"text\":\"a\"}],\"redactions\":[{\"text\":0,\"kind\":\"email\",\"start\":1,\"end\":0}]}", WrongType),
    ("{\"schema\":\"voc.feedback.v1\",\"id\":\"kanarie\",\"texts\":[{\"text\":\"a\"}]}", WrongType),
    // Neither a text nor a score.
    ("{}", MissingTextAndScore), ("{\"id\":1,\"comment\":\"kanarie\"}", MissingTextAndScore),
    ("{\"text\":\"\"}", MissingTextAndScore), ("{\"text\":\" \\n\\t\\u00a0 \"}", MissingTextAndScore),
    ("{\"text\":\"\\u200b\\ufeff\"}", MissingTextAndScore), ("{\"text\":null}", MissingTextAndScore),
    ("{\"text\":null,\"score\":null}", MissingTextAndScore), ("{\"texts\":[]}", MissingTextAndScore),
    ("{\"texts\":[{\"text\":\"  \"}],\"scores\":[]}", MissingTextAndScore), ("{\"Text\":\"kanarie\"}", MissingTextAndScore),
    // Scores off their scale.
    ("{\"score\":11}", ScoreOffScale), ("{\"score\":-1}", ScoreOffScale), ("{\"score\":10.01}", ScoreOffScale),
    ("{\"text\":\"kanarie\",\"score\":1e300}", ScoreOffScale),
    ("{\"score\":{\"metric\":\"csat\",\"value\":0}}", ScoreOffScale), ("{\"score\":{\"metric\":\"csat\",\"value\":6}}", ScoreOffScale),
    ("{\"score\":{\"metric\":\"ces\",\"value\":8}}", ScoreOffScale),
    ("{\"score\":{\"metric\":\"rating\",\"value\":11,\"min\":1,\"max\":10}}", ScoreOffScale),
    ("{\"score\":{\"metric\":\"nps\",\"value\":5,\"min\":10,\"max\":0}}", ScoreOffScale),
    ("{\"score\":{\"metric\":\"nps\",\"value\":5,\"min\":5,\"max\":5}}", ScoreOffScale),
    ("{\"scores\":[{\"metric\":\"nps\",\"value\":5},{\"metric\":\"nps\",\"value\":50}]}", ScoreOffScale),
    ("{\"score\":{\"metric\":\"kanarie\",\"value\":5}}", UnknownMetric), ("{\"scores\":[{\"metric\":\"\",\"value\":5}]}", UnknownMetric),
    // Times.
    ("{\"text\":\"a\",\"occurred_at\":\"kanarie\"}", BadTime), ("{\"text\":\"a\",\"occurred_at\":\"\"}", BadTime),
    ("{\"text\":\"a\",\"occurred_at\":\"2026-02-30\"}", BadTime), ("{\"text\":\"a\",\"occurred_at\":\"04-03-2026\"}", BadTime),
    ("{\"text\":\"a\",\"occurred_at\":\"2026-03-04T25:00:00Z\"}", BadTime),
    ("{\"texts\":[{\"text\":\"a\"}],\"occurred_at\":\"gisteren\"}", BadTime),
    // Envelopes.
    ("{\"specversion\":\"0.3\",\"data\":{\"text\":\"kanarie\"}}", UnsupportedSpecversion),
    ("{\"specversion\":\"9.9\",\"id\":\"1\",\"data\":{\"text\":\"a\"}}", UnsupportedSpecversion),
    ("{\"specversion\":\"kanarie\",\"text\":\"a\"}", UnsupportedSpecversion),
    ("{\"specversion\":\"1.0\",\"id\":\"1\",\"data\":\"kanarie\"}", WrongType),
    ("{\"specversion\":\"1.0\",\"id\":\"1\",\"data\":[1]}", WrongType),
    ("{\"specversion\":\"1.0\",\"id\":\"1\",\"data_base64\":\"a2FuYXJpZQ==\"}", WrongType),
    ("{\"specversion\":\"1.0\",\"id\":\"1\"}", MissingTextAndScore),
    ("{\"specversion\":\"1.0\",\"id\":\"1\",\"time\":\"kanarie\",\"data\":{\"text\":\"a\"}}", BadTime),
    ("{\"specversion\":\"1.0\",\"id\":[],\"data\":{\"text\":\"a\"}}", WrongType),
    ("{\"schema\":\"voc.feedback.v2\",\"texts\":[{\"text\":\"a\"}]}", UnsupportedSchema),
    ("{\"schema\":\"kanarie\",\"texts\":[{\"text\":\"a\"}]}", UnsupportedSchema),
];

/// Bytes that are no text.
const BYTES: &[(&[u8], RejectCode)] = &[
    (b"\xff\xfe{\x00}\x00", NotUtf8),
    (b"\x00", NotJson),
    (b"{\"text\":\"kanarie \xff\"}", NotUtf8),
    (b"{\"text\":\"\xc3\x28\"}", NotUtf8),
    (b"{\"text\":\"\xc0\xaf\"}", NotUtf8),
    (b"{\"text\":\"\xed\xa0\x80\"}", NotUtf8),
    (b"{\"text\":\"\xf4\x90\x80\x80\"}", NotUtf8),
    (b"{\"\xe9\":1,\"text\":\"a\"}", NotUtf8),
    (b"{\"text\":\"caf\xc3", Truncated),
    (b"{\"text\":\"\xf0\x9f\x98", Truncated),
    (b"\x1f\x8b\x08\x00\x00\x00", NotUtf8),
    (b"\x00\x00\x00\x00\x2a{\"text\":\"a\"}", NotJson),
];

fn generated() -> Vec<(Vec<u8>, RejectCode)> {
    const DEPTH: usize = 100_000;
    let text_of = |bytes: usize| format!("{{\"text\":\"{}\"}}", "a".repeat(bytes));
    let nested = |depth: usize| {
        format!("{{\"text\":\"kanarie\",\"x\":{}{}}}", "[".repeat(depth), "]".repeat(depth))
    };
    let names =
        |count: usize| (0..count).map(|n| format!("\"{n}\":0")).collect::<Vec<_>>().join(",");
    vec![
        ("[".repeat(DEPTH).into_bytes(), TooDeep),
        ("{\"a\":".repeat(DEPTH).into_bytes(), TooDeep),
        (nested(DEPTH).into_bytes(), TooDeep),
        (nested(64).into_bytes(), TooDeep),
        (text_of(2 * 1024 * 1024).into_bytes(), TooLarge),
        (vec![b' '; 1024 * 1024 + 1], TooLarge),
        (vec![0xff; 2 * 1024 * 1024], TooLarge),
        (text_of(50 * 1024 + 1).into_bytes(), TextTooLarge),
        (
            format!("{{\"texts\":[{{\"text\":\"a\"}},{}]}}", text_of(51_201)).into_bytes(),
            TextTooLarge,
        ),
        (
            format!("{{\"text\":\"a\",\"x\":\"{}\"}}", "b".repeat(64 * 1024)).into_bytes(),
            AttributesTooLarge,
        ),
        (format!("{{\"text\":\"a\",{}}}", names(20_000)).into_bytes(), AttributesTooLarge),
        (format!("{{\"text\":\"a\",{},\"77\":1}}", names(100)).into_bytes(), DuplicateKey),
        (
            format!("{{\"text\":\"a\",\"x\":{{{},\"0\":1}}}}", names(50_000)).into_bytes(),
            DuplicateKey,
        ),
        (format!("{{\"score\":1{}}}", "0".repeat(400)).into_bytes(), NumberOutOfRange),
    ]
}

fn cases() -> Vec<(Vec<u8>, RejectCode)> {
    let texts = TEXTS.iter().map(|(text, code)| (text.as_bytes().to_vec(), *code));
    let bytes = BYTES.iter().map(|(bytes, code)| (bytes.to_vec(), *code));
    texts.chain(bytes).chain(generated()).collect()
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(100)]).into_owned()
}

#[test]
fn every_bad_record_has_its_code() {
    let ingest = ingest(&[]);
    let cases = cases();
    assert!(cases.len() >= 100, "{}", cases.len());
    for (bytes, code) in cases {
        match ingest.read(&record(&bytes)) {
            Err(reject) => assert_eq!(reject.code, code, "{}: {}", shown(&bytes), reject.message),
            Ok(_) => panic!("read, and should be {code}: {}", shown(&bytes)),
        }
    }
}

/// In a log, a dead letter's header or an error text there may be no word of the record.
#[test]
fn no_reject_holds_a_word_of_its_record() {
    let ingest = ingest(&[]);
    for (bytes, _) in cases() {
        let Err(reject) = ingest.read(&record(&bytes)) else { continue };
        let told = format!("{reject} {reject:?} {}", reject.message);
        assert!(!told.contains(CANARY) && !told.contains("aaa"), "{told}");
    }
}

#[test]
fn a_record_without_a_value_or_a_source_is_a_reject() {
    let ingest = ingest(&[]);
    let mut tombstone = record(b"");
    tombstone.value = None;
    assert_eq!(ingest.read(&tombstone).unwrap_err().code, NullValue);
    for topic in ["feedback.raw.crm", "feedback.rawcrm", "other", "feedback.raw."] {
        let record = record_of(topic, br#"{"text":"a"}"#);
        assert_eq!(ingest.read(&record).unwrap_err().code, UnknownSource, "{topic}");
    }
    let moved = ingest.with_raw_topic("voc.in");
    assert!(moved.read(&record_of("voc.in", br#"{"text":"a"}"#)).is_ok());
    assert!(moved.read(&record(br#"{"text":"a"}"#)).is_err());
}

#[test]
fn envelopes_in_headers_are_checked() {
    let ingest = ingest(&[]);
    for (name, value, code) in [
        ("ce_specversion", "0.3", UnsupportedSpecversion),
        ("ce_specversion", "", UnsupportedSpecversion),
        ("content-type", "application/cloudevents+json; charset=utf-8", UnsupportedSpecversion),
    ] {
        let record = with_header(record(br#"{"text":"a"}"#), name, value);
        assert_eq!(ingest.read(&record).unwrap_err().code, code, "{name}: {value}");
    }
    let record = with_header(record(br#"{"text":"a"}"#), "ce_specversion", "1.0");
    let record = with_header(record, "ce_time", "now");
    assert_eq!(ingest.read(&record).unwrap_err().code, BadTime);
}

/// 512 KiB of stack hold every bad record.
#[test]
fn a_small_stack_holds_every_bad_record() {
    let reading = std::thread::Builder::new().stack_size(512 * 1024).spawn(|| {
        let ingest = ingest(&[]);
        cases().iter().filter(|(bytes, _)| ingest.read(&record(bytes)).is_err()).count()
    });
    assert_eq!(reading.unwrap().join().unwrap(), cases().len());
}

#[test]
fn codes_have_one_name_each() {
    let mut names: Vec<_> = RejectCode::ALL.iter().map(|code| code.name()).collect();
    assert!(
        names
            .iter()
            .all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b == b'8'))
    );
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), RejectCode::ALL.len());
}
