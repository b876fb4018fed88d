//! Where a task stands. How loudly it is called for (escalation) is a level beside it, so that work in
//! hand is never lost from sight.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a task stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// In the team's queue; nobody has looked at it.
    New,
    /// Somebody has seen it and answers for it.
    Acknowledged,
    /// Somebody works on it.
    InProgress,
    /// The customer must answer first: the only place where the clock stands still.
    WaitingCustomer,
    /// Somebody else in the company must do something first.
    WaitingInternal,
    /// Mended, as far as we know; the customer has a week to say otherwise.
    Resolved,
    /// Over.
    Closed,
    /// It was not over after all.
    Reopened,
    /// The department says it is another's.
    Disputed,
    /// Another task does its work.
    Duplicate,
    /// Nothing is to be done, with a reason.
    Suppressed,
}

impl Status {
    /// Every status, in the order of a task's life.
    pub const ALL: [Self; 11] = [
        Self::New,
        Self::Acknowledged,
        Self::InProgress,
        Self::WaitingCustomer,
        Self::WaitingInternal,
        Self::Resolved,
        Self::Closed,
        Self::Reopened,
        Self::Disputed,
        Self::Duplicate,
        Self::Suppressed,
    ];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Acknowledged => "acknowledged",
            Self::InProgress => "in_progress",
            Self::WaitingCustomer => "waiting_customer",
            Self::WaitingInternal => "waiting_internal",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Disputed => "disputed",
            Self::Duplicate => "duplicate",
            Self::Suppressed => "suppressed",
        }
    }

    /// Whether nothing more is to be done as things stand: resolved, closed, duplicate or suppressed.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Resolved | Self::Closed | Self::Duplicate | Self::Suppressed)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
