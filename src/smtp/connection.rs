//! The SMTP client as the rest of the program uses it: the two state machines on a stream, blocking. It handles one
//! message at a time, or rather one message and the envelope of the next.

use std::io;
use std::time::{Duration, Instant};

use super::answer::{End, GoAhead, Verdict};
use super::capabilities::Capabilities;
use super::command::Envelope;
use super::failure::{LossKind, Lost, OpenError, Phase};
use super::opener;
use super::server::{Deadlines, Server};
use super::session::{NotSaid, Session};
use super::socket::{StopHandle, loss};
use super::stream::Stream;

/// How much is written under one deadline (RFC 5321 4.5.3.2.5). A message usually fits: then it is one write.
const BLOCK: usize = 64 * 1024;

/// A connection ready for mail.
///
/// ```text
/// begin(1) -> await_go_ahead -> finish(1, envelope of 2) -> await_verdict -> await_go_ahead -> finish(2, None) -> ...
/// ```
///
/// After [`GoAhead::Refused`] comes the next `begin`, after a [`Lost`] nothing: drop it. Dropped, it is closed without a
/// word, and a message not finished is nobody's.
#[derive(Debug)]
pub struct Connection {
    stream: Stream,
    session: Session,
    deadlines: Deadlines,
    /// A write that failed behind the final dot. The verdict may still come; nothing else will.
    unsent: Option<Lost>,
}

impl Connection {
    /// Connects, greets, starts TLS and authenticates as `server` says.
    ///
    /// Errors say in which phase and why.
    pub fn open(server: &Server) -> Result<Self, OpenError> {
        let (stream, session) = opener::open(server)?;
        Ok(Self { stream, session, deadlines: server.deadlines, unsent: None })
    }

    /// What the server can do.
    pub fn capabilities(&self) -> &Capabilities {
        self.session.capabilities()
    }

    /// A handle that cuts this connection from another thread.
    pub fn stop_handle(&self) -> StopHandle {
        self.stream.socket().stop_handle()
    }

    /// Sends the envelope of a message, in one write where PIPELINING is offered, and does not wait.
    ///
    /// # Panics
    /// When an envelope or a message is under way.
    pub fn begin(&mut self, envelope: &Envelope<'_>) -> Result<(), Lost> {
        self.expect_whole()?;
        self.session.begin(envelope).map_err(|end| self.over(end))?;
        self.flush()
    }

    /// Waits until the server asks for the message or refuses it. After a refusal the connection is ready for the next
    /// [`Self::begin`].
    ///
    /// # Panics
    /// When no envelope is under way.
    pub fn await_go_ahead(&mut self) -> Result<GoAhead, Lost> {
        self.expect_whole()?;
        let go_ahead = self.wait_for(Session::go_ahead)?;
        // The empty message that some refusals need.
        self.flush()?;
        Ok(go_ahead)
    }

    /// Writes the message, the final dot and, where PIPELINING is offered, the envelope of the next, in one write.
    /// Without PIPELINING the next envelope is sent at the next [`Self::await_go_ahead`].
    ///
    /// From the first byte of the last 64 KiB on, the message may be accepted; [`Lost::after_dot`] knows exactly.
    ///
    /// # Panics
    /// When the server does not wait for a message.
    pub fn finish(&mut self, message: &[u8], next: Option<&Envelope<'_>>) -> Result<(), Lost> {
        self.session.finish(message, next).map_err(|not_said| match not_said {
            NotSaid::Over(end) => self.over(end),
            NotSaid::Unsendable(why) => self.lost(Phase::Body, LossKind::Unsendable, why.to_string()),
        })?;
        match self.flush() {
            Err(lost) if lost.after_dot => {
                self.unsent = Some(lost);
                Ok(())
            }
            Err(lost) => Err(self.with_last_words(lost)),
            Ok(()) => Ok(()),
        }
    }

