//! The stage itself: which route holds, whose the work is, by when, and whom to praise.
//!
//! Everybody's feedback follows the same routes, also employees' and partners': a route that must
//! treat them otherwise says so (`respondent = "employee"`).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use feedback::condition::{Facts, ThemeFacts};
use feedback::{
    Because, Classification, DepartmentId, Departments, Due, Feedback, FeedbackId, Files, Kudos,
    KudosId, MessageLanguage, Polarity, Problem, RoutedContributor, Routing, Status, Task, TaskId,
    TaskKind, Term, ThemeId,
};
use serde::Serialize;

use crate::config::{self, Config, Outcome};
use crate::example::RouteExample;
use crate::known::Known;
use crate::messages::Messages;
use crate::policy::Policy;
use crate::{FILE, ThemeTraits};

/// The severity of a theme that the taxonomy doesn't know: below the scale.
const SEVERITY_UNKNOWN: u8 = 0;

/// The compiled routes.toml. Immutable, and shared between threads.
///
/// It serialises to what of routes.toml shapes output, for the configuration's hash: the routes in
/// their order, each with its policy. Departments and themes stand in that hash by themselves; the
/// examples shape nothing.
#[derive(Debug, Serialize)]
pub struct Router {
    #[serde(flatten)]
    config: Config,
    #[serde(skip)]
    departments: Departments,
    #[serde(skip)]
    themes: BTreeMap<ThemeId, ThemeTraits>,
    #[serde(skip)]
    messages: Messages,
}

impl Router {
    /// Reads routes.toml; `themes` holds every theme of the taxonomy. The error holds all problems,
    /// in the order of the file. Without the file, everything takes the route `otherwise`.
    pub fn parse(
        files: &Files,
        departments: &Departments,
        themes: BTreeMap<ThemeId, ThemeTraits>,
    ) -> Result<Self, Vec<Problem>> {
        let known = Known {
            themes: Some(&themes),
            departments: Some(departments),
            given: files.given(FILE),
        };
        let config = config::parse(files, known)?;
        let messages = Messages::default();
        Ok(Self { config, departments: departments.clone(), themes, messages })
    }

    /// The same router with its reasons in `language`; they are in English else.
    #[must_use]
    pub fn with_messages(self, language: MessageLanguage) -> Self {
        Self { messages: Messages(language), ..self }
    }

    /// What is wrong with routes.toml where the rest of the configuration can't be used: what isn't
    /// known of departments and themes, isn't judged.
    pub fn problems(
        files: &Files,
        departments: Option<&Departments>,
        themes: Option<&BTreeMap<ThemeId, ThemeTraits>>,
    ) -> Vec<Problem> {
        let known = Known { themes, departments, given: files.given(FILE) };
        config::parse(files, known).err().unwrap_or_default()
    }

    /// The examples of routes.toml, in its order.
    pub fn examples(&self) -> &[RouteExample] {
        &self.config.examples
    }

