//! The stage: Feedback → Classification. One classifier per worker; it owns the buffers and the cache
//! that make matching cheap, and nothing that could change a result.

use std::collections::BTreeMap;
use std::sync::Arc;

use feedback::condition::Facts;
use feedback::{
    Author, Because, Classification, Evidence, Feedback, Flag, Polarity, Text, ThemeMatch,
    ThemeSource, Verbatim,
};

use crate::accountable::{self, by_claim, claim};
use crate::cues::{self, Cues};
use crate::document::{Document, Source};
use crate::engine::Engine;
use crate::program::{Program, Rule};
use crate::query::{Evaluator, Found, Node, Subject};
use crate::sentiment::{self, Balance, Feeling};
use crate::surfaces::{SURFACES_MAX, Surfaces};
use crate::taxonomy::{Kind, Theme};

/// How many places are kept as a theme's evidence.
const EVIDENCE_MAX: usize = 16;

/// Classifies records, one after the other. Results depend on the engine and the record alone.
#[derive(Debug)]
pub struct Classifier {
    engine: Arc<Engine>,
    surfaces: Vec<Surfaces>,
    surfaces_max: usize,
    document: Document,
    evaluator: Evaluator,
    feelings: Vec<Feeling>,
    found: Vec<Found>,
}

/// What the rules found of one theme.
#[derive(Debug, Default)]
struct ThemeFound {
    evidence: Vec<Evidence>,
    /// Words taken by each match that counts.
    words: Vec<usize>,
    /// Around its matches.
    balance: Balance,
    /// Rules that matched, and how often.
    matched: BTreeMap<Arc<str>, usize>,
    /// Rules that matched but for a negation.
    negated: BTreeMap<Arc<str>, usize>,
}

/// All that the texts of a record say.
#[derive(Debug, Default)]
struct Reading {
    themes: BTreeMap<usize, ThemeFound>,
    balance: Balance,
    cues: Cues,
    has_words: bool,
}

impl Classifier {
    /// A classifier with an empty cache.
    pub fn new(engine: Arc<Engine>) -> Self {
        let surfaces = engine.programs.iter().map(|_| Surfaces::default()).collect();
        Self {
            engine,
            surfaces,
            surfaces_max: SURFACES_MAX,
            document: Document::default(),
            evaluator: Evaluator::default(),
            feelings: Vec::new(),
            found: Vec::new(),
        }
    }

    /// The engine it classifies with.
    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// Says what `feedback` is about and who is accountable. Total: every record gets an answer.
    pub fn classify(&mut self, feedback: &Feedback) -> Classification {
        let engine = Arc::clone(&self.engine);
        let mut reading = Reading::default();
        for index in programs_of(&engine, feedback) {
            self.read(&engine, index, feedback, &mut reading);
        }
        conclude(&engine, feedback, reading)
    }

    /// Reads the record's texts of one language.
    fn read(&mut self, engine: &Engine, index: usize, feedback: &Feedback, reading: &mut Reading) {
        let (Some(program), Some(surfaces)) =
            (engine.programs.get(index), self.surfaces.get_mut(index))
        else {
            return;
        };
        surfaces.make_room(self.surfaces_max);
        let document = &mut self.document;
        document.clear(program);
        for (number, text) in feedback.texts.iter().enumerate() {
            let by_agent = is_agents(text);
            let is_read = feedback.is_respondents(text) || (by_agent && program.reads_agent);
            if is_read && program_of(engine, text) == index {
                let words = text.text.as_str();
                document.read(Source { program, index: number, words, by_agent }, surfaces);
            }
        }
        document.finish(program);
        sentiment::feelings(program, surfaces, document, &mut self.feelings);
        reading.balance.join(sentiment::balance(&self.feelings));
        reading.has_words |= document.sentences.iter().any(|sentence| !sentence.by_agent);
        cues::read(program, document, feedback, &mut reading.cues);
        self.rules(engine, program, feedback, reading);
    }

