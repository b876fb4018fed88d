//! Tasks of a small company, and their histories.

use feedback::{DepartmentId, FeedbackId, Files, Given, TaskId, TaskKind, TeamId, Verbatim};
use jiff::Timestamp;
use proptest::prelude::*;

use crate::{
    Actor, ActorKind, Change, Clock, Command, Contribution, Event, FILE, Opening, Refused,
    Resolution, RootCause, RootCauseKind, State, apply, decide, open,
};

/// Four calendars in three time zones; the island moves its clocks by half an hour.
pub(super) const CLOCK: &str = r#"
[[calendar]]
id = "office"
time_zone = "Europe/Amsterdam"
day = "8h"
holidays = ["01-01", "easter+1", "12-25", "2026-05-05"]
[calendar.hours]
monday = ["09:00-17:00"]
tuesday = ["09:00-17:00"]
wednesday = ["09:00-17:00"]
thursday = ["09:00-12:30", "13:00-17:30"]
friday = ["09:00-17:00"]
[[calendar]]
id = "seven_days"
time_zone = "Europe/Amsterdam"
day = "8h"
holidays = ["12-25"]
[calendar.hours]
monday = ["08:00-20:00"]
tuesday = ["08:00-20:00"]
wednesday = ["08:00-20:00"]
thursday = ["08:00-20:00"]
friday = ["08:00-20:00"]
saturday = ["10:00-16:00"]
sunday = ["01:30-02:45", "12:00-16:00"]
[[calendar]]
id = "night"
time_zone = "America/New_York"
day = "12h"
[calendar.hours]
monday = ["00:00-06:00", "18:00-24:00"]
wednesday = ["18:00-24:00"]
saturday = ["18:00-24:00"]
sunday = ["00:00-06:00"]
[[calendar]]
id = "island"
time_zone = "Australia/Lord_Howe"
day = "24h"
[calendar.hours]
monday = ["00:00-24:00"]
tuesday = ["00:00-24:00"]
thursday = ["00:00-24:00"]
friday = ["00:00-24:00"]
saturday = ["00:00-24:00"]
sunday = ["00:00-24:00"]
[default]
calendar = "office"
weekend_calendar = "seven_days"
[[team]]
id = "night_desk"
calendar = "night"
[[team]]
id = "island_desk"
calendar = "island"
[[target]]
priority = 1
acknowledge = { calendar = "1h" }
contact = { calendar = "4h" }
resolve = { calendar = "2d" }
[[target]]
priority = 2
acknowledge = { business = "4h" }
contact = { calendar = "24h" }
resolve = { business = "3d" }
[[target]]
priority = 3
contact = { business = "2d" }
resolve = { business = "4d" }
[public]
answer = { business = "1h" }
[formal_complaint]
final_answer = "6d"
"#;

pub(super) fn clock() -> Clock {
    let mut files = Files::new();
    files.insert(FILE, Given::ByUser, CLOCK);
    Clock::parse(&files, None).unwrap()
}

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(super) fn department(text: &str) -> DepartmentId {
    DepartmentId::new(text).unwrap()
}

pub(super) fn team(text: &str) -> TeamId {
    TeamId::new(text).unwrap()
}

pub(super) fn feedback_id() -> FeedbackId {
    FeedbackId::of_source_id("default", "42")
}

pub(super) fn task_id() -> TaskId {
    TaskId::of_feedback(feedback_id())
}

/// The sub-task of the department `logistics`.
pub(super) fn sub_task() -> TaskId {
    TaskId::of_contributor(feedback_id(), &department("logistics"))
}

pub(super) fn opening(since: Timestamp) -> Opening {
    Opening {
        feedback_id: feedback_id(),
        kind: TaskKind::Contact,
        department: department("billing"),
        team: team("billing_desk"),
        priority: 2,
        since,
        public: false,
        formal_complaint: false,
        part_of: None,
        contributions: Vec::new(),
    }
}

pub(super) fn actor(kind: ActorKind) -> Actor {
    Actor { kind, id: "someone".to_owned() }
}

pub(super) fn resolved() -> Change {
    let text = Verbatim::from("the tariff was entered twice");
    let root_cause =
        RootCause { kind: RootCauseKind::Process, text, department: department("pricing") };
    let action_taken = Verbatim::from("paid back");
    Change::Resolved {
        resolution: Resolution { root_cause, action_taken, resolved_by_agent: true },
    }
}

pub(super) fn assigned(to_department: &str, to_team: &str) -> Change {
    let (department, team) = (department(to_department), team(to_team));
    Change::Assigned { department, team, person: None }
}

