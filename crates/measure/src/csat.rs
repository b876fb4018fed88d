//! Customer satisfaction, as the share of the satisfied (top-2-box), never the mean.

use feedback::{Metric, Score};

use crate::estimate::Estimate;
use crate::share::share_named;
use crate::upright;

/// How value and interval are computed, for a reader.
const FORMULA: &str = "CSAT = satisfied / n, satisfied being the two best points (4–5 on 1–5; the \
                       best of 3, the best three of 10); 95 % interval by Wilson (1927)";

/// The longest scale whose points a respondent picks one by one (0 to 10).
const POINTS_MAX: f64 = 11.0;

/// The lowest value that counts as satisfied on the scale from `min` to `max`, high being good.
///
/// Which points count is a convention; this is the one Formbricks publishes: 3 points {3}, 4 {3,4},
/// 5 {4,5}, 6 {5,6}, 7 {6,7}, 10 {8,9,10} (<https://github.com/formbricks/formbricks/pull/7128>). Two
/// points: the better one; 8 and 9: the best two; 11 (0 to 10): {8,9,10}. On a longer or a fractional
/// scale (0 to 100, 0 to 1): from three quarters of its length, where 4 stands on 1 to 5.
pub fn satisfied_from(min: f64, max: f64) -> f64 {
    let points = max - min + 1.0;
    if points.fract() != 0.0 || !(3.0..=POINTS_MAX).contains(&points) {
        return if (min, max) == (0.0, 1.0) { 1.0 } else { min + 0.75 * (max - min) };
    }
    let boxes = if points <= 3.0 {
        1.0
    } else if points < 10.0 {
        2.0
    } else {
        3.0
    };
    max - boxes + 1.0
}

/// A tally of CSAT answers. Between two points of the scale a fraction counts as the lower one, so
/// that every accepted value is either satisfied or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Csat {
    /// Answers from [`satisfied_from`] upwards.
    pub satisfied: u64,
    /// All answers counted.
    pub n: u64,
}

impl Csat {
    /// Counts `score` where it is a CSAT answer on its scale; tells whether it was counted.
    pub fn add(&mut self, score: &Score) -> bool {
        let value = upright(score).filter(|_| score.metric == Metric::Csat);
        if let Some(value) = value {
            self.n += 1;
            self.satisfied += u64::from(value >= satisfied_from(score.min, score.max));
        }
        value.is_some()
    }

    /// Counts all that `other` counted, too.
    pub fn join(&mut self, other: Self) {
        self.satisfied += other.satisfied;
        self.n += other.n;
    }

    /// The share of the satisfied in per cent; `None` where nobody answered.
    pub fn estimate(&self) -> Option<Estimate> {
        share_named(self.satisfied, self.n, FORMULA)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_satisfied_points_of_each_scale() {
        for (min, max, from) in [
            (1.0, 2.0, 1.75),
            (0.0, 1.0, 1.0),
            (1.0, 3.0, 3.0),
            (1.0, 4.0, 3.0),
            (1.0, 5.0, 4.0),
            (0.0, 4.0, 3.0),
            (1.0, 6.0, 5.0),
            (1.0, 7.0, 6.0),
            (1.0, 10.0, 8.0),
            (0.0, 10.0, 8.0),
            (0.0, 100.0, 75.0),
        ] {
            assert_eq!(satisfied_from(min, max).to_bits(), f64::to_bits(from), "{min} to {max}");
        }
    }

    /// A vendor's help page divides these 19 answers by 17 and shows 76.5 %.
    #[test]
    fn every_answer_is_in_the_denominator() {
        let mut tally = Csat::default();
        for (value, times) in [(5.0, 9), (4.0, 4), (3.0, 3), (2.0, 2), (1.0, 1)] {
            for _ in 0..times {
                assert!(tally.add(&Score::on_default_scale(Metric::Csat, value)));
            }
        }
        let estimate = tally.estimate().unwrap();
        assert_eq!(estimate.n, 19);
        assert!((estimate.value - 68.42).abs() < 0.01, "{estimate:?}");
        assert!((estimate.low - 46.0).abs() < 0.05 && (estimate.high - 84.6).abs() < 0.05);
    }

    proptest! {
        #[test]
        fn turning_the_scale_round_changes_nothing(value in 1u8..=5) {
            let mut score = Score::on_default_scale(Metric::Csat, f64::from(value));
            let (mut upright, mut reversed) = (Csat::default(), Csat::default());
            upright.add(&score);
            score.value = 6.0 - score.value;
            score.direction = feedback::Direction::LowerIsBetter;
            reversed.add(&score);
            prop_assert_eq!(upright, reversed);
        }
    }
}
