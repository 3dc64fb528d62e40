//! Reads and moves the rows in a SQLite file.

use anyhow::{Context, ensure};
use chrono::{DateTime, Utc};
use rusqlite::{TransactionBehavior, params};

use super::ledger::Sqlite;
use super::lock::Lock;
use super::open::explained;
use super::time::time_from_seconds;
use crate::ledger::plan::{DeliverySummary, courier_from_name};
use crate::ledger::row::{DeliveryRow, Resolution, Row, reply_from_columns, state_from_number};
use crate::ledger::sent_count::SentInMinute;
use crate::model::{Counts, IssueNumber, State};

impl Sqlite {
    pub(super) fn counts(&mut self, issue: IssueNumber) -> anyhow::Result<Counts> {
        if let Some((_, counts)) = self.counted.filter(|(counted, _)| *counted == issue) {
            return Ok(counts);
        }
        // One pass: `GROUP BY` would sort a million rows first.
        let sums: Vec<_> = State::ALL.iter().map(|state| format!("total(state = {})", *state as u8)).collect();
        let mut query =
            self.connection.prepare(&format!("SELECT {}, count(*) FROM delivery WHERE issue = ?", sums.join(", ")))?;
        let (counts, rows) = query.query_row([issue.0], |row| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`total` counts in floats")]
            let count = |state: State| Ok((state, row.get::<_, f64>(state as usize)? as u64));
            let counts = State::ALL.into_iter().map(count).collect::<rusqlite::Result<Counts>>()?;
            Ok((counts, row.get::<_, i64>(State::ALL.len())?.cast_unsigned()))
        })?;
        ensure!(counts.total() == rows, "the ledger contains a row in an unknown state");
        self.counted = self.lock.is_some().then_some((issue, counts));
        Ok(counts)
    }

    pub(super) fn summaries(&mut self) -> anyhow::Result<Vec<DeliverySummary>> {
        let mut summaries = Vec::new();
        {
            let mut query =
                self.connection.prepare("SELECT issue, started, title, courier FROM plan ORDER BY issue DESC")?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                let (issue, started) = (IssueNumber(row.get(0)?), time_from_seconds(row.get(1)?)?);
                let courier = courier_from_name(row.get_ref(3)?.as_str()?)?;
                summaries.push(DeliverySummary {
                    issue,
                    courier,
                    started,
                    title: row.get(2)?,
                    counts: Counts::default(),
                });
            }
        }
        for summary in &mut summaries {
            summary.counts = self.counts(summary.issue)?;
        }
        Ok(summaries)
    }

    pub(super) fn entries(
        &mut self,
        issue: IssueNumber,
        states: &[State],
        each: &mut dyn FnMut(DeliveryRow) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let states: Vec<_> = states.iter().map(|&state| (state as u8).to_string()).collect();
        let mut query = self.connection.prepare(&format!(
            "SELECT address, state, attempts, next_at, code, enhanced, text, updated, seq
             FROM delivery WHERE issue = ? AND state IN ({}) ORDER BY seq",
            states.join(", ")
        ))?;
        let mut rows = query.query([issue.0])?;
        while let Some(row) = rows.next()? {
            each(entry(row, state_from_number(row.get(1)?)?)?)?;
        }
        Ok(())
    }

    pub(super) fn entries_of_mailbox(&mut self, mailbox: &str) -> anyhow::Result<Vec<(IssueNumber, DeliveryRow)>> {
        let mut query = self.connection.prepare(
            "SELECT address, state, attempts, next_at, code, enhanced, text, updated, seq, delivery.issue
             FROM mailbox JOIN delivery USING (issue, address_key) WHERE address_key = ? ORDER BY issue DESC",
        )?;
        let mut rows = query.query([mailbox])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push((IssueNumber(row.get(9)?), entry(row, state_from_number(row.get(1)?)?)?));
        }
        Ok(found)
    }

    pub(super) fn unsettled(&mut self, issue: IssueNumber) -> anyhow::Result<Vec<(u32, State)>> {
        // While another process delivers, the marked rows belong to it.
        if self.lock.is_none() && Lock::holder(&self.path).is_some() {
            return Ok(Vec::new());
        }
        self.marked_rows(issue)
    }

    pub(super) fn unreviewed(&mut self, issue: IssueNumber) -> anyhow::Result<Vec<u32>> {
        if self.lock.is_none() && Lock::holder(&self.path).is_some() {
            return Ok(Vec::new());
        }
        let mut query = self.connection.prepare(
            "SELECT seq FROM refusal JOIN delivery USING (issue, seq) WHERE issue = ? AND state = 4 ORDER BY seq",
        )?;
        let seqs = query.query_map([issue.0], |row| row.get(0))?;
        Ok(seqs.collect::<Result<_, _>>()?)
    }

    pub(super) fn deliverable_rows(
        &mut self,
        issue: IssueNumber,
        states: &[State],
        each: &mut dyn FnMut(State, Row) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut query = self.connection.prepare(
            "SELECT seq, address, fields, attempts, letter, state FROM delivery
             WHERE issue = ? AND address_key NOT IN (SELECT address_key FROM suppression)
             ORDER BY seq",
        )?;
        let mut rows = query.query([issue.0])?;
        while let Some(row) = rows.next()? {
            let state = state_from_number(row.get(5)?)?;
            if states.contains(&state) {
                each(state, row_to_send(row)?)?;
            }
        }
        Ok(())
    }

    pub(super) fn planned_mailboxes(&mut self, issue: IssueNumber, each: &mut dyn FnMut(&str)) -> anyhow::Result<()> {
        let mut query = self.connection.prepare("SELECT address_key FROM mailbox WHERE issue = ?")?;
        let mut rows = query.query([issue.0])?;
        while let Some(row) = rows.next()? {
            each(row.get_ref(0)?.as_str()?);
        }
        Ok(())
    }

    pub(super) fn count_deliverable(&mut self, issue: IssueNumber, state: State) -> anyhow::Result<u64> {
        let count: i64 = self.connection.query_row(
            "SELECT count(*) FROM delivery
             WHERE issue = ? AND state = ? AND address_key NOT IN (SELECT address_key FROM suppression)",
            params![issue.0, state as u8],
            |row| row.get(0),
        )?;
        Ok(count.cast_unsigned())
    }

    pub(super) fn requeue(&mut self, issue: IssueNumber, state: State) -> anyhow::Result<()> {
        self.counted = None;
        let same_letter = state == State::InDoubt;
        self.connection.execute(
            "UPDATE delivery SET state = 0, letter = CASE WHEN ? THEN letter END, next_at = NULL
             WHERE issue = ? AND state = ? AND address_key NOT IN (SELECT address_key FROM suppression)",
            params![same_letter, issue.0, state as u8],
        )?;
        Ok(())
    }

    pub(super) fn resolve(
        &mut self,
        issue: IssueNumber,
        found: &[Resolution],
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        self.counted = None;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for Resolution { seq, state, reply } in found {
            transaction.execute(
                "UPDATE delivery SET state = ?, code = ?, enhanced = ?, text = ?, updated = ?
                 WHERE issue = ? AND seq = ? AND state = ?",
                params![
                    *state as u8,
                    reply.code,
                    reply.enhanced.map(|enhanced| enhanced.to_string()),
                    reply.text,
                    now.timestamp(),
                    issue.0,
                    seq,
                    State::InDoubt as u8,
                ],
            )?;
        }
        transaction.commit().context("cannot write to the ledger")
    }

    pub(super) fn sent(&mut self, account: &str) -> anyhow::Result<Vec<SentInMinute>> {
        // A ledger that has not been migrated yet does not have the table.
        let known = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'sent'";
        if !self.connection.prepare(known)?.exists([])? {
            return Ok(Vec::new());
        }
        let mut query =
            self.connection.prepare("SELECT minute, messages FROM sent WHERE account = ? ORDER BY minute")?;
        let mut rows = query.query([account])?;
        let mut sent = Vec::new();
        while let Some(row) = rows.next()? {
            sent.push(SentInMinute {
                minute: time_from_seconds(row.get(0)?)?,
                messages: row.get::<_, i64>(1)?.cast_unsigned(),
            });
        }
        Ok(sent)
    }

    pub(super) fn abandon_in_doubt(&mut self, issue: IssueNumber) -> anyhow::Result<()> {
        self.counted = None;
        let (doubt, given_up) = (State::InDoubt as u8, State::GivenUp as u8);
        let sql = "UPDATE delivery SET state = ? WHERE issue = ? AND state = ?";
        self.connection.execute(sql, params![given_up, issue.0, doubt])?;
        Ok(())
    }

    pub(super) fn exclude_suppressed(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<()> {
        let left_out = self.connection.execute(
            "UPDATE delivery SET state = 6, next_at = NULL, updated = ?
             WHERE EXISTS (SELECT 1 FROM suppression)
               AND issue = ? AND state IN (0, 3) AND address_key IN (SELECT address_key FROM suppression)",
            params![now.timestamp(), issue.0],
        );
        if left_out.map_err(|error| explained(error, &self.path))? > 0 {
            self.counted = None;
        }
        Ok(())
    }
}

fn entry(row: &rusqlite::Row<'_>, state: State) -> anyhow::Result<DeliveryRow> {
    let enhanced: Option<String> = row.get(5)?;
    Ok(DeliveryRow {
        seq: row.get(8)?,
        address: row.get(0)?,
        state,
        attempts: row.get(2)?,
        next_at: row.get::<_, Option<i64>>(3)?.map(time_from_seconds).transpose()?,
        reply: reply_from_columns(row.get(4)?, enhanced.as_deref(), row.get(6)?),
        updated: row.get::<_, Option<i64>>(7)?.map(time_from_seconds).transpose()?,
    })
}

/// Reads a row to be sent from the columns `seq, address, fields, attempts, letter`.
pub(super) fn row_to_send(row: &rusqlite::Row<'_>) -> anyhow::Result<Row> {
    let (address, fields) = (row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?);
    Row::from_columns(row.get(0)?, address, fields, row.get(3)?, row.get(4)?)
}
