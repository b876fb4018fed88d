//! `[[route.example]]`: a feedback and what must become of it, run by `voc test`.
//!
//! `feedback` is written as the default source takes it (`text`, `lang`, `score`), and every field
//! that a `when` can look at is given by the name it has there (`channel`, `touchpoint`, `anonymous`,
//! `consent = { contact = false }`, `attributes = { plan = "gold" }`). `expect` tells the outcome.

use std::ops::Range;
use std::sync::Arc;

use feedback::document::{Document, Spanned, Table, is_language};
use feedback::{
    Consent, Customer, DepartmentId, Direction, Feedback, FeedbackId, Interaction, Json, Metric,
    Product, Respondent, Routing, Score, Span, Status, Text,
};

use crate::config::{self, RouteTask};
use crate::known::Known;

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
    mut table: Table,
    route: &str,
    number: usize,
    known: Known<'_>,
    document: &mut Document<'_>,
) -> Option<RouteExample> {
    let name = format!("{route}/{number}");
    let span = Span::from(table.span());
    table.needs(
        "feedback",
        "feedback = { text = \"The bill is wrong.\", lang = \"en\", score = 2 }",
        document,
    );
    table.needs("expect", "expect = { task = \"contact\", priority = 2 }", document);
    let feedback = table.table("feedback", document);
    let expect = table.table("expect", document);
    table.finish(document);
    let feedback = feedback.map(|feedback| read_feedback(feedback, &name, document));
    let expect = expect.map(|expect| read_expectation(expect, route, known, document));
    Some(RouteExample { name, span, feedback: feedback?, expect: expect?? })
}

fn read_expectation(
    mut table: Table,
    route: &str,
    known: Known<'_>,
    document: &mut Document<'_>,
) -> Option<Expectation> {
    let mut all_exist = true;
    let mut department = |name: &Spanned<String>, document: &mut Document<'_>| {
        let department = known.department(name.get_ref(), name.span(), document);
        all_exist &= department.is_some();
        department
    };
    let own = text(&mut table, "route", document).unwrap_or_else(|| route.to_owned());
    let task = table.choice("task", &RouteTask::CHOICES, document).map(Spanned::into_inner);
    let priority = table.whole("priority", document);
    let priority = priority.and_then(|priority| config::read_priority(&priority, document));
    let policy = text(&mut table, "policy", document);
    let accountable = table.text("department", document);
    let accountable = accountable.and_then(|name| department(&name, document));
    let kudos = if table.is_list("kudos") {
        let names = table.texts("kudos", document).map(Spanned::into_inner).unwrap_or_default();
        let ids = names.iter().filter_map(|name| department(name, document));
        let mut ids: Vec<DepartmentId> = ids.collect();
        ids.sort();
        Some(ExpectedKudos::Departments(ids))
    } else {
        table.truth("kudos", document).map(|any| ExpectedKudos::Any(any.into_inner()))
    };
    table.finish(document);
    let expectation =
        Expectation { route: own, task, priority, department: accountable, policy, kudos };
    all_exist.then_some(expectation)
}

fn text(table: &mut Table, key: &'static str, document: &mut Document<'_>) -> Option<String> {
    table.text(key, document).map(Spanned::into_inner)
}

fn truth(table: &mut Table, key: &'static str, document: &mut Document<'_>) -> Option<bool> {
    table.truth(key, document).map(Spanned::into_inner)
}

fn number(table: &mut Table, key: &'static str, document: &mut Document<'_>) -> Option<f64> {
    table.number(key, document).map(Spanned::into_inner)
}

