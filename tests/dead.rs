//! The operator's tools for dead letters: which they take, what they tell, and that a replay is at
//! most once whatever happens to it.

use std::collections::BTreeSet;

use pipeline::Log;

use crate::support::account::{header, read};
use crate::support::feed::{entry, now};
use crate::support::place::Place;
use crate::support::process::Running;
use crate::support::until;

const BAD: &str = "[dead_letters]\nin_a_row = 1000000\nwindow = 1000000\n";

/// One letter each of three kinds: two of the default source, one that a source of ours skips.
fn with_letters(settings: &str) -> Place {
    let place = Place::embedded(settings);
    place.configure(
        "sources/tool.toml",
        "name = \"tool\"\nformat = \"json\"\nskip_when = 'status = \"test\"'\n[fields]\n\
         text = \"say\"\nstatus = \"state\"\n",
    );
    place.create_topics();
    let (log, raw) = (place.log(), place.topic("raw"));
    let tool = place.topic("raw.tool");
    let mut entries = vec![
        entry(&raw, Some("a"), Some(b"{")),
        entry(&raw, Some("b"), Some(b"")),
        entry(&tool, Some("c"), Some(b"{\"say\":\"x\",\"state\":\"test\"}")),
        entry(&tool, Some("d"), Some(b"[]")),
    ];
    for (entry, hours) in entries.iter_mut().zip([4, 3, 2, 1]) {
        entry.timestamp_ms = Some(now() - hours * 3_600_000);
    }
    log.append(&entries).unwrap();
    place.work(&[]);
    place
}

