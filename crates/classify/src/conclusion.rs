//! From what a record's texts say to its classification: themes by their claims, feelings, flags,
//! urgency, the one accountable department, and the reasons.

use std::sync::Arc;

use feedback::condition::Facts;
use feedback::{
    Because, Classification, Evidence, Feedback, Flag, Polarity, Sentiment, ThemeMatch, ThemeSource,
};

use crate::accountable::{self, by_claim, claim};
use crate::classifier::{Reading, ThemeFound};
use crate::cues::{self, Cues, Urgency};
use crate::engine::Engine;
use crate::messages::{Messages, because, of_rule, of_theme};
use crate::sentiment::{self, Said};
use crate::taxonomy::{Kind, Theme};

/// How many places are kept as a theme's evidence.
const EVIDENCE_MAX: usize = 16;

/// The classification of `feedback`, whose texts say `reading`.
pub(crate) fn conclude(engine: &Engine, feedback: &Feedback, reading: Reading) -> Classification {
    let Reading { themes: found, said, cues } = reading;
    let messages = engine.messages();
    let mut because = Vec::new();
    let mut untagged = Vec::new();
    let mut themes: Vec<(&Theme, ThemeMatch)> = Vec::with_capacity(found.len());
    for found in found {
        let Some(theme) = engine.themes.get(found.theme) else { continue };
        for (rule, sentences) in &found.negated {
            let message = messages.negated_match(*sentences);
            untagged.push(of_rule("negated_match", message, theme, Arc::clone(rule)));
        }
        if let (Some(rule), true) = (&found.turned, found.evidence.is_empty()) {
            let message = messages.turned_match(theme.kind).to_owned();
            untagged.push(of_rule("turned_match", message, theme, Arc::clone(rule)));
        }
        themes.extend(theme_match(theme, found).map(|found| (theme, found)));
    }
    themes.sort_by(|one, other| {
        let of =
            |(theme, found): &(&Theme, ThemeMatch)| claim(theme, found.confidence, found.polarity);
        by_claim((one.0, of(one)), (other.0, of(other)))
    });
    for (theme, found) in &themes {
        let message = messages.matched(theme.kind, theme.severity, found.evidence.len());
        let rule = found.evidence.first().map(|evidence| Arc::clone(&evidence.rule));
        because.push(Because { rule, ..of_theme("matched", message, theme) });
    }
    because.append(&mut untagged);
    let found: Vec<(&Theme, &ThemeMatch)> =
        themes.iter().map(|(theme, found)| (*theme, found)).collect();
    let of_kind = |kind: Kind| found.iter().filter(move |(theme, _)| theme.kind == kind);
    let most = |kind: Kind| of_kind(kind).map(|(_, found)| found.confidence).fold(0.0, f64::max);
    let said = Said { problem: most(Kind::Problem), praise: most(Kind::Praise), ..said };
    if said.sarcastic {
        because.push(self::because("sarcasm", messages.sarcasm()));
    }
    let flags = flags(messages, &found, &cues, &mut because);
    let (felt, lifted) = Felt::of(feedback, &found, said, (&cues, flags));
    if let Some(theme) = lifted {
        let message = messages.urgency_floor(theme.urgency_floor);
        because.push(of_theme("urgency_floor", message, theme));
    }
    let facts = Facts {
        sentiment: felt.label(),
        intent: Some(felt.intent),
        urgency: Some(felt.urgency),
        flags: &felt.flags,
        ..Facts::of(feedback)
    };
    let accountable = accountable::decide(engine, &found, facts, &mut because);
    Classification {
        taxonomy: Arc::clone(&engine.version),
        engine: Arc::clone(&engine.name),
        uncategorised: themes.is_empty(),
        themes: themes
            .into_iter()
            .zip(accountable.of_themes)
            .map(|((_, found), of)| ThemeMatch { department: Some(of), ..found })
            .collect(),
        sentiment: felt.sentiment,
        emotions: cues.emotions.told(),
        effort: cues.effort(),
        intent: felt.intent,
        urgency: felt.urgency,
        flags: felt.flags,
        department: accountable.department,
        contributors: accountable.contributors,
        because,
    }
}

/// Those of the themes, and those that phrases raise, which because[] tells.
fn flags(
    messages: Messages,
    themes: &[(&Theme, &ThemeMatch)],
    cues: &Cues,
    because: &mut Vec<Because>,
) -> Vec<Flag> {
    let mut flags: Vec<Flag> =
        themes.iter().flat_map(|(theme, _)| theme.flags.iter().copied()).collect();
    for flag in cues.flags() {
        if !flags.contains(&flag) {
            because.push(self::because("flag", messages.flag(flag)));
            flags.push(flag);
        }
    }
    flags.sort_unstable();
    flags.dedup();
    flags
}

/// What follows from the themes and the feelings together.
struct Felt {
    sentiment: Option<Sentiment>,
    intent: feedback::Intent,
    flags: Vec<Flag>,
    urgency: f64,
}

impl Felt {
    fn label(&self) -> Option<Polarity> {
        self.sentiment.as_ref().map(|sentiment| sentiment.label)
    }

    /// With the theme that lifted the urgency to its floor, if one did.
    fn of<'a>(
        feedback: &Feedback,
        themes: &[(&'a Theme, &ThemeMatch)],
        said: Said,
        (cues, flags): (&Cues, Vec<Flag>),
    ) -> (Self, Option<&'a Theme>) {
        let sentiment = sentiment::overall(feedback, said);
        let label = sentiment.as_ref().map(|sentiment| sentiment.label);
        let bad = |sentiment: &Sentiment| (-sentiment.score).max(0.0) * sentiment.confidence;
        let parts = Urgency {
            presses: cues.presses,
            emotion: cues.emotions.pressing(),
            effort: cues.effort().unwrap_or_default(),
            bad: sentiment.as_ref().map_or(0.0, bad),
        };
        let (urgency, lifted) = cues::urgency(feedback, themes, &flags, parts);
        let intent = cues::intent(themes, label, cues);
        (Self { sentiment, intent, flags, urgency }, lifted)
    }
}

/// Where evidence stands: its order in the output.
fn place(evidence: &Evidence) -> (usize, usize, usize, &str) {
    (evidence.text, evidence.start, evidence.end, &evidence.rule)
}

/// A theme's confidence is that of its matches together, 1 − Π (1 − c), where c is 0.6 for a match of
/// one word and 0.8 for one of several; at most 0.99.
fn confidence(doubt: f64) -> f64 {
    (1.0 - doubt).min(0.99)
}

/// The theme as found; `None` where nothing shows it.
fn theme_match(theme: &Theme, mut found: ThemeFound) -> Option<ThemeMatch> {
    if found.evidence.is_empty() {
        return None;
    }
    found.evidence.sort_by(|one, other| place(one).cmp(&place(other)));
    found.evidence.truncate(EVIDENCE_MAX);
    let polarity = match theme.kind {
        Kind::Problem => Polarity::Negative,
        Kind::Praise => Polarity::Positive,
        Kind::Topic => found.balance.polarity(),
    };
    Some(ThemeMatch {
        id: theme.id.clone(),
        path: theme.path.clone(),
        by: ThemeSource::Rule,
        confidence: confidence(found.doubt),
        polarity,
        department: None,
        evidence: found.evidence,
    })
}
