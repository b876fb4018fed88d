//! What more rules cost, as ratios in one run: texts of 60 words with 200, 2,000 and 20,000 rules and
//! nothing else (matching alone); rules that match nothing (idle) added to 200 and to voc's own
//! configuration (the whole stage); a loop over all rules; and what 20,000 cost to compile. Times are of
//! a processor, and all are measured in turn, round by round, so that a busy machine slows all of them.
//! `cargo bench -p classify --bench matching`

#[path = "../examples/peers/configuration.rs"]
mod configuration;
#[path = "../examples/peers/measure.rs"]
mod measure;
#[path = "../examples/peers/sample.rs"]
mod sample;

use std::collections::{BTreeSet, HashMap};
use std::error::Error;
use std::hint::black_box;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use classify::{Classifier, Engine, stem};
use feedback::{Feedback, Files, Given};

use measure::{median, peak_mib, seconds_each, timed};
use sample::{Comments, said, taxonomy};

const TEXTS: usize = 500;
const ROUNDS: usize = 5;
/// The most rules; all but `FEW` of them match nothing where that is said.
const MANY: usize = 20_000;
const FEW: usize = 200;
/// The argument with which this program only compiles the many rules and tells what that took.
const COMPILE: &str = "--compile-alone";

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let csv = std::fs::read_to_string(root.join("tests/samples/nhs_fft/comments.csv"))?;
    let comments = Comments::read(&csv)?;
    if std::env::args().any(|argument| argument == COMPILE) {
        return compile_alone(&comments);
    }
    let texts = comments.texts(TEXTS);
    let records: Vec<Feedback> = texts.iter().map(|text| said(text)).collect();
    let phrases = comments.phrases(MANY);
    let rules: Vec<String> = phrases.iter().map(|phrase| format!("\"{phrase}\"")).collect();
    let apart = never_together(&comments, &records, "\" NEAR/4 \"")?;
    let broken = never_together(&comments, &records, " ")?;
    let absent: Vec<String> =
        (0..MANY - FEW).map(|number| format!("\"zq{number} xj{number}\"")).collect();
    let own = || configuration::read(&root.join("config"));
    let mut variants = vec![
        Variant::new("no rule", Files::new(), &[])?,
        Variant::new("200 rules", Files::new(), &[&rules[..FEW]])?,
        Variant::new("2,000 rules", Files::new(), &[&rules[..2_000]])?,
        Variant::new("20,000 rules", Files::new(), &[&rules])?,
        Variant::new("200, and 19,800 idle phrases", Files::new(), &[&rules[..FEW], &broken])?,
        Variant::new("voc's own", own()?, &[])?,
        Variant::new("voc's own, and 19,800 of other words", own()?, &[&absent])?,
        Variant::new("voc's own, and 19,800 idle phrases", own()?, &[&broken])?,
        Variant::new("voc's own, and 19,800 idle NEAR", own()?, &[&apart])?,
    ];
    let mut loops = [Naive::new(&phrases[..FEW]), Naive::new(&phrases)];
    for _ in 0..ROUNDS {
        for variant in &mut variants {
            variant.round(&records);
        }
        for naive in &mut loops {
            naive.round(&texts);
        }
    }
    tell(&variants, &loops)
}

/// An engine, and how long each round took it.
struct Variant {
    name: &'static str,
    classifier: Classifier,
    seconds: Vec<f64>,
    matches: usize,
}

impl Variant {
    fn new(
        name: &'static str,
        mut files: Files,
        rules: &[&[String]],
    ) -> Result<Self, Box<dyn Error>> {
        for (number, rules) in rules.iter().enumerate() {
            let path = format!("taxonomy/rules{number}.toml");
            files.insert(path, Given::ByUser, taxonomy(&format!("rules{number}"), rules));
        }
        let engine =
            Engine::parse(&files, "0").map_err(|problems| format!("{:?}", problems.first()))?;
        let classifier = Classifier::new(Arc::new(engine));
        Ok(Self { name, classifier, seconds: Vec::new(), matches: 0 })
    }

    fn round(&mut self, records: &[Feedback]) {
        let Self { classifier, matches, .. } = self;
        self.seconds.push(seconds_each(|| {
            *matches =
                records.iter().map(|each| black_box(classifier.classify(each)).themes.len()).sum();
        }));
    }

    fn microseconds(&self) -> f64 {
        per_text(self.seconds.clone())
    }
}

