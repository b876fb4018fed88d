//! The stage: Feedback → Classification. One classifier per worker; it owns the buffers and the cache
//! that make matching cheap, and nothing that could change a result.

use std::sync::Arc;

use feedback::condition::Facts;
use feedback::{Author, Classification, Evidence, Feedback, Text, Verbatim};

use crate::candidates::Candidates;
use crate::conclusion::conclude;
use crate::cues::Cues;
use crate::document::{Document, Source};
use crate::engine::Engine;
use crate::matcher::Matcher;
use crate::program::{Program, Rule};
use crate::query::{Found, Subject};
use crate::sentiment::{Balance, Feelings, Said};
use crate::steps::Step;
use crate::surfaces::{SURFACES_MAX, Surfaces};
use crate::taxonomy::Kind;

/// Classifies records, one after the other. Results depend on the engine and the record alone.
#[derive(Debug)]
pub struct Classifier {
    engine: Arc<Engine>,
    surfaces: Vec<Surfaces>,
    surfaces_max: usize,
    document: Document,
    candidates: Candidates,
    matcher: Matcher,
    feelings: Feelings,
}

/// What the rules found of one theme.
#[derive(Debug)]
pub(crate) struct ThemeFound {
    /// The theme, an index into the engine's.
    pub(crate) theme: usize,
    /// Where.
    pub(crate) evidence: Vec<Evidence>,
    /// How likely it is that all of that means something else: the product over its matches.
    pub(crate) doubt: f64,
    /// The feelings around its matches.
    pub(crate) balance: Balance,
    /// Rules that matched but for a negation, and in how many sentences.
    pub(crate) negated: Vec<(Arc<str>, usize)>,
    /// A rule that took for praise what was not meant so.
    pub(crate) turned: Option<Arc<str>>,
}

impl ThemeFound {
    fn new(theme: usize) -> Self {
        Self {
            theme,
            evidence: Vec::new(),
            doubt: 1.0,
            balance: Balance::default(),
            negated: Vec::new(),
            turned: None,
        }
    }
}

/// All that the texts of a record say.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// By theme.
    pub(crate) themes: Vec<ThemeFound>,
    /// The feelings.
    pub(crate) said: Said,
    /// What phrases tell.
    pub(crate) cues: Cues,
}

impl Reading {
    /// What was found so far of a theme.
    fn theme(&mut self, theme: usize) -> &mut ThemeFound {
        let at = match self.themes.binary_search_by_key(&theme, |found| found.theme) {
            Ok(at) => at,
            Err(at) => {
                self.themes.insert(at, ThemeFound::new(theme));
                at
            }
        };
        &mut self.themes[at]
    }
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
            candidates: Candidates::default(),
            matcher: Matcher::default(),
            feelings: Feelings::default(),
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
            self.read_until(&engine, index, (feedback, &mut reading), Step::Rules);
        }
        conclude(&engine, feedback, reading)
    }

    /// Reads the record's texts of one language, and adds what they say, up to and with `last`.
    pub(crate) fn read_until(
        &mut self,
        engine: &Engine,
        index: usize,
        (feedback, reading): (&Feedback, &mut Reading),
        last: Step,
    ) {
        self.read_texts(engine, index, feedback);
        let (Some(program), Some(surfaces)) =
            (engine.programs.get(index), self.surfaces.get(index))
        else {
            return;
        };
        let document = &self.document;
        if last >= Step::Feelings {
            self.feelings.read(program, document, feedback);
            reading.said.balance.join(self.feelings.balance());
            reading.said.sarcastic |= self.feelings.sarcastic;
            let own = document.sentences.iter().filter(|sentence| !sentence.by_agent);
            reading.said.words += own.map(|sentence| sentence.end - sentence.first).sum::<usize>();
        }
        if last >= Step::Cues {
            reading.cues.read(program, surfaces, document, feedback);
        }
        if last >= Step::Rules {
            self.rules(engine, program, feedback, reading);
        }
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

    /// The matcher, the document last read, and all candidates of it, also those that lack something.
    pub(crate) fn matching(&mut self, program: &Program) -> (&mut Matcher, &Document, &Candidates) {
        self.candidates.find_all(program, &self.document);
        (&mut self.matcher, &self.document, &self.candidates)
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
        let Self { matcher, document, candidates, feelings, .. } = self;
        candidates.find(program, document);
        let subject = Subject { document, facts };
        matcher.run(program, subject, candidates.all(), |each| {
            let theme = engine.themes.get(each.rule.theme);
            let Some(theme) = theme.filter(|theme| theme.life.is_valid_at(moment)) else { return };
            let found = reading.theme(each.rule.theme);
            if each.negated > 0 && theme.kind != Kind::Topic {
                found.negated.push((Arc::clone(&each.rule.id), each.negated));
            }
            let all = theme.kind == Kind::Topic;
            for place in each.places.iter().filter(|place| all || !place.negated) {
                let span = (place.first, place.last);
                if feelings.is_turned(document, theme.kind, span) {
                    found.turned.get_or_insert_with(|| Arc::clone(&each.rule.id));
                    continue;
                }
                found.doubt *= doubt(place.words);
                found.balance.join(feelings.around(document, span));
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

/// How likely it is that a match of so many words means something else: several leave less room for it.
fn doubt(words: usize) -> f64 {
    if words > 1 { 0.2 } else { 0.4 }
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
