//! What routes.toml may name: the themes and departments that the configuration has. In the user's
//! own file another name is a problem with the nearest one offered; in the embedded file, whose
//! taxonomy the user may have replaced, it is no fault: such a comparison just never holds.

use std::collections::BTreeMap;

use feedback::condition::{Attribute, Condition, Value};
use feedback::document::{Document, Spanned};
use feedback::{DepartmentId, Departments, Given, Span, ThemeId, suggest};

use crate::ThemeTraits;

/// The names there are; `None` where nobody knows, and so any name may be right.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) themes: Option<&'a BTreeMap<ThemeId, ThemeTraits>>,
    pub(crate) departments: Option<&'a Departments>,
    pub(crate) given: Given,
}

impl Known<'_> {
    /// Whether everything that `condition`, which is written at `when`, names exists.
    pub(crate) fn check(
        &self,
        condition: &Condition,
        when: &Spanned<String>,
        document: &mut Document<'_>,
    ) -> bool {
        let mut all_exist = true;
        for comparison in condition.comparisons() {
            for value in &comparison.values {
                let Value::Text(name) = value else { continue };
                let span = place_of(name, when, document);
                all_exist &= match comparison.attribute {
                    Attribute::Theme => self.theme(name, span, document),
                    Attribute::Department => self.department(name, span, document).is_some(),
                    _ => true,
                };
            }
        }
        all_exist
    }

    /// The themes that had this name before, or one below it.
    pub(crate) fn of_today(&self, name: &str) -> Vec<ThemeId> {
        let had = |traits: &ThemeTraits| traits.formerly.iter().any(|each| each.is_within(name));
        let themes = self.themes.into_iter().flatten().filter(|(_, traits)| had(traits));
        themes.map(|(theme, _)| theme.clone()).collect()
    }

    /// Whether a theme has this id or stands below it, or did.
    fn theme(&self, name: &str, span: Span, document: &mut Document<'_>) -> bool {
        let Some(themes) = self.themes else { return true };
        let exists = themes.iter().any(|(theme, traits)| {
            theme.is_within(name) || traits.formerly.iter().any(|former| former.is_within(name))
        });
        if !exists && self.given == Given::ByUser {
            let paths = themes.keys().flat_map(ThemeId::path).collect::<Vec<_>>();
            let mend = suggest(name, paths.iter().map(ThemeId::as_str), "theme");
            let message = format!("there is no theme `{name}`, so this never holds");
            document.problem(span, "unknown_theme", message, mend);
        }
        exists
    }

    /// The department of that name.
    pub(crate) fn department(
        &self,
        name: &str,
        span: impl Into<Span>,
        document: &mut Document<'_>,
    ) -> Option<DepartmentId> {
        let id = DepartmentId::new(name).ok();
        let Some(departments) = self.departments else { return id };
        let known = id.filter(|id| departments.get(id).is_some());
        if known.is_none() && self.given == Given::ByUser {
            let ids = departments.iter().map(|department| department.id.as_str());
            let mend = suggest(name, ids, "department");
            let message = format!("there is no department `{name}`");
            document.problem(span, "unknown_department", message, mend);
        }
        known
    }
}

/// Where `name` stands in quotes in a condition; the whole of it where it is written otherwise.
fn place_of(name: &str, when: &Spanned<String>, document: &Document<'_>) -> Span {
    match when.get_ref().find(&format!("\"{name}\"")) {
        Some(at) => document.place(when, Span { start: at + 1, end: at + 1 + name.len() }),
        None => when.span().into(),
    }
}
