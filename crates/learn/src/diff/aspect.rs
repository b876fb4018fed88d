//! In which respects a record can be handled otherwise.

use feedback::{Classification, Routing};

use super::verdict::{Fate, Tagged};

/// One respect. Evidence, confidence and the reasons are none: they move nobody's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// Read on one side and a dead letter on the other, or dead for another reason.
    Dead,
    /// Read otherwise: another text, language, score or field.
    Reading,
    /// Other themes.
    Themes,
    /// A theme that both sides find, with another polarity.
    Polarity,
    /// Another overall sentiment, as a word.
    Sentiment,
    /// Other emotions, or as strong.
    Emotions,
    /// Another effort.
    Effort,
    /// Another intent.
    Intent,
    /// Another urgency.
    Urgency,
    /// Other flags.
    Flags,
    /// Another accountable department.
    Department,
    /// Other contributors.
    Contributors,
    /// A task more, less, of another kind or for another team.
    Task,
    /// Another priority.
    Priority,
    /// Other due times, or another policy for them.
    Due,
    /// Praise for somebody else, more or less.
    Kudos,
}

impl Aspect {
    /// All, in the order in which they are told.
    pub const ALL: [Self; 16] = [
        Self::Dead,
        Self::Reading,
        Self::Themes,
        Self::Polarity,
        Self::Sentiment,
        Self::Emotions,
        Self::Effort,
        Self::Intent,
        Self::Urgency,
        Self::Flags,
        Self::Department,
        Self::Contributors,
        Self::Task,
        Self::Priority,
        Self::Due,
        Self::Kudos,
    ];

    /// The name in JSON; `<name>_changed` is the figure of a limit.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dead => "dead",
            Self::Reading => "reading",
            Self::Themes => "themes",
            Self::Polarity => "polarity",
            Self::Sentiment => "sentiment",
            Self::Emotions => "emotions",
            Self::Effort => "effort",
            Self::Intent => "intent",
            Self::Urgency => "urgency",
            Self::Flags => "flags",
            Self::Department => "department",
            Self::Contributors => "contributors",
            Self::Task => "task",
            Self::Priority => "priority",
            Self::Due => "due",
            Self::Kudos => "kudos",
        }
    }

    /// The aspect of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|aspect| aspect.name() == name)
    }

    /// Its place in [`Aspect::ALL`].
    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

/// A set of aspects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Aspects(u32);

impl Aspects {
    /// The respects in which the two fates differ.
    pub(crate) fn between(before: &Fate<'_>, after: &Fate<'_>) -> Self {
        let mut aspects = Self::default();
        let (before, after) = match (before, after) {
            (Ok(before), Ok(after)) => (before, after),
            (Err(before), Err(after)) => {
                aspects.set(Aspect::Dead, before != after);
                return aspects;
            }
            (Ok(alive), Err(_)) | (Err(_), Ok(alive)) => {
                aspects.comes_or_goes(alive);
                return aspects;
            }
        };
        let one_reading = std::ptr::eq(before.feedback, after.feedback);
        aspects.set(Aspect::Reading, !one_reading && before.feedback != after.feedback);
        if !std::ptr::eq(before.classification, after.classification) {
            aspects.classified(before.classification, after.classification);
        }
        aspects.routed(before.routing, after.routing);
        aspects
    }

    /// A dead letter has no owner, no theme and no task: all of them go or come.
    fn comes_or_goes(&mut self, alive: &Tagged<'_>) {
        self.set(Aspect::Dead, true);
        self.set(Aspect::Department, true);
        self.set(Aspect::Themes, !alive.classification.themes.is_empty());
        self.set(Aspect::Flags, !alive.classification.flags.is_empty());
        self.set(Aspect::Contributors, !alive.routing.contributors.is_empty());
        self.set(Aspect::Task, alive.routing.task.is_some());
        self.set(Aspect::Kudos, !alive.routing.kudos.is_empty());
    }

    fn classified(&mut self, before: &Classification, after: &Classification) {
        let mut themes = false;
        let mut polarity = false;
        for (one, other, both) in [(before, after, true), (after, before, false)] {
            for theme in &one.themes {
                match other.themes.iter().find(|found| found.id == theme.id) {
                    None => themes = true,
                    Some(found) => polarity |= both && found.polarity != theme.polarity,
                }
            }
        }
        self.set(Aspect::Themes, themes);
        self.set(Aspect::Polarity, polarity);
        let label = |of: &Classification| of.sentiment.as_ref().map(|sentiment| sentiment.label);
        self.set(Aspect::Sentiment, label(before) != label(after));
        self.set(Aspect::Emotions, before.emotions != after.emotions);
        self.set(Aspect::Effort, before.effort != after.effort);
        self.set(Aspect::Intent, before.intent != after.intent);
        self.set(Aspect::Urgency, urgency(before) != urgency(after));
        self.set(Aspect::Flags, before.flags != after.flags);
    }

    fn routed(&mut self, before: &Routing, after: &Routing) {
        self.set(Aspect::Department, before.department != after.department);
        self.set(Aspect::Contributors, helpers(before) != helpers(after));
        let kind = |of: &Routing| of.task.as_ref().map(|task| task.kind);
        let other_team = before.team != after.team && after.task.is_some();
        self.set(Aspect::Task, kind(before) != kind(after) || other_team);
        self.set(Aspect::Priority, before.priority != after.priority);
        let due = |of: &Routing| of.task.as_ref().map(|task| (task.due.clone(), of.policy.clone()));
        let both = before.task.is_some() && after.task.is_some();
        self.set(Aspect::Due, both && due(before) != due(after));
        self.set(Aspect::Kudos, praised(before) != praised(after));
    }

    fn set(&mut self, aspect: Aspect, differs: bool) {
        self.0 |= u32::from(differs) << aspect.index();
    }

    /// Whether the aspect is in the set.
    pub fn contains(self, aspect: Aspect) -> bool {
        self.0 & (1 << aspect.index()) != 0
    }

    /// Whether nothing differs.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The aspects in the set, in their order.
    pub fn iter(self) -> impl Iterator<Item = Aspect> {
        Aspect::ALL.into_iter().filter(move |aspect| self.contains(*aspect))
    }
}

/// The urgency as it goes out: in ten thousandths.
pub(crate) fn urgency(classification: &Classification) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an urgency is within 0 to 1"
    )]
    let parts = (classification.urgency.clamp(0.0, 1.0) * 10_000.0).round() as u64;
    parts
}

/// Who helps, in whatever order.
fn helpers(routing: &Routing) -> Vec<(&str, &str)> {
    let mut helpers: Vec<_> = routing
        .contributors
        .iter()
        .map(|helper| (helper.department.as_str(), helper.team.as_str()))
        .collect();
    helpers.sort_unstable();
    helpers
}

/// Who is praised, in whatever order.
fn praised(routing: &Routing) -> Vec<(&str, &str)> {
    let mut praised: Vec<_> = routing
        .kudos
        .iter()
        .map(|kudos| (kudos.department.as_str(), kudos.team.as_str()))
        .collect();
    praised.sort_unstable();
    praised
}