    /// Evaluates the rules that may hold.
    fn rules(
        &mut self,
        engine: &Engine,
        program: &Program,
        feedback: &Feedback,
        reading: &mut Reading,
    ) {
        let facts = Facts { lang: Some(program.vocabulary.language()), ..Facts::of(feedback) };
        let subject = Subject { document: &self.document, facts };
        let mut matches = std::mem::take(&mut self.found);
        let mut last = None;
        for (index, sentence) in &self.document.candidates {
            let Some(rule) = program.rules.get(*index) else { continue };
            let again = last == Some(*index);
            if !again {
                self.evaluator.begin();
                last = Some(*index);
            }
            matches.clear();
            let affirmed = if rule.beyond_sentence {
                if again {
                    continue;
                }
                everywhere(&mut self.evaluator, rule, subject, &mut matches)
            } else if self.document.sentences[*sentence].by_agent {
                None
            } else {
                let range = *sentence..*sentence + 1;
                self.evaluator.evaluate(&rule.node, subject, range, &mut matches)
            };
            let (Some(affirmed), Some(theme)) = (affirmed, engine.themes.get(rule.theme)) else {
                continue;
            };
            let found = reading.themes.entry(rule.theme).or_default();
            if affirmed || theme.kind == Kind::Topic {
                if theme.kind != Kind::Topic {
                    matches.retain(|each| !each.negated);
                }
                leftmost(&mut matches);
                self.tag(rule, feedback, &matches, found);
            } else {
                *found.negated.entry(Arc::clone(&rule.id)).or_default() += 1;
            }
        }
        self.found = matches;
    }

    /// Adds a rule's matches to its theme's evidence.
    fn tag(&self, rule: &Rule, feedback: &Feedback, found: &[Found], into: &mut ThemeFound) {
        for each in found {
            let (Some(first), Some(last)) =
                (self.document.tokens.get(each.first), self.document.tokens.get(each.last))
            else {
                continue;
            };
            let text = self.document.sentences[each.sentence].text;
            let words = feedback
                .texts
                .get(text)
                .and_then(|text| text.text.as_str().get(first.start..last.end));
            *into.matched.entry(Arc::clone(&rule.id)).or_default() += 1;
            let around = sentiment::around(
                &self.document,
                &self.feelings,
                each.sentence,
                (each.first, each.last),
            );
            into.balance.join(around);
            into.words.push(each.words);
            if into.evidence.len() < EVIDENCE_MAX {
                into.evidence.push(Evidence {
                    rule: Arc::clone(&rule.id),
                    text,
                    start: first.start,
                    end: last.end,
                    words: Verbatim::new(words.unwrap_or_default()),
                    negated: each.negated,
                });
            }
        }
    }
}

/// Evaluates a rule that looks beyond the sentence: for each text, or each of its sentences.
fn everywhere(
    evaluator: &mut Evaluator,
    rule: &Rule,
    subject: Subject<'_>,
    found: &mut Vec<Found>,
) -> Option<bool> {
    let sentences = &subject.document.sentences;
    let whole_texts = matches!(rule.node, Node::Text(..) | Node::Agent(_));
    let mut result: Option<bool> = None;
    let mut before = None;
    for (index, sentence) in sentences.iter().enumerate() {
        let read = !sentence.by_agent || matches!(rule.node, Node::Agent(_));
        if !read || (whole_texts && before == Some(sentence.text)) {
            continue;
        }
        before = Some(sentence.text);
        let holds = evaluator.evaluate(&rule.node, subject, index..index + 1, found);
        result = result.max(holds);
        if matches!(rule.node, Node::Agent(_)) {
            break;
        }
    }
    found.sort_unstable();
    found.dedup();
    result
}

/// Keeps the leftmost of matches that overlap, of equal ones the shortest; those that no negation
/// turns come first.
fn leftmost(found: &mut Vec<Found>) {
    found.sort_unstable_by_key(|each| (each.negated, each.first, each.last));
    let mut kept: Vec<Found> = Vec::with_capacity(found.len().min(EVIDENCE_MAX));
    for each in found.iter() {
        let overlaps = |other: &Found| each.first <= other.last && other.first <= each.last;
        if kept.len() < EVIDENCE_MAX && !kept.iter().any(overlaps) {
            kept.push(*each);
        }
    }
    kept.sort_unstable();
    found.clear();
    found.extend(kept);
}

fn is_agents(text: &Text) -> bool {
    matches!(text.author, Some(Author::Agent))
}

fn program_of(engine: &Engine, text: &Text) -> usize {
    engine.program_index(text.lang.as_ref().map(|lang| &*lang.code))
}

/// The programs that the record's texts need, each once, in order.
fn programs_of(engine: &Engine, feedback: &Feedback) -> Vec<usize> {
    let read = |text: &&Text| feedback.is_respondents(text) || is_agents(text);
    let mut programs: Vec<usize> =
        feedback.texts.iter().filter(read).map(|text| program_of(engine, text)).collect();
    programs.sort_unstable();
    programs.dedup();
    programs
}

