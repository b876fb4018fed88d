//! Reads one partition, block by block.

use feedback::Record;
use pipeline::{Fault, TopicPartition};
use rusqlite::{Connection, OptionalExtension};

use crate::block::{Block, Damaged};
use crate::database::{OFFSET_BITS, Trouble, storage};

/// Where a reader stands in a partition.
#[derive(Debug)]
pub(crate) struct Cursor {
    pub(crate) partition: TopicPartition,
    id: i64,
    /// The offset of the next record to read.
    pub(crate) next: i64,
    block: Option<Block>,
}

/// What a partition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) earliest: i64,
    pub(crate) latest: i64,
}

/// The block id of a partition's record at `offset`, were it the last of its block.
pub(crate) fn block_id(partition: i64, offset: i64) -> i64 {
    (partition << OFFSET_BITS) | offset
}

/// What the partition of that id holds now.
pub(crate) fn bounds(connection: &Connection, id: i64) -> Result<Bounds, Trouble> {
    let mut statement =
        connection.prepare_cached("SELECT earliest, next FROM partition WHERE id = ?1")?;
    let read = |row: &rusqlite::Row<'_>| Ok(Bounds { earliest: row.get(0)?, latest: row.get(1)? });
    Ok(statement.query_row([id], read)?)
}

impl Cursor {
    pub(crate) fn new(partition: TopicPartition, id: i64, next: i64) -> Self {
        Self { partition, id, next, block: None }
    }

    pub(crate) fn id(&self) -> i64 {
        self.id
    }

    /// Goes to `offset`.
    pub(crate) fn seek(&mut self, offset: i64) {
        if offset < self.next {
            // A block is read forwards only.
            self.block = None;
        }
        self.next = offset;
    }

    /// The size of the record at `next`, or `None` where there is none yet. An offset that is
    /// outside what the partition holds is a fault.
    pub(crate) fn peek(&mut self, connection: &Connection) -> Result<Option<usize>, Trouble> {
        let next = self.next;
        if !self.block.as_ref().is_some_and(|block| block.holds(next)) {
            let bounds = bounds(connection, self.id)?;
            if !(bounds.earliest..=bounds.latest).contains(&next) {
                return Err(self.out_of_range(bounds.earliest).into());
            }
            self.block = if next < bounds.latest { self.load(connection)? } else { None };
        }
        let Some(block) = &mut self.block else { return Ok(None) };
        let weight = block.seek(next);
        weight.map(Some).map_err(|Damaged| self.damaged().into())
    }

    /// Reads the record that [`Cursor::peek`] found.
    pub(crate) fn read(&mut self) -> Result<Option<Record>, Trouble> {
        let Some(block) = &mut self.block else { return Ok(None) };
        let read = block.read(&self.partition.topic, self.partition.partition);
        let record = read.map_err(|Damaged| self.damaged())?;
        self.next += 1;
        Ok(Some(record))
    }

    fn load(&self, connection: &Connection) -> Result<Option<Block>, Trouble> {
        let mut statement = connection.prepare_cached(
            "SELECT id, count, data FROM block WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT 1",
        )?;
        let from = block_id(self.id, self.next);
        let to = block_id(self.id + 1, 0);
        let read = |row: &rusqlite::Row<'_>| {
            let last = row.get::<_, i64>(0)? & ((1 << OFFSET_BITS) - 1);
            let count: i64 = row.get(1)?;
            Ok(Block::open(row.get_ref(2)?.as_blob()?, last + 1 - count, last + 1))
        };
        let block = statement.query_row([from, to], read).optional()?.transpose();
        match block.map_err(|Damaged| self.damaged())? {
            Some(block) if block.holds(self.next) => Ok(Some(block)),
            _ => {
                // Retention may have taken it after the bounds were read; nothing else may.
                let earliest = bounds(connection, self.id)?.earliest;
                let taken = earliest > self.next;
                Err(if taken { self.out_of_range(earliest) } else { self.damaged() }.into())
            }
        }
    }

    pub(crate) fn out_of_range(&self, earliest: i64) -> Fault {
        Fault::OffsetOutOfRange {
            topic: self.partition.topic.to_string(),
            partition: self.partition.partition,
            offset: self.next,
            earliest,
        }
    }

    fn damaged(&self) -> Fault {
        let TopicPartition { topic, partition } = &self.partition;
        storage(format!(
            "{topic}/{partition} is damaged at offset {}: put the log's folder back from a backup, or \
             begin a new one",
            self.next
        ))
    }
}
