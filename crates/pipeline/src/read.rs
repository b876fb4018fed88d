//! Reads stretches of a log to their end, for whoever wants all of them.

use std::time::Duration;

use feedback::Record;

use crate::{Fault, Log, Progress, Range};

/// How many records are in memory at once.
const RECORDS_MAX: usize = 1000;

/// How long one read waits for its first record. Whether a log that is silent for longer still
/// answers is the reader's business.
const WAIT_MAX: Duration = Duration::from_millis(200);

/// Gives `each` every record of these stretches; those of one partition come in order. Ends at the
/// first error.
pub fn read_to_end<E: From<Fault>>(
    log: &dyn Log,
    mut ranges: Vec<Range>,
    mut each: impl FnMut(Record) -> Result<(), E>,
) -> Result<(), E> {
    ranges.retain(|range| range.to.is_none_or(|to| range.from < to));
    if ranges.is_empty() {
        return Ok(());
    }
    let mut reader = log.reader(ranges)?;
    let mut records = Vec::new();
    loop {
        let progress = reader.read(&mut records, RECORDS_MAX, WAIT_MAX)?;
        records.drain(..).try_for_each(&mut each)?;
        if progress == Progress::Finished {
            return Ok(());
        }
    }
}
