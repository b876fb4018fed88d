//! Customer effort, in both conventions in use: the share who found it easy, and the mean.

use feedback::{Metric, Score};
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::estimate::{Estimate, number};
use crate::share::share_named;
use crate::upright;

/// How the share is computed, for a reader.
const SHARE_FORMULA: &str = "CES = answers above the middle of the scale (5–7 on 1–7, high = easy) \
                             / n; 95 % interval by Wilson (1927)";
/// How the mean is computed, for a reader.
const MEAN_FORMULA: &str = "mean on 1–7, high = easy, other scales stretched to it; 95 % interval \
                            by Student's t with n − 1 degrees of freedom";

/// The scale of CES 2.0, which means are told on.
const LOWEST: f64 = 1.0;
const HIGHEST: f64 = 7.0;

/// The lowest value that counts as easy on the scale from `min` to `max`, high being easy: the first
/// whole step above the middle, so 5 on 1 to 7 ("at least somewhat agree"), 4 on 1 to 5, 6 on 0 to 10.
pub fn easy_from(min: f64, max: f64) -> f64 {
    let middle = f64::midpoint(min, max);
    min + (middle - min).floor() + 1.0
}

/// A tally of CES answers. CES 2.0 asks whether "the company made it easy for me to handle my issue"
/// (1 strongly disagree to 7 strongly agree); CES 1.0 ran the other way, which `Score::direction`
/// tells. Mean and variance are kept by B. P. Welford's method (Technometrics 4, 1962, 419–420).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Effort {
    /// Answers from [`easy_from`] upwards.
    pub easy: u64,
    /// All answers counted.
    pub n: u64,
    mean: f64,
    squares: f64,
}

impl Effort {
    /// Counts `score` where it is a CES answer on its scale; tells whether it was counted.
    pub fn add(&mut self, score: &Score) -> bool {
        let Some(value) = upright(score).filter(|_| score.metric == Metric::Ces) else {
            return false;
        };
        self.n += 1;
        self.easy += u64::from(value >= easy_from(score.min, score.max));
        let on_seven = LOWEST + (HIGHEST - LOWEST) * (value - score.min) / (score.max - score.min);
        let step = on_seven - self.mean;
        self.mean += step / number(self.n);
        self.squares += step * (on_seven - self.mean);
        true
    }

    /// Counts all that `other` counted, too. Source: T. F. Chan, G. H. Golub and R. J. `LeVeque`,
    /// "Algorithms for computing the sample variance", The American Statistician 37 (1983), 242–247.
    pub fn join(&mut self, other: Self) {
        if other.n == 0 {
            return;
        }
        let (here, there) = (number(self.n), number(other.n));
        let step = other.mean - self.mean;
        self.mean += step * there / (here + there);
        self.squares += other.squares + step * step * here * there / (here + there);
        self.easy += other.easy;
        self.n += other.n;
    }

    /// The share who found it easy, in per cent; `None` where nobody answered.
    pub fn share(&self) -> Option<Estimate> {
        share_named(self.easy, self.n, SHARE_FORMULA)
    }

    /// The mean from 1 (hard) to 7 (easy); `None` where nobody answered. One answer alone tells
    /// nothing of the spread: its interval is the whole scale. Interval: `mean ± t·s/√n`, clipped to
    /// the scale; Student, "The probable error of a mean", Biometrika 6 (1908), 1–25.
    pub fn mean(&self) -> Option<Estimate> {
        if self.n == 0 {
            return None;
        }
        let margin = self.mean_margin().unwrap_or(HIGHEST - LOWEST);
        Some(Estimate {
            value: self.mean,
            n: self.n,
            low: (self.mean - margin).max(LOWEST),
            high: (self.mean + margin).min(HIGHEST),
            formula: MEAN_FORMULA,
        })
    }

    fn mean_margin(&self) -> Option<f64> {
        let freedom = number(self.n) - 1.0;
        let student = StudentsT::new(0.0, 1.0, freedom).ok()?;
        let deviation = (self.squares / freedom).sqrt();
        Some(student.inverse_cdf(0.975) * deviation / number(self.n).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(values: &[f64]) -> Effort {
        let mut tally = Effort::default();
        for value in values {
            assert!(tally.add(&Score::on_default_scale(Metric::Ces, *value)));
        }
        tally
    }

    #[test]
    fn easy_is_above_the_middle() {
        for (min, max, from) in
            [(1.0, 7.0, 5.0), (1.0, 5.0, 4.0), (0.0, 10.0, 6.0), (1.0, 4.0, 3.0)]
        {
            assert_eq!(easy_from(min, max).to_bits(), f64::to_bits(from), "{min} to {max}");
        }
        assert_eq!(tally(&[4.0, 4.9, 5.0, 7.0]).easy, 2);
    }

    /// Sample 1 to 7: mean 4, s = 2.1602, t(6) = 2.4469, so 4 ± 1.9979.
    #[test]
    fn the_mean_has_students_interval() {
        let mean = tally(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]).mean().unwrap();
        assert!((mean.value - 4.0).abs() < 1e-12, "{mean:?}");
        assert!((mean.low - 2.0021).abs() < 1e-3 && (mean.high - 5.9979).abs() < 1e-3, "{mean:?}");
    }

    #[test]
    fn two_tallies_together_are_one() {
        let all = [1.0, 2.0, 2.0, 6.0, 7.0, 7.0, 5.0];
        for cut in 0..=all.len() {
            let (head, tail) = all.split_at(cut);
            let (mut joined, whole) = (tally(head), tally(&all));
            joined.join(tally(tail));
            assert_eq!((joined.n, joined.easy), (whole.n, whole.easy), "{cut}");
            let (joined, whole) = (joined.mean().unwrap(), whole.mean().unwrap());
            for (one, other) in
                [(joined.value, whole.value), (joined.low, whole.low), (joined.high, whole.high)]
            {
                assert!((one - other).abs() < 1e-12, "{cut}: {joined:?} and {whole:?}");
            }
        }
    }

    #[test]
    fn one_answer_tells_nothing_of_the_spread() {
        let mean = tally(&[6.0]).mean().unwrap();
        assert_eq!((mean.low.to_bits(), mean.high.to_bits()), (1f64.to_bits(), 7f64.to_bits()));
        assert_eq!(Effort::default().mean(), None);
        assert_eq!(Effort::default().share(), None);
    }

    #[test]
    fn effort_of_the_first_kind_is_turned_round() {
        let mut hard = Score::on_default_scale(Metric::Ces, 5.0);
        hard.max = 5.0;
        hard.direction = feedback::Direction::LowerIsBetter;
        let mut tally = Effort::default();
        assert!(tally.add(&hard));
        assert_eq!(tally.easy, 0);
        assert!((tally.mean().unwrap().value - 1.0).abs() < 1e-12);
    }
}
