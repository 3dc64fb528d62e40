//! Connects the transactions to their stream.

use super::Chunks;
use crate::smtp::channel::Machine;
use crate::smtp::failure::Phase;

impl Machine for Chunks {
    fn outgoing(&self) -> &[u8] {
        &self.outgoing[self.written..]
    }

    fn mark_written(&mut self, count: usize) {
        self.written += count;
        self.written_in_total += count as u64;
        if self.written == self.outgoing.len() {
            self.outgoing.clear();
            self.written = 0;
        }
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
