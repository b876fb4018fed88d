//! Escalation: on time, once, and after a time in which nobody looked without a storm.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::fixture::{Told, at, clock, histories, opening, resolved};
use crate::{Change, Clock, Event, Step, Target, apply, replay};

/// What escalates by `now`; it is written into the history.
fn look(clock: &Clock, told: &mut Told, now: Timestamp) -> Vec<Step> {
    let readings = clock.readings(&told.events);
    let events = clock.escalations(&told.state, &readings, now);
    for event in &events {
        told.state = apply(told.state.clone(), event);
    }
    told.events.extend(events.iter().cloned());
    events.iter().map(step).collect()
}

fn step(event: &Event) -> Step {
    match event.change {
        Change::Escalated(step) => step,
        _ => panic!("only escalations"),
    }
}

fn steps(list: &[(Target, u8)]) -> Vec<Step> {
    list.iter().map(|(target, percent)| Step { target: *target, percent: *percent }).collect()
}

#[test]
fn at_three_quarters_and_at_the_end_once_each() {
    let clock = clock();
    let mut told = Told::open(opening(at("2026-03-02T10:00+01")));
    let readings = clock.readings(&told.events);
    assert_eq!(clock.next_at(&told.state, &readings), Some(at("2026-03-02T13:00+01")));
    assert_eq!(look(&clock, &mut told, at("2026-03-02T12:59:59+01")), []);
    let first = steps(&[(Target::Acknowledge, 75)]);
    assert_eq!(look(&clock, &mut told, at("2026-03-02T13:00+01")), first);
    assert_eq!(look(&clock, &mut told, at("2026-03-02T13:30+01")), []);
    assert_eq!(told.state.level, 1);
    let reason = told.events[1].reason.as_ref().unwrap().as_str();
    assert_eq!(reason, "acknowledge: 75 % of the time was spent Mon 2026-03-02 13:00");
    let second = steps(&[(Target::Acknowledge, 100)]);
    assert_eq!(look(&clock, &mut told, at("2026-03-02T14:00+01")), second);
    assert_eq!(told.state.level, 2);
}

/// Down from Monday to Friday: each step once, in the order of their times; what was met in between
/// needs nobody.
#[test]
fn after_downtime_each_step_once() {
    let clock = clock();
    let mut told = Told::open(opening(at("2026-03-02T10:00+01")));
    told.does("2026-03-04T10:00+01", Change::Acknowledged);
    let friday = at("2026-03-06T10:00+01");
    let all = [(Target::Contact, 75), (Target::Contact, 100), (Target::Resolve, 75)];
    let all = [&all[..], &[(Target::Resolve, 100)]].concat();
    assert_eq!(look(&clock, &mut told, friday), steps(&all));
    assert_eq!(look(&clock, &mut told, friday), []);
    assert_eq!(told.state.level, 4);
    told.does("2026-03-06T11:00+01", Change::Started).does("2026-03-06T11:00+01", resolved());
    let closes = Some(at("2026-03-13T11:00+01"));
    assert_eq!(clock.next_at(&told.state, &clock.readings(&told.events)), closes);
    told.does("2026-03-09T11:00+01", Change::Reopened);
    assert_eq!(look(&clock, &mut told, at("2026-04-01T11:00+01")), [], "once means once");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Looking every few hours, looking once at the end, and forgetting everything between two looks
    /// take the same steps; no step is taken twice.
    #[test]
    fn however_often_one_looks((_, told) in histories(), every in 1..40_i64) {
        let clock = clock();
        let (mut often, mut once) = (told.clone(), told);
        let end = once.state.changed_at + SignedDuration::from_hours(20 * 24);
        let mut now = often.state.changed_at;
        let mut taken = Vec::new();
        while now < end {
            taken.extend(look(&clock, &mut often, now));
            often.state = replay(&often.events).unwrap();
            now += SignedDuration::from_hours(every);
        }
        taken.extend(look(&clock, &mut often, end));
        let late = look(&clock, &mut once, end);
        prop_assert_eq!(&often.state.escalations, &once.state.escalations);
        prop_assert_eq!(often.state.level, once.state.level);
        taken.sort();
        let mut distinct = taken.clone();
        distinct.dedup();
        prop_assert_eq!(&taken, &distinct);
        let mut late = late;
        late.sort();
        prop_assert_eq!(taken, late);
    }

    /// There is nothing to do before the time that is told.
    #[test]
    fn nothing_happens_before_it_is_told((_, told) in histories()) {
        let clock = clock();
        let mut told = told;
        for _ in 0..12 {
            let readings = clock.readings(&told.events);
            let Some(next) = clock.next_at(&told.state, &readings) else { break };
            let before = next - SignedDuration::from_secs(1);
            prop_assert!(clock.escalations(&told.state, &readings, before).is_empty());
            let now = next.max(told.state.changed_at);
            if look(&clock, &mut told, now).is_empty() {
                prop_assert_eq!(told.state.closes_at(), Some(next));
                break;
            }
        }
    }
}
