//! `lexicons/<lang>.toml`: how words feel, what negates, what strengthens, what begins a clause.

use std::collections::BTreeMap;

use feedback::{Files, Problem};
use serde::{Deserialize, Serialize};

use crate::words::language_of;

/// The folder of these files.
const FOLDER: &str = "lexicons/";
/// How far a word's feeling may go, either way.
const VALENCE_MAX: f64 = 3.0;

/// One language's lexicon.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct Lexicon {
    /// A word's feeling, −3 to 3.
    pub(crate) sentiment: BTreeMap<String, f64>,
    /// A phrase's feeling, −3 to 3, instead of that of its words.
    pub(crate) phrases: BTreeMap<String, f64>,
    /// Words that negate what comes after them in their clause.
    pub(crate) negators: Vec<String>,
    /// Phrases that begin with a negator and negate nothing: `not only`.
    pub(crate) not_negating: Vec<String>,
    /// Words that strengthen (above 1) or weaken (below 1) the next word's feeling.
    pub(crate) intensifiers: BTreeMap<String, f64>,
    /// Conjunctions: a clause ends before them.
    pub(crate) clause: Vec<String>,
    /// Phrases by what they show the customer wants: `suggestion`, `question`.
    pub(crate) intent: BTreeMap<String, Vec<String>>,
    /// Phrases that make an answer urgent, 0 to 1.
    pub(crate) urgency: BTreeMap<String, f64>,
    /// Phrases that tell effort, −1 easy to 1 hard.
    pub(crate) effort: BTreeMap<String, f64>,
    /// Emotions, each with its phrases and how strong they are, 0 to 1.
    pub(crate) emotions: BTreeMap<String, BTreeMap<String, f64>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawLexicon {
    #[serde(default)]
    sentiment: BTreeMap<String, f64>,
    #[serde(default)]
    phrases: BTreeMap<String, f64>,
    #[serde(default)]
    negators: RawNegators,
    #[serde(default)]
    intensifiers: BTreeMap<String, f64>,
    #[serde(default)]
    clause: RawWords,
    #[serde(default)]
    intent: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    urgency: BTreeMap<String, f64>,
    #[serde(default)]
    effort: BTreeMap<String, f64>,
    #[serde(default)]
    emotions: BTreeMap<String, BTreeMap<String, f64>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawWords {
    #[serde(default)]
    words: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawNegators {
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    not_negating: Vec<String>,
}

/// What negates where a language has no lexicon file.
const NEGATORS: [(&str, &str); 5] = [
    ("en", "not no never nobody none nothing nowhere without neither nor hardly barely"),
    ("nl", "niet geen nooit niemand niets niks nergens zonder noch nimmer nauwelijks amper"),
    ("de", "nicht kein keine keinen keinem keiner keines nie niemals niemand nichts nirgends ohne"),
    ("fr", "pas jamais rien aucun aucune personne sans ni nul nulle"),
    ("es", "no nunca jamas nada nadie ningun ninguna ninguno sin ni tampoco"),
];
/// What begins a clause where a language has no lexicon file.
const CLAUSES: [(&str, &str); 5] = [
    ("en", "and but that because although though while so or"),
    ("nl", "en maar dat omdat want hoewel terwijl dus of"),
    ("de", "und aber dass weil denn obwohl wahrend sondern oder"),
    ("fr", "et mais que car parce puisque donc ou"),
    ("es", "y e pero que porque aunque mientras sino o"),
];
/// What looks like a negation and is none.
const NOT_NEGATING: [(&str, &[&str]); 5] = [
    ("en", &["not only", "not just", "no wonder", "no doubt", "not to mention", "nothing but"]),
    ("nl", &["niet alleen", "niet slechts", "geen wonder", "niets dan"]),
    ("de", &["nicht nur", "kein wunder"]),
    ("fr", &["pas seulement", "pas etonnant"]),
    ("es", &["no solo", "no solamente"]),
];

/// The lexicon of a language that has no file: its negations and conjunctions.
pub(crate) fn built_in(language: &str) -> Lexicon {
    let of = |table: &[(&str, &str)]| -> Vec<String> {
        let words = table.iter().find(|(code, _)| *code == language);
        words.map_or_else(Vec::new, |(_, words)| words.split(' ').map(str::to_owned).collect())
    };
    Lexicon {
        negators: of(&NEGATORS),
        clause: of(&CLAUSES),
        not_negating: not_negating(language),
        ..Lexicon::default()
    }
}

fn not_negating(language: &str) -> Vec<String> {
    let phrases = NOT_NEGATING.iter().find(|(code, _)| *code == language);
    phrases.map_or_else(Vec::new, |(_, all)| all.iter().map(|each| (*each).to_owned()).collect())
}

/// Reads every lexicon, by language. What a file leaves out of negators and clause is built in.
pub(crate) fn parse(files: &Files, problems: &mut Vec<Problem>) -> BTreeMap<String, Lexicon> {
    let mut by_language = BTreeMap::new();
    for (path, text) in files.under(FOLDER) {
        let Some(language) = language_of(path, FOLDER, problems) else { continue };
        match toml::from_str::<RawLexicon>(text) {
            Ok(raw) => {
                check(path, &raw, problems);
                by_language.insert(language.clone(), read(&language, raw));
            }
            Err(error) => problems.push(Problem::toml(path, &error)),
        }
    }
    by_language
}

fn read(language: &str, raw: RawLexicon) -> Lexicon {
    let built_in = built_in(language);
    let or = |given: Vec<String>, otherwise: Vec<String>| {
        if given.is_empty() { otherwise } else { given }
    };
    Lexicon {
        sentiment: raw.sentiment,
        phrases: raw.phrases,
        negators: or(raw.negators.words, built_in.negators),
        not_negating: or(raw.negators.not_negating, built_in.not_negating),
        intensifiers: raw.intensifiers,
        clause: or(raw.clause.words, built_in.clause),
        intent: raw.intent,
        urgency: raw.urgency,
        effort: raw.effort,
        emotions: raw.emotions,
    }
}

fn check(path: &str, raw: &RawLexicon, problems: &mut Vec<Problem>) {
    let mut range = |section: &str, values: &BTreeMap<String, f64>, low: f64, high: f64| {
        for (word, value) in values {
            if !(low..=high).contains(value) {
                let message = format!("[{section}] \"{word}\" is {value}");
                let mend = format!("give it a number from {low} to {high}");
                problems.push(Problem::new(path, "out_of_range", message, mend));
            }
        }
    };
    range("sentiment", &raw.sentiment, -VALENCE_MAX, VALENCE_MAX);
    range("phrases", &raw.phrases, -VALENCE_MAX, VALENCE_MAX);
    range("intensifiers", &raw.intensifiers, 0.0, 3.0);
    range("urgency", &raw.urgency, 0.0, 1.0);
    range("effort", &raw.effort, -1.0, 1.0);
    for (name, phrases) in &raw.emotions {
        range(&format!("emotions.{name}"), phrases, 0.0, 1.0);
    }
    for name in raw.intent.keys().filter(|name| !matches!(name.as_str(), "suggestion" | "question"))
    {
        let message = format!("[intent] knows no \"{name}\"");
        let mend = "write suggestion = [\"…\"] or question = [\"…\"]";
        problems.push(Problem::new(path, "unknown_intent", message, mend));
    }
}
