//! The contract of a log, once for all three kinds: what holds of one must hold of each.

use std::time::Duration;

use embedded::{Durability, EmbeddedLog};
use kafka::{Delivery, KafkaLog};
use pipeline::contract::{self, Subject};
use pipeline::{Log, MemoryLog};

use crate::support::broker::{fresh, shared};

fn keeps_the_contract(log: &dyn Log, atomic: bool) {
    let run = fresh("contract");
    let subject = Subject { log, run, patience: Duration::from_mins(1), atomic };
    if let Err(failure) = contract::run(&subject) {
        panic!("{failure}");
    }
}

#[test]
fn memory() {
    keeps_the_contract(&MemoryLog::new(), true);
}

#[test]
fn embedded_in_both_durabilities() {
    for durability in [Durability::Normal, Durability::Full] {
        let folder = tempfile::tempdir().unwrap();
        let settings =
            embedded::Settings { durability, ..embedded::Settings::new(|| 1_764_000_000_000) };
        keeps_the_contract(&EmbeddedLog::open(folder.path(), settings).unwrap(), true);
    }
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn kafka_in_both_deliveries() {
    for delivery in [Delivery::ExactlyOnce, Delivery::AtLeastOnce] {
        let settings = kafka::Settings { delivery, ..kafka::Settings::new(shared()) };
        keeps_the_contract(&KafkaLog::new(settings), delivery == Delivery::ExactlyOnce);
    }
}
