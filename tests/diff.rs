//! `voc diff` from outside: a changed rule moves exactly these; JSON, the page and the terminal as
//! snapshots; limits, exits and both sides' problems; the same bytes on any number of threads.

use std::fs;
use std::process::Command;

use pipeline::Entry;
use serde_json::Value;

use crate::support::account::read;
use crate::support::feed::entry;
use crate::support::place::Place;
use crate::support::process::{Ended, feed, run};
use crate::support::{binary, cases, root};

/// `voc diff` of the two configurations of docs/DIFF.md; they lie where the documentation says.
fn voc(arguments: &[&str]) -> Command {
    let mut command = Command::new(binary::voc());
    command.current_dir(root()).arg("diff").args(arguments);
    command
}

fn diff(arguments: &[&str]) -> Ended {
    run(&mut voc(arguments))
}

const OLD: &str = "tests/cases/diff/old";
const NEW: &str = "tests/cases/diff/new";
const SURVEY: &str = "tests/samples/own_survey_en.csv";
const COMMENTS: &str = "tests/samples/nhs_fft/comments.csv";

fn of<'a>(list: &'a Value, id: &str) -> &'a Value {
    let members = list.as_array().unwrap();
    members.iter().find(|member| member["id"] == id).unwrap_or_else(|| panic!("{id} in {list:#}"))
}

/// `before`, `after`, `gained`, `lost` and `net`.
fn flow(of: &Value) -> [i64; 5] {
    ["before", "after", "gained", "lost", "net"].map(|name| of[name].as_i64().unwrap())
}

/// The hashes hold all embedded words, which other changes change.
fn without_hashes(text: &str, json: &Value) -> String {
    let hash = |side: &str| json[side]["hash"].as_str().unwrap().to_owned();
    text.replace(&hash("old"), "[old]").replace(&hash("new"), "[new]")
}

#[test]
fn json_is_a_snapshot() {
    let ended = diff(&[OLD, NEW, "--over", SURVEY, "--format", "json"]).expect(0);
    let shown = without_hashes(&ended.text(), &ended.json());
    insta::assert_snapshot!("diff_json", shown);
    assert_eq!(flow(of(&ended.json()["themes"], "billing.double_charge")), [1, 0, 0, 1, -1]);
}

#[test]
fn the_page_is_a_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let limit = ["--fail-if", "themes.lost > 0", "--fail-if", "dead > 0"];
    let mut arguments = vec![OLD, NEW, "--over", SURVEY, "--report", page.to_str().unwrap()];
    arguments.extend(limit);
    diff(&arguments).expect(1);
    let json = diff(&[OLD, NEW, "--over", SURVEY, "--format", "json"]).expect(0).json();
    let page = fs::read_to_string(page).unwrap();
    let start = page.find("<body>").unwrap();
    insta::assert_snapshot!("diff_page_body", without_hashes(page.get(start..).unwrap(), &json));
    for outside in ["http://", "https://", "src=", "url(", "@import", "<script", "<link"] {
        assert!(!page.contains(outside), "{outside}");
    }
}

/// docs/DIFF.md shows what really comes out.
#[test]
fn the_terminal_is_as_documented() {
    let limits = ["--fail-if", "themes.lost > 0", "--fail-if", "tasks.* > +10% AND > +5"];
    let mut arguments = vec![OLD, NEW, "--over", SURVEY];
    arguments.extend(limits);
    let ended = diff(&arguments).expect(1);
    let json = diff(&[OLD, NEW, "--over", SURVEY, "--format", "json"]).expect(0).json();
    let shown = without_hashes(&ended.text(), &json);
    insta::assert_snapshot!("diff_terminal", shown);
    let documented = fs::read_to_string(root().join("docs/DIFF.md")).unwrap();
    for line in shown.lines() {
        assert!(documented.contains(line.trim_end()), "docs/DIFF.md does not show: {line}");
    }
    assert!(
        ended.stderr.contains("limit met: themes.lost > 0 (themes.lost: 1 of 8 (12.5 %))"),
        "{}",
        ended.stderr
    );
    assert!(!ended.text().contains("Priya"), "a customer's words are in the terminal");
}

