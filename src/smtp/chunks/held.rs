//! Holds back a message until the server has replied to its envelope.

use super::{Chunks, HeldMessage, Step};
use crate::smtp::body::Sendable;
use crate::smtp::content::Content;
use crate::smtp::outcome::{End, TransactionResult};
use crate::smtp::server_facts::Fact;

impl Chunks {
    /// Queues the message of the newest transaction.
    pub(super) fn append_message(&mut self, content: &Content, sendable: Sendable) {
        self.command(&format!("BDAT {} LAST\r\n", sendable.whole_length(content)));
        self.outgoing.add_whole(content, sendable);
        let end = self.outgoing.end();
        if let Some(newest) = self.under_way.back_mut() {
            newest.end = end;
        }
    }

    /// Waits until no message is held back; `None` until more bytes arrive.
    pub(in crate::smtp) fn released(&mut self) -> Result<Option<()>, End> {
        while self.held.is_some() {
            let Some(result) = self.process_replies()? else {
                if self.held.is_none() {
                    break;
                }
                return Ok(None);
            };
            self.results.push_back(result);
        }
        Ok(Some(()))
    }

    /// Returns whether all replies to the envelope of the message held back have arrived.
    pub(super) fn is_held_and_answered(&self) -> bool {
        self.held.is_some() && self.under_way.len() == 1 && self.under_way[0].step == Step::Chunk
    }

    /// Queues the message held back, or returns the refusal of its envelope.
    pub(super) fn release(&mut self) -> Option<TransactionResult> {
        let HeldMessage { content, sendable, fact } = self.held.take()?;
        let Some(refusal) = self.under_way.front_mut().and_then(|held| held.refusal.take()) else {
            self.confirm(fact);
            self.append_message(&content, sendable);
            return None;
        };
        if !refusal.may_be_misreading() {
            self.confirm(fact);
        }
        self.under_way.pop_front();
        self.clean = false;
        Some(TransactionResult::Refused(refusal))
    }

    pub(super) fn confirm(&mut self, fact: Fact) {
        self.facts.record(fact);
        self.unconfirmed_fact = None;
    }

    /// Returns the fact that the replies to an envelope did not confirm, if it was the first to be pipelined like that.
    pub(in crate::smtp) fn unconfirmed(&self) -> Option<Fact> {
        self.unconfirmed_fact
    }
}
