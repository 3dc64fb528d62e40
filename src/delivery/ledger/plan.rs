//! Plans: letter and audience frozen together.

use std::collections::BTreeMap;

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, TransactionBehavior, params};

use super::Ledger;
use crate::message::{FrozenLetter, PlanId, Stamp};
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

impl Ledger {
    /// Freezes a delivery: the letter and a row for each of the `expected` subscribers of `audience` who is not
    /// suppressed. One transaction: after an error or a crash there is no plan.
    ///
    /// Errors when `audience` does, when it is not `expected` long (the list changed after it was counted), when there
    /// is a plan already.
    pub fn freeze(
        &mut self,
        plan: &NewPlan<'_>,
        expected: u64,
        audience: impl Iterator<Item = anyhow::Result<Subscriber>>,
    ) -> anyhow::Result<()> {
        let issue = plan.issue.0;
        let started = plan.stamp.date.timestamp();
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction
            .execute(
                "INSERT INTO plan (issue, id, started, title, subject, total) VALUES (?, ?, ?, ?, ?, ?)",
                params![issue, plan.stamp.plan.0, started, plan.title, plan.subject, expected.cast_signed()],
            )
            .with_context(|| format!("cannot write the plan of issue {issue}"))?;
        transaction.execute(
            "INSERT INTO letter (issue, version, frozen, digest, bytes) VALUES (?, 1, ?, ?, ?)",
            params![issue, started, plan.letter.digest(), plan.letter.to_bytes()],
        )?;
        let mut planned: u32 = 0;
        {
            let mut insert = transaction.prepare(
                "INSERT INTO delivery (issue, seq, address, address_key, fields) SELECT ?1, ?2, ?3, ?4, ?5
                 WHERE NOT EXISTS (SELECT 1 FROM suppression WHERE address_key = ?4)",
            )?;
            for subscriber in audience {
                let subscriber = subscriber?;
                let fields = written_fields(&subscriber.fields);
                let address = subscriber.address.to_string();
                let row = params![issue, planned + 1, address, subscriber.address.key(), fields];
                planned += u32::try_from(insert.execute(row)?).unwrap_or(0);
            }
        }
        transaction
            .execute(
                "INSERT INTO mailbox (issue, address_key)
                 SELECT issue, address_key FROM delivery WHERE issue = ? ORDER BY address_key",
                [issue],
            )
            .with_context(|| format!("somebody is in the audience of issue {issue} twice; nothing was planned"))?;
        ensure!(
            u64::from(planned) == expected,
            "the subscriber list changed after it was counted: {expected} to send to then, {planned} now; nothing was planned",
        );
        transaction.commit().with_context(|| format!("cannot write the plan of issue {issue}"))
    }

    /// The plan of `issue`, if its delivery was ever begun.
    ///
    /// Errors when a frozen letter cannot be read back.
    pub fn plan(&self, issue: IssueNumber) -> anyhow::Result<Option<Plan>> {
        let found = self
            .connection
            .query_row("SELECT id, started, title, subject, total FROM plan WHERE issue = ?", [issue.0], |row| {
                Ok((row.get::<_, [u8; 16]>(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get::<_, i64>(4)?))
            })
            .optional()?;
        let Some((id, started, title, subject, total)) = found else { return Ok(None) };
        let stamp = Stamp { plan: PlanId(id), date: time(started)? };
        let letters = self.letters(issue).with_context(|| format!("cannot read the frozen letter of issue {issue}"))?;
        if letters.is_empty() {
            bail!("the ledger has a plan for issue {issue}, but no letter");
        }
        Ok(Some(Plan { issue, stamp, title, subject, total: total.cast_unsigned(), letters }))
    }

    fn letters(&self, issue: IssueNumber) -> anyhow::Result<Vec<FrozenVersion>> {
        let mut query = self
            .connection
            .prepare("SELECT version, frozen, digest, bytes FROM letter WHERE issue = ? ORDER BY version")?;
        let mut rows = query.query([issue.0])?;
        let mut letters = Vec::new();
        while let Some(row) = rows.next()? {
            letters.push(FrozenVersion {
                version: row.get(0)?,
                frozen: time(row.get(1)?)?,
                digest: row.get(2)?,
                letter: FrozenLetter::from_bytes(row.get_ref(3)?.as_blob()?)?,
            });
        }
        Ok(letters)
    }

    /// Freezes an edited letter for the subscribers of `issue` who have had none yet.
    pub fn freeze_again(&self, issue: IssueNumber, letter: &FrozenLetter, now: DateTime<Utc>) -> anyhow::Result<()> {
        self.connection.execute(
            "INSERT INTO letter (issue, version, frozen, digest, bytes)
             SELECT ?1, max(version) + 1, ?2, ?3, ?4 FROM letter WHERE issue = ?1",
            params![issue.0, now.timestamp(), letter.digest(), letter.to_bytes()],
        )?;
        Ok(())
    }
}

/// A time the ledger kept.
pub(super) fn time(seconds: i64) -> anyhow::Result<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, 0).with_context(|| format!("the ledger holds an impossible time, `{seconds}`"))
}

/// Columns as the ledger keeps them: a JSON object, or nothing.
fn written_fields(fields: &BTreeMap<String, String>) -> String {
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
