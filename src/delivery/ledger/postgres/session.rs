//! One connection to the database, set up so that a commit is a promise.

use std::collections::HashMap;
use std::error::Error;

use anyhow::bail;
use postgres::error::{DbError, SqlState};
use postgres::{Client, NoTls, Statement};

use super::Server;
use crate::delivery::ledger::Unreachable;

/// An open connection.
pub(super) struct Session {
    pub(super) client: Client,
    statements: HashMap<&'static str, Statement>,
}

impl Session {
    /// Connects, and makes sure of what the guarantee rests on, whatever the server's defaults are.
    pub(super) fn open(server: &Server, read_only: bool) -> anyhow::Result<Self> {
        let connected = match server.tls.clone() {
            Some(tls) => server.config.connect(tls),
            None => server.config.connect(NoTls),
        };
        let mut client = connected.map_err(|error| explained(error.into(), server))?;
        let setup = |client: &mut Client| -> anyhow::Result<bool> {
            // A sender stopped inside a transaction must not keep the others waiting for longer than its lease.
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
            bail!("the server of the ledger, `{server}`, runs with `fsync = off`: what it says is written can be lost");
        }
        Ok(Self { client, statements: HashMap::new() })
    }

    /// Whether the connection is gone.
    pub(super) fn is_lost(&self) -> bool {
        self.client.is_closed()
    }

    /// The statement of `sql`, prepared once a connection.
    pub(super) fn prepared(&mut self, sql: &'static str) -> anyhow::Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }
}

/// The error in words, [`Unreachable`] when the same may work later.
pub(super) fn explained(error: anyhow::Error, server: &Server) -> anyhow::Error {
    let Some(cause) = error.downcast_ref::<postgres::Error>() else { return error };
    let words = cause.as_db_error().map_or_else(|| in_a_row(cause), |error| error.message().to_owned());
    match cause.as_db_error().map(DbError::code) {
        Some(code) if is_temporary(code) => Unreachable(format!("the ledger in `{server}`: {words}")).into(),
        Some(_) => anyhow::anyhow!("cannot use the ledger in `{server}`: {words}"),
        // No answer of the server at all: it is the connection.
        None if is_connection(cause) => Unreachable(format!("cannot reach the ledger in `{server}`: {words}")).into(),
        None => anyhow::anyhow!("cannot use the ledger in `{server}`: {words}"),
    }
}

/// Whether the server asks for the same again (PostgreSQL, appendix A): it shuts down, starts, is full, is a replica that
/// is just being promoted, or has broken up a deadlock.
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

/// Whether the connection broke or never came to be, other than for something a person has to change.
fn is_connection(error: &postgres::Error) -> bool {
    if error.is_closed() {
        return true;
    }
    let mut cause = error.source();
    while let Some(found) = cause {
        if let Some(error) = found.downcast_ref::<std::io::Error>() {
            // rustls speaks of bad certificates in these.
            return error.kind() != std::io::ErrorKind::InvalidData;
        }
        cause = found.source();
    }
    error.to_string().contains("timed out")
}

/// An error and its causes.
fn in_a_row(error: &postgres::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(found) = cause {
        words = format!("{words}: {found}");
        cause = found.source();
    }
    words
}
