//! Cases for routing.

mod properties;

use std::sync::Arc;

use feedback::{
    Classification, Consent, Contributor, Customer, Feedback, FeedbackId, Given, Intent, KudosId,
    MessageLanguage, Metric, Polarity, Respondent, Routing, Score, Status, TaskId, TaskKind,
    TaxonomyVersion, ThemeMatch, ThemeSource,
};
use jiff::Timestamp;

use crate::fixture::{ROUTES, department, parse, router, theme};

const RECEIVED: &str = "2025-03-03T09:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn feedback(nps: f64) -> Feedback {
    let mut feedback = Feedback::new(FeedbackId::of_source_id("test", "1"), Arc::from("test"));
    feedback.scores.push(Score::on_default_scale(Metric::Nps, nps));
    feedback.received_at = Some(at(RECEIVED));
    feedback.occurred_at = Some(at("2025-03-01T09:00:00Z"));
    feedback
}

pub(crate) fn classification(owner: &str, found: &[(&str, Polarity)]) -> Classification {
    let themes = found.iter().map(|(id, polarity)| ThemeMatch {
        id: theme(id),
        path: theme(id).path(),
        by: ThemeSource::Rule,
        confidence: 1.0,
        polarity: *polarity,
        department: None,
        evidence: Vec::new(),
    });
    let version = |text: &str| text.to_owned();
    Classification {
        taxonomy: Arc::new(TaxonomyVersion {
            name: version("test"),
            version: version("1"),
            hash: version("0"),
        }),
        engine: Arc::from("test"),
        themes: themes.collect(),
        sentiment: None,
        emotions: Vec::new(),
        effort: None,
        intent: Intent::Other,
        urgency: 0.0,
        flags: Vec::new(),
        department: department(owner),
        contributors: Vec::new(),
        uncategorised: found.is_empty(),
        because: Vec::new(),
    }
}

fn codes(routing: &Routing) -> Vec<&str> {
    routing.because.iter().map(|because| &*because.code).collect()
}

fn message<'a>(routing: &'a Routing, code: &str) -> &'a str {
    &routing.because.iter().find(|because| because.code == code).unwrap().message
}

#[test]
fn a_detractor_is_contacted_by_the_accountable_team_within_the_policys_times() {
    let feedback = feedback(3.0);
    let mut classification = classification("billing", &[("billing.fees", Polarity::Negative)]);
    let contributor = |id| Contributor { department: department(id), weight: 0.5 };
    classification.contributors = vec![contributor("payments"), contributor("contact_centre")];
    let routing = router().route(&feedback, &classification);
    let shown = serde_json::to_value(&routing).unwrap();
    let expected = serde_json::json!({
        "rule": "detractor",
        "department": "billing",
        "team": "billing_desk",
        "priority": 2,
        "policy": "standard",
        "task": {
            "id": TaskId::of_feedback(feedback.id),
            "kind": "contact",
            "due": { "contact": "2025-03-04T09:00:00Z", "resolve": "2025-03-08T09:00:00Z" },
        },
        "contributors": [
            {
                "department": "payments",
                "team": "payments_desk",
                "task_id": TaskId::of_contributor(feedback.id, &department("payments")),
            },
            {
                "department": "contact_centre",
                "team": "floor",
                "task_id": TaskId::of_contributor(feedback.id, &department("contact_centre")),
            },
        ],
        "kudos": [],
        "because": [
            { "code": "route", "message": "score.nps <= 6", "rule": "detractor" },
            { "code": "policy", "message": "standard, from received_at" },
        ],
    });
    assert_eq!(shown, expected);
}

#[test]
fn the_route_that_holds_for_a_theme_names_it() {
    let found = [("contact.wait", Polarity::Negative), ("billing.fees", Polarity::Negative)];
    let routing = router().route(&feedback(9.0), &classification("contact_centre", &found));
    assert_eq!((routing.rule.as_ref(), routing.priority), ("fees", 3));
    assert_eq!(routing.because[0].theme, Some(theme("billing.fees")));
    assert_eq!(codes(&routing), ["route", "no_clock"]);
    let task = routing.task.unwrap();
    assert_eq!((task.kind, task.due), (TaskKind::Investigate, feedback::Due::default()));

    // Severity and polarity must hold for one and the same theme.
    let found =
        [("billing.double_charge", Polarity::Neutral), ("contact.wait", Polarity::Negative)];
    let routing = router().route(&feedback(9.0), &classification("billing", &found));
    assert_eq!(routing.rule.as_ref(), "otherwise");
    let found = [("billing.double_charge", Polarity::Negative)];
    let routing = router().route(&feedback(9.0), &classification("billing", &found));
    assert_eq!((routing.rule.as_ref(), routing.policy.as_deref()), ("harm", Some("urgent")));
}

