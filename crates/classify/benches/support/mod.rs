//! What the benchmarks of the stage share: real texts of 60 words, and engines with what they need.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use classify::Engine;
use feedback::{Feedback, FeedbackId, Files, Given, Language, LanguageSource, Text, Verbatim};

/// How many words each text has.
pub(crate) const WORDS: usize = 60;

/// Folders of the configuration that classifying reads.
const FOLDERS: [&str; 3] = ["taxonomy", "words", "lexicons"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The words of the NHS comments kept with the tests, in their order.
fn real_words() -> Vec<String> {
    let path = root().join("tests/samples/nhs_fft/comments.csv");
    let mut rows = csv::Reader::from_path(path).expect("the samples are in the project");
    let comments = rows.records().map(|row| row.expect("the samples read")[1].to_owned());
    comments
        .flat_map(|comment| comment.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

/// Real comments cut into texts of [`WORDS`] words, each declared English.
pub(crate) fn texts() -> Vec<Feedback> {
    let words = real_words();
    words
        .chunks_exact(WORDS)
        .enumerate()
        .map(|(index, words)| feedback(index, words.join(" ")))
        .collect()
}

fn feedback(index: usize, words: String) -> Feedback {
    let id = FeedbackId::of_source_id("bench", &index.to_string());
    let mut feedback = Feedback::new(id, Arc::from("bench"));
    feedback.texts.push(Text {
        question_id: None,
        label: None,
        text: Verbatim::from(words),
        lang: Some(Language {
            code: Arc::from("en"),
            confidence: 1.0,
            by: LanguageSource::Declared,
        }),
        author: None,
        turn: None,
    });
    feedback
}

/// Which parts of the shipped configuration an engine has.
#[derive(Clone, Copy)]
pub(crate) struct Parts {
    /// The shipped taxonomy and words.
    pub(crate) taxonomy: bool,
    /// The shipped lexicons.
    pub(crate) lexicons: bool,
    /// How many rules are added, each of words that real texts have.
    pub(crate) added: usize,
}

/// The engine of these parts.
pub(crate) fn engine(parts: Parts) -> Arc<Engine> {
    let mut files = Files::new();
    let root = root().join("config");
    for folder in FOLDERS {
        let wanted = if folder == "lexicons" { parts.lexicons } else { parts.taxonomy };
        if wanted {
            add(&mut files, &root, folder);
        }
    }
    if parts.taxonomy {
        for name in ["departments.toml", "owners.toml"] {
            let text = std::fs::read_to_string(root.join(name)).expect("it is shipped");
            files.insert(name, Given::ByUser, text);
        }
    }
    files.insert("taxonomy/added.toml", Given::ByUser, added(parts.added));
    Arc::new(Engine::parse(&files, "0").expect("the configuration reads"))
}

fn add(files: &mut Files, root: &Path, folder: &str) {
    for entry in std::fs::read_dir(root.join(folder)).expect("it is shipped") {
        let path = entry.expect("it can be listed").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let text = std::fs::read_to_string(&path).expect("it can be read");
            files.insert(format!("{folder}/{name}"), Given::ByUser, text);
        }
    }
}

/// Rules of two words that real texts have, near each other or one after the other.
fn added(rules: usize) -> String {
    let reads_like_an_operator = ["and", "or", "not", "near", "before"];
    let is_word = |word: &&String| {
        word.len() > 2
            && word.chars().all(|each| each.is_ascii_lowercase())
            && !reads_like_an_operator.contains(&word.as_str())
    };
    let words = real_words();
    let mut known: Vec<&String> = words.iter().filter(is_word).collect();
    known.sort_unstable();
    known.dedup();
    let mut taxonomy = String::new();
    for rule in 0..rules {
        // Strides that share no factor with the number of words: each pair is another.
        let at = |stride: usize| known[(rule * stride + stride) % known.len()];
        let form = if rule % 2 == 0 {
            format!("\"{} {}\"", at(7919), at(104_729))
        } else {
            format!("{} NEAR/4 {}", at(7919), at(104_729))
        };
        write!(
            taxonomy,
            "[[theme]]\nid = \"added.n{rule}\"\nkind = \"topic\"\ndepartment = \"customer_office\"\nrule.en = '{form}'\n"
        )
        .expect("writing to a String cannot fail");
    }
    taxonomy
}
