//! What one configuration made of one record.

use std::collections::BTreeSet;

use feedback::{Classification, DepartmentId, Feedback, Routing, TaskKind, TeamId, ThemeId};
use serde::Serialize;

/// A record that was read, with what the stages said of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tagged<'a> {
    pub(crate) feedback: &'a Feedback,
    pub(crate) classification: &'a Classification,
    pub(crate) routing: &'a Routing,
}

/// What became of a record; the error is the code of a dead letter.
pub(crate) type Fate<'a> = Result<Tagged<'a>, &'a str>;

/// One task: whose, and how urgent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Work<'a> {
    pub(crate) department: &'a DepartmentId,
    pub(crate) team: &'a TeamId,
    pub(crate) kind: TaskKind,
    pub(crate) priority: u8,
    /// Whether it helps with another department's answer.
    pub(crate) helps: bool,
}

impl<'a> Tagged<'a> {
    /// Every task of the record: the accountable department's first, then those of its contributors,
    /// which share its kind and priority.
    fn tasks(&self) -> Vec<Work<'a>> {
        let routing = self.routing;
        let Some(task) = &routing.task else { return Vec::new() };
        let (kind, priority) = (task.kind, routing.priority);
        let own = Work {
            department: &routing.department,
            team: &routing.team,
            kind,
            priority,
            helps: false,
        };
        let helping = routing.contributors.iter().filter(|helper| helper.task_id.is_some());
        let helping = helping.map(|helper| Work {
            department: &helper.department,
            team: &helper.team,
            kind,
            priority,
            helps: true,
        });
        std::iter::once(own).chain(helping).collect()
    }

    /// The record's themes, each once, sorted.
    pub(crate) fn theme_ids(&self) -> Vec<&'a ThemeId> {
        let mut ids: Vec<_> = self.classification.themes.iter().map(|theme| &theme.id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

/// Every task of the record; none where it is dead.
pub(crate) fn tasks<'a>(tagged: Option<&Tagged<'a>>) -> Vec<Work<'a>> {
    tagged.map(Tagged::tasks).unwrap_or_default()
}

/// Who is accountable; nobody where it is dead.
pub(crate) fn owner<'a>(tagged: Option<&Tagged<'a>>) -> Option<&'a DepartmentId> {
    tagged.map(|tagged| &tagged.routing.department)
}

/// Who is praised.
pub(crate) fn praised<'a>(tagged: Option<&Tagged<'a>>) -> BTreeSet<&'a DepartmentId> {
    let kudos = tagged.into_iter().flat_map(|tagged| &tagged.routing.kudos);
    kudos.map(|kudos| &kudos.department).collect()
}

/// The record's themes and all above them.
pub(crate) fn paths<'a>(tagged: Option<&Tagged<'a>>) -> BTreeSet<&'a ThemeId> {
    let themes = tagged.into_iter().flat_map(|tagged| &tagged.classification.themes);
    themes.flat_map(|theme| &theme.path).collect()
}

/// The accountable department's task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assigned {
    /// What is to be done.
    pub kind: TaskKind,
    /// 1 (first) to 4.
    pub priority: u8,
    /// The team that gets it.
    pub team: TeamId,
}

/// What one configuration made of one record, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Why it could not be read; then nothing else is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead: Option<String>,
    /// The accountable department.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<DepartmentId>,
    /// Its task, where there is work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<Assigned>,
    /// The themes, sorted.
    pub themes: Vec<ThemeId>,
}

impl Verdict {
    pub(crate) fn of(fate: &Fate<'_>) -> Self {
        let tagged = match fate {
            Ok(tagged) => tagged,
            Err(code) => {
                let dead = Some((*code).to_owned());
                return Self { dead, department: None, task: None, themes: Vec::new() };
            }
        };
        let routing = tagged.routing;
        Self {
            dead: None,
            department: Some(routing.department.clone()),
            task: routing.task.as_ref().map(|task| Assigned {
                kind: task.kind,
                priority: routing.priority,
                team: routing.team.clone(),
            }),
            themes: tagged.theme_ids().into_iter().cloned().collect(),
        }
    }
}
