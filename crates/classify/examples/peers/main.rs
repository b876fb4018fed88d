//! Our side of `tests/peers/run`, which sets the classifier beside Lucene Monitor and spaCy: `write`
//! makes the rules and texts that all read, `measure` classifies the texts with so many of the rules.
//!
//! ```text
//! cargo run --release -p classify --example peers -- write FOLDER COMMENTS.csv TEXTS RULES
//! cargo run --release -p classify --example peers -- measure FOLDER RULES
//! ```

mod measure;
mod sample;

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use classify::{Classifier, Engine};
use feedback::{Feedback, Files, Given};

use measure::{median, peak_mib, seconds_each, timed};
use sample::{Comments, said, taxonomy};

/// Passes of half a second or more before one counts; all peers keep to both.
const WARM_UP_PASSES: usize = 6;
/// Passes that count; their median is told.
const PASSES: usize = 7;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["write", folder, comments, texts, rules] => {
            let comments = Comments::read(&fs::read_to_string(comments)?)?;
            let lines = |lines: Vec<String>| lines.join("\n") + "\n";
            fs::write(Path::new(folder).join("texts.txt"), lines(comments.texts(texts.parse()?)))?;
            fs::write(
                Path::new(folder).join("rules.txt"),
                lines(comments.phrases(rules.parse()?)),
            )?;
            Ok(())
        }
        ["measure", folder, rules] => measure_ours(Path::new(folder), rules.parse()?),
        _ => Err("usage: write FOLDER COMMENTS.csv TEXTS RULES | measure FOLDER RULES".into()),
    }
}

fn measure_ours(folder: &Path, rules: usize) -> Result<(), Box<dyn Error>> {
    let texts = fs::read_to_string(folder.join("texts.txt"))?;
    let texts: Vec<Feedback> = texts.lines().map(said).collect();
    let phrases = fs::read_to_string(folder.join("rules.txt"))?;
    let phrases: Vec<String> =
        phrases.lines().take(rules).map(|phrase| format!("\"{phrase}\"")).collect();
    let (engine, build_seconds) = timed(|| {
        let mut files = Files::new();
        files.insert("taxonomy/peers.toml", Given::ByUser, taxonomy("peers", &phrases));
        Engine::parse(&files, "0").map_err(|problems| format!("{:?}", problems.first()))
    });
    let mut classifier = Classifier::new(Arc::new(engine?));
    let mut pass = || {
        seconds_each(|| texts.iter().for_each(|text| drop(black_box(classifier.classify(text)))))
    };
    for _ in 0..WARM_UP_PASSES {
        pass();
    }
    let seconds = median((0..PASSES).map(|_| pass()).collect());
    let mut found = String::new();
    for (number, text) in texts.iter().enumerate() {
        for theme in classifier.classify(text).themes {
            let rule = theme.id.as_str().trim_start_matches("peers.n");
            writeln!(found, "{number}\t{rule}")?;
        }
    }
    fs::write(folder.join(format!("found/voc.{rules}.tsv")), &found)?;
    let microseconds = seconds * 1e6 / f64::from(u32::try_from(texts.len())?);
    writeln!(
        io::stdout(),
        "voc\t{rules}\t{microseconds:.2}\t{}\t{build_seconds:.3}\t{:.0}",
        found.lines().count(),
        peak_mib()
    )?;
    Ok(())
}
