//! Why a target is due when it is: what it counts from, what was left out, and whose hours counted.

use std::borrow::Cow;

use feedback::{Because, TeamId};
use jiff::Timestamp;

use crate::allowance::Counted;
use crate::calendar::Calendar;
use crate::clock::Count;
use crate::course::{Going, Stretch};
use crate::{Standing, Target};

/// The most holidays, and the most pauses and handovers, that are told one by one: the latest.
const TOLD_MAX: usize = 20;

impl Count<'_> {
    /// The reasons for a due time, in the order in which a person would ask.
    pub(crate) fn explain(&self, due: Option<i64>, standing: Standing) -> Vec<Because> {
        let (messages, stretches) = (self.clock.messages, &self.course.stretches);
        let first = self.calendar(self.course.first_team());
        let text = messages.allowance(self.target, self.allowance, self.allowed, first);
        let mut because = vec![reason("target", text)];
        because.extend(stretches.first().map(|stretch| self.start(stretch.from, first)));
        let until = [self.met.map(Timestamp::as_second), due].into_iter().flatten().min();
        let lived: Vec<&Stretch> = stretches
            .iter()
            .take_while(|stretch| until.is_none_or(|until| stretch.from < until))
            .collect();
        let mut told = self.handovers(&lived);
        told.extend(self.pauses(&lived));
        told.sort_by_key(|(from, _)| *from);
        because.extend(latest(told.into_iter().map(|(_, reason)| reason).collect()));
        let team = &self.course.state.team;
        if self.target == Target::Answer && self.clock.hours(team).weekend.is_none() {
            because.push(reason("no_weekend_calendar", messages.no_weekend(team)));
        }
        if self.allowance.counted == Counted::Business {
            because.extend(latest(self.holidays(&lived, due)));
        }
        because.push(self.end(due, standing));
        because
    }

    fn calendar(&self, team: &TeamId) -> &Calendar {
        self.clock.calendar(self.target, team)
    }

    /// A moment as the wall of the team shows it that has the task: one zone for all that is told.
    fn time(&self, second: i64) -> String {
        self.clock.messages.time(self.calendar(&self.course.state.team), second)
    }

    fn start(&self, from: i64, calendar: &Calendar) -> Because {
        let messages = self.clock.messages;
        let zone = self.calendar(&self.course.state.team).zone_name();
        let at = self.time(from);
        // The first second of working time ends one second after it began.
        let opens = self.allowance.counted.after(calendar, from, 1).map(|second| second - 1);
        match opens.filter(|opens| *opens != from) {
            Some(opens) => reason("starts", messages.opens(&at, &self.time(opens), zone)),
            None => reason("starts", messages.starts(&at, zone)),
        }
    }

    /// Where another calendar began to count.
    fn handovers(&self, lived: &[&Stretch]) -> Vec<(i64, Because)> {
        if self.allowance.counted == Counted::Calendar {
            return Vec::new();
        }
        let pairs = lived.iter().zip(lived.iter().skip(1));
        let told = pairs.filter_map(|(before, after)| {
            let (team, calendar) = (&after.team, self.calendar(&after.team));
            let text = || self.clock.messages.handover(team, &self.time(after.from), calendar);
            let other = self.calendar(&before.team).id != calendar.id;
            other.then(|| (after.from, reason("handover", text())))
        });
        told.collect()
    }

    /// Where the clock stood still and went on again.
    fn pauses(&self, lived: &[&Stretch]) -> Vec<(i64, Because)> {
        let messages = self.clock.messages;
        let mut told = Vec::new();
        for alike in lived.chunk_by(|before, after| self.going(before) == self.going(after)) {
            let (Some(first), Some(last)) = (alike.first(), alike.last()) else { continue };
            let Some(to) = last.to.filter(|to| *to > first.from) else { continue };
            let (from, to) = (self.time(first.from), self.time(to));
            let because = match self.going(first) {
                Going::Runs => continue,
                Going::Paused => reason("paused", messages.paused(&from, &to)),
                Going::Stopped => reason("stopped", messages.stopped(&from, &to)),
            };
            told.push((first.from, because));
        }
        told
    }

    /// The holidays of whoever had it while the clock ran, up to the due time.
    fn holidays(&self, lived: &[&Stretch], due: Option<i64>) -> Vec<Because> {
        let running = lived.iter().filter(|stretch| self.going(stretch) == Going::Runs);
        let mut dates: Vec<_> = running
            .filter_map(|stretch| {
                let until = [stretch.to, due].into_iter().flatten().min()?;
                Some(self.calendar(&stretch.team).holidays_between(stretch.from, until))
            })
            .flatten()
            .collect();
        dates.dedup();
        dates.into_iter().map(|date| reason("holiday", self.clock.messages.holiday(date))).collect()
    }

    fn end(&self, due: Option<i64>, standing: Standing) -> Because {
        let messages = self.clock.messages;
        let time = |at: Timestamp| self.time(at.as_second());
        match (standing, due) {
            (Standing::Met { at }, due) => {
                let late = due.is_some_and(|due| due < at.as_second());
                reason("met", messages.met(&time(at), late))
            }
            (Standing::Ended { at }, _) => reason("ended", messages.ended(&time(at))),
            (Standing::Paused { since, left_seconds }, None) => {
                reason("paused", messages.pauses(&time(since), &messages.length(left_seconds)))
            }
            (_, Some(due)) => reason("due", messages.due(&self.time(due))),
            (Standing::Running, None) => reason("never", messages.never()),
        }
    }
}

fn latest(told: Vec<Because>) -> impl Iterator<Item = Because> {
    let skipped = told.len().saturating_sub(TOLD_MAX);
    told.into_iter().skip(skipped)
}

fn reason(code: &'static str, message: impl Into<String>) -> Because {
    Because { code: Cow::Borrowed(code), message: message.into(), theme: None, rule: None }
}
