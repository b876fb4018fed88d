//! What every client of librdkafka here has in common: its log lines go to tracing, and the errors
//! it reports on the side are kept until somebody asks.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use crate::verdict::{Step, Symptom};

/// A lock whose holder never panics half-way: a poisoned one is taken as it is.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a call that blocks until brokers answer, or give up, on a thread of its own: so it can be
/// waited for in slices, and left. Where no thread can be had the receiver is cut off.
pub(crate) fn aside<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> Receiver<T> {
    let (done, answer) = mpsc::channel();
    let calling = thread::Builder::new().name("kafka-call".to_owned());
    if let Err(error) = calling.spawn(move || done.send(call()).ok()) {
        tracing::warn!(%error, "no thread for a call to Kafka's client");
    }
    answer
}

/// What came of a call made [`aside`]; `None`: nothing yet.
pub(crate) fn answer_of(
    call: &Receiver<Result<(), Symptom>>,
    timeout: Duration,
) -> Option<Result<(), Symptom>> {
    match call.recv_timeout(timeout) {
        Ok(answer) => Some(answer),
        Err(RecvTimeoutError::Timeout) => None,
        Err(RecvTimeoutError::Disconnected) => {
            let reason = "the call could not be made";
            Some(Err(Symptom::new(Step::End, RDKafkaErrorCode::Fail, reason)))
        }
    }
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
    /// The end of a partition is reported as an error and is none. "All brokers are down" follows
    /// each trouble with one of them, maybe much later, and says less.
    pub(crate) fn of(error: &KafkaError, reason: &str) -> Option<Self> {
        let code = error.rdkafka_error_code().unwrap_or(RDKafkaErrorCode::Fail);
        let says_nothing =
            matches!(code, RDKafkaErrorCode::PartitionEOF | RDKafkaErrorCode::AllBrokersDown);
        (!says_nothing).then(|| Self { code, reason: reason.to_owned() })
    }
}

/// Passes a log line of librdkafka on. Its lines name brokers, topics and states, never a record.
/// Lines of these facilities repeat for each broker, partition and try what is lost or late: whether
/// it matters is told elsewhere, once.
pub(crate) fn tell(level: RDKafkaLogLevel, facility: &str, line: &str) {
    match level {
        _ if matches!(facility, "FAIL" | "ERROR" | "REQTMOUT" | "METADATAUPDATE") => {
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
            *lock(&self.last) = Some(trouble);
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
        // It may come late, when the telling one was taken out before.
        quiet.error(KafkaError::Global(RDKafkaErrorCode::AllBrokersDown), "1/1 brokers are down");
        assert_eq!(quiet.take(), None);
    }
}
