//! `[[route.example]]`: a feedback and what must become of it, run by `voc test`.
//!
//! `feedback` is written as the default source takes it (`text`, `lang`, `score`), and every field
//! that a `when` can look at is given by the name it has there (`channel`, `touchpoint`, `anonymous`,
//! `consent = { contact = false }`, `attributes = { plan = "gold" }`). `expect` tells the outcome.

use std::collections::BTreeMap;
use std::sync::Arc;

use feedback::{
    Author, Consent, Customer, DepartmentId, Direction, Feedback, FeedbackId, Interaction, Json,
    Language, LanguageSource, Metric, Problem, Product, Respondent, Routing, Score, Span, Status,
    Text, Verbatim,
};
use serde::Deserialize;
use toml::Spanned;

use crate::FILE;
use crate::config::RouteTask;
use crate::known::Known;
use crate::table::Table;

/// The source of an example's feedback, where it names none.
const SOURCE: &str = "default";

/// A feedback and what must become of it.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteExample {
    name: String,
    span: Span,
    feedback: Feedback,
    expect: Expectation,
}

/// What must become of an example; what is `None` may be anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// The route that must hold: the example's own, unless `expect.route` names another.
    pub route: String,
    /// The task.
    pub task: Option<RouteTask>,
    /// The priority.
    pub priority: Option<u8>,
    /// The accountable department.
    pub department: Option<DepartmentId>,
    /// The policy that gives the due times.
    pub policy: Option<String>,
    /// The praise passed on.
    pub kudos: Option<ExpectedKudos>,
}

/// The praise that an example expects: `kudos = true` or `kudos = ["contact_centre"]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedKudos {
    /// Some, or none at all.
    Any(bool),
    /// For exactly these departments, sorted.
    Departments(Vec<DepartmentId>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawKudos {
    Any(bool),
    Departments(Vec<String>),
}

impl RouteExample {
    /// The route and which of its examples this is, from 1: `detractor/1`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it stands in routes.toml.
    pub const fn span(&self) -> Span {
        self.span
    }

    /// The feedback, to be classified and routed.
    pub fn feedback(&self) -> Feedback {
        self.feedback.clone()
    }

    /// What must become of it.
    pub const fn expect(&self) -> &Expectation {
        &self.expect
    }
}

impl Expectation {
    /// Every way in which `routing` is otherwise than expected, in words; empty: the example passes.
    pub fn unmet(&self, routing: &Routing) -> Vec<String> {
        let mut unmet = Vec::new();
        let mut compare = |what: &str, wanted: Option<String>, found: String| {
            if let Some(wanted) = wanted.filter(|wanted| *wanted != found) {
                unmet.push(format!("{what} is {found}, expected {wanted}"));
            }
        };
        compare("route", Some(self.route.clone()), routing.rule.to_string());
        let task = RouteTask::of(routing.task.as_ref().map(|task| task.kind));
        let wanted = self.task.map(|task| task.name().to_owned());
        compare("task", wanted, task.name().to_owned());
        let wanted = self.priority.map(|priority| priority.to_string());
        compare("priority", wanted, routing.priority.to_string());
        let wanted = self.department.as_ref().map(ToString::to_string);
        compare("department", wanted, routing.department.to_string());
        let policy = routing.policy.as_deref().unwrap_or("none");
        compare("policy", self.policy.clone(), policy.to_owned());
        let mut praised: Vec<&DepartmentId> =
            routing.kudos.iter().map(|kudos| &kudos.department).collect();
        praised.sort();
        match &self.kudos {
            None => {}
            Some(ExpectedKudos::Any(any)) => {
                compare("kudos", Some(any.to_string()), (!praised.is_empty()).to_string());
            }
            Some(ExpectedKudos::Departments(wanted)) => {
                compare("kudos", Some(listed(wanted.iter())), listed(praised.into_iter()));
            }
        }
        unmet
    }
}

fn listed<'a>(departments: impl Iterator<Item = &'a DepartmentId>) -> String {
    let names: Vec<&str> = departments.map(DepartmentId::as_str).collect();
    format!("[{}]", names.join(", "))
}

