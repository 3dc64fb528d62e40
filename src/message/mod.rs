//! A letter and a subscriber to the finished bytes of one message. Pure: time and identity come in as a [`Stamp`].

mod token;

pub use token::TokenKey;

use chrono::{DateTime, Utc};

use crate::letter::Letter;
use crate::model::{Publication, Subscriber};

/// Names one delivery of one issue: random bytes drawn when it is planned. Message-ID and boundary derive from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PlanId(pub [u8; 16]);

/// What makes the messages of one delivery its own: frozen with the letter, so that a message sent again is
/// byte-identical.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The delivery.
    pub plan: PlanId,
    /// The `Date` of every message in it, whole seconds.
    pub date: DateTime<Utc>,
}

/// A letter made ready for sending: MIME built and encoded once, cut where subscribers differ. It needs neither the
/// issue nor the configuration any more, so a ledger can keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenLetter {
    sender: String,
}

impl FrozenLetter {
    /// Builds and encodes the message of `letter` for nobody in particular.
    ///
    /// Errors when lettre refuses a header value.
    pub fn freeze(_letter: &Letter, publication: &Publication, _stamp: &Stamp) -> anyhow::Result<Self> {
        Ok(Self { sender: publication.envelope_sender.to_string() })
    }

    /// The envelope sender (RFC 5321 `MAIL FROM`).
    pub fn sender(&self) -> &str {
        &self.sender
    }

    /// Writes the message for `subscriber` over whatever `bytes` held: CRLF line ends, no bare CR or LF, no line
    /// that starts with a dot, ready for the wire but for the final dot.
    pub fn compose(&self, _subscriber: &Subscriber, _key: &TokenKey, bytes: &mut Vec<u8>) {
        bytes.clear();
    }

    /// The Message-ID of the message for `subscriber`, with angle brackets.
    pub fn message_id(&self, _subscriber: &Subscriber) -> String {
        String::new()
    }

    /// The same letter as bytes for the ledger.
    pub fn to_bytes(&self) -> Vec<u8> {
        Vec::new()
    }

    /// A letter a ledger kept.
    ///
    /// Errors when `bytes` are not what [`Self::to_bytes`] wrote.
    pub fn from_bytes(_bytes: &[u8]) -> anyhow::Result<Self> {
        anyhow::bail!("not yet")
    }

    /// SHA-256, in lower-case hex, of what readers get: subject, HTML and text and the headers that do not differ, without
    /// the stamp. Equal exactly when nothing visible changed.
    pub fn digest(&self) -> String {
        String::new()
    }
}
