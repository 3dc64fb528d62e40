//! What can go wrong, as far as a caller decides on it.

use std::fmt;

use super::reply::Reply;

/// Where in the conversation something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// The TLS handshake, and STARTTLS before it.
    Tls,
    /// The server's first words.
    Greeting,
    /// EHLO.
    Hello,
    /// AUTH.
    Auth,
    /// RSET, after a refusal.
    Reset,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA.
    Data,
    /// The message on its way, up to the final dot.
    Body,
    /// The final dot and the verdict on it.
    Dot,
    /// Before anything was sent: larger than the server takes.
    Size,
    /// Before anything was sent: an address that cannot stand in a command.
    Address,
    /// Between messages.
    Idle,
}

impl fmt::Display for Phase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Tls => "TLS",
            Self::Greeting => "greeting",
            Self::Hello => "EHLO",
            Self::Auth => "AUTH",
            Self::Reset => "RSET",
            Self::Mail => "MAIL",
            Self::Rcpt => "RCPT",
            Self::Data => "DATA",
            Self::Body => "message",
            Self::Dot => "end of message",
            Self::Size => "size",
            Self::Address => "address",
            Self::Idle => "idle",
        })
    }
}

/// The server refused something with a 4xx or 5xx reply and goes on talking to us.
///
/// In the phases [`Phase::Size`] and [`Phase::Address`] the reply is our own: nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What was refused.
    pub phase: Phase,
    /// With which words.
    pub reply: Reply,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} refused: {}", self.phase, self.reply)
    }
}

/// The connection is gone; a new one is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// What was going on.
    pub phase: Phase,
    /// Whether the final dot of the message whose verdict was awaited may have reached the server: then the message
    /// may have been accepted. Decided from what was handed to the socket.
    pub after_dot: bool,
    /// The 421 the server said good-bye with, if it did.
    pub reply: Option<Reply>,
    /// What happened, for a caller.
    pub kind: LossKind,
    /// What happened, for people.
    pub reason: String,
}

/// How a connection was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LossKind {
    /// The server closed it, with a 421 or without a word.
    Closed,
    /// A step took longer than its deadline.
    TimedOut,
    /// The network or TLS failed.
    Network,
    /// The server said something that is not SMTP here.
    Protocol,
    /// The message has a bare CR or LF or an 8-bit byte and must not be sent. Trying again does not help.
    Unsendable,
    /// A [`super::StopHandle`] cut it.
    Stopped,
}

impl fmt::Display for Lost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "connection lost ({}): {}", self.phase, self.reason)
    }
}

impl std::error::Error for Lost {}

/// Why a connection could not be opened. No variant holds or shows credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenError {
    /// No address, nobody listening, no answer.
    Unreachable {
        /// `host:port`.
        server: String,
        /// What happened.
        reason: String,
    },
    /// The connection cannot be protected as configured, so nothing was said on it.
    Insecure {
        /// `host:port`.
        server: String,
        /// What is missing.
        reason: String,
        /// What to do.
        help: String,
    },
    /// The TLS handshake failed: a certificate not to be trusted, no common version.
    Tls {
        /// `host:port`.
        server: String,
        /// What is wrong.
        reason: String,
        /// What to do.
        help: String,
    },
    /// The server refused to talk at the greeting, EHLO or STARTTLS.
    Refused {
        /// `host:port`.
        server: String,
        /// What it said.
        refusal: Refusal,
    },
    /// The server refused the credentials, or offers no way to present them.
    Auth {
        /// `host:port`.
        server: String,
        /// The user.
        user: String,
        /// The server's answer; `None` when no usable mechanism is offered.
        reply: Option<Reply>,
        /// What happened.
        reason: String,
    },
    /// The connection broke before it was ready.
    Lost {
        /// `host:port`.
        server: String,
        /// How.
        lost: Lost,
    },
}

impl OpenError {
    /// Whether the same attempt may succeed later: a 4xx, a network failure. False where a person has to change
    /// something first.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Lost { .. } => true,
            Self::Insecure { .. } | Self::Tls { .. } => false,
            Self::Refused { refusal, .. } => refusal.reply.is_temporary(),
            Self::Auth { reply, .. } => reply.as_ref().is_some_and(Reply::is_temporary),
        }
    }

    /// The reply behind it, if the server gave one.
    pub fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Unreachable { .. } | Self::Insecure { .. } | Self::Tls { .. } | Self::Lost { .. } => None,
            Self::Refused { refusal, .. } => Some(&refusal.reply),
            Self::Auth { reply, .. } => reply.as_ref(),
        }
    }

    /// What to do about it, where there is something to do.
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::Insecure { help, .. } | Self::Tls { help, .. } => Some(help),
            _ => None,
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { server, reason } => write!(formatter, "cannot reach `{server}`: {reason}"),
            Self::Insecure { server, reason, .. } => write!(formatter, "`{server}` is not safe to use: {reason}"),
            Self::Tls { server, reason, .. } => write!(formatter, "no TLS with `{server}`: {reason}"),
            Self::Refused { server, refusal } => write!(formatter, "`{server}` does not talk to us: {refusal}"),
            Self::Auth { server, user, reason, .. } => {
                write!(formatter, "`{server}` does not let `{user}` in: {reason}")
            }
            Self::Lost { server, lost } => write!(formatter, "no conversation with `{server}`: {lost}"),
        }
    }
}

impl std::error::Error for OpenError {}
