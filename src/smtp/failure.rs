//! Defines the ways SMTP fails: a connection not opened, an envelope refused, a conversation lost; and the phase.

use std::{fmt, io};

use super::reply::Reply;
use super::server_facts::Fact;

/// The hint for two sides that wait for each other or speak different protocols.
pub(super) const WHICH_PORT: &str = "a port for STARTTLS, usually 587, needs `tls = \"starttls\"`; one for implicit TLS, usually 465, needs \
    `tls = \"implicit\"`";

/// The step of the conversation in which something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// The TLS handshake, and STARTTLS before it.
    Tls,
    /// The greeting of the server.
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
    /// The message, up to the final dot.
    Body,
    /// The end of the message and the reply to it.
    EndOfMessage,
    /// Before anything was sent: the message is larger than the server accepts.
    Size,
    /// Before anything was sent: an address is not valid in a command.
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
            Self::EndOfMessage => "end of message",
            Self::Size => "size",
            Self::Address => "address",
            Self::Idle => "idle",
        })
    }
}

/// The server refused something with a 4xx or 5xx reply and keeps the connection.
///
/// In the phases [`Phase::Size`] and [`Phase::Address`] the reply is our own: nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The phase in which it was sent.
    pub phase: Phase,
    /// The reply.
    pub reply: Reply,
}

impl Refusal {
    /// Returns whether it may be the reply of a server that misread pipelined commands: it rejected
    /// the first, found the last out of order, or did not know any of them.
    pub fn may_be_misreading(&self) -> bool {
        match self.phase {
            Phase::Mail | Phase::Data => self.reply.is_permanent(),
            Phase::Rcpt => (500..=504).contains(&self.reply.code),
            _ => false,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} refused: {}", self.phase, self.reply)
    }
}

/// The connection was lost; a new one is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// The phase of the conversation.
    pub phase: Phase,
    /// Whether the final dot of the awaited message may have reached the server, so that the
    /// message may have been accepted. Derived from the bytes written to the socket.
    pub after_dot: bool,
    /// The 421 with which the server closed the connection, if it sent one.
    pub reply: Option<Reply>,
    /// The kind of the loss.
    pub kind: LossKind,
    /// The reason, as a message.
    pub reason: String,
}

/// The way a connection was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LossKind {
    /// The server closed it, with or without a 421.
    Closed,
    /// A step took longer than its deadline.
    TimedOut,
    /// The network or TLS failed.
    Network,
    /// The server violated the protocol.
    Protocol,
    /// The message has a bare CR or LF or an 8-bit byte and must not be sent. Trying again does not help.
    Unsendable,
    /// The server offers CHUNKING but does not know BDAT; it has accepted none of the messages in
    /// flight.
    ChunkingRejected,
    /// A [`super::StopHandle`] cut it.
    Stopped,
}

/// Returns the kind of an I/O error, and its description for people.
pub(super) fn loss(error: &io::Error) -> (LossKind, String) {
    match error.kind() {
        io::ErrorKind::TimedOut => (LossKind::TimedOut, String::from("no response in time")),
        io::ErrorKind::UnexpectedEof => (LossKind::Closed, String::from("the server closed the connection")),
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
            (LossKind::Closed, String::from("the server reset the connection"))
        }
        io::ErrorKind::ConnectionRefused => (LossKind::Network, String::from("connection refused")),
        _ => (LossKind::Network, error.to_string()),
    }
}

impl Lost {
    /// Returns whether a connection may be lost like this because the server misread pipelined
    /// commands, the first to show `fact`: it waits for commands it has discarded, closed the
    /// connection when it saw more than one, or took them for something else.
    pub(super) fn may_be_misreading(&self, fact: Fact) -> bool {
        let early = matches!(self.phase, Phase::Reset | Phase::Mail | Phase::Rcpt);
        let asked = early || self.phase == Phase::Data;
        match self.kind {
            LossKind::TimedOut => asked,
            // A server that has read such an envelope before has other reasons to close the
            // connection after one.
            LossKind::Closed | LossKind::Protocol if fact == Fact::PipelinesEnvelopes => asked && self.reply.is_none(),
            LossKind::Closed => early && self.reply.is_none(),
            _ => false,
        }
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "connection lost ({}): {}", self.phase, self.reason)
    }
}

impl std::error::Error for Lost {}

/// The reason a connection could not be opened. No variant holds or shows credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenError {
    /// No address, no listener, or no response.
    Unreachable {
        /// `host:port`.
        server: String,
        /// The reason.
        reason: String,
    },
    /// The connection cannot be protected as configured, so nothing was sent on it.
    Insecure {
        /// `host:port`.
        server: String,
        /// The reason.
        reason: String,
        /// A hint for the user.
        help: String,
    },
    /// The TLS handshake failed: a certificate not to be trusted, no common version.
    Tls {
        /// `host:port`.
        server: String,
        /// The reason.
        reason: String,
        /// A hint for the user.
        help: String,
    },
    /// The server refused the session at the greeting, EHLO or STARTTLS.
    Refused {
        /// `host:port`.
        server: String,
        /// Its reply.
        refusal: Refusal,
    },
    /// The server refused the credentials, or offers no usable mechanism.
    Auth {
        /// `host:port`.
        server: String,
        /// The user.
        user: String,
        /// The server's reply; `None` if it offers no usable mechanism.
        reply: Option<Reply>,
        /// The reason.
        reason: String,
    },
    /// The connection broke before it was ready.
    Lost {
        /// `host:port`.
        server: String,
        /// The loss.
        lost: Lost,
    },
}

impl OpenError {
    /// Returns whether the same attempt may succeed later, as after a 4xx or a network failure.
    /// False if a person has to change something first.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Lost { .. } => true,
            Self::Insecure { .. } | Self::Tls { .. } => false,
            Self::Refused { refusal, .. } => refusal.reply.is_temporary(),
            Self::Auth { reply, .. } => reply.as_ref().is_some_and(Reply::is_temporary),
        }
    }

    /// The reply that caused it, if there was one.
    pub fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Unreachable { .. } | Self::Insecure { .. } | Self::Tls { .. } | Self::Lost { .. } => None,
            Self::Refused { refusal, .. } => Some(&refusal.reply),
            Self::Auth { reply, .. } => reply.as_ref(),
        }
    }

    /// Returns the suggested fix, if there is one.
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::Insecure { help, .. } | Self::Tls { help, .. } => Some(help),
            // A server that waits for TLS does not greet, and one that has greeted does not begin
            // TLS.
            Self::Lost { lost: Lost { phase: Phase::Greeting | Phase::Tls, kind: LossKind::TimedOut, .. }, .. } => {
                Some(WHICH_PORT)
            }
            _ => None,
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { server, reason } => write!(formatter, "cannot reach `{server}`: {reason}"),
            Self::Insecure { server, reason, .. } => write!(formatter, "`{server}` is not safe to use: {reason}"),
            Self::Tls { server, reason, .. } => write!(formatter, "TLS failed with `{server}`: {reason}"),
            Self::Refused { server, refusal } => write!(formatter, "`{server}` rejected the connection: {refusal}"),
            Self::Auth { server, user, reason, .. } => {
                write!(formatter, "`{server}` rejected the login of `{user}`: {reason}")
            }
            Self::Lost { server, lost } => write!(formatter, "could not talk to `{server}`: {lost}"),
        }
    }
}

impl std::error::Error for OpenError {}
