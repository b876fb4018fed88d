//! Reads stretches of the embedded log over a connection of its own. Short read transactions only:
//! a long one would keep the write-ahead log from being cut.

use std::sync::Arc;
use std::time::{Duration, Instant};

use feedback::Record;
use pipeline::{Fault, Progress, Range, Reader};
use rusqlite::Connection;

use crate::cursor::Cursor;
use crate::database::{self, Trouble};
use crate::log::Shared;
use crate::member::{PAUSE_MAX, PAUSE_MIN};

pub(crate) struct EmbeddedReader {
    shared: Arc<Shared>,
    connection: Connection,
    stretches: Vec<Stretch>,
}

struct Stretch {
    cursor: Cursor,
    to: Option<i64>,
}

impl Stretch {
    fn is_finished(&self) -> bool {
        self.to.is_some_and(|to| self.cursor.next >= to)
    }

    /// The next record, if there is one. What retention took is stepped over.
    fn read(&mut self, connection: &Connection) -> Result<Option<Record>, Trouble> {
        loop {
            match self.cursor.peek(connection) {
                Ok(Some(_)) if !self.is_finished() => return self.cursor.read(),
                Ok(_) => return Ok(None),
                Err(Trouble::Fault(Fault::OffsetOutOfRange { earliest, .. }))
                    if earliest > self.cursor.next =>
                {
                    self.cursor.seek(earliest);
                }
                Err(trouble) => return Err(trouble),
            }
        }
    }
}

impl EmbeddedReader {
    pub(crate) fn open(shared: Arc<Shared>, ranges: Vec<Range>) -> Result<Self, Fault> {
        let connection = database::open_reader(&shared.folder, &shared.settings)?;
        let names = ranges.iter().map(|range| &*range.partition.topic);
        let catalogue = shared.catalogue_with(names)?;
        let mut stretches = Vec::with_capacity(ranges.len());
        for range in ranges {
            let Some(id) = catalogue.id(&range.partition) else {
                let name = format!("{}/{}", range.partition.topic, range.partition.partition);
                return Err(Fault::MissingTopics { names: vec![name] });
            };
            let cursor = Cursor::new(range.partition, id, range.from.max(0));
            stretches.push(Stretch { cursor, to: range.to });
        }
        Ok(Self { shared, connection, stretches })
    }
}

impl Reader for EmbeddedReader {
    fn read(
        &mut self,
        records: &mut Vec<Record>,
        records_max: usize,
        wait_max: Duration,
    ) -> Result<Progress, Fault> {
        let until = Instant::now() + wait_max;
        let before = records.len();
        let most = before.saturating_add(records_max);
        let mut pause = PAUSE_MIN;
        loop {
            let seen = self.shared.changes();
            for stretch in &mut self.stretches {
                while records.len() < most && !stretch.is_finished() {
                    match stretch.read(&self.connection) {
                        Ok(Some(record)) => records.push(record),
                        Ok(None) => break,
                        // What was read before it is given first; the next call meets it again.
                        Err(_) if records.len() > before => return Ok(Progress::More),
                        Err(trouble) => return Err(trouble.into()),
                    }
                }
            }
            if self.stretches.iter().all(Stretch::is_finished) {
                return Ok(Progress::Finished);
            }
            let left = until.saturating_duration_since(Instant::now());
            if records.len() > before || left.is_zero() {
                return Ok(Progress::More);
            }
            let changed = self.shared.wait(seen, pause.min(left));
            pause = if changed { PAUSE_MIN } else { (pause * 2).min(PAUSE_MAX) };
        }
    }
}
