//! What many records say together: counts, scores, and a few quotes. Nothing grows with the number of
//! records, only with the number of themes, departments and dead-letter codes.

use std::collections::{BTreeMap, BTreeSet};

use feedback::wire::Processed;
use feedback::{
    Classification, DepartmentId, Evidence, Feedback, Routing, TaskKind, Text, ThemeId, ThemeMatch,
};
use jiff::Timestamp;
use learn::{Rank, Sample};
use measure::{Mood, Nps, Scores};

use super::quote::Quote;

/// How many quotes are kept per theme, on the praise wall, and of what matched nothing.
const PER_THEME: usize = 3;
const PRAISE_WALL: usize = 12;
const UNMATCHED: usize = 9;
/// How many versions of taxonomy and engine are named.
const VERSIONS_MAX: usize = 8;

/// What the configuration knows of a theme.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThemeFact {
    /// Its name, in the reader's language.
    pub name: String,
    /// The department it belongs to.
    pub department: Option<DepartmentId>,
}

/// What the configuration knows, for names in place of ids; an id it lacks is shown as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Themes, the upper ones too.
    pub themes: BTreeMap<ThemeId, ThemeFact>,
    /// Names of departments, in the reader's language.
    pub departments: BTreeMap<DepartmentId, String>,
}

/// What is counted per theme.
#[derive(Debug, Clone)]
pub(super) struct ThemeTally {
    pub(super) polarities: Mood,
    pub(super) nps: Nps,
    pub(super) quotes: Sample<Quote>,
}

/// What is counted per department.
#[derive(Debug, Clone, Default)]
pub(super) struct DepartmentTally {
    /// Records it is accountable for.
    pub(super) accountable: u64,
    /// Its own tasks by priority, 1 to 4 (a higher number counts as 4).
    pub(super) tasks: [u64; 4],
    /// Tasks in which it helps another department.
    pub(super) helping: u64,
    /// Praise passed on to it.
    pub(super) kudos: u64,
    pub(super) nps: Nps,
}

impl DepartmentTally {
    pub(super) fn tasks(&self) -> u64 {
        self.tasks.iter().sum()
    }
}

/// What many records say together; fed by [`Summary::add`] and [`Summary::add_dead`].
#[derive(Debug, Clone)]
pub struct Summary {
    pub(super) facts: Facts,
    pub(super) records: u64,
    pub(super) with_words: u64,
    pub(super) tagged: u64,
    pub(super) to_contact: u64,
    pub(super) to_investigate: u64,
    pub(super) praised: u64,
    pub(super) sentiment: Mood,
    pub(super) scores: Scores,
    pub(super) themes: BTreeMap<ThemeId, ThemeTally>,
    pub(super) departments: BTreeMap<DepartmentId, DepartmentTally>,
    pub(super) flags: BTreeMap<&'static str, u64>,
    pub(super) praise: Sample<Quote>,
    pub(super) unmatched: Sample<Quote>,
    pub(super) dead: BTreeMap<String, u64>,
    pub(super) versions: BTreeSet<String>,
    pub(super) first: Option<Timestamp>,
    pub(super) last: Option<Timestamp>,
}

impl Summary {
    /// A summary of nothing yet.
    pub fn new(facts: Facts) -> Self {
        Self {
            facts,
            records: 0,
            with_words: 0,
            tagged: 0,
            to_contact: 0,
            to_investigate: 0,
            praised: 0,
            sentiment: Mood::default(),
            scores: Scores::default(),
            themes: BTreeMap::new(),
            departments: BTreeMap::new(),
            flags: BTreeMap::new(),
            praise: Sample::new(PRAISE_WALL),
            unmatched: Sample::new(UNMATCHED),
            dead: BTreeMap::new(),
            versions: BTreeSet::new(),
            first: None,
            last: None,
        }
    }

    /// How many records were added, dead letters apart.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Counts one record.
    pub fn add(&mut self, processed: &Processed) {
        let Processed { feedback, classification, routing } = processed;
        self.records += 1;
        self.first = self.first.into_iter().chain(feedback.occurred_at).min();
        self.last = self.last.into_iter().chain(feedback.occurred_at).max();
        for score in &feedback.scores {
            self.scores.add(score);
        }
        let speech = feedback.speech();
        self.with_words += u64::from(speech.is_some());
        if let Some(classification) = classification {
            self.add_classification(feedback, classification, speech);
        }
        if let Some(routing) = routing {
            self.add_routing(feedback, classification.as_ref(), routing, speech);
        }
    }

