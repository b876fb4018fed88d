//! A TOML file of the configuration, read key by key: every wrong value, missing key and unknown key
//! is told at once, with its place and a mend; a derived reader would stop at the first.
//!
//! The parsers take what they know out of a [`Table`]; what is left at the end is unknown. A key that
//! another table of the same file knows landed under the wrong one, which is what happens to whatever
//! is written below a `[table]`: the mend says where it belongs.

mod free;
mod stray;
mod syntax;
mod table;
mod value;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

pub use free::{ListsByKey, TextsByKey, is_language};
pub use table::Table;
pub use toml::Spanned;
pub use value::{Value, quoted};

use crate::{Problem, Span, placement};
use stray::Stray;

/// One file while it is read, and the problems found so far.
#[derive(Debug)]
pub struct Document<'f> {
    file: &'f str,
    text: &'f str,
    problems: Vec<Problem>,
    /// The keys that each kind of table of this file may have, by how the table is written.
    known: BTreeMap<String, BTreeSet<&'static str>>,
    strays: Vec<Stray>,
    /// The keys of lines that are no TOML: they aren't missing, too.
    unreadable: BTreeSet<String>,
}

impl<'f> Document<'f> {
    /// The file at `file`, of which nothing is read yet.
    pub fn new(file: &'f str, text: &'f str) -> Self {
        Self {
            file,
            text,
            problems: Vec::new(),
            known: BTreeMap::new(),
            strays: Vec::new(),
            unreadable: BTreeSet::new(),
        }
    }

    /// Reads the file's text. A line that is no TOML is a problem, and the rest is read without it;
    /// `None` where the rest would only be guessed.
    pub fn root(&mut self) -> Option<Table> {
        let parsed = syntax::parse(self.file, self.text);
        self.problems.extend(parsed.problems);
        self.unreadable.extend(parsed.unreadable);
        parsed.entries.map(|entries| Table::root(self.file, entries))
    }

    /// The file, relative to the configuration's folder.
    pub fn file(&self) -> &'f str {
        self.file
    }

    /// Notes a problem at a place of the file.
    pub fn problem(
        &mut self,
        span: impl Into<Span>,
        code: &str,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) {
        self.problems.push(Problem::new(self.file, code, message, mend).at(span));
    }

    /// Notes a problem of the whole file.
    pub fn problem_of_file(&mut self, code: &str, message: &str, mend: &str) {
        self.problems.push(Problem::new(self.file, code, message, mend));
    }

    /// Whether something wrong was found since there were so many problems.
    pub fn problems(&self) -> usize {
        self.problems.len() + self.strays.len()
    }

    /// Where a stretch of the value of the TOML string `string` stands in the file.
    pub fn place(&self, string: &Spanned<String>, within: Span) -> Span {
        placement::in_string(self.text, string.span(), within)
    }

    /// All problems, in the order of the file.
    pub fn finish(mut self) -> Vec<Problem> {
        for stray in std::mem::take(&mut self.strays) {
            let problem = stray.judge(self.file, &self.known);
            self.problems.push(problem);
        }
        self.problems.sort();
        self.problems.dedup();
        self.problems
    }

    /// Notes that a table has no such key; `otherwise` is the problem where no other table has it.
    fn stray(&mut self, path: &[String], key: &Spanned<String>, otherwise: Problem) {
        let key = Spanned::new(key.span(), key.get_ref().clone());
        self.strays.push(Stray { path: path.to_vec(), key, otherwise });
    }

    /// Whether the key stands on a line that is no TOML: then it isn't missing.
    pub fn is_unreadable(&self, key: &str) -> bool {
        self.unreadable.contains(key)
    }

    fn knows(&mut self, table: &str, keys: impl Iterator<Item = &'static str>) {
        self.known.entry(table.to_owned()).or_default().extend(keys);
    }

    fn new_problem(
        &self,
        span: Range<usize>,
        code: &str,
        message: String,
        mend: String,
    ) -> Problem {
        Problem::new(self.file, code, message, mend).at(span)
    }
}

#[cfg(test)]
mod tests;
