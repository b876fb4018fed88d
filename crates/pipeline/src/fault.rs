//! What is wrong with the world, as opposed to a record (that is a `Reject`). A fault ends the
//! process with exit code 1, after whatever retries its origin allows; the two never convert.

use thiserror::Error;

/// A fault, told to people once, where it is handled. No variant carries a record's words.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    /// The log can't be reached, and the time to keep trying is over.
    #[error("can't reach the log at {address}: {reason}")]
    Unreachable {
        /// Host and port, or path.
        address: String,
        /// What the client said.
        reason: String,
    },
    /// The log refuses our credentials.
    #[error("{address} refuses the credentials: {reason}; check [kafka] in voc.toml")]
    Credentials {
        /// Host and port.
        address: String,
        /// What the client said.
        reason: String,
    },
    /// Topics are missing and may not be made here.
    #[error("missing topics: {}; make them with `voc topics create`", .names.join(", "))]
    MissingTopics {
        /// Their names, sorted.
        names: Vec<String>,
    },
    /// A committed offset lies outside what the topic still holds.
    #[error(
        "{topic}/{partition}: offset {offset} is no longer in the topic, which now begins at \
         {earliest}; records were lost to retention, or the topic was made anew"
    )]
    OffsetOutOfRange {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
        /// The offset that was committed.
        offset: i64,
        /// The first offset there is.
        earliest: i64,
    },
    /// Another process holds the embedded log.
    #[error("{path} is in use by process {pid}; stop it first, or choose another log")]
    Locked {
        /// The log's folder.
        path: String,
        /// The process that holds it.
        pid: u32,
    },
    /// Too many of a partition's records are bad: the input or the configuration is, not they.
    #[error(
        "{origin}: {dead} of the last {seen} records of this partition are dead letters (most: \
         {code}); this batch is not committed. Mend the source or its file in config/sources, or \
         raise [dead_letters] in voc.toml"
    )]
    DeadLetterLimit {
        /// The record at which the limit was reached.
        origin: String,
        /// How many were dead.
        dead: u64,
        /// Of how many.
        seen: u64,
        /// The commonest reject code among them.
        code: String,
    },
    /// The log's storage failed (disk full, file damaged).
    #[error("storage of the log: {reason}")]
    Storage {
        /// What the system said.
        reason: String,
    },
    /// The client reached a state that it says can't be mended.
    #[error("the log's client gave up: {reason}")]
    Fatal {
        /// What the client said.
        reason: String,
    },
    /// A worker thread ended where it must not; its message was logged.
    #[error("worker {worker} ended unexpectedly")]
    Worker {
        /// Which one.
        worker: usize,
    },
}
