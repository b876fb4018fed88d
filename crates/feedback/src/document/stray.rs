//! A key that its table doesn't know. Where another table of the file does, it landed under the wrong
//! one: whatever stands below a `[table]` belongs to it, also what was meant for the table above.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use toml::Spanned;

use crate::{Problem, nearest};

/// The code of a key that belongs to another table.
const MISPLACED: &str = "misplaced_key";

/// A key that its table doesn't know.
#[derive(Debug)]
pub(super) struct Stray {
    /// How its table is written, and those around it, from the file down.
    pub(super) path: Vec<String>,
    pub(super) key: Spanned<String>,
    /// The problem where no other table knows it either.
    pub(super) otherwise: Problem,
}

impl Stray {
    /// What is wrong with it, once all tables of the file are known.
    pub(super) fn judge(
        self,
        file: &str,
        known: &BTreeMap<String, BTreeSet<&'static str>>,
    ) -> Problem {
        let key = self.key.get_ref().as_str();
        let knows = |table: &String| known.get(table).is_some_and(|keys| keys.contains(key));
        let around = self.path.iter().rev().skip(1).find(|table| knows(table));
        let mut elsewhere = known.keys().filter(|table| knows(table) && !self.path.contains(table));
        let Some(home) = around.or_else(|| elsewhere.next()) else { return self.otherwise };
        let table = self.path.last().map_or("", String::as_str);
        let mut mend = if home == file {
            "move it to the top of the file, above the first [table]".to_owned()
        } else if around.is_some() {
            format!("move it up, among the keys of {home}")
        } else {
            // It may be meant for any of those that know it.
            let homes = iter::once(home).chain(elsewhere).map(String::as_str);
            format!("move it below {}", homes.collect::<Vec<_>>().join(" or "))
        };
        let own = known.get(table).into_iter().flatten().copied();
        if let Some(near) = nearest(key, own) {
            mend = format!("write `{near}`, or {mend}");
        }
        let message = format!("{table} has no key `{key}`; {home} has");
        Problem::new(file, MISPLACED, message, mend).at(self.key.span())
    }
}
