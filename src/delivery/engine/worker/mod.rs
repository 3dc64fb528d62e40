//! Holds a worker's part of a run. Its files are the stages of a row: `rows`, composing here, `marking`, `settling`.

mod marking;
mod relay;
mod rows;
mod settling;

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;

use super::context::RunContext;
use super::run::Run;
use crate::delivery::limits::scheduler::Slot;
use crate::delivery::stop::{Stop, StopReason};
use crate::ledger::Row;
use crate::message::{Composer, MessagePieces};
use crate::smtp::{Content, SharedPieces};

/// The permission to transmit a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MarkResult {
    /// The mark is on record.
    Granted,
    /// The address was suppressed in the meantime, or the row belongs to another sender by now.
    Denied,
    /// No mark can be recorded any more: the worker has to end.
    LedgerGone,
}

/// One worker's part of a run: a slot of a relay.
pub(super) struct WorkerContext<'a> {
    context: &'a RunContext<'a>,
    slot: Slot,
    /// Refusals in a row.
    refusals: Cell<u32>,
    /// A composer for each version of the letter, and what its messages share.
    composers: Vec<LetterComposer<'a>>,
}

struct LetterComposer<'a> {
    version: u32,
    composer: Composer<'a>,
    shared: Arc<SharedPieces>,
}

impl<'a> WorkerContext<'a> {
    pub(super) fn new(context: &'a RunContext<'a>, slot: Slot) -> Self {
        let Run { plan, keys, .. } = context.run;
        let composers = plan.letters.iter().zip(&context.shared_pieces).map(|(letter, shared)| LetterComposer {
            version: letter.version,
            composer: Composer::new(&letter.letter, keys),
            shared: Arc::clone(shared),
        });
        let composers = composers.collect();
        Self { context, slot, refusals: Cell::new(0), composers }
    }

    /// Returns the switch that ends the run.
    pub(super) fn stop(&self) -> &'a Stop {
        self.context.stop
    }

    /// Returns the envelope sender of the message for `row`.
    pub(super) fn sender(&self, row: &Row) -> Cow<'a, str> {
        let Run { plan, keys, .. } = self.context.run;
        plan.letter_for(row).letter.sender_for(&row.subscriber.address, &keys.tokens)
    }

    /// Returns whether messages are signed.
    pub(super) fn signs(&self) -> bool {
        self.context.run.keys.dkim.is_some()
    }

    /// Replaces `bytes` by the message for `row`. Workers sign in parallel: a signature takes longer than the rest of
    /// a message.
    pub(super) fn compose(&mut self, row: &Row, bytes: &mut Vec<u8>) {
        self.letter_composer(row).composer.compose(&row.subscriber, bytes);
    }

    /// Replaces `content` by the same message, which shares what all messages have.
    pub(super) fn compose_content(&mut self, row: &Row, content: &mut Content) {
        let LetterComposer { composer, shared, .. } = self.letter_composer(row);
        content.clear_to_share(shared);
        composer.compose_in_pieces(&row.subscriber, content);
    }

    fn letter_composer(&mut self, row: &Row) -> &mut LetterComposer<'a> {
        let version = self.context.run.plan.letter_for(row).version;
        let composer = self.composers.iter_mut().find(|composer| composer.version == version);
        composer.expect("each letter of the plan has a composer")
    }
}

impl MessagePieces for Content {
    fn literal(&mut self, number: usize) {
        self.share(number);
    }

    fn own(&mut self) -> &mut Vec<u8> {
        self.own()
    }
}

impl Drop for WorkerContext<'_> {
    fn drop(&mut self) {
        // A worker that panics holds rows that no other worker will get: the run must not wait for them.
        if std::thread::panicking() {
            self.stop().request(StopReason::Silent("a worker panicked; this is a bug".to_owned()));
        }
        self.context.queue.worker_finished();
    }
}
