//! The tests of voc: `main.rs` is the one test binary.