#[test]
fn what_no_route_takes_has_an_owner_and_no_task() {
    let mut classification = classification("customer_office", &[]);
    classification.contributors =
        vec![Contributor { department: department("billing"), weight: 1.0 }];
    let routing = router().route(&feedback(9.0), &classification);
    assert_eq!((routing.rule.as_ref(), routing.team.as_str()), ("otherwise", "triage"));
    assert_eq!((routing.task.as_ref(), routing.priority), (None, 4));
    assert_eq!(routing.contributors[0].task_id, None, "no task, so none to help with");
    assert_eq!(message(&routing, "route"), "no route holds");

    let own =
        format!("{ROUTES}[[route]]\nid = \"otherwise\"\ntask = \"investigate\"\npriority = 3\n");
    let routing = parse(&own, Given::ByUser).unwrap().route(&feedback(9.0), &classification);
    assert_eq!((routing.rule.as_ref(), routing.priority), ("otherwise", 3));
    assert_eq!(routing.task.map(|task| task.kind), Some(TaskKind::Investigate));
}

#[test]
fn nobody_is_contacted_who_refused_or_is_anonymous() {
    let consent = |contact| Some(Consent { contact, publish: Some(true) });
    let customer = |anonymous| Some(Customer { anonymous, ..Customer::default() });
    for (consent, customer, kind, why) in [
        (None, None, TaskKind::Contact, None),
        (consent(None), customer(None), TaskKind::Contact, None),
        (consent(Some(true)), customer(Some(false)), TaskKind::Contact, None),
        (consent(Some(false)), None, TaskKind::Investigate, Some("refused")),
        (None, customer(Some(true)), TaskKind::Investigate, Some("anonymous")),
        (consent(Some(true)), customer(Some(true)), TaskKind::Investigate, Some("anonymous")),
    ] {
        let mut feedback = feedback(3.0);
        (feedback.consent, feedback.customer) = (consent, customer);
        let routing = router().route(&feedback, &classification("billing", &[]));
        let task = routing.task.as_ref().unwrap();
        assert_eq!(task.kind, kind);
        assert_eq!(
            task.due.contact.is_some(),
            kind == TaskKind::Contact,
            "no clock for no contact"
        );
        assert!(task.due.resolve.is_some());
        match why {
            Some(why) => assert!(message(&routing, "no_contact").contains(why)),
            None => assert!(!codes(&routing).contains(&"no_contact")),
        }
    }
}

#[test]
fn tests_and_spam_open_nothing() {
    for status in [Status::Test, Status::Spam] {
        let mut feedback = feedback(3.0);
        feedback.status = Some(status);
        let mut classification =
            classification("billing", &[("staff.friendly", Polarity::Positive)]);
        classification.contributors =
            vec![Contributor { department: department("payments"), weight: 1.0 }];
        let routing = router().route(&feedback, &classification);
        assert_eq!(
            (routing.rule.as_ref(), &routing.task, &routing.policy),
            ("detractor", &None, &None)
        );
        assert_eq!(routing.kudos, []);
        assert_eq!(routing.contributors[0].task_id, None);
        assert_eq!(codes(&routing), ["route", "status"]);
    }
}

#[test]
fn due_times_count_from_what_is_known() {
    let mut feedback = feedback(3.0);
    let classification = classification("billing", &[]);
    feedback.received_at = None;
    let routing = router().route(&feedback, &classification);
    let due = routing.task.as_ref().unwrap().due.contact;
    assert_eq!(due, Some(at("2025-03-02T09:00:00Z")));
    assert!(message(&routing, "policy").ends_with("from occurred_at"));

    feedback.occurred_at = None;
    let routing = router().route(&feedback, &classification);
    assert_eq!(routing.task.as_ref().unwrap().due, feedback::Due::default());
    assert_eq!(routing.policy.as_deref(), Some("standard"), "the desk may start the clock");
    assert!(message(&routing, "no_clock").contains("neither"));

    feedback.received_at = Some(Timestamp::MAX);
    let routing = router().route(&feedback, &classification);
    assert_eq!(routing.task.unwrap().due, feedback::Due::default(), "time ends in the year 9999");
}

