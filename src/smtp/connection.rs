//! Sends one message at a time over a connection, with the envelope of the next in the same write. Blocking.

use std::io;

use super::capabilities::Capabilities;
use super::channel::{Channel, ChannelError, Machine};
use super::chunked_connection::ChunkedConnection;
use super::command::Envelope;
use super::content::Content;
use super::failure::{LossKind, Lost, Phase, Refusal};
use super::outcome::{End, FinalReply, GoAhead, SendError};
use super::server::Deadlines;
use super::session::Session;
use super::socket::StopHandle;
use super::stream::Stream;

/// A connection ready for mail.
///
/// ```text
/// begin(1) -> await_go_ahead -> finish(1, envelope of 2) -> await_final_reply -> await_go_ahead -> finish(2, None) -> ...
/// ```
///
/// After [`GoAhead::Refused`], call `begin` again; after a [`Lost`], drop it. When dropped, it is
/// closed without QUIT, and an unfinished message was not accepted.
#[derive(Debug)]
pub struct Connection {
    channel: Channel<Session>,
    /// A write that failed, or a connection that was lost. Replies received before still count; no
    /// more will arrive.
    write_failure: Option<Lost>,
}

impl Connection {
    /// A connection that is greeted, encrypted and authenticated as configured.
    pub(super) fn new(session: Session, stream: Stream, deadlines: Deadlines) -> Self {
        Self { channel: Channel::new(session, stream, deadlines), write_failure: None }
    }

    /// The capabilities of the server.
    pub fn capabilities(&self) -> &Capabilities {
        self.channel.machine.capabilities()
    }

    /// Returns a handle that cuts this connection from another thread.
    pub fn stop_handle(&self) -> StopHandle {
        self.channel.stop_handle()
    }

    /// Sends the envelope of a message, in one write where PIPELINING is offered, and does not wait.
    ///
    /// # Panics
    /// If an envelope or a message is in flight.
    pub fn begin(&mut self, envelope: &Envelope<'_>) -> Result<(), Lost> {
        self.check_last_write()?;
        self.channel.machine.begin(envelope).map_err(|end| self.loss_from_end(end))?;
        // Replies that arrived before the connection was closed still count.
        self.write_failure = self.flush().err();
        Ok(())
    }

    /// Waits until the server asks for the message or refuses it. After a refusal the connection is
    /// ready for the next [`Self::begin`], unless [`Self::ended`] returns an end: a refusal counts
    /// even if the connection is closed with it.
    ///
    /// # Panics
    /// If no envelope is in flight.
    pub fn await_go_ahead(&mut self) -> Result<GoAhead, Lost> {
        let result = if let Some(failure) = self.write_failure.clone() {
            self.channel.read_last_reply();
            match self.channel.machine.go_ahead() {
                Ok(Some(refused @ GoAhead::Refused(_))) => Ok(refused),
                Ok(_) => Err(Lost { after_dot: self.channel.machine.final_dot_is_sent(), ..failure }),
                Err(end) => Err(self.loss_from_end(end)),
            }
        } else {
            self.wait_for(Session::go_ahead)
        };
        match result {
            Ok(go_ahead) => {
                // The empty message that some refusals need.
                self.write_failure = self.write_failure.take().or(self.flush().err());
                Ok(go_ahead)
            }
            Err(lost) => match self.channel.machine.refused() {
                Some(refusal) => {
                    self.write_failure = Some(lost);
                    Ok(GoAhead::Refused(refusal))
                }
                None => Err(lost),
            },
        }
    }

    /// Returns whether the server has already asked for the message of the envelope in flight, so that
    /// [`Self::await_go_ahead`] will not wait.
    pub fn has_go_ahead(&mut self) -> bool {
        self.write_failure.is_none() && self.channel.machine.has_go_ahead()
    }

    /// Returns whether the server may have misread the envelope: it offers PIPELINING, and `refusal` is its first reply to pipelined
    /// commands. Sent one by one, they may get another reply.
    pub fn may_have_misread(&self, refusal: &Refusal) -> bool {
        self.channel.machine.unconfirmed().is_some() && refusal.may_be_misreading()
    }

    /// Returns whether the connection may have been `lost` for the same reason.
    pub fn may_have_been_misread(&self, lost: &Lost) -> bool {
        self.channel.machine.unconfirmed().is_some_and(|fact| lost.may_be_misreading(fact))
    }

