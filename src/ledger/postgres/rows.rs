//! Reads and moves the rows in a PostgreSQL database.

use anyhow::Context;
use chrono::{DateTime, Utc};
use postgres::fallible_iterator::FallibleIterator;

use super::ledger::Postgres;
use super::plan::COURIER;
use crate::ledger::plan::{DeliverySummary, courier_from_name};
use crate::ledger::row::{DeliveryRow, Resolution, Row, reply_from_columns, state_from_number};
use crate::ledger::sent_count::SentInMinute;
use crate::model::{Counts, IssueNumber, State};

const COUNTS: &str = "SELECT state, count(*) FROM delivery WHERE issue = $1 GROUP BY state";

const ENTRIES: &str = "
    SELECT address, state, attempts, next_at, code, enhanced, text, updated, seq
    FROM delivery WHERE issue = $1 AND state = ANY ($2) ORDER BY seq";

impl Postgres {
    pub(super) fn counts(&mut self, issue: IssueNumber) -> anyhow::Result<Counts> {
        self.with(|session| {
            let query = session.prepared(COUNTS)?;
            let rows = session.client.query(&query, &[&i64::from(issue.0)])?;
            rows.iter().map(|row| Ok((state(row, 0)?, row.get::<_, i64>(1).cast_unsigned()))).collect()
        })
    }

    pub(super) fn summaries(&mut self) -> anyhow::Result<Vec<DeliverySummary>> {
        let plans = self.with(|session| {
            let plans = format!("SELECT issue, started, title, {COURIER} FROM plan ORDER BY issue DESC");
            Ok(session.client.query(&plans, &[])?)
        })?;
        let mut summaries = Vec::with_capacity(plans.len());
        for row in plans {
            let issue = IssueNumber(u32::try_from(row.get::<_, i64>(0))?);
            let (courier, counts) = (courier_from_name(row.get(3))?, self.counts(issue)?);
            summaries.push(DeliverySummary { issue, courier, started: row.get(1), title: row.get(2), counts });
        }
        Ok(summaries)
    }

    pub(super) fn entries(
        &mut self,
        issue: IssueNumber,
        states: &[State],
        each: &mut dyn FnMut(DeliveryRow) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let states: Vec<i16> = states.iter().map(|&state| state as i16).collect();
        self.with(|session| {
            let parameters: [&(dyn postgres::types::ToSql + Sync); 2] = [&i64::from(issue.0), &states];
            let mut rows = session.client.query_raw(ENTRIES, parameters)?;
            while let Some(row) = rows.next()? {
                each(entry(&row)?)?;
            }
            Ok(())
        })
    }

    pub(super) fn entries_of_mailbox(&mut self, mailbox: &str) -> anyhow::Result<Vec<(IssueNumber, DeliveryRow)>> {
        let query = "SELECT address, state, attempts, next_at, code, enhanced, text, updated, seq, issue
                     FROM delivery WHERE address_key = $1 ORDER BY issue DESC";
        let rows = self.with(|session| Ok(session.client.query(query, &[&mailbox])?))?;
        rows.iter().map(|row| Ok((IssueNumber(u32::try_from(row.get::<_, i64>(9))?), entry(row)?))).collect()
    }

    pub(super) fn unsettled(&mut self, issue: IssueNumber) -> anyhow::Result<Vec<(u32, State)>> {
        let query = format!(
            "SELECT seq, {COURIER} = 'outbox'
             FROM delivery JOIN plan USING (issue) LEFT JOIN sender ON sender.id = delivery.owner
             WHERE delivery.issue = $1 AND delivery.state = 1
               AND (sender.id IS NULL OR sender.ended IS NOT NULL OR sender.until < clock_timestamp())
             ORDER BY seq"
        );
        let rows = self.with(|session| Ok(session.client.query(&query, &[&i64::from(issue.0)])?))?;
        let left = |row: &postgres::Row| {
            let state = if row.get(1) { State::Planned } else { State::InDoubt };
            Ok((u32::try_from(row.get::<_, i64>(0))?, state))
        };
        rows.iter().map(left).collect()
    }

