//! voc.toml: what was typed becomes what is meant, or all its problems. The shipped
//! config/voc.toml shows every key with its default; a test keeps the two equal.

mod read;
mod size;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use feedback::document::Document;
use feedback::{Files, MessageLanguage, Problem};
use serde::Serialize;

use read::Reader;

use crate::floor::Floor;

/// Where the settings are written.
pub const FILE: &str = "voc.toml";

/// Everything voc.toml says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Settings {
    /// Which log.
    pub log: LogUrl,
    /// The consumer group.
    pub group: String,
    /// What is promised of outputs.
    pub delivery: Delivery,
    /// How many worker threads.
    pub workers: usize,
    /// This process's name in the group; `None`: random at each start.
    pub instance: Option<String>,
    /// Where health and metrics listen.
    pub metrics: std::net::SocketAddr,
    /// In which language because[] gives its reasons.
    pub because_language: MessageLanguage,
    /// Texts labelled by hand, for `voc test`.
    pub gold: Vec<Gold>,
    /// Topic names and how topics are made.
    pub topics: Topics,
    /// How large a batch may be.
    pub batch: Batch,
    /// How large a record may be.
    pub limits: Limits,
    /// When there are too many dead letters.
    pub dead_letters: DeadLetters,
    /// The embedded log's own settings.
    pub embedded: Embedded,
    /// The Kafka client's own settings.
    pub kafka: Kafka,
}

impl Default for Settings {
    /// What an absent voc.toml means.
    fn default() -> Self {
        let mut document = Document::new(FILE, "");
        Reader::new(&mut document).settings()
    }
}

/// Which log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogUrl {
    /// `embedded:DIR`
    Embedded(PathBuf),
    /// `kafka://host:port,host:port`: the bootstrap servers.
    Kafka(String),
}

impl fmt::Display for LogUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded(folder) => write!(formatter, "embedded:{}", folder.display()),
            Self::Kafka(servers) => write!(formatter, "kafka://{servers}"),
        }
    }
}

impl LogUrl {
    /// Reads a log's URL; the error says what it looks like.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(folder) = text.strip_prefix("embedded:").filter(|folder| !folder.is_empty()) {
            return Ok(Self::Embedded(PathBuf::from(folder)));
        }
        if let Some(servers) = text.strip_prefix("kafka://").filter(|servers| !servers.is_empty()) {
            let well_formed = servers.split(',').all(|server| {
                server.rsplit_once(':').is_some_and(|(host, port)| {
                    !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0)
                })
            });
            if well_formed {
                return Ok(Self::Kafka(servers.to_owned()));
            }
        }
        Err(format!("\"{text}\" is no log: write embedded:DIR or kafka://host:9092,host:9092"))
    }
}

/// Checks a topic, a group or an instance that was typed as `flag`: what Kafka takes as a topic's name.
pub fn check_name(flag: &str, name: &str) -> Result<(), String> {
    if read::is_name(name) {
        return Ok(());
    }
    Err(format!("{flag} {name}: use letters, digits, dots, _ and - only, 249 at most"))
}

/// A file of texts labelled by hand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gold {
    /// Relative to the configuration's folder.
    pub file: PathBuf,
    /// The least that must be reached on it.
    pub floors: Vec<Floor>,
}

/// What is promised of outputs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Outputs and offsets in one transaction.
    #[default]
    ExactlyOnce,
    /// Outputs first, then offsets: repeats after a crash carry the same ids.
    AtLeastOnce,
}

impl Delivery {
    const CHOICES: [(&'static str, Self); 2] =
        [("exactly_once", Self::ExactlyOnce), ("at_least_once", Self::AtLeastOnce)];
}

/// Topic names and how topics are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Topics {
    /// Read by the source `default`; with `.NAME` behind it, by that source's file.
    pub raw: String,
    /// Every record, for data teams.
    pub classified: String,
    /// Every record, on exactly one; `{department}` is filled in.
    pub routed: String,
    /// Where there is work; `{team}` is filled in.
    pub tasks: String,
    /// Where there is praise; `{team}` is filled in.
    pub kudos: String,
    /// What could not be read.
    pub dead: String,
    /// Whether missing topics are made; `None`: by the kind of log.
    pub create: Option<bool>,
    /// Partitions of topics we make; `None`: by the kind of log.
    pub partitions: Option<i32>,
    /// Replicas of topics we make; `None`: the broker's own default.
    pub replication: Option<i32>,
    /// How long topics we make keep records; `None`: the log's own default.
    pub retention: Option<Duration>,
    /// The same for the dead letters.
    pub dead_retention: Option<Duration>,
}

/// How large a batch may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Batch {
    /// The most records.
    pub records: usize,
    /// The most bytes.
    pub bytes: usize,
    /// How long to wait for the first record.
    pub wait: Duration,
    /// How long to go on collecting after it.
    pub linger: Duration,
}