    /// Returns how the conversation ended after a refusal, if it did.
    pub fn ended(&self) -> Option<Lost> {
        self.write_failure.clone().or_else(|| self.channel.machine.end().cloned().map(|end| self.loss_from_end(end)))
    }

    /// Writes the message, the final dot and, where PIPELINING is offered, the envelope of the next, in one write.
    /// Without PIPELINING the next envelope is sent at the next [`Self::await_go_ahead`].
    ///
    /// From the first byte of the last 64 KiB on, the message may be accepted; see [`Lost::after_dot`].
    ///
    /// # Panics
    /// If the server does not wait for a message.
    pub fn finish(&mut self, content: &Content, next: Option<&Envelope<'_>>) -> Result<(), Lost> {
        self.channel.machine.finish(content, next).map_err(|error| match error {
            SendError::Ended(end) => self.loss_from_end(end),
            SendError::Unsendable(why) => self.lost(Phase::Body, LossKind::Unsendable, why.to_string()),
        })?;
        match self.flush() {
            Err(lost) if lost.after_dot => {
                self.write_failure = Some(lost);
                Ok(())
            }
            Err(lost) => self.read_early_reply(lost),
            Ok(()) => Ok(()),
        }
    }

    /// Waits for the final reply to the message finished last.
    ///
    /// # Panics
    /// If no message is in flight.
    pub fn await_final_reply(&mut self) -> Result<FinalReply, Lost> {
        self.wait_for(Session::final_reply)
    }

    /// Turns this into a connection for several messages in flight.
    ///
    /// # Panics
    /// If the server does not support it ([`ChunkedConnection::fits`]), or an envelope or a message is in
    /// flight.
    pub fn into_chunked(self) -> ChunkedConnection {
        assert!(ChunkedConnection::fits(self.capabilities()), "the server does not offer both CHUNKING and PIPELINING");
        ChunkedConnection::new(self.channel.map(Session::into_chunks))
    }

    /// Sends QUIT and waits briefly for the reply.
    pub fn quit(mut self) {
        if self.write_failure.is_none() && self.channel.machine.quit() {
            self.channel.close();
        }
    }

    fn wait_for<T>(&mut self, event: fn(&mut Session) -> Result<Option<T>, End>) -> Result<T, Lost> {
        self.channel.wait_for(event, self.write_failure.is_none()).map_err(|error| match error {
            ChannelError::Ended(end) => self.loss_from_end(end),
            ChannelError::Failed(error) => self.failed(&error),
        })
    }

    /// Writes all queued bytes to the socket.
    fn flush(&mut self) -> Result<(), Lost> {
        self.channel.flush().map_err(|error| self.failed(&error))
    }

    /// Errors if a write behind a final dot has failed: the next envelope was not sent completely.
    fn check_last_write(&self) -> Result<(), Lost> {
        self.write_failure
            .clone()
            .map_or(Ok(()), |lost| Err(Lost { after_dot: self.channel.machine.final_dot_is_sent(), ..lost }))
    }

    /// Reads the replies of a server that closed the connection during a message. Returns `lost` as the error, with a 421 if the
    /// server sent one, unless a reply refused the message: that is its final reply.
    fn read_early_reply(&mut self, lost: Lost) -> Result<(), Lost> {
        if lost.kind != LossKind::Closed {
            return Err(lost);
        }
        self.channel.read_last_reply();
        match self.channel.machine.replied_early() {
            Ok(true) => {
                self.write_failure = Some(lost);
                Ok(())
            }
            Err(End::Closing(_, reply)) => Err(Lost { reason: reply.to_string(), reply: Some(reply), ..lost }),
            Ok(false) | Err(_) => Err(lost),
        }
    }

    fn loss_from_end(&self, end: End) -> Lost {
        Lost { after_dot: self.channel.machine.final_dot_is_sent(), ..Lost::of(end) }
    }

    fn failed(&self, error: &io::Error) -> Lost {
        let (kind, reason) = self.channel.explain(error);
        self.lost(self.channel.machine.phase(), kind, reason)
    }

    fn lost(&self, phase: Phase, kind: LossKind, reason: String) -> Lost {
        Lost { phase, after_dot: self.channel.machine.final_dot_is_sent(), reply: None, kind, reason }
    }
}
