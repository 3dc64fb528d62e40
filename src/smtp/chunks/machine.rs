//! Connects the transactions to their stream.

use super::Chunks;
use crate::smtp::channel::Machine;
use crate::smtp::failure::Phase;
use crate::smtp::outgoing::Outgoing;

impl Machine for Chunks {
    fn outgoing(&mut self) -> &mut Outgoing {
        &mut self.outgoing
    }

    fn receive(&mut self, bytes: &[u8]) {
        self.replies.feed(bytes);
    }

    fn phase(&self) -> Phase {
        self.under_way.front().map_or(Phase::Idle, |oldest| oldest.step.phase())
    }

    fn reply_count(&self) -> u64 {
        self.reply_count
    }

    fn awaits_confirmation(&self) -> bool {
        self.held.is_some()
    }
}
