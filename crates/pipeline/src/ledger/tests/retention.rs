//! Retention takes records before the ledger is drawn up, or while it is: neither is a loss.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{World, worked};
use crate::{
    Entry, Fault, Log, Member, Membership, MemoryLog, Range, Reader, TopicDescription,
    TopicPartition, TopicRequest,
};

#[test]
fn what_retention_took_proves_nothing() {
    for topic in [
        "feedback.raw",
        "feedback.classified",
        "feedback.dead",
        "feedback.routed.billing",
        "tasks.billing_desk",
        "tasks.payments_desk",
        "kudos.triage",
    ] {
        let world = worked();
        world.cut(topic);
        let ledger = world.verify();
        assert!(ledger.holds(), "{topic}: {ledger:?}");
        let told = ["feedback.raw", "feedback.classified", "feedback.dead"].contains(&topic);
        assert_eq!(ledger.windows.iter().any(|window| window.cut), told, "{topic}");
    }
    let world = worked();
    world.cut("feedback.raw");
    assert!(world.verify().outside > 0);
}

/// A log from which retention takes the first records of a topic at the so manieth look at it.
#[derive(Debug)]
struct Cutting<'a> {
    world: &'a World,
    topic: &'a str,
    at: usize,
    looks: AtomicUsize,
}

impl Cutting<'_> {
    fn look(&self) -> &MemoryLog {
        if self.looks.fetch_add(1, Ordering::AcqRel) == self.at {
            self.world.cut(self.topic);
        }
        &self.world.log
    }
}

impl Log for Cutting<'_> {
    fn join(&self, membership: &Membership) -> Result<Box<dyn Member>, Fault> {
        self.look().join(membership)
    }

    fn append(&self, entries: &[Entry]) -> Result<(), Fault> {
        self.look().append(entries)
    }

    fn names(&self) -> Result<BTreeSet<String>, Fault> {
        self.look().names()
    }

    fn describe(&self, names: &[String]) -> Result<Vec<TopicDescription>, Fault> {
        self.look().describe(names)
    }

    fn create(&self, requests: &[TopicRequest]) -> Result<Vec<String>, Fault> {
        self.look().create(requests)
    }

    fn committed(
        &self,
        group: &str,
        topics: &[String],
    ) -> Result<BTreeMap<TopicPartition, i64>, Fault> {
        self.look().committed(group, topics)
    }

    fn reader(&self, ranges: Vec<Range>) -> Result<Box<dyn Reader>, Fault> {
        self.look().reader(ranges)
    }
}

#[test]
fn what_retention_takes_meanwhile_is_no_loss() {
    for topic in worked().processing.topics.all().chain(["feedback.raw"]) {
        for at in 0.. {
            let world = worked();
            let log = Cutting { world: &world, topic, at, looks: AtomicUsize::new(0) };
            let ledger = world.verify_on(&log);
            assert!(ledger.holds(), "{topic} was cut at look {at}: {ledger:?}");
            if log.looks.into_inner() <= at {
                break;
            }
        }
    }
}
