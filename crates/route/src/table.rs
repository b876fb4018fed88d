//! Reads a TOML table key by key, so that every wrong value, missing key and unknown key is told at
//! once with its place; a derived reader stops at the first.

use std::collections::BTreeMap;
use std::ops::Range;

use feedback::{Problem, ThemeId};
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::FILE;
use crate::known::suggest;

/// A table whose entries are taken out one by one; what is left at the end is unknown.
pub(crate) struct Table<'i> {
    /// What the table is, for messages: "this route", "`expect`".
    what: &'static str,
    span: Range<usize>,
    entries: BTreeMap<String, (Range<usize>, Spanned<DeValue<'i>>)>,
    asked: Vec<&'static str>,
}

impl<'i> Table<'i> {
    /// Reads a whole file; a file that is no TOML gives a problem for each fault.
    pub(crate) fn of_file(text: &'i str, problems: &mut Vec<Problem>) -> Option<Self> {
        let (table, errors) = DeTable::parse_recoverable(text);
        problems.extend(errors.iter().map(|error| Problem::toml(FILE, error)));
        let span = table.span();
        errors.is_empty().then(|| Self::new("routes.toml", span, table.into_inner()))
    }

    fn new(what: &'static str, span: Range<usize>, table: DeTable<'i>) -> Self {
        let entries = table
            .into_iter()
            .map(|(key, value)| (key.get_ref().to_string(), (key.span(), value)))
            .collect();
        Self { what, span, entries, asked: Vec::new() }
    }

    /// Where the table stands in the file.
    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    fn remove(&mut self, key: &'static str) -> Option<Spanned<DeValue<'i>>> {
        self.asked.push(key);
        self.entries.remove(key).map(|(_, value)| value)
    }

    /// The value of `key`, if it is there and of that kind.
    pub(crate) fn take<T: DeserializeOwned>(
        &mut self,
        key: &'static str,
        problems: &mut Vec<Problem>,
    ) -> Option<Spanned<T>> {
        let value = self.remove(key)?;
        let span = value.span();
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(value) => Some(Spanned::new(span, value)),
            Err(error) => {
                problems.push(
                    Problem::new(
                        FILE,
                        "wrong_type",
                        format!("`{key}` of {}: {}", self.what, error.message()),
                        form(key),
                    )
                    .at(span),
                );
                None
            }
        }
    }

    /// The same for a key that must be there.
    pub(crate) fn required<T: DeserializeOwned>(
        &mut self,
        key: &'static str,
        problems: &mut Vec<Problem>,
    ) -> Option<Spanned<T>> {
        if !self.has(key) {
            problems.push(self.missing(key));
        }
        self.take(key, problems)
    }

    /// The problem that `key`, which must be there, isn't.
    pub(crate) fn missing(&self, key: &str) -> Problem {
        Problem::new(
            FILE,
            "missing_key",
            format!("{} has no `{key}`", self.what),
            format!("add {}", form(key)),
        )
        .at(self.span())
    }

    /// The plain text of `key`.
    pub(crate) fn text(
        &mut self,
        key: &'static str,
        problems: &mut Vec<Problem>,
    ) -> Option<String> {
        self.take(key, problems).map(Spanned::into_inner)
    }

    /// The `id` of a route or policy: of the same form as every id of the configuration.
    pub(crate) fn id(&mut self, problems: &mut Vec<Problem>) -> Option<Spanned<String>> {
        let id: Spanned<String> = self.required("id", problems)?;
        if ThemeId::new(id.get_ref()).is_ok() {
            return Some(id);
        }
        let message = format!("`{}` is no id", id.get_ref());
        let mend =
            "use lower-case letters, digits and _, with dots between parts, 64 bytes at most";
        problems.push(Problem::new(FILE, "bad_id", message, mend).at(id.span()));
        None
    }