    /// Counts one dead letter.
    pub fn add_dead(&mut self, code: &str) {
        self.add_dead_times(code, 1);
    }

    /// Counts `times` dead letters of one code.
    pub fn add_dead_times(&mut self, code: &str, times: u64) {
        *self.dead.entry(code.to_owned()).or_default() += times;
    }

    fn add_classification(
        &mut self,
        feedback: &Feedback,
        classification: &Classification,
        speech: Option<(usize, &Text)>,
    ) {
        let taxonomy = &classification.taxonomy;
        let version = format!(
            "taxonomy {} {}, hash {}, engine {}",
            taxonomy.name, taxonomy.version, taxonomy.hash, classification.engine
        );
        if self.versions.len() < VERSIONS_MAX {
            self.versions.insert(version);
        }
        if let Some(sentiment) = &classification.sentiment {
            self.sentiment.add(sentiment.label);
        }
        for flag in &classification.flags {
            *self.flags.entry(flag.name()).or_default() += 1;
        }
        if let Some((index, text)) = speech {
            self.tagged += u64::from(!classification.themes.is_empty());
            if classification.themes.is_empty() {
                let make = || Quote::of(feedback, text, index, std::iter::empty());
                self.unmatched.offer(&Rank::of(text.text.as_str()), feedback.id, make);
            }
        }
        let mut seen = BTreeSet::new();
        for theme in &classification.themes {
            if seen.insert(&theme.id) {
                self.add_theme(feedback, theme, speech);
            }
        }
    }

    fn add_theme(
        &mut self,
        feedback: &Feedback,
        theme: &ThemeMatch,
        speech: Option<(usize, &Text)>,
    ) {
        let tally = self.themes.entry(theme.id.clone()).or_insert_with(|| ThemeTally {
            polarities: Mood::default(),
            nps: Nps::default(),
            quotes: Sample::new(PER_THEME),
        });
        tally.polarities.add(theme.polarity);
        for score in &feedback.scores {
            let _nps = tally.nps.add(score);
        }
        if let Some((index, text)) = evident(feedback, &theme.evidence).or(speech) {
            let make = || Quote::of(feedback, text, index, theme.evidence.iter());
            tally.quotes.offer(&Rank::of(text.text.as_str()), feedback.id, make);
        }
    }

    fn add_routing(
        &mut self,
        feedback: &Feedback,
        classification: Option<&Classification>,
        routing: &Routing,
        speech: Option<(usize, &Text)>,
    ) {
        let tally = self.departments.entry(routing.department.clone()).or_default();
        tally.accountable += 1;
        for score in &feedback.scores {
            let _nps = tally.nps.add(score);
        }
        if let Some(task) = &routing.task {
            let place = usize::from(routing.priority.clamp(1, 4)) - 1;
            tally.tasks[place] += 1;
            match task.kind {
                TaskKind::Contact => self.to_contact += 1,
                TaskKind::Investigate => self.to_investigate += 1,
            }
        }
        for contributor in routing.contributors.iter().filter(|helper| helper.task_id.is_some()) {
            self.departments.entry(contributor.department.clone()).or_default().helping += 1;
        }
        self.praised += u64::from(!routing.kudos.is_empty());
        for kudos in &routing.kudos {
            self.departments.entry(kudos.department.clone()).or_default().kudos += 1;
        }
        let Some(kudos) = routing.kudos.first() else { return };
        let evidence: Vec<&Evidence> = classification
            .into_iter()
            .flat_map(|classification| &classification.themes)
            .filter(|theme| kudos.themes.contains(&theme.id))
            .flat_map(|theme| &theme.evidence)
            .collect();
        let text = evidence
            .first()
            .and_then(|place| Some((place.text, feedback.texts.get(place.text)?)))
            .or(speech);
        if let Some((index, text)) = text {
            let department = kudos.department.to_string();
            let make = || Quote {
                department: Some(department),
                ..Quote::of(feedback, text, index, evidence.into_iter())
            };
            self.praise.offer(&Rank::of(text.text.as_str()), feedback.id, make);
        }
    }
}

/// The text that the first piece of evidence stands in.
fn evident<'a>(feedback: &'a Feedback, evidence: &[Evidence]) -> Option<(usize, &'a Text)> {
    let place = evidence.first()?;
    Some((place.text, feedback.texts.get(place.text)?))
}
