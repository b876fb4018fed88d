//! Wrong configurations as data, a folder each in cases/configuration: every problem is told at once,
//! with file, line and mend, and nothing is started. The texts are snapshots.

use std::fs;
use std::process::Command;

use crate::support::account::{json, read};
use crate::support::feed::entry;
use crate::support::place::Place;
use crate::support::process::{Ended, run};
use crate::support::{binary, cases};

fn voc(case: &str, arguments: &[&str]) -> Ended {
    let folder = cases("configuration").join(case);
    let mut command = Command::new(binary::voc());
    run(command.arg("--config").arg(folder).args(["--log-format", "json"]).args(arguments))
}

fn wrong_configurations() -> Vec<String> {
    let folder = fs::read_dir(cases("configuration")).unwrap();
    let mut names: Vec<String> =
        folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn every_problem_is_told_at_once() {
    for case in wrong_configurations() {
        let told = voc(&case, &["check"]).expect(78);
        assert!(told.stdout.is_empty(), "{case}");
        insta::assert_snapshot!(format!("configuration_{case}"), told.stderr);
    }
}

/// Whatever the command: it is the same text, and nothing is started.
#[test]
fn every_command_refuses_it() {
    let data = tempfile::tempdir().unwrap();
    let log = format!("embedded:{}", data.path().join("log").display());
    for case in ["settings", "unknown_key"] {
        let told = voc(case, &["check"]).stderr;
        for arguments in [
            vec!["run", "--log", &log],
            vec!["explain", "a text"],
            vec!["test"],
            vec!["verify", "--log", &log],
            vec!["topics", "--log", &log, "create"],
        ] {
            let ended = voc(case, &arguments).expect(78);
            assert_eq!(ended.stderr, told, "{case}: {arguments:?}");
        }
    }
    assert!(!data.path().join("log").exists(), "a log was made");
}

#[test]
fn machines_get_file_line_and_mend() {
    for case in wrong_configurations() {
        let told = voc(&case, &["check", "--format", "json"]).expect(78).json();
        let problems = told["problems"].as_array().unwrap();
        assert!(!problems.is_empty(), "{case}");
        for problem in problems {
            for member in ["file", "code", "message", "mend"] {
                let text = problem[member].as_str().unwrap();
                assert!(!text.is_empty(), "{case}: {problem}");
            }
            let whole_file = problem["span"].is_null();
            assert!(whole_file || problem["line"].as_u64() >= Some(1), "{case}: {problem}");
        }
    }
}

/// An answer may not repeat a password that was written where it must not be.
#[test]
fn a_secret_is_not_repeated() {
    for format in ["text", "json"] {
        let told = voc("credentials", &["check", "--format", format]).expect(78);
        let all = told.text() + &told.stderr;
        assert!(!all.contains("hunter2"), "{all}");
    }
}

#[test]
fn a_missing_folder_is_named() {
    let mut command = Command::new(binary::voc());
    let told = run(command.args(["--config", "no/such/folder", "check"])).expect(78);
    assert!(told.stderr.contains("no/such/folder"), "{}", told.stderr);
}

/// A `./config` of another program is left alone; one of ours isn't, though all in it is misspelt.
#[test]
fn a_folder_of_another_program_is_not_read() {
    let place = tempfile::tempdir().unwrap();
    let check = || run(Command::new(binary::voc()).current_dir(place.path()).arg("check"));
    fs::create_dir(place.path().join("config")).unwrap();
    fs::write(place.path().join("config/database.yml"), "adapter: sqlite3\n").unwrap();
    check().expect(0);
    fs::create_dir(place.path().join("config/taxnomy")).unwrap();
    let told = check().expect(78).stderr;
    assert!(told.contains("name it taxonomy/") && told.contains("database.yml"), "{told}");
}

/// Somebody brings their taxonomy and nothing else: each department it names is its own team.
#[test]
fn a_taxonomy_alone_is_enough() {
    let place = Place::embedded("");
    place.configure(
        "taxonomy/garden.toml",
        "[[theme]]\nid = \"plants\"\nkind = \"problem\"\nname = { en = \"Dead plants\" }\n\
         department = \"greenhouse\"\nrule.en = \"plant NEAR die\"\n\
         match.en = [\"My plants died.\"]\n",
    );
    place.run(&["check"]).expect(0);
    place.run(&["test"]).expect(0);
    place.create_topics();
    let (log, raw) = (place.log(), place.topic("raw"));
    let texts = [
        "{\"text\":\"My plants died.\",\"lang\":\"en\",\"score\":1}",
        "{\"text\":\"Hm.\",\"lang\":\"en\"}",
    ];
    log.append(&texts.map(|text| entry(&raw, None, Some(text.as_bytes())))).unwrap();
    place.work(&[]);
    let greenhouse = read(&*log, &["feedback.routed.greenhouse".to_owned()]);
    assert_eq!(greenhouse.len(), 1);
    let record = json(&greenhouse[0]);
    assert_eq!(record["routing"]["team"], "greenhouse");
    assert_eq!(record["classification"]["themes"][0]["id"], "plants");
    assert_eq!(read(&*log, &["tasks.greenhouse".to_owned()]).len(), 1);
    // What matches nothing has an owner, too.
    assert_eq!(read(&*log, &place.topics(&*log, "routed")).len(), 2);
    place.run(&["verify"]).expect(0);
}
