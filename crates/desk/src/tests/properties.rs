//! What holds for every task whatever is wanted of it.

use proptest::prelude::*;

use super::fixture::{Told, all_changes, clock, histories, opening};
use crate::{ActorKind, Event, MOVES, Move, Status, replay};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_replayed_history_is_the_same_task((_, told) in histories()) {
        prop_assert_eq!(&replay(&told.events).unwrap(), &told.state);
        let json = serde_json::to_string(&told.events).unwrap();
        let read: Vec<Event> = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&read, &told.events);
        let clock = clock();
        prop_assert_eq!(clock.readings(&read), clock.readings(&told.events));
        let state = serde_json::to_string(&told.state).unwrap();
        prop_assert_eq!(&serde_json::from_str::<crate::State>(&state).unwrap(), &told.state);
    }

    #[test]
    fn events_follow_one_another((_, told) in histories()) {
        for (before, after) in told.events.iter().zip(told.events.iter().skip(1)) {
            prop_assert_eq!(after.sequence, before.sequence + 1);
            prop_assert_eq!(after.from, Some(before.to));
            prop_assert!(after.at >= before.at);
            prop_assert_ne!(after.event_id, before.event_id);
            let rule = after.change.wanted().unwrap().rule();
            prop_assert!(rule.from.contains(&before.to));
        }
    }

    #[test]
    fn no_end_without_what_it_needs((_, told) in histories()) {
        let mut formal = false;
        for end in 1..=told.events.len() {
            let state = replay(&told.events[..end]).unwrap();
            prop_assert!(!formal || state.formal_complaint, "it stays one");
            formal = state.formal_complaint;
            let done_away = matches!(state.status, Status::Duplicate | Status::Suppressed);
            prop_assert!(!(formal && done_away));
            prop_assert_eq!(state.status == Status::Disputed, state.status_before.is_some());
            prop_assert_eq!(usize::from(state.level), state.escalations.len());
            let mended = matches!(state.status, Status::Resolved | Status::Closed);
            prop_assert_eq!(mended, state.resolved_at.is_some());
            prop_assert!(!mended || state.resolution.is_some());
            let event = &told.events[end - 1];
            if event.change.wanted() == Some(Move::Close) {
                prop_assert_eq!(state.open_contribution(), None);
            }
        }
    }

    /// Whoever is refused is told moves that the table has, and never the one just refused.
    #[test]
    fn a_refusal_names_what_is_allowed((_, told) in histories(), clock in any::<bool>()) {
        let kind = if clock { ActorKind::Clock } else { ActorKind::Person };
        for change in all_changes() {
            let mut told: Told = told.clone();
            let now = told.state.changed_at;
            let Err(refused) = told.attempt(kind, now, change.clone(), None) else { continue };
            prop_assert_eq!(refused.wanted, change.wanted());
            for allowed in &refused.instead {
                let from_here = |rule: &&crate::Rule| rule.from.contains(&refused.status);
                let mut rules = MOVES.iter().filter(from_here);
                prop_assert!(rules.any(|rule| rule.wanted == *allowed));
                prop_assert_ne!(Some(*allowed), refused.wanted);
            }
            let text = refused.to_string();
            prop_assert!(text.contains(refused.status.name()));
            prop_assert!(text.contains(change.wanted().unwrap().name()));
        }
    }
}

/// A task is open as long as nobody ends it, and what ends it can be undone.
#[test]
fn whatever_is_over_can_be_reopened() {
    for status in Status::ALL.into_iter().filter(|status| status.is_over()) {
        assert!(Move::Reopen.rule().from.contains(&status), "{status}");
    }
    let told = Told::open(opening(super::fixture::at("2026-03-02T09:00Z")));
    assert!(!told.state.status.is_over());
}
