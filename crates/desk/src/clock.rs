//! Due times, read off a task's history and the calendars. Nothing is stored that could go wrong: who
//! asks anew gets the same answer.
//!
//! A target gives an amount of time, in the working hours of the team that has the task, or around the
//! clock. It is spent while somebody could do something: not while the customer must answer first, and
//! not while the task is over. Giving the task to another team, another priority or reopening it give no
//! time back; another team's hours count from then on. A formal complaint's final answer is due a fixed
//! time after the feedback came in, whatever happens.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use feedback::{Because, Departments, Files, MessageLanguage, Problem, TeamId, Term};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::allowance::{Allowance, Counted};
use crate::calendar::Calendar;
use crate::course::{Course, Going, Stretch};
use crate::messages::Messages;
use crate::{Event, FILE, Status, config};

/// The parsed clock.toml: who works when, and how much time there is. Immutable.
#[derive(Debug)]
pub struct Clock {
    pub(crate) default: TeamHours,
    pub(crate) teams: BTreeMap<TeamId, TeamHours>,
    /// By priority, from 1.
    pub(crate) targets: [Targets; 4],
    pub(crate) answer: Option<Allowance>,
    pub(crate) final_answer: Option<Term>,
    pub(crate) messages: Messages,
}

/// When a team works.
#[derive(Debug, Clone)]
pub(crate) struct TeamHours {
    pub(crate) calendar: Arc<Calendar>,
    /// For what everybody can read.
    pub(crate) weekend: Option<Arc<Calendar>>,
}

/// The time that tasks of a priority have.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Targets {
    pub(crate) acknowledge: Option<Allowance>,
    pub(crate) contact: Option<Allowance>,
    pub(crate) resolve: Option<Allowance>,
}

/// What must be done by a due time.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Somebody has seen the task.
    Acknowledge,
    /// The customer was reached.
    Contact,
    /// The customer was answered where everybody can read it; stands for `contact` there.
    Answer,
    /// It is mended.
    Resolve,
    /// A formal complaint has its final answer.
    FinalAnswer,
}

impl Target {
    /// Every target, in the order in which they usually fall due.
    pub const ALL: [Self; 5] =
        [Self::Acknowledge, Self::Contact, Self::Answer, Self::Resolve, Self::FinalAnswer];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Contact => "contact",
            Self::Answer => "answer",
            Self::Resolve => "resolve",
            Self::FinalAnswer => "final_answer",
        }
    }
}

/// How a target stands after the last event of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Standing {
    /// Time is spent.
    Running,
    /// The customer must answer first: time stands still.
    Paused {
        /// Since when.
        since: Timestamp,
        /// What is left, in seconds of the time that the target counts; 0 where it is spent.
        left_seconds: i64,
    },
    /// It was done.
    Met {
        /// When.
        at: Timestamp,
    },
    /// The task was over before it was done.
    Ended {
        /// When.
        at: Timestamp,
    },
}

/// One target of a task: by when, and why then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reading {
    /// What must be done.
    pub target: Target,
    /// How it stands.
    #[serde(flatten)]
    pub standing: Standing,
    /// The first moment at which all the time is spent, in whole seconds; what is done then is in time.
    /// Absent while the clock stands still with time left, and where that moment is twenty years away.
    pub due: Option<Timestamp>,
    /// The same for three quarters of the time.
    pub three_quarters: Option<Timestamp>,
    /// The time that the target gives, in seconds of what it counts.
    pub allowed_seconds: i64,
    /// Why, in plain words of the company's language.
    pub because: Vec<Because>,
}

impl Reading {
    /// Whether it was not, or is by `now` not, done in time.
    pub fn is_missed(&self, now: Timestamp) -> bool {
        let until = match self.standing {
            Standing::Met { at } | Standing::Ended { at } => at,
            Standing::Running | Standing::Paused { .. } => now,
        };
        self.due.is_some_and(|due| due.as_second() < until.as_second())
    }
}

/// A target of one task, ready to be counted.
pub(crate) struct Count<'a> {
    pub(crate) clock: &'a Clock,
    pub(crate) course: &'a Course,
    pub(crate) target: Target,
    /// Its time as written, and what is counted.
    pub(crate) allowance: &'a Allowance,
    /// The same in seconds.
    pub(crate) allowed: i64,
    /// When it was met: what came later doesn't matter.
    pub(crate) met: Option<Timestamp>,
}

impl Clock {
    /// Reads clock.toml, or the default one where there is none; `departments`, where they are known,
    /// say which teams there are. The error holds all problems, in the order of the file.
    pub fn parse(files: &Files, departments: Option<&Departments>) -> Result<Self, Vec<Problem>> {
        config::parse(files, departments)
    }

    /// The same clock with its reasons in `language`; they are in English else.
    #[must_use]
    pub fn with_messages(self, language: MessageLanguage) -> Self {
        Self { messages: Messages(language), ..self }
    }

