//! How a run ends: exit codes, and what is told of an error.

use std::io;

use thiserror::Error;

use crate::problems::Refused;

/// Something failed at run time.
pub(crate) const FAILURE: u8 = 1;
/// The command line makes no sense.
pub(crate) const USAGE: u8 = 2;
/// The configuration can't be used (`EX_CONFIG` of sysexits.h).
pub(crate) const CONFIGURATION: u8 = 78;

/// What was typed makes no sense, though it has the right form.
#[derive(Debug, Error)]
#[error("{0}")]
pub(crate) struct Usage(pub String);

/// The message for people and the exit code.
pub(crate) fn tell(error: &anyhow::Error, colour: bool) -> (String, u8) {
    if let Some(refused) = error.downcast_ref::<Refused>() {
        return (refused.text(colour), CONFIGURATION);
    }
    let code = if error.is::<Usage>() { USAGE } else { FAILURE };
    (format!("voc: {error:#}"), code)
}

/// Whether the reader of our output went away (`voc tap | head`): that is no failure.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let is_broken = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    // What crate csv met is no cause in its error's chain.
    let of_csv =
        |error: &csv::Error| matches!(error.kind(), csv::ErrorKind::Io(error) if is_broken(error));
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(is_broken)
            || cause.downcast_ref::<csv::Error>().is_some_and(of_csv)
    })
}
