//! Makes topics.

use std::time::Duration;

use futures_executor::block_on;
use pipeline::{Fault, TopicRequest};
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::error::RDKafkaErrorCode;

use crate::settings::Settings;
use crate::verdict::{Step, Symptom, fault_of, without_values};

/// Makes these topics within `timeout`. Returns the names made; what somebody else made meanwhile is
/// left as it is.
pub(crate) fn make(
    settings: &Settings,
    requests: &[&TopicRequest],
    timeout: Duration,
) -> Result<Vec<String>, Fault> {
    let admin: AdminClient<DefaultClientContext> = settings
        .admin()
        .create()
        .map_err(|error| Fault::Fatal { reason: without_values(&error) })?;
    let options =
        AdminOptions::new().request_timeout(Some(timeout)).operation_timeout(Some(timeout));
    let bytes = settings.record_bytes_max.to_string();
    let retention: Vec<Option<String>> = requests
        .iter()
        .map(|request| request.retention.map(|kept| kept.as_millis().to_string()))
        .collect();
    let topics: Vec<NewTopic<'_>> = requests
        .iter()
        .zip(&retention)
        .map(|(request, retention)| {
            let replication = TopicReplication::Fixed(request.replication.unwrap_or(-1));
            let partitions = request.partitions.unwrap_or(-1);
            let topic = NewTopic::new(&request.name, partitions, replication)
                .set("max.message.bytes", &bytes);
            match retention {
                Some(retention) => topic.set("retention.ms", retention),
                None => topic,
            }
        })
        .collect();
    let results = block_on(admin.create_topics(&topics, &options))
        .map_err(|error| fault_of(Symptom::of(Step::Ask, &error), &settings.brokers))?;
    let mut made = Vec::new();
    for result in results {
        match result {
            Ok(name) => made.push(name),
            // Somebody else was quicker.
            Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((name, code)) => {
                return Err(Fault::Fatal { reason: format!("topic {name}: {code}") });
            }
        }
    }
    Ok(made)
}
