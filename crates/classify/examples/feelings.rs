//! How well sentiment and emotions are found, on JSON lines of `{"text", "lang", "sentiment"}` or
//! `{"text", "lang", "ekman"}`. One text in five is held out, by its hash. `mixed` counts as
//! the side of its score where the data know three labels; emotions are put on Ekman's, as `GoEmotions` does.
//! `cargo run --release -p classify --example feelings -- CONFIG FILE… [--held-out] [--each]`

#[path = "peers/configuration.rs"]
mod configuration;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use classify::{Classifier, Engine};
use feedback::{Classification, Feedback, FeedbackId, Text};
use serde::Deserialize;

/// From which score on a mixed text is on a side, as the engine has it for every text.
const SIDE: f64 = 0.1;

#[derive(Deserialize)]
struct Row {
    text: String,
    lang: String,
    sentiment: Option<String>,
    ekman: Option<Vec<String>>,
}

/// Hits, false alarms and misses of a label.
#[derive(Default)]
struct Counts {
    hits: u32,
    false_alarms: u32,
    misses: u32,
}

impl Counts {
    fn f1(&self) -> f64 {
        let of = f64::from(2 * self.hits + self.false_alarms + self.misses);
        if of > 0.0 { f64::from(2 * self.hits) / of } else { 0.0 }
    }
}

#[derive(Default)]
struct Score {
    texts: u32,
    right: u32,
    labels: BTreeMap<String, Counts>,
    /// By tenth of confidence: texts, and those that came out right.
    confidence: [(u32, u32); 10],
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (flags, paths): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let has = |name: &str| flags.iter().any(|flag| flag == name);
    let (config, data) = paths.split_first().ok_or("usage: CONFIG FILE…")?;
    let engine =
        Engine::parse(&configuration::read(Path::new(config))?, "").map_err(|problems| {
            problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        })?;
    let engine = Arc::new(engine);
    let mut out = io::stdout().lock();
    for path in data {
        let mut classifier = Classifier::new(Arc::clone(&engine));
        let mut score = Score::default();
        for line in std::fs::read_to_string(path)?.lines() {
            let row: Row = serde_json::from_str(line)?;
            let expected = row.ekman.or(row.sentiment.map(|label| vec![label]));
            let Some(expected) = expected.filter(|_| is_held_out(&row.text) == has("--held-out"))
            else {
                continue;
            };
            let found = classifier.classify(&said(&row.lang, &row.text));
            let told = if line.contains("\"ekman\"") { ekman(&found) } else { label(&found) };
            let confidence = found.sentiment.as_ref().map_or(0.0, |sentiment| sentiment.confidence);
            score.add(&expected, &told, confidence);
            if has("--each") {
                let (label, of) = found
                    .sentiment
                    .map_or(("none", 0.0), |sentiment| (sentiment.label.name(), sentiment.score));
                let (expected, told) = (expected.join(","), told.join(","));
                writeln!(out, "{expected}\t{told}\t{label} {of:.2} {confidence:.2}\t{}", row.text)?;
            }
        }
        score.tell(path, &mut out)?;
    }
    Ok(())
}

impl Score {
    fn add(&mut self, expected: &[String], told: &[String], confidence: f64) {
        let is_right = expected == told;
        self.texts += 1;
        self.right += u32::from(is_right);
        let tenths = (1..10).take_while(|tenth| f64::from(*tenth) <= confidence * 10.0);
        let tenth = &mut self.confidence[tenths.count()];
        *tenth = (tenth.0 + 1, tenth.1 + u32::from(is_right));
        for label in expected {
            let counts = self.labels.entry(label.clone()).or_default();
            if told.contains(label) { counts.hits += 1 } else { counts.misses += 1 }
        }
        for label in told.iter().filter(|label| !expected.contains(label)) {
            self.labels.entry(label.clone()).or_default().false_alarms += 1;
        }
    }

    fn tell(&self, path: &str, out: &mut impl Write) -> io::Result<()> {
        let percent = |(of, right): (u32, u32)| f64::from(right) * 100.0 / f64::from(of.max(1));
        let labels = f64::from(u32::try_from(self.labels.len()).unwrap_or(1).max(1));
        let macro_f1 = self.labels.values().map(Counts::f1).sum::<f64>() * 100.0 / labels;
        let sum = |of: fn(&Counts) -> u32| self.labels.values().map(of).sum::<u32>();
        let all = Counts {
            hits: sum(|each| each.hits),
            false_alarms: sum(|each| each.false_alarms),
            misses: sum(|each| each.misses),
        };
        writeln!(
            out,
            "{path}: {} texts, all labels right {:.1} %, micro-F1 {:.1} %, macro-F1 {macro_f1:.1} %",
            self.texts,
            percent((self.texts, self.right)),
            all.f1() * 100.0
        )?;
        for (label, counts) in &self.labels {
            let told = counts.hits + counts.false_alarms;
            let there = counts.hits + counts.misses;
            writeln!(
                out,
                "  {label:10} {there:6} there, precision {:5.1} %, recall {:5.1} %, F1 {:5.1} %",
                percent((told, counts.hits)),
                percent((there, counts.hits)),
                counts.f1() * 100.0
            )?;
        }
        write!(out, "  right by confidence:")?;
        for (tenth, counts) in self.confidence.iter().enumerate().filter(|(_, each)| each.0 > 0) {
            write!(out, "  0.{tenth} {:.0} % of {}", percent(*counts), counts.0)?;
        }
        writeln!(out)
    }
}

/// The label of three that data know; a mixed one is on the side of its score.
fn label(found: &Classification) -> Vec<String> {
    let Some(sentiment) = &found.sentiment else { return vec!["neutral".to_owned()] };
    let label = match sentiment.label.name() {
        "mixed" if sentiment.score >= SIDE => "positive",
        "mixed" if sentiment.score <= -SIDE => "negative",
        "mixed" => "neutral",
        label => label,
    };
    vec![label.to_owned()]
}

/// The emotions as Ekman's, `neutral` where there are none.
fn ekman(found: &Classification) -> Vec<String> {
    let of = |name: &str| match name {
        "joy" | "gratitude" | "trust" => "joy",
        "surprise" | "confusion" => "surprise",
        "sadness" | "disappointment" => "sadness",
        "frustration" | "anger" => "anger",
        _ => "fear",
    };
    let mut all: Vec<String> =
        found.emotions.iter().map(|emotion| of(&emotion.name).to_owned()).collect();
    all.sort();
    all.dedup();
    if all.is_empty() { vec!["neutral".to_owned()] } else { all }
}

fn said(language: &str, text: &str) -> Feedback {
    let mut feedback = Feedback::new(FeedbackId::of_source_id("row", text), Arc::from("row"));
    feedback.texts.push(Text::declared(text, language));
    feedback
}

/// One text in five, whatever its case and blanks (FNV-1a).
fn is_held_out(text: &str) -> bool {
    let plain = text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let hash = plain.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash.is_multiple_of(5)
}
