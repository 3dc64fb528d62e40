//! The answers of a server that decide something.

use std::fmt;

use super::body::Unsendable;
use super::failure::{LossKind, Lost, Phase, Refusal};
use super::reply::Reply;
use super::reply_reader::ReplyReader;

/// The server's answer to an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GoAhead {
    /// It waits for the message.
    Ready,
    /// It does not take this one; the connection is ready for the next.
    Refused(Refusal),
}

/// The server's answer to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is the server's now: 2xx.
    Accepted(Reply),
    /// It is not: 4xx or 5xx. With a 421 the connection is over, and the next call says so.
    Refused(Reply),
}

/// The server's answer to envelope and message together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The message is the server's now.
    Accepted(Reply),
    /// It is not. In [`Phase::Dot`] it was the message that was refused.
    Refused(Refusal),
}

/// Why a conversation cannot go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// The server said 421.
    Closing(Phase, Reply),
    /// The server said what does not belong there.
    Breach(Phase, String),
}

impl End {
    /// What it means that bytes came while nothing was asked: a 421, or a breach. `None` when none did.
    pub(super) fn unasked(replies: &mut ReplyReader) -> Option<Self> {
        if replies.is_empty() {
            return None;
        }
        Some(match replies.next_reply() {
            Ok(Some(reply)) if reply.is_closing() => Self::Closing(Phase::Idle, reply),
            Ok(Some(reply)) => Self::Breach(Phase::Idle, format!("the server sent `{reply}` unasked")),
            Ok(None) => Self::Breach(Phase::Idle, String::from("the server sent part of a reply unasked")),
            Err(malformed) => Self::Breach(Phase::Idle, malformed.to_string()),
        })
    }
}

impl fmt::Display for End {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closing(_, reply) => write!(formatter, "the server closes the connection: {reply}"),
            Self::Breach(_, what) => formatter.write_str(what),
        }
    }
}

impl Lost {
    /// The loss of a connection whose conversation ended so, with no message in doubt.
    pub(super) fn of(end: End) -> Self {
        let reason = end.to_string();
        match end {
            End::Closing(phase, reply) => {
                Self { phase, after_dot: false, reply: Some(reply), kind: LossKind::Closed, reason }
            }
            End::Breach(phase, _) => Self { phase, after_dot: false, reply: None, kind: LossKind::Protocol, reason },
        }
    }
}

/// Why a message was not said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NotSaid {
    /// The conversation is over.
    Over(End),
    /// The message must not be sent.
    Unsendable(Unsendable),
}
