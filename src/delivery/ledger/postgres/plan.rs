//! Plans in the database.

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use postgres::error::SqlState;
use postgres::types::ToSql;
use postgres::{Statement, Transaction};

use super::Postgres;
use crate::delivery::ledger::plan::{ensure_all_planned, somebody_twice, written_fields};
use crate::delivery::ledger::{FrozenVersion, NewPlan, Plan, Plans};
use crate::message::{FrozenLetter, PlanId, Stamp};
use crate::model::{IssueNumber, Subscriber};

/// Rows written with one statement.
const BATCH: usize = 2000;

const INSERT_ROWS: &str = "
    INSERT INTO delivery (issue, seq, address, address_key, fields)
    SELECT $1, seq, address, address_key, fields
    FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) AS new (seq, address, address_key, fields)
    WHERE NOT EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = new.address_key)
    ORDER BY seq";

impl Plans for Postgres {
    fn freeze(
        &mut self,
        plan: &NewPlan<'_>,
        expected: u64,
        audience: &mut dyn Iterator<Item = anyhow::Result<Subscriber>>,
    ) -> anyhow::Result<bool> {
        let issue = i64::from(plan.issue.0);
        self.with(|session| {
            let insert = session.prepared(INSERT_ROWS)?;
            let mut transaction = session.client.transaction()?;
            // Waits for another process that is just freezing the same issue.
            let new = transaction.execute(
                "INSERT INTO plan (issue, id, started, title, subject, total, key, list)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (issue) DO NOTHING",
                &[
                    &issue,
                    &plan.stamp.plan.0.as_slice(),
                    &plan.stamp.date,
                    &plan.title,
                    &plan.subject,
                    &expected.cast_signed(),
                    &plan.key,
                    &plan.list,
                ],
            )?;
            if new == 0 {
                return Ok(false);
            }
            transaction.execute(
                "INSERT INTO letter (issue, version, frozen, digest, bytes) VALUES ($1, 1, $2, $3, $4)",
                &[&issue, &plan.stamp.date, &plan.letter.digest(), &plan.letter.to_bytes()],
            )?;
            let (mut seq, mut planned) = (0_i64, 0);
            let mut batch = Batch::default();
            for subscriber in audience {
                seq += 1;
                batch.push(seq, &subscriber?);
                if batch.seqs.len() == BATCH {
                    planned += batch.write(&mut transaction, &insert, plan.issue)?;
                    batch = Batch::default();
                }
            }
            planned += batch.write(&mut transaction, &insert, plan.issue)?;
            ensure_all_planned(planned, expected)?;
            transaction.commit()?;
            Ok(true)
        })
    }

    fn plan(&mut self, issue: IssueNumber) -> anyhow::Result<Option<Plan>> {
        let number = i64::from(issue.0);
        let found = self.with(|session| {
            let plan = "SELECT id, started, title, subject, total, key, list FROM plan WHERE issue = $1";
            let Some(row) = session.client.query_opt(plan, &[&number])? else { return Ok(None) };
            let letters = "SELECT version, frozen, digest, bytes FROM letter WHERE issue = $1 ORDER BY version";
            Ok(Some((row, session.client.query(letters, &[&number])?)))
        })?;
        let Some((row, letters)) = found else { return Ok(None) };
        let letters = letters.iter().map(frozen_version).collect::<anyhow::Result<Vec<_>>>();
        let letters = letters.with_context(|| format!("cannot read the frozen letter of issue {issue}"))?;
        if letters.is_empty() {
            bail!("the ledger has a plan for issue {issue}, but no letter");
        }
        let id = row.get::<_, &[u8]>(0).try_into().context("the ledger holds a plan without a proper id")?;
        Ok(Some(Plan {
            issue,
            stamp: Stamp { plan: PlanId(id), date: row.get(1) },
            title: row.get(2),
            subject: row.get(3),
            total: row.get::<_, i64>(4).cast_unsigned(),
            key: row.get(5),
            list: row.get(6),
            letters,
        }))
    }

    fn forget(&mut self, issue: IssueNumber) -> anyhow::Result<()> {
        self.with(|session| {
            let mut transaction = session.client.transaction()?;
            for table in ["delivery", "sender", "letter", "plan"] {
                transaction.execute(&format!("DELETE FROM {table} WHERE issue = $1"), &[&i64::from(issue.0)])?;
            }
            transaction.commit()?;
            Ok(())
        })
    }

    fn freeze_again(&mut self, issue: IssueNumber, letter: &FrozenLetter, now: DateTime<Utc>) -> anyhow::Result<()> {
        self.with(|session| {
            session.client.execute(
                "INSERT INTO letter (issue, version, frozen, digest, bytes)
                 SELECT $1, max(version) + 1, $2, $3, $4 FROM letter WHERE issue = $1",
                &[&i64::from(issue.0), &now, &letter.digest(), &letter.to_bytes()],
            )?;
            Ok(())
        })
    }
}

fn frozen_version(row: &postgres::Row) -> anyhow::Result<FrozenVersion> {
    Ok(FrozenVersion {
        version: row.get::<_, i32>(0).cast_unsigned(),
        frozen: row.get(1),
        digest: row.get(2),
        letter: FrozenLetter::from_bytes(row.get(3))?,
    })
}

/// Rows to be written with one statement, a list a column.
#[derive(Default)]
struct Batch {
    seqs: Vec<i64>,
    addresses: Vec<String>,
    keys: Vec<String>,
    fields: Vec<String>,
}

impl Batch {
    fn push(&mut self, seq: i64, subscriber: &Subscriber) {
        self.seqs.push(seq);
        self.addresses.push(subscriber.address.to_string());
        self.keys.push(subscriber.address.key());
        self.fields.push(written_fields(&subscriber.fields));
    }

    /// Writes them; answers how many were not suppressed.
    fn write(&self, transaction: &mut Transaction<'_>, insert: &Statement, issue: IssueNumber) -> anyhow::Result<u64> {
        let number = i64::from(issue.0);
        let parameters: [&(dyn ToSql + Sync); 5] = [&number, &self.seqs, &self.addresses, &self.keys, &self.fields];
        transaction.execute(insert, &parameters).map_err(|error| {
            let twice = error.code() == Some(&SqlState::UNIQUE_VIOLATION);
            if twice { anyhow::anyhow!(somebody_twice(issue)) } else { error.into() }
        })
    }
}
