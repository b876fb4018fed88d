//! The few members of an output's JSON that the ledger must know; all others are passed over.

use serde::Deserialize;

/// What the ledger must know of a routing.
#[derive(Deserialize)]
pub(super) struct Routed {
    pub(super) routing: RoutingFacts,
}

#[derive(Deserialize)]
pub(super) struct RoutingFacts {
    pub(super) department: String,
    pub(super) team: String,
    pub(super) task: Option<TaskFacts>,
    #[serde(default)]
    pub(super) contributors: Vec<ContributorFacts>,
    #[serde(default)]
    pub(super) kudos: Vec<KudosFacts>,
}

#[derive(Deserialize)]
pub(super) struct TaskFacts {
    pub(super) id: String,
}

#[derive(Deserialize)]
pub(super) struct ContributorFacts {
    pub(super) team: String,
    pub(super) task_id: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct KudosFacts {
    pub(super) id: String,
    pub(super) team: String,
}

#[derive(Deserialize)]
pub(super) struct Classified {
    pub(super) classification: ClassificationFacts,
}

#[derive(Deserialize)]
pub(super) struct ClassificationFacts {
    pub(super) department: String,
}
