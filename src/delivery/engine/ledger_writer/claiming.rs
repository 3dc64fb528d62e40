//! Claims rows from the ledger, as many as the queue needs.

use super::LedgerWriter;
use crate::delivery::engine::work_queue::QueueStatus;
use crate::ledger::{MarkStore, Row};
use crate::model::State;

/// The most rows claimed for each connection, where they are not marked before they are handed out.
const MAX_CLAIMED_PER_CONNECTION: u64 = 100;

impl LedgerWriter<'_> {
    /// Claims as many rows as queue and relays have room for once `done` rows are written; `stale` rows come first.
    pub(super) fn claim_rows(&mut self, status: &QueueStatus, done: usize, stale: &[Row]) -> anyhow::Result<Vec<Row>> {
        let nothing = self.context.stop.is_requested() || status.limit_reached.is_some();
        let most = if nothing { 0 } else { self.room(status, done).min(self.allowance) };
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let mut rows: Vec<Row> = self.without_held(stale.to_vec());
        self.returned.extend(rows.split_off(most.min(rows.len())));
        if most > rows.len() {
            let (issue, now) = (self.run.plan.issue, self.run.clock.now());
            loop {
                let more = most - rows.len();
                let claimed = self.with_reconnect(|ledger| ledger.claim(issue, now, more))?;
                let (before, found) = (rows.len(), claimed.rows.len());
                rows.extend(self.without_held(claimed.rows));
                self.suppressed.extend(claimed.suppressed);
                // Behind rows that are held back there may be others.
                if rows.len() - before == found {
                    break;
                }
            }
            let room = most - rows.len();
            rows.extend(self.returned.drain(..room.min(self.returned.len())));
        }
        self.allowance -= rows.len() as u64;
        self.outstanding += rows.len() as u64;
        Ok(rows)
    }

    /// The number of rows the queue needs.
    fn room(&self, status: &QueueStatus, done: usize) -> u64 {
        let connections = self.run.connections() as u64;
        let wanted = match self.context.marks {
            MarkStore::TransmitLog(_) => {
                let transmitting = usize::try_from(self.counts.of(State::Transmitting)).unwrap_or(usize::MAX);
                let claimed = transmitting.saturating_sub(done);
                // A waiting worker takes one at once, and another to send its envelope along.
                let wanted = self.prefetch.ready_target() + status.waiting;
                wanted.min(status.ready + self.prefetch.max_claimed().saturating_sub(claimed)) as u64
            }
            // The fewer are left, the fewer are claimed: other senders may send them, too.
            MarkStore::Ledger => (self.counts.left() / 4).clamp(connections, connections * MAX_CLAIMED_PER_CONNECTION),
        };
        // One row for each connection lies ready whatever the rate; more would only be claimed for longer.
        let wanted = wanted.min(status.allowed.max(connections));
        // Refills only when the queue is half empty, unless a worker is waiting.
        let ready = status.ready as u64;
        if ready * 2 <= wanted || status.waiting > 0 { wanted.saturating_sub(ready) } else { 0 }
    }
}
