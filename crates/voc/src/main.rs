//! The `voc` command; all of it is in the library, where the tests reach it.

fn main() {}
