//! Ten thousand random histories, each counted twice: by the clock, and minute by minute by a plain and
//! slow reference that asks, for each minute, who had the task, where it stood and whether the clock on
//! that team's wall showed an opening time.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;
use proptest::prelude::*;

use super::fixture::{BASES, Told, at, clock, histories};
use crate::{Change, Event, Standing, Status, Target};

const MINUTE: i64 = 60;
/// Further than any target of these tests reaches.
const MINUTES: usize = 120 * 24 * 60;

/// The calendars of the fixture, once more, by hand: zone, hours in minutes per weekday, days off.
fn is_open(calendar: &str, weekday: i8, minute: i32, date: &str) -> bool {
    let within = |from: i32, to: i32| (from..to).contains(&minute);
    let easter_monday = ["2026-04-06", "2028-04-17"].contains(&date);
    match calendar {
        "office" => {
            let off = date.ends_with("-01-01") || date.ends_with("-12-25");
            let off = off || easter_monday || date == "2026-05-05";
            let open = match weekday {
                0..=2 | 4 => within(540, 1020),
                3 => within(540, 750) || within(780, 1050),
                _ => false,
            };
            open && !off
        }
        "seven_days" => {
            let open = match weekday {
                0..=4 => within(480, 1200),
                5 => within(600, 960),
                _ => within(90, 165) || within(720, 960),
            };
            open && !date.ends_with("-12-25")
        }
        "night" => match weekday {
            0 => within(0, 360) || within(1080, 1440),
            2 | 5 => within(1080, 1440),
            6 => within(0, 360),
            _ => false,
        },
        "island" => weekday != 2,
        other => panic!("no calendar {other}"),
    }
}

/// For each calendar and base, whether each minute after the base is open.
fn tables() -> &'static BTreeMap<(&'static str, usize), Vec<bool>> {
    static TABLES: OnceLock<BTreeMap<(&str, usize), Vec<bool>>> = OnceLock::new();
    TABLES.get_or_init(|| {
        let mut tables = BTreeMap::new();
        for (calendar, zone) in [
            ("office", "Europe/Amsterdam"),
            ("seven_days", "Europe/Amsterdam"),
            ("night", "America/New_York"),
            ("island", "Australia/Lord_Howe"),
        ] {
            let zone = TimeZoneDatabase::bundled().get(zone).unwrap();
            for (index, base) in BASES.into_iter().enumerate() {
                let base = at(base).as_second();
                let minutes = (0..MINUTES).map(|minute| {
                    let second = base + i64::try_from(minute).unwrap() * MINUTE;
                    let local = Timestamp::from_second(second).unwrap().to_zoned(zone.clone());
                    let weekday = local.weekday().to_monday_zero_offset();
                    let minute = i32::from(local.hour()) * 60 + i32::from(local.minute());
                    is_open(calendar, weekday, minute, &local.date().to_string())
                });
                tables.insert((calendar, index), minutes.collect());
            }
        }
        tables
    })
}

fn calendar(team: &str, target: Target) -> &'static str {
    match team {
        "night_desk" => "night",
        "island_desk" => "island",
        _ if target == Target::Answer => "seven_days",
        _ => "office",
    }
}

/// Hours of the target, and whether all time counts; by the fixture's clock.toml, once more by hand.
fn target_hours(target: Target, priority: u8, first_team: &str) -> Option<(i64, bool)> {
    let day = match calendar(first_team, target) {
        "night" => 12,
        "island" => 24,
        _ => 8,
    };
    Some(match (target, priority) {
        (Target::Acknowledge, 1) => (1, true),
        (Target::Acknowledge, 2) => (4, false),
        (Target::Contact, 1) => (4, true),
        (Target::Contact, 2) => (24, true),
        (Target::Contact, 3) => (2 * day, false),
        (Target::Answer, _) => (1, false),
        (Target::Resolve, 1) => (48, true),
        (Target::Resolve, 2) => (3 * day, false),
        (Target::Resolve, 3) => (4 * day, false),
        (Target::FinalAnswer, _) => (6 * 24, true),
        _ => return None,
    })
}

/// What the reference finds of one target.
#[derive(Debug, PartialEq)]
struct Found {
    is: &'static str,
    missed: bool,
    due: Option<i64>,
    three_quarters: Option<i64>,
    left: Option<i64>,
}

fn over(status: Status) -> bool {
    use Status::{Closed, Duplicate, Resolved, Suppressed};
    [Resolved, Closed, Duplicate, Suppressed].contains(&status)
}

