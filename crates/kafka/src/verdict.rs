//! What an error of the client means for the work in hand: one pure function.
//!
//! librdkafka marks an error as fatal, as retriable, or as one after which the transaction must be
//! aborted; an error with none of the three marks counts as fatal. Two rules of our own stand above
//! the marks: an error of the commit itself leaves its outcome unknown, whatever its mark (the
//! request may have been carried out although the answer was lost or came late), and after a
//! time-out a producer is not used again, since a late request of its could fall into its next
//! transaction (librdkafka has no KIP-890).

use pipeline::Fault;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::types::RDKafkaErrorCode as Code;

/// What was being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Making a producer ready: `init_transactions`.
    Start,
    /// Writing outputs, up to their acknowledgement.
    Write,
    /// Adding offsets to the transaction.
    Offsets,
    /// Committing the transaction.
    End,
    /// Aborting the transaction.
    Abort,
    /// Committing offsets without a transaction.
    Group,
    /// Reading records.
    Read,
    /// Asking for metadata or offsets.
    Ask,
}

/// An error, and where it arose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Symptom {
    /// What was being done.
    pub(crate) step: Step,
    /// The client's code.
    pub(crate) code: RDKafkaErrorCode,
    /// The client instance is of no more use.
    pub(crate) fatal: bool,
    /// The same call may be made again.
    pub(crate) retriable: bool,
    /// The transaction must be aborted.
    pub(crate) requires_abort: bool,
    /// What the client said; never a record's content.
    pub(crate) reason: String,
}

impl Symptom {
    /// An error without marks.
    pub(crate) fn new(step: Step, code: RDKafkaErrorCode, reason: impl Into<String>) -> Self {
        let (fatal, retriable, requires_abort) = (code == Code::Fatal, false, false);
        Self { step, code, fatal, retriable, requires_abort, reason: reason.into() }
    }

    /// An error of rdkafka, with the marks it carries.
    pub(crate) fn of(step: Step, error: &KafkaError) -> Self {
        let code = error.rdkafka_error_code().unwrap_or(Code::Fail);
        match error {
            KafkaError::Transaction(inner) => Self {
                step,
                code,
                fatal: inner.is_fatal(),
                retriable: inner.is_retriable(),
                requires_abort: inner.txn_requires_abort(),
                reason: inner.string(),
            },
            KafkaError::MessageConsumptionFatal(_) => {
                Self { fatal: true, ..Self::new(step, code, code.to_string()) }
            }
            other => Self::new(step, code, without_values(other)),
        }
    }
}

/// The error's text without the value of a setting, which may be a secret.
pub(crate) fn without_values(error: &KafkaError) -> String {
    match error {
        KafkaError::ClientConfig(_, description, key, _) => format!("{key}: {description}"),
        other => other.to_string(),
    }
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The broker can't answer now: try again, within the time there is.
    Wait,
    /// The transaction is known not to have happened: abort it, go back to the batch's start.
    Abort,
    /// The group does not know us at this generation: abort, and wait for the rebalance.
    Refused,
    /// The outcome is unknown, or the producer is spent: a new producer with the same id, and the
    /// committed offsets say where we stand.
    Renew,
    /// Another producer has our id: as [`Verdict::Renew`], but not often.
    Fenced,
    /// The consumer is spent: leave, and join anew.
    Rejoin,
    /// The position asked for is not in the topic.
    OutOfRange,
    /// The credentials are refused.
    Credentials,
    /// Trying again can't help: the configuration, a permission, a topic must be mended.
    Stop,
}

/// What a caller beside the workers is told of an error for which its time is over.
pub(crate) fn fault_of(symptom: Symptom, brokers: &str) -> Fault {
    let address = brokers.to_owned();
    match judge(&symptom) {
        Verdict::Credentials => Fault::Credentials { address, reason: symptom.reason },
        Verdict::Stop => Fault::Fatal { reason: symptom.reason },
        _ => Fault::Unreachable { address, reason: symptom.reason },
    }
}

