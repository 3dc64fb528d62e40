//! Does the work of a worker of the outbox or of sendmail, which take a complete message at once.

use super::worker::{MarkResult, WorkerContext};
use crate::delivery::couriers::DeliverWhole;
use crate::delivery::outcome::Outcome;
use crate::delivery::stop::StopReason;

/// Delivers messages until there are none left.
pub(super) fn work(worker: &mut WorkerContext<'_>, courier: &impl DeliverWhole) {
    let mut message = Vec::new();
    while let Some(row) = worker.next() {
        worker.compose(&row, &mut message);
        match worker.mark(&row) {
            MarkResult::Granted => {}
            MarkResult::Denied => continue,
            MarkResult::LedgerGone => return,
        }
        match courier.deliver(&row, &worker.sender(&row), &message, worker.stop()) {
            Ok(outcome) => worker.settle(row, outcome),
            Err(error) => {
                worker.settle(row, Outcome::Untried);
                worker.disable(StopReason::Unusable { reason: error.to_string(), help: None });
            }
        }
    }
}
