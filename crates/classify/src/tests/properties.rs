//! What must hold for every text and every rule.

use std::fmt::Write;
use std::sync::Arc;

use feedback::condition::Facts;
use feedback::{Feedback, Given};
use proptest::prelude::*;

use super::{MATCHES, feedback, files};
use crate::matcher::Matcher;
use crate::query::{Found, Subject};
use crate::{Classifier, Engine};

/// One theme per rule of the cases, each kind in turn.
fn themes() -> Vec<String> {
    let kinds = ["problem", "topic", "praise"];
    let theme = |(index, (language, rule, ..)): (usize, &(&str, &str, &str, &[&str]))| {
        let kind = kinds[index % kinds.len()];
        format!(
            "[[theme]]\nid = \"a{index}.b\"\nkind = \"{kind}\"\ndepartment = \"d{}\"\n\
             rule.{language} = '''{rule}'''\n",
            index % 5
        )
    };
    MATCHES.iter().enumerate().map(theme).collect()
}

fn engine(themes: &[String]) -> Arc<Engine> {
    Arc::new(Engine::parse(&files(&themes.concat()), "0").unwrap())
}

/// Words that the rules are about, among others, with all that can stand between.
fn words() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("charge"),
        Just("charged"),
        Just("twice"),
        Just("two times"),
        Just("back"),
        Just("call"),
        Just("Nobody"),
        Just("not"),
        Just("don't"),
        Just("refund"),
        Just("late"),
        Just("schreven"),
        Just("af"),
        Just("dubbel"),
        Just("e-mail"),
        Just("wi-fi"),
        Just("a"),
        Just("b"),
        Just("c"),
        Just("credit"),
        Just("card"),
        Just("niet"),
        Just("3"),
        Just("😡"),
        Just("and"),
        Just("storingen"),
        Just("the"),
        Just("'t"),
        Just("€5"),
        Just("é"),
    ];
    let gap = prop_oneof![
        8 => Just(" "), 1 => Just(", "), 1 => Just(". "), 1 => Just("\n"), 1 => Just("-"),
        1 => Just("! "), 1 => Just(" – ")
    ];
    prop::collection::vec((word, gap), 0..24)
        .prop_map(|parts| parts.into_iter().flat_map(|(word, gap)| [word, gap]).collect())
}

fn language() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("en"), Just("nl"), Just("fr"), Just("de"), Just("xx")]
}

fn json(classifier: &mut Classifier, record: &Feedback) -> String {
    serde_json::to_string(&classifier.classify(record)).unwrap()
}

/// Rules over few words, so that they meet in texts over the same words.
fn rule() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("a"),
        Just("b"),
        Just("c"),
        Just("=not"),
        Just("\"a b\""),
        Just("\"a c\"~2"),
        Just("@call_back"),
        Just("call"),
        Just("#payment_method"),
        Just("\"b c a\""),
        Just("cred*"),
        Just("#n"),
        Just("\"not a\"")
    ]
    .prop_map(str::to_owned);
    let places = leaf.prop_recursive(3, 12, 3, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            (two.clone(), 0..4_usize).prop_map(|((a, b), n)| format!("({a} NEAR/{n} {b})")),
            (two.clone(), 0..4_usize).prop_map(|((a, b), n)| format!("({a} BEFORE/{n} {b})")),
            two.clone().prop_map(|(a, b)| format!("({a} OR {b})")),
            two.prop_map(|(a, b)| format!("({a} NOTIN {b})")),
            inner.clone().prop_map(|a| format!("NEGATED({a})")),
            inner.prop_map(|a| format!("AFFIRMED({a})")),
        ]
    });
    places.prop_recursive(2, 8, 2, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            two.clone().prop_map(|(a, b)| format!("({a} AND {b})")),
            two.clone().prop_map(|(a, b)| format!("({a} AND NOT {b})")),
            two.clone().prop_map(|(a, b)| format!("({a} OR {b})")),
            two.prop_map(|(a, b)| format!("({a} AND TEXT({b}))")),
            inner.prop_map(|a| format!("TEXT({a})")),
        ]
    })
}

