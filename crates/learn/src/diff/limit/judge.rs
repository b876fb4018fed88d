//! Judges a comparison by a limit.

use std::collections::BTreeSet;

use feedback::Flag;
use serde::Serialize;

use super::{Bound, Figure, Known, Limit, Operator, Subject, Which};
use crate::diff::{Comparison, Flow};

/// A limit and whether it is met.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// The limit as written.
    pub limit: String,
    /// Whether it is met: whether there is an offence.
    pub met: bool,
    /// The figures that are beyond its bounds, by name.
    pub offences: Vec<Offence>,
}

/// A figure beyond a limit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Offence {
    /// The figure, such as `tasks.billing`.
    pub figure: String,
    /// What it is, in words: `40 → 52 (+12, +30.0 %)`.
    pub found: String,
}

/// What a figure is.
#[derive(Debug, Clone, Copy)]
enum Found {
    /// A count of changes, of a whole.
    Count { count: u64, whole: u64 },
    /// A stock before and after, of a whole after.
    Stock { before: u64, after: u64, whole: u64 },
}

impl Limit {
    /// Whether the comparison meets the limit.
    pub fn judge(&self, comparison: &Comparison, known: &Known) -> Outcome {
        let found = match &self.figure {
            Figure::Changed(aspect) => {
                let (name, count) = match aspect {
                    None => ("changed".to_owned(), comparison.changed),
                    Some(aspect) => {
                        (format!("{}_changed", aspect.name()), comparison.changed_in(*aspect))
                    }
                };
                vec![(name, Found::Count { count, whole: comparison.records })]
            }
            Figure::Stock(subject, which) => {
                let flows = flows(*subject, which, comparison, known);
                let whole = whole(*subject, comparison);
                let found =
                    |flow: Flow| Found::Stock { before: flow.before, after: flow.after, whole };
                name(*subject, "", flows, found)
            }
            Figure::Gained(subject, which) => {
                let flows = flows(*subject, which, comparison, known);
                name(*subject, ".gained", flows, |flow| Found::Count {
                    count: flow.gained,
                    whole: flow.before,
                })
            }
            Figure::Lost(subject, which) => {
                let flows = flows(*subject, which, comparison, known);
                name(*subject, ".lost", flows, |flow| Found::Count {
                    count: flow.lost,
                    whole: flow.before,
                })
            }
        };
        let beyond = |found: &Found| self.bounds.iter().all(|bound| bound.is_exceeded(found));
        let offences: Vec<Offence> = found
            .into_iter()
            .filter(|(_, found)| beyond(found))
            .map(|(figure, found)| Offence { figure, found: found.told() })
            .collect();
        Outcome { limit: self.text.clone(), met: !offences.is_empty(), offences }
    }
}

fn name(
    subject: Subject,
    flow: &str,
    flows: Vec<(Option<String>, Flow)>,
    found: impl Fn(Flow) -> Found,
) -> Vec<(String, Found)> {
    let name = |id: Option<String>| match id {
        None => format!("{}{flow}", subject.name()),
        Some(id) => format!("{}{flow}.{id}", subject.name()),
    };
    flows.into_iter().map(|(id, flow)| (name(id), found(flow))).collect()
}

/// What a share of the subject is a share of, under NEW.
fn whole(subject: Subject, comparison: &Comparison) -> u64 {
    match subject {
        Subject::Records | Subject::Dead => comparison.records,
        Subject::Tagged => comparison.level.after.with_words,
        _ => comparison.read.after,
    }
}

/// The flows that are meant, with their ids.
fn flows(
    subject: Subject,
    which: &Which,
    comparison: &Comparison,
    known: &Known,
) -> Vec<(Option<String>, Flow)> {
    match which {
        Which::All => vec![(None, total(subject, comparison))],
        Which::One(id, _) => vec![(Some(id.clone()), one(subject, id, comparison))],
        Which::Each => {
            let ids = each(subject, comparison, known);
            ids.into_iter().map(|id| (Some(id.to_owned()), one(subject, id, comparison))).collect()
        }
    }
}

fn total(subject: Subject, comparison: &Comparison) -> Flow {
    match subject {
        Subject::Records => {
            let records = comparison.records;
            Flow { before: records, after: records, gained: 0, lost: 0 }
        }
        Subject::Dead => comparison.dead_letters(),
        Subject::Tagged => comparison.tagged,
        Subject::Work => comparison.work,
        Subject::Themes => comparison.tags(),
        Subject::Accountable => comparison.accountable(),
        // Both need an id, so that all together is what tasks says.
        Subject::Tasks | Subject::Teams | Subject::Priority => comparison.tasks(),
        Subject::Kudos => comparison.kudos(),
        Subject::Flags => comparison.flagged(),
    }
}

