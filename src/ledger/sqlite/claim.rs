//! Claims rows in a SQLite file, and releases them.

use std::{fs, mem};

use chrono::{DateTime, Utc};
use rusqlite::params;

use super::claimed_rows::ReadRow;
use super::ledger::Sqlite;
use super::rows::row_to_send;
use super::time::time_from_seconds;
use crate::ledger::row::ClaimedRow;
use crate::ledger::transmit_log;
use crate::ledger::write_batch::Claimed;
use crate::model::{IssueNumber, State};

/// Deferred rows that are due, including claimed ones.
const DUE: &str = "
    SELECT seq, delivery.address, fields, attempts, letter, suppression.address_key IS NOT NULL
    FROM delivery LEFT JOIN suppression USING (address_key)
    WHERE delivery.issue = ? AND state = 3 AND next_at <= ? ORDER BY next_at";

/// Planned rows after a place in the list, in list order.
const PLANNED: &str = "
    SELECT seq, delivery.address, fields, attempts, letter, suppression.address_key IS NOT NULL
    FROM delivery LEFT JOIN suppression USING (address_key)
    WHERE delivery.issue = ? AND seq > ? AND state = 0 ORDER BY seq LIMIT ?";

/// The most planned rows read at once. The first time they are as many as are claimed, then twice as many each time.
const READ_AHEAD: usize = 4096;

impl Sqlite {
    pub(super) fn claim(&mut self, issue: IssueNumber, now: DateTime<Utc>, most: usize) -> anyhow::Result<Claimed> {
        let mut claimed = Claimed::default();
        {
            let mut due = self.connection.prepare_cached(DUE)?;
            let mut rows = due.query(params![issue.0, now.timestamp()])?;
            while claimed.rows.len() < most {
                let Some(row) = rows.next()? else { break };
                if self.claimed.take(row.get(0)?, State::Deferred) {
                    add(&mut claimed, read_row(row)?);
                }
            }
        }
        self.forget_outdated_rows()?;
        while claimed.rows.len() < most {
            if self.claimed.read_ahead.rows.is_empty() {
                self.read_ahead(issue, most)?;
            }
            let Some(planned) = self.claimed.read_ahead.rows.pop_front() else { break };
            self.claimed.cursor = planned.seq();
            if self.claimed.take(self.claimed.cursor, State::Planned) {
                add(&mut claimed, planned);
            }
        }
        Ok(claimed)
    }

    /// Forgets the rows read ahead if another process has written to the file since: they are read again.
    fn forget_outdated_rows(&mut self) -> anyhow::Result<()> {
        let version = self.connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        let read_ahead = &mut self.claimed.read_ahead;
        if read_ahead.version != version {
            read_ahead.rows.clear();
            read_ahead.version = version;
        }
        Ok(())
    }

    fn read_ahead(&mut self, issue: IssueNumber, most: usize) -> anyhow::Result<()> {
        let read_ahead = &mut self.claimed.read_ahead;
        read_ahead.last = (2 * read_ahead.last).clamp(most.min(READ_AHEAD), READ_AHEAD);
        let mut planned = self.connection.prepare_cached(PLANNED)?;
        let mut rows = planned.query(params![issue.0, self.claimed.cursor, read_ahead.last.cast_signed()])?;
        while let Some(row) = rows.next()? {
            read_ahead.rows.push_back(read_row(row)?);
        }
        Ok(())
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

fn read_row(row: &rusqlite::Row<'_>) -> anyhow::Result<ReadRow> {
    Ok(if row.get(5)? { ReadRow::Suppressed(row.get(0)?) } else { ReadRow::ToSend(row_to_send(row)?) })
}

/// Adds a row to `claimed`.
fn add(claimed: &mut Claimed, planned: ReadRow) {
    match planned {
        ReadRow::ToSend(row) => claimed.rows.push(row),
        ReadRow::Suppressed(seq) => claimed.suppressed.push(ClaimedRow { seq, fencing_token: 0 }),
    }
}
