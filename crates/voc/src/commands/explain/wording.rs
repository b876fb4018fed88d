//! How what was found is said, on the page and in the terminal alike.

use feedback::{Classification, Routing, TaskKind};

/// `billing (team billing-nl)`
pub(super) fn accountable(routing: &Routing) -> String {
    format!("{} (team {})", routing.department, routing.team)
}

/// `detractor: a task: contact the customer, priority 2`
pub(super) fn route(routing: &Routing) -> String {
    let work = routing.task.as_ref().map_or("no task", |task| match task.kind {
        TaskKind::Contact => "a task: contact the customer",
        TaskKind::Investigate => "a task: investigate",
    });
    format!("{}: {work}, priority {}", routing.rule, routing.priority)
}

/// `negative (-0.71, confidence 0.80)`; `None` where nothing was felt or said.
pub(super) fn sentiment(classification: &Classification) -> Option<String> {
    let sentiment = classification.sentiment.as_ref()?;
    let (label, score) = (sentiment.label.name(), sentiment.score);
    Some(format!("{label} ({score:+.2}, confidence {:.2})", sentiment.confidence))
}

/// `complaint, urgency 0.55`
pub(super) fn intent(classification: &Classification) -> String {
    format!("{}, urgency {:.2}", classification.intent.name(), classification.urgency)
}

/// `anger 0.60, disappointment 0.40`; `None` where there is no emotion.
pub(super) fn emotions(classification: &Classification) -> Option<String> {
    let emotions = classification.emotions.iter();
    listed(emotions.map(|emotion| format!("{} {:.2}", emotion.name, emotion.intensity)))
}

/// `churn_risk, legal`; `None` where there is no flag.
pub(super) fn flags(classification: &Classification) -> Option<String> {
    listed(classification.flags.iter().map(|flag| flag.name()))
}

/// All of them, with commas between; `None` where there are none.
pub(super) fn listed(parts: impl Iterator<Item = impl ToString>) -> Option<String> {
    let parts: Vec<String> = parts.map(|part| part.to_string()).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
