//! What the benchmarks of the whole stage share: real English texts of 60 words, and voc's own
//! configuration with as many phrases as make 2,000 rules.

#[path = "../../examples/peers/configuration.rs"]
mod configuration;
#[path = "../../examples/peers/sample.rs"]
mod sample;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use classify::Engine;
use feedback::{Feedback, Files, Given};
use sample::{Comments, said, taxonomy};

/// How many texts are classified in turn.
const TEXTS: usize = 500;
/// How many rules there are, voc's own among them.
const RULES: usize = 2_000;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn comments() -> Comments {
    let path = root().join("tests/samples/nhs_fft/comments.csv");
    let csv = std::fs::read_to_string(path).expect("the samples are in the project");
    Comments::read(&csv).expect("the samples read")
}

/// voc's own configuration, with or without its lexicons, and as many phrases as make up the rules.
pub(crate) fn configured(comments: &Comments, lexicons: bool) -> Arc<Engine> {
    let own = configuration::read(&root().join("config")).expect("the configuration is there");
    let mut files = Files::new();
    for (path, given, text) in
        own.iter().filter(|(path, ..)| lexicons || !path.starts_with("lexicons"))
    {
        files.insert(path.to_owned(), given, text.to_owned());
    }
    let shipped = parsed(&files).themes().len();
    let phrases = comments.phrases(RULES - shipped);
    let rules: Vec<String> = phrases.iter().map(|phrase| format!("\"{phrase}\"")).collect();
    files.insert("taxonomy/added.toml", Given::ByUser, taxonomy("added", &rules));
    parsed(&files)
}

pub(crate) fn parsed(files: &Files) -> Arc<Engine> {
    Arc::new(Engine::parse(files, "0").expect("the configuration reads"))
}

/// The texts, each declared English.
pub(crate) fn texts(comments: &Comments) -> Vec<Feedback> {
    comments.texts(TEXTS).iter().map(|text| said(text)).collect()
}
