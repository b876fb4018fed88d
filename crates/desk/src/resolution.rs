//! What must be known of a task before it may end: why it came to this, who caused it, what was done.

use feedback::{DepartmentId, Verbatim};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The list from which a root cause is chosen: short enough to pick in a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RootCauseKind {
    /// The way we work makes it happen.
    Process,
    /// Our rules or terms make it happen.
    Policy,
    /// The product or service itself.
    Product,
    /// A system failed or doesn't do what is needed.
    System,
    /// What we wrote or said was wrong, unclear or missing.
    Communication,
    /// Somebody didn't know what to do.
    Knowledge,
    /// Somebody didn't do what they should.
    Conduct,
    /// There were too few people or goods.
    Capacity,
    /// A supplier or partner.
    Supplier,
    /// Nothing went wrong: the customer expected something else.
    Expectation,
    /// None of these: the text says what.
    Other,
}

/// Why it happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RootCause {
    /// From the list.
    pub kind: RootCauseKind,
    /// In words; not empty. It may quote the customer, so that `Debug` hides it.
    pub text: Verbatim,
    /// The department that caused it, which may be another than the accountable one.
    pub department: DepartmentId,
}

/// How a task was resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Resolution {
    /// Why it happened.
    pub root_cause: RootCause,
    /// What was done about it; not empty.
    pub action_taken: Verbatim,
    /// Whether the agent holds it to be solved for the customer. What the customer says comes later.
    pub resolved_by_agent: bool,
}
