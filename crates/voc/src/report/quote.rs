//! A customer's own words, beside the numbers: which are shown, and where their evidence is marked.

use feedback::{Evidence, Feedback, Score, Text};
use jiff::Timestamp;

/// How long a quote is shown at most, in characters; longer texts are cut around their evidence.
const SHOWN_MAX: usize = 420;
/// How much of a cut text stands before its evidence, in characters.
const LEAD: usize = 80;

/// A stretch of a quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    /// The words.
    pub(super) words: String,
    /// Whether they are evidence.
    pub(super) marked: bool,
}

/// What one person said, cut to a readable length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quote {
    /// The words, in order.
    pub(super) segments: Vec<Segment>,
    /// Their language, where it is known.
    pub(super) lang: Option<String>,
    /// Score, channel and day, where they are known.
    pub(super) context: Vec<String>,
    /// The department it is shown for: who is praised, or accountable.
    pub(super) department: Option<String>,
}

impl Quote {
    /// The quote of `text` (the feedback's text number `index`), the places of `evidence` in it
    /// marked.
    pub(super) fn of<'a>(
        feedback: &Feedback,
        text: &Text,
        index: usize,
        evidence: impl Iterator<Item = &'a Evidence>,
    ) -> Self {
        let places = evidence.filter(|place| place.text == index);
        let places = places.map(|place| (place.start, place.end)).collect();
        let score = feedback.scores.first();
        let context = context(score, feedback.channel.as_deref(), feedback.occurred_at);
        Self::marked(text, places, context)
    }

    /// The quote of `text`, these places of it marked. Places outside of the text or inside of a
    /// character are left unmarked.
    pub(super) fn marked(text: &Text, places: Vec<(usize, usize)>, context: Vec<String>) -> Self {
        let words = text.text.as_str();
        let is_place =
            |(start, end): &(usize, usize)| start < end && words.get(*start..*end).is_some();
        let ranges = merged(places.into_iter().filter(is_place).collect());
        Self {
            segments: segments(words, &ranges),
            lang: text.lang.as_ref().map(|lang| lang.code.to_string()),
            context,
            department: None,
        }
    }
}

/// `ranges` in order, those that touch made one.
fn merged(mut ranges: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    ranges.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::with_capacity(ranges.len());
    for (start, end) in ranges {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

/// The window of `words` that is shown, as bytes: all, or around the first place.
fn window(words: &str, ranges: &[(usize, usize)]) -> (usize, usize) {
    let bounds: Vec<usize> = words.char_indices().map(|(at, _)| at).chain([words.len()]).collect();
    if bounds.len() <= SHOWN_MAX {
        return (0, words.len());
    }
    let first = ranges.first().map_or(0, |range| range.0);
    let first = bounds.partition_point(|at| *at < first);
    let start = first.saturating_sub(LEAD).min(bounds.len() - SHOWN_MAX);
    let end = (start + SHOWN_MAX).min(bounds.len() - 1);
    (bounds[start], bounds[end])
}

fn segments(words: &str, ranges: &[(usize, usize)]) -> Vec<Segment> {
    let (from, until) = window(words, ranges);
    let mut segments = Vec::new();
    let mut push = |start: usize, end: usize, marked: bool| {
        if let Some(part) = words.get(start..end).filter(|part| !part.is_empty()) {
            segments.push(Segment { words: part.to_owned(), marked });
        }
    };
    let mut at = from;
    for (start, end) in ranges {
        let (start, end) = ((*start).clamp(from, until), (*end).clamp(from, until));
        push(at, start, false);
        push(start, end, true);
        at = end;
    }
    push(at, until, false);
    if from > 0
        && let Some(first) = segments.first_mut()
    {
        first.words.insert(0, '…');
    }
    if until < words.len()
        && let Some(last) = segments.last_mut()
    {
        last.words.push('…');
    }
    segments
}

/// `words` with a mark in place of each control character, which HTML may not hold and a terminal obeys
/// (line ends and tabs stay).
pub(crate) fn visible(words: &str) -> String {
    let mark = |character: char| match character {
        '\n' | '\t' => character,
        control if control.is_control() => char::REPLACEMENT_CHARACTER,
        other => other,
    };
    words.chars().map(mark).collect()
}

/// Score, channel and day, where they are known.
pub(super) fn context(
    score: Option<&Score>,
    channel: Option<&str>,
    occurred_at: Option<Timestamp>,
) -> Vec<String> {
    let score =
        score.map(|score| format!("{} {}", score.metric.name().to_uppercase(), score.value));
    let day = occurred_at.map(|at| at.strftime("%-d %b %Y").to_string());
    score.into_iter().chain(channel.map(str::to_owned)).chain(day).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn joined(words: &str, ranges: &[(usize, usize)]) -> String {
        segments(words, ranges)
            .into_iter()
            .map(|s| if s.marked { format!("<{}>", s.words) } else { s.words })
            .collect()
    }

    #[test]
    fn evidence_is_marked_once() {
        let ranges = merged(vec![(4, 8), (0, 2), (6, 10)]);
        assert_eq!(joined("ab cdefghij", &ranges), "<ab> c<defghi>j");
        assert_eq!(visible("ok\u{0}\n"), "ok\u{FFFD}\n");
    }

    #[test]
    fn a_long_text_is_cut_around_its_evidence() {
        let words = format!("{}storing{}", "é".repeat(1_000), "x".repeat(1_000));
        let shown = joined(&words, &[(2_000, 2_007)]);
        assert!(shown.starts_with('…') && shown.ends_with('…'), "{shown}");
        assert!(shown.contains("<storing>"));
        assert!(shown.chars().count() <= SHOWN_MAX + 4);
    }

    proptest! {
        #[test]
        fn no_words_are_lost_or_made_up(words in "[a-zé \u{1F600}]{0,60}", a in 0usize..70, b in 0usize..70) {
            let valid: Vec<_> = words.get(a..b).map(|_| (a, b)).into_iter().collect();
            let text: String = segments(&words, &merged(valid)).into_iter().map(|s| s.words).collect();
            prop_assert_eq!(text, words);
        }
    }
}
