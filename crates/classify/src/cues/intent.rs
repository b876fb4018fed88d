//! What the customer wants.

use feedback::{Intent, Polarity, ThemeMatch};

use super::Cues;
use crate::taxonomy::{Kind, Theme};

/// From which severity on a problem is a complaint, however it is put.
const GRAVE: u8 = 4;

/// What the customer wants, by the first of these that holds:
///
/// 1. a problem of severity 4 or more: a complaint;
/// 2. something is suggested, unless the strongest theme is praise or all is felt as bad beside a
///    problem: a suggestion;
/// 3. something is asked, and no problem or praise is found: a question;
/// 4. the strongest theme that is a problem or praise: a complaint, or praise;
/// 5. the feeling: praise or a complaint; a mixed one is a complaint;
/// 6. other.
pub(crate) fn intent(
    themes: &[(&Theme, &ThemeMatch)],
    label: Option<Polarity>,
    cues: &Cues,
) -> Intent {
    let decides = themes.iter().find_map(|(theme, _)| match theme.kind {
        Kind::Problem => Some(Intent::Complaint),
        Kind::Praise => Some(Intent::Praise),
        Kind::Topic => None,
    });
    let is_grave =
        |(theme, _): &(&Theme, &ThemeMatch)| theme.kind == Kind::Problem && theme.severity >= GRAVE;
    let complains = decides == Some(Intent::Complaint) && label == Some(Polarity::Negative);
    match decides {
        _ if themes.iter().any(is_grave) => Intent::Complaint,
        _ if cues.suggests && decides != Some(Intent::Praise) && !complains => Intent::Suggestion,
        None if cues.asks => Intent::Question,
        Some(intent) => intent,
        None => match label {
            Some(Polarity::Positive) => Intent::Praise,
            Some(Polarity::Negative | Polarity::Mixed) => Intent::Complaint,
            Some(Polarity::Neutral) | None => Intent::Other,
        },
    }
}
