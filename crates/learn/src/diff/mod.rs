//! What a change of the configuration would move: every record of real history goes through OLD and
//! through NEW, and what differs is counted.
//!
//! One [`Comparer`] per thread takes a [`Reading`] at a time; its [`Comparison`] is counts and a few
//! verbatims, bounded however many records there are. Comparisons are joined: all counts are whole
//! numbers and all samples are chosen by rank, so the order and the number of threads change nothing. A
//! [`Limit`] judges the result, for continuous integration.

mod aspect;
mod change;
mod comparer;
mod comparison;
mod department;
mod figures;
mod flow;
mod json;
mod limit;
mod period;
mod theme;
mod verdict;

pub use aspect::{Aspect, Aspects};
pub use change::{Change, Place};
pub use comparer::{Comparer, Read, Reading, Side};
pub use comparison::{Comparison, DEAD_PLACES_MAX, Level, Move, MoveTally, Sides};
pub use department::{DepartmentTally, TaskCounts, TaskFlow};
pub use flow::Flow;
pub use limit::{Known, Limit, LimitError, Offence, Outcome};
pub use period::Period;
pub use theme::{Example, ThemeTally};
pub use verdict::{Assigned, Verdict};

#[cfg(test)]
mod tests;
