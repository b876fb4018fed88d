//! One clause, read from left to right: what turns the feelings in it, and what becomes of each.

use super::Feeling;
use super::marks::Mark;
use crate::tone::{Roles, Tone};

/// What a negation leaves of a feeling, on the other side (VADER's `N_SCALAR`).
const NEGATED: f64 = 0.74;
/// What is at least left of something bad that is negated: "no complaints" is praise.
const NOT_BAD: f64 = 1.5;
/// How many words after a negation it turns, and before one that nothing follows.
const REACH: usize = 5;
/// How good something is that nobody would negate: "Nothing, fantastic".
const STRONG: f64 = 3.0;
/// How bad something must be that `these` points at, so that no negation turns it.
const POINTED: f64 = -2.0;
/// How many words after `lack of` or `solved` they turn.
const NEAR: usize = 4;
/// How many words after `more` and `less` belong to them.
const COMPARED: usize = 3;
/// What the utmost makes of a feeling: "could not be kinder".
const UTMOST: f64 = 1.3;
/// A wish says that it is not so: "could be faster", "More staff".
const WISH: f64 = 1.0;
/// What is left of something good, on the other side, and of something bad, that is not real.
const UNREAL_GOOD: f64 = 0.4;
const UNREAL_BAD: f64 = 0.5;
/// What is left of something good in a question.
const ASKED: f64 = 0.3;

/// A negation in the clause.
#[derive(Debug, Clone, Copy)]
struct Negation {
    at: usize,
    /// The feeling that it turned last.
    turned: Option<usize>,
    /// Whether it turns no more than that.
    spent: bool,
    /// Whether another takes it back.
    doubled: bool,
    /// Whether it begins the sentence and is an answer by itself: "Nothing, all was well".
    answers: bool,
}

/// What the negation before a feeling makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Negates {
    /// Nothing.
    No,
    /// Its other side.
    Yes,
    /// Nothing, as another takes it back.
    TakenBack,
}

/// A comparison: which feeling it became, if it says of what.
#[derive(Debug, Clone, Copy)]
struct Comparison {
    /// Index into the feelings.
    feeling: Option<usize>,
    /// What it would be without anything around it.
    value: f64,
    at: usize,
}

/// What holds for a whole sentence.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Setting {
    /// Whether it asks.
    pub(crate) asks: bool,
    /// Whether it is short: a comparison that begins it is a wish.
    pub(crate) is_short: bool,
    /// Whether a negation that nothing follows turns the feeling before it.
    pub(crate) negates_after: bool,
}

/// What is known of the clause so far.
#[derive(Debug, Default)]
pub(crate) struct Clause {
    setting: Setting,
    /// Its number; none before the first of the sentence.
    number: Option<usize>,
    /// Its first token, where it begins a sentence, or goes on after a wish that did.
    start: Option<usize>,
    /// Where its feelings begin.
    from: usize,
    /// All parts that its words play.
    said: Roles,
    negation: Option<Negation>,
    /// Whether the clause right before it has a negation that turned nothing.
    offered: bool,
    /// Whether that reaches into this one: "nothing that could …".
    carried: bool,
    lacks: Option<usize>,
    mends: Option<usize>,
    joins: Option<usize>,
    /// `more` (1) or `less` (−1), and where.
    degree: Option<(usize, f64)>,
    comparison: Option<Comparison>,
    /// Whether it begins with a wish.
    wished: bool,
    /// What the words right before make of the next feeling, and the token after them.
    strength: Option<(f64, usize)>,
    /// The token after `these`, and after the bad that it points at, which is the second's index.
    pointed: Option<(usize, Option<usize>)>,
}

impl Clause {
    /// A sentence.
    pub(crate) fn begin_sentence(&mut self, setting: Setting) {
        *self = Self { setting, ..Self::default() };
    }

    /// A clause of it by its number, whose feelings will stand from `from` on and whose first token is
    /// `start`.
    pub(crate) fn begin(&mut self, from: usize, number: usize, start: usize) {
        let open = |negation: Negation| negation.turned.is_none();
        let offered = self.number.is_some_and(|before| before + 1 == number)
            && self.negation.is_some_and(open)
            && self.comparison.is_none();
        let start = Some(start).filter(|_| self.number.is_none() || self.wished);
        let (setting, number) = (self.setting, Some(number));
        *self = Self { setting, number, start, from, offered, ..Self::default() };
    }