/// The verdict on an error.
pub(crate) fn judge(symptom: &Symptom) -> Verdict {
    match symptom.code {
        Code::Authentication
        | Code::SaslAuthenticationFailed
        | Code::UnsupportedSASLMechanism
        | Code::IllegalSASLState => Verdict::Credentials,
        Code::TopicAuthorizationFailed
        | Code::GroupAuthorizationFailed
        | Code::ClusterAuthorizationFailed
        | Code::TransactionalIdAuthorizationFailed
        | Code::UnsupportedVersion
        | Code::UnsupportedFeature
        | Code::UnsupportedForMessageFormat
        | Code::UnsupportedCompressionType
        | Code::InvalidTransactionTimeout
        | Code::InvalidSessionTimeout
        | Code::InvalidGroupId
        | Code::InconsistentGroupProtocol
        | Code::GroupMaxSizeReached
        | Code::MessageSizeTooLarge
        | Code::MessageBatchTooLarge
        | Code::InvalidTimestamp
        | Code::InvalidRecord
        | Code::InvalidTopic
        | Code::InvalidRequiredAcks
        | Code::PolicyViolation
            if symptom.step != Step::End =>
        {
            Verdict::Stop
        }
        Code::Fenced | Code::ProducerFenced | Code::InvalidProducerEpoch => Verdict::Fenced,
        code => match symptom.step {
            Step::Start => judge_start(symptom),
            Step::Write | Step::Offsets => judge_transaction(symptom),
            Step::Abort if symptom.retriable || code == Code::OperationTimedOut => Verdict::Wait,
            Step::End | Step::Abort => Verdict::Renew,
            Step::Group if is_refusal(code) => Verdict::Refused,
            Step::Read if code == Code::AutoOffsetReset => Verdict::OutOfRange,
            Step::Group | Step::Read | Step::Ask if symptom.fatal => Verdict::Rejoin,
            Step::Group | Step::Read | Step::Ask => Verdict::Wait,
        },
    }
}

fn judge_start(symptom: &Symptom) -> Verdict {
    let waits = symptom.retriable || is_network(symptom.code);
    if waits && !symptom.fatal { Verdict::Wait } else { Verdict::Renew }
}

fn judge_transaction(symptom: &Symptom) -> Verdict {
    if is_refusal(symptom.code) {
        Verdict::Refused
    } else if symptom.requires_abort && !symptom.fatal && !may_be_late(symptom.code) {
        Verdict::Abort
    } else {
        Verdict::Renew
    }
}

/// The group's answer to a member it doesn't know, or not in this generation.
fn is_refusal(code: RDKafkaErrorCode) -> bool {
    matches!(
        code,
        Code::IllegalGeneration
            | Code::UnknownMemberId
            | Code::RebalanceInProgress
            | Code::FencedInstanceId
            | Code::FencedMemberEpoch
            | Code::StaleMemberEpoch
            | Code::AssignmentLost
    )
}

/// A request may still be on its way. Once a transaction has failed, for whatever reason, its
/// records are refused with `State`, or purged.
fn may_be_late(code: RDKafkaErrorCode) -> bool {
    is_network(code) || matches!(code, Code::State | Code::PurgeQueue | Code::PurgeInflight)
}

