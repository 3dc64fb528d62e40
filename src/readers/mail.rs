//! Describes mail to one reader: confirmation, welcome, their own link.

use chrono::{DateTime, Utc};

use super::reader::Nonce;

/// A kind of mail to one reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailKind {
    /// Asks whether a sign-up is meant.
    Confirm,
    /// Greets a reader who confirmed.
    Welcome,
    /// Has their unsubscribe link.
    Link,
}

impl MailKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Confirm, Self::Welcome, Self::Link];

    /// The name in the ledger.
    pub fn name(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Welcome => "welcome",
            Self::Link => "link",
        }
    }
}

/// Mail that waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedMail {
    /// Its number in the ledger.
    pub id: i64,
    /// The kind.
    pub kind: MailKind,
    /// The address as the reader wrote it.
    pub address: String,
    /// The sign-up to confirm.
    pub nonce: Option<Nonce>,
    /// When the reader asked for it.
    pub queued_at: DateTime<Utc>,
    /// The number of attempts so far.
    pub attempts: u32,
}

/// What became of queued mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailOutcome {
    /// Somebody sends it until then, and nobody else does.
    Taken(DateTime<Utc>),
    /// The server took it.
    Sent,
    /// To be tried again.
    Later(DateTime<Utc>),
    /// Given up.
    Failed,
}
