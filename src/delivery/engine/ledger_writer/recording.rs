//! Records outcomes and marks in the ledger, many with one sync.

use std::mem;
use std::time::Instant;

use anyhow::ensure;

use super::{LedgerWriter, MAX_UNSYNCED};
use crate::delivery::engine::batch::LedgerBatch;
use crate::delivery::engine::event::Event;
use crate::delivery::engine::work_queue::{Drained, MarkRequest};
use crate::ledger::{Mark, MarkStore, Row, WriteResult};
use crate::model::State;

impl LedgerWriter<'_> {
    /// Writes `drained`, and replies to its requests for marks. With a transmit log, marks `rows` in the same batch.
    /// Returns the rows that may be handed out.
    pub(super) fn write(&mut self, drained: Drained, mut rows: Vec<Row>) -> anyhow::Result<Vec<Row>> {
        let Drained { outcomes, mut returned, stale, marks: requests } = drained;
        let (held, settled_rows) = (self.held.len(), outcomes.len());
        let marks_ahead = matches!(self.context.marks, MarkStore::TransmitLog(_));
        let mut batch = LedgerBatch::new(self.run);
        for claim in mem::take(&mut self.suppressed) {
            batch.suppress(claim);
        }
        for claim in mem::take(&mut self.to_requeue) {
            batch.return_row(claim);
        }
        for settled in outcomes {
            let requeue = batch.settle(&mut self.breakers[settled.relay], settled);
            self.held.append(&mut batch.held);
            self.given_up.append(&mut batch.given_up);
            self.take_returned(requeue);
        }
        if self.held.len() > held {
            rows = self.recall_ready_rows(rows, &mut returned);
        }
        if marks_ahead {
            returned.iter().chain(&stale).for_each(|row| batch.return_row(row.claim()));
        }
        self.take_returned(returned);
        for request in &requests {
            batch.mark(request.mark);
        }
        if marks_ahead {
            for row in &rows {
                batch.mark(Mark { claim: row.claim(), version: self.run.plan.letter_for(row).version });
            }
        }
        if batch.writes.is_empty() {
            return Ok(rows);
        }
        let result = self.commit(&batch, settled_rows)?;
        let mut granted = result.granted.into_iter();
        for MarkRequest { permission, .. } in requests {
            // A worker that is gone cannot use the permission; its row is in doubt from the next start on.
            let is_granted = granted.next().unwrap_or(false);
            self.outstanding = self.outstanding.saturating_sub(u64::from(!is_granted));
            let _ = permission.send(is_granted);
        }
        for (relay, reason) in batch.disabled {
            self.context.disable(relay, reason);
        }
        self.report_progress();
        if !marks_ahead {
            return Ok(rows);
        }
        Ok(rows.into_iter().zip(granted).filter_map(|(row, is_granted)| is_granted.then_some(row)).collect())
    }

    /// Writes `batch` with one sync, once the messages that couriers have taken are durable.
    fn commit(&mut self, batch: &LedgerBatch<'_>, outcomes: usize) -> anyhow::Result<WriteResult> {
        let writes = &batch.writes;
        let accepted = writes.settlements.iter().filter(|settlement| settlement.state == State::Accepted).count();
        if accepted > 0 {
            self.run.relays.iter().try_for_each(|relay| relay.courier.sync())?;
        }
        let (issue, now) = (self.run.plan.issue, self.run.clock.now());
        let result = self.with_reconnect(|ledger| ledger.write(issue, now, writes))?;
        self.prefetch.note_settled(outcomes, Instant::now());
        self.accepted += accepted as u64;
        self.update_counts(&result)?;
        Ok(result)
    }

    /// Updates the counts by the rows written.
    ///
    /// Errors when more messages would be transmitted than there are rows to send.
    fn update_counts(&mut self, result: &WriteResult) -> anyhow::Result<()> {
        for &(from, to) in &result.transitions {
            self.counts.moved(from, to);
            // The server has not taken it, or not yet: the row may be transmitted again.
            let again = matches!(
                (from, to),
                (State::Transmitting, State::Deferred) | (State::Transmitting | State::Refused, State::Planned)
            );
            self.budget = self.budget.saturating_add(u64::from(again));
        }
        let granted = result.granted.iter().filter(|&&is_granted| is_granted).count() as u64;
        ensure!(granted <= self.budget, "more messages were about to be sent than were planned; this is a bug");
        self.budget -= granted;
        Ok(())
    }

    pub(super) fn report_progress(&mut self) {
        if self.last_progress.is_none_or(|last| last.elapsed() >= MAX_UNSYNCED) {
            self.last_progress = Some(Instant::now());
            self.context.send(Event::Progress { counts: self.counts, accepted: self.accepted });
        }
    }
}
