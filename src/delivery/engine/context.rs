//! Holds the state that the ledger writer and all workers of a run share.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use super::event::Event;
use super::run::Run;
use super::work_queue::WorkQueue;
use crate::delivery::limits::scheduler::Remaining;
use crate::delivery::stop::{Stop, StopReason};
use crate::ledger::MarkStore;
use crate::smtp::SharedPieces;

/// The state that the ledger writer and all workers of a run share.
pub(super) struct RunContext<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) stop: &'a Stop,
    pub(super) queue: WorkQueue,
    pub(super) marks: MarkStore,
    pub(super) events: Sender<Event>,
    /// What the messages of each letter of the plan share.
    pub(super) shared_pieces: Vec<Arc<SharedPieces>>,
}

impl RunContext<'_> {
    /// Reports `event`. A run goes on without a receiver.
    pub(super) fn send(&self, event: Event) {
        let _ = self.events.send(event);
    }

    /// Disables `relay` for the rest of the run because of `reason`. The run ends with the last relay.
    pub(super) fn disable(&self, relay: usize, reason: StopReason) {
        match self.queue.disable(relay) {
            Remaining::None => self.stop.request(reason),
            Remaining::Others => {
                let relay = self.run.relays[relay].name.clone();
                self.send(Event::RelayDisabled { relay, reason });
            }
            Remaining::Unchanged => {}
        }
    }
}
