//! Holds the connection to a ledger in a database, and the claims of this process.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use super::server::PostgresServer;
use super::session::{Session, explained};
use crate::ledger::row::ClaimedRow;
use crate::message::PlanId;

/// An open ledger on a server.
pub struct Postgres {
    pub(super) server: PostgresServer,
    pub(super) read_only: bool,
    pub(super) session: Option<Session>,
    /// The id of this sender, once registered.
    pub(super) sender: Option<i64>,
    /// The plan being delivered, once the delivery has begun.
    pub(super) plan: Option<PlanId>,
    /// The claimed rows.
    pub(super) held: HashSet<ClaimedRow>,
    /// Whether the connection was lost during a claim, which may or may not have been committed.
    pub(super) claim_lost: bool,
    /// The marks being written when the connection was lost; they may or may not be in the
    /// database.
    pub(super) unsure: HashSet<ClaimedRow>,
    /// The time of the last heartbeat, and the pause until the next.
    pub(super) looked: Option<(Instant, Duration)>,
}

impl Postgres {
    pub(super) fn new(server: PostgresServer, read_only: bool) -> Self {
        Self {
            server,
            read_only,
            session: None,
            sender: None,
            plan: None,
            held: HashSet::new(),
            claim_lost: false,
            unsure: HashSet::new(),
            looked: None,
        }
    }

    /// Calls `what` with a session, opening one if necessary.
    ///
    /// Errors with [`Unreachable`](crate::ledger::Unreachable) if the connection is lost or the
    /// server asks to retry.
    pub(super) fn with<T>(&mut self, what: impl FnOnce(&mut Session) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let session = match self.session.take().filter(|session| !session.is_lost()) {
            Some(session) => self.session.insert(session),
            None => self.session.insert(Session::open(&self.server, self.read_only)?),
        };
        what(session).map_err(|error| explained(error, &self.server))
    }
}
