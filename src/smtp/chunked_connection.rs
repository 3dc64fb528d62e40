//! Sends several messages at once over a connection: runs the transactions of `chunks` on a stream. Blocking.

use super::capabilities::{Capabilities, Extension};
use super::channel::{Channel, ChannelError, Machine};
use super::chunks::Chunks;
use super::command::Envelope;
use super::content::Content;
use super::failure::{LossKind, Lost, Phase, Refusal};
use super::outcome::{End, SendError, TransactionResult};

/// A connection with several messages in flight.
///
/// ```text
/// begin(1) -> begin(2) -> begin(3) -> await_result (of 1) -> begin(4) -> await_result (of 2) -> ...
/// ```
///
/// After a [`Lost`] from [`Self::await_result`] no more replies count: the first [`Self::in_doubt`]
/// of the messages in flight may have been accepted, the others were not. The caller limits the
/// number in flight: each may end up in doubt. When dropped, it is closed without QUIT.
#[derive(Debug)]
pub struct ChunkedConnection {
    channel: Channel<Chunks>,
    /// A write that failed. Replies may still arrive; nothing more can be sent.
    write_failure: Option<Lost>,
    /// The reason no more replies arrive.
    receive_failure: Option<Lost>,
}

impl ChunkedConnection {
    /// Returns whether a server of these capabilities offers PIPELINING and CHUNKING, which this
    /// needs.
    pub fn fits(capabilities: &Capabilities) -> bool {
        capabilities.offers(Extension::Pipelining) && capabilities.offers(Extension::Chunking)
    }

    pub(super) fn new(channel: Channel<Chunks>) -> Self {
        Self { channel, write_failure: None, receive_failure: None }
    }

    /// Returns the reason `envelope` must not be sent to this server, as a refusal: do not pass it to [`Self::begin`].
    pub fn refusal(&self, envelope: &Envelope<'_>) -> Option<Refusal> {
        self.channel.machine.refusal(envelope)
    }

    /// Sends a message with its envelope and does not wait. A missing line end is added.
    ///
    /// Errors if it was not sent completely. Then it was not accepted and no more messages can
    /// follow, but the replies to earlier ones can still be awaited.
    ///
    /// # Panics
    /// If [`Self::refusal`] refuses the envelope.
    pub fn begin(&mut self, envelope: &Envelope<'_>, content: &Content) -> Result<(), Lost> {
        if let Some(lost) = &self.write_failure {
            return Err(lost.clone());
        }
        self.channel.machine.send(envelope, content).map_err(|error| match error {
            SendError::Ended(end) => Lost::of(end),
            SendError::Unsendable(why) => {
                Lost { after_dot: false, ..self.lost(Phase::Body, (LossKind::Unsendable, why.to_string())) }
            }
        })?;
        let released = self.channel.wait_for(Chunks::released, true);
        if let Err(error) = released {
            let lost = Lost { after_dot: false, ..self.loss_from_channel(error) };
            self.receive_failure = Some(lost.clone());
            return self.take_back(lost);
        }
        // Nothing is read during the write: the replies to a few messages fit into the buffers of
        // any socket.
        let Err(error) = self.channel.flush() else { return Ok(()) };
        let (kind, reason) = self.channel.explain(&error);
        let lost = Lost { phase: Phase::Body, after_dot: false, reply: None, kind, reason };
        self.write_failure = Some(lost.clone());
        if self.in_doubt() == self.in_flight() {
            // All of it may have been sent, so the reply decides.
            return Ok(());
        }
        self.channel.read_last_reply();
        self.take_back(lost)
    }

    /// Takes back the message sent last. Returns `lost` as the error, unless the server has replied to that message.
    fn take_back(&mut self, lost: Lost) -> Result<(), Lost> {
        self.write_failure.get_or_insert_with(|| lost.clone());
        if self.channel.machine.withdraw() { Err(lost) } else { Ok(()) }
    }

    /// Waits for the result of the oldest message in flight. A message that was refused before the
    /// connection was lost is returned as refused.
    ///
    /// # Panics
    /// If no message is in flight.
    pub fn await_result(&mut self) -> Result<TransactionResult, Lost> {
        assert!(self.in_flight() > 0, "a result needs a message");
        let lost = match self.receive_failure.clone() {
            Some(lost) => match self.channel.machine.next_result() {
                Ok(Some(result)) => return Ok(result),
                Ok(None) => Lost { after_dot: self.in_doubt() > 0, ..lost },
                Err(end) => self.loss_from_end(end),
            },
            None => match self.channel.wait_for(Chunks::next_result, false) {
                Ok(result) => return Ok(result),
                Err(error) => self.loss_from_channel(error),
            },
        };
        self.receive_failure = Some(lost.clone());
        self.channel.machine.refused().map(TransactionResult::Refused).ok_or(lost)
    }

    /// Returns whether the first pipelined commands had no proper replies when the connection was `lost`; then the server
    /// may have misread them.
    pub fn may_have_been_misread(&self, lost: &Lost) -> bool {
        self.channel.machine.unconfirmed().is_some_and(|fact| lost.may_be_misreading(fact))
    }

    /// Returns whether `refusal` may be due to such a misreading.
    pub fn may_have_misread(&self, refusal: &Refusal) -> bool {
        self.channel.machine.unconfirmed().is_some() && refusal.may_be_misreading()
    }

    /// Returns how the conversation ended after a result, if it did.
    pub fn ended(&self) -> Option<Lost> {
        let end = self.channel.machine.end().cloned().map(|end| self.loss_from_end(end));
        self.receive_failure.clone().or_else(|| self.write_failure.clone()).or(end)
    }

    /// Returns the number of messages in flight.
    pub fn in_flight(&self) -> usize {
        self.channel.machine.in_flight()
    }

    /// Returns the number of messages in flight, oldest first, that may have been accepted if no
    /// more replies arrive. Derived from the bytes written to the socket.
    pub fn in_doubt(&self) -> usize {
        self.channel.machine.in_doubt()
    }

    /// Sends QUIT and waits briefly for the reply.
    pub fn quit(mut self) {
        if self.write_failure.is_none() && self.channel.machine.quit() {
            self.channel.close();
        }
    }

    fn loss_from_channel(&self, error: ChannelError) -> Lost {
        match error {
            ChannelError::Ended(end) => self.loss_from_end(end),
            ChannelError::Failed(error) => self.lost(self.channel.machine.phase(), self.channel.explain(&error)),
        }
    }

    fn loss_from_end(&self, end: End) -> Lost {
        Lost { after_dot: self.in_doubt() > 0, ..Lost::of(end) }
    }

    fn lost(&self, phase: Phase, (kind, reason): (LossKind, String)) -> Lost {
        Lost { phase, after_dot: self.in_doubt() > 0, reply: None, kind, reason }
    }
}
