//! The embedded log: topics, partitions and offsets in one SQLite file, for trials, pilots and
//! tests. One process runs the workers (a lock file names it); any process may append and read
//! beside it. A commit is one SQLite transaction, so exactly once is simply true here.
//!
//! Records lie in blocks: one row holds the records that one transaction wrote to one partition, as
//! a Kafka record batch does. That is what makes it fast: SQLite's cost is per row.

mod block;
mod catalogue;
mod cursor;
mod database;
mod lock;
mod log;
mod member;
mod reader;
mod retention;
mod writer;

pub use database::{Durability, Settings};
pub use log::EmbeddedLog;
