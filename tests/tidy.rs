//! The shape of the project: which crate may know what, how long a file may be, which documents name
//! what. Each case keeps one invariant of ARCHITECTURE.md.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Which of our crates each crate may depend on.
const ARROWS: [(&str, &[&str]); 12] = [
    ("feedback", &[]),
    ("ingest", &["feedback"]),
    ("classify", &["feedback"]),
    ("route", &["feedback"]),
    ("measure", &["feedback"]),
    ("learn", &["feedback", "classify", "route", "measure"]),
    ("desk", &["feedback"]),
    ("pipeline", &["feedback", "ingest", "classify", "route"]),
    ("embedded", &["feedback", "pipeline"]),
    ("kafka", &["feedback", "pipeline"]),
    ("api", &[]),
    (
        "voc",
        &[
            "feedback", "ingest", "classify", "route", "measure", "learn", "pipeline", "embedded",
            "kafka", "api",
        ],
    ),
];

/// Libraries that only one crate may name.
const OWNERS: [(&str, &str); 4] =
    [("rdkafka", "kafka"), ("rusqlite", "embedded"), ("axum", "api"), ("clap", "voc")];

/// Crates that do no I/O, and what they may not name.
const PURE: [&str; 7] = ["feedback", "ingest", "classify", "route", "measure", "learn", "desk"];
const IMPURE: [&str; 8] =
    ["tokio", "rdkafka", "rusqlite", "axum", "reqwest", "rand", "tracing", "metrics"];

/// What a pure crate's source may not say (`std::net`'s addresses are only values).
const IMPURE_WORDS: [&str; 10] = [
    "std::fs",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "ToSocketAddrs",
    "std::env",
    "std::process",
    "SystemTime",
    "Instant::now",
    "thread::spawn",
];

const FILE_LINES_MAX: usize = 400;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The normal dependencies of every crate of ours, by name.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().unwrap();
            let normal = dependencies.iter().filter(|dependency| dependency["kind"].is_null());
            let names = normal.map(|dependency| dependency["name"].as_str().unwrap().to_owned());
            (package["name"].as_str().unwrap().to_owned(), names.collect())
        })
        .collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A file's lines before its inline tests.
fn production(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]"));
    lines.fold(String::new(), |text, line| text + line + "\n")
}

fn is_test(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "benches")
        || path.file_name().is_some_and(|name| name == "tests.rs")
}

#[test]
fn arrows_between_crates() {
    let allowed: BTreeMap<_, _> = ARROWS.into_iter().collect();
    let dependencies = dependencies();
    let ours: BTreeSet<_> = dependencies.keys().filter(|name| *name != "tests").collect();
    for name in &ours {
        let allowed = allowed
            .get(name.as_str())
            .unwrap_or_else(|| panic!("crate {name} is not in ARROWS: say what it may depend on"));
        for dependency in dependencies[*name].iter().filter(|dependency| ours.contains(dependency))
        {
            assert!(
                allowed.contains(&dependency.as_str()),
                "{name} may not depend on {dependency}"
            );
        }
    }
}

#[test]
fn one_crate_knows_each_outside_world() {
    for (name, dependencies) in dependencies() {
        for (library, owner) in OWNERS {
            let tests = name == "tests";
            assert!(
                name == owner || tests || !dependencies.contains(library),
                "only {owner} may name {library}, not {name}"
            );
        }
    }
}

#[test]
fn pure_crates_do_no_io() {
    let dependencies = dependencies();
    for name in PURE {
        for library in IMPURE {
            assert!(!dependencies[name].contains(library), "{name} is pure: no {library}");
        }
        for path in rust_files(&root().join("crates").join(name).join("src")) {
            let text = production(&path);
            for word in IMPURE_WORDS.iter().filter(|_| !is_test(&path)) {
                assert!(!text.contains(word), "{}: {name} is pure: no {word}", path.display());
            }
        }
    }
}

#[test]
fn files_are_short_and_open_with_their_purpose() {
    for path in rust_files(&root().join("crates")) {
        let text = production(&path);
        assert!(
            text.starts_with("//!") || text.starts_with("#!["),
            "{} does not open with //!",
            path.display()
        );
        let lines = text.lines().count();
        assert!(
            is_test(&path) || lines <= FILE_LINES_MAX,
            "{} has {lines} lines before its tests: find two names for it",
            path.display()
        );
    }
}

/// A derived reader stops at the first fault of a file, and knows no other table: everything wrong in a
/// configuration is told at once only if `feedback::document` reads it.
#[test]
fn configurations_are_read_key_by_key() {
    let own_data = root().join("crates/voc/src/generate");
    for path in rust_files(&root().join("crates")) {
        let text = production(&path);
        for word in ["toml::from_str", "toml::from_slice", "toml::Deserializer"] {
            let allowed = path.starts_with(&own_data) || is_test(&path);
            assert!(allowed || !text.contains(word), "{}: no {word}", path.display());
        }
    }
}

#[test]
fn no_catch_all_modules() {
    for path in rust_files(&root().join("crates")) {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let catch_all = ["util", "utils", "common", "helpers", "misc"].contains(&stem);
        assert!(!catch_all, "{}: name it after what it does", path.display());
    }
}

#[test]
fn documents_name_every_crate() {
    for document in ["ARCHITECTURE.md"] {
        let text = fs::read_to_string(root().join(document)).unwrap();
        for (name, _) in ARROWS {
            assert!(text.contains(&format!("`{name}`")), "{document} does not name `{name}`");
        }
    }
}

#[test]
fn nothing_is_left_undone() {
    for path in rust_files(&root().join("crates")) {
        let text = fs::read_to_string(&path).unwrap();
        for word in ["TODO", "FIXME", "XXX"] {
            assert!(!text.contains(word), "{} says {word}", path.display());
        }
    }
}
