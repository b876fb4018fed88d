//! What reading one record costs: JSON lines with a `text` through the source `default`, once with the
//! language declared, and once with it detected.
//! `cargo run --release -p ingest --example speed -- FILE`

use std::io::Write;
use std::time::Instant;

use feedback::Files;
use ingest::{Ingest, Limits};
use serde_json::{Map, Value};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    const ROUNDS: usize = 20;
    let file = std::env::args().nth(1).ok_or("usage: speed FILE")?;
    let text = std::fs::read_to_string(file)?;
    let records: Vec<Map<String, Value>> =
        text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let ingest = Ingest::parse(&Files::new(), Limits::default())
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<String>())?;
    let source = ingest.source("default").ok_or("the source default is built in")?;
    let mut out = std::io::stdout().lock();
    for (what, rounds) in [("declared", ROUNDS), ("detected", 1)] {
        let lines: Vec<String> = records
            .iter()
            .cloned()
            .map(|mut record| {
                if what == "detected" {
                    record.remove("lang");
                }
                Value::Object(record).to_string()
            })
            .collect();
        let bytes: usize = lines.iter().map(String::len).sum();
        let start = Instant::now();
        let mut read = 0_u32;
        for _ in 0..rounds {
            for (line, number) in lines.iter().zip(1..) {
                read += u32::from(ingest.read_line(source, number, line.as_bytes()).is_ok());
            }
        }
        let micros = start.elapsed().as_secs_f64() * 1e6 / f64::from(read.max(1));
        writeln!(
            out,
            "language {what}: {micros:.2} µs a record of {} bytes",
            bytes / lines.len().max(1)
        )?;
    }
    Ok(())
}