    /// What is allowed but probably not meant: teams that can't answer a public post in the weekend,
    /// though it has a target.
    pub fn warnings(&self, departments: &Departments) -> Vec<Problem> {
        let teams: BTreeSet<&TeamId> = departments.iter().map(|of| &of.team).collect();
        let weekless = |team: &&TeamId| self.answer.is_some() && self.hours(team).weekend.is_none();
        let warn = |team: &TeamId| {
            let message = format!("public posts that reach team `{team}` wait for Monday");
            let mend =
                "give it, or [default], a weekend_calendar that is open on saturday or sunday";
            Problem::new(FILE, "no_weekend_calendar", message, mend)
        };
        teams.into_iter().filter(weekless).map(warn).collect()
    }

    /// The targets of the task with that history, in the order of [`Target::ALL`]; none for events
    /// that don't begin with an opening.
    pub fn readings(&self, events: &[Event]) -> Vec<Reading> {
        let Some(course) = Course::of(events) else { return Vec::new() };
        let final_answer = self.final_answer.as_ref().map(|term| {
            let (counted, term) = (Counted::Calendar, term.clone());
            Allowance { counted, term }
        });
        let targets = Target::ALL.into_iter().filter(|target| course.has(*target));
        targets
            .filter_map(|target| {
                let met = course.met(target);
                let priority = met.map_or(course.state.priority, |(_, priority)| priority);
                let allowance = self.allowance(target, priority, final_answer.as_ref())?;
                let calendar = self.calendar(target, course.first_team());
                let (allowed, met) = (allowance.seconds(calendar), met.map(|(at, _)| at));
                let count = Count { clock: self, course: &course, target, allowance, allowed, met };
                Some(count.reading())
            })
            .collect()
    }

    fn allowance<'a>(
        &'a self,
        target: Target,
        priority: u8,
        final_answer: Option<&'a Allowance>,
    ) -> Option<&'a Allowance> {
        let targets = || self.targets.get(usize::from(priority).checked_sub(1)?);
        match target {
            Target::Acknowledge => targets()?.acknowledge.as_ref(),
            Target::Contact => targets()?.contact.as_ref(),
            Target::Answer => self.answer.as_ref(),
            Target::Resolve => targets()?.resolve.as_ref(),
            Target::FinalAnswer => final_answer,
        }
    }

    pub(crate) fn hours(&self, team: &TeamId) -> &TeamHours {
        self.teams.get(team).unwrap_or(&self.default)
    }

    /// The calendar by which a team's target counts.
    pub(crate) fn calendar(&self, target: Target, team: &TeamId) -> &Calendar {
        let hours = self.hours(team);
        match &hours.weekend {
            Some(weekend) if target == Target::Answer => weekend,
            _ => &hours.calendar,
        }
    }
}

impl Count<'_> {
    fn reading(&self) -> Reading {
        let moment = |second: i64| Timestamp::from_second(second).ok();
        let (due, spent) = self.run(self.allowed);
        let (three_quarters, _) = self.run((self.allowed * 3 + 3) / 4);
        let standing = self.standing(spent);
        Reading {
            target: self.target,
            standing,
            due: due.and_then(moment),
            three_quarters: three_quarters.and_then(moment),
            allowed_seconds: self.allowed,
            because: self.explain(due, standing),
        }
    }

    fn standing(&self, spent: i64) -> Standing {
        let since = Timestamp::from_second(self.course.going_since());
        let since = since.unwrap_or(self.course.state.changed_at);
        match (self.met, self.course.state.status) {
            (Some(at), _) => Standing::Met { at },
            (None, status) if status.is_over() => Standing::Ended { at: since },
            (None, Status::WaitingCustomer) if self.target != Target::FinalAnswer => {
                Standing::Paused { since, left_seconds: self.allowed - spent }
            }
            _ => Standing::Running,
        }
    }

    /// What the clock of this target does during a stretch of its course.
    pub(crate) fn going(&self, stretch: &Stretch) -> Going {
        if self.target == Target::FinalAnswer { Going::Runs } else { stretch.going() }
    }

    /// The first moment at which `needed` seconds are spent, and how many of them were by the last event.
    /// That moment lies in the future where nothing else happens, and nowhere while the clock stands still.
    fn run(&self, needed: i64) -> (Option<i64>, i64) {
        let counted = self.allowance.counted;
        let met = self.met.map(Timestamp::as_second);
        let (mut spent, mut ahead) = (0, None);
        for stretch in &self.course.stretches {
            if met.is_some_and(|met| stretch.from > met) {
                break;
            }
            match self.going(stretch) {
                Going::Runs => {}
                // What was over when it was done, or still is, would have been due then.
                Going::Stopped if met.is_none_or(|met| met <= stretch.from) => continue,
                Going::Stopped | Going::Paused => {
                    ahead = None;
                    continue;
                }
            }
            let calendar = self.clock.calendar(self.target, &stretch.team);
            ahead = counted.after(calendar, stretch.from, needed - spent);
            if let Some(to) = [stretch.to, met].into_iter().flatten().min() {
                if ahead.is_some_and(|moment| moment <= to) {
                    return (ahead, needed);
                }
                spent += counted.seconds(calendar, stretch.from, to);
            }
        }
        (ahead, spent)
    }
}
