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
}
