//! How a run ends: a first SIGTERM finishes the batch, a second one ends at once, and one embedded
//! log has one run.

use std::time::{Duration, Instant};

use crate::support::account::{Account, read};
use crate::support::broker::Broker;
use crate::support::feed::{feed, now};
use crate::support::http;
use crate::support::place::Place;
use crate::support::until;

const RECORDS: usize = 6000;

/// In batches of [`BATCH_ON_KAFKA`] far more than two workers write before the first of it is seen.
const RECORDS_ON_KAFKA: usize = 20_000;

/// A transaction takes its time, however few records are in it.
const BATCH_ON_KAFKA: &str = "records = 50";

/// What the issue promises for a graceful end. A healthy one takes a fraction of it.
const GRACE: Duration = Duration::from_secs(10);

/// Waits until some records are classified, and not all.
fn wait_for_load(place: &Place) {
    let log = place.log();
    until("the first records to be classified", || {
        (!read(&*log, &[place.topic("classified")]).is_empty()).then_some(())
    });
    assert!(place.left(&*log) > 0, "all is done already: there is no load to stop under");
}

fn stops_under_load(place: &Place, records: usize, signal: &str) {
    place.create_topics();
    feed(&*place.log(), &place.topic("raw"), 0..records, now());
    let running = place.start(&[]);
    wait_for_load(place);
    let told = Instant::now();
    running.signal(signal);
    let ended = running.ended();
    assert!(told.elapsed() < GRACE, "took {:?}", told.elapsed());
    let ended = ended.expect(0);
    assert!(ended.stderr.contains("voc stopped"), "{}", ended.stderr);
    assert!(place.left(&*place.log()) > 0, "it stopped, it did not finish");
    // What is committed holds already, and the next run goes on from there.
    place.run(&["verify"]).expect(0);
    place.work(&[]);
    Account::of(place).holds();
}

#[test]
fn sigterm_under_load_finishes_the_batch() {
    stops_under_load(&Place::embedded("[batch]\nrecords = 50"), RECORDS, "TERM");
}

#[test]
fn sigint_is_the_same() {
    stops_under_load(&Place::embedded("workers = 2\n[batch]\nrecords = 50"), RECORDS, "INT");
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn sigterm_under_load_on_kafka() {
    let place = Place::kafka("sigterm", "workers = 2", "");
    place.reconfigure("records = 750", BATCH_ON_KAFKA);
    stops_under_load(&place, RECORDS_ON_KAFKA, "TERM");
}

/// A broker that stops answering in mid-flow doesn't hold up an end: neither at once, nor when the
/// workers have noticed; and what was under way is done later, once.
#[test]
#[ignore = "needs a broker: ./test runs it"]
fn a_frozen_broker_holds_up_no_stop() {
    let broker = Broker::start();
    for (delivery, noticed) in [
        ("exactly_once", false),
        ("at_least_once", false),
        ("exactly_once", true),
        ("at_least_once", true),
    ] {
        let place = Place::on(&broker.address, "frozen", &format!("delivery = \"{delivery}\""), "");
        place.reconfigure("records = 750", BATCH_ON_KAFKA);
        place.create_topics();
        feed(&*place.log(), &place.topic("raw"), 0..RECORDS_ON_KAFKA, now());
        let mut running = place.start(&[]);
        let address = running.metrics();
        wait_for_load(&place);
        broker.freeze();
        if noticed {
            running.wait_for("can't reach Kafka");
            let (status, body) = http::get(address, "/readyz");
            assert_eq!(status, 503, "{body}");
            assert_eq!(http::get(address, "/livez").0, 200);
        }
        let told = Instant::now();
        running.signal("TERM");
        let ended = running.ended();
        println!("{delivery}, noticed {noticed}: ended within {:?}", told.elapsed());
        assert!(told.elapsed() < GRACE, "took {:?}: {}", told.elapsed(), ended.stderr);
        ended.expect(0);
        broker.thaw();
        place.reconfigure(BATCH_ON_KAFKA, "records = 750");
        place.work(&[]);
        let account = Account::of(&place);
        assert_eq!((account.lost, account.foreign), (0, 0));
        if delivery == "exactly_once" {
            account.holds();
        }
    }
}

/// The same where nobody wants to wait even that long.
#[test]
#[ignore = "needs a broker: ./test runs it"]
fn a_second_signal_ends_at_once_though_the_broker_is_frozen() {
    let broker = Broker::start();
    let place = Place::on(&broker.address, "frozen-twice", "", "");
    place.reconfigure("records = 750", BATCH_ON_KAFKA);
    place.create_topics();
    feed(&*place.log(), &place.topic("raw"), 0..RECORDS_ON_KAFKA, now());
    let mut running = place.start(&[]);
    wait_for_load(&place);
    broker.freeze();
    running.wait_for("can't reach Kafka");
    running.signal("TERM");
    running.wait_for("a second signal ends at once");
    running.signal("TERM");
    let ended = running.ended();
    assert!(ended.code == Some(143) || ended.code == Some(0), "{}", ended.stderr);
    broker.thaw();
    place.work(&[]);
    Account::of(&place).holds();
}

/// Another process holds the log's write lock, so the batch can't be finished: the first signal
/// waits for it, the second doesn't.
#[test]
fn a_second_signal_ends_at_once() {
    let place = Place::embedded("[batch]\nrecords = 50\n[embedded]\nbusy_timeout = \"10m\"");
    place.create_topics();
    feed(&*place.log(), &place.topic("raw"), 0..RECORDS, now());
    let mut running = place.start(&[]);
    wait_for_load(&place);
    let lock = rusqlite::Connection::open(place.data().join("log.sqlite")).unwrap();
    lock.busy_timeout(Duration::from_secs(30)).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    running.signal("TERM");
    running.wait_for("a second signal ends at once");
    assert!(running.runs(), "the batch can't be finished, and yet it ended: {}", running.told());
    running.signal("TERM");
    let ended = running.ended();
    assert_eq!(ended.code, Some(143), "{}", ended.stderr);
    lock.execute_batch("ROLLBACK").unwrap();
    drop(lock);
    place.work(&[]);
    Account::of(&place).holds();
}

#[test]
fn a_second_run_on_one_embedded_log_is_refused() {
    let place = Place::embedded("");
    let mut first = place.start(&[]);
    first.wait_for("worker joined");
    let second = place.run(&["run"]).expect(1);
    let pid = first.pid().to_string();
    assert!(second.stderr.contains(&format!("in use by process {pid};")), "{}", second.stderr);
    assert!(first.runs());
    first.terminate().expect(0);
    place.work(&[]);
}
