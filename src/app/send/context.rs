//! Holds the values that every step of a send uses.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::issue::IssueToSend;
use super::options::SendOptions;
use crate::app::relays::Relays;
use crate::app::{failure, ledger_owner};
use crate::config::LedgerSettings;
use crate::delivery::Clock;
use crate::ledger::Ledger;
use crate::message::MessageKeys;

/// The values of one send or dry run.
pub(super) struct SendContext<'a> {
    pub(super) issue: &'a IssueToSend,
    pub(super) options: &'a SendOptions,
    pub(super) keys: MessageKeys,
    pub(super) relays: Relays,
    pub(super) now: DateTime<Utc>,
    pub(super) clock: Clock,
}

impl SendContext<'_> {
    /// Returns the time to wait for deferred recipients when nothing else is left.
    pub(super) fn wait(&self) -> Duration {
        self.options.wait.unwrap_or(self.issue.newsletter.settings.send.wait)
    }

    /// Whether other machines may send the same issue at the same time.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self.issue.newsletter.settings.ledger, LedgerSettings::Shared(_))
    }

    /// Returns the number of `recipients` that this run may send to, by `--limit`.
    pub(super) fn within_limit(&self, recipients: u64) -> u64 {
        self.options.limit.map_or(recipients, |limit| recipients.min(limit))
    }

    /// Returns how many messages begin a run, before all others, when `accepted` of the issue were accepted before and
    /// `left` are left: until enough were accepted, whoever continues begins with a few.
    pub(super) fn canary(&self, accepted: u64, left: u64) -> Option<u64> {
        let canary = self.issue.newsletter.settings.send.canary.map(u64::from);
        canary.filter(|&canary| !has_passed(canary, accepted) && canary < self.within_limit(left))
    }

    /// Makes this newsletter the owner of a ledger with another list identifier, if a new key is allowed; else that
    /// ledger was refused when it was opened. Returns the previous identifier.
    pub(super) fn take_over(&self, ledger: &mut dyn Ledger) -> anyhow::Result<Option<String>> {
        if !self.options.allow_new_key {
            return Ok(None);
        }
        ledger_owner::take_over(&self.issue.newsletter, ledger).map_err(|error| failure::before_start(&error))
    }

    /// Returns the fingerprint of the key of the unsubscribe links.
    pub(super) fn key_fingerprint(&self) -> String {
        self.keys.tokens.fingerprint(&self.issue.newsletter.publication.list_id)
    }
}

/// Returns whether at least nine in ten messages of the canary were accepted.
pub(super) fn has_passed(canary: u64, accepted: u64) -> bool {
    canary.saturating_sub(accepted) * 10 <= canary
}
