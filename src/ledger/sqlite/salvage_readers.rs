//! Saves what can still be read about readers in a damaged ledger.

use rusqlite::types::Value;

use super::salvage::{SalvageReport, Salvager};

/// The tables about readers, beside `subscriber`.
const TABLES: [&str; 6] = ["unsubscribe_token", "pending_signup", "consent_event", "bounce", "outgoing_mail", "erased"];

impl Salvager<'_> {
    pub(super) fn save_readers(&self, salvage: &mut SalvageReport) -> anyhow::Result<()> {
        salvage.readers_may_be_missing =
            TABLES.into_iter().chain(["subscriber"]).any(|table| !self.is_sound_if_any(table));
        let text = |table: &str, column: &str| {
            let keys = self.both_ends::<String>(&format!("SELECT {column} FROM {table} ORDER BY {column}"));
            keys.into_iter().map(Value::Text).collect::<Vec<_>>()
        };
        let bytes = |table: &str, column: &str| {
            let keys = self.both_ends::<Vec<u8>>(&format!("SELECT {column} FROM {table} ORDER BY {column}"));
            keys.into_iter().map(Value::Blob).collect::<Vec<_>>()
        };
        let numbers = |table: &str, column: &str| {
            let keys = self.both_ends::<i64>(&format!("SELECT DISTINCT {column} FROM {table} ORDER BY {column}"));
            keys.into_iter().map(Value::Integer).collect::<Vec<_>>()
        };
        for key in text("subscriber", "address_key") {
            salvage.subscribers += self.copy("subscriber", &[key])?;
        }
        for (table, keys) in [
            ("unsubscribe_token", bytes("unsubscribe_token", "token")),
            ("pending_signup", bytes("pending_signup", "nonce")),
            ("consent_event", numbers("consent_event", "id")),
            ("bounce", numbers("bounce", "issue")),
            ("outgoing_mail", numbers("outgoing_mail", "id")),
            ("erased", bytes("erased", "digest")),
        ] {
            for key in keys {
                self.copy(table, &[key])?;
            }
        }
        Ok(())
    }

    /// Returns whether `table` is sound; a ledger of an older version does not have it.
    pub(super) fn is_sound_if_any(&self, table: &str) -> bool {
        let exists = "SELECT 1 FROM sqlite_schema WHERE name = ?";
        let exists = self.old.prepare(exists).and_then(|mut query| query.exists([table]));
        !exists.unwrap_or(true) || self.is_sound(table)
    }
}
