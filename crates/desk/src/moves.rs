//! The one table of what may happen to a task, from where, and where it leads.

use std::fmt;

use crate::Status::{
    self, Acknowledged, Closed, Disputed, Duplicate, InProgress, New, Reopened, Resolved,
    Suppressed, WaitingCustomer, WaitingInternal,
};

/// Something that may be done to a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Move {
    /// See it and answer for it.
    Acknowledge,
    /// Work on it.
    Start,
    /// Wait for the customer's answer.
    WaitForCustomer,
    /// Wait for somebody in the company.
    WaitInternally,
    /// Say that it is mended, with cause and action.
    Resolve,
    /// End it, seven days later.
    Close,
    /// Take it up again.
    Reopen,
    /// Say that it is another department's.
    Dispute,
    /// Take what another department disputes.
    AcceptDispute,
    /// Send it back to the department that disputes it.
    RejectDispute,
    /// Let another task do its work.
    Merge,
    /// Decide that nothing is to be done.
    Suppress,
    /// Give it to a team or a person.
    Assign,
    /// Change its priority.
    Prioritise,
    /// Try to speak with the customer.
    Contact,
    /// Treat it as a formal complaint from now on.
    DeclareFormalComplaint,
    /// Let another department help, by a sub-task.
    AskContribution,
    /// Note that a sub-task is over.
    EndContribution,
    /// Note that a sub-task was taken up again.
    ReopenContribution,
    /// Go on without a sub-task.
    WaiveContribution,
    /// Call for it more loudly.
    Escalate,
    /// Note what the customer answered when asked whether it is mended.
    RecordFollowUp,
}

/// Where a move leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// To this status.
    Status(Status),
    /// To the status it had before it was disputed.
    Before,
    /// Nowhere: the status stays.
    Same,
}

/// One line of [`MOVES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// What may be done.
    pub wanted: Move,
    /// From which statuses.
    pub from: &'static [Status],
    /// Where it leads.
    pub to: To,
    /// Whether whoever does it must say why.
    pub needs_reason: bool,
}

/// Somebody can work on it.
const OPEN: &[Status] =
    &[New, Acknowledged, InProgress, WaitingCustomer, WaitingInternal, Reopened];
/// It isn't over.
const NOT_OVER: &[Status] =
    &[New, Acknowledged, InProgress, WaitingCustomer, WaitingInternal, Reopened, Disputed];
/// Somebody can work on it, or says it is mended.
const OPEN_OR_RESOLVED: &[Status] =
    &[New, Acknowledged, InProgress, WaitingCustomer, WaitingInternal, Reopened, Resolved];
/// Somebody works on it.
const AT_WORK: &[Status] = &[InProgress, WaitingCustomer, WaitingInternal];

/// A move that leads to a status.
const fn to(wanted: Move, from: &'static [Status], status: Status) -> Rule {
    Rule { wanted, from, to: To::Status(status), needs_reason: false }
}

/// A move that leaves the status as it is.
const fn stay(wanted: Move, from: &'static [Status]) -> Rule {
    Rule { wanted, from, to: To::Same, needs_reason: false }
}

/// The same move, for which a reason must be given.
const fn why(rule: Rule) -> Rule {
    Rule { needs_reason: true, ..rule }
}

/// Every move with where it may start and where it leads: nothing else is allowed. What besides must
/// hold (no required sub-task is open, a formal complaint isn't merged away, …) [`crate::decide`] checks.
pub const MOVES: [Rule; 22] = [
    to(Move::Acknowledge, &[New, Reopened], Acknowledged),
    to(Move::Start, &[Acknowledged, Reopened, WaitingCustomer, WaitingInternal], InProgress),
    to(Move::WaitForCustomer, &[InProgress, WaitingInternal], WaitingCustomer),
    to(Move::WaitInternally, &[InProgress, WaitingCustomer], WaitingInternal),
    to(Move::Resolve, AT_WORK, Resolved),
    to(Move::Close, &[Resolved], Closed),
    why(to(Move::Reopen, &[Resolved, Closed, Duplicate, Suppressed], Reopened)),
    why(to(Move::Dispute, OPEN, Disputed)),
    to(Move::AcceptDispute, &[Disputed], New),
    Rule { wanted: Move::RejectDispute, from: &[Disputed], to: To::Before, needs_reason: true },
    to(Move::Merge, OPEN, Duplicate),
    why(to(Move::Suppress, OPEN, Suppressed)),
    stay(Move::Assign, OPEN),
    stay(Move::Prioritise, NOT_OVER),
    stay(Move::Contact, OPEN_OR_RESOLVED),
    stay(Move::DeclareFormalComplaint, OPEN_OR_RESOLVED),
    stay(Move::AskContribution, OPEN),
    stay(Move::EndContribution, &Status::ALL),
    stay(Move::ReopenContribution, &Status::ALL),
    why(stay(Move::WaiveContribution, OPEN_OR_RESOLVED)),
    stay(Move::Escalate, NOT_OVER),
    stay(Move::RecordFollowUp, &Status::ALL),
];

impl Move {
    /// The line of [`MOVES`] that speaks of this move.
    pub fn rule(self) -> &'static Rule {
        let found = MOVES.iter().find(|rule| rule.wanted == self);
        found.expect("MOVES has a line for each move: a test says so")
    }

    /// The name, as a command and in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Start => "start",
            Self::WaitForCustomer => "wait_for_customer",
            Self::WaitInternally => "wait_internally",
            Self::Resolve => "resolve",
            Self::Close => "close",
            Self::Reopen => "reopen",
            Self::Dispute => "dispute",
            Self::AcceptDispute => "accept_dispute",
            Self::RejectDispute => "reject_dispute",
            Self::Merge => "merge",
            Self::Suppress => "suppress",
            Self::Assign => "assign",
            Self::Prioritise => "prioritise",
            Self::Contact => "contact",
            Self::DeclareFormalComplaint => "declare_formal_complaint",
            Self::AskContribution => "ask_contribution",
            Self::EndContribution => "end_contribution",
            Self::ReopenContribution => "reopen_contribution",
            Self::WaiveContribution => "waive_contribution",
            Self::Escalate => "escalate",
            Self::RecordFollowUp => "record_follow_up",
        }
    }
}

impl fmt::Display for Move {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
