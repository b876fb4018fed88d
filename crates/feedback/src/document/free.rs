//! Tables whose keys are no names of ours: languages, words, fields of a source.

use toml::Spanned;

use super::value::{Entries, Value};
use super::{Document, Table};

/// What stands for all languages, where that is allowed; else it would look like a code.
const ANY: &str = "any";

/// A list of texts by its key, each with its place.
pub type TextsByKey = Vec<(Spanned<String>, Spanned<Vec<Spanned<String>>>)>;

/// A list of values by its key.
pub type ListsByKey = Vec<(Spanned<String>, Spanned<Vec<Spanned<Value>>>)>;

impl Table {
    /// Keeps the keys that are `known`. Each other one is told: that it belongs to another table, or,
    /// where none has it, what `otherwise` says (a message and a mend) under `code`.
    pub fn keep(
        &mut self,
        code: &str,
        known: impl Fn(&str) -> bool,
        otherwise: impl Fn(&str) -> (String, String),
        document: &mut Document<'_>,
    ) {
        let entries = std::mem::take(&mut self.entries);
        let (kept, others): (Entries, Entries) =
            entries.into_iter().partition(|(key, _)| known(key.get_ref()));
        self.entries = kept;
        for (key, _) in others {
            self.stray(&key, code, otherwise(key.get_ref()), document);
        }
    }

    /// Tells that a key of this table isn't known: that it belongs to another table, or, where none
    /// has it, `message` and `mend` under `code`.
    pub fn stray(
        &self,
        key: &Spanned<String>,
        code: &str,
        (message, mend): (String, String),
        document: &mut Document<'_>,
    ) {
        let otherwise = document.new_problem(key.span(), code, message, mend);
        document.stray(&self.path, key, otherwise);
    }

    /// Keeps the keys that are codes of languages, or `also`.
    pub(super) fn keep_languages(&mut self, also: Option<&str>, document: &mut Document<'_>) {
        let known = |key: &str| is_language(key) && key != ANY || Some(key) == also;
        let otherwise = |key: &str| {
            let or = also.map_or_else(String::new, |also| format!(", or {also}"));
            let mend = format!("write a language's code such as en or nl{or}");
            (format!("\"{key}\" is no language"), mend)
        };
        self.keep("bad_language", known, otherwise, document);
    }

    /// Every text.
    pub fn each_text(
        &mut self,
        document: &mut Document<'_>,
    ) -> Vec<(Spanned<String>, Spanned<String>)> {
        self.each(|table, key, value| table.read(key, value, document))
    }

    /// Every number.
    pub fn each_number(
        &mut self,
        document: &mut Document<'_>,
    ) -> Vec<(Spanned<String>, Spanned<f64>)> {
        self.each(|table, key, value| table.read(key, value, document))
    }

    /// Every list of texts.
    pub fn each_texts(&mut self, document: &mut Document<'_>) -> TextsByKey {
        self.each(|table, key, value| table.texts_of(key, value, document))
    }

    /// Every list, whatever it holds.
    pub fn each_list(&mut self, document: &mut Document<'_>) -> ListsByKey {
        self.each(|table, key, value| table.read(key, value, document))
    }

    /// Every table.
    pub fn each_table(&mut self, document: &mut Document<'_>) -> Vec<(Spanned<String>, Self)> {
        self.each(|table, key, value| table.as_table(key, value, document))
    }

    /// Every value of this table and, with dots between the names, of the tables in it.
    pub fn flattened(&mut self) -> Vec<(Spanned<String>, Spanned<Value>)> {
        let mut found = Vec::new();
        flatten("", std::mem::take(&mut self.entries), &mut found);
        found
    }

    fn each<T>(
        &mut self,
        mut read: impl FnMut(&Self, &str, Spanned<Value>) -> Option<T>,
    ) -> Vec<(Spanned<String>, T)> {
        let mut found = Vec::new();
        for (key, value) in std::mem::take(&mut self.entries) {
            let value = read(self, key.get_ref(), value);
            found.extend(value.map(|value| (key, value)));
        }
        found
    }
}

/// Whether a text is a language's code, as ISO 639 writes it: two or three lower-case letters.
pub fn is_language(code: &str) -> bool {
    (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn flatten(prefix: &str, entries: Entries, found: &mut Entries) {
    for (key, value) in entries {
        let name = format!("{prefix}{}", key.get_ref());
        let span = value.span();
        match value.into_inner() {
            Value::Table(entries) => flatten(&format!("{name}."), entries, found),
            value => found.push((Spanned::new(key.span(), name), Spanned::new(span, value))),
        }
    }
}
