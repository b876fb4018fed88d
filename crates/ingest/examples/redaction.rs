//! How well personal data is found: precision and recall per kind, on JSON lines of
//! `{"text", "spans": [{"start", "end", "type"}]}` with character offsets (the form of Microsoft's
//! presidio-research, MIT). `cargo run --release -p ingest --example redaction -- FILE [show]`

use std::collections::BTreeMap;
use std::io::Write;

use feedback::RedactionKind;
use serde::Deserialize;

#[derive(Deserialize)]
struct Row {
    text: String,
    #[serde(default)]
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Span {
    start: usize,
    end: usize,
    #[serde(rename = "type")]
    kind: String,
}

/// The set's names of the kinds that we mask.
fn kind(name: &str) -> Option<&'static str> {
    Some(match name {
        "CREDIT_CARD" => "payment_card",
        "EMAIL_ADDRESS" => "email",
        "IBAN_CODE" => "iban",
        "IP_ADDRESS" => "ip_address",
        "PHONE_NUMBER" => "phone",
        _ => return None,
    })
}

#[derive(Default)]
struct Count {
    found: usize,
    missed: usize,
    wrong: usize,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("usage: redaction FILE [show]")?;
    let show = arguments.next().is_some();
    let mut out = std::io::stdout().lock();
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let mut rows = 0;
    let text = std::fs::read_to_string(file)?;
    for line in text.lines() {
        let row: Row = serde_json::from_str(line)?;
        rows += 1;
        let byte = |at: usize| row.text.char_indices().nth(at).map_or(row.text.len(), |(at, _)| at);
        let found = ingest::personal_data(&row.text);
        let overlaps = |kind: &str, start: usize, end: usize| {
            let same =
                |f: &&(RedactionKind, usize, usize)| f.0.name() == kind && f.1 < end && start < f.2;
            found.iter().find(same).is_some()
        };
        let wanted: Vec<_> = row
            .spans
            .iter()
            .filter_map(|span| Some((kind(&span.kind)?, byte(span.start), byte(span.end))))
            .collect();
        for (kind, start, end) in &wanted {
            let count = counts.entry((*kind).to_owned()).or_default();
            if overlaps(kind, *start, *end) {
                count.found += 1;
            } else {
                count.missed += 1;
                if show {
                    writeln!(out, "missed {kind}: {:?}", row.text)?;
                }
            }
        }
        for (kind, start, end) in &found {
            if !wanted
                .iter()
                .any(|(name, from, to)| *name == kind.name() && start < to && from < end)
            {
                counts.entry(kind.name().to_owned()).or_default().wrong += 1;
                if show {
                    writeln!(out, "wrong {}: {:?}", kind.name(), row.text)?;
                }
            }
        }
    }
    writeln!(
        out,
        "{rows} texts\n{:<14}{:>6}{:>8}{:>7}{:>11}{:>8}",
        "kind", "found", "missed", "wrong", "precision", "recall"
    )?;
    for (kind, Count { found, missed, wrong }) in counts {
        let share = |part: usize, whole: usize| {
            let thousandths = (part * 1_000).checked_div(whole).unwrap_or(0);
            format!("{}.{} %", thousandths / 10, thousandths % 10)
        };
        let (precision, recall) = (share(found, found + wrong), share(found, found + missed));
        writeln!(out, "{kind:<14}{found:>6}{missed:>8}{wrong:>7}{precision:>11}{recall:>8}")?;
    }
    Ok(())
}
