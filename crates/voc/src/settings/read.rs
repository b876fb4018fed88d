//! From what was typed to what is meant: defaults, units and bounds, with every problem kept.

use std::path::PathBuf;
use std::time::Duration;

use feedback::{Problem, Span};
use jiff::SignedDuration;
use toml::Spanned;

use super::raw::{RawKafka, RawSecret, RawSettings, RawTopics};
use super::{
    Batch, DeadLetters, Embedded, FILE, INLINE_SECRET, Kafka, Limits, LogUrl, SecretSource,
    Security, Settings, Topics,
};

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;
const DAY: Duration = Duration::from_hours(24);

/// The longest name Kafka allows for a topic.
const TOPIC_NAME_MAX: usize = 249;

/// The mechanisms we know.
const MECHANISMS: [&str; 3] = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"];

/// Reads values and keeps the problems.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) problems: Vec<Problem>,
}

impl Reader {
    pub(super) fn settings(&mut self, raw: RawSettings) -> Settings {
        let log = self.parsed(raw.log, "embedded:voc-data", LogUrl::parse);
        let metrics = self.parsed(raw.metrics, "127.0.0.1:9464", |text| {
            text.parse()
                .map_err(|_| format!("\"{text}\" is no address: write one like 127.0.0.1:9464"))
        });
        Settings {
            log: log.unwrap_or_else(|| LogUrl::Embedded(PathBuf::from("voc-data"))),
            group: self.name(raw.group, "voc"),
            delivery: raw.delivery,
            workers: self.whole(raw.workers, 1, 1..=256),
            instance: raw.instance.map(|instance| self.name(Some(instance), "")),
            metrics: metrics.unwrap_or_else(|| ([127, 0, 0, 1], 9464).into()),
            topics: self.topics(raw.topics),
            batch: Batch {
                records: self.whole(raw.batch.records, 1000, 1..=1_000_000),
                bytes: self.size(raw.batch.bytes, 8 * MIB),
                wait: self.positive(raw.batch.wait, Duration::from_millis(100)),
                linger: self.duration(raw.batch.linger, Duration::from_millis(20)),
            },
            limits: Limits {
                record: self.size(raw.limits.record, MIB),
                depth: self.whole(raw.limits.depth, 64, 1..=128),
                text: self.size(raw.limits.text, 50 * KIB),
                attributes: self.size(raw.limits.attributes, 64 * KIB),
                output: self.size(raw.limits.output, 8 * MIB),
            },
            dead_letters: DeadLetters {
                in_a_row: self.whole(raw.dead_letters.in_a_row, 1000, 1..=1_000_000_000),
                share: self.share(raw.dead_letters.share, 0.5),
                window: self.whole(raw.dead_letters.window, 10_000, 1..=1_000_000),
            },
            embedded: Embedded {
                durability: raw.embedded.durability,
                busy_timeout: self.positive(raw.embedded.busy_timeout, Duration::from_secs(10)),
            },
            kafka: self.kafka(raw.kafka),
        }
    }

    fn topics(&mut self, raw: RawTopics) -> Topics {
        Topics {
            raw: self.topic(raw.raw, "feedback.raw", None),
            classified: self.topic(raw.classified, "feedback.classified", None),
            routed: self.topic(raw.routed, "feedback.routed.{department}", Some("{department}")),
            tasks: self.topic(raw.tasks, "tasks.{team}", Some("{team}")),
            kudos: self.topic(raw.kudos, "kudos.{team}", Some("{team}")),
            dead: self.topic(raw.dead, "feedback.dead", None),
            create: raw.create,
            partitions: raw.partitions.map(|value| self.whole(Some(value), 4, 1..=10_000)),
            replication: raw.replication.map(|value| self.whole(Some(value), 1, 1..=100)),
            retention: raw.retention.map(|value| self.duration(Some(value), DAY)),
            dead_retention: Some(self.duration(raw.dead_retention, 14 * DAY)),
        }
    }

    fn kafka(&mut self, raw: RawKafka) -> Kafka {
        let absent = raw.mechanism.is_none() || raw.username.is_none() || raw.password.is_none();
        let mechanism = raw.mechanism.and_then(|mechanism| {
            self.parsed(Some(mechanism), "", |text| {
                MECHANISMS
                    .contains(&text)
                    .then(|| text.to_owned())
                    .ok_or_else(|| format!("\"{text}\" is none of {}", MECHANISMS.join(", ")))
            })
        });
        let sasl = matches!(raw.security, Security::SaslPlaintext | Security::SaslSsl);
        if sasl && absent {
            self.problems.push(Problem::new(
                FILE,
                "missing_credentials",
                "[kafka] security asks for credentials, but mechanism, username or password is absent",
                "write mechanism = \"SCRAM-SHA-512\", username = { env = \"…\" }, password = { env = \"…\" }",
            ));
        }
        if raw.security == Security::SaslPlaintext && !raw.allow_insecure {
            self.problems.push(Problem::new(
                FILE,
                "insecure_credentials",
                "[kafka] security = \"sasl_plaintext\" sends the password without TLS",
                "write security = \"sasl_ssl\", or allow_insecure = true on a network you trust",
            ));
        }
        let give_up = self.duration(raw.give_up_after, Duration::from_mins(10));
        Kafka {
            security: raw.security,
            mechanism,
            username: self.secret(raw.username),
            password: self.secret(raw.password),
            allow_insecure: raw.allow_insecure,
            ca_file: raw.ca_file,
            certificate_file: raw.certificate_file,
            key_file: raw.key_file,
            compression: raw.compression,
            transaction_timeout: self.positive(raw.transaction_timeout, Duration::from_secs(10)),
            session_timeout: self.positive(raw.session_timeout, Duration::from_secs(10)),
            give_up_after: Some(give_up).filter(|give_up| !give_up.is_zero()),
            call_timeout: self.positive(raw.call_timeout, Duration::from_secs(8)),
            stall_after: self.positive(raw.stall_after, Duration::from_secs(30)),
            read_ahead: self.size(raw.read_ahead, 16 * MIB),
            write_queue: self.size(raw.write_queue, 64 * MIB),
            renewals: self.whole(raw.renewals, 5, 0..=1000),
        }
    }

