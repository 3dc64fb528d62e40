//! Takes rows from the work queue and returns those that were not settled.

use std::time::Duration;

use super::WorkerContext;
use crate::delivery::engine::work_queue::Dequeued;
use crate::ledger::{Row, TransmitMark};

impl WorkerContext<'_> {
    /// The next row; waits for one as long as there may be one.
    pub(in crate::delivery::engine) fn next(&mut self) -> Option<Row> {
        if self.stop().is_requested() {
            return None;
        }
        match self.context.queue.next_within(self.slot, Duration::MAX, false) {
            Dequeued::Row(row) => Some(row),
            // `next_within` never times out after `Duration::MAX`.
            Dequeued::TimedOut | Dequeued::Closed => None,
        }
    }

    /// The next row for an open connection; waits for one at most `time`, and not at all when the server wants fewer
    /// connections.
    pub(in crate::delivery::engine) fn next_within(&mut self, time: Duration) -> Dequeued {
        if self.stop().is_requested() {
            Dequeued::Closed
        } else {
            self.context.queue.next_within(self.slot, time, true)
        }
    }

    /// The next row, if there is one now.
    pub(in crate::delivery::engine) fn next_now(&mut self) -> Option<Row> {
        if self.stop().is_requested() { None } else { self.context.queue.try_next(self.slot) }
    }

    /// Returns a row that was not settled. It is handed out again when nothing else is left: a row that no connection
    /// survives must not hold up the others.
    pub(in crate::delivery::engine) fn return_row(&mut self, row: Row) {
        self.write_mark(&row, TransmitMark::NotTaken);
        self.context.queue.return_row(row, self.slot.relay);
    }
}
