//! Several members: sharing, and handing over while records flow. Each member has a thread of its
//! own, as in `voc run`; two members polled by turns on one thread would wait for each other.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::single::{check_all_once, check_order};
use super::{BOUNDS, Failure, Subject, commit, copy, fault};
use crate::{Batch, Member, Output};

/// What the threads of one case share.
struct Flow<'a> {
    output: &'a Arc<str>,
    /// Records whose batch was committed, by all members.
    committed: AtomicUsize,
    stop: AtomicBool,
}

impl<'a> Flow<'a> {
    fn new(output: &'a Arc<str>) -> Self {
        Self { output, committed: AtomicUsize::new(0), stop: AtomicBool::new(false) }
    }

    /// Works until told to stop or until `enough` records were committed by all.
    fn work(
        &self,
        subject: &Subject<'_>,
        member: &mut dyn Member,
        enough: usize,
    ) -> Result<(), Failure> {
        let deadline = subject.deadline();
        let mut batch = Batch::default();
        let bounds = crate::BatchBounds { records_max: 25, ..BOUNDS };
        while !self.stop.load(Ordering::Acquire) && self.committed.load(Ordering::Acquire) < enough
        {
            deadline.check(|| format!("{:?} records are committed", self.committed))?;
            member.poll(&bounds, &mut batch).map_err(fault)?;
            if batch.is_empty() {
                continue;
            }
            let outputs: Vec<Output> =
                batch.records.iter().map(|record| copy(record, self.output)).collect();
            if commit(member, &batch, &outputs, &deadline)? {
                self.committed.fetch_add(batch.records.len(), Ordering::AcqRel);
            }
        }
        Ok(())
    }

    fn is_done(&self, enough: usize) -> bool {
        self.committed.load(Ordering::Acquire) >= enough
    }
}

fn joined<T>(result: thread::Result<Result<T, Failure>>) -> Result<T, Failure> {
    result.map_err(|_| "a member's thread panicked".to_owned())?
}

pub(super) fn shares_partitions_among_members(subject: &Subject<'_>) -> Result<(), Failure> {
    let topic = subject.topic("share", 6)?;
    let output = subject.topic("share-output", 3)?;
    let flow = Flow::new(&output);
    let shares = [AtomicUsize::new(0), AtomicUsize::new(0)];
    let (fed, results) = thread::scope(|scope| {
        let workers = [0, 1].map(|worker| {
            let (topic, flow, shares) = (&topic, &flow, &shares);
            scope.spawn(move || -> Result<(), Failure> {
                let mut member = subject.join("share", worker, topic)?;
                while !flow.stop.load(Ordering::Acquire) {
                    let enough = flow.committed.load(Ordering::Acquire) + 1;
                    flow.work(subject, member.as_mut(), enough)?;
                    if let Some(share) = shares.get(worker) {
                        share.store(member.lag().len(), Ordering::Release);
                    }
                }
                member.leave().map_err(fault)
            })
        });
        let shared = || shares.iter().all(|share| share.load(Ordering::Acquire) == 3);
        let fed = feed(subject, &topic, &flow, shared);
        flow.stop.store(true, Ordering::Release);
        (fed, workers.map(|worker| joined(worker.join())))
    });
    for result in results {
        result?;
    }
    let fed = fed?;
    let written = subject.read(&output)?;
    check_all_once(&written, fed)?;
    check_order(&written)
}

/// Appends round after round, each committed wholly before the next, until the members share the
/// partitions evenly; returns how many records there are.
fn feed(
    subject: &Subject<'_>,
    topic: &Arc<str>,
    flow: &Flow<'_>,
    shared: impl Fn() -> bool,
) -> Result<u32, Failure> {
    const ROUND: u32 = 50;
    let deadline = subject.deadline();
    let mut fed = 0;
    loop {
        subject.fill(topic, fed..fed + ROUND)?;
        fed += ROUND;
        while !flow.is_done(usize::try_from(fed).unwrap_or(usize::MAX)) {
            deadline.check(|| format!("not all of {fed} records are committed"))?;
            thread::yield_now();
        }
        if shared() {
            return Ok(fed);
        }
        deadline.check(|| "the members don't share the partitions evenly".to_owned())?;
    }
}

pub(super) fn hands_over_in_mid_stream(subject: &Subject<'_>) -> Result<(), Failure> {
    const COUNT: u32 = 3000;
    let topic = subject.filled("handover", 6, COUNT)?;
    let output = subject.topic("handover-output", 3)?;
    let flow = Flow::new(&output);
    let all = usize::try_from(COUNT).unwrap_or(usize::MAX);
    let results = thread::scope(|scope| {
        let first = scope.spawn(|| {
            let mut member = subject.join("handover", 0, &topic)?;
            flow.work(subject, member.as_mut(), all)?;
            member.leave().map_err(fault)
        });
        // Members come and go while the first one works.
        let visitors = scope.spawn(|| {
            for (worker, until) in [(1, all / 4), (2, all / 2), (1, 3 * all / 4)] {
                let mut member = subject.join("handover", worker, &topic)?;
                flow.work(subject, member.as_mut(), until)?;
                member.leave().map_err(fault)?;
            }
            Ok(())
        });
        [joined(first.join()), joined(visitors.join())]
    });
    for result in results {
        result?;
    }
    let written = subject.read(&output)?;
    check_all_once(&written, COUNT)?;
    check_order(&written)
}

pub(super) fn takes_over_from_a_member_that_crashed(subject: &Subject<'_>) -> Result<(), Failure> {
    const COUNT: u32 = 600;
    let topic = subject.filled("takeover", 4, COUNT)?;
    let output = subject.topic("takeover-output", 3)?;
    let mut crashing = subject.join("takeover", 0, &topic)?;
    let before = subject.work(crashing.as_mut(), 1, Some(&output))?;
    let unfinished = subject.batch(crashing.as_mut())?;
    drop(crashing);
    drop(unfinished);
    let mut member = subject.join("takeover", 1, &topic)?;
    let left = usize::try_from(COUNT).unwrap_or(0) - before.len();
    subject.work(member.as_mut(), left, Some(&output))?;
    member.leave().map_err(fault)?;
    let written = subject.read(&output)?;
    check_all_once(&written, COUNT)?;
    check_order(&written)
}
