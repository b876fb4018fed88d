//! Limits, for continuous integration: `tasks.billing > +10%`, `themes.lost > 0`,
//! `department_changed > 2%`. A limit is met where its figure is beyond its bound; then the change is
//! not to go through unseen. docs/DIFF.md has the language on one page.
//!
//! ```text
//! limit  = figure bound { "AND" bound }
//! figure = "changed" | aspect "_changed" | subject [ "." id ] | subject "." ("gained" | "lost") [ "." id ]
//! bound  = (">" | ">=" | "<" | "<=") [ "+" | "-" ] number [ "%" ]
//! ```
//!
//! A number without a sign is compared with what there is under NEW, one with a sign with how it moves
//! from OLD to NEW. An id is a theme, department, team, flag, code or priority; `*` is each of them.

mod judge;
mod parse;

use std::collections::BTreeSet;

use feedback::Span;
use thiserror::Error;

use super::aspect::Aspect;

pub use judge::{Offence, Outcome};

/// A limit, understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    text: String,
    figure: Figure,
    bounds: Vec<Bound>,
}

/// Why a limit can't be understood, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct LimitError {
    /// Where in the limit's text: UTF-8 bytes.
    pub span: Span,
    /// What is wrong there.
    pub message: String,
    /// What to write instead.
    pub mend: String,
}

/// What ids a limit may name: those of both sides.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Themes, and those above them.
    pub themes: BTreeSet<String>,
    /// Departments.
    pub departments: BTreeSet<String>,
    /// Teams.
    pub teams: BTreeSet<String>,
}

#[derive(Debug, Clone, PartialEq)]
enum Figure {
    /// Records that differ, in any respect or in one.
    Changed(Option<Aspect>),
    /// How many there are.
    Stock(Subject, Which),
    /// How many come.
    Gained(Subject, Which),
    /// How many go.
    Lost(Subject, Which),
}

/// Which of a subject's ids.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Which {
    /// All together.
    All,
    /// Each by itself.
    Each,
    /// One; the span is its place in the limit's text.
    One(String, Span),
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    Records,
    Dead,
    Tagged,
    Work,
    Themes,
    Accountable,
    Tasks,
    Teams,
    Priority,
    Kudos,
    Flags,
}

impl Subject {
    const ALL: [Self; 11] = [
        Self::Records,
        Self::Dead,
        Self::Tagged,
        Self::Work,
        Self::Themes,
        Self::Accountable,
        Self::Tasks,
        Self::Teams,
        Self::Priority,
        Self::Kudos,
        Self::Flags,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Dead => "dead",
            Self::Tagged => "tagged",
            Self::Work => "work",
            Self::Themes => "themes",
            Self::Accountable => "accountable",
            Self::Tasks => "tasks",
            Self::Teams => "teams",
            Self::Priority => "priority",
            Self::Kudos => "kudos",
            Self::Flags => "flags",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subject| subject.name() == name)
    }

    /// Whether it is counted by id.
    const fn has_ids(self) -> bool {
        !matches!(self, Self::Records | Self::Tagged | Self::Work)
    }

    /// Whether it makes sense for all ids together.
    const fn has_total(self) -> bool {
        !matches!(self, Self::Teams | Self::Priority)
    }

    /// Whether it is known what comes and what goes.
    const fn flows(self) -> bool {
        !matches!(self, Self::Records | Self::Priority)
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Bound {
    operator: Operator,
    number: f64,
    /// With a sign: how it moves, instead of how much there is.
    moves: bool,
    percent: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    More,
    AtLeast,
    Less,
    AtMost,
}

impl Limit {
    /// The limit as written.
    pub fn text(&self) -> &str {
        &self.text
    }
}
