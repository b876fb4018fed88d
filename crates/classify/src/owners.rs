//! owners.toml: overrides a theme's department, first match wins. A `when` speaks of one theme at a
//! time, so a record's themes may go to different departments.

use feedback::condition::{self, Attribute, Comparison, Condition, Scope, SyntaxError, Value};
use feedback::{DepartmentId, Files, Given, Problem};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::placement::{in_string, nearest};
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    owner: Vec<RawOwner>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOwner {
    when: Spanned<String>,
    department: Spanned<String>,
}

/// Reads owners.toml, where there is one.
pub(crate) fn parse(
    files: &Files,
    departments: Option<&[&str]>,
    themes: &[Theme],
    problems: &mut Vec<Problem>,
) -> Vec<Owner> {
    let Some(text) = files.get(FILE) else { return Vec::new() };
    let raw: RawFile = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            problems.push(Problem::toml(FILE, &error));
            return Vec::new();
        }
    };
    let given = files.given(FILE);
    let mut owners = Vec::new();
    for RawOwner { when, department: name } in raw.owner {
        let department = department(FILE, given, departments, &name, problems);
        let written = when.get_ref().clone();
        let condition = match condition::parse(&written, Scope::Owner) {
            Ok(condition) => condition,
            Err(error) => {
                problems.push(syntax(text, &when, error));
                continue;
            }
        };
        let unknown = unknown_themes(&condition, themes);
        if given == Given::ByUser {
            problems.extend(unknown.iter().map(|name| unknown_theme(text, &when, name, themes)));
        }
        if let (Some(department), true) = (department, unknown.is_empty()) {
            owners.push(Owner { when: condition, written, department });
        }
    }
    owners
}

fn syntax(text: &str, when: &Spanned<String>, error: SyntaxError) -> Problem {
    let mend = match error.correction {
        Some(correction) => format!("write: {correction}"),
        None => {
            "write comparisons joined by AND, OR, NOT, such as 'channel = \"social\"'".to_owned()
        }
    };
    let span = in_string(text, when.span(), error.span);
    Problem::new(FILE, "condition_syntax", error.message, mend).at(span)
}

/// The themes that the condition names and that neither exist nor have sub-themes that do.
fn unknown_themes(condition: &Condition, themes: &[Theme]) -> Vec<String> {
    let comparisons = condition.comparisons();
    let about_themes = comparisons.iter().filter(|each| each.attribute == Attribute::Theme);
    let names =
        about_themes.flat_map(|each: &&Comparison| &each.values).filter_map(|value| match value {
            Value::Text(name) => Some(name.clone()),
            Value::Number(_) => None,
        });
    names.filter(|name| !themes.iter().any(|theme| theme.id.is_within(name))).collect()
}

fn unknown_theme(text: &str, when: &Spanned<String>, name: &str, themes: &[Theme]) -> Problem {
    let mend = nearest(name, themes.iter().map(|theme| theme.id.as_str())).map_or_else(
        || "name a theme of taxonomy/".to_owned(),
        |near| format!("write theme = \"{near}\""),
    );
    let at = when.get_ref().find(name).unwrap_or(0);
    let span = in_string(text, when.span(), (at..at + name.len()).into());
    let message = format!("the taxonomy has no theme {name}");
    Problem::new(FILE, "unknown_theme", message, mend).at(span)
}
