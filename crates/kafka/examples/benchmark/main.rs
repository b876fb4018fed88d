//! The parts of the root's `benchmark` script that a shell can't do: raw loops over rdkafka to set
//! `voc run` beside, rates by committed offsets, delays from produce to readable, and the table of
//! medians and ratios. It prints numbers; it is no test.
//!
//! `benchmark COMMAND --option value …`; the script shows every call.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a measurement prints its numbers")]

mod clients;
mod delay;
mod pass;
mod process;
mod sample;
mod shape;
mod table;
mod watch;

use std::collections::BTreeMap;
use std::error::Error;
use std::process::ExitCode;
use std::str::FromStr;

/// What went wrong, in words.
type Failure = Box<dyn Error + Send + Sync>;

/// The options of a command: each `--name value`, each once.
struct Options(BTreeMap<String, String>);

impl Options {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let mut options = BTreeMap::new();
        while let Some(word) = words.next() {
            let name = word.strip_prefix("--").ok_or(format!("{word} is no option"))?;
            let value = words.next().ok_or(format!("--{name} wants a value"))?;
            options.insert(name.to_owned(), value);
        }
        Ok(Self(options))
    }

    fn text(&self, name: &str) -> Result<&str, Failure> {
        Ok(self.optional(name).ok_or(format!("--{name} is missing"))?)
    }

    fn number<T: FromStr>(&self, name: &str) -> Result<T, Failure> {
        let text = self.text(name)?;
        text.parse().map_err(|_| format!("--{name} {text} is no number of that kind").into())
    }

    fn optional(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    let done = Options::read(words).and_then(|options| match command.as_str() {
        "shape" => shape::run(&options),
        "topics" => clients::create_topics(&options),
        "pass" => pass::run(&options),
        "watch" => watch::run(&options),
        "delay" => delay::run(&options),
        "table" => table::run(&options),
        _ => Err("usage: benchmark shape|topics|pass|watch|delay|table --option value …".into()),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("benchmark {command}: {failure}");
            ExitCode::FAILURE
        }
    }
}
