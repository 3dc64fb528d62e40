//! Rows in the file.

use chrono::{DateTime, Utc};
use rusqlite::params;

use super::{Sqlite, time};
use crate::delivery::ledger::rows::kept_reply;
use crate::delivery::ledger::{Counts, Entry, Row, Rows, State, Summary};
use crate::model::IssueNumber;

impl Rows for Sqlite {
    fn counts(&mut self, issue: IssueNumber) -> anyhow::Result<Counts> {
        let mut query =
            self.connection.prepare("SELECT state, count(*) FROM delivery WHERE issue = ? GROUP BY state")?;
        let mut rows = query.query([issue.0])?;
        let mut counted = Vec::new();
        while let Some(row) = rows.next()? {
            counted.push((State::read(row.get(0)?)?, row.get::<_, i64>(1)?.cast_unsigned()));
        }
        Ok(counted.into_iter().collect())
    }

    fn summaries(&mut self) -> anyhow::Result<Vec<Summary>> {
        let mut summaries = Vec::new();
        {
            let mut query = self.connection.prepare("SELECT issue, started, title FROM plan ORDER BY issue DESC")?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                let (issue, started) = (IssueNumber(row.get(0)?), time(row.get(1)?)?);
                summaries.push(Summary { issue, started, title: row.get(2)?, counts: Counts::default() });
            }
        }
        for summary in &mut summaries {
            summary.counts = self.counts(summary.issue)?;
        }
        Ok(summaries)
    }

    fn entries(
        &mut self,
        issue: IssueNumber,
        states: &[State],
        each: &mut dyn FnMut(Entry) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut query = self.connection.prepare(
            "SELECT address, state, attempts, next_at, code, enhanced, text, updated
             FROM delivery WHERE issue = ? ORDER BY seq",
        )?;
        let mut rows = query.query([issue.0])?;
        while let Some(row) = rows.next()? {
            let state = State::read(row.get(1)?)?;
            if states.contains(&state) {
                each(entry(row, state)?)?;
            }
        }
        Ok(())
    }

    fn rows_left(&mut self, issue: IssueNumber, each: &mut dyn FnMut(Row) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let mut query = self.connection.prepare(
            "SELECT seq, address, fields, attempts, letter FROM delivery
             WHERE issue = ? AND state IN (0, 3)
               AND address_key NOT IN (SELECT address_key FROM suppression)
             ORDER BY seq",
        )?;
        let mut rows = query.query([issue.0])?;
        while let Some(row) = rows.next()? {
            each(row_to_send(row)?)?;
        }
        Ok(())
    }

    fn is_planned(&mut self, issue: IssueNumber, address_key: &str) -> anyhow::Result<bool> {
        let mut query = self.connection.prepare_cached("SELECT 1 FROM delivery WHERE issue = ? AND address_key = ?")?;
        Ok(query.exists(params![issue.0, address_key])?)
    }

    fn move_all(&mut self, issue: IssueNumber, from: State, to: State) -> anyhow::Result<u64> {
        let letter = if from == State::InDoubt { "letter" } else { "NULL" };
        let moved = self.connection.execute(
            &format!("UPDATE delivery SET state = ?, letter = {letter}, next_at = NULL WHERE issue = ? AND state = ?"),
            params![to as u8, issue.0, from as u8],
        )?;
        Ok(moved as u64)
    }

    fn leave_out_suppressed(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<()> {
        self.connection.execute(
            "UPDATE delivery SET state = 6, next_at = NULL, updated = ?
             WHERE issue = ? AND state IN (0, 3) AND address_key IN (SELECT address_key FROM suppression)",
            params![now.timestamp(), issue.0],
        )?;
        Ok(())
    }
}

fn entry(row: &rusqlite::Row<'_>, state: State) -> anyhow::Result<Entry> {
    let enhanced: Option<String> = row.get(5)?;
    Ok(Entry {
        address: row.get(0)?,
        state,
        attempts: row.get(2)?,
        next_at: row.get::<_, Option<i64>>(3)?.map(time).transpose()?,
        reply: kept_reply(row.get(4)?, enhanced.as_deref(), row.get(6)?),
        updated: row.get::<_, Option<i64>>(7)?.map(time).transpose()?,
    })
}

/// A row to be sent out of the columns `seq, address, fields, attempts, letter`.
pub(super) fn row_to_send(row: &rusqlite::Row<'_>) -> anyhow::Result<Row> {
    let (address, fields) = (row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?);
    Row::kept(row.get(0)?, address, fields, row.get(3)?, row.get(4)?)
}
