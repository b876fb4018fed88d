//! What a Kafka log is told: brokers, delivery, patience, bounds, credentials.
//!
//! The values come typed from the `voc` crate, which alone reads files and the environment. Each
//! client's librdkafka configuration is made here and nowhere else; none of it is ever printed.

use std::fmt;
use std::time::Duration;

use rdkafka::ClientConfig;

/// How outputs and offsets are tied together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// One transaction holds the outputs and the offsets of a batch.
    #[default]
    ExactlyOnce,
    /// Outputs are acknowledged by all in-sync replicas before the offsets are committed; after a
    /// failure in between, a batch's outputs are written again.
    AtLeastOnce,
}

/// A text that no `Debug` shows: a password, a private key.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// TLS to the brokers. Certificates and keys are PEM texts, not paths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tls {
    /// The authority that signed the brokers' certificates; `None`: the system's.
    pub authority: Option<String>,
    /// Our certificate, where brokers ask for one.
    pub certificate: Option<String>,
    /// Our certificate's private key.
    pub key: Option<Secret>,
    /// The private key's passphrase.
    pub key_passphrase: Option<Secret>,
}

/// How a user shows who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sasl {
    /// A name and a password, as they are: only over TLS outside a test.
    Plain {
        /// The user.
        username: String,
        /// Its password.
        password: Secret,
    },
    /// A name and a password, by challenge.
    Scram {
        /// Which hash.
        hash: ScramHash,
        /// The user.
        username: String,
        /// Its password.
        password: Secret,
    },
    /// Kerberos.
    Kerberos {
        /// The brokers' service name, mostly `kafka`.
        service: String,
        /// Our principal.
        principal: String,
        /// The path of our keytab.
        keytab: String,
    },
}

/// The hash of a SCRAM challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScramHash {
    /// SCRAM-SHA-256.
    Sha256,
    /// SCRAM-SHA-512.
    Sha512,
}

/// How records are compressed on the wire and on the broker's disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compression {
    /// Not at all.
    None,
    /// LZ4: little work for both sides.
    #[default]
    Lz4,
    /// Zstandard: smaller, more work.
    Zstd,
}

impl Compression {
    fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Lz4 => "lz4",
            Self::Zstd => "zstd",
        }
    }
}

/// All that a Kafka log is told. Start from [`Settings::new`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `host:port`, several with commas between.
    pub brokers: String,
    /// How outputs and offsets are tied together.
    pub delivery: Delivery,
    /// How long to keep trying while the log can't be reached or won't commit; `None`: for ever.
    pub give_up_after: Option<Duration>,
    /// How long one call from outside a worker (append, describe, read) may take.
    pub call_timeout: Duration,
    /// After how long without a sign of life the group gives a member's partitions to others.
    pub session_timeout: Duration,
    /// After how long the broker ends a transaction by itself.
    pub transaction_timeout: Duration,
    /// After how long a partition that has records but yields none counts as stalled.
    pub stall_after: Duration,
    /// How many bytes may wait, read ahead, in a member.
    pub read_ahead_bytes_max: usize,
    /// How many bytes may wait to be written in a member.
    pub write_queue_bytes_max: usize,
    /// The largest record written, and the `max.message.bytes` of topics made here.
    pub record_bytes_max: usize,
    /// How often in a row a producer that was fenced or has failed for good is made anew.
    pub renewals_max: u32,
    /// How records are compressed.
    pub compression: Compression,
    /// TLS, where the brokers speak it.
    pub tls: Option<Tls>,
    /// Credentials, where the brokers ask for them.
    pub sasl: Option<Sasl>,
}

const MEBIBYTE: usize = 1024 * 1024;

impl Settings {
    /// The defaults, for these brokers.
    pub fn new(brokers: impl Into<String>) -> Self {
        Self {
            brokers: brokers.into(),
            delivery: Delivery::ExactlyOnce,
            give_up_after: Some(Duration::from_mins(10)),
            call_timeout: Duration::from_secs(10),
            session_timeout: Duration::from_secs(10),
            transaction_timeout: Duration::from_secs(10),
            stall_after: Duration::from_secs(30),
            read_ahead_bytes_max: 16 * MEBIBYTE,
            write_queue_bytes_max: 64 * MEBIBYTE,
            record_bytes_max: 8 * MEBIBYTE,
            renewals_max: 5,
            compression: Compression::default(),
            tls: None,
            sasl: None,
        }
    }

