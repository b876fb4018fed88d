//! The `voc` command: the only crate that reads files, the environment, the wall clock and
//! arguments. Everything it decides, it hands to the other crates as values.
