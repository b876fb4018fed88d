//! A broker that does not answer: the commit whose answer was lost is found out, and whoever waits is
//! told within its time and goes on once somebody answers again.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::proxy;
use crate::support::{
    BOUNDS, Broker, Course, Failure, any_membership, batch_of, commit, copies, expect, signal,
    work, wrong,
};
use feedback::Record;
use kafka::{KafkaLog, Settings};
use pipeline::{Batch, Commit, Fault, Log, Progress, Range, Reader, Readiness, TopicDescription};

/// How long a healthy broker may take on a loaded machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// Nothing listens there.
const NOBODY: &str = "127.0.0.1:9";

#[test]
fn without_a_broker_it_says_so_keeps_trying_and_gives_up() -> Result<(), Failure> {
    let give_up_after = Duration::from_secs(2);
    let log = KafkaLog::new(Settings {
        give_up_after: Some(give_up_after),
        call_timeout: Duration::from_secs(1),
        ..Settings::new(NOBODY)
    });
    let mut member = log.join(&any_membership()).map_err(wrong)?;
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
fn a_commit_whose_answer_is_lost_is_found_out() -> Result<(), Failure> {
    /// Requests with their API keys. Only the last one decides: all before it end in an abort.
    const LOST: [(&str, i16, Commit); 5] = [
        ("AddPartitionsToTxn", 24, Commit::Rewound),
        ("Produce", 0, Commit::Rewound),
        ("AddOffsetsToTxn", 25, Commit::Rewound),
        ("TxnOffsetCommit", 28, Commit::Rewound),
        ("EndTxn", 26, Commit::Committed),
    ];
    const TRANSACTION: Duration = Duration::from_secs(6);
    let (listener, port) = proxy::listen()?;
    let broker = Broker::start("broker-proxied", &["--proxy", &port.to_string()])?;
    let switch = proxy::serve(listener, broker.proxied.clone().ok_or("no listener to proxy")?);
    let settings = Settings {
        session_timeout: Duration::from_secs(30),
        // So long a loaded machine may take from a transaction's first request to its last.
        transaction_timeout: TRANSACTION,
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
                std::thread::sleep(TRANSACTION + Duration::from_secs(1));
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
