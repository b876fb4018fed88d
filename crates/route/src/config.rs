//! routes.toml read into routes and policies, or into all its problems.
//!
//! ```toml
//! [[policy]]                          # due times; a day is 24 hours, nights and weekends count
//! id = "standard"
//! acknowledge = "4h"                  # each may be absent, but not all
//! contact = "24h"
//! resolve = "5d"
//! [[route]]                           # first match wins
//! id = "detractor"
//! when = 'score.nps <= 6'
//! task = "contact"                    # contact | investigate | none
//! priority = 2                        # 1 (first) to 4
//! policy = "standard"                 # only with a task; absent: a task without due times
//! kudos = true                        # the default: praise in it is passed on
//! ```

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use feedback::condition::{self, Condition, Scope};
use feedback::{Files, Problem, TaskKind};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::example::{self, RouteExample};
use crate::known::{Known, place_in, suggest};
use crate::policy::{self, Policies, Policy};
use crate::table::Table;
use crate::{FILE, OTHERWISE};

/// The lowest and the highest priority; 1 comes first.
const PRIORITIES: std::ops::RangeInclusive<u8> = 1..=4;

/// One route: a condition, and what follows where it holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Route {
    pub(crate) when: When,
    #[serde(flatten)]
    pub(crate) outcome: Outcome,
}

/// What a route gives to what it takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Outcome {
    /// The route's id.
    pub(crate) id: Arc<str>,
    pub(crate) task: RouteTask,
    pub(crate) priority: u8,
    pub(crate) policy: Option<Arc<Policy>>,
    /// Whether praise is passed on.
    pub(crate) kudos: bool,
}

/// What a route opens: `task = "contact"`, `"investigate"` or `"none"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RouteTask {
    /// A task to contact the customer.
    Contact,
    /// A task without contact.
    Investigate,
    /// No task.
    None,
}

impl RouteTask {
    /// The choice that opens a task of that kind, or none.
    pub const fn of(kind: Option<TaskKind>) -> Self {
        match kind {
            Some(TaskKind::Contact) => Self::Contact,
            Some(TaskKind::Investigate) => Self::Investigate,
            None => Self::None,
        }
    }

    /// The kind of task it opens.
    pub const fn kind(self) -> Option<TaskKind> {
        match self {
            Self::Contact => Some(TaskKind::Contact),
            Self::Investigate => Some(TaskKind::Investigate),
            Self::None => None,
        }
    }

    /// The name in routes.toml.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Investigate => "investigate",
            Self::None => "none",
        }
    }
}

/// A condition, as written but on one line (so it stands in because[]), and as meant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct When {
    pub(crate) text: String,
    pub(crate) condition: Condition,
}

/// All of routes.toml that shapes output, and its examples.
#[derive(Debug, Serialize)]
pub(crate) struct Config {
    pub(crate) routes: Vec<Route>,
    /// For what no route takes: the outcome of the route [`OTHERWISE`].
    pub(crate) otherwise: Outcome,
    #[serde(skip)]
    pub(crate) examples: Vec<RouteExample>,
}

impl Outcome {
    /// What holds where nothing else does and routes.toml doesn't say what then.
    fn otherwise() -> Self {
        Self {
            id: Arc::from(OTHERWISE),
            task: RouteTask::None,
            priority: *PRIORITIES.end(),
            policy: None,
            kudos: true,
        }
    }
}

/// A route as read: one without a condition is [`OTHERWISE`].
struct Read {
    span: Range<usize>,
    when: Option<When>,
    outcome: Outcome,
    examples: Vec<RouteExample>,
}

/// Reads routes.toml; without one everything is [`OTHERWISE`].
pub(crate) fn parse(files: &Files, known: Known<'_>) -> Result<Config, Vec<Problem>> {
    let text = files.get(FILE).unwrap_or_default();
    let mut problems = Vec::new();
    let Some(mut file) = Table::of_file(text, &mut problems) else { return Err(problems) };
    let mut policies = Policies::new();
    for table in file.tables("policy", "this policy", &mut problems) {
        policy::read(table, &mut policies, &mut problems);
    }
    let tables = file.tables("route", "this route", &mut problems);
    file.finish(&mut problems);
    let mut reader = Reader { text, known, policies: &policies, used: BTreeSet::new() };
    let mut all = Vec::new();
    for table in tables {
        all.extend(reader.route(table, &mut problems));
    }
    reader.unused(&mut problems);
    check_order(&all, &mut problems);
    if !problems.is_empty() {
        problems.sort();
        return Err(problems);
    }
    let mut config =
        Config { routes: Vec::new(), otherwise: Outcome::otherwise(), examples: Vec::new() };
    for Read { when, outcome, examples, .. } in all {
        config.examples.extend(examples);
        match when {
            Some(when) => config.routes.push(Route { when, outcome }),
            None => config.otherwise = outcome,
        }
    }
    Ok(config)
}

/// What reading a route needs besides its table.
struct Reader<'a> {
    text: &'a str,
    known: Known<'a>,
    policies: &'a Policies,
    used: BTreeSet<String>,
}

