//! Gives classified feedback to the team that must act: routes, tasks, kudos, due times.
//!
//! `Router` is the compiled routes.toml. `Router::route` takes a feedback and what classify said of
//! it and gives its `Routing`: pure and total, the first route whose condition holds wins, and where
//! none holds the route `otherwise` does. Nothing is left without a department and a team.

mod config;
mod example;
#[cfg(test)]
mod fixture;
mod known;
mod messages;
mod policy;
mod router;

use feedback::{DepartmentId, ThemeId};
use serde::Serialize;

pub use config::RouteTask;
pub use example::{Expectation, ExpectedKudos, RouteExample};
pub use router::Router;

/// What routing must know of a theme that its match doesn't carry: its part of the taxonomy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ThemeTraits {
    /// The department accountable for it, which is also the one that its praise goes to.
    pub department: DepartmentId,
    /// 1 (trivial) to 5 (harm).
    pub severity: u8,
    /// Whether it is of kind praise: found with positive polarity, it earns kudos.
    pub praise: bool,
    /// The names it had before, and those of themes that it replaced: they stand for it in a `when`.
    pub formerly: Vec<ThemeId>,
}

/// Where routes are written down, relative to the configuration's folder.
pub const FILE: &str = "routes.toml";

/// The id of the last route, which holds for everything: implied with no task and priority 4, unless
/// routes.toml ends with a route of this id and without a `when`.
pub const OTHERWISE: &str = "otherwise";