/// How large a record may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Bytes of an input record.
    pub record: usize,
    /// Depth of nested JSON.
    pub depth: usize,
    /// Bytes of one text.
    pub text: usize,
    /// Bytes of all attributes.
    pub attributes: usize,
    /// Bytes of one output record.
    pub output: usize,
}

/// When there are too many dead letters on a partition.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DeadLetters {
    /// So many in a row.
    pub in_a_row: u64,
    /// This share of the last `window`.
    pub share: f64,
    /// Of how many records, once so many were read.
    pub window: u64,
}

/// The embedded log's own settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Embedded {
    /// What a commit survives.
    pub durability: Durability,
    /// How long to wait for another process that writes.
    pub busy_timeout: Duration,
    /// How long to try a log that can't be written; `None`: for ever.
    pub give_up_after: Option<Duration>,
    /// The most bytes of the file; `None`: as far as the disk goes.
    pub bytes_max: Option<u64>,
    /// How often records beyond their retention are looked for.
    pub retention_every: Duration,
}

/// What a commit survives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Durability {
    /// A killed process.
    #[default]
    Normal,
    /// A power cut.
    Full,
}

impl Durability {
    const CHOICES: [(&'static str, Self); 2] = [("normal", Self::Normal), ("full", Self::Full)];
}

/// The Kafka client's own settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kafka {
    /// plaintext, ssl, `sasl_plaintext`, `sasl_ssl`
    pub security: Security,
    /// PLAIN, SCRAM-SHA-256, SCRAM-SHA-512
    pub mechanism: Option<String>,
    /// Where the user name comes from.
    pub username: Option<SecretSource>,
    /// Where the password comes from.
    pub password: Option<SecretSource>,
    /// Whether credentials may be sent without TLS.
    pub allow_insecure: bool,
    /// The authority's certificates.
    pub ca_file: Option<PathBuf>,
    /// Our certificate.
    pub certificate_file: Option<PathBuf>,
    /// Our key.
    pub key_file: Option<PathBuf>,
    /// none, lz4, zstd
    pub compression: Compression,
    /// How long a transaction may take.
    pub transaction_timeout: Duration,
    /// How long a silent member stays in the group.
    pub session_timeout: Duration,
    /// How long to try an unreachable broker; `None`: for ever.
    pub give_up_after: Option<Duration>,
    /// How long one call beside the workers may take.
    pub call_timeout: Duration,
    /// After how long a partition that has records but yields none counts as stalled.
    pub stall_after: Duration,
    /// Bytes read ahead by one worker.
    pub read_ahead: usize,
    /// Bytes waiting to be written by one worker.
    pub write_queue: usize,
    /// How often in a row a failed producer is made anew.
    pub renewals: u32,
}

/// How the connection is secured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// Not at all.
    #[default]
    Plaintext,
    /// By TLS.
    Ssl,
    /// By credentials, without TLS.
    SaslPlaintext,
    /// By credentials, with TLS.
    SaslSsl,
}

impl Security {
    const CHOICES: [(&'static str, Self); 4] = [
        ("plaintext", Self::Plaintext),
        ("ssl", Self::Ssl),
        ("sasl_plaintext", Self::SaslPlaintext),
        ("sasl_ssl", Self::SaslSsl),
    ];
}

/// How batches are compressed on the wire.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    /// Not at all.
    None,
    /// Fast.
    #[default]
    Lz4,
    /// Small.
    Zstd,
}

impl Compression {
    const CHOICES: [(&'static str, Self); 3] =
        [("none", Self::None), ("lz4", Self::Lz4), ("zstd", Self::Zstd)];
}

/// Where a secret comes from; the secret itself is never in the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretSource {
    /// An environment variable.
    Env(String),
    /// A file; the line end after it is dropped.
    File(PathBuf),
}

impl Settings {
    /// Reads voc.toml from `files`; a missing file gives the defaults.
    pub fn parse(files: &Files) -> Result<Self, Vec<Problem>> {
        let mut document = Document::new(FILE, files.get(FILE).unwrap_or_default());
        let settings = Reader::new(&mut document).settings();
        let problems = document.finish();
        if problems.is_empty() { Ok(settings) } else { Err(problems) }
    }

