//! The worker: poll a batch, process it, commit it with what it became. Workers share nothing; each
//! is one thread with one member, so that a partition's records are worked on in order.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};

use feedback::Record;

use crate::dead_letters::{DeadLetterLimit, DeadLetters};
use crate::telemetry::{self, Committed};
use crate::{
    Batch, BatchBounds, Board, Commit, Fault, Log, Member, Membership, Output, Readiness, Stop,
};

/// How often a worker tells its lag.
const LAG_EVERY: Duration = Duration::from_secs(1);

/// What became of a record: each has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It was classified and routed.
    Classified,
    /// It is a dead letter, with this reject code.
    Dead(&'static str),
    /// It is a dead letter because a mapping leaves it out; that is no fault.
    Skipped,
}

/// Turns records into what is written; one per worker.
pub trait Process {
    /// Adds what `record` becomes to `outputs` and says its fate. It never fails.
    fn process(&mut self, record: &Record, outputs: &mut Vec<Output>) -> Fate;

    /// The records since the last call were committed, or (`false`) rewound: they come again.
    fn settle(&mut self, _committed: bool) {}
}

impl<F: FnMut(&Record, &mut Vec<Output>) -> Fate> Process for F {
    fn process(&mut self, record: &Record, outputs: &mut Vec<Output>) -> Fate {
        self(record, outputs)
    }
}

/// How the workers work.
#[derive(Debug, Clone)]
pub struct WorkerSettings {
    /// The consumer group.
    pub group: String,
    /// This process's name in it.
    pub instance: String,
    /// The topics to read, sorted.
    pub topics: Vec<String>,
    /// How many workers, each a thread.
    pub workers: usize,
    /// How large a batch may be. `wait_max` also bounds how long a stop takes to be seen.
    pub bounds: BatchBounds,
    /// How many dead letters are too many.
    pub dead_letters: DeadLetterLimit,
    /// How long the batch in hand may still take to be committed once the stop was told.
    pub stop_grace: Duration,
}

/// Runs the workers until they are told to stop, or one meets a fault: then all stop, and the first
/// fault is returned. `process` makes each worker's own.
pub fn run<P: Process>(
    log: &dyn Log,
    settings: &WorkerSettings,
    process: &(dyn Fn(usize) -> P + Sync),
    board: &Board,
    stop: &Stop,
) -> Result<(), Fault> {
    let run_one = |worker: usize| {
        let work = || work(log, settings, worker, &mut process(worker), (board, stop));
        // A panic is a defect of ours. The batch is not committed; nothing else is shared that it
        // could have left half done, so the others may stop in order.
        let result = catch_unwind(AssertUnwindSafe(work));
        let result = result.unwrap_or(Err(Fault::Worker { worker }));
        if let Err(fault) = &result {
            tracing::error!(worker, %fault, "worker stopped");
            stop.tell();
        }
        (Instant::now(), result)
    };
    let results = thread::scope(|scope| {
        let spawn = |worker: usize| {
            let run_one = &run_one;
            let builder = thread::Builder::new().name(format!("worker-{worker}"));
            builder.spawn_scoped(scope, move || run_one(worker))
        };
        let threads: Vec<_> = (0..settings.workers.max(1)).map(spawn).collect();
        let join = |(worker, thread): (usize, std::io::Result<thread::ScopedJoinHandle<'_, _>>)| {
            match thread.map(thread::ScopedJoinHandle::join) {
                Ok(Ok(ended)) => ended,
                _ => (Instant::now(), Err(Fault::Worker { worker })),
            }
        };
        threads.into_iter().enumerate().map(join).collect::<Vec<_>>()
    });
    let failed = results.into_iter().filter_map(|(at, result)| Some((at, result.err()?)));
    failed.min_by_key(|(at, _)| *at).map_or(Ok(()), |(_, fault)| Err(fault))
}

