//! Reads and writes the list identifier in a PostgreSQL database.

use super::ledger::Postgres;

impl Postgres {
    pub(super) fn identity(&mut self) -> anyhow::Result<Option<String>> {
        self.with(|session| {
            // A reader may be the first process of this version, before the migration.
            let there = "SELECT to_regclass('newsletter.identity') IS NOT NULL";
            if !session.client.query_one(there, &[])?.get::<_, bool>(0) {
                return Ok(None);
            }
            Ok(session.client.query_opt("SELECT list_id FROM identity", &[])?.map(|row| row.get(0)))
        })
    }

    pub(super) fn adopt(&mut self, list_id: &str) -> anyhow::Result<()> {
        let adopt = "INSERT INTO identity VALUES (1, $1) ON CONFLICT (one) DO NOTHING";
        self.with(|session| Ok(session.client.execute(adopt, &[&list_id]).map(drop)?))
    }

    pub(super) fn change_identity(&mut self, list_id: &str) -> anyhow::Result<()> {
        let change = "INSERT INTO identity VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET list_id = excluded.list_id";
        self.with(|session| Ok(session.client.execute(change, &[&list_id]).map(drop)?))
    }
}
