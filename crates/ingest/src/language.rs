//! The language of a text, among English, Dutch, German, French and Spanish. What a record declares
//! wins; else it is detected; else the source's default holds.
//!
//! Detected by `lingua`, restricted to these five. Measured on 2 busy cores with `cargo run --release
//! -p ingest --example language -- FILE…` (texts; right; right under 20 characters; time a text):
//! langid 2,100; 98.3 %; 96.5 %; 119 µs. xSID 900; 96.3 %; 96.5 %; 133 µs. NHS comments 4,252; 99.1 %;
//! 91.7 %; 143 µs. That is most of a record's time: a source that knows the language should say it.

use std::sync::{Arc, OnceLock};

use feedback::{Language, LanguageSource, number};
use lingua::{Language as Known, LanguageDetector, LanguageDetectorBuilder};

/// The languages that are detected.
const LANGUAGES: [Known; 5] =
    [Known::English, Known::Dutch, Known::German, Known::French, Known::Spanish];

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
/// letters to go by.
pub fn detect(text: &str) -> Option<(&'static str, f64)> {
    if !text.chars().any(char::is_alphabetic) {
        return None;
    }
    let end = text.floor_char_boundary(LOOKED_AT_BYTES);
    let looked_at = text.get(..end).unwrap_or(text);
    let values = detector().compute_language_confidence_values(looked_at);
    // The detector sums in no fixed order, so the last bits differ from run to run: rounded, and with
    // the languages' own order where they tie, the answer is the same each time.
    let confidence = |language: Known| {
        let found = values.iter().find(|(known, _)| *known == language);
        found.map_or(0.0, |(_, confidence)| number::rounded(*confidence))
    };
    let mut best = (LANGUAGES[0], confidence(LANGUAGES[0]));
    for language in LANGUAGES {
        let confidence = confidence(language);
        if confidence > best.1 {
            best = (language, confidence);
        }
    }
    let code = match best.0 {
        Known::English => "en",
        Known::Dutch => "nl",
        Known::German => "de",
        Known::French => "fr",
        Known::Spanish => "es",
    };
    (best.1 > 0.0).then_some((code, best.1))
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

/// Built on first need: it loads the languages' models.
fn detector() -> &'static LanguageDetector {
    static DETECTOR: OnceLock<LanguageDetector> = OnceLock::new();
    DETECTOR.get_or_init(|| LanguageDetectorBuilder::from_languages(&LANGUAGES).build())
}
