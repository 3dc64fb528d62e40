//! Writes and reads suppressions in a SQLite file.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use super::ledger::Sqlite;
use super::time::time_from_seconds;
use crate::ledger::suppression::{HARD_BOUNCE, Suppression};
use crate::model::{EmailAddress, IssueNumber};

/// Returns the mailboxes that must not get mail.
pub(super) fn suppressed_mailboxes(connection: &Connection) -> anyhow::Result<HashSet<String>> {
    let mut query = connection.prepare("SELECT address_key FROM suppression")?;
    let mailboxes = query.query_map([], |row| row.get(0))?;
    Ok(mailboxes.collect::<Result<_, _>>()?)
}

impl Sqlite {
    pub(super) fn suppress(
        &mut self,
        address: &EmailAddress,
        reason: &str,
        now: DateTime<Utc>,
    ) -> anyhow::Result<bool> {
        let transaction = self.connection.transaction()?;
        transaction.execute("DELETE FROM pending_signup WHERE address_key = ?", [address.key()])?;
        let added = transaction.execute(
            "INSERT INTO suppression (address_key, address, reason, at) VALUES (?, ?, ?, ?)
             ON CONFLICT (address_key) DO NOTHING",
            params![address.key(), address.to_string(), reason, now.timestamp()],
        )?;
        transaction.commit()?;
        Ok(added > 0)
    }

    pub(super) fn unsuppress(&mut self, address: &EmailAddress) -> anyhow::Result<bool> {
        Ok(self.connection.execute("DELETE FROM suppression WHERE address_key = ?", [address.key()])? > 0)
    }

    pub(super) fn unsuppress_found_by(&mut self, issue: IssueNumber) -> anyhow::Result<Vec<String>> {
        // Ledgers of older versions did not record the issue.
        let mut lift = self.connection.prepare(
            "DELETE FROM suppression
             WHERE issue = ?1 OR issue IS NULL AND reason = ?2
               AND address_key IN (SELECT address_key FROM delivery WHERE issue = ?1 AND state = 4)
             RETURNING address",
        )?;
        let mut lifted =
            lift.query_map(params![issue.0, HARD_BOUNCE], |row| row.get(0))?.collect::<Result<Vec<_>, _>>()?;
        lifted.sort();
        Ok(lifted)
    }

    pub(super) fn suppressed_mailboxes(&mut self) -> anyhow::Result<HashSet<String>> {
        suppressed_mailboxes(&self.connection)
    }

    pub(super) fn suppressions(&mut self) -> anyhow::Result<Vec<Suppression>> {
        let mut query = self.connection.prepare("SELECT address, reason, at FROM suppression ORDER BY address_key")?;
        let mut rows = query.query([])?;
        let mut suppressions = Vec::new();
        while let Some(row) = rows.next()? {
            suppressions.push(Suppression {
                address: row.get(0)?,
                reason: row.get(1)?,
                at: time_from_seconds(row.get(2)?)?,
            });
        }
        Ok(suppressions)
    }
}