/// One worker, from joining to leaving.
fn work(
    log: &dyn Log,
    settings: &WorkerSettings,
    worker: usize,
    process: &mut impl Process,
    (board, stop): (&Board, &Stop),
) -> Result<(), Fault> {
    let membership = Membership {
        group: settings.group.clone(),
        instance: settings.instance.clone(),
        worker,
        topics: settings.topics.clone(),
    };
    // Told before the member goes: else another worker of this process takes over the partitions of
    // one that failed, and buries the records there in its turn.
    let mut member = log.join(&membership).inspect_err(|_| stop.tell())?;
    let unless_left = TellUnlessLeft { stop, left: false };
    let mut dead_letters = DeadLetters::new(settings.dead_letters);
    let mut batch = Batch::default();
    let mut outputs = Vec::new();
    let mut lag_due = Instant::now();
    tracing::info!(worker, group = settings.group, "worker joined");
    while !stop.is_told() {
        member.poll(&settings.bounds, &mut batch)?;
        if stop.is_told() {
            break;
        }
        if !batch.is_empty() {
            let turn =
                Turn { batch: &batch, outputs: &mut outputs, dead_letters: &mut dead_letters };
            let mut told = None;
            turn.take(member.as_mut(), process, |readiness| {
                board.turn(worker, readiness);
                let told = stop.is_told().then(|| *told.get_or_insert_with(Instant::now));
                told.is_none_or(|told| told.elapsed() < settings.stop_grace)
            })?;
        }
        board.turn(worker, member.readiness());
        if Instant::now() >= lag_due {
            board.tell_lag(worker, member.lag());
            lag_due = Instant::now() + LAG_EVERY;
        }
    }
    board.tell_lag(worker, member.lag());
    tracing::info!(worker, group = settings.group, "worker leaves");
    unless_left.disarm();
    member.leave().inspect_err(|_| stop.tell())
}

/// Tells every worker to stop, where this one ends by a fault or a panic. It stands after the member
/// and so is dropped before it.
struct TellUnlessLeft<'a> {
    stop: &'a Stop,
    left: bool,
}

impl TellUnlessLeft<'_> {
    fn disarm(mut self) {
        self.left = true;
    }
}

impl Drop for TellUnlessLeft<'_> {
    fn drop(&mut self) {
        if !self.left {
            self.stop.tell();
        }
    }
}

/// One batch, from its records to its commit.
struct Turn<'a> {
    batch: &'a Batch,
    outputs: &'a mut Vec<Output>,
    dead_letters: &'a mut DeadLetters,
}

impl Turn<'_> {
    /// `waits` is asked, whenever the commit is pending, whether to wait on.
    fn take(
        self,
        member: &mut dyn Member,
        process: &mut impl Process,
        mut waits: impl FnMut(Readiness) -> bool,
    ) -> Result<(), Fault> {
        let start = Instant::now();
        self.outputs.clear();
        for record in &self.batch.records {
            let fate = process.process(record, self.outputs);
            self.dead_letters.note(record, fate)?;
        }
        let processed = Instant::now();
        let mut commit = member.commit(self.batch, self.outputs)?;
        while commit == Commit::Pending && waits(member.readiness()) {
            commit = member.commit(self.batch, self.outputs)?;
        }
        process.settle(commit == Commit::Committed);
        match commit {
            Commit::Committed => {
                self.dead_letters.keep();
                let committed = Committed {
                    records: self.batch.records.len(),
                    process: processed - start,
                    commit: processed.elapsed(),
                };
                committed.count();
            }
            Commit::Rewound => {
                self.dead_letters.undo();
                telemetry::count_rewind();
                tracing::warn!(records = self.batch.records.len(), "batch rewound");
            }
            Commit::Pending => {
                self.dead_letters.undo();
                tracing::warn!(
                    records = self.batch.records.len(),
                    "told to stop while the log does not answer: the batch is left to who reads on"
                );
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
