//! Writes: all of this process's go through one connection. Records are encoded before the writer is
//! taken, so that workers wait for each other only while SQLite works.

use std::collections::HashMap;

use pipeline::{Fault, Output, TopicPartition, murmur2};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use crate::block::Builder;
use crate::catalogue::Catalogue;
use crate::cursor::block_id;
use crate::database::{OFFSET_BITS, Trouble, storage};

/// Blocks ready to be written, each for one partition, in the order they were begun.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    blocks: Vec<Stored>,
}

#[derive(Debug)]
struct Stored {
    partition: i64,
    count: i64,
    bytes: Vec<u8>,
}

impl Blocks {
    /// Encodes `outputs`. `turn` spreads the records that have no key.
    pub(crate) fn encode(
        outputs: &[Output],
        catalogue: &Catalogue,
        turn: &mut u64,
        now_ms: i64,
    ) -> Result<Self, Fault> {
        let mut blocks: Vec<(i64, Builder)> = Vec::new();
        let mut open: HashMap<i64, usize> = HashMap::new();
        for output in outputs {
            let Some(ids) = catalogue.ids(&output.topic) else {
                return Err(Fault::MissingTopics { names: vec![output.topic.to_string()] });
            };
            let partitions = i32::try_from(ids.len()).unwrap_or(i32::MAX);
            let number = murmur2::partition_or_turn(output.key.as_deref(), partitions, turn);
            let id = usize::try_from(number).ok().and_then(|number| ids.get(number).copied());
            let id = id.ok_or_else(|| storage(format!("{} has no partitions", output.topic)))?;
            let place = open
                .get(&id)
                .copied()
                .filter(|place| blocks.get(*place).is_some_and(|(_, builder)| !builder.is_full()));
            let place = place.unwrap_or_else(|| {
                blocks.push((id, Builder::default()));
                open.insert(id, blocks.len() - 1);
                blocks.len() - 1
            });
            if let Some((_, builder)) = blocks.get_mut(place) {
                builder.push(output, now_ms);
            }
        }
        let finish = |(partition, builder): (i64, Builder)| {
            let count = builder.count();
            Stored { partition, count, bytes: builder.finish() }
        };
        Ok(Self { blocks: blocks.into_iter().map(finish).collect() })
    }
}

/// One partition's step in a commit: where the group must stand, and where it stands then.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) partition: TopicPartition,
    pub(crate) id: i64,
    pub(crate) from: i64,
    pub(crate) to: i64,
}

/// Writes blocks and, in the same transaction, a group's steps. `false`: the group stands elsewhere
/// than a step says, and nothing was written.
pub(crate) fn write(
    connection: &mut Connection,
    blocks: &Blocks,
    group: &str,
    steps: &[Step],
    now_ms: i64,
) -> Result<bool, Trouble> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in steps {
        if !take_step(&transaction, group, step)? {
            return Ok(false);
        }
    }
    append(&transaction, blocks, now_ms)?;
    transaction.commit()?;
    Ok(true)
}

fn take_step(transaction: &Transaction<'_>, group: &str, step: &Step) -> Result<bool, Trouble> {
    let mut stands = transaction
        .prepare_cached("SELECT next FROM committed WHERE group_name = ?1 AND partition_id = ?2")?;
    let stands: Option<i64> = stands.query_row((group, step.id), |row| row.get(0)).optional()?;
    if stands.is_some_and(|stands| stands != step.from) {
        return Ok(false);
    }
    let mut go = transaction.prepare_cached(
        "INSERT INTO committed (group_name, partition_id, next) VALUES (?1, ?2, ?3) \
         ON CONFLICT (group_name, partition_id) DO UPDATE SET next = excluded.next",
    )?;
    go.execute((group, step.id, step.to))?;
    Ok(true)
}

fn append(transaction: &Transaction<'_>, blocks: &Blocks, now_ms: i64) -> Result<(), Trouble> {
    let mut advance = transaction
        .prepare_cached("UPDATE partition SET next = next + ?2 WHERE id = ?1 RETURNING next")?;
    let mut insert = transaction.prepare_cached(
        "INSERT INTO block (id, count, appended_ms, data) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for Stored { partition, count, bytes } in &blocks.blocks {
        let next: i64 = advance.query_row((partition, count), |row| row.get(0))?;
        if next >> OFFSET_BITS != 0 {
            return Err(storage("a partition has no offsets left").into());
        }
        insert.execute((block_id(*partition, next - 1), count, now_ms, bytes))?;
    }
    Ok(())
}
