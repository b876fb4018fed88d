//! A task as its history made it: the records of topic task.state. [`apply`] is total and knows no rule;
//! what may happen was decided when the event was written.

use std::collections::{BTreeMap, BTreeSet};

use feedback::{DepartmentId, FeedbackId, TaskId, TaskKind, TeamId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::decide::CLOSES_AFTER;
use crate::{Change, Event, Opening, Resolution, Status, Target};

/// What is known of a task after its last event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct State {
    /// The task.
    pub task_id: TaskId,
    /// The number of its last event.
    pub sequence: u32,
    /// Where it stands.
    pub status: Status,
    /// Where it stood before it was disputed, while it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_before: Option<Status>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When its last event happened.
    pub changed_at: Timestamp,
    /// When it was resolved, while it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Timestamp>,
    /// From when its clock counts.
    pub since: Timestamp,
    /// The feedback it comes from.
    pub feedback_id: FeedbackId,
    /// What is to be done.
    pub kind: TaskKind,
    /// Whether everybody can read the feedback.
    pub public: bool,
    /// Whether it is a formal complaint; once it is, it stays one.
    pub formal_complaint: bool,
    /// 1 (first) to 4.
    pub priority: u8,
    /// The accountable department.
    pub department: DepartmentId,
    /// The team whose queue it is in.
    pub team: TeamId,
    /// The person who has it, by a pseudonymous id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Whose it is, says the department that disputes it, while it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disputed_as: Option<DepartmentId>,
    /// How often it went to another department.
    pub handovers: u32,
    /// How often somebody tried to speak with the customer.
    pub contact_attempts: u32,
    /// Whether the customer was reached.
    pub contacted: bool,
    /// The accountable department's task, for a contributor's sub-task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<TaskId>,
    /// The contributors' sub-tasks.
    pub sub_tasks: BTreeMap<TaskId, SubTask>,
    /// The task that does its work, while it is a duplicate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<TaskId>,
    /// How it was resolved, the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
    /// What the customer last answered to whether it is mended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_by_customer: Option<bool>,
    /// How loudly it is called for: 0 not at all, then one more with each step.
    pub level: u8,
    /// The steps of escalation taken so far, each once.
    pub escalations: BTreeSet<Step>,
}

/// A step of escalation: so much of a target's time was spent.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct Step {
    /// Whose time.
    pub target: Target,
    /// How much of it, in percent: one of [`crate::PERCENTS`].
    pub percent: u8,
}

/// A contributor's sub-task, as the accountable task sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SubTask {
    /// The contributor.
    pub department: DepartmentId,
    /// Whether the accountable task can't close while it is open.
    pub required: bool,
    /// Whether it is open.
    pub open: bool,
    /// Whether the accountable task may close without it.
    pub waived: bool,
}

/// Why events are no history of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Brokenness {
    /// There are none.
    #[error("a history has at least one event")]
    Empty,
    /// The first doesn't open the task, or a later one does.
    #[error("event {0} is an opening where none belongs, or none where one does")]
    Opening(u32),
    /// One is missing, double, or another task's.
    #[error("event {0} is not the next one of this task")]
    Sequence(u32),
}

impl State {
    /// The state after `event`, where that opens a task.
    pub fn opened(event: &Event) -> Option<Self> {
        let Change::Opened(opening) = &event.change else { return None };
        let Opening { feedback_id, kind, priority, since, public, formal_complaint, .. } = *opening;
        let mut state = Self {
            task_id: event.task_id,
            sequence: event.sequence,
            status: event.to,
            status_before: None,
            opened_at: event.at,
            changed_at: event.at,
            resolved_at: None,
            since,
            feedback_id,
            kind,
            public,
            formal_complaint,
            priority,
            department: opening.department.clone(),
            team: opening.team.clone(),
            person: None,
            disputed_as: None,
            handovers: 0,
            contact_attempts: 0,
            contacted: false,
            part_of: opening.part_of,
            sub_tasks: BTreeMap::new(),
            merged_into: None,
            resolution: None,
            resolved_by_customer: None,
            level: 0,
            escalations: BTreeSet::new(),
        };
        for contribution in &opening.contributions {
            state.ask(contribution);
        }
        Some(state)
    }

