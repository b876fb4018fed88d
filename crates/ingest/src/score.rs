//! Scores as records give them, checked against their scale. A fraction is as good as a whole
//! number; a value off its scale, or a scale that is empty, is a reject.

use feedback::{Direction, Metric, Score};
use serde::Deserialize;

use crate::{Reject, RejectCode};

/// A score as written in JSON: its scale is the metric's where none is given.
#[derive(Deserialize)]
pub(crate) struct ScoreInput {
    metric: String,
    value: f64,
    #[serde(default)]
    min: Option<f64>,
    #[serde(default)]
    max: Option<f64>,
    #[serde(default)]
    question_id: Option<String>,
    #[serde(default)]
    direction: Option<Direction>,
}

impl ScoreInput {
    /// The score, checked.
    pub(crate) fn checked(self) -> Result<Score, Reject> {
        let metric = Metric::from_name(&self.metric).ok_or_else(|| {
            Reject::new(
                RejectCode::UnknownMetric,
                "a score's metric must be nps, csat, ces or rating",
            )
        })?;
        let mut score = Score::on_default_scale(metric, self.value);
        score.min = self.min.unwrap_or(score.min);
        score.max = self.max.unwrap_or(score.max);
        score.question_id = self.question_id;
        score.direction = self.direction.unwrap_or(score.direction);
        checked(score)
    }
}

/// The score, if it lies on its scale.
pub(crate) fn checked(score: Score) -> Result<Score, Reject> {
    let (name, min, max) = (score.metric.name(), score.min, score.max);
    if min >= max {
        let message = format!("the scale of {name} is empty: its min must be below its max");
        return Err(Reject::new(RejectCode::ScoreOffScale, message));
    }
    if score.value < min || score.value > max {
        let message = format!("the value of {name} lies outside its scale, {min} to {max}");
        return Err(Reject::new(RejectCode::ScoreOffScale, message));
    }
    Ok(score)
}
