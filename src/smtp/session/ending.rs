//! Collects the replies that arrived before a conversation ended.

use super::Session;
use crate::smtp::failure::Refusal;
use crate::smtp::outcome::End;
use crate::smtp::server_facts::Fact;

impl Session {
    /// Takes the refusal of the current envelope when no more replies to it will arrive.
    pub(in crate::smtp) fn refused(&mut self) -> Option<Refusal> {
        self.refusal.take()
    }

    /// Returns the fact that the replies to the last envelope did not confirm, if it was the first to be pipelined like that.
    pub(in crate::smtp) fn unconfirmed(&self) -> Option<Fact> {
        self.unconfirmed_fact
    }

    /// Returns how the conversation ended, if it did.
    pub(in crate::smtp) fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// Returns whether a message that was not sent completely has its final reply.
    pub(in crate::smtp) fn replied_early(&mut self) -> Result<bool, End> {
        while self.final_reply.is_none() && self.process_next_reply()? {}
        Ok(self.final_reply.is_some())
    }
}
