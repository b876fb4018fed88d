//! From what was typed to what is meant: defaults, units and bounds, with every problem kept.

use std::path::PathBuf;
use std::time::Duration;

use feedback::document::{Document, Spanned, Table, Value};
use feedback::{INLINE_SECRET, MessageLanguage, Span};
use jiff::SignedDuration;

use super::size::{self, GIB, KIB, MIB};
use super::{
    Batch, Compression, DeadLetters, Delivery, Durability, Embedded, Gold, Kafka, Limits, LogUrl,
    SecretSource, Security, Settings, Topics,
};
use crate::floor::Floor;

const DAY: Duration = Duration::from_hours(24);

/// The longest name Kafka allows for a topic.
const TOPIC_NAME_MAX: usize = 249;

/// The mechanisms we know.
const MECHANISMS: [(&str, &str); 3] =
    [("PLAIN", "PLAIN"), ("SCRAM-SHA-256", "SCRAM-SHA-256"), ("SCRAM-SHA-512", "SCRAM-SHA-512")];

/// Reads values, and tells the document what is wrong with them.
pub(super) struct Reader<'a, 'f> {
    document: &'a mut Document<'f>,
}

impl<'a, 'f> Reader<'a, 'f> {
    pub(super) fn new(document: &'a mut Document<'f>) -> Self {
        Self { document }
    }

    /// All settings; a file that can't be read leaves the defaults.
    pub(super) fn settings(&mut self) -> Settings {
        let mut root = match self.document.root() {
            Some(root) => root,
            None => Table::empty(),
        };
        let settings = self.all(&mut root);
        root.finish(self.document);
        settings
    }

    fn all(&mut self, root: &mut Table) -> Settings {
        let log = self.parsed(root, "log", "embedded:voc-data", LogUrl::parse);
        let metrics = self.parsed(root, "metrics", "127.0.0.1:9464", |text| {
            text.parse()
                .map_err(|_| format!("\"{text}\" is no address: write one like 127.0.0.1:9464"))
        });
        let delivery = root.choice("delivery", &Delivery::CHOICES, self.document);
        let languages = &MessageLanguage::CHOICES;
        let language = root.choice("because_language", languages, self.document);
        // Which pack it is was read with the files, before all else.
        let _pack = root.text("pack", self.document);
        let instance = root.has("instance").then(|| self.name(root, "instance", ""));
        Settings {
            log: log.unwrap_or_else(|| LogUrl::Embedded(PathBuf::from("voc-data"))),
            group: self.name(root, "group", "voc"),
            delivery: delivery.map(Spanned::into_inner).unwrap_or_default(),
            workers: self.whole(root, "workers", 1, 1..=256),
            instance,
            metrics: metrics.unwrap_or_else(|| ([127, 0, 0, 1], 9464).into()),
            because_language: language.map(Spanned::into_inner).unwrap_or_default(),
            gold: self.gold(root),
            topics: self.section(root, "topics", Self::topics),
            batch: self.section(root, "batch", |reader, table| Batch {
                records: reader.whole(table, "records", 4000, 1..=1_000_000),
                bytes: reader.size(table, "bytes", 8 * MIB),
                wait: reader.positive(table, "wait", Duration::from_millis(100)),
                linger: reader.duration(table, "linger", Duration::from_millis(20)),
            }),
            limits: self.section(root, "limits", |reader, table| Limits {
                record: reader.size(table, "record", MIB),
                depth: reader.whole(table, "depth", 64, 1..=128),
                text: reader.size(table, "text", 50 * KIB),
                attributes: reader.size(table, "attributes", 64 * KIB),
                output: reader.size(table, "output", 8 * MIB),
            }),
            dead_letters: self.section(root, "dead_letters", |reader, table| DeadLetters {
                in_a_row: reader.whole(table, "in_a_row", 1000, 1..=1_000_000_000),
                share: reader.share(table, "share", 0.5),
                window: reader.whole(table, "window", 10_000, 1..=1_000_000),
            }),
            embedded: self.section(root, "embedded", Self::embedded),
            kafka: self.section(root, "kafka", Self::kafka),
        }
    }

