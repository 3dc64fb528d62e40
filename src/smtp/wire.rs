//! Bytes to and from a mail server, plain or TLS, before and below any protocol.

use std::io::{self, IoSlice};
use std::time::{Duration, Instant};

use super::failure::{LossKind, Lost, OpenError, Phase, loss};
use super::redaction::Redaction;
use super::server::{Deadlines, Server, Tls};
use super::server_facts::Fact;
use super::socket::{ConnectError, Socket};
use super::stream::{HandshakeError, Stream};
use super::tls;

/// A connection to a server.
#[derive(Debug)]
pub(crate) struct Wire(Stream);

impl Wire {
    /// Connects to the first address of `server` that responds. Without TLS only a loopback address is tried.
    pub(crate) fn connect(server: &Server) -> Result<Self, OpenError> {
        match Socket::connect(server, server.tls == Tls::None) {
            Ok(socket) => Ok(Self(Stream::plain(socket))),
            Err(ConnectError::Unreachable(reason)) => {
                Err(OpenError::Unreachable { server: server.to_string(), reason })
            }
            Err(ConnectError::NotLoopback) => Err(OpenError::Insecure {
                server: server.to_string(),
                reason: String::from("it is not on this machine, and the connection would not be encrypted"),
                help: String::from("use `tls = \"implicit\"` (port 465) or `tls = \"starttls\"` (port 587)"),
            }),
        }
    }

    /// Does the TLS handshake. Nothing received before it may be believed ([`data_before_tls`]).
    pub(crate) fn encrypt(self, server: &Server) -> Result<Self, OpenError> {
        let command = server.deadlines.command;
        let time = if server.tls == Tls::Implicit { command.min(greeting_time(server)) } else { command };
        let deadline = Instant::now() + time;
        match self.0.encrypt(tls::client(server)?, deadline) {
            Ok(stream) => Ok(Self(stream)),
            Err(HandshakeError::Tls(error)) => Err(tls::explain(server, &error)),
            Err(HandshakeError::Io(error)) => Err(failed(server, Phase::Tls, &error)),
        }
    }

    /// Reads the available bytes, waiting for the first one; returns zero if the server has closed the connection.
    pub(crate) fn receive(&mut self, buffer: &mut [u8], deadline: Instant) -> io::Result<usize> {
        self.0.receive(buffer, deadline)
    }

    /// Writes all of `bytes`.
    pub(crate) fn send(&mut self, bytes: &[u8], deadline: Instant) -> io::Result<()> {
        self.0.send(&mut [IoSlice::new(bytes)], deadline).map(drop).map_err(|unsent| unsent.error)
    }

    pub(super) fn into_stream(self) -> Stream {
        self.0
    }
}

/// The error for bytes of `server` that arrived in the clear where TLS was to begin: anyone could have sent them.
pub(crate) fn data_before_tls(server: &Server) -> OpenError {
    OpenError::Insecure {
        server: server.to_string(),
        reason: String::from("unexpected data before TLS; the connection may have been tampered with"),
        help: String::from("use the port for implicit TLS, usually 465, with `tls = \"implicit\"`"),
    }
}

/// Returns `text`, which `server` said, or a note in its place if it repeats the password.
pub(crate) fn without_password(server: &Server, text: &str) -> String {
    match &server.credentials {
        Some(credentials) => Redaction::of(credentials).of_text(text.to_owned()),
        None => text.to_owned(),
    }
}

/// Describes why a connection failed.
pub(crate) fn reason(error: &io::Error) -> String {
    loss(error).1
}

/// Returns the time allowed for the greeting.
pub(super) fn greeting_time(server: &Server) -> Duration {
    let Deadlines { greeting, first_greeting, .. } = server.deadlines;
    if server.facts.has(Fact::Greeted) { greeting } else { greeting.min(first_greeting) }
}

pub(super) fn failed(server: &Server, phase: Phase, error: &io::Error) -> OpenError {
    let (kind, reason) = loss(error);
    lost(server, phase, kind, reason)
}

pub(super) fn lost(server: &Server, phase: Phase, kind: LossKind, reason: String) -> OpenError {
    let lost = Lost { phase, after_dot: false, reply: None, kind, reason };
    OpenError::Lost { server: server.to_string(), lost }
}
