//! Sarcasm that the words themselves give away: praise alone in a clause of its own, and then trouble,
//! or the same again: "Great, another bill", "Fijn hoor, weer een storing". And idioms that mock, of
//! which the lexicon knows the feeling: they make sarcasm of the praise beside them ("Thanks for
//! nothing, such friendly people"). And praise that is all that is said of trouble: "On hold for two
//! hours, brilliant".

use super::Feeling;
use super::marks::Mark;
use crate::document::Document;
use crate::tone::Roles;

/// How long a clause may be that only admires.
const ADMIRING_WORDS_MAX: usize = 3;

/// How bad the clause before must be that praise alone ends with, unless it says that it came again.
const TROUBLE: f64 = -2.0;

/// What the clause before says.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Trouble {
    /// The sum of its feelings; none where some of it is good.
    value: f64,
    again: bool,
}

impl Trouble {
    /// Of the clause whose words play `roles` and feel `feelings`.
    pub(crate) fn of(roles: Roles, feelings: &[Feeling]) -> Self {
        let good = feelings.iter().any(|feeling| feeling.value > 0.0);
        let value = if good { 0.0 } else { feelings.iter().map(|each| each.value).sum() };
        Self { value, again: roles.any(Roles::AGAIN) }
    }

    /// Turns the praise in `feelings` if all that the last clause of the sentence says, `marks`, admires
    /// this trouble. Says whether it was turned.
    pub(crate) fn turn(
        self,
        document: &Document,
        marks: &[Mark],
        end: usize,
        feelings: &mut [Feeling],
    ) -> bool {
        let (Some(first), Some(last)) = (marks.first(), marks.last()) else { return false };
        let clause = document.tokens[first.first].clause;
        let begins =
            first.first.checked_sub(1).is_some_and(|at| document.tokens[at].clause < clause);
        let joined = marks.windows(2).all(|pair| pair[0].last + 1 == pair[1].first);
        let admires = marks.iter().all(|mark| {
            let strengthens = mark.tone.valence == 0.0 && mark.tone.intensity > 1.0;
            mark.tone.roles.any(Roles::ADMIRES) || strengthens
        });
        let is_trouble = self.value <= TROUBLE || (self.value < 0.0 && self.again);
        if !(is_trouble && begins && joined && admires && last.last + 1 == end) {
            return false;
        }
        for feeling in &mut *feelings {
            (feeling.value, feeling.turned) = (-feeling.value.abs(), true);
        }
        !feelings.is_empty()
    }
}

/// Whether a sentence mocks, up to a word such as `but`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mockery {
    /// Its first feeling, by index.
    from: usize,
    /// Whether an idiom that mocks was read.
    mocks: bool,
}

impl Mockery {
    /// Of a sentence whose feelings will stand from `from` on.
    pub(crate) fn new(from: usize) -> Self {
        Self { from, mocks: false }
    }

    /// Joins a clause, whose words play `roles` and whose feelings stand from `from` on to the end of
    /// `feelings`. Says whether some praise was turned.
    pub(crate) fn read(&mut self, roles: Roles, feelings: &mut [Feeling], from: usize) -> bool {
        if roles.any(Roles::CONTRASTS) {
            *self = Self::new(from);
        }
        self.mocks |= roles.any(Roles::MOCKS);
        let read = feelings.iter_mut().skip(self.from);
        let mut turned = false;
        for feeling in read.filter(|feeling| self.mocks && feeling.value > 0.0) {
            (feeling.value, feeling.turned, turned) = (-feeling.value, true, true);
        }
        turned
    }
}

/// Praise alone in its clause.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Admiration {
    /// Its feelings, by index.
    from: usize,
    to: usize,
    /// The token after its clause.
    next: usize,
    /// Whether that is in the same sentence.
    goes_on: bool,
}

impl Admiration {
    /// The praise whose feelings are `from..to` of `feelings`, if it stands alone in its clause and
    /// something of the same text follows.
    pub(crate) fn of(
        document: &Document,
        sentence: usize,
        feelings: &[Feeling],
        (from, to): (usize, usize),
    ) -> Option<Self> {
        let own = feelings.get(from..to)?;
        let (first, all_good) = (own.first()?.first, own.iter().all(|each| each.value > 0.0));
        let clause = document.tokens[first].clause;
        let is_in = |token: usize| document.tokens.get(token).is_some_and(|t| t.clause == clause);
        let start =
            (0..=first).rev().take(ADMIRING_WORDS_MAX + 1).take_while(|at| is_in(*at)).last()?;
        let length = (start..).take(ADMIRING_WORDS_MAX + 1).take_while(|at| is_in(*at)).count();
        let next = start + length;
        let after = document.sentences.get(sentence + 1);
        let goes_on = next < document.sentences[sentence].end;
        let text = document.sentences[sentence].text;
        let follows = goes_on || after.is_some_and(|after| after.text == text && !after.by_agent);
        let alone = all_good && length <= ADMIRING_WORDS_MAX && follows;
        alone.then_some(Self { from, to, next, goes_on })
    }

    /// Turns it where what follows shows that it was not meant. Says whether it was turned.
    pub(crate) fn turn(self, document: &Document, feelings: &mut [Feeling]) -> bool {
        let Some(token) = document.tokens.get(self.next) else { return false };
        let from = feelings.partition_point(|feeling| feeling.first < self.next);
        let is_next = |feeling: &&Feeling| document.tokens[feeling.first].clause == token.clause;
        let after = feelings.iter().skip(from).take_while(is_next);
        let (mut good, mut bad) = (false, false);
        for feeling in after {
            good |= feeling.value > 0.0;
            bad |= feeling.value < 0.0;
        }
        let says = |role: Roles| (self.next..=self.next + 1).any(|at| document.roles(at).any(role));
        let trouble = self.goes_on && bad && !says(Roles::CONTRASTS);
        let is_sarcasm = !good && (says(Roles::AGAIN) || trouble);
        if is_sarcasm {
            for feeling in feelings.get_mut(self.from..self.to).into_iter().flatten() {
                (feeling.value, feeling.turned) = (-feeling.value.abs(), true);
            }
        }
        is_sarcasm
    }
}
