//! `voc completions`: a shell's completions, generated from the arguments themselves.

use std::process::ExitCode;

use anyhow::Result;
use clap::CommandFactory;

use crate::arguments::{Arguments, CompletionsArguments};

/// Prints the completions.
pub(super) fn run(arguments: &CompletionsArguments) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "voc", &mut script);
    super::write_out(&script)?;
    Ok(ExitCode::SUCCESS)
}
