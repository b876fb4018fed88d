//! Which stretches of a text are marked, and as what: what counted for a theme, what a negation turned,
//! and what of a rule that was asked for is there.

use super::Told;

/// What a stretch of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// It shows a theme that is felt so.
    Theme(&'static str),
    /// A negation turned it.
    Negated,
    /// It belongs to the rule that was asked for.
    Asked,
}

impl Mark {
    /// Its name, for styles.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Theme(polarity) => polarity,
            Self::Negated => "negated",
            Self::Asked => "asked",
        }
    }
}

/// A stretch of a text, in UTF-8 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Stretch {
    start: usize,
    end: usize,
    mark: Mark,
}

/// A text in pieces, those that are marked among them, in order.
pub(super) fn pieces(told: &Told, index: usize) -> Vec<(&str, Option<Mark>)> {
    let text = told.feedback.texts.get(index).map_or("", |text| text.text.as_str());
    let mut stretches = stretches(told, index);
    stretches.sort_unstable();
    let mut pieces = Vec::new();
    let mut at = 0;
    for Stretch { start, end, mark } in stretches {
        let (Some(before), Some(within)) = (text.get(at..start), text.get(start..end)) else {
            // It overlaps one that begins before it.
            continue;
        };
        pieces.push((before, None));
        pieces.push((within, Some(mark)));
        at = end;
    }
    pieces.push((text.get(at..).unwrap_or_default(), None));
    pieces.retain(|(words, _)| !words.is_empty());
    pieces
}

fn stretches(told: &Told, index: usize) -> Vec<Stretch> {
    if told.only.is_some() {
        let places = told.asked.iter().flat_map(|(rule, _)| &rule.places);
        let own = places.filter(|place| place.text == index);
        return own
            .map(|place| Stretch { start: place.start, end: place.end, mark: Mark::Asked })
            .collect();
    }
    let themes = &told.explanation.classification.themes;
    let shown = themes.iter().flat_map(|theme| {
        let mark = Mark::Theme(theme.polarity.name());
        theme
            .evidence
            .iter()
            .map(move |evidence| (evidence.text, evidence.start, evidence.end, mark))
    });
    let turned = told.explanation.matched.iter().flat_map(|rule| &rule.places);
    let turned = turned
        .filter(|place| place.negated)
        .map(|place| (place.text, place.start, place.end, Mark::Negated));
    shown
        .chain(turned)
        .filter(|(text, ..)| *text == index)
        .map(|(_, start, end, mark)| Stretch { start, end, mark })
        .collect()
}
