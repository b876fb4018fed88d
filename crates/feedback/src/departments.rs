//! Departments and their teams (departments.toml): who can be accountable at all.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::{DepartmentId, Files, Problem, TeamId};

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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    department: Vec<Spanned<RawDepartment>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDepartment {
    id: Spanned<String>,
    #[serde(default)]
    name: Names,
    team: Spanned<String>,
    #[serde(default)]
    fallback: bool,
    #[serde(default = "yes")]
    customer_facing: bool,
}

fn yes() -> bool {
    true
}

impl Departments {
    /// Reads departments.toml, where there is one: `Ok(None)` where there isn't.
    pub fn parse(files: &Files) -> Result<Option<Self>, Vec<Problem>> {
        let Some(text) = files.get(FILE) else { return Ok(None) };
        let raw: RawFile =
            toml::from_str(text).map_err(|error| vec![Problem::toml(FILE, &error)])?;
        let mut problems = Vec::new();
        let mut by_id = BTreeMap::new();
        let mut fallbacks = Vec::new();
        for spanned in raw.department {
            let whole = spanned.span();
            let Some(department) = read_department(spanned.into_inner(), &mut problems) else {
                continue;
            };
            if department.fallback {
                fallbacks.push((department.id.clone(), whole.clone()));
            }
            if by_id.contains_key(&department.id) {
                problems.push(
                    Problem::new(
                        FILE,
                        "duplicate_department",
                        format!("department {} is written twice", department.id),
                        "remove one of the two, or give it another id",
                    )
                    .at(whole),
                );
            }
            by_id.insert(department.id.clone(), department);
        }
        let fallback = one_fallback(fallbacks, &mut problems);
        match (fallback, problems.is_empty()) {
            (Some(fallback), true) => Ok(Some(Self { by_id, fallback })),
            _ => Err(problems),
        }
    }

    /// Each of `ids` as its own team, with a fallback `customer_office` whose team is `triage`: for
    /// a taxonomy that comes without departments.toml.
    pub fn each_its_own_team(ids: &BTreeSet<DepartmentId>) -> Result<Self, crate::IdError> {
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

fn read_department(raw: RawDepartment, problems: &mut Vec<Problem>) -> Option<Department> {
    let mut report = |field: &str, value: &Spanned<String>, error: &crate::IdError| {
        problems.push(
            Problem::new(
                FILE,
                "bad_id",
                format!("{field} \"{}\" {error}", value.get_ref()),
                "use lower-case letters, digits and _ only, 64 bytes at most",
            )
            .at(value.span()),
        );
    };
    let id = DepartmentId::new(raw.id.get_ref()).map_err(|error| report("id", &raw.id, &error));
    let team = TeamId::new(raw.team.get_ref()).map_err(|error| report("team", &raw.team, &error));
    Some(Department {
        id: id.ok()?,
        name: raw.name,
        team: team.ok()?,
        fallback: raw.fallback,
        customer_facing: raw.customer_facing,
    })
}

fn one_fallback(
    fallbacks: Vec<(DepartmentId, std::ops::Range<usize>)>,
    problems: &mut Vec<Problem>,
) -> Option<DepartmentId> {
    let mut fallbacks = fallbacks.into_iter();
    let Some((first, _)) = fallbacks.next() else {
        problems.push(Problem::new(
            FILE,
            "no_fallback",
            "no department has fallback = true, so what matches no theme would have no owner",
            "write fallback = true in exactly one [[department]]",
        ));
        return None;
    };
    for (other, span) in fallbacks {
        problems.push(
            Problem::new(
                FILE,
                "two_fallbacks",
                format!("{first} and {other} both have fallback = true"),
                format!("remove fallback = true from {other}"),
            )
            .at(span),
        );
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
        assert_eq!(codes, ["duplicate_department", "bad_id", "no_fallback"]);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_place() {
        let problems = parse("[[department]]\nid = \"a\"\nteam = \"b\"\ncolour = 1\n").unwrap_err();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].code, "toml");
        assert!(problems[0].span.is_some());
    }
}
