//! Connects the ledger writer and the workers: rows to be sent go one way, their outcomes the other.
//!
//! A worker takes a row and reports an outcome without waiting. It waits for a row only when none is ready or its
//! relay must not carry one now, and for the ledger only where each row is marked there
//! ([`MarkStore::Ledger`](crate::ledger::MarkStore)). The ledger writer is woken when half of the rows are taken,
//! when an outcome cannot wait, and otherwise at intervals.

mod ledger_side;
mod relays;
mod reporting;
mod taking;

use std::collections::{HashMap, VecDeque};
use std::sync::mpsc::Sender;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::delivery::clock::Clock;
use crate::delivery::limits::LimitReached;
use crate::delivery::limits::scheduler::RelayScheduler;
use crate::delivery::outcome::Outcome;
use crate::ledger::{Mark, Row};

/// A row and its outcome.
pub(super) struct Settled {
    pub(super) row: Row,
    /// The relay it was given to.
    pub(super) relay: usize,
    pub(super) outcome: Outcome,
}

/// A row to be marked in the ledger, and the channel for the permission to transmit its message.
pub(super) struct MarkRequest {
    pub(super) mark: Mark,
    pub(super) permission: Sender<bool>,
}

/// Everything that the workers reported since the queue was last drained.
#[derive(Default)]
pub(super) struct Drained {
    pub(super) outcomes: Vec<Settled>,
    /// Rows for another worker, or for later.
    pub(super) returned: Vec<Row>,
    /// Rows that were ready for too long: their addresses may be suppressed by now.
    pub(super) stale: Vec<Row>,
    pub(super) marks: Vec<MarkRequest>,
}

/// The state of the queue as it was drained.
pub(super) struct QueueStatus {
    /// Rows ready to be taken.
    pub(super) ready: usize,
    /// Workers that wait for a row.
    pub(super) waiting: usize,
    /// All workers.
    pub(super) workers: usize,
    /// Messages that the relays may carry now.
    pub(super) allowed: u64,
    /// When every relay has reached a limit: the relay that may continue first, and its limit.
    pub(super) limit_reached: Option<(usize, LimitReached)>,
}

/// The result of waiting for a row.
pub(super) enum Dequeued {
    Row(Row),
    /// Nothing yet.
    TimedOut,
    /// Nothing any more.
    Closed,
}

pub(super) struct WorkQueue {
    inner: Mutex<Inner>,
    /// Wakes workers: rows are ready, or the queue is closed.
    rows: Condvar,
    /// Wakes the ledger writer.
    drain: Condvar,
    /// Wakes workers: their outcomes are in the ledger, or never will be.
    written: Condvar,
    clock: Clock,
    opened: Instant,
}

struct Inner {
    /// Rows to be sent, each with the time it was pushed.
    ready: VecDeque<(Row, Instant)>,
    /// The number of rows at which more are fetched: half of those pushed last.
    low_water: usize,
    incoming: Drained,
    drain_requested: bool,
    workers: usize,
    waiting: usize,
    /// Counts the times all waiting workers were dismissed.
    dismissals: u64,
    /// Counts the times the queue was drained, and those of them that are in the ledger.
    drained: u64,
    written: u64,
    closed: bool,
    /// The time of the last reply from each relay, on any connection.
    last_replies: HashMap<usize, Instant>,
    scheduler: RelayScheduler,
}

impl WorkQueue {
    /// An empty queue for `workers` at the relays of `scheduler`.
    pub(super) fn new(scheduler: RelayScheduler, workers: usize, clock: Clock) -> Self {
        let inner = Inner {
            ready: VecDeque::new(),
            low_water: 0,
            incoming: Drained::default(),
            drain_requested: false,
            workers,
            waiting: 0,
            dismissals: 0,
            drained: 0,
            written: 0,
            closed: false,
            last_replies: HashMap::new(),
            scheduler,
        };
        let (rows, drain, written) = (Condvar::new(), Condvar::new(), Condvar::new());
        Self { inner: Mutex::new(inner), rows, drain, written, clock, opened: Instant::now() }
    }

    /// The lock, also after a panic of another holder: nothing is left half done inside.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn request_drain(&mut self, drain: &Condvar) {
        if !self.drain_requested {
            self.drain_requested = true;
            drain.notify_one();
        }
    }
}

#[cfg(test)]
mod tests;