    /// Reads the next mark.
    pub(crate) fn read(&mut self, mark: &Mark, feelings: &mut Vec<Feeling>) {
        let Mark { first, last, tone } = *mark;
        if tone.valence != 0.0 {
            self.feel(mark, feelings);
        }
        let Tone { roles, intensity, .. } = tone;
        self.carried |= self.offered && roles.any(Roles::THAT);
        self.offered = false;
        if roles.any(Roles::NEGATES) {
            let doubled = self.carried || self.negation.is_some_and(|before| !before.doubled);
            let doubled = doubled && roles.any(Roles::DOUBLES);
            let answers = roles.any(Roles::NOTHING) && self.start == Some(first);
            self.negation =
                Some(Negation { at: last, turned: None, spent: false, doubled, answers });
        }
        if roles.any(Roles::MORE) {
            self.compare(first, 1.0);
        }
        if roles.any(Roles::LESS) {
            self.compare(first, -1.0);
        }
        self.said = self.said | roles;
        if roles.any(Roles::BIDS) && self.start == Some(first) {
            self.said = self.said | Roles::OUGHT;
        }
        let at = |role: Roles, before: Option<usize>| {
            if roles.any(role) { Some(last) } else { before }
        };
        self.lacks = at(Roles::LACKS, self.lacks);
        self.mends = at(Roles::MENDS, self.mends);
        self.joins = at(Roles::JOINS, self.joins);
        if (intensity - 1.0).abs() > f32::EPSILON {
            self.strength = Some((self.strength_at(first) * f64::from(intensity), last + 1));
            self.pointed = self.pointed.map(|(next, bad)| {
                let next = if next == first { last + 1 } else { next };
                (next, bad)
            });
        }
        if roles.any(Roles::THESE) {
            self.pointed = Some((last + 1, None));
        }
    }

    fn strength_at(&self, first: usize) -> f64 {
        self.strength.filter(|(_, next)| *next == first).map_or(1.0, |(strength, _)| strength)
    }

    fn compare(&mut self, at: usize, sign: f64) {
        self.degree = Some((at, sign));
        self.comparison = Some(Comparison { feeling: None, value: 0.0, at });
    }

    fn feel(&mut self, mark: &Mark, feelings: &mut Vec<Feeling>) {
        let Mark { first, last, tone } = *mark;
        let strength = self.strength_at(first);
        let mut value = f64::from(tone.valence) * strength;
        let degree = self.degree.filter(|(at, _)| first - at <= COMPARED);
        if let Some((_, sign)) = degree {
            value *= sign;
        }
        let plain = value;
        let is_compared = degree.is_some() || tone.roles.any(Roles::COMPARES);
        let pointed = self.points_at(first, value);
        let stays = pointed || tone.roles.any(Roles::CONFIRMS);
        let negates = if stays { Negates::No } else { self.negates(first, value, is_compared) };
        let near = |at: Option<usize>| at.is_some_and(|at| first - at <= NEAR);
        let mut turned = negates == Negates::TakenBack || self.said.any(Roles::IDLE);
        if negates == Negates::Yes {
            (value, turned) = (negate(value, strength), tone.roles.any(Roles::DOUBLES));
        } else if near(self.lacks) && value > 0.0 {
            (value, turned) = (-NEGATED * value, true);
        } else if near(self.mends) && value < 0.0 {
            value = 0.0;
        } else if self.said.any(Roles::UNREAL) && !is_compared {
            turned = value > 0.0;
            value *= if turned { -UNREAL_GOOD } else { UNREAL_BAD };
        } else if self.setting.asks && value > 0.0 {
            value *= ASKED;
        }
        if value == 0.0 {
            return;
        }
        if is_compared {
            let feeling = Some(feelings.len());
            let at = degree.map_or(first, |(at, _)| at);
            self.comparison = Some(Comparison { feeling, value: plain, at });
            self.degree = None;
        }
        if pointed {
            self.pointed = Some((last + 1, Some(feelings.len())));
        }
        feelings.push(Feeling { first, last, value, turned });
    }

