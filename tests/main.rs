//! All end-to-end and contract tests in one binary. Cases that need a real Kafka are ignored in a
//! bare `cargo test`; `./test` starts a broker, names it in `VOC_TEST_KAFKA`, and runs them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod tidy;
