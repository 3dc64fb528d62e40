//! The SMTP client as the rest of the program uses it: blocking, one message at a time, or rather one and the
//! envelope of the next.

use super::capabilities::Capabilities;
use super::failure::{LossKind, Lost, OpenError, Phase, Refusal};
use super::reply::Reply;
use super::server::Server;

/// Who a message is from and for (RFC 5321 2.3.1). One recipient, always.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// The reverse path, without angle brackets; empty for none.
    pub sender: &'a str,
    /// The recipient, without angle brackets.
    pub recipient: &'a str,
    /// The message's size in bytes.
    pub size: usize,
}

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
    /// It is the server's now.
    Accepted(Reply),
    /// It is not, 4xx or 5xx.
    Refused(Reply),
}

/// A connection ready for mail.
#[derive(Debug)]
pub struct Connection {
    capabilities: Capabilities,
}

/// Cuts a connection from another thread.
#[derive(Debug, Clone)]
pub struct StopHandle;

impl StopHandle {
    /// Cuts it: whoever waits on it gets [`LossKind::Stopped`] at once.
    pub fn stop(&self) {}
}

impl Connection {
    /// Connects, greets, starts TLS and authenticates as `server` says.
    ///
    /// Errors say in which phase and why.
    pub fn open(server: &Server) -> Result<Self, OpenError> {
        Err(OpenError::Unreachable { server: server.to_string(), reason: String::from("not yet written") })
    }

    /// What the server can do.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// A handle that cuts this connection from another thread.
    pub fn stop_handle(&self) -> StopHandle {
        StopHandle
    }

    /// Sends the envelope of a message, in one write where PIPELINING is offered, and does not wait.
    pub fn begin(&mut self, _envelope: &Envelope<'_>) -> Result<(), Lost> {
        Err(unwritten())
    }

    /// Waits until the server asks for the message or refuses it. After a refusal [`Self::begin`] may follow at once.
    pub fn await_go_ahead(&mut self) -> Result<GoAhead, Lost> {
        Err(unwritten())
    }

    /// Writes the message, the final dot and, where PIPELINING is offered, the envelope of the next, in one write.
    ///
    /// From the first byte of the last block on, the message may be accepted.
    pub fn finish(&mut self, _message: &[u8], _next: Option<&Envelope<'_>>) -> Result<(), Lost> {
        Err(unwritten())
    }

    /// Waits for the verdict on the message finished last.
    pub fn await_verdict(&mut self) -> Result<Verdict, Lost> {
        Err(unwritten())
    }

    /// Says good-bye. A connection dropped instead is closed without a word, and a message begun on it is nobody's.
    pub fn quit(self) {}
}

fn unwritten() -> Lost {
    Lost {
        phase: Phase::Idle,
        after_dot: false,
        reply: None,
        kind: LossKind::Network,
        reason: String::from("not yet written"),
    }
}
