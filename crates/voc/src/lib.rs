//! The `voc` command: the only crate that reads files, the environment, the wall clock and
//! arguments. Everything it decides, it hands to the other crates as values.

pub mod arguments;
mod clock;
mod commands;
pub mod configuration;
mod exchange;
mod exit;
pub mod floor;
mod folder;
mod formula;
pub mod generate;
mod input;
mod log;
pub mod packs;
mod plan;
pub mod problems;
mod records;
pub mod report;
pub mod settings;
mod stages;
mod telemetry;
mod terminal;

use std::io::Write;
use std::panic;
use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;

/// Reads the arguments, does what they say, and tells how it ended: 0 well, 1 a failure at run time
/// (also: a failed `test`, `verify` or `--strict`), 2 usage, 78 configuration.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Nowhere is left to tell it if the terminal is gone.
            drop(error.print());
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(exit::USAGE));
        }
    };
    telemetry::start(arguments.log_format);
    // A panic is a defect of ours. Its message may quote the text it stumbled over, so only the
    // place is told.
    panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(at, "voc panicked: a defect, please report the place");
    }));
    match commands::run(arguments) {
        Ok(code) => code,
        Err(error) if exit::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let (text, code) = exit::tell(&error, terminal::is_coloured(&std::io::stderr()));
            drop(writeln!(anstream::stderr(), "{text}"));
            ExitCode::from(code)
        }
    }
}
