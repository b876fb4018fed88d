//! The taxonomy as others write it, and as one spreadsheet: what `voc import` reads and `voc export`
//! writes. Reading never drops anything silently: what can't be carried over, or means a little more or
//! less here, is told with its place and a mend.

mod draft;
mod foreign;
mod keywords;
mod lanes;
mod ours;
mod sheet;
mod term;
mod toml_file;

use std::fmt;

pub(crate) use draft::{Defaults, Drafts};
pub(crate) use foreign::Blank;
pub(crate) use keywords::{Reading, keywords};
pub(crate) use lanes::{is_lanes, lanes};
pub(crate) use ours::{cells, header, is_ours, ours};
pub(crate) use sheet::{Row, rows};
pub(crate) use toml_file::files;

/// What is said of a word, before its place is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remark {
    /// What is otherwise, or wrong.
    pub(crate) message: String,
    /// What was done, or is to be done.
    pub(crate) mend: String,
    /// Whether it could not be carried over.
    pub(crate) is_lost: bool,
}

impl Remark {
    /// Something that means a little more or less here.
    pub(crate) fn changed(message: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { message: message.into(), mend: mend.into(), is_lost: false }
    }

    /// Something that could not be carried over.
    pub(crate) fn lost(message: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { message: message.into(), mend: mend.into(), is_lost: true }
    }
}

/// A remark at its place in the spreadsheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    /// The row, from 1.
    pub(crate) row: usize,
    /// The column's name; empty where the whole row is meant.
    pub(crate) column: String,
    /// What is said.
    pub(crate) remark: Remark,
}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { row, column, remark: Remark { message, mend, .. } } = self;
        write!(formatter, "row {row}")?;
        if !column.is_empty() {
            write!(formatter, ", column {column}")?;
        }
        write!(formatter, ": {message}; {mend}")
    }
}

/// What stands in a header, as far as it can be compared: `AND (2)` is `and`.
fn plain_name(name: &str) -> String {
    let letters = |each: char| if each.is_alphabetic() { each } else { ' ' };
    let name: String = name.to_lowercase().chars().map(letters).collect();
    let rest = |word: &&str| !matches!(*word, "lane" | "rule" | "rules" | "words" | "terms");
    name.split_whitespace().filter(rest).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
