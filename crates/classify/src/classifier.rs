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
use crate::matcher::Matcher;
use crate::program::{Program, Rule};
use crate::query::{Found, Subject};
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
    matcher: Matcher,
    feelings: Vec<Feeling>,
}

/// What the rules found of one theme.
#[derive(Debug, Default)]
struct ThemeFound {
    evidence: Vec<Evidence>,
    /// Words taken by each match that counts.
    words: Vec<usize>,
    /// Around its matches.
    balance: Balance,
    /// Rules that matched but for a negation, and in how many sentences.
    negated: Vec<(Arc<str>, usize)>,
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
        Self::with_cache(engine, SURFACES_MAX)
    }

    /// A classifier that keeps at most about so many written words per language.
    pub(crate) fn with_cache(engine: Arc<Engine>, surfaces_max: usize) -> Self {
        let surfaces = engine.programs.iter().map(|_| Surfaces::default()).collect();
        Self {
            engine,
            surfaces,
            surfaces_max,
            document: Document::default(),
            matcher: Matcher::default(),
            feelings: Vec::new(),
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

    /// Reads the record's texts of one language, and adds what they say.
    fn read(&mut self, engine: &Engine, index: usize, feedback: &Feedback, reading: &mut Reading) {
        self.read_texts(engine, index, feedback);
        let (Some(program), Some(surfaces)) =
            (engine.programs.get(index), self.surfaces.get(index))
        else {
            return;
        };
        self.document.prune(program);
        let document = &self.document;
        sentiment::feelings(program, surfaces, document, &mut self.feelings);
        reading.balance.join(sentiment::balance(&self.feelings));
        reading.has_words |= document.sentences.iter().any(|sentence| !sentence.by_agent);
        cues::read(program, document, feedback, &mut reading.cues);
        self.rules(engine, program, feedback, reading);
    }

    /// Reads the record's texts of one language into the document.
    pub(crate) fn read_texts(&mut self, engine: &Engine, index: usize, feedback: &Feedback) {
        let (Some(program), Some(surfaces)) =
            (engine.programs.get(index), self.surfaces.get_mut(index))
        else {
            return;
        };
        surfaces.make_room(self.surfaces_max);
        let of_program = |text: &Text| program_of(engine, text) == index;
        read_texts(program, (&mut self.document, surfaces), feedback, of_program);
    }

    /// The document last read, and what is known of its words.
    pub(crate) fn reading(&self, index: usize) -> (&Document, &Surfaces) {
        (&self.document, &self.surfaces[index])
    }

    /// The matcher, and the document last read.
    pub(crate) fn matching(&mut self) -> (&mut Matcher, &Document) {
        (&mut self.matcher, &self.document)
    }

    /// Evaluates the rules that may hold.
    fn rules(
        &mut self,
        engine: &Engine,
        program: &Program,
        feedback: &Feedback,
        reading: &mut Reading,
    ) {
        let facts = Facts { lang: program.language(), ..Facts::of(feedback) };
        let moment = feedback.received_at.or(feedback.occurred_at);
        let Self { matcher, document, feelings, .. } = self;
        let subject = Subject { document, facts };
        matcher.run(program, subject, &document.candidates, |each| {
            let theme = engine.themes.get(each.rule.theme);
            let Some(theme) = theme.filter(|theme| theme.life.is_valid_at(moment)) else { return };
            let found = reading.themes.entry(each.rule.theme).or_default();
            if each.negated > 0 && theme.kind != Kind::Topic {
                found.negated.push((Arc::clone(&each.rule.id), each.negated));
            }
            let all = theme.kind == Kind::Topic;
            for place in each.places.iter().filter(|place| all || !place.negated) {
                found.words.push(place.words);
                let span = (place.first, place.last);
                found.balance.join(sentiment::around(document, feelings, place.sentence, span));
                found.evidence.extend(evidence(document, feedback, each.rule, place));
            }
        });
    }
}

/// Reads the respondent's texts that `reads` takes, and the agent's where some rule looks at them.
pub(crate) fn read_texts(
    program: &Program,
    (document, surfaces): (&mut Document, &mut Surfaces),
    feedback: &Feedback,
    reads: impl Fn(&Text) -> bool,
) {
    document.clear(program);
    for (number, text) in feedback.texts.iter().enumerate() {
        let by_agent = is_agents(text);
        let is_read = feedback.is_respondents(text) || (by_agent && program.reads_agent);
        if is_read && reads(text) {
            let words = text.text.as_str();
            document.read(Source { program, index: number, words, by_agent }, surfaces);
        }
    }
    document.finish(program);
}

/// What a place shows of a customer's words.
fn evidence(
    document: &Document,
    feedback: &Feedback,
    rule: &Rule,
    place: &Found,
) -> Option<Evidence> {
    let (first, last) = (document.tokens.get(place.first)?, document.tokens.get(place.last)?);
    let text = document.sentences.get(place.sentence)?.text;
    let words = feedback.texts.get(text)?.text.as_str().get(first.start..last.end)?;
    Some(Evidence {
        rule: Arc::clone(&rule.id),
        text,
        start: first.start,
        end: last.end,
        words: Verbatim::from(words),
        negated: place.negated,
    })
}

fn is_agents(text: &Text) -> bool {
    matches!(text.author, Some(Author::Agent))
}

pub(crate) fn program_of(engine: &Engine, text: &Text) -> usize {
    engine.program_index(text.lang.as_ref().map(|lang| &*lang.code))
}

/// The programs that the record's texts need, each once, in order.
pub(crate) fn programs_of(engine: &Engine, feedback: &Feedback) -> Vec<usize> {
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
        if found.evidence.is_empty() {
            continue;
        }
        found.evidence.sort_by(|one, other| place(one).cmp(&place(other)));
        found.evidence.truncate(EVIDENCE_MAX);
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
        themes: themes
            .into_iter()
            .zip(accountable.of_themes)
            .map(|((_, found), of)| ThemeMatch { department: Some(of), ..found })
            .collect(),
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

/// Where evidence stands: its order in the output.
fn place(evidence: &Evidence) -> (usize, usize, usize, &str) {
    (evidence.text, evidence.start, evidence.end, &evidence.rule)
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
        department: None,
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
