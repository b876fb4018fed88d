//! A place to run voc in: a temporary folder with a configuration and a log of its own, embedded or
//! on the shared broker, where its topics and its group have a name of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use embedded::EmbeddedLog;
use kafka::KafkaLog;
use pipeline::Log;
use tempfile::TempDir;

use super::broker::{fresh, shared};
use super::process::{Ended, Running, run};
use super::{binary, until};

/// The clock of records that come without a time: none of ours do.
const NOW: fn() -> i64 = || 1_764_000_000_000;

/// The place.
#[derive(Debug)]
pub(crate) struct Place {
    folder: TempDir,
    brokers: Option<String>,
    /// The consumer group.
    pub(crate) group: String,
    prefix: String,
}

impl Place {
    /// On an embedded log, with these settings beside the defaults.
    pub(crate) fn embedded(settings: &str) -> Self {
        let place = Self {
            folder: tempfile::tempdir().unwrap(),
            brokers: None,
            group: "voc".to_owned(),
            prefix: "feedback.".to_owned(),
        };
        place.configure("voc.toml", &format!("{}\n{settings}", place.head()));
        place
    }

    /// On the shared broker: topics of its own, one each for routed, tasks and kudos; 6 partitions.
    pub(crate) fn kafka(name: &str, top: &str, kafka: &str) -> Self {
        Self::on(&shared(), name, top, kafka)
    }

    /// The same on another broker; `top` are lines of voc.toml's head, `kafka` of its [kafka].
    pub(crate) fn on(brokers: &str, name: &str, top: &str, kafka: &str) -> Self {
        let group = fresh(name);
        let place = Self {
            folder: tempfile::tempdir().unwrap(),
            brokers: Some(brokers.to_owned()),
            prefix: format!("{group}."),
            group,
        };
        let prefix = &place.prefix;
        // Short, so that who is gone is missed soon.
        let short = "session_timeout = \"6s\"\n";
        let session = if kafka.contains("session_timeout") { "" } else { short };
        let settings = format!(
            "{}\ngroup = \"{}\"\n{top}\n[topics]\ncreate = true\npartitions = 6\n\
             raw = \"{prefix}raw\"\nclassified = \"{prefix}classified\"\nrouted = \"{prefix}routed\"\n\
             tasks = \"{prefix}tasks\"\nkudos = \"{prefix}kudos\"\ndead = \"{prefix}dead\"\n\
             [batch]\nrecords = 750\n[kafka]\n{session}{kafka}\n",
            place.head(),
            place.group,
        );
        place.configure("voc.toml", &settings);
        place
    }

    fn head(&self) -> String {
        format!("log = \"{}\"\nmetrics = \"127.0.0.1:0\"", self.url())
    }

    /// The log's URL.
    pub(crate) fn url(&self) -> String {
        match &self.brokers {
            Some(brokers) => format!("kafka://{brokers}"),
            None => format!("embedded:{}", self.data().display()),
        }
    }

    /// The folder of the embedded log.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file of the configuration.
    pub(crate) fn configure(&self, path: &str, text: &str) {
        let path = self.folder.path().join("config").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Copies a folder of files into the configuration.
    pub(crate) fn configure_from(&self, from: &Path) {
        for (path, text) in files(from) {
            self.configure(&path, &text);
        }
    }

    /// Another text in voc.toml.
    pub(crate) fn reconfigure(&self, from: &str, to: &str) {
        let path = self.folder.path().join("config/voc.toml");
        let text = fs::read_to_string(path).unwrap();
        assert!(text.contains(from), "{from} in {text}");
        self.configure("voc.toml", &text.replace(from, to));
    }

    /// `voc` with this configuration.
    pub(crate) fn voc(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary::voc());
        command
            .arg("--config")
            .arg(self.folder.path().join("config"))
            .args(["--log-format", "json"])
            .args(arguments)
            .current_dir(self.folder.path())
            .env_remove("VOC_LOG");
        command
    }

    /// Runs `voc` to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        run(&mut self.voc(arguments))
    }

    /// Starts `voc run`.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        Running::start(self.voc(&["run"]).args(arguments))
    }

    /// The log itself, for the test to write and read.
    pub(crate) fn log(&self) -> Box<dyn Log> {
        if let Some(brokers) = &self.brokers {
            return Box::new(KafkaLog::new(kafka::Settings::new(brokers)));
        }
        let settings = embedded::Settings::new(NOW);
        Box::new(EmbeddedLog::open(&self.data(), settings).unwrap())
    }

    /// A topic of ours by its last name: raw, classified, dead.
    pub(crate) fn topic(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// The names of all topics of this place that begin so: `routed`, `tasks`, `kudos`.
    pub(crate) fn topics(&self, log: &dyn Log, kind: &str) -> Vec<String> {
        let prefix = match (&self.brokers, kind) {
            (None, "tasks" | "kudos") => format!("{kind}."),
            _ => self.topic(kind),
        };
        let names = log.names().unwrap().into_iter();
        names.filter(|name| name.starts_with(&prefix)).collect()
    }

    /// How many records of the input the group has not committed. The input has no gaps: the tests
    /// don't write it in transactions.
    pub(crate) fn left(&self, log: &dyn Log) -> i64 {
        let raw = self.topic("raw");
        let committed = log.committed(&self.group, std::slice::from_ref(&raw)).unwrap();
        let mut left = 0;
        for bounds in log.describe(std::slice::from_ref(&raw)).unwrap().remove(0).partitions {
            let next = committed.iter().find(|(partition, _)| {
                *partition.topic == *raw && partition.partition == bounds.partition
            });
            left += bounds.latest - next.map_or(bounds.earliest, |(_, next)| *next);
        }
        left
    }

    /// Makes the topics.
    pub(crate) fn create_topics(&self) {
        self.run(&["topics", "create"]).expect(0);
    }

    /// Waits until the group has committed all there is.
    pub(crate) fn wait_until_caught_up(&self) {
        let log = self.log();
        until("the group to have committed everything", || (self.left(&*log) == 0).then_some(()));
    }

    /// Runs voc until all there is is committed, and stops it; what it told.
    pub(crate) fn work(&self, arguments: &[&str]) -> Ended {
        let mut running = self.start(arguments);
        running.wait_for("worker joined");
        self.wait_until_caught_up();
        running.terminate().expect(0)
    }
}

/// Every file below a folder with its path from there.
pub(crate) fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            found.extend(
                files(&path).into_iter().map(|(below, text)| (format!("{name}/{below}"), text)),
            );
        } else {
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort();
    found
}
