//! Due times and the reasons for them: cases that a person can check with a paper calendar.

use feedback::{Departments, Files, Given, MessageLanguage};
use jiff::Timestamp;
use proptest::prelude::*;

use super::fixture::{CLOCK, Told, assigned, at, clock, histories, opening, resolved, team};
use crate::calendar::Calendar;
use crate::{Change, Clock, DEFAULT, FILE, Opening, Reading, Standing, Target};

fn reading(clock: &Clock, told: &Told, target: Target) -> Reading {
    let readings = clock.readings(&told.events);
    readings.into_iter().find(|reading| reading.target == target).unwrap()
}

fn due(told: &Told, target: Target) -> Option<Timestamp> {
    reading(&clock(), told, target).due
}

fn words(reading: &Reading) -> Vec<&str> {
    reading.because.iter().map(|because| because.message.as_str()).collect()
}

/// Acknowledge: 4 hours of office time. Resolve: 3 days of 8 hours. Office hours are Monday to Friday
/// from 9 to 17, Thursday from 9 to 12:30 and from 13 to 17:30.
#[test]
fn office_hours() {
    for (since, acknowledge, resolve) in [
        // A Monday morning.
        ("2026-03-02T10:00+01", "2026-03-02T14:00+01", "2026-03-05T10:00+01"),
        // Before and after work, and in the weekend.
        ("2026-03-02T03:00+01", "2026-03-02T13:00+01", "2026-03-04T17:00+01"),
        ("2026-03-06T18:00+01", "2026-03-09T13:00+01", "2026-03-11T17:00+01"),
        ("2026-03-07T12:00+01", "2026-03-09T13:00+01", "2026-03-11T17:00+01"),
        // Exactly at the end of the day.
        ("2026-03-02T13:00+01", "2026-03-02T17:00+01", "2026-03-05T13:30+01"),
        // Over lunch on a Thursday.
        ("2026-03-05T12:00+01", "2026-03-05T16:30+01", "2026-03-10T12:00+01"),
        // Easter Monday, and the clocks went forward the weekend before that.
        ("2026-04-03T16:00+02", "2026-04-07T12:00+02", "2026-04-09T16:30+02"),
        ("2026-03-27T16:00+01", "2026-03-30T12:00+02", "2026-04-01T16:00+02"),
        // The clocks go back.
        ("2026-10-23T16:00+02", "2026-10-26T12:00+01", "2026-10-28T16:00+01"),
        // A leap day is a Tuesday like any other.
        ("2028-02-28T16:00+01", "2028-02-29T12:00+01", "2028-03-02T16:30+01"),
    ] {
        let told = Told::open(opening(at(since)));
        assert_eq!(due(&told, Target::Acknowledge), Some(at(acknowledge)), "{since}");
        assert_eq!(due(&told, Target::Resolve), Some(at(resolve)), "{since}");
        assert_eq!(
            due(&told, Target::Contact).unwrap().duration_since(at(since)).as_hours(),
            24,
            "around the clock, {since}"
        );
    }
}

/// First answers in public are given on Saturdays too, where the team has a calendar for that.
#[test]
fn public_posts() {
    let saturday = at("2026-03-07T11:00+01");
    let post = |team: &str| {
        let team = super::fixture::team(team);
        Told::open(Opening { public: true, team, ..opening(saturday) })
    };
    let mut told = post("billing_desk");
    assert_eq!(due(&told, Target::Answer), Some(at("2026-03-07T12:00+01")));
    told.does("2026-03-07T11:10+01", Change::Acknowledged);
    let standing = reading(&clock(), &told, Target::Answer).standing;
    assert_eq!(standing, Standing::Running, "to have seen it is no answer");
    told.does("2026-03-07T11:59+01", Change::Contacted { reached: true });
    let answer = reading(&clock(), &told, Target::Answer);
    assert!(!answer.is_missed(at("2026-04-01T00:00Z")));
    assert_eq!(due(&post("night_desk"), Target::Answer), Some(at("2026-03-07T19:00-05")));
    let told = clock().readings(&told.events);
    assert!(told.iter().all(|reading| reading.target != Target::Contact));
}

