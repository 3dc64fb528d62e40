//! What carries messages: an SMTP server, a folder, a sendmail program.

mod outbox;
mod sendmail;

pub use outbox::Outbox;
pub use sendmail::Sendmail;

use anyhow::Context;

use super::ledger::Row;
use super::outcome::Outcome;
use super::over_smtp;
use crate::model::EmailAddress;
use crate::smtp::Server;

/// What carries messages.
#[derive(Debug, Clone)]
pub enum Courier {
    /// A mail server.
    Smtp {
        /// Which.
        server: Box<Server>,
        /// Messages before a connection is closed and opened anew.
        per_connection: u32,
        /// Messages under way at once on a connection, where the server offers CHUNKING and PIPELINING.
        in_flight: usize,
    },
    /// A folder of `.eml` files.
    Outbox(Outbox),
    /// A sendmail-compatible program.
    Sendmail(Sendmail),
}

impl Courier {
    /// Whether a message carried twice is there once: then nobody has to be left in doubt.
    pub(super) fn is_repeatable(&self) -> bool {
        matches!(self, Self::Outbox(_))
    }

    /// Makes durable what it has taken so far, before the ledger says that it has.
    ///
    /// Errors when that fails: then the ledger must not say so.
    pub(super) fn keep(&self) -> anyhow::Result<()> {
        match self {
            Self::Outbox(outbox) => {
                outbox.keep().with_context(|| format!("cannot write to the outbox `{}`", outbox.folder().display()))
            }
            // Whoever has answered for a message has it.
            Self::Smtp { .. } | Self::Sendmail(_) => Ok(()),
        }
    }

    /// Carries one message outside any delivery: for test mails.
    pub fn carry_alone(&self, sender: &str, recipient: &EmailAddress, message: &[u8]) -> Carried {
        let recipient = recipient.to_string();
        match self {
            Self::Smtp { server, .. } => over_smtp::send_alone(server, sender, &recipient, message),
            Self::Outbox(outbox) => outbox.carry_alone(&recipient, message),
            Self::Sendmail(sendmail) => sendmail.send(sender, &recipient, message),
        }
    }
}

/// A courier that takes a whole message at once and tells what became of it.
pub(super) trait ByHand {
    /// Carries `message` from `sender` to `row`'s subscriber.
    fn carry(&self, row: &Row, sender: &str, message: &[u8]) -> Carried;
}

/// What became of a message handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carried {
    /// This.
    Outcome(Outcome),
    /// Nothing, and it would be the same for everybody: the courier does not work.
    Unable(String),
}
