//! Which topics a run reads and writes, by the configuration: known before anything starts, so that
//! what is missing is told at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::Result;
use feedback::{Given, Problem};
use pipeline::{OutputTopics, TopicRequest, TopicTemplates};

use crate::commands::Loaded;
use crate::problems::Refused;
use crate::settings;
use crate::settings::LogUrl;
use crate::stages::Stages;

/// The topics of a run.
#[derive(Debug)]
pub(crate) struct Plan {
    /// What is read: the raw topic, and one for each source that the user wrote a file for.
    pub inputs: BTreeSet<String>,
    /// What is written.
    pub outputs: Arc<OutputTopics>,
}

impl Plan {
    /// The topics that these stages need.
    pub(crate) fn of(stages: &Stages, loaded: &Loaded) -> Result<Self> {
        let topics = &loaded.settings.topics;
        let templates = TopicTemplates {
            classified: topics.classified.clone(),
            routed: topics.routed.clone(),
            tasks: topics.tasks.clone(),
            kudos: topics.kudos.clone(),
            dead: topics.dead.clone(),
        };
        let own_sources = stages.ingest.source_names().filter(|name| {
            let file = stages.ingest.source(name).and_then(ingest::Source::file);
            file.is_some_and(|file| loaded.files.given(file) == Given::ByUser)
        });
        let mut inputs: BTreeSet<String> =
            own_sources.map(|name| format!("{}.{name}", topics.raw)).collect();
        inputs.insert(topics.raw.clone());
        let outputs = OutputTopics::new(&templates, stages.engine.departments());
        let both: Vec<&str> = outputs.all().filter(|name| inputs.contains(*name)).collect();
        if !both.is_empty() {
            let problem = Problem::new(
                settings::FILE,
                "topic_loop",
                format!(
                    "{}: read and written, so every record would come round for ever",
                    both.join(", ")
                ),
                "give the topics of [topics] names that differ from raw and from raw.SOURCE",
            );
            return Err(Refused::new(vec![problem], loaded.files.clone()).into());
        }
        Ok(Self { inputs, outputs: Arc::new(outputs) })
    }

    /// The topics that hold every record once.
    pub(crate) fn routed_topics(&self) -> impl Iterator<Item = String> {
        self.outputs.routed().map(str::to_owned)
    }

    /// Every topic with what it is made with, sorted by name.
    pub(crate) fn requests(&self, loaded: &Loaded, url: &LogUrl) -> Vec<TopicRequest> {
        let names: BTreeSet<&str> =
            self.inputs.iter().map(String::as_str).chain(self.outputs.all()).collect();
        names.into_iter().map(|name| loaded.topic_request(name, url)).collect()
    }
}
