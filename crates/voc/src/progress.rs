//! Progress of long work, on the standard error where that is a terminal, and nothing elsewhere.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressStyle};

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
        None => (ProgressBar::new_spinner(), format!("{{spinner}} {{human_pos}} {what}")),
    };
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar
}
