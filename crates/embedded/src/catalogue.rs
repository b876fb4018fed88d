//! Which topics there are and how their partitions are numbered in the file. Topics are only ever
//! added, so what is known stays true and only a name that isn't known must be looked up again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pipeline::TopicPartition;
use rusqlite::Connection;

use crate::database::Trouble;

/// The topics of a log, by name.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    topics: BTreeMap<Arc<str>, Vec<i64>>,
}

impl Catalogue {
    /// What the file says.
    pub(crate) fn load(connection: &Connection) -> Result<Self, Trouble> {
        let mut statement = connection.prepare_cached(
            "SELECT topic.name, partition.id FROM partition JOIN topic ON topic.id = topic_id \
             ORDER BY topic.name, partition.number",
        )?;
        let mut rows = statement.query([])?;
        let mut topics: BTreeMap<Arc<str>, Vec<i64>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let name: Arc<str> = row.get(0)?;
            topics.entry(name).or_default().push(row.get(1)?);
        }
        Ok(Self { topics })
    }

    /// The ids of a topic's partitions, by number.
    pub(crate) fn ids(&self, topic: &str) -> Option<&[i64]> {
        self.topics.get(topic).map(Vec::as_slice)
    }

    /// The id of one partition.
    pub(crate) fn id(&self, partition: &TopicPartition) -> Option<i64> {
        let number = usize::try_from(partition.partition).ok()?;
        self.ids(&partition.topic)?.get(number).copied()
    }

    /// Every partition.
    pub(crate) fn partitions(&self) -> BTreeSet<TopicPartition> {
        let of = |(name, ids): (&Arc<str>, &Vec<i64>)| {
            let topic = Arc::clone(name);
            (0..)
                .take(ids.len())
                .map(move |partition| TopicPartition { topic: Arc::clone(&topic), partition })
        };
        self.topics.iter().flat_map(of).collect()
    }

    /// Those of `names` that aren't known, sorted.
    pub(crate) fn missing<'a>(&self, names: impl Iterator<Item = &'a str>) -> Vec<String> {
        let missing: BTreeSet<&str> = names.filter(|name| self.ids(name).is_none()).collect();
        missing.into_iter().map(str::to_owned).collect()
    }
}
