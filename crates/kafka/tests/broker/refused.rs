//! What a group refuses at will, on librdkafka's mock of a cluster: it knows no transactions, so it
//! serves at least once alone.

use std::time::Duration;

use kafka::{Delivery, KafkaLog, Settings};
use pipeline::Commit;
use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;
use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};

use crate::support::{Course, Failure, batch_of, commit, copies, work, wrong};

const PATIENCE: Duration = Duration::from_mins(1);

/// A course on a mock of one broker.
fn mocked() -> Result<(MockCluster<'static, DefaultProducerContext>, Course), Failure> {
    let mock = MockCluster::new(1).map_err(|error| error.to_string())?;
    let (input, output) = ("mock.in", "mock.out");
    for topic in [input, output] {
        mock.create_topic(topic, 2, 1).map_err(|error| error.to_string())?;
    }
    let settings =
        Settings { delivery: Delivery::AtLeastOnce, ..Settings::new(mock.bootstrap_servers()) };
    let log = KafkaLog::new(settings.clone());
    let (input, output) = (input.into(), output.into());
    Ok((mock, Course { settings, log, input, output, group: "mock".to_owned() }))
}

/// While a group is being shared anew, or its coordinator is on the move, it takes no offsets. What
/// was written for them stands: they are committed once it does.
#[test]
fn offsets_that_are_not_taken_at_once_are_taken_later_and_nothing_is_written_twice()
-> Result<(), Failure> {
    let (mock, course) = mocked()?;
    course.feed(0, 3000)?;
    let mut member = course.join("a")?;
    for refusals in [
        [RDKafkaRespErr::RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS; 5],
        [RDKafkaRespErr::RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS; 5],
        [RDKafkaRespErr::RD_KAFKA_RESP_ERR_NOT_COORDINATOR; 5],
    ] {
        let batch = batch_of(member.as_mut(), PATIENCE)?;
        mock.request_errors(RDKafkaApiKey::OffsetCommit, &refusals);
        let ended = commit(member.as_mut(), &batch, &copies(&batch, &course.output));
        if ended != Ok(Commit::Committed) {
            return Err(format!("{refusals:?} ended as {ended:?}"));
        }
    }
    while course.left()? > 0 {
        work(member.as_mut(), &course.output).map_err(wrong)?;
    }
    member.leave().map_err(wrong)?;
    course.check(3000)
}
