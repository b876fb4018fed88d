//! Why a text was classified as it was: its words as the rules see them, the rules that matched and
//! where, those that a negation kept from tagging, and those that came near. For `voc explain`.

use std::collections::BTreeMap;
use std::sync::Arc;

use feedback::condition::Facts;
use feedback::{Classification, Feedback, ThemeId, Verbatim};
use serde::Serialize;

use crate::classifier::{Classifier, programs_of};
use crate::document::{Document, Place, Sentence};
use crate::engine::Engine;
use crate::program::Program;
use crate::query::{Subject, required_atoms};
use crate::surfaces::Surfaces;
use crate::text::{pieces, stem};

/// How many rules that came near are told.
const NEAR_MAX: usize = 50;

/// A classification, and what led to it.
#[derive(Debug, Serialize)]
pub struct Explanation {
    /// The classification itself.
    pub classification: Classification,
    /// The sentences read, in order.
    pub sentences: Vec<ExplainedSentence>,
    /// The rules that matched, by theme.
    pub matched: Vec<ExplainedRule>,
    /// Rules of which a necessary word was there, but which did not match.
    pub near: Vec<ExplainedRule>,
}

/// One sentence as the rules see it.
#[derive(Debug, Serialize)]
pub struct ExplainedSentence {
    /// Index into the feedback's texts.
    pub text: usize,
    /// The language it was read in; empty for one without rules of its own.
    pub language: String,
    /// Its words.
    pub words: Vec<ExplainedWord>,
}

/// One word as the rules see it.
#[derive(Debug, Serialize)]
pub struct ExplainedWord {
    /// First UTF-8 byte in its text.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Folded; a contraction as the words it stands for.
    pub folded: Vec<Verbatim>,
    /// Their stems.
    pub stems: Vec<Verbatim>,
    /// The number of its clause in the record.
    pub clause: usize,
    /// Whether it negates what follows it in its clause.
    pub negates: bool,
}

/// A rule, and the places that made it match, or come near.
#[derive(Debug, Serialize)]
pub struct ExplainedRule {
    /// `<theme>/<lang>`
    pub rule: Arc<str>,
    /// Its theme.
    pub theme: ThemeId,
    /// The places, in the order of the text.
    pub places: Vec<ExplainedPlace>,
}

/// A place in a text.
#[derive(Debug, Serialize)]
pub struct ExplainedPlace {
    /// Index into the feedback's texts.
    pub text: usize,
    /// First UTF-8 byte.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// The words there.
    pub words: Verbatim,
    /// Whether a negation turns it.
    pub negated: bool,
}

impl Classifier {
    /// Classifies `feedback` and tells why it came out so.
    pub fn explain(&mut self, feedback: &Feedback) -> Explanation {
        let engine = Arc::clone(self.engine());
        let mut explanation = Explanation {
            classification: self.classify(feedback),
            sentences: Vec::new(),
            matched: Vec::new(),
            near: Vec::new(),
        };
        for index in programs_of(&engine, feedback) {
            let Some(program) = engine.programs.get(index) else { continue };
            self.read_texts(&engine, index, feedback);
            let (document, surfaces) = self.reading(index);
            let sentences = document.sentences.iter();
            explanation.sentences.extend(
                sentences.map(|each| sentence(program, document, surfaces, feedback, each)),
            );
            self.explain_rules(&engine, program, feedback, &mut explanation);
        }
        explanation.sentences.sort_by_key(|each| (each.text, each.words.first().map(|w| w.start)));
        explanation.matched.sort_by(|one, other| one.rule.cmp(&other.rule));
        explanation
    }

    fn explain_rules(
        &mut self,
        engine: &Engine,
        program: &Program,
        feedback: &Feedback,
        explanation: &mut Explanation,
    ) {
        let (matcher, document) = self.matching();
        let facts = Facts { lang: program.language(), ..Facts::of(feedback) };
        let mut matched = BTreeMap::new();
        matcher.run(program, Subject { document, facts }, &document.candidates, |each| {
            let places = each.places.iter().filter_map(|found| {
                let place = Place { first: found.first, last: found.last, split: false };
                explained(document, feedback, found.sentence, place, found.negated)
            });
            matched.insert(Arc::clone(&each.rule.id), (each.rule.theme, places.collect()));
        });
        let mut near: BTreeMap<Arc<str>, (usize, Vec<ExplainedPlace>)> = BTreeMap::new();
        for (alternative, sentence) in &document.candidates {
            let alternative = &program.alternatives[*alternative];
            let rule = &program.rules[alternative.rule];
            let weight = |atom| program.vocabulary.weight(atom);
            let required = required_atoms(&alternative.node, &weight).unwrap_or_default();
            if matched.contains_key(&rule.id) {
                continue;
            }
            let (_, places) = near.entry(Arc::clone(&rule.id)).or_insert((rule.theme, Vec::new()));
            for atom in required.atoms {
                let found = document.places(atom, &document.sentences[*sentence]).iter();
                places.extend(
                    found.filter_map(|place| {
                        explained(document, feedback, *sentence, *place, false)
                    }),
                );
            }
        }
        explanation.matched.extend(rules(engine, matched));
        explanation.near.extend(rules(engine, near).take(NEAR_MAX));
    }
}

fn rules(
    engine: &Engine,
    by_rule: BTreeMap<Arc<str>, (usize, Vec<ExplainedPlace>)>,
) -> impl Iterator<Item = ExplainedRule> {
    by_rule.into_iter().filter_map(|(rule, (theme, mut places))| {
        places.sort_by_key(|place| (place.text, place.start, place.end));
        places.dedup_by_key(|place| (place.text, place.start, place.end));
        Some(ExplainedRule { rule, theme: engine.themes.get(theme)?.id.clone(), places })
    })
}

fn explained(
    document: &Document,
    feedback: &Feedback,
    sentence: usize,
    place: Place,
    negated: bool,
) -> Option<ExplainedPlace> {
    let (first, last) = (document.tokens.get(place.first)?, document.tokens.get(place.last)?);
    let text = document.sentences.get(sentence)?.text;
    let words = feedback.texts.get(text)?.text.as_str().get(first.start..last.end)?;
    let words = Verbatim::from(words);
    Some(ExplainedPlace { text, start: first.start, end: last.end, words, negated })
}

fn sentence(
    program: &Program,
    document: &Document,
    surfaces: &Surfaces,
    feedback: &Feedback,
    sentence: &Sentence,
) -> ExplainedSentence {
    let language = program.vocabulary.language();
    let text = feedback.texts.get(sentence.text).map_or("", |text| text.text.as_str());
    let mut words: Vec<ExplainedWord> = Vec::new();
    for at in sentence.first..sentence.end {
        let token = &document.tokens[at];
        let negates = surfaces.get(token.surface).0.negator;
        match words.last_mut() {
            Some(before) if before.start == token.start => before.negates |= negates,
            _ => {
                let folded = pieces(text.get(token.start..token.end).unwrap_or_default(), language);
                let stems = folded.iter().map(|each| Verbatim::from(&*stem(language, each)));
                words.push(ExplainedWord {
                    start: token.start,
                    end: token.end,
                    stems: stems.collect(),
                    folded: folded.into_iter().map(Verbatim::from).collect(),
                    clause: token.clause,
                    negates,
                });
            }
        }
    }
    ExplainedSentence { text: sentence.text, language: language.to_owned(), words }
}
