//! What a run tells while it goes on.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::ledger::Counts;
use super::limits::UsedUp;
use super::outcome::Reply;
use super::stop::StopReason;

/// Something worth showing.
#[derive(Debug, Clone, PartialEq)]
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
    /// A relay asked for less, and is worked less hard from now on.
    Slowed {
        /// Which, when there are several.
        relay: Option<String>,
        /// Connections at once.
        connections: usize,
        /// Messages a second, when it is known.
        rate: Option<f64>,
        /// What it said.
        reply: Reply,
    },
    /// A relay is of no use in this run; the others carry on without it.
    SetAside {
        /// Which.
        relay: String,
        /// Why.
        reason: StopReason,
    },
    /// Every relay has used up a limit, and the first goes on soon enough to wait for it.
    UsedUp {
        /// The one that goes on first, when there are several.
        relay: Option<String>,
        /// Its limit.
        used_up: UsedUp,
    },
    /// Everybody else is settled; the first deferred subscriber is tried again at this time.
    Waiting(DateTime<Utc>),
}
