//! The same records give the same bytes: on any number of workers, in batches of any size, run after
//! run, and each output says which configuration and which engine made it.

use std::collections::BTreeMap;

use bytes::Bytes;
use pipeline::Entry;
use serde_json::Value;

use crate::support::account::{header, json};
use crate::support::feed::entry;
use crate::support::place::Place;
use crate::support::root;
use crate::wire::{Shape, outputs, shapes};

/// When the first record came, in milliseconds since 1970 UTC.
const THEN: i64 = 1_764_000_000_000;

/// 2,000 generated records, of which some can't be read, and the real comments of the samples.
fn inputs(place: &Place) -> Vec<Entry> {
    let generated = place.run(&["generate", "--count", "2000", "--seed", "7"]).expect(0).stdout;
    let lines = generated.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let mut values: Vec<Vec<u8>> = lines.map(<[u8]>::to_vec).collect();
    let mut samples =
        csv::Reader::from_path(root().join("tests/samples/nhs_fft/comments.csv")).unwrap();
    let texts = samples.records().map(|record| record.unwrap()[1].to_owned());
    values.extend(texts.map(|text| serde_json::json!({ "text": text }).to_string().into_bytes()));
    assert!(values.len() > 3000, "{}", values.len());
    let topic = place.topic("raw");
    let of = |(number, value): (i64, &Vec<u8>)| {
        let mut entry = entry(&topic, None, Some(value));
        entry.key = Some(Bytes::from(format!("k{}", number % 211)));
        entry.timestamp_ms = Some(THEN + number);
        entry
    };
    (0..).zip(&values).map(of).collect()
}

/// What the records become.
fn bytes_with(settings: &str) -> (Place, BTreeMap<String, Vec<Shape>>) {
    let topics = "[topics]\npartitions = 4\ndead_retention = \"36500d\"";
    let place = Place::embedded(&format!("{settings}\n{topics}"));
    place.create_topics();
    place.log().append(&inputs(&place)).unwrap();
    place.work(&[]);
    let bytes = shapes(outputs(&place));
    (place, bytes)
}

#[test]
fn a_replay_gives_the_same_bytes_whatever_the_workers_and_batches() {
    let (place, once) = bytes_with("workers = 1");
    let count = |name: &str| once.get(name).map_or(0, Vec::len);
    assert!(count("feedback.classified") > 3000, "{}", count("feedback.classified"));
    assert!(count("feedback.dead") > 0);
    for settings in [
        "workers = 1",
        "workers = 2\n[batch]\nrecords = 61",
        "workers = 4\n[batch]\nrecords = 999",
        "workers = 4\n[batch]\nbytes = \"16KiB\"",
    ] {
        let (_, again) = bytes_with(settings);
        for (topic, shapes) in &once {
            assert!(again.get(topic) == Some(shapes), "other bytes on {topic} with {settings}");
        }
        assert_eq!(again.len(), once.len(), "other topics with {settings}");
    }
    let checked = place.run(&["check", "--format", "json"]).expect(0).json();
    let hash = checked["hash"].as_str().unwrap();
    let version = env!("CARGO_PKG_VERSION");
    for record in outputs(&place).values().flatten() {
        assert_eq!(header(record, "voc-config"), hash, "{}", record.origin);
        if record.header("voc-error-code").is_none() {
            let value: Value = json(record);
            assert_eq!(value["classification"]["taxonomy"]["hash"], hash, "{}", record.origin);
            assert_eq!(value["classification"]["engine"], format!("voc-rules/{version}"));
        }
    }
}
