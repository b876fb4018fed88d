//! The worker loop over a log, and what keeps it honest.
//!
//! [`Log`] and [`Member`] are all that voc asks of a log; memory, embedded and Kafka logs implement
//! them and pass one contract suite. A worker polls a batch, runs the pure stages over it, and
//! commits outputs and offsets together, all or nothing.

mod arena;
mod board;
#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod coordinator;
mod dead_letters;
mod fault;
pub mod headers;
pub mod ledger;
mod log;
mod memory;
pub mod murmur2;
mod output;
mod patience;
mod process;
mod read;
pub mod telemetry;
mod topics;
mod worker;

pub use board::{Board, Stop};
pub use coordinator::Coordinator;
pub use dead_letters::DeadLetterLimit;
pub use fault::Fault;
pub use log::{
    Batch, BatchBounds, Commit, Entry, Lag, Log, Member, Membership, PartitionBounds, Progress,
    Range, Reader, Readiness, TopicDescription, TopicPartition, TopicRequest,
};
pub use memory::MemoryLog;
pub use output::{Output, OutputHeader};
pub use patience::{Backoff, Patience};
pub use process::{Processing, Processor};
pub use read::read_to_end;
pub use topics::{OutputTopics, TopicTemplates};
pub use worker::{Fate, Process, WorkerSettings, run};
