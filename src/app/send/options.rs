//! Holds the decisions that a person makes before a send.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::confirmed::ConfirmedSend;
use crate::app::relays::{LineSink, RelayOverrides};
use crate::model::IssueNumber;

/// The decisions about one send or dry run.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each permits one thing that is refused otherwise")]
pub(crate) struct SendOptions {
    pub(crate) in_doubt: InDoubtPolicy,
    pub(crate) retry_refused: bool,
    /// Continue whatever the number of refusals.
    pub(crate) accept_refusals: bool,
    pub(crate) allow_changed: bool,
    pub(crate) allow_claimed: bool,
    pub(crate) allow_new_key: bool,
    pub(crate) skip_bad_rows: bool,
    /// The issue whose recipients get this one, a correction.
    pub(crate) recipients_of: Option<IssueNumber>,
    /// What was confirmed ahead of its time; nobody is asked again.
    pub(crate) confirmed: Option<ConfirmedSend>,
    /// The most messages to send in this run.
    pub(crate) limit: Option<u64>,
    /// Replaces `wait` of the configuration and every time limit of the run.
    pub(crate) wait: Option<Duration>,
    /// The name server for the checks before a first send.
    pub(crate) resolver: Option<SocketAddr>,
    /// Whether DNS and the linked pages are checked before a first send.
    pub(crate) preflight: bool,
    pub(crate) relays: RelayOverrides,
    /// Receives the conversation with the mail server.
    pub(crate) conversation: Option<LineSink>,
}

/// The handling of recipients in doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum InDoubtPolicy {
    /// Leave them as they are.
    Hold,
    /// Send them the same message again.
    Resend,
    /// Give up on them.
    Skip,
    /// Look them up in these Postfix logs; resend to those the log shows were not delivered.
    Reconcile(Vec<PathBuf>),
}
