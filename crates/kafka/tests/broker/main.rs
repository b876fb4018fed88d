//! The crate on a real broker, by its own interface: what no whole `voc run` can be brought to at
//! will. Every log's contract and the tests of the whole are in the package `tests`.
#![expect(clippy::print_stdout, reason = "a long test says what it measured")]

mod faults;
mod proxy;
mod refused;
mod silent;
mod support;
mod survive;