    /// Below the transaction's: a record is given up before its transaction is.
    pub(crate) fn message_timeout(&self) -> Duration {
        self.transaction_timeout * 9 / 10
    }

    /// What every client is told.
    fn base(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.brokers);
        config.set("client.id", "voc");
        config.set("socket.keepalive.enable", "true");
        // librdkafka wants it no longer than a transaction.
        let answered_within = self.session_timeout.min(self.transaction_timeout);
        config.set("socket.timeout.ms", millis(answered_within));
        // One try a second at first: what refuses us is told thrice, not hammered.
        config.set("reconnect.backoff.ms", "1000");
        config.set("reconnect.backoff.max.ms", "5000");
        config.set("topic.metadata.refresh.interval.ms", "30000");
        self.set_security(&mut config);
        config
    }

    fn set_security(&self, config: &mut ClientConfig) {
        let protocol = match (&self.tls, &self.sasl) {
            (None, None) => "plaintext",
            (Some(_), None) => "ssl",
            (None, Some(_)) => "sasl_plaintext",
            (Some(_), Some(_)) => "sasl_ssl",
        };
        config.set("security.protocol", protocol);
        if let Some(tls) = &self.tls {
            set_if(config, "ssl.ca.pem", tls.authority.as_deref());
            set_if(config, "ssl.certificate.pem", tls.certificate.as_deref());
            set_if(config, "ssl.key.pem", tls.key.as_ref().map(Secret::expose));
            set_if(config, "ssl.key.password", tls.key_passphrase.as_ref().map(Secret::expose));
        }
        match &self.sasl {
            None => {}
            Some(Sasl::Plain { username, password }) => {
                config.set("sasl.mechanism", "PLAIN");
                set_user(config, username, password);
            }
            Some(Sasl::Scram { hash, username, password }) => {
                let mechanism = match hash {
                    ScramHash::Sha256 => "SCRAM-SHA-256",
                    ScramHash::Sha512 => "SCRAM-SHA-512",
                };
                config.set("sasl.mechanism", mechanism);
                set_user(config, username, password);
            }
            Some(Sasl::Kerberos { service, principal, keytab }) => {
                config.set("sasl.mechanism", "GSSAPI");
                config.set("sasl.kerberos.service.name", service);
                config.set("sasl.kerberos.principal", principal);
                config.set("sasl.kerberos.keytab", keytab);
            }
        }
    }

    fn reading(&self) -> ClientConfig {
        let mut config = self.base();
        config.set("enable.auto.commit", "false");
        config.set("enable.auto.offset.store", "false");
        config.set("isolation.level", "read_committed");
        config.set("enable.partition.eof", "true");
        config.set("check.crcs", "true");
        config.set("allow.auto.create.topics", "false");
        // By default a full queue is looked at again only after a second.
        config.set("fetch.queue.backoff.ms", "10");
        config.set("fetch.wait.max.ms", "100");
        config.set("queued.max.messages.kbytes", kibibytes(self.read_ahead_bytes_max));
        // These two count what comes compressed, which is several times as much afterwards.
        let at_once = (self.read_ahead_bytes_max / 4).max(MEBIBYTE);
        config.set("fetch.max.bytes", at_once.to_string());
        config.set("max.partition.fetch.bytes", (self.read_ahead_bytes_max / 64).to_string());
        // A zstd batch whose size lies between the last step of its growing buffer and this bound
        // can never be read (librdkafka #5260): the bound is far above what is fetched.
        config.set("receive.message.max.bytes", (256 * MEBIBYTE).to_string());
        config
    }

    /// A member's consumer.
    pub(crate) fn consumer(&self, group: &str) -> ClientConfig {
        let mut config = self.reading();
        config.set("group.id", group);
        config.set("group.protocol", "classic");
        config.set("partition.assignment.strategy", "cooperative-sticky");
        config.set("session.timeout.ms", millis(self.session_timeout));
        config.set("heartbeat.interval.ms", millis(self.session_timeout / 5));
        // Where to start is decided by the member: see `Standing`.
        config.set("auto.offset.reset", "error");
        config.set("statistics.interval.ms", "1000");
        config
    }

    /// A consumer that joins no group and starts where it is told.
    pub(crate) fn reader(&self, group: &str) -> ClientConfig {
        let mut config = self.reading();
        config.set("group.id", group);
        config.set("auto.offset.reset", "earliest");
        config
    }

    /// A reader that sees what no transaction has ended yet: only ever asked for ends.
    pub(crate) fn peeker(&self, group: &str) -> ClientConfig {
        let mut config = self.reader(group);
        config.set("isolation.level", "read_uncommitted");
        config
    }

    /// After how long the broker has surely ended a transaction whose producer died: it looks for
    /// such every ten seconds.
    pub(crate) fn transaction_ends_within(&self) -> Duration {
        self.transaction_timeout + Duration::from_secs(20)
    }

    /// A producer: transactional with an id, else idempotent. It tries to write a record for so long;
    /// `None`: for ever.
    pub(crate) fn producer(
        &self,
        transactional_id: Option<&str>,
        write_within: Option<Duration>,
    ) -> ClientConfig {
        let mut config = self.base();
        config.set("enable.idempotence", "true");
        config.set("acks", "all");
        config.set("partitioner", "murmur2_random");
        config.set("compression.type", self.compression.name());
        config.set("message.max.bytes", self.record_bytes_max.to_string());
        config.set("message.timeout.ms", millis(write_within.unwrap_or_default()));
        config.set("queue.buffering.max.kbytes", kibibytes(self.write_queue_bytes_max));
        config.set("queue.buffering.max.messages", "1000000");
        config.set("batch.size", MEBIBYTE.to_string());
        // A batch is written in one go and then waited for: there is nothing to linger for.
        config.set("linger.ms", "1");
        if let Some(id) = transactional_id {
            config.set("transactional.id", id);
            config.set("transaction.timeout.ms", millis(self.transaction_timeout));
        }
        config
    }

    /// A client for making topics.
    pub(crate) fn admin(&self) -> ClientConfig {
        self.base()
    }
}

