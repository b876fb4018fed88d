//! The work that follows from a feedback: whose it is, by when, and the praise to pass on.

use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Because, DepartmentId, KudosId, TaskId, TeamId, ThemeId};

/// The result of the stage route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Routing {
    /// The route of routes.toml that held.
    pub rule: Arc<str>,
    /// The accountable department.
    pub department: DepartmentId,
    /// Its team.
    pub team: TeamId,
    /// 1 (first) to 4.
    pub priority: u8,
    /// The policy that gave the due times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Arc<str>>,
    /// The accountable department's task, where there is work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<Task>,
    /// Those who must help, each with a task of its own where there is a task.
    pub contributors: Vec<RoutedContributor>,
    /// Praise to pass on, one per department praised.
    pub kudos: Vec<Kudos>,
    /// Why.
    pub because: Vec<Because>,
}

/// A task to open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// What is to be done.
    pub kind: TaskKind,
    /// By when.
    pub due: Due,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// Contact the customer, and mend it.
    Contact,
    /// Mend it; nobody is to be contacted.
    Investigate,
}

/// Due times, counted from `received_at`, else `occurred_at`; absent where neither is known or the
/// policy has none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Due {
    /// Seen by a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledge: Option<Timestamp>,
    /// The customer was spoken to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Timestamp>,
    /// Mended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolve: Option<Timestamp>,
}

/// A department that must help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoutedContributor {
    /// The department.
    pub department: DepartmentId,
    /// Its team.
    pub team: TeamId,
    /// Its own task; absent where the route opens none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_id: Option<TaskId>,
}

/// Praise for one department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Kudos {
    /// Its id.
    pub id: KudosId,
    /// Who is praised.
    pub department: DepartmentId,
    /// Its team.
    pub team: TeamId,
    /// What for.
    pub themes: Vec<ThemeId>,
}
