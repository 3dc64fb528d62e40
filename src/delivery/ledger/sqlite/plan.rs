//! Plans in the file.

use std::fs;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, TransactionBehavior, params};

use super::{Sqlite, time};
use crate::delivery::ledger::plan::{ensure_all_planned, somebody_twice, written_fields};
use crate::delivery::ledger::tally;
use crate::delivery::ledger::{FrozenVersion, NewPlan, Plan, Plans};
use crate::message::{FrozenLetter, PlanId, Stamp};
use crate::model::{IssueNumber, Subscriber};

impl Plans for Sqlite {
    fn freeze(
        &mut self,
        plan: &NewPlan<'_>,
        expected: u64,
        audience: &mut dyn Iterator<Item = anyhow::Result<Subscriber>>,
    ) -> anyhow::Result<bool> {
        self.counted = None;
        let issue = plan.issue.0;
        let context = || format!("cannot write the plan of issue {issue}");
        let started = plan.stamp.date.timestamp();
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let new = transaction
            .execute(
                "INSERT INTO plan (issue, id, started, title, subject, total, key, list) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT (issue) DO NOTHING",
                params![
                    issue,
                    plan.stamp.plan.0,
                    started,
                    plan.title,
                    plan.subject,
                    expected.cast_signed(),
                    plan.key,
                    plan.list
                ],
            )
            .with_context(context)?;
        if new == 0 {
            return Ok(false);
        }
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
            .with_context(|| somebody_twice(plan.issue))?;
        ensure_all_planned(u64::from(planned), expected)?;
        transaction.commit().with_context(context)?;
        Ok(true)
    }

    fn plan(&mut self, issue: IssueNumber) -> anyhow::Result<Option<Plan>> {
        let found = self
            .connection
            .query_row(
                "SELECT id, started, title, subject, total, key, list FROM plan WHERE issue = ?",
                [issue.0],
                |row| {
                    let (id, started): ([u8; 16], i64) = (row.get(0)?, row.get(1)?);
                    Ok((id, started, row.get(2)?, row.get(3)?, row.get::<_, i64>(4)?, row.get(5)?, row.get(6)?))
                },
            )
            .optional()?;
        let Some((id, started, title, subject, total, key, list)) = found else { return Ok(None) };
        let stamp = Stamp { plan: PlanId(id), date: time(started)? };
        let letters = self.letters(issue).with_context(|| format!("cannot read the frozen letter of issue {issue}"))?;
        if letters.is_empty() {
            bail!("the ledger has a plan for issue {issue}, but no letter");
        }
        Ok(Some(Plan { issue, stamp, title, subject, key, list, total: total.cast_unsigned(), letters }))
    }

    fn forget(&mut self, issue: IssueNumber) -> anyhow::Result<()> {
        self.counted = None;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for table in ["delivery", "mailbox", "letter", "plan"] {
            transaction.execute(&format!("DELETE FROM {table} WHERE issue = ?"), [issue.0])?;
        }
        transaction.commit().context("cannot write to the ledger")?;
        // One that stays is not asked: it names the plan.
        let _ = fs::remove_file(tally::path(&self.path, issue));
        Ok(())
    }

    fn freeze_again(&mut self, issue: IssueNumber, letter: &FrozenLetter, now: DateTime<Utc>) -> anyhow::Result<()> {
        self.connection.execute(
            "INSERT INTO letter (issue, version, frozen, digest, bytes)
             SELECT ?1, max(version) + 1, ?2, ?3, ?4 FROM letter WHERE issue = ?1",
            params![issue.0, now.timestamp(), letter.digest(), letter.to_bytes()],
        )?;
        Ok(())
    }
}

impl Sqlite {
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
}
