//! Opens connections to the database on which a commit is durable.

use std::collections::HashMap;
use std::error::Error;

use anyhow::bail;
use postgres::error::{DbError, SqlState};
use postgres::{Client, NoTls, Statement};

use super::server::PostgresServer;
use crate::ledger::loss::Unreachable;

/// An open connection.
pub(super) struct Session {
    pub(super) client: Client,
    statements: HashMap<&'static str, Statement>,
}

impl Session {
    /// Connects and sets everything that durability depends on, regardless of the server's
    /// defaults.
    pub(super) fn open(server: &PostgresServer, read_only: bool) -> anyhow::Result<Self> {
        let connected = match server.tls.clone() {
            Some(tls) => server.config.connect(tls),
            None => server.config.connect(NoTls),
        };
        let mut client = connected.map_err(|error| explained(error.into(), server))?;
        let setup = |client: &mut Client| -> anyhow::Result<bool> {
            // A sender suspended in a transaction must not block the others for longer than its
            // lease.
            client.batch_execute(&format!(
                "SET search_path TO newsletter;
                 SET default_transaction_isolation TO 'read committed';
                 SET default_transaction_read_only TO {};
                 SET idle_in_transaction_session_timeout TO {};
                 SELECT set_config('synchronous_commit', 'on', false)
                 WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')",
                if read_only { "on" } else { "off" },
                server.lease.as_millis(),
            ))?;
            Ok(client.query_one("SELECT current_setting('fsync')", &[])?.get::<_, &str>(0) == "on")
        };
        let durable = setup(&mut client).map_err(|error| explained(error, server))?;
        if !durable && !read_only {
            bail!("the server of the ledger, `{server}`, runs with `fsync = off` and may lose data it confirmed");
        }
        Ok(Self { client, statements: HashMap::new() })
    }

    /// Whether the connection is lost.
    pub(super) fn is_lost(&self) -> bool {
        self.client.is_closed()
    }

    /// The prepared statement of `sql`, prepared once for each connection.
    pub(super) fn prepared(&mut self, sql: &'static str) -> anyhow::Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }
}

/// Adds the server to the error; [`Unreachable`] if a retry may succeed.
pub(super) fn explained(error: anyhow::Error, server: &PostgresServer) -> anyhow::Error {
    let Some(cause) = error.downcast_ref::<postgres::Error>() else { return error };
    let words = cause.as_db_error().map_or_else(|| in_a_row(cause), |error| error.message().to_owned());
    match cause.as_db_error().map(DbError::code) {
        Some(code) if is_temporary(code) => Unreachable(format!("the ledger in `{server}`: {words}")).into(),
        // Without a reply of the server, the connection is at fault.
        None if is_connection(cause) => Unreachable(format!("cannot reach the ledger in `{server}`: {words}")).into(),
        _ => anyhow::anyhow!("cannot use the ledger in `{server}`: {words}"),
    }
}

/// Returns whether a retry may succeed (PostgreSQL, appendix A): the server is shutting down,
/// starting or full, is a replica being promoted, or has resolved a deadlock.
fn is_temporary(code: &SqlState) -> bool {
    let classes = ["08", "53", "57P"];
    let codes = [
        SqlState::READ_ONLY_SQL_TRANSACTION,
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
    ];
    // "57P04" is a database that was dropped.
    (classes.iter().any(|class| code.code().starts_with(class)) && *code != SqlState::DATABASE_DROPPED)
        || codes.contains(code)
}

/// Returns whether the connection broke or could not be opened, for a reason that may pass without
/// anyone changing the configuration.
fn is_connection(error: &postgres::Error) -> bool {
    let io_error = causes(error).find_map(|cause| cause.downcast_ref::<std::io::Error>());
    // rustls reports bad certificates as invalid data.
    error.is_closed() || io_error.is_some_and(|error| error.kind() != std::io::ErrorKind::InvalidData)
}

/// Joins an error and its causes.
fn in_a_row(error: &postgres::Error) -> String {
    causes(error).fold(error.to_string(), |words, cause| format!("{words}: {cause}"))
}

fn causes(error: &postgres::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |&cause| cause.source())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_from_what_a_person_has_to_change() {
        let passing = |codes: &[&'static str]| -> Vec<&str> {
            codes.iter().copied().filter(|code| is_temporary(&SqlState::from_code(code))).collect()
        };
        let shut_down_full_or_busy =
            ["08006", "25006", "25P03", "40001", "40P01", "53100", "53300", "57P01", "57P02", "57P03"];
        assert_eq!(passing(&shut_down_full_or_busy), shut_down_full_or_busy);
        assert_eq!(passing(&["22023", "28P01", "3D000", "42501", "42P01", "57014", "57P04"]), [""; 0]);
    }
}
