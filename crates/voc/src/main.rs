//! The `voc` command.

fn main() {}
