//! What `voc tag` could not read: JSON lines in a file, or a count and the first few on the
//! standard error (without a word of theirs).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use ingest::Reject;
use serde::Serialize;

use super::super::{note, tap::Shown};
use crate::records::Raw;

/// How many are told on the standard error.
const TOLD_MAX: u64 = 5;

/// Collects rejects.
pub(super) struct DeadLetters {
    out: Option<BufWriter<File>>,
    count: u64,
    by_code: BTreeMap<&'static str, u64>,
}

/// A dead letter of a file: its number, why, and its bytes (in hex where they are no UTF-8).
#[derive(Serialize)]
struct DeadLetter<'a> {
    number: u64,
    code: &'static str,
    message: &'a str,
    value: Shown,
}

impl DeadLetters {
    pub(super) fn to(path: Option<&Path>) -> Result<Self> {
        let create =
            |path: &Path| File::create(path).with_context(|| format!("writing {}", path.display()));
        let out = path.map(create).transpose()?.map(BufWriter::new);
        Ok(Self { out, count: 0, by_code: BTreeMap::new() })
    }

    pub(super) fn write(&mut self, raw: &Raw, reject: &Reject) -> Result<()> {
        self.count += 1;
        *self.by_code.entry(reject.code.name()).or_default() += 1;
        match &mut self.out {
            Some(out) => {
                let letter = DeadLetter {
                    number: raw.number,
                    code: reject.code.name(),
                    message: &reject.message,
                    value: Shown::of(&raw.bytes),
                };
                serde_json::to_writer(&mut *out, &letter)?;
                out.write_all(b"\n")?;
            }
            None if self.count <= TOLD_MAX => note(&format!("record {}: {reject}", raw.number)),
            None => {}
        }
        Ok(())
    }

    /// Tells the counts, and how many there were.
    pub(super) fn finish(self) -> Result<u64> {
        if let Some(mut out) = self.out {
            out.flush()?;
        } else if self.count > 0 {
            let codes = self.by_code.iter().map(|(code, count)| format!("{count} {code}"));
            let codes: Vec<_> = codes.collect();
            note(&format!("dead letters: {}; `--dead FILE` keeps them", codes.join(", ")));
        }
        Ok(self.count)
    }
}
