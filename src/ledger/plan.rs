//! Describes plans of deliveries: letter and audience, frozen together.

use anyhow::{Context, ensure};
use chrono::{DateTime, Utc};

use super::row::Row;
use crate::message::{DeliveryStamp, FrozenLetter};
use crate::model::{Counts, CourierKind, IssueNumber};

/// Returns the kind of courier with this name in the ledger.
pub(super) fn courier_from_name(name: &str) -> anyhow::Result<CourierKind> {
    let kind = CourierKind::ALL.into_iter().find(|kind| kind.name() == name);
    kind.with_context(|| format!("the ledger contains a plan with the unknown courier `{name}`"))
}

/// A delivery about to be frozen.
#[derive(Debug)]
pub struct NewPlan<'a> {
    /// The issue.
    pub issue: IssueNumber,
    /// The courier.
    pub courier: CourierKind,
    /// The stamp of its messages.
    pub stamp: DeliveryStamp,
    /// The issue's title, for lists.
    pub title: &'a str,
    /// The subject without slots, for lists.
    pub subject: &'a str,
    /// The letter.
    pub letter: &'a FrozenLetter,
    /// The fingerprint of the key of its unsubscribe links ([`TokenKey::fingerprint`](crate::message::TokenKey)).
    pub key: &'a str,
    /// The digest of the subscriber list it was made from.
    pub list: &'a str,
    /// What its issue says about its audience, in words; empty for everybody.
    pub audience: &'a str,
    /// The issue whose recipients it is for, if it is a correction.
    pub recipients_of: Option<IssueNumber>,
}

/// A frozen delivery.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The issue.
    pub issue: IssueNumber,
    /// The courier it was started with. SMTP and sendmail can each continue a delivery that the
    /// other started.
    pub courier: CourierKind,
    /// The number of acceptances that an earlier version counted for files in the outbox and the
    /// migration revoked.
    pub taken_back: u64,
    /// The stamp of its messages; its date is the start of the delivery.
    pub stamp: DeliveryStamp,
    /// The issue's title.
    pub title: String,
    /// The subject without slots.
    pub subject: String,
    /// The fingerprint of the key of its unsubscribe links.
    pub key: String,
    /// The digest of the subscriber list it was made from.
    pub list: String,
    /// What its issue said about its audience, in words; empty for everybody.
    pub audience: String,
    /// The issue whose recipients it is for, if it is a correction.
    pub recipients_of: Option<IssueNumber>,
    /// The number of planned subscribers.
    pub total: u64,
    /// Its letter, and every later version after `--allow-changed`, oldest first; never empty.
    pub letters: Vec<FrozenVersion>,
}

impl Plan {
    /// The letter for subscribers without one.
    ///
    /// # Panics
    /// Never: a plan is frozen with a letter, and read back only with one.
    pub fn letter(&self) -> &FrozenVersion {
        self.letters.last().expect("a plan is frozen with its letter")
    }

    /// The letter for `row`: the version it may have received already, otherwise the newest.
    pub fn letter_for(&self, row: &Row) -> &FrozenVersion {
        let same = row.letter.and_then(|version| self.letters.iter().find(|letter| letter.version == version));
        same.unwrap_or_else(|| self.letter())
    }
}

/// A delivery in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliverySummary {
    /// The issue.
    pub issue: IssueNumber,
    /// The courier it was started with.
    pub courier: CourierKind,
    /// The start of the delivery.
    pub started: DateTime<Utc>,
    /// Its title.
    pub title: String,
    /// The number of rows in each state.
    pub counts: Counts,
}

/// A version of the letter.
#[derive(Debug, Clone)]
pub struct FrozenVersion {
    /// From 1.
    pub version: u32,
    /// The time it was frozen.
    pub frozen: DateTime<Utc>,
    /// Its digest ([`FrozenLetter::digest`]).
    pub digest: String,
    /// The letter.
    pub letter: FrozenLetter,
}

/// The key of the unsubscribe links of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryKey {
    /// The issue.
    pub issue: IssueNumber,
    /// The start of the delivery.
    pub started: DateTime<Utc>,
    /// The fingerprint of the key.
    pub key: String,
}

/// SQL for rows of subscribers that may have been mailed, unless the plan is a rehearsal.
pub(super) const MAY_BE_MAILED: &str = "state IN (1, 2, 3, 4, 5, 7)";

/// Errors if the number of rows `planned` is not the `expected` one.
pub(super) fn ensure_all_planned(planned: u64, expected: u64) -> anyhow::Result<()> {
    ensure!(
        planned == expected,
        "the subscriber list changed after it was counted: {expected} recipients then, {planned} now; nothing was planned",
    );
    Ok(())
}

/// The error of a plan with two rows for one mailbox.
pub(super) fn duplicate_recipient(issue: IssueNumber) -> String {
    format!("a subscriber appears twice among the recipients of issue {issue}; nothing was planned")
}
