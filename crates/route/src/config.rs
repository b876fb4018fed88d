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

use feedback::condition::{self, Attribute, Condition, Scope};
use feedback::document::{Document, Spanned, Table};
use feedback::{Files, Problem, TaskKind, suggest};
use serde::Serialize;

use crate::example::{self, RouteExample};
use crate::known::Known;
use crate::policy::{self, Policies, Policy};
use crate::{FILE, OTHERWISE};

/// The lowest and the highest priority; 1 comes first.
const PRIORITIES: std::ops::RangeInclusive<u8> = 1..=4;

/// One route: a condition, and what follows where it holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Route {
    pub(crate) when: When,
    /// Whether its condition asks for a theme: any of the record's may fulfil it. Else one look is enough.
    #[serde(skip)]
    pub(crate) looks_at_theme: bool,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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
    /// Each with its name in routes.toml.
    pub(crate) const CHOICES: [(&str, Self); 3] =
        [("contact", Self::Contact), ("investigate", Self::Investigate), ("none", Self::None)];

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
    let mut document = Document::new(FILE, files.get(FILE).unwrap_or_default());
    let Some(mut file) = document.root() else { return Err(document.finish()) };
    let mut policies = Policies::new();
    for table in file.tables("policy", &mut document) {
        policy::read(table, &mut policies, &mut document);
    }
    let tables = file.tables("route", &mut document);
    file.finish(&mut document);
    let mut reader = Reader { known, policies: &policies, used: BTreeSet::new() };
    let mut all = Vec::new();
    for table in tables {
        all.extend(reader.route(table, &mut document));
    }
    reader.unused(&mut document);
    check_order(&all, &mut document);
    let problems = document.finish();
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut config =
        Config { routes: Vec::new(), otherwise: Outcome::otherwise(), examples: Vec::new() };
    for Read { when, outcome, examples, .. } in all {
        config.examples.extend(examples);
        match when {
            Some(when) => {
                let looks_at_theme = looks_at_theme(&when.condition);
                config.routes.push(Route { when, looks_at_theme, outcome });
            }
            None => config.otherwise = outcome,
        }
    }
    Ok(config)
}

fn looks_at_theme(condition: &Condition) -> bool {
    condition.comparisons().iter().any(|comparison| {
        matches!(comparison.attribute, Attribute::Theme | Attribute::Severity | Attribute::Polarity)
    })
}

/// What reading a route needs besides its table.
struct Reader<'a> {
    known: Known<'a>,
    policies: &'a Policies,
    used: BTreeSet<String>,
}

