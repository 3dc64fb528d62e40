//! The answers of a server that decide something.

use std::fmt;

use super::failure::{Phase, Refusal};
use super::reply::Reply;

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

/// Why a conversation cannot go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// The server said 421.
    Closing(Phase, Reply),
    /// The server said what does not belong there.
    Breach(Phase, String),
}

impl fmt::Display for End {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closing(_, reply) => write!(formatter, "the server closes the connection: {reply}"),
            Self::Breach(_, what) => formatter.write_str(what),
        }
    }
}
