//! How many feel well, badly, neither or both.

use feedback::Polarity;

use crate::{Estimate, net_share};

/// A tally of polarities.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mood {
    /// Those who feel well.
    pub positive: u64,
    /// Those who feel badly.
    pub negative: u64,
    /// Those who feel neither.
    pub neutral: u64,
    /// Those who feel both.
    pub mixed: u64,
}

impl Mood {
    /// Counts one.
    pub fn add(&mut self, polarity: Polarity) {
        match polarity {
            Polarity::Positive => self.positive += 1,
            Polarity::Negative => self.negative += 1,
            Polarity::Neutral => self.neutral += 1,
            Polarity::Mixed => self.mixed += 1,
        }
    }

    /// Counts all that `other` counted, too.
    pub fn join(&mut self, other: Self) {
        self.positive += other.positive;
        self.negative += other.negative;
        self.neutral += other.neutral;
        self.mixed += other.mixed;
    }

    /// How many were counted.
    pub fn n(&self) -> u64 {
        self.positive + self.negative + self.neutral + self.mixed
    }

    /// Net sentiment in points, from −100 (all feel badly) to 100 (all feel well), by
    /// [`net_share`]; `None` where nobody was counted.
    pub fn net(&self) -> Option<Estimate> {
        net_share(self.positive, self.negative, self.n())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_counted_once_and_the_net_is_well_less_badly() {
        let mut mood = Mood::default();
        assert_eq!(mood.net(), None);
        for polarity in
            [Polarity::Positive, Polarity::Negative, Polarity::Negative, Polarity::Neutral]
        {
            mood.add(polarity);
        }
        let mut both = mood;
        both.join(Mood { mixed: 4, ..Mood::default() });
        assert_eq!((mood.n(), both.n()), (4, 8));
        assert!((mood.net().unwrap().value - -25.0).abs() < 1e-12, "{mood:?}");
        assert!((both.net().unwrap().value - -12.5).abs() < 1e-12, "{both:?}");
    }
}