/// Reads the `number`th example of `route`; `None` where it is faulty, or names, in the embedded
/// file, a department that isn't there.
pub(crate) fn read(
    mut table: Table<'_>,
    route: &str,
    number: usize,
    known: Known<'_>,
    problems: &mut Vec<Problem>,
) -> Option<RouteExample> {
    let name = format!("{route}/{number}");
    let span = Span::from(table.span());
    let feedback = required_table(&mut table, "feedback", "`feedback`", problems);
    let expect = required_table(&mut table, "expect", "`expect`", problems);
    table.finish(problems);
    let feedback = feedback.map(|feedback| read_feedback(feedback, &name, problems));
    let expect = expect.map(|expect| read_expectation(expect, route, known, problems));
    Some(RouteExample { name, span, feedback: feedback?, expect: expect?? })
}

fn required_table<'i>(
    table: &mut Table<'i>,
    key: &'static str,
    what: &'static str,
    problems: &mut Vec<Problem>,
) -> Option<Table<'i>> {
    if !table.has(key) {
        problems.push(table.missing(key));
    }
    table.table(key, what, problems)
}

fn read_expectation(
    mut table: Table<'_>,
    route: &str,
    known: Known<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Expectation> {
    let mut all_exist = true;
    let mut department = |name: &str, span, problems: &mut Vec<Problem>| {
        let department = known.department(name, span, problems);
        all_exist &= department.is_some();
        department
    };
    let own = table.text("route", problems).unwrap_or_else(|| route.to_owned());
    let task = table.take("task", problems).map(Spanned::into_inner);
    let priority = table.take("priority", problems).map(Spanned::into_inner);
    let policy = table.text("policy", problems);
    let accountable: Option<Spanned<String>> = table.take("department", problems);
    let accountable =
        accountable.and_then(|name| department(name.get_ref(), name.span(), problems));
    let kudos: Option<Spanned<RawKudos>> = table.take("kudos", problems);
    let kudos = kudos.map(|kudos| {
        let span = kudos.span();
        match kudos.into_inner() {
            RawKudos::Any(any) => ExpectedKudos::Any(any),
            RawKudos::Departments(names) => {
                let ids = names.iter().filter_map(|name| department(name, span.clone(), problems));
                let mut ids: Vec<DepartmentId> = ids.collect();
                ids.sort();
                ExpectedKudos::Departments(ids)
            }
        }
    });
    table.finish(problems);
    let expectation =
        Expectation { route: own, task, priority, department: accountable, policy, kudos };
    all_exist.then_some(expectation)
}

fn read_feedback(mut table: Table<'_>, name: &str, problems: &mut Vec<Problem>) -> Feedback {
    let source = table.text("source", problems);
    let source = Arc::from(source.as_deref().unwrap_or(SOURCE));
    let mut feedback = Feedback::new(FeedbackId::of_source_id("example", name), source);
    feedback.source_id = Some(name.to_owned());
    read_text(&mut table, &mut feedback, problems);
    read_score(&mut table, &mut feedback, problems);
    if feedback.texts.is_empty() && feedback.scores.is_empty() {
        let message = "the feedback of an example has no text and no score";
        let mend =
            "give it text = \"…\" and lang = \"en\", or score = { metric = \"nps\", value = 2 }";
        problems.push(Problem::new(FILE, "empty_example", message, mend).at(table.span()));
    }
    feedback.tenant = table.text("tenant", problems);
    feedback.brand = table.text("brand", problems);
    feedback.channel = table.text("channel", problems);
    feedback.touchpoint = table.text("touchpoint", problems);
    feedback.journey_stage = table.text("journey_stage", problems);
    feedback.unit = table.text("unit", problems);
    feedback.solicited = table.take("solicited", problems).map(Spanned::into_inner);
    let respondent = table.text("respondent", problems);
    feedback.respondent = respondent.map(|respondent| Respondent::from_name(&respondent));
    let status = table.text("status", problems);
    feedback.status = status.map(|status| Status::from_name(&status));
    let product = table.text("product", problems);
    feedback.product = product.map(|id| Product { id: Some(id), version: None });
    let customer = Customer {
        anonymous: table.take("anonymous", problems).map(Spanned::into_inner),
        segment: table.text("segment", problems),
        link: table.text("link", problems),
        ..Customer::default()
    };
    feedback.customer = Some(customer).filter(|customer| *customer != Customer::default());
    let interaction = Interaction {
        queue: table.text("queue", problems),
        team: table.text("team", problems),
        disposition: table.text("disposition", problems),
        wait_seconds: table.take("wait_seconds", problems).map(Spanned::into_inner),
        handle_seconds: table.take("handle_seconds", problems).map(Spanned::into_inner),
        transfers: table.take("transfers", problems).map(Spanned::into_inner),
        ..Interaction::default()
    };
    feedback.interaction = Some(interaction).filter(|found| *found != Interaction::default());
    if let Some(mut consent) = table.table("consent", "`consent`", problems) {
        let contact = consent.take("contact", problems).map(Spanned::into_inner);
        feedback.consent = Some(Consent { contact, publish: None });
        consent.finish(problems);
    }
    let attributes: Option<Spanned<BTreeMap<String, toml::Value>>> =
        table.take("attributes", problems);
    for (name, value) in attributes.map(Spanned::into_inner).unwrap_or_default() {
        feedback.attributes.extend(Json::of(&value).ok().map(|value| (name, value)));
    }
    table.finish(problems);
    feedback
}

fn read_text(table: &mut Table<'_>, feedback: &mut Feedback, problems: &mut Vec<Problem>) {
    let text = table.text("text", problems);
    let lang: Option<Spanned<String>> = table.take("lang", problems);
    let Some(text) = text else { return };
    let Some(lang) = lang else {
        let message = "the text of an example declares no language";
        let mend = "add lang = \"en\", or the language it is in";
        problems.push(Problem::new(FILE, "no_language", message, mend).at(table.span()));
        return;
    };
    let code = lang.get_ref().as_str();
    if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_lowercase()) {
        let message = format!("`{code}` is no language");
        let mend = "write its two letters (ISO 639-1) in lower case, such as \"en\" or \"nl\"";
        problems.push(Problem::new(FILE, "bad_language", message, mend).at(lang.span()));
    }
    let lang = Language { code: Arc::from(code), confidence: 1.0, by: LanguageSource::Declared };
    feedback.texts.push(Text {
        question_id: None,
        label: None,
        text: Verbatim::new(text),
        lang: Some(lang),
        author: None::<Author>,
        turn: None,
    });
}

