//! `lexicons/<lang>.toml`: how words feel, what negates, what strengthens, what begins a clause.

use std::collections::BTreeMap;

use feedback::document::{Document, Spanned, Table};
use feedback::{Files, Problem};
use serde::Serialize;

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
    ("fr", &["pas seulement", "pas etonnant", "la personne", "une personne", "cette personne"]),
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
        let mut document = Document::new(path, text);
        if let Some(root) = document.root() {
            let lexicon = read(&language, root, &mut document);
            by_language.insert(language, lexicon);
        }
        problems.extend(document.finish());
    }
    by_language
}

fn read(language: &str, mut root: Table, document: &mut Document<'_>) -> Lexicon {
    let built_in = built_in(language);
    let or = |given: Vec<String>, otherwise: Vec<String>| {
        if given.is_empty() { otherwise } else { given }
    };
    let sentiment = numbers(&mut root, "sentiment", (-VALENCE_MAX, VALENCE_MAX), document);
    let phrases = numbers(&mut root, "phrases", (-VALENCE_MAX, VALENCE_MAX), document);
    let mut negators = root.table_or_empty("negators", document);
    let mut clause = root.table_or_empty("clause", document);
    let lexicon = Lexicon {
        sentiment,
        phrases,
        negators: or(words(&mut negators, "words", document), built_in.negators),
        not_negating: or(words(&mut negators, "not_negating", document), built_in.not_negating),
        intensifiers: numbers(&mut root, "intensifiers", (0.0, 3.0), document),
        clause: or(words(&mut clause, "words", document), built_in.clause),
        intent: intent(&mut root, document),
        urgency: numbers(&mut root, "urgency", (0.0, 1.0), document),
        effort: numbers(&mut root, "effort", (-1.0, 1.0), document),
        emotions: emotions(&mut root, document),
    };
    negators.finish(document);
    clause.finish(document);
    root.finish(document);
    lexicon
}

fn words(table: &mut Table, key: &'static str, document: &mut Document<'_>) -> Vec<String> {
    let words = table.texts(key, document).map(Spanned::into_inner).unwrap_or_default();
    words.into_iter().map(Spanned::into_inner).collect()
}

/// The numbers of a table, each within its range.
fn numbers(
    root: &mut Table,
    key: &'static str,
    range: (f64, f64),
    document: &mut Document<'_>,
) -> BTreeMap<String, f64> {
    let table = root.table(key, document);
    table.map(|table| within(table, range, document)).unwrap_or_default()
}

fn within(
    mut table: Table,
    (low, high): (f64, f64),
    document: &mut Document<'_>,
) -> BTreeMap<String, f64> {
    let mut numbers = BTreeMap::new();
    for (word, value) in table.each_number(document) {
        if !(low..=high).contains(value.get_ref()) {
            let message = format!("\"{}\" is {} in {}", word.get_ref(), value, table.name());
            let mend = format!("give it a number from {low} to {high}");
            document.problem(value.span(), "out_of_range", message, mend);
        }
        numbers.insert(word.into_inner(), value.into_inner());
    }
    numbers
}

fn intent(root: &mut Table, document: &mut Document<'_>) -> BTreeMap<String, Vec<String>> {
    let Some(mut table) = root.table("intent", document) else { return BTreeMap::new() };
    let mut intent = BTreeMap::new();
    for key in ["suggestion", "question"] {
        let phrases = table.texts(key, document).map(Spanned::into_inner);
        let phrases = phrases.map(|all| all.into_iter().map(Spanned::into_inner).collect());
        intent.extend(phrases.map(|phrases| (key.to_owned(), phrases)));
    }
    table.finish(document);
    intent
}

fn emotions(
    root: &mut Table,
    document: &mut Document<'_>,
) -> BTreeMap<String, BTreeMap<String, f64>> {
    let Some(mut table) = root.table("emotions", document) else { return BTreeMap::new() };
    let by_emotion = table.each_table(document).into_iter();
    by_emotion
        .map(|(name, phrases)| (name.into_inner(), within(phrases, (0.0, 1.0), document)))
        .collect()
}