    /// Whether `these` points at the bad that begins at `first`: "I don't want this awful service" says
    /// that it is awful.
    fn points_at(&self, first: usize, value: f64) -> bool {
        let Some((next, bad)) = self.pointed else { return false };
        next == first && value < 0.0 && (value <= POINTED || bad.is_some())
    }

    /// Whether a negation turns the feeling at `first`. It turns the first that follows it, and those
    /// joined to that one.
    fn negates(&mut self, first: usize, value: f64, is_compared: bool) -> Negates {
        let Some(negation) = &mut self.negation else { return Negates::No };
        let joined = usize::from(self.joins.is_some_and(|at| at + 1 == first));
        let reaches = match negation.turned {
            None if negation.answers && value > 0.0 => first - negation.at == 1 && value < STRONG,
            None => first - negation.at <= REACH,
            Some(turned) => !negation.spent && first - turned <= 1 + joined,
        };
        if !reaches {
            return Negates::No;
        }
        negation.turned = Some(first);
        negation.spent = is_compared;
        if negation.doubled { Negates::TakenBack } else { Negates::Yes }
    }

    /// Ends the clause: what can only be told once all of it is read.
    pub(crate) fn end(&mut self, feelings: &mut Vec<Feeling>) {
        if let Some(comparison) = self.comparison {
            return self.end_comparison(comparison, feelings);
        }
        let Some(negation) = self.negation else { return };
        let is_utmost = self.said.any(Roles::ENOUGH) && self.said.any(Roles::MODAL);
        if let (Some(turned), true) = (negation.turned, is_utmost) {
            let own = feelings.iter_mut().skip(self.from);
            own.filter(|feeling| feeling.first == turned && feeling.value < 0.0)
                .for_each(|feeling| feeling.value *= -UTMOST / NEGATED);
        }
        if negation.turned.is_some() || !self.setting.negates_after {
            return;
        }
        let is_last = self.pointed.is_some_and(|(_, bad)| bad == feelings.len().checked_sub(1));
        let last = feelings.get_mut(self.from..).and_then(<[Feeling]>::last_mut);
        let before = |feeling: &&mut Feeling| {
            feeling.last < negation.at && negation.at - feeling.last <= REACH
        };
        if let Some(feeling) = last.filter(before).filter(|_| !is_last) {
            feeling.value = negate(feeling.value, 1.0);
        }
    }

    fn end_comparison(&mut self, comparison: Comparison, feelings: &mut Vec<Feeling>) {
        let Comparison { feeling, value, at } = comparison;
        let is_negated = self.negation.is_some() || self.carried;
        let says = |role: Roles| self.said.any(role);
        let begins = self.setting.is_short && self.start == Some(at) && !says(Roles::THAN);
        let wishes = says(Roles::OUGHT) || (says(Roles::UNREAL) && !says(Roles::THAN));
        let value = match feeling {
            Some(_) if is_negated && says(Roles::MODAL) => value * UTMOST,
            Some(_) if !is_negated && wishes => -WISH * value.signum(),
            None if is_negated && says(Roles::MODAL) && says(Roles::LESS) => -NOT_BAD,
            None if !is_negated && says(Roles::OUGHT) && !self.setting.asks => -WISH,
            _ if !is_negated && begins => -WISH,
            _ => return,
        };
        self.wished = begins;
        match feeling.and_then(|index| feelings.get_mut(index)) {
            Some(feeling) => feeling.value = value,
            None => feelings.push(Feeling { first: at, last: at, value, turned: false }),
        }
    }
}

/// The other side of what a question felt, as its answer denies it: "Long wait? Not at all."
pub(super) fn deny(feeling: &mut Feeling) {
    let asked = if feeling.value > 0.0 { feeling.value / ASKED } else { feeling.value };
    (feeling.value, feeling.turned) = (negate(asked, 1.0), true);
}

/// The other side of a feeling. What strengthens it weakens its negation: "not very good".
fn negate(value: f64, strength: f64) -> f64 {
    let plain = if strength > 1.0 { value / strength } else { value };
    if value > 0.0 { -NEGATED * plain } else { (-NEGATED * plain).max(NOT_BAD) }
}
