//! What voc counts, as numbers that carry their uncertainty: each is an [`Estimate`] with n, a 95 %
//! interval and the formula in words. NPS, CSAT and CES are tallies fed with one score at a time, so
//! memory is constant however many answers there are. Nothing here does I/O or reads a clock.

mod csat;
mod effort;
mod estimate;
mod mood;
mod nps;
mod scores;
mod share;

pub use csat::{Csat, satisfied_from};
pub use effort::{Effort, easy_from};
pub use estimate::Estimate;
pub use mood::Mood;
pub use nps::{Nps, NpsGroup};
pub use scores::Scores;
pub use share::{net_share, share};

use feedback::{Direction, Score};

/// `score` turned so that high is good: a reversed scale (CES 1.0, where high is effort) is
/// mirrored about its middle. `None` for a value that is no number or off its scale, or a scale
/// without width: such a score is not measured, and the tallies say so.
fn upright(score: &Score) -> Option<f64> {
    let Score { value, min, max, .. } = *score;
    let on_scale = min.is_finite() && max.is_finite() && min < max && min <= value && value <= max;
    if !on_scale {
        return None;
    }
    Some(match score.direction {
        Direction::HigherIsBetter => value,
        Direction::LowerIsBetter => min + max - value,
    })
}
