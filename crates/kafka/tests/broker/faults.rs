//! What goes wrong with a log is told as it is, within its time; and where it passes, the member
//! goes on as if nothing had been.

use std::time::{Duration, Instant};

use crate::support::{
    BOUNDS, Broker, Course, Failure, any_membership, batch_of, commit, copies, expect, fresh,
    shared_broker, work, wrong,
};
use kafka::{KafkaLog, Sasl, ScramHash, Secret, Settings};
use pipeline::{Batch, Fault, Log, Member};
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::producer::{BaseProducer, Producer};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

/// Polls and commits until the member's fault.
fn fault_of(
    member: &mut dyn Member,
    course: &Course,
    patience: Duration,
) -> Result<Fault, Failure> {
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline {
        if let Err(fault) = work(member, &course.output) {
            return Ok(fault);
        }
    }
    Err(format!("no fault within {patience:?}; the member is {:?}", member.readiness()))
}

fn admin(brokers: &str) -> Result<AdminClient<DefaultClientContext>, Failure> {
    let client = ClientConfig::new().set("bootstrap.servers", brokers).create();
    client.map_err(|error| error.to_string())
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn refused_credentials_are_told_after_three_tries_and_right_ones_work() -> Result<(), Failure> {
    let broker = Broker::start("broker-sasl", &["--sasl"])?;
    let sasl = broker.sasl.clone().ok_or("no listener with credentials")?;
    let plain = |password: &str| Sasl::Plain {
        username: "voc".to_owned(),
        password: Secret::new(password),
    };
    let scram = |password: &str| Sasl::Scram {
        hash: ScramHash::Sha256,
        username: "voc".to_owned(),
        password: Secret::new(password),
    };
    let settings = |sasl_of: Sasl| Settings { sasl: Some(sasl_of), ..Settings::new(sasl.clone()) };
    for wrong_one in [plain("canary-a41"), scram("canary-a41")] {
        let log = KafkaLog::new(settings(wrong_one));
        let told = |result: Result<(), Fault>| match result {
            Err(fault @ Fault::Credentials { .. }) => expect(
                fault.to_string().contains(&sasl) && !fault.to_string().contains("canary"),
                || fault.to_string(),
            ),
            other => Err(format!("refused credentials gave {other:?}")),
        };
        told(log.names().map(drop))?;
        let mut member = log.join(&any_membership()).map_err(wrong)?;
        let mut batch = Batch::default();
        let deadline = Instant::now() + Duration::from_secs(30);
        let mut result = Ok(());
        while result.is_ok() && Instant::now() < deadline {
            result = member.poll(&BOUNDS, &mut batch);
        }
        told(result)?;
    }
    for right in [plain("voc-test-password"), scram("voc-test-password")] {
        let course = Course::new("sasl", settings(right), 2)?;
        course.feed(0, 1000)?;
        let mut member = course.join("a")?;
        let mut done = 0;
        while done < 1000 {
            done += work(member.as_mut(), &course.output).map_err(wrong)?;
        }
        course.check(1000)?;
    }
    Ok(())
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn an_offset_that_retention_took_is_named() -> Result<(), Failure> {
    let course = Course::new("range", Settings::new(shared_broker()?), 1)?;
    course.feed(0, 100)?;
    let mut member = course.join("a")?;
    let mut done = 0;
    while done < 100 {
        done += work(member.as_mut(), &course.output).map_err(wrong)?;
    }
    member.leave().map_err(wrong)?;
    course.feed(100, 300)?;
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(&course.input, 0, Offset::Offset(250)).map_err(|e| e.to_string())?;
    let admin = admin(&course.settings.brokers)?;
    let deleted = futures_executor::block_on(admin.delete_records(&list, &AdminOptions::new()));
    deleted.map_err(|error| error.to_string())?;
    let mut member = course.join("a")?;
    let fault = fault_of(member.as_mut(), &course, Duration::from_secs(30))?;
    let expected = Fault::OffsetOutOfRange {
        topic: course.input.to_string(),
        partition: 0,
        offset: 100,
        earliest: 250,
    };
    expect(fault == expected, || format!("{fault:?}"))?;
    // A group that has committed nothing begins with what there is.
    let stranger = Course { group: fresh("stranger"), ..course };
    let mut member = stranger.join("a")?;
    let batch = batch_of(member.as_mut(), Duration::from_secs(30))?;
    let first = batch.records.first().map(|record| record.origin.offset);
    expect(first == Some(250), || format!("a new group begins at {first:?}"))
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn a_topic_that_is_gone_is_named() -> Result<(), Failure> {
    for of_output in [true, false] {
        let course = Course::new("gone", Settings::new(shared_broker()?), 2)?;
        course.feed(0, 100)?;
        let mut member = course.join("a")?;
        let batch = batch_of(member.as_mut(), Duration::from_secs(30))?;
        let gone = if of_output { &course.output } else { &course.input };
        let admin = admin(&course.settings.brokers)?;
        let deleted =
            futures_executor::block_on(admin.delete_topics(&[gone], &AdminOptions::new()));
        deleted.map_err(|error| error.to_string())?;
        let committed = commit(member.as_mut(), &batch, &copies(&batch, &course.output));
        let fault = match committed {
            Err(fault) => fault,
            Ok(_) => fault_of(member.as_mut(), &course, Duration::from_mins(1))?,
        };
        expect(fault == Fault::MissingTopics { names: vec![gone.to_string()] }, || {
            format!("the topic {gone} is gone, and the member said {fault:?}")
        })?;
    }
    Ok(())
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn twins_with_one_name_are_told_and_lose_nothing() -> Result<(), Failure> {
    let course = Course::new("twins", Settings::new(shared_broker()?), 4)?;
    course.feed(0, 20_000)?;
    let mut twins = [course.join("same")?, course.join("same")?];
    let deadline = Instant::now() + Duration::from_mins(2);
    let mut faults = Vec::new();
    let mut from = 20_000;
    'told: while Instant::now() < deadline {
        course.feed(from, from + 100)?;
        from += 100;
        for twin in &mut twins {
            if let Err(fault) = work(twin.as_mut(), &course.output) {
                faults.push(fault);
                break 'told;
            }
        }
    }
    let told = faults.first().map(Fault::to_string).unwrap_or_default();
    expect(told.contains("instance name"), || format!("twins were told {told:?}"))?;
    let [first, second] = twins;
    first.leave().map_err(wrong)?;
    second.leave().map_err(wrong)?;
    let mut alone = course.join("alone")?;
    while course.left()? > 0 {
        work(alone.as_mut(), &course.output).map_err(wrong)?;
    }
    course.check(from)
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn offsets_under_an_open_transaction_are_waited_for() -> Result<(), Failure> {
    let course = Course::new("unstable", Settings::new(shared_broker()?), 1)?;
    course.feed(0, 100)?;
    let config = |key: &str, value: &str| {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &course.settings.brokers).set(key, value);
        config
    };
    let stranger: BaseConsumer =
        config("group.id", &course.group).create().map_err(|e| e.to_string())?;
    let metadata = stranger.group_metadata().ok_or("no metadata")?;
    let open: BaseProducer = config("transactional.id", &course.group)
        .set("transaction.timeout.ms", "5000")
        .set("message.timeout.ms", "4000")
        .create()
        .map_err(|error| error.to_string())?;
    let limit = Duration::from_secs(20);
    open.init_transactions(limit).map_err(|error| error.to_string())?;
    for (offset, commits) in [(40, true), (70, false)] {
        let mut list = TopicPartitionList::new();
        let at = Offset::Offset(offset);
        list.add_partition_offset(&course.input, 0, at).map_err(|error| error.to_string())?;
        open.begin_transaction().map_err(|error| error.to_string())?;
        open.send_offsets_to_transaction(&list, &metadata, limit).map_err(|e| e.to_string())?;
        if commits {
            open.commit_transaction(limit).map_err(|error| error.to_string())?;
        }
    }
    let mut member = course.join("a")?;
    let mut batch = Batch::default();
    for _ in 0..5 {
        member.poll(&BOUNDS, &mut batch).map_err(wrong)?;
        expect(batch.is_empty(), || "records came before the offsets were sure".to_owned())?;
    }
    // One that goes now has partitions given and not taken; it must go all the same.
    let began = Instant::now();
    member.leave().map_err(wrong)?;
    let took = began.elapsed();
    expect(took < Duration::from_secs(4), || format!("leaving took {took:?}"))?;
    let mut member = course.join("a")?;
    let batch = batch_of(member.as_mut(), Duration::from_mins(1))?;
    let first = batch.records.first().map(|record| record.origin.offset);
    expect(first == Some(40), || {
        format!("the transaction never ended well, but it began at {first:?}")
    })
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn the_largest_record_passes_and_a_larger_one_is_told() -> Result<(), Failure> {
    let course = Course::new("large", Settings::new(shared_broker()?), 1)?;
    let sized = |bytes: usize| pipeline::Output {
        topic: course.input.clone(),
        key: None,
        value: Some(vec![b'0'; bytes].into()),
        headers: Vec::new(),
        timestamp_ms: None,
    };
    let largest = course.settings.record_bytes_max - 1024;
    course.log.append(&[sized(largest)]).map_err(wrong)?;
    let told = course.log.append(&[sized(largest + 2048)]);
    expect(matches!(told, Err(Fault::Fatal { .. })), || format!("too large gave {told:?}"))?;
    // It did no harm to the next one.
    course.log.append(&[sized(3)]).map_err(wrong)?;
    let mut member = course.join("a")?;
    let mut done = 0;
    while done < 2 {
        done += work(member.as_mut(), &course.output).map_err(wrong)?;
    }
    let written = course.read(&course.output)?;
    let sizes: Vec<_> = written.iter().map(|r| r.value.as_ref().map_or(0, Vec::len)).collect();
    expect(sizes == [largest, 3], || format!("records of {sizes:?} bytes came"))
}
