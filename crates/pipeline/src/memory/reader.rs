//! Reads stretches of the memory log.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use feedback::Record;

use super::Shared;
use crate::{Fault, Progress, Range, Reader};

pub(super) struct MemoryReader {
    shared: Arc<Shared>,
    ranges: Vec<Range>,
}

impl MemoryReader {
    pub(super) fn new(shared: Arc<Shared>, ranges: Vec<Range>) -> Self {
        Self { shared, ranges }
    }
}

fn is_finished(range: &Range) -> bool {
    range.to.is_some_and(|to| range.from >= to)
}

impl Reader for MemoryReader {
    fn read(
        &mut self,
        records: &mut Vec<Record>,
        records_max: usize,
        wait_max: Duration,
    ) -> Result<Progress, Fault> {
        let until = Instant::now() + wait_max;
        let most = records.len().saturating_add(records_max);
        let before = records.len();
        let mut state = self.shared.lock();
        loop {
            for range in &mut self.ranges {
                let Some(kept) = state.partition(&range.partition) else { continue };
                range.from = range.from.max(kept.earliest);
                for record in kept.from(range.from) {
                    if records.len() >= most || is_finished(range) {
                        break;
                    }
                    records.push(record.as_ref().clone());
                    range.from = record.origin.offset + 1;
                }
            }
            if self.ranges.iter().all(is_finished) {
                return Ok(Progress::Finished);
            }
            let left = until.saturating_duration_since(Instant::now());
            if records.len() > before || left.is_zero() {
                return Ok(Progress::More);
            }
            let waited = self.shared.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
