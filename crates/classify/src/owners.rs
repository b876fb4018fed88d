//! owners.toml: overrides a theme's department, first match wins. A `when` speaks of one theme at a
//! time, so a record's themes may go to different departments.

use feedback::condition::{self, Attribute, Comparison, Condition, Scope, SyntaxError, Value};
use feedback::{DepartmentId, Files, Given, Problem};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::placement::{in_string, nearest};
use crate::taxonomy::{Theme, department};

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
        match condition::parse(&written, Scope::Owner) {
            Ok(condition) => {
                let known = knows_themes(text, &when, &condition, given, themes, problems);
                if let (Some(department), true) = (department, known) {
                    owners.push(Owner { when: condition, written, department });
                }
            }
            Err(error) => problems.push(syntax(text, &when, error)),
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

/// Whether every theme that the condition names exists (or has sub-themes that do).
fn knows_themes(
    text: &str,
    when: &Spanned<String>,
    condition: &Condition,
    given: Given,
    themes: &[Theme],
    problems: &mut Vec<Problem>,
) -> bool {
    let mut all_known = true;
    let comparisons = condition.comparisons();
    let about_themes = comparisons.iter().filter(|each| each.attribute == Attribute::Theme);
    for name in about_themes.flat_map(|each: &&Comparison| &each.values) {
        let Value::Text(name) = name else { continue };
        if themes.iter().any(|theme| theme.id.is_within(name)) {
            continue;
        }
        all_known = false;
        if given == Given::ByUser {
            let names = themes.iter().map(|theme| theme.id.as_str());
            let mend = nearest(name, names).map_or_else(
                || "name a theme of taxonomy/".to_owned(),
                |near| format!("write theme = \"{near}\""),
            );
            let at = when.get_ref().find(name.as_str()).unwrap_or(0);
            let span = in_string(text, when.span(), (at..at + name.len()).into());
            let message = format!("the taxonomy has no theme {name}");
            problems.push(Problem::new(FILE, "unknown_theme", message, mend).at(span));
        }
    }
    all_known
}
