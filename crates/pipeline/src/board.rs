//! What the workers tell of themselves, for /readyz, /livez and the metrics: whether each can work,
//! how far it has read, and when it last came round.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::{Lag, Readiness};

/// Tells every worker to finish its batch and leave. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    told: Arc<AtomicBool>,
}

impl Stop {
    /// Tells them.
    pub fn tell(&self) {
        self.told.store(true, Ordering::Release);
    }

    /// Whether it was told.
    pub fn is_told(&self) -> bool {
        self.told.load(Ordering::Acquire)
    }
}

/// One view per worker.
#[derive(Debug)]
pub struct Board {
    workers: Vec<Mutex<View>>,
}

#[derive(Debug)]
struct View {
    readiness: Readiness,
    lag: Vec<Lag>,
    last_turn: Instant,
}

impl Board {
    /// A board for so many workers, none of them ready yet.
    pub fn new(workers: usize) -> Self {
        let view = || View {
            readiness: Readiness::NotReady("the worker is starting".to_owned()),
            lag: Vec::new(),
            last_turn: Instant::now(),
        };
        Self { workers: (0..workers).map(|_| Mutex::new(view())).collect() }
    }

    /// Ready where every worker is; else the first reason why not.
    pub fn readiness(&self) -> Readiness {
        let not_ready = |worker: &Mutex<View>| match &locked(worker).readiness {
            Readiness::Ready => None,
            not_ready @ Readiness::NotReady(_) => Some(not_ready.clone()),
        };
        self.workers.iter().find_map(not_ready).unwrap_or(Readiness::Ready)
    }

    /// The lag of every partition read in this process, by partition.
    pub fn lag(&self) -> Vec<Lag> {
        let mut lag: Vec<Lag> =
            self.workers.iter().flat_map(|worker| locked(worker).lag.clone()).collect();
        lag.sort_by(|a, b| a.partition.cmp(&b.partition));
        lag
    }

    /// How long ago the slowest worker came round: each poll and each commit takes bounded time.
    pub fn longest_turn(&self) -> Duration {
        let turn = |worker: &Mutex<View>| locked(worker).last_turn.elapsed();
        self.workers.iter().map(turn).max().unwrap_or_default()
    }

    /// A worker came round.
    pub(crate) fn turn(&self, worker: usize, readiness: Readiness) {
        if let Some(view) = self.workers.get(worker) {
            let mut view = locked(view);
            view.readiness = readiness;
            view.last_turn = Instant::now();
        }
    }

    /// A worker tells how far it has read.
    pub(crate) fn tell_lag(&self, worker: usize, lag: Vec<Lag>) {
        if let Some(view) = self.workers.get(worker) {
            locked(view).lag = lag;
        }
    }
}

fn locked(view: &Mutex<View>) -> MutexGuard<'_, View> {
    view.lock().unwrap_or_else(PoisonError::into_inner)
}