    /// The work that follows from `feedback`, of which `classification` says what it is about.
    ///
    /// * Exactly one department, with its team; a department that departments.toml doesn't know gives
    ///   way to the fallback.
    /// * A task to contact becomes one to investigate where the customer is anonymous or refused
    ///   contact. An investigation has no due time for contact.
    /// * What a source calls a test or spam opens no task and passes no praise on.
    /// * Due times count from `received_at`, else `occurred_at`; absent where neither is known.
    /// * Each contributor gets a task where the accountable department does. Each department that
    ///   is accountable for a praise theme found with positive polarity gets kudos: the one that
    ///   owners.toml gave the theme to, where it did (who came to the door is praised, not the
    ///   contact centre).
    pub fn route(&self, feedback: &Feedback, classification: &Classification) -> Routing {
        let mut because = Vec::new();
        let department = self.owner(&classification.department);
        if *department != classification.department {
            let given = &classification.department;
            let message = self.messages.unknown_accountable(given, department);
            because.push(reason("unknown_department", message));
        }
        let outcome = self.outcome(feedback, classification, department, &mut because);
        let set_aside = self.set_aside(feedback, &mut because);
        let kind = outcome.task.kind().filter(|_| !set_aside);
        let kind = kind.map(|kind| self.allowed(kind, feedback, &mut because));
        let policy = outcome.policy.as_ref().filter(|_| kind.is_some());
        let task = kind.map(|kind| {
            let due = self.due(policy.map(AsRef::as_ref), kind, feedback, &mut because);
            Task { id: TaskId::of_feedback(feedback.id), kind, due }
        });
        let task_of = task.as_ref().map(|_| feedback.id);
        let contributors = self.contributors(classification, department, task_of, &mut because);
        let kudos = if set_aside {
            Vec::new()
        } else {
            self.kudos(outcome, feedback, classification, &mut because)
        };
        Routing {
            rule: Arc::clone(&outcome.id),
            department: department.clone(),
            team: self.departments.team(department).clone(),
            priority: outcome.priority,
            policy: policy.map(|policy| Arc::clone(&policy.id)),
            task,
            contributors,
            kudos,
            because,
        }
    }

    /// `department`, or the fallback where it isn't known.
    fn owner<'a>(&'a self, department: &'a DepartmentId) -> &'a DepartmentId {
        match self.departments.get(department) {
            Some(_) => department,
            None => &self.departments.fallback().id,
        }
    }

    /// What the first route whose condition holds gives.
    fn outcome(
        &self,
        feedback: &Feedback,
        classification: &Classification,
        department: &DepartmentId,
        because: &mut Vec<Because>,
    ) -> &Outcome {
        let facts = Facts {
            sentiment: classification.sentiment.as_ref().map(|sentiment| sentiment.label),
            intent: Some(classification.intent),
            urgency: Some(classification.urgency),
            flags: &classification.flags,
            department: Some(department),
            ..Facts::of(feedback)
        };
        let themes: Vec<ThemeFacts<'_>> = classification
            .themes
            .iter()
            .map(|theme| ThemeFacts {
                id: &theme.id,
                severity: self.themes.get(&theme.id).map_or(SEVERITY_UNKNOWN, |of| of.severity),
                polarity: theme.polarity,
            })
            .collect();
        for route in &self.config.routes {
            let condition = &route.when.condition;
            let holds = |theme| condition.holds(&Facts { theme, ..facts });
            let theme =
                themes.iter().filter(|_| route.looks_at_theme).find(|theme| holds(Some(**theme)));
            let may_lack_theme = !route.looks_at_theme || themes.is_empty();
            if theme.is_none() && !(may_lack_theme && holds(None)) {
                continue;
            }
            let id = &route.outcome.id;
            let message = route.when.text.as_str();
            let theme = theme.map(|theme| theme.id.clone());
            because.push(Because { theme, rule: Some(Arc::clone(id)), ..reason("route", message) });
            return &route.outcome;
        }
        let rule = Some(Arc::clone(&self.config.otherwise.id));
        because.push(Because { rule, ..reason("route", self.messages.otherwise()) });
        &self.config.otherwise
    }

    /// The departments that help; `task_of` is the feedback where there is a task to help with.
    fn contributors(
        &self,
        classification: &Classification,
        accountable: &DepartmentId,
        task_of: Option<FeedbackId>,
        because: &mut Vec<Because>,
    ) -> Vec<RoutedContributor> {
        let mut contributors: Vec<RoutedContributor> = Vec::new();
        for contributor in &classification.contributors {
            let department = &contributor.department;
            let Some(known) = self.departments.get(department) else {
                let message = self.messages.unknown_contributor(department);
                because.push(reason("unknown_department", message));
                continue;
            };
            let repeated = contributors.iter().any(|other| other.department == *department);
            if department == accountable || repeated {
                continue;
            }
            let team = known.team.clone();
            let task_id = task_of.map(|feedback| TaskId::of_contributor(feedback, department));
            contributors.push(RoutedContributor { department: department.clone(), team, task_id });
        }
        contributors
    }

