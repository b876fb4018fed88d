//! Names that one file of the configuration gives and another uses: departments, families, lists.
//! One that is missing is told with the nearest that exists.

use std::collections::BTreeMap;

use feedback::document::{Document, Spanned};
use feedback::{DepartmentId, Given, Span, nearest};

use crate::query::Reference;
use crate::taxonomy::ANY;
use crate::words::Words;

/// A family or list that a rule calls and no words file of its language has.
pub(crate) struct UnknownWords {
    /// Where in the rule.
    pub(crate) span: Span,
    /// `unknown_family` or `unknown_list`.
    pub(crate) code: &'static str,
    /// What is wrong.
    pub(crate) message: String,
    /// What to write.
    pub(crate) mend: String,
}

/// The families and lists that a rule of `language` calls in vain.
pub(crate) fn unknown_words(
    language: &str,
    words: &BTreeMap<String, Words>,
    references: Vec<Reference>,
) -> Vec<UnknownWords> {
    let reachable = words.iter().filter(|(code, _)| language == ANY || *code == language);
    let reachable: Vec<&Words> = reachable.map(|(_, words)| words).collect();
    if reachable.iter().any(|words| words.partly) {
        return Vec::new();
    }
    let families: Vec<&str> =
        reachable.iter().flat_map(|words| words.families.keys().map(String::as_str)).collect();
    let lists: Vec<&str> =
        reachable.iter().flat_map(|words| words.lists.keys().map(String::as_str)).collect();
    let mut unknown = Vec::new();
    for Reference { is_family, name, span } in references {
        let names = if is_family { &families } else { &lists };
        if names.contains(&name.as_str()) {
            continue;
        }
        let (sign, table, key, code) = if is_family {
            ('@', "family", "forms", "unknown_family")
        } else {
            ('#', "list", "words", "unknown_list")
        };
        let file = if language == ANY { "<lang>" } else { language };
        let mend = nearest(&name, names.iter().copied()).map_or_else(
            || format!("add to words/{file}.toml: [[{table}]] id = \"{name}\" {key} = [\"…\"]"),
            |near| format!("write {sign}{near}"),
        );
        let message = format!("there is no {table} {sign}{name} for rule.{language}");
        unknown.push(UnknownWords { span, code, message, mend });
    }
    unknown
}

/// Checks a department's name; one that departments.toml lacks is a problem, or left out where the
/// naming file is embedded.
pub(crate) fn department(
    given: Given,
    known: Option<&[&str]>,
    name: &Spanned<String>,
    document: &mut Document<'_>,
) -> Option<DepartmentId> {
    let id = match DepartmentId::new(name.get_ref()) {
        Ok(id) => id,
        Err(error) => {
            let message = format!("department \"{}\" {error}", name.get_ref());
            let mend = "use lower-case letters, digits and _ only, 64 bytes at most";
            document.problem(name.span(), "bad_id", message, mend);
            return None;
        }
    };
    let Some(known) = known else { return Some(id) };
    if known.contains(&id.as_str()) {
        return Some(id);
    }
    if given == Given::ByUser {
        let message = format!("departments.toml has no department {id}");
        let mend = nearest(id.as_str(), known.iter().copied()).map_or_else(
            || format!("add to departments.toml: [[department]] id = \"{id}\" team = \"{id}\""),
            |near| format!("write \"{near}\""),
        );
        document.problem(name.span(), "unknown_department", message, mend);
    }
    None
}
