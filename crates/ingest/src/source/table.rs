//! Reads a TOML table key by key, so that every wrong value, missing key and unknown key of a file is
//! told at once with its place; a derived reader stops at the first.

use std::ops::Range;

use feedback::Problem;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// The problems of one file, as they are found.
pub(super) struct Problems<'a> {
    /// The file, relative to the configuration's folder.
    pub(super) file: &'a str,
    pub(super) found: Vec<Problem>,
}

impl Problems<'_> {
    /// Notes a problem at a place of the file.
    pub(super) fn push(
        &mut self,
        span: Range<usize>,
        code: &str,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) {
        self.found.push(Problem::new(self.file, code, message, mend).at(span));
    }
}

/// A table whose entries are taken out one by one; what is left at the end is unknown.
pub(super) struct Table<'i> {
    /// How the table is written, for messages: `[fields]`, `[[score]]`.
    name: String,
    pub(super) span: Range<usize>,
    entries: Vec<(Spanned<String>, Spanned<DeValue<'i>>)>,
    asked: Vec<&'static str>,
}

impl<'i> Table<'i> {
    /// Reads a whole file; one that is no TOML gives a problem for each fault.
    pub(super) fn of_file(text: &'i str, problems: &mut Problems<'_>) -> Option<Self> {
        let (table, errors) = DeTable::parse_recoverable(text);
        problems.found.extend(errors.iter().map(|error| Problem::toml(problems.file, error)));
        let span = table.span();
        errors.is_empty().then(|| Self::new("the file", span, table.into_inner()))
    }

    fn new(name: &str, span: Range<usize>, table: DeTable<'i>) -> Self {
        let entries = table
            .into_iter()
            .map(|(key, value)| (Spanned::new(key.span(), key.get_ref().to_string()), value))
            .collect();
        Self { name: name.to_owned(), span, entries, asked: Vec::new() }
    }

    fn remove(&mut self, key: &'static str) -> Option<Spanned<DeValue<'i>>> {
        self.asked.push(key);
        let index = self.entries.iter().position(|(known, _)| known.get_ref() == key)?;
        Some(self.entries.remove(index).1)
    }

    /// The value of `key`, if it is there and of type `T`; `form` shows how it is written.
    pub(super) fn take<T: DeserializeOwned>(
        &mut self,
        key: &'static str,
        form: &str,
        problems: &mut Problems<'_>,
    ) -> Option<Spanned<T>> {
        let value = self.remove(key)?;
        typed(key, &self.name, value, form, problems)
    }

    /// The same for a key that must be there.
    pub(super) fn required<T: DeserializeOwned>(
        &mut self,
        key: &'static str,
        form: &str,
        problems: &mut Problems<'_>,
    ) -> Option<Spanned<T>> {
        if !self.entries.iter().any(|(known, _)| known.get_ref() == key) {
            let message = format!("{} has no `{key}`", self.name);
            problems.push(self.span.clone(), "missing_key", message, format!("add {form}"));
        }
        self.take(key, form, problems)
    }

    /// A text.
    pub(super) fn text(
        &mut self,
        key: &'static str,
        problems: &mut Problems<'_>,
    ) -> Option<Spanned<String>> {
        self.take(key, &format!("{key} = \"…\""), problems)
    }

    /// The table at `key`.
    pub(super) fn table(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<Self> {
        let value = self.remove(key)?;
        as_table(&format!("[{key}]"), value, problems)
    }

    /// The tables of the array at `key`.
    pub(super) fn tables(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Vec<Self> {
        let Some(value) = self.remove(key) else { return Vec::new() };
        let (span, name) = (value.span(), format!("[[{key}]]"));
        if let DeValue::Array(values) = value.into_inner() {
            return values
                .into_iter()
                .filter_map(|value| as_table(&name, value, problems))
                .collect();
        }
        let message = format!("`{key}` must be written with two brackets");
        problems.push(span, "wrong_type", message, format!("write {name} above its keys"));
        Vec::new()
    }

    /// Every value of type `T` in this table and, with dots between the names, in its tables.
    pub(super) fn flattened<T: DeserializeOwned>(
        self,
        form: &str,
        problems: &mut Problems<'_>,
    ) -> Vec<(Spanned<String>, Spanned<T>)> {
        let mut found = Vec::new();
        for (key, value) in self.entries {
            if value.get_ref().is_table() {
                let Some(inner) = as_table(&self.name, value, problems) else { continue };
                for (name, value) in inner.flattened(form, problems) {
                    let dotted = format!("{}.{}", key.get_ref(), name.get_ref());
                    found.push((Spanned::new(name.span(), dotted), value));
                }
            } else if let Some(value) = typed(key.get_ref(), &self.name, value, form, problems) {
                found.push((key, value));
            }
        }
        found
    }

    /// Tells of every key that nobody asked for.
    pub(super) fn finish(self, problems: &mut Problems<'_>) {
        for (key, _) in &self.entries {
            let message = format!("{} has no key `{}`", self.name, key.get_ref());
            problems.push(key.span(), "unknown_key", message, suggest(key.get_ref(), &self.asked));
        }
    }
}

fn as_table<'i>(
    name: &str,
    value: Spanned<DeValue<'i>>,
    problems: &mut Problems<'_>,
) -> Option<Table<'i>> {
    let span = value.span();
    if let DeValue::Table(table) = value.into_inner() {
        return Some(Table::new(name, span, table));
    }
    let message = format!("{name} must be a table");
    problems.push(span, "wrong_type", message, format!("write {name} above its keys"));
    None
}

fn typed<T: DeserializeOwned>(
    key: &str,
    table: &str,
    value: Spanned<DeValue<'_>>,
    form: &str,
    problems: &mut Problems<'_>,
) -> Option<Spanned<T>> {
    let span = value.span();
    match T::deserialize(ValueDeserializer::from(value)) {
        Ok(value) => Some(Spanned::new(span, value)),
        Err(error) => {
            let message = format!("`{key}` of {table}: {}", error.message());
            problems.push(span, "wrong_type", message, format!("write {form}"));
            None
        }
    }
}

/// The known name nearest to `name`, or all of them.
pub(super) fn suggest(name: &str, known: &[&str]) -> String {
    if let Some(nearest) = nearest(name, known.iter().copied()) {
        return format!("write `{nearest}`");
    }
    let mut known = known.to_vec();
    known.sort_unstable();
    format!("known here are {}", known.join(", "))
}

/// The known name that `name` is most likely a slip of, whatever its case.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const NEAR: usize = 2;
    let lower = name.to_lowercase();
    let nearest = known.map(|known| (distance(&lower, &known.to_lowercase()), known)).min()?;
    (nearest.0 <= NEAR).then_some(nearest.1)
}

/// Levenshtein's distance in characters.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, left) in one.chars().enumerate() {
        let mut diagonal = index;
        let mut previous = index + 1;
        for (right, cell) in other.iter().zip(row.iter_mut().skip(1)) {
            let replaced = diagonal + usize::from(left != *right);
            diagonal = *cell;
            *cell = replaced.min(*cell + 1).min(previous + 1);
            previous = *cell;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_proposed() {
        assert_eq!(distance("chanel", "channel"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(suggest("chanel", &["name", "channel"]), "write `channel`");
        assert_eq!(suggest("whatever", &["name", "channel"]), "known here are channel, name");
    }
}
