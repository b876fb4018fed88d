//! Texts made to hurt: the work they take grows as their length does, counted in steps, not in time.

use feedback::condition::Facts;

use super::{feedback, files};
use crate::Engine;
use crate::candidates::Candidates;
use crate::document::{Document, Source};
use crate::matcher::Matcher;
use crate::query::Subject;
use crate::surfaces::Surfaces;

/// Rules whose parts meet again and again where a word is repeated.
const RULES: [&str; 10] = [
    "late NEAR/50 late",
    "late NEAR/9 refund NEAR/9 late",
    "\"late refund\"~50",
    "late NOTIN \"late refund\"",
    "NEGATED(late)",
    "NEGATED(late NEAR/50 refund) NEAR/50 refund",
    "AFFIRMED(late) AND TEXT(refund AND NOT rude)",
    "@call_back NEAR/50 late",
    "\"late late late late refund\" OR lat* OR refund~1 OR late",
    "TEXT(late NEAR/50 refund) AND NOT TEXT(NEGATED(late))",
];

/// What is repeated.
const REPEATED: [&str; 9] = [
    "late ",
    "late refund ",
    "not late ",
    "never not late refund ",
    "call late ",
    "call call late back ",
    "late-",
    "l\u{0337}a\u{0321}t\u{0328}e\u{0335} ",
    "\u{202E}late\u{200B} \u{2066}refund\u{2069} ",
];

fn taxonomy() -> String {
    let theme = |(index, rule): (usize, &&str)| {
        format!(
            "[[theme]]\nid = 't{index}'\nkind = 'topic'\ndepartment = 'd'\nrule.en = '''{rule}'''\n"
        )
    };
    RULES.iter().enumerate().map(theme).collect()
}

/// How much is done to read a text and to evaluate every rule on it: tokens, places, and the words of
/// all matches, in all rules.
fn steps(engine: &Engine, text: &str) -> usize {
    let record = feedback("en", text);
    let program = &engine.programs[engine.program_index(Some("en"))];
    let (mut document, mut surfaces) = (Document::default(), Surfaces::default());
    document.clear(program);
    let source = Source { program, index: 0, words: text, by_agent: false };
    document.read(source, &mut surfaces);
    document.finish(program);
    let mut candidates = Candidates::default();
    candidates.find_all(program, &document);
    let mut steps = document.tokens.len() + candidates.all().len();
    let mut matcher = Matcher::default();
    let subject = Subject { document: &document, facts: Facts::of(&record) };
    for of_alternative in candidates.all().chunk_by(|one, other| one.0 == other.0) {
        matcher.run(program, subject, of_alternative, |_| {});
        steps += matcher.steps();
    }
    steps
}

#[test]
fn a_sentence_of_one_endless_compound_is_cut_too() {
    let engine = Engine::parse(&files(&taxonomy()), "0").unwrap();
    let program = &engine.programs[engine.program_index(Some("en"))];
    let (mut document, mut surfaces) = (Document::default(), Surfaces::default());
    document.clear(program);
    let words = "late-".repeat(5000);
    document.read(Source { program, index: 0, words: &words, by_agent: false }, &mut surfaces);
    let longest = document.sentences.iter().map(|sentence| sentence.end - sentence.first).max();
    assert_eq!(longest, Some(512));
}

#[test]
fn work_grows_as_the_text_does() {
    let engine = Engine::parse(&files(&taxonomy()), "0").unwrap();
    for repeated in REPEATED {
        let text = |bytes: usize| repeated.repeat(bytes / repeated.len());
        let (half, whole) = (steps(&engine, &text(25 * 1024)), steps(&engine, &text(50 * 1024)));
        assert!(whole > 0, "{repeated}");
        assert!(whole * 10 <= half * 22, "{repeated}: {half} steps, then {whole}");
        let words = 50 * 1024 / repeated.len();
        assert!(whole <= words * RULES.len() * 600, "{repeated}: {whole} steps for {words} words");
    }
}
