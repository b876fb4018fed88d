//! Where outputs go: topic names from templates. `{department}` and `{team}` stand for an id; a
//! template without them is one topic for all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use feedback::{DepartmentId, Departments, TeamId};

const DEPARTMENT: &str = "{department}";
const TEAM: &str = "{team}";

/// The names of topics, as the configuration writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicTemplates {
    /// Every record, classified.
    pub classified: String,
    /// Every record, on exactly one of these; may have `{department}`.
    pub routed: String,
    /// Where there is work; may have `{team}`.
    pub tasks: String,
    /// Where there is praise; may have `{team}`.
    pub kudos: String,
    /// What can't be read.
    pub dead: String,
}

impl Default for TopicTemplates {
    fn default() -> Self {
        Self {
            classified: "feedback.classified".to_owned(),
            routed: "feedback.routed.{department}".to_owned(),
            tasks: "tasks.{team}".to_owned(),
            kudos: "kudos.{team}".to_owned(),
            dead: "feedback.dead".to_owned(),
        }
    }
}

/// Every output topic's name, ready for use.
#[derive(Debug)]
pub struct OutputTopics {
    templates: TopicTemplates,
    classified: Arc<str>,
    dead: Arc<str>,
    routed: BTreeMap<DepartmentId, Arc<str>>,
    tasks: BTreeMap<TeamId, Arc<str>>,
    kudos: BTreeMap<TeamId, Arc<str>>,
    fallback: (DepartmentId, TeamId),
}

impl OutputTopics {
    /// The topics for these departments and their teams.
    pub fn new(templates: &TopicTemplates, departments: &Departments) -> Self {
        let name = |template: &str, placeholder: &str, id: &str| -> Arc<str> {
            Arc::from(template.replace(placeholder, id))
        };
        let mut routed = BTreeMap::new();
        let (mut tasks, mut kudos) = (BTreeMap::new(), BTreeMap::new());
        for department in departments.iter() {
            let (id, team) = (&department.id, &department.team);
            routed.insert(id.clone(), name(&templates.routed, DEPARTMENT, id.as_str()));
            tasks.insert(team.clone(), name(&templates.tasks, TEAM, team.as_str()));
            kudos.insert(team.clone(), name(&templates.kudos, TEAM, team.as_str()));
        }
        let fallback = departments.fallback();
        Self {
            templates: templates.clone(),
            classified: Arc::from(&*templates.classified),
            dead: Arc::from(&*templates.dead),
            routed,
            tasks,
            kudos,
            fallback: (fallback.id.clone(), fallback.team.clone()),
        }
    }

    /// Every topic, each once, sorted.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let own = [&*self.classified, &*self.dead];
        let all: BTreeSet<&str> = own
            .into_iter()
            .chain(self.routed())
            .chain(self.tasks.values().map(|name| &**name))
            .chain(self.kudos.values().map(|name| &**name))
            .collect();
        all.into_iter()
    }

    /// The topics that hold every classified record once, each once, sorted.
    pub fn routed(&self) -> impl Iterator<Item = &str> {
        let names: BTreeSet<&str> = self.routed.values().map(|name| &**name).collect();
        names.into_iter()
    }

    /// Every classified record's topic.
    pub fn classified(&self) -> &Arc<str> {
        &self.classified
    }

    /// The dead letters' topic.
    pub fn dead(&self) -> &Arc<str> {
        &self.dead
    }

    /// A department's topic. Routing knows no department but ours; any other gets the fallback's.
    pub(crate) fn routed_to(&self, department: &DepartmentId) -> &Arc<str> {
        let own = self.routed.get(department);
        own.or_else(|| self.routed.get(&self.fallback.0)).unwrap_or(&self.classified)
    }

    /// The topic of a team's tasks.
    pub(crate) fn tasks_of(&self, team: &TeamId) -> &Arc<str> {
        let own = self.tasks.get(team);
        own.or_else(|| self.tasks.get(&self.fallback.1)).unwrap_or(&self.classified)
    }

    /// The topic of a team's kudos.
    pub(crate) fn kudos_of(&self, team: &TeamId) -> &Arc<str> {
        let own = self.kudos.get(team);
        own.or_else(|| self.kudos.get(&self.fallback.1)).unwrap_or(&self.classified)
    }

    /// Whether a topic can be one of ours, also one of a department or team that is no longer there.
    pub(crate) fn is_ours(&self, topic: &str) -> bool {
        let TopicTemplates { tasks, kudos, .. } = &self.templates;
        self.is_fate(topic)
            || self.is_routed(topic)
            || fits(tasks, TEAM, topic)
            || fits(kudos, TEAM, topic)
    }

    /// Whether a topic holds fates: what was classified, or what died.
    pub(crate) fn is_fate(&self, topic: &str) -> bool {
        topic == self.templates.classified || topic == self.templates.dead
    }

    /// Whether a topic can be a department's.
    pub(crate) fn is_routed(&self, topic: &str) -> bool {
        fits(&self.templates.routed, DEPARTMENT, topic)
    }

    /// A department's topic by its template, whether or not the department is there today.
    pub(crate) fn routed_name(&self, department: &str) -> String {
        self.templates.routed.replace(DEPARTMENT, department)
    }

    /// A team's tasks' topic by its template.
    pub(crate) fn tasks_name(&self, team: &str) -> String {
        self.templates.tasks.replace(TEAM, team)
    }

    /// A team's kudos' topic by its template.
    pub(crate) fn kudos_name(&self, team: &str) -> String {
        self.templates.kudos.replace(TEAM, team)
    }
}

fn fits(template: &str, placeholder: &str, topic: &str) -> bool {
    match template.split_once(placeholder) {
        None => topic == template,
        Some((before, after)) => topic
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after))
            .is_some_and(|id| DepartmentId::new(id).is_ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_every_topic_once_and_knows_its_own() {
        let ids = ["billing", "care"].map(|id| DepartmentId::new(id).unwrap());
        let departments = Departments::each_its_own_team(&BTreeSet::from(ids)).unwrap();
        let templates = TopicTemplates { kudos: "kudos".to_owned(), ..TopicTemplates::default() };
        let topics = OutputTopics::new(&templates, &departments);
        let all: Vec<&str> = topics.all().collect();
        assert_eq!(
            all,
            [
                "feedback.classified",
                "feedback.dead",
                "feedback.routed.billing",
                "feedback.routed.care",
                "feedback.routed.customer_office",
                "kudos",
                "tasks.billing",
                "tasks.care",
                "tasks.triage",
            ]
        );
        assert!(all.iter().all(|topic| topics.is_ours(topic)));
        assert!(topics.is_ours("tasks.a_team_of_last_year"));
        assert_eq!(all.iter().filter(|topic| topics.is_fate(topic)).count(), 2);
        assert_eq!(all.iter().filter(|topic| topics.is_routed(topic)).count(), 3);
        for other in ["feedback.raw", "tasks.", "tasks.a.b", "feedback.routed", "kudos.care"] {
            assert!(!topics.is_ours(other), "{other}");
        }
    }
}
