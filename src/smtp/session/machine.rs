//! Connects a session to its stream.

use super::Session;
use crate::smtp::channel::Machine;
use crate::smtp::failure::Phase;
use crate::smtp::outgoing::Outgoing;

impl Machine for Session {
    fn outgoing(&mut self) -> &mut Outgoing {
        &mut self.outgoing
    }

    fn receive(&mut self, bytes: &[u8]) {
        self.replies.feed(bytes);
    }

    fn phase(&self) -> Phase {
        match self.unanswered.front() {
            _ if self.outgoing.has_final_dot() && !self.outgoing.final_dot_is_sent() => Phase::Body,
            Some((step, _)) => step.phase(),
            None => Phase::Idle,
        }
    }

    fn reply_count(&self) -> u64 {
        self.reply_count
    }

    fn awaits_confirmation(&self) -> bool {
        self.unconfirmed_fact.is_some()
    }
}
