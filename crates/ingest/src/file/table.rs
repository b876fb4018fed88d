//! A table: its columns and its rows one after the other, of which the first can be looked at before
//! they are read.

use std::collections::VecDeque;

use super::{Columns, FileError, FileRecord, ReadAs};

type Rows<'a> = Box<dyn Iterator<Item = Result<FileRecord, FileError>> + Send + 'a>;

/// A table being read.
pub struct Table<'a> {
    columns: Columns,
    read_as: ReadAs,
    ahead: VecDeque<FileRecord>,
    fault: Option<FileError>,
    rows: Rows<'a>,
}

impl std::fmt::Debug for Table<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Table").field("columns", &self.columns).finish_non_exhaustive()
    }
}

impl<'a> Table<'a> {
    pub(super) fn new(
        columns: Columns,
        read_as: ReadAs,
        rows: impl Iterator<Item = Result<FileRecord, FileError>> + Send + 'a,
    ) -> Self {
        Self { columns, read_as, ahead: VecDeque::new(), fault: None, rows: Box::new(rows) }
    }

    /// The header.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// How the file's bytes were read, as far as they have been.
    pub fn read_as(&self) -> ReadAs {
        self.read_as.clone()
    }

    /// The first `count` rows, or all where there are fewer; they are still read afterwards.
    pub fn sample(&mut self, count: usize) -> &[FileRecord] {
        while self.ahead.len() < count && self.fault.is_none() {
            match self.rows.next() {
                Some(Ok(row)) => self.ahead.push_back(row),
                Some(Err(fault)) => self.fault = Some(fault),
                None => break,
            }
        }
        self.ahead.make_contiguous()
    }
}

/// Ends after the first fault: what follows it can't be trusted.
impl Iterator for Table<'_> {
    type Item = Result<FileRecord, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(row) = self.ahead.pop_front() {
            return Some(Ok(row));
        }
        if let Some(fault) = self.fault.take() {
            self.rows = Box::new(std::iter::empty());
            return Some(Err(fault));
        }
        let row = self.rows.next()?;
        if row.is_err() {
            self.rows = Box::new(std::iter::empty());
        }
        Some(row)
    }
}
