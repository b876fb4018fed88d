//! The language in which because[] speaks to the people who work here.

use serde::Serialize;

/// The company's language for reasons; `because_language` in voc.toml.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum MessageLanguage {
    /// `en`
    #[default]
    #[serde(rename = "en")]
    English,
    /// `nl`
    #[serde(rename = "nl")]
    Dutch,
}

impl MessageLanguage {
    /// As written in the configuration.
    pub const CHOICES: [(&'static str, Self); 2] = [("en", Self::English), ("nl", Self::Dutch)];

    /// What is said in this language, of the two.
    pub fn one_of<T>(self, english: T, dutch: T) -> T {
        match self {
            Self::English => english,
            Self::Dutch => dutch,
        }
    }
}
