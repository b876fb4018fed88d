//! Separated values as a stream: the separator is sniffed, quotes and line ends are the csv crate's
//! business, and each record keeps its own bytes.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Chain, Cursor, Read};
use std::sync::{Arc, Mutex, PoisonError};

use ::csv::{ReaderBuilder, StringRecord};

use super::encoding::{self, Decoding, ReadAs};
use super::header;
use super::quotes::{self, Quotes};
use super::table::Table;
use super::{Cell, FileError, FileRecord, RECORD_BYTES_HELD, Unclosed};

/// How much of the file the separator is found from.
const SAMPLE_BYTES: u64 = 64 * 1024;

/// What stands between cells where there is only one column.
const NO_SEPARATOR: u8 = 0x1f;

const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Opens separated values with a header.
pub fn csv<'a, R: Read + Send + 'a>(reader: R) -> Result<Table<'a>, FileError> {
    let mut decoding = Decoding::new(reader);
    let read_as = decoding.read_as();
    let mut sample = Vec::new();
    decoding.by_ref().take(SAMPLE_BYTES).read_to_end(&mut sample)?;
    if is_binary(&sample) {
        return Err(FileError::NoText);
    }
    let (separator, skipped) = match declared_separator(&sample) {
        Some(declared) => declared,
        None => (sniff(&sample), 0),
    };
    sample.drain(..skipped);
    let kept = Arc::new(Mutex::new(Kept::default()));
    let tee = Tee { inner: Cursor::new(sample).chain(decoding), kept: Arc::clone(&kept) };
    let reader = ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(READ_AHEAD)
        .from_reader(tee);
    let lines_skipped = u64::from(skipped > 0);
    let mut records = Records {
        reader,
        separator,
        read_as: read_as.clone(),
        lines_skipped,
        kept,
        width: 0,
        number: 0,
        first: Vec::new(),
        below: Below::default(),
    };
    let mut first = Vec::new();
    while first.len() < header::LOOKED_AT {
        match records.read() {
            Some(record) => first.push(record?),
            None => break,
        }
    }
    let rows: Vec<Vec<Cell>> = first.iter().map(|row| row.cells.clone()).collect();
    let header = header::find(&rows).ok_or(FileError::NoHeader)?;
    records.width = header.columns.names.len();
    records.first = first.split_off(header.rows.min(first.len()));
    if let Some(row) = first.iter().find(|row| row.open.is_some()) {
        return Err(FileError::UnclosedHeader { line: row.open_line() });
    }
    records.first.reverse();
    Ok(Table::new(header.columns, read_as, records))
}

/// Whether what should be text is none: more than one in fifty of its characters are controls or what
/// could not be decoded. A comment with a stray one is a comment.
fn is_binary(sample: &[u8]) -> bool {
    const STRAYS: usize = 8;
    let text = String::from_utf8_lossy(sample);
    let is_odd = |c: &char| {
        *c == char::REPLACEMENT_CHARACTER
            || c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1f}')
    };
    let odd = text.chars().filter(is_odd).count();
    odd > STRAYS && odd * 50 > text.chars().count()
}

/// Excel's own first line `sep=;`: the separator, and the line's length.
fn declared_separator(sample: &[u8]) -> Option<(u8, usize)> {
    let rest = sample.strip_prefix(b"sep=").or_else(|| sample.strip_prefix(b"SEP="))?;
    let separator = *rest.first()?;
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    (end <= 2).then_some((separator, sample.len() - rest.len() + end + 1))
}

