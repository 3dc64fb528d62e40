//! Describes what a run claims from the ledger and writes to it at once: settlements, marks, and
//! the review of refusals.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::reply::Reply;
use super::row::{ClaimedRow, Row};
use super::transmit_log::TransmitLog;
use crate::model::State;

/// Rows that were claimed.
#[derive(Debug, Default)]
pub struct Claimed {
    /// To be sent.
    pub rows: Vec<Row>,
    /// Rows found suppressed, to be settled as such.
    pub suppressed: Vec<ClaimedRow>,
}

/// The place where a message is recorded before it is transmitted.
#[derive(Debug)]
pub enum MarkStore {
    /// Rows are marked in the ledger many at once, before they are handed out, and one by one in
    /// the transmit log as they are transmitted.
    TransmitLog(TransmitLog),
    /// Each row is marked in the ledger as it is about to be transmitted.
    Ledger,
}

/// A transaction with one sync. Settlements come before marks.
#[derive(Debug, Default)]
pub struct WriteBatch {
    /// The outcomes of rows.
    pub settlements: Vec<Settlement>,
    /// Rows that may be transmitted from then on.
    pub marks: Vec<Mark>,
    /// The number of messages sent now, by the account of their relay.
    pub sent: BTreeMap<String, u64>,
}

impl WriteBatch {
    /// Returns whether it has neither settlements nor marks.
    pub fn is_empty(&self) -> bool {
        self.settlements.is_empty() && self.marks.is_empty()
    }
}

/// The outcome of a claimed row.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// The row.
    pub claim: ClaimedRow,
    /// Its new state. A planned row stays claimed, any other is released.
    pub state: State,
    /// The reply of the server.
    pub reply: Option<Reply>,
    /// The time of the next attempt.
    pub next_at: Option<DateTime<Utc>>,
}

impl Settlement {
    /// A settlement without a next attempt.
    pub fn new(claim: ClaimedRow, state: State, reply: Option<Reply>) -> Self {
        Self { claim, state, reply, next_at: None }
    }

    /// The number of server replies this adds to the row.
    pub(super) fn replies(&self) -> u32 {
        u32::from(matches!(self.state, State::Accepted | State::Deferred | State::Refused | State::InDoubt))
    }
}

/// The conclusions of a run about its refused rows.
#[derive(Debug, Default)]
pub struct RefusalReview {
    /// All refused rows.
    pub refused: Vec<ClaimedRow>,
    /// Rows without an existing mailbox, in a run that is trusted.
    pub dead: Vec<ClaimedRow>,
    /// Rows without an existing mailbox, in a run that is not trusted: they count if the mailbox
    /// was also refused for another issue.
    pub doubted: Vec<ClaimedRow>,
}

/// A claimed row may be transmitted from now on.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    /// The row.
    pub claim: ClaimedRow,
    /// The version of the letter it is sent.
    pub version: u32,
}

/// The result of a write.
#[derive(Debug, Default)]
pub struct WriteResult {
    /// The state changes of rows.
    pub transitions: Vec<(State, State)>,
    /// For each mark, whether the row may be transmitted. It may not if the address was suppressed
    /// in the meantime, the claim is no longer valid, or the row need not be sent any more.
    pub granted: Vec<bool>,
}
