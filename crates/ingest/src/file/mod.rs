//! Files as Excel and survey tools write them: CSV (any separator, quotes, encodings, extra header
//! rows), XLSX, JSON lines and plain lines. The bytes come from a reader that the caller opened; this
//! crate opens nothing.
//!
//! Memory: CSV and lines are read as a stream, in which one record may take [`RECORD_BYTES_HELD`] and
//! a guess looks at the first [`SAMPLE_ROWS`] rows; a workbook's first sheet is held whole, up to
//! [`CELLS_MAX`] cells; rows that are joined by response are held whole.

mod content;
mod csv;
mod dates;
mod encoding;
mod guess;
mod header;
mod join;
mod lines;
mod quotes;
mod record;
mod table;
mod xlsx;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use jiff::civil::DateTime;
use thiserror::Error;

pub use csv::csv;
pub use encoding::ReadAs;
pub use guess::{Guess, GuessedColumn, GuessedScore, Role};
pub use join::Question;
pub use lines::{DecodedText, Line, Lines};
pub(crate) use record::QUESTIONS;
pub use record::{FileRecord, Unclosed};
pub use table::Table;
pub use xlsx::{CELLS_MAX, xlsx};

use crate::source::Found;

/// How many rows a guess looks at.
pub const SAMPLE_ROWS: usize = 1_000;

/// The longest record that is read at all: one beyond `limits.record_bytes` is a reject and the next
/// one is read; one beyond this (a quote that is not closed for so long) ends the file with an error.
pub const RECORD_BYTES_HELD: usize = 64 * 1024 * 1024;

/// Why a file as a whole can't be read. It names places, never words.
#[derive(Debug, Error)]
pub enum FileError {
    /// The reader failed.
    #[error("the file can't be read: {0}")]
    Read(#[from] std::io::Error),
    /// One record is larger than any may be.
    #[error("the record from line {line} is longer than {limit} bytes; is a quote never closed?")]
    RecordTooLong {
        /// The line on which the record begins, from 1.
        line: u64,
        /// The limit.
        limit: usize,
    },
    /// The header itself has a quote that is never closed.
    #[error(
        "the quote opened on line {line}, in the header, is never closed: close it, or write it twice"
    )]
    UnclosedHeader {
        /// The line on which the quote stands, from 1.
        line: u64,
    },
    /// It is no text at all.
    #[error(
        "the file is no text: it is full of characters that nobody writes; save it as CSV or XLSX, \
         and unpack it first if it is packed"
    )]
    NoText,
    /// It is no workbook, or is damaged.
    #[error("the workbook can't be read: {0}")]
    Workbook(String),
    /// The sheet has more cells than are held.
    #[error("the sheet has more than {0} cells: save it as CSV, which is read as a stream")]
    TooManyCells(usize),
    /// There is no row at all.
    #[error("the file has no header row")]
    NoHeader,
}

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// One JSON object per line.
    Json,
    /// Separated values with a header.
    Csv,
    /// A workbook with a header on its first sheet.
    Xlsx,
    /// One text per line.
    Lines,
}

impl Input {
    /// The kind by a file name's ending; `None` where it tells nothing.
    pub fn from_file_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "json" | "jsonl" | "ndjson" => Some(Self::Json),
            "csv" | "tsv" | "tab" | "psv" => Some(Self::Csv),
            "xlsx" | "xlsm" => Some(Self::Xlsx),
            "txt" | "text" | "md" => Some(Self::Lines),
            _ => None,
        }
    }
}

/// A cell of a table. `Debug` hides what it holds: it may be a customer's words.
#[derive(Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A number of a workbook.
    Number(f64),
    /// A truth of a workbook.
    Truth(bool),
    /// A date or time of a workbook.
    Time(DateTime),
}

impl Cell {
    /// The cell of a text; one without characters is empty.
    pub fn of_text(text: String) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// Whether there is nothing in it but white space.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    pub(crate) fn found(&self) -> Option<Found<'_>> {
        match self {
            Self::Empty => None,
            Self::Text(text) => Some(Found::Text(Cow::Borrowed(text))),
            Self::Number(number) => Some(Found::Number(Cow::Owned(number.to_string()))),
            Self::Truth(truth) => Some(Found::Truth(*truth)),
            Self::Time(time) => Some(Found::Time(*time)),
        }
    }
}

/// As it would stand in CSV.
impl fmt::Display for Cell {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Text(text) => formatter.write_str(text),
            Self::Number(number) => write!(formatter, "{number}"),
            Self::Truth(truth) => write!(formatter, "{truth}"),
            Self::Time(time) => write!(formatter, "{time}"),
        }
    }
}

impl fmt::Debug for Cell {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Empty => "Empty",
            Self::Text(_) => "Text",
            Self::Number(_) => "Number",
            Self::Truth(_) => "Truth",
            Self::Time(_) => "Time",
        })
    }
}

/// A table's header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The columns' names, each once.
    pub names: Arc<[String]>,
    /// The questions' words, where a second header row gives them.
    pub labels: Option<Arc<[String]>>,
    /// Whether the table names them; else the names were made up.
    pub named: bool,
}
