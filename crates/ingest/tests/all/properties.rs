//! What must always hold: any bytes are read or rejected, and what is put out reads back the same.

use super::*;
use feedback::{Header, Origin};
use proptest::prelude::*;

/// JSON of any shape, some of it broken, with the names that mean something.
fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<f64>().prop_map(|number| number.to_string()),
        (-20_i64..20).prop_map(|number| number.to_string()),
        "\\PC{0,20}".prop_map(|text| serde_json::to_string(&text).unwrap_or_default()),
        Just(r#""\ud800""#.to_owned()),
        Just(r#""2026-03-04T10:00:00Z""#.to_owned()),
        Just(r#""1.0""#.to_owned()),
    ];
    let name = prop_oneof![
        Just("text"),
        Just("score"),
        Just("id"),
        Just("lang"),
        Just("occurred_at"),
        Just("texts"),
        Just("scores"),
        Just("data"),
        Just("specversion"),
        Just("schema"),
        Just("metric"),
        Just("value"),
        Just("redactions"),
        Just("customer"),
        Just("attributes"),
        Just("answers"),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec((name.clone(), inner), 0..6).prop_map(|members| {
                let members: Vec<_> =
                    members.iter().map(|(name, json)| format!("\"{name}\":{json}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

/// Records that can be read.
fn readable() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        "\\PC{1,60}",
        Just("Bel 06-12345678 of mail jan@kpn.nl, NL91ABNA0417164300".to_owned()),
        "[a-z ]{0,20}[0-9 .-]{0,20}[a-z@. ]{0,20}",
    ];
    let other = prop_oneof![
        "\\PC{0,10}".prop_map(serde_json::Value::from),
        any::<i32>().prop_map(Into::into)
    ];
    (
        text,
        0..=10_u8,
        prop::option::of("[a-z0-9]{1,8}"),
        prop::collection::btree_map("[a-z]{5,9}", other, 0..4),
    )
        .prop_map(|(text, score, id, others)| {
            let mut record = serde_json::Map::from_iter(others);
            record.insert("text".into(), text.into());
            record.insert("score".into(), score.into());
            record.extend(id.map(|id| ("id".to_owned(), id.into())));
            serde_json::Value::Object(record).to_string()
        })
}

thread_local! {
    static INGEST: Ingest = ingest(&[("sources/conversation.toml", CONVERSATION)]);
}

const CONVERSATION: &str = include_str!("../../../../config/sources/conversation.toml");

fn read_bytes(bytes: &[u8]) -> Result<Feedback, Reject> {
    INGEST.with(|ingest| ingest.read(&record(bytes)))
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_rejected(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(read_bytes(&bytes).is_err(), read_bytes(&bytes).is_err());
    }

    #[test]
    fn any_json_is_read_or_rejected_and_the_checks_agree_with_serde(json in any_json()) {
        for topic in ["feedback.raw", "feedback.raw.conversation"] {
            let result = INGEST.with(|ingest| ingest.read(&record_of(topic, json.as_bytes())));
            if let Err(reject) = result {
                let is_json = serde_json::from_str::<serde_json::Value>(&json).is_ok();
                let says_not = matches!(reject.code.name(), "not_json" | "truncated" | "empty" | "not_utf8");
                prop_assert!(!(is_json && says_not), "{}: {}", reject, json);
            }
        }
    }

    /// One byte changed or cut: read or rejected, and never accepted where serde_json refuses.
    #[test]
    fn our_grammar_is_no_wider_than_serdes(json in any_json(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = json.into_bytes();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        if read_bytes(&bytes).is_ok() {
            prop_assert!(serde_json::from_slice::<serde_json::Value>(&bytes).is_ok());
        }
    }

    #[test]
    fn headers_of_any_kind_do_no_harm(name in "(ce_)?[a-z_]{0,12}", value in prop::option::of(prop::collection::vec(any::<u8>(), 0..20))) {
        let mut record = record(br#"{"text":"a"}"#);
        record.headers.push(Header { name, value });
        record.headers.push(Header::text("ce_specversion", "1.0"));
        let read = INGEST.with(|ingest| ingest.read(&record));
        prop_assert!(read.is_ok_and(|feedback| feedback.texts.len() == 1) || record.headers[0].name == "ce_time"
            || record.headers[0].name == "ce_specversion");
    }

    /// What is put out, read again at another place, is the same feedback.
    #[test]
    fn what_is_put_out_reads_back_the_same(json in readable()) {
        let Ok(feedback) = read_bytes(json.as_bytes()) else { return Ok(()) };
        let bytes = serde_json::to_vec(&feedback).unwrap();
        let mut again = record(&bytes);
        again.origin = Origin { offset: 99, ..again.origin };
        let back = INGEST.with(|ingest| ingest.read(&again)).unwrap();
        prop_assert_eq!(serde_json::to_vec(&back).unwrap(), bytes);
    }

    #[test]
    fn ids_are_stable_and_masks_re_read(json in readable()) {
        let (Ok(one), Ok(two)) = (read_bytes(json.as_bytes()), read_bytes(json.as_bytes())) else { return Ok(()) };
        prop_assert_eq!(serde_json::to_vec(&one).unwrap(), serde_json::to_vec(&two).unwrap());
        for mask in &one.redactions {
            let words = one.texts[mask.text].text.as_str().get(mask.start..mask.end);
            prop_assert!(words.is_some_and(|words| words.starts_with('[') && words.ends_with(']')));
        }
    }
}
