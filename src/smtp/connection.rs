//! The SMTP client as the rest of the program uses it: the two state machines on a stream, blocking. It handles one
//! message at a time, or rather one message and the envelope of the next.

use std::io;

use super::answer::{End, GoAhead, NotSaid, Verdict};
use super::capabilities::Capabilities;
use super::channel::{Channel, Machine, Silence};
use super::command::Envelope;
use super::failure::{LossKind, Lost, OpenError, Phase};
use super::opener;
use super::pipeline::Pipeline;
use super::server::Server;
use super::session::Session;
use super::socket::StopHandle;

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
    channel: Channel<Session>,
    /// A write that failed behind the final dot. The verdict may still come; nothing else will.
    unsent: Option<Lost>,
}

impl Connection {
    /// Connects, greets, starts TLS and authenticates as `server` says.
    ///
    /// Errors say in which phase and why.
    pub fn open(server: &Server) -> Result<Self, OpenError> {
        let (stream, session) = opener::open(server)?;
        Ok(Self { channel: Channel::new(session, stream, server.deadlines), unsent: None })
    }

    /// What the server can do.
    pub fn capabilities(&self) -> &Capabilities {
        self.channel.machine.capabilities()
    }

    /// A handle that cuts this connection from another thread.
    pub fn stop_handle(&self) -> StopHandle {
        self.channel.stop_handle()
    }

    /// Sends the envelope of a message, in one write where PIPELINING is offered, and does not wait.
    ///
    /// # Panics
    /// When an envelope or a message is under way.
    pub fn begin(&mut self, envelope: &Envelope<'_>) -> Result<(), Lost> {
        self.expect_whole()?;
        self.channel.machine.begin(envelope).map_err(|end| self.over(end))?;
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
    /// From the first byte of the last 64 KiB on, the message may be accepted; [`Lost::after_dot`] knows exactly. What
    /// is left in `message` is of no meaning; its memory may be another's.
    ///
    /// # Panics
    /// When the server does not wait for a message.
    pub fn finish(&mut self, message: &mut Vec<u8>, next: Option<&Envelope<'_>>) -> Result<(), Lost> {
        self.channel.machine.finish(message, next).map_err(|not_said| match not_said {
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

    /// The same connection for several messages under way at once.
    ///
    /// # Panics
    /// When the server cannot ([`Pipeline::fits`]), or an envelope or a message is under way.
    pub fn into_pipeline(self) -> Pipeline {
        assert!(Pipeline::fits(self.capabilities()), "the server offers no CHUNKING or no PIPELINING");
        Pipeline::new(self.channel.map(Session::into_chunks))
    }

    /// Says good-bye, and waits a moment for the server to say it too.
    pub fn quit(mut self) {
        if self.channel.machine.quit() {
            self.channel.part();
        }
    }

    fn wait_for<T>(&mut self, event: fn(&mut Session) -> Result<Option<T>, End>) -> Result<T, Lost> {
        self.channel.wait_for(event, self.unsent.is_none()).map_err(|silence| match silence {
            Silence::Over(end) => self.over(end),
            Silence::Failed(error) => self.failed(&error),
        })
    }

    /// Hands everything said to the socket.
    fn flush(&mut self) -> Result<(), Lost> {
        self.channel.flush().map_err(|error| self.failed(&error))
    }

    /// Errors once a write has failed behind a final dot: no envelope got out whole after it.
    fn expect_whole(&self) -> Result<(), Lost> {
        self.unsent.clone().map_or(Ok(()), |lost| Err(Lost { after_dot: self.channel.machine.dot_is_out(), ..lost }))
    }

    /// `lost` with the 421 that the server said before it hung up, if it said one.
    fn with_last_words(&mut self, lost: Lost) -> Lost {
        if lost.kind == LossKind::Closed
            && self.channel.hear_out()
            && let Some(reply) = self.channel.machine.last_words()
        {
            return Lost { reason: reply.to_string(), reply: Some(reply), ..lost };
        }
        lost
    }

    fn over(&self, end: End) -> Lost {
        Lost { after_dot: self.channel.machine.dot_is_out(), ..Lost::of(end) }
    }

    fn failed(&self, error: &io::Error) -> Lost {
        let (kind, reason) = self.channel.explain(error);
        self.lost(self.channel.machine.phase(), kind, reason)
    }

    fn lost(&self, phase: Phase, kind: LossKind, reason: String) -> Lost {
        Lost { phase, after_dot: self.channel.machine.dot_is_out(), reply: None, kind, reason }
    }
}
