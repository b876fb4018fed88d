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
use crate::messages::{self, of_theme};
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

impl Owned<'_> {
    fn claim(&self) -> f64 {
        claim(self.theme, self.found.confidence, self.found.polarity)
    }
}

/// What a department must do with it, and the first theme that says so.
struct Share<'a> {
    part: f64,
    by: &'a Theme,
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
    because.push(reason(engine, first, owned.len()));
    let mut shares: BTreeMap<&DepartmentId, Share<'_>> = BTreeMap::new();
    let mut total = 0.0;
    for each in &owned {
        let claim = each.claim();
        total += claim;
        if each.found.polarity == Polarity::Positive {
            continue;
        }
        let own = [(each.department, claim)].into_iter();
        let asked = each.theme.contributors.iter().map(|each| (each, claim * CONTRIBUTOR_SHARE));
        for (department, part) in own.chain(asked) {
            let share = shares.entry(department).or_insert(Share { part: 0.0, by: each.theme });
            share.part += part;
        }
    }
    shares.remove(first.department);
    let mut shares: Vec<(&DepartmentId, Share<'_>)> = shares.into_iter().collect();
    // A stable sort: equal parts stay by id.
    shares.sort_by(|(_, one), (_, other)| other.part.total_cmp(&one.part));
    let contributors = shares.into_iter().map(|(department, Share { part, by })| {
        because.push(of_theme("contributor", engine.messages().contributor(department), by));
        let weight = if total > 0.0 { (part / total).min(1.0) } else { 0.0 };
        Contributor { department: department.clone(), weight }
    });
    Accountability {
        contributors: contributors.collect(),
        department: first.department.clone(),
        of_themes: owned.iter().map(|each| each.department.clone()).collect(),
    }
}

fn owned<'a>(
    engine: &'a Engine,
    theme: &'a Theme,
    found: &'a ThemeMatch,
    facts: Facts<'a>,
) -> Owned<'a> {
    let (id, severity, polarity) = (&theme.id, theme.severity, found.polarity);
    let facts = Facts { theme: Some(ThemeFacts { id, severity, polarity }), ..facts };
    let mut owners = theme.owners.iter().filter_map(|index| engine.owners.get(*index));
    let owner = owners.find(|owner| owner.when.holds(&facts));
    let fallback = &engine.departments.fallback().id;
    let own = theme.department.as_ref().unwrap_or(fallback);
    Owned { theme, found, owner, department: owner.map_or(own, |owner| &owner.department) }
}

fn fall_back(engine: &Engine, because: &mut Vec<Because>) -> Accountability {
    let department = engine.departments.fallback().id.clone();
    because.push(messages::because("fallback", engine.messages().fallback(&department)));
    Accountability { department, contributors: Vec::new(), of_themes: Vec::new() }
}

fn reason(engine: &Engine, first: &Owned<'_>, themes: usize) -> Because {
    let Owned { theme, owner, department, .. } = first;
    let messages = engine.messages();
    let (code, message) = match owner {
        Some(owner) => ("owner_override", messages.owner_override(department, &owner.written)),
        None if theme.department.is_none() => ("fallback", messages.owner_unknown(department)),
        None => ("owner", messages.owner(department, themes, first.claim())),
    };
    of_theme(code, message, theme)
}