    /// Waits for the verdict on the message finished last.
    ///
    /// # Panics
    /// When no message is under way.
    pub fn await_verdict(&mut self) -> Result<Verdict, Lost> {
        self.wait_for(Session::verdict)
    }

    /// Says good-bye, and waits a moment for the server to say it too.
    pub fn quit(mut self) {
        if self.session.quit() && self.flush().is_ok() {
            let deadline = Instant::now() + self.deadlines.quit;
            // A courtesy: a server that answers with anything else, or not at all, has lost nothing.
            let _ = self.stream.receive(&mut [0; 512], deadline);
        }
    }

    /// Reads and writes until the session has what is waited for. Each reply starts a new step with a new deadline.
    fn wait_for<T>(&mut self, event: fn(&mut Session) -> Result<Option<T>, End>) -> Result<T, Lost> {
        let mut step = None;
        loop {
            if let Some(event) = event(&mut self.session).map_err(|end| self.over(end))? {
                return Ok(event);
            }
            if self.unsent.is_none() {
                self.flush()?;
            }
            let deadline = match step {
                Some((answers, deadline)) if answers == self.session.answers() => deadline,
                _ => Instant::now() + self.time_for(self.session.phase()),
            };
            step = Some((self.session.answers(), deadline));
            self.receive(deadline)?;
        }
    }

    fn receive(&mut self, deadline: Instant) -> Result<(), Lost> {
        let mut buffer = [0; 4096];
        match self.stream.receive(&mut buffer, deadline) {
            Ok(0) => Err(self.failed(&io::ErrorKind::UnexpectedEof.into())),
            Ok(count) => {
                self.session.receive(&buffer[..count]);
                Ok(())
            }
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// Hands everything said to the socket.
    fn flush(&mut self) -> Result<(), Lost> {
        while !self.session.outgoing().is_empty() {
            let outgoing = self.session.outgoing();
            let block = &outgoing[..outgoing.len().min(BLOCK)];
            let sent = self.stream.send(block, Instant::now() + self.deadlines.block);
            let length = block.len();
            match sent {
                Ok(()) => self.session.handed(length),
                Err(unsent) => {
                    self.session.handed(unsent.handed);
                    return Err(self.failed(&unsent.error));
                }
            }
        }
        Ok(())
    }

    fn time_for(&self, phase: Phase) -> Duration {
        match phase {
            Phase::Data => self.deadlines.data,
            Phase::Dot => self.deadlines.dot,
            _ => self.deadlines.command,
        }
    }

    fn expect_whole(&self) -> Result<(), Lost> {
        self.unsent.clone().map_or(Ok(()), |lost| Err(Lost { after_dot: self.session.dot_is_out(), ..lost }))
    }

    /// A server that cuts us off in the middle of a message often says why first: a 421 that nobody has read yet.
    fn with_last_words(&mut self, lost: Lost) -> Lost {
        if lost.kind == LossKind::Closed
            && self.receive(Instant::now() + self.deadlines.quit).is_ok()
            && let Some(reply) = self.session.last_words()
        {
            return Lost { reason: reply.to_string(), reply: Some(reply), ..lost };
        }
        lost
    }

    fn over(&self, end: End) -> Lost {
        let reason = end.to_string();
        match end {
            End::Closing(phase, reply) => Lost { reply: Some(reply), ..self.lost(phase, LossKind::Closed, reason) },
            End::Breach(phase, _) => self.lost(phase, LossKind::Protocol, reason),
        }
    }

    fn failed(&self, error: &io::Error) -> Lost {
        let (kind, reason) = match loss(error) {
            _ if self.stream.socket().was_stopped() => (LossKind::Stopped, String::from("stopped")),
            loss => loss,
        };
        self.lost(self.session.phase(), kind, reason)
    }

    fn lost(&self, phase: Phase, kind: LossKind, reason: String) -> Lost {
        Lost { phase, after_dot: self.session.dot_is_out(), reply: None, kind, reason }
    }
}
