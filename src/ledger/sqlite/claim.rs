//! Claims rows in a SQLite file, and releases them.

use std::{fs, mem};

use chrono::{DateTime, Utc};
use rusqlite::params;

use super::ledger::Sqlite;
use super::rows::row_to_send;
use super::time::time_from_seconds;
use crate::ledger::row::ClaimedRow;
use crate::ledger::transmit_log;
use crate::ledger::write_batch::Claimed;
use crate::model::{IssueNumber, State};

/// Deferred rows that are due, including claimed ones.
const DUE: &str = "
    SELECT seq, address, fields, attempts, letter,
           EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = delivery.address_key)
    FROM delivery WHERE issue = ? AND state = 3 AND next_at <= ? ORDER BY next_at";

/// Planned rows after a place in the list, in list order.
const PLANNED: &str = "
    SELECT seq, address, fields, attempts, letter,
           EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = delivery.address_key)
    FROM delivery WHERE issue = ? AND seq > ? AND state = 0 ORDER BY seq";

impl Sqlite {
    pub(super) fn claim(&mut self, issue: IssueNumber, now: DateTime<Utc>, most: usize) -> anyhow::Result<Claimed> {
        let mut claimed = Claimed::default();
        let mut due = self.connection.prepare_cached(DUE)?;
        let mut rows = due.query(params![issue.0, now.timestamp()])?;
        while claimed.rows.len() < most {
            let Some(row) = rows.next()? else { break };
            if self.claimed.take(row.get(0)?, State::Deferred) {
                sort(&mut claimed, row)?;
            }
        }
        let mut planned = self.connection.prepare_cached(PLANNED)?;
        let mut rows = planned.query(params![issue.0, self.claimed.cursor])?;
        while claimed.rows.len() < most {
            let Some(row) = rows.next()? else { break };
            self.claimed.cursor = row.get(0)?;
            if self.claimed.take(self.claimed.cursor, State::Planned) {
                sort(&mut claimed, row)?;
            }
        }
        Ok(claimed)
    }

    pub(super) fn next_due(&mut self, issue: IssueNumber) -> anyhow::Result<Option<DateTime<Utc>>> {
        let mut query =
            self.connection.prepare_cached("SELECT min(next_at) FROM delivery WHERE issue = ? AND state = 3")?;
        let due: Option<i64> = query.query_row([issue.0], |row| row.get(0))?;
        due.map(time_from_seconds).transpose()
    }

    pub(super) fn make_due(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<()> {
        let due = "UPDATE delivery SET next_at = ?1 WHERE issue = ?2 AND state = 3 AND next_at > ?1";
        self.connection.execute(due, params![now.timestamp(), issue.0])?;
        Ok(())
    }

    pub(super) fn release(&mut self, issue: IssueNumber) {
        let claimed = mem::take(&mut self.claimed);
        // The transmit log may still be needed for the row of a worker that panicked.
        if claimed.rows.values().all(|held| held.state != State::Transmitting) {
            let _ = fs::remove_file(transmit_log::path(&self.path, issue));
        }
    }
}

/// Adds a row to `claimed`, among the suppressed rows if it is suppressed.
fn sort(claimed: &mut Claimed, row: &rusqlite::Row<'_>) -> anyhow::Result<()> {
    if row.get(5)? {
        claimed.suppressed.push(ClaimedRow { seq: row.get(0)?, fencing_token: 0 });
    } else {
        claimed.rows.push(row_to_send(row)?);
    }
    Ok(())
}
