//! How often a text's language is found, and in what time, on JSON lines of `{"text", "lang"}`.
//! `cargo run --release -p ingest --example language -- FILE…`

use std::io::Write;
use std::time::Instant;

use ingest::language::{detect, model};
use serde::Deserialize;

/// So many times over, for the time.
const ROUNDS: u32 = 5;
/// What a source's default language gives way to.
const SURE: f64 = 0.5;

#[derive(Deserialize)]
struct Row {
    text: String,
    lang: String,
}

/// Right ones among all.
#[derive(Default)]
struct Share {
    right: u32,
    all: u32,
}

impl Share {
    fn add(&mut self, right: bool) {
        self.right += u32::from(right);
        self.all += 1;
    }

    fn percent(&self) -> f64 {
        f64::from(self.right) * 100.0 / f64::from(self.all.max(1))
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    for file in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&file)?;
        let rows: Vec<Row> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
        let (known, others): (Vec<&Row>, Vec<&Row>) =
            rows.iter().partition(|row| model::CODES.contains(&row.lang.as_str()));
        let start = Instant::now();
        for _ in 1..ROUNDS {
            for row in &known {
                std::hint::black_box(detect(&row.text));
            }
        }
        let found: Vec<_> = known.iter().map(|row| detect(&row.text)).collect();
        let texts = f64::from(ROUNDS) * f64::from(u32::try_from(known.len().max(1))?);
        let micros = start.elapsed().as_secs_f64() * 1e6 / texts;
        let (mut all, mut short, mut sure) = (Share::default(), Share::default(), Share::default());
        for (row, found) in known.iter().zip(found) {
            let right = found.is_some_and(|(code, _)| code == row.lang);
            all.add(right);
            if row.text.chars().count() < 20 {
                short.add(right);
            }
            if found.is_some_and(|(_, confidence)| confidence >= 0.9) {
                sure.add(right);
            }
        }
        let mut wrong = Share::default();
        for row in others {
            wrong.add(detect(&row.text).is_some_and(|(_, confidence)| confidence >= SURE));
        }
        writeln!(
            out,
            "{} texts: {:.1} %; {} under 20 characters: {:.1} %; {} with confidence 0.9 or more: \
             {:.1} %; {micros:.1} µs a text; of {} in other languages {:.1} % get {SURE} or more",
            all.all,
            all.percent(),
            short.all,
            short.percent(),
            sure.all,
            sure.percent(),
            wrong.all,
            wrong.percent()
        )?;
    }
    Ok(())
}
