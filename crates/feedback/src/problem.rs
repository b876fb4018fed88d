//! A fault in the configuration, with its place and its mend. All of them are told at once.

use std::fmt;

use serde::Serialize;

use crate::nearest;

/// The code of a secret that is written in the configuration; whoever tells it doesn't show the line.
pub const INLINE_SECRET: &str = "inline_secret";

/// Whether the key of a configuration names a secret, so that what it holds is never repeated; also a
/// misspelt one.
pub fn is_secret(key: &str) -> bool {
    let name = key.rsplit('.').next().unwrap_or(key).trim().to_lowercase();
    let parts = ["pass", "secret", "token", "username", "credential"];
    parts.iter().any(|part| name.contains(part))
        || nearest(&name, ["password", "passphrase", "username"]).is_some()
}

/// A stretch of a file: UTF-8 bytes, `start` inclusive, `end` exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self { start: range.start, end: range.end }
    }
}

/// One thing wrong in one file of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// The file, relative to the configuration's folder.
    pub file: String,
    /// Where in the file, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
    /// A stable name of this kind of problem, such as `unknown_department`.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to write instead, ready to paste where possible.
    pub mend: String,
}

impl Problem {
    /// A problem in `file` whose place is not known, or is the whole file.
    pub fn new(
        file: &str,
        code: &str,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self {
            file: file.to_owned(),
            span: None,
            code: code.to_owned(),
            message: message.into(),
            mend: mend.into(),
        }
    }

    /// The same problem at a place.
    #[must_use]
    pub fn at(mut self, span: impl Into<Span>) -> Self {
        self.span = Some(span.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {} [{}]; {}", self.file, self.message, self.code, self.mend)
    }
}

/// The line and column (both from 1, the column in characters) at which `byte` of `text` stands.
pub fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |tail| tail.chars().count()) + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::{is_secret, line_and_column};

    #[test]
    fn a_secret_is_known_by_its_key() {
        for key in ["password", "kafka.password", "pasword", "PASSWORD", "user_name", "api_token"] {
            assert!(is_secret(key), "{key}");
        }
        for key in ["", "group", "topics.raw", "security", "metrics", "mechanism"] {
            assert!(!is_secret(key), "{key}");
        }
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        let text = "één\ntwee\n";
        assert_eq!(line_and_column(text, 0), (1, 1));
        assert_eq!(line_and_column(text, 4), (1, 3));
        assert_eq!(line_and_column(text, 6), (2, 1));
        assert_eq!(line_and_column(text, 999), (3, 1));
    }
}
