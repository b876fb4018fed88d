//! Departments and their teams (departments.toml): who can be accountable at all.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::Serialize;

use crate::document::{Document, Spanned, Table};
use crate::{DepartmentId, Files, IdError, Problem, TeamId};

/// A name per language: `{ en = "Billing", nl = "Facturatie" }`.
pub type Names = BTreeMap<String, String>;

/// Where departments are written down.
const FILE: &str = "departments.toml";

/// A unit that can be accountable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Department {
    /// Its id.
    pub id: DepartmentId,
    /// Its name per language.
    pub name: Names,
    /// The team that gets its work.
    pub team: TeamId,
    /// Whether it is accountable where no theme matched.
    pub fallback: bool,
    /// Whether customers meet it (false: back of house).
    pub customer_facing: bool,
}

/// All departments; exactly one is the fallback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Departments {
    by_id: BTreeMap<DepartmentId, Department>,
    fallback: DepartmentId,
}

impl Departments {
    /// Reads departments.toml, where there is one: `Ok(None)` where there isn't.
    pub fn parse(files: &Files) -> Result<Option<Self>, Vec<Problem>> {
        let Some(text) = files.get(FILE) else { return Ok(None) };
        let mut document = Document::new(FILE, text);
        let Some(mut root) = document.root() else { return Err(document.finish()) };
        let mut by_id = BTreeMap::new();
        let mut fallbacks = Vec::new();
        for table in root.tables("department", &mut document) {
            let whole = table.span();
            let Some(department) = read_department(table, &mut document) else { continue };
            if department.fallback {
                fallbacks.push((department.id.clone(), whole.clone()));
            }
            if by_id.contains_key(&department.id) {
                let message = format!("department {} is written twice", department.id);
                let mend = "remove one of the two, or give it another id";
                document.problem(whole, "duplicate_department", message, mend);
            }
            by_id.insert(department.id.clone(), department);
        }
        root.finish(&mut document);
        let fallback = one_fallback(fallbacks, &mut document);
        let problems = document.finish();
        match (fallback, problems.is_empty()) {
            (Some(fallback), true) => Ok(Some(Self { by_id, fallback })),
            _ => Err(problems),
        }
    }

    /// The departments of a departments.toml that has problems, for those who name them: their ids are
    /// right, the fallback and teams may be others. `None` where one may be missing.
    pub fn outline(files: &Files) -> Option<Self> {
        let mut document = Document::new(FILE, files.get(FILE)?);
        let mut root = document.root()?;
        let mut by_id = BTreeMap::new();
        for table in root.tables("department", &mut document) {
            let department = read_department(table, &mut document)?;
            by_id.insert(department.id.clone(), department);
        }
        // A [[department]] with its name misspelt is one more.
        if !root.is_empty() {
            return None;
        }
        let fallback = by_id.values().find(|each| each.fallback).or(by_id.values().next())?;
        let fallback = fallback.id.clone();
        Some(Self { by_id, fallback })
    }

    /// Each of `ids` as its own team, with a fallback `customer_office` whose team is `triage`: for
    /// a taxonomy that comes without departments.toml.
    pub fn each_its_own_team(ids: &BTreeSet<DepartmentId>) -> Result<Self, IdError> {
        let fallback = DepartmentId::new("customer_office")?;
        let triage = TeamId::new("triage")?;
        let mut by_id = BTreeMap::new();
        for id in ids.iter().chain([&fallback]) {
            let is_fallback = *id == fallback;
            let team = if is_fallback { triage.clone() } else { TeamId::new(id.as_str())? };
            let department = Department {
                id: id.clone(),
                name: Names::new(),
                team,
                fallback: is_fallback,
                customer_facing: true,
            };
            by_id.insert(id.clone(), department);
        }
        Ok(Self { by_id, fallback })
    }

    /// The department of that id.
    pub fn get(&self, id: &DepartmentId) -> Option<&Department> {
        self.by_id.get(id)
    }

    /// The department that is accountable where no theme matched.
    pub fn fallback(&self) -> &Department {
        &self.by_id[&self.fallback]
    }