/// Nobody answered, or not in time.
fn is_network(code: RDKafkaErrorCode) -> bool {
    matches!(
        code,
        Code::OperationTimedOut
            | Code::TimedOutQueue
            | Code::MessageTimedOut
            | Code::RequestTimedOut
            | Code::BrokerTransportFailure
            | Code::AllBrokersDown
            | Code::Resolve
            | Code::WaitingForCoordinator
            | Code::NetworkException
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Step; 8] = [
        Step::Start,
        Step::Write,
        Step::Offsets,
        Step::End,
        Step::Abort,
        Step::Group,
        Step::Read,
        Step::Ask,
    ];

    fn symptom(step: Step, code: Code) -> Symptom {
        Symptom::new(step, code, "")
    }

    #[test]
    fn refused_credentials_are_told_at_every_step() {
        for step in ALL {
            for code in [Code::Authentication, Code::SaslAuthenticationFailed] {
                assert_eq!(judge(&symptom(step, code)), Verdict::Credentials, "{step:?}");
            }
        }
    }

    #[test]
    fn an_error_of_the_commit_leaves_the_outcome_unknown_whatever_its_mark() {
        for code in [
            Code::OperationTimedOut,
            Code::Inconsistent,
            Code::State,
            Code::Fail,
            Code::Unknown,
            Code::TransactionalIdAuthorizationFailed,
            Code::TopicAuthorizationFailed,
            Code::IllegalGeneration,
        ] {
            for marks in 0..8_u8 {
                let symptom = Symptom {
                    fatal: marks & 1 != 0,
                    retriable: marks & 2 != 0,
                    requires_abort: marks & 4 != 0,
                    ..symptom(Step::End, code)
                };
                assert_eq!(judge(&symptom), Verdict::Renew, "{symptom:?}");
            }
        }
    }

    #[test]
    fn a_fenced_producer_is_told_apart() {
        for step in [Step::Start, Step::Write, Step::Offsets, Step::End, Step::Abort] {
            for code in [Code::Fenced, Code::ProducerFenced, Code::InvalidProducerEpoch] {
                let symptom = Symptom { fatal: true, ..symptom(step, code) };
                assert_eq!(judge(&symptom), Verdict::Fenced, "{symptom:?}");
            }
        }
    }

    #[test]
    fn the_group_refuses_a_generation_that_is_over() {
        for code in [Code::IllegalGeneration, Code::UnknownMemberId, Code::RebalanceInProgress] {
            for step in [Step::Offsets, Step::Group] {
                let marked = Symptom { requires_abort: true, ..symptom(step, code) };
                assert_eq!(judge(&marked), Verdict::Refused, "{marked:?}");
            }
        }
    }

    #[test]
    fn a_known_abort_needs_the_mark_and_an_answer() {
        let marked = |code| Symptom { requires_abort: true, ..symptom(Step::Write, code) };
        assert_eq!(judge(&marked(Code::KafkaStorageError)), Verdict::Abort);
        assert_eq!(judge(&marked(Code::Inconsistent)), Verdict::Abort);
        assert_eq!(judge(&marked(Code::MessageTimedOut)), Verdict::Renew);
        assert_eq!(judge(&marked(Code::State)), Verdict::Renew);
        assert_eq!(judge(&marked(Code::PurgeQueue)), Verdict::Renew);
        assert_eq!(judge(&marked(Code::BrokerTransportFailure)), Verdict::Renew);
        let fatal = Symptom { fatal: true, ..marked(Code::OutOfOrderSequenceNumber) };
        assert_eq!(judge(&fatal), Verdict::Renew);
    }

    #[test]
    fn an_error_without_a_mark_counts_as_fatal() {
        for step in [Step::Start, Step::Write, Step::Offsets, Step::Abort] {
            assert_eq!(judge(&symptom(step, Code::Fail)), Verdict::Renew, "{step:?}");
        }
    }

    #[test]
    fn what_can_be_waited_for_is() {
        let retriable = |step, code| Symptom { retriable: true, ..symptom(step, code) };
        let cases = [
            retriable(Step::Start, Code::OperationTimedOut),
            retriable(Step::Start, Code::CoordinatorLoadInProgress),
            retriable(Step::Abort, Code::OperationTimedOut),
            symptom(Step::Read, Code::AllBrokersDown),
            symptom(Step::Read, Code::UnknownTopicOrPartition),
            symptom(Step::Ask, Code::BrokerTransportFailure),
            symptom(Step::Group, Code::WaitingForCoordinator),
        ];
        for symptom in cases {
            assert_eq!(judge(&symptom), Verdict::Wait, "{symptom:?}");
        }
    }

    #[test]
    fn a_fatal_consumer_is_made_anew() {
        for step in [Step::Read, Step::Group, Step::Ask] {
            let symptom = Symptom { fatal: true, ..symptom(step, Code::FencedLeaderEpoch) };
            assert_eq!(judge(&symptom), Verdict::Rejoin);
        }
    }

    #[test]
    fn a_missing_permission_or_a_size_stops() {
        let cases = [
            (Step::Write, Code::TopicAuthorizationFailed),
            (Step::Write, Code::MessageSizeTooLarge),
            (Step::Start, Code::TransactionalIdAuthorizationFailed),
            (Step::Read, Code::GroupAuthorizationFailed),
            (Step::Start, Code::InvalidTransactionTimeout),
        ];
        for (step, code) in cases {
            let marked = Symptom { requires_abort: true, ..symptom(step, code) };
            assert_eq!(judge(&marked), Verdict::Stop, "{marked:?}");
        }
    }

    #[test]
    fn a_position_that_is_gone_is_told() {
        assert_eq!(judge(&symptom(Step::Read, Code::AutoOffsetReset)), Verdict::OutOfRange);
    }

    #[test]
    fn the_value_of_a_setting_is_not_in_a_message() {
        let result = rdkafka::ClientConfig::new()
            .set("sasl.mechanism", "PLAIN")
            .set("session.timeout.ms", "canary-4f2")
            .create_native_config();
        let error = result.err().map(|error| without_values(&error)).unwrap_or_default();
        assert!(error.contains("session.timeout.ms"), "{error}");
        assert!(!error.ends_with("canary-4f2"), "{error}");
    }
}
