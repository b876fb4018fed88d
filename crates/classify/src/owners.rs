//! owners.toml: overrides a theme's department, first match wins. A `when` speaks of one theme at a
//! time, so a record's themes may go to different departments.

use feedback::condition::{self, Attribute, Comparison, Condition, Scope, SyntaxError, Value};
use feedback::document::{Document, Spanned, Table};
use feedback::{DepartmentId, Files, Given, Problem, Span, ThemeId, nearest};
use serde::Serialize;

use crate::lifecycle::Succession;
use crate::references::department;
use crate::taxonomy::Theme;

const FILE: &str = "owners.toml";

/// One override.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Owner {
    /// When it holds.
    pub(crate) when: Condition,
    /// As written, for because[].
    pub(crate) written: String,
    /// Who is accountable then.
    pub(crate) department: DepartmentId,
}

/// Reads owners.toml, where there is one. `themes` are all there are; `None`: nobody knows.
pub(crate) fn parse(
    files: &Files,
    departments: Option<&[&str]>,
    (themes, succession): (Option<&[Theme]>, &Succession),
    problems: &mut Vec<Problem>,
) -> Vec<Owner> {
    let Some(text) = files.get(FILE) else { return Vec::new() };
    let mut document = Document::new(FILE, text);
    let mut owners = Vec::new();
    if let Some(mut root) = document.root() {
        let given = files.given(FILE);
        let mut reader = Reader { given, departments, themes, succession, document: &mut document };
        for table in root.tables("owner", reader.document) {
            owners.extend(reader.owner(table));
        }
        root.finish(reader.document);
    }
    problems.extend(document.finish());
    owners
}

struct Reader<'a, 'f> {
    given: Given,
    departments: Option<&'a [&'a str]>,
    themes: Option<&'a [Theme]>,
    succession: &'a Succession,
    document: &'a mut Document<'f>,
}

impl Reader<'_, '_> {
    fn owner(&mut self, mut table: Table) -> Option<Owner> {
        table.needs("when", "when = 'touchpoint = \"branch\"'", self.document);
        table.needs("department", "department = \"billing\"", self.document);
        let when = table.text("when", self.document);
        let name = table.text("department", self.document);
        table.finish(self.document);
        let department =
            name.and_then(|name| department(self.given, self.departments, &name, self.document));
        let when = when?;
        let mut condition = condition::parse(when.get_ref(), Scope::Owner)
            .map_err(|error| self.syntax(&when, error))
            .ok()?;
        let unknown = self.themes.map_or_else(Vec::new, |all| self.unknown_themes(&condition, all));
        if self.given == Given::ByUser {
            for name in &unknown {
                self.unknown_theme(&when, name);
            }
        }
        condition.add_themes(&|name| self.succession.of_today(name));
        let department = department.filter(|_| unknown.is_empty())?;
        Some(Owner { when: condition, written: when.into_inner(), department })
    }

    fn syntax(&mut self, when: &Spanned<String>, error: SyntaxError) {
        let mend = match error.correction {
            Some(correction) => format!("write when = '{correction}'"),
            None => "write comparisons joined by AND, OR, NOT, such as 'channel = \"social\"'"
                .to_owned(),
        };
        let span = self.document.place(when, error.span);
        self.document.problem(span, "condition_syntax", error.message, mend);
    }

    /// The themes that the condition names and that neither exist, nor have sub-themes that do, nor did.
    fn unknown_themes(&self, condition: &Condition, themes: &[Theme]) -> Vec<String> {
        let comparisons = condition.comparisons();
        let about_themes = comparisons.iter().filter(|each| each.attribute == Attribute::Theme);
        let values = about_themes.flat_map(|each: &&Comparison| &each.values);
        let names = values.filter_map(|value| match value {
            Value::Text(name) => Some(name.clone()),
            Value::Number(_) | Value::Term(_) => None,
        });
        let exists = |name: &str| {
            themes.iter().any(|theme| theme.id.is_within(name))
                || !self.succession.of_today(name).is_empty()
        };
        names.filter(|name| !exists(name)).collect()
    }

    fn unknown_theme(&mut self, when: &Spanned<String>, name: &str) {
        let themes = self.themes.into_iter().flatten();
        let ids: Vec<ThemeId> = themes.flat_map(|theme| theme.id.path()).collect();
        let mend = nearest(name, ids.iter().map(ThemeId::as_str)).map_or_else(
            || "name a theme of taxonomy/".to_owned(),
            |near| format!("write theme = \"{near}\""),
        );
        let start = when.get_ref().find(name).unwrap_or(0);
        let span = self.document.place(when, Span { start, end: start + name.len() });
        let message = format!("the taxonomy has no theme {name}");
        self.document.problem(span, "unknown_theme", message, mend);
    }
}
