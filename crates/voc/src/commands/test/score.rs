//! Precision, recall and F1 of what was found against what was labelled, per theme and over all.

use std::collections::{BTreeMap, BTreeSet};

use feedback::{ThemeId, number};
use serde::Serialize;

use crate::floor::{Measure, Part};

/// How often a theme was found rightly, wrongly, or missed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Counts {
    /// Labelled and found.
    pub(super) right: usize,
    /// Found and not labelled.
    pub(super) extra: usize,
    /// Labelled and not found.
    pub(super) missed: usize,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.right += other.right;
        self.extra += other.extra;
        self.missed += other.missed;
    }
}

/// Shares from 0 to 1: precision = right / (right + extra), recall = right / (right + missed), and F1,
/// their harmonic mean = 2 right / (2 right + extra + missed). A share of nothing is 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub(super) struct Score {
    #[serde(serialize_with = "number::serialize_rounded")]
    pub(super) precision: f64,
    #[serde(serialize_with = "number::serialize_rounded")]
    pub(super) recall: f64,
    #[serde(serialize_with = "number::serialize_rounded")]
    pub(super) f1: f64,
}

impl From<Counts> for Score {
    fn from(counts: Counts) -> Self {
        let Counts { right, extra, missed } = counts;
        Self {
            precision: share(right, right + extra),
            recall: share(right, right + missed),
            f1: share(2 * right, 2 * right + extra + missed),
        }
    }
}

fn share(part: usize, whole: usize) -> f64 {
    let exact = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { exact(part) / exact(whole) }
}

/// The counts of every theme that was labelled or found.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) themes: BTreeMap<ThemeId, Counts>,
}

impl Tally {
    /// Counts one text.
    pub(super) fn count(&mut self, labelled: &BTreeSet<ThemeId>, found: &BTreeSet<ThemeId>) {
        for theme in labelled.union(found) {
            let one = Counts {
                right: usize::from(labelled.contains(theme) && found.contains(theme)),
                extra: usize::from(!labelled.contains(theme)),
                missed: usize::from(!found.contains(theme)),
            };
            self.themes.entry(theme.clone()).or_default().add(one);
        }
    }

    /// Over all labels together: a frequent theme weighs more.
    pub(super) fn micro(&self) -> Score {
        let mut all = Counts::default();
        self.themes.values().for_each(|counts| all.add(*counts));
        Score::from(all)
    }

    /// The mean over the themes that were labelled or found: each weighs the same.
    pub(super) fn macro_mean(&self) -> Score {
        let scores: Vec<Score> = self.themes.values().map(|counts| Score::from(*counts)).collect();
        let count = share(scores.len(), 1);
        let mean = |of: fn(&Score) -> f64| {
            if scores.is_empty() { 0.0 } else { scores.iter().map(of).sum::<f64>() / count }
        };
        Score {
            precision: mean(|score| score.precision),
            recall: mean(|score| score.recall),
            f1: mean(|score| score.f1),
        }
    }

    /// The value of a measure; 0 of a theme that was neither labelled nor found.
    pub(super) fn measure(&self, measure: &Measure) -> f64 {
        let (score, part) = match measure {
            Measure::Micro(part) => (self.micro(), part),
            Measure::Macro(part) => (self.macro_mean(), part),
            Measure::Theme(theme, part) => {
                (self.themes.get(theme).copied().unwrap_or_default().into(), part)
            }
        };
        match part {
            Part::Precision => score.precision,
            Part::Recall => score.recall,
            Part::F1 => score.f1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::floor::Floor;

    fn set(names: &[&str]) -> BTreeSet<ThemeId> {
        names.iter().map(|name| ThemeId::new(name).unwrap()).collect()
    }

    fn measure(name: &str) -> Measure {
        Floor::new(name, 0.0).unwrap().measure
    }

    /// Two themes, counted by hand: `x.a` right twice and missed once, `x.b` right once and extra twice.
    fn tally() -> Tally {
        let mut tally = Tally::default();
        tally.count(&set(&["x.a", "x.b"]), &set(&["x.a", "x.b"]));
        tally.count(&set(&["x.a"]), &set(&["x.a", "x.b"]));
        tally.count(&set(&["x.a"]), &set(&["x.b"]));
        tally.count(&set(&[]), &set(&[]));
        tally
    }

    #[test]
    fn counts_by_hand() {
        let tally = tally();
        let theme = |name| ThemeId::new(name).unwrap();
        assert_eq!(tally.themes[&theme("x.a")], Counts { right: 2, extra: 0, missed: 1 });
        assert_eq!(tally.themes[&theme("x.b")], Counts { right: 1, extra: 2, missed: 0 });
        for (name, expected) in [
            ("micro_precision", 0.6),
            ("micro_recall", 0.75),
            ("micro_f1", 2.0 / 3.0),
            ("macro_precision", f64::midpoint(1.0, 1.0 / 3.0)),
            ("macro_f1", f64::midpoint(0.8, 0.5)),
            ("x.a", 0.8),
            ("x.a.recall", 2.0 / 3.0),
            ("x.b.precision", 1.0 / 3.0),
            ("x.c", 0.0),
        ] {
            let value = tally.measure(&measure(name));
            assert!((value - expected).abs() < 1e-9, "{name}: {value}");
        }
    }

    #[test]
    fn of_nothing_is_nothing() {
        assert_eq!(Tally::default().micro(), Score::default());
        assert_eq!(Tally::default().macro_mean(), Score::default());
    }
}
