//! Nothing is lost and nothing is double, whatever happens to the workers: `kill -9` at random
//! moments, a second process that joins and leaves, both logs, both deliveries. The account is drawn
//! up here from the topics; `voc verify` must come to the same.

use pipeline::Log;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

use crate::support::account::{Account, Witness};
use crate::support::feed::{feed, now};
use crate::support::place::Place;
use crate::support::process::Running;
use crate::support::until;

/// Kafka's own transactions test has these sizes.
const RECORDS: usize = 100_000;

/// The seed of what is killed when. Another one finds other moments: set `VOC_TEST_SEED`.
#[expect(clippy::disallowed_methods, reason = "a seed is given to repeat what a run found")]
fn random() -> Xoshiro256PlusPlus {
    let given = std::env::var("VOC_TEST_SEED").ok();
    let seed = given.map_or(20_261_122, |seed| seed.parse().unwrap());
    println!("seed {seed}: VOC_TEST_SEED={seed} repeats this");
    Xoshiro256PlusPlus::seed_from_u64(seed)
}

fn between(random: &mut Xoshiro256PlusPlus, low: usize, high: usize) -> usize {
    low + usize::try_from(random.next_u64() % u64::try_from(high - low).unwrap()).unwrap()
}

/// Waits until the witness has seen so many, with a worker that must go on.
fn wait_until_seen(witness: &Witness, records: usize) {
    until(&format!("{records} records to be written"), || {
        (witness.seen() >= records).then_some(())
    });
}

/// `voc verify` says that it holds.
#[track_caller]
fn verify_agrees(place: &Place, records: usize) {
    let ledger = place.run(&["verify", "--format", "json"]).expect(0).json();
    assert_eq!(ledger["records"], records, "{ledger}");
    assert_eq!((&ledger["missing"], &ledger["double"]), (&0.into(), &0.into()), "{ledger}");
}

/// Appends more where all is done already, so that there is something under way; how many there are
/// then in all.
fn keep_busy(place: &Place, log: &dyn Log, mut fed: usize) -> usize {
    const MORE: usize = 1000;
    while place.left(log) == 0 {
        feed(log, &place.topic("raw"), fed..fed + MORE, now());
        fed += MORE;
    }
    fed
}

/// Kills one of the workers again and again while records flow, and starts it again under its name.
/// There are `records` at first, and how many in the end is returned: a fast machine gets more.
fn kill_at_random(place: &Place, names: &[&str], records: usize, count: usize) -> usize {
    let mut random = random();
    let log = place.log();
    place.create_topics();
    let mut fed = records;
    feed(&*log, &place.topic("raw"), 0..fed, now());
    let witness = Witness::start(place);
    let start = |name: &str| place.start(&["--instance", name]);
    let mut workers: Vec<Running> = names.iter().map(|name| start(name)).collect();
    let step = records / count;
    for _ in 0..count {
        // Below step × count in all, so that most kills need no more records.
        let more = between(&mut random, step / 10, step * 8 / 10);
        let chosen = between(&mut random, 0, names.len());
        wait_until_seen(&witness, (witness.seen() + more).min(fed));
        fed = keep_busy(place, &*log, fed);
        workers.remove(chosen).kill();
        workers.insert(chosen, start(names[chosen]));
    }
    place.wait_until_caught_up();
    for worker in workers {
        println!("{}", worker.terminate().expect(0).warnings());
    }
    witness.agrees(place);
    fed
}

#[test]
fn embedded_survives_kills() {
    let place = Place::embedded("[batch]\nrecords = 40");
    let fed = kill_at_random(&place, &["alone"], 4000, 10);
    Account::of(&place).holds();
    verify_agrees(&place, fed);
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn kafka_survives_kills() {
    let place = Place::kafka("kill", "", "");
    let fed = kill_at_random(&place, &["left", "right"], RECORDS, 20);
    Account::of(&place).holds();
    verify_agrees(&place, fed);
}

/// Repeats are allowed, a loss isn't.
#[test]
#[ignore = "needs a broker: ./test runs it"]
fn kafka_at_least_once_loses_nothing_to_kills() {
    let place = Place::kafka("kill-at-least", "delivery = \"at_least_once\"", "");
    let fed = kill_at_random(&place, &["left", "right"], RECORDS / 5, 5);
    loses_nothing(&place, fed);
}

/// Every record has its fate, in the order of its key, and `voc verify` says so, though it may say
/// that some came twice. What the account says beside that.
fn loses_nothing(place: &Place, records: usize) -> Account {
    let account = Account::of(place);
    assert_eq!((account.lost, account.foreign, account.out_of_order), (0, 0, 0));
    let ledger = place.run(&["verify", "--format", "json"]).json();
    assert_eq!(ledger["records"], records, "{ledger}");
    assert_eq!((&ledger["missing"], &ledger["orphans"]), (&0.into(), &0.into()), "{ledger}");
    account
}

/// The base line: no fault, one process with two workers. The place where it was done, and what the
/// workers warned of.
fn undisturbed(name: &str, delivery: &str) -> (Place, String) {
    let top = format!("delivery = \"{delivery}\"\nworkers = 2");
    // A machine that is busy with other things is no reason to be put out of the group.
    let place = Place::kafka(name, &top, "session_timeout = \"45s\"");
    place.create_topics();
    let witness = Witness::start(&place);
    let worker = place.start(&[]);
    feed(&*place.log(), &place.topic("raw"), 0..RECORDS, now());
    place.wait_until_caught_up();
    let warnings = worker.terminate().expect(0).warnings();
    println!("{warnings}");
    witness.agrees(&place);
    (place, warnings)
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn kafka_exactly_once_undisturbed() {
    let (place, _) = undisturbed("undisturbed", "exactly_once");
    Account::of(&place).holds();
    verify_agrees(&place, RECORDS);
}

/// Where no batch was rewound nothing comes twice. Where one was, and that is told, whole stretches
/// come again.
#[test]
#[ignore = "needs a broker: ./test runs it"]
fn kafka_at_least_once_undisturbed() {
    let (place, warnings) = undisturbed("undisturbed-at-least", "at_least_once");
    let account = loses_nothing(&place, RECORDS);
    assert_eq!(account.torn, 0);
    if !warnings.contains("batch rewound") {
        account.holds();
        verify_agrees(&place, RECORDS);
    }
}

/// A second process joins and leaves in good order, in mid-stream.
#[test]
#[ignore = "needs a broker: ./test runs it"]
fn kafka_hands_over_to_who_joins_and_back() {
    let place = Place::kafka("join-and-leave", "", "");
    place.create_topics();
    let log = place.log();
    let mut fed = RECORDS;
    feed(&*log, &place.topic("raw"), 0..fed, now());
    let witness = Witness::start(&place);
    let first = place.start(&["--instance", "stays"]);
    for _ in 0..3 {
        wait_until_seen(&witness, (witness.seen() + RECORDS / 20).min(fed));
        fed = keep_busy(&place, &*log, fed);
        let mut guest = place.start(&["--instance", "comes-and-goes"]);
        guest.wait_for("worker joined");
        wait_until_seen(&witness, (witness.seen() + RECORDS / 10).min(fed));
        fed = keep_busy(&place, &*log, fed);
        guest.terminate().expect(0);
    }
    place.wait_until_caught_up();
    first.terminate().expect(0);
    witness.agrees(&place);
    Account::of(&place).holds();
    verify_agrees(&place, fed);
}
