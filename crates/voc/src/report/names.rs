//! A summary's names, orders and sums, as both the page and the terminal show them.

use feedback::{DepartmentId, ThemeId};
use jiff::Timestamp;

use super::summary::{DepartmentTally, Facts, Summary, ThemeTally};

impl Summary {
    /// The themes, the commonest first, by id where they are level.
    pub(super) fn ranked_themes(&self) -> Vec<(&ThemeId, &ThemeTally)> {
        let mut ranked: Vec<_> = self.themes.iter().collect();
        ranked.sort_by_key(|(_, tally)| std::cmp::Reverse(tally.polarities.n()));
        ranked
    }

    /// The departments, those with most tasks first, then by what they are accountable for, then by id.
    pub(super) fn ranked_departments(&self) -> Vec<(&DepartmentId, &DepartmentTally)> {
        let mut ranked: Vec<_> = self.departments.iter().collect();
        ranked.sort_by_key(|(_, tally)| std::cmp::Reverse((tally.tasks(), tally.accountable)));
        ranked
    }

    /// The theme's name, else its id.
    pub(super) fn theme_name<'a>(&'a self, id: &'a ThemeId) -> &'a str {
        self.facts.theme_name(id)
    }

    /// The name of the theme directly above, where there is one with a name.
    pub(super) fn theme_above(&self, id: &ThemeId) -> Option<&str> {
        self.facts.theme_above(id)
    }

    /// The name of the department that the theme belongs to.
    pub(super) fn owner_name(&self, id: &ThemeId) -> Option<&str> {
        self.facts.owner_name(id)
    }

    /// The department's name, else its id.
    pub(super) fn department_name<'a>(&'a self, id: &'a DepartmentId) -> &'a str {
        self.facts.department_name(id)
    }

    /// How many records have a task of their own.
    pub(super) fn tasks(&self) -> u64 {
        self.to_contact + self.to_investigate
    }

    /// How many dead letters there are.
    pub(super) fn dead_total(&self) -> u64 {
        self.dead.values().sum()
    }

    /// From the first day to the last: `2 Mar 2026 – 29 Mar 2026`.
    pub(super) fn period(&self) -> Option<String> {
        Some(period(self.first?, self.last?))
    }
}

/// From the first day to the last: `2 Mar 2026 – 29 Mar 2026`.
pub(super) fn period(first: Timestamp, last: Timestamp) -> String {
    const DAY: &str = "%-d %b %Y";
    let (first, last) = (first.strftime(DAY).to_string(), last.strftime(DAY).to_string());
    if first == last { first } else { format!("{first} \u{2013} {last}") }
}

impl Facts {
    /// The theme's name, else its id.
    pub(super) fn theme_name<'a>(&'a self, id: &'a ThemeId) -> &'a str {
        match self.themes.get(id) {
            Some(fact) if !fact.name.is_empty() => &fact.name,
            _ => id.as_str(),
        }
    }

    /// The name of the theme directly above, where there is one with a name.
    pub(super) fn theme_above(&self, id: &ThemeId) -> Option<&str> {
        let (above, _) = id.as_str().rsplit_once('.')?;
        let fact = self.themes.get(&ThemeId::new(above).ok()?)?;
        (!fact.name.is_empty()).then_some(fact.name.as_str())
    }

    /// The name of the department that the theme belongs to.
    pub(super) fn owner_name(&self, id: &ThemeId) -> Option<&str> {
        let department = self.themes.get(id)?.department.as_ref()?;
        Some(self.department_name(department))
    }

    /// The department's name, else its id.
    pub(super) fn department_name<'a>(&'a self, id: &'a DepartmentId) -> &'a str {
        match self.departments.get(id) {
            Some(name) if !name.is_empty() => name,
            _ => id.as_str(),
        }
    }

    /// The same where `newer` says nothing else.
    #[must_use]
    pub fn updated(mut self, newer: Self) -> Self {
        self.themes.extend(newer.themes);
        self.departments.extend(newer.departments);
        self
    }
}