fn read_feedback(mut table: Table, name: &str, document: &mut Document<'_>) -> Feedback {
    let source = text(&mut table, "source", document);
    let source = Arc::from(source.as_deref().unwrap_or(SOURCE));
    let mut feedback = Feedback::new(FeedbackId::of_source_id("example", name), source);
    feedback.source_id = Some(name.to_owned());
    read_text(&mut table, &mut feedback, document);
    read_score(&mut table, &mut feedback, document);
    if feedback.texts.is_empty() && feedback.scores.is_empty() {
        let message = "the feedback of an example has no text and no score";
        let mend =
            "give it text = \"…\" and lang = \"en\", or score = { metric = \"nps\", value = 2 }";
        document.problem(table.span(), "empty_example", message, mend);
    }
    feedback.tenant = text(&mut table, "tenant", document);
    feedback.brand = text(&mut table, "brand", document);
    feedback.channel = text(&mut table, "channel", document);
    feedback.touchpoint = text(&mut table, "touchpoint", document);
    feedback.journey_stage = text(&mut table, "journey_stage", document);
    feedback.unit = text(&mut table, "unit", document);
    feedback.solicited = truth(&mut table, "solicited", document);
    let respondent = text(&mut table, "respondent", document);
    feedback.respondent = respondent.map(|respondent| Respondent::from_name(&respondent));
    let status = text(&mut table, "status", document);
    feedback.status = status.map(|status| Status::from_name(&status));
    let product = text(&mut table, "product", document);
    feedback.product = product.map(|id| Product { id: Some(id), version: None });
    let customer = Customer {
        anonymous: truth(&mut table, "anonymous", document),
        segment: text(&mut table, "segment", document),
        link: text(&mut table, "link", document),
        ..Customer::default()
    };
    feedback.customer = Some(customer).filter(|customer| *customer != Customer::default());
    let interaction = Interaction {
        queue: text(&mut table, "queue", document),
        team: text(&mut table, "team", document),
        disposition: text(&mut table, "disposition", document),
        wait_seconds: number(&mut table, "wait_seconds", document),
        handle_seconds: number(&mut table, "handle_seconds", document),
        transfers: transfers(&mut table, document),
        ..Interaction::default()
    };
    feedback.interaction = Some(interaction).filter(|found| *found != Interaction::default());
    if let Some(mut consent) = table.table("consent", document) {
        let contact = truth(&mut consent, "contact", document);
        feedback.consent = Some(Consent { contact, publish: None });
        consent.finish(document);
    }
    let attributes = table.table("attributes", document);
    for (name, value) in attributes.map(Table::into_entries).unwrap_or_default() {
        let value = Json::of(value.get_ref()).ok();
        feedback.attributes.extend(value.map(|value| (name.into_inner(), value)));
    }
    table.finish(document);
    feedback
}

fn transfers(table: &mut Table, document: &mut Document<'_>) -> Option<u32> {
    let transfers = table.whole("transfers", document)?;
    let count = u32::try_from(*transfers.get_ref()).ok();
    if count.is_none() {
        let message = format!("{} is no count of transfers", transfers.get_ref());
        document.problem(transfers.span(), "out_of_range", message, "write transfers = 1");
    }
    count
}

fn read_text(table: &mut Table, feedback: &mut Feedback, document: &mut Document<'_>) {
    let text = text(table, "text", document);
    let lang = table.text("lang", document);
    let Some(text) = text else { return };
    let Some(lang) = lang else {
        let message = "the text of an example declares no language";
        let mend = "add lang = \"en\", or the language it is in";
        document.problem(table.span(), "no_language", message, mend);
        return;
    };
    let code = lang.get_ref().as_str();
    if !is_language(code) {
        let message = format!("`{code}` is no language");
        let mend = "write its code (ISO 639) in lower case, such as \"en\" or \"nl\"";
        document.problem(lang.span(), "bad_language", message, mend);
    }
    feedback.texts.push(Text::declared(text, code));
}

/// `score`: a number is an NPS, a table `{ metric, value, min, max, direction }`.
fn read_score(table: &mut Table, feedback: &mut Feedback, document: &mut Document<'_>) {
    if !table.is_table("score") {
        let Some(value) = table.number("score", document) else { return };
        let score = Score::on_default_scale(Metric::Nps, *value.get_ref());
        push_score(score, value.span(), feedback, document);
        return;
    }
    let Some(mut score) = table.table("score", document) else { return };
    score.needs("metric", "metric = \"nps\", \"csat\", \"ces\" or \"rating\"", document);
    score.needs("value", "value = 5", document);
    let metric = score.choice("metric", &Metric::CHOICES, document);
    let value = number(&mut score, "value", document);
    let min = number(&mut score, "min", document);
    let max = number(&mut score, "max", document);
    let direction = score.choice("direction", &Direction::CHOICES, document);
    let span = score.span();
    score.finish(document);
    let (Some(metric), Some(value)) = (metric, value) else { return };
    let mut score = Score::on_default_scale(metric.into_inner(), value);
    score.min = min.unwrap_or(score.min);
    score.max = max.unwrap_or(score.max);
    score.direction = direction.map_or(score.direction, Spanned::into_inner);
    push_score(score, span, feedback, document);
}

fn push_score(
    score: Score,
    span: Range<usize>,
    feedback: &mut Feedback,
    document: &mut Document<'_>,
) {
    if !(score.min <= score.value && score.value <= score.max) {
        let (name, value) = (score.metric.name(), score.value);
        let message = format!("{name} {value} is off its scale, {} to {}", score.min, score.max);
        let mend = "correct `value`, or give `min` and `max`";
        document.problem(span, "score_off_scale", message, mend);
    }
    feedback.scores.push(score);
}

#[cfg(test)]
mod tests;
