//! Cases for examples: the feedback they stand for, and how a wrong outcome is told.

use feedback::{Given, Respondent, TaskKind};

use crate::fixture::{ROUTES, department, parse, router, theme};
use crate::{Expectation, ExpectedKudos, RouteTask};

#[test]
fn every_field_a_when_knows_can_be_given_by_its_name() {
    let text = r#"
[[route]]
id = "all"
when = '''tenant = "t" AND brand = "b" AND channel = "chat" AND touchpoint = "app" AND unit = "u"
    AND journey_stage = "use" AND solicited = "true" AND respondent = "partner" AND source = "s"
    AND status = "partial" AND product = "p" AND anonymous = "true" AND segment = "gold"
    AND link = "reseller" AND queue = "q" AND team = "x" AND disposition = "d" AND lang = "nl"
    AND wait_seconds > 1 AND handle_seconds > 1 AND transfers = 2 AND consent.contact = "false"
    AND attributes.plan = "gold" AND attributes.age > 40 AND attributes.new = "true"
    AND score.csat = 2'''
task = "contact"
priority = 1
[[route.example]]
expect = { task = "investigate" }
[route.example.feedback]
text = "Te laat."
lang = "nl"
score = { metric = "csat", value = 2 }
tenant = "t"
brand = "b"
channel = "chat"
touchpoint = "app"
unit = "u"
journey_stage = "use"
solicited = true
respondent = "partner"
source = "s"
status = "partial"
product = "p"
anonymous = true
segment = "gold"
link = "reseller"
queue = "q"
team = "x"
disposition = "d"
wait_seconds = 3.5
handle_seconds = 60
transfers = 2
consent.contact = false
attributes = { plan = "gold", age = 41, new = true }
"#;
    let router = parse(text, Given::ByUser).unwrap();
    let example = &router.examples()[0];
    let feedback = example.feedback();
    assert_eq!(feedback.respondent, Some(Respondent::Partner));
    assert_eq!(feedback.texts[0].text.as_str(), "Te laat.");
    let classification = crate::router::tests::classification("billing", &[]);
    let routing = router.route(&feedback, &classification);
    assert_eq!(routing.rule.as_ref(), "all", "a field was not set");
    let told = &routing.because[0].message;
    assert!(told.contains(r#"unit = "u" AND journey_stage = "use""#), "not on one line: {told}");
    assert_eq!(example.expect().unmet(&routing), Vec::<String>::new());
    assert_eq!(example.span().start, text.find("[[route.example]]").unwrap());
}

#[test]
fn a_wrong_outcome_is_told_in_words() {
    let router = router();
    let example = &router.examples()[0];
    assert_eq!(example.name(), "detractor/1");
    let classification = crate::router::tests::classification("billing", &[]);
    let mut routing = router.route(&example.feedback(), &classification);
    assert_eq!(example.expect().unmet(&routing), Vec::<String>::new());

    routing.rule = "other".into();
    routing.priority = 3;
    routing.policy = None;
    routing.department = department("payments");
    routing.task.as_mut().unwrap().kind = TaskKind::Investigate;
    routing.kudos.push(feedback::Kudos {
        id: feedback::KudosId::of(example.feedback().id, &department("billing")),
        department: department("billing"),
        team: feedback::TeamId::new("billing_desk").unwrap(),
        themes: vec![theme("billing.clear")],
    });
    let expected = [
        "route is other, expected detractor",
        "task is investigate, expected contact",
        "priority is 3, expected 2",
        "department is payments, expected billing",
        "policy is none, expected standard",
        "kudos is true, expected false",
    ];
    assert_eq!(example.expect().unmet(&routing), expected);

    routing.task = None;
    let expectation = Expectation {
        route: "other".to_owned(),
        task: Some(RouteTask::None),
        priority: None,
        department: None,
        policy: Some("none".to_owned()),
        kudos: Some(ExpectedKudos::Departments(vec![department("payments")])),
    };
    assert_eq!(expectation.unmet(&routing), ["kudos is [billing], expected [payments]"]);
}

#[test]
fn an_example_may_expect_another_route() {
    let text = format!(
        "{ROUTES}[[route.example]]\nfeedback = {{ score = 2 }}\nexpect.route = \"detractor\"\n"
    );
    let router = parse(&text, Given::ByUser).unwrap();
    let example = router.examples().last().unwrap();
    assert_eq!((example.name(), example.expect().route.as_str()), ("fees/1", "detractor"));
}