fn codes(place: &Place, filter: &[&str]) -> Vec<String> {
    let mut arguments = vec!["dead", "list", "--format", "json"];
    arguments.extend(filter);
    let list = place.run(&arguments).expect(0).json();
    let newest = list["newest"].as_array().unwrap();
    newest.iter().map(|letter| letter["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn letters_are_chosen_by_code_topic_source_and_time() {
    let place = with_letters("");
    let wrong = "wrong_type";
    assert_eq!(codes(&place, &[]), [wrong, "skipped", "empty", "truncated"]);
    assert_eq!(codes(&place, &["--code", "empty"]), ["empty"]);
    assert_eq!(codes(&place, &["--source", "default"]), ["empty", "truncated"]);
    assert_eq!(codes(&place, &["--source", "tool"]), [wrong, "skipped"]);
    assert_eq!(codes(&place, &["--topic", "feedback.raw.tool", "--code", "skipped"]), ["skipped"]);
    assert_eq!(codes(&place, &["--since", "150m"]), [wrong, "skipped"]);
    assert_eq!(codes(&place, &["--since", "30m"]), Vec::<String>::new());
    assert_eq!(codes(&place, &["--since", "1d"]).len(), 4);
    assert_eq!(codes(&place, &["--limit", "1"]), [wrong]);

    let newest = place.run(&["dead", "show", "--source", "default"]).expect(0).text();
    for part in ["code        empty", "key         b", "value       0 bytes"] {
        assert!(newest.contains(part), "{part} in {newest}");
    }
    let two = place.run(&["dead", "show", "--limit", "2", "--format", "json"]).expect(0).text();
    assert_eq!(two.matches("\"offset\"").count(), 2, "{two}");
    let none = place.run(&["dead", "show", "--code", "nothing"]).expect(1).stderr;
    assert!(none.contains("voc dead list"), "{none}");
}

#[test]
fn a_replay_takes_what_was_chosen_and_tells_it() {
    let place = with_letters("");
    let replay = |arguments: &[&str]| {
        let mut all = vec!["dead", "replay", "--format", "json"];
        all.extend(arguments);
        place.run(&all).expect(0).json()
    };
    assert_eq!(replay(&["--since", "150m", "--dry-run"])["replayed"], 1);
    assert_eq!(replay(&["--source", "default", "--limit", "1"])["replayed"], 1);
    let rest = replay(&["--all"]);
    assert_eq!((&rest["replayed"], &rest["replayed_before"]), (&2.into(), &1.into()));
    // What a source skips on purpose goes back only where that is meant.
    assert_eq!(replay(&["--code", "skipped"])["replayed"], 1);
    assert_eq!(replay(&["--code", "skipped"])["replayed_before"], 1);
    let log = place.log();
    assert_eq!(read(&*log, &[place.topic("raw")]).len(), 4);
    assert_eq!(read(&*log, &[place.topic("raw.tool")]).len(), 4);
    let unknown = place.run(&["dead", "replay", "feedback.raw/0/99"]).expect(1).stderr;
    assert!(unknown.contains("no dead letter came from feedback.raw/0/99"), "{unknown}");
}

/// A letter whose bytes found no room is never replayed as a record without any.
#[test]
fn a_letter_without_its_bytes_is_refused() {
    let place = Place::embedded("[limits]\noutput = \"2KiB\"\n[topics]\npartitions = 1");
    place.create_topics();
    let (log, raw) = (place.log(), place.topic("raw"));
    let large = format!("{{\"text\":\"{}\"}}", "x".repeat(4000));
    log.append(&[entry(&raw, None, Some(large.as_bytes())), entry(&raw, None, Some(b"{"))])
        .unwrap();
    place.work(&[]);
    let list = place.run(&["dead", "list"]).expect(0).text();
    assert!(list.contains("without value, headers"), "{list}");
    let origin = "feedback.raw/0/0";
    for arguments in [["dead", "replay", origin].as_slice(), &["dead", "show", "--raw", origin]] {
        let refused = place.run(arguments).expect(1).stderr;
        assert!(refused.contains(origin) && refused.contains("too large"), "{refused}");
    }
    let both = place.run(&["dead", "replay", "--all"]).expect(1).stderr;
    assert!(both.contains("replayed 1 dead letters") && both.contains("1 can't be"), "{both}");
    assert_eq!(read(&*log, &[raw]).len(), 3);
}

fn replayed(log: &dyn Log, raw: &str) -> Vec<String> {
    let records = read(log, &[raw.to_owned()]);
    let replays = records.iter().filter(|record| record.header("voc-replay-of").is_some());
    replays.map(|record| header(record, "voc-replay-of").to_owned()).collect()
}

/// Killed as soon as something of it is in the log, again and again: the next one goes on where the
/// last one was, and no letter comes twice.
#[test]
fn a_replay_that_is_killed_goes_on_and_doubles_nothing() {
    const LETTERS: usize = 5_000;
    let place = Place::embedded(BAD);
    place.create_topics();
    let (log, raw) = (place.log(), place.topic("raw"));
    let rubbish: Vec<_> = (0..LETTERS).map(|_| entry(&raw, None, Some(b"rubbish"))).collect();
    log.append(&rubbish).unwrap();
    place.work(&[]);
    for _ in 0..3 {
        let before = replayed(&*log, &raw).len();
        let mut replay = Running::start(&mut place.voc(&["dead", "replay", "--all"]));
        until("the replay to have begun", || {
            (replayed(&*log, &raw).len() > before || !replay.runs()).then_some(())
        });
        replay.kill();
    }
    place.run(&["dead", "replay", "--all"]).expect(0);
    let replayed = replayed(&*log, &raw);
    let origins: BTreeSet<_> = replayed.iter().collect();
    assert_eq!((replayed.len(), origins.len()), (LETTERS, LETTERS));
}

/// Reading makes no log where there is none.
#[test]
fn a_log_that_is_not_there_is_not_made() {
    let place = Place::embedded("");
    let folder = place.path("nothing");
    let url = format!("embedded:{}", folder.display());
    for arguments in [
        ["dead", "list"].as_slice(),
        &["tap"],
        &["verify"],
        &["report"],
        &["topics", "describe"],
        &["dead", "replay", "--all"],
    ] {
        let mut all = arguments.to_vec();
        all.extend(["--log", &url]);
        let told = place.run(&all).expect(1).stderr;
        assert!(told.contains("there is no log in") && told.contains("nothing"), "{told}");
    }
    assert!(!folder.exists());
}
