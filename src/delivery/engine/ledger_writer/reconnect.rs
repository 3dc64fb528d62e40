//! Reconnects to a ledger on a server, and tells other senders that this one is alive.

use std::time::{Duration, Instant};

use super::LedgerWriter;
use crate::delivery::engine::event::Event;
use crate::ledger::{Ledger, Unreachable};

/// The shortest and the longest wait between two attempts to reach the ledger.
const MIN_BACKOFF: Duration = Duration::from_millis(100);
const MAX_BACKOFF: Duration = Duration::from_secs(5);

impl LedgerWriter<'_> {
    /// Calls `operation` with the ledger, again and again while the ledger cannot be reached and the run has patience.
    pub(super) fn with_reconnect<T>(
        &mut self,
        operation: impl Fn(&mut dyn Ledger) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let began = Instant::now();
        let mut wait = MIN_BACKOFF;
        loop {
            let error = match operation(self.ledger.as_mut()) {
                Err(error) if error.is::<Unreachable>() => error,
                result => return result,
            };
            let left = self.run.ledger_patience.saturating_sub(began.elapsed());
            if self.context.stop.is_requested() || left.is_zero() {
                return Err(error);
            }
            wait = wait.min(left);
            self.context.send(Event::Reconnecting { reason: error.to_string(), wait });
            self.context.stop.pause(wait);
            wait = (wait * 2).min(MAX_BACKOFF);
        }
    }

    /// Tells other senders that this one is alive, and counts the rows that they have moved.
    pub(super) fn heartbeat(&mut self) -> anyhow::Result<()> {
        let (issue, now) = (self.run.plan.issue, self.run.clock.now());
        if let Some(counts) = self.with_reconnect(|ledger| ledger.heartbeat(issue, now))? {
            self.counts = counts;
            // Other senders may plan any number of rows again during this run.
            self.budget = u64::MAX;
            self.report_progress();
        }
        Ok(())
    }
}
