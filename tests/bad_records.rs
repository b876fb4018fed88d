//! Bad records between good ones, as data in `cases/bad_records.jsonl`: each is a dead letter with its
//! code and its exact bytes, each good one is classified, and a mended one is replayed once.

use std::collections::BTreeMap;
use std::fs;

use pipeline::Entry;
use serde::Deserialize;

use crate::support::account::{Account, header, read};
use crate::support::cases;
use crate::support::feed::entry;
use crate::support::place::Place;

const GOOD: &str = "{\"text\":\"You charged my card twice.\",\"lang\":\"en\",\"score\":2}";

/// One bad record. Without text, hex or repeat it has no value at all.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bad {
    code: String,
    text: Option<String>,
    /// Bytes that are no text.
    hex: Option<String>,
    /// Texts, each so many times over: what is too large for a file of cases.
    repeat: Option<Vec<(String, usize)>>,
}

impl Bad {
    fn bytes(&self) -> Option<Vec<u8>> {
        if let Some(text) = &self.text {
            return Some(text.clone().into_bytes());
        }
        if let Some(hex) = &self.hex {
            let byte = |at: usize| u8::from_str_radix(hex.get(at..at + 2).unwrap(), 16).unwrap();
            return Some((0..hex.len()).step_by(2).map(byte).collect());
        }
        let parts = self.repeat.as_ref()?.iter();
        Some(parts.map(|(text, times)| text.repeat(*times)).collect::<String>().into_bytes())
    }
}

fn bad_records() -> Vec<Bad> {
    let text = fs::read_to_string(cases("bad_records.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Each bad record under a key of its own, between two good ones.
fn entries(topic: &str, bad: &[Bad]) -> Vec<Entry> {
    let mut entries = vec![entry(topic, Some("good"), Some(GOOD.as_bytes()))];
    for (number, bad) in bad.iter().enumerate() {
        entries.push(entry(topic, Some(&format!("bad-{number}")), bad.bytes().as_deref()));
        entries.push(entry(topic, None, Some(GOOD.as_bytes())));
    }
    entries
}

fn every_one_dies_with_its_code(place: &Place) {
    let bad = bad_records();
    assert!(bad.len() >= 100, "{}", bad.len());
    place.create_topics();
    let log = place.log();
    let entries = entries(&place.topic("raw"), &bad);
    for some in entries.chunks(50) {
        log.append(some).unwrap();
    }
    place.work(&[]);
    Account::of(place).holds();
    assert_eq!(read(&*log, &[place.topic("classified")]).len(), bad.len() + 1);

    let dead: BTreeMap<String, _> = read(&*log, &[place.topic("dead")])
        .into_iter()
        .map(|record| (String::from_utf8(record.key.clone().unwrap()).unwrap(), record))
        .collect();
    assert_eq!(dead.len(), bad.len());
    let list = place.run(&["dead", "list", "--format", "json"]).expect(0).json();
    assert_eq!(list["total"], bad.len());
    for (number, bad) in bad.iter().enumerate() {
        let record = &dead[&format!("bad-{number}")];
        assert_eq!(header(record, "voc-error-code"), bad.code, "{bad:?}");
        assert!(record.value == bad.bytes(), "other bytes than {bad:?}");
        assert_eq!(record.timestamp_ms, entries[2 * number + 1].timestamp_ms);
    }
    // A few of each size by the operator's way, too.
    for number in (0..bad.len()).step_by(9).chain([bad.len() - 12, bad.len() - 8]) {
        let origin = header(&dead[&format!("bad-{number}")], "voc-origin");
        let shown = place.run(&["dead", "show", origin, "--raw"]).expect(0);
        assert!(shown.stdout == bad[number].bytes().unwrap_or_default(), "{:?}", bad[number]);
    }
}

#[test]
fn every_one_dies_with_its_code_on_the_embedded_log() {
    every_one_dies_with_its_code(&Place::embedded(""));
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn every_one_dies_with_its_code_on_kafka() {
    every_one_dies_with_its_code(&Place::kafka("bad-records", "", ""));
}

#[test]
fn a_mended_one_is_replayed_once() {
    let place = Place::embedded("[limits]\ntext = \"20B\"");
    place.create_topics();
    let (log, raw) = (place.log(), place.topic("raw"));
    let long = b"{\"text\":\"You charged my card twice.\",\"lang\":\"en\"}";
    log.append(&[entry(&raw, Some("k"), Some(long)), entry(&raw, Some("k"), Some(b"{"))]).unwrap();
    place.work(&[]);
    let replay = |arguments: &[&str]| {
        let mut all = vec!["dead", "replay"];
        all.extend(arguments);
        place.run(&all).expect(0).stderr
    };
    assert!(replay(&["--all", "--dry-run"]).contains("would replay 2 dead letters"));
    place.reconfigure("20B", "200B");
    assert!(replay(&["--code", "text_too_large"]).contains("replayed 1 dead letters; 0 were"));
    place.work(&[]);
    let classified = read(&*log, &[place.topic("classified")]);
    assert_eq!(classified.len(), 1);
    assert_eq!(classified[0].key.as_deref(), Some(b"k".as_slice()));
    assert!(replay(&["--code", "text_too_large"]).contains("replayed 0 dead letters; 1 were"));
    place.work(&[]);
    assert_eq!(read(&*log, &[place.topic("classified")]).len(), 1);
    assert_eq!(read(&*log, &[raw]).len(), 3);
    // Whatever is replayed unmended dies again, and its letter is another one.
    let origin = header(&read(&*log, &[place.topic("dead")])[1], "voc-origin").to_owned();
    for (again, expected) in [(1, "replayed 1 "), (2, "replayed 0 ")] {
        assert!(replay(&[&origin]).contains(expected), "replay {again} of {origin}");
    }
    place.work(&[]);
    Account::of(&place).holds();
    place.run(&["verify"]).expect(0);
}

/// The limit: a topic of rubbish stops the run, names the place, and commits nothing of that batch.
#[test]
fn too_many_in_a_row_stop_the_run() {
    let place = Place::embedded(
        "[batch]\nrecords = 10\n[dead_letters]\nin_a_row = 25\n[topics]\npartitions = 1",
    );
    place.create_topics();
    let (log, raw) = (place.log(), place.topic("raw"));
    let rubbish: Vec<Entry> = (0..100).map(|_| entry(&raw, None, Some(b"rubbish"))).collect();
    log.append(&rubbish).unwrap();
    let stopped = place.run(&["run"]).expect(1);
    for part in ["feedback.raw/0/24", "not_json", "dead_letters"] {
        assert!(stopped.stderr.contains(part), "{part} in {}", stopped.stderr);
    }
    assert_eq!(place.left(&*log), 80, "two batches of 10 stand, the third doesn't");
    assert_eq!(read(&*log, &[place.topic("dead")]).len(), 20);
    place.run(&["verify"]).expect(0);
}