fn set_if(config: &mut ClientConfig, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        config.set(key, value);
    }
}

fn set_user(config: &mut ClientConfig, username: &str, password: &Secret) {
    config.set("sasl.username", username);
    config.set("sasl.password", password.expose());
}

fn millis(duration: Duration) -> String {
    duration.as_millis().to_string()
}

fn kibibytes(bytes: usize) -> String {
    (bytes / 1024).max(1).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_sasl(sasl: Sasl) -> Settings {
        Settings { sasl: Some(sasl), ..Settings::new("127.0.0.1:9092") }
    }

    #[test]
    fn a_secret_is_never_shown() {
        let password = Secret::new("canary-7c1");
        let settings = with_sasl(Sasl::Plain { username: "voc".to_owned(), password });
        assert!(!format!("{settings:?}").contains("canary"));
    }

    #[test]
    fn the_protocol_follows_tls_and_sasl() {
        let plain = Sasl::Plain { username: "voc".to_owned(), password: Secret::new("x") };
        let cases = [
            (None, None, "plaintext"),
            (Some(Tls::default()), None, "ssl"),
            (None, Some(plain.clone()), "sasl_plaintext"),
            (Some(Tls::default()), Some(plain), "sasl_ssl"),
        ];
        for (tls, sasl, protocol) in cases {
            let settings = Settings { tls, sasl, ..Settings::new("127.0.0.1:9092") };
            assert_eq!(settings.consumer("g").get("security.protocol"), Some(protocol));
        }
    }

    #[test]
    fn a_record_is_given_up_before_its_transaction() {
        let settings = Settings::new("127.0.0.1:9092");
        assert!(settings.message_timeout() < settings.transaction_timeout);
        let producer = settings.producer(Some("voc-a-0"), Some(settings.message_timeout()));
        assert_eq!(producer.get("message.timeout.ms"), Some("9000"));
        assert_eq!(producer.get("transactional.id"), Some("voc-a-0"));
        let patient = settings.producer(None, None);
        assert_eq!(patient.get("message.timeout.ms"), Some("0"), "that is for ever");
        assert_eq!(patient.get("transactional.id"), None);
    }

    #[test]
    fn librdkafka_takes_every_configuration() {
        let scram = Sasl::Scram {
            hash: ScramHash::Sha512,
            username: "voc".to_owned(),
            password: Secret::new("x"),
        };
        let kerberos = Sasl::Kerberos {
            service: "kafka".to_owned(),
            principal: "voc".to_owned(),
            keytab: "voc.keytab".to_owned(),
        };
        for settings in [Settings::new("127.0.0.1:9"), with_sasl(scram), with_sasl(kerberos)] {
            let configs = [
                settings.consumer("g"),
                settings.reader("g"),
                settings.producer(Some("t"), Some(settings.message_timeout())),
                settings.producer(None, None),
                settings.admin(),
            ];
            for config in configs {
                assert!(config.create_native_config().is_ok());
            }
        }
    }
}