#[test]
fn reasons_speak_the_companys_language() {
    let mut given = feedback(3.0);
    given.consent = Some(Consent { contact: Some(false), ..Consent::default() });
    let found = [("billing.clear", Polarity::Positive)];
    let mut classification = classification("gone", &found);
    classification.contributors = vec![Contributor { department: department("lost"), weight: 0.5 }];
    let told = |language| {
        let routing = router().with_messages(language).route(&given, &classification);
        let told = routing.because.iter();
        told.map(|because| (because.code.to_string(), because.message.clone())).collect::<Vec<_>>()
    };
    let said = |all: &[(&str, &str)]| -> Vec<(String, String)> {
        all.iter().map(|(code, message)| ((*code).to_owned(), (*message).to_owned())).collect()
    };
    let english = [
        ("unknown_department", "gone is no department here: customer_office is accountable"),
        ("route", "score.nps <= 6"),
        ("no_contact", "contact refused: investigate"),
        ("policy", "standard, from received_at"),
        ("unknown_department", "lost is no department here: it can't help"),
        ("kudos", "praise for billing"),
    ];
    assert_eq!(told(MessageLanguage::English), said(&english));
    let dutch = [
        ("unknown_department", "gone is hier geen afdeling: customer_office is verantwoordelijk"),
        ("route", "score.nps <= 6"),
        ("no_contact", "contact geweigerd: onderzoeken"),
        ("policy", "standard, vanaf received_at"),
        ("unknown_department", "lost is hier geen afdeling: die kan niet helpen"),
        ("kudos", "lof voor billing"),
    ];
    assert_eq!(told(MessageLanguage::Dutch), said(&dutch));
}

#[test]
fn urgency_shapes_priority_whatever_the_score() {
    let text = r#"
[[route]]
id = "now"
when = 'urgency >= 0.8'
task = "contact"
priority = 1
"#;
    let router = parse(text, Given::ByUser).unwrap();
    for (urgency, rule, priority) in [(0.9, "now", 1), (0.8, "now", 1), (0.79, "otherwise", 4)] {
        let classification = Classification { urgency, ..classification("billing", &[]) };
        let routing = router.route(&feedback(10.0), &classification);
        assert_eq!((routing.rule.as_ref(), routing.priority), (rule, priority), "{urgency}");
    }
}

#[test]
fn praise_reaches_each_department_praised() {
    let found = [
        ("staff.friendly", Polarity::Positive),
        ("billing.clear", Polarity::Positive),
        ("contact.wait", Polarity::Positive),
    ];
    let given = feedback(10.0);
    let routing = router().route(&given, &classification("contact_centre", &found));
    let praised: Vec<_> = routing
        .kudos
        .iter()
        .map(|kudos| (kudos.id, kudos.team.as_str(), kudos.themes.clone()))
        .collect();
    let id = |of| KudosId::of(given.id, &department(of));
    let expected = [
        (id("billing"), "billing_desk", vec![theme("billing.clear")]),
        (id("contact_centre"), "floor", vec![theme("staff.friendly")]),
    ];
    assert_eq!(praised, expected);
    assert_eq!(message(&routing, "kudos"), "praise for billing");

    let not_positive = [("staff.friendly", Polarity::Negative), ("billing.clear", Polarity::Mixed)];
    let routing = router().route(&given, &classification("contact_centre", &not_positive));
    assert_eq!(routing.kudos, []);

    let mut employee = feedback(10.0);
    employee.respondent = Some(Respondent::Employee);
    let routing = router().route(&employee, &classification("contact_centre", &found));
    assert_eq!((routing.rule.as_ref(), &routing.kudos), ("staff", &Vec::new()));
    assert!(codes(&routing).contains(&"no_kudos"));
}

#[test]
fn praise_follows_the_owner_that_owners_toml_gave_the_theme() {
    let found = [("staff.friendly", Polarity::Positive), ("billing.clear", Polarity::Positive)];
    let mut classification = classification("payments", &found);
    classification.themes[0].department = Some(department("payments"));
    let routing = router().route(&feedback(10.0), &classification);
    let praised: Vec<_> = routing
        .kudos
        .iter()
        .map(|kudos| (kudos.department.as_str(), kudos.themes.clone()))
        .collect();
    let expected =
        [("billing", vec![theme("billing.clear")]), ("payments", vec![theme("staff.friendly")])];
    assert_eq!(praised, expected);
}

#[test]
fn departments_that_are_unknown_give_way_and_nobody_helps_twice() {
    let mut classification = classification("depot", &[]);
    classification.contributors = ["billing", "depot", "customer_office", "billing"]
        .map(|id| Contributor { department: department(id), weight: 0.5 })
        .to_vec();
    let routing = router().route(&feedback(3.0), &classification);
    assert_eq!((routing.department.as_str(), routing.team.as_str()), ("customer_office", "triage"));
    let helping: Vec<&str> =
        routing.contributors.iter().map(|contributor| contributor.department.as_str()).collect();
    assert_eq!(helping, ["billing"]);
    assert_eq!(codes(&routing).iter().filter(|code| **code == "unknown_department").count(), 2);
}