    fn secret(&mut self, value: Option<Spanned<RawSecret>>) -> Option<SecretSource> {
        let value = value?;
        let span = value.span();
        match value.into_inner() {
            RawSecret::Source(source) => Some(source),
            RawSecret::Other(_) => {
                let message = "a secret is never written here, only where it lies";
                let mend = "write { env = \"NAME\" } or { file = \"PATH\" }";
                self.problems.push(Problem::new(FILE, INLINE_SECRET, message, mend).at(span));
                None
            }
        }
    }

    fn wrong(&mut self, span: impl Into<Span>, message: String, mend: &str) {
        self.problems.push(Problem::new(FILE, "setting", message, mend).at(span));
    }

    fn parsed<T>(
        &mut self,
        value: Option<Spanned<String>>,
        default: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let Some(value) = value else { return parse(default).ok() };
        parse(value.get_ref())
            .map_err(|message| self.wrong(value.span(), message, "see config/voc.toml"))
            .ok()
    }

    fn name(&mut self, value: Option<Spanned<String>>, default: &str) -> String {
        let Some(value) = value else { return default.to_owned() };
        let name = value.get_ref();
        if name.is_empty() || name.len() > TOPIC_NAME_MAX || !name.chars().all(is_name) {
            let message = format!("\"{name}\" is no name");
            self.wrong(value.span(), message, "use letters, digits, dots, _ and - only");
        }
        value.into_inner()
    }

    fn topic(
        &mut self,
        value: Option<Spanned<String>>,
        default: &str,
        placeholder: Option<&str>,
    ) -> String {
        let Some(value) = value else { return default.to_owned() };
        let name = match placeholder {
            Some(placeholder) => value.get_ref().replace(placeholder, "x"),
            None => value.get_ref().clone(),
        };
        if name.is_empty() || name.len() > TOPIC_NAME_MAX || !name.chars().all(is_name) {
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
        value: Option<Spanned<i64>>,
        default: T,
        allowed: std::ops::RangeInclusive<T>,
    ) -> T {
        let Some(value) = value else { return default };
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

    fn share(&mut self, value: Option<Spanned<f64>>, default: f64) -> f64 {
        let Some(value) = value else { return default };
        let share = *value.get_ref();
        if !(share > 0.0 && share <= 1.0) {
            self.wrong(value.span(), format!("{share} is no share"), "write 0.01 to 1.0");
        }
        share
    }

    fn duration(&mut self, value: Option<Spanned<String>>, default: Duration) -> Duration {
        let Some(value) = value else { return default };
        let text = value.get_ref();
        let days = text.strip_suffix('d').and_then(|days| days.parse::<u32>().ok());
        let parsed = match days {
            Some(days) => Some(DAY * days),
            None => text.parse::<SignedDuration>().ok().and_then(|given| given.try_into().ok()),
        };
        parsed.unwrap_or_else(|| {
            let message = format!("\"{text}\" is no duration");
            self.wrong(
                value.span(),
                message,
                "write one like \"100ms\", \"10s\", \"5m\" or \"14d\"",
            );
            default
        })
    }

    /// A duration that is not zero.
    fn positive(&mut self, value: Option<Spanned<String>>, default: Duration) -> Duration {
        let Some(value) = value else { return default };
        let span = value.span();
        let duration = self.duration(Some(value), default);
        if duration.is_zero() {
            self.wrong(span, "zero is too short".to_owned(), "write a longer duration");
        }
        duration
    }

    fn size(&mut self, value: Option<Spanned<String>>, default: usize) -> usize {
        let Some(value) = value else { return default };
        let text = value.get_ref().trim();
        let units = [("KiB", KIB), ("MiB", MIB), ("B", 1)];
        let parsed = units.into_iter().find_map(|(unit, bytes)| {
            let count: usize = text.strip_suffix(unit)?.trim().parse().ok()?;
            count.checked_mul(bytes).filter(|bytes| *bytes > 0 && *bytes <= 1024 * MIB)
        });
        parsed.unwrap_or_else(|| {
            let message = format!("\"{text}\" is no size");
            self.wrong(
                value.span(),
                message,
                "write one like \"64KiB\" or \"8MiB\", 1024MiB at most",
            );
            default
        })
    }
}

fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-')
}
