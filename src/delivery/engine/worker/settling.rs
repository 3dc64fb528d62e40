//! Reports the outcome of a row to the work queue.

use super::WorkerContext;
use crate::delivery::engine::work_queue::Settled;
use crate::delivery::outcome::{Disposition, Outcome};
use crate::ledger::{MarkStore, Row, TransmitMark};

impl WorkerContext<'_> {
    /// Reports the outcome of `row`. When the ledger is gone so is the run, and the row stays marked.
    pub(in crate::delivery::engine) fn settle(&self, row: Row, outcome: Outcome) {
        let mark = match outcome {
            Outcome::Accepted(_) => Some(TransmitMark::Accepted),
            Outcome::Deferred(_) | Outcome::Refused(..) | Outcome::Untried => Some(TransmitMark::NotTaken),
            Outcome::InDoubt(_) => None,
        };
        if let Some(mark) = mark {
            self.write_mark(&row, mark);
        }
        self.report(row, outcome);
    }

    /// Reports the outcome of `row`, which is in the transmit log.
    fn report(&self, row: Row, outcome: Outcome) {
        let is_in_doubt = matches!(outcome, Outcome::InDoubt(_));
        match &outcome {
            Outcome::Refused(..) => self.refusals.set(self.refusals.get() + 1),
            Outcome::Accepted(_) => self.refusals.set(0),
            _ => {}
        }
        self.context.queue.settle(Settled { row, relay: self.slot.relay, outcome });
        // A server that never replies, or refuses every message, must not get the list before the circuit breaker
        // sees it.
        if is_in_doubt || self.refusals.get() > 1 {
            self.context.queue.wait_until_written();
        }
    }

    /// Settles or returns `row` as its disposition demands.
    ///
    /// Errors with the reason when the connection has to be closed and opened again.
    pub(in crate::delivery::engine) fn apply(&mut self, row: Row, disposition: Disposition) -> Result<(), String> {
        match disposition {
            Disposition::Settled(outcome) => {
                if let Outcome::Deferred(reply) = &outcome {
                    self.note_throttling(reply);
                }
                self.settle(row, outcome);
                Ok(())
            }
            Disposition::Reconnect(reply) => {
                self.note_throttling(&reply);
                self.return_row(row);
                Err(format!("the server said `{reply}`"))
            }
            Disposition::SendingLimit(reply) => {
                self.return_row(row);
                if self.context.queue.confirm_account_reply(self.slot.relay) {
                    self.pause_for_limit(&reply);
                }
                Ok(())
            }
            Disposition::SenderProblem(reply, problem) => {
                self.return_row(row);
                if self.context.queue.confirm_account_reply(self.slot.relay) {
                    self.disable_for_sender_problem(reply, problem);
                }
                Ok(())
            }
        }
    }

    /// [`Self::apply`] for a row that is marked. `following` is the row after it, if its message may be transmitted at
    /// once: with an acceptance, it is marked in the same write. Returns whether it is.
    pub(in crate::delivery::engine) fn apply_to_marked(
        &mut self,
        row: Row,
        disposition: Disposition,
        following: Option<&Row>,
    ) -> Result<bool, String> {
        let disposition = match (disposition, following, &self.context.marks) {
            (Disposition::Settled(outcome @ Outcome::Accepted(_)), Some(following), MarkStore::TransmitLog(log))
                if !self.stop().is_requested() =>
            {
                let is_marked = self.is_written(&log.write_accepted_and_begun(row.seq, following.seq));
                self.report(row, outcome);
                return Ok(is_marked);
            }
            (disposition, ..) => disposition,
        };
        // The server does not have the message: without this the next start would find the row in doubt.
        if !matches!(disposition, Disposition::Settled(_)) {
            self.settle(row.clone(), Outcome::Untried);
        }
        self.apply(row, disposition).map(|()| false)
    }
}
