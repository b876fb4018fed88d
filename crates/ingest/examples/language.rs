//! How often a text's language is found, and in what time, on JSON lines of `{"text", "lang"}`.
//! `cargo run --release -p ingest --example language -- FILE…`

use std::io::Write;
use std::time::Instant;

use serde::Deserialize;

#[derive(Deserialize)]
struct Row {
    text: String,
    lang: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    ingest::language::detect("The models are loaded on first need.");
    for file in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&file)?;
        let rows: Vec<Row> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
        let known = |row: &&Row| ["en", "nl", "de", "fr", "es"].contains(&row.lang.as_str());
        let (mut all, mut short) = ((0_u32, 0_u32), (0_u32, 0_u32));
        let start = Instant::now();
        for row in rows.iter().filter(known) {
            let found = ingest::language::detect(&row.text);
            let right = u32::from(found.is_some_and(|(code, _)| code == row.lang));
            all = (all.0 + right, all.1 + 1);
            if row.text.chars().count() < 20 {
                short = (short.0 + right, short.1 + 1);
            }
        }
        let micros = start.elapsed().as_secs_f64() * 1e6 / f64::from(all.1.max(1));
        let share = |(right, of): (u32, u32)| f64::from(right) * 100.0 / f64::from(of.max(1));
        writeln!(
            out,
            "{} texts: {:.1} %; {} under 20 characters: {:.1} %; {micros:.0} µs a text",
            all.1,
            share(all),
            short.1,
            share(short)
        )?;
    }
    Ok(())
}
