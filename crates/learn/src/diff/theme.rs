//! What is counted of one theme, and the texts shown for it.

use feedback::{Evidence, FeedbackId, Polarity, Score, Text};
use jiff::Timestamp;
use measure::{Mood, Scores};

use super::comparison::Sides;
use super::flow::Flow;
use super::verdict::{Fate, Tagged, Verdict};
use crate::{Rank, Sample};

/// A text that one side handles otherwise than the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// The feedback.
    pub id: FeedbackId,
    /// The text that shows it, redacted.
    pub text: Text,
    /// The places in it that show it: UTF-8 bytes, first and one past the last.
    pub evidence: Vec<(usize, usize)>,
    /// The feedback's first score.
    pub score: Option<Score>,
    /// The channel it came by.
    pub channel: Option<String>,
    /// When it was said.
    pub occurred_at: Option<Timestamp>,
    /// What OLD makes of it.
    pub before: Verdict,
    /// What NEW makes of it.
    pub after: Verdict,
}

/// Both fates of one record, of which examples are made.
#[derive(Clone, Copy)]
pub(crate) struct Fates<'a> {
    pub(crate) before: &'a Fate<'a>,
    pub(crate) after: &'a Fate<'a>,
}

impl Fates<'_> {
    /// Offers the record, as `tagged` has it, with the text in which the first of `evidence` stands;
    /// without evidence, with the respondent's first words.
    pub(crate) fn offer(
        &self,
        sample: &mut Sample<Example>,
        tagged: &Tagged<'_>,
        evidence: &[&Evidence],
    ) {
        let feedback = tagged.feedback;
        let evident = evidence.first().map(|place| place.text);
        let Some(index) = evident.or_else(|| Some(feedback.speech()?.0)) else { return };
        let Some(text) = feedback.texts.get(index) else { return };
        sample.offer(&Rank::of(text.text.as_str()), feedback.id, || Example {
            id: feedback.id,
            text: text.clone(),
            evidence: evidence
                .iter()
                .filter(|place| place.text == index)
                .map(|place| (place.start, place.end))
                .collect(),
            score: feedback.scores.first().cloned(),
            channel: feedback.channel.clone(),
            occurred_at: feedback.occurred_at,
            before: Verdict::of(self.before),
            after: Verdict::of(self.after),
        });
    }
}

/// What is counted of one theme.
#[derive(Debug, Clone)]
pub struct ThemeTally {
    /// The records with the theme.
    pub records: Flow,
    /// Of those that had it and have it: how many with another polarity.
    pub turned: u64,
    /// How those with the theme feel about it.
    pub mood: Sides<Mood>,
    /// The scores of the records with the theme.
    pub scores: Sides<Scores>,
    /// Texts that gain it.
    pub gained: Sample<Example>,
    /// Texts that lose it.
    pub lost: Sample<Example>,
}

/// What one side says of a theme in a record.
#[derive(Clone, Copy)]
pub(crate) struct Found<'a> {
    pub(crate) tagged: &'a Tagged<'a>,
    pub(crate) polarity: Polarity,
    pub(crate) evidence: &'a [Evidence],
}

impl ThemeTally {
    pub(crate) fn new(examples_max: usize) -> Self {
        Self {
            records: Flow::default(),
            turned: 0,
            mood: Sides::default(),
            scores: Sides::default(),
            gained: Sample::new(examples_max),
            lost: Sample::new(examples_max),
        }
    }

    /// Counts a record in which one side or both found the theme.
    pub(crate) fn add(
        &mut self,
        fates: Fates<'_>,
        before: Option<Found<'_>>,
        after: Option<Found<'_>>,
    ) {
        self.records.add(before.is_some(), after.is_some());
        for (found, mood, scores) in [
            (before, &mut self.mood.before, &mut self.scores.before),
            (after, &mut self.mood.after, &mut self.scores.after),
        ] {
            let Some(found) = found else { continue };
            mood.add(found.polarity);
            for score in &found.tagged.feedback.scores {
                scores.add(score);
            }
        }
        match (before, after) {
            (Some(before), Some(after)) => {
                self.turned += u64::from(before.polarity != after.polarity);
            }
            (None, Some(found)) => found.offer(fates, &mut self.gained),
            (Some(found), None) => found.offer(fates, &mut self.lost),
            (None, None) => {}
        }
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.records.join(other.records);
        self.turned += other.turned;
        self.mood.before.join(other.mood.before);
        self.mood.after.join(other.mood.after);
        self.scores.before.join(other.scores.before);
        self.scores.after.join(other.scores.after);
        self.gained.join(other.gained);
        self.lost.join(other.lost);
    }
}

impl Found<'_> {
    fn offer(&self, fates: Fates<'_>, sample: &mut Sample<Example>) {
        let evidence: Vec<&Evidence> = self.evidence.iter().collect();
        fates.offer(sample, self.tagged, &evidence);
    }
}
