//! Slows down, pauses or disables the relay of a worker after its replies and failures.

use std::time::Duration;

use chrono::TimeDelta;

use super::WorkerContext;
use crate::delivery::engine::event::{Event, ServerQuirk};
use crate::delivery::engine::failure_streak::FailureStreak;
use crate::delivery::limits::LimitReached;
use crate::delivery::limits::scheduler::ThrottledTo;
use crate::delivery::refusal::{self, SenderProblem};
use crate::delivery::stop::StopReason;
use crate::ledger::Reply;

/// The shortest wait between two attempts to connect.
const MIN_BACKOFF: Duration = Duration::from_millis(100);

impl WorkerContext<'_> {
    /// Slows the relay down if `reply` asks for that.
    pub(in crate::delivery::engine) fn note_throttling(&self, reply: &Reply) {
        if !refusal::is_throttling(reply) {
            return;
        }
        if let Some(ThrottledTo { connections, rate }) = self.context.queue.on_throttled(self.slot.relay) {
            let relay = self.context.run.name_among_several(self.slot.relay);
            self.context.send(Event::RelayThrottled { relay, connections, rate, reply: reply.clone() });
        }
    }

    /// Reports a quirk of the server.
    pub(in crate::delivery::engine) fn report_quirk(&self, quirk: ServerQuirk) {
        let relay = self.context.run.name_among_several(self.slot.relay);
        self.context.send(Event::RelayAdapted { relay, quirk });
    }

    /// Pauses the relay until the limit in `reply` is over.
    pub(in crate::delivery::engine) fn pause_for_limit(&self, reply: &Reply) {
        let rest = TimeDelta::from_std(refusal::retry_after(reply)).unwrap_or(TimeDelta::MAX);
        let until = self.context.run.clock.now() + rest;
        let limit = LimitReached { limit: format!("the server said `{reply}`"), until };
        let is_new = self.context.queue.note_limit_reached(self.slot.relay, limit.clone());
        let relay = self.context.run.name_among_several(self.slot.relay);
        if is_new && relay.is_some() {
            self.context.send(Event::LimitReached { relay, limit });
        }
    }

    pub(super) fn disable_for_sender_problem(&self, reply: Reply, problem: SenderProblem) {
        let courier = &self.context.run.relays[self.slot.relay].courier;
        let sender = self.context.run.plan.letter().letter.sender();
        self.disable(StopReason::SenderRejected { reply, help: problem.help(courier.user(), sender) });
    }

    /// Disables the relay for the rest of the run, which ends with the last of them.
    pub(in crate::delivery::engine) fn disable(&self, reason: StopReason) {
        self.context.disable(self.slot.relay, reason);
    }

    /// Waits before the next attempt to connect, or disables the relay if it has not replied for too long.
    pub(in crate::delivery::engine) fn back_off(&mut self, streak: &FailureStreak, reason: String) {
        self.context.queue.mark_failing(self.slot.relay);
        let patience = self.context.run.patience;
        let silent = streak.duration().min(self.context.queue.time_since_reply(self.slot.relay));
        if silent >= patience && !streak.may_be_row_specific() {
            self.disable(StopReason::Silent(reason));
            return;
        }
        let wait = streak.backoff().min(patience.saturating_sub(silent).max(MIN_BACKOFF));
        self.context.send(Event::Reconnecting { reason, wait });
        self.stop().pause(wait);
    }
}
