//! What is learned from history, offline: so far [`diff`], what a change of the configuration would
//! move. Pure: feedback and compiled stages in, numbers and a few verbatims out; the caller reads files
//! and logs, and shares the work out among threads.

pub mod diff;
mod sample;

pub use sample::{Rank, Sample};
