//! A task's life: what leads where, what is refused and in which words.

use super::fixture::{
    Told, actor, all_changes, assigned, at, department, opening, required, resolved, sub_task,
    task_id, team,
};
use crate::{
    ActorKind, Brokenness, Change, Command, Event, MOVES, Move, Opening, Resolution, State, Status,
    Why, decide, replay,
};
use feedback::Verbatim;

const MONDAY: &str = "2026-03-02T09:00Z";

fn task() -> Told {
    Told::open(opening(at(MONDAY)))
}

fn at_work() -> Told {
    let mut told = task();
    told.does(MONDAY, Change::Acknowledged).does(MONDAY, Change::Started);
    told
}

fn refusal(told: &mut Told, kind: ActorKind, change: Change) -> Why {
    let later = at("2026-04-01T09:00Z");
    told.attempt(kind, later, change, Some("because")).expect_err("it is refused").why
}

/// The table as a contract: from each status, what may be done and where it leads.
#[test]
fn the_table_of_moves() {
    let mut table = Vec::new();
    for status in Status::ALL {
        let to = |wanted: &Move| match wanted.rule().to {
            crate::To::Status(to) => format!("{wanted} > {to}"),
            crate::To::Before => format!("{wanted} > before"),
            crate::To::Same => String::new(),
        };
        let from_here = MOVES.iter().filter(|rule| rule.from.contains(&status));
        let moves: Vec<String> = from_here.map(|rule| to(&rule.wanted)).collect();
        let moves: Vec<&str> =
            moves.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        table.push(format!("{status}: {}\n", moves.join(", ")));
    }
    let expected = "\
new: acknowledge > acknowledged, dispute > disputed, merge > duplicate, suppress > suppressed
acknowledged: start > in_progress, dispute > disputed, merge > duplicate, suppress > suppressed
in_progress: wait_for_customer > waiting_customer, wait_internally > waiting_internal, resolve > resolved, dispute > disputed, merge > duplicate, suppress > suppressed
waiting_customer: start > in_progress, wait_internally > waiting_internal, resolve > resolved, dispute > disputed, merge > duplicate, suppress > suppressed
waiting_internal: start > in_progress, wait_for_customer > waiting_customer, resolve > resolved, dispute > disputed, merge > duplicate, suppress > suppressed
resolved: close > closed, reopen > reopened
closed: reopen > reopened
reopened: acknowledge > acknowledged, start > in_progress, dispute > disputed, merge > duplicate, suppress > suppressed
disputed: accept_dispute > new, reject_dispute > before
duplicate: reopen > reopened
suppressed: reopen > reopened
";
    assert_eq!(table.concat(), expected);
}

#[test]
fn every_move_stands_in_the_table_once() {
    for change in all_changes() {
        let wanted = change.wanted().unwrap();
        assert_eq!(MOVES.iter().filter(|rule| rule.wanted == wanted).count(), 1, "{wanted}");
        assert_eq!(wanted.rule().wanted, wanted);
    }
}

#[test]
fn a_whole_life() {
    let mut told = at_work();
    told.does("2026-03-02T10:00Z", Change::Contacted { reached: true })
        .does("2026-03-02T10:10Z", Change::WaitingCustomer)
        .does("2026-03-03T10:00Z", Change::Started)
        .does("2026-03-03T11:00Z", resolved());
    assert_eq!(told.state.closes_at(), Some(at("2026-03-10T11:00Z")));
    told.attempt(ActorKind::Clock, at("2026-03-10T11:00Z"), Change::Closed, None).unwrap();
    assert_eq!(told.state.status, Status::Closed);
    assert_eq!(told.state.closes_at(), None);
    let resolution = told.state.resolution.unwrap();
    assert_eq!(resolution.root_cause.department, department("pricing"));
}

#[test]
fn a_refusal_says_where_it_stands_what_was_wanted_and_what_is_allowed() {
    let mut told = task();
    let refused = told.attempt(ActorKind::Person, at(MONDAY), resolved(), None).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "a task that is new can't resolve: this move doesn't start there; allowed: acknowledge, \
         dispute, merge, suppress, assign, prioritise, contact, declare_formal_complaint, \
         ask_contribution, end_contribution, reopen_contribution, waive_contribution, escalate, \
         record_follow_up"
    );
}

#[test]
fn some_moves_need_a_reason() {
    let mut told = task();
    for reason in [None, Some(" \n")] {
        let refused = told.attempt(ActorKind::Person, at(MONDAY), Change::Suppressed, reason);
        assert_eq!(refused.unwrap_err().why, Why::NoReason);
    }
    let long = "a".repeat(crate::WORDS_BYTES_MAX + 1);
    let refused = told.attempt(ActorKind::Person, at(MONDAY), Change::Suppressed, Some(&long));
    assert_eq!(refused.unwrap_err().why, Why::TooLong);
}

