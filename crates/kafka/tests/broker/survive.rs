//! Members on a real broker: nothing lost and nothing double, whatever happens to workers, to the
//! group, or to the broker. Sizes are those of Kafka's own transactions test. (Workers that are
//! killed, and the undisturbed copy, are in the package `tests`, with the whole `voc run`.)

use std::collections::BTreeSet;
use std::process::Child;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{
    Broker, Course, Failure, batch_of, commit, copies, shared_broker, signal, work, wrong,
};
use kafka::{Delivery, Settings};
use pipeline::{Batch, BatchBounds, Commit, Log};

const COUNT: u32 = 100_000;
/// How long the rest of the work may take on a loaded machine.
const PATIENCE: Duration = Duration::from_mins(5);

#[test]
#[ignore = "the other tests start it as a process of its own"]
fn worker_process() -> Result<(), Failure> {
    crate::support::run_worker()
}

/// Ends its worker when it goes.
struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn a_broker_that_is_killed_loses_and_doubles_nothing() -> Result<(), Failure> {
    let broker = Broker::start("broker-bounce", &["--restarts"])?;
    let course = Course::new("bounce", Settings::new(broker.address.clone()), 6)?;
    course.feed(0, COUNT)?;
    let _workers = [Worker(course.spawn("w0")?), Worker(course.spawn("w1")?)];
    for bounce in 0..5 {
        thread::sleep(Duration::from_secs(2));
        // A clean stop and a crash by turns.
        broker.script(if bounce % 2 == 0 { "kill" } else { "stop" }, &[])?;
        thread::sleep(Duration::from_millis(500));
        broker.script("start", &[])?;
        println!("bounce {bounce} over");
    }
    course.await_end(PATIENCE)?;
    course.check(COUNT)
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn a_worker_that_was_frozen_comes_back_and_doubles_nothing() -> Result<(), Failure> {
    let course = Course::new("freeze", Settings::new(shared_broker()?), 6)?;
    let frozen = Worker(course.spawn("w0")?);
    course.feed(0, 20_000)?;
    for round in 1..3_u32 {
        let from = round * 40_000 - 20_000;
        course.feed(from, from + 20_000)?;
        let pid = frozen.0.id().to_string();
        signal("STOP", &pid)?;
        let other = Worker(course.spawn(&format!("o{round}"))?);
        // Longer than the session and the transaction last.
        course.await_end(PATIENCE)?;
        course.feed(from + 20_000, from + 40_000)?;
        signal("CONT", &pid)?;
        thread::sleep(Duration::from_secs(2));
        drop(other);
        course.await_end(PATIENCE)?;
    }
    course.check(100_000)
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn a_broker_that_is_frozen_loses_and_doubles_nothing() -> Result<(), Failure> {
    let broker = Broker::start("broker-freeze", &[])?;
    let course = Course::new("frozen-broker", Settings::new(broker.address.clone()), 6)?;
    course.feed(0, COUNT)?;
    let _workers = [Worker(course.spawn("w0")?), Worker(course.spawn("w1")?)];
    for _ in 0..2 {
        thread::sleep(Duration::from_secs(2));
        signal("STOP", &broker.pid()?)?;
        thread::sleep(Duration::from_secs(25));
        signal("CONT", &broker.pid()?)?;
    }
    course.await_end(PATIENCE)?;
    course.check(COUNT)
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn members_that_come_and_go_lose_and_double_nothing() -> Result<(), Failure> {
    let course = Course::new("storm", Settings::new(shared_broker()?), 6)?;
    let steady = Worker(course.spawn("steady")?);
    for round in 0..20_u32 {
        course.feed(round * 5000, (round + 1) * 5000)?;
        let mut member = course.join(&format!("guest{round}"))?;
        let until = Instant::now() + Duration::from_millis(1500);
        while Instant::now() < until {
            work(member.as_mut(), &course.output).map_err(wrong)?;
        }
        member.leave().map_err(wrong)?;
    }
    course.await_end(PATIENCE)?;
    drop(steady);
    course.check(COUNT)
}

/// At least once a record that the broker is slow to acknowledge is waited for: to write it anew would
/// be to write it twice.
#[test]
#[ignore = "needs a broker: ./test runs it"]
fn at_least_once_a_broker_that_is_slow_to_answer_doubles_nothing() -> Result<(), Failure> {
    let broker = Broker::start("broker-slow", &[])?;
    let settings = Settings {
        delivery: Delivery::AtLeastOnce,
        // The group has more patience than the broker needs; a transaction would not have.
        session_timeout: Duration::from_mins(1),
        transaction_timeout: Duration::from_secs(3),
        ..Settings::new(broker.address.clone())
    };
    let course = Course::new("slow", settings, 6)?;
    course.feed(0, 50_000)?;
    let mut member = course.join("a")?;
    let mut done = 0;
    for round in 1..4 {
        while done < round * 10_000 {
            done += work(member.as_mut(), &course.output).map_err(wrong)?;
        }
        let pid = broker.pid()?;
        signal("STOP", &pid)?;
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_secs(8));
                signal("CONT", &pid)
            });
            let batch = batch_of(member.as_mut(), PATIENCE)?;
            let ended = commit(member.as_mut(), &batch, &copies(&batch, &course.output));
            done += batch.records.len();
            if ended == Ok(Commit::Committed) {
                Ok(())
            } else {
                Err(format!("it ended as {ended:?}"))
            }
        })?;
    }
    while course.left()? > 0 {
        work(member.as_mut(), &course.output).map_err(wrong)?;
    }
    course.check(50_000)
}

