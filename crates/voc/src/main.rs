//! The `voc` command; all of it is in the library, where the tests reach it.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A worker takes and gives back many small pieces of memory per record, and a batch of some
/// megabytes at once: the system's allocator spends a tenth of a worker's time on that.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    voc::main()
}
