//! Creates the schema, and migrates ledgers of older schemas.

use anyhow::bail;

use super::ledger::Postgres;

/// The steps from an empty database to today's schema. A step that was released never changes; add one.
const MIGRATIONS: &[&str] = &[
    include_str!("schema_1.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
    include_str!("schema_5.sql"),
    include_str!("schema_6.sql"),
];

/// Today's schema version.
#[expect(clippy::cast_possible_truncation, reason = "there will never be that many")]
const NEWEST: i32 = MIGRATIONS.len().cast_signed() as i32;

/// The key of `pg_advisory_xact_lock` that lets only one process at a time create or change the schema: "NWSL".
const MIGRATING: i64 = 0x4e57_534c;

impl Postgres {
    /// The version of the schema; 0 if there is none.
    pub(super) fn version(&mut self) -> anyhow::Result<i32> {
        let version = self.with(|session| {
            let client = &mut session.client;
            let found = client.query_one("SELECT to_regclass('newsletter.version') IS NOT NULL", &[])?;
            if !found.get::<_, bool>(0) {
                return Ok(0);
            }
            Ok(client.query_one("SELECT coalesce(max(version), 0) FROM newsletter.version", &[])?.get(0))
        })?;
        if version > NEWEST {
            bail!(
                "the ledger in `{}` was written by a newer version of newsletter (schema {version}, this one knows {NEWEST})",
                self.server
            );
        }
        Ok(version)
    }

    pub(super) fn migrate(&mut self) -> anyhow::Result<()> {
        let version = self.version()?;
        if version == NEWEST {
            return Ok(());
        }
        self.with(|session| {
            let mut transaction = session.client.transaction()?;
            transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATING])?;
            transaction.batch_execute(
                "CREATE SCHEMA IF NOT EXISTS newsletter;
                 CREATE TABLE IF NOT EXISTS newsletter.version (version integer PRIMARY KEY)",
            )?;
            // Read again under the lock: another process may have been faster.
            let row = transaction.query_one("SELECT coalesce(max(version), 0) FROM newsletter.version", &[])?;
            let version = usize::try_from(row.get::<_, i32>(0)).unwrap_or(0);
            for step in MIGRATIONS.iter().skip(version) {
                transaction.batch_execute(step)?;
            }
            transaction.execute("INSERT INTO newsletter.version VALUES ($1) ON CONFLICT DO NOTHING", &[&NEWEST])?;
            Ok(transaction.commit()?)
        })
    }
}
