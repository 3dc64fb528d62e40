//! Plans: letter and audience frozen together.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use chrono::{DateTime, Utc};

use super::rows::Row;
use crate::message::{FrozenLetter, Stamp};
use crate::model::{IssueNumber, Subscriber};

/// A delivery about to be frozen.
#[derive(Debug)]
pub struct NewPlan<'a> {
    /// The issue.
    pub issue: IssueNumber,
    /// What its messages are stamped with.
    pub stamp: Stamp,
    /// The issue's title, for lists.
    pub title: &'a str,
    /// The subject as it is without slots, for lists.
    pub subject: &'a str,
    /// The letter.
    pub letter: &'a FrozenLetter,
    /// The fingerprint of the key of its unsubscribe links ([`TokenKey::fingerprint`](crate::message::TokenKey)).
    pub key: &'a str,
    /// The digest of the subscriber list it was made from.
    pub list: &'a str,
}

/// A frozen delivery.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The issue.
    pub issue: IssueNumber,
    /// What its messages are stamped with; its date is when the delivery began.
    pub stamp: Stamp,
    /// The issue's title.
    pub title: String,
    /// The subject without slots.
    pub subject: String,
    /// The fingerprint of the key its unsubscribe links are made with.
    pub key: String,
    /// The digest of the subscriber list it was made from.
    pub list: String,
    /// How many subscribers were planned.
    pub total: u64,
    /// Its letter, and after `--allow-changed` every later one, oldest first; never empty.
    pub letters: Vec<FrozenVersion>,
}

impl Plan {
    /// The letter that subscribers get who have had none yet.
    ///
    /// # Panics
    /// Never: a plan is frozen with its letter, and read back only with one.
    pub fn letter(&self) -> &FrozenVersion {
        self.letters.last().expect("a plan is frozen with its letter")
    }

    /// The letter that `row` gets: the one it may have got already, else the newest.
    pub(in crate::delivery) fn letter_for(&self, row: &Row) -> &FrozenVersion {
        let same = row.letter.and_then(|version| self.letters.iter().find(|letter| letter.version == version));
        same.unwrap_or_else(|| self.letter())
    }
}

/// A letter as it was frozen.
#[derive(Debug, Clone)]
pub struct FrozenVersion {
    /// From 1.
    pub version: u32,
    /// When.
    pub frozen: DateTime<Utc>,
    /// Its digest ([`FrozenLetter::digest`]).
    pub digest: String,
    /// The letter.
    pub letter: FrozenLetter,
}

/// The plans of a ledger.
pub trait Plans {
    /// Freezes a delivery: the letter and a row for each of the `expected` subscribers of `audience` who is not
    /// suppressed. One transaction: after an error or a crash there is no plan. Answers whether it was frozen; it is not
    /// when there is a plan already.
    ///
    /// Errors when `audience` does, and when it is not `expected` long: the list changed after it was counted.
    fn freeze(
        &mut self,
        plan: &NewPlan<'_>,
        expected: u64,
        audience: &mut dyn Iterator<Item = anyhow::Result<Subscriber>>,
    ) -> anyhow::Result<bool>;

    /// The plan of `issue`, if its delivery was ever begun.
    ///
    /// Errors when a frozen letter cannot be read back.
    fn plan(&mut self, issue: IssueNumber) -> anyhow::Result<Option<Plan>>;

    /// Forgets the delivery of `issue`, letter and audience. Only for one that mailed nobody.
    fn forget(&mut self, issue: IssueNumber) -> anyhow::Result<()>;

    /// Freezes an edited letter for the subscribers of `issue` who have had none yet.
    fn freeze_again(&mut self, issue: IssueNumber, letter: &FrozenLetter, now: DateTime<Utc>) -> anyhow::Result<()>;
}

/// Errors when the `planned` rows are not the `expected`.
pub(super) fn ensure_all_planned(planned: u64, expected: u64) -> anyhow::Result<()> {
    ensure!(
        planned == expected,
        "the subscriber list changed after it was counted: {expected} to send to then, {planned} now; nothing was planned",
    );
    Ok(())
}

/// Why a plan with two rows for a mailbox is none.
pub(super) fn somebody_twice(issue: IssueNumber) -> String {
    format!("somebody is in the audience of issue {issue} twice; nothing was planned")
}

/// Columns as the ledger keeps them: a JSON object, or nothing.
pub(super) fn written_fields(fields: &BTreeMap<String, String>) -> String {
    if fields.is_empty() {
        return String::new();
    }
    serde_json::to_string(fields).expect("a map of strings is always JSON")
}

/// What [`written_fields`] wrote.
pub(super) fn read_fields(fields: &str) -> anyhow::Result<BTreeMap<String, String>> {
    if fields.is_empty() {
        return Ok(BTreeMap::new());
    }
    serde_json::from_str(fields).context("the ledger holds a row whose columns cannot be read")
}
