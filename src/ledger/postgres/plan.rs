//! Writes and reads plans in a PostgreSQL database.

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use postgres::error::SqlState;
use postgres::types::ToSql;
use postgres::{Statement, Transaction};

use super::ledger::Postgres;
use crate::ledger::plan::{
    DeliveryKey, FrozenVersion, MAY_BE_MAILED, NewPlan, Plan, courier_from_name, duplicate_recipient,
    ensure_all_planned,
};
use crate::ledger::row::fields_to_json;
use crate::message::{DeliveryStamp, FrozenLetter, PlanId};
use crate::model::{IssueNumber, Subscriber};

/// The number of rows inserted with one statement.
const ROWS_AT_ONCE: usize = 2000;

const INSERT_ROWS: &str = "
    INSERT INTO delivery (issue, seq, address, address_key, fields, updated)
    SELECT $1, seq, address, address_key, fields, (SELECT started FROM plan WHERE issue = $1)
    FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) AS new (seq, address, address_key, fields)
    WHERE NOT EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = new.address_key)
    ORDER BY seq";

/// The courier of a plan. In a ledger that has not been migrated yet, the courier that the
/// migration will record.
pub(super) const COURIER: &str = "
    coalesce(to_jsonb(plan) ->> 'courier', CASE WHEN EXISTS (
        SELECT 1 FROM delivery WHERE delivery.issue = plan.issue AND state = 2 AND code = 0 AND text LIKE 'written to %'
    ) AND NOT EXISTS (
        SELECT 1 FROM delivery WHERE delivery.issue = plan.issue
           AND state NOT IN (0, 6) AND NOT (state = 2 AND code = 0 AND text LIKE 'written to %')
    ) THEN 'outbox' ELSE 'smtp' END)";

