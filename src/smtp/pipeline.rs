//! A connection with several messages under way at once: the transactions of `chunks` on a stream, blocking.

use super::answer::{Answer, End, NotSaid};
use super::capabilities::{Capabilities, Extension};
use super::channel::{Channel, Machine, Silence};
use super::chunks::Chunks;
use super::command::Envelope;
use super::failure::{LossKind, Lost, Phase, Refusal};

/// A connection with several messages under way at once.
///
/// ```text
/// begin(1) -> begin(2) -> begin(3) -> await_answer (of 1) -> begin(4) -> await_answer (of 2) -> ...
/// ```
///
/// After a [`Lost`] from [`Self::await_answer`] nothing more is heard: the first [`Self::in_doubt`] of the messages
/// under way may have been accepted, the others were not. How many may be under way is the caller's business: each is one
/// more to be in doubt. Dropped, it is closed without a word.
#[derive(Debug)]
pub struct Pipeline {
    channel: Channel<Chunks>,
    /// A write that failed. Answers may still come; nothing else will.
    unsent: Option<Lost>,
}

impl Pipeline {
    /// Whether a server of these capabilities can be talked to like this: it offers PIPELINING and CHUNKING.
    pub fn fits(capabilities: &Capabilities) -> bool {
        capabilities.offers(Extension::Pipelining) && capabilities.offers(Extension::Chunking)
    }

    pub(super) fn new(channel: Channel<Chunks>) -> Self {
        Self { channel, unsent: None }
    }

    /// Why `envelope` must not be sent to this server, in the form of a reply: it is no message for [`Self::begin`].
    pub fn refusal(&self, envelope: &Envelope<'_>) -> Option<Refusal> {
        self.channel.machine.refusal(envelope)
    }

    /// Sends a message with its envelope and does not wait. A missing line end is added to `message`.
    ///
    /// Errors when it did not go out whole: then it is nobody's, no more messages can follow it, and the answers to
    /// those before it can still be waited for.
    ///
    /// # Panics
    /// When [`Self::refusal`] has something against the envelope.
    pub fn begin(&mut self, envelope: &Envelope<'_>, message: &mut Vec<u8>) -> Result<(), Lost> {
        if let Some(lost) = &self.unsent {
            return Err(lost.clone());
        }
        self.channel.machine.say(envelope, message).map_err(|not_said| match not_said {
            NotSaid::Over(end) => Lost::of(end),
            NotSaid::Unsendable(why) => {
                Lost { after_dot: false, ..self.lost(Phase::Body, (LossKind::Unsendable, why.to_string())) }
            }
        })?;
        // Nothing is read while this is written: a server's answers to a few messages fit into any socket's buffers.
        let Err(error) = self.channel.flush() else { return Ok(()) };
        let (kind, reason) = self.channel.explain(&error);
        let lost = Lost { phase: Phase::Body, after_dot: false, reply: None, kind, reason };
        self.unsent = Some(lost.clone());
        if self.in_doubt() == self.under_way() {
            // All of it may be out; whether it is, its answer will tell.
            return Ok(());
        }
        self.channel.machine.take_back();
        Err(lost)
    }

    /// Waits for the answer to the oldest message under way.
    ///
    /// # Panics
    /// When no message is under way.
    pub fn await_answer(&mut self) -> Result<Answer, Lost> {
        self.channel.wait_for(Chunks::answer, false).map_err(|silence| match silence {
            Silence::Over(end) => self.over(end),
            Silence::Failed(error) => self.lost(self.channel.machine.phase(), self.channel.explain(&error)),
        })
    }

    /// How many messages are under way.
    pub fn under_way(&self) -> usize {
        self.channel.machine.under_way()
    }

    /// How many of the messages under way, oldest first, may have been accepted should nothing more be heard. Decided
    /// from what was handed to the socket.
    pub fn in_doubt(&self) -> usize {
        self.channel.machine.in_doubt()
    }

    /// Says good-bye, and waits a moment for the server to say it too.
    pub fn quit(mut self) {
        if self.unsent.is_none() && self.channel.machine.quit() {
            self.channel.part();
        }
    }

    fn over(&self, end: End) -> Lost {
        Lost { after_dot: self.in_doubt() > 0, ..Lost::of(end) }
    }

    fn lost(&self, phase: Phase, (kind, reason): (LossKind, String)) -> Lost {
        Lost { phase, after_dot: self.in_doubt() > 0, reply: None, kind, reason }
    }
}
