//! Writes and reads plans in a SQLite file.

use std::fs;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Statement, Transaction, TransactionBehavior, params};

use super::ledger::Sqlite;
use super::suppression::suppressed_mailboxes;
use super::time::time_from_seconds;
use crate::ledger::plan::{
    DeliveryKey, FrozenVersion, MAY_BE_MAILED, NewPlan, Plan, courier_from_name, duplicate_recipient,
    ensure_all_planned,
};
use crate::ledger::row::fields_to_json;
use crate::ledger::transmit_log;
use crate::message::{DeliveryStamp, FrozenLetter, PlanId};
use crate::model::{IssueNumber, State, Subscriber};

/// The rows that one statement inserts: with 16 it takes a tenth longer, with one more than twice as long.
const ROWS: usize = 64;

/// Returns the statement that inserts `rows` rows of `plan`. On an error the caller rolls the transaction back.
///
/// A row has the time of its plan, so that it is as long once it is marked: SQLite overwrites it where it is.
fn insertion(plan: &NewPlan<'_>, rows: usize) -> String {
    let row = format!("({}, ?, ?, ?, ?, {})", plan.issue.0, plan.stamp.date.timestamp());
    let values = vec![row; rows].join(", ");
    format!("INSERT OR FAIL INTO delivery (issue, seq, address, address_key, fields, updated) VALUES {values}")
}

/// Inserts `subscribers` as the rows from `next` on, with a statement for exactly that many. Returns the number of the row
/// after them.
fn insert_rows(insert: &mut Statement<'_>, mut next: u32, subscribers: &[Subscriber]) -> rusqlite::Result<u32> {
    let mut parameters = 1..;
    let mut parameter = || parameters.next().unwrap_or_default();
    for subscriber in subscribers {
        insert.raw_bind_parameter(parameter(), next)?;
        insert.raw_bind_parameter(parameter(), subscriber.address.as_str())?;
        insert.raw_bind_parameter(parameter(), subscriber.address.key())?;
        insert.raw_bind_parameter(parameter(), fields_to_json(&subscriber.fields))?;
        next += 1;
    }
    insert.raw_execute()?;
    Ok(next)
}

/// Inserts the rows of the `audience` of `plan`, but for those who were suppressed since they were read. Returns their
/// number.
fn insert_audience(
    transaction: &Transaction<'_>,
    plan: &NewPlan<'_>,
    audience: &mut dyn Iterator<Item = anyhow::Result<Subscriber>>,
) -> anyhow::Result<u32> {
    let suppressed = suppressed_mailboxes(transaction)?;
    let is_left_out =
        |subscriber: &Subscriber| !suppressed.is_empty() && suppressed.contains(&subscriber.address.key());
    let mut insert = transaction.prepare(&insertion(plan, ROWS))?;
    let (mut next, mut pending) = (1, Vec::with_capacity(ROWS));
    for subscriber in audience {
        let subscriber = subscriber?;
        if !is_left_out(&subscriber) {
            pending.push(subscriber);
        }
        if pending.len() == ROWS {
            next = insert_rows(&mut insert, next, &pending)?;
            pending.clear();
        }
    }
    if !pending.is_empty() {
        let mut insert = transaction.prepare(&insertion(plan, pending.len()))?;
        next = insert_rows(&mut insert, next, &pending)?;
    }
    Ok(next - 1)
}

impl Sqlite {
    pub(super) fn freeze(
        &mut self,
        plan: &NewPlan<'_>,
        expected: u64,
        audience: &mut dyn Iterator<Item = anyhow::Result<Subscriber>>,
    ) -> anyhow::Result<bool> {
        // The rows refer to the plan that is written with them. Looking for it twice for each row would take a fifth of the time.
        self.connection.pragma_update(None, "foreign_keys", false)?;
        self.begin_bulk_write()?;
        let is_frozen = self.write_plan(plan, expected, audience);
        self.connection.pragma_update(None, "foreign_keys", true)?;
        self.end_bulk_write(if matches!(is_frozen, Ok(true)) { expected } else { 0 })?;
        is_frozen
    }