    /// A table of the file; where there is none, its defaults.
    fn section<T>(
        &mut self,
        root: &mut Table,
        key: &'static str,
        read: impl Fn(&mut Self, &mut Table) -> T,
    ) -> T {
        let mut table = root.table_or_empty(key, self.document);
        let section = read(self, &mut table);
        table.finish(self.document);
        section
    }

    fn gold(&mut self, root: &mut Table) -> Vec<Gold> {
        let mut golds = Vec::new();
        for mut table in root.tables("gold", self.document) {
            table.needs("file", "file = \"gold.jsonl\"", self.document);
            let file = self.path(&mut table, "file");
            let floors = table.table("floors", self.document);
            let floors = floors.map_or_else(Vec::new, |floors| self.floors(floors));
            table.finish(self.document);
            golds.extend(file.map(|file| Gold { file, floors }));
        }
        golds
    }

    fn floors(&mut self, table: Table) -> Vec<Floor> {
        let mut floors = Vec::new();
        for (measure, least) in table.into_entries() {
            let number = match least.get_ref() {
                Value::Number(number) => Some(*number),
                Value::Whole(0) => Some(0.0),
                Value::Whole(1) => Some(1.0),
                _ => None,
            };
            let floor = number.and_then(|number| Floor::new(measure.get_ref(), number));
            let floor = floor.map(|floor| Floor { place: Some(measure.span().into()), ..floor });
            if floor.is_none() {
                let message = format!("{} is no floor", measure.get_ref());
                let mend = "write micro_f1 = 0.7, another measure, or a theme of the second level: \
                            \"billing.double_charge\" = 0.7, \"billing.double_charge.recall\" = 0.7";
                self.wrong(measure.span(), message, mend);
            }
            floors.extend(floor);
        }
        floors
    }

    fn topics(&mut self, table: &mut Table) -> Topics {
        let partitions = table.has("partitions");
        let replication = table.has("replication");
        let retention = table.has("retention");
        Topics {
            raw: self.topic(table, "raw", "feedback.raw", None),
            classified: self.topic(table, "classified", "feedback.classified", None),
            routed: self.topic(
                table,
                "routed",
                "feedback.routed.{department}",
                Some("{department}"),
            ),
            tasks: self.topic(table, "tasks", "tasks.{team}", Some("{team}")),
            kudos: self.topic(table, "kudos", "kudos.{team}", Some("{team}")),
            dead: self.topic(table, "dead", "feedback.dead", None),
            create: table.truth("create", self.document).map(Spanned::into_inner),
            partitions: Some(self.whole(table, "partitions", 4, 1..=10_000)).filter(|_| partitions),
            replication: Some(self.whole(table, "replication", 1, 1..=100)).filter(|_| replication),
            retention: Some(self.duration(table, "retention", DAY)).filter(|_| retention),
            dead_retention: Some(self.duration(table, "dead_retention", 14 * DAY)),
        }
    }

    fn embedded(&mut self, table: &mut Table) -> Embedded {
        let durability = table.choice("durability", &Durability::CHOICES, self.document);
        Embedded {
            durability: durability.map(Spanned::into_inner).unwrap_or_default(),
            busy_timeout: self.positive(table, "busy_timeout", Duration::from_secs(10)),
            give_up_after: self.give_up_after(table),
            bytes_max: self.file_size(table, "bytes_max"),
            retention_every: self.positive(table, "retention_every", Duration::from_secs(10)),
        }
    }

