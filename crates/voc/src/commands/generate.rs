//! `voc generate`: realistic synthetic feedback as JSON lines, the same for the same seed.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use anyhow::Result;

use crate::arguments::GenerateArguments;
use crate::exit::Usage;
use crate::generate::{Generator, Options};

/// Writes the lines to the standard output.
pub(super) fn run(arguments: &GenerateArguments) -> Result<ExitCode> {
    anyhow::ensure!(
        (0.0..=1.0).contains(&arguments.dirty),
        Usage(format!("--dirty {}: write a share from 0 to 1", arguments.dirty))
    );
    let options =
        Options { dirty: arguments.dirty, ..Options::new(arguments.count, arguments.start) };
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    for line in Generator::new(arguments.seed, options) {
        out.write_all(&line.bytes)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
