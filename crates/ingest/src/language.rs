//! The language of a text, among English, Dutch, German, French and Spanish. What a record declares
//! wins; else it is detected; else the source's default holds.
//!
//! Detected by a small model of our own ([`model`]) that knows runs of letters and words. What it was
//! made from and how well it does is in language/README.md.

pub mod features;
pub mod model;

use std::sync::Arc;

use feedback::{Language, LanguageSource, number};

/// Names by which exports call the languages, beside their ISO codes.
const NAMES: [(&str, &str); 24] = [
    ("eng", "en"),
    ("english", "en"),
    ("engels", "en"),
    ("nld", "nl"),
    ("dut", "nl"),
    ("dutch", "nl"),
    ("nederlands", "nl"),
    ("flemish", "nl"),
    ("vlaams", "nl"),
    ("deu", "de"),
    ("ger", "de"),
    ("german", "de"),
    ("deutsch", "de"),
    ("duits", "de"),
    ("fra", "fr"),
    ("fre", "fr"),
    ("french", "fr"),
    ("français", "fr"),
    ("francais", "fr"),
    ("frans", "fr"),
    ("spa", "es"),
    ("spanish", "es"),
    ("español", "es"),
    ("spaans", "es"),
];

/// How much of a text is looked at, in bytes: more costs time and tells nothing new.
pub(crate) const LOOKED_AT_BYTES: usize = 1_000;

/// Below this confidence a source's default language holds instead.
const SURE: f64 = 0.5;

/// The language's ISO 639 code in lower case: `en` for `en-GB`, `EN`, `eng` and `English`. `None`
/// where `name` names no language.
pub(crate) fn code(name: &str) -> Option<Arc<str>> {
    let lower = name.trim().to_lowercase();
    let primary = lower.split(['-', '_', ' ']).next().unwrap_or_default();
    if let Some((_, code)) = NAMES.iter().find(|(known, _)| *known == primary) {
        return Some(Arc::from(*code));
    }
    let is_code = matches!(primary.len(), 2 | 3) && primary.bytes().all(|b| b.is_ascii_lowercase());
    let says_nothing = matches!(primary, "und" | "mul" | "mis" | "zxx");
    (is_code && !says_nothing).then(|| Arc::from(primary))
}

/// The most likely of the five languages, with a confidence of 0 to 1; `None` where the text has no
/// letters to go by, or most of them are not Latin. The confidence is low where languages tie, where
/// there is little to go by, and where the text is in another language.
pub fn detect(text: &str) -> Option<(&'static str, f64)> {
    let end = text.floor_char_boundary(LOOKED_AT_BYTES);
    let looked_at = text.get(..end).unwrap_or(text);
    if !looked_at.is_ascii() && !is_latin(looked_at) {
        return None;
    }
    let (index, confidence) = model::most_likely(looked_at)?;
    Some((model::CODES[index], number::rounded(confidence)))
}

/// Whether at least half of the letters are of the Latin script, which ends with Latin Extended-B, but
/// for Latin Extended Additional, ligatures and full-width letters.
fn is_latin(text: &str) -> bool {
    let (mut latin, mut other) = (0, 0);
    for letter in text.chars().filter(|character| character.is_alphabetic()) {
        match letter {
            '\0'..='\u{24f}'
            | '\u{1e00}'..='\u{1eff}'
            | '\u{fb00}'..='\u{fb06}'
            | '\u{ff21}'..='\u{ff5a}' => latin += 1,
            _ => other += 1,
        }
    }
    latin >= other
}

/// Detected, or the source's default where the text tells too little.
pub(crate) fn detected_or(text: &str, default: Option<&Arc<str>>) -> Option<Language> {
    match (detect(text), default) {
        (Some((code, confidence)), None) => {
            Some(Language { code: Arc::from(code), confidence, by: LanguageSource::Detected })
        }
        (Some((code, confidence)), Some(_)) if confidence >= SURE => {
            Some(Language { code: Arc::from(code), confidence, by: LanguageSource::Detected })
        }
        (_, Some(default)) => Some(Language {
            code: Arc::clone(default),
            confidence: 0.5,
            by: LanguageSource::Default,
        }),
        (None, None) => None,
    }
}