    /// The table at `key`, called `what` in messages.
    pub(crate) fn table(
        &mut self,
        key: &'static str,
        what: &'static str,
        problems: &mut Vec<Problem>,
    ) -> Option<Self> {
        let value = self.remove(key)?;
        let span = value.span();
        match value.into_inner() {
            DeValue::Table(table) => Some(Self::new(what, span, table)),
            other => {
                problems.push(self.not_a(key, "a table such as { … }", &other, span));
                None
            }
        }
    }

    /// The tables of the array at `key`, each called `what` in messages.
    pub(crate) fn tables(
        &mut self,
        key: &'static str,
        what: &'static str,
        problems: &mut Vec<Problem>,
    ) -> Vec<Self> {
        let Some(value) = self.remove(key) else { return Vec::new() };
        let span = value.span();
        let values = match value.into_inner() {
            DeValue::Array(values) => values,
            other => {
                problems.push(self.not_a(key, "written with two brackets: [[…]]", &other, span));
                return Vec::new();
            }
        };
        let mut tables = Vec::new();
        for value in values {
            let span = value.span();
            match value.into_inner() {
                DeValue::Table(table) => tables.push(Self::new(what, span, table)),
                other => problems.push(self.not_a(key, "a list of tables", &other, span)),
            }
        }
        tables
    }

    fn not_a(&self, key: &str, wanted: &str, found: &DeValue<'_>, span: Range<usize>) -> Problem {
        Problem::new(
            FILE,
            "wrong_type",
            format!("`{key}` of {} is {wanted}, not of type {}", self.what, found.type_str()),
            form(key),
        )
        .at(span)
    }

    /// Whether `key` is there; asking takes nothing.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Whether the value of `key` is a table; asking takes nothing.
    pub(crate) fn is_table(&self, key: &str) -> bool {
        self.entries.get(key).is_some_and(|(_, value)| value.get_ref().is_table())
    }

    /// Tells of every key that nobody asked for.
    pub(crate) fn finish(self, problems: &mut Vec<Problem>) {
        for (key, (span, _)) in &self.entries {
            problems.push(
                Problem::new(
                    FILE,
                    "unknown_key",
                    format!("{} has no key `{key}`", self.what),
                    suggest(key, self.asked.iter().copied(), "key"),
                )
                .at(span.clone()),
            );
        }
    }
}

/// How `key` is written, ready to paste.
fn form(key: &str) -> String {
    let form = match key {
        "id" => "id = \"detractor\"",
        "when" => "when = 'score.nps <= 6'",
        "task" => "task = \"contact\", task = \"investigate\" or task = \"none\"",
        "priority" => "priority = 2",
        "policy" => "policy = \"standard\" in a route, [[policy]] for the policy itself",
        "kudos" => "kudos = true, in expect also kudos = [\"contact_centre\"]",
        "acknowledge" | "resolve" => "a length of time such as \"4h\"",
        "contact" => "contact = \"24h\" in a policy, contact = false in consent",
        "route" => "[[route]] for a route, route = \"detractor\" in expect",
        "example" => "[[route.example]] below its [[route]]",
        "feedback" => "feedback = { text = \"The bill is wrong.\", lang = \"en\", score = 2 }",
        "expect" => "expect = { task = \"contact\", priority = 2 }",
        "score" => "score = 2 for an NPS, or score = { metric = \"csat\", value = 2 }",
        "metric" => "metric = \"nps\", \"csat\", \"ces\" or \"rating\"",
        "direction" => "direction = \"higher_is_better\" or \"lower_is_better\"",
        "value" | "min" | "max" | "wait_seconds" | "handle_seconds" | "transfers" => {
            return format!("{key} = 5");
        }
        "solicited" | "anonymous" => return format!("{key} = true"),
        "consent" => "consent = { contact = false }",
        "attributes" => "attributes = { plan = \"gold\" }",
        text => return format!("{text} = \"…\""),
    };
    form.to_owned()
}
