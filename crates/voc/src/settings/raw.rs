//! voc.toml as typed. Every key is optional; an unknown one is refused.

use std::path::PathBuf;

use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;

use super::{Compression, Delivery, Durability, SecretSource, Security};

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawSettings {
    pub(super) log: Option<Spanned<String>>,
    pub(super) group: Option<Spanned<String>>,
    pub(super) delivery: Delivery,
    pub(super) workers: Option<Spanned<i64>>,
    pub(super) instance: Option<Spanned<String>>,
    pub(super) metrics: Option<Spanned<String>>,
    pub(super) topics: RawTopics,
    pub(super) batch: RawBatch,
    pub(super) limits: RawLimits,
    pub(super) dead_letters: RawDeadLetters,
    pub(super) embedded: RawEmbedded,
    pub(super) kafka: RawKafka,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawTopics {
    pub(super) raw: Option<Spanned<String>>,
    pub(super) classified: Option<Spanned<String>>,
    pub(super) routed: Option<Spanned<String>>,
    pub(super) tasks: Option<Spanned<String>>,
    pub(super) kudos: Option<Spanned<String>>,
    pub(super) dead: Option<Spanned<String>>,
    pub(super) create: Option<bool>,
    pub(super) partitions: Option<Spanned<i64>>,
    pub(super) replication: Option<Spanned<i64>>,
    pub(super) retention: Option<Spanned<String>>,
    pub(super) dead_retention: Option<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawBatch {
    pub(super) records: Option<Spanned<i64>>,
    pub(super) bytes: Option<Spanned<String>>,
    pub(super) wait: Option<Spanned<String>>,
    pub(super) linger: Option<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawLimits {
    pub(super) record: Option<Spanned<String>>,
    pub(super) depth: Option<Spanned<i64>>,
    pub(super) text: Option<Spanned<String>>,
    pub(super) attributes: Option<Spanned<String>>,
    pub(super) output: Option<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawDeadLetters {
    pub(super) in_a_row: Option<Spanned<i64>>,
    pub(super) share: Option<Spanned<f64>>,
    pub(super) window: Option<Spanned<i64>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawEmbedded {
    pub(super) durability: Durability,
    pub(super) busy_timeout: Option<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawKafka {
    pub(super) security: Security,
    pub(super) mechanism: Option<Spanned<String>>,
    pub(super) username: Option<Spanned<RawSecret>>,
    pub(super) password: Option<Spanned<RawSecret>>,
    pub(super) allow_insecure: bool,
    pub(super) ca_file: Option<PathBuf>,
    pub(super) certificate_file: Option<PathBuf>,
    pub(super) key_file: Option<PathBuf>,
    pub(super) compression: Compression,
    pub(super) transaction_timeout: Option<Spanned<String>>,
    pub(super) session_timeout: Option<Spanned<String>>,
    pub(super) give_up_after: Option<Spanned<String>>,
    pub(super) call_timeout: Option<Spanned<String>>,
    pub(super) stall_after: Option<Spanned<String>>,
    pub(super) read_ahead: Option<Spanned<String>>,
    pub(super) write_queue: Option<Spanned<String>>,
    pub(super) renewals: Option<Spanned<i64>>,
}

/// Where a secret lies. Anything else may be the secret itself: it is refused unseen.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum RawSecret {
    Source(SecretSource),
    Other(IgnoredAny),
}
