//! All end-to-end and contract tests in one binary. Cases that need a real Kafka are ignored in a
//! bare `cargo test`; `./test` starts a broker, names it in `VOC_TEST_KAFKA`, and runs them.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on must fail, and tells its seed"
)]

mod bad_records;
mod beside;
mod configuration;
mod dead;
mod determinism;
mod diff;
mod docs;
mod exchange;
mod feelings;
mod files;
mod fuzz;
mod gold;
mod kill;
mod logs;
mod packs;
mod privacy;
mod stop;
mod support;
mod tag;
mod tidy;
mod unreachable;
mod usage;
mod wire;
