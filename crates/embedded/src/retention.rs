//! Removes records that were kept long enough, counted from when they were appended: a record's own
//! timestamp may lie years back when history is imported. SQLite uses the freed pages again; the file
//! doesn't shrink.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use crate::cursor::block_id;
use crate::database::{OFFSET_BITS, Trouble};

/// How many blocks of one partition a slice may remove, so that no commit waits long for it.
const SLICE_BLOCKS: i64 = 64;

/// Removes one slice of each partition that has a retention. True: there is more to remove.
pub(crate) fn remove(connection: &mut Connection, now_ms: i64) -> Result<bool, Trouble> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut more = false;
    {
        let mut partitions = transaction.prepare_cached(
            "SELECT partition.id, retention_ms FROM partition JOIN topic ON topic.id = topic_id \
             WHERE retention_ms IS NOT NULL ORDER BY partition.id",
        )?;
        let mut last = transaction.prepare_cached(
            "SELECT max(id), count(*) FROM (SELECT id, appended_ms FROM block \
             WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3) WHERE appended_ms < ?4",
        )?;
        let mut delete =
            transaction.prepare_cached("DELETE FROM block WHERE id >= ?1 AND id <= ?2")?;
        let mut cut =
            transaction.prepare_cached("UPDATE partition SET earliest = ?2 WHERE id = ?1")?;
        let mut rows = partitions.query([])?;
        while let Some(row) = rows.next()? {
            let (id, retention_ms): (i64, i64) = (row.get(0)?, row.get(1)?);
            let (from, to) = (block_id(id, 0), block_id(id + 1, 0));
            let before = now_ms.saturating_sub(retention_ms);
            let found: Option<(Option<i64>, i64)> = last
                .query_row((from, to, SLICE_BLOCKS, before), |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            if let Some((Some(last), count)) = found {
                delete.execute((from, last))?;
                cut.execute((id, (last & ((1 << OFFSET_BITS) - 1)) + 1))?;
                more |= count == SLICE_BLOCKS;
            }
        }
    }
    transaction.commit()?;
    Ok(more)
}
