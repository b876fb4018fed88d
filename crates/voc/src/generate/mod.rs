//! Realistic load: seeded, synthetic English and Dutch answers of a telecom company's and a bank's
//! customers, as JSON lines in the native shape, each with the attribute `"synthetic": true`. For
//! trials, demonstrations and tests, where no real answers may be used. The same seed and options
//! give the same bytes on every machine; no clock is read: the start date is an option.

mod customer;
mod dirty;
mod grammar;
mod random;
mod record;
mod story;
mod telling;
mod voice;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

pub use dirty::Dirty;

use customer::Customers;
use grammar::Grammar;
use random::Random;
use story::{Moment, Pools};

/// A language that answers are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// English.
    En,
    /// Dutch.
    Nl,
}

impl Lang {
    /// ISO 639-1.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Nl => "nl",
        }
    }

    const fn index(self) -> usize {
        match self {
            Self::En => 0,
            Self::Nl => 1,
        }
    }
}

/// How somebody feels about what they tell. Scores follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Angry.
    Furious,
    /// Not content.
    Negative,
    /// Neither.
    Neutral,
    /// Content.
    Positive,
    /// Very content.
    Delighted,
}

impl Tone {
    const ALL: [Self; 5] =
        [Self::Furious, Self::Negative, Self::Neutral, Self::Positive, Self::Delighted];

    const fn open_list(self) -> &'static str {
        match self {
            Self::Furious => "open_furious",
            Self::Negative => "open_negative",
            Self::Neutral => "open_neutral",
            Self::Positive => "open_positive",
            Self::Delighted => "open_delighted",
        }
    }

    const fn close_list(self) -> &'static str {
        match self {
            Self::Furious => "close_furious",
            Self::Negative => "close_negative",
            Self::Neutral => "close_neutral",
            Self::Positive => "close_positive",
            Self::Delighted => "close_delighted",
        }
    }

    const fn short_list(self) -> &'static str {
        match self {
            Self::Furious => "short_furious",
            Self::Negative => "short_negative",
            Self::Neutral => "short_neutral",
            Self::Positive => "short_positive",
            Self::Delighted => "short_delighted",
        }
    }
}

/// What to generate.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// How many lines.
    pub count: u64,
    /// When the first answer is given; the others follow over [`Options::days`], in order.
    pub start: Timestamp,
    /// How many days the answers span; at least 1.
    pub days: u32,
    /// The share of answers in Dutch, 0 to 1; the others are English.
    pub dutch: f64,
    /// The share of lines that are damaged, 0 to 1.
    pub dirty: f64,
    /// The share of texts that declare their language, 0 to 1; it is detected for the others.
    pub declared_language: f64,
    /// Whether an outage strikes one region, just past the middle of the span.
    pub surge: bool,
}

impl Options {
    /// `count` lines over four weeks from `start`: half of them Dutch, 2 % damaged, with the outage.
    pub const fn new(count: u64, start: Timestamp) -> Self {
        Self {
            count,
            start,
            days: 28,
            dutch: 0.5,
            dirty: 0.02,
            declared_language: 0.6,
            surge: true,
        }
    }
}

/// What is true of a line; the line itself does not tell (but for `"synthetic": true`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// How the line is damaged, where it is: then nothing else holds.
    pub dirty: Option<Dirty>,
    /// What happened to the person, as the grammar names it; empty for scores and remarks alone.
    pub situations: Vec<Arc<str>>,
    /// The language of the texts.
    pub lang: Lang,
    /// The tone the scores follow; `None` where praise and complaint are mixed.
    pub tone: Option<Tone>,
    /// Whether it belongs to the outage.
    pub surge: bool,
    /// Whether the customer answered before.
    pub returning: bool,
    /// Whether a text has personal data in it (none of a real person).
    pub personal_data: bool,
}

/// One generated line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The line without its line feed: JSON, or what is left of it where it is damaged.
    pub bytes: Vec<u8>,
    /// What is true of it.
    pub truth: Truth,
}

/// Writes lines one by one; memory stays bounded however many there are.
#[derive(Debug)]
pub struct Generator {
    grammar: Arc<Grammar>,
    pools: Pools,
    customers: Customers,
    random: Random,
    seed: u64,
    options: Options,
    written: u64,
}

impl Generator {
    /// Lines as `options` say, drawn from `seed`.
    pub fn new(seed: u64, options: Options) -> Self {
        let grammar = Grammar::load()
            .expect("the embedded grammar is whole: a test of grammar.rs reads it all");
        Self {
            pools: Pools::of(&grammar),
            grammar: Arc::new(grammar),
            customers: Customers::default(),
            random: Random::new(seed),
            seed,
            options,
            written: 0,
        }
    }

    /// When the line after `written` others is said: evenly over the days, each from 6:30 to 23:00,
    /// with some play, never before the line that precedes it.
    fn moment(&mut self) -> Moment {
        const OPENS_SECONDS: f64 = 6.5 * 3600.0;
        const OPEN_SECONDS: f64 = 16.5 * 3600.0;
        #[expect(clippy::cast_precision_loss, reason = "counts of lines stay far below 2^53")]
        let share =
            (self.written as f64 + self.random.fraction()) / self.options.count.max(1) as f64;
        let days = share * f64::from(self.options.days.max(1));
        let seconds = days.floor() * 86_400.0 + OPENS_SECONDS + days.fract() * OPEN_SECONDS;
        #[expect(clippy::cast_possible_truncation, reason = "whole days of a u32, in seconds")]
        let seconds = seconds as i64;
        let at = self
            .options
            .start
            .checked_add(SignedDuration::from_secs(seconds))
            .unwrap_or(Timestamp::MAX);
        Moment { at, share }
    }
}

impl Iterator for Generator {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        if self.written >= self.options.count {
            return None;
        }
        let moment = self.moment();
        self.written += 1;
        let source_id = format!("syn-{:x}-{:07}", self.seed, self.written);
        let mut line = self.answer(&source_id, &moment);
        if self.random.chance(self.options.dirty) {
            let dirty = *self.random.pick(&Dirty::ALL);
            line.bytes = dirty.damage(&line.bytes, &source_id, &mut self.random);
            line.truth.dirty = Some(dirty);
        }
        Some(line)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.options.count - self.written);
        (left.unwrap_or(usize::MAX), left.ok())
    }
}

#[cfg(test)]
mod tests;