/// One rule changed in a copy of the shipped configuration: over 1,200 real comments, exactly those with
/// its word move, each to where the rule says.
#[test]
fn a_changed_rule_moves_exactly_these() {
    let place = Place::embedded("");
    let folder = |name: &str| place.path(name).to_str().unwrap().to_owned();
    let word = "[[theme]]\nid = \"word.driver\"\nkind = \"topic\"\ndepartment = \"drivers\"\n";
    for (name, rule) in [("narrow", "=driver"), ("wide", "=driver OR =nurse")] {
        let taxonomy = place.path(name).join("taxonomy");
        fs::create_dir_all(&taxonomy).unwrap();
        fs::write(taxonomy.join("word.toml"), format!("{word}rule.any = \"{rule}\"\n")).unwrap();
    }
    let text = fs::read_to_string(root().join(COMMENTS)).unwrap();
    let comments: Vec<(String, String)> =
        csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect();
    let says = |comment: &str, word: &str| {
        let lower = comment.to_lowercase();
        let mut words = lower.split(|c: char| !c.is_alphanumeric());
        words.any(|said| said == word)
    };
    let expected: Vec<&str> = comments
        .iter()
        .filter(|(_, comment)| says(comment, "nurse") && !says(comment, "driver"))
        .map(|(id, _)| id.as_str())
        .collect();
    assert!(expected.len() > 10, "{}", expected.len());

    let changes = place.path("changes.jsonl");
    let arguments = ["--format", "json", "--changes", changes.to_str().unwrap()];
    let mut all = vec![folder("narrow"), folder("wide"), "--over".into(), COMMENTS.to_owned()];
    all.extend(arguments.map(str::to_owned));
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let json = diff(&all).expect(0).json();
    let changes = fs::read_to_string(changes).unwrap();
    let changes: Vec<Value> =
        changes.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let moved: Vec<&str> =
        changes.iter().map(|change| change["source_id"].as_str().unwrap()).collect();
    assert_eq!(moved, expected);
    for change in &changes {
        assert_eq!(change["gained"], serde_json::json!(["word.driver"]), "{change}");
        assert_eq!(change["before"]["department"], "customer_office", "{change}");
        assert_eq!(change["after"]["department"], "drivers", "{change}");
    }
    let count = i64::try_from(expected.len()).unwrap();
    assert_eq!(json["changed"], count);
    let theme = flow(of(&json["themes"], "word.driver"));
    assert_eq!((theme[2], theme[3], theme[4]), (count, 0, count));
    assert_eq!(json["moves"].as_array().unwrap().len(), 1);
    assert_eq!(json["moves"][0]["records"], count);
}

#[test]
fn the_same_configuration_says_so() {
    for new in [OLD, "./tests/cases/diff/old/"] {
        let ended = diff(&[OLD, new, "--over", SURVEY, "--fail-if", "changed > 0"]).expect(0);
        assert!(ended.text().contains("the same configuration"), "{}", ended.text());
        let json = diff(&[OLD, new, "--over", SURVEY, "--format", "json"]).expect(0).json();
        assert_eq!(json["same_configuration"], true);
        assert_eq!((json["records"].as_u64(), json["changed"].as_u64()), (Some(8), Some(0)));
    }
    let ended = diff(&["default", "config", "--over", COMMENTS]).expect(0);
    assert!(ended.text().contains("the same configuration"), "{}", ended.text());
}

/// Names and examples shape nothing: other files, but no answer is handled otherwise.
#[test]
fn another_configuration_may_move_nothing() {
    let place = Place::embedded("");
    let copy = place.path("copy");
    copy_folder(OLD, &copy);
    let path = copy.join("routes.toml");
    let routes = fs::read_to_string(&path).unwrap();
    fs::write(path, routes.replace("score.nps <= 6", "score.nps < 7")).unwrap();
    let ended = diff(&[OLD, copy.to_str().unwrap(), "--over", SURVEY]).expect(0);
    assert!(ended.text().contains("configurations differ, but all 8 answers"), "{}", ended.text());
}