/// `score`: a number is an NPS, a table `{ metric, value, min, max, direction }`.
fn read_score(table: &mut Table<'_>, feedback: &mut Feedback, problems: &mut Vec<Problem>) {
    if !table.is_table("score") {
        let value: Option<Spanned<f64>> = table.take("score", problems);
        let score = value
            .map(|value| (value.span(), Score::on_default_scale(Metric::Nps, value.into_inner())));
        push_score(score, feedback, problems);
        return;
    }
    let Some(mut score) = table.table("score", "`score`", problems) else { return };
    let span = score.span();
    let metric: Option<Spanned<Metric>> = score.required("metric", problems);
    let value: Option<Spanned<f64>> = score.required("value", problems);
    let min: Option<Spanned<f64>> = score.take("min", problems);
    let max: Option<Spanned<f64>> = score.take("max", problems);
    let direction: Option<Spanned<Direction>> = score.take("direction", problems);
    score.finish(problems);
    let (Some(metric), Some(value)) = (metric, value) else { return };
    let mut score = Score::on_default_scale(metric.into_inner(), value.into_inner());
    score.min = min.map_or(score.min, Spanned::into_inner);
    score.max = max.map_or(score.max, Spanned::into_inner);
    score.direction = direction.map_or(score.direction, Spanned::into_inner);
    push_score(Some((span, score)), feedback, problems);
}

fn push_score(
    score: Option<(std::ops::Range<usize>, Score)>,
    feedback: &mut Feedback,
    problems: &mut Vec<Problem>,
) {
    let Some((span, score)) = score else { return };
    if !(score.min <= score.value && score.value <= score.max) {
        let (name, value) = (score.metric.name(), score.value);
        let message = format!("{name} {value} is off its scale, {} to {}", score.min, score.max);
        let mend = "correct `value`, or give `min` and `max`";
        problems.push(Problem::new(FILE, "score_off_scale", message, mend).at(span));
    }
    feedback.scores.push(score);
}

#[cfg(test)]
mod tests;
