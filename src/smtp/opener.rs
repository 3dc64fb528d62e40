//! Opening a connection: the opening state machine on a stream.

use std::io;
use std::time::Instant;

use super::failure::{LossKind, Lost, OpenError, Phase};
use super::opening::{Line, Move, Opening};
use super::reply::Reply;
use super::reply_reader::ReplyReader;
use super::server::{Server, Tls};
use super::session::Session;
use super::socket::{ConnectError, Socket, loss};
use super::stream::{HandshakeError, Stream};
use super::tls;

/// Connects, greets, starts TLS and authenticates as `server` says.
pub(super) fn open(server: &Server) -> Result<(Stream, Session), OpenError> {
    let mut opener = Opener::connect(server)?;
    if server.tls == Tls::Implicit {
        opener = opener.encrypt()?;
    }
    let mut opening = Opening::new(server);
    let capabilities = loop {
        let reply = opening.without_password(opener.hear(opening.phase())?);
        server.log.server(&reply);
        let line = match opening.answer(reply)? {
            Move::Say(line) => line,
            Move::Encrypt => {
                opener = opener.encrypt()?;
                opening.encrypted()
            }
            Move::Done(capabilities) => break capabilities,
        };
        opener.say(opening.phase(), &line)?;
    };
    Ok((opener.stream, Session::new(capabilities, opener.replies, server.log.clone())))
}

/// A connection on its way to being ready.
struct Opener<'a> {
    server: &'a Server,
    stream: Stream,
    replies: ReplyReader,
}

impl<'a> Opener<'a> {
    fn connect(server: &'a Server) -> Result<Self, OpenError> {
        let loopback_only = server.tls == Tls::None;
        match Socket::connect(&server.host, server.port, loopback_only, server.deadlines.connect) {
            Ok(socket) => Ok(Self { server, stream: Stream::plain(socket), replies: ReplyReader::default() }),
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

    /// Does the TLS handshake. What came in clear before it could be anybody's: then there is none.
    fn encrypt(self) -> Result<Self, OpenError> {
        if !self.replies.is_empty() {
            return Err(OpenError::Insecure {
                server: self.server.to_string(),
                reason: String::from("unexpected data before TLS; somebody may be tampering with the connection"),
                help: String::from("use the port for implicit TLS, usually 465, with `tls = \"implicit\"`"),
            });
        }
        let deadline = Instant::now() + self.server.deadlines.command;
        match self.stream.encrypt(tls::client(self.server)?, deadline) {
            Ok(stream) => Ok(Self { stream, ..self }),
            Err(HandshakeError::Tls(error)) => Err(tls::explain(self.server, &error)),
            Err(HandshakeError::Io(error)) => Err(failed(self.server, Phase::Tls, &error)),
        }
    }

    /// The next reply, whole.
    fn hear(&mut self, phase: Phase) -> Result<Reply, OpenError> {
        let deadlines = &self.server.deadlines;
        let time = if phase == Phase::Greeting { deadlines.greeting } else { deadlines.command };
        let deadline = Instant::now() + time;
        let mut buffer = [0; 4096];
        loop {
            match self.replies.next_reply() {
                Ok(Some(reply)) => return Ok(reply),
                Ok(None) => {}
                Err(malformed) => return Err(lost(self.server, phase, LossKind::Protocol, malformed.to_string())),
            }
            match self.stream.receive(&mut buffer, deadline) {
                Ok(0) => return Err(failed(self.server, phase, &io::ErrorKind::UnexpectedEof.into())),
                Ok(count) => self.replies.feed(&buffer[..count]),
                Err(error) => return Err(failed(self.server, phase, &error)),
            }
        }
    }

    /// Says a line to a server that has nothing more to say.
    fn say(&mut self, phase: Phase, line: &Line) -> Result<(), OpenError> {
        if !self.replies.is_empty() {
            let reason = String::from("the server went on talking unasked");
            return Err(lost(self.server, phase, LossKind::Protocol, reason));
        }
        self.server.log.client(&line.shown);
        let deadline = Instant::now() + self.server.deadlines.block;
        self.stream.send(line.bytes.expose(), deadline).map_err(|unsent| failed(self.server, phase, &unsent.error))
    }
}

fn failed(server: &Server, phase: Phase, error: &io::Error) -> OpenError {
    let (kind, reason) = loss(error);
    lost(server, phase, kind, reason)
}

fn lost(server: &Server, phase: Phase, kind: LossKind, reason: String) -> OpenError {
    let lost = Lost { phase, after_dot: false, reply: None, kind, reason };
    OpenError::Lost { server: server.to_string(), lost }
}
