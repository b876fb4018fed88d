//! What is shown only to people who look on: progress and colour, on a terminal and nowhere else.

use std::io::{self, IsTerminal};
use std::time::Duration;

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressStyle};

/// How often a bar is drawn anew though nothing was counted.
const TICK: Duration = Duration::from_millis(200);

/// Whether what goes to `stream` is coloured: on a terminal, unless `NO_COLOR` or the like forbids it.
pub(crate) fn is_coloured<S: RawStream>(stream: &S) -> bool {
    AutoStream::choice(stream) != ColorChoice::Never
}

/// A bar that counts up to `length`; a spinner where that isn't known.
pub(crate) fn counting(length: Option<u64>, what: &str) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let (bar, template) = match length {
        Some(length) => (
            ProgressBar::new(length),
            format!("{{bar:30}} {{human_pos}} of {{human_len}} {what} {{eta}}"),
        ),
        None => {
            (ProgressBar::new_spinner(), format!("{{spinner}} {{human_pos}} {what}, {{per_sec}}"))
        }
    };
    bar.enable_steady_tick(TICK);
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar
}