/// The separator with which the most records are of the same width; the widest where they tie. Where
/// most records have one cell whatever the separator, there is only one column.
fn sniff(sample: &[u8]) -> u8 {
    const RECORDS: usize = 100;
    let cut = sample.len() as u64 == SAMPLE_BYTES;
    let fit = |separator: u8| {
        let mut reader = ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(sample);
        let records = reader.byte_records().map_while(Result::ok).take(RECORDS);
        let mut widths: Vec<usize> = records.map(|record| record.len()).collect();
        if cut && widths.len() > 1 && widths.len() < RECORDS {
            widths.pop();
        }
        let mut counts = BTreeMap::new();
        for width in &widths {
            *counts.entry(*width).or_insert(0_usize) += 1;
        }
        // Two cells in one of two rows may be a comma in a sentence; three are a table.
        let (count, width) = counts
            .into_iter()
            .map(|(width, count)| (count, width))
            .max_by_key(|(count, width)| (*count, if *width == 2 { 0 } else { *width }))?;
        (width > 1).then_some((count * 1_000 / widths.len(), width))
    };
    SEPARATORS
        .into_iter()
        .filter_map(|separator| Some((fit(separator)?, separator)))
        .max_by_key(|(fit, separator)| (*fit, std::cmp::Reverse(*separator)))
        .map_or(NO_SEPARATOR, |(_, separator)| separator)
}

/// How far the csv reader reads ahead of the record at hand.
const READ_AHEAD: usize = 64 * 1024;

/// What the reader has taken and no record has claimed yet.
#[derive(Default)]
struct Kept {
    bytes: Vec<u8>,
    /// How many of `bytes` are claimed.
    claimed: usize,
    /// Where `bytes` begins in the stream.
    offset: u64,
}

impl Kept {
    /// The bytes up to `end` of the stream that no record has claimed.
    fn claim(&mut self, end: u64) -> Vec<u8> {
        let end = usize::try_from(end.saturating_sub(self.offset)).unwrap_or(usize::MAX);
        let end = end.min(self.bytes.len());
        let claimed = self.bytes.get(self.claimed..end).unwrap_or_default().to_vec();
        self.claimed = end.max(self.claimed);
        claimed
    }
}

/// A reader that keeps what it gives until a record claims it.
struct Tee<R> {
    inner: R,
    kept: Arc<Mutex<Kept>>,
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let claimed = kept.claimed;
        kept.bytes.drain(..claimed);
        kept.offset += claimed as u64;
        kept.claimed = 0;
        kept.bytes.extend_from_slice(buffer.get(..count).unwrap_or_default());
        if kept.bytes.len() > RECORD_BYTES_HELD + READ_AHEAD {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "a record is too long"));
        }
        Ok(count)
    }
}

/// The sample, and what follows it.
type Decoded<R> = Chain<Cursor<Vec<u8>>, Decoding<R>>;

/// A record's cells and its bytes.
struct Parts {
    cells: Vec<Cell>,
    bytes: Vec<u8>,
    /// The line on which it begins, from 1.
    line: u64,
    /// The byte at which the quote stands that is never closed.
    open: Option<usize>,
}

impl Parts {
    /// The line of the quote that is never closed.
    fn open_line(&self) -> u64 {
        let before = self.bytes.get(..self.open.unwrap_or(0)).unwrap_or_default();
        self.line + memchr::memchr_iter(b'\n', before).count() as u64
    }
}

/// The lines below a quote that is never closed.
#[derive(Default)]
struct Below {
    lines: VecDeque<(Vec<u8>, bool)>,
    line: u64,
}

struct Records<R> {
    reader: ::csv::Reader<Tee<Decoded<R>>>,
    separator: u8,
    read_as: ReadAs,
    /// How many lines stand above what the reader reads.
    lines_skipped: u64,
    kept: Arc<Mutex<Kept>>,
    width: usize,
    number: u64,
    /// Rows read with the header, the next one last.
    first: Vec<Parts>,
    below: Below,
}

impl<R: Read> Records<R> {
    /// The next record's cells and bytes.
    fn read(&mut self) -> Option<Result<Parts, FileError>> {
        let line = self.reader.position().line() + self.lines_skipped;
        let mut record = StringRecord::new();
        match self.reader.read_record(&mut record) {
            Ok(false) => return None,
            Ok(true) => {}
            Err(error) => return Some(Err(fault(error, line))),
        }
        let end = self.reader.position().byte();
        let mut bytes = self.kept.lock().unwrap_or_else(PoisonError::into_inner).claim(end);
        while let Some(b'\n' | b'\r') = bytes.last() {
            bytes.pop();
        }
        let start = bytes.iter().take_while(|byte| matches!(**byte, b'\n' | b'\r')).count();
        let blank = bytes.drain(..start).filter(|byte| *byte == b'\n').count();
        let open =
            if bytes.contains(&b'"') { Quotes::of(&bytes, self.separator).open } else { None };
        Some(Ok(Parts { cells: cells(&record), bytes, line: line + blank as u64, open }))
    }

