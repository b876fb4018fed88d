//! What goes wrong with a log is told as it is, within its time; and where it passes, the member
//! goes on as if nothing had been.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::proxy;
use crate::support::{
    BOUNDS, Broker, Course, Failure, batch_of, commit, copies, fresh, shared_broker, signal, work,
    wrong,
};
use feedback::Record;
use kafka::{KafkaLog, Sasl, ScramHash, Secret, Settings};
use pipeline::{
    Batch, Commit, Fault, Log, Member, Progress, Range, Reader, Readiness, TopicDescription,
};
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::producer::{BaseProducer, Producer};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

/// How long a healthy broker may take on a loaded machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// Nothing listens there.
const NOBODY: &str = "127.0.0.1:9";

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

fn expect(holds: bool, wrong: impl FnOnce() -> String) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(wrong()) }
}

fn admin(brokers: &str) -> Result<AdminClient<DefaultClientContext>, Failure> {
    let client = ClientConfig::new().set("bootstrap.servers", brokers).create();
    client.map_err(|error| error.to_string())
}

#[test]
fn without_a_broker_it_says_so_keeps_trying_and_gives_up() -> Result<(), Failure> {
    let give_up_after = Duration::from_secs(2);
    let log = KafkaLog::new(Settings {
        give_up_after: Some(give_up_after),
        call_timeout: Duration::from_secs(1),
        ..Settings::new(NOBODY)
    });
    let membership = pipeline::Membership {
        group: "g".to_owned(),
        instance: "i".to_owned(),
        worker: 0,
        topics: vec!["t".to_owned()],
    };
    let mut member = log.join(&membership).map_err(wrong)?;
    let mut batch = Batch::default();
    let began = Instant::now();
    let fault = loop {
        match member.poll(&BOUNDS, &mut batch) {
            Ok(()) => expect(matches!(member.readiness(), Readiness::NotReady(_)), || {
                "ready without a broker".to_owned()
            })?,
            Err(fault) => break fault,
        }
    };
    expect(began.elapsed() >= give_up_after, || "it gave up too soon".to_owned())?;
    let told = |fault: &Fault| match fault {
        Fault::Unreachable { address, reason } => address == NOBODY && reason.contains("refused"),
        _ => false,
    };
    expect(told(&fault), || format!("the member said {fault}"))?;
    let described = log.names();
    expect(described.as_ref().is_err_and(told), || format!("describe said {described:?}"))?;
    member.leave().map_err(wrong)
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
        let membership = pipeline::Membership {
            group: "g".to_owned(),
            instance: "i".to_owned(),
            worker: 0,
            topics: vec!["t".to_owned()],
        };
        let mut member = log.join(&membership).map_err(wrong)?;
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
fn a_commit_whose_answer_is_lost_is_found_out() -> Result<(), Failure> {
    /// Requests with their API keys. Only the last one decides: all before it end in an abort.
    const LOST: [(&str, i16, Commit); 5] = [
        ("AddPartitionsToTxn", 24, Commit::Rewound),
        ("Produce", 0, Commit::Rewound),
        ("AddOffsetsToTxn", 25, Commit::Rewound),
        ("TxnOffsetCommit", 28, Commit::Rewound),
        ("EndTxn", 26, Commit::Committed),
    ];
    let (listener, port) = proxy::listen()?;
    let broker = Broker::start("broker-proxied", &["--proxy", &port.to_string()])?;
    let switch = proxy::serve(listener, broker.proxied.clone().ok_or("no listener to proxy")?);
    let settings = Settings {
        session_timeout: Duration::from_secs(6),
        transaction_timeout: Duration::from_secs(2),
        ..Settings::new(format!("127.0.0.1:{port}"))
    };
    let direct = Settings::new(broker.address.clone());
    let course = Course::new("lost-answer", direct, 3)?;
    course.feed(0, 10_000)?;
    let log = KafkaLog::new(settings);
    let mut member = log.join(&course.membership("a")).map_err(wrong)?;
    for (request, key, expected) in LOST {
        let batch = batch_of(member.as_mut(), Duration::from_mins(1))?;
        let outputs = copies(&batch, &course.output);
        switch.lose_answers_from(key);
        let commit = std::thread::scope(|scope| {
            // They pass again while the member finds out what happened.
            scope.spawn(|| {
                while !switch.is_losing() {
                    std::thread::sleep(Duration::from_millis(10));
                }
                std::thread::sleep(Duration::from_secs(3));
                switch.pass_answers();
            });
            commit(member.as_mut(), &batch, &outputs).map_err(wrong)
        })?;
        expect(commit == expected, || format!("the answer to {request} was lost: {commit:?}"))?;
    }
    while course.left()? > 0 {
        work(member.as_mut(), &course.output).map_err(wrong)?;
    }
    course.check(10_000)
}

/// Reads on until the log's end, or a fault.
fn read_on(reader: &mut dyn Reader, records: &mut Vec<Record>) -> Result<(), Fault> {
    while reader.read(records, 1000, Duration::from_millis(100))? == Progress::More {}
    Ok(())
}

/// A reader beside the workers says that nobody answers any more, and goes on once somebody does.
#[test]
#[ignore = "needs a broker: ./test runs it"]
fn a_reader_says_that_the_broker_has_gone_and_goes_on_when_it_comes_back() -> Result<(), Failure> {
    const COUNT: u32 = 20_000;
    let broker = Broker::start("broker-gone", &["--restarts"])?;
    let address = broker.address.clone();
    let settings = Settings {
        call_timeout: Duration::from_secs(3),
        // Far less than all there is, so that it goes while there is more to fetch.
        read_ahead_bytes_max: 1 << 20,
        ..Settings::new(address.clone())
    };
    let course = Course::new("gone-reader", settings, 3)?;
    course.feed(0, COUNT)?;
    let described = course.log.describe(&[course.input.to_string()]).map_err(wrong)?;
    let ranges = || described.iter().flat_map(TopicDescription::ranges);
    let endless = |range| Range { to: None, ..range };
    let mut bounded = course.log.reader(ranges().collect()).map_err(wrong)?;
    let mut follower = course.log.reader(ranges().map(endless).collect()).map_err(wrong)?;
    let (mut read, mut followed) = (Vec::new(), Vec::new());
    for frozen in [true, false] {
        bounded.read(&mut read, 1000, Duration::from_secs(10)).map_err(wrong)?;
        follower.read(&mut followed, 1000, Duration::from_secs(10)).map_err(wrong)?;
        if frozen {
            signal("STOP", &broker.pid()?)?;
        } else {
            broker.script("kill", &[])?;
        }
        for (reader, records) in [(&mut bounded, &mut read), (&mut follower, &mut followed)] {
            let fault = read_on(reader.as_mut(), records);
            let named = |fault: &Fault| matches!(fault, Fault::Unreachable { address: named, .. } if *named == address);
            expect(fault.as_ref().is_err_and(named), || format!("the reader said {fault:?}"))?;
        }
        let began = Instant::now();
        let described = course.log.describe(&[course.input.to_string()]);
        let said = |fault: &Fault| fault.to_string().contains(&address);
        expect(described.as_ref().is_err_and(said), || format!("describe said {described:?}"))?;
        let committed = course.log.committed(&course.group, &[course.input.to_string()]);
        expect(committed.as_ref().is_err_and(said), || format!("committed said {committed:?}"))?;
        println!("both were told within {:?}", began.elapsed());
        if frozen {
            signal("CONT", &broker.pid()?)?;
        } else {
            broker.script("start", &[])?;
        }
    }
    let deadline = Instant::now() + PATIENCE;
    while let Err(fault) = read_on(bounded.as_mut(), &mut read) {
        expect(Instant::now() < deadline, || format!("it came back, and the reader said {fault}"))?;
    }
    while followed.len() < COUNT as usize {
        let more = follower.read(&mut followed, 1000, Duration::from_millis(100));
        expect(Instant::now() < deadline, || format!("{} came; {more:?}", followed.len()))?;
    }
    for records in [read, followed] {
        let origins: BTreeSet<_> = records.iter().map(|record| &record.origin).collect();
        expect(records.len() == COUNT as usize && origins.len() == records.len(), || {
            format!("{} records came, {} of them differ", records.len(), origins.len())
        })?;
    }
    Ok(())
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
