//! Suppressions in the file.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use rusqlite::params;

use super::{Sqlite, time};
use crate::delivery::ledger::{Suppression, Suppressions};
use crate::model::EmailAddress;

impl Suppressions for Sqlite {
    fn suppress(&mut self, address: &EmailAddress, reason: &str, now: DateTime<Utc>) -> anyhow::Result<bool> {
        let added = self.connection.execute(
            "INSERT INTO suppression (address_key, address, reason, at) VALUES (?, ?, ?, ?)
             ON CONFLICT (address_key) DO NOTHING",
            params![address.key(), address.to_string(), reason, now.timestamp()],
        )?;
        Ok(added > 0)
    }

    fn unsuppress(&mut self, address: &EmailAddress) -> anyhow::Result<bool> {
        Ok(self.connection.execute("DELETE FROM suppression WHERE address_key = ?", [address.key()])? > 0)
    }

    fn suppressed_mailboxes(&mut self) -> anyhow::Result<HashSet<String>> {
        let mut query = self.connection.prepare("SELECT address_key FROM suppression")?;
        let mailboxes = query.query_map([], |row| row.get(0))?;
        Ok(mailboxes.collect::<Result<_, _>>()?)
    }

    fn suppressions(&mut self) -> anyhow::Result<Vec<Suppression>> {
        let mut query = self.connection.prepare("SELECT address, reason, at FROM suppression ORDER BY address_key")?;
        let mut rows = query.query([])?;
        let mut suppressions = Vec::new();
        while let Some(row) = rows.next()? {
            suppressions.push(Suppression { address: row.get(0)?, reason: row.get(1)?, at: time(row.get(2)?)? });
        }
        Ok(suppressions)
    }
}
