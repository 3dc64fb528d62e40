//! Opens a connection: runs the opening state machine on a stream.

use std::io;
use std::time::Instant;

use super::capabilities::{Capabilities, Extension};
use super::client_line::ClientLine;
use super::connection::Connection;
use super::failure::{LossKind, OpenError, Phase, Refusal};
use super::opening::{Opening, OpeningStep};
use super::reply::Reply;
use super::reply_reader::ReplyReader;
use super::server::{Server, Tls};
use super::server_facts::Fact;
use super::session::Session;
use super::wire::{self, Wire, failed, lost};

impl Connection {
    /// Connects, greets, starts TLS and authenticates as configured in `server`.
    ///
    /// Errors name the phase and the reason.
    pub fn open(server: &Server) -> Result<Self, OpenError> {
        let mut opener = Opener::connect(server)?;
        if server.tls == Tls::Implicit {
            opener = opener.encrypt()?;
        }
        let mut opening = Opening::new(server);
        let capabilities = loop {
            let reply = opener.receive_reply(opening.phase())?;
            server.facts.record(Fact::Greeted);
            server.log.server(&reply);
            let line = match opening.on_reply(reply)? {
                OpeningStep::Send(line) => line,
                OpeningStep::Encrypt => {
                    opener = opener.encrypt()?;
                    opening.on_encrypted()
                }
                OpeningStep::Done(capabilities) => break capabilities,
            };
            opener.send_line(opening.phase(), &line)?;
        };
        let capabilities = usable(server, capabilities);
        let session = Session::new(capabilities, opener.replies, server.facts.clone(), server.log.clone());
        Ok(Self::new(session, opener.wire.into_stream(), server.deadlines))
    }
}

/// Returns the capabilities that are used.
fn usable(server: &Server, mut capabilities: Capabilities) -> Capabilities {
    if !server.pipelining || server.facts.has(Fact::NoPipelining) {
        capabilities = capabilities.without(Extension::Pipelining);
    }
    if server.facts.has(Fact::RejectsChunks) {
        capabilities = capabilities.without(Extension::Chunking);
    }
    capabilities
}

/// A connection on its way to being ready.
struct Opener<'a> {
    server: &'a Server,
    wire: Wire,
    replies: ReplyReader,
}

impl<'a> Opener<'a> {
    fn connect(server: &'a Server) -> Result<Self, OpenError> {
        let wire = Wire::connect(server)?;
        Ok(Self { server, wire, replies: ReplyReader::hiding(server.credentials.as_ref()) })
    }

    /// Does the TLS handshake. Errors if data arrived in the clear before it, because anyone could
    /// have sent that.
    fn encrypt(self) -> Result<Self, OpenError> {
        if !self.replies.is_empty() {
            return Err(wire::data_before_tls(self.server));
        }
        Ok(Self { wire: self.wire.encrypt(self.server)?, ..self })
    }

    /// Waits for the next complete reply.
    fn receive_reply(&mut self, phase: Phase) -> Result<Reply, OpenError> {
        let greeting = phase == Phase::Greeting;
        let time = if greeting { wire::greeting_time(self.server) } else { self.server.deadlines.command };
        self.receive_reply_until(phase, Instant::now() + time)
    }

    fn receive_reply_until(&mut self, phase: Phase, deadline: Instant) -> Result<Reply, OpenError> {
        let mut buffer = [0; 4096];
        loop {
            match self.replies.next_reply() {
                Ok(Some(reply)) => return Ok(reply),
                Ok(None) => {}
                Err(malformed) => return Err(lost(self.server, phase, LossKind::Protocol, malformed.to_string())),
            }
            match self.wire.receive(&mut buffer, deadline) {
                Ok(0) => return Err(failed(self.server, phase, &io::ErrorKind::UnexpectedEof.into())),
                Ok(count) => self.replies.feed(&buffer[..count]),
                Err(error) => return Err(failed(self.server, phase, &error)),
            }
        }
    }

    /// Sends a line. If an unsolicited reply is there already, returns it as a refusal or a protocol error instead.
    fn send_line(&mut self, phase: Phase, line: &ClientLine) -> Result<(), OpenError> {
        if !self.replies.is_empty() {
            let unasked = String::from("the server sent unsolicited data");
            return Err(self.refused(phase).unwrap_or_else(|| lost(self.server, phase, LossKind::Protocol, unasked)));
        }
        self.server.log.client(&line.shown);
        let Err(unsent) = self.wire.send(line.bytes.expose(), Instant::now() + self.server.deadlines.block) else {
            return Ok(());
        };
        // A server that closes the connection during a write has often sent the reason first.
        Err(self.refused(phase).unwrap_or_else(|| failed(self.server, phase, &unsent)))
    }

    /// Returns the refusal that has already arrived, if there is one.
    fn refused(&mut self, phase: Phase) -> Option<OpenError> {
        let reply = self.receive_reply_until(phase, Instant::now() + self.server.deadlines.quit).ok()?;
        self.server.log.server(&reply);
        let server = self.server.to_string();
        (reply.code >= 400).then_some(OpenError::Refused { server, refusal: Refusal { phase, reply } })
    }
}