/// What the rules of a text find, over the candidates that filing gives or over everything.
fn found(engine: &Engine, record: &Feedback, everything: bool) -> Vec<(String, Vec<Found>, usize)> {
    let index = engine.program_index(Some("en"));
    let program = &engine.programs[index];
    let mut surfaces = crate::surfaces::Surfaces::default();
    let mut document = crate::document::Document::default();
    document.clear(program);
    let words = record.texts[0].text.as_str();
    let source = crate::document::Source { program, index: 0, words, by_agent: false };
    document.read(source, &mut surfaces);
    document.finish(program);
    let mut pruned = crate::candidates::Candidates::default();
    pruned.find(program, &document);
    let all: Vec<(usize, usize)> = (0..program.alternatives.len())
        .flat_map(|alternative| (0..document.sentences.len()).map(move |each| (alternative, each)))
        .collect();
    let candidates = if everything { &all } else { pruned.all() };
    let mut results = Vec::new();
    let subject = Subject { document: &document, facts: Facts::of(record) };
    Matcher::default().run(program, subject, candidates, |each| {
        results.push((each.rule.id.to_string(), each.places.to_vec(), each.negated));
    });
    results
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn any_text_is_classified_and_its_evidence_reads_back(
        text in prop_oneof![words(), "(\\PC|[-'.,:@ \\n]|[a-z]){0,120}"],
        language in language(),
    ) {
        let engine = engine(&themes());
        let record = feedback(language, &text);
        let found = Classifier::new(Arc::clone(&engine)).classify(&record);
        for evidence in found.themes.iter().flat_map(|theme| &theme.evidence) {
            let words = record.texts[evidence.text].text.as_str().get(evidence.start..evidence.end);
            prop_assert_eq!(words, Some(evidence.words.as_str()));
            prop_assert!(!evidence.words.is_empty());
        }
        for theme in &found.themes {
            prop_assert!(!theme.evidence.is_empty());
            prop_assert!(theme.confidence > 0.0 && theme.confidence < 1.0);
        }
        prop_assert_eq!(found.uncategorised, found.themes.is_empty());
        prop_assert!(engine.departments().get(&found.department).is_some());
        prop_assert!(found.contributors.iter().all(|each| each.department != found.department));
    }

    #[test]
    fn neither_order_nor_history_nor_cache_changes_a_byte(
        texts in prop::collection::vec((language(), words()), 1..6),
    ) {
        let forward = themes();
        let backward: Vec<String> = forward.iter().rev().cloned().collect();
        let mut one = Classifier::new(engine(&forward));
        let mut other = Classifier::new(engine(&backward));
        let mut forgetful = Classifier::with_cache(engine(&forward), 0);
        let records: Vec<Feedback> = texts.iter().map(|(code, text)| feedback(code, text)).collect();
        let first: Vec<String> = records.iter().map(|record| json(&mut one, record)).collect();
        for (record, expected) in records.iter().zip(&first).rev() {
            prop_assert_eq!(&json(&mut one, record), expected);
            prop_assert_eq!(&json(&mut other, record), expected);
            prop_assert_eq!(&json(&mut forgetful, record), expected);
        }
    }

    #[test]
    fn the_matcher_finds_what_evaluating_every_rule_finds(
        rules in prop::collection::vec(rule(), 1..6),
        text in words(),
    ) {
        let mut taxonomy = String::new();
        for (index, rule) in rules.iter().enumerate() {
            write!(
                taxonomy,
                "[[theme]]\nid = \"t{index}\"\nkind = \"problem\"\ndepartment = \"d\"\n\
                 rule.en = '''{rule}'''\n"
            )
            .unwrap();
        }
        let mut all = files(&taxonomy);
        all.insert("departments.toml", Given::ByUser,
            "[[department]]\nid = \"d\"\nteam = \"t\"\nfallback = true\n");
        let engine = Engine::parse(&all, "0").unwrap();
        let record = feedback("en", &text);
        prop_assert_eq!(found(&engine, &record, false), found(&engine, &record, true));
    }
}
