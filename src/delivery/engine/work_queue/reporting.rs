//! Takes the reports of the workers: outcomes, returned rows, and requests for marks.

use std::sync::PoisonError;
use std::time::Instant;

use super::{Inner, MarkRequest, Settled, WorkQueue};
use crate::delivery::outcome::Outcome;
use crate::ledger::Row;

impl WorkQueue {
    /// Reports an outcome. An acceptance waits for the next sync; everything else asks for one.
    pub(in crate::delivery::engine) fn settle(&self, settled: Settled) {
        let mut inner = self.lock();
        let relay = settled.relay;
        match settled.outcome {
            Outcome::InDoubt(_) | Outcome::Untried => inner.scheduler.mark_failing(relay),
            Outcome::Accepted(_) | Outcome::Deferred(_) | Outcome::Refused(..) => {
                inner.last_replies.insert(relay, Instant::now());
            }
        }
        if matches!(settled.outcome, Outcome::Accepted(_)) {
            inner.scheduler.accepted(relay, self.clock.now());
        } else {
            inner.request_drain(&self.drain);
        }
        inner.incoming.outcomes.push(settled);
    }

    /// Waits until the outcomes reported so far are in the ledger and the circuit breaker has seen them, or the queue
    /// is closed.
    pub(in crate::delivery::engine) fn wait_until_written(&self) {
        let mut inner = self.lock();
        inner.request_drain(&self.drain);
        let next = inner.drained + 1;
        let pending = |inner: &mut Inner| inner.written < next && !inner.closed;
        drop(self.written.wait_while(inner, pending).unwrap_or_else(PoisonError::into_inner));
    }

    /// Returns a row that `relay` did not carry, for another worker or for later.
    pub(in crate::delivery::engine) fn return_row(&self, row: Row, relay: usize) {
        let mut inner = self.lock();
        inner.scheduler.give_back(relay);
        inner.incoming.returned.push(row);
        inner.request_drain(&self.drain);
    }

    /// Asks for a mark. A closed queue drops the request, and its channel with it: the ledger has failed.
    pub(in crate::delivery::engine) fn request_mark(&self, request: MarkRequest) {
        let mut inner = self.lock();
        if !inner.closed {
            inner.incoming.marks.push(request);
            inner.request_drain(&self.drain);
        }
    }

    /// Notes that a worker has ended.
    pub(in crate::delivery::engine) fn worker_finished(&self) {
        let mut inner = self.lock();
        inner.workers -= 1;
        inner.request_drain(&self.drain);
    }
}
