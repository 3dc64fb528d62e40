//! Opens the ledger in a database.

use postgres::config::TargetSessionAttrs;

use super::ledger::Postgres;
use super::server::PostgresServer;

impl PostgresServer {
    /// Opens the ledger for writing, and creates it if the database has none.
    ///
    /// Errors name the fault: unreachable, read-only, written by a newer version.
    pub fn open(&self) -> anyhow::Result<Postgres> {
        let mut server = self.clone();
        server.config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        let mut ledger = Postgres::new(server, false);
        ledger.migrate()?;
        Ok(ledger)
    }

    /// Opens the ledger for reading; `None` if the database has none.
    pub fn open_to_read(&self) -> anyhow::Result<Option<Postgres>> {
        let mut ledger = Postgres::new(self.clone(), true);
        Ok((ledger.version()? > 0).then_some(ledger))
    }
}
