//! The scores of many answers, each in the tally of its metric.

use feedback::Score;

use crate::{Csat, Effort, Nps};

/// A tally per metric. Ratings have no measure of their own and are not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Scores {
    /// NPS answers.
    pub nps: Nps,
    /// CSAT answers.
    pub csat: Csat,
    /// CES answers.
    pub effort: Effort,
}

impl Scores {
    /// Counts `score` in the tally that takes it; tells whether one did.
    pub fn add(&mut self, score: &Score) -> bool {
        self.nps.add(score) || self.csat.add(score) || self.effort.add(score)
    }

    /// Counts all that `other` counted, too.
    pub fn join(&mut self, other: Self) {
        self.nps.join(other.nps);
        self.csat.join(other.csat);
        self.effort.join(other.effort);
    }
}

#[cfg(test)]
mod tests {
    use feedback::Metric;

    use super::*;

    #[test]
    fn each_score_is_in_the_tally_of_its_metric() {
        let mut scores = Scores::default();
        for metric in [Metric::Nps, Metric::Csat, Metric::Csat, Metric::Ces] {
            assert!(scores.add(&Score::on_default_scale(metric, 5.0)));
        }
        assert!(!scores.add(&Score::on_default_scale(Metric::Rating, 5.0)));
        let mut twice = scores;
        twice.join(scores);
        assert_eq!((scores.nps.n(), scores.csat.n, scores.effort.n), (1, 2, 1));
        assert_eq!((twice.nps.n(), twice.csat.n, twice.effort.n), (2, 4, 2));
    }
}