    /// Every department, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Department> {
        self.by_id.values()
    }

    /// `department`'s team; the fallback's for a department that isn't known.
    pub fn team(&self, department: &DepartmentId) -> &TeamId {
        &self.get(department).unwrap_or_else(|| self.fallback()).team
    }
}

/// Reads one department; one whose keys are wrong stands all the same, so that its id is known.
fn read_department(mut table: Table, document: &mut Document<'_>) -> Option<Department> {
    table.needs("id", "id = \"billing\"", document);
    table.needs("team", "team = \"billing_desk\"", document);
    let id = checked("id", table.text("id", document), DepartmentId::new, document);
    let name = table.names("name", document);
    let team = checked("team", table.text("team", document), TeamId::new, document);
    let fallback = table.truth("fallback", document).is_some_and(Spanned::into_inner);
    let customer_facing = table.truth("customer_facing", document).is_none_or(Spanned::into_inner);
    table.finish(document);
    let id = id?;
    let team = team.or_else(|| TeamId::new(id.as_str()).ok())?;
    Some(Department { id, name, team, fallback, customer_facing })
}

fn checked<T>(
    key: &str,
    text: Option<Spanned<String>>,
    check: impl Fn(&str) -> Result<T, IdError>,
    document: &mut Document<'_>,
) -> Option<T> {
    let text = text?;
    let told = |error: IdError| {
        let message = format!("{key} \"{}\" {error}", text.get_ref());
        let mend = "use lower-case letters, digits and _ only, 64 bytes at most";
        document.problem(text.span(), "bad_id", message, mend);
    };
    check(text.get_ref()).map_err(told).ok()
}

fn one_fallback(
    fallbacks: Vec<(DepartmentId, Range<usize>)>,
    document: &mut Document<'_>,
) -> Option<DepartmentId> {
    let mut fallbacks = fallbacks.into_iter();
    let Some((first, _)) = fallbacks.next() else {
        if document.is_unreadable("fallback") {
            return None;
        }
        let message =
            "no department has fallback = true, so what matches no theme would have no owner";
        let mend = "write fallback = true in exactly one [[department]]";
        document.problem_of_file("no_fallback", message, mend);
        return None;
    };
    for (other, span) in fallbacks {
        let message = format!("{first} and {other} both have fallback = true");
        let mend = format!("remove fallback = true from {other}");
        document.problem(span, "two_fallbacks", message, mend);
    }
    Some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Given;

    fn parse(text: &str) -> Result<Option<Departments>, Vec<Problem>> {
        let mut files = Files::new();
        files.insert(FILE, Given::ByUser, text);
        Departments::parse(&files)
    }

    const BILLING: &str = "[[department]]\nid = \"billing\"\nteam = \"billing_desk\"\n";

    #[test]
    fn the_fallback_is_found() {
        let text =
            format!("{BILLING}[[department]]\nid=\"office\"\nteam=\"triage\"\nfallback=true\n");
        let departments = parse(&text).unwrap().unwrap();
        assert_eq!(departments.fallback().id.as_str(), "office");
        let billing = DepartmentId::new("billing").unwrap();
        assert_eq!(departments.team(&billing).as_str(), "billing_desk");
        let unknown = DepartmentId::new("unknown").unwrap();
        assert_eq!(departments.team(&unknown).as_str(), "triage");
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let text = format!("{BILLING}{BILLING}[[department]]\nid = \"Bad Id\"\nteam = \"ok\"\n");
        let codes: Vec<_> = parse(&text).unwrap_err().into_iter().map(|p| p.code).collect();
        assert_eq!(codes, ["no_fallback", "duplicate_department", "bad_id"]);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_place() {
        let problems = parse("[[department]]\nid = \"a\"\nteam = \"b\"\ncolour = 1\n").unwrap_err();
        assert_eq!(problems.len(), 2);
        assert_eq!(problems[1].code, "unknown_key");
        assert!(problems[1].span.is_some());
    }
}
