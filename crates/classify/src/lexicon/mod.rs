//! `lexicons/<lang>.toml`: how words feel, what negates, strengthens and turns them, what begins a
//! clause, and the phrases that show what a customer feels, wants and went through.

mod built_in;

use std::collections::BTreeMap;

use feedback::document::{Document, Spanned, Table};
use feedback::{Files, Flag, Intent, Problem};
use serde::Serialize;

use crate::cues::Feels;
use crate::words::language_of;
pub(crate) use built_in::built_in;

/// The folder of these files.
const FOLDER: &str = "lexicons/";
/// What phrases can show that a customer wants; complaints and praise show in themes and feelings.
const INTENTS: [Intent; 2] = [Intent::Suggestion, Intent::Question];
/// How far a word's feeling may go, either way.
const VALENCE_MAX: f64 = 3.0;

/// One language's lexicon. Phrases may hold `#n`, which stands for any number.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct Lexicon {
    /// A word's feeling, −3 to 3.
    pub(crate) sentiment: BTreeMap<String, f64>,
    /// A phrase's feeling, −3 to 3, instead of that of its words.
    pub(crate) phrases: BTreeMap<String, f64>,
    /// What negates.
    pub(crate) negators: Negators,
    /// Words that strengthen (above 1) or weaken (below 1) the next word's feeling.
    pub(crate) intensifiers: BTreeMap<String, f64>,
    /// Conjunctions: a clause ends before them.
    pub(crate) clause: Vec<String>,
    /// What turns the feelings of other words.
    pub(crate) turns: Turns,
    /// Answers that say nothing by themselves.
    pub(crate) answers: Answers,
    /// Phrases by what they show the customer wants.
    pub(crate) intent: BTreeMap<Intent, Vec<String>>,
    /// Phrases by the flag that they raise.
    pub(crate) flags: BTreeMap<Flag, Vec<String>>,
    /// Phrases that make an answer urgent, 0 to 1.
    pub(crate) urgency: BTreeMap<String, f64>,
    /// Phrases that tell effort, −1 easy to 1 hard.
    pub(crate) effort: BTreeMap<String, f64>,
    /// Emotions, each with its phrases and how strong they are, 0 to 1.
    pub(crate) emotions: BTreeMap<Feels, BTreeMap<String, f64>>,
}

/// What negates.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct Negators {
    /// Words that negate what comes after them in their clause.
    pub(crate) words: Vec<String>,
    /// Those that take back a negation before them in the clause; any other only confirms it.
    pub(crate) doubling: Vec<String>,
    /// Phrases that begin with a negator and negate nothing: `not only`.
    pub(crate) not_negating: Vec<String>,
    /// Whether one that nothing follows negates the feeling before it: `het bevalt me niet`.
    pub(crate) after: bool,
}

/// Words and phrases that turn the feelings of others. What each list does is said in
/// config/lexicons/README.md, and done in [`crate::sentiment`].
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct Turns {
    /// `more`
    pub(crate) more: Vec<String>,
    /// `less`
    pub(crate) less: Vec<String>,
    /// Comparisons that the endings don't find: `better`.
    pub(crate) compared: Vec<String>,
    /// What makes a comparison of a word in `[sentiment]`: `er`.
    pub(crate) endings: Vec<String>,
    /// `could`
    pub(crate) modal: Vec<String>,
    /// `should`
    pub(crate) ought: Vec<String>,
    /// `than`
    pub(crate) than: Vec<String>,
    /// `give`
    pub(crate) bids: Vec<String>,
    /// `that`
    pub(crate) that: Vec<String>,
    /// `enough`
    pub(crate) enough: Vec<String>,
    /// `would be`, `if`
    pub(crate) unreal: Vec<String>,
    /// `lack of`
    pub(crate) lacks: Vec<String>,
    /// `solved`
    pub(crate) mends: Vec<String>,
    /// `another`
    pub(crate) again: Vec<String>,
    /// `great`
    pub(crate) admires: Vec<String>,
    /// `but`
    pub(crate) contrasts: Vec<String>,
    /// `or`
    pub(crate) joins: Vec<String>,
    /// `never`
    pub(crate) never: Vec<String>,
    /// `such`
    pub(crate) such: Vec<String>,
    /// `these`
    pub(crate) these: Vec<String>,
    /// `thanks for nothing`
    pub(crate) mocks: Vec<String>,
}