/// At least once promises repeats only where something fails, and a rebalance is no failure: while it
/// goes on the group may refuse offsets whose outputs stand already.
#[test]
#[ignore = "needs a broker: ./test runs it"]
fn at_least_once_members_that_come_and_go_double_nothing() -> Result<(), Failure> {
    const ROUNDS: u32 = 12;
    let settings = Settings {
        delivery: Delivery::AtLeastOnce,
        session_timeout: Duration::from_secs(30),
        ..Settings::new(shared_broker()?)
    };
    let course = Course::new("storm-at-least", settings, 6)?;
    course.feed(0, ROUNDS * 5000)?;
    let (done, over) = (AtomicU32::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        let steady = scope.spawn(|| -> Result<(), Failure> {
            let mut member = course.join("steady")?;
            while !over.load(Ordering::Acquire) {
                let worked = work(member.as_mut(), &course.output).map_err(wrong)?;
                done.fetch_add(u32::try_from(worked).unwrap_or(0), Ordering::AcqRel);
            }
            member.leave().map_err(wrong)
        });
        let come_and_go = || -> Result<(), Failure> {
            for round in 1..ROUNDS {
                let mut member = course.join(&format!("guest{round}"))?;
                // The steady one is in the middle of it at each coming and going.
                while done.load(Ordering::Acquire) < round * 5000 {
                    let worked = work(member.as_mut(), &course.output).map_err(wrong)?;
                    done.fetch_add(u32::try_from(worked).unwrap_or(0), Ordering::AcqRel);
                }
                member.leave().map_err(wrong)?;
            }
            course.await_end(PATIENCE)
        };
        let guests = come_and_go();
        over.store(true, Ordering::Release);
        guests.and(steady.join().map_err(|_| "the steady member panicked".to_owned())?)
    })?;
    course.check(ROUNDS * 5000)
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn a_rebalance_in_a_poll_takes_the_records_that_go_out_of_the_batch() -> Result<(), Failure> {
    let course = Course::new("mid-poll", Settings::new(shared_broker()?), 6)?;
    course.feed(0, 6000)?;
    let mut member = course.join("first")?;
    work(member.as_mut(), &course.output).map_err(wrong)?;
    while member.lag().len() < 6 {
        work(member.as_mut(), &course.output).map_err(wrong)?;
    }
    // All that is left is in the batch long before the poll ends.
    let bounds = BatchBounds {
        records_max: usize::MAX,
        bytes_max: usize::MAX,
        wait_max: Duration::from_secs(5),
        linger: Duration::from_secs(8),
    };
    course.feed(6000, 12_000)?;
    let taken_over = AtomicU32::new(0);
    thread::scope(|scope| {
        let second = scope.spawn(|| -> Result<(), Failure> {
            thread::sleep(Duration::from_secs(1));
            let mut member = course.join("second")?;
            let until = Instant::now() + Duration::from_secs(10);
            while Instant::now() < until {
                let done = work(member.as_mut(), &course.output).map_err(wrong)?;
                taken_over.fetch_add(u32::try_from(done).unwrap_or(0), Ordering::AcqRel);
            }
            member.leave().map_err(wrong)
        });
        let mut batch = Batch::default();
        member.poll(&bounds, &mut batch).map_err(wrong)?;
        let ours: BTreeSet<_> = member.lag().into_iter().map(|lag| lag.partition).collect();
        let in_batch: BTreeSet<_> = batch.records.iter().map(|r| (&r.origin).into()).collect();
        println!("{} partitions are left, {} in the batch", ours.len(), in_batch.len());
        if ours.len() != 3 || in_batch != ours || !batch.next.keys().eq(&in_batch) {
            return Err(format!("the batch has {in_batch:?}, ours are {ours:?}"));
        }
        commit(member.as_mut(), &batch, &copies(&batch, &course.output)).map_err(wrong)?;
        second.join().map_err(|_| "the second member panicked".to_owned())?
    })?;
    while course.left()? > 0 {
        work(member.as_mut(), &course.output).map_err(wrong)?;
    }
    println!("{} records were taken over", taken_over.load(Ordering::Acquire));
    course.check(12_000)
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn behind_the_markers_of_transactions_nothing_is_left() -> Result<(), Failure> {
    // Two topics with the same partition numbers, each ending in markers: the client tells the end
    // of a partition without its topic.
    let settings = Settings::new(shared_broker()?);
    let sources = [Course::new("a", settings.clone(), 3)?, Course::new("b", settings.clone(), 3)?];
    for source in &sources {
        source.feed(0, 500)?;
        let mut member = source.join("writer")?;
        while source.left()? > 0 {
            work(member.as_mut(), &source.output).map_err(wrong)?;
        }
        member.leave().map_err(wrong)?;
    }
    let course = Course::new("both", settings, 1)?;
    let mut membership = course.membership("reader");
    membership.topics = sources.iter().map(|source| source.output.to_string()).collect();
    let mut member = course.log.join(&membership).map_err(wrong)?;
    let deadline = Instant::now() + Duration::from_mins(1);
    let (mut read, mut lag) = (0, vec![1]);
    while (read, lag.iter().sum()) != (1000, 0) || lag.len() != 6 {
        if Instant::now() > deadline {
            return Err(format!("{read} of 1000 records are read, and the lag is {lag:?}"));
        }
        read += work(member.as_mut(), &course.output).map_err(wrong)?;
        lag = member.lag().iter().map(|lag| lag.records).collect();
    }
    member.leave().map_err(wrong)
}
