//! The counts: what many records say of both sides. Nothing grows with the number of records, only with
//! the number of themes, departments, teams and codes.

use std::collections::{BTreeMap, BTreeSet};

use feedback::{DepartmentId, Evidence, Flag, TeamId, ThemeId};
use measure::{Mood, Scores};

use super::aspect::{Aspect, Aspects, urgency};
use super::change::Place;
use super::department::{DepartmentTally, TaskFlow};
use super::flow::Flow;
use super::period::Period;
use super::theme::{Example, Fates, Found, ThemeTally};
use super::verdict::{Fate, Tagged, Work, owner, paths, praised, tasks};
use crate::Sample;

/// How many places of new dead letters are kept: the first ones.
pub const DEAD_PLACES_MAX: usize = 20;

/// The same of both sides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sides<T> {
    /// Under OLD.
    pub before: T,
    /// Under NEW.
    pub after: T,
}

/// What one side makes of all records together.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Level {
    /// Records with words by the respondent.
    pub with_words: u64,
    /// The overall sentiments.
    pub mood: Mood,
    /// The scores.
    pub scores: Scores,
    /// The sum of the urgencies, in ten thousandths.
    pub urgency_sum: u64,
}

/// From whom to whom a record moves; `None`: it is a dead letter and nobody's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Move {
    /// Who is accountable under OLD.
    pub from: Option<DepartmentId>,
    /// Who is under NEW.
    pub to: Option<DepartmentId>,
}

/// The records that move so.
#[derive(Debug, Clone)]
pub struct MoveTally {
    /// How many.
    pub records: u64,
    /// Some of them, with what makes NEW's department accountable.
    pub examples: Sample<Example>,
}

/// What OLD and NEW make of the same records.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// How many texts are kept per theme and direction, and per move.
    pub examples_max: usize,
    /// How many records were compared, dead letters too.
    pub records: u64,
    /// How many differ in any respect.
    pub changed: u64,
    /// How many differ in each, in the order of [`Aspect::ALL`].
    pub aspects: [u64; Aspect::ALL.len()],
    /// The time they cover, as NEW reads them.
    pub period: Period,
    /// What each side makes of all.
    pub level: Sides<Level>,
    /// Records that could be read.
    pub read: Flow,
    /// Dead letters by code.
    pub dead: BTreeMap<String, Flow>,
    /// Where the first new dead letters stand, with their code.
    pub dead_places: BTreeMap<Place, String>,
    /// Records with words that have a theme.
    pub tagged: Flow,
    /// Records for which the accountable department has a task.
    pub work: Flow,
    /// Records by flag.
    pub flags: BTreeMap<Flag, Flow>,
    /// Records of which the urgency rises, and those of which it falls.
    pub urgency: (u64, u64),
    /// Records with a task on both sides of which the priority rises, and falls.
    pub priority: (u64, u64),
    /// Every theme that a side found.
    pub themes: BTreeMap<ThemeId, ThemeTally>,
    /// Every theme that a side found, and those above it: the records with it or one below it.
    pub within: BTreeMap<ThemeId, Flow>,
    /// Every department that a side gave something.
    pub departments: BTreeMap<DepartmentId, DepartmentTally>,
    /// The tasks of every team.
    pub teams: BTreeMap<TeamId, TaskFlow>,
    /// The records of which the accountable department differs.
    pub moves: BTreeMap<Move, MoveTally>,
}

impl Comparison {
    /// A comparison of nothing yet, which keeps so many texts of each kind.
    pub fn new(examples_max: usize) -> Self {
        Self {
            examples_max,
            records: 0,
            changed: 0,
            aspects: [0; Aspect::ALL.len()],
            period: Period::default(),
            level: Sides::default(),
            read: Flow::default(),
            dead: BTreeMap::new(),
            dead_places: BTreeMap::new(),
            tagged: Flow::default(),
            work: Flow::default(),
            flags: BTreeMap::new(),
            urgency: (0, 0),
            priority: (0, 0),
            themes: BTreeMap::new(),
            within: BTreeMap::new(),
            departments: BTreeMap::new(),
            teams: BTreeMap::new(),
            moves: BTreeMap::new(),
        }
    }

