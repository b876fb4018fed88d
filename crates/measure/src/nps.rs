//! The Net Promoter Score.

use feedback::{Metric, Score};

use crate::estimate::Estimate;
use crate::share::net_share_named;
use crate::upright;

/// How value and interval are computed, for a reader.
const FORMULA: &str = "NPS = 100 × (promoters 9–10 − detractors 0–6) / n; 95 % interval by \
                       adjusted Wald (+¾ promoter, +¾ detractor, +3 n; Rocks 2016)";

/// The three groups of answers. They partition the scale: a fractional value belongs to exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NpsGroup {
    /// Below 7.
    Detractor,
    /// From 7, below 9.
    Passive,
    /// 9 and above.
    Promoter,
}

impl NpsGroup {
    /// The group of `value` on the scale 0 to 10; `None` off it.
    pub fn of(value: f64) -> Option<Self> {
        if !(0.0..=10.0).contains(&value) {
            None
        } else if value >= 9.0 {
            Some(Self::Promoter)
        } else if value >= 7.0 {
            Some(Self::Passive)
        } else {
            Some(Self::Detractor)
        }
    }
}

/// A tally of NPS answers.
///
/// `NPS = 100 × (promoters − detractors) / n`, from −100 to 100: F. Reichheld, "The one number you
/// need to grow", Harvard Business Review, December 2003. The interval is [`crate::net_share`]'s.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Nps {
    /// Answers of 9 and above.
    pub promoters: u64,
    /// Answers from 7 to below 9.
    pub passives: u64,
    /// Answers below 7.
    pub detractors: u64,
}

impl Nps {
    /// Counts `score` where it is an NPS answer on the scale 0 to 10 (the only one that NPS is
    /// defined on); tells whether it was counted.
    pub fn add(&mut self, score: &Score) -> bool {
        let on_its_scale = score.metric == Metric::Nps && (score.min, score.max) == (0.0, 10.0);
        let group = upright(score).filter(|_| on_its_scale).and_then(NpsGroup::of);
        match group {
            Some(NpsGroup::Promoter) => self.promoters += 1,
            Some(NpsGroup::Passive) => self.passives += 1,
            Some(NpsGroup::Detractor) => self.detractors += 1,
            None => {}
        }
        group.is_some()
    }

    /// Counts all that `other` counted, too.
    pub fn join(&mut self, other: Self) {
        self.promoters += other.promoters;
        self.passives += other.passives;
        self.detractors += other.detractors;
    }

    /// How many answers were counted.
    pub fn n(&self) -> u64 {
        self.promoters + self.passives + self.detractors
    }

    /// The score in points; `None` where nobody answered.
    pub fn estimate(&self) -> Option<Estimate> {
        net_share_named(self.promoters, self.detractors, self.n(), FORMULA)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// promoters, passives, detractors, NPS, low, high: computed apart from this code.
    #[test]
    fn the_published_values() {
        for (promoters, passives, detractors, value, low, high) in [
            (50, 30, 20, 30.0, 14.05, 44.20),
            (5, 3, 2, 30.0, -19.05, 65.20),
            (10, 0, 0, 100.0, 47.50, 100.0),
            (500, 300, 200, 30.0, 25.08, 34.74),
        ] {
            let got = Nps { promoters, passives, detractors }.estimate().unwrap();
            for (is, should) in [(got.value, value), (got.low, low), (got.high, high)] {
                assert!((is - should).abs() < 0.006, "{got:?} should have {should}");
            }
        }
        assert_eq!(Nps::default().estimate(), None);
    }

    #[test]
    fn a_fraction_belongs_to_one_group() {
        for (value, group) in [
            (0.0, Some(NpsGroup::Detractor)),
            (6.0, Some(NpsGroup::Detractor)),
            (6.5, Some(NpsGroup::Detractor)),
            (6.999, Some(NpsGroup::Detractor)),
            (7.0, Some(NpsGroup::Passive)),
            (8.5, Some(NpsGroup::Passive)),
            (9.0, Some(NpsGroup::Promoter)),
            (10.0, Some(NpsGroup::Promoter)),
            (10.5, None),
            (-0.5, None),
            (f64::NAN, None),
        ] {
            assert_eq!(NpsGroup::of(value), group, "{value}");
        }
    }

    #[test]
    fn only_nps_on_its_own_scale_counts() {
        let mut tally = Nps::default();
        assert!(tally.add(&Score::on_default_scale(Metric::Nps, 9.0)));
        assert!(!tally.add(&Score::on_default_scale(Metric::Csat, 5.0)));
        let mut five_points = Score::on_default_scale(Metric::Nps, 5.0);
        five_points.max = 5.0;
        assert!(!tally.add(&five_points));
        assert!(!tally.add(&Score::on_default_scale(Metric::Nps, 11.0)));
        assert_eq!(tally.n(), 1);
    }

    proptest! {
        #[test]
        fn every_accepted_value_is_in_exactly_one_group(value in 0.0f64..=10.0) {
            let mut tally = Nps::default();
            prop_assert!(tally.add(&Score::on_default_scale(Metric::Nps, value)));
            prop_assert_eq!(tally.n(), 1);
        }
    }
}
