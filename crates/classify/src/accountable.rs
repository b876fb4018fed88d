//! Who is accountable: exactly one department for every record, by a total order, and the reasons.
//!
//! A theme's claim is severity × confidence × weight of its polarity (negative 1, mixed 0.9, neutral
//! 0.5, positive 0.4). The strongest claim decides; of equal ones a problem before a topic before
//! praise, then the theme's id. owners.toml may send a theme to another department than its own.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use feedback::condition::{Facts, ThemeFacts};
use feedback::{Because, Contributor, DepartmentId, Polarity, ThemeMatch};

use crate::engine::Engine;
use crate::owners::Owner;
use crate::taxonomy::Theme;

/// Of a theme's claim, the share with which its own contributors must help.
const CONTRIBUTOR_SHARE: f64 = 0.5;

/// Who is accountable, who must help, and why.
pub(crate) struct Accountability {
    pub(crate) department: DepartmentId,
    pub(crate) contributors: Vec<Contributor>,
    /// Whose each theme is, in the order given.
    pub(crate) of_themes: Vec<DepartmentId>,
}

/// A theme's claim on an owner.
pub(crate) fn claim(theme: &Theme, confidence: f64, polarity: Polarity) -> f64 {
    let weight = match polarity {
        Polarity::Negative => 1.0,
        Polarity::Mixed => 0.9,
        Polarity::Neutral => 0.5,
        Polarity::Positive => 0.4,
    };
    f64::from(theme.severity) * confidence * weight
}

/// The order of claims, the strongest first; total, since no two themes share an id.
pub(crate) fn by_claim(one: (&Theme, f64), other: (&Theme, f64)) -> Ordering {
    let kinds = one.0.kind.cmp(&other.0.kind);
    other.1.total_cmp(&one.1).then(kinds).then_with(|| one.0.id.cmp(&other.0.id))
}

/// A theme found, and whose it is.
struct Owned<'a> {
    theme: &'a Theme,
    found: &'a ThemeMatch,
    owner: Option<&'a Owner>,
    department: &'a DepartmentId,
}

/// Decides. `themes` are those found, strongest claim first, each with what the taxonomy says of it;
/// `facts` is what is known of the record. Contributors are the departments of the other themes and
/// those that the themes name, by their share of all claims; praise needs no help.
pub(crate) fn decide(
    engine: &Engine,
    themes: &[(&Theme, &ThemeMatch)],
    facts: Facts<'_>,
    because: &mut Vec<Because>,
) -> Accountability {
    let owned: Vec<Owned<'_>> =
        themes.iter().map(|(theme, found)| owned(engine, theme, found, facts)).collect();
    let Some(first) = owned.first() else { return fall_back(engine, because) };
    because.push(reason(first, owned.len()));
    let mut shares: BTreeMap<&DepartmentId, f64> = BTreeMap::new();
    let mut total = 0.0;
    for each in &owned {
        let claim = claim(each.theme, each.found.confidence, each.found.polarity);
        total += claim;
        if each.found.polarity == Polarity::Positive {
            continue;
        }
        *shares.entry(each.department).or_default() += claim;
        for contributor in &each.theme.contributors {
            *shares.entry(contributor).or_default() += claim * CONTRIBUTOR_SHARE;
        }
    }
    shares.remove(first.department);
    let mut contributors: Vec<Contributor> = shares
        .into_iter()
        .map(|(department, share)| Contributor {
            department: department.clone(),
            weight: if total > 0.0 { (share / total).min(1.0) } else { 0.0 },
        })
        .collect();
    // A stable sort: equal weights stay by id.
    contributors.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    let of_themes = owned.iter().map(|each| each.department.clone()).collect();
    Accountability { department: first.department.clone(), contributors, of_themes }
}

fn owned<'a>(
    engine: &'a Engine,
    theme: &'a Theme,
    found: &'a ThemeMatch,
    facts: Facts<'a>,
) -> Owned<'a> {
    let (id, severity, polarity) = (&theme.id, theme.severity, found.polarity);
    let facts = Facts { theme: Some(ThemeFacts { id, severity, polarity }), ..facts };
    let owner = engine.owners.iter().find(|owner| owner.when.holds(&facts));
    let fallback = &engine.departments.fallback().id;
    let own = theme.department.as_ref().unwrap_or(fallback);
    Owned { theme, found, owner, department: owner.map_or(own, |owner| &owner.department) }
}

fn fall_back(engine: &Engine, because: &mut Vec<Because>) -> Accountability {
    let department = engine.departments.fallback().id.clone();
    because.push(Because {
        code: "fallback".to_owned(),
        message: format!("no theme matched, so {department} is accountable as the fallback"),
        theme: None,
        rule: None,
    });
    Accountability { department, contributors: Vec::new(), of_themes: Vec::new() }
}

fn reason(first: &Owned<'_>, themes: usize) -> Because {
    let Owned { theme, found, owner, department } = first;
    let claim = claim(theme, found.confidence, found.polarity);
    let strongest = if themes == 1 {
        format!("{} is the only theme", theme.id)
    } else {
        format!(
            "{} has the strongest claim of {themes} themes ({claim:.2}: severity {}, confidence {:.2}, {})",
            theme.id,
            theme.severity,
            found.confidence,
            found.polarity.name()
        )
    };
    let (code, message) = match owner {
        Some(owner) => (
            "owner_override",
            format!(
                "{department} is accountable: {strongest}, and owners.toml gives it away: {}",
                owner.written
            ),
        ),
        None if theme.department.is_none() => (
            "fallback",
            format!(
                "{department} is accountable as the fallback: {strongest}, whose department is not in departments.toml"
            ),
        ),
        None => ("owner", format!("{department} is accountable: {strongest}")),
    };
    Because { code: code.to_owned(), message, theme: Some(theme.id.clone()), rule: None }
}
