//! What the phrases of the lexicons tell beside a feeling: emotions, effort, intent, flags, urgency.
//! A negated phrase tells nothing; that something was "not easy" tells that it was hard.

mod emotion;
mod intent;
mod urgency;

use feedback::{Feedback, Flag, Intent, Respondent};

use crate::document::Document;
use crate::program::{Cue, Program};
use crate::surfaces::Surfaces;
use crate::tone::Roles;
pub(crate) use emotion::{Emotions, Feels};
pub(crate) use intent::intent;
pub(crate) use urgency::{Urgency, urgency};

/// What is left of an ease that is negated, as effort.
const NOT_EASY: f64 = 0.7;

/// What the phrases of a record tell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cues {
    /// The emotions; none of an employee's.
    pub(crate) emotions: Emotions,
    /// Whether something is suggested.
    pub(crate) suggests: bool,
    /// Whether something is asked.
    pub(crate) asks: bool,
    /// How much a phrase presses for an answer, 0 to 1.
    pub(crate) presses: f64,
    flags: [bool; Flag::ALL.len()],
    /// What is left when each hard, and each easy, thing is taken away from 1.
    ease: Option<(f64, f64)>,
}

impl Cues {
    /// From −1 (easy) to 1 (hard), where a phrase tells: what is hard together, 1 − Π (1 − h), less
    /// what is easy together.
    pub(crate) fn effort(&self) -> Option<f64> {
        self.ease.map(|(not_hard, not_easy)| not_easy - not_hard)
    }

    /// The flags that phrases raise.
    pub(crate) fn flags(&self) -> impl Iterator<Item = Flag> {
        Flag::ALL.into_iter().zip(self.flags).filter_map(|(flag, raised)| raised.then_some(flag))
    }

    fn effort_of(&mut self, value: f64) {
        let (not_hard, not_easy) = self.ease.get_or_insert((1.0, 1.0));
        *not_hard *= 1.0 - value.max(0.0);
        *not_easy *= 1.0 + value.min(0.0);
    }

    /// Adds the cues of a document. A text that ends in a question mark asks.
    pub(crate) fn read(
        &mut self,
        program: &Program,
        surfaces: &Surfaces,
        document: &Document,
        feedback: &Feedback,
    ) {
        let is_employees = matches!(feedback.respondent, Some(Respondent::Employee));
        let mocking: Vec<(usize, usize)> = mocking(program, document).collect();
        for (cue, first, last) in &document.cues {
            let Some(cue) = program.cues.get(*cue) else { continue };
            if matches!(cue, Cue::Tone(_) | Cue::NotNegating) {
                continue;
            }
            if document.sentence_of(*first).by_agent {
                continue;
            }
            let negated = document.is_negated(*first, *last);
            let mocked = mocking.partition_point(|(start, _)| start <= first);
            let mocked = mocking[..mocked].last().is_some_and(|(_, end)| first <= end);
            match *cue {
                Cue::Effort(value) if negated => {
                    if value < 0.0 {
                        self.effort_of(-value * NOT_EASY);
                    }
                }
                _ if negated => {}
                Cue::Wants(Intent::Question) => self.asks = true,
                Cue::Wants(_) => self.suggests = true,
                Cue::Flags(flag) => self.flags[flag as usize] = true,
                Cue::Urges(value) => self.presses = self.presses.max(value),
                Cue::Effort(value) => self.effort_of(value),
                Cue::Feels(feels, _) if mocked && feels.is_pleasant() => {}
                Cue::Feels(feels, value) if !is_employees => {
                    self.emotions.note(feels, value, strength(surfaces, document, *first));
                }
                Cue::Feels(..) | Cue::Tone(_) | Cue::NotNegating => {}
            }
        }
        let own = feedback.texts.iter().filter(|text| feedback.is_respondents(text));
        self.asks |= own.into_iter().any(|text| text.text.as_str().trim_end().ends_with('?'));
    }
}

/// Where the idioms are that mock, so that the thanks in "thanks for nothing" are no gratitude.
fn mocking<'a>(
    program: &'a Program,
    document: &'a Document,
) -> impl Iterator<Item = (usize, usize)> + 'a {
    let mocks = |cue: usize| matches!(program.cues.get(cue), Some(Cue::Tone(tone)) if tone.roles.any(Roles::MOCKS));
    let idioms = document.cues.iter().filter(move |(cue, ..)| mocks(*cue));
    idioms.map(|(_, first, last)| (*first, *last))
}

/// What the word right before token `at` makes of it.
fn strength(surfaces: &Surfaces, document: &Document, at: usize) -> f64 {
    let before = at.checked_sub(1).and_then(|before| document.tokens.get(before));
    let same = before.filter(|before| before.clause == document.tokens[at].clause);
    same.map_or(1.0, |before| f64::from(surfaces.get(before.surface).tone.intensity))
}
