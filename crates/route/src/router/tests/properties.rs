//! What must hold for every feedback and whatever was found in it.

use std::sync::Arc;

use feedback::{
    Classification, Consent, Contributor, Customer, Feedback, FeedbackId, Flag, Given, KudosId,
    Metric, Polarity, Respondent, Routing, Score, Sentiment, Status, TaskKind,
};
use jiff::Timestamp;
use proptest::prelude::*;

use super::classification;
use crate::fixture::{ROUTES, department, departments, parse, router, themes};

prop_compose! {
    fn any_feedback()(
        number in 0_u32..1_000,
        nps in proptest::option::of(0_u8..=10),
        respondent in proptest::option::of(prop::sample::select(vec!["customer", "employee", "bird"])),
        status in proptest::option::of(prop::sample::select(vec!["complete", "test", "spam", "odd"])),
        received in proptest::option::of(any::<i32>()),
        occurred in proptest::option::of(any::<i32>()),
        contact in proptest::option::of(any::<bool>()),
        anonymous in proptest::option::of(any::<bool>()),
    ) -> Feedback {
        let id = FeedbackId::of_source_id("test", &number.to_string());
        let mut feedback = Feedback::new(id, Arc::from("test"));
        feedback.scores = nps
            .map(|nps| Score::on_default_scale(Metric::Nps, f64::from(nps)))
            .into_iter()
            .collect();
        feedback.respondent = respondent.map(Respondent::from_name);
        feedback.status = status.map(Status::from_name);
        let time = |seconds: i32| Timestamp::from_second(i64::from(seconds)).unwrap();
        feedback.received_at = received.map(time);
        feedback.occurred_at = occurred.map(time);
        feedback.consent = Some(Consent { contact, publish: None });
        feedback.customer = Some(Customer { anonymous, ..Customer::default() });
        feedback
    }
}

fn any_polarity() -> impl Strategy<Value = Polarity> {
    prop::sample::select(vec![
        Polarity::Positive,
        Polarity::Negative,
        Polarity::Neutral,
        Polarity::Mixed,
    ])
}

prop_compose! {
    fn any_classification()(
        owner in prop::sample::select(vec!["billing", "payments", "customer_office", "unknown"]),
        found in prop::collection::vec(
            (
                prop::sample::select(vec![
                    "billing.fees", "billing.double_charge", "contact.wait", "staff.friendly",
                    "billing.clear", "unknown.theme",
                ]),
                any_polarity(),
            ),
            0..5,
        ),
        helping in prop::collection::vec(
            prop::sample::select(vec!["billing", "payments", "contact_centre", "unknown"]),
            0..4,
        ),
        flags in prop::sample::subsequence(Flag::ALL.to_vec(), 0..3),
        sentiment in proptest::option::of(any_polarity()),
        urgency in 0.0_f64..=1.0,
    ) -> Classification {
        let mut classification = classification(owner, &found);
        classification.contributors = helping
            .into_iter()
            .map(|id| Contributor { department: department(id), weight: 0.5 })
            .collect();
        classification.flags = flags;
        classification.urgency = urgency;
        classification.sentiment =
            sentiment.map(|label| Sentiment { score: 0.0, label, confidence: 1.0 });
        classification
    }
}

proptest! {
    #[test]
    fn every_feedback_has_one_known_department_with_its_team(
        feedback in any_feedback(), classification in any_classification(),
    ) {
        let routing = router().route(&feedback, &classification);
        let departments = departments();
        let owner = departments.get(&routing.department);
        prop_assert_eq!(owner.map(|owner| &owner.team), Some(&routing.team));
        prop_assert!((1..=4).contains(&routing.priority));
        let mut helping: Vec<_> =
            routing.contributors.iter().map(|contributor| &contributor.department).collect();
        for contributor in &routing.contributors {
            prop_assert_eq!(&departments.get(&contributor.department).unwrap().team, &contributor.team);
            prop_assert_eq!(contributor.task_id.is_some(), routing.task.is_some());
        }
        helping.push(&routing.department);
        let count = helping.len();
        helping.sort();
        helping.dedup();
        prop_assert_eq!(helping.len(), count, "no department is there twice");
    }

    #[test]
    fn a_due_time_is_the_policys_and_counts_from_what_is_known(
        feedback in any_feedback(), classification in any_classification(),
    ) {
        let routing = router().route(&feedback, &classification);
        prop_assert_eq!(routing.policy.is_some(), routing.task.is_some() && routing.rule.as_ref() != "fees");
        let Some(task) = routing.task else { return Ok(()) };
        let may_contact = feedback.consent.unwrap().contact != Some(false)
            && feedback.customer.unwrap().anonymous != Some(true);
        prop_assert!(task.kind == TaskKind::Investigate || may_contact);
        prop_assert!(task.kind == TaskKind::Contact || task.due.contact.is_none());
        let start = feedback.received_at.or(feedback.occurred_at);
        prop_assert_eq!(task.due.resolve.is_some(), start.is_some() && routing.policy.is_some());
        for due in [task.due.acknowledge, task.due.contact, task.due.resolve].into_iter().flatten() {
            prop_assert!(due > start.unwrap());
        }
        prop_assert!(!matches!(feedback.status, Some(Status::Test | Status::Spam)));
    }

    #[test]
    fn the_same_input_gives_the_same_bytes(
        feedback in any_feedback(), classification in any_classification(),
    ) {
        let bytes = |routing: Routing| serde_json::to_vec(&routing).unwrap();
        let one = bytes(router().route(&feedback, &classification));
        let two = bytes(router().route(&feedback, &classification));
        prop_assert_eq!(&one, &two);
        let read: Routing = serde_json::from_slice(&one).unwrap();
        prop_assert_eq!(bytes(read), one);
    }

    #[test]
    fn the_first_route_that_holds_alone_wins(
        feedback in any_feedback(), classification in any_classification(),
    ) {
        let (policies, routes) = ROUTES.split_at(ROUTES.find("[[route]]\nid = \"harm\"").unwrap());
        let mut alone = routes.split("\n[[route]]\n").map(|route| {
            let route = route.trim_start_matches("[[route]]\n");
            let mut file = String::new();
            for policy in policies.split_inclusive("\n\n") {
                let id = policy.lines().find_map(|line| line.strip_prefix("id = "));
                if id.is_some_and(|id| route.contains(&format!("policy = {id}\n"))) {
                    file.push_str(policy);
                }
            }
            parse(&format!("{file}[[route]]\n{route}"), Given::ByUser).unwrap()
        });
        let first = alone.find_map(|router| {
            let routing = router.route(&feedback, &classification);
            (routing.rule.as_ref() != "otherwise").then_some(routing)
        });
        let routing = router().route(&feedback, &classification);
        prop_assert_eq!(first.is_none(), routing.rule.as_ref() == "otherwise");
        prop_assert!(first.is_none_or(|first| first == routing));
    }

    #[test]
    fn only_praised_departments_get_kudos(
        feedback in any_feedback(), classification in any_classification(),
    ) {
        let traits = themes();
        for kudos in router().route(&feedback, &classification).kudos {
            prop_assert!(!kudos.themes.is_empty());
            prop_assert_eq!(kudos.id, KudosId::of(feedback.id, &kudos.department));
            for id in &kudos.themes {
                prop_assert!(traits[id].praise);
                prop_assert_eq!(&traits[id].department, &kudos.department);
                let praised = classification
                    .themes
                    .iter()
                    .any(|theme| theme.id == *id && theme.polarity == Polarity::Positive);
                prop_assert!(praised);
            }
        }
    }
}