#[test]
fn what_was_done_must_be_told() {
    let Change::Resolved { resolution } = resolved() else { panic!("it is a resolution") };
    let silent = Resolution { action_taken: Verbatim::from(" "), ..resolution };
    let why = refusal(&mut at_work(), ActorKind::Person, Change::Resolved { resolution: silent });
    assert_eq!(why, Why::NoWords);
}

#[test]
fn the_customer_has_seven_days() {
    let mut told = at_work();
    told.does("2026-03-02T10:00Z", resolved());
    let soon = at("2026-03-09T09:59:59Z");
    let refused = told.attempt(ActorKind::Person, soon, Change::Closed, None).unwrap_err();
    assert_eq!(refused.why, Why::TooEarly(at("2026-03-09T10:00Z")));
}

#[test]
fn a_formal_complaint_is_not_done_away_with() {
    let mut told = task();
    told.does(MONDAY, Change::FormalComplaintDeclared);
    for change in all_changes() {
        let wanted = change.wanted().unwrap();
        if matches!(wanted, Move::Merge | Move::Suppress) {
            assert_eq!(refusal(&mut told, ActorKind::Person, change), Why::FormalComplaint);
        }
    }
    let again = refusal(&mut told, ActorKind::Person, Change::FormalComplaintDeclared);
    assert_eq!(again, Why::AlreadyFormal);
    told.does(MONDAY, Change::Acknowledged).does(MONDAY, Change::Started).does(MONDAY, resolved());
    assert_eq!(told.state.closes_at(), None);
    for timer in [ActorKind::Clock, ActorKind::Rule] {
        assert_eq!(refusal(&mut told, timer, Change::Closed), Why::FormalComplaint);
    }
    told.does("2026-03-20T09:00Z", Change::Closed);
}

#[test]
fn who_must_help_keeps_it_from_closing() {
    let opening = Opening { contributions: vec![required()], ..opening(at(MONDAY)) };
    let mut told = Told::open(opening);
    told.does(MONDAY, Change::Acknowledged).does(MONDAY, Change::Started).does(MONDAY, resolved());
    assert_eq!(told.state.closes_at(), None);
    let kind = ActorKind::Person;
    let open = || Why::ContributionOpen(sub_task());
    assert_eq!(refusal(&mut told, kind, Change::Closed), open());
    let (ended, again) = (
        Change::ContributionEnded { sub_task: sub_task() },
        Change::ContributionReopened { sub_task: sub_task() },
    );
    assert_eq!(refusal(&mut told, kind, again.clone()), Why::NoContribution);
    told.does(MONDAY, ended.clone()).does(MONDAY, again);
    assert_eq!(refusal(&mut told, kind, Change::Closed), open());
    let mut waived = told.clone();
    waived.does(MONDAY, Change::ContributionWaived { sub_task: sub_task() });
    for told in [&mut waived, told.does(MONDAY, ended)] {
        told.does("2026-03-20T09:00Z", Change::Closed);
    }
}

#[test]
fn who_may_help_keeps_nothing_open() {
    let optional = crate::Contribution { required: false, ..required() };
    let mut told = at_work();
    told.does(MONDAY, Change::ContributionAsked(optional)).does(MONDAY, resolved());
    assert_eq!(told.state.closes_at(), Some(at("2026-03-09T09:00Z")));
    told.does("2026-03-09T09:00Z", Change::Closed);
}

#[test]
fn a_task_that_is_taken_up_again_is_nobodys_duplicate() {
    let into = sub_task();
    let mut told = task();
    told.does(MONDAY, Change::Merged { into });
    assert_eq!((told.state.status, told.state.merged_into), (Status::Duplicate, Some(into)));
    told.does(MONDAY, Change::Reopened);
    assert_eq!((told.state.status, told.state.merged_into), (Status::Reopened, None));
}

#[test]
fn a_bad_answer_reopens_and_a_good_one_does_not() {
    let answered = |resolved_by_customer| Change::FollowUpAnswered {
        feedback_id: super::fixture::feedback_id(),
        resolved_by_customer,
    };
    let mut told = at_work();
    told.does(MONDAY, answered(false));
    assert_eq!(told.state.status, Status::InProgress, "nobody said that it was mended");
    told.does(MONDAY, resolved()).does(MONDAY, answered(true));
    assert_eq!(
        (told.state.status, told.state.resolved_by_customer),
        (Status::Resolved, Some(true))
    );
    told.does("2026-03-20T09:00Z", Change::Closed).does("2026-03-21T09:00Z", answered(false));
    assert_eq!(told.state.status, Status::Reopened);
    assert_eq!(told.state.resolved_at, None);
}

