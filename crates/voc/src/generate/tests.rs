//! What must hold of every generated stream.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

fn start() -> Timestamp {
    "2026-03-02T00:00:00Z".parse().unwrap()
}

fn lines(seed: u64, count: u64) -> Vec<Line> {
    Generator::new(seed, Options::new(count, start())).collect()
}

fn clean(lines: &[Line]) -> Vec<(serde_json::Value, &Truth)> {
    lines
        .iter()
        .filter(|line| line.truth.dirty.is_none())
        .map(|line| (serde_json::from_slice(&line.bytes).unwrap(), &line.truth))
        .collect()
}

/// A change here changes everybody's demonstration data: it must be meant.
#[test]
fn a_seed_gives_the_same_bytes_for_ever() {
    let mut all = Vec::new();
    for line in lines(42, 2_000) {
        all.extend_from_slice(&line.bytes);
        all.push(b'\n');
    }
    assert_eq!(
        feedback::canonical::sha256_hex(&all),
        "b5a0310bcf9882a4f6221418435e7e439074ae405c44a8dcf668de6e349c0c1c"
    );
    assert_ne!(lines(43, 1)[0].bytes, lines(42, 1)[0].bytes);
}

#[test]
fn times_never_run_backwards_and_fill_the_span() {
    let lines = lines(1, 3_000);
    let times: Vec<Timestamp> = clean(&lines)
        .iter()
        .map(|(value, _)| value["occurred_at"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(times.is_sorted());
    assert!(times.first().unwrap() >= &start());
    let span = times.last().unwrap().duration_since(start()).as_secs();
    assert!((27 * 86_400..28 * 86_400).contains(&span), "{span}");
}

#[test]
fn every_line_says_that_it_is_synthetic() {
    for (value, _) in clean(&lines(2, 1_000)) {
        assert_eq!(value["attributes"]["synthetic"], true);
    }
}

#[test]
fn scores_lie_on_their_scales_and_follow_the_tone() {
    let lines = lines(3, 5_000);
    let mut nps: BTreeMap<bool, Vec<f64>> = BTreeMap::new();
    for (value, truth) in clean(&lines) {
        for score in value["scores"].as_array().unwrap() {
            let number = |name: &str| score[name].as_f64().unwrap();
            assert!(number("min") <= number("value") && number("value") <= number("max"));
            if score["metric"] == "nps" && truth.tone.is_some() {
                let bad = matches!(truth.tone, Some(Tone::Furious | Tone::Negative));
                nps.entry(bad).or_default().push(number("value"));
            }
        }
        let texts = value["texts"].as_array().unwrap();
        assert!(!texts.is_empty() || !value["scores"].as_array().unwrap().is_empty());
    }
    assert!(nps[&true].iter().all(|value| *value <= 7.0));
    assert!(nps[&false].iter().all(|value| *value >= 5.0));
}

#[test]
fn customers_come_back_up_to_four_times() {
    let lines = lines(4, 4_000);
    let mut times: BTreeMap<String, Vec<Timestamp>> = BTreeMap::new();
    for (value, _) in clean(&lines) {
        if let Some(key) = value["customer"]["key"].as_str() {
            let at = value["occurred_at"].as_str().unwrap().parse().unwrap();
            times.entry(key.to_owned()).or_default().push(at);
        }
    }
    assert!(times.values().all(|answers| answers.len() <= 4));
    let returning = times.values().filter(|answers| answers.len() > 1).count();
    assert!(returning * 10 > times.len(), "{returning} of {}", times.len());
    for answers in times.values() {
        for pair in answers.windows(2) {
            assert!(pair[1].duration_since(pair[0]).as_hours() >= 72);
        }
    }
}

#[test]
fn the_outage_strikes_one_region_in_its_window() {
    let with = lines(5, 4_000);
    let surge: Vec<_> = clean(&with).into_iter().filter(|(_, truth)| truth.surge).collect();
    assert!(surge.len() > 80, "{}", surge.len());
    let regions: BTreeSet<_> =
        surge.iter().map(|(value, _)| value["attributes"]["region"].to_string()).collect();
    assert_eq!(regions.len(), 1);
    let options = Options { surge: false, ..Options::new(4_000, start()) };
    assert!(Generator::new(5, options).all(|line| !line.truth.surge));
}

#[test]
fn there_is_something_of_everything() {
    let lines = lines(6, 4_000);
    let clean = clean(&lines);
    let with = |pointer: &str, wanted: serde_json::Value| {
        clean.iter().filter(|(value, _)| value.pointer(pointer) == Some(&wanted)).count()
    };
    assert!(with("/respondent", "employee".into()) > 20);
    assert!(with("/consent/contact", false.into()) > 20);
    for channel in ["survey", "chat", "review", "social", "email", "complaint"] {
        assert!(with("/channel", channel.into()) > 20, "{channel}");
    }
    for metric in ["nps", "csat", "ces", "rating"] {
        assert!(with("/scores/0/metric", metric.into()) > 20, "{metric}");
    }
    assert!(clean.iter().any(|(value, _)| value["public"]["url"].is_string()));
    assert!(clean.iter().filter(|(_, truth)| truth.personal_data).count() > 20);
    assert!(clean.iter().filter(|(_, truth)| truth.tone.is_none()).count() > 100);
    let dutch = clean.iter().filter(|(_, truth)| truth.lang == Lang::Nl).count();
    assert!((1_700..2_300).contains(&dutch), "{dutch}");
}

#[test]
fn texts_hardly_repeat() {
    let lines = lines(7, 2_000);
    let mut texts = BTreeSet::new();
    let mut long = 0;
    for (value, _) in clean(&lines) {
        for text in value["texts"].as_array().unwrap() {
            let words = text["text"].as_str().unwrap();
            assert!(!words.contains(['{', '}', '[', ']', '|']), "{words}");
            if words.len() > 40 && text["author"] != "agent" && text["author"] != "bot" {
                long += 1;
                texts.insert(words.to_owned());
            }
        }
    }
    assert!(texts.len() * 100 > long * 85, "{} different of {long}", texts.len());
}

#[test]
fn the_dirty_share_is_kept_and_no_dirty_line_is_whole() {
    let options = Options { dirty: 0.2, ..Options::new(4_000, start()) };
    let lines: Vec<Line> = Generator::new(8, options).collect();
    let dirty: Vec<&Line> = lines.iter().filter(|line| line.truth.dirty.is_some()).collect();
    assert!((700..900).contains(&dirty.len()), "{}", dirty.len());
    let kinds: BTreeSet<_> = dirty.iter().filter_map(|line| line.truth.dirty).collect();
    assert_eq!(kinds.len(), Dirty::ALL.len());
    for line in dirty {
        let read = serde_json::from_slice::<serde_json::Value>(&line.bytes);
        match line.truth.dirty.unwrap() {
            Dirty::Truncated | Dirty::NotJson | Dirty::InvalidUtf8 | Dirty::LoneSurrogate => {
                assert!(read.is_err());
            }
            Dirty::EmptyObject => assert_eq!(read.unwrap(), serde_json::json!({})),
            Dirty::ScoreOffScale => assert_eq!(read.unwrap()["scores"][0]["value"], 11),
            Dirty::WrongType => assert_eq!(read.unwrap()["texts"], 42),
            Dirty::DuplicateKeys => {
                let text = String::from_utf8(line.bytes.clone()).unwrap();
                assert_eq!(text.matches("\"source_id\"").count(), 2);
            }
        }
        assert!(!line.bytes.contains(&b'\n'));
    }
}

#[test]
fn none_dirty_where_none_is_wanted() {
    let options = Options { dirty: 0.0, ..Options::new(2_000, start()) };
    assert!(Generator::new(9, options).all(|line| line.truth.dirty.is_none()));
}
