//! What routes.toml may name: the themes and departments that the configuration has. In the user's
//! own file another name is a problem with the nearest one offered; in the embedded file, whose
//! taxonomy the user may have replaced, it is no fault: such a comparison just never holds.

use std::collections::BTreeMap;
use std::ops::Range;

use feedback::condition::{Attribute, Condition, Value};
use feedback::{DepartmentId, Departments, Given, Problem, Span, ThemeId};

use crate::{FILE, ThemeTraits};

/// How many names a mend lists at most where none is near.
const LISTED_MAX: usize = 12;

/// The names there are.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) themes: &'a BTreeMap<ThemeId, ThemeTraits>,
    pub(crate) departments: &'a Departments,
    pub(crate) given: Given,
}

impl Known<'_> {
    /// Whether a theme has this id or stands below it.
    fn has_theme(&self, id: &str) -> bool {
        self.themes.keys().any(|theme| theme.is_within(id))
    }

    fn has_department(&self, id: &str) -> bool {
        DepartmentId::new(id).is_ok_and(|id| self.departments.get(&id).is_some())
    }

    /// Whether everything that `condition` names exists. `source` is its literal in the file, which
    /// starts at byte `start`.
    pub(crate) fn check(
        &self,
        condition: &Condition,
        source: &str,
        start: usize,
        problems: &mut Vec<Problem>,
    ) -> bool {
        let mut all_exist = true;
        for comparison in condition.comparisons() {
            for value in &comparison.values {
                let Value::Text(name) = value else { continue };
                let span = place_of(name, source, start);
                all_exist &= match comparison.attribute {
                    Attribute::Theme => self.theme(name, span, problems),
                    Attribute::Department => self.department(name, span, problems).is_some(),
                    _ => true,
                };
            }
        }
        all_exist
    }

    fn theme(&self, name: &str, span: Range<usize>, problems: &mut Vec<Problem>) -> bool {
        let exists = self.has_theme(name);
        if !exists && self.given == Given::ByUser {
            let paths = self.themes.keys().flat_map(ThemeId::path).collect::<Vec<_>>();
            let mend = suggest(name, paths.iter().map(ThemeId::as_str), "theme");
            let message = format!("there is no theme `{name}`, so this never holds");
            problems.push(Problem::new(FILE, "unknown_theme", message, mend).at(span));
        }
        exists
    }

    /// The department of that name.
    pub(crate) fn department(
        &self,
        name: &str,
        span: Range<usize>,
        problems: &mut Vec<Problem>,
    ) -> Option<DepartmentId> {
        if self.has_department(name) {
            return DepartmentId::new(name).ok();
        }
        if self.given == Given::ByUser {
            let ids = self.departments.iter().map(|department| department.id.as_str());
            let mend = suggest(name, ids, "department");
            let message = format!("there is no department `{name}`");
            problems.push(Problem::new(FILE, "unknown_department", message, mend).at(span));
        }
        None
    }
}

/// Where `name` stands in quotes in a condition's literal; the whole literal where it is written
/// otherwise (with escapes).
fn place_of(name: &str, source: &str, start: usize) -> Range<usize> {
    match source.find(&format!("\"{name}\"")) {
        Some(at) => start + at + 1..start + at + 1 + name.len(),
        None => start..start + source.len(),
    }
}

/// Where a stretch of a condition stands in the file: exact where the literal holds the condition
/// without escapes, else the whole literal.
pub(crate) fn place_in(condition: &str, within: Span, source: &str, start: usize) -> Range<usize> {
    match source.find(condition) {
        Some(at) => start + at + within.start..start + at + within.end,
        None => start..start + source.len(),
    }
}

/// A mend for a name that isn't known: the nearest that is, else some of them.
pub(crate) fn suggest<'a>(name: &str, known: impl Iterator<Item = &'a str>, kind: &str) -> String {
    let mut known: Vec<&str> = known.collect();
    known.sort_unstable();
    known.dedup();
    let distance = |other: &str| strsim::damerau_levenshtein(name, other);
    let longest = |other: &str| name.chars().count().max(other.chars().count());
    let near = known
        .iter()
        .filter(|other| distance(other) * 3 <= longest(other) + 1)
        .min_by_key(|other| distance(other));
    if let Some(near) = near {
        return format!("did you mean `{near}`?");
    }
    if known.is_empty() {
        return format!("there is no {kind} at all: remove this");
    }
    let more = if known.len() > LISTED_MAX { ", …" } else { "" };
    known.truncate(LISTED_MAX);
    format!("use a known {kind}: {}{more}", known.join(", "))
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn the_nearest_name_is_offered_and_else_a_list() {
        let known = ["billing", "billing.fees", "contact"];
        for (name, mend) in [
            ("biling", "did you mean `billing`?"),
            ("billing.fee", "did you mean `billing.fees`?"),
            ("contcat", "did you mean `contact`?"),
            ("weather", "use a known theme: billing, billing.fees, contact"),
        ] {
            assert_eq!(suggest(name, known.into_iter(), "theme"), mend);
        }
        assert_eq!(
            suggest("x", std::iter::empty(), "theme"),
            "there is no theme at all: remove this"
        );
    }
}