/// The flow of one id; nothing where no record has it.
fn one(subject: Subject, id: &str, comparison: &Comparison) -> Flow {
    let department = || {
        let mut departments = comparison.departments.iter();
        departments.find(|(department, _)| department.as_str() == id).map(|(_, tally)| tally)
    };
    let flow = match subject {
        Subject::Dead => comparison.dead.get(id).copied(),
        Subject::Themes => {
            let mut themes = comparison.within.iter();
            themes.find(|(theme, _)| theme.as_str() == id).map(|(_, flow)| *flow)
        }
        Subject::Accountable => department().map(|tally| tally.accountable),
        Subject::Tasks => department().map(|tally| tally.tasks.count),
        Subject::Kudos => department().map(|tally| tally.kudos),
        Subject::Teams => {
            let mut teams = comparison.teams.iter();
            teams.find(|(team, _)| team.as_str() == id).map(|(_, flow)| flow.count)
        }
        Subject::Flags => Flag::from_name(id).and_then(|flag| comparison.flags.get(&flag).copied()),
        Subject::Priority => id.parse().ok().map(|priority| {
            let tasks = comparison.tasks_of_priority(priority);
            Flow { before: tasks.before, after: tasks.after, gained: 0, lost: 0 }
        }),
        Subject::Records | Subject::Tagged | Subject::Work => Some(total(subject, comparison)),
    };
    flow.unwrap_or_default()
}

/// Every id there is, on either side or in the records.
fn each<'a>(subject: Subject, comparison: &'a Comparison, known: &'a Known) -> BTreeSet<&'a str> {
    let configured: &BTreeSet<String> = match subject {
        Subject::Themes => &known.themes,
        Subject::Accountable | Subject::Tasks | Subject::Kudos => &known.departments,
        Subject::Teams => &known.teams,
        Subject::Dead => return comparison.dead.keys().map(String::as_str).collect(),
        Subject::Flags => return Flag::ALL.into_iter().map(Flag::name).collect(),
        Subject::Priority => return ["1", "2", "3", "4"].into(),
        Subject::Records | Subject::Tagged | Subject::Work => return BTreeSet::new(),
    };
    configured.iter().map(String::as_str).collect()
}

impl Bound {
    /// Whether what was found is beyond the bound.
    fn is_exceeded(self, found: &Found) -> bool {
        let value = match *found {
            Found::Count { count, whole } if self.percent => percent(number(count), whole),
            Found::Count { count, .. } => number(count),
            Found::Stock { before, after, .. } if self.moves && self.percent => {
                percent(number(after) - number(before), before)
            }
            Found::Stock { before, after, .. } if self.moves => number(after) - number(before),
            Found::Stock { after, whole, .. } if self.percent => percent(number(after), whole),
            Found::Stock { after, .. } => number(after),
        };
        match self.operator {
            Operator::More => value > self.number,
            Operator::AtLeast => value >= self.number,
            Operator::Less => value < self.number,
            Operator::AtMost => value <= self.number,
        }
    }
}

/// `part` in per cent of `whole`; of nothing, anything is infinitely much and nothing is nothing.
fn percent(part: f64, whole: u64) -> f64 {
    if part == 0.0 {
        return 0.0;
    }
    if whole == 0 { part.signum() * f64::INFINITY } else { 100.0 * part / number(whole) }
}

#[expect(clippy::cast_precision_loss, reason = "counts of records stay far below 2^53")]
fn number(count: u64) -> f64 {
    count as f64
}

impl Found {
    /// In words.
    fn told(&self) -> String {
        match *self {
            Self::Count { count, whole } => match whole {
                0 => count.to_string(),
                _ => format!("{count} of {whole} ({:.1} %)", percent(number(count), whole)),
            },
            Self::Stock { before, after, .. } if before == after => after.to_string(),
            Self::Stock { before, after, .. } => {
                let step = number(after) - number(before);
                match before {
                    0 => format!("0 → {after}"),
                    _ => format!("{before} → {after} ({step:+}, {:+.1} %)", percent(step, before)),
                }
            }
        }
    }
}