fn copy_folder(from: &str, to: &std::path::Path) {
    for (path, text) in crate::support::place::files(&root().join(from)) {
        let path = to.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let place = Place::embedded("");
    let folder = place.path("new");
    copy_folder("config", &folder);
    let owners = "[[owner]]\nwhen = 'theme = \"staff\"'\ndepartment = \"billing\"\n";
    fs::write(folder.join("owners.toml"), owners).unwrap();
    let outcome = |threads: &str| {
        let (page, changes) = (place.path("page.html"), place.path("changes.jsonl"));
        let ended = diff(&[
            "default",
            folder.to_str().unwrap(),
            "--over",
            COMMENTS,
            "--format",
            "json",
            "--threads",
            threads,
            "--report",
            page.to_str().unwrap(),
            "--changes",
            changes.to_str().unwrap(),
        ]);
        let read = |path| fs::read(path).unwrap();
        (ended.expect(0).stdout, read(page), read(changes))
    };
    let one = outcome("1");
    assert!(one.2.len() > 1000, "{}", String::from_utf8_lossy(&one.2));
    for threads in ["2", "3", "7"] {
        assert!(outcome(threads) == one, "other bytes on {threads} threads");
    }
}

/// All problems of both sides at once, each with the name of its side; and nothing is compared.
#[test]
fn both_sides_problems_are_told_at_once() {
    let (one, other) = ("tests/cases/configuration/rules", "tests/cases/configuration/settings");
    let ended = diff(&[one, other, "--over", "no/such/file", "--format", "json"]).expect(78);
    assert!(ended.stdout.is_empty());
    let alone = |folder: &str| {
        let mut command = Command::new(binary::voc());
        let command = command.current_dir(root()).args(["--config", folder, "check"]);
        run(command.args(["--format", "json"])).expect(78).json()
    };
    for folder in [one, other] {
        let problems = alone(folder)["problems"].clone();
        for problem in problems.as_array().unwrap() {
            let place = match problem["line"].as_u64() {
                Some(line) => format!("{folder}/{}:{line}", problem["file"].as_str().unwrap()),
                None => format!("{folder}/{}", problem["file"].as_str().unwrap()),
            };
            assert!(ended.stderr.contains(&place), "{place} in {}", ended.stderr);
        }
    }
    let missing = diff(&["no/such/folder", one, "--over", SURVEY]).expect(78);
    assert!(missing.stderr.contains("--> no/such/folder"), "{}", missing.stderr);
    assert!(missing.stderr.contains("taxonomy/billing.toml:31"), "{}", missing.stderr);
    let one_wrong = diff(&[OLD, one, "--over", SURVEY]).expect(78);
    assert!(!one_wrong.stderr.contains(OLD), "{}", one_wrong.stderr);
}

#[test]
fn what_makes_no_sense_ends_with_2() {
    for (arguments, part) in [
        (vec![OLD], "NEW"),
        (vec![OLD, NEW], "--over"),
        (vec![OLD, NEW, "--over", SURVEY, "--fail-if", "tasks.biling > +10%"], "write `billing`"),
        (vec![OLD, NEW, "--over", SURVEY, "--fail-if", "task > 5"], "write tasks"),
        (vec![OLD, NEW, "--over", SURVEY, "--examples", "21"], "21"),
        (vec![OLD, NEW, "--over", SURVEY, "--threads", "0"], "0"),
        (vec![OLD, NEW, "--over", SURVEY, "--source", "none"], "none"),
        (vec![OLD, NEW, "--over", SURVEY, "--report", SURVEY], "named twice"),
        (vec![OLD, NEW, "--over", "a.topic", "--log", "nats://x"], "kafka://host:9092"),
        (vec![OLD, NEW, "--over", SURVEY, "--config", OLD], "leave --config out"),
    ] {
        let ended = diff(&arguments);
        assert_eq!(ended.code, Some(2), "{arguments:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(part), "{part} for {arguments:?} in {}", ended.stderr);
        assert!(ended.stdout.is_empty(), "{arguments:?}");
    }
    let both = ["--fail-if", "task > 5", "--fail-if", "themes.lost"];
    let told = diff(&[[OLD, NEW, "--over", SURVEY].as_slice(), &both].concat()).expect(2).stderr;
    assert!(told.contains("write tasks") && told.contains("expected >"), "{told}");
}

#[test]
fn what_is_missing_is_named() {
    let place = Place::embedded("");
    place.create_topics();
    let url = place.url();
    for (arguments, part) in [
        (vec![OLD, NEW, "--over", "no/such/file.csv"], "no/such/file.csv"),
        (vec![OLD, NEW, "--over", "no.such.topic", "--log", &url], "no.such.topic"),
        (vec![OLD, NEW, "--over", "a.topic", "--log", "embedded:no/such/log"], "no/such/log"),
    ] {
        let ended = diff(&arguments).expect(1);
        assert!(ended.stderr.contains(part), "{part} in {}", ended.stderr);
    }
    assert!(!root().join("no").exists(), "a log was made");
}

const SAID: [&str; 4] = [
    "{\"id\":\"a\",\"text\":\"I was on hold for an hour.\",\"lang\":\"en\",\"score\":2}",
    "{\"id\":\"b\",\"text\":\"Such a lovely agent.\",\"lang\":\"en\",\"score\":10}",
    "not json",
    "{\"id\":\"c\",\"text\":\"Nothing to say.\",\"lang\":\"en\",\"score\":7}",
];

/// A raw topic is read by the sources, a classified or routed one as it stands: both say the same as the
/// file they came from.
#[test]
fn topics_are_history_too() {
    let place = Place::embedded("");
    place.configure_from(&cases("diff/old"));
    place.create_topics();
    let log = place.log();
    let raw = place.topic("raw");
    let entries: Vec<Entry> =
        SAID.iter().map(|said| entry(&raw, None, Some(said.as_bytes()))).collect();
    log.append(&entries).unwrap();
    place.work(&[]);
    assert_eq!(read(&*log, &[place.topic("classified")]).len(), 3);
    let url = place.url();
    let over = |topic: &str| {
        let json = diff(&[OLD, NEW, "--over", topic, "--log", &url, "--format", "json"]);
        json.expect(0).json()
    };
    let input = SAID.join("\n");
    let mut of_file = voc(&[OLD, NEW, "--over", "-", "--input", "json", "--format", "json"]);
    let of_file = feed(&mut of_file, input.as_bytes()).expect(0).json();
    assert_eq!(of_file["records"], 4);
    assert_eq!(of_file["changed"], 2);
    let of_raw = over(&raw);
    let of_classified = over(&place.topic("classified"));
    for member in ["changed", "aspects", "themes", "departments", "teams", "moves", "kudos"] {
        assert_eq!(of_raw[member], of_file[member], "{member}");
        assert_eq!(of_classified[member], of_file[member], "{member}");
    }
    assert_eq!(of_raw["dead"]["after"], 1);
    assert_eq!(of_classified["dead"]["after"], 0);
    let dead = diff(&[OLD, NEW, "--over", &place.topic("dead"), "--log", &url]).expect(1);
    assert!(dead.stderr.contains("none of our records"), "{}", dead.stderr);
}

/// A source that reads otherwise: what becomes unreadable is a new dead letter, named by its place.
#[test]
fn a_source_that_reads_otherwise_is_told() {
    let place = Place::embedded("");
    let source = |name: &str, max: u32| {
        let folder = place.path(name);
        copy_folder(OLD, &folder);
        fs::create_dir_all(folder.join("sources")).unwrap();
        let text = format!(
            "name = \"tool\"\nformat = \"json\"\n[fields]\nsource_id = \"id\"\ntext = \"text\"\n\
             lang = \"lang\"\n[[score]]\nmetric = \"csat\"\nfield = \"score\"\nmin = 0\nmax = {max}\n"
        );
        fs::write(folder.join("sources/tool.toml"), text).unwrap();
        folder.to_str().unwrap().to_owned()
    };
    let (old, new) = (source("old", 10), source("new", 7));
    let file = place.path("said.jsonl");
    fs::write(&file, SAID.join("\n")).unwrap();
    let arguments = [&old, &new, "--over", file.to_str().unwrap(), "--source", "tool"];
    let limit = ["--format", "json", "--fail-if", "dead.gained > 0"];
    let ended = diff(&[arguments.as_slice(), &limit].concat()).expect(1);
    let json = ended.json();
    assert_eq!(flow(&json["dead"]), [1, 2, 1, 0, 1]);
    assert_eq!(json["dead"]["new"].as_array().unwrap().len(), 1);
    assert_eq!(json["dead"]["new"][0]["record"], 2);
    assert_eq!(json["aspects"]["reading"], 2, "the others' scores lie on another scale");
    assert!(ended.stderr.contains("dead.gained > 0"), "{}", ended.stderr);
    let twice = [&old, &new, "--over", "-", "--source", "tool"];
    let twice = feed(&mut voc(&twice), SAID.join("\n").as_bytes()).expect(2);
    assert!(twice.stderr.contains("save it to a file"), "{}", twice.stderr);
}
