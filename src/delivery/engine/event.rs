//! Events that a run reports while it goes on.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::delivery::limits::LimitReached;
use crate::delivery::stop::StopReason;
use crate::ledger::Reply;
use crate::model::Counts;

/// Something worth showing.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The state of the delivery.
    Progress {
        /// The rows in each state, whichever process moved them.
        counts: Counts,
        /// Messages accepted in this run.
        accepted: u64,
    },
    /// A connection was lost or could not be opened.
    Reconnecting {
        /// The error.
        reason: String,
        /// The time until the next attempt.
        wait: Duration,
    },
    /// A relay asked for fewer messages, and gets fewer from now on.
    RelayThrottled {
        /// Its name, when there are several.
        relay: Option<String>,
        /// Connections at once.
        connections: usize,
        /// Messages a second, when it is known.
        rate: Option<f64>,
        /// The reply.
        reply: Reply,
    },
    /// A server does not do what it offers, and is used accordingly for the rest of the run.
    RelayAdapted {
        /// The name of its relay, when there are several.
        relay: Option<String>,
        /// The finding.
        quirk: ServerQuirk,
    },
    /// A relay is disabled for the rest of the run; the others go on.
    RelayDisabled {
        /// Its name.
        relay: String,
        /// The cause.
        reason: StopReason,
    },
    /// Every relay has reached a limit, and the first of them may continue soon enough to wait for it.
    LimitReached {
        /// The relay that may continue first, when there are several.
        relay: Option<String>,
        /// Its limit.
        limit: LimitReached,
    },
    /// Only deferred subscribers are left; the first of them is tried again at this time.
    Waiting(DateTime<Utc>),
}

/// A behaviour of a mail server that its greeting does not announce.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerQuirk {
    /// It offers PIPELINING and does not reply to commands that come together.
    NoPipelining,
    /// It offers CHUNKING and refuses BDAT, with this reply.
    NoChunking(Reply),
    /// It takes only a number of messages over one connection.
    ConnectionLimit {
        /// The number.
        messages: u32,
        /// The reply.
        reply: Reply,
    },
}