#[test]
fn only_the_customer_stops_the_clock() {
    let mut told = Told::open(opening(at("2026-03-02T10:00+01")));
    told.does("2026-03-02T11:00+01", Change::Acknowledged)
        .does("2026-03-02T11:00+01", Change::Started)
        .does("2026-03-02T12:00+01", Change::WaitingInternal);
    assert_eq!(due(&told, Target::Resolve), Some(at("2026-03-05T10:00+01")));
    told.does("2026-03-02T16:00+01", Change::WaitingCustomer);
    let paused = reading(&clock(), &told, Target::Resolve);
    assert_eq!((paused.due, paused.three_quarters), (None, None));
    let since = at("2026-03-02T16:00+01");
    assert_eq!(paused.standing, Standing::Paused { since, left_seconds: 18 * 3_600 });
    told.does("2026-03-04T09:00+01", Change::Started);
    assert_eq!(due(&told, Target::Resolve), Some(at("2026-03-06T11:00+01")));
}

#[test]
fn neither_reopening_nor_another_team_gives_time_back() {
    let mut told = Told::open(opening(at("2026-03-02T09:00+01")));
    told.does("2026-03-02T09:00+01", Change::Acknowledged)
        .does("2026-03-02T09:00+01", Change::Started)
        .does("2026-03-02T17:00+01", resolved());
    let done = reading(&clock(), &told, Target::Resolve);
    assert_eq!(done.standing, Standing::Met { at: at("2026-03-02T17:00+01") });
    assert_eq!(done.due, Some(at("2026-03-04T17:00+01")), "it would have been due then");
    // Two days later: 16 hours are left.
    told.does("2026-03-04T09:00+01", Change::Reopened);
    assert_eq!(due(&told, Target::Resolve), Some(at("2026-03-05T17:30+01")));
    // After 8 of them a team takes over where it is Thursday already, and every hour of that counts.
    told.does("2026-03-04T17:00+01", assigned("logistics", "island_desk"));
    assert_eq!(due(&told, Target::Resolve), Some(at("2026-03-05T01:00+01")));
    // First priority: two days around the clock, of which 8 hours were spent before it was resolved.
    told.does("2026-03-04T18:00+01", Change::Prioritised { priority: 1 });
    assert_eq!(due(&told, Target::Resolve), Some(at("2026-03-06T01:00+01")));
}

#[test]
fn a_formal_complaint_has_a_clock_that_nothing_stops() {
    let complaint = Opening { formal_complaint: true, ..opening(at("2026-03-27T10:00Z")) };
    let mut told = Told::open(complaint);
    told.does("2026-03-27T10:00Z", Change::Acknowledged)
        .does("2026-03-27T10:00Z", Change::Started)
        .does("2026-03-27T11:00Z", Change::WaitingCustomer);
    let due = Some(at("2026-04-02T10:00Z"));
    let answer = reading(&clock(), &told, Target::FinalAnswer);
    assert_eq!((answer.standing, answer.due), (Standing::Running, due));
    told.does("2026-03-28T10:00Z", resolved()).does("2026-04-01T10:00Z", Change::Reopened);
    let answer = reading(&clock(), &told, Target::FinalAnswer);
    assert_eq!((answer.standing, answer.due), (Standing::Running, due));
    assert!(answer.is_missed(at("2026-04-02T10:00:01Z")));
    assert!(!answer.is_missed(at("2026-04-02T10:00Z")));
}

#[test]
fn what_is_over_without_contact_is_told() {
    let mut told = Told::open(opening(at("2026-03-02T10:00+01")));
    told.does("2026-03-02T11:00+01", Change::Acknowledged)
        .does("2026-03-02T11:00+01", Change::Started)
        .does("2026-03-02T12:00+01", resolved())
        .does("2026-03-10T12:00+01", Change::Closed);
    let contact = reading(&clock(), &told, Target::Contact);
    assert_eq!(contact.standing, Standing::Ended { at: at("2026-03-02T12:00+01") });
    assert!(!contact.is_missed(at("2026-03-20T12:00+01")), "a week's wait is no delay");
    // Who calls after it was resolved is not late: no time was spent since.
    let mut told = Told { events: told.events[..4].to_vec(), ..told };
    told.state = crate::replay(&told.events).unwrap();
    told.does("2026-03-09T12:00+01", Change::Contacted { reached: true });
    let contact = reading(&clock(), &told, Target::Contact);
    assert_eq!((contact.due, contact.is_missed(at("2026-03-20T12:00+01"))), (None, false));
}

