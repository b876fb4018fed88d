//! What must hold whatever comes in: one function per fuzz target. `tests/fuzz.rs` runs them on the
//! corpus, and on mutations of it, with any compiler.

use std::sync::{Arc, OnceLock};

use classify::{Classifier, Engine, check_rule};
use feedback::condition::{self, Facts, Scope};
use feedback::{Feedback, FeedbackId, Files, Given, Origin, Record, Text};
use ingest::{Ingest, Limits};

/// A taxonomy that uses all of the rule language.
const TAXONOMY: &str = include_str!("taxonomy.toml");
const WORDS: &str = include_str!("words.toml");
const LANGUAGES: [&str; 6] = ["en", "nl", "de", "fr", "es", "xx"];

/// A rule reads, and is written as one that means the same; or each of its faults lies within it and
/// comes with a rule that reads.
pub fn rule(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match check_rule(text) {
        Ok(written) => assert_eq!(check_rule(&written).as_ref(), Ok(&written)),
        Err(faults) => {
            assert!(!faults.is_empty());
            for fault in faults {
                assert!(text.get(fault.span.start..fault.span.end).is_some());
                if let Some(correction) = fault.correction {
                    assert!(check_rule(&correction).is_ok(), "{correction}");
                }
            }
        }
    }
}

/// A condition reads and can be asked; or its fault lies within it, and the correction reads.
pub fn condition(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for scope in [Scope::Rule, Scope::Owner, Scope::Route] {
        match condition::parse(text, scope) {
            Ok(condition) => {
                let feedback = feedback("en", "late");
                condition.holds(&Facts::of(&feedback));
            }
            Err(error) => {
                assert!(text.get(error.span.start..error.span.end).is_some());
                if let Some(correction) = error.correction {
                    assert!(condition::parse(&correction, scope).is_ok(), "{correction}");
                }
            }
        }
    }
}

/// Any words are classified, the same way twice, with evidence that is theirs. The first byte chooses
/// the language.
pub fn words(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let language = LANGUAGES[usize::from(*first) % LANGUAGES.len()];
    let feedback = feedback(language, text);
    let mut classifier = Classifier::new(Arc::clone(engine()));
    let found = classifier.classify(&feedback);
    assert_eq!(classifier.classify(&feedback), found);
    for evidence in found.themes.iter().flat_map(|theme| &theme.evidence) {
        assert_eq!(text.get(evidence.start..evidence.end), Some(evidence.words.as_str()));
    }
    let explained = classifier.explain(&feedback);
    assert_eq!(explained.classification, found);
    for rule in &explained.near {
        assert!(!rule.unmet.is_empty(), "{} nearly matched and lacks nothing", rule.rule);
    }
}

/// Any bytes are a feedback that can be written and read again, or a reject.
pub fn record(data: &[u8]) {
    static INGEST: OnceLock<Ingest> = OnceLock::new();
    let ingest = INGEST.get_or_init(|| match Ingest::parse(&Files::new(), Limits::default()) {
        Ok(ingest) => ingest,
        Err(problems) => panic!("{problems:?}"),
    });
    let record = Record {
        origin: Origin { topic: Arc::from("feedback.raw"), partition: 0, offset: 0 },
        timestamp_ms: Some(0),
        key: None,
        value: Some(data.to_vec()),
        headers: Vec::new(),
    };
    if let Ok(feedback) = ingest.read(&record) {
        let classification = Classifier::new(Arc::clone(engine())).classify(&feedback);
        let bytes = feedback::wire::classified(&feedback, &classification).expect("it is JSON");
        let again = feedback::wire::read(&bytes).expect("it is ours");
        assert_eq!(again.feedback, feedback);
    }
}

fn engine() -> &'static Arc<Engine> {
    static ENGINE: OnceLock<Arc<Engine>> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let mut files = Files::new();
        files.insert("taxonomy/fuzz.toml", Given::ByUser, TAXONOMY);
        for language in ["en", "nl"] {
            files.insert(format!("words/{language}.toml"), Given::ByUser, WORDS);
        }
        match Engine::parse(&files, "0") {
            Ok(engine) => Arc::new(engine),
            Err(problems) => panic!("{problems:?}"),
        }
    })
}

fn feedback(language: &str, words: &str) -> Feedback {
    let mut feedback = Feedback::new(FeedbackId::of_source_id("fuzz", "1"), Arc::from("fuzz"));
    feedback.texts.push(Text::declared(words, language));
    feedback
}
