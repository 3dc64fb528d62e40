//! Suppressions in the database.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::Postgres;
use crate::delivery::ledger::{Suppression, Suppressions};
use crate::model::EmailAddress;

impl Suppressions for Postgres {
    fn suppress(&mut self, address: &EmailAddress, reason: &str, now: DateTime<Utc>) -> anyhow::Result<bool> {
        self.with(|session| {
            let added = session.client.execute(
                "INSERT INTO suppression (address_key, address, reason, at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (address_key) DO NOTHING",
                &[&address.key(), &address.to_string(), &reason, &now],
            )?;
            Ok(added > 0)
        })
    }

    fn unsuppress(&mut self, address: &EmailAddress) -> anyhow::Result<bool> {
        let lift = "DELETE FROM suppression WHERE address_key = $1";
        self.with(|session| Ok(session.client.execute(lift, &[&address.key()])? > 0))
    }

    fn suppressed_mailboxes(&mut self) -> anyhow::Result<HashSet<String>> {
        let all = "SELECT address_key FROM suppression";
        self.with(|session| Ok(session.client.query(all, &[])?.iter().map(|row| row.get(0)).collect()))
    }

    fn suppressions(&mut self) -> anyhow::Result<Vec<Suppression>> {
        // In the order of bytes, as in the file: no language's.
        let all = "SELECT address, reason, at FROM suppression ORDER BY address_key COLLATE \"C\"";
        self.with(|session| {
            let read = |row: &postgres::Row| Suppression { address: row.get(0), reason: row.get(1), at: row.get(2) };
            Ok(session.client.query(all, &[])?.iter().map(read).collect())
        })
    }
}
