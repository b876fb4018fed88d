//! What happened to a task, one event at a time: the records of topic task.events, and the only truth of
//! a task.

use feedback::{DepartmentId, EventId, FeedbackId, TaskId, TaskKind, TeamId, Verbatim};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Move, Resolution, Status, Step};

/// One thing that happened to a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// Derived from `task_id` and `sequence`.
    pub event_id: EventId,
    /// The task.
    pub task_id: TaskId,
    /// 1 for the opening, then one more each.
    pub sequence: u32,
    /// `type`, and what belongs to that type.
    #[serde(flatten)]
    pub change: Change,
    /// When; never before the event before it.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// The status before; absent for the opening.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Status>,
    /// The status after.
    pub to: Status,
    /// Why, in words; they may quote the customer, so that `Debug` hides them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Verbatim>,
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Actor {
    /// What kind of actor.
    pub kind: ActorKind,
    /// A pseudonymous id: the person's, the rule's, the clock's.
    pub id: String,
}

/// What kind of actor did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// Somebody who works here.
    Person,
    /// The configuration: a route, a merge window.
    Rule,
    /// Time that ran out.
    Clock,
}

/// What happened; `type` on the wire. The same words in a [`crate::Command`] say what shall happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Change {
    /// The task exists. Never commanded: [`crate::open`] makes it.
    Opened(Opening),
    /// Somebody has seen it and answers for it.
    Acknowledged,
    /// Work began, or goes on.
    Started,
    /// The customer was asked something.
    WaitingCustomer,
    /// Somebody in the company was asked something.
    WaitingInternal,
    /// It is mended.
    Resolved {
        /// How.
        resolution: Resolution,
    },
    /// It is over.
    Closed,
    /// It was not over.
    Reopened,
    /// The accountable department says that it is another's.
    Disputed {
        /// Whose they say it is.
        department: DepartmentId,
    },
    /// It is another department's now.
    DisputeAccepted {
        /// Whose.
        department: DepartmentId,
        /// Its team.
        team: TeamId,
    },
    /// It stays where it was.
    DisputeRejected,
    /// Another task does its work.
    Merged {
        /// Which.
        into: TaskId,
    },
    /// Nothing is to be done.
    Suppressed,
    /// It has a new owner. The clock isn't reset.
    Assigned {
        /// The accountable department.
        department: DepartmentId,
        /// The team.
        team: TeamId,
        /// A person of the team, by a pseudonymous id; absent: the team's queue.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<String>,
    },
    /// It has another priority, 1 (first) to 4.
    Prioritised {
        /// The new one.
        priority: u8,
    },
    /// Somebody tried to speak with the customer, or answered in public.
    Contacted {
        /// Whether the customer was reached.
        reached: bool,
    },
    /// It is a formal complaint, for good.
    FormalComplaintDeclared,
    /// Another department must help.
    ContributionAsked(Contribution),
    /// The sub-task is over.
    ContributionEnded {
        /// Which.
        sub_task: TaskId,
    },
    /// The sub-task isn't over after all.
    ContributionReopened {
        /// Which.
        sub_task: TaskId,
    },
    /// The task may end without the sub-task; the reason says why.
    ContributionWaived {
        /// Which.
        sub_task: TaskId,
    },
    /// Time runs out, or ran out.
    Escalated(Step),
    /// The customer was asked whether it is mended, and answered.
    FollowUpAnswered {
        /// The answer, a feedback of its own.
        feedback_id: FeedbackId,
        /// Whether it is mended for the customer.
        resolved_by_customer: bool,
    },
}

/// A task to open: what is known of it at the start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Opening {
    /// The feedback it comes from.
    pub feedback_id: FeedbackId,
    /// What is to be done.
    pub kind: TaskKind,
    /// The accountable department; a contributor's, for a sub-task.
    pub department: DepartmentId,
    /// Its team.
    pub team: TeamId,
    /// 1 (first) to 4.
    pub priority: u8,
    /// From when the clock counts: when the feedback was received, else when it was given.
    pub since: Timestamp,
    /// Whether everybody can read the feedback: the first answer has a target of its own.
    #[serde(default)]
    pub public: bool,
    /// Whether it is a formal complaint.
    #[serde(default)]
    pub formal_complaint: bool,
    /// The accountable department's task, for a contributor's sub-task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<TaskId>,
    /// The contributors' sub-tasks.
    #[serde(default)]
    pub contributions: Vec<Contribution>,
}

/// A sub-task of a department that must help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Contribution {
    /// The contributor's own task, with its own clock.
    pub sub_task: TaskId,
    /// The contributor.
    pub department: DepartmentId,
    /// Whether the accountable task can't close while it is open.
    pub required: bool,
}

impl Change {
    /// The move that leads to it; `None` for the opening.
    pub const fn wanted(&self) -> Option<Move> {
        Some(match self {
            Self::Opened(_) => return None,
            Self::Acknowledged => Move::Acknowledge,
            Self::Started => Move::Start,
            Self::WaitingCustomer => Move::WaitForCustomer,
            Self::WaitingInternal => Move::WaitInternally,
            Self::Resolved { .. } => Move::Resolve,
            Self::Closed => Move::Close,
            Self::Reopened => Move::Reopen,
            Self::Disputed { .. } => Move::Dispute,
            Self::DisputeAccepted { .. } => Move::AcceptDispute,
            Self::DisputeRejected => Move::RejectDispute,
            Self::Merged { .. } => Move::Merge,
            Self::Suppressed => Move::Suppress,
            Self::Assigned { .. } => Move::Assign,
            Self::Prioritised { .. } => Move::Prioritise,
            Self::Contacted { .. } => Move::Contact,
            Self::FormalComplaintDeclared => Move::DeclareFormalComplaint,
            Self::ContributionAsked(_) => Move::AskContribution,
            Self::ContributionEnded { .. } => Move::EndContribution,
            Self::ContributionReopened { .. } => Move::ReopenContribution,
            Self::ContributionWaived { .. } => Move::WaiveContribution,
            Self::Escalated(_) => Move::Escalate,
            Self::FollowUpAnswered { .. } => Move::RecordFollowUp,
        })
    }
}