impl Postgres {
    pub(super) fn freeze(
        &mut self,
        plan: &NewPlan<'_>,
        expected: u64,
        audience: &mut dyn Iterator<Item = anyhow::Result<Subscriber>>,
    ) -> anyhow::Result<bool> {
        let issue = i64::from(plan.issue.0);
        self.with(|session| {
            let insert = session.prepared(INSERT_ROWS)?;
            let mut transaction = session.client.transaction()?;
            // Waits for another process that is replacing the same rehearsal, which is gone
            // afterwards.
            let rehearsal = "SELECT 1 FROM plan WHERE issue = $1 AND courier = 'outbox' FOR UPDATE";
            if !plan.courier.is_rehearsal() && transaction.query_opt(rehearsal, &[&issue])?.is_some() {
                // A process that is still writing files finishes its current transaction and then
                // finds its lease ended.
                transaction.execute("SELECT 1 FROM sender WHERE issue = $1 FOR UPDATE", &[&issue])?;
                for table in ["refusal", "delivery", "sender", "letter", "plan"] {
                    transaction.execute(&format!("DELETE FROM {table} WHERE issue = $1"), &[&issue])?;
                }
            }
            // Waits for another process that is freezing the same issue.
            let new = transaction.execute(
                "INSERT INTO plan (issue, courier, id, started, title, subject, total, key, list, audience, recipients_of)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                 ON CONFLICT (issue) DO NOTHING",
                &[
                    &issue,
                    &plan.courier.name(),
                    &plan.stamp.plan.0.as_slice(),
                    &plan.stamp.date,
                    &plan.title,
                    &plan.subject,
                    &expected.cast_signed(),
                    &plan.key,
                    &plan.list,
                    &plan.audience,
                    &plan.recipients_of.map(|issue| i64::from(issue.0)),
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
            let mut rows = NewRows::default();
            for subscriber in audience {
                seq += 1;
                rows.push(seq, &subscriber?);
                if rows.seqs.len() == ROWS_AT_ONCE {
                    planned += rows.write(&mut transaction, &insert, plan.issue)?;
                    rows = NewRows::default();
                }
            }
            planned += rows.write(&mut transaction, &insert, plan.issue)?;
            ensure_all_planned(planned, expected)?;
            transaction.commit()?;
            Ok(true)
        })
    }

    pub(super) fn plan(&mut self, issue: IssueNumber) -> anyhow::Result<Option<Plan>> {
        let number = i64::from(issue.0);
        let found = self.with(|session| {
            let plan = format!(
                "SELECT id, started, title, subject, total, key, list, {COURIER},
                        coalesce((to_jsonb(plan) ->> 'taken_back')::bigint, 0),
                        coalesce(to_jsonb(plan) ->> 'audience', ''), (to_jsonb(plan) ->> 'recipients_of')::bigint
                 FROM plan WHERE issue = $1"
            );
            let Some(row) = session.client.query_opt(&plan, &[&number])? else { return Ok(None) };
            let letters = "SELECT version, frozen, digest, bytes FROM letter WHERE issue = $1 ORDER BY version";
            Ok(Some((row, session.client.query(letters, &[&number])?)))
        })?;
        let Some((row, letters)) = found else { return Ok(None) };
        let letters = letters.iter().map(frozen_version).collect::<anyhow::Result<Vec<_>>>();
        let letters = letters.with_context(|| format!("cannot read the frozen letter of issue {issue}"))?;
        if letters.is_empty() {
            bail!("the ledger has a plan for issue {issue}, but no letter");
        }
        let id = row.get::<_, &[u8]>(0).try_into().context("the ledger contains a plan without a proper id")?;
        Ok(Some(Plan {
            issue,
            courier: courier_from_name(row.get(7))?,
            taken_back: row.get::<_, i64>(8).cast_unsigned(),
            stamp: DeliveryStamp { plan: PlanId(id), date: row.get(1) },
            title: row.get(2),
            subject: row.get(3),
            total: row.get::<_, i64>(4).cast_unsigned(),
            key: row.get(5),
            list: row.get(6),
            audience: row.get(9),
            recipients_of: row.get::<_, Option<i64>>(10).map(u32::try_from).transpose()?.map(IssueNumber),
            letters,
        }))
    }

    pub(super) fn last_key(&mut self) -> anyhow::Result<Option<DeliveryKey>> {
        let newest = "SELECT issue, started, key FROM plan ORDER BY started DESC, issue DESC LIMIT 1";
        let found = self.with(|session| Ok(session.client.query_opt(newest, &[])?))?;
        let Some(row) = found else { return Ok(None) };
        let issue = IssueNumber(u32::try_from(row.get::<_, i64>(0))?);
        Ok(Some(DeliveryKey { issue, started: row.get(1), key: row.get(2) }))
    }

    pub(super) fn has_mailed(&mut self) -> anyhow::Result<bool> {
        let any = format!(
            "SELECT EXISTS (SELECT 1 FROM delivery JOIN plan USING (issue) WHERE {MAY_BE_MAILED} AND {COURIER} <> 'outbox')"
        );
        self.with(|session| Ok(session.client.query_one(&any, &[])?.get(0)))
    }

    pub(super) fn change_key(&mut self, issue: IssueNumber, key: &str) -> anyhow::Result<()> {
        self.with(|session| {
            session.client.execute("UPDATE plan SET key = $1 WHERE issue = $2", &[&key, &i64::from(issue.0)])?;
            Ok(())
        })
    }

    pub(super) fn freeze_again(
        &mut self,
        issue: IssueNumber,
        letter: &FrozenLetter,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
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

/// Rows to be inserted with one statement, stored by column.
#[derive(Default)]
struct NewRows {
    seqs: Vec<i64>,
    addresses: Vec<String>,
    keys: Vec<String>,
    fields: Vec<String>,
}

impl NewRows {
    fn push(&mut self, seq: i64, subscriber: &Subscriber) {
        self.seqs.push(seq);
        self.addresses.push(subscriber.address.to_string());
        self.keys.push(subscriber.address.key());
        self.fields.push(fields_to_json(&subscriber.fields));
    }

    /// Writes the rows and returns the number that were not suppressed.
    fn write(&self, transaction: &mut Transaction<'_>, insert: &Statement, issue: IssueNumber) -> anyhow::Result<u64> {
        let number = i64::from(issue.0);
        let parameters: [&(dyn ToSql + Sync); 5] = [&number, &self.seqs, &self.addresses, &self.keys, &self.fields];
        transaction.execute(insert, &parameters).map_err(|error| {
            let twice = error.code() == Some(&SqlState::UNIQUE_VIOLATION);
            if twice { anyhow::anyhow!(duplicate_recipient(issue)) } else { error.into() }
        })
    }
}
