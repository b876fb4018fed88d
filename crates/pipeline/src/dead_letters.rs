//! When too many of a partition's records are bad, it isn't they: somebody deployed a source or a
//! configuration that doesn't fit. Then the worker stops, before it turns a whole topic into dead
//! letters (after arroyo's `DlqLimit`).

use std::collections::{BTreeMap, VecDeque};

use feedback::Record;

use crate::{Fate, Fault, TopicPartition};

/// How many dead letters are too many, per partition. Records that a mapping skips don't count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeadLetterLimit {
    /// So many in a row; 0: no such limit.
    pub in_a_row: u64,
    /// This share of the last `window` records, once so many were read; 0: no such limit.
    pub share: f64,
    /// See `share`.
    pub window: usize,
}

impl Default for DeadLetterLimit {
    fn default() -> Self {
        Self { in_a_row: 1000, share: 0.5, window: 10_000 }
    }
}

/// Follows the fates of each partition's records.
#[derive(Debug)]
pub(crate) struct DeadLetters {
    limit: DeadLetterLimit,
    /// The codes met so far; a window holds places in here.
    codes: Vec<&'static str>,
    windows: BTreeMap<TopicPartition, Window>,
    /// The windows as they were before this batch.
    before: BTreeMap<TopicPartition, Window>,
}

/// The last fates of one partition: 0 for classified, else the code's place plus one.
#[derive(Debug, Clone, Default)]
struct Window {
    fates: VecDeque<u8>,
    dead: usize,
    in_a_row: u64,
}

impl DeadLetters {
    pub(crate) fn new(limit: DeadLetterLimit) -> Self {
        Self { limit, codes: Vec::new(), windows: BTreeMap::new(), before: BTreeMap::new() }
    }

    /// Notes a record's fate; a fault where that is one dead letter too many.
    pub(crate) fn note(&mut self, record: &Record, fate: Fate) -> Result<(), Fault> {
        let mark = match fate {
            Fate::Skipped => return Ok(()),
            Fate::Classified => 0,
            Fate::Dead(code) => self.mark(code),
        };
        let partition = TopicPartition::from(&record.origin);
        let window = self.windows.entry(partition.clone()).or_default();
        self.before.entry(partition).or_insert_with(|| window.clone());
        window.note(mark, self.limit.window);
        let Some(seen) = window.exceeds(&self.limit) else { return Ok(()) };
        let marks = || window.fates.iter().rev().take(seen).filter(|mark| **mark > 0);
        let mut counts: BTreeMap<u8, usize> = BTreeMap::new();
        for mark in marks() {
            *counts.entry(*mark).or_default() += 1;
        }
        let commonest = counts.iter().max_by_key(|(_, count)| **count).map(|(mark, _)| *mark);
        let code = commonest.and_then(|mark| self.codes.get(usize::from(mark).checked_sub(1)?));
        let in_a_row = self.limit.in_a_row > 0 && window.in_a_row >= self.limit.in_a_row;
        let (dead, seen) = if in_a_row {
            (window.in_a_row, window.in_a_row)
        } else {
            (count(window.dead), count(seen))
        };
        Err(Fault::DeadLetterLimit {
            origin: record.origin.to_string(),
            dead,
            seen,
            code: code.copied().unwrap_or_default().to_owned(),
        })
    }

    /// The batch stands.
    pub(crate) fn keep(&mut self) {
        self.before.clear();
    }

    /// The batch was rewound: its records come again.
    pub(crate) fn undo(&mut self) {
        self.windows.append(&mut self.before);
    }

    fn mark(&mut self, code: &'static str) -> u8 {
        let place = self.codes.iter().position(|known| *known == code).unwrap_or_else(|| {
            self.codes.push(code);
            self.codes.len() - 1
        });
        u8::try_from(place + 1).unwrap_or(u8::MAX)
    }
}

