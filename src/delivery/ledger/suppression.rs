//! Addresses that must never get mail: beside the plans, stronger than every list.

use chrono::{DateTime, Utc};
use rusqlite::params;

use super::Ledger;
use super::plan::time;
use crate::model::EmailAddress;

/// An address that must never get mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The address, as it was given.
    pub address: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub at: DateTime<Utc>,
}

impl Ledger {
    /// Never again a mail to `address`; answers whether that is news. The first reason stays.
    pub fn suppress(&self, address: &EmailAddress, reason: &str, now: DateTime<Utc>) -> anyhow::Result<bool> {
        let added = self.connection.execute(
            "INSERT INTO suppression (address_key, address, reason, at) VALUES (?, ?, ?, ?)
             ON CONFLICT (address_key) DO NOTHING",
            params![address.key(), address.to_string(), reason, now.timestamp()],
        )?;
        Ok(added > 0)
    }

    /// Lets `address` have mail again; answers whether it was suppressed.
    pub fn unsuppress(&self, address: &EmailAddress) -> anyhow::Result<bool> {
        Ok(self.connection.execute("DELETE FROM suppression WHERE address_key = ?", [address.key()])? > 0)
    }

    /// Whether `address` must not get mail.
    pub fn is_suppressed(&self, address: &EmailAddress) -> anyhow::Result<bool> {
        let mut query = self.connection.prepare_cached("SELECT 1 FROM suppression WHERE address_key = ?")?;
        Ok(query.exists([address.key()])?)
    }

    /// Every suppression, by address.
    pub fn suppressions(&self) -> anyhow::Result<Vec<Suppression>> {
        let mut query = self.connection.prepare("SELECT address, reason, at FROM suppression ORDER BY address_key")?;
        let mut rows = query.query([])?;
        let mut suppressions = Vec::new();
        while let Some(row) = rows.next()? {
            suppressions.push(Suppression { address: row.get(0)?, reason: row.get(1)?, at: time(row.get(2)?)? });
        }
        Ok(suppressions)
    }
}