    /// The record, with as many cells as the header has columns or more.
    fn record(&mut self, mut cells: Vec<Cell>, bytes: Vec<u8>) -> FileRecord {
        // Short rows lack their last cells; blank cells beyond the header are mere separators.
        while cells.len() > self.width && cells.last().is_some_and(Cell::is_blank) {
            cells.pop();
        }
        cells.resize(cells.len().max(self.width), Cell::Empty);
        self.number += 1;
        let number = self.number;
        FileRecord { number, bytes, cells, questions: Vec::new(), unclosed: None }
    }

    /// The row with a quote that is never closed; the lines below it are read afterwards.
    fn unclosed(&mut self, row: &Parts, open: usize) -> FileRecord {
        let line = row.open_line();
        let parted = quotes::part(&row.bytes, open, self.separator, self.width);
        let rows = parted.below.iter().filter(|(_, fits)| *fits).count();
        let below = match parted.held {
            0 if rows > 0 => encoding::Below::Rows(rows, parted.below.len() - rows),
            held => encoding::Below::Held(held),
        };
        self.read_as.unclosed(line, below);
        self.below = Below { lines: parted.below, line };
        let cells = self.line_cells(&parted.opened);
        let mut record = self.record(cells, parted.opened);
        record.unclosed = Some(Unclosed { line, held: parted.held });
        record
    }

    /// The next line below such a quote.
    fn line_below(&mut self) -> Option<FileRecord> {
        let (bytes, fits) = self.below.lines.pop_front()?;
        let cells = self.line_cells(&bytes);
        let mut record = self.record(cells, bytes);
        if !fits {
            record.unclosed = Some(Unclosed { line: self.below.line, held: 0 });
        }
        Some(record)
    }

    /// The cells of one row's bytes.
    fn line_cells(&self, bytes: &[u8]) -> Vec<Cell> {
        let mut reader = ReaderBuilder::new()
            .delimiter(self.separator)
            .has_headers(false)
            .buffer_capacity(bytes.len().clamp(1, READ_AHEAD))
            .from_reader(bytes);
        let mut record = StringRecord::new();
        let read = reader.read_record(&mut record).unwrap_or(false);
        if read { cells(&record) } else { Vec::new() }
    }
}

fn cells(record: &StringRecord) -> Vec<Cell> {
    record.iter().map(|cell| Cell::of_text(cell.to_owned())).collect()
}

fn fault(error: ::csv::Error, line: u64) -> FileError {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            FileError::RecordTooLong { line, limit: RECORD_BYTES_HELD }
        }
        ::csv::ErrorKind::Io(error) => FileError::Read(error),
        // Decoding has made it UTF-8, and rows may be of any width: nothing else can go wrong.
        _ => FileError::Read(io::Error::from(io::ErrorKind::InvalidData)),
    }
}

impl<R: Read> Iterator for Records<R> {
    type Item = Result<FileRecord, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(record) = self.line_below() {
                return Some(Ok(record));
            }
            let row = match self.first.pop() {
                Some(row) => row,
                None => match self.read()? {
                    Ok(row) => row,
                    Err(error) => return Some(Err(error)),
                },
            };
            if let Some(open) = row.open {
                return Some(Ok(self.unclosed(&row, open)));
            }
            if row.cells.iter().all(Cell::is_blank) {
                continue;
            }
            if row.bytes.contains(&b'\n')
                && quotes::looks_like_rows(&row.bytes, self.separator, self.width)
            {
                self.read_as.joined(row.line);
            }
            return Some(Ok(self.record(row.cells, row.bytes)));
        }
    }
}
