//! What every client of librdkafka here has in common: its log lines go to tracing, and the errors
//! it reports on the side are kept until somebody asks.

use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// A lock whose holder never panics half-way: a poisoned one is taken as it is.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Drops a client on a thread of its own, since that waits for its threads. `false`: it takes
/// longer than `timeout`, and goes on by itself.
pub(crate) fn drop_within<T: Send + 'static>(client: T, timeout: Duration) -> bool {
    let (done, gone) = mpsc::channel();
    let dropping = thread::Builder::new().name("kafka-close".to_owned()).spawn(move || {
        drop(client);
        done.send(()).ok();
    });
    dropping.is_ok() && gone.recv_timeout(timeout).is_ok()
}

/// An error that librdkafka reports on the side, not as the answer to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// The client's code.
    pub(crate) code: RDKafkaErrorCode,
    /// What it said; it names the broker.
    pub(crate) reason: String,
}

impl Trouble {
    /// The end of a partition is reported as an error and is none.
    pub(crate) fn of(error: &KafkaError, reason: &str) -> Option<Self> {
        let code = error.rdkafka_error_code().unwrap_or(RDKafkaErrorCode::Fail);
        (code != RDKafkaErrorCode::PartitionEOF).then(|| Self { code, reason: reason.to_owned() })
    }
}

/// Passes a log line of librdkafka on. Its lines name brokers, topics and states, never a record.
/// Lines of these facilities repeat a lost connection for each broker and try: whether it matters
/// is told elsewhere, once.
pub(crate) fn tell(level: RDKafkaLogLevel, facility: &str, line: &str) {
    match level {
        _ if matches!(facility, "FAIL" | "ERROR") => {
            tracing::debug!(target: "librdkafka", facility, "{line}");
        }
        RDKafkaLogLevel::Emerg
        | RDKafkaLogLevel::Alert
        | RDKafkaLogLevel::Critical
        | RDKafkaLogLevel::Error
        | RDKafkaLogLevel::Warning => tracing::warn!(target: "librdkafka", facility, "{line}"),
        RDKafkaLogLevel::Notice | RDKafkaLogLevel::Info => {
            tracing::info!(target: "librdkafka", facility, "{line}");
        }
        RDKafkaLogLevel::Debug => tracing::debug!(target: "librdkafka", facility, "{line}"),
    }
}

/// The context of a client that is in no group: it keeps the last trouble.
#[derive(Debug, Default)]
pub(crate) struct Quiet {
    last: Mutex<Option<Trouble>>,
}

impl Quiet {
    /// The trouble reported last, taken out.
    pub(crate) fn take(&self) -> Option<Trouble> {
        lock(&self.last).take()
    }
}

impl ClientContext for Quiet {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        tell(level, facility, line);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if let Some(trouble) = Trouble::of(&error, reason) {
            let mut last = lock(&self.last);
            // "All brokers are down" follows each refusal and says less.
            let vague = trouble.code == RDKafkaErrorCode::AllBrokersDown;
            if !vague || last.is_none() {
                *last = Some(trouble);
            }
        }
    }
}

impl ConsumerContext for Quiet {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_telling_trouble_is_kept() {
        let quiet = Quiet::default();
        quiet.error(KafkaError::Global(RDKafkaErrorCode::Authentication), "refused");
        quiet.error(KafkaError::Global(RDKafkaErrorCode::AllBrokersDown), "1/1 brokers are down");
        quiet.error(KafkaError::Global(RDKafkaErrorCode::PartitionEOF), "end");
        let trouble = quiet.take();
        assert_eq!(trouble.map(|trouble| trouble.reason), Some("refused".to_owned()));
        assert_eq!(quiet.take(), None);
    }
}
