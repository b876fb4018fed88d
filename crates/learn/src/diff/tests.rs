//! Small engines compared over small histories: what moves, moves exactly so; what doesn't, doesn't.

mod limits;
mod properties;

use std::collections::BTreeMap;
use std::sync::Arc;

use classify::{Engine, Kind};
use feedback::{
    DepartmentId, Feedback, FeedbackId, Files, Flag, Given, Metric, Score, Text, ThemeId,
};
use route::{Router, ThemeTraits};
use serde_json::{Value, json};

use super::*;

const DEPARTMENTS: &str = r#"
    [[department]]
    id = "billing"
    team = "billing_desk"
    [[department]]
    id = "logistics"
    team = "planning"
    [[department]]
    id = "office"
    team = "triage"
    fallback = true
"#;

const TAXONOMY: &str = r#"
    [[theme]]
    id = "billing.invoice"
    kind = "problem"
    department = "billing"
    contributors = ["office"]
    rule.en = "invoice"
    [[theme]]
    id = "delivery.late"
    kind = "problem"
    department = "logistics"
    severity = 3
    flags = ["safety"]
    rule.en = "late"
    [[theme]]
    id = "staff.kind"
    kind = "praise"
    department = "logistics"
    rule.en = "friendly"
"#;

const ROUTES: &str = r#"
    [[policy]]
    id = "soon"
    acknowledge = "4h"
    contact = "24h"
    resolve = "7d"
    [[route]]
    id = "detractor"
    when = 'score.nps <= 6'
    task = "contact"
    priority = 2
    policy = "soon"
    [[route]]
    id = "bad"
    when = 'polarity = "negative"'
    task = "investigate"
    priority = 3
    policy = "soon"
"#;

/// The files of a configuration, some of them other than above.
pub(crate) fn files(others: &[(&str, &str)]) -> Files {
    let mut files = Files::new();
    let own = [
        ("departments.toml", DEPARTMENTS),
        ("taxonomy/all.toml", TAXONOMY),
        ("routes.toml", ROUTES),
    ];
    for (path, text) in own.iter().chain(others) {
        files.insert(*path, Given::ByUser, *text);
    }
    files
}

pub(crate) fn side(others: &[(&str, &str)]) -> Side {
    let files = files(others);
    let engine = Engine::parse(&files, "0123456789abcdef").unwrap();
    let traits: BTreeMap<ThemeId, ThemeTraits> = engine
        .themes()
        .iter()
        .map(|theme| {
            let traits = ThemeTraits {
                department: theme.department.clone().unwrap(),
                severity: theme.severity,
                praise: theme.kind == Kind::Praise,
                formerly: theme.life.formerly.clone(),
            };
            (theme.id.clone(), traits)
        })
        .collect();
    let router = Router::parse(&files, engine.departments(), traits).unwrap();
    Side { engine: Arc::new(engine), router: Arc::new(router) }
}

pub(crate) fn say(words: &str, nps: Option<f64>) -> Feedback {
    let mut feedback = Feedback::new(FeedbackId::of_source_id("test", words), Arc::from("test"));
    feedback.source_id = Some(words.len().to_string());
    feedback.texts.push(Text::declared(words, "en"));
    feedback.scores.extend(nps.map(|value| Score::on_default_scale(Metric::Nps, value)));
    feedback
}

/// Six answers, one of a week.
fn history() -> Vec<Feedback> {
    let said = [
        ("The invoice was wrong again and again.", Some(2.0)),
        ("My parcel came late, and the invoice too.", Some(4.0)),
        ("It was late but the driver was friendly.", None),
        ("So friendly on the phone, thank you very much!", Some(10.0)),
        ("Nothing to add to what was said before.", Some(8.0)),
        ("The bill came late.", Some(9.0)),
    ];
    let days = 2..;
    said.into_iter()
        .zip(days)
        .map(|((words, nps), day)| {
            let mut feedback = say(words, nps);
            feedback.occurred_at = format!("2026-03-0{day}T10:00:00Z").parse().ok();
            feedback
        })
        .collect()
}

