//! Why something may not be done to a task, in words that whoever wanted it can act on.

use std::fmt;

use feedback::TaskId;
use jiff::Timestamp;
use thiserror::Error;

use crate::{Move, Status};

/// What was wanted may not be done as the task stands. Its text names the status, the wanted move, why
/// not, and what is allowed instead.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a task that is {status} can't {}: {why}; allowed: {}", Wanted(*.wanted), Listed(.instead))]
pub struct Refused {
    /// Where the task stands.
    pub status: Status,
    /// What was wanted; `None` for a second opening.
    pub wanted: Option<Move>,
    /// Why not.
    pub why: Why,
    /// What the same actor may do as the task stands.
    pub instead: Vec<Move>,
}

/// What stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Why {
    /// The table of moves doesn't lead there.
    #[error("this move doesn't start there")]
    NotFromHere,
    /// It is open already.
    #[error("it is open already")]
    AlreadyOpen,
    /// Nobody said why.
    #[error("a reason must be given")]
    NoReason,
    /// A root cause or an action is empty.
    #[error("root cause and action taken must be told in words")]
    NoWords,
    /// A text is too long.
    #[error("a text is longer than {} bytes", crate::WORDS_BYTES_MAX)]
    TooLong,
    /// It is a formal complaint.
    #[error("a formal complaint can't be merged, suppressed or closed by other than a person")]
    FormalComplaint,
    /// It is a formal complaint already.
    #[error("it is a formal complaint already")]
    AlreadyFormal,
    /// The customer still has time to say that it isn't mended.
    #[error("the customer may object until {0}")]
    TooEarly(Timestamp),
    /// A department that must help isn't ready.
    #[error("the required sub-task {0} is open; end it, or waive it with a reason")]
    ContributionOpen(TaskId),
    /// There is no such sub-task, or not in the state that the move needs.
    #[error("it has no such sub-task in that state")]
    NoContribution,
    /// The sub-task was asked for already.
    #[error("that sub-task was asked for already")]
    ContributionKnown,
    /// A task can't be its own duplicate.
    #[error("it can't be merged into itself")]
    IntoItself,
    /// No such priority.
    #[error("priority is 1 (first), 2, 3 or 4")]
    BadPriority,
    /// This step was taken already.
    #[error("that step was taken already")]
    AlreadyEscalated,
    /// There is no such step.
    #[error("it is escalated at 75 and 100 percent")]
    BadPercent,
}

struct Wanted(Option<Move>);

impl fmt::Display for Wanted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.map_or("open", Move::name))
    }
}

struct Listed<'a>(&'a [Move]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, allowed) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(formatter, "{comma}{allowed}")?;
        }
        Ok(())
    }
}