pub(super) fn required() -> Contribution {
    Contribution { sub_task: sub_task(), department: department("logistics"), required: true }
}

/// A task with its history.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) state: State,
    pub(super) events: Vec<Event>,
}

impl Told {
    /// A task that is opened when its clock begins to count.
    pub(super) fn open(opening: Opening) -> Self {
        let since = opening.since;
        let event = open(task_id(), opening, since, actor(ActorKind::Rule), None);
        Self { state: State::opened(&event).unwrap(), events: vec![event] }
    }

    pub(super) fn attempt(
        &mut self,
        kind: ActorKind,
        at: Timestamp,
        change: Change,
        reason: Option<&str>,
    ) -> Result<(), Refused> {
        let reason = reason.map(Verbatim::from);
        let events = decide(&self.state, Command { at, actor: actor(kind), change, reason })?;
        for event in events {
            self.state = apply(self.state.clone(), &event);
            self.events.push(event);
        }
        Ok(())
    }

    /// What a person does, with a reason; it must be allowed.
    pub(super) fn does(&mut self, when: &str, change: Change) -> &mut Self {
        let done = self.attempt(ActorKind::Person, at(when), change, Some("because"));
        done.unwrap_or_else(|refused| panic!("{refused}"));
        self
    }
}

/// All that can be wanted of a task, once each at least.
pub(super) fn all_changes() -> Vec<Change> {
    let into = TaskId::of_feedback(FeedbackId::of_source_id("default", "7"));
    let answered = |resolved_by_customer| Change::FollowUpAnswered {
        feedback_id: FeedbackId::of_source_id("survey", "1"),
        resolved_by_customer,
    };
    vec![
        Change::Acknowledged,
        Change::Started,
        Change::WaitingCustomer,
        Change::WaitingInternal,
        resolved(),
        Change::Closed,
        Change::Reopened,
        Change::Disputed { department: department("logistics") },
        Change::DisputeAccepted { department: department("logistics"), team: team("island_desk") },
        Change::DisputeRejected,
        Change::Merged { into },
        Change::Suppressed,
        assigned("billing", "billing_desk"),
        assigned("billing", "night_desk"),
        assigned("logistics", "island_desk"),
        Change::Prioritised { priority: 1 },
        Change::Prioritised { priority: 3 },
        Change::Contacted { reached: true },
        Change::Contacted { reached: false },
        Change::FormalComplaintDeclared,
        Change::ContributionAsked(required()),
        Change::ContributionEnded { sub_task: sub_task() },
        Change::ContributionReopened { sub_task: sub_task() },
        Change::ContributionWaived { sub_task: sub_task() },
        Change::Escalated(crate::Step { target: crate::Target::Resolve, percent: 75 }),
        answered(true),
        answered(false),
    ]
}

/// The moments around which histories happen: changes of the clocks, Easter, a leap day, a year's end.
pub(super) const BASES: [&str; 4] =
    ["2026-03-20T00:00Z", "2026-10-15T00:00Z", "2028-02-20T00:00Z", "2026-12-20T00:00Z"];

/// The longest that a history's events lie apart, in minutes; up to ten of them.
const GAP_MAX: i64 = 2_400;

/// Histories of up to ten commands that were allowed, minutes or days apart, in whole minutes.
pub(super) fn histories() -> impl Strategy<Value = (usize, Told)> {
    let gap = prop_oneof![0..90_i64, 0..GAP_MAX];
    let steps = prop::collection::vec((gap, any::<prop::sample::Index>()), 0..10);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), 1..4_u8, 0..3_usize);
    (0..BASES.len(), 0..20_000_i64, flags, steps).prop_map(|(base, minute, flags, steps)| {
        let (public, formal_complaint, contact, priority, whose) = flags;
        let mut now = at(BASES[base]).as_second() + minute * 60;
        let moment = |second| Timestamp::from_second(second).unwrap();
        let kind = if contact { TaskKind::Contact } else { TaskKind::Investigate };
        let team = team(["billing_desk", "night_desk", "island_desk"][whose]);
        let opening =
            Opening { kind, team, priority, public, formal_complaint, ..opening(moment(now)) };
        let mut told = Told::open(opening);
        let changes = all_changes();
        for (gap, index) in steps {
            now += gap * 60;
            let first = index.index(changes.len());
            for change in changes[first..].iter().chain(&changes[..first]) {
                let reason = Some("because");
                let person = ActorKind::Person;
                if told.attempt(person, moment(now), change.clone(), reason).is_ok() {
                    break;
                }
            }
        }
        (base, told)
    })
}
