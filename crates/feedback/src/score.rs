//! Scores and their scales.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::number;

/// What a score measures.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Net Promoter Score's question, 0 to 10.
    Nps,
    /// Customer satisfaction, by default 1 to 5.
    Csat,
    /// Customer effort, by default 1 to 7, high = easy.
    Ces,
    /// Any other rating (stars).
    Rating,
}

impl Metric {
    /// All metrics, in the order of their names on the wire.
    pub const ALL: [Self; 4] = [Self::Nps, Self::Csat, Self::Ces, Self::Rating];

    /// Each with its name, for the configuration.
    pub const CHOICES: [(&'static str, Self); 4] =
        [("nps", Self::Nps), ("csat", Self::Csat), ("ces", Self::Ces), ("rating", Self::Rating)];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nps => "nps",
            Self::Csat => "csat",
            Self::Ces => "ces",
            Self::Rating => "rating",
        }
    }

    /// The metric of that name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.name().eq_ignore_ascii_case(name))
    }

    /// The scale where none is given: NPS 0–10, CSAT and ratings 1–5, CES 1–7.
    pub const fn default_scale(self) -> (f64, f64) {
        match self {
            Self::Nps => (0.0, 10.0),
            Self::Csat | Self::Rating => (1.0, 5.0),
            Self::Ces => (1.0, 7.0),
        }
    }
}

/// Which end of a scale is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// A high value is good (the default).
    HigherIsBetter,
    /// A low value is good (CES 1.0: high = effort).
    LowerIsBetter,
}

impl Direction {
    /// Each with its name, for the configuration.
    pub const CHOICES: [(&'static str, Self); 2] =
        [("higher_is_better", Self::HigherIsBetter), ("lower_is_better", Self::LowerIsBetter)];
}

/// One score on its scale. `min <= value <= max` holds for every score that ingest lets pass.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    /// What it measures.
    pub metric: Metric,
    /// The question it answers, where the source tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question_id: Option<String>,
    /// The value, on the scale.
    #[serde(serialize_with = "number::serialize_plain")]
    pub value: f64,
    /// The lowest value of the scale.
    #[serde(serialize_with = "number::serialize_plain")]
    pub min: f64,
    /// The highest value of the scale.
    #[serde(serialize_with = "number::serialize_plain")]
    pub max: f64,
    /// Which end is good.
    pub direction: Direction,
}

impl Score {
    /// A score on its metric's default scale, higher being better.
    pub fn on_default_scale(metric: Metric, value: f64) -> Self {
        let (min, max) = metric.default_scale();
        Self { metric, question_id: None, value, min, max, direction: Direction::HigherIsBetter }
    }

    /// Where the value lies on its scale, 0 the bad end, 1 the good one.
    pub fn goodness(&self) -> f64 {
        let share =
            if self.max > self.min { (self.value - self.min) / (self.max - self.min) } else { 0.5 };
        match self.direction {
            Direction::HigherIsBetter => share,
            Direction::LowerIsBetter => 1.0 - share,
        }
    }

    /// The value as it would stand on its metric's default scale, where a high value is good, rounded
    /// to four decimals: what `score.csat <= 2` compares, whatever the scale that was asked on. A
    /// score given on that scale is as it was given.
    pub fn on_default(&self) -> f64 {
        let (low, high) = self.metric.default_scale();
        let is_default = (self.min, self.max) == (low, high);
        if is_default && self.direction == Direction::HigherIsBetter {
            return self.value;
        }
        number::rounded(low + self.goodness() * (high - low))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_scale_is_compared_on_the_default_one() {
        use Direction::{HigherIsBetter, LowerIsBetter};
        for (metric, value, (min, max), direction, expected) in [
            (Metric::Nps, 6.5, (0.0, 10.0), HigherIsBetter, 6.5),
            (Metric::Nps, 60.0, (0.0, 100.0), HigherIsBetter, 6.0),
            (Metric::Nps, 1.0, (1.0, 5.0), HigherIsBetter, 0.0),
            (Metric::Csat, 9.0, (1.0, 10.0), HigherIsBetter, 4.5556),
            (Metric::Csat, 1.0, (1.0, 5.0), LowerIsBetter, 5.0),
            (Metric::Csat, 3.0, (-1.0, 3.0), LowerIsBetter, 1.0),
            (Metric::Rating, 60.0, (0.0, 100.0), HigherIsBetter, 3.4),
            (Metric::Rating, 10.0, (0.0, 10.0), HigherIsBetter, 5.0),
            // CES 1.0: five points, a high one being much effort.
            (Metric::Ces, 5.0, (1.0, 5.0), LowerIsBetter, 1.0),
            (Metric::Ces, 2.0, (1.0, 5.0), LowerIsBetter, 5.5),
            (Metric::Ces, 7.0, (1.0, 7.0), LowerIsBetter, 1.0),
        ] {
            let score = Score { metric, question_id: None, value, min, max, direction };
            assert!((score.on_default() - expected).abs() < 1e-9, "{score:?}");
        }
    }
}
