//! What of a task's history its clock needs: who had it, where it stood, and when what was done.

use feedback::{TaskKind, TeamId};
use jiff::Timestamp;

use crate::{Change, Event, State, Status, Target, apply};

/// A task's history as its clock sees it.
#[derive(Debug)]
pub(crate) struct Course {
    /// The state after the last event.
    pub(crate) state: State,
    /// In order, without gaps, from where the clock counts; the last has no end.
    pub(crate) stretches: Vec<Stretch>,
    /// When it was acknowledged first, and its priority then.
    acknowledged: Option<(Timestamp, u8)>,
    /// When the customer was reached first, and the priority then.
    reached: Option<(Timestamp, u8)>,
}

/// A time during which nothing changed that matters to the clock.
#[derive(Debug)]
pub(crate) struct Stretch {
    /// Second since 1970.
    pub(crate) from: i64,
    /// Second since 1970; absent for the present.
    pub(crate) to: Option<i64>,
    pub(crate) status: Status,
    pub(crate) team: TeamId,
}

/// What a clock does during a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Going {
    Runs,
    /// The customer must answer first.
    Paused,
    /// Nothing was to be done: it was resolved, or set aside, for a while.
    Stopped,
}

impl Stretch {
    pub(crate) const fn going(&self) -> Going {
        match self.status {
            Status::WaitingCustomer => Going::Paused,
            status if status.is_over() => Going::Stopped,
            _ => Going::Runs,
        }
    }
}

impl Course {
    /// Reads a history; `None` where it doesn't begin with an opening.
    pub(crate) fn of(events: &[Event]) -> Option<Self> {
        let (first, rest) = events.split_first()?;
        let state = State::opened(first)?;
        let from = state.since.as_second();
        let stretch = Stretch { from, to: None, status: state.status, team: state.team.clone() };
        let mut course =
            Self { state, stretches: vec![stretch], acknowledged: None, reached: None };
        for event in rest {
            course.state = apply(course.state, event);
            course.note(event);
        }
        Some(course)
    }

    fn note(&mut self, event: &Event) {
        let now = Some((event.at, self.state.priority));
        match event.change {
            Change::Acknowledged => self.acknowledged = self.acknowledged.or(now),
            Change::Contacted { reached: true } => self.reached = self.reached.or(now),
            _ => {}
        }
        let State { status, team, .. } = &self.state;
        if let Some(last) = self.stretches.last_mut()
            && (last.status, &last.team) != (*status, team)
        {
            let at = event.at.as_second().max(last.from);
            last.to = Some(at);
            let (status, team) = (*status, team.clone());
            self.stretches.push(Stretch { from: at, to: None, status, team });
        }
    }

    /// When the target was met, and the priority then; `None` while it isn't.
    pub(crate) fn met(&self, target: Target) -> Option<(Timestamp, u8)> {
        match target {
            Target::Acknowledge => self.acknowledged,
            Target::Contact | Target::Answer => self.reached,
            Target::Resolve | Target::FinalAnswer => {
                Some((self.state.resolved_at?, self.state.priority))
            }
        }
    }

    /// Whether a task like this has the target at all.
    pub(crate) fn has(&self, target: Target) -> bool {
        let State { kind, public, formal_complaint, .. } = self.state;
        let speaks = kind == TaskKind::Contact;
        match target {
            Target::Acknowledge | Target::Resolve => true,
            Target::Contact => speaks && !public,
            Target::Answer => speaks && public,
            Target::FinalAnswer => formal_complaint,
        }
    }

    /// Since when the clock does what it does now: a task that is closed is over since it was resolved.
    pub(crate) fn going_since(&self) -> i64 {
        let now = self.stretches.last().map(Stretch::going);
        let same = self.stretches.iter().rev().take_while(|stretch| Some(stretch.going()) == now);
        same.last().map_or(0, |stretch| stretch.from)
    }

    /// The team that had it first, by whose calendar days are measured.
    pub(crate) fn first_team(&self) -> &TeamId {
        self.stretches.first().map_or(&self.state.team, |first| &first.team)
    }
}