    fn kudos(
        &self,
        outcome: &Outcome,
        feedback: &Feedback,
        classification: &Classification,
        because: &mut Vec<Because>,
    ) -> Vec<Kudos> {
        let mut praised: BTreeMap<&DepartmentId, BTreeSet<&ThemeId>> = BTreeMap::new();
        for theme in &classification.themes {
            let Some(traits) = self.themes.get(&theme.id) else { continue };
            if traits.praise && theme.polarity == Polarity::Positive {
                let earned = theme.department.as_ref().unwrap_or(&traits.department);
                praised.entry(self.owner(earned)).or_default().insert(&theme.id);
            }
        }
        if !outcome.kudos && !praised.is_empty() {
            let rule = Some(Arc::clone(&outcome.id));
            because.push(Because { rule, ..reason("no_kudos", self.messages.no_kudos()) });
            return Vec::new();
        }
        let mut kudos = Vec::with_capacity(praised.len());
        for (department, themes) in praised {
            let team = self.departments.team(department).clone();
            because.push(reason("kudos", self.messages.kudos(department)));
            kudos.push(Kudos {
                id: KudosId::of(feedback.id, department),
                department: department.clone(),
                team,
                themes: themes.into_iter().cloned().collect(),
            });
        }
        kudos
    }

    /// Whether the source says that this is no real feedback.
    fn set_aside(&self, feedback: &Feedback, because: &mut Vec<Because>) -> bool {
        let message = match feedback.status {
            Some(Status::Test) => self.messages.test(),
            Some(Status::Spam) => self.messages.spam(),
            _ => return false,
        };
        because.push(reason("status", message));
        true
    }

    /// The kind of task that the customer's wishes allow.
    fn allowed(&self, kind: TaskKind, feedback: &Feedback, because: &mut Vec<Because>) -> TaskKind {
        let refused = feedback.consent.as_ref().and_then(|consent| consent.contact) == Some(false);
        let anonymous = feedback.customer.as_ref().and_then(|of| of.anonymous) == Some(true);
        let why = match (kind, refused, anonymous) {
            (TaskKind::Contact, true, _) => self.messages.refused(),
            (TaskKind::Contact, false, true) => self.messages.anonymous(),
            (kind, ..) => return kind,
        };
        because.push(reason("no_contact", why));
        TaskKind::Investigate
    }

    /// The due times that `policy` gives a task of `kind`.
    fn due(
        &self,
        policy: Option<&Policy>,
        kind: TaskKind,
        feedback: &Feedback,
        because: &mut Vec<Because>,
    ) -> Due {
        let Some(policy) = policy else {
            because.push(reason("no_clock", self.messages.no_policy()));
            return Due::default();
        };
        let id = &policy.id;
        let (start, field) = match (feedback.received_at, feedback.occurred_at) {
            (Some(received_at), _) => (received_at, "received_at"),
            (None, Some(occurred_at)) => (occurred_at, "occurred_at"),
            (None, None) => {
                because.push(reason("no_clock", self.messages.no_start(id)));
                return Due::default();
            }
        };
        let contact = policy.contact.as_ref().filter(|_| kind == TaskKind::Contact);
        if policy.acknowledge.is_none() && policy.resolve.is_none() && contact.is_none() {
            because.push(reason("no_clock", self.messages.only_contact(id)));
        } else {
            because.push(reason("policy", self.messages.policy(id, field)));
        }
        let after = |term: &Term| term.after(start);
        Due {
            acknowledge: policy.acknowledge.as_ref().and_then(after),
            contact: contact.and_then(after),
            resolve: policy.resolve.as_ref().and_then(after),
        }
    }
}

fn reason(code: &'static str, message: impl Into<String>) -> Because {
    Because { code: Cow::Borrowed(code), message: message.into(), theme: None, rule: None }
}

#[cfg(test)]
pub(crate) mod tests;
