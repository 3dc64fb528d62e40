//! Defines the couriers and the operations common to them.

use anyhow::Context;

use super::courier_error::CourierError;
use super::outbox::Outbox;
use super::sendmail::Sendmail;
use super::smtp_test_mail;
use crate::delivery::outcome::Outcome;
use crate::delivery::stop::Stop;
use crate::model::EmailAddress;
use crate::smtp::Server;

/// A way to deliver messages.
#[derive(Debug, Clone)]
pub enum Courier {
    /// A mail server.
    Smtp {
        /// Its address and how to log in.
        server: Box<Server>,
        /// Messages sent over one connection.
        per_connection: u32,
        /// Messages in flight on one connection, where the server offers CHUNKING and PIPELINING.
        max_in_flight: usize,
    },
    /// A folder of `.eml` files.
    Outbox(Outbox),
    /// A sendmail-compatible program.
    Sendmail(Sendmail),
}

impl Courier {
    /// The user name of the login, if there is one.
    pub(in crate::delivery) fn user(&self) -> Option<&str> {
        match self {
            Self::Smtp { server, .. } => server.credentials.as_ref().map(|credentials| credentials.user.as_str()),
            Self::Outbox(_) | Self::Sendmail(_) => None,
        }
    }

    /// Makes all deliveries so far durable. To be called before the ledger records them.
    ///
    /// Errors if that fails; then the ledger must not record them.
    pub(in crate::delivery) fn sync(&self) -> anyhow::Result<()> {
        match self {
            Self::Outbox(outbox) => {
                outbox.sync().with_context(|| format!("cannot write to the outbox `{}`", outbox.folder().display()))
            }
            // Server and program have accepted responsibility for the message (RFC 5321 6.1).
            Self::Smtp { .. } | Self::Sendmail(_) => Ok(()),
        }
    }

    /// Delivers one message outside of any run, for test mails.
    ///
    /// Errors if the courier does not work.
    pub fn deliver_test_mail(
        &self,
        sender: &str,
        recipient: &EmailAddress,
        message: &[u8],
    ) -> Result<Outcome, CourierError> {
        let recipient = recipient.to_string();
        match self {
            Self::Smtp { server, .. } => smtp_test_mail::deliver_test_mail(server, sender, &recipient, message),
            Self::Outbox(outbox) => outbox.deliver_test_mail(&recipient, message),
            Self::Sendmail(sendmail) => sendmail.send(sender, &recipient, message, &Stop::default()),
        }
    }
}
