//! Rules and texts to measure with, made of the words of real comments (those of `tests/samples`): the
//! same each time, for `tests/peers/run` and for the benchmark of this crate.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write;
use std::sync::Arc;

use classify::stem;
use feedback::{Feedback, FeedbackId, Text};

/// How many words a text has.
const TEXT_WORDS: usize = 60;
/// A word of a phrase has so many letters or more: rules seldom ask for `the` and `was`.
const LETTERS_MIN: usize = 4;
/// One phrase of so many is taken from the comments as it stands.
const REAL_ONE_IN: usize = 20;

/// Numbers that look random and are the same each time (Knuth's MMIX generator).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % end.max(1)
    }

    fn choose<'a>(&mut self, of: &'a [String]) -> &'a str {
        &of[self.below(of.len())]
    }
}

/// What people wrote.
pub(crate) struct Comments {
    written: Vec<String>,
    /// Each word as often as it occurs.
    words: Vec<String>,
    /// Two or three words that stand side by side.
    neighbours: Vec<String>,
}

impl Comments {
    /// Reads the second column of `csv`, which has a head.
    pub(crate) fn read(csv: &str) -> Result<Self, Box<dyn Error>> {
        let mut written = Vec::new();
        for record in csv::Reader::from_reader(csv.as_bytes()).records() {
            let record = record?;
            let words: Vec<&str> = record.get(1).unwrap_or_default().split_whitespace().collect();
            written.push(words.join(" "));
        }
        let runs = written.iter().flat_map(|comment| runs(comment));
        let (mut words, mut neighbours) = (Vec::new(), Vec::new());
        for run in runs {
            for length in [2, 3] {
                neighbours.extend(run.windows(length).map(|each| each.join(" ")));
            }
            words.extend(run.into_iter().map(str::to_owned));
        }
        Ok(Self { written, words, neighbours })
    }

    /// Texts of 60 words: comments drawn and put one after the other, as they were written.
    pub(crate) fn texts(&self, count: usize) -> Vec<String> {
        let mut numbers = Numbers(1);
        let text = |_| {
            let mut words: Vec<String> = Vec::new();
            while words.len() < TEXT_WORDS {
                let comment = numbers.choose(&self.written);
                let ends = comment.ends_with(['.', '!', '?']);
                words.extend(
                    format!("{comment}{}", if ends { "" } else { "." })
                        .split(' ')
                        .map(str::to_owned),
                );
            }
            words.truncate(TEXT_WORDS);
            words.join(" ")
        };
        (0..count).map(text).collect()
    }

    /// Phrases of two or three words, no two of which have the same stems. The words of most were
    /// drawn one by one, each as often as it occurs.
    pub(crate) fn phrases(&self, count: usize) -> Vec<String> {
        let mut numbers = Numbers(2);
        let (mut phrases, mut known) = (Vec::new(), BTreeSet::new());
        while phrases.len() < count {
            let phrase = if phrases.len() % REAL_ONE_IN == 0 {
                numbers.choose(&self.neighbours).to_owned()
            } else {
                let length = 2 + numbers.below(3) / 2;
                let words: Vec<&str> = (0..length).map(|_| numbers.choose(&self.words)).collect();
                words.join(" ")
            };
            let stems: Vec<_> = phrase.split(' ').map(|word| stem("en", word)).collect();
            if known.insert(stems.join(" ")) {
                phrases.push(phrase);
            }
        }
        phrases
    }
}

/// The plain lower-case words of a comment that stand side by side with one blank between.
fn runs(comment: &str) -> Vec<Vec<&str>> {
    let is_plain = |word: &&str| {
        word.len() >= LETTERS_MIN && word.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    let words: Vec<&str> = comment.split(' ').collect();
    let runs = words.split(|word| !is_plain(word));
    runs.filter(|run| !run.is_empty()).map(<[&str]>::to_vec).collect()
}

/// A theme for each rule, `PREFIX.n0` and on: a topic, so that a negation doesn't count.
pub(crate) fn taxonomy(prefix: &str, rules: &[String]) -> String {
    let mut taxonomy = String::new();
    for (number, rule) in rules.iter().enumerate() {
        write!(
            taxonomy,
            "[[theme]]\nid = \"{prefix}.n{number}\"\nkind = \"topic\"\ndepartment = \"billing\"\nrule.en = '{rule}'\n"
        )
        .expect("writing to a String cannot fail");
    }
    taxonomy
}

/// A record that says `text` in English.
pub(crate) fn said(text: &str) -> Feedback {
    let mut feedback = Feedback::new(FeedbackId::of_source_id("peers", text), Arc::from("peers"));
    feedback.texts.push(Text::declared(text, "en"));
    feedback
}