    fn kafka(&mut self, table: &mut Table) -> Kafka {
        let absent = ["mechanism", "username", "password"].iter().any(|key| !table.has(key));
        let span = table.span();
        let security = table.choice("security", &Security::CHOICES, self.document);
        let security = security.map(Spanned::into_inner).unwrap_or_default();
        let mechanism = table.choice("mechanism", &MECHANISMS, self.document);
        let allow_insecure =
            table.truth("allow_insecure", self.document).is_some_and(Spanned::into_inner);
        if matches!(security, Security::SaslPlaintext | Security::SaslSsl) && absent {
            let message = "[kafka] security asks for credentials, but mechanism, username or password is absent";
            let mend = "write mechanism = \"SCRAM-SHA-512\", username = { env = \"…\" }, password = { env = \"…\" }";
            self.document.problem(span.clone(), "missing_credentials", message, mend);
        }
        if security == Security::SaslPlaintext && !allow_insecure {
            let message = "[kafka] security = \"sasl_plaintext\" sends the password without TLS";
            let mend =
                "write security = \"sasl_ssl\", or allow_insecure = true on a network you trust";
            self.document.problem(span, "insecure_credentials", message, mend);
        }
        let compression = table.choice("compression", &Compression::CHOICES, self.document);
        Kafka {
            security,
            mechanism: mechanism.map(|mechanism| mechanism.into_inner().to_owned()),
            username: self.secret(table, "username"),
            password: self.secret(table, "password"),
            allow_insecure,
            ca_file: self.path(table, "ca_file"),
            certificate_file: self.path(table, "certificate_file"),
            key_file: self.path(table, "key_file"),
            compression: compression.map(Spanned::into_inner).unwrap_or_default(),
            transaction_timeout: self.positive(
                table,
                "transaction_timeout",
                Duration::from_secs(10),
            ),
            session_timeout: self.positive(table, "session_timeout", Duration::from_secs(10)),
            give_up_after: self.give_up_after(table),
            call_timeout: self.positive(table, "call_timeout", Duration::from_secs(8)),
            stall_after: self.positive(table, "stall_after", Duration::from_secs(30)),
            read_ahead: self.size(table, "read_ahead", 16 * MIB),
            write_queue: self.size(table, "write_queue", 64 * MIB),
            renewals: self.whole(table, "renewals", 5, 0..=1000),
        }
    }

    fn path(&mut self, table: &mut Table, key: &'static str) -> Option<PathBuf> {
        table.text(key, self.document).map(|path| PathBuf::from(path.into_inner()))
    }

    /// Where a secret lies. Anything else may be the secret itself: it is refused unseen.
    fn secret(&mut self, table: &mut Table, key: &'static str) -> Option<SecretSource> {
        let value = table.value(key)?;
        if let Value::Table(entries) = value.get_ref()
            && let [(kind, place)] = entries.as_slice()
            && let Value::Text(place) = place.get_ref()
        {
            match kind.get_ref().as_str() {
                "env" => return Some(SecretSource::Env(place.clone())),
                "file" => return Some(SecretSource::File(PathBuf::from(place))),
                _ => {}
            }
        }
        let message = "a secret is never written here, only where it lies";
        let mend = format!("write {key} = {{ env = \"NAME\" }} or {{ file = \"PATH\" }}");
        self.document.problem(value.span(), INLINE_SECRET, message, mend);
        None
    }

    fn wrong(&mut self, span: impl Into<Span>, message: String, mend: &str) {
        self.document.problem(span, "setting", message, mend);
    }

    fn parsed<T>(
        &mut self,
        table: &mut Table,
        key: &'static str,
        default: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let Some(value) = table.text(key, self.document) else { return parse(default).ok() };
        parse(value.get_ref())
            .map_err(|message| {
                self.wrong(value.span(), message, &format!("write {key} = \"{default}\""));
            })
            .ok()
    }

    fn name(&mut self, table: &mut Table, key: &'static str, default: &str) -> String {
        let Some(value) = table.text(key, self.document) else { return default.to_owned() };
        let name = value.get_ref();
        if !is_name(name) {
            let message = format!("\"{name}\" is no name");
            self.wrong(value.span(), message, "use letters, digits, dots, _ and - only");
        }
        value.into_inner()
    }

    fn topic(
        &mut self,
        table: &mut Table,
        key: &'static str,
        default: &str,
        placeholder: Option<&str>,
    ) -> String {
        let Some(value) = table.text(key, self.document) else { return default.to_owned() };
        let name = match placeholder {
            Some(placeholder) => value.get_ref().replace(placeholder, "x"),
            None => value.get_ref().clone(),
        };
        if !is_name(&name) {
            let message = format!("\"{}\" is no topic", value.get_ref());
            let mend = match placeholder {
                Some(placeholder) => {
                    format!("use letters, digits, dots, _ and - only; {placeholder} is filled in")
                }
                None => "use letters, digits, dots, _ and - only".to_owned(),
            };
            self.wrong(value.span(), message, &mend);
        }
        value.into_inner()
    }