impl Reader<'_> {
    fn route(&mut self, mut table: Table<'_>, problems: &mut Vec<Problem>) -> Option<Read> {
        let span = table.span();
        let id = table.id(problems);
        let is_otherwise = id.as_ref().is_some_and(|id| id.get_ref() == OTHERWISE);
        let (when, all_exist) = self.when(&mut table, is_otherwise, problems);
        let task = table.required("task", problems).map(Spanned::into_inner);
        let priority = table.required("priority", problems);
        let priority = priority.and_then(|priority| read_priority(&priority, problems));
        let policy = self.policy(&mut table, task, problems);
        let kudos = table.take("kudos", problems).is_none_or(Spanned::into_inner);
        let id_text = id.as_ref().map_or("", |id| id.get_ref());
        let mut examples = Vec::new();
        for (index, example) in
            table.tables("example", "this example", problems).into_iter().enumerate()
        {
            examples.extend(example::read(example, id_text, index + 1, self.known, problems));
        }
        if !all_exist {
            examples.clear();
        }
        table.finish(problems);
        let id = Arc::from(id?.get_ref().as_str());
        let when = if is_otherwise { None } else { Some(when?) };
        let outcome = Outcome { id, task: task?, priority: priority?, policy, kudos };
        Some(Read { span, when, outcome, examples })
    }

    /// The condition, and whether all it names exists.
    fn when(
        &self,
        table: &mut Table<'_>,
        is_otherwise: bool,
        problems: &mut Vec<Problem>,
    ) -> (Option<When>, bool) {
        let when: Option<Spanned<String>> = if is_otherwise {
            table.take("when", problems)
        } else {
            table.required("when", problems)
        };
        let Some(when) = when else { return (None, true) };
        let span = when.span();
        if is_otherwise {
            problems.push(
                Problem::new(
                    FILE,
                    "otherwise_has_when",
                    "the route `otherwise` holds for everything and can't have a `when`",
                    "remove the `when`, or give the route another id",
                )
                .at(span),
            );
            return (None, true);
        }
        let source = self.text.get(span.clone()).unwrap_or_default();
        match condition::parse(when.get_ref(), Scope::Route) {
            Ok(condition) => {
                let all_exist = self.known.check(&condition, source, span.start, problems);
                let words: Vec<&str> = when.get_ref().split_whitespace().collect();
                (Some(When { text: words.join(" "), condition }), all_exist)
            }
            Err(error) => {
                let mend = error.correction.as_ref().map_or_else(
                    || "correct the condition; keywords are upper case, texts in quotes".to_owned(),
                    |correction| format!("write when = '{correction}'"),
                );
                let span = place_in(when.get_ref(), error.span, source, span.start);
                problems.push(Problem::new(FILE, "bad_condition", error.message, mend).at(span));
                (None, true)
            }
        }
    }

    fn policy(
        &mut self,
        table: &mut Table<'_>,
        task: Option<RouteTask>,
        problems: &mut Vec<Problem>,
    ) -> Option<Arc<Policy>> {
        let named: Spanned<String> = table.take("policy", problems)?;
        let (id, span) = (named.get_ref(), named.span());
        self.used.insert(id.clone());
        let Some((_, policy)) = self.policies.get(id) else {
            let mend = suggest(id, self.policies.keys().map(String::as_str), "policy");
            let message = format!("there is no policy `{id}`");
            problems.push(Problem::new(FILE, "unknown_policy", message, mend).at(span));
            return None;
        };
        let policy = policy.clone()?;
        let no_clock = policy.acknowledge.is_none() && policy.resolve.is_none();
        if task == Some(RouteTask::None) {
            let message = format!("policy `{id}` never applies: this route opens no task");
            let mend = "remove `policy`, or let the route open a task";
            problems.push(Problem::new(FILE, "policy_without_task", message, mend).at(span));
        } else if task == Some(RouteTask::Investigate) && no_clock {
            let message = format!("policy `{id}` says only when to contact; here nobody is");
            let mend = format!("give policy `{id}` a `resolve`, or use another");
            problems.push(Problem::new(FILE, "policy_without_clock", message, mend).at(span));
        }
        Some(policy)
    }

    fn unused(&self, problems: &mut Vec<Problem>) {
        for (id, (span, _)) in self.policies {
            if !self.used.contains(id) {
                let message = format!("no route uses policy `{id}`");
                let mend = format!("write policy = \"{id}\" in a route, or remove the policy");
                let problem = Problem::new(FILE, "unused_policy", message, mend);
                problems.push(problem.at(span.clone()));
            }
        }
    }
}

fn read_priority(priority: &Spanned<i64>, problems: &mut Vec<Problem>) -> Option<u8> {
    let given = u8::try_from(*priority.get_ref()).ok();
    let within = given.filter(|given| PRIORITIES.contains(given));
    if within.is_none() {
        let message = format!("priority {} is out of range", priority.get_ref());
        let mend = "write 1 (first), 2, 3 or 4";
        problems.push(Problem::new(FILE, "bad_priority", message, mend).at(priority.span()));
    }
    within
}

/// Ids are unique, and no route stands behind one that takes all it could.
fn check_order(routes: &[Read], problems: &mut Vec<Problem>) {
    for (index, route) in routes.iter().enumerate() {
        let before = || routes.iter().take(index);
        let id = &route.outcome.id;
        let mut tell = |code, message, mend: &str| {
            problems.push(Problem::new(FILE, code, message, mend).at(route.span.clone()));
        };
        if before().any(|other| other.outcome.id == *id) {
            let message = format!("route `{id}` is written twice");
            tell("duplicate_route", message, "remove one of the two, or give it another id");
            continue;
        }
        let condition = route.when.as_ref().map(|when| &when.condition);
        let taker = before().find(|other| match &other.when {
            None => true,
            Some(when) => Some(&when.condition) == condition,
        });
        if let Some(taker) = taker {
            let message = format!("route `{id}` never holds: `{}` takes all", taker.outcome.id);
            tell("unreachable_route", message, "move it up, change its `when`, or remove it");
        }
    }
}

#[cfg(test)]
mod tests;
