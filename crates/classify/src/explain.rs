//! Why a text was classified as it was: its words as the rules see them, the rules that matched and
//! where, those that a negation kept from tagging, and those that came near. For `voc explain`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use feedback::condition::Facts;
use feedback::{Classification, Feedback, Text, ThemeId, Verbatim};
use serde::Serialize;

use crate::classifier::{Classifier, program_of, programs_of, read_texts};
use crate::document::{Document, Sentence};
use crate::engine::Engine;
use crate::near_miss::{Judge, Part, Unmet};
use crate::occurrences::Place;
use crate::program::{Program, Rule};
use crate::query::{Found, Subject};
use crate::surfaces::Surfaces;
use crate::taxonomy::{ANY, Kind, Theme};
use crate::text::{pieces, stem};

/// How many rules that came near are told.
const NEAR_MAX: usize = 50;

/// A classification, and what led to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The classification itself.
    pub classification: Classification,
    /// The sentences read, in order.
    pub sentences: Vec<ExplainedSentence>,
    /// The rules that matched, by theme.
    pub matched: Vec<ExplainedRule>,
    /// Rules of which a necessary word was there, but which did not match; those first that lack least.
    pub near: Vec<ExplainedRule>,
}

/// One sentence as the rules see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainedSentence {
    /// Index into the feedback's texts.
    pub text: usize,
    /// The language it was read in; empty for one without rules of its own.
    pub language: String,
    /// Its words.
    pub words: Vec<ExplainedWord>,
}

/// One word as the rules see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainedRule {
    /// `<theme>/<lang>`
    pub rule: Arc<str>,
    /// Its theme.
    pub theme: ThemeId,
    /// The places of its matches, in the order of the text; where it did not match, of its words that
    /// are there.
    pub places: Vec<ExplainedPlace>,
    /// What would have to be otherwise for it to match; nothing where it matched.
    pub unmet: Vec<Unmet>,
}

/// A place in a text.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
            self.explain_rules(&engine, index, feedback, &mut explanation);
        }
        explanation.sentences.sort_by_key(|each| (each.text, each.words.first().map(|w| w.start)));
        explanation.matched.sort_by(|one, other| one.rule.cmp(&other.rule));
        explanation.near.sort_by_key(|each| (each.unmet.len(), Arc::clone(&each.rule)));
        explanation.near.truncate(NEAR_MAX);
        explanation
    }

    fn explain_rules(
        &mut self,
        engine: &Engine,
        index: usize,
        feedback: &Feedback,
        explanation: &mut Explanation,
    ) {
        let Some(program) = engine.programs.get(index) else { return };
        let (matcher, document, candidates) = self.matching(program);
        let facts = Facts { lang: program.language(), ..Facts::of(feedback) };
        let moment = feedback.received_at.or(feedback.occurred_at);
        let mut matched = BTreeMap::new();
        matcher.run(program, Subject { document, facts }, candidates.all(), |each| {
            let theme = engine.themes.get(each.rule.theme);
            if !theme.is_some_and(|theme| theme.life.is_valid_at(moment)) {
                return;
            }
            let places = each.places.iter().filter_map(|found| {
                let place = Place { first: found.first, last: found.last, split: false };
                explained(document, feedback, found.sentence, place, found.negated)
            });
            matched.insert(Arc::clone(&each.rule.id), (each.rule.theme, places.collect()));
        });
        let near: BTreeSet<usize> = candidates
            .all()
            .iter()
            .map(|(alternative, _)| program.alternatives[*alternative].rule)
            .filter(|rule| !matched.contains_key(&program.rules[*rule].id))
            .collect();
        let near = near.into_iter().map(|rule| &program.rules[rule]).collect::<Vec<_>>();
        let language = program.vocabulary.language();
        let of_program = |text: &Text| program_of(engine, text) == index;
        explanation.near.extend(near_misses(engine, (language, &near), feedback, of_program));
        explanation.matched.extend(rules(engine, matched));
    }

    /// Why a rule (`billing.fees/en`, or a theme's id for all its rules) matched `feedback` or did not;
    /// nothing where there is no such rule.
    pub fn explain_rule(&self, feedback: &Feedback, name: &str) -> Vec<ExplainedRule> {
        let engine = self.engine();
        let mut explained = Vec::new();
        for (index, theme) in engine.themes.iter().enumerate() {
            for code in theme.expressions.keys() {
                let rule = Rule::of(theme, code, index);
                if theme.id.as_str() == name || *rule.id == *name {
                    explained.extend(nearest(engine, &rule, code, feedback));
                }
            }
        }
        explained
    }
}

