//! Describes the replies that decide a transaction, and the ends of a conversation.

use std::fmt;

use super::body::Unsendable;
use super::failure::{LossKind, Lost, Phase, Refusal};
use super::reply::Reply;
use super::reply_reader::ReplyReader;

/// The server's reply to an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GoAhead {
    /// The server waits for the message.
    Ready,
    /// The server rejects this envelope; the connection is ready for the next.
    Refused(Refusal),
}

/// The server's reply to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FinalReply {
    /// The server accepted it: 2xx.
    Accepted(Reply),
    /// The server refused it: 4xx or 5xx. After a 421 the connection is over, and the next call
    /// returns that end.
    Refused(Reply),
}

/// The result of a transaction: envelope and message together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransactionResult {
    /// The server accepted the message.
    Accepted(Reply),
    /// The server refused it. In [`Phase::EndOfMessage`] it was the message that was refused.
    Refused(Refusal),
}

/// The reason a conversation cannot continue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// The server sent a 421.
    Closing(Phase, Reply),
    /// The server violated the protocol.
    ProtocolError(Phase, String),
    /// The server does not support BDAT.
    ChunkingRejected(Reply),
}

impl End {
    /// Returns the end that unsolicited bytes mean: a 421 or a protocol error. `None` if none arrived.
    pub(super) fn unsolicited(replies: &mut ReplyReader) -> Option<Self> {
        if replies.is_empty() {
            return None;
        }
        Some(match replies.next_reply() {
            Ok(Some(reply)) if reply.is_closing() => Self::Closing(Phase::Idle, reply),
            Ok(Some(reply)) => Self::ProtocolError(Phase::Idle, format!("the server sent an unsolicited `{reply}`")),
            Ok(None) => Self::ProtocolError(Phase::Idle, String::from("the server sent part of an unsolicited reply")),
            Err(malformed) => Self::ProtocolError(Phase::Idle, malformed.to_string()),
        })
    }
}

impl fmt::Display for End {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closing(_, reply) => write!(formatter, "the server closes the connection: {reply}"),
            Self::ProtocolError(_, what) => formatter.write_str(what),
            Self::ChunkingRejected(reply) => write!(formatter, "the server offers CHUNKING and refused BDAT: {reply}"),
        }
    }
}

impl Lost {
    /// Returns the loss of a connection after this end, with no message in doubt.
    pub(super) fn of(end: End) -> Self {
        let reason = end.to_string();
        match end {
            End::Closing(phase, reply) => {
                Self { phase, after_dot: false, reply: Some(reply), kind: LossKind::Closed, reason }
            }
            End::ProtocolError(phase, _) => {
                Self { phase, after_dot: false, reply: None, kind: LossKind::Protocol, reason }
            }
            End::ChunkingRejected(reply) => {
                let kind = LossKind::ChunkingRejected;
                Self { phase: Phase::EndOfMessage, after_dot: false, reply: Some(reply), kind, reason }
            }
        }
    }
}

/// The reason a message was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SendError {
    /// The conversation is over.
    Ended(End),
    /// The message must not be sent.
    Unsendable(Unsendable),
}
