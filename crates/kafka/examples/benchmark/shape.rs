//! `shape --count N`: reads what `voc generate` writes and keeps of it the events that declare their
//! language, as plain records of the source `default`: id, text, lang, score and a few attributes.

use std::io::{BufRead, BufWriter, Write, stdin, stdout};

use serde_json::{Value, json};

use crate::{Failure, Options};

/// Writes N events to the standard output, and their mean size to the standard error.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let count: u32 = options.number("count")?;
    let mut out = BufWriter::with_capacity(1 << 16, stdout().lock());
    let (mut written, mut bytes) = (0_u32, 0.0);
    for line in stdin().lock().lines() {
        if written >= count {
            continue; // What is left is read, so that its writer ends well.
        }
        let Some(event) = plain(&serde_json::from_str(&line?)?) else { continue };
        let event = serde_json::to_vec(&event)?;
        out.write_all(&event)?;
        out.write_all(b"\n")?;
        written += 1;
        bytes += f64::from(u32::try_from(event.len())?);
    }
    out.flush()?;
    if written < count {
        return Err(format!("only {written} of {count} events declare a language").into());
    }
    eprintln!("{written} events of {:.0} bytes on average", bytes / f64::from(written.max(1)));
    Ok(())
}

/// An event with one text in a declared language and a score, else `None`.
fn plain(line: &Value) -> Option<Value> {
    let [text] = line.get("texts")?.as_array()?.as_slice() else { return None };
    let score = line.get("scores")?.get(0)?;
    Some(json!({
        "id": line.get("source_id")?,
        "occurred_at": line.get("occurred_at")?,
        "text": text.get("text")?,
        "lang": text.get("lang")?.get("code")?,
        "score": {
            "metric": score.get("metric")?,
            "value": score.get("value")?,
            "min": score.get("min")?,
            "max": score.get("max")?,
        },
        "channel": line.get("channel")?,
        "touchpoint": line.get("touchpoint")?,
        "brand": line.get("brand")?,
        "customer": line.get("customer")?.get("key")?,
        "segment": line.get("customer")?.get("segment")?,
        "region": line.get("attributes")?.get("region")?,
        "synthetic": true,
    }))
}