/// "Nothing" answers a question: which one, its label tells.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct Answers {
    /// `nothing`
    pub(crate) nothing: Vec<String>,
    /// `no`
    pub(crate) no: Vec<String>,
    /// How words begin that ask what is wrong or could be better: `improv`.
    pub(crate) asks_bad: Vec<String>,
    /// How words begin that ask what is good: `like`.
    pub(crate) asks_good: Vec<String>,
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
    let negators = negators(&mut root, document);
    let mut clause = root.table_or_empty("clause", document);
    let lexicon = Lexicon {
        sentiment,
        phrases,
        negators: Negators {
            words: or(negators.words, built_in.negators.words),
            not_negating: or(negators.not_negating, built_in.negators.not_negating),
            ..negators
        },
        intensifiers: numbers(&mut root, "intensifiers", (0.0, 3.0), document),
        clause: or(words(&mut clause, "words", document), built_in.clause),
        turns: turns(&mut root, document),
        answers: answers(&mut root, document),
        intent: lists(&mut root, "intent", INTENTS.map(|of| (of.name(), of)), document),
        flags: lists(&mut root, "flags", Flag::ALL.map(|flag| (flag.name(), flag)), document),
        urgency: numbers(&mut root, "urgency", (0.0, 1.0), document),
        effort: numbers(&mut root, "effort", (-1.0, 1.0), document),
        emotions: emotions(&mut root, document),
    };
    clause.finish(document);
    root.finish(document);
    lexicon
}

fn words(table: &mut Table, key: &'static str, document: &mut Document<'_>) -> Vec<String> {
    let words = table.texts(key, document).map(Spanned::into_inner).unwrap_or_default();
    words.into_iter().map(Spanned::into_inner).collect()
}

fn negators(root: &mut Table, document: &mut Document<'_>) -> Negators {
    let mut table = root.table_or_empty("negators", document);
    let negators = Negators {
        words: words(&mut table, "words", document),
        doubling: words(&mut table, "doubling", document),
        not_negating: words(&mut table, "not_negating", document),
        after: table.truth("after", document).is_some_and(Spanned::into_inner),
    };
    table.finish(document);
    negators
}

fn turns(root: &mut Table, document: &mut Document<'_>) -> Turns {
    let mut table = root.table_or_empty("turns", document);
    let mut words = |key| words(&mut table, key, document);
    let turns = Turns {
        more: words("more"),
        less: words("less"),
        compared: words("compared"),
        endings: words("endings"),
        modal: words("modal"),
        ought: words("ought"),
        than: words("than"),
        bids: words("bids"),
        that: words("that"),
        enough: words("enough"),
        unreal: words("unreal"),
        lacks: words("lacks"),
        mends: words("mends"),
        again: words("again"),
        admires: words("admires"),
        contrasts: words("contrasts"),
        joins: words("joins"),
        never: words("never"),
        such: words("such"),
        these: words("these"),
        mocks: words("mocks"),
    };
    table.finish(document);
    turns
}

fn answers(root: &mut Table, document: &mut Document<'_>) -> Answers {
    let mut table = root.table_or_empty("answers", document);
    let answers = Answers {
        nothing: words(&mut table, "nothing", document),
        no: words(&mut table, "no", document),
        asks_bad: words(&mut table, "asks_bad", document),
        asks_good: words(&mut table, "asks_good", document),
    };
    table.finish(document);
    answers
}

/// The lists of a table whose keys are known.
fn lists<K: Ord, const N: usize>(
    root: &mut Table,
    key: &'static str,
    names: [(&'static str, K); N],
    document: &mut Document<'_>,
) -> BTreeMap<K, Vec<String>> {
    let mut table = root.table_or_empty(key, document);
    let lists = names.map(|(name, of)| (of, words(&mut table, name, document)));
    table.finish(document);
    lists.into_iter().filter(|(_, words)| !words.is_empty()).collect()
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

fn emotions(
    root: &mut Table,
    document: &mut Document<'_>,
) -> BTreeMap<Feels, BTreeMap<String, f64>> {
    let mut table = root.table_or_empty("emotions", document);
    let emotions =
        Feels::ALL.map(|feels| (feels, numbers(&mut table, feels.name(), (0.0, 1.0), document)));
    table.finish(document);
    emotions.into_iter().filter(|(_, phrases)| !phrases.is_empty()).collect()
}
