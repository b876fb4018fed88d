//! A table whose keys are taken out one by one, each as the type that it must have.

use std::ops::Range;

use toml::Spanned;

use super::Document;
use super::value::{Entries, Readable, Value, bare_or_quoted, written};
use crate::{Names, nearest, suggest};

/// How the value of a key is written, for mends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Value,
    Table,
    Tables,
}

/// A table of a file.
#[derive(Debug)]
pub struct Table {
    /// How it is written, and those around it, from the file down.
    pub(super) path: Vec<String>,
    /// The table with a header of its own in which it stands: `[topics]`, `[[route]]`, the file.
    header: String,
    /// Its header's keys from the top of the file, with a dot behind each.
    prefix: String,
    /// Its own keys within the header's table, with a dot behind each.
    inner: String,
    span: Range<usize>,
    pub(super) entries: Entries,
    asked: Vec<(&'static str, Written)>,
}

impl Table {
    pub(super) fn root(file: &str, entries: Entries) -> Self {
        Self {
            path: vec![file.to_owned()],
            header: file.to_owned(),
            prefix: String::new(),
            inner: String::new(),
            span: 0..0,
            entries,
            asked: Vec::new(),
        }
    }

    /// A table that holds nothing.
    pub fn empty() -> Self {
        Self::root("", Vec::new())
    }

    /// A table in this one with a header of its own.
    fn below(&self, header: String, key: &str, span: Range<usize>, entries: Entries) -> Self {
        let mut path = self.path.clone();
        path.push(header.clone());
        let prefix = format!("{}{}{key}.", self.prefix, self.inner);
        let (inner, asked) = (String::new(), Vec::new());
        Self { path, header, prefix, inner, span, entries, asked }
    }

    /// A table that is the value of a key of this one.
    fn within(&self, key: &str, span: Range<usize>, entries: Entries) -> Self {
        let inner = format!("{}{}.", self.inner, bare_or_quoted(key));
        let (header, prefix) = (self.header.clone(), self.prefix.clone());
        let mut table = Self { header, prefix, inner, span, entries, ..Self::empty() };
        table.path.clone_from(&self.path);
        table.path.push(table.name());
        table
    }

    fn child(&self, key: &str, span: Range<usize>, entries: Entries) -> Self {
        if self.path.len() == 1 {
            return self.below(format!("[{key}]"), key, span, entries);
        }
        self.within(key, span, entries)
    }

    /// How it is written, for messages: `[topics]`, `[[route]]`, `feedback` of `[[route.example]]`.
    pub fn name(&self) -> String {
        match self.inner.strip_suffix('.') {
            Some(inner) => format!("`{inner}` of {}", self.header),
            None => self.header.clone(),
        }
    }

    /// How one of its keys is written, for messages.
    fn named(&self, key: &str) -> String {
        format!("`{}{key}` of {}", self.inner, self.header)
    }

