//! Records that the message of a row is about to be transmitted.

use std::sync::mpsc;

use super::{MarkResult, WorkerContext};
use crate::delivery::engine::work_queue::MarkRequest;
use crate::delivery::stop::StopReason;
use crate::ledger::{Mark, MarkStore, Row, TransmitMark};

impl WorkerContext<'_> {
    /// Records that the message of `row` is about to be transmitted: in the transmit log if the ledger has marked the
    /// row already, else durably in the ledger.
    pub(in crate::delivery::engine) fn mark(&mut self, row: &Row) -> MarkResult {
        match self.context.marks {
            MarkStore::TransmitLog(_) => {
                if self.write_mark(row, TransmitMark::Begun) {
                    return MarkResult::Granted;
                }
                self.context.queue.return_row(row.clone(), self.slot.relay);
                MarkResult::LedgerGone
            }
            MarkStore::Ledger => {
                let (permission, marked) = mpsc::channel();
                let mark = Mark { claim: row.claim(), version: self.context.run.plan.letter_for(row).version };
                self.context.queue.request_mark(MarkRequest { mark, permission });
                match marked.recv() {
                    Ok(true) => MarkResult::Granted,
                    Ok(false) => MarkResult::Denied,
                    Err(_) => MarkResult::LedgerGone,
                }
            }
        }
    }

    /// Writes `mark` to the transmit log, if there is one; returns false if that failed. Then the run ends: messages
    /// in flight are finished, and no others are begun.
    pub(super) fn write_mark(&self, row: &Row, mark: TransmitMark) -> bool {
        let MarkStore::TransmitLog(log) = &self.context.marks else { return true };
        self.is_written(&log.write(row.seq, mark))
    }

    /// Returns whether the transmit log was `written`; ends the run if it was not.
    pub(super) fn is_written(&self, written: &anyhow::Result<()>) -> bool {
        if let Err(error) = written {
            self.stop().request(StopReason::Unusable { reason: format!("{error:#}"), help: None });
        }
        written.is_ok()
    }
}
