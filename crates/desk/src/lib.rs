//! What becomes of a task once it is opened: its life, its clock, and who is told when time runs out.
//!
//! A task is its history. [`decide`] answers a [`Command`] with the [`Event`]s that follow, or says why
//! not; [`apply`] puts an event into the [`State`]; [`replay`] makes the state anew from the history.
//! Which move is allowed where stands in one table, [`MOVES`]. [`Clock`] is the parsed clock.toml: it
//! reads due times off a history, and says which escalations are due. Pure and total: time comes in as an
//! argument, and the same history gives the same state, due times and escalations.

mod allowance;
mod calendar;
mod clock;
mod config;
mod course;
mod decide;
mod escalation;
mod event;
mod explain;
mod holiday;
mod messages;
mod moves;
mod refused;
mod resolution;
mod state;
mod status;
#[cfg(test)]
mod tests;

pub use clock::{Clock, Reading, Standing, Target};
pub use decide::{CLOSES_AFTER, Command, WORDS_BYTES_MAX, decide, open};
pub use escalation::PERCENTS;
pub use event::{Actor, ActorKind, Change, Contribution, Event, Opening};
pub use moves::{MOVES, Move, Rule, To};
pub use refused::{Refused, Why};
pub use resolution::{Resolution, RootCause, RootCauseKind};
pub use state::{Brokenness, State, Step, SubTask, apply, replay};
pub use status::Status;

/// Where calendars and targets are written down, relative to the configuration's folder.
pub const FILE: &str = "clock.toml";

/// The clock.toml that holds where there is no other: Dutch office hours and holidays, and the usual
/// targets.
pub const DEFAULT: &str = include_str!("../clock.toml");
