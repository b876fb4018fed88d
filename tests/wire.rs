//! The contract on the wire: topic, key, headers and bytes of a few records as snapshots, the same on
//! any number of workers and in whatever files the configuration lies, and valid by our own schema.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use bytes::Bytes;
use feedback::Record;
use pipeline::{Entry, OutputHeader};
use serde::Deserialize;
use serde_json::Value;

use crate::support::account::{header, read};
use crate::support::feed::{entry, feed};
use crate::support::place::Place;
use crate::support::{cases, root};

/// What `voc-config` is in the snapshots: the defaults' words are part of the hash.
const HASH: &str = "[hash]";

/// When the records of the snapshots came, in milliseconds since 1970 UTC.
const THEN: i64 = 1_764_000_000_000;

/// One record to send.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    key: Option<String>,
    value: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

fn inputs(topic: &str) -> Vec<Entry> {
    let text = fs::read_to_string(cases("wire/inputs.jsonl")).unwrap();
    let inputs = text.lines().map(|line| serde_json::from_str::<Input>(line).unwrap());
    let entries = inputs.map(|input| {
        let mut entry = entry(topic, input.key.as_deref(), Some(input.value.as_bytes()));
        entry.timestamp_ms = Some(THEN);
        let headers = input.headers.into_iter();
        entry.headers = headers
            .map(|(name, value)| OutputHeader {
                name: name.into(),
                value: Some(Bytes::from(value.into_bytes())),
            })
            .collect();
        entry
    });
    entries.collect()
}

/// A place with the small configuration of these cases. The cases are of a day long ago, and dead
/// letters are kept for 14 days by default.
fn place(partitions: u32, settings: &str) -> Place {
    let topics = format!("[topics]\npartitions = {partitions}\ndead_retention = \"36500d\"");
    let place = Place::embedded(&format!("{settings}\n{topics}"));
    place.configure_from(&cases("wire/config"));
    place.create_topics();
    place
}

/// Every record of every topic of ours, by topic.
pub(crate) fn outputs(place: &Place) -> BTreeMap<String, Vec<Record>> {
    let log = place.log();
    let names = log.names().unwrap().into_iter();
    let outputs = names.filter(|name| *name != place.topic("raw"));
    let mut outputs: BTreeMap<String, Vec<Record>> = outputs
        .map(|name| {
            let records = read(&*log, std::slice::from_ref(&name));
            (name, records)
        })
        .collect();
    outputs.retain(|_, records| !records.is_empty());
    // By what it came from and what it is: offsets depend on who was first.
    for records in outputs.values_mut() {
        records.sort_by_key(|record| {
            (header(record, "voc-origin").to_owned(), record.header("ce_id").map(str::to_owned))
        });
    }
    outputs
}

/// The values that were shown already, with the topic they were shown for.
type Shown = BTreeMap<Vec<u8>, String>;

fn show(outputs: &BTreeMap<String, Vec<Record>>, hash: &str, shown: &mut Shown) -> String {
    let mut text = String::new();
    for (topic, records) in outputs {
        for record in records {
            let key = record.key.as_deref().map(String::from_utf8_lossy);
            writeln!(text, "{topic} {:?} {:?}", key, record.timestamp_ms).unwrap();
            for header in &record.headers {
                let value = String::from_utf8_lossy(header.value.as_deref().unwrap_or_default());
                writeln!(text, "  {}: {value}", header.name).unwrap();
            }
            let value = record.value.as_deref().unwrap();
            let text_of_value = String::from_utf8_lossy(value);
            if let Some(first) = shown.get(value) {
                writeln!(text, "the same bytes as on {first}\n").unwrap();
            } else if let Ok(json) = serde_json::from_slice::<Value>(value) {
                // As it stands on the wire, and to be read.
                writeln!(text, "{text_of_value}\n{json:#}\n").unwrap();
            } else {
                writeln!(text, "{text_of_value}\n").unwrap();
            }
            shown.entry(value.to_vec()).or_insert_with(|| topic.clone());
        }
    }
    text.replace(hash, HASH)
}

fn hash(place: &Place) -> String {
    let checked = place.run(&["check", "--format", "json"]).expect(0).json();
    checked["hash"].as_str().unwrap().to_owned()
}