    /// Where it stands in the file.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Whether no key is left that nobody asked for.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether `key` is there; asking takes nothing.
    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(known, _)| known.get_ref() == key)
    }

    /// Whether the value of `key` is a table; asking takes nothing.
    pub fn is_table(&self, key: &str) -> bool {
        let mut entries = self.entries.iter();
        entries.any(|(known, value)| {
            known.get_ref() == key && matches!(value.get_ref(), Value::Table(_))
        })
    }

    /// Whether the value of `key` is a list; asking takes nothing.
    pub fn is_list(&self, key: &str) -> bool {
        let mut entries = self.entries.iter();
        entries.any(|(known, value)| {
            known.get_ref() == key && matches!(value.get_ref(), Value::List(_))
        })
    }

    /// Its keys and values, whatever they are.
    pub fn into_entries(self) -> Vec<(Spanned<String>, Spanned<Value>)> {
        self.entries
    }

    /// Tells where `key`, which must be there, isn't; `form` shows how it is written.
    pub fn needs(&self, key: &str, form: &str, document: &mut Document<'_>) {
        if self.has(key) || document.is_unreadable(key) {
            return;
        }
        let message = format!("{} has no `{key}`", self.name());
        document.problem(self.span(), "missing_key", message, format!("add {form}"));
    }

    /// The value of `key`, whatever it is.
    pub fn value(&mut self, key: &'static str) -> Option<Spanned<Value>> {
        self.take(key, Written::Value)
    }

    /// A text.
    pub fn text(
        &mut self,
        key: &'static str,
        document: &mut Document<'_>,
    ) -> Option<Spanned<String>> {
        let value = self.value(key)?;
        self.read(key, value, document)
    }

    /// A whole number.
    pub fn whole(
        &mut self,
        key: &'static str,
        document: &mut Document<'_>,
    ) -> Option<Spanned<i64>> {
        let value = self.value(key)?;
        self.read(key, value, document)
    }

    /// A number, whole or not.
    pub fn number(
        &mut self,
        key: &'static str,
        document: &mut Document<'_>,
    ) -> Option<Spanned<f64>> {
        let value = self.value(key)?;
        self.read(key, value, document)
    }

    /// `true` or `false`.
    pub fn truth(
        &mut self,
        key: &'static str,
        document: &mut Document<'_>,
    ) -> Option<Spanned<bool>> {
        let value = self.value(key)?;
        self.read(key, value, document)
    }

    /// A list of texts, each with its place; those of another type are told and left out.
    pub fn texts(
        &mut self,
        key: &'static str,
        document: &mut Document<'_>,
    ) -> Option<Spanned<Vec<Spanned<String>>>> {
        let value = self.value(key)?;
        self.texts_of(key, value, document)
    }

    /// A list of anything.
    pub fn list(
        &mut self,
        key: &'static str,
        document: &mut Document<'_>,
    ) -> Option<Spanned<Vec<Spanned<Value>>>> {
        let value = self.value(key)?;
        self.read(key, value, document)
    }

    /// One of a few words.
    pub fn choice<T: Copy>(
        &mut self,
        key: &'static str,
        choices: &[(&'static str, T)],
        document: &mut Document<'_>,
    ) -> Option<Spanned<T>> {
        let text = self.text(key, document)?;
        let chosen = choices.iter().find(|(name, _)| name == text.get_ref());
        if let Some((_, chosen)) = chosen {
            return Some(Spanned::new(text.span(), *chosen));
        }
        let names = choices.iter().map(|(name, _)| *name);
        let written = |name: &str| format!("{}{key} = \"{name}\"", self.inner);
        let mend = nearest(text.get_ref(), names.clone())
            .map_or_else(|| names.map(written).collect::<Vec<_>>().join(" or "), written);
        let message = format!("{} can't be \"{}\"", self.named(key), text.get_ref());
        document.problem(text.span(), "unknown_value", message, format!("write {mend}"));
        None
    }

    /// A name per language: `{ en = "Billing", nl = "Facturatie" }`.
    pub fn names(&mut self, key: &'static str, document: &mut Document<'_>) -> Names {
        let Some(mut table) = self.languages(key, None, document) else { return Names::new() };
        let texts = table.each_text(document).into_iter();
        texts.map(|(language, name)| (language.into_inner(), name.into_inner())).collect()
    }

    /// The table at `key` whose keys are codes of languages, or `also`.
    pub fn languages(
        &mut self,
        key: &'static str,
        also: Option<&str>,
        document: &mut Document<'_>,
    ) -> Option<Self> {
        let value = self.take(key, Written::Value)?;
        if !matches!(value.get_ref(), Value::Table(_))
            && let Some(written) = written(value.get_ref())
        {
            let named = self.named(key);
            let message =
                format!("{named} is written per language, not as {}", value.get_ref().kind());
            let mend = format!("write {}{key}.en = {written}", self.inner);
            document.problem(value.span(), "wrong_type", message, mend);
            return None;
        }
        let mut table = self.as_table(key, value, document)?;
        table.keep_languages(also, document);
        Some(table)
    }

    /// The table at `key`.
    pub fn table(&mut self, key: &'static str, document: &mut Document<'_>) -> Option<Self> {
        let value = self.take(key, Written::Table)?;
        self.as_table(key, value, document)
    }

    /// The table at `key`, an empty one where there is none: so its keys are known, and one of them
    /// that stands elsewhere is recognised.
    #[must_use]
    pub fn table_or_empty(&mut self, key: &'static str, document: &mut Document<'_>) -> Self {
        let table = self.table(key, document);
        table.unwrap_or_else(|| self.child(key, self.span(), Vec::new()))
    }

    /// The tables of the array at `key`.
    pub fn tables(&mut self, key: &'static str, document: &mut Document<'_>) -> Vec<Self> {
        let Some(value) = self.take(key, Written::Tables) else { return Vec::new() };
        let header = format!("[[{}{}{key}]]", self.prefix, self.inner);
        let span = value.span();
        let mut tables = Vec::new();
        let mut wrong = |span: Range<usize>, found: &str| {
            let message = format!("{} must be tables, not {found}", self.named(key));
            let mend = format!("write {header} above the keys of each");
            document.problem(span, "wrong_type", message, mend);
        };
        match value.into_inner() {
            Value::List(values) => {
                for value in values {
                    let span = value.span();
                    match value.into_inner() {
                        Value::Table(entries) => {
                            tables.push(self.below(header.clone(), key, span, entries));
                        }
                        other => wrong(span, other.kind()),
                    }
                }
            }
            // `[theme]` for `[[theme]]`: there is but one, which is read all the same.
            Value::Table(entries) => {
                wrong(span.clone(), "a table alone");
                tables.push(self.below(header.clone(), key, span, entries));
            }
            other => wrong(span, other.kind()),
        }
        tables
    }

    /// Tells of every key that nobody asked for.
    pub fn finish(self, document: &mut Document<'_>) {
        document.knows(&self.name(), self.asked.iter().map(|(key, _)| *key));
        for (key, _) in &self.entries {
            let message = format!("{} has no key `{}`", self.name(), key.get_ref());
            let mend = self.suggestion(key.get_ref());
            let otherwise = document.new_problem(key.span(), "unknown_key", message, mend);
            document.stray(&self.path, key, otherwise);
        }
    }

    /// What may have been meant by a key that isn't known.
    fn suggestion(&self, key: &str) -> String {
        let names = self.asked.iter().map(|(key, _)| *key);
        let Some(near) = nearest(key, names.clone()) else { return suggest(key, names, "key") };
        let dotted = format!("{}{}{near}", self.prefix, self.inner);
        match self.asked.iter().find(|(key, _)| *key == near) {
            Some((_, Written::Tables)) => format!("write [[{dotted}]]"),
            Some((_, Written::Table)) if self.path.len() == 1 => format!("write [{dotted}]"),
            _ => format!("write `{}{near}`", self.inner),
        }
    }

    fn take(&mut self, key: &'static str, written: Written) -> Option<Spanned<Value>> {
        self.asked.push((key, written));
        let index = self.entries.iter().position(|(known, _)| known.get_ref() == key)?;
        Some(self.entries.remove(index).1)
    }

    /// The value of `key` as a `T`; else a problem.
    pub(super) fn read<T: Readable>(
        &self,
        key: &str,
        value: Spanned<Value>,
        document: &mut Document<'_>,
    ) -> Option<Spanned<T>> {
        let (span, found) = (value.span(), value.get_ref().kind());
        let meant = T::meant(value.get_ref());
        let read = T::read(value.into_inner());
        if read.is_none() {
            let message = format!("{} must be {}, not {found}", self.named(key), T::NAME);
            let meant = meant.as_deref().unwrap_or(T::FORM);
            let mend = format!("write {}{} = {meant}", self.inner, bare_or_quoted(key));
            document.problem(span.clone(), "wrong_type", message, mend);
        }
        Some(Spanned::new(span, read?))
    }

    /// The texts in the list at `key`.
    pub(super) fn texts_of(
        &self,
        key: &str,
        value: Spanned<Value>,
        document: &mut Document<'_>,
    ) -> Option<Spanned<Vec<Spanned<String>>>> {
        let list: Spanned<Vec<Spanned<Value>>> = self.read(key, value, document)?;
        let span = list.span();
        let texts = list.into_inner().into_iter().filter_map(|value| {
            let (span, found) = (value.span(), value.get_ref().kind());
            let meant = String::meant(value.get_ref());
            let text = String::read(value.into_inner());
            if text.is_none() {
                let message = format!("{} holds texts, not {found}", self.named(key));
                let mend = format!("write {}", meant.as_deref().unwrap_or(String::FORM));
                document.problem(span.clone(), "wrong_type", message, mend);
            }
            Some(Spanned::new(span, text?))
        });
        Some(Spanned::new(span, texts.collect()))
    }

    /// A value of this table, or of a list at `key`, as a table.
    pub fn as_table(
        &self,
        key: &str,
        value: Spanned<Value>,
        document: &mut Document<'_>,
    ) -> Option<Self> {
        let span = value.span();
        match value.into_inner() {
            Value::Table(entries) => Some(self.child(key, span, entries)),
            other => {
                let message = format!("{} must be a table, not {}", self.named(key), other.kind());
                let mend = if self.path.len() == 1 {
                    format!("write [{key}] above its keys")
                } else {
                    format!("write {}{} = {{ … }}", self.inner, bare_or_quoted(key))
                };
                document.problem(span, "wrong_type", message, mend);
                None
            }
        }
    }
}
