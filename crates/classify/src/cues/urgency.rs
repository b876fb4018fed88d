//! How urgent an answer is, from 0 to 1: a stated function of what was found. The page is
//! docs/FEELINGS.md.

use feedback::{Feedback, Flag, ThemeMatch};

use crate::taxonomy::{Kind, Theme};

/// What the gravest problem of severity 5 adds, being certain.
const PROBLEM: f64 = 0.6;
/// What the worst score there is adds.
const SCORE: f64 = 0.3;
/// What the strongest emotion that presses adds.
const EMOTION: f64 = 0.3;
/// What the worst sentiment adds, being certain.
const SENTIMENT: f64 = 0.2;
/// What the greatest effort adds.
const EFFORT: f64 = 0.2;

/// What urgency is made of.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Urgency {
    /// The most pressing phrase, 0 to 1.
    pub(crate) presses: f64,
    /// The strongest of sadness, frustration, anger, fear and disappointment.
    pub(crate) emotion: f64,
    /// −1 to 1, 1 is hard.
    pub(crate) effort: f64,
    /// How bad the sentiment is, 0 to 1, times its confidence.
    pub(crate) bad: f64,
}

/// How much a flag adds.
const fn of_flag(flag: Flag) -> f64 {
    match flag {
        Flag::Safety => 0.8,
        Flag::Vulnerable | Flag::Legal => 0.5,
        Flag::Press => 0.4,
        Flag::ChurnRisk => 0.3,
    }
}

/// The urgency, and the theme whose floor it stands on, where one lifts it.
///
/// urgency = max(floor, 1 − Π (1 − part)), where floor is the greatest `urgency_floor` of the themes
/// found, and the parts are: 0.6 × (severity − 1) / 4 × confidence of the gravest problem; the most
/// pressing phrase of the lexicon; the gravest flag (safety 0.8, vulnerable and legal 0.5, press 0.4,
/// `churn_risk` 0.3); 0.3 × how bad the worst score is, from its scale's middle (0) to its end (1);
/// 0.3 × the strongest of sadness, frustration, anger, fear and disappointment; 0.2 × how bad the
/// sentiment is × its confidence; 0.2 × effort. What is easy or felt good takes nothing away.
pub(crate) fn urgency<'a>(
    feedback: &Feedback,
    themes: &[(&'a Theme, &ThemeMatch)],
    flags: &[Flag],
    of: Urgency,
) -> (f64, Option<&'a Theme>) {
    let problems = themes.iter().filter(|(theme, _)| theme.kind == Kind::Problem);
    let problem = problems
        .map(|(theme, found)| (f64::from(theme.severity) - 1.0) / 4.0 * found.confidence)
        .fold(0.0, f64::max);
    let flag = flags.iter().copied().map(of_flag).fold(0.0, f64::max);
    let badness = feedback.scores.iter().map(|score| 1.0 - 2.0 * score.goodness());
    let score = badness.fold(0.0, f64::max).min(1.0);
    let parts = [
        PROBLEM * problem,
        of.presses,
        flag,
        SCORE * score,
        EMOTION * of.emotion,
        SENTIMENT * of.bad,
        EFFORT * of.effort.max(0.0),
    ];
    let urgency = 1.0 - parts.iter().map(|part| 1.0 - part).product::<f64>();
    let higher = |floor: &f64| *floor > urgency;
    let floors =
        themes.iter().map(|(theme, _)| *theme).filter(|theme| higher(&theme.urgency_floor));
    // Of equal floors the theme with the strongest claim, which comes first.
    let lifts = floors.reduce(
        |one, other| {
            if other.urgency_floor > one.urgency_floor { other } else { one }
        },
    );
    (lifts.map_or(urgency, |theme| theme.urgency_floor), lifts)
}