/// The second and the priority at which the target was met, read off the events alone.
fn met(events: &[Event], target: Target) -> Option<(i64, u8)> {
    let (mut priority, mut met) = (0, None);
    for event in events {
        match &event.change {
            Change::Opened(opening) => priority = opening.priority,
            Change::Prioritised { priority: given } => priority = *given,
            _ => {}
        }
        let now = (event.at.as_second(), priority);
        match target {
            Target::Acknowledge if event.change == Change::Acknowledged => {
                met = met.or(Some(now));
            }
            Target::Contact | Target::Answer
                if event.change == (Change::Contacted { reached: true }) =>
            {
                met = met.or(Some(now));
            }
            Target::Resolve | Target::FinalAnswer => match event.change {
                Change::Resolved { .. } => met = Some(now),
                Change::Reopened => met = None,
                _ => {}
            },
            _ => {}
        }
    }
    // A priority given while it is resolved is still the task's.
    let resolves = matches!(target, Target::Resolve | Target::FinalAnswer);
    met.map(|(second, then)| (second, if resolves { priority } else { then }))
}

fn reference(told: &Told, base: usize, target: Target) -> Option<Found> {
    let events = &told.events;
    let Change::Opened(opening) = &events[0].change else { panic!("it opens") };
    let met = met(events, target);
    let priority = met.map_or(told.state.priority, |(_, priority)| priority);
    let (hours, all_time) = target_hours(target, priority, opening.team.as_str())?;
    let allowed = hours * 3_600;
    let last = events.last().unwrap();
    let since = opening.since.as_second();
    let start = at(BASES[base]).as_second();
    // Since when it is over, where it is in the end.
    let ended = over(last.to).then(|| {
        let back = events.iter().rev().take_while(|event| over(event.to));
        back.last().unwrap().at.as_second()
    });
    let never_stops = target == Target::FinalAnswer;
    let until = met.map(|(second, _)| second).or(ended);
    let (mut status, mut team) = (Status::New, opening.team.as_str());
    let (mut spent, mut due, mut three_quarters) = (0, None, None);
    let mut coming = events.iter().peekable();
    let mut now = since;
    loop {
        while let Some(event) = coming.next_if(|event| event.at.as_second() <= now) {
            status = event.to;
            match &event.change {
                Change::Assigned { team: given, .. }
                | Change::DisputeAccepted { team: given, .. } => team = given.as_str(),
                _ => {}
            }
        }
        let runs = never_stops || !(over(status) || status == Status::WaitingCustomer);
        if until.is_some_and(|until| now >= until) || due.is_some() {
            break;
        }
        if coming.peek().is_none() && !runs {
            break;
        }
        let minute = usize::try_from((now - start) / MINUTE).unwrap();
        let counts = all_time || tables()[&(calendar(team, target), base)][minute];
        now += MINUTE;
        if !(runs && counts) {
            continue;
        }
        spent += MINUTE;
        if spent * 100 >= allowed * 75 {
            three_quarters = three_quarters.or(Some(now));
        }
        if spent >= allowed {
            due = Some(now);
        }
    }
    let is = match (met, ended, last.to) {
        (Some(_), ..) => "met",
        (None, Some(_), _) => "ended",
        (None, None, Status::WaitingCustomer) if !never_stops => "paused",
        _ => "running",
    };
    let missed = until.is_some_and(|until| due.is_some_and(|due| due < until));
    let left = (is == "paused").then_some((allowed - spent).max(0));
    Some(Found { is, missed, due, three_quarters, left })
}

fn found(reading: &crate::Reading) -> Found {
    let (is, left) = match reading.standing {
        Standing::Running => ("running", None),
        Standing::Paused { left_seconds, .. } => ("paused", Some(left_seconds)),
        Standing::Met { .. } => ("met", None),
        Standing::Ended { .. } => ("ended", None),
    };
    let over = matches!(is, "met" | "ended");
    let missed = over && reading.is_missed(Timestamp::MAX);
    let second = |at: Option<Timestamp>| at.map(Timestamp::as_second);
    let (due, three_quarters) = (second(reading.due), second(reading.three_quarters));
    Found { is, missed, due, three_quarters, left }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn the_clock_agrees_with_a_plain_and_slow_reference((base, told) in histories()) {
        let readings = clock().readings(&told.events);
        for target in Target::ALL {
            let state = &told.state;
            let speaks = state.kind == feedback::TaskKind::Contact;
            let has = match target {
                Target::Contact => speaks && !state.public,
                Target::Answer => speaks && state.public,
                Target::FinalAnswer => state.formal_complaint,
                Target::Acknowledge | Target::Resolve => true,
            };
            let mut slow = reference(&told, base, target).filter(|_| has);
            let reading = readings.iter().find(|reading| reading.target == target);
            let mut quick = reading.map(found);
            // Of what is over in time, the clock also tells when it would have been due.
            if let (Some(slow), Some(quick)) = (&mut slow, &mut quick)
                && matches!(slow.is, "met" | "ended")
            {
                if !slow.missed {
                    (slow.due, quick.due) = (None, None);
                }
                (slow.three_quarters, quick.three_quarters) = (None, None);
            }
            prop_assert_eq!(quick, slow, "{:?}", target);
        }
    }
}
