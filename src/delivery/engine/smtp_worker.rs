//! Holds the state that an SMTP worker keeps across its connections: their budget, and the message buffers.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use super::connection_budget::ConnectionBudget;
use super::worker::WorkerContext;
use crate::ledger::Row;
use crate::smtp::{Content, Envelope, ServerFacts};

/// The time a connection waits for the next message before it is closed: servers close idle connections without
/// warning.
pub(super) const IDLE_TIMEOUT: Duration = Duration::from_secs(10);

/// The end of a connection.
pub(super) enum ConnectionEnd {
    /// It was closed: there is nothing to send for a while, it has carried enough messages, or the run ends.
    Closed,
    /// It broke, after a number of replies about messages.
    Broken { reason: String, replies: u32 },
}

/// Sends messages, one connection at a time.
pub(super) struct SmtpWorker<'a, 'run> {
    pub(super) context: &'a mut WorkerContext<'run>,
    pub(super) learned: &'a ServerFacts,
    per_connection: u32,
    /// Messages in flight on a connection, where the server allows it.
    pub(super) max_in_flight: usize,
    /// The message being sent, and the one after it.
    pub(super) message: Content,
    pub(super) next_message: Content,
}

impl<'a, 'run> SmtpWorker<'a, 'run> {
    pub(super) fn new(
        context: &'a mut WorkerContext<'run>,
        learned: &'a ServerFacts,
        per_connection: u32,
        max_in_flight: usize,
    ) -> Self {
        Self {
            context,
            learned,
            per_connection,
            max_in_flight,
            message: Content::default(),
            next_message: Content::default(),
        }
    }

    /// The budget of a connection opened now.
    pub(super) fn connection_budget(&self) -> ConnectionBudget {
        let most = self.learned.messages_per_connection().unwrap_or(u32::MAX);
        ConnectionBudget::new(self.per_connection.min(most), Instant::now())
    }
}

/// The addresses of an envelope.
pub(super) struct Addresses<'a> {
    sender: Cow<'a, str>,
    recipient: &'a str,
}

impl<'a> Addresses<'a> {
    /// Those of the message for `row`.
    pub(super) fn of(context: &WorkerContext<'a>, row: &'a Row) -> Self {
        Self { sender: context.sender(row), recipient: row.subscriber.address.as_str() }
    }

    /// The envelope of `message`.
    pub(super) fn envelope(&self, message: &Content) -> Envelope<'_> {
        Envelope { sender: &self.sender, recipient: self.recipient, size: message.len() }
    }
}
