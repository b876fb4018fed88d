//! What the end-to-end tests share: the binary under test, processes with bounded waits, a place
//! with a configuration and a log, and the account of what went in and what came out.

pub(crate) mod account;
pub(crate) mod binary;
pub(crate) mod broker;
pub(crate) mod feed;
pub(crate) mod http;
pub(crate) mod place;
pub(crate) mod process;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long anything may take before a test gives up. A healthy run never needs it whole.
pub(crate) const PATIENCE: Duration = Duration::from_mins(3);

/// How often a condition is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Waits until `look` finds something; fails, naming `what`, if it never does.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "waited in vain: {what}");
        std::thread::sleep(LOOK_EVERY);
    }
}

/// The folder of the project.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A file or folder of cases.
pub(crate) fn cases(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases").join(path)
}