pub(crate) fn compare(old: &Side, new: &Side, history: Vec<Feedback>) -> (Comparison, Vec<Change>) {
    let mut comparer = Comparer::new(old, new, 3);
    let mut changes = Vec::new();
    for (number, feedback) in (1..).zip(history) {
        changes.extend(comparer.compare(Place::Number(number), &Reading::Same(Ok(feedback))));
    }
    (comparer.finish(), changes)
}

fn theme(name: &str) -> ThemeId {
    ThemeId::new(name).unwrap()
}

fn department(name: &str) -> DepartmentId {
    DepartmentId::new(name).unwrap()
}

fn flow(before: u64, after: u64, gained: u64, lost: u64) -> Flow {
    Flow { before, after, gained, lost }
}

fn shown(comparison: &Comparison) -> Value {
    serde_json::to_value(comparison).unwrap()
}

fn places(changes: &[Change]) -> Vec<String> {
    changes.iter().map(|change| change.record.to_string()).collect()
}

#[test]
fn the_same_configuration_moves_nothing() {
    let old = side(&[]);
    for new in [old.clone(), side(&[])] {
        let (comparison, changes) = compare(&old, &new, history());
        assert_eq!((comparison.records, comparison.changed, changes.len()), (6, 0, 0));
        assert!(comparison.moves.is_empty());
        assert!(comparison.departments.values().all(DepartmentTally::is_still));
        assert_eq!(comparison.themes[&theme("delivery.late")].records, flow(3, 3, 0, 0));
    }
}

