//! The Kafka log: the only crate that names rdkafka.
//!
//! [`KafkaLog`] is a [`pipeline::Log`]. Its members read and write in transactions (or at least
//! once), and each thing that can go wrong on the way has one verdict, in `verdict.rs`. What the
//! client can't do by itself is made up for here: positions are checked after each rebalance, an
//! unknown outcome is found out, a stalled partition is noticed.

mod ask;
mod assignment;
mod client;
mod commit;
mod group;
mod limit;
mod log;
mod member;
mod outlet;
mod poll;
mod reader;
mod ready;
mod record;
mod settings;
mod statistics;
mod topics;
mod verdict;

pub use log::KafkaLog;
pub use settings::{Compression, Delivery, Sasl, ScramHash, Secret, Settings, Tls};
