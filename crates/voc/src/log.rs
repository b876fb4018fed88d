//! Opens the log that a URL names: the one place that knows which kinds there are.

use std::env;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use embedded::EmbeddedLog;
use kafka::KafkaLog;
use pipeline::Log;

use crate::clock;
use crate::settings::{
    Compression, Delivery, Durability, LogUrl, SecretSource, Security, Settings,
};

/// Opens a log. On Kafka nothing is connected yet; the first call does that.
pub(crate) fn open(url: &LogUrl, settings: &Settings) -> Result<Box<dyn Log>> {
    match url {
        LogUrl::Embedded(folder) => {
            let mut own = embedded::Settings::new(|| clock::now().as_millisecond());
            own.durability = match settings.embedded.durability {
                Durability::Normal => embedded::Durability::Normal,
                Durability::Full => embedded::Durability::Full,
            };
            own.busy_timeout = settings.embedded.busy_timeout;
            own.give_up_after = settings.embedded.give_up_after;
            own.bytes_max = settings.embedded.bytes_max;
            own.retention_every = settings.embedded.retention_every;
            Ok(Box::new(EmbeddedLog::open(folder, own)?))
        }
        LogUrl::Kafka(brokers) => Ok(Box::new(KafkaLog::new(kafka_settings(brokers, settings)?))),
    }
}

fn kafka_settings(brokers: &str, settings: &Settings) -> Result<kafka::Settings> {
    let own = &settings.kafka;
    let mut given = kafka::Settings::new(brokers);
    given.delivery = match settings.delivery {
        Delivery::ExactlyOnce => kafka::Delivery::ExactlyOnce,
        Delivery::AtLeastOnce => kafka::Delivery::AtLeastOnce,
    };
    given.give_up_after = own.give_up_after;
    given.call_timeout = own.call_timeout;
    given.session_timeout = own.session_timeout;
    given.transaction_timeout = own.transaction_timeout;
    given.stall_after = own.stall_after;
    given.read_ahead_bytes_max = own.read_ahead;
    given.write_queue_bytes_max = own.write_queue;
    given.record_bytes_max = settings.limits.output;
    given.renewals_max = own.renewals;
    given.compression = match own.compression {
        Compression::None => kafka::Compression::None,
        Compression::Lz4 => kafka::Compression::Lz4,
        Compression::Zstd => kafka::Compression::Zstd,
    };
    if matches!(own.security, Security::Ssl | Security::SaslSsl) {
        given.tls = Some(kafka::Tls {
            authority: own.ca_file.as_deref().map(read_file).transpose()?,
            certificate: own.certificate_file.as_deref().map(read_file).transpose()?,
            key: own.key_file.as_deref().map(read_file).transpose()?.map(kafka::Secret::new),
            key_passphrase: None,
        });
    }
    if matches!(own.security, Security::SaslPlaintext | Security::SaslSsl) {
        given.sasl = Some(sasl(settings)?);
    }
    Ok(given)
}

fn sasl(settings: &Settings) -> Result<kafka::Sasl> {
    let own = &settings.kafka;
    let username = own.username.as_ref().map(secret).transpose()?.unwrap_or_default();
    let password = own.password.as_ref().map(secret).transpose()?.unwrap_or_default();
    let password = kafka::Secret::new(password);
    let scram =
        |hash| kafka::Sasl::Scram { hash, username: username.clone(), password: password.clone() };
    Ok(match own.mechanism.as_deref() {
        Some("SCRAM-SHA-256") => scram(kafka::ScramHash::Sha256),
        Some("SCRAM-SHA-512") => scram(kafka::ScramHash::Sha512),
        _ => kafka::Sasl::Plain { username, password },
    })
}

/// Fetches a secret from where the configuration says it lies. The error never holds it.
fn secret(source: &SecretSource) -> Result<String> {
    match source {
        SecretSource::Env(name) => {
            #[expect(clippy::disallowed_methods, reason = "this crate reads the environment")]
            let value = env::var(name);
            value.with_context(|| format!("[kafka] wants the environment variable {name}"))
        }
        SecretSource::File(path) => Ok(read_file(path)?.trim_end_matches(['\r', '\n']).to_owned()),
    }
}

fn read_file(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("[kafka] wants {}", path.display()))
}
