//! The ledger in a PostgreSQL database: several machines send one issue together.
//!
//! Each process that sends is a row of `sender` with a lease that it renews; each row it takes in hand names it as `owner`.
//! Claims skip what others are just taking; no lock is held while a message is on its way. A mark and a settlement only
//! take effect in the hand that holds the row, so a machine that slept through its lease finds that nothing of what it
//! held is its own any more. Rows of a sender whose lease is over are free again, but those it had marked are in doubt.
//! Leases are measured by the server's clock alone.

mod plan;
mod rows;
mod sender;
mod server;
mod session;
mod suppression;
mod work;

pub use server::Server;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::bail;

use super::work::Claim;
use session::Session;

/// The steps from an empty database to today's schema. A step that was released never changes; add one.
const MIGRATIONS: &[&str] = &[include_str!("schema_1.sql"), include_str!("schema_2.sql")];

/// Today's schema version.
#[expect(clippy::cast_possible_truncation, reason = "there will never be that many")]
const NEWEST: i32 = MIGRATIONS.len().cast_signed() as i32;

/// Only one process at a time makes or changes the schema: a key for `pg_advisory_xact_lock`, "NWSL".
const MIGRATING: i64 = 0x4e57_534c;

/// An open ledger on a server.
pub struct Postgres {
    server: Server,
    read_only: bool,
    session: Option<Session>,
    /// Our number among the senders, while we are one.
    sender: Option<i64>,
    /// The rows in hand.
    held: HashSet<Claim>,
    /// Whether a claim was being made when the connection was lost: it may have come through or not.
    claim_lost: bool,
    /// Marks that were being written when the connection was lost: they may be in the database or not.
    unsure: HashSet<Claim>,
    /// When the others were last looked at, and how long not to look again.
    looked: Option<(Instant, Duration)>,
}

impl Postgres {
    fn new(server: Server, read_only: bool) -> Self {
        Self {
            server,
            read_only,
            session: None,
            sender: None,
            held: HashSet::new(),
            claim_lost: false,
            unsure: HashSet::new(),
            looked: None,
        }
    }

    /// Does `what` in a session, opening one when there is none.
    ///
    /// Errors with [`Unreachable`](super::Unreachable) when the connection is lost or the server wants the same again.
    fn with<T>(&mut self, what: impl FnOnce(&mut Session) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let session = match self.session.take().filter(|session| !session.is_lost()) {
            Some(session) => self.session.insert(session),
            None => self.session.insert(Session::open(&self.server, self.read_only)?),
        };
        what(session).map_err(|error| session::explained(error, &self.server))
    }

    /// The version of the schema; 0 when there is none.
    fn version(&mut self) -> anyhow::Result<i32> {
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

    fn migrate(&mut self) -> anyhow::Result<()> {
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
            // Read again behind the lock: another process may have been faster.
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