impl Window {
    fn note(&mut self, mark: u8, size: usize) {
        while self.fates.len() >= size.max(1) {
            if self.fates.pop_front().is_some_and(|oldest| oldest > 0) {
                self.dead -= 1;
            }
        }
        self.fates.push_back(mark);
        self.dead += usize::from(mark > 0);
        self.in_a_row = if mark > 0 { self.in_a_row + 1 } else { 0 };
    }

    /// Over how many of the last records the limit is reached, if it is.
    fn exceeds(&self, limit: &DeadLetterLimit) -> Option<usize> {
        if self.in_a_row == 0 {
            return None;
        }
        if limit.in_a_row > 0 && self.in_a_row >= limit.in_a_row {
            return Some(usize::try_from(self.in_a_row).unwrap_or(usize::MAX));
        }
        let full = self.fates.len() >= limit.window && limit.share > 0.0;
        (full && ratio(self.dead, self.fates.len()) >= limit.share).then_some(self.fates.len())
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn ratio(part: usize, whole: usize) -> f64 {
    let float = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    float(part) / float(whole)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use feedback::Origin;

    use super::*;

    fn record(partition: i32, offset: i64) -> Record {
        Record {
            origin: Origin { topic: Arc::from("in"), partition, offset },
            timestamp_ms: None,
            key: None,
            value: None,
            headers: Vec::new(),
        }
    }

    const LIMIT: DeadLetterLimit = DeadLetterLimit { in_a_row: 5, share: 0.5, window: 20 };

    #[test]
    fn so_many_in_a_row_are_too_many_for_their_partition_alone() {
        let mut letters = DeadLetters::new(LIMIT);
        for offset in 0..4 {
            letters.note(&record(0, offset), Fate::Dead("not_json")).unwrap();
            letters.note(&record(1, offset), Fate::Dead("empty")).unwrap();
        }
        // What is skipped neither counts nor breaks the row; what is classified breaks it.
        letters.note(&record(0, 4), Fate::Skipped).unwrap();
        letters.note(&record(1, 4), Fate::Classified).unwrap();
        letters.note(&record(1, 5), Fate::Dead("empty")).unwrap();
        let fault = letters.note(&record(0, 5), Fate::Dead("empty")).unwrap_err();
        let expected = Fault::DeadLetterLimit {
            origin: "in/0/5".into(),
            dead: 5,
            seen: 5,
            code: "not_json".into(),
        };
        assert_eq!(fault, expected);
    }

    #[test]
    fn half_of_the_window_is_too_many_once_it_is_full() {
        let mut letters = DeadLetters::new(LIMIT);
        for offset in 0..19 {
            let fate = if offset % 2 == 0 { Fate::Dead("empty") } else { Fate::Classified };
            letters.note(&record(0, offset), fate).unwrap();
        }
        // The twentieth fills the window, with ten dead ones of twenty; but it is classified.
        letters.note(&record(0, 19), Fate::Classified).unwrap();
        let fault = letters.note(&record(0, 20), Fate::Dead("not_json")).unwrap_err();
        let expected = Fault::DeadLetterLimit {
            origin: "in/0/20".into(),
            dead: 10,
            seen: 20,
            code: "empty".into(),
        };
        assert_eq!(fault, expected);
    }

    #[test]
    fn a_rewound_batch_counts_once() {
        let mut letters = DeadLetters::new(LIMIT);
        for _ in 0..10 {
            for offset in 0..4 {
                letters.note(&record(0, offset), Fate::Dead("empty")).unwrap();
            }
            letters.undo();
        }
        for offset in 0..4 {
            letters.note(&record(0, offset), Fate::Dead("empty")).unwrap();
        }
        letters.keep();
        letters.undo();
        assert!(letters.note(&record(0, 4), Fate::Dead("empty")).is_err());
    }

    #[test]
    fn zero_is_no_limit() {
        let limit = DeadLetterLimit { in_a_row: 0, share: 0.0, window: 10 };
        let mut letters = DeadLetters::new(limit);
        for offset in 0..100 {
            letters.note(&record(0, offset), Fate::Dead("empty")).unwrap();
        }
    }
}
