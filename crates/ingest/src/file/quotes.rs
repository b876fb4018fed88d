//! Quotes that are never closed. Such a quote takes every row below it into one cell, up to the next
//! quote or the end of the file, and nothing of that is a fault by the rules of CSV. So each record
//! with quotes is looked over again: one that is still open at the end of the file is taken apart into
//! its lines, and one whose every line looks like a row is told.

use std::collections::VecDeque;

use super::content::mostly;

/// How a record's quotes stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quotes {
    /// The byte at which the quote stands that is open at the end.
    pub(super) open: Option<usize>,
    /// How many cells there are, up to the end of the first row.
    pub(super) cells: usize,
}

/// A state of crate csv's reader, whose rules these are.
#[derive(Clone, Copy)]
enum At {
    CellStart,
    Plain,
    Quoted,
    /// After a quote within quotes: the end, or the first of two that stand for one.
    Quote,
}

impl Quotes {
    /// Looks over the bytes of one record.
    pub(super) fn of(record: &[u8], separator: u8) -> Self {
        let (mut at, mut start, mut separators) = (At::CellStart, 0, 0);
        let mut ended = false;
        for (index, byte) in record.iter().enumerate() {
            at = match (at, *byte) {
                (At::Quoted, b'"') => At::Quote,
                (At::Quoted, _) | (At::Quote, b'"') => At::Quoted,
                (At::CellStart, b'"') => {
                    start = index;
                    At::Quoted
                }
                (_, byte) if byte == separator => {
                    separators += usize::from(!ended);
                    At::CellStart
                }
                (_, b'\n' | b'\r') => {
                    ended = true;
                    At::CellStart
                }
                _ => At::Plain,
            };
        }
        Self { open: matches!(at, At::Quoted).then_some(start), cells: separators + 1 }
    }
}

/// Whether a record of several lines has as many cells in each of them as a row has: then it may be
/// rows that a quote has joined.
pub(super) fn looks_like_rows(record: &[u8], separator: u8, width: usize) -> bool {
    /// A comma in each of two lines of a comment is no sign; so many separators are.
    const SEPARATORS_MIN: usize = 4;
    let lines = || lines(record);
    lines().count() >= 2
        && lines().count() * width.saturating_sub(1) >= SEPARATORS_MIN
        && lines().all(|line| Quotes::of(line, separator).cells == width)
}

/// A record with a quote that is never closed, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parted {
    /// The row with the quote; where the lines below are no rows, with all of them.
    pub(super) opened: Vec<u8>,
    /// The lines below, each with whether it has as many cells as the header.
    pub(super) below: VecDeque<(Vec<u8>, bool)>,
    /// How many lines below stand in `opened`.
    pub(super) held: usize,
}

/// Takes apart a record whose quote at byte `open` is never closed. Its lines are rows where most are as
/// wide as the header; where they are not, or the header has one column only, they may as well be the
/// rest of a long answer, and are left with it.
pub(super) fn part(record: &[u8], open: usize, separator: u8, width: usize) -> Parted {
    let rest = record.get(open..).unwrap_or_default();
    let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
    let (row, rest) = record.split_at_checked(open + length).unwrap_or((record, &[]));
    let fits = |line: &[u8]| Quotes::of(line, separator).cells == width;
    let below: VecDeque<_> = lines(rest).map(|line| (line.to_vec(), fits(line))).collect();
    let fitting = below.iter().filter(|(_, fits)| *fits).count();
    if width > 1 && mostly(fitting, below.len()) {
        return Parted { opened: row.to_vec(), below, held: 0 };
    }
    Parted { opened: record.to_vec(), below: VecDeque::new(), held: below.len() }
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.trim_ascii().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_stand_as_the_reader_of_csv_sees_them() {
        for (record, open, cells) in [
            ("1,2", None, 2),
            ("1,\"a,b\"", None, 2),
            ("1,\"a\"\"b\"", None, 2),
            ("1,\"a", Some(2), 2),
            ("1,\"a\"\"", Some(2), 2),
            ("1,\"a\n2,b\n3,c", Some(2), 2),
            ("1,5\" disk,\"a", Some(10), 3),
            ("1,5\" disk", None, 2),
            ("1,\"a\"b\"", None, 2),
            ("\"a\nb\",\"", Some(6), 2),
            ("", None, 1),
        ] {
            let quotes = Quotes::of(record.as_bytes(), b',');
            assert_eq!((quotes.open, quotes.cells), (open, cells), "{record}");
        }
    }

    #[test]
    fn lines_below_an_open_quote_are_rows_where_most_are_as_wide_as_the_header() {
        let part = |record: &str, width| {
            let open = Quotes::of(record.as_bytes(), b',').open.unwrap();
            part(record.as_bytes(), open, b',', width)
        };
        let rows = part("1,3,\"a\r\n2,4,b\r\n\r\n3,5,c\r\nodd", 3);
        assert_eq!((rows.opened.as_slice(), rows.held), (b"1,3,\"a".as_slice(), 0));
        let below: Vec<_> =
            rows.below.iter().map(|(line, fits)| (line.as_slice(), *fits)).collect();
        assert_eq!(below, [(b"2,4,b".as_slice(), true), (b"3,5,c", true), (b"odd", false)]);
        for (record, width, held) in
            [("1,3,\"a\nand then\nso", 3, 2), ("\"a\nb\nc", 1, 2), ("1,3,\"a", 3, 0)]
        {
            let parted = part(record, width);
            assert_eq!((parted.opened.as_slice(), parted.held), (record.as_bytes(), held));
            assert!(parted.below.is_empty());
        }
    }

    #[test]
    fn rows_that_a_quote_has_joined_are_known() {
        for (record, width, joined) in [
            ("1,3,\"a\n2,4,\"fine", 3, true),
            ("1,3,\"a\nb\"", 3, false),
            ("1,\"a, b\nc, d\"", 2, false),
            ("1,\"a\n2,b\n3,c\n4,\"d", 2, true),
            ("\"a\nb\"", 1, false),
        ] {
            assert_eq!(looks_like_rows(record.as_bytes(), b',', width), joined, "{record}");
        }
    }
}