fn explained() -> Told {
    let mut told = Told::open(opening(at("2026-04-03T18:00+02")));
    told.does("2026-04-07T10:00+02", Change::Acknowledged)
        .does("2026-04-07T10:00+02", Change::Started)
        .does("2026-04-07T11:00+02", Change::WaitingCustomer)
        .does("2026-04-08T09:00+02", Change::Started)
        .does("2026-04-08T10:00+02", assigned("logistics", "island_desk"))
        .does("2026-04-08T10:30+02", Change::WaitingCustomer);
    told
}

#[test]
fn every_due_time_and_pause_explains_itself() {
    let told = explained();
    let resolve = reading(&clock(), &told, Target::Resolve);
    assert_eq!(
        words(&resolve),
        [
            "resolve within 3d of working time (24h by calendar office)",
            "Sat 2026-04-04 03:00 is outside working time: counts from Tue 2026-04-07 17:30 (Australia/Lord_Howe)",
            "stood still from Tue 2026-04-07 19:30 to Wed 2026-04-08 17:30: waiting for the customer",
            "from Wed 2026-04-08 18:30 the hours of island_desk count (calendar island); what was spent stays spent",
            "Mon 2026-04-06 is a holiday: not counted",
            "stands still since Wed 2026-04-08 19:00, with 21h left: waiting for the customer",
        ]
    );
    let acknowledge = reading(&clock(), &told, Target::Acknowledge);
    assert_eq!(
        words(&acknowledge),
        [
            "acknowledge within 4h of working time (calendar office)",
            "Sat 2026-04-04 03:00 is outside working time: counts from Tue 2026-04-07 17:30 (Australia/Lord_Howe)",
            "Mon 2026-04-06 is a holiday: not counted",
            "done Tue 2026-04-07 18:30, in time",
        ]
    );
    // The island's clocks went back by half an hour that night.
    let contact = reading(&clock(), &told, Target::Contact);
    assert_eq!(
        words(&contact),
        [
            "contact within 24h, nights and weekends included",
            "counts from Sat 2026-04-04 03:00 (Australia/Lord_Howe)",
            "due Sun 2026-04-05 02:30",
        ]
    );
}

#[test]
fn what_came_after_it_was_over_is_told_too() {
    let mut told = Told::open(opening(at("2026-03-02T10:00+01")));
    told.does("2026-03-02T10:00+01", Change::Acknowledged)
        .does("2026-03-02T10:00+01", Change::Started)
        .does("2026-03-02T11:00+01", resolved())
        .does("2026-03-03T11:00+01", Change::Reopened);
    let resolve = reading(&clock(), &told, Target::Resolve);
    assert_eq!(
        words(&resolve)[2..],
        [
            "stood still from Mon 2026-03-02 11:00 to Tue 2026-03-03 11:00: there was nothing to do",
            "due Fri 2026-03-06 10:00",
        ]
    );
    told.does("2026-03-04T11:00+01", Change::Suppressed);
    let resolve = reading(&clock(), &told, Target::Resolve);
    assert_eq!(words(&resolve)[3..], ["the task was over Wed 2026-03-04 11:00 without it"]);
    let post =
        Opening { public: true, team: team("night_desk"), ..opening(at("2026-03-07T11:00+01")) };
    let answer = reading(&clock(), &Told::open(post), Target::Answer);
    assert_eq!(words(&answer)[2], "night_desk has no weekend calendar: weekends don't count");
}

#[test]
fn in_dutch_too() {
    let told = explained();
    let clock = clock().with_messages(MessageLanguage::Dutch);
    assert_eq!(
        words(&reading(&clock, &told, Target::Resolve)),
        [
            "oplossen binnen 3d werktijd (24u volgens kalender office)",
            "za 2026-04-04 03:00 is buiten werktijd: telt vanaf di 2026-04-07 17:30 (Australia/Lord_Howe)",
            "stond stil van di 2026-04-07 19:30 tot wo 2026-04-08 17:30: wachten op de klant",
            "vanaf wo 2026-04-08 18:30 tellen de uren van island_desk (kalender island); wat op is, blijft op",
            "ma 2026-04-06 is een vrije dag: telt niet",
            "staat stil sinds wo 2026-04-08 19:00, met nog 21u: wachten op de klant",
        ]
    );
}

