//! A customer's own words. `Debug` prints only their length, so that a log line, a panic or an
//! error text can never carry them by accident; whoever wants the words must ask with `as_str`.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The words a person wrote or said, as UTF-8, after redaction.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Verbatim(String);

impl Verbatim {
    /// Wraps `words`.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    /// The words themselves: for classifying and for output, never for a log.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Length in UTF-8 bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no words at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<String> for Verbatim {
    fn from(words: String) -> Self {
        Self(words)
    }
}

impl From<&str> for Verbatim {
    fn from(words: &str) -> Self {
        Self(words.to_owned())
    }
}

impl fmt::Debug for Verbatim {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Verbatim({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::Verbatim;

    #[test]
    fn debug_hides_the_words() {
        let shown = format!("{:?}", Verbatim::from("my neighbour's secret"));
        assert_eq!(shown, "Verbatim(21 bytes)");
    }
}
