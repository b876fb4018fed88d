//! The comparison as JSON: counts, sorted; never a customer's words, since it is made for machines whose
//! logs many people read. Examples are told by the feedback's id.

use std::collections::BTreeMap;

use feedback::{DepartmentId, FeedbackId, number};
use jiff::Timestamp;
use measure::{Estimate, Mood, Scores};
use serde::{Serialize, Serializer};

use super::aspect::Aspect;
use super::change::Place;
use super::comparison::{Comparison, Sides};
use super::department::{DepartmentTally, TaskCounts, TaskFlow};
use super::flow::Flow;
use super::theme::{Example, ThemeTally};
use crate::Sample;

#[derive(Serialize)]
struct ComparisonJson<'a> {
    records: u64,
    changed: u64,
    aspects: BTreeMap<&'static str, u64>,
    period: PeriodJson,
    read: Flow,
    dead: Dead<'a>,
    with_words: Sides<u64>,
    tagged: Flow,
    tags: Flow,
    themes: Vec<Theme<'a>>,
    branches: Vec<Named<'a>>,
    departments: Vec<Department<'a>>,
    teams: Vec<Team<'a>>,
    moves: Vec<MoveJson<'a>>,
    work: Flow,
    tasks: Flow,
    priority: Steps,
    kudos: Flow,
    flags: Vec<Named<'a>>,
    sentiment: Sides<MoodJson>,
    scores: Sides<ScoresJson>,
    urgency: Urgency,
}

#[derive(Serialize)]
struct PeriodJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<i64>,
    dated: u64,
    undated: u64,
}

#[derive(Serialize)]
struct Dead<'a> {
    #[serde(flatten)]
    total: Flow,
    codes: Vec<Named<'a>>,
    new: Vec<NewlyDead<'a>>,
}

#[derive(Serialize)]
struct NewlyDead<'a> {
    record: Place,
    code: &'a str,
}

/// A flow with the name of what flows.
#[derive(Serialize)]
struct Named<'a> {
    id: &'a str,
    #[serde(flatten)]
    flow: Flow,
}

#[derive(Serialize)]
struct Theme<'a> {
    id: &'a str,
    #[serde(flatten)]
    records: Flow,
    turned: u64,
    sentiment: Sides<MoodJson>,
    scores: Sides<ScoresJson>,
    examples: Examples,
}

#[derive(Serialize)]
struct Examples {
    gained: Vec<FeedbackId>,
    lost: Vec<FeedbackId>,
}

#[derive(Serialize)]
struct Department<'a> {
    id: &'a str,
    accountable: Flow,
    tasks: Tasks,
    helping: Flow,
    kudos: Flow,
}

#[derive(Serialize)]
struct Team<'a> {
    id: &'a str,
    #[serde(flatten)]
    tasks: Tasks,
}

#[derive(Serialize)]
struct Tasks {
    #[serde(flatten)]
    count: Flow,
    changed: u64,
    by_kind_and_priority: Vec<Cell>,
}

/// The tasks of one kind and priority. Those that change from one cell to another are neither gained
/// nor lost: `before + gained − lost` is `after` for the sum of all cells.
#[derive(Serialize)]
struct Cell {
    kind: &'static str,
    priority: usize,
    before: u64,
    after: u64,
    gained: u64,
    lost: u64,
}

#[derive(Serialize)]
struct MoveJson<'a> {
    /// Absent: it was a dead letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a DepartmentId>,
    /// Absent: it is a dead letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a DepartmentId>,
    records: u64,
    examples: Vec<FeedbackId>,
}

#[derive(Serialize)]
struct Steps {
    rises: u64,
    falls: u64,
}

#[derive(Serialize)]
struct MoodJson {
    positive: u64,
    negative: u64,
    neutral: u64,
    mixed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    net: Option<EstimateJson>,
}

#[derive(Serialize)]
struct ScoresJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    nps: Option<EstimateJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    csat: Option<EstimateJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ces: Option<EstimateJson>,
}

#[derive(Serialize)]
struct EstimateJson {
    #[serde(serialize_with = "number::serialize_rounded")]
    value: f64,
    n: u64,
    #[serde(serialize_with = "number::serialize_rounded")]
    low: f64,
    #[serde(serialize_with = "number::serialize_rounded")]
    high: f64,
}

#[derive(Serialize)]
struct Urgency {
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "number::serialize_rounded_option"
    )]
    before: Option<f64>,
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "number::serialize_rounded_option"
    )]
    after: Option<f64>,
    #[serde(flatten)]
    steps: Steps,
}

impl Serialize for Flow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct FlowJson {
            before: u64,
            after: u64,
            gained: u64,
            lost: u64,
            net: i64,
        }
        let Self { before, after, gained, lost } = *self;
        FlowJson { before, after, gained, lost, net: self.net() }.serialize(serializer)
    }
}

impl<T: Serialize> Serialize for Sides<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct SidesJson<'a, T> {
            before: &'a T,
            after: &'a T,
        }
        SidesJson { before: &self.before, after: &self.after }.serialize(serializer)
    }
}

