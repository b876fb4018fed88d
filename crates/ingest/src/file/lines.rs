//! A file of lines, each a record of its own: JSON or plain text. Blank lines are no records.

use std::io::{BufRead, Read};

use super::encoding::Decoding;
use super::{FileError, RECORD_BYTES_HELD, ReadAs};

/// Lines being read, as bytes. A line longer than
/// [`RECORD_BYTES_HELD`] ends the reading with an error.
pub struct Lines<R> {
    reader: R,
    line: u64,
    number: u64,
    ended: bool,
    read_as: ReadAs,
}

impl<R> std::fmt::Debug for Lines<R> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Lines").field("line", &self.line).finish_non_exhaustive()
    }
}

impl<R: BufRead> Lines<R> {
    /// Lines of a reader.
    pub fn new(reader: R) -> Self {
        Self { reader, line: 0, number: 0, ended: false, read_as: ReadAs::default() }
    }

    /// How the file's bytes were read, as far as they have been.
    pub fn read_as(&self) -> ReadAs {
        self.read_as.clone()
    }
}

impl<R: Read> Lines<std::io::BufReader<DecodedText<R>>> {
    /// Lines of a text file in any encoding, as UTF-8.
    pub fn decoded(reader: R) -> Self {
        let decoding = Decoding::new(reader);
        let read_as = decoding.read_as();
        Self { read_as, ..Self::new(std::io::BufReader::new(DecodedText(decoding))) }
    }
}

/// A reader of UTF-8 over a text file in any encoding.
pub struct DecodedText<R>(Decoding<R>);

impl<R: Read> DecodedText<R> {
    /// The text of a reader, as UTF-8.
    pub fn new(reader: R) -> Self {
        Self(Decoding::new(reader))
    }
}

impl<R> std::fmt::Debug for DecodedText<R> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("DecodedText")
    }
}

impl<R: Read> Read for DecodedText<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Line, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let mut bytes = Vec::new();
            self.line += 1;
            // One more than the limit, and room for the line's end.
            let room = u64::try_from(RECORD_BYTES_HELD + 3).unwrap_or(u64::MAX);
            if let Err(error) = self.reader.by_ref().take(room).read_until(b'\n', &mut bytes) {
                self.ended = true;
                return Some(Err(error.into()));
            }
            if bytes.is_empty() {
                self.ended = true;
                return None;
            }
            while let Some(b'\n' | b'\r') = bytes.last() {
                bytes.pop();
            }
            if bytes.len() > RECORD_BYTES_HELD {
                self.ended = true;
                let (line, limit) = (self.line, RECORD_BYTES_HELD);
                return Some(Err(FileError::RecordTooLong { line, limit }));
            }
            if bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            self.number += 1;
            return Some(Ok(Line { number: self.number, bytes }));
        }
        None
    }
}

/// Shows the size only.
impl std::fmt::Debug for Line {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Line({}, {} bytes)", self.number, self.bytes.len())
    }
}

/// One line.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// The record's number, from 1; blank lines don't count.
    pub number: u64,
    /// Its bytes without the line end.
    pub bytes: Vec<u8>,
}
