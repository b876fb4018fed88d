//! `table --results FILE`: the medians of what the other commands printed, and the ratios that count.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::{Failure, Options};

/// Every number measured: by what, delivery and figure.
struct Results(BTreeMap<(String, String, String), Vec<f64>>);

impl Results {
    fn read(path: &str) -> Result<Self, Failure> {
        let mut results: BTreeMap<_, Vec<f64>> = BTreeMap::new();
        for line in fs::read_to_string(path)?.lines() {
            let line: BTreeMap<String, Value> = serde_json::from_str(line)?;
            let text = |name| line.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let (name, delivery) = (text("name"), text("delivery"));
            for (figure, value) in &line {
                if let Some(number) = value.as_f64() {
                    let place = (name.clone(), delivery.clone(), figure.clone());
                    results.entry(place).or_default().push(number);
                }
            }
        }
        Ok(Self(results))
    }

    fn median(&self, name: &str, delivery: &str, figure: &str) -> Option<f64> {
        let mut values =
            self.0.get(&(name.to_owned(), delivery.to_owned(), figure.to_owned()))?.clone();
        values.sort_by(f64::total_cmp);
        let (low, high) = (values.get((values.len() - 1) / 2)?, values.get(values.len() / 2)?);
        Some(f64::midpoint(*low, *high))
    }

    fn runs(&self, name: &str, delivery: &str) -> usize {
        let place = (name.to_owned(), delivery.to_owned(), "rate".to_owned());
        self.0.get(&place).map_or(0, Vec::len)
    }
}

/// A loop's name in the results, and in words.
const LOOPS: [(&str, &str); 3] = [
    ("raw", "raw pass-through"),
    ("same_writing", "the same, writing what voc writes"),
    ("voc", "`voc run`"),
];

const DELIVERIES: [&str; 2] = ["exactly_once", "at_least_once"];

/// Prints Markdown.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let results = Results::read(options.text("results")?)?;
    print_loops(&results);
    print_ratios(&results);
    print_rest(&results);
    Ok(())
}

fn cell(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.digits$}"))
}

/// A rate with its thousands set apart.
fn thousands(value: Option<f64>) -> String {
    let digits = cell(value, 0);
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn print_loops(results: &Results) {
    println!(
        "| loop | delivery | records/s | worker cpu s/M | broker cpu s/M | peak MiB | p50 ms | p99 ms | runs |"
    );
    println!("|---|---|---:|---:|---:|---:|---:|---:|---:|");
    for delivery in DELIVERIES {
        for (name, words) in LOOPS {
            let median = |figure| results.median(name, delivery, figure);
            println!(
                "| {words} | {delivery} | {} | {} | {} | {} | {} | {} | {} |",
                thousands(median("rate")),
                cell(median("worker_cpu"), 1),
                cell(median("broker_cpu"), 1),
                cell(median("peak_mib"), 0),
                cell(median("p50_ms"), 1),
                cell(median("p99_ms"), 1),
                results.runs(name, delivery),
            );
        }
    }
    println!();
}

fn print_ratios(results: &Results) {
    println!("| `voc run` against | delivery | rate | target | worker cpu | target |");
    println!("|---|---|---:|---:|---:|---:|");
    for delivery in DELIVERIES {
        for (name, words, rate_target, cpu_target) in [
            ("raw", "raw pass-through", "≥ 20 %", "≤ 6×"),
            ("same_writing", "the same writing", "≥ 30 %", "≤ 5×"),
        ] {
            let ratio = |figure| {
                let own = results.median("voc", delivery, figure)?;
                Some(own / results.median(name, delivery, figure)?)
            };
            let rate = ratio("rate").map(|ratio| ratio * 100.0);
            println!(
                "| {words} | {delivery} | {} % | {rate_target} | {}× | {cpu_target} |",
                cell(rate, 0),
                cell(ratio("worker_cpu"), 1),
            );
        }
    }
    println!();
}

fn print_rest(results: &Results) {
    let sample = |figure| results.median("", "", figure);
    println!(
        "voc writes {} records for each it reads: {} bytes of keys and values, {} of headers.",
        cell(sample("outputs"), 2),
        cell(sample("bytes"), 0),
        cell(sample("header_bytes"), 0),
    );
    let embedded = |name, figure| results.median(name, "exactly_once", figure);
    println!(
        "Embedded log: {} appends/s (target ≥ 50,000); {} records/s through all stages \
         (target ≥ 20,000), {} cpu s/M, peak {} MiB.",
        thousands(embedded("embedded_append", "rate")),
        thousands(embedded("embedded", "rate")),
        cell(embedded("embedded", "worker_cpu"), 1),
        cell(embedded("embedded", "peak_mib"), 0),
    );
    let broker = results.median("voc", "exactly_once", "broker_mib");
    println!("The broker's own peak: {} MiB.", cell(broker, 0));
}
