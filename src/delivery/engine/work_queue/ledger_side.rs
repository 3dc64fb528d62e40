//! The ledger writer's side of the work queue: adds rows, and takes the reports of the workers.

use std::mem;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use super::{Drained, Inner, QueueStatus, WorkQueue};
use crate::ledger::Row;

/// The longest time a row may be ready before its address is checked again: an unsubscribe must take effect at a slow
/// rate, too.
const MAX_READY_TIME: Duration = Duration::from_secs(1);

impl WorkQueue {
    /// Waits until a drain is requested, at most `time`, and returns the reports of the workers. Each drain confirms
    /// that the reports of the previous one are written.
    pub(in crate::delivery::engine) fn drain(&self, time: Duration) -> (Drained, QueueStatus) {
        let mut inner = self.lock();
        if inner.written < inner.drained {
            inner.written = inner.drained;
            self.written.notify_all();
        }
        let not_requested = |inner: &mut Inner| !inner.drain_requested;
        let (mut inner, _) =
            self.drain.wait_timeout_while(inner, time, not_requested).unwrap_or_else(PoisonError::into_inner);
        inner.drain_requested = false;
        inner.drained += 1;
        while let Some((row, _)) = inner.ready.pop_front_if(|(_, since)| since.elapsed() > MAX_READY_TIME) {
            inner.incoming.stale.push(row);
        }
        let now = self.clock.now();
        let status = QueueStatus {
            ready: inner.ready.len(),
            waiting: inner.waiting,
            workers: inner.workers,
            allowed: inner.scheduler.ready(now),
            limit_reached: inner.scheduler.limit_reached(now),
        };
        (mem::take(&mut inner.incoming), status)
    }

    /// Adds `rows` that may be sent.
    pub(in crate::delivery::engine) fn push(&self, rows: Vec<Row>) {
        let mut inner = self.lock();
        let now = Instant::now();
        inner.ready.extend(rows.into_iter().map(|row| (row, now)));
        inner.low_water = inner.ready.len() / 2;
        self.rows.notify_all();
    }

    /// Removes all rows that are ready.
    pub(in crate::delivery::engine) fn take_ready(&self) -> Vec<Row> {
        self.lock().ready.drain(..).map(|(row, _)| row).collect()
    }

    /// Ends all workers that wait for a row.
    pub(in crate::delivery::engine) fn dismiss_idle(&self) {
        self.lock().dismissals += 1;
        self.rows.notify_all();
    }

    /// Closes the queue: no worker gets another row or mark.
    pub(in crate::delivery::engine) fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        inner.ready.clear();
        inner.incoming.marks.clear();
        self.rows.notify_all();
        self.written.notify_all();
    }
}