fn per_text(seconds: Vec<f64>) -> f64 {
    median(seconds) * 1e6 / number(TEXTS)
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Rules of words that the texts have, joined by `between`, but never so that a rule holds.
fn never_together(
    comments: &Comments,
    records: &[Feedback],
    between: &str,
) -> Result<Vec<String>, Box<dyn Error>> {
    let rule = |phrase: &String| format!("\"{}\"", phrase.replace(' ', between));
    let rules: Vec<String> = comments.phrases(MANY + MANY / 2).iter().map(rule).collect();
    let mut variant = Variant::new("candidates", Files::new(), &[&rules])?;
    let mut matched = BTreeSet::new();
    for record in records {
        let themes = variant.classifier.classify(record).themes;
        matched.extend(themes.into_iter().map(|theme| theme.id.to_string()));
    }
    let is_idle = |index: &usize| !matched.contains(&format!("rules0.n{index}"));
    let idle = (0..rules.len()).filter(is_idle).take(MANY - FEW);
    Ok(idle.map(|index| rules[index].clone()).collect())
}

/// A loop over all rules for each text, its words stemmed once and kept.
struct Naive {
    phrases: Vec<Vec<String>>,
    stems: HashMap<String, String>,
    seconds: Vec<f64>,
}

impl Naive {
    fn new(phrases: &[String]) -> Self {
        let stems =
            |phrase: &String| phrase.split(' ').map(|word| stem("en", word).into()).collect();
        Self {
            phrases: phrases.iter().map(stems).collect(),
            stems: HashMap::new(),
            seconds: Vec::new(),
        }
    }

    fn round(&mut self, texts: &[String]) {
        let seconds = seconds_each(|| {
            black_box(texts.iter().map(|text| self.matches(text)).sum::<usize>());
        });
        self.seconds.push(seconds);
    }

    fn microseconds(&self) -> f64 {
        per_text(self.seconds.clone())
    }

    fn matches(&mut self, text: &str) -> usize {
        let words =
            text.split(|each: char| !each.is_alphanumeric()).filter(|word| !word.is_empty());
        for word in words.clone().filter(|word| !self.stems.contains_key(*word)).collect::<Vec<_>>()
        {
            let folded = word.to_lowercase();
            self.stems.insert(word.to_owned(), stem("en", &folded).into());
        }
        let stems: Vec<&str> = words.map(|word| self.stems[word].as_str()).collect();
        let holds = |phrase: &&Vec<String>| {
            stems.windows(phrase.len()).any(|each| each == phrase.as_slice())
        };
        self.phrases.iter().filter(holds).count()
    }
}

/// Compiles the many rules in a process of its own, whose peak of memory is then theirs.
fn compile_alone(comments: &Comments) -> Result<(), Box<dyn Error>> {
    let rules: Vec<String> =
        comments.phrases(MANY).iter().map(|phrase| format!("\"{phrase}\"")).collect();
    let before = peak_mib();
    let (variant, seconds) = timed(|| Variant::new("compiled", Files::new(), &[&rules]));
    black_box(variant?);
    writeln!(
        io::stdout(),
        "20,000 rules compile in {seconds:.2} s; the process has {:.0} MiB at most, {before:.0} before",
        peak_mib()
    )?;
    Ok(())
}

fn tell(variants: &[Variant], loops: &[Naive; 2]) -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    for variant in variants {
        let matches = number(variant.matches) / number(TEXTS);
        let microseconds = variant.microseconds();
        writeln!(out, "{:<40}{microseconds:>9.2} µs a text, {matches:>5.2} themes", variant.name)?;
    }
    let [few_loop, many_loop] = loops.each_ref().map(Naive::microseconds);
    writeln!(out, "{:<40}{few_loop:>9.2} µs a text", "a loop over 200 rules")?;
    writeln!(out, "{:<40}{many_loop:>9.2} µs a text", "a loop over 20,000 rules")?;
    let microseconds: Vec<f64> = variants.iter().map(Variant::microseconds).collect();
    let [none, few, _, many, idle, own, absent, broken, apart] = microseconds[..] else {
        return Ok(());
    };
    for (what, ratio) in [
        ("matching alone, 19,800 idle phrases added to 200", idle / few),
        ("matching alone, 20,000 rules to 200, more matching", many / few),
        ("matching alone, 200 rules to none", few / none),
        ("the stage, 19,800 of other words added to voc's own", absent / own),
        ("the stage, 19,800 idle phrases added to voc's own", broken / own),
        ("the stage, 19,800 idle NEAR added to voc's own", apart / own),
        ("a loop over 200 rules to the stage with as many", few_loop / few),
        ("a loop over 20,000 rules to the stage with as many", many_loop / many),
    ] {
        writeln!(out, "{what:<52}{ratio:>9.2}")?;
    }
    drop(out);
    Command::new(std::env::current_exe()?).arg(COMPILE).status()?;
    Ok(())
}
