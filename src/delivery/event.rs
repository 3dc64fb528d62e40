//! What a run tells while it goes on.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::ledger::Counts;

/// Something worth showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Where things are now.
    Progress {
        /// Everybody, whoever brought them there.
        counts: Counts,
        /// How many messages the server has accepted in this run.
        accepted: u64,
    },
    /// A connection was lost or could not be opened; the next try is after the wait.
    Reconnecting {
        /// What happened.
        reason: String,
        /// How long until the next try.
        wait: Duration,
    },
    /// Everybody else is settled; the first deferred subscriber is tried again at this time.
    Waiting(DateTime<Utc>),
}