#[test]
fn a_dispute_goes_back_or_over() {
    let disputed = Change::Disputed { department: department("logistics") };
    let mut told = at_work();
    told.does(MONDAY, disputed.clone()).does(MONDAY, Change::DisputeRejected);
    assert_eq!((told.state.status, told.state.handovers), (Status::InProgress, 0));
    told.does(MONDAY, disputed);
    assert_eq!(told.state.disputed_as, Some(department("logistics")));
    let (department, team) = (department("logistics"), team("island_desk"));
    told.does(MONDAY, Change::DisputeAccepted { department, team });
    assert_eq!((told.state.status, told.state.handovers), (Status::New, 1));
    told.does(MONDAY, assigned("logistics", "night_desk"));
    assert_eq!(told.state.handovers, 1, "another team of the same department");
}

#[test]
fn who_speaks_with_the_customer_has_seen_the_task() {
    let mut told = task();
    told.does(MONDAY, Change::Contacted { reached: false });
    assert_eq!((told.state.status, told.state.contacted), (Status::New, false));
    told.does(MONDAY, Change::Contacted { reached: true });
    assert_eq!((told.state.status, told.state.contacted), (Status::Acknowledged, true));
    assert_eq!((told.events.len(), told.state.contact_attempts), (4, 2));
}

#[test]
fn what_else_is_refused() {
    let person = ActorKind::Person;
    let step = |percent| Change::Escalated(crate::Step { target: crate::Target::Contact, percent });
    let mut told = task();
    told.does(MONDAY, Change::ContributionAsked(required())).does(MONDAY, step(75));
    let opened = Change::Opened(opening(at(MONDAY)));
    for (change, why) in [
        (opened, Why::AlreadyOpen),
        (Change::Merged { into: task_id() }, Why::IntoItself),
        (Change::Prioritised { priority: 0 }, Why::BadPriority),
        (Change::Prioritised { priority: 5 }, Why::BadPriority),
        (Change::ContributionAsked(required()), Why::ContributionKnown),
        (step(75), Why::AlreadyEscalated),
        (step(80), Why::BadPercent),
    ] {
        assert_eq!(refusal(&mut told, person, change.clone()), why, "{change:?}");
    }
}

#[test]
fn time_is_never_turned_back() {
    let mut told = task();
    told.does("2026-03-01T00:00Z", Change::Acknowledged);
    assert_eq!(told.events[1].at, at(MONDAY));
    let future = opening(at("2030-01-01T00:00Z"));
    let event = crate::open(task_id(), future, at(MONDAY), actor(ActorKind::Rule), None);
    assert_eq!(State::opened(&event).unwrap().since, at(MONDAY));
}

#[test]
fn what_is_no_history() {
    let told = at_work();
    let cut = |events: &[Event]| replay(events).unwrap_err();
    assert_eq!(cut(&[]), Brokenness::Empty);
    assert_eq!(cut(&told.events[1..]), Brokenness::Opening(2));
    let [first, second, third] = told.events.as_slice() else { panic!("there are three") };
    assert_eq!(cut(&[first.clone(), first.clone()]), Brokenness::Opening(1));
    assert_eq!(cut(&[first.clone(), third.clone()]), Brokenness::Sequence(3));
    let foreign = Event { task_id: sub_task(), ..second.clone() };
    assert_eq!(cut(&[first.clone(), foreign]), Brokenness::Sequence(2));
}

/// The record of task.events is a contract.
#[test]
fn an_event_as_json() {
    let mut told = task();
    let change = Change::Disputed { department: department("logistics") };
    told.attempt(ActorKind::Person, at(MONDAY), change, Some("not ours")).unwrap();
    let json = serde_json::to_value(&told.events[1]).unwrap();
    let expected = serde_json::json!({
        "event_id": "EVENT", "task_id": task_id().to_string(), "sequence": 2, "type": "disputed",
        "at": "2026-03-02T09:00:00Z", "actor": {"kind": "person", "id": "someone"},
        "from": "new", "to": "disputed", "reason": "not ours", "department": "logistics",
    });
    let id = json["event_id"].as_str().unwrap().to_owned();
    assert_eq!(json.to_string().replace(&id, "EVENT"), expected.to_string());
    assert_eq!(id, "d4a5aef2-4945-5f3b-b67e-e9062c77ff8c");
    let command = Command {
        at: at(MONDAY),
        actor: actor(ActorKind::Person),
        change: Change::DisputeRejected,
        reason: Some(Verbatim::from("a customer's words")),
    };
    let shown = format!("{:?}", decide(&told.state, command).unwrap());
    assert!(!shown.contains("words"), "{shown}");
}
