//! Writes and reads suppressions in a PostgreSQL database.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::ledger::Postgres;
use crate::ledger::suppression::{HARD_BOUNCE, Suppression};
use crate::model::{EmailAddress, IssueNumber};

impl Postgres {
    pub(super) fn suppress(
        &mut self,
        address: &EmailAddress,
        reason: &str,
        now: DateTime<Utc>,
    ) -> anyhow::Result<bool> {
        self.with(|session| {
            let added = session.client.execute(
                "WITH dropped AS (DELETE FROM pending_signup WHERE address_key = $1)
                 INSERT INTO suppression (address_key, address, reason, at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (address_key) DO NOTHING",
                &[&address.key(), &address.to_string(), &reason, &now],
            )?;
            Ok(added > 0)
        })
    }

    pub(super) fn unsuppress(&mut self, address: &EmailAddress) -> anyhow::Result<bool> {
        let lift = "DELETE FROM suppression WHERE address_key = $1";
        self.with(|session| Ok(session.client.execute(lift, &[&address.key()])? > 0))
    }

    pub(super) fn unsuppress_found_by(&mut self, issue: IssueNumber) -> anyhow::Result<Vec<String>> {
        // Ledgers of older versions did not record the issue.
        let lift = "DELETE FROM suppression
                    WHERE issue = $1 OR issue IS NULL AND reason = $2
                      AND address_key IN (SELECT address_key FROM delivery WHERE issue = $1 AND state = 4)
                    RETURNING address";
        self.with(|session| {
            let rows = session.client.query(lift, &[&i64::from(issue.0), &HARD_BOUNCE])?;
            let mut lifted: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
            lifted.sort();
            Ok(lifted)
        })
    }

    pub(super) fn suppressed_mailboxes(&mut self) -> anyhow::Result<HashSet<String>> {
        let all = "SELECT address_key FROM suppression";
        self.with(|session| Ok(session.client.query(all, &[])?.iter().map(|row| row.get(0)).collect()))
    }

    pub(super) fn suppressions(&mut self) -> anyhow::Result<Vec<Suppression>> {
        // In byte order, as in a SQLite file, not in the order of a locale.
        let all = "SELECT address, reason, at FROM suppression ORDER BY address_key COLLATE \"C\"";
        self.with(|session| {
            let read = |row: &postgres::Row| Suppression { address: row.get(0), reason: row.get(1), at: row.get(2) };
            Ok(session.client.query(all, &[])?.iter().map(read).collect())
        })
    }
}
