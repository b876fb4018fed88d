//! What is typed wrongly ends with 2 and says what was meant.

use crate::support::place::Place;

#[test]
fn what_makes_no_sense_ends_with_2() {
    let place = Place::embedded("");
    for (arguments, part) in [
        (vec![], "Usage"),
        (vec!["rnu"], "rnu"),
        (vec!["run", "--no-such-flag"], "--no-such-flag"),
        (vec!["run", "--workers", "many"], "many"),
        (vec!["run", "--workers", "0"], "1 to 256"),
        (vec!["run", "--metrics", "here"], "127.0.0.1:9464"),
        (vec!["run", "--log", "nats://x"], "kafka://host:9092"),
        (vec!["tap", "--log", "embedded:"], "embedded:DIR"),
        (vec!["dead", "show", "nowhere"], "topic/partition/offset"),
        (vec!["dead", "replay"], "--all"),
        (vec!["dead", "replay", "a/0/0", "--all"], "--all"),
        (vec!["tag", "--input", "pdf"], "pdf"),
        (vec!["tag", "--source", "no_such_source"], "survey_export"),
        (vec!["explain"], "TEXT"),
        (vec!["schema", "everything"], "everything"),
        (vec!["generate", "--count", "-1"], "-1"),
        (vec!["generate", "--start", "now"], "write a time such as"),
        (vec!["run", "--group", "a b"], "letters, digits"),
        (vec!["run", "--instance", "a b"], "letters, digits"),
        (vec!["verify", "--group", "a/b"], "letters, digits"),
        (vec!["send", "--topic", "a b"], "letters, digits"),
        (vec!["send", "--rate", "0"], "0"),
        (vec!["dead", "show"], "voc dead list"),
        (vec!["dead", "list", "--since", "lately"], "36h, 7d"),
        (vec!["dead", "list", "--topic", "a", "--source", "b"], "--source"),
    ] {
        let ended = place.run(&arguments);
        assert_eq!(ended.code, Some(2), "{arguments:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(part), "{part} for {arguments:?} in {}", ended.stderr);
        assert!(ended.stdout.is_empty(), "{arguments:?}");
    }
}

/// Where topics aren't made behind one's back, all that are missing are named with the command.
#[test]
fn missing_topics_are_all_named() {
    let place = Place::embedded("[topics]\ncreate = false");
    let told = place.run(&["run"]).expect(1).stderr;
    let last = told.lines().last().unwrap();
    for part in ["feedback.raw", "feedback.classified", "tasks.", "kudos.", "voc topics create"] {
        assert!(last.contains(part), "{part} in {last}");
    }
    let made = place.run(&["topics", "create"]).expect(0);
    assert!(made.stderr.contains("; 0 existed"), "{}", made.stderr);
    let again = place.run(&["topics", "create"]).expect(0);
    assert!(again.stderr.contains("made 0 topics"), "{}", again.stderr);
    assert!(again.stdout.is_empty());
}

#[test]
fn help_and_version_end_well() {
    let place = Place::embedded("");
    let help = place.run(&["--help"]).expect(0).text();
    for command in
        ["run", "tag", "explain", "check", "test", "verify", "send", "tap", "dead", "topics"]
    {
        assert!(help.contains(command), "{command} in {help}");
        place.run(&[command, "--help"]).expect(0);
    }
    assert!(place.run(&["--version"]).expect(0).text().starts_with("voc "));
}

/// What a machine reads holds no colours, and neither does what a person reads who wants none.
#[test]
fn nothing_is_coloured_that_goes_to_no_terminal() {
    let place = Place::embedded("");
    place.configure("routs.toml", "");
    for arguments in
        [["check"].as_slice(), &["explain", "a bill"], &["--log-format", "pretty", "check"]]
    {
        let told = place.run(arguments);
        let shown = told.text() + &told.stderr;
        assert!(!shown.contains('\u{1b}'), "{arguments:?}: {shown}");
    }
}

/// Every shape and every file of the configuration can be printed; the shapes are JSON Schemas.
#[test]
fn schemas_of_all_there_is() {
    let place = Place::embedded("");
    for shape in ["plain", "feedback", "classified", "routed", "task", "kudos", "envelope"] {
        let schema = place.run(&["schema", shape]).expect(0).json();
        assert!(jsonschema::validator_for(&schema).is_ok(), "{shape}");
    }
    for (what, key) in [
        ("config", "give_up_after"),
        ("departments", "fallback"),
        ("owners", "when"),
        ("touchpoints", "moment_of_truth"),
        ("routes", "acknowledge"),
        ("source", "decimal_comma"),
        ("taxonomy", "urgency_floor"),
        ("words", "separable"),
        ("lexicon", "not_negating"),
    ] {
        assert!(place.run(&["schema", what]).expect(0).text().contains(key), "{what}");
    }
    let plain = place.run(&["schema", "plain"]).expect(0).json();
    let plain = jsonschema::validator_for(&plain).unwrap();
    for (record, holds) in [
        (serde_json::json!({ "text": "a", "plan": null }), true),
        (serde_json::json!({ "score": { "metric": "ces", "value": 3, "max": 5 } }), true),
        (serde_json::json!({ "score": 11 }), false),
        (serde_json::json!({ "plan": 1 }), false),
    ] {
        assert_eq!(plain.is_valid(&record), holds, "{record}");
    }
}

#[test]
fn completions_name_the_commands() {
    let place = Place::embedded("");
    for shell in ["bash", "zsh", "fish"] {
        assert!(place.run(&["completions", shell]).expect(0).text().contains("verify"), "{shell}");
    }
}

/// What isn't there is named, with the way on; exit 1.
#[test]
fn what_is_missing_is_named() {
    let place = Place::embedded("");
    place.create_topics();
    for (arguments, part) in [
        (vec!["tap", "no.such.topic"], "no.such.topic"),
        (vec!["tag", "no/such/file.csv"], "no/such/file.csv"),
        (vec!["send", "no/such/file.jsonl"], "no/such/file.jsonl"),
        (vec!["dead", "show", "feedback.raw/0/0"], "voc dead list"),
    ] {
        let ended = place.run(&arguments).expect(1);
        assert!(ended.stderr.contains(part), "{part} in {}", ended.stderr);
    }
}
