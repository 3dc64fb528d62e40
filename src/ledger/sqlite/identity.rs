//! Reads and writes the list identifier in a SQLite file.

use rusqlite::OptionalExtension;

use super::ledger::Sqlite;

impl Sqlite {
    pub(super) fn identity(&mut self) -> anyhow::Result<Option<String>> {
        Ok(self.connection.query_row("SELECT list_id FROM identity", [], |row| row.get(0)).optional()?)
    }

    pub(super) fn adopt(&mut self, list_id: &str) -> anyhow::Result<()> {
        self.connection.execute("INSERT INTO identity VALUES (1, ?) ON CONFLICT (one) DO NOTHING", [list_id])?;
        Ok(())
    }

    pub(super) fn change_identity(&mut self, list_id: &str) -> anyhow::Result<()> {
        let change = "INSERT INTO identity VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET list_id = excluded.list_id";
        self.connection.execute(change, [list_id])?;
        Ok(())
    }
}
