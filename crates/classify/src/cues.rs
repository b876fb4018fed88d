//! What the customer wants, how urgent it is, what it cost them, what they feel: from the themes, and
//! from the phrases of the lexicons. A first reading, by small lists.

use std::collections::BTreeMap;

use feedback::{Emotion, Feedback, Intent, Polarity, ThemeMatch};

use crate::document::Document;
use crate::program::{Cue, Program};
use crate::taxonomy::{Kind, Theme};

/// How much of a problem's severity, times its confidence, is urgency.
const URGENCY_OF_SEVERITY: f64 = 0.8;

/// The phrases found, by what they tell. Negated ones tell nothing.
#[derive(Debug, Default)]
pub(crate) struct Cues {
    suggests: bool,
    asks: bool,
    urgency: f64,
    efforts: Vec<f64>,
    emotions: BTreeMap<String, f64>,
}

impl Cues {
    /// The emotions, strongest first.
    pub(crate) fn emotions(&self) -> Vec<Emotion> {
        let emotion = |(name, intensity): (&String, &f64)| Emotion {
            name: name.clone(),
            intensity: *intensity,
        };
        let mut emotions: Vec<Emotion> = self.emotions.iter().map(emotion).collect();
        emotions.sort_by(|one, other| other.intensity.total_cmp(&one.intensity));
        emotions
    }

    /// The mean of what the phrases say, where there are any.
    pub(crate) fn effort(&self) -> Option<f64> {
        let count = u32::try_from(self.efforts.len()).ok().filter(|count| *count > 0)?;
        Some(self.efforts.iter().sum::<f64>() / f64::from(count))
    }
}

/// Collects the cues of a document. A text that ends in a question mark asks.
pub(crate) fn read(program: &Program, document: &Document, feedback: &Feedback, cues: &mut Cues) {
    for (cue, first, last) in &document.cues {
        let Some(cue) = program.cues.get(*cue) else { continue };
        if document.is_negated(*first, *last) || is_agents(document, *first) {
            continue;
        }
        match cue {
            Cue::Intent(Intent::Question) => cues.asks = true,
            Cue::Intent(_) => cues.suggests = true,
            Cue::Urgency(value) => cues.urgency = cues.urgency.max(*value),
            Cue::Effort(value) => cues.efforts.push(*value),
            Cue::Emotion(name, value) => {
                let known = cues.emotions.entry(name.clone()).or_insert(0.0);
                *known = known.max(*value);
            }
            Cue::Valence(_) | Cue::NotNegating => {}
        }
    }
    cues.asks |= feedback
        .texts
        .iter()
        .filter(|text| feedback.is_respondents(text))
        .any(|text| text.text.as_str().trim_end().ends_with('?'));
}

fn is_agents(document: &Document, token: usize) -> bool {
    let after = document.sentences.partition_point(|sentence| sentence.first <= token);
    after.checked_sub(1).is_some_and(|index| document.sentences[index].by_agent)
}

/// What the customer wants: the strongest theme that is a problem or praise decides; then a
/// suggestion, a question, the feeling.
pub(crate) fn intent(
    themes: &[(&Theme, &ThemeMatch)],
    label: Option<Polarity>,
    cues: &Cues,
) -> Intent {
    let decided = themes.iter().find_map(|(theme, _)| match theme.kind {
        Kind::Problem => Some(Intent::Complaint),
        Kind::Praise => Some(Intent::Praise),
        Kind::Topic => None,
    });
    match (decided, label) {
        (Some(intent), _) => intent,
        _ if cues.suggests => Intent::Suggestion,
        _ if cues.asks => Intent::Question,
        (_, Some(Polarity::Positive)) => Intent::Praise,
        (_, Some(Polarity::Negative)) => Intent::Complaint,
        _ => Intent::Other,
    }
}

/// The greatest of: the phrases' urgency, the themes' floors, and 0.8 × (severity − 1) / 4 ×
/// confidence of each problem.
pub(crate) fn urgency(themes: &[(&Theme, &ThemeMatch)], cues: &Cues) -> f64 {
    themes.iter().fold(cues.urgency, |urgency, (theme, found)| {
        let severity = match theme.kind {
            Kind::Problem => (f64::from(theme.severity) - 1.0) / 4.0,
            Kind::Topic | Kind::Praise => 0.0,
        };
        urgency.max(theme.urgency_floor).max(severity * found.confidence * URGENCY_OF_SEVERITY)
    })
}