impl Reader<'_> {
    fn route(&mut self, mut table: Table, document: &mut Document<'_>) -> Option<Read> {
        let span = table.span();
        let id = policy::id(&mut table, document);
        let is_otherwise = id.as_ref().is_some_and(|id| id.get_ref() == OTHERWISE);
        let (when, all_exist) = self.when(&mut table, is_otherwise, document);
        table.needs("task", "task = \"contact\", \"investigate\" or \"none\"", document);
        let task = table.choice("task", &RouteTask::CHOICES, document).map(Spanned::into_inner);
        table.needs("priority", "priority = 2", document);
        let priority = table.whole("priority", document);
        let priority = priority.and_then(|priority| read_priority(&priority, document));
        let policy = self.policy(&mut table, task, document);
        let kudos = table.truth("kudos", document).is_none_or(Spanned::into_inner);
        let id_text = id.as_ref().map_or("", |id| id.get_ref());
        let mut examples = Vec::new();
        for (index, example) in table.tables("example", document).into_iter().enumerate() {
            examples.extend(example::read(example, id_text, index + 1, self.known, document));
        }
        if !all_exist {
            examples.clear();
        }
        table.finish(document);
        let id = Arc::from(id?.get_ref().as_str());
        let when = if is_otherwise { None } else { Some(when?) };
        let outcome = Outcome { id, task: task?, priority: priority?, policy, kudos };
        Some(Read { span, when, outcome, examples })
    }

    /// The condition, and whether all it names exists.
    fn when(
        &self,
        table: &mut Table,
        is_otherwise: bool,
        document: &mut Document<'_>,
    ) -> (Option<When>, bool) {
        if !is_otherwise {
            table.needs("when", "when = 'score.nps <= 6'", document);
        }
        let Some(when) = table.text("when", document) else { return (None, true) };
        if is_otherwise {
            let message = "the route `otherwise` holds for everything and can't have a `when`";
            let mend = "remove the `when`, or give the route another id";
            document.problem(when.span(), "otherwise_has_when", message, mend);
            return (None, true);
        }
        match condition::parse(when.get_ref(), Scope::Route) {
            Ok(mut condition) => {
                condition.add_themes(&|name| self.known.of_today(name));
                let all_exist = self.known.check(&condition, &when, document);
                let words: Vec<&str> = when.get_ref().split_whitespace().collect();
                (Some(When { text: words.join(" "), condition }), all_exist)
            }
            Err(error) => {
                let mend = error.correction.as_ref().map_or_else(
                    || "correct the condition; keywords are upper case, texts in quotes".to_owned(),
                    |correction| format!("write when = '{correction}'"),
                );
                let place = document.place(&when, error.span);
                document.problem(place, "bad_condition", error.message, mend);
                (None, true)
            }
        }
    }

    fn policy(
        &mut self,
        table: &mut Table,
        task: Option<RouteTask>,
        document: &mut Document<'_>,
    ) -> Option<Arc<Policy>> {
        let named = table.text("policy", document)?;
        let (id, span) = (named.get_ref(), named.span());
        self.used.insert(id.clone());
        let Some((_, policy)) = self.policies.get(id) else {
            let mend = suggest(id, self.policies.keys().map(String::as_str), "policy");
            let message = format!("there is no policy `{id}`");
            document.problem(span, "unknown_policy", message, mend);
            return None;
        };
        let policy = policy.clone()?;
        let no_clock = policy.acknowledge.is_none() && policy.resolve.is_none();
        if task == Some(RouteTask::None) {
            let message = format!("policy `{id}` never applies: this route opens no task");
            let mend = "remove `policy`, or let the route open a task";
            document.problem(span, "policy_without_task", message, mend);
        } else if task == Some(RouteTask::Investigate) && no_clock {
            let message = format!("policy `{id}` says only when to contact; here nobody is");
            let mend = format!("give policy `{id}` a `resolve`, or use another");
            document.problem(span, "policy_without_clock", message, mend);
        }
        Some(policy)
    }

    fn unused(&self, document: &mut Document<'_>) {
        for (id, (span, _)) in self.policies {
            if !self.used.contains(id) {
                let message = format!("no route uses policy `{id}`");
                let mend = format!("write policy = \"{id}\" in a route, or remove the policy");
                document.problem(span.clone(), "unused_policy", message, mend);
            }
        }
    }
}

pub(crate) fn read_priority(priority: &Spanned<i64>, document: &mut Document<'_>) -> Option<u8> {
    let given = u8::try_from(*priority.get_ref()).ok();
    let within = given.filter(|given| PRIORITIES.contains(given));
    if within.is_none() {
        let message = format!("priority {} is out of range", priority.get_ref());
        let mend = "write 1 (first), 2, 3 or 4";
        document.problem(priority.span(), "bad_priority", message, mend);
    }
    within
}

/// Ids are unique, and no route stands behind one that takes all it could.
fn check_order(routes: &[Read], document: &mut Document<'_>) {
    for (index, route) in routes.iter().enumerate() {
        let before = || routes.iter().take(index);
        let id = &route.outcome.id;
        let mut tell = |code, message: String, mend: &str| {
            document.problem(route.span.clone(), code, message, mend);
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
