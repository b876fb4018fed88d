//! The sum of what feels good and of what feels bad, and the side it is on.

use feedback::Polarity;

/// VADER's normalising constant (Hutto and Gilbert, 2014).
const ALPHA: f64 = 15.0;
/// How much heavier bad weighs than good (Baumeister and others, "Bad is stronger than good", 2001).
const BAD: f64 = 1.3;
/// From which score on a feeling has a side.
const SIDE: f64 = 0.1;
/// How much of both sides there must be for a mixed feeling, and which share of the stronger one.
const MIXED_MIN: f64 = 1.4;
const MIXED_SHARE: f64 = 0.4;

/// See the module.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Balance {
    /// What feels good, 0 or more.
    pub(crate) good: f64,
    /// What feels bad, 0 or more.
    pub(crate) bad: f64,
}

impl Balance {
    /// Adds a feeling.
    pub(crate) fn add(&mut self, value: f64) {
        if value > 0.0 {
            self.good += value;
        } else {
            self.bad -= value;
        }
    }

    /// Joins another balance to it.
    pub(crate) fn join(&mut self, other: Self) {
        self.good += other.good;
        self.bad += other.bad;
    }

    /// How much feeling there is.
    pub(crate) fn amount(self) -> f64 {
        self.good + self.bad
    }

    /// −1 to 1: s / √(s² + 15) for the sum s = good − 1.3 × bad.
    pub(crate) fn score(self) -> f64 {
        let sum = self.good - BAD * self.bad;
        sum / (sum * sum + ALPHA).sqrt()
    }

    /// Both sides are there, and neither drowns the other.
    pub(crate) fn is_mixed(self) -> bool {
        let (less, more) = (self.good.min(self.bad), self.good.max(self.bad));
        less >= MIXED_MIN && less >= MIXED_SHARE * more
    }

    /// The side it is on.
    pub(crate) fn polarity(self) -> Polarity {
        if self.is_mixed() { Polarity::Mixed } else { side(self.score()) }
    }
}

/// The side of a score.
pub(crate) fn side(score: f64) -> Polarity {
    if score >= SIDE {
        Polarity::Positive
    } else if score <= -SIDE {
        Polarity::Negative
    } else {
        Polarity::Neutral
    }
}
