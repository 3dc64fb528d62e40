//! Grades the delivery of an issue after a run.

use crate::delivery::{EndReason, StopReason};
use crate::model::{Counts, State};

/// The state of a delivery after a run, as the exit code shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Completion {
    Complete,
    /// Finished, but some recipients were not reached.
    Incomplete,
    /// The same command continues.
    Stopped,
    /// The server takes no mail from this sender.
    SenderRejected,
}

impl Completion {
    /// Returns the state of a delivery with `counts` after a run that ended for the reason `end`.
    pub(crate) fn of(end: &EndReason, counts: &Counts) -> Self {
        let not_reached = counts.of(State::Refused) + counts.of(State::InDoubt);
        match end {
            // Rows left then are at a domain that was held.
            EndReason::Done if not_reached + counts.left() == 0 => Self::Complete,
            EndReason::Done => Self::Incomplete,
            EndReason::Stopped(StopReason::SenderRejected { .. }) => Self::SenderRejected,
            _ => Self::Stopped,
        }
    }
}