    fn write_plan(
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
        let rehearsed = !plan.courier.is_rehearsal()
            && transaction.prepare("SELECT 1 FROM plan WHERE issue = ? AND courier = 'outbox'")?.exists([issue])?;
        if rehearsed {
            for table in ["refusal", "delivery", "mailbox", "letter", "plan"] {
                transaction.execute(&format!("DELETE FROM {table} WHERE issue = ?"), [issue])?;
            }
        }
        let new = transaction
            .execute(
                "INSERT INTO plan (issue, courier, id, started, title, subject, total, key, list, audience, recipients_of)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT (issue) DO NOTHING",
                params![
                    issue,
                    plan.courier.name(),
                    plan.stamp.plan.0,
                    started,
                    plan.title,
                    plan.subject,
                    expected.cast_signed(),
                    plan.key,
                    plan.list,
                    plan.audience,
                    plan.recipients_of.map(|issue| issue.0)
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
        let planned = insert_audience(&transaction, plan, audience)?;
        transaction
            .execute(
                "INSERT INTO mailbox (issue, address_key)
                 SELECT issue, address_key FROM delivery WHERE issue = ? ORDER BY address_key",
                [issue],
            )
            .with_context(|| duplicate_recipient(plan.issue))?;
        ensure_all_planned(u64::from(planned), expected)?;
        transaction.commit().with_context(context)?;
        // Known without counting a million rows.
        let counts = [(State::Planned, u64::from(planned))].into_iter().collect();
        self.counted = self.lock.is_some().then_some((plan.issue, counts));
        // The transmit log of the replaced rehearsal. If it cannot be removed, it is ignored,
        // because it names another plan.
        let _ = fs::remove_file(transmit_log::path(&self.path, plan.issue));
        Ok(true)
    }

    pub(super) fn plan(&mut self, issue: IssueNumber) -> anyhow::Result<Option<Plan>> {
        let found = self
            .connection
            .query_row(
                "SELECT id, started, total, taken_back, recipients_of, title, subject, key, list, courier, audience
                 FROM plan WHERE issue = ?",
                [issue.0],
                |row| {
                    let id: [u8; 16] = row.get(0)?;
                    let numbers = [row.get::<_, i64>(1)?, row.get(2)?, row.get(3)?];
                    let recipients_of = row.get::<_, Option<u32>>(4)?.map(IssueNumber);
                    let words =
                        [row.get::<_, String>(5)?, row.get(6)?, row.get(7)?, row.get(8)?, row.get(9)?, row.get(10)?];
                    Ok((id, numbers, recipients_of, words))
                },
            )
            .optional()?;
        let Some((id, [started, total, taken_back], recipients_of, words)) = found else { return Ok(None) };
        let [title, subject, key, list, courier, audience] = words;
        let stamp = DeliveryStamp { plan: PlanId(id), date: time_from_seconds(started)? };
        let (courier, taken_back) = (courier_from_name(&courier)?, taken_back.cast_unsigned());
        let letters = self.letters(issue).with_context(|| format!("cannot read the frozen letter of issue {issue}"))?;
        if letters.is_empty() {
            bail!("the ledger has a plan for issue {issue}, but no letter");
        }
        let total = total.cast_unsigned();
        Ok(Some(Plan {
            issue,
            courier,
            taken_back,
            stamp,
            title,
            subject,
            key,
            list,
            audience,
            recipients_of,
            total,
            letters,
        }))
    }

    pub(super) fn last_key(&mut self) -> anyhow::Result<Option<DeliveryKey>> {
        let newest = "SELECT issue, started, key FROM plan ORDER BY started DESC, issue DESC LIMIT 1";
        let row =
            self.connection.query_row(newest, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
        row.map(|(issue, started, key)| {
            Ok(DeliveryKey { issue: IssueNumber(issue), started: time_from_seconds(started)?, key })
        })
        .transpose()
    }

    pub(super) fn has_mailed(&mut self) -> anyhow::Result<bool> {
        let any = format!(
            "SELECT EXISTS (SELECT 1 FROM delivery JOIN plan USING (issue) WHERE courier <> 'outbox' AND {MAY_BE_MAILED})"
        );
        Ok(self.connection.query_row(&any, [], |row| row.get(0))?)
    }

    pub(super) fn change_key(&mut self, issue: IssueNumber, key: &str) -> anyhow::Result<()> {
        self.connection.execute("UPDATE plan SET key = ? WHERE issue = ?", params![key, issue.0])?;
        Ok(())
    }

    pub(super) fn freeze_again(
        &mut self,
        issue: IssueNumber,
        letter: &FrozenLetter,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
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
                frozen: time_from_seconds(row.get(1)?)?,
                digest: row.get(2)?,
                letter: FrozenLetter::from_bytes(row.get_ref(3)?.as_blob()?)?,
            });
        }
        Ok(letters)
    }
}
