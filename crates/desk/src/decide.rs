//! What follows from a command: events, or a refusal. The table of moves says from where; here stands
//! what else must hold.

use feedback::{EventId, TaskId, Verbatim};
use jiff::{SignedDuration, Timestamp};

use crate::escalation::PERCENTS;
use crate::{
    Actor, ActorKind, Change, Event, MOVES, Move, Opening, Refused, Resolution, State, Status, To,
    Why, apply,
};

/// How long a resolved task stays open to the customer's objection: seven days of 24 hours.
pub const CLOSES_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The longest reason, root cause or action, in bytes of UTF-8.
pub const WORDS_BYTES_MAX: usize = 8_000;

/// Something that somebody wants to happen to a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// When it is wanted. A clock that runs behind doesn't turn time back: what happens, happens no
    /// earlier than what happened before.
    pub at: Timestamp,
    /// Who wants it.
    pub actor: Actor,
    /// What shall happen.
    pub change: Change,
    /// Why, in words; some moves need it.
    pub reason: Option<Verbatim>,
}

/// The first event of a task. Its clock never counts from the future.
pub fn open(
    task_id: TaskId,
    mut opening: Opening,
    at: Timestamp,
    actor: Actor,
    reason: Option<Verbatim>,
) -> Event {
    opening.since = opening.since.min(at);
    Event {
        event_id: EventId::of(task_id, 1),
        task_id,
        sequence: 1,
        change: Change::Opened(opening),
        at,
        actor,
        from: None,
        to: Status::New,
        reason,
    }
}

/// The events that follow from `command`: usually one. Speaking with the customer of a new task also
/// acknowledges it; the answer that it isn't mended also reopens it.
pub fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refused> {
    let wanted = command.change.wanted();
    check(state, &command).map_err(|why| Refused {
        status: state.status,
        wanted,
        instead: allowed(state, command.actor.kind).filter(|it| Some(*it) != wanted).collect(),
        why,
    })?;
    let mut changes = vec![command.change];
    match changes.as_slice() {
        [Change::Contacted { reached: true }] if state.status == Status::New => {
            changes.insert(0, Change::Acknowledged);
        }
        [Change::FollowUpAnswered { resolved_by_customer: false, .. }]
            if matches!(state.status, Status::Resolved | Status::Closed) =>
        {
            changes.push(Change::Reopened);
        }
        _ => {}
    }
    let mut now = state.clone();
    let mut events = Vec::with_capacity(changes.len());
    for change in changes {
        let event = next(&now, change, command.at, &command.actor, command.reason.as_ref());
        now = apply(now, &event);
        events.push(event);
    }
    Ok(events)
}

/// What an actor of that kind may do as the task stands, by the table and for a formal complaint.
fn allowed(state: &State, actor: ActorKind) -> impl Iterator<Item = Move> {
    let from_here = MOVES.iter().filter(|rule| rule.from.contains(&state.status));
    from_here.map(|rule| rule.wanted).filter(move |wanted| !is_withheld(state, actor, *wanted))
}

/// A formal complaint can't be merged away, suppressed or closed by a timer.
fn is_withheld(state: &State, actor: ActorKind, wanted: Move) -> bool {
    let away = matches!(wanted, Move::Merge | Move::Suppress);
    let by_itself = wanted == Move::Close && actor != ActorKind::Person;
    state.formal_complaint && (away || by_itself)
}

fn check(state: &State, command: &Command) -> Result<(), Why> {
    let wanted = command.change.wanted().ok_or(Why::AlreadyOpen)?;
    let rule = wanted.rule();
    if !rule.from.contains(&state.status) {
        return Err(Why::NotFromHere);
    }
    if is_withheld(state, command.actor.kind, wanted) {
        return Err(Why::FormalComplaint);
    }
    let reason = command.reason.as_ref();
    if rule.needs_reason && reason.is_none_or(is_blank) {
        return Err(Why::NoReason);
    }
    if reason.is_some_and(is_too_long) {
        return Err(Why::TooLong);
    }
    let open = |sub_task: &TaskId| state.sub_tasks.get(sub_task).map(|sub| sub.open);
    let must = |holds: bool, why: Why| if holds { Ok(()) } else { Err(why) };
    match &command.change {
        Change::Resolved { resolution } => check_words(resolution),
        Change::Closed => check_close(state, command.at),
        Change::Merged { into } => must(*into != state.task_id, Why::IntoItself),
        Change::Prioritised { priority } => must((1..=4).contains(priority), Why::BadPriority),
        Change::FormalComplaintDeclared => must(!state.formal_complaint, Why::AlreadyFormal),
        Change::ContributionAsked(asked) => {
            must(open(&asked.sub_task).is_none(), Why::ContributionKnown)
        }
        Change::ContributionEnded { sub_task } | Change::ContributionWaived { sub_task } => {
            must(open(sub_task) == Some(true), Why::NoContribution)
        }
        Change::ContributionReopened { sub_task } => {
            must(open(sub_task) == Some(false), Why::NoContribution)
        }
        Change::Escalated(step) => {
            must(PERCENTS.contains(&step.percent), Why::BadPercent)?;
            must(!state.escalations.contains(step), Why::AlreadyEscalated)
        }
        _ => Ok(()),
    }
}

fn is_blank(words: &Verbatim) -> bool {
    words.as_str().trim().is_empty()
}

fn is_too_long(words: &Verbatim) -> bool {
    words.len() > WORDS_BYTES_MAX
}

fn check_words(resolution: &Resolution) -> Result<(), Why> {
    let words = [&resolution.root_cause.text, &resolution.action_taken];
    if words.into_iter().any(is_blank) {
        return Err(Why::NoWords);
    }
    if words.into_iter().any(is_too_long) {
        return Err(Why::TooLong);
    }
    Ok(())
}

/// Cause and action are known since it was resolved: here the departments that help and the customer
/// must have had their turn.
fn check_close(state: &State, at: Timestamp) -> Result<(), Why> {
    if let Some(sub_task) = state.open_contribution() {
        return Err(Why::ContributionOpen(sub_task));
    }
    let resolved_at = state.resolved_at.unwrap_or(state.changed_at);
    match resolved_at.checked_add(CLOSES_AFTER) {
        Ok(earliest) if at < earliest => Err(Why::TooEarly(earliest)),
        _ => Ok(()),
    }
}

fn next(
    state: &State,
    change: Change,
    at: Timestamp,
    actor: &Actor,
    reason: Option<&Verbatim>,
) -> Event {
    let to = match change.wanted().map(|wanted| wanted.rule().to) {
        Some(To::Status(status)) => status,
        Some(To::Before) => state.status_before.unwrap_or(Status::New),
        Some(To::Same) | None => state.status,
    };
    let sequence = state.sequence + 1;
    Event {
        event_id: EventId::of(state.task_id, sequence),
        task_id: state.task_id,
        sequence,
        change,
        at: at.max(state.changed_at),
        actor: actor.clone(),
        from: Some(state.status),
        to,
        reason: reason.cloned(),
    }
}