/// A wider rule: exactly the text it was widened for gains the theme.
#[test]
fn a_wider_rule_moves_exactly_its_text() {
    let wider = TAXONOMY.replace(r#"rule.en = "invoice""#, r#"rule.en = "invoice OR bill""#);
    let (old, new) = (side(&[]), side(&[("taxonomy/all.toml", &wider)]));
    let (comparison, changes) = compare(&old, &new, history());
    assert_eq!(places(&changes), ["6"]);
    assert_eq!(changes[0].gained, [theme("billing.invoice")]);
    assert!(changes[0].lost.is_empty());
    let tally = &comparison.themes[&theme("billing.invoice")];
    assert_eq!(tally.records, flow(2, 3, 1, 0));
    // Its scores: 2 and 4 before, and 9.
    assert_eq!((tally.scores.before.nps.n(), tally.scores.after.nps.n()), (2, 3));
    assert_eq!(tally.scores.after.nps.promoters, 1);
    let example = tally.gained.iter().next().unwrap();
    let words = example.text.text.as_str();
    let (start, end) = example.evidence[0];
    assert_eq!(words.get(start..end), Some("bill"));
    assert!(example.before.themes == [theme("delivery.late")]);
    assert_eq!(comparison.within[&theme("billing")], flow(2, 3, 1, 0));
    let branches: Vec<_> = comparison.branches().map(|(id, _)| id.as_str()).collect();
    assert_eq!(branches, ["billing", "delivery", "staff"]);
}

/// owners.toml gives a theme to somebody else: the answers move, and so do their tasks.
#[test]
fn another_owner_moves_answers_and_tasks() {
    let owners = "[[owner]]\nwhen = 'theme = \"delivery.late\" AND score.nps <= 6'\ndepartment = \"office\"\n";
    let (old, new) = (side(&[]), side(&[("owners.toml", owners)]));
    let (comparison, changes) = compare(&old, &new, history());
    assert_eq!(places(&changes), ["2"]);
    let change = &changes[0];
    assert!(change.changed.contains(Aspect::Department) && change.changed.contains(Aspect::Task));
    assert_eq!(change.before.department, Some(department("logistics")));
    assert_eq!(change.after.department, Some(department("office")));
    let step = Move { from: change.before.department.clone(), to: change.after.department.clone() };
    assert_eq!(comparison.moves[&step].records, 1);
    let logistics = &comparison.departments[&department("logistics")];
    assert_eq!(logistics.accountable, flow(4, 3, 0, 1));
    assert_eq!(logistics.tasks.count, flow(3, 2, 0, 1));
    assert_eq!(logistics.tasks.lost.contact, [0, 1, 0, 0]);
    let office = &comparison.departments[&department("office")];
    // It helped with that answer before, as the invoice's contributor; now the task is its own.
    assert_eq!(office.accountable, flow(1, 2, 1, 0));
    assert_eq!(office.tasks.count, flow(2, 2, 0, 0));
    assert_eq!(office.helping, flow(2, 1, 0, 1));
    assert_eq!(comparison.work, flow(4, 4, 0, 0));
    assert_eq!(comparison.themes[&theme("delivery.late")].records, flow(3, 3, 0, 0));
}

/// A theme that only got another name moves nothing.
#[test]
fn a_renamed_theme_moves_nothing() {
    let renamed = TAXONOMY
        .replace("id = \"delivery.late\"", "id = \"transport.late\"\naliases = [\"delivery.late\"]")
        .replace("id = \"staff.kind\"", "id = \"staff.nice\"\naliases = [\"staff.kind\"]");
    let (old, new) = (side(&[]), side(&[("taxonomy/all.toml", &renamed)]));
    let (comparison, changes) = compare(&old, &new, history());
    assert_eq!((comparison.changed, changes.len()), (0, 0));
    assert_eq!(comparison.themes[&theme("transport.late")].records, flow(3, 3, 0, 0));
}

/// Only routes.toml differs: one engine, and yet priorities, kinds and due times move.
#[test]
fn another_route_changes_tasks() {
    let routes = ROUTES.replace("priority = 2", "priority = 1").replace("\"24h\"", "\"48h\"");
    let old = side(&[]);
    let new = Side { engine: Arc::clone(&old.engine), ..side(&[("routes.toml", &routes)]) };
    let (comparison, changes) = compare(&old, &new, history());
    assert_eq!(places(&changes), ["1", "2"]);
    assert_eq!(comparison.priority, (2, 0));
    assert_eq!(comparison.changed_in(Aspect::Priority), 2);
    assert_eq!(comparison.changed_in(Aspect::Due), 2);
    assert_eq!(comparison.changed_in(Aspect::Task), 0);
    let billing = comparison.departments[&department("billing")].tasks;
    // One of its own, and one in which it helps.
    assert_eq!((billing.count, billing.changed), (flow(2, 2, 0, 0), 2));
    assert_eq!((billing.before.contact, billing.after.contact), ([0, 2, 0, 0], [2, 0, 0, 0]));
    // Billing and the office with both, logistics with one.
    let tasks = comparison.tasks_of_priority(1);
    assert_eq!((tasks.before, tasks.after), (0, 5));
}

#[test]
fn a_department_with_another_team_sends_its_tasks_there() {
    let departments = DEPARTMENTS.replace("billing_desk", "planning");
    let (old, new) = (side(&[]), side(&[("departments.toml", &departments)]));
    let (comparison, changes) = compare(&old, &new, history());
    assert_eq!(places(&changes), ["1", "2"]);
    let teams: BTreeMap<&str, Flow> =
        comparison.teams.iter().map(|(team, flow)| (team.as_str(), flow.count)).collect();
    assert_eq!(teams["billing_desk"], flow(2, 0, 0, 2));
    assert_eq!(teams["planning"], flow(3, 5, 2, 0));
    assert_eq!(comparison.departments[&department("billing")].tasks.count, flow(2, 2, 0, 0));
    assert!(comparison.moves.is_empty());
}

#[test]
fn flags_praise_and_coverage_flow() {
    let other = TAXONOMY.replace("flags = [\"safety\"]\n", "").replace("friendly", "thank");
    let (old, new) = (side(&[]), side(&[("taxonomy/all.toml", &other)]));
    let (comparison, _) = compare(&old, &new, history());
    assert_eq!(comparison.flags[&Flag::Safety], flow(3, 0, 0, 3));
    assert_eq!(comparison.kudos(), flow(2, 1, 0, 1));
    assert_eq!(comparison.tagged, flow(5, 5, 0, 0));
    assert_eq!(comparison.tags(), flow(7, 6, 0, 1));
    let lost = &comparison.themes[&theme("staff.kind")].lost;
    assert_eq!(lost.iter().count(), 1);
}

/// A dead letter has no owner, no theme and no task: they come where it becomes readable.
#[test]
fn dead_letters_come_and_go() {
    let both = side(&[]);
    let mut comparer = Comparer::new(&both, &both, 3);
    let alive = || Ok(say("The invoice was wrong.", None));
    let readings = [
        Reading::Same(Err("not_json")),
        Reading::Each { before: Err("wrong_type"), after: alive() },
        Reading::Each { before: alive(), after: Err("too_large") },
        Reading::Each { before: Err("not_json"), after: Err("too_large") },
        Reading::Each { before: alive(), after: alive() },
    ];
    let mut differ = Vec::new();
    for (number, reading) in (1..).zip(&readings) {
        let change = comparer.compare(Place::Number(number), reading);
        differ.extend(change.map(|change| change.record.to_string()));
    }
    let comparison = comparer.finish();
    assert_eq!(differ, ["2", "3", "4"]);
    assert_eq!((comparison.records, comparison.changed), (5, 3));
    assert_eq!(comparison.read, flow(2, 2, 1, 1));
    assert_eq!(comparison.dead_letters(), flow(3, 3, 1, 1));
    assert_eq!(comparison.dead["too_large"], flow(0, 2, 2, 0));
    assert_eq!(comparison.dead_places, BTreeMap::from([(Place::Number(3), "too_large".into())]));
    assert_eq!(comparison.themes[&theme("billing.invoice")].records, flow(2, 2, 1, 1));
    let nobody = Move { from: None, to: Some(department("billing")) };
    assert_eq!(comparison.moves[&nobody].records, 1);
}

#[test]
fn another_reading_is_a_change_by_itself() {
    let both = side(&[]);
    let mut comparer = Comparer::new(&both, &both, 3);
    let (before, mut after) = (say("Nothing.", None), say("Nothing.", None));
    after.channel = Some("chat".to_owned());
    let reading = Reading::Each { before: Ok(before), after: Ok(after) };
    let change = comparer.compare(Place::Offset { partition: 2, offset: 7 }, &reading).unwrap();
    assert_eq!(change.changed.iter().collect::<Vec<_>>(), [Aspect::Reading]);
    assert_eq!(
        serde_json::to_value(&change).unwrap(),
        json!({
            "record": "2/7", "id": FeedbackId::of_source_id("test", "Nothing."), "source_id": "8",
            "changed": ["reading"], "gained": [], "lost": [],
            "before": {"department": "office", "themes": []},
            "after": {"department": "office", "themes": []},
        })
    );
}

/// Neither JSON nor a change holds a customer's word.
#[test]
fn machines_get_no_words() {
    let (old, new) = (side(&[]), side(&[("taxonomy/all.toml", "")]));
    let words = "The invoice of Zanzibar was late and nobody was friendly.";
    let (comparison, changes) = compare(&old, &new, vec![say(words, Some(1.0))]);
    assert!(comparison.changed == 1 && changes.len() == 1);
    let told = shown(&comparison).to_string() + &serde_json::to_string(&changes).unwrap();
    assert!(!told.contains("Zanzibar") && !told.contains("friendly"), "{told}");
    // Nor does a slip of the pen in a log.
    assert!(!format!("{comparison:?}{changes:?}").contains("Zanzibar"));
}