#[test]
fn each_topic_is_a_snapshot() {
    let place = place(1, "");
    place.log().append(&inputs(&place.topic("raw"))).unwrap();
    place.work(&[]);
    let hash = hash(&place);
    let outputs = outputs(&place);
    for record in outputs.values().flatten() {
        assert_eq!(header(record, "voc-config"), hash);
    }
    let mut values = Shown::new();
    for kind in ["feedback.classified", "feedback.dead", "feedback.routed.", "tasks.", "kudos."] {
        let of_kind: BTreeMap<String, Vec<Record>> = outputs
            .iter()
            .filter(|(topic, _)| topic.starts_with(kind))
            .map(|(topic, records)| (topic.clone(), records.clone()))
            .collect();
        insta::assert_snapshot!(
            format!("wire_{}", kind.trim_end_matches('.')),
            show(&of_kind, &hash, &mut values)
        );
    }
}

/// What a log keeps of a record, but the offset.
pub(crate) type Shape = (i32, Option<Vec<u8>>, Option<Vec<u8>>, Vec<feedback::Header>, Option<i64>);

pub(crate) fn shapes(outputs: BTreeMap<String, Vec<Record>>) -> BTreeMap<String, Vec<Shape>> {
    let shape = |record: Record| {
        let partition = record.origin.partition;
        (partition, record.key, record.value, record.headers, record.timestamp_ms)
    };
    let shapes = |records: Vec<Record>| records.into_iter().map(shape).collect();
    outputs.into_iter().map(|(topic, records)| (topic, shapes(records))).collect()
}

/// What 400 records and the cases become.
fn bytes_in(place: &Place) -> BTreeMap<String, Vec<Shape>> {
    let log = place.log();
    log.append(&inputs(&place.topic("raw"))).unwrap();
    feed(&*log, &place.topic("raw"), 0..400, THEN);
    place.work(&[]);
    shapes(outputs(place))
}

#[test]
fn any_number_of_workers_gives_the_same_bytes() {
    let one = bytes_in(&place(4, "workers = 1"));
    assert!(one.len() > 5, "{:?}", one.keys());
    for settings in ["workers = 3", "workers = 2\n[batch]\nrecords = 7", "[batch]\nrecords = 1"] {
        assert!(bytes_in(&place(4, settings)) == one, "other bytes with {settings}");
    }
}

/// The themes of one file in two, of two in one, and files by other names.
#[test]
fn the_files_themes_lie_in_do_not_matter() {
    let split = place(4, "");
    for name in ["billing.toml", "contact.toml"] {
        let text = fs::read_to_string(cases("wire/config/taxonomy").join(name)).unwrap();
        split.configure(&format!("taxonomy/{name}"), "");
        let themes = text.split("[[theme]]").filter(|theme| !theme.trim().is_empty());
        for (number, theme) in themes.enumerate() {
            let path = format!("taxonomy/sub/{}-{name}", 9 - number);
            split.configure(&path, &format!("[[theme]]{theme}"));
        }
    }
    assert!(bytes_in(&split) == bytes_in(&place(4, "")), "other bytes from other files");
}

/// Each record we put out is valid by `voc schema`, which names every member.
#[test]
fn every_record_is_valid_by_our_schema() {
    let place = place(1, "");
    let log = place.log();
    log.append(&inputs(&place.topic("raw"))).unwrap();
    feed(&*log, &place.topic("raw"), 0..50, THEN);
    place.work(&[]);
    for (kind, topics) in
        [("classified", vec!["classified"]), ("routed", vec!["routed", "tasks", "kudos"])]
    {
        let schema = place.run(&["schema", kind]).expect(0).json();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let topics: Vec<String> =
            topics.iter().flat_map(|topic| place.topics(&*log, topic)).collect();
        let records = read(&*log, &topics);
        assert!(records.len() >= 50, "{kind}");
        for record in records {
            let value: Value = serde_json::from_slice(record.value.as_deref().unwrap()).unwrap();
            let problems: Vec<String> =
                validator.iter_errors(&value).map(|problem| problem.to_string()).collect();
            assert!(problems.is_empty(), "{}: {problems:?}\n{value:#}", record.origin);
        }
        // And it is no schema that lets everything through.
        assert!(!validator.is_valid(&serde_json::json!({ "id": 1 })), "{kind}");
    }
}

/// The shipped configuration and the documented one are one: `voc schema config` is config/voc.toml.
#[test]
fn the_settings_are_documented_as_shipped() {
    let place = Place::embedded("");
    let shipped = fs::read_to_string(root().join("config/voc.toml")).unwrap();
    assert_eq!(place.run(&["schema", "config"]).expect(0).text(), shipped);
}