    fn whole<T: TryFrom<i64> + Copy + std::fmt::Display + PartialOrd>(
        &mut self,
        table: &mut Table,
        key: &'static str,
        default: T,
        allowed: std::ops::RangeInclusive<T>,
    ) -> T {
        let Some(value) = table.whole(key, self.document) else { return default };
        match T::try_from(*value.get_ref()) {
            Ok(whole) if allowed.contains(&whole) => whole,
            _ => {
                let message = format!("{} is out of range", value.get_ref());
                let mend = format!("write {} to {}", allowed.start(), allowed.end());
                self.wrong(value.span(), message, &mend);
                default
            }
        }
    }

    fn share(&mut self, table: &mut Table, key: &'static str, default: f64) -> f64 {
        let Some(value) = table.number(key, self.document) else { return default };
        let share = *value.get_ref();
        if !(share > 0.0 && share <= 1.0) {
            self.wrong(value.span(), format!("{share} is no share"), "write 0.01 to 1.0");
        }
        share
    }

    fn duration(&mut self, table: &mut Table, key: &'static str, default: Duration) -> Duration {
        let value = table.text(key, self.document);
        value.map_or(default, |value| self.parse_duration(&value, default))
    }

    fn parse_duration(&mut self, value: &Spanned<String>, default: Duration) -> Duration {
        let text = value.get_ref();
        let days = text.strip_suffix('d').and_then(|days| days.parse::<u32>().ok());
        let parsed = match days {
            Some(days) => DAY.checked_mul(days),
            None => text.parse::<SignedDuration>().ok().and_then(|given| given.try_into().ok()),
        };
        parsed.unwrap_or_else(|| {
            let message = format!("\"{text}\" is no duration");
            let mend = "write one like \"100ms\", \"10s\", \"5m\" or \"14d\"";
            self.wrong(value.span(), message, mend);
            default
        })
    }

    /// A duration that is not zero.
    fn positive(&mut self, table: &mut Table, key: &'static str, default: Duration) -> Duration {
        let Some(value) = table.text(key, self.document) else { return default };
        let duration = self.parse_duration(&value, default);
        if duration.is_zero() {
            self.wrong(value.span(), "zero is too short".to_owned(), "write a longer duration");
        }
        duration
    }

    /// How long to try before giving up; zero means for ever.
    fn give_up_after(&mut self, table: &mut Table) -> Option<Duration> {
        let give_up = self.duration(table, "give_up_after", Duration::from_mins(10));
        Some(give_up).filter(|give_up| !give_up.is_zero())
    }

    /// A size of memory.
    fn size(&mut self, table: &mut Table, key: &'static str, default: usize) -> usize {
        let mend = "write one like \"64KiB\" or \"8MiB\", 1024MiB at most";
        self.sized(table, key, 1..=1024 * MIB, mend).unwrap_or(default)
    }

    /// A size of a file.
    fn file_size(&mut self, table: &mut Table, key: &'static str) -> Option<u64> {
        let mend = "write one like \"20GiB\", 1MiB to 1024GiB";
        let bytes = self.sized(table, key, MIB..=1024 * GIB, mend)?;
        u64::try_from(bytes).ok()
    }

    /// A size, if there is one and it is one of `allowed`.
    fn sized(
        &mut self,
        table: &mut Table,
        key: &'static str,
        allowed: std::ops::RangeInclusive<usize>,
        mend: &str,
    ) -> Option<usize> {
        let value = table.text(key, self.document)?;
        let text = value.get_ref().trim();
        let size = size::parse(text).filter(|bytes| allowed.contains(bytes));
        if size.is_none() {
            self.wrong(value.span(), format!("\"{text}\" is no size"), mend);
        }
        size
    }
}

/// Whether Kafka takes it as a topic's name (and we as a group's).
pub(super) fn is_name(name: &str) -> bool {
    let known =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-');
    !name.is_empty() && name.len() <= TOPIC_NAME_MAX && name.chars().all(known)
}
