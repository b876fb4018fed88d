//! Who must be told that time runs out: at three quarters of a target's time, and when it is spent.
//!
//! Each step is taken once, and written into the history, so that a restart doesn't repeat it. After a
//! time in which nobody looked, each step that was passed is taken once, however late; a target that was
//! met meanwhile needs nobody's attention, and takes none.

use feedback::Verbatim;
use jiff::Timestamp;

use crate::{
    Actor, ActorKind, Change, Clock, Command, Event, Reading, Standing, State, Step, apply, decide,
};

/// How much of a target's time must be spent for a step, in percent.
pub const PERCENTS: [u8; 2] = [75, 100];

impl Clock {
    /// The escalations due by `now` and not yet taken, in the order in which their times came; each
    /// raises the task's level by one. `readings` are those of the same history as `state`.
    pub fn escalations(&self, state: &State, readings: &[Reading], now: Timestamp) -> Vec<Event> {
        let mut due: Vec<(Timestamp, Step)> = pending(state, readings).collect();
        due.retain(|(at, _)| *at <= now);
        due.sort();
        let (mut state, mut events) = (state.clone(), Vec::new());
        for (at, step) in due {
            let calendar = self.calendar(step.target, &state.team);
            let at = self.messages.time(calendar, at.as_second());
            let reason = self.messages.escalated(step.target, step.percent, &at);
            let command = Command {
                at: now,
                actor: Actor { kind: ActorKind::Clock, id: "escalation".to_owned() },
                change: Change::Escalated(step),
                reason: Some(Verbatim::from(reason)),
            };
            for event in decide(&state, command).unwrap_or_default() {
                state = apply(state, &event);
                events.push(event);
            }
        }
        events
    }

    /// When to look again, if nothing happens before: the next escalation, or when the task closes by
    /// itself. In the past where that is overdue; `None` where time alone changes nothing.
    pub fn next_at(&self, state: &State, readings: &[Reading]) -> Option<Timestamp> {
        let escalations = pending(state, readings).map(|(at, _)| at);
        escalations.chain(state.closes_at()).min()
    }
}

/// The steps not yet taken of targets that are still to be met, and when their time comes.
fn pending(state: &State, readings: &[Reading]) -> impl Iterator<Item = (Timestamp, Step)> {
    let unmet = |reading: &&Reading| {
        matches!(reading.standing, Standing::Running | Standing::Paused { .. })
    };
    let steps = readings.iter().filter(unmet).flat_map(|reading| {
        let times = [reading.three_quarters, reading.due];
        PERCENTS
            .into_iter()
            .zip(times)
            .filter_map(|(percent, at)| Some((at?, Step { target: reading.target, percent })))
    });
    steps.filter(|(_, step)| !state.escalations.contains(step))
}