    /// Whether missing topics are made at the start.
    pub fn creates_topics(&self) -> bool {
        self.topics.create.unwrap_or(matches!(self.log, LogUrl::Embedded(_)))
    }
}

#[cfg(test)]
mod tests {
    use feedback::{Given, INLINE_SECRET};

    use super::*;

    fn parse(text: &str) -> Result<Settings, Vec<Problem>> {
        let mut files = Files::new();
        files.insert(FILE, Given::ByUser, text);
        Settings::parse(&files)
    }

    #[test]
    fn the_shipped_file_says_the_defaults() {
        let shipped = parse(include_str!("../../../../config/voc.toml")).unwrap();
        assert_eq!(shipped, parse("").unwrap());
        assert_eq!(shipped, Settings::parse(&Files::new()).unwrap());
    }

    #[test]
    fn the_commented_keys_are_real_keys() {
        let shipped = include_str!("../../../../config/voc.toml");
        let uncommented: String = shipped
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if rest.split_once(" = ").is_some_and(|(key, _)| !key.contains(' ')) => {
                    rest
                }
                _ => line,
            })
            .collect::<Vec<_>>()
            .join("\n");
        let settings = parse(&uncommented).unwrap();
        assert_eq!(settings.topics.partitions, Some(6));
        assert_eq!(settings.kafka.password, Some(SecretSource::File("/run/secrets/kafka".into())));
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let problems = parse(
            "log = \"nats://x\"\nworkers = 0\nmetrics = \"here\"\n[topics]\nraw = \"a b\"\n\
             [batch]\nbytes = \"8 apples\"\nwait = \"soon\"\n[dead_letters]\nshare = 2.0\n\
             [kafka]\nsecurity = \"sasl_plaintext\"\n",
        )
        .unwrap_err();
        assert_eq!(problems.len(), 9, "{problems:#?}");
        assert!(problems.iter().all(|problem| !problem.mend.is_empty()));
    }

    #[test]
    fn an_unknown_key_is_refused() {
        for (text, mend) in [
            ("grup = \"a\"", "write `group`"),
            ("[topics]\nrow = \"a\"", "write `raw`"),
            ("[topcs]\nraw = \"a\"", "write [topics]"),
            ("[topics]\ngroup = \"a\"", "move it to the top of the file"),
            ("give_up_after = \"0s\"", "move it below [embedded] or [kafka]"),
            ("renewals = 3", "move it below [kafka]"),
        ] {
            let problems = parse(text).unwrap_err();
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert!(problems[0].mend.contains(mend), "{problems:?}");
        }
    }

    #[test]
    fn the_embedded_logs_bounds_can_be_set() {
        let bounds =
            "[embedded]\nbytes_max = \"20GiB\"\nretention_every = \"1m\"\ngive_up_after = \"0s\"";
        let embedded = parse(bounds).unwrap().embedded;
        assert_eq!(embedded.bytes_max, Some(20 << 30));
        assert_eq!(embedded.retention_every, Duration::from_mins(1));
        assert_eq!(embedded.give_up_after, None);
        for size in ["20 apples", "0MiB", "1KiB", "2000TiB"] {
            let problems = parse(&format!("[embedded]\nbytes_max = \"{size}\"")).unwrap_err();
            assert_eq!(problems.len(), 1, "{size}: {problems:?}");
            assert!(problems[0].mend.contains("\"20GiB\""), "{problems:?}");
        }
    }

    #[test]
    fn a_secret_written_here_is_refused_with_all_else() {
        let problems = parse(
            "[kafka]\nsecurity = \"sasl_ssl\"\nmechanism = \"X\"\nusername = { env = \"U\" }\n\
             password = \"hunter2\"\nrenewals = -1\npaswrd = hunter2\n",
        )
        .unwrap_err();
        assert_eq!(problems.len(), 4, "{problems:#?}");
        assert!(problems.iter().any(|problem| problem.code == INLINE_SECRET));
        assert!(!format!("{problems:?}").contains("hunter2"));
    }

    #[test]
    fn log_urls() {
        assert_eq!(LogUrl::parse("embedded:a/b"), Ok(LogUrl::Embedded("a/b".into())));
        assert_eq!(LogUrl::parse("kafka://h:1,i:2"), Ok(LogUrl::Kafka("h:1,i:2".to_owned())));
        for bad in ["", "embedded:", "kafka://", "kafka://host", "kafka://:9", "http://x"] {
            assert!(LogUrl::parse(bad).is_err(), "{bad}");
        }
    }
}