/// Counts per theme, department and team, sorted by id. Members are only added within a major version.
impl Serialize for Comparison {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let aspects = Aspect::ALL.map(|aspect| (aspect.name(), self.changed_in(aspect)));
        let level = &self.level;
        let mean_urgency = self.mean_urgency();
        ComparisonJson {
            records: self.records,
            changed: self.changed,
            aspects: aspects.into_iter().collect(),
            period: PeriodJson {
                first: self.period.first,
                last: self.period.last,
                days: self.period.days(),
                dated: self.period.dated,
                undated: self.period.undated,
            },
            read: self.read,
            dead: dead(self),
            with_words: level.each(|level| level.with_words),
            tagged: self.tagged,
            tags: self.tags(),
            themes: self.themes.iter().map(|(id, tally)| theme(id.as_str(), tally)).collect(),
            branches: named(self.branches().map(|(id, flow)| (id.as_str(), flow))),
            departments: self.departments.iter().map(|(id, of)| department(id, of)).collect(),
            teams: self
                .teams
                .iter()
                .map(|(id, flow)| Team { id: id.as_str(), tasks: tasks(flow) })
                .collect(),
            moves: moves(self),
            work: self.work,
            tasks: self.tasks(),
            priority: Steps { rises: self.priority.0, falls: self.priority.1 },
            kudos: self.kudos(),
            flags: named(self.flags.iter().map(|(flag, flow)| (flag.name(), flow))),
            sentiment: level.each(|level| mood(&level.mood)),
            scores: level.each(|level| scores(&level.scores)),
            urgency: Urgency {
                before: mean_urgency.before,
                after: mean_urgency.after,
                steps: Steps { rises: self.urgency.0, falls: self.urgency.1 },
            },
        }
        .serialize(serializer)
    }
}

impl<T> Sides<T> {
    /// The same made of both.
    fn each<R>(&self, make: impl Fn(&T) -> R) -> Sides<R> {
        Sides { before: make(&self.before), after: make(&self.after) }
    }
}

fn named<'a>(flows: impl Iterator<Item = (&'a str, &'a Flow)>) -> Vec<Named<'a>> {
    flows.map(|(id, flow)| Named { id, flow: *flow }).collect()
}

fn dead(comparison: &Comparison) -> Dead<'_> {
    Dead {
        total: comparison.dead_letters(),
        codes: named(comparison.dead.iter().map(|(code, flow)| (code.as_str(), flow))),
        new: comparison
            .dead_places
            .iter()
            .map(|(record, code)| NewlyDead { record: *record, code })
            .collect(),
    }
}

fn theme<'a>(id: &'a str, tally: &ThemeTally) -> Theme<'a> {
    Theme {
        id,
        records: tally.records,
        turned: tally.turned,
        sentiment: tally.mood.each(mood),
        scores: tally.scores.each(scores),
        examples: Examples { gained: ids(&tally.gained), lost: ids(&tally.lost) },
    }
}

fn department<'a>(id: &'a DepartmentId, tally: &DepartmentTally) -> Department<'a> {
    Department {
        id: id.as_str(),
        accountable: tally.accountable,
        tasks: tasks(&tally.tasks),
        helping: tally.helping,
        kudos: tally.kudos,
    }
}

fn tasks(flow: &TaskFlow) -> Tasks {
    let kinds = |counts: &TaskCounts| counts.by_kind();
    let (before, after) = (kinds(&flow.before), kinds(&flow.after));
    let (gained, lost) = (kinds(&flow.gained), kinds(&flow.lost));
    let mut cells = Vec::new();
    for (kind, (name, of_kind)) in before.iter().enumerate() {
        for (place, count) in of_kind.iter().enumerate() {
            let cell = Cell {
                kind: name,
                priority: place + 1,
                before: *count,
                after: after[kind].1[place],
                gained: gained[kind].1[place],
                lost: lost[kind].1[place],
            };
            if cell.before + cell.after > 0 {
                cells.push(cell);
            }
        }
    }
    Tasks { count: flow.count, changed: flow.changed, by_kind_and_priority: cells }
}

fn moves(comparison: &Comparison) -> Vec<MoveJson<'_>> {
    let moves = comparison.moves.iter();
    moves
        .map(|(step, tally)| MoveJson {
            from: step.from.as_ref(),
            to: step.to.as_ref(),
            records: tally.records,
            examples: ids(&tally.examples),
        })
        .collect()
}

fn ids(sample: &Sample<Example>) -> Vec<FeedbackId> {
    sample.iter().map(|example| example.id).collect()
}

fn mood(mood: &Mood) -> MoodJson {
    let Mood { positive, negative, neutral, mixed } = *mood;
    MoodJson { positive, negative, neutral, mixed, net: mood.net().map(estimate) }
}

fn scores(scores: &Scores) -> ScoresJson {
    ScoresJson {
        nps: scores.nps.estimate().map(estimate),
        csat: scores.csat.estimate().map(estimate),
        ces: scores.effort.share().map(estimate),
    }
}

fn estimate(estimate: Estimate) -> EstimateJson {
    let Estimate { value, n, low, high, .. } = estimate;
    EstimateJson { value, n, low, high }
}