#[test]
fn the_default_is_sound_and_says_what_it_lacks() {
    let files = Files::new();
    let clock = Clock::parse(&files, None).unwrap();
    assert!(DEFAULT.contains("Europe/Amsterdam"));
    let mut files = Files::new();
    let text = "[[department]]\nid = \"care\"\nteam = \"service_desk\"\nfallback = true\n";
    files.insert("departments.toml", Given::ByUser, text);
    let departments = Departments::parse(&files).unwrap().unwrap();
    let warnings = clock.warnings(&departments);
    assert_eq!(warnings.len(), 1);
    assert_eq!(
        (warnings[0].code.as_str(), warnings[0].file.as_str()),
        ("no_weekend_calendar", FILE)
    );
    files.insert(FILE, Given::ByUser, CLOCK);
    let clock = Clock::parse(&files, None).unwrap();
    assert!(clock.warnings(&departments).is_empty());
    let unknown = Clock::parse(&files, Some(&departments)).unwrap_err();
    assert!(unknown.iter().all(|problem| problem.code == "unknown_team"), "{unknown:?}");
}

/// Whether the wall clock shows an opening time, asked for each second.
fn second_by_second(calendar: &Calendar, from: i64, to: i64) -> i64 {
    let open = (from..to).filter(|second| {
        let local = calendar.local(*second).unwrap();
        let since_midnight = i64::from(local.hour()) * 3_600
            + i64::from(local.minute()) * 60
            + i64::from(local.second());
        let weekday = usize::try_from(local.weekday().to_monday_zero_offset()).unwrap();
        calendar.week[weekday].iter().any(|hours| hours.contains(&since_midnight))
    });
    i64::try_from(open.count()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Around the nights in which clocks are changed: by an hour, by half an hour.
    #[test]
    fn seconds_are_counted_as_the_wall_shows_them(
        night in prop::sample::select(vec![
            ("seven_days", "2026-03-29T01:00Z"), ("seven_days", "2026-10-25T01:00Z"),
            ("night", "2026-03-08T07:00Z"), ("night", "2026-11-01T06:00Z"),
            ("island", "2026-04-04T15:00Z"), ("island", "2026-10-03T15:30Z"),
        ]),
        before in 0..9_000_i64,
        length in 1..9_000_i64,
        percent in 0..100_i64,
    ) {
        let (id, change) = night;
        let clock = clock();
        let teams = ["night_desk", "island_desk", "billing_desk"].map(team);
        let calendars = teams.iter().flat_map(|team| {
            [clock.calendar(Target::Resolve, team), clock.calendar(Target::Answer, team)]
        });
        let calendar = calendars.into_iter().find(|calendar| &*calendar.id == id).unwrap();
        let from = at(change).as_second() - before;
        let open = calendar.open_seconds(from, from + length);
        prop_assert_eq!(open, second_by_second(calendar, from, from + length));
        let needed = (open * percent / 100).max(1);
        if needed <= open {
            let moment = calendar.after(from, needed).unwrap();
            prop_assert_eq!(calendar.open_seconds(from, moment), needed);
            prop_assert_eq!(calendar.open_seconds(from, moment - 1), needed - 1, "no later");
        }
    }

    /// Who gets it, how loudly it is called for and who helps moves no due time.
    #[test]
    fn what_does_not_move_the_clock((_, told) in histories(), person in any::<bool>()) {
        let clock = clock();
        let before = clock.readings(&told.events);
        let state = told.state.clone();
        let step = crate::Step { target: Target::Contact, percent: 75 };
        let (department, team) = (state.department, state.team);
        let person = person.then(|| "p7".to_owned());
        for change in [
            Change::Assigned { department, team, person },
            Change::Escalated(step),
            Change::ContributionAsked(super::fixture::required()),
        ] {
            let mut told = told.clone();
            let now = state.changed_at + jiff::SignedDuration::from_hours(50);
            if told.attempt(crate::ActorKind::Person, now, change, None).is_ok() {
                prop_assert_eq!(&clock.readings(&told.events), &before);
            }
        }
    }
}