    /// When time alone closes it: seven days after it was resolved; never a formal complaint, nor while
    /// a required sub-task is open.
    pub fn closes_at(&self) -> Option<Timestamp> {
        let waits = self.status == Status::Resolved && self.open_contribution().is_none();
        let resolved_at = self.resolved_at.filter(|_| waits && !self.formal_complaint)?;
        resolved_at.checked_add(CLOSES_AFTER).ok()
    }

    /// The required sub-task that keeps it from closing; the first of them.
    pub fn open_contribution(&self) -> Option<TaskId> {
        let blocks = |sub: &SubTask| sub.required && sub.open && !sub.waived;
        self.sub_tasks.iter().find(|(_, sub)| blocks(sub)).map(|(task, _)| *task)
    }

    fn ask(&mut self, contribution: &crate::Contribution) {
        let crate::Contribution { sub_task, department, required } = contribution;
        let department = department.clone();
        let sub = SubTask { department, required: *required, open: true, waived: false };
        self.sub_tasks.insert(*sub_task, sub);
    }

    fn give(&mut self, department: &DepartmentId, team: &TeamId, person: Option<&String>) {
        if self.department != *department {
            self.handovers = self.handovers.saturating_add(1);
        }
        self.department.clone_from(department);
        self.team.clone_from(team);
        self.person = person.cloned();
    }

    fn sub(&mut self, task: TaskId, change: impl Fn(&mut SubTask)) {
        if let Some(sub) = self.sub_tasks.get_mut(&task) {
            change(sub);
        }
    }
}

/// The state after `event`. A second opening changes nothing.
#[must_use]
pub fn apply(mut state: State, event: &Event) -> State {
    let before = state.status;
    state.sequence = event.sequence;
    state.changed_at = event.at;
    state.status = event.to;
    match &event.change {
        Change::Opened(_)
        | Change::Acknowledged
        | Change::Started
        | Change::WaitingCustomer
        | Change::WaitingInternal
        | Change::Closed
        | Change::Suppressed => {}
        Change::Resolved { resolution } => {
            state.resolution = Some(resolution.clone());
            state.resolved_at = Some(event.at);
        }
        Change::Reopened => {
            state.resolved_at = None;
            state.merged_into = None;
        }
        Change::Disputed { department } => {
            state.status_before = Some(before);
            state.disputed_as = Some(department.clone());
        }
        Change::DisputeAccepted { department, team } => {
            state.give(department, team, None);
            (state.status_before, state.disputed_as) = (None, None);
        }
        Change::DisputeRejected => (state.status_before, state.disputed_as) = (None, None),
        Change::Merged { into } => state.merged_into = Some(*into),
        Change::Assigned { department, team, person } => {
            state.give(department, team, person.as_ref());
        }
        Change::Prioritised { priority } => state.priority = *priority,
        Change::Contacted { reached } => {
            state.contact_attempts = state.contact_attempts.saturating_add(1);
            state.contacted |= reached;
        }
        Change::FormalComplaintDeclared => state.formal_complaint = true,
        Change::ContributionAsked(contribution) => state.ask(contribution),
        Change::ContributionEnded { sub_task } => state.sub(*sub_task, |sub| sub.open = false),
        Change::ContributionReopened { sub_task } => state.sub(*sub_task, |sub| sub.open = true),
        Change::ContributionWaived { sub_task } => state.sub(*sub_task, |sub| sub.waived = true),
        Change::Escalated(step) => {
            state.escalations.insert(*step);
            state.level = u8::try_from(state.escalations.len()).unwrap_or(u8::MAX);
        }
        Change::FollowUpAnswered { resolved_by_customer, .. } => {
            state.resolved_by_customer = Some(*resolved_by_customer);
        }
    }
    state
}

/// The state that a whole history makes, from its opening on.
pub fn replay(events: &[Event]) -> Result<State, Brokenness> {
    let (first, rest) = events.split_first().ok_or(Brokenness::Empty)?;
    let opened = State::opened(first).filter(|_| first.sequence == 1);
    let mut state = opened.ok_or(Brokenness::Opening(first.sequence))?;
    for event in rest {
        if matches!(event.change, Change::Opened(_)) {
            return Err(Brokenness::Opening(event.sequence));
        }
        if event.task_id != state.task_id || event.sequence != state.sequence + 1 {
            return Err(Brokenness::Sequence(event.sequence));
        }
        state = apply(state, event);
    }
    Ok(state)
}