/// From what the texts say to the classification.
fn conclude(engine: &Engine, feedback: &Feedback, reading: Reading) -> Classification {
    let mut because = Vec::new();
    let mut negated = Vec::new();
    let mut themes: Vec<(&Theme, ThemeMatch)> = Vec::new();
    for (index, mut found) in reading.themes {
        let Some(theme) = engine.themes.get(index) else { continue };
        for (rule, times) in &found.negated {
            negated.push(negated_match(theme, rule, *times));
        }
        if found.evidence.is_empty() && found.matched.is_empty() {
            continue;
        }
        found.evidence.sort_by(|one, other| {
            (one.text, one.start, one.end, &one.rule).cmp(&(
                other.text,
                other.start,
                other.end,
                &other.rule,
            ))
        });
        found.evidence.dedup();
        themes.push((theme, theme_match(theme, found)));
    }
    themes.sort_by(|one, other| {
        let of =
            |(theme, found): &(&Theme, ThemeMatch)| claim(theme, found.confidence, found.polarity);
        by_claim((one.0, of(one)), (other.0, of(other)))
    });
    because.extend(themes.iter().map(|(theme, found)| matched(theme, found)));
    because.extend(negated);
    let most = |kind: Kind| {
        let of_kind = themes.iter().filter(|(theme, _)| theme.kind == kind);
        of_kind.map(|(_, found)| found.confidence).fold(0.0, f64::max)
    };
    let problem_and_praise = (most(Kind::Problem), most(Kind::Praise));
    let sentiment =
        sentiment::overall(feedback, reading.balance, reading.has_words, problem_and_praise);
    let mut flags: Vec<Flag> =
        themes.iter().flat_map(|(theme, _)| theme.flags.iter().copied()).collect();
    flags.sort_unstable();
    flags.dedup();
    let found: Vec<(&Theme, &ThemeMatch)> =
        themes.iter().map(|(theme, found)| (*theme, found)).collect();
    let label = sentiment.as_ref().map(|sentiment| sentiment.label);
    let intent = cues::intent(&found, label, &reading.cues);
    let urgency = cues::urgency(&found, &reading.cues);
    let facts = Facts {
        sentiment: label,
        intent: Some(intent),
        urgency: Some(urgency),
        flags: &flags,
        ..Facts::of(feedback)
    };
    let accountable = accountable::decide(engine, &found, facts, &mut because);
    Classification {
        taxonomy: Arc::clone(&engine.version),
        engine: Arc::clone(&engine.name),
        uncategorised: themes.is_empty(),
        themes: themes.into_iter().map(|(_, found)| found).collect(),
        sentiment,
        emotions: reading.cues.emotions(),
        effort: reading.cues.effort(),
        intent,
        urgency,
        flags,
        department: accountable.department,
        contributors: accountable.contributors,
        because,
    }
}

/// A theme's confidence is that of its matches together, 1 − Π (1 − c), where c is 0.6 for a match of
/// one word and 0.8 for one of several, which leaves less room for another meaning; at most 0.99.
fn confidence(words: &[usize]) -> f64 {
    let doubt: f64 = words.iter().map(|words| if *words > 1 { 0.2 } else { 0.4 }).product();
    (1.0 - doubt).min(0.99)
}

fn theme_match(theme: &Theme, found: ThemeFound) -> ThemeMatch {
    let polarity = match theme.kind {
        Kind::Problem => Polarity::Negative,
        Kind::Praise => Polarity::Positive,
        Kind::Topic => found.balance.polarity(),
    };
    ThemeMatch {
        id: theme.id.clone(),
        path: theme.id.path(),
        by: ThemeSource::Rule,
        confidence: confidence(&found.words),
        polarity,
        evidence: found.evidence,
    }
}

fn matched(theme: &Theme, found: &ThemeMatch) -> Because {
    let places = found.evidence.len();
    let message = format!(
        "{} ({}, severity {}) matched in {places} {}, {}",
        theme.id,
        theme.kind.name(),
        theme.severity,
        if places == 1 { "place" } else { "places" },
        found.polarity.name()
    );
    Because {
        code: "matched".to_owned(),
        message,
        theme: Some(theme.id.clone()),
        rule: found.evidence.first().map(|evidence| Arc::clone(&evidence.rule)),
    }
}

fn negated_match(theme: &Theme, rule: &Arc<str>, times: usize) -> Because {
    let sentences = if times == 1 { "one sentence" } else { "several sentences" };
    Because {
        code: "negated_match".to_owned(),
        message: format!(
            "{} matched in {sentences} that negates it, so it doesn't tag there",
            theme.id
        ),
        theme: Some(theme.id.clone()),
        rule: Some(Arc::clone(rule)),
    }
}