/// A rule on the texts of its language; where there are none, on all as if they were.
fn nearest(engine: &Engine, rule: &Rule, code: &str, feedback: &Feedback) -> Option<ExplainedRule> {
    let programs = programs_of(engine, feedback);
    let language_of =
        |index: usize| engine.programs.get(index).map(|each| each.vocabulary.language());
    let own = programs.iter().filter(|index| code == ANY || language_of(**index) == Some(code));
    let read = own.flat_map(|index| {
        let language = language_of(*index).unwrap_or_default();
        let of_program = |text: &Text| program_of(engine, text) == *index;
        near_misses(engine, (language, &[rule]), feedback, of_program)
    });
    if let Some(best) = read.min_by_key(|each| each.unmet.len()) {
        return Some(best);
    }
    let mut pretended = near_misses(engine, (code, &[rule]), feedback, |_| true);
    let mut explained = pretended.pop()?;
    let languages: Vec<&str> = programs.iter().filter_map(|index| language_of(*index)).collect();
    let read = if languages.is_empty() { "nothing".to_owned() } else { languages.join(", ") };
    let message = format!("the text were in {code}; it is read as {read}");
    explained.unmet.insert(0, Unmet::new("other_language", message));
    Some(explained)
}

/// What each of these rules lacks on the texts that `reads` takes, read in `language`; those first that
/// lack least.
fn near_misses(
    engine: &Engine,
    (language, wanted): (&str, &[&Rule]),
    feedback: &Feedback,
    reads: impl Fn(&Text) -> bool,
) -> Vec<ExplainedRule> {
    let (words, lexicon) = engine.words_of(language);
    let all = wanted.iter().filter_map(|rule| {
        let theme = engine.themes.get(rule.theme)?;
        let code = rule.id.rsplit('/').next()?;
        Some(((*rule).clone(), theme.expressions.get(code)?))
    });
    let mut parts = Vec::new();
    let program = Program::of(language, all, (&words, &lexicon), |expression, compiler| {
        parts.push(Part::of(expression, compiler));
    });
    let (mut document, mut surfaces) = (Document::default(), Surfaces::default());
    read_texts(&program, (&mut document, &mut surfaces), feedback, reads);
    let facts = Facts { lang: program.language(), ..Facts::of(feedback) };
    let mut judge = Judge::new(&document, facts);
    let mut told = Vec::new();
    for (rule, part) in program.rules.iter().zip(&parts) {
        let Some(theme) = engine.themes.get(rule.theme) else { continue };
        let (mut unmet, found) = judge.unmet(part, theme.kind != Kind::Topic);
        unmet.splice(0..0, not_in_use(theme, feedback));
        let place = |found: &Found| {
            let place = Place { first: found.first, last: found.last, split: false };
            explained(&document, feedback, found.sentence, place, found.negated)
        };
        let places = found.iter().filter_map(place).collect();
        let id = Arc::clone(&rule.id);
        told.push(ExplainedRule { rule: id, theme: theme.id.clone(), places, unmet });
    }
    told.sort_by(|one, other| (one.unmet.len(), &one.rule).cmp(&(other.unmet.len(), &other.rule)));
    told
}

/// That a theme does not tag a record of that moment.
fn not_in_use(theme: &Theme, feedback: &Feedback) -> Option<Unmet> {
    let life = &theme.life;
    let message = match (&life.replaced_by, feedback.received_at.or(feedback.occurred_at)) {
        (Some(by), _) if life.is_retired() => format!("the theme were in use: {by} replaced it"),
        (_, moment) if life.is_valid_at(moment) => return None,
        _ => {
            let from = life.valid_from.map_or_else(String::new, |from| format!(" from {from}"));
            let to = life.valid_to.map_or_else(String::new, |to| format!(" to {to}"));
            format!("the record were of a day on which the theme is valid,{from}{to}")
        }
    };
    Some(Unmet::new("not_valid", message))
}

fn rules(
    engine: &Engine,
    by_rule: BTreeMap<Arc<str>, (usize, Vec<ExplainedPlace>)>,
) -> impl Iterator<Item = ExplainedRule> {
    by_rule.into_iter().filter_map(|(rule, (theme, mut places))| {
        places.sort_by_key(|place| (place.text, place.start, place.end));
        places.dedup_by_key(|place| (place.text, place.start, place.end));
        let theme = engine.themes.get(theme)?.id.clone();
        Some(ExplainedRule { rule, theme, places, unmet: Vec::new() })
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
        let negates = surfaces.get(token.surface).negator;
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