    pub(super) fn unreviewed(&mut self, issue: IssueNumber) -> anyhow::Result<Vec<u32>> {
        let query = "SELECT seq
                     FROM refusal JOIN delivery USING (issue, seq) LEFT JOIN sender ON sender.id = delivery.owner
                     WHERE refusal.issue = $1 AND delivery.state = 4
                       AND (sender.id IS NULL OR sender.ended IS NOT NULL OR sender.until < clock_timestamp())
                     ORDER BY seq";
        let rows = self.with(|session| {
            // A ledger of an older version that is only read does not have the table.
            if session.client.query_one("SELECT to_regclass('refusal') IS NULL", &[])?.get(0) {
                return Ok(Vec::new());
            }
            Ok(session.client.query(query, &[&i64::from(issue.0)])?)
        })?;
        rows.iter().map(|row| Ok(u32::try_from(row.get::<_, i64>(0))?)).collect()
    }

    pub(super) fn deliverable_rows(
        &mut self,
        issue: IssueNumber,
        states: &[State],
        each: &mut dyn FnMut(State, Row) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let states: Vec<i16> = states.iter().map(|&state| state as i16).collect();
        self.with(|session| {
            let query = "SELECT seq, address, fields, attempts, letter, state FROM delivery
                         WHERE issue = $1 AND state = ANY ($2)
                           AND NOT EXISTS (SELECT 1 FROM suppression
                                           WHERE suppression.address_key = delivery.address_key)
                         ORDER BY seq";
            let parameters: [&(dyn postgres::types::ToSql + Sync); 2] = [&i64::from(issue.0), &states];
            let mut rows = session.client.query_raw(query, parameters)?;
            while let Some(row) = rows.next()? {
                each(state(&row, 5)?, row_to_send(&row, 0)?)?;
            }
            Ok(())
        })
    }

    pub(super) fn planned_mailboxes(&mut self, issue: IssueNumber, each: &mut dyn FnMut(&str)) -> anyhow::Result<()> {
        self.with(|session| {
            let query = "SELECT address_key FROM delivery WHERE issue = $1";
            let mut rows = session.client.query_raw(query, [&i64::from(issue.0)])?;
            while let Some(row) = rows.next()? {
                each(row.get(0));
            }
            Ok(())
        })
    }

    pub(super) fn count_deliverable(&mut self, issue: IssueNumber, state: State) -> anyhow::Result<u64> {
        let count = "SELECT count(*) FROM delivery WHERE issue = $1 AND state = $2
                       AND NOT EXISTS (SELECT 1 FROM suppression
                                       WHERE suppression.address_key = delivery.address_key)";
        self.with(|session| {
            let row = session.client.query_one(count, &[&i64::from(issue.0), &(state as i16)])?;
            Ok(row.get::<_, i64>(0).cast_unsigned())
        })
    }

    pub(super) fn requeue(&mut self, issue: IssueNumber, state: State) -> anyhow::Result<()> {
        // Without an owner, so that a late settlement of its sender has no effect.
        let again = "UPDATE delivery SET state = 0, letter = CASE WHEN $3 THEN letter END, next_at = NULL, owner = NULL
                     WHERE issue = $1 AND state = $2
                       AND NOT EXISTS (SELECT 1 FROM suppression
                                       WHERE suppression.address_key = delivery.address_key)";
        self.with(|session| {
            let same_letter = state == State::InDoubt;
            session.client.execute(again, &[&i64::from(issue.0), &(state as i16), &same_letter])?;
            Ok(())
        })
    }