    /// Counts one record.
    pub(crate) fn add(
        &mut self,
        place: Place,
        before: &Fate<'_>,
        after: &Fate<'_>,
        aspects: Aspects,
    ) {
        self.records += 1;
        self.changed += u64::from(!aspects.is_empty());
        for aspect in aspects.iter() {
            self.aspects[aspect.index()] += 1;
        }
        self.read.add(before.is_ok(), after.is_ok());
        self.add_dead(place, before.err(), after.err());
        let (old, new) = (before.as_ref().ok(), after.as_ref().ok());
        if let Some(tagged) = new.or(old) {
            self.period.add(tagged.feedback);
        }
        for (tagged, level) in [(old, &mut self.level.before), (new, &mut self.level.after)] {
            if let Some(tagged) = tagged {
                level.add(tagged);
            }
        }
        let is_tagged = |tagged: &Tagged<'_>| {
            tagged.feedback.speech().is_some() && !tagged.classification.themes.is_empty()
        };
        self.tagged.add(old.is_some_and(is_tagged), new.is_some_and(is_tagged));
        self.add_flags(old, new);
        let fates = Fates { before, after };
        self.add_themes(fates, old, new);
        self.add_within(old, new);
        self.add_work(old, new);
        self.add_move(fates, old, new);
    }

    fn add_dead(&mut self, place: Place, before: Option<&str>, after: Option<&str>) {
        let codes: BTreeSet<&str> = before.into_iter().chain(after).collect();
        for code in codes {
            let flow = self.dead.entry(code.to_owned()).or_default();
            flow.add(before == Some(code), after == Some(code));
        }
        if let (None, Some(code)) = (before, after) {
            self.dead_places.insert(place, code.to_owned());
            if self.dead_places.len() > DEAD_PLACES_MAX {
                self.dead_places.pop_last();
            }
        }
    }

    fn add_flags(&mut self, before: Option<&Tagged<'_>>, after: Option<&Tagged<'_>>) {
        let has = |tagged: Option<&Tagged<'_>>, flag: Flag| {
            tagged.is_some_and(|tagged| tagged.classification.flags.contains(&flag))
        };
        for flag in Flag::ALL {
            let (before, after) = (has(before, flag), has(after, flag));
            if before || after {
                self.flags.entry(flag).or_default().add(before, after);
            }
        }
        if let (Some(before), Some(after)) = (before, after) {
            let (old, new) = (urgency(before.classification), urgency(after.classification));
            self.urgency.0 += u64::from(new > old);
            self.urgency.1 += u64::from(new < old);
        }
    }

    fn add_themes<'a>(
        &mut self,
        fates: Fates<'a>,
        before: Option<&'a Tagged<'a>>,
        after: Option<&'a Tagged<'a>>,
    ) {
        let all: BTreeSet<&ThemeId> =
            before.into_iter().chain(after).flat_map(Tagged::theme_ids).collect();
        for id in all {
            let found = |tagged: Option<&'a Tagged<'a>>| {
                let tagged = tagged?;
                let theme = tagged.classification.themes.iter().find(|theme| theme.id == *id)?;
                Some(Found { tagged, polarity: theme.polarity, evidence: &theme.evidence })
            };
            let examples_max = self.examples_max;
            let tally =
                self.themes.entry(id.clone()).or_insert_with(|| ThemeTally::new(examples_max));
            tally.add(fates, found(before), found(after));
        }
    }

    fn add_within(&mut self, before: Option<&Tagged<'_>>, after: Option<&Tagged<'_>>) {
        let (before, after) = (paths(before), paths(after));
        for id in before.union(&after) {
            let flow = self.within.entry(ThemeId::clone(id)).or_default();
            flow.add(before.contains(id), after.contains(id));
        }
    }

    fn add_work(&mut self, before: Option<&Tagged<'_>>, after: Option<&Tagged<'_>>) {
        let task = |tagged: Option<&Tagged<'_>>| {
            let routing = tagged?.routing;
            routing.task.as_ref().map(|_| routing.priority)
        };
        self.work.add(task(before).is_some(), task(after).is_some());
        if let (Some(old), Some(new)) = (task(before), task(after)) {
            self.priority.0 += u64::from(new < old);
            self.priority.1 += u64::from(new > old);
        }
        let (old, new) = (tasks(before), tasks(after));
        let teams: BTreeSet<&TeamId> = old.iter().chain(&new).map(|work| work.team).collect();
        for team in teams {
            let of = |work: &&Work<'_>| work.team == team;
            let old: Vec<Work<'_>> = old.iter().filter(of).copied().collect();
            let new: Vec<Work<'_>> = new.iter().filter(of).copied().collect();
            self.teams.entry(team.clone()).or_default().add(&old, &new);
        }
        self.add_departments((before, &old), (after, &new));
    }

    fn add_departments(
        &mut self,
        (before, old): (Option<&Tagged<'_>>, &[Work<'_>]),
        (after, new): (Option<&Tagged<'_>>, &[Work<'_>]),
    ) {
        let (praised_before, praised_after) = (praised(before), praised(after));
        let mut all: BTreeSet<&DepartmentId> =
            old.iter().chain(new).map(|w| w.department).collect();
        all.extend(owner(before).into_iter().chain(owner(after)));
        all.extend(praised_before.iter().chain(&praised_after));
        for id in all {
            let of = |work: &&Work<'_>| work.department == id;
            let old: Vec<Work<'_>> = old.iter().filter(of).copied().collect();
            let new: Vec<Work<'_>> = new.iter().filter(of).copied().collect();
            let helps = |works: &[Work<'_>]| works.iter().any(|work| work.helps);
            let tally = self.departments.entry(id.clone()).or_default();
            tally.accountable.add(owner(before) == Some(id), owner(after) == Some(id));
            tally.tasks.add(&old, &new);
            tally.helping.add(helps(&old), helps(&new));
            tally.kudos.add(praised_before.contains(id), praised_after.contains(id));
        }
    }

    fn add_move(
        &mut self,
        fates: Fates<'_>,
        before: Option<&Tagged<'_>>,
        after: Option<&Tagged<'_>>,
    ) {
        let step = Move { from: owner(before).cloned(), to: owner(after).cloned() };
        if step.from == step.to {
            return;
        }
        let Some(tagged) = after.or(before) else { return };
        let department = &tagged.routing.department;
        // What makes them accountable: the evidence of the themes that are theirs.
        let themes = tagged.classification.themes.iter();
        let evidence: Vec<&Evidence> = themes
            .filter(|theme| theme.department.as_ref() == Some(department))
            .flat_map(|theme| &theme.evidence)
            .collect();
        let examples_max = self.examples_max;
        let tally = self
            .moves
            .entry(step)
            .or_insert_with(|| MoveTally { records: 0, examples: Sample::new(examples_max) });
        tally.records += 1;
        fates.offer(&mut tally.examples, tagged, &evidence);
    }
}

impl Level {
    fn add(&mut self, tagged: &Tagged<'_>) {
        let Tagged { feedback, classification, .. } = tagged;
        self.with_words += u64::from(feedback.speech().is_some());
        if let Some(sentiment) = &classification.sentiment {
            self.mood.add(sentiment.label);
        }
        for score in &feedback.scores {
            self.scores.add(score);
        }
        self.urgency_sum += urgency(classification);
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.with_words += other.with_words;
        self.mood.join(other.mood);
        self.scores.join(other.scores);
        self.urgency_sum += other.urgency_sum;
    }
}