    pub(super) fn resolve(
        &mut self,
        issue: IssueNumber,
        found: &[Resolution],
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        // Without an owner, as when it is planned again.
        let update = "UPDATE delivery SET state = $3, code = $4, enhanced = $5, text = $6, updated = $7, owner = NULL
                      WHERE issue = $1 AND seq = $2 AND state = $8";
        self.with(|session| {
            let mut transaction = session.client.transaction()?;
            for Resolution { seq, state, reply } in found {
                let (number, seq, code) = (i64::from(issue.0), i64::from(*seq), i32::from(reply.code));
                let enhanced = reply.enhanced.map(|enhanced| enhanced.to_string());
                let (state, doubt) = (*state as i16, State::InDoubt as i16);
                transaction.execute(update, &[&number, &seq, &state, &code, &enhanced, &reply.text, &now, &doubt])?;
            }
            Ok(transaction.commit()?)
        })
    }

    pub(super) fn sent(&mut self, account: &str) -> anyhow::Result<Vec<SentInMinute>> {
        self.with(|session| {
            // A ledger that has not been migrated yet does not have the table.
            let known = "SELECT to_regclass('sent') IS NOT NULL";
            if !session.client.query_one(known, &[])?.get::<_, bool>(0) {
                return Ok(Vec::new());
            }
            let query = "SELECT minute, messages FROM sent WHERE account = $1 ORDER BY minute";
            let rows = session.client.query(query, &[&account])?;
            let sent = |row: &postgres::Row| SentInMinute {
                minute: row.get(0),
                messages: row.get::<_, i64>(1).cast_unsigned(),
            };
            Ok(rows.iter().map(sent).collect())
        })
    }

    pub(super) fn abandon_in_doubt(&mut self, issue: IssueNumber) -> anyhow::Result<()> {
        let update = "UPDATE delivery SET state = $3 WHERE issue = $1 AND state = $2";
        let (doubt, given_up) = (State::InDoubt as i16, State::GivenUp as i16);
        self.with(|session| {
            session.client.execute(update, &[&i64::from(issue.0), &doubt, &given_up])?;
            Ok(())
        })
    }

    pub(super) fn exclude_suppressed(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<()> {
        self.with(|session| {
            // A claimed row is checked again when it is marked.
            session.client.execute(
                "UPDATE delivery SET state = 6, next_at = NULL, updated = $2
                 WHERE issue = $1 AND state IN (0, 3) AND owner IS NULL
                   AND address_key IN (SELECT address_key FROM suppression)",
                &[&i64::from(issue.0), &now],
            )?;
            Ok(())
        })
    }
}

/// The state in column `column`.
pub(super) fn state(row: &postgres::Row, column: usize) -> anyhow::Result<State> {
    state_from_number(i64::from(row.get::<_, i16>(column)))
}

fn entry(row: &postgres::Row) -> anyhow::Result<DeliveryRow> {
    let code: Option<i32> = row.get(4);
    let code = code.map(u16::try_from).transpose().context("the ledger contains an impossible code")?;
    Ok(DeliveryRow {
        seq: u32::try_from(row.get::<_, i64>(8)).context("the ledger contains an impossible place in the list")?,
        address: row.get(0),
        state: state(row, 1)?,
        attempts: row.get::<_, i32>(2).cast_unsigned(),
        next_at: row.get(3),
        reply: reply_from_columns(code, row.get(5), row.get(6)),
        updated: row.get(7),
    })
}

/// Reads a row to be sent with `fencing_token` from the columns `seq, address, fields, attempts, letter`.
pub(super) fn row_to_send(row: &postgres::Row, fencing_token: i64) -> anyhow::Result<Row> {
    let seq = u32::try_from(row.get::<_, i64>(0)).context("the ledger contains an impossible place in the list")?;
    let letter = row.get::<_, Option<i32>>(4).map(i32::cast_unsigned);
    let kept = Row::from_columns(seq, row.get(1), row.get(2), row.get::<_, i32>(3).cast_unsigned(), letter)?;
    Ok(Row { fencing_token, ..kept })
}
